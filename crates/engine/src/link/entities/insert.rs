//! Later records: they find their entities without a full run, and come to stand as a full run by the same model would
//! have them.
//!
//! Entities grow within the *components* that candidates of positive log-odds make, and no component knows of another.
//! So it is enough to grow those anew in which something changed: a new node, a node whose value became common with the
//! new ones, one whose block became too large, one of which a user spoke. From these the components are walked, pair by
//! pair; all other entities stay as they are.
//!
//! Example: a new record that is like one of a and one of b brings both into its component; the three are grown as if
//! they had come together, and a and b are one, or two, by the mean of all their pairs.

use super::group::Edge;
use super::{Before, EntityId, Linker, NODES_A_PIECE, Resolved, held_apart};
use rayon::prelude::*;

#[cfg(test)]
mod tests;

/// Whether a node was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reached {
    No,
    /// It is looked at in this round.
    Now,
    /// All its pairs are known.
    Before,
}

impl Linker<'_> {
    /// Finds the entities of the records that have none yet, and of those that they touch; all others stay what they were.
    pub fn insert(&self, before: &Before) -> Resolved {
        if self.blocks.is_tightened {
            return self.resolve(before);
        }
        let (reached, edges, compared) = self.reach(self.touched());
        let is_left = |node: u32| reached[node as usize] == Reached::No;
        let mut together: Vec<(EntityId, u32)> = (before.of_record.iter().zip(&self.nodes.of_record))
            .filter_map(|(id, node)| Some(((*id)?, *node)))
            .filter(|(_, node)| is_left(*node))
            .collect();
        together.sort_unstable();
        let pairs: Vec<(u32, u32)> =
            together.windows(2).filter(|two| two[0].0 == two[1].0).map(|two| (two[0].1, two[1].1)).collect();
        self.grown(before, edges, compared, &pairs)
    }

    /// The nodes at which something changed.
    fn touched(&self) -> Vec<u32> {
        let all = || (0_u32..).take(self.nodes.len());
        let has_new = |node: &u32| self.nodes.records(*node).iter().any(|record| *record as usize >= self.known);
        let mut touched: Vec<u32> = all().filter(has_new).collect();
        let apart = held_apart(&self.said);
        let new: Vec<u32> = all().filter(|node| self.nodes.may_be_new(*node, self.known, &apart)).collect();
        for (field, column) in self.nodes.columns.iter().enumerate() {
            let mut added = vec![0_u32; column.texts.len()];
            for node in &new {
                if let Some(added) = added.get_mut(self.nodes.value(*node, field) as usize) {
                    *added += 1;
                }
            }
            let has_turned: Vec<bool> =
                added.iter().zip(0..).map(|(added, id)| *added > 0 && column.has_turned(id, *added)).collect();
            let is_so = |node: &u32| has_turned.get(self.nodes.value(*node, field) as usize).is_some_and(|is| *is);
            touched.extend(all().filter(is_so));
        }
        touched.extend(&self.blocks.overgrown);
        let said = self.said.same.iter().chain(&self.said.apart).flat_map(|(one, other)| [*one, *other]);
        touched.extend(said.map(|record| self.nodes.of_record[record as usize]));
        touched.sort_unstable();
        touched.dedup();
        touched
    }

    /// Walks the components of these nodes: which were reached, the edges among them, and how many pairs were compared.
    fn reach(&self, touched: Vec<u32>) -> (Vec<Reached>, Vec<Edge>, u64) {
        let mut reached = vec![Reached::No; self.nodes.len()];
        let (mut edges, mut compared, mut round) = (Vec::new(), 0, touched);
        while !round.is_empty() {
            round.iter().for_each(|node| reached[*node as usize] = Reached::Now);
            let pieces: Vec<(Vec<Edge>, u64)> =
                round.par_chunks(NODES_A_PIECE).map(|piece| self.edges_from(piece, &reached)).collect();
            round.iter().for_each(|node| reached[*node as usize] = Reached::Before);
            let found = pieces.iter().flat_map(|(edges, _)| edges).map(|edge| edge.other);
            let mut next: Vec<u32> = found.filter(|node| reached[*node as usize] == Reached::No).collect();
            next.sort_unstable();
            next.dedup();
            for (piece, count) in pieces {
                edges.extend(piece);
                compared += count;
            }
            round = next;
        }
        (reached, edges, compared)
    }

    /// The edges of nodes that are looked at, each pair once.
    fn edges_from(&self, piece: &[u32], reached: &[Reached]) -> (Vec<Edge>, u64) {
        let (mut edges, mut compared, mut near) = (Vec::new(), 0, Vec::new());
        for &one in piece {
            self.blocks.near(one, false, &mut near);
            near.retain(|&other| match reached[other as usize] {
                Reached::No => true,
                Reached::Now => other > one,
                Reached::Before => false,
            });
            compared += near.len() as u64;
            edges.extend(near.iter().filter_map(|other| self.edge(one, *other)));
        }
        (edges, compared)
    }
}
