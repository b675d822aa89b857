//! The models that a fit can give, as one type: a new estimator's model is one more variant.

use std::fmt;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::category::CategoryTrees;
use crate::ensemble::EnsembleModel;
use crate::explain::Explanation;
use crate::forest::ForestModel;
use crate::logistic::LogisticModel;
use crate::nets::NetModel;
use crate::odds::probability_of;
use crate::svm::RbfSvmModel;
use crate::trees::TreeEnsemble;

/// Rows that one task scores: enough to outweigh its start, few enough to share out.
const ROWS_A_TASK: usize = 256;

/// A fitted model. It gives log-odds before calibration.
///
/// Every method that takes a row wants a value a column, `NaN` where missing, and panics if it is
/// shorter than the columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Model {
    /// Gradient-boosted trees, from [`crate::boost`].
    Boost(TreeEnsemble),
    /// Logistic regression, from [`crate::logistic`].
    Logistic(LogisticModel),
    /// A decision tree, from [`crate::forest`].
    Tree(ForestModel),
    /// A random forest, from [`crate::forest`].
    Forest(ForestModel),
    /// A linear support vector machine with Platt's line, from [`crate::svm`].
    LinearSvm(LogisticModel),
    /// Online logistic regression as it stood, from [`crate::ftrl`].
    Ftrl(LogisticModel),
    /// Gradient-boosted trees over categories, from [`crate::category`].
    CategoryBoost(CategoryTrees),
    /// A neural net, from [`crate::nets`].
    Net(NetModel),
    /// A support vector machine with the radial basis function kernel, from [`crate::svm`].
    RbfSvm(RbfSvmModel),
    /// Several models as one, from [`crate::ensemble`].
    Ensemble(EnsembleModel),
}

impl Model {
    /// The number of columns of a row.
    pub fn columns(&self) -> usize {
        match self {
            Self::Boost(trees) => trees.columns(),
            Self::CategoryBoost(trees) => trees.columns(),
            Self::Net(net) => net.columns(),
            Self::Logistic(linear) | Self::LinearSvm(linear) | Self::Ftrl(linear) => linear.columns(),
            Self::Tree(votes) | Self::Forest(votes) => votes.columns(),
            Self::RbfSvm(machine) => machine.columns(),
            Self::Ensemble(members) => members.columns(),
        }
    }

    /// The log-odds of one row.
    pub fn log_odds(&self, row: &[f32]) -> f64 {
        match self {
            Self::Boost(trees) => trees.log_odds(row),
            Self::CategoryBoost(trees) => trees.log_odds(row),
            Self::Net(net) => net.log_odds(row),
            Self::Logistic(linear) | Self::LinearSvm(linear) | Self::Ftrl(linear) => linear.log_odds(row),
            Self::Tree(votes) | Self::Forest(votes) => votes.log_odds(row),
            Self::RbfSvm(machine) => machine.log_odds(row),
            Self::Ensemble(members) => members.log_odds(row),
        }
    }

    /// The log-odds of each row of a row-major table, such as [`crate::Dataset::values`]; on every
    /// core, and equal to [`Model::log_odds`] bit for bit. A rest shorter than a row is left out.
    pub fn log_odds_of_rows(&self, values: &[f32]) -> Vec<f64> {
        let rows = values.par_chunks_exact(self.columns());
        rows.with_min_len(ROWS_A_TASK).map(|row| self.log_odds(row)).collect()
    }

    /// The probability of one row, in (0, 1).
    pub fn probability(&self, row: &[f32]) -> f64 {
        probability_of(self.log_odds(row))
    }

    /// The exact explanation: Shapley values for trees, coefficients for linear models; for nets
    /// Shapley values estimated along 16 orders, which still sum to the log-odds. Those of a
    /// forest are of its probability, brought to log-odds by the chord rule of [`ForestModel`].
    pub fn explain(&self, row: &[f32]) -> Explanation {
        match self {
            Self::Boost(trees) => trees.shapley(row),
            Self::CategoryBoost(trees) => trees.explain(row),
            Self::Net(net) => net.explain(row),
            Self::Logistic(linear) | Self::LinearSvm(linear) | Self::Ftrl(linear) => linear.explain(row),
            Self::Tree(votes) | Self::Forest(votes) => votes.explain(row),
            Self::RbfSvm(machine) => machine.explain(row),
            Self::Ensemble(members) => members.explain(row),
        }
    }

    /// Shapley values where an unknown column takes the values of background rows (row-major; a
    /// rest shorter than a row is left out): the bias is what the model says of those. `None`
    /// without any. Its cost grows with their number; a hundred are usual.
    pub fn explain_against(&self, row: &[f32], background: &[f32]) -> Option<Explanation> {
        match self {
            Self::Boost(trees) => trees.shapley_against(row, background),
            Self::CategoryBoost(trees) => trees.explain_against(row, background),
            Self::Net(net) => net.explain_against(row, background),
            Self::Logistic(linear) | Self::LinearSvm(linear) | Self::Ftrl(linear) => {
                linear.explain_against(row, background)
            }
            Self::Tree(votes) | Self::Forest(votes) => votes.explain_against(row, background),
            Self::RbfSvm(machine) => machine.explain_against(row, background),
            Self::Ensemble(members) => members.explain_against(row, background),
        }
    }

    /// The cheap explanation: path contributions for trees, at the price of a score; for linear
    /// models the exact one; for nets that along two orders, two scores a column.
    pub fn path_contributions(&self, row: &[f32]) -> Explanation {
        match self {
            Self::Boost(trees) => trees.path_contributions(row),
            Self::CategoryBoost(trees) => trees.path_contributions(row),
            Self::Net(net) => net.path_contributions(row),
            Self::Logistic(linear) | Self::LinearSvm(linear) | Self::Ftrl(linear) => linear.explain(row),
            Self::Tree(votes) | Self::Forest(votes) => votes.path_contributions(row),
            Self::RbfSvm(machine) => machine.path_contributions(row),
            Self::Ensemble(members) => members.path_contributions(row),
        }
    }
}

/// Why numbers are not a model.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant and its fields are spelled out by its message")]
pub enum ModelError {
    ColumnCountUnfit { columns: usize },
    CategoriesUnsorted { column: usize },
    ColumnUnknown { column: usize },
    EnsembleNested,
    LengthsDiffer,
    MemberUnreadable,
    ScaleNotPositive { column: usize },
    TreeMalformed,
    TreeTooDeep { depth: usize },
    ValueNotFinite,
}

impl fmt::Display for ModelError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CategoriesUnsorted { column } => {
                write!(out, "the categories of column {column} don't ascend")
            }
            Self::ColumnCountUnfit { columns } => {
                write!(out, "a model can't have {columns} columns")
            }
            Self::ColumnUnknown { column } => write!(out, "the model has no column {column}"),
            Self::EnsembleNested => write!(out, "a member of an ensemble is an ensemble itself"),
            Self::MemberUnreadable => write!(out, "a member of the ensemble can't be read"),
            Self::LengthsDiffer => write!(out, "the parts of the model differ in length"),
            Self::ScaleNotPositive { column } => {
                write!(out, "the scale of column {column} is not positive")
            }
            Self::TreeMalformed => write!(out, "the nodes of a tree don't form a tree"),
            Self::TreeTooDeep { depth } => write!(out, "a tree is {depth} splits deep"),
            Self::ValueNotFinite => write!(out, "a number of the model is not finite"),
        }
    }
}

impl std::error::Error for ModelError {}
