//! Grows one tree, always at the leaf whose split gains most.

use rayon::prelude::*;

use super::params::BoostParams;
use crate::histogram::{BlockHistogram, Candidate, Cell, Criterion, NodeRows, Scale, Search, Sums};
use crate::number::{index_u16, index_u32};
use crate::trees::TreeNode;

/// Adds and questions below which a node is not worth sharing out to other threads.
const PARALLEL_FROM: usize = 1 << 14;

/// A criterion that also says what a leaf adds, and what holds for the children of a split.
pub(super) trait LeafValue: Criterion {
    /// What a leaf of these sums adds to the log-odds, before the learning rate.
    fn value(self, sums: Sums) -> f64;

    /// The criteria of both children, of which `right` are the right one's sums.
    fn of_children(self, _split: &Candidate, _right: Sums) -> [Self; 2] {
        [self; 2]
    }
}

/// Twice the loss that the best value of a leaf takes away, by one Newton step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Newton {
    pub(super) scale: Scale,
    pub(super) lambda_l2: f64,
}

impl Criterion for Newton {
    fn worth(self, sums: Sums) -> f64 {
        sums.gain(self.scale, self.lambda_l2)
    }
}

impl LeafValue for Newton {
    fn value(self, sums: Sums) -> f64 {
        sums.best_value(self.scale, self.lambda_l2)
    }
}

/// The histograms of one node, a block each.
type Histograms = Vec<BlockHistogram>;

/// A tree, and which rows are in which leaf.
pub(super) struct Grown {
    /// The nodes, the root first.
    pub(super) nodes: Vec<TreeNode>,
    /// The rows that were grown on, leaf by leaf.
    rows: NodeRows,
    /// Each leaf's part of `rows` and its value.
    leaves: Vec<(usize, usize, f64)>,
}

impl Grown {
    /// Adds each leaf's value to the scores of the rows that the tree was grown on.
    pub(super) fn add_to(&self, log_odds: &mut [f64]) {
        for &(start, end, value) in &self.leaves {
            for &row in self.rows.of(start, end) {
                log_odds[row as usize] += value;
            }
        }
    }
}

/// A leaf that may still be split.
struct OpenLeaf<C> {
    /// Its index among the nodes.
    node: usize,
    start: usize,
    end: usize,
    depth: usize,
    sums: Sums,
    criterion: C,
    split: Option<Candidate>,
    histograms: Histograms,
}

/// A growing tree. Histograms are taken from `spare` and go back to it.
struct Growth<'a, C> {
    search: Search<'a, C>,
    params: &'a BoostParams,
    cells: &'a [Cell],
    rows: NodeRows,
    nodes: Vec<TreeNode>,
    leaves: Vec<OpenLeaf<C>>,
    spare: &'a mut Vec<Histograms>,
}

/// Grows a tree on these rows (ascending); `spare` lends the memory of histograms.
pub(super) fn grow<'a, C: LeafValue>(
    search: Search<'a, C>,
    params: &'a BoostParams,
    cells: &'a [Cell],
    rows: Vec<u32>,
    spare: &'a mut Vec<Histograms>,
) -> Grown {
    let (rows, nodes, leaves) = (NodeRows::new(rows), Vec::new(), Vec::new());
    let mut growth = Growth { search, params, cells, rows, nodes, leaves, spare };
    growth.plant();
    while growth.leaves.len() < params.max_leaves {
        let Some(index) = growth.best_leaf() else { break };
        growth.split(index);
    }
    growth.finish()
}

impl<C: LeafValue> Growth<'_, C> {
    /// The root: one leaf of all rows.
    fn plant(&mut self) {
        let mut histograms = self.take_histograms();
        let end = self.rows.len();
        let (rows, cells, search) = (self.rows.of(0, end), self.cells, self.search);
        let fill = |(block, histogram): (usize, &mut BlockHistogram)| {
            histogram.fill(&search.binned.blocks[block], rows, cells);
        };
        histograms.par_iter_mut().enumerate().for_each(fill);
        let sums = histograms[0].total();
        let best = |(block, histogram)| search.best_of_block(block, histogram, sums);
        let split = histograms.iter().enumerate().map(best).fold(None, Candidate::better);
        self.nodes.push(PLACE);
        let criterion = search.criterion;
        self.leaves.push(OpenLeaf { node: 0, start: 0, end, depth: 0, sums, criterion, split, histograms });
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
        let code = self.search.binned.codes(split.position);
        let middle = self.rows.partition(start, end, |row| split.goes_left(code(row)));
        let first_child = self.nodes.len();
        self.nodes[self.leaves[index].node] = self.split_node(&split, first_child);
        self.nodes.extend([PLACE; 2]);
        let parent = &self.leaves[index];
        let (depth, right_sums) = (parent.depth + 1, parent.sums.minus(split.left));
        let criteria = parent.criterion.of_children(&split, right_sums);
        let child = |node, start, end, sums, criterion| OpenLeaf {
            node,
            start,
            end,
            depth,
            sums,
            criterion,
            split: None,
            histograms: Vec::new(),
        };
        let mut left = child(first_child, start, middle, split.left, criteria[0]);
        let mut right = child(first_child + 1, middle, end, right_sums, criteria[1]);
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

    /// Finds the best split of both children: the smaller one's histogram is filled, the larger
    /// one's is what is left of the parent's.
    fn search_children(&mut self, parent: usize, left: &mut OpenLeaf<C>, right: &mut OpenLeaf<C>) {
        let large_part = std::mem::take(&mut self.leaves[parent].histograms);
        let last = self.leaves.len() + 1 == self.params.max_leaves;
        if last || left.depth == self.params.max_depth {
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
    fn search_blocks(
        &self,
        small: &mut OpenLeaf<C>,
        large: &mut OpenLeaf<C>,
    ) -> Vec<(Option<Candidate>, Option<Candidate>)> {
        let (rows, cells, search) = (self.rows.of(small.start, small.end), self.cells, self.search);
        let (small_sums, large_sums) = (small.sums, large.sums);
        let of_small = Search { criterion: small.criterion, ..search };
        let of_large = Search { criterion: large.criterion, ..search };
        let work = |(block, (small, large)): (usize, (&mut BlockHistogram, &mut BlockHistogram))| {
            small.fill(&search.binned.blocks[block], rows, cells);
            large.subtract(&search.binned.blocks[block], small);
            let small_best = of_small.best_of_block(block, small, small_sums);
            (small_best, of_large.best_of_block(block, large, large_sums))
        };
        let (small, large) = (&mut small.histograms, &mut large.histograms);
        let binned = search.binned;
        // Each row is added in each column; each code is subtracted once, and asked in both children.
        if rows.len() * binned.columns.len() + 4 * binned.codes_of_all() >= PARALLEL_FROM {
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
        let params = self.params;
        let mut leaves = Vec::with_capacity(self.leaves.len());
        for leaf in self.leaves {
            let value = params.learning_rate * leaf.criterion.value(leaf.sums);
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
