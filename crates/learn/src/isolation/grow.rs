//! Grows one isolation tree.

use super::unfound_path;
use crate::dataset::Dataset;
use crate::number::{floor_index, index_u16, index_u32, nearest_f32};
use crate::random::Random;
use crate::trees::TreeNode;

struct Growth<'a> {
    data: &'a Dataset,
    /// The columns in the order of their names.
    columns: &'a [usize],
    /// By how much a path counts in the mean over trees.
    trees: f64,
    most_depth: usize,
    random: Random,
    nodes: Vec<TreeNode>,
}

/// Grows a tree on these rows, to a depth of log₂ of their number, rounded up.
pub(super) fn grow(data: &Dataset, columns: &[usize], rows: Vec<usize>, trees: usize, random: Random) -> Vec<TreeNode> {
    let most_depth = floor_index((rows.len() as f64).log2().ceil());
    let nodes = vec![PLACE];
    let mut growth = Growth { data, columns, trees: trees as f64, most_depth, random, nodes };
    growth.split(0, rows, 0);
    growth.nodes
}

impl Growth<'_> {
    /// Splits the rows of a node and those below it, or makes it a leaf.
    fn split(&mut self, at: usize, rows: Vec<usize>, depth: usize) {
        let cut = if depth < self.most_depth && rows.len() > 1 { self.draw_cut(&rows) } else { None };
        let Some(cut) = cut else {
            let path = depth as f64 + unfound_path(rows.len());
            self.nodes[at] = TreeNode::Leaf { value: path / self.trees, cover: index_u32(rows.len()) };
            return;
        };
        let left = self.nodes.len();
        self.nodes.extend([PLACE; 2]);
        self.nodes[at] = TreeNode::Split {
            column: index_u16(cut.column),
            threshold: cut.threshold,
            missing_left: cut.missing_left,
            left: index_u16(left),
        };
        let (low, high) = rows.into_iter().partition(|&row| cut.goes_left(self.data.row(row)[cut.column]));
        self.split(left, low, depth + 1);
        self.split(left + 1, high, depth + 1);
    }

    /// A cut on a column drawn among those that have two values here; `None` if none has.
    fn draw_cut(&mut self, rows: &[usize]) -> Option<Cut> {
        let mut order = self.columns.to_vec();
        for drawn in 0..order.len() {
            let other = drawn + self.random.below(order.len() - drawn);
            order.swap(drawn, other);
            let column = order[drawn];
            let (low, high) = self.range(rows, column);
            if low < high {
                return Some(self.cut_between(rows, column, low, high));
            }
        }
        None
    }

    /// The least and the greatest present value; (+∞, −∞) without any.
    fn range(&self, rows: &[usize], column: usize) -> (f32, f32) {
        let present = rows.iter().map(|&row| self.data.row(row)[column]).filter(|value| !value.is_nan());
        present.fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
    }

    fn cut_between(&mut self, rows: &[usize], column: usize, low: f32, high: f32) -> Cut {
        let share = self.random.uniform();
        let drawn = nearest_f32(f64::from(low) + share * (f64::from(high) - f64::from(low)));
        // Rounding must leave the greatest value on the right.
        let threshold = if drawn < high { drawn } else { low };
        let present = || rows.iter().map(|&row| self.data.row(row)[column]).filter(|value| !value.is_nan());
        let (all, left) = (present().count(), present().filter(|value| *value <= threshold).count());
        let missing_left = self.random.uniform() * (all as f64) < left as f64;
        Cut { column, threshold, missing_left }
    }
}

struct Cut {
    column: usize,
    threshold: f32,
    missing_left: bool,
}

impl Cut {
    fn goes_left(&self, value: f32) -> bool {
        value <= self.threshold || (value.is_nan() && self.missing_left)
    }
}

/// Stands where a node will be.
const PLACE: TreeNode = TreeNode::Leaf { value: 0.0, cover: 1 };
