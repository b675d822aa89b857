//! Wide tables that are mostly zeros, such as the words of texts, and logistic regression on them.
//!
//! A missing cell is 0 and nothing else: where "not known" differs from "none", use a `Dataset`. Columns are taken as
//! they are, neither centred (which would fill the zeros) nor scaled: bring them to one scale first, as TF-IDF does.
//!
//! The loss is that of [`crate::logistic`]: Σ weight · log loss + λ₂/2 · Σ coefficient² + λ₁ · Σ |coefficient|, the
//! intercept unpenalised. Promises: one minimum, whose slopes are checked before a fit is given out; the same bytes on
//! any number of threads.

mod descent;
mod rows;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::estimator::{FitError, ParamError};
use crate::odds::probability_of;
pub use rows::{SparseError, SparseRows};

/// Parameters as given; [`SparseLogisticParams::check`] makes them fit for use.
#[derive(Debug, Clone, PartialEq)]
pub struct SparseLogisticParams {
    /// The penalty λ₂; not negative, and above 0 without λ₁. scikit-learn's `C` is 1 / λ₂.
    pub lambda_l2: f64,
    /// The penalty λ₁; not negative.
    pub lambda_l1: f64,
    /// The most Newton steps; at least 1.
    pub max_steps: usize,
    /// The fit ends where no slope is farther from that of a minimum, as a share of the largest slope at the start;
    /// above 0. At 1e-4, scikit-learn's, scores agree to two or three digits.
    pub tolerance: f64,
}

impl Default for SparseLogisticParams {
    fn default() -> Self {
        Self { lambda_l2: 1.0, lambda_l1: 0.0, max_steps: 100, tolerance: 1e-4 }
    }
}

impl SparseLogisticParams {
    /// Checks each parameter against its range.
    ///
    /// # Errors
    /// The first [`ParamError`].
    pub fn check(self) -> Result<ValidSparseLogisticParams, ParamError> {
        let (l1, l2) = (self.lambda_l1, self.lambda_l2);
        ParamError::require(l1.is_finite() && l1 >= 0.0, "lambda_l1", "must be 0 or above", l1)?;
        ParamError::require(l2.is_finite() && l2 >= 0.0, "lambda_l2", "must be 0 or above", l2)?;
        ParamError::require(l1 + l2 > 0.0, "lambda_l2", "must be above 0 where `lambda_l1` is 0", l2)?;
        let tolerance = self.tolerance;
        ParamError::require(tolerance.is_finite() && tolerance > 0.0, "tolerance", "must be above 0", tolerance)?;
        let steps = self.max_steps as f64;
        ParamError::require(self.max_steps >= 1, "max_steps", "must be 1 or above", steps)?;
        Ok(ValidSparseLogisticParams(self))
    }
}

/// Parameters that keep their ranges.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidSparseLogisticParams(SparseLogisticParams);

impl ValidSparseLogisticParams {
    /// The checked values.
    pub fn get(&self) -> &SparseLogisticParams {
        &self.0
    }

    /// Fits the coefficients; a label a row, and a weight a row where weights are given.
    ///
    /// # Errors
    /// [`FitError::LengthsDiffer`], [`FitError::OneLabelOnly`], [`FitError::NotConverged`] or [`FitError::NotFinite`]
    /// (a weight that is not a positive number too).
    pub fn fit(&self, rows: &SparseRows, labels: &[bool], weights: &[f64]) -> Result<SparseLogistic, FitError> {
        for given in [labels.len(), if weights.is_empty() { rows.rows() } else { weights.len() }] {
            if given != rows.rows() {
                return Err(FitError::LengthsDiffer { scores: rows.rows(), labels: given });
            }
        }
        if !(labels.contains(&true) && labels.contains(&false)) {
            return Err(FitError::OneLabelOnly);
        }
        if !weights.iter().all(|weight| weight.is_finite() && *weight > 0.0) {
            return Err(FitError::NotFinite);
        }
        let (intercept, coefficients) = descent::minimise(self.get(), rows, labels, weights)?;
        Ok(SparseLogistic { intercept, coefficients })
    }
}

/// A fitted logistic regression on raw columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SparseLogistic {
    intercept: f64,
    coefficients: Vec<f64>,
}

impl SparseLogistic {
    /// The log-odds of a row of zeros.
    pub fn intercept(&self) -> f64 {
        self.intercept
    }

    /// The log-odds that a unit of each column adds.
    pub fn coefficients(&self) -> &[f64] {
        &self.coefficients
    }

    /// The log-odds of a row of (column, value); columns that the model does not know add nothing.
    pub fn log_odds(&self, row: impl IntoIterator<Item = (u32, f32)>) -> f64 {
        row.into_iter().fold(self.intercept, |sum, (column, value)| sum + self.contribution(column, value))
    }

    /// What a value of a column adds to the log-odds.
    pub fn contribution(&self, column: u32, value: f32) -> f64 {
        self.coefficients.get(column as usize).map_or(0.0, |coefficient| coefficient * f64::from(value))
    }

    /// The probability of a row, in (0, 1).
    pub fn probability(&self, row: impl IntoIterator<Item = (u32, f32)>) -> f64 {
        probability_of(self.log_odds(row))
    }
}
