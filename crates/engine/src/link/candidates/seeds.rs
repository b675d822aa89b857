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

    /// What `near` works in, for one record after another.
    pub(super) fn sums(&self) -> Sums {
        Sums { in_field: vec![UNSEEN; self.right], total: vec![UNSEEN; self.right], ..Sums::default() }
    }

    /// The right records that share keys with a left one, with the rarity of what they share (the rarest key of each
    /// field, summed over fields), best first.
    pub(super) fn nearest(&self, atoms: &Atoms, row: usize, sums: &mut Sums) -> Vec<(f32, u32)> {
        let mut near = self.near(atoms, row, sums);
        near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        near
    }

    /// The same in no order.
    fn near(&self, atoms: &Atoms, row: usize, sums: &mut Sums) -> Vec<(f32, u32)> {
        // Families stand field by field.
        let mut field = 0;
        for (at, family) in atoms.families.iter().enumerate() {
            if family.field != field {
                sums.end_field();
                field = family.field;
            }
            for key in atoms.keys(at, row, true) {
                let rows = self.indexes[at].rows(*key);
                let rarity = rarity(self.right, rows.len());
                rows.iter().for_each(|other| sums.see(*other, rarity));
            }
        }
        sums.end_field();
        let mut near = sums.take();
        near.retain(|(_, other)| !(self.is_one_table && *other as usize == row));
        near
    }

    /// The seeds of a sample of so many left records.
    pub(super) fn seeds(&self, atoms: &Atoms, left: usize, most: usize) -> Vec<Pair> {
        let chance = rarity(self.right, 1) + MARGIN;
        let (mut seeds, mut sums) = (Vec::new(), self.sums());
        for row in sample(left, most) {
            let near = self.near(atoms, row, &mut sums);
            let order = |a: &&(f32, u32), b: &&(f32, u32)| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1));
            let Some(&(best, other)) = near.iter().max_by(order) else { continue };
            let others = near.iter().filter(|(_, row)| *row != other);
            let next = others.map(|(sum, _)| *sum).fold(0.0, f32::max);
            if best >= chance && best - next >= MARGIN {
                seeds.push((u32::try_from(row).unwrap_or(u32::MAX), other));
            }
        }
        seeds
    }
}

/// A record that has not been seen; no rarity is below 0.
const UNSEEN: f32 = -1.0;

/// Sums over fields of the rarest key that records share with one, by record.
#[derive(Debug, Default)]
pub(super) struct Sums {
    in_field: Vec<f32>,
    total: Vec<f32>,
    seen_in_field: Vec<u32>,
    seen: Vec<u32>,
}

impl Sums {
    fn see(&mut self, other: u32, rarity: f32) {
        let best = &mut self.in_field[other as usize];
        if *best < 0.0 {
            self.seen_in_field.push(other);
        }
        *best = best.max(rarity);
    }

    fn end_field(&mut self) {
        for other in self.seen_in_field.drain(..) {
            let total = &mut self.total[other as usize];
            if *total < 0.0 {
                self.seen.push(other);
                *total = 0.0;
            }
            *total += std::mem::replace(&mut self.in_field[other as usize], UNSEEN);
        }
    }

    fn take(&mut self) -> Vec<(f32, u32)> {
        let total = &mut self.total;
        self.seen.drain(..).map(|other| (std::mem::replace(&mut total[other as usize], UNSEEN), other)).collect()
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
