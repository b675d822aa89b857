//! Minimal cost-complexity pruning (Breiman et al., 1984, chapter 3).

use super::criterion::Purity;
use super::grow::{Grown, leaf_of};
use crate::histogram::Sums;
use crate::number::index_u16;
use crate::trees::TreeNode;

/// The smallest subtree with the least Σ impurity + `leaf_cost` · leaves, each leaf's
/// impurity by its share of the rows. A branch whose leaves only pay for themselves is cut.
///
/// By hand: a root of impurity 0.5 with leaves of 0.1 and 0.2 gains 0.2 for one leaf more; it is
/// cut from a leaf cost of 0.2 on.
pub(super) fn prune(grown: &Grown, purity: Purity, leaf_cost: f64) -> Vec<TreeNode> {
    let all = grown.sums[0].hessian(purity.scale);
    let cost = |sums: &Sums| purity.weighted(*sums) / all + leaf_cost;
    let mut costs: Vec<f64> = grown.sums.iter().map(cost).collect();
    let mut stays = vec![false; grown.nodes.len()];
    // Children stand after their parent, so from the end each child is ready before its parent.
    for at in (0..grown.nodes.len()).rev() {
        let TreeNode::Split { left, .. } = grown.nodes[at] else { continue };
        let below = costs[usize::from(left)] + costs[usize::from(left) + 1];
        stays[at] = below < costs[at];
        costs[at] = costs[at].min(below);
    }
    kept(grown, purity, &stays)
}

/// The tree without what hangs below the splits that do not stay.
fn kept(grown: &Grown, purity: Purity, stays: &[bool]) -> Vec<TreeNode> {
    let (mut nodes, mut origins) = (Vec::new(), vec![0]);
    while nodes.len() < origins.len() {
        let origin = origins[nodes.len()];
        nodes.push(match grown.nodes[origin] {
            TreeNode::Split { column, threshold, missing_left, left } if stays[origin] => {
                let place = index_u16(origins.len());
                origins.extend([usize::from(left), usize::from(left) + 1]);
                TreeNode::Split { column, threshold, missing_left, left: place }
            }
            _ => leaf_of(purity, grown.sums[origin]),
        });
    }
    nodes
}
