//! A fitted tree or forest, and how its probability becomes log-odds.

use serde::{Deserialize, Serialize};

use crate::explain::Explanation;
use crate::model::ModelError;
use crate::odds::log_odds_of;
use crate::trees::{TreeEnsemble, TreeNode};

/// Trees that vote with shares of positive rows.
///
/// The probability p of a row is the mean of its leaves' shares, kept 1 / (2·(n + 1)) away from 0
/// and 1 for n fit rows: what no row showed is not impossible, only rarer than n rows could show.
///
/// Contributions add up in probability, and an explanation has to add up in log-odds. So each
/// probability contribution is multiplied by one positive number, the slope of the chord from the
/// bias b to the row's p: (log-odds(p) − log-odds(b)) / (p − b). Signs, order and shares of the
/// whole stay as they are in probability. (The rescale rule of Shrikumar, Greenside and Kundaje,
/// "Learning important features through propagating activation differences", 2017, at the link.)
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "StoredForest", into = "StoredForest")]
pub struct ForestModel {
    /// Each leaf holds its share by the number of trees, so their sum is the mean.
    pub(super) trees: TreeEnsemble,
    rows: u32,
}

impl ForestModel {
    /// Checks and takes trees over so many columns, fitted on so many rows; a leaf's value is the
    /// share of its positive rows.
    ///
    /// # Errors
    /// [`ModelError`], named for the rule that a tree breaks.
    pub fn new(columns: usize, rows: u32, trees: &[Vec<TreeNode>]) -> Result<Self, ModelError> {
        let count = trees.len() as f64;
        let voting: Vec<Vec<TreeNode>> = trees.iter().map(|tree| by_count(tree, count)).collect();
        Self::checked(rows, TreeEnsemble::new(columns, 0.0, &voting)?)
    }

    fn checked(rows: u32, trees: TreeEnsemble) -> Result<Self, ModelError> {
        if rows == 0 || trees.trees() == 0 { Err(ModelError::TreeMalformed) } else { Ok(Self { trees, rows }) }
    }

    /// The number of columns of a row.
    pub fn columns(&self) -> usize {
        self.trees.columns()
    }

    /// The number of trees.
    pub fn trees(&self) -> usize {
        self.trees.trees()
    }

    /// The log-odds of one row, `NaN` where missing. Panics if `row` is shorter than the columns.
    pub fn log_odds(&self, row: &[f32]) -> f64 {
        self.log_odds_of(self.trees.log_odds(row))
    }

    /// By hand: a share of 0 after 9 rows is 1/20, so −ln 19 = −2.944.
    fn log_odds_of(&self, share: f64) -> f64 {
        let least = 0.5 / (f64::from(self.rows) + 1.0);
        log_odds_of(share.clamp(least, 1.0 - least))
    }

    /// Shapley values of the probability, by the chord rule. Panics if `row` is shorter than the
    /// columns.
    pub fn explain(&self, row: &[f32]) -> Explanation {
        self.in_log_odds(self.trees.shapley(row), self.trees.log_odds(row))
    }

    /// Path contributions to the probability, by the chord rule. Panics if `row` is shorter than
    /// the columns.
    pub fn path_contributions(&self, row: &[f32]) -> Explanation {
        self.in_log_odds(self.trees.path_contributions(row), self.trees.log_odds(row))
    }

    /// Shapley values against background rows, by the chord rule; see
    /// [`TreeEnsemble::shapley_against`].
    pub fn explain_against(&self, row: &[f32], background: &[f32]) -> Option<Explanation> {
        let shares = self.trees.shapley_against(row, background)?;
        Some(self.in_log_odds(shares, self.trees.log_odds(row)))
    }

    pub(crate) fn split_gains(&self) -> Vec<f64> {
        self.trees.split_gains()
    }

    /// Turns an explanation of this share into one of log-odds.
    fn in_log_odds(&self, mut shares: Explanation, share: f64) -> Explanation {
        /// Below this the chord's slope would be rounding; it is then the tangent's.
        const LEAST_CHORD: f64 = 1e-12;
        let (low, high) = (self.log_odds_of(shares.bias), self.log_odds_of(share));
        let chord = share - shares.bias;
        let tangent = || 1.0 / (share * (1.0 - share)).max(f64::MIN_POSITIVE.sqrt());
        let slope = if chord.abs() < LEAST_CHORD { tangent() } else { (high - low) / chord };
        shares.contributions.iter_mut().for_each(|part| *part *= slope);
        Explanation { bias: low, contributions: shares.contributions }
    }
}

fn by_count(tree: &[TreeNode], count: f64) -> Vec<TreeNode> {
    let divided = |node: &TreeNode| match *node {
        TreeNode::Leaf { value, cover } => TreeNode::Leaf { value: value / count, cover },
        split @ TreeNode::Split { .. } => split,
    };
    tree.iter().map(divided).collect()
}

/// What a model file holds of a forest, before it is checked.
#[derive(Serialize, Deserialize)]
struct StoredForest {
    rows: u32,
    trees: TreeEnsemble,
}

impl TryFrom<StoredForest> for ForestModel {
    type Error = ModelError;

    fn try_from(stored: StoredForest) -> Result<Self, ModelError> {
        Self::checked(stored.rows, stored.trees)
    }
}

impl From<ForestModel> for StoredForest {
    fn from(model: ForestModel) -> Self {
        Self { rows: model.rows, trees: model.trees }
    }
}
