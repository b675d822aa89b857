//! The parameters of a tree and of a forest, and their ranges.

use super::criterion::Impurity;
use crate::estimator::ParamError;
use crate::trees::MAX_DEPTH;

/// Parameters of one tree, as given; [`DecisionTreeParams::check`] makes them fit for use.
#[derive(Debug, Clone, PartialEq)]
pub struct DecisionTreeParams {
    /// The most splits on a path, 1 to [`MAX_DEPTH`].
    pub max_depth: usize,
    /// The fewest fit rows in a leaf; at least 1.
    pub min_data_in_leaf: usize,
    /// What a split lowers the most.
    pub impurity: Impurity,
    /// What a leaf costs: a branch stays only where each leaf it adds lowers the mean impurity by
    /// more. 0 prunes nothing. scikit-learn's `ccp_alpha`.
    pub leaf_cost: f64,
    /// The most bins a column, beside that of the missing: 2 to 255.
    pub max_bins: usize,
}

impl Default for DecisionTreeParams {
    fn default() -> Self {
        let impurity = Impurity::Gini;
        Self { max_depth: 12, min_data_in_leaf: 20, impurity, leaf_cost: 0.0, max_bins: 255 }
    }
}

impl DecisionTreeParams {
    /// Checks each parameter against its range.
    ///
    /// # Errors
    /// The first [`ParamError`].
    pub fn check(self) -> Result<ValidDecisionTreeParams, ParamError> {
        check_sizes(self.max_depth, self.min_data_in_leaf, self.max_bins)?;
        let holds = self.leaf_cost.is_finite() && self.leaf_cost >= 0.0;
        ParamError::require(holds, "leaf_cost", "must be 0 or above", self.leaf_cost)?;
        Ok(ValidDecisionTreeParams(self))
    }
}

/// Parameters of a tree that keep their ranges.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidDecisionTreeParams(DecisionTreeParams);

impl ValidDecisionTreeParams {
    /// The checked values.
    pub fn get(&self) -> &DecisionTreeParams {
        &self.0
    }
}

/// Parameters of a forest, as given; [`ForestParams::check`] makes them fit for use.
#[derive(Debug, Clone, PartialEq)]
pub struct ForestParams {
    /// The number of trees; at least 1.
    pub trees: usize,
    /// The most splits on a path, 1 to [`MAX_DEPTH`].
    pub max_depth: usize,
    /// The fewest draws in a leaf (a row that was drawn twice counts twice); at least 1.
    pub min_data_in_leaf: usize,
    /// How many columns a split tries; at least 1. Without it, the square root of their number,
    /// rounded down. More are tried where none of them can split.
    pub columns_a_split: Option<usize>,
    /// What a split lowers the most.
    pub impurity: Impurity,
    /// The most bins a column, beside that of the missing: 2 to 255.
    pub max_bins: usize,
    /// What rows and columns are drawn by.
    pub seed: u64,
}

impl Default for ForestParams {
    fn default() -> Self {
        Self {
            trees: 100,
            max_depth: 12,
            min_data_in_leaf: 1,
            columns_a_split: None,
            impurity: Impurity::Gini,
            max_bins: 255,
            seed: 0,
        }
    }
}

impl ForestParams {
    /// Checks each parameter against its range.
    ///
    /// # Errors
    /// The first [`ParamError`].
    pub fn check(self) -> Result<ValidForestParams, ParamError> {
        check_sizes(self.max_depth, self.min_data_in_leaf, self.max_bins)?;
        let above_0 = "must be 1 or above";
        ParamError::require(self.trees >= 1, "trees", above_0, self.trees as f64)?;
        let columns = self.columns_a_split.unwrap_or(1);
        ParamError::require(columns >= 1, "columns_a_split", above_0, columns as f64)?;
        Ok(ValidForestParams(self))
    }
}

/// Parameters of a forest that keep their ranges.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidForestParams(ForestParams);

impl ValidForestParams {
    /// The checked values.
    pub fn get(&self) -> &ForestParams {
        &self.0
    }
}

fn check_sizes(max_depth: usize, min_data_in_leaf: usize, max_bins: usize) -> Result<(), ParamError> {
    let rules = [
        ("max_depth", max_depth, 1, MAX_DEPTH, "must be 1 to 64"),
        ("min_data_in_leaf", min_data_in_leaf, 1, usize::MAX, "must be 1 or above"),
        ("max_bins", max_bins, 2, 255, "must be 2 to 255"),
    ];
    for (parameter, given, least, most, rule) in rules {
        ParamError::require((least..=most).contains(&given), parameter, rule, given as f64)?;
    }
    Ok(())
}
