//! Which pairs are worth comparing, without an expert who writes rules.
//!
//! Every field is found in every way that its kind allows (`atoms`), alone and in company (`rules`). A rule's cost is
//! the pairs that it brings, counted; its worth is the share of the seeds (`seeds`) that it finds and the chosen ones
//! do not. The rule with the most worth for its cost is taken, until all seeds are found or the budget is spent. What
//! lies outside is estimated later, once a model can tell matches (`Blocking::outside`).
//!
//! Where titles tell records apart, rules are half of it: the other half are the nearest titles of each record (`titles`).
//!
//! Bounded: at most [`Budget::pairs_a_record`] pairs a record on average by rules, [`Budget::nearest`] for a title, and no
//! block above [`Budget::largest_block`] records; those are refused with a warning that names the rule and a value.

mod atoms;
mod rules;
mod seeds;
#[cfg(test)]
mod tests;
mod titles;

use super::compare::Pair;
use super::meaning::title_of;
use super::table::{Field, Kind, Rows};
use atoms::Atoms;
pub use atoms::Way;
pub(super) use atoms::{Family, mixed};
use rayon::prelude::*;
use rules::{Index, Rule};
use seeds::{LOOKED_UP, Lookup, sample};

/// What candidates may cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Budget {
    /// Pairs for each record of the left table, on average.
    pub pairs_a_record: usize,
    /// The most records of one side in a block.
    pub largest_block: usize,
    /// The nearest titles that are brought for each record of either table.
    pub nearest: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { pairs_a_record: 40, largest_block: 1_000, nearest: 20 }
    }
}

/// The candidates of two tables, and how they were found.
#[derive(Debug)]
pub struct Blocking {
    /// Ascending, each once.
    pub pairs: Vec<Pair>,
    /// The rules that were chosen, in that order, with the pairs each brings.
    pub rules: Vec<(String, usize)>,
    /// What a user should know.
    pub warnings: Vec<String>,
    atoms: Atoms,
    lookup: Lookup,
    left: usize,
    right: usize,
}

impl Blocking {
    /// Finds the candidates. Where records of one table are compared, it stands on both sides, and each pair comes once,
    /// the earlier record first.
    pub fn find(fields: &[Field], left: &Rows, right: &Rows, is_one_table: bool, budget: Budget) -> Self {
        let kinds: Vec<Kind> = fields.iter().map(|field| field.kind).collect();
        let names: Vec<String> = fields.iter().map(|field| field.name.clone()).collect();
        let atoms = Atoms::new(&kinds, left, right);
        let lookup = Lookup::new(&atoms, right.len(), is_one_table);
        let seeds = lookup.seeds(&atoms, left.len(), LOOKED_UP);
        let title = title_of(fields, left, right);
        let share = if title.is_some() { 2 } else { 1 };
        let most = budget.pairs_a_record * left.len().max(1) / share;
        let sizes = (left.len(), right.len());
        let weighed = weigh(&atoms, sizes, &seeds, budget.largest_block, most, false);
        let chosen = choose(&weighed, seeds.len(), most);
        let (mut rules, mut warnings, mut indexes) = (Vec::new(), Vec::new(), Vec::new());
        for at in chosen {
            let Weighed { rule, cost, .. } = weighed[at];
            let (index, refused) = Index::new(rule, &atoms, right.len(), false, budget.largest_block);
            let name = rule.name(&atoms, &names);
            if refused.blocks > 0 {
                let (first, example) = (atoms.families[rule.first].field, refused.example as usize);
                warnings.push(format!(
                    "{} blocks by {name} are too large to compare; the largest holds {} records, such as one with {} `{}`",
                    refused.blocks,
                    refused.largest,
                    names[first],
                    right.value(example, first).chars().take(40).collect::<String>(),
                ));
            }
            rules.push((name, cost));
            indexes.push((rule, index));
        }
        let mut pairs = gather(&atoms, &indexes, left.len(), is_one_table);
        if let Some(field) = title.filter(|_| budget.nearest > 0) {
            let near = titles::nearest(left, right, field, is_one_table, budget.nearest);
            rules.push((format!("{} nearest", names[field]), near.len()));
            pairs.extend(near);
            pairs.sort_unstable();
            pairs.dedup();
        }
        Self { pairs, rules, warnings, atoms, lookup, left: left.len(), right: right.len() }
    }

    /// Further pairs that are worth comparing, as somebody spoke of them.
    pub fn add(&mut self, pairs: impl Iterator<Item = Pair>) {
        let before = self.pairs.len();
        self.pairs.extend(pairs);
        if self.pairs.len() > before {
            self.pairs.sort_unstable();
            self.pairs.dedup();
        }
    }

    /// The records of either side.
    pub fn sizes(&self) -> (usize, usize) {
        (self.left, self.right)
    }

    /// For a sample of left records, those right records that share rare keys with them, candidates or not, best first:
    /// the wide net in which a model looks for what the candidates lack.
    pub fn wide(&self, records: usize, most: usize) -> Vec<(u32, Vec<u32>)> {
        let rows: Vec<usize> = sample(self.left, records).collect();
        let near = rows.into_par_iter().map_init(
            || self.lookup.sums(),
            |sums, row| {
                let near = self.lookup.nearest(&self.atoms, row, sums);
                (u32::try_from(row).unwrap_or(u32::MAX), near.into_iter().take(most).map(|(_, other)| other).collect())
            },
        );
        near.collect()
    }
}

/// The rules by which the records of one table find each other, chosen on a sample of it: each is one or two fields with
/// the way in which they are found. `pairs` is what they may bring in the sample, `largest` its largest block.
pub(super) fn rules_for(fields: &[Field], sample: &Rows, pairs: usize, largest: usize) -> Vec<Vec<(usize, Way)>> {
    /// Records of the sample that are looked up; most have no other of theirs in it.
    const OF_SAMPLE: usize = 4_000;
    let kinds: Vec<Kind> = fields.iter().map(|field| field.kind).collect();
    let mut atoms = Atoms::new(&kinds, sample, sample);
    atoms.families.retain(|family| family.way != Way::Gram);
    let lookup = Lookup::new(&atoms, sample.len(), true);
    let seeds = lookup.seeds(&atoms, sample.len(), OF_SAMPLE);
    let weighed = weigh(&atoms, (sample.len(), sample.len()), &seeds, largest, pairs, true);
    let part = |family: usize| (atoms.families[family].field, atoms.families[family].way);
    let parts = |at: usize| {
        let Rule { first, second } = weighed[at].rule;
        std::iter::once(first).chain(second).map(part).collect()
    };
    choose(&weighed, seeds.len(), pairs).into_iter().map(parts).collect()
}

/// How many rules are to find each seed.
const TIMES: usize = 3;

/// A rule with what it costs and which seeds it finds.
#[derive(Debug, Clone)]
struct Weighed {
    rule: Rule,
    cost: usize,
    found: Vec<bool>,
}

fn weigh(
    atoms: &Atoms,
    (left, right): (usize, usize),
    seeds: &[Pair],
    largest: usize,
    most: usize,
    once: bool,
) -> Vec<Weighed> {
    let rules = Rule::every(atoms);
    let weighed = rules.into_par_iter().filter_map(|rule| {
        let found: Vec<bool> = seeds.iter().map(|&seed| finds(rule, atoms, seed)).collect();
        if !found.contains(&true) && !seeds.is_empty() {
            return None;
        }
        let cost = cost(rule, atoms, (left, right), largest, once);
        (cost > 0 && cost <= most).then_some(Weighed { rule, cost, found })
    });
    weighed.collect()
}

fn finds(rule: Rule, atoms: &Atoms, (left, right): Pair) -> bool {
    let (mut one, mut other) = (Vec::new(), Vec::new());
    rule.keys(atoms, left as usize, true, &mut one);
    rule.keys(atoms, right as usize, false, &mut other);
    one.iter().any(|key| other.contains(key))
}

/// How many pairs a rule brings, counted on a sixteenth of its keys where there are many; `once` where the two sides are
/// one table and a pair counts once.
fn cost(rule: Rule, atoms: &Atoms, (left, right): (usize, usize), largest: usize, once: bool) -> usize {
    let share = if left + right > 20_000 { 16 } else { 1 };
    let counted = |rows: usize, is_left: bool| {
        let (mut all, mut keys) = (Vec::new(), Vec::new());
        for row in 0..rows {
            rule.keys(atoms, row, is_left, &mut keys);
            all.extend(keys.iter().copied().filter(|key| key % share == 0));
        }
        all.sort_unstable();
        all
    };
    let one = counted(left, true);
    let other = if once { one.clone() } else { counted(right, false) };
    let mut blocks = other.chunk_by(|a, b| a == b).peekable();
    let mut pairs = 0_usize;
    for block in one.chunk_by(|a, b| a == b) {
        while blocks.next_if(|other| other[0] < block[0]).is_some() {}
        if let Some(same) = blocks.next_if(|other| other[0] == block[0] && other.len() <= largest) {
            pairs += if once { block.len() * (block.len() - 1) / 2 } else { block.len() * same.len() };
        }
    }
    pairs * usize::try_from(share).unwrap_or(1)
}

/// The rules to use: each time the one that finds most further seeds for its pairs. Seeds are easy pairs; each is to be
/// found by [`TIMES`] rules, so that a pair that one rule misses has another that may find it.
fn choose(rules: &[Weighed], seeds: usize, most: usize) -> Vec<usize> {
    let mut missing = vec![TIMES; seeds];
    let (mut chosen, mut spent) = (Vec::new(), 0);
    loop {
        let worth = |rule: &Weighed| -> usize {
            rule.found.iter().zip(&missing).filter(|(found, _)| **found).map(|(_, missing)| missing * missing).sum()
        };
        let affordable = (0..rules.len()).filter(|at| !chosen.contains(at) && spent + rules[*at].cost <= most);
        // What brings few pairs still costs an index.
        let rate = |at: usize| worth(&rules[at]) as f64 / (rules[at].cost as f64 + seeds as f64);
        let best = affordable.map(|at| (rate(at), at)).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        // Without any seed the first rules, which ask for whole values, are all there is to go by.
        let Some((_, best)) = best.filter(|(rate, _)| *rate > 0.0 || seeds == 0 && chosen.len() < TIMES) else {
            return chosen;
        };
        spent += rules[best].cost;
        for (missing, found) in missing.iter_mut().zip(&rules[best].found) {
            *missing = missing.saturating_sub(usize::from(*found));
        }
        chosen.push(best);
    }
}

/// The pairs of all rules, each once.
fn gather(atoms: &Atoms, indexes: &[(Rule, Index)], left: usize, is_one_table: bool) -> Vec<Pair> {
    let rows: Vec<u32> = (0_u32..).take(left).collect();
    let of = |&row: &u32| {
        let (mut near, mut keys) = (Vec::new(), Vec::new());
        for (rule, index) in indexes {
            rule.keys(atoms, row as usize, true, &mut keys);
            keys.iter().for_each(|key| near.extend_from_slice(index.rows(*key)));
        }
        near.sort_unstable();
        near.dedup();
        near.retain(|other| !is_one_table || *other > row);
        near.into_iter().map(|other| (row, other)).collect::<Vec<Pair>>()
    };
    rows.par_iter().flat_map_iter(of).collect()
}
