//! Boosted trees over columns of categories, such as a country or a payment method as a number.
//!
//! Before the fit, the categories of a column are ranked by their rate of positive rows, drawn
//! towards the base rate where rows are few; the trees then cut the ranks. A cut of the ranks is a
//! set of categories, and for a loss like this one the best set is among those cuts (Fisher, "On
//! grouping for maximum homogeneity", 1958). LightGBM ranks anew in each node; here the ranks of
//! the root serve all, so that nodes and scores stay as fast as for numbers.
//!
//! Promises: the number that stands for a category means nothing; a category that a fit never saw,
//! or on fewer rows than `least_rows`, counts as missing, so that rare ones can't tell their own
//! labels. Its limit: in a deep node the best set may not be a cut of the root's ranks.

mod ranks;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::boost::{BoostParams, ValidBoostParams};
use crate::dataset::Dataset;
use crate::estimator::{FitError, ParamError};
use crate::explain::Explanation;
use crate::model::ModelError;
use crate::trees::TreeEnsemble;
pub use ranks::CategoryRanks;

/// Parameters as given; [`CategoryBoostParams::check`] makes them fit for use.
#[derive(Debug, Clone, PartialEq)]
pub struct CategoryBoostParams {
    /// Those of the trees.
    pub boost: BoostParams,
    /// The columns, by name, whose numbers stand for categories.
    pub categories: Vec<String>,
    /// How many rows of the base rate each category's rate is mixed with; not negative.
    pub smoothing_rows: f64,
    /// The fewest rows of a category that counts; at least 1.
    pub least_rows: usize,
}

impl Default for CategoryBoostParams {
    /// `smoothing_rows` is LightGBM's `cat_smooth`.
    fn default() -> Self {
        Self { boost: BoostParams::default(), categories: Vec::new(), smoothing_rows: 10.0, least_rows: 20 }
    }
}

impl CategoryBoostParams {
    /// Checks each parameter against its range.
    ///
    /// # Errors
    /// The first [`ParamError`].
    pub fn check(self) -> Result<ValidCategoryBoostParams, ParamError> {
        let smoothing = self.smoothing_rows;
        let holds = smoothing.is_finite() && smoothing >= 0.0;
        ParamError::require(holds, "smoothing_rows", "must be 0 or above", smoothing)?;
        let least = self.least_rows as f64;
        ParamError::require(self.least_rows >= 1, "least_rows", "must be 1 or above", least)?;
        let boost = self.boost.clone().check()?;
        Ok(ValidCategoryBoostParams { params: self, boost })
    }
}

/// Parameters that keep their ranges.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidCategoryBoostParams {
    params: CategoryBoostParams,
    boost: ValidBoostParams,
}

impl ValidCategoryBoostParams {
    /// The checked values.
    pub fn get(&self) -> &CategoryBoostParams {
        &self.params
    }

    /// Ranks the categories, and fits trees on the ranks; see [`ValidBoostParams::fit`].
    ///
    /// # Errors
    /// Those of [`ValidBoostParams::fit`]; [`FitError::ColumnUnknown`] names a category column too.
    pub fn fit(&self, fit: &Dataset, validation: Option<&Dataset>) -> Result<CategoryTrees, FitError> {
        let ranks = CategoryRanks::of(fit, &self.params)?;
        if validation.is_some_and(|validation| validation.names() != fit.names()) {
            return Err(FitError::ValidationColumnsDiffer);
        }
        let validation = validation.map(|validation| ranks.apply_to(validation));
        let trees = self.boost.fit(&ranks.apply_to(fit), validation.as_ref())?;
        Ok(CategoryTrees { ranks, trees })
    }
}

/// Trees over ranks of categories.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "StoredCategoryTrees", into = "StoredCategoryTrees")]
pub struct CategoryTrees {
    ranks: CategoryRanks,
    trees: TreeEnsemble,
}

impl CategoryTrees {
    /// The number of columns of a row.
    pub fn columns(&self) -> usize {
        self.trees.columns()
    }

    /// The log-odds of one row, `NaN` where missing. Panics if `row` is shorter than the columns.
    pub fn log_odds(&self, row: &[f32]) -> f64 {
        self.trees.log_odds(&self.ranks.apply(row))
    }

    /// Shapley values. Panics if `row` is shorter than the columns.
    pub fn explain(&self, row: &[f32]) -> Explanation {
        self.trees.shapley(&self.ranks.apply(row))
    }

    /// Path contributions. Panics if `row` is shorter than the columns.
    pub fn path_contributions(&self, row: &[f32]) -> Explanation {
        self.trees.path_contributions(&self.ranks.apply(row))
    }

    /// Shapley values against background rows; see [`TreeEnsemble::shapley_against`].
    pub fn explain_against(&self, row: &[f32], background: &[f32]) -> Option<Explanation> {
        let rows = background.chunks_exact(self.columns());
        let ranked: Vec<f32> = rows.flat_map(|other| self.ranks.apply(other)).collect();
        self.trees.shapley_against(&self.ranks.apply(row), &ranked)
    }

    pub(crate) fn split_gains(&self) -> Vec<f64> {
        self.trees.split_gains()
    }
}

/// What a model file holds of such trees, before it is checked.
#[derive(Serialize, Deserialize)]
struct StoredCategoryTrees {
    ranks: CategoryRanks,
    trees: TreeEnsemble,
}

impl TryFrom<StoredCategoryTrees> for CategoryTrees {
    type Error = ModelError;

    fn try_from(stored: StoredCategoryTrees) -> Result<Self, ModelError> {
        stored.ranks.check(stored.trees.columns())?;
        Ok(Self { ranks: stored.ranks, trees: stored.trees })
    }
}

impl From<CategoryTrees> for StoredCategoryTrees {
    fn from(model: CategoryTrees) -> Self {
        Self { ranks: model.ranks, trees: model.trees }
    }
}
