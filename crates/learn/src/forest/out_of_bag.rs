//! What a forest says of its fit rows by the trees that did not see them.

use rayon::prelude::*;

use crate::dataset::Dataset;
use crate::metrics::{MetricError, roc_auc};
use crate::trees::{TreeNode, value_of};

/// Rows that one task scores.
const ROWS_A_TASK: usize = 1024;

/// Out-of-bag probabilities (Breiman, "Out-of-bag estimation", 1996): an honest score of each fit
/// row without a second data set.
#[derive(Debug, Clone, PartialEq)]
pub struct OutOfBag {
    labels: Vec<bool>,
    /// By row: the sum of shares and the number of trees that did not see it.
    votes: Vec<(f64, u32)>,
}

impl OutOfBag {
    pub(super) fn new(fit: &Dataset) -> Self {
        Self { labels: fit.labels().to_vec(), votes: vec![(0.0, 0); fit.rows()] }
    }

    /// Adds trees, each with how often it drew each row; in their order, so that sums are too.
    pub(super) fn add(&mut self, fit: &Dataset, trees: &[(Vec<TreeNode>, Vec<u32>)]) {
        let rows = self.votes.par_iter_mut().enumerate().with_min_len(ROWS_A_TASK);
        rows.for_each(|(row, (sum, count))| {
            for (tree, _) in trees.iter().filter(|(_, draws)| draws[row] == 0) {
                *sum += value_of(tree, fit.row(row));
                *count += 1;
            }
        });
    }

    /// The mean share by the trees that did not draw this row, in \[0, 1\]; `None` where each did.
    pub fn probability(&self, row: usize) -> Option<f64> {
        let (sum, count) = self.votes[row];
        (count > 0).then(|| sum / f64::from(count))
    }

    /// The area under the ROC curve over the rows that some tree did not draw.
    ///
    /// # Errors
    /// [`MetricError::OneLabelOnly`] or [`MetricError::NoRows`] where too few such rows are left.
    pub fn roc_auc(&self) -> Result<f64, MetricError> {
        let known = (0..self.labels.len()).filter_map(|row| Some((self.labels[row], self.probability(row)?)));
        let (labels, scores): (Vec<bool>, Vec<f64>) = known.unzip();
        roc_auc(&labels, &scores)
    }
}
