//! Grows one tree, always at the leaf whose split gains most.

use rayon::prelude::*;

use super::gradient::{Cell, Sums};
use super::histogram::BlockHistogram;
use super::search::{Candidate, Search};
use crate::number::{index_u16, index_u32};
use crate::trees::TreeNode;

/// Rows times blocks below which a node is not worth sharing out to other threads.
const PARALLEL_FROM: usize = 1 << 14;

/// The histograms of one node, a block each.
type Histograms = Vec<BlockHistogram>;

/// A tree, and which rows are in which leaf.
pub(super) struct Grown {
    /// The nodes, the root first.
    pub(super) nodes: Vec<TreeNode>,
    /// The rows that were grown on, leaf by leaf.
    rows: Vec<u32>,
    /// Each leaf's part of `rows` and its value.
    leaves: Vec<(usize, usize, f64)>,
}

impl Grown {
    /// Adds each leaf's value to the scores of the rows that the tree was grown on.
    pub(super) fn add_to(&self, log_odds: &mut [f64]) {
        for &(start, end, value) in &self.leaves {
            for &row in &self.rows[start..end] {
                log_odds[row as usize] += value;
            }
        }
    }
}

/// A leaf that may still be split.
struct OpenLeaf {
    /// Its index among the nodes.
    node: usize,
    start: usize,
    end: usize,
    depth: usize,
    sums: Sums,
    split: Option<Candidate>,
    histograms: Histograms,
}

/// A growing tree. Histograms are taken from `spare` and go back to it.
struct Growth<'a> {
    search: Search<'a>,
    cells: &'a [Cell],
    rows: Vec<u32>,
    /// Where a partition keeps the rows that go right.
    others: Vec<u32>,
    nodes: Vec<TreeNode>,
    leaves: Vec<OpenLeaf>,
    spare: &'a mut Vec<Histograms>,
}

/// Grows a tree on these rows (ascending); `spare` lends the memory of histograms.
pub(super) fn grow(search: Search<'_>, cells: &[Cell], rows: Vec<u32>, spare: &mut Vec<Histograms>) -> Grown {
    let others = vec![0; rows.len()];
    let (nodes, leaves) = (Vec::new(), Vec::new());
    let mut growth = Growth { search, cells, rows, others, nodes, leaves, spare };
    growth.plant();
    while growth.leaves.len() < search.params.max_leaves {
        let Some(index) = growth.best_leaf() else { break };
        growth.split(index);
    }
    growth.finish()
}

impl Growth<'_> {
    /// The root: one leaf of all rows.
    fn plant(&mut self) {
        let mut histograms = self.take_histograms();
        let (rows, cells, search) = (&self.rows, self.cells, self.search);
        let fill = |(block, histogram): (usize, &mut BlockHistogram)| {
            histogram.fill(&search.binned.blocks[block], rows, cells);
        };
        histograms.par_iter_mut().enumerate().for_each(fill);
        let sums = histograms[0].total();
        let best = |(block, histogram)| search.best_of_block(block, histogram, sums);
        let split = histograms.iter().enumerate().map(best).fold(None, Candidate::better);
        let end = self.rows.len();
        self.nodes.push(PLACE);
        self.leaves.push(OpenLeaf { node: 0, start: 0, end, depth: 0, sums, split, histograms });
    }

    /// The leaf with the greatest gain; the first of equals.
    fn best_leaf(&self) -> Option<usize> {
        let gain = |index: usize| self.leaves[index].split.map(|split| split.gain);
        let open = (0..self.leaves.len()).filter(|&index| gain(index).is_some());
        open.reduce(|best, next| if gain(next) > gain(best) { next } else { best })
    }

    /// Splits one leaf: the left child takes its place, the right one comes last.
    fn split(&mut self, index: usize) {
        let Some(split) = self.leaves[index].split else { return };
        let (start, end) = (self.leaves[index].start, self.leaves[index].end);
        let middle = start + self.partition(start, end, &split);
        let first_child = self.nodes.len();
        self.nodes[self.leaves[index].node] = self.split_node(&split, first_child);
        self.nodes.extend([PLACE; 2]);
        let parent = &self.leaves[index];
        let (depth, sums) = (parent.depth + 1, parent.sums);
        let child =
            |node, start, end, sums| OpenLeaf { node, start, end, depth, sums, split: None, histograms: Vec::new() };
        let mut left = child(first_child, start, middle, split.left);
        let mut right = child(first_child + 1, middle, end, sums.minus(split.left));
        self.search_children(index, &mut left, &mut right);
        self.leaves[index] = left;
        self.leaves.push(right);
    }

    fn split_node(&self, split: &Candidate, left: usize) -> TreeNode {
        let binned = self.search.binned;
        TreeNode::Split {
            column: index_u16(binned.columns[split.position]),
            threshold: binned.threshold(split.position, split.code),
            missing_left: split.missing_left,
            left: index_u16(left),
        }
    }

    /// Brings the rows that go left before the others, keeping the order of both; gives how many
    /// go left. Each row is written to both sides and one of the two is kept: no branch to guess.
    fn partition(&mut self, start: usize, end: usize, split: &Candidate) -> usize {
        let code = self.search.binned.codes(split.position);
        let part = &mut self.rows[start..end];
        let others = &mut self.others[..part.len()];
        let mut left = 0;
        for index in 0..part.len() {
            let row = part[index];
            part[left] = row;
            others[index - left] = row;
            left += usize::from(split.goes_left(code(row)));
        }
        part[left..].copy_from_slice(&others[..end - start - left]);
        left
    }

    /// Finds the best split of both children: the smaller one's histogram is filled, the larger
    /// one's is what is left of the parent's.
    fn search_children(&mut self, parent: usize, left: &mut OpenLeaf, right: &mut OpenLeaf) {
        let large_part = std::mem::take(&mut self.leaves[parent].histograms);
        let last = self.leaves.len() + 1 == self.search.params.max_leaves;
        if last || left.depth == self.search.params.max_depth {
            self.spare.push(large_part);
            return;
        }
        let small_part = self.take_histograms();
        let left_is_small = left.end - left.start <= right.end - right.start;
        let (small, large) = if left_is_small { (left, right) } else { (right, left) };
        (small.histograms, large.histograms) = (small_part, large_part);
        for (small_best, large_best) in self.search_blocks(small, large) {
            small.split = Candidate::better(small.split, small_best);
            large.split = Candidate::better(large.split, large_best);
        }
    }

    /// Makes the histograms of both children, block by block, and gives each block's best splits.
    fn search_blocks(&self, small: &mut OpenLeaf, large: &mut OpenLeaf) -> Vec<(Option<Candidate>, Option<Candidate>)> {
        let (rows, cells, search) = (&self.rows[small.start..small.end], self.cells, self.search);
        let (small_sums, large_sums) = (small.sums, large.sums);
        let work = |(block, (small, large)): (usize, (&mut BlockHistogram, &mut BlockHistogram))| {
            small.fill(&search.binned.blocks[block], rows, cells);
            large.subtract(small);
            let small_best = search.best_of_block(block, small, small_sums);
            (small_best, search.best_of_block(block, large, large_sums))
        };
        let (small, large) = (&mut small.histograms, &mut large.histograms);
        if rows.len() * small.len() >= PARALLEL_FROM {
            small.par_iter_mut().zip(large).enumerate().map(work).collect()
        } else {
            small.iter_mut().zip(large).enumerate().map(work).collect()
        }
    }

    fn take_histograms(&mut self) -> Histograms {
        let blocks = self.search.binned.blocks.len();
        self.spare.pop().unwrap_or_else(|| vec![BlockHistogram::empty(); blocks])
    }

    /// Values the leaves, and gives their histograms back.
    fn finish(mut self) -> Grown {
        let params = self.search.params;
        let mut leaves = Vec::with_capacity(self.leaves.len());
        for leaf in self.leaves {
            let best = leaf.sums.best_value(self.search.scale, params.lambda_l2);
            let value = params.learning_rate * best;
            let cover = index_u32(leaf.end - leaf.start);
            self.nodes[leaf.node] = TreeNode::Leaf { value, cover };
            leaves.push((leaf.start, leaf.end, value));
            if !leaf.histograms.is_empty() {
                self.spare.push(leaf.histograms);
            }
        }
        Grown { nodes: self.nodes, rows: self.rows, leaves }
    }
}

/// Stands where a node will be.
const PLACE: TreeNode = TreeNode::Leaf { value: 0.0, cover: 1 };
