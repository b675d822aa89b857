//! Trees without empty places.
//!
//! A tree that grew row by row, in order or not, has nodes that are little more than half full; one that is made of sorted
//! rows has full ones. Of some million rows of a hundred bytes that is a third of the memory.

use std::collections::{BTreeMap, BTreeSet};

/// Makes a map of its own rows anew.
pub(crate) fn map<K: Ord, V>(tree: &mut BTreeMap<K, V>) {
    *tree = std::mem::take(tree).into_iter().collect();
}

/// Makes a set of its own rows anew.
pub(crate) fn set<K: Ord>(tree: &mut BTreeSet<K>) {
    *tree = std::mem::take(tree).into_iter().collect();
}
