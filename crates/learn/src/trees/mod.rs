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
mod mean;
mod path;
mod score;
mod shapley;
mod stored;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::model::ModelError;
use crate::number::{index_u16, index_u32};
use score::Block;
use stored::{StoredTrees, TreeShape};

/// The longest path from a root to a leaf, in splits. It bounds the recursion of an explanation,
/// and its quadrature: 32 points are exact for paths of up to 64 distinct columns.
pub const MAX_DEPTH: usize = 64;

/// The most columns: a node keeps its column in 15 bits.
pub const MAX_COLUMNS: usize = 1 << 15;

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
/// leads to itself: threshold +∞, missing left, no way down.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Node {
    threshold: f32,
    /// Twice the column, and 1 more where a missing value goes left.
    slot: u16,
    /// From this node to its left child; 0 for a leaf.
    down: u16,
}

impl Node {
    fn column(self) -> usize {
        usize::from(self.slot >> 1)
    }

    fn missing_left(self) -> bool {
        self.slot & 1 == 1
    }

    /// 0 for the left child, 1 for the right.
    fn side(self, value: f32) -> usize {
        let goes_left = value <= self.threshold || (value.is_nan() && self.missing_left());
        usize::from(!goes_left)
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
    /// The trees in blocks, for the scorer.
    blocks: Vec<Block>,
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
            blocks: Vec::new(),
            distinct_columns: Vec::with_capacity(trees.len()),
        };
        let mut depths = Vec::with_capacity(trees.len());
        for tree in trees {
            let shape = TreeShape::check(tree, columns)?;
            ensemble.lay(tree);
            depths.push(shape.depth);
            ensemble.distinct_columns.push(shape.distinct_columns);
        }
        ensemble.blocks = Block::of_trees(&ensemble.starts, &depths);
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

    /// The left child and the side to take from node `at` of the tree at `start`; `None` at a leaf.
    fn step(&self, start: usize, at: usize, row: &[f32]) -> Option<(usize, usize)> {
        let node = self.nodes[start + at];
        (node.down != 0).then(|| (at + usize::from(node.down), node.side(row[node.column()])))
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
            (Node { threshold: f32::INFINITY, slot: 1, down: 0 }, value, f64::from(cover))
        }
        TreeNode::Split { column, threshold, missing_left, left } => {
            let (slot, down) = (2 * column + u16::from(missing_left), left - index_u16(at));
            (Node { threshold, slot, down }, 0.0, 0.0)
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
