//! Several ensembles as one: its log-odds are the mean of theirs.

use super::{TreeEnsemble, TreeNode};
use crate::model::ModelError;

impl TreeEnsemble {
    /// All trees of all ensembles, each leaf a share of what it was.
    ///
    /// By hand: log-odds of 1 and of 3 are 2.
    ///
    /// # Errors
    /// None are given, or they differ in their columns.
    pub fn mean_of(ensembles: &[Self]) -> Result<Self, ModelError> {
        let columns = ensembles.first().map_or(0, Self::columns);
        if let Some(other) = ensembles.iter().find(|one| one.columns() != columns) {
            return Err(ModelError::ColumnCountUnfit { columns: other.columns() });
        }
        let count = ensembles.len() as f64;
        let share = |node: TreeNode| match node {
            TreeNode::Leaf { value, cover } => TreeNode::Leaf { value: value / count, cover },
            split @ TreeNode::Split { .. } => split,
        };
        let trees = ensembles.iter().flat_map(Self::stored_trees);
        let trees: Vec<Vec<TreeNode>> = trees.map(|tree| tree.into_iter().map(share).collect()).collect();
        Self::new(columns, ensembles.iter().map(Self::bias).sum::<f64>() / count, &trees)
    }
}
