//! Grows one tree, level by level.

use super::criterion::Purity;
use crate::histogram::{CODES, Candidate, Cell, NodeRows, Search, Sums};
use crate::number::{index_u16, index_u32};
use crate::random::Random;
use crate::trees::TreeNode;

/// The most nodes of a tree: an index has 16 bits.
const MOST_NODES: usize = 65_535;

/// What a tree is grown on.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) search: Search<'a, Purity>,
    pub(super) max_depth: usize,
    /// How many columns a split tries.
    pub(super) columns_a_split: usize,
}

/// A tree whose leaves hold the share of positives, and the sums of each node.
pub(super) struct Grown {
    pub(super) nodes: Vec<TreeNode>,
    pub(super) sums: Vec<Sums>,
}

/// A node that may still be split.
#[derive(Clone, Copy)]
struct Open {
    node: usize,
    start: usize,
    end: usize,
    depth: usize,
}

struct Growth<'a> {
    ground: Ground<'a>,
    cells: &'a [Cell],
    rows: NodeRows,
    random: Random,
    /// The positions of all columns, in the order of the last draw.
    order: Vec<usize>,
    histogram: Box<[Cell; CODES]>,
    grown: Grown,
}

/// Grows a tree on these rows (ascending), each with its cell by its index.
pub(super) fn grow(ground: Ground<'_>, cells: &[Cell], rows: Vec<u32>, random: Random) -> Grown {
    let order = (0..ground.search.binned.columns.len()).collect();
    let grown = Grown { nodes: Vec::new(), sums: Vec::new() };
    let (rows, histogram) = (NodeRows::new(rows), Box::new([[0; 2]; CODES]));
    let mut growth = Growth { ground, cells, rows, random, order, histogram, grown };
    growth.grow();
    growth.grown
}

impl Growth<'_> {
    fn grow(&mut self) {
        let end = self.rows.len();
        let cells = self.rows.of(0, end).iter().map(|&row| self.cells[row as usize]);
        let total = cells.map(Sums::of).fold(Sums::default(), Sums::plus);
        self.push(total);
        let mut level = vec![Open { node: 0, start: 0, end, depth: 0 }];
        while !level.is_empty() {
            let below = level.iter().filter_map(|open| self.split(*open));
            level = below.flatten().collect();
        }
    }

    /// A new node, as a leaf until it is split.
    fn push(&mut self, sums: Sums) {
        self.grown.nodes.push(leaf_of(self.ground.search.criterion, sums));
        self.grown.sums.push(sums);
    }

    /// Splits a node where it can be, and gives its children.
    fn split(&mut self, open: Open) -> Option<[Open; 2]> {
        let sums = self.grown.sums[open.node];
        if !self.may_split(open, sums) {
            return None;
        }
        let split = self.draw_split(open, sums)?;
        let code = self.ground.search.binned.codes(split.position);
        let middle = self.rows.partition(open.start, open.end, |row| split.goes_left(code(row)));
        let left = self.grown.nodes.len();
        self.grown.nodes[open.node] = self.split_node(&split, left);
        self.push(split.left);
        self.push(sums.minus(split.left));
        let child = |node, start, end| Open { node, start, end, depth: open.depth + 1 };
        Some([child(left, open.start, middle), child(left + 1, middle, open.end)])
    }

    fn may_split(&self, open: Open, sums: Sums) -> bool {
        let share = self.ground.search.criterion.share(sums);
        let mixed = share > 0.0 && share < 1.0;
        let room = self.grown.nodes.len() + 2 <= MOST_NODES;
        mixed && room && open.depth < self.ground.max_depth && open.end - open.start > 1
    }

    /// The best split on the columns drawn; draws on while there is none.
    fn draw_split(&mut self, open: Open, sums: Sums) -> Option<Candidate> {
        let mut best = None;
        for drawn in 0..self.order.len() {
            if drawn >= self.ground.columns_a_split && best.is_some() {
                break;
            }
            // Fisher–Yates, as far as it is needed.
            let other = drawn + self.random.below(self.order.len() - drawn);
            self.order.swap(drawn, other);
            best = Candidate::better(best, self.best_of(self.order[drawn], open, sums));
        }
        best
    }

    fn best_of(&mut self, position: usize, open: Open, sums: Sums) -> Option<Candidate> {
        let Ground { search, .. } = self.ground;
        self.histogram[..=search.binned.bins(position)].fill([0; 2]);
        let code = search.binned.codes(position);
        for &row in self.rows.of(open.start, open.end) {
            let (cell, sum) = (self.cells[row as usize], &mut self.histogram[usize::from(code(row))]);
            sum[0] += cell[0];
            sum[1] += cell[1];
        }
        search.best_of_column(position, &self.histogram[..], sums)
    }

    fn split_node(&self, split: &Candidate, left: usize) -> TreeNode {
        let binned = self.ground.search.binned;
        TreeNode::Split {
            column: index_u16(binned.columns[split.position]),
            threshold: binned.threshold(split.position, split.code),
            missing_left: split.missing_left,
            left: index_u16(left),
        }
    }
}

/// The leaf of these sums.
pub(super) fn leaf_of(purity: Purity, sums: Sums) -> TreeNode {
    let cover = u32::try_from(sums.rows).unwrap_or(u32::MAX);
    TreeNode::Leaf { value: purity.share(sums), cover }
}

/// All rows of a table, ascending.
pub(super) fn all_rows(rows: usize) -> Vec<u32> {
    (0..index_u32(rows)).collect()
}
