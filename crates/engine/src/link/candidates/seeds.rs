//! Pairs that are almost surely one thing, found before anything was learned: the records that share the rarest keys,
//! where no other comes near. They say which rules find what is to be found.

use super::atoms::Atoms;
use super::rules::{Index, Rule};
use crate::link::compare::Pair;

/// Records of the left table that are looked up.
pub(super) const LOOKED_UP: usize = 1_000;

/// How much rarer (in nats) the shared keys must be than those of the next best, and than chance.
const MARGIN: f32 = 2.0;

/// Larger blocks say too little to be walked.
const LARGEST_BLOCK: usize = 2_000;

/// The right table indexed by each family alone.
#[derive(Debug)]
pub(super) struct Lookup {
    indexes: Vec<Index>,
    right: usize,
    is_one_table: bool,
}

impl Lookup {
    pub(super) fn new(atoms: &Atoms, right: usize, is_one_table: bool) -> Self {
        let families = 0..atoms.families.len();
        let rule = |first| Rule { first, second: None };
        let indexes = families.map(|at| Index::new(rule(at), atoms, right, false, LARGEST_BLOCK).0).collect();
        Self { indexes, right, is_one_table }
    }

    /// The right records that share keys with a left one, with the rarity of what they share (the rarest key of each
    /// field, summed over fields), best first.
    pub(super) fn near(&self, atoms: &Atoms, row: usize) -> Vec<(f32, u32)> {
        let mut found: Vec<(u32, usize, f32)> = Vec::new();
        for (at, family) in atoms.families.iter().enumerate() {
            for key in atoms.keys(at, row, true) {
                let rows = self.indexes[at].rows(*key);
                let rarity = rarity(self.right, rows.len());
                found.extend(rows.iter().map(|other| (*other, family.field, rarity)));
            }
        }
        found.sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(b.2.total_cmp(&a.2)));
        found.dedup_by_key(|(other, field, _)| (*other, *field));
        let sums = found.chunk_by(|a, b| a.0 == b.0).map(|of| (of.iter().map(|(_, _, rarity)| rarity).sum(), of[0].0));
        let is_itself = |other: u32| self.is_one_table && other as usize == row;
        let mut sums: Vec<(f32, u32)> = sums.filter(|(_, other)| !is_itself(*other)).collect();
        sums.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        sums
    }

    /// The seeds of a sample of so many left records.
    pub(super) fn seeds(&self, atoms: &Atoms, left: usize, most: usize) -> Vec<Pair> {
        let chance = rarity(self.right, 1) + MARGIN;
        let mut seeds = Vec::new();
        for row in sample(left, most) {
            let near = self.near(atoms, row);
            let Some(&(best, other)) = near.first() else { continue };
            let next = near.get(1).map_or(0.0, |(sum, _)| *sum);
            if best >= chance && best - next >= MARGIN {
                seeds.push((u32::try_from(row).unwrap_or(u32::MAX), other));
            }
        }
        seeds
    }
}

/// At most so many rows, evenly spread; the rows are in the order of their content, so this is a stratified sample.
pub(super) fn sample(rows: usize, most: usize) -> impl Iterator<Item = usize> {
    let taken = rows.min(most);
    (0..taken).map(move |at| at * rows / taken)
}

#[expect(clippy::cast_possible_truncation, reason = "a rarity is a small number")]
fn rarity(rows: usize, with: usize) -> f32 {
    (rows.max(1) as f64 / with.max(1) as f64).ln() as f32
}
