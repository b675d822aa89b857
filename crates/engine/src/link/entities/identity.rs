//! Names that entities keep. A group of records takes over the id of the entity with which it shares most of its records;
//! what was one and is now two, or the other way round, is told as history. An entity that is new is named for what its
//! first record says, so that the same table gives the same ids in whatever order it comes.

use super::table::mixed;
use std::collections::{BTreeSet, HashSet};
use std::fmt;

/// The name of an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId(pub u64);

/// Bits of an id.
const BITS: u32 = 48;

impl fmt::Display for EntityId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "e{:012x}", self.0)
    }
}

impl EntityId {
    /// Reads `e` and twelve hexadecimal digits.
    pub fn read(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('e').filter(|digits| digits.len() == 12)?;
        u64::from_str_radix(digits, 16).ok().map(Self)
    }

    fn of(content: u64) -> Self {
        Self(content >> (64 - BITS))
    }
}

/// What became of entities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// The first is now part of the second.
    Merged {
        /// What it was.
        from: EntityId,
        /// What it is part of.
        into: EntityId,
        /// How many of its records went there.
        records: u32,
    },
    /// Records of the first are now the second, which is new.
    Split {
        /// What they were.
        from: EntityId,
        /// What they are.
        into: EntityId,
        /// How many.
        records: u32,
    },
    /// Records went from one entity to another, and both stand.
    Moved {
        /// Where they were.
        from: EntityId,
        /// Where they are.
        into: EntityId,
        /// How many.
        records: u32,
    },
    /// All its records are gone.
    Ended(EntityId),
}

/// Groups with their names.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Named {
    /// The entity of each record.
    pub(super) of_record: Vec<EntityId>,
    pub(super) changes: Vec<Change>,
}

/// Names the groups of records. `before` says what each record was, where it was there; `gone` are entities of records
/// that are there no more; `first` is what the first record of each group says, `taken` are ids that once were used.
pub(super) fn named(
    groups: &[u32],
    before: &[Option<EntityId>],
    gone: &BTreeSet<EntityId>,
    contents: &[u64],
    taken: &BTreeSet<EntityId>,
) -> Named {
    let shared = shared(groups, before);
    // Groups are told by their first record.
    let mut kept: Vec<Option<EntityId>> = vec![None; groups.len()];
    let mut going_on: HashSet<EntityId> = HashSet::new();
    for &(_, id, group) in &shared {
        let kept = &mut kept[group as usize];
        if kept.is_none() && going_on.insert(id) {
            *kept = Some(id);
        }
    }
    let mut used: HashSet<EntityId> =
        taken.iter().chain(gone).copied().chain(before.iter().flatten().copied()).collect();
    let mut order: Vec<(u64, u32)> = Vec::new();
    for (record, &group) in groups.iter().enumerate() {
        if kept[group as usize].is_none() {
            order.push((contents[record], group));
        }
    }
    order.sort_unstable();
    let mut fresh: HashSet<EntityId> = HashSet::new();
    for (content, group) in order {
        if kept[group as usize].is_some() {
            continue;
        }
        let mut content = content;
        while used.contains(&EntityId::of(content)) {
            content = mixed(content.wrapping_add(1));
        }
        let id = EntityId::of(content);
        used.insert(id);
        fresh.insert(id);
        kept[group as usize] = Some(id);
    }
    let id = |group: u32| kept[group as usize].unwrap_or(EntityId(0));
    let changes = changes(&shared, id, &going_on, &fresh, gone);
    Named { of_record: groups.iter().map(|group| id(*group)).collect(), changes }
}

/// How many records each former entity and each group share: the most first, then by id.
fn shared(groups: &[u32], before: &[Option<EntityId>]) -> Vec<(u32, EntityId, u32)> {
    let mut both: Vec<(EntityId, u32)> =
        groups.iter().zip(before).filter_map(|(group, id)| Some(((*id)?, *group))).collect();
    both.sort_unstable();
    let count = |same: &[(EntityId, u32)]| u32::try_from(same.len()).unwrap_or(u32::MAX);
    let mut shared: Vec<(u32, EntityId, u32)> =
        both.chunk_by(|a, b| a == b).map(|same| (count(same), same[0].0, same[0].1)).collect();
    shared.sort_by(|a, b| b.0.cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    shared
}

fn changes(
    shared: &[(u32, EntityId, u32)],
    kept: impl Fn(u32) -> EntityId,
    going_on: &HashSet<EntityId>,
    fresh: &HashSet<EntityId>,
    gone: &BTreeSet<EntityId>,
) -> Vec<Change> {
    let moves = shared.iter().map(|&(records, from, group)| (records, from, kept(group)));
    let of = |(records, from, into): (u32, EntityId, EntityId)| match (going_on.contains(&from), fresh.contains(&into))
    {
        (_, true) => Change::Split { from, into, records },
        (false, false) => Change::Merged { from, into, records },
        (true, false) => Change::Moved { from, into, records },
    };
    let mut changes: Vec<Change> = moves.filter(|(_, from, into)| from != into).map(of).collect();
    let still: HashSet<EntityId> = shared.iter().map(|(_, id, _)| *id).collect();
    changes.extend(gone.iter().filter(|id| !still.contains(id)).map(|id| Change::Ended(*id)));
    changes.sort_unstable();
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u64) -> EntityId {
        EntityId(number)
    }

    #[test]
    fn ids_go_on_and_changes_are_told() {
        let none = BTreeSet::new();
        let (a, b) = (Some(id(1)), Some(id(2)));
        let contents: Vec<u64> = (1..=7).map(|at| at << 60).collect();
        // Records 0–2 were a, 3–4 were b. Now 0, 1, 3 and the new 5 are one; 2 is alone; 4 stays; 6 is new.
        let named = named(&[0, 0, 2, 0, 4, 0, 6], &[a, a, a, b, b, None, None], &none, &contents, &none);
        assert_eq!(named.of_record[0], id(1));
        assert_eq!((named.of_record[3], named.of_record[5], named.of_record[4]), (id(1), id(1), id(2)));
        let alone = named.of_record[2];
        assert!(![id(1), id(2)].contains(&alone) && named.of_record[6] != alone);
        assert_eq!(
            named.changes,
            [
                Change::Split { from: id(1), into: alone, records: 1 },
                Change::Moved { from: id(2), into: id(1), records: 1 }
            ]
        );
    }

    #[test]
    fn two_that_are_one_keep_the_larger_ones_id() {
        let none = BTreeSet::new();
        let gone = BTreeSet::from([id(9)]);
        let before = [Some(id(7)), Some(id(8)), Some(id(8))];
        let named = named(&[0, 0, 0], &before, &gone, &[1, 2, 3], &none);
        assert_eq!(named.of_record, [id(8); 3]);
        assert_eq!(named.changes, [Change::Merged { from: id(7), into: id(8), records: 1 }, Change::Ended(id(9))]);
    }

    #[test]
    fn ids_are_read_as_they_are_written() {
        assert_eq!(EntityId::read(&id(0xab12).to_string()), Some(id(0xab12)));
        assert_eq!((EntityId::read("e12"), EntityId::read("x00000000ab12")), (None, None));
    }
}
