//! Ensembles of binary trees: how they are held, checked and scored.
//!
//! A row goes left where `value <= threshold`, right where it is greater, and where the split says
//! if it is missing. The log-odds are the bias plus the value of one leaf a tree.
//!
//! Promises: an ensemble that exists is well formed (each node has one parent, each column exists,
//! each value is finite, no path is longer than [`MAX_DEPTH`]), so scoring can't fail; and
//! each inner node's value is the mean of its leaves by cover, so that both explanations
//! (`path_contributions`, `shapley`) share one bias. Its limit: it grows nothing; `boost` does.

mod gain;
mod interventional;
mod path;
mod shapley;
mod stored;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::model::ModelError;
use crate::number::{index_u16, index_u32};
use stored::{StoredTrees, TreeShape};

/// The longest path from a root to a leaf, in splits. It bounds the recursion of an explanation,
/// and its quadrature: 32 points are exact for paths of up to 64 distinct columns.
pub const MAX_DEPTH: usize = 64;

/// The most columns: a node keeps its column in 15 bits.
pub const MAX_COLUMNS: usize = 1 << 15;

/// How many trees walk down side by side; their loads don't wait for one another.
const LOCKSTEP: usize = 8;

/// The bit of `Node::column` that sends a missing value left.
const MISSING_LEFT: u16 = 1 << 15;

/// One node of a tree as it is grown and stored. Children stand side by side.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum TreeNode {
    /// An end: what it adds to the log-odds, and how many fit rows came here.
    Leaf {
        /// Added to the log-odds.
        value: f64,
        /// Fit rows in this leaf, at least one.
        cover: u32,
    },
    /// A question on one column.
    Split {
        /// The column's index.
        column: u16,
        /// Values up to and including it go left.
        threshold: f32,
        /// Whether a missing value goes left.
        missing_left: bool,
        /// The left child's index in its tree, greater than this node's; the right one follows it.
        left: u16,
    },
}

/// Eight bytes a node, so that a 31-leaf tree fits into eight cache lines. A leaf is a split that
/// leads to itself: threshold +∞, missing left, `left` its own index.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Node {
    threshold: f32,
    column: u16,
    left: u16,
}

impl Node {
    fn column(self) -> usize {
        usize::from(self.column & !MISSING_LEFT)
    }

    /// 0 for the left child, 1 for the right; without a branch.
    fn side(self, value: f32) -> u16 {
        let missing_left = value.is_nan() & (self.column & MISSING_LEFT != 0);
        u16::from(!((value <= self.threshold) | missing_left))
    }
}

/// A checked ensemble, laid flat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "StoredTrees", into = "StoredTrees")]
pub struct TreeEnsemble {
    columns: usize,
    bias: f64,
    /// The first node of each tree, and the end of the last.
    starts: Vec<u32>,
    nodes: Vec<Node>,
    /// By node: a leaf's value, or the mean of the leaves below by cover.
    values: Vec<f64>,
    /// By node: the fit rows that came here.
    covers: Vec<f64>,
    /// By block of `LOCKSTEP` trees: the depth of the deepest.
    depths: Vec<usize>,
    /// By tree: the most distinct columns on a path.
    distinct_columns: Vec<usize>,
}

impl TreeEnsemble {
    /// Checks and lays out trees over so many columns; `bias` is the log-odds of no tree at all.
    ///
    /// # Errors
    /// [`ModelError`], named for the rule that a tree breaks.
    pub fn new(columns: usize, bias: f64, trees: &[Vec<TreeNode>]) -> Result<Self, ModelError> {
        if !bias.is_finite() {
            return Err(ModelError::ValueNotFinite);
        }
        if columns == 0 || columns > MAX_COLUMNS {
            return Err(ModelError::ColumnCountUnfit { columns });
        }
        let mut ensemble = Self {
            columns,
            bias,
            starts: vec![0],
            nodes: Vec::new(),
            values: Vec::new(),
            covers: Vec::new(),
            depths: vec![0; trees.len().div_ceil(LOCKSTEP)],
            distinct_columns: Vec::with_capacity(trees.len()),
        };
        for (index, tree) in trees.iter().enumerate() {
            let shape = TreeShape::check(tree, columns)?;
            ensemble.lay(tree);
            let depth = &mut ensemble.depths[index / LOCKSTEP];
            *depth = shape.depth.max(*depth);
            ensemble.distinct_columns.push(shape.distinct_columns);
        }
        Ok(ensemble)
    }

    /// The number of columns of a row.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The number of trees.
    pub fn trees(&self) -> usize {
        self.starts.len() - 1
    }

    /// The log-odds of no tree at all.
    pub(crate) fn bias(&self) -> f64 {
        self.bias
    }

    /// The log-odds of one row: a value a column, `NaN` where missing. Panics if `row` is shorter
    /// than the columns.
    pub fn log_odds(&self, row: &[f32]) -> f64 {
        let row = &row[..self.columns];
        let mut sum = self.bias;
        for (block, &depth) in self.starts[..self.trees()].chunks(LOCKSTEP).zip(&self.depths) {
            sum = match <&[u32; LOCKSTEP]>::try_from(block) {
                Ok(starts) => self.add_lockstep(sum, starts, depth, row),
                Err(_) => block.iter().fold(sum, |sum, &start| sum + self.leaf_value(start, row)),
            };
        }
        sum
    }

    /// Adds the leaves of `LOCKSTEP` trees in tree order, walking all of them one level at a time.
    fn add_lockstep(&self, sum: f64, starts: &[u32; LOCKSTEP], depth: usize, row: &[f32]) -> f64 {
        let mut at = [0_u16; LOCKSTEP];
        for _ in 0..depth {
            for (at, &start) in at.iter_mut().zip(starts) {
                let node = self.nodes[start as usize + usize::from(*at)];
                *at = node.left + node.side(row[node.column()]);
            }
        }
        let leaves = starts.iter().zip(at);
        leaves.fold(sum, |sum, (&start, at)| sum + self.values[start as usize + usize::from(at)])
    }

    /// The value of the leaf that one tree sends this row to.
    fn leaf_value(&self, start: u32, row: &[f32]) -> f64 {
        let start = start as usize;
        let mut at = 0;
        while let Some((left, side)) = self.step(start, at, row) {
            at = left + side;
        }
        self.values[start + at]
    }

    /// The left child and the side to take from node `at` of the tree at `start`; `None` at a leaf.
    fn step(&self, start: usize, at: usize, row: &[f32]) -> Option<(usize, usize)> {
        let node = self.nodes[start + at];
        let left = usize::from(node.left);
        (left != at).then(|| (left, usize::from(node.side(row[node.column()]))))
    }

    /// The mean score of the fit rows by cover, which both explanations start from.
    fn mean(&self) -> f64 {
        let roots = &self.starts[..self.trees()];
        roots.iter().fold(self.bias, |sum, &start| sum + self.values[start as usize])
    }

    /// Appends one checked tree.
    fn lay(&mut self, tree: &[TreeNode]) {
        let start = self.nodes.len();
        for (at, node) in tree.iter().enumerate() {
            let (node, value, cover) = lay_node(at, *node);
            self.nodes.push(node);
            self.values.push(value);
            self.covers.push(cover);
        }
        // Children stand after their parent, so from the end each child is ready before its parent.
        for at in (0..tree.len()).rev() {
            if let TreeNode::Split { left, .. } = tree[at] {
                let (at, left) = (start + at, start + usize::from(left));
                let covers = [self.covers[left], self.covers[left + 1]];
                let values = [self.values[left], self.values[left + 1]];
                self.covers[at] = covers[0] + covers[1];
                self.values[at] = (covers[0] * values[0] + covers[1] * values[1]) / self.covers[at];
            }
        }
        self.starts.push(index_u32(self.nodes.len()));
    }
}

/// One node with its value and cover; a split's are filled in by its children.
fn lay_node(at: usize, node: TreeNode) -> (Node, f64, f64) {
    match node {
        TreeNode::Leaf { value, cover } => {
            let node = Node { threshold: f32::INFINITY, column: MISSING_LEFT, left: index_u16(at) };
            (node, value, f64::from(cover))
        }
        TreeNode::Split { column, threshold, missing_left, left } => {
            let column = if missing_left { column | MISSING_LEFT } else { column };
            (Node { threshold, column, left }, 0.0, 0.0)
        }
    }
}

/// The value of the leaf that a tree under growth sends this row to.
pub(crate) fn value_of(tree: &[TreeNode], row: &[f32]) -> f64 {
    let mut at = 0;
    loop {
        match tree[at] {
            TreeNode::Leaf { value, .. } => return value,
            TreeNode::Split { column, threshold, missing_left, left } => {
                let value = row[usize::from(column)];
                let goes_left = value <= threshold || (value.is_nan() && missing_left);
                at = usize::from(left) + usize::from(!goes_left);
            }
        }
    }
}
