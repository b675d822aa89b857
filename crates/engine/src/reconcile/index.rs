//! Records under a name that a source gives them, in order of (time, id).

use crate::pack;
use domain::RecordId;
use jiff::Timestamp;
use smol_str::SmolStr;
use std::collections::BTreeSet;
use std::ops::Bound;

/// One flat set: nearly every name has one record, for which a set of its own would cost several times as much memory.
#[derive(Clone, Debug, Default)]
pub(super) struct Index(BTreeSet<(SmolStr, Timestamp, RecordId)>);

impl Index {
    /// Files a record under a name; not where it has none.
    pub(super) fn file(&mut self, name: Option<&SmolStr>, at: Timestamp, record: &RecordId) {
        if let Some(name) = name.filter(|name| !name.is_empty()) {
            self.0.insert((name.clone(), at, record.clone()));
        }
    }

    /// Gives back empty places.
    pub(super) fn pack(&mut self) {
        pack::set(&mut self.0);
    }

    /// The records of a name, by (time, id).
    pub(super) fn of(&self, name: &str) -> impl Iterator<Item = &RecordId> {
        let first = (SmolStr::from(name), Timestamp::MIN, RecordId::default());
        let name = first.0.clone();
        self.0.range(first..).take_while(move |(of, ..)| *of == name).map(|(.., record)| record)
    }

    /// Every name once.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let mut next = self.0.first();
        std::iter::from_fn(move || {
            let (name, ..) = next?;
            let last = (name.clone(), Timestamp::MAX, RecordId::default());
            let beyond = self.0.range((Bound::Excluded(last), Bound::Unbounded));
            next = beyond.into_iter().find(|(of, ..)| of != name);
            Some(name.as_str())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_stand_under_their_names_in_order_of_time_and_every_name_is_told_once() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut index = Index::default();
        let filed = [("b", 2, "r1"), ("b", 1, "r2"), ("a", 3, "r3"), ("b", 1, "r0"), ("", 1, "r4")];
        for (name, second, record) in filed {
            index.file(Some(&name.into()), at(second), &record.into());
        }
        index.file(None, at(1), &"r5".into());
        assert_eq!(index.names().collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(index.of("b").map(RecordId::as_str).collect::<Vec<_>>(), ["r0", "r2", "r1"]);
        assert_eq!(index.of("c").count(), 0);
    }
}
