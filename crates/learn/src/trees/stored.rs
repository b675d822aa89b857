//! The stored form of an ensemble, and the check that turns it into one.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{MAX_DEPTH, TreeEnsemble, TreeNode};
use crate::model::ModelError;
use crate::number::{floor_index, index_u16, index_u32};

/// What a model file holds of an ensemble: only what can't be derived.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredTrees {
    columns: u32,
    bias: f64,
    trees: Vec<Vec<TreeNode>>,
}

impl TryFrom<StoredTrees> for TreeEnsemble {
    type Error = ModelError;

    fn try_from(stored: StoredTrees) -> Result<Self, ModelError> {
        Self::new(stored.columns as usize, stored.bias, &stored.trees)
    }
}

impl From<TreeEnsemble> for StoredTrees {
    fn from(ensemble: TreeEnsemble) -> Self {
        Self { columns: index_u32(ensemble.columns), bias: ensemble.bias, trees: ensemble.stored_trees() }
    }
}

impl TreeEnsemble {
    /// The trees as they were grown.
    pub(crate) fn stored_trees(&self) -> Vec<Vec<TreeNode>> {
        let bounds = self.starts.windows(2);
        bounds.map(|bound| self.stored_tree(bound[0] as usize, bound[1] as usize)).collect()
    }

    fn stored_tree(&self, start: usize, end: usize) -> Vec<TreeNode> {
        (start..end).map(|index| self.stored_node(start, index)).collect()
    }

    fn stored_node(&self, start: usize, index: usize) -> TreeNode {
        let node = self.nodes[index];
        if node.down == 0 {
            let cover = index_u32(floor_index(self.covers[index]));
            return TreeNode::Leaf { value: self.values[index], cover };
        }
        TreeNode::Split {
            column: index_u16(node.column()),
            threshold: node.threshold,
            missing_left: node.missing_left(),
            left: index_u16(index - start) + node.down,
        }
    }
}

/// What the check of a tree learns of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TreeShape {
    /// The splits on the longest path.
    pub(super) depth: usize,
    /// The most distinct columns on one path.
    pub(super) distinct_columns: usize,
}

impl TreeShape {
    /// Checks that the nodes are one tree over so many columns, and measures it.
    pub(super) fn check(tree: &[TreeNode], columns: usize) -> Result<Self, ModelError> {
        if tree.is_empty() || tree.len() > usize::from(u16::MAX) {
            return Err(ModelError::TreeMalformed);
        }
        tree.iter().try_for_each(|node| check_node(node, columns))?;
        let mut paths: Vec<Option<BTreeSet<u16>>> = vec![None; tree.len()];
        let mut depths = vec![0; tree.len()];
        let mut shape = Self { depth: 0, distinct_columns: 0 };
        paths[0] = Some(BTreeSet::new());
        for (at, node) in tree.iter().enumerate() {
            let Some(mut path) = paths[at].take() else { return Err(ModelError::TreeMalformed) };
            shape.depth = shape.depth.max(depths[at]);
            shape.distinct_columns = shape.distinct_columns.max(path.len());
            // Here and not at the end, so that a chain of 65,000 splits costs no memory.
            if shape.depth > MAX_DEPTH {
                return Err(ModelError::TreeTooDeep { depth: shape.depth });
            }
            let TreeNode::Split { column, left, .. } = *node else { continue };
            path.insert(column);
            for child in [usize::from(left), usize::from(left) + 1] {
                if child <= at || child >= tree.len() || paths[child].is_some() {
                    return Err(ModelError::TreeMalformed);
                }
                depths[child] = depths[at] + 1;
                paths[child] = Some(path.clone());
            }
        }
        Ok(shape)
    }
}

fn check_node(node: &TreeNode, columns: usize) -> Result<(), ModelError> {
    match *node {
        TreeNode::Leaf { value, .. } if !value.is_finite() => Err(ModelError::ValueNotFinite),
        TreeNode::Leaf { cover: 0, .. } => Err(ModelError::TreeMalformed),
        TreeNode::Split { threshold, .. } if threshold.is_nan() => Err(ModelError::ValueNotFinite),
        TreeNode::Split { column, .. } if usize::from(column) >= columns => {
            Err(ModelError::ColumnUnknown { column: usize::from(column) })
        }
        _ => Ok(()),
    }
}
