//! The parameters of a boosted fit, and their ranges.

use super::monotone::Monotone;
use crate::estimator::ParamError;
use crate::trees::MAX_DEPTH;

/// Parameters as given; [`BoostParams::check`] makes them fit for use.
#[derive(Debug, Clone, PartialEq)]
pub struct BoostParams {
    /// The most trees; fewer where early stopping ends the fit.
    pub trees: usize,
    /// The most leaves of a tree, 2 to 32,767.
    pub max_leaves: usize,
    /// The most splits on a path, 1 to [`MAX_DEPTH`].
    pub max_depth: usize,
    /// What each leaf value is multiplied by, in (0, 1].
    pub learning_rate: f64,
    /// Added to the sum of second derivatives in each leaf; not negative.
    pub lambda_l2: f64,
    /// The least sum of second derivatives in a leaf; above 0.
    pub min_child_hessian: f64,
    /// The fewest fit rows in a leaf; at least 1.
    pub min_data_in_leaf: usize,
    /// The least gain of a split, in nats of loss times two; not negative.
    pub min_gain: f64,
    /// The share of rows that each tree sees, in (0, 1].
    pub row_share: f64,
    /// The share of columns that each tree sees, in (0, 1]; at least one column.
    pub column_share: f64,
    /// The most bins a column, beside that of the missing: 2 to 255.
    pub max_bins: usize,
    /// Ends the fit when so many trees in a row did not lower the validation loss, and keeps the
    /// best; at least 1. Unused without a validation set.
    pub patience_trees: Option<usize>,
    /// Columns, by name, with which the log-odds may only rise or only fall.
    pub monotone: Vec<(String, Monotone)>,
    /// What the samples are drawn by.
    pub seed: u64,
}

impl Default for BoostParams {
    /// LightGBM's defaults, but for `lambda_l2` (XGBoost's).
    fn default() -> Self {
        Self {
            trees: 100,
            max_leaves: 31,
            max_depth: MAX_DEPTH,
            learning_rate: 0.1,
            lambda_l2: 1.0,
            min_child_hessian: 1e-3,
            min_data_in_leaf: 20,
            min_gain: 0.0,
            row_share: 1.0,
            column_share: 1.0,
            max_bins: 255,
            patience_trees: None,
            monotone: Vec::new(),
            seed: 0,
        }
    }
}

impl BoostParams {
    /// Checks each parameter against its range.
    ///
    /// # Errors
    /// The first [`ParamError`].
    pub fn check(self) -> Result<ValidBoostParams, ParamError> {
        self.check_sizes()?;
        let share = |value: f64| value > 0.0 && value <= 1.0;
        let rules = [
            (share(self.learning_rate), "learning_rate", "must be in (0, 1]", self.learning_rate),
            (share(self.row_share), "row_share", "must be in (0, 1]", self.row_share),
            (share(self.column_share), "column_share", "must be in (0, 1]", self.column_share),
            (not_negative(self.lambda_l2), "lambda_l2", "must be 0 or above", self.lambda_l2),
            (not_negative(self.min_gain), "min_gain", "must be 0 or above", self.min_gain),
            (
                not_negative(self.min_child_hessian) && self.min_child_hessian > 0.0,
                "min_child_hessian",
                "must be above 0",
                self.min_child_hessian,
            ),
        ];
        for (holds, parameter, rule, given) in rules {
            ParamError::require(holds, parameter, rule, given)?;
        }
        Ok(ValidBoostParams(self))
    }

    fn check_sizes(&self) -> Result<(), ParamError> {
        // A tree of n leaves has 2n − 1 nodes, and a node's index has 16 bits.
        const MOST_LEAVES: usize = 32_767;
        let rules = [
            ("trees", self.trees, 1, usize::MAX, "must be 1 or above"),
            ("max_leaves", self.max_leaves, 2, MOST_LEAVES, "must be 2 to 32767"),
            ("max_depth", self.max_depth, 1, MAX_DEPTH, "must be 1 to 64"),
            ("min_data_in_leaf", self.min_data_in_leaf, 1, usize::MAX, "must be 1 or above"),
            ("max_bins", self.max_bins, 2, 255, "must be 2 to 255"),
            ("patience_trees", self.patience_trees.unwrap_or(1), 1, usize::MAX, "must be 1 or above"),
        ];
        for (parameter, given, least, most, rule) in rules {
            ParamError::require((least..=most).contains(&given), parameter, rule, given as f64)?;
        }
        Ok(())
    }
}

fn not_negative(value: f64) -> bool {
    value.is_finite() && value >= 0.0
}

/// Parameters that keep their ranges.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidBoostParams(BoostParams);

impl ValidBoostParams {
    /// The checked values.
    pub fn get(&self) -> &BoostParams {
        &self.0
    }

    /// The same, drawn by another seed.
    pub(super) fn with_stream(&self, stream: usize) -> Self {
        Self(BoostParams { seed: self.0.seed.wrapping_add(stream as u64), ..self.0.clone() })
    }
}
