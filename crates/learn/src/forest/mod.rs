//! Decision trees and random forests, whose leaves hold shares of positive rows.
//!
//! A tree is grown as in CART (Breiman, Friedman, Olshen and Stone, 1984), on the histograms of
//! [`crate::boost`]; a forest is Breiman's ("Random forests", 2001): each tree sees as many rows
//! as there are, drawn with replacement, and each split tries a few columns drawn anew. Its
//! probability is the mean of the trees' shares ("soft votes"), not a count of majorities.
//!
//! Promises: as in `boost`, one seed gives one model, bit for bit, on any number of threads and
//! for any order of the columns; a missing value has a bin of its own, and each split learns where
//! to send it.
//!
//! Limits: labels of two values; at most 65,535 nodes a tree (growth is level by level, so where
//! that ends it, all paths are about as long); bins, so a threshold is one of at most 254.

mod criterion;
mod fit;
mod grow;
mod model;
mod out_of_bag;
mod params;
mod prune;
#[cfg(test)]
mod tests;

pub use criterion::Impurity;
pub use model::ForestModel;
pub use out_of_bag::OutOfBag;
pub use params::{DecisionTreeParams, ForestParams, ValidDecisionTreeParams, ValidForestParams};
