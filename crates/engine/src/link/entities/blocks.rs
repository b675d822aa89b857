//! Which nodes are worth comparing, bounded in time and memory.
//!
//! The rules are chosen on a sample, by the same measure as for two tables (`candidates`): what finds most for its
//! pairs. Then each rule gives its blocks of nodes. Two bounds hold whatever the data is: no block above
//! [`LARGEST_BLOCK`], and at most [`PAIRS_A_NODE`] pairs a node in all; the largest blocks are refused first, and the
//! warning names the rule, the value and the size.

use super::nodes::Nodes;
use super::table::NONE;
use crate::link::candidates::{Family, Way, mixed, rules_for};
use crate::link::table::{Field, Rows};
use rayon::prelude::*;

/// The most nodes of a block.
const LARGEST_BLOCK: usize = 1_000;

/// The most pairs in all, for each node.
const PAIRS_A_NODE: usize = 12;

/// Nodes on which rules are chosen.
const SAMPLE: usize = 30_000;

/// The most keys of a node by one rule.
const MOST_KEYS: usize = 32;

/// A rule of blocking: one or two fields, each with the way in which it is found.
pub type Parts = Vec<(usize, Way)>;

/// Blocks of nodes, and in which of them each node is.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    /// The nodes of all blocks, ascending in each.
    nodes: Vec<u32>,
    /// Where each block begins, and the end.
    starts: Vec<u32>,
    /// The blocks of all nodes.
    of_node: Vec<u32>,
    /// Where those of each node begin, and the end.
    of_node_starts: Vec<u32>,
    /// Pairs by each rule; those of several are counted for each.
    pub(super) pairs: Vec<u64>,
    /// The largest block that is compared, by each rule.
    pub(super) largest: Vec<u32>,
    /// Nodes of blocks that were compared until new nodes came.
    pub(super) overgrown: Vec<u32>,
    /// Whether blocks that were compared before are left out, as there would be too many pairs.
    pub(super) is_tightened: bool,
    /// What a user should know.
    pub(super) warnings: Vec<String>,
}

/// Chooses the rules of a table.
pub(super) fn rules(nodes: &Nodes, fields: &[Field]) -> Vec<Parts> {
    let taken = nodes.len().min(SAMPLE);
    let row = |node: u32| (0..fields.len()).map(|field| nodes.text(node, field).to_owned()).collect();
    let sample = Rows((0_u32..).take(taken).map(row).collect());
    // Pairs grow with the square of the sample.
    let share = taken as f64 / nodes.len().max(1) as f64;
    let scaled = |count: usize, share: f64| whole(count as f64 * share);
    let pairs = scaled(PAIRS_A_NODE * nodes.len(), share * share);
    rules_for(fields, &sample, pairs, scaled(LARGEST_BLOCK, share).max(10))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
fn whole(count: f64) -> usize {
    count as usize
}

/// As a reader knows a rule: `postcode whole + surname sound`.
pub fn rule_name(parts: &[(usize, Way)], fields: &[Field]) -> String {
    let part = |(field, way): &(usize, Way)| format!("{} {}", fields[*field].name, way.word());
    parts.iter().map(part).collect::<Vec<String>>().join(" + ")
}

/// The blocks of one rule, as ranges of its entries.
struct OfRule {
    entries: Vec<(u64, u32)>,
    blocks: Vec<(usize, usize)>,
}

impl Blocks {
    /// The blocks of these rules; where they were used before, up to the sizes that were compared then, and up to twice as
    /// many pairs.
    pub(super) fn new(
        nodes: &Nodes,
        fields: &[Field],
        rules: &[Parts],
        before: Option<&[u32]>,
        is_new: impl Fn(u32) -> bool,
    ) -> Self {
        let mut blocks = Self { starts: vec![0], ..Self::default() };
        let most = (PAIRS_A_NODE * nodes.len()) as u64 * if before.is_some() { 2 } else { 1 };
        for (at, parts) in rules.iter().enumerate() {
            let mut of = OfRule::new(nodes, parts);
            let left = most.saturating_sub(blocks.pairs.iter().sum());
            let before = before.map(|before| before.get(at).map_or(0, |largest| *largest as usize));
            let (largest, refused) = of.bound(left, before);
            blocks.is_tightened |= before.is_some_and(|before| largest < before);
            for &(from, to) in refused.iter().filter(|_| before.is_some()) {
                let block = || of.entries[from..to].iter().map(|(_, node)| *node);
                let was = block().filter(|node| !is_new(*node)).count();
                blocks.overgrown.extend(block().filter(|_| was <= largest));
            }
            blocks.largest.push(u32::try_from(largest).unwrap_or(u32::MAX));
            if let Some(&(from, to)) = refused.first() {
                let (field, _) = parts[0];
                let value: String = nodes.text(of.entries[from].1, field).chars().take(40).collect();
                let name = rule_name(parts, fields);
                blocks.warnings.push(format!(
                    "{} blocks by {name} are left out (more than {LARGEST_BLOCK} records, or beyond {PAIRS_A_NODE} pairs a \
                     record in all); the largest holds {} records, such as one with {} `{value}`",
                    refused.len(),
                    to - from,
                    fields[field].name,
                ));
            }
            blocks.add(&of);
        }
        blocks.index(nodes.len());
        blocks
    }

    fn add(&mut self, of: &OfRule) {
        let mut pairs = 0;
        for &(from, to) in &of.blocks {
            self.nodes.extend(of.entries[from..to].iter().map(|(_, node)| *node));
            self.starts.push(u32::try_from(self.nodes.len()).unwrap_or(NONE));
            pairs += pairs_of(to - from);
        }
        self.pairs.push(pairs);
    }

    /// Says in which blocks each node is.
    fn index(&mut self, nodes: usize) {
        let mut starts = vec![0_u32; nodes + 1];
        self.nodes.iter().for_each(|node| starts[*node as usize + 1] += 1);
        for at in 0..nodes {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        self.of_node = vec![0; self.nodes.len()];
        for (block, ends) in (0_u32..).zip(self.starts.windows(2)) {
            for node in &self.nodes[ends[0] as usize..ends[1] as usize] {
                self.of_node[next[*node as usize] as usize] = block;
                next[*node as usize] += 1;
            }
        }
        self.of_node_starts = starts;
    }

    /// The other nodes that share a block with this one: all of them, or those after it.
    pub(super) fn near(&self, node: u32, only_after: bool, near: &mut Vec<u32>) {
        near.clear();
        let own = self.of_node_starts[node as usize] as usize..self.of_node_starts[node as usize + 1] as usize;
        for block in &self.of_node[own] {
            let block = &self.nodes[self.starts[*block as usize] as usize..self.starts[*block as usize + 1] as usize];
            let from = if only_after { block.partition_point(|other| *other <= node) } else { 0 };
            near.extend_from_slice(&block[from..]);
        }
        near.sort_unstable();
        near.dedup();
        near.retain(|other| *other != node);
    }
}

fn pairs_of(nodes: usize) -> u64 {
    let nodes = nodes as u64;
    nodes * nodes.saturating_sub(1) / 2
}

impl OfRule {
    /// The nodes of each key, where they are several.
    fn new(nodes: &Nodes, parts: &[(usize, Way)]) -> Self {
        let families: Vec<Family> = parts
            .par_iter()
            .map(|&(field, way)| {
                let texts = &nodes.columns[field].texts;
                let values = (0_u32..).take(texts.len()).map(|id| (texts.get(id), texts.get(id)));
                Family::read(field, way, nodes.columns[field].kind, values)
            })
            .collect();
        let mut entries: Vec<(u64, u32)> = Vec::with_capacity(nodes.len());
        let (mut keys, mut longer) = (Vec::new(), Vec::new());
        for node in (0_u32..).take(nodes.len()) {
            keys.clear();
            keys.push(0);
            for (family, (field, _)) in families.iter().zip(parts) {
                let own: &[u64] = match nodes.value(node, *field) {
                    NONE => &[],
                    id => family.keys(id),
                };
                longer.clear();
                keys.iter().for_each(|a: &u64| longer.extend(own.iter().map(|b| mixed(a.wrapping_mul(31) ^ b))));
                std::mem::swap(&mut keys, &mut longer);
            }
            entries.extend(keys.iter().take(MOST_KEYS).map(|key| (*key, node)));
        }
        entries.par_sort_unstable();
        entries.dedup();
        let mut blocks = Vec::new();
        let mut from = 0;
        for block in entries.chunk_by(|a, b| a.0 == b.0) {
            if block.len() > 1 {
                blocks.push((from, from + block.len()));
            }
            from += block.len();
        }
        Self { entries, blocks }
    }

    /// Keeps blocks within the bounds, by the largest size for which all are; says which that is, and gives back the
    /// others, the largest first. A bound that was found before stands, unless there would be too many pairs.
    fn bound(&mut self, most: u64, before: Option<usize>) -> (usize, Vec<(usize, usize)>) {
        let size = |block: &(usize, usize)| block.1 - block.0;
        let allowed = before.unwrap_or(LARGEST_BLOCK);
        let mut sizes: Vec<usize> = self.blocks.iter().map(size).filter(|size| *size <= allowed).collect();
        sizes.sort_unstable();
        let (mut sum, mut largest, mut is_full) = (0, 0, false);
        for same in sizes.chunk_by(|a, b| a == b) {
            sum += pairs_of(same[0]) * same.len() as u64;
            is_full = sum > most;
            if is_full {
                break;
            }
            largest = same[0];
        }
        // Where there is room, later blocks may grow up to what is allowed.
        let largest = if is_full { largest } else { allowed };
        let (kept, mut refused): (Vec<_>, Vec<_>) =
            self.blocks.iter().copied().partition(|block| size(block) <= largest);
        self.blocks = kept;
        refused.sort_by_key(|block| (std::cmp::Reverse(size(block)), block.0));
        (largest, refused)
    }
}
