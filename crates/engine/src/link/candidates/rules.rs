//! Rules of blocking: records that share a key of one family, or of two, are candidates.

use super::atoms::{Atoms, mixed};
use std::collections::HashMap;

/// One family, or two of different fields in company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rule {
    pub(super) first: usize,
    pub(super) second: Option<usize>,
}

impl Rule {
    /// Every rule that these families allow.
    pub(super) fn every(atoms: &Atoms) -> Vec<Self> {
        let families = &atoms.families;
        let alone = (0..families.len()).filter(|&at| !families[at].way.needs_company());
        let mut rules: Vec<Self> = alone.map(|first| Self { first, second: None }).collect();
        for first in 0..families.len() {
            let goes_with = |second: &usize| {
                let (one, other) = (&families[first], &families[*second]);
                one.field != other.field && !(one.way.gives_many() && other.way.gives_many())
            };
            let others = (first + 1..families.len()).filter(goes_with);
            rules.extend(others.map(|second| Self { first, second: Some(second) }));
        }
        rules
    }

    /// As a reader knows it: `memo first 4 + amount band`.
    pub(super) fn name(self, atoms: &Atoms, fields: &[String]) -> String {
        let part = |family: usize| {
            let family = &atoms.families[family];
            format!("{} {}", fields[family.field], family.way.word())
        };
        match self.second {
            None => part(self.first),
            Some(second) => format!("{} + {}", part(self.first), part(second)),
        }
    }

    /// The keys of a record.
    pub(super) fn keys(self, atoms: &Atoms, row: usize, is_left: bool, keys: &mut Vec<u64>) {
        keys.clear();
        let first = atoms.keys(self.first, row, is_left);
        match self.second {
            None => keys.extend(first),
            Some(second) => {
                let second = atoms.keys(second, row, is_left);
                keys.extend(first.iter().flat_map(|a| second.iter().map(move |b| mixed(a.wrapping_mul(31) ^ b))));
            }
        }
    }
}

/// The records of the right table by their key.
#[derive(Debug)]
pub(super) struct Index {
    places: HashMap<u64, (u32, u32)>,
    rows: Vec<u32>,
}

impl Index {
    /// Indexes the rows of one side by a rule. Keys whose block would hold more than `most` rows are left out, and told.
    pub(super) fn new(rule: Rule, atoms: &Atoms, rows: usize, is_left: bool, most: usize) -> (Self, Refused) {
        let mut entries: Vec<(u64, u32)> = Vec::new();
        let mut keys = Vec::new();
        for (row, number) in (0..rows).zip(0_u32..) {
            rule.keys(atoms, row, is_left, &mut keys);
            entries.extend(keys.iter().map(|key| (*key, number)));
        }
        entries.sort_unstable();
        let (mut places, mut kept, mut refused) = (HashMap::new(), Vec::new(), Refused::default());
        for block in entries.chunk_by(|a, b| a.0 == b.0) {
            if block.len() > most {
                refused.add(block.len(), block[0].1);
                continue;
            }
            let from = u32::try_from(kept.len()).unwrap_or(u32::MAX);
            kept.extend(block.iter().map(|(_, row)| *row));
            places.insert(block[0].0, (from, u32::try_from(kept.len()).unwrap_or(u32::MAX)));
        }
        (Self { places, rows: kept }, refused)
    }

    /// The records with this key.
    pub(super) fn rows(&self, key: u64) -> &[u32] {
        self.places.get(&key).map_or(&[], |&(from, to)| &self.rows[from as usize..to as usize])
    }
}

/// Blocks that were too large to be compared.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Refused {
    pub(super) blocks: usize,
    /// The size of the largest, and a record of it.
    pub(super) largest: usize,
    pub(super) example: u32,
}

impl Refused {
    fn add(&mut self, size: usize, example: u32) {
        self.blocks += 1;
        if size > self.largest {
            (self.largest, self.example) = (size, example);
        }
    }
}
