//! Entities: which records of a table of any length are one thing, under names that last.
//!
//! Charge: finds the entities of a table without labels, rules or an expert ([`Linker::learn`], [`Linker::resolve`]), gives
//! a record that comes later to its entity without doing all again ([`Linker::insert`]), keeps to what a user said of
//! two records, and tells why two are one or not, how an entity came to be ([`Linker::why`], [`Linker::how`]), and what
//! is best known of it ([`golden`]).
//!
//! Its limits: no block of more than a thousand records, twelve pairs a record, 2,000 characters of a value; what is
//! beyond is left out with a warning that names the cause. The order of rows and fields and the parts in which they came
//! change nothing. Records that say the same are compared once; where what they say is too little to tell people apart,
//! they stay apart.
//!
//! Example: `Jon Smith, js@x.example` and `John Smith, js@x.example` are one entity; its golden record is called `John`
//! where two of three records say so.

mod blocks;
mod classes;
mod golden;
mod group;
mod identity;
mod insert;
mod level;
mod nodes;
mod table;
#[cfg(test)]
mod tests;
mod value;
mod why;

pub use blocks::{Parts, rule_name};
pub use classes::{Class, Classes};
pub use golden::{Chosen, Survivorship, golden};
pub use group::{Apart, Join};
pub use identity::{Change, EntityId};
pub use table::{Compact, MOST_FIELDS, Texts};
pub use value::Level;
pub use why::{Between, Compared, Why};

use crate::link::candidates::Way;
use blocks::Blocks;
use classes::{Seen, joined, tally};
use group::{Edge, Groups};
use nodes::Nodes;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Pairs from which the classes are learned, and random pairs beside them.
const LEARNED_FROM: usize = 600_000;
const RANDOM: usize = 50_000;

/// Copies of a record that count when classes are learned: one that comes a hundred thousand times is no hundred thousand
/// people.
const MOST_COPIES: usize = 8;

/// Nodes whose candidates are gathered in one go.
const NODES_A_PIECE: usize = 512;

/// Copies of one record from which on a user is told.
const MANY_COPIES: usize = 1_000;

/// What a user said of pairs of records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// They are one thing.
    pub same: Vec<(u32, u32)>,
    /// They are not.
    pub apart: Vec<(u32, u32)>,
}

/// What was learned of a table, which later records are held to.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// The rules of blocking.
    pub rules: Vec<Parts>,
    /// The largest block of each rule that is compared.
    pub largest: Vec<u32>,
    /// The classes of pairs.
    pub classes: Classes,
    /// How many different records it was learned from, which says how many make a value common.
    pub learned_from: u32,
}

/// What entities were before.
#[derive(Debug, Clone, Default)]
pub struct Before {
    /// Of each record, where it was there.
    pub of_record: Vec<Option<EntityId>>,
    /// Entities of records that are there no more.
    pub gone: BTreeSet<EntityId>,
    /// Ids that once were used.
    pub taken: BTreeSet<EntityId>,
}

/// The entity of each record, and what became of those before.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved {
    /// The entity of each record.
    pub of_record: Vec<EntityId>,
    /// What became of the entities before.
    pub changes: Vec<Change>,
    /// Pairs that were compared.
    pub compared: u64,
}

/// A table made ready, with what was learned.
#[derive(Debug)]
pub struct Linker<'a> {
    table: &'a Compact,
    said: Said,
    nodes: Nodes,
    blocks: Blocks,
    model: Model,
    /// The log-odds of each pattern, as far as they are kept.
    log_odds: Vec<f64>,
    /// Records that were grouped before; those after them are new.
    known: usize,
    warnings: Vec<String>,
}

impl<'a> Linker<'a> {
    /// Learns from a table.
    pub fn learn(table: &'a Compact, said: Said) -> Self {
        let nodes = Nodes::new(table, &held_apart(&said), None);
        let rules = blocks::rules(&nodes, table.fields());
        let blocks = Blocks::new(&nodes, table.fields(), &rules, None, |_| false);
        let classes = classes(&nodes, &blocks);
        let learned_from = u32::try_from(nodes.len()).unwrap_or(u32::MAX);
        let largest = blocks.largest.clone();
        let model = Model { rules, largest, classes, learned_from };
        Self::made(table, said, nodes, blocks, model, table.len())
    }

    /// Makes a table ready by what was learned before; so many of its records, the first, have their entities.
    pub fn with(table: &'a Compact, said: Said, model: Model, known: usize) -> Self {
        let apart = held_apart(&said);
        let nodes = Nodes::new(table, &apart, Some(model.learned_from));
        let is_new = |node: u32| nodes.may_be_new(node, known, &apart);
        let blocks = Blocks::new(&nodes, table.fields(), &model.rules, Some(&model.largest), is_new);
        Self::made(table, said, nodes, blocks, model, known)
    }

    fn made(table: &'a Compact, said: Said, nodes: Nodes, blocks: Blocks, model: Model, known: usize) -> Self {
        let mut warnings = oddities(table, &nodes);
        warnings.extend(blocks.warnings.iter().cloned());
        let log_odds = model.classes.every_log_odds();
        Self { table, said, nodes, blocks, model, log_odds, known, warnings }
    }

    /// What was learned.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// What a user should know.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The rules of blocking by their names, with the pairs that each brings.
    pub fn rules(&self) -> Vec<(String, u64)> {
        let named = |(parts, pairs): (&Parts, &u64)| (rule_name(parts, self.table.fields()), *pairs);
        self.model.rules.iter().zip(&self.blocks.pairs).map(named).collect()
    }

    /// Finds the entities of all records.
    pub fn resolve(&self, before: &Before) -> Resolved {
        let (edges, compared) = self.edges();
        self.grown(before, edges, compared, &[])
    }

    /// The candidates whose log-odds are above 0, and how many were compared.
    fn edges(&self) -> (Vec<Edge>, u64) {
        let all: Vec<u32> = (0_u32..).take(self.nodes.len()).collect();
        let pieces: Vec<(Vec<Edge>, u64)> = all
            .par_chunks(NODES_A_PIECE)
            .map(|piece| {
                let (mut edges, mut compared, mut near) = (Vec::new(), 0, Vec::new());
                for &one in piece {
                    self.blocks.near(one, true, &mut near);
                    compared += near.len() as u64;
                    edges.extend(near.iter().filter_map(|other| self.edge(one, *other)));
                }
                (edges, compared)
            })
            .collect();
        let compared: u64 = pieces.iter().map(|(_, compared)| compared).sum();
        (pieces.into_iter().flat_map(|(edges, _)| edges).collect(), compared)
    }

    fn edge(&self, one: u32, other: u32) -> Option<Edge> {
        let odds = self.odds(one, other);
        (odds > 0.0).then_some(Edge { odds: single(odds), one, other })
    }

    fn grown(&self, before: &Before, edges: Vec<Edge>, compared: u64, together: &[(u32, u32)]) -> Resolved {
        let odds = |one: u32, other: u32| self.odds(one, other);
        let mut groups = self.groups(&odds);
        // What stands together has stood together when it was grown: it is not asked again.
        together.iter().for_each(|(one, other)| groups.join(*one, *other));
        groups.grow(edges, |_| {});
        let of_record = self.groups_of_records(&mut groups);
        let contents: Vec<u64> = self.nodes.of_record.iter().map(|node| self.nodes.hashes[*node as usize]).collect();
        let named = identity::named(&of_record, &before.of_record, &before.gone, &contents, &before.taken);
        Resolved { of_record: named.of_record, changes: named.changes, compared }
    }

    fn odds(&self, one: u32, other: u32) -> f64 {
        let pattern = self.nodes.pattern(one, other);
        let kept = usize::try_from(pattern).ok().and_then(|at| self.log_odds.get(at));
        kept.copied().unwrap_or_else(|| self.model.classes.log_odds(pattern))
    }

    /// Every node alone, but for what a user said.
    fn groups<'b>(&self, odds: &'b (dyn Fn(u32, u32) -> f64 + Sync)) -> Groups<'b> {
        let node = |record: u32| self.nodes.of_record[record as usize];
        let of = |pairs: &[(u32, u32)]| -> Vec<(u32, u32)> { pairs.iter().map(|&(a, b)| (node(a), node(b))).collect() };
        let mut groups = Groups::new(self.nodes.len(), &of(&self.said.apart), odds);
        of(&self.said.same).iter().for_each(|(one, other)| groups.join(*one, *other));
        groups
    }

    /// The group of each record, as its first record. Records that say the same, but too little, are groups of their own.
    fn groups_of_records(&self, groups: &mut Groups<'_>) -> Vec<u32> {
        let mut first = vec![u32::MAX; self.nodes.len()];
        let mut roots = Vec::with_capacity(self.nodes.len());
        for node in (0_u32..).take(self.nodes.len()) {
            let root = groups.root(node);
            let least = self.nodes.records(node).iter().min().copied().unwrap_or(u32::MAX);
            first[root as usize] = first[root as usize].min(least);
            roots.push(root);
        }
        let mut of_record: Vec<u32> =
            self.nodes.of_record.iter().map(|node| first[roots[*node as usize] as usize]).collect();
        let said: BTreeSet<u32> = self.said.same.iter().flat_map(|(one, other)| [*one, *other]).collect();
        for node in (0_u32..).take(self.nodes.len()) {
            let records = self.nodes.records(node);
            let is_alone = groups.members(node).len() == 1;
            if records.len() > 1 && is_alone && self.odds(node, node) <= 0.0 {
                let alone = records.iter().filter(|record| !said.contains(record));
                alone.for_each(|record| of_record[*record as usize] = *record);
            }
        }
        of_record
    }
}

/// Records of pairs that a user keeps apart: they are nodes of their own.
fn held_apart(said: &Said) -> BTreeSet<u32> {
    said.apart.iter().flat_map(|(one, other)| [*one, *other]).collect()
}

/// Learns the classes from the first nodes' candidates: nodes stand in the order of a hash, so these are a sample.
fn classes(nodes: &Nodes, blocks: &Blocks) -> Classes {
    let count = u32::try_from(nodes.len()).unwrap_or(u32::MAX);
    let mut seen: Vec<(u64, f64)> = Vec::new();
    let mut pairs = 0;
    for start in (0..count).step_by(16 * NODES_A_PIECE) {
        let piece: Vec<u32> = (start..count).take(16 * NODES_A_PIECE).collect();
        let patterns: Vec<(u64, f64)> = piece.par_iter().flat_map_iter(|one| seen_by(nodes, blocks, *one)).collect();
        pairs += patterns.len();
        seen = joined(seen, tally(patterns));
        if pairs >= LEARNED_FROM {
            break;
        }
    }
    let random = random_pairs(count).map(|(one, other)| (nodes.pattern(one, other), 1.0)).collect();
    let own = (0..count).take(RANDOM).map(|node| (nodes.pattern(node, node), 1.0)).collect();
    Classes::learn(&Seen { patterns: &seen, random: &tally(random), own: &tally(own), comparisons: nodes.levels.len() })
}

/// The patterns of a node with its candidates, each with as many pairs of records as it stands for, and of its own records
/// with each other: where most of what is one thing is written alike, a model of the rest alone would learn that nothing
/// agrees in all. A pair of nodes is seen from both, so it counts half.
fn seen_by(nodes: &Nodes, blocks: &Blocks, one: u32) -> Vec<(u64, f64)> {
    let copies = |node: u32| nodes.records(node).len().min(MOST_COPIES) as f64;
    let (mut near, own) = (Vec::new(), copies(one));
    blocks.near(one, false, &mut near);
    let pair = |other: &u32| (nodes.pattern(one, *other), 0.5 * own * copies(*other));
    let mut seen: Vec<(u64, f64)> = near.iter().map(pair).collect();
    if own > 1.0 {
        seen.push((nodes.pattern(one, one), own * (own - 1.0) / 2.0));
    }
    seen
}

/// Nodes as far from each other as can be, in an order that says nothing.
fn random_pairs(count: u32) -> impl Iterator<Item = (u32, u32)> {
    let distances = (1..=count / 2).rev();
    distances.flat_map(move |distance| (0..count - distance).map(move |one| (one, one + distance))).take(RANDOM)
}

/// What is odd about a table: fields without values, values too long, one record again and again.
fn oddities(table: &Compact, nodes: &Nodes) -> Vec<String> {
    let mut warnings = Vec::new();
    for (field, column) in table.fields().iter().zip(&nodes.columns) {
        if column.texts.is_empty() && !table.is_empty() {
            warnings.push(format!("`{}` is empty in every record; it is not compared", field.name));
        }
        if column.cut > 0 {
            let cut = column.cut;
            warnings.push(format!(
                "{cut} values of `{}` are longer than 2,000 characters; their beginnings are compared",
                field.name
            ));
        }
    }
    let most = (0_u32..).take(nodes.len()).max_by_key(|node| (nodes.records(*node).len(), std::cmp::Reverse(*node)));
    if let Some(node) = most.filter(|node| nodes.records(*node).len() >= MANY_COPIES) {
        let values: Vec<&str> =
            (0..table.fields().len()).map(|field| nodes.text(node, field)).filter(|text| !text.is_empty()).collect();
        let said: String = values.join(", ").chars().take(60).collect();
        warnings.push(format!("one record comes {} times (`{said}`); it is compared once", nodes.records(node).len()));
    }
    warnings
}

#[expect(clippy::cast_possible_truncation, reason = "log-odds are small numbers")]
fn single(odds: f64) -> f32 {
    odds as f32
}

/// A rule of blocking from what it was written as: pairs of a field's number and the word for a way.
pub fn parts_of(words: &[(usize, &str)]) -> Option<Parts> {
    let part =
        |(field, word): &(usize, &str)| Way::ALL.into_iter().find(|way| way.word() == *word).map(|way| (*field, way));
    words.iter().map(part).collect()
}
