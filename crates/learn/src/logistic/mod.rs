//! Logistic regression on standardised columns, with an L2 penalty, an L1 penalty, or both (the elastic net).
//!
//! Each column is centred and scaled by its weighted mean and standard deviation over the rows
//! where it is present; a missing value counts as the mean, so it adds nothing. The loss is
//! Σ weight · log loss + λ₂/2 · Σ coefficient² + λ₁ · Σ |coefficient|, the intercept unpenalised.
//! Without λ₁ Newton's method (iteratively reweighted least squares) finds its one minimum; with
//! it, coordinate descent on Newton's quadratic does, and leaves coefficients at exactly 0.
//!
//! Promises: the same model on any number of threads (rows are cut into fixed chunks, whose sums
//! are added in order). The order of columns changes scores by rounding only. Wide, mostly empty
//! tables such as words of texts are [`crate::sparse`]'s matter.

pub(crate) mod cholesky;
mod elastic;
mod newton;
#[cfg(test)]
mod tests;

pub(crate) use cholesky::solve as solve_positive_definite;
pub(crate) use newton::measure;
use serde::{Deserialize, Serialize};

use crate::dataset::Dataset;
use crate::estimator::{FitError, ParamError};
use crate::explain::Explanation;
use crate::model::ModelError;

/// Parameters as given; [`LogisticParams::check`] makes them fit for use.
#[derive(Debug, Clone, PartialEq)]
pub struct LogisticParams {
    /// The penalty λ₂; not negative, and above 0 without λ₁, so that there is one minimum even where
    /// a column separates the labels. scikit-learn's `C` is 1 / λ₂.
    pub lambda_l2: f64,
    /// The penalty λ₁; not negative. Where it is the only one, scikit-learn's `C` is 1 / λ₁.
    pub lambda_l1: f64,
    /// The most Newton steps; at least 1. Seven or so are usual.
    pub max_steps: usize,
    /// The fit ends where no partial derivative of the mean loss is larger; above 0.
    pub tolerance: f64,
}

impl Default for LogisticParams {
    fn default() -> Self {
        Self { lambda_l2: 1.0, lambda_l1: 0.0, max_steps: 100, tolerance: 1e-9 }
    }
}

impl LogisticParams {
    /// Checks each parameter against its range.
    ///
    /// # Errors
    /// The first [`ParamError`].
    pub fn check(self) -> Result<ValidLogisticParams, ParamError> {
        let positive = |value: f64| value.is_finite() && value > 0.0;
        let above_0 = "must be above 0";
        let holds = self.lambda_l1.is_finite() && self.lambda_l1 >= 0.0;
        ParamError::require(holds, "lambda_l1", "must be 0 or above", self.lambda_l1)?;
        let holds = positive(self.lambda_l2) || (self.lambda_l2 == 0.0 && self.lambda_l1 > 0.0);
        ParamError::require(holds, "lambda_l2", "must be above 0 where `lambda_l1` is 0", self.lambda_l2)?;
        ParamError::require(positive(self.tolerance), "tolerance", above_0, self.tolerance)?;
        let steps = self.max_steps as f64;
        ParamError::require(self.max_steps >= 1, "max_steps", "must be 1 or above", steps)?;
        Ok(ValidLogisticParams(self))
    }
}

/// Parameters that keep their ranges.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidLogisticParams(LogisticParams);

impl ValidLogisticParams {
    /// The checked values.
    pub fn get(&self) -> &LogisticParams {
        &self.0
    }

    /// Fits the coefficients.
    ///
    /// # Errors
    /// [`FitError::OneLabelOnly`], [`FitError::NotConverged`] or [`FitError::NotFinite`].
    pub fn fit(&self, fit: &Dataset) -> Result<LogisticModel, FitError> {
        if !fit.has_both_labels() {
            return Err(FitError::OneLabelOnly);
        }
        newton::fit(self.get(), fit)
    }
}

/// A value drawn towards 0 by so much, and 0 once it is there: of 3 by 1 it is 2, of −0.5 by 1 it is 0.
pub(crate) fn soft_threshold(value: f64, by: f64) -> f64 {
    if value.abs() <= by { 0.0 } else { value - by * value.signum() }
}

/// One column of a linear model.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LinearColumn {
    /// The mean where the column was present.
    pub mean: f64,
    /// The standard deviation there; 1 for a constant column.
    pub scale: f64,
    /// The log-odds that one standard deviation adds.
    pub coefficient: f64,
}

impl LinearColumn {
    /// How many standard deviations a value is above the mean; 0 if it is missing. An infinite one counts as the
    /// greatest number, since infinity times a coefficient of 0 would be none.
    pub(crate) fn standardise(&self, value: f32) -> f64 {
        if value.is_nan() { 0.0 } else { (f64::from(value.clamp(f32::MIN, f32::MAX)) - self.mean) / self.scale }
    }

    /// What a value adds to the log-odds.
    ///
    /// By hand: a mean of 10, a scale of 2 and a coefficient of 0.5 give 13 a contribution of
    /// 0.5 · (13 − 10) / 2 = 0.75.
    pub fn contribution(&self, value: f32) -> f64 {
        self.coefficient * self.standardise(value)
    }
}

/// A fitted logistic regression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "StoredLogistic", into = "StoredLogistic")]
pub struct LogisticModel {
    intercept: f64,
    columns: Vec<LinearColumn>,
}

impl LogisticModel {
    /// Checks and takes coefficients; the intercept is the log-odds of a row of means.
    ///
    /// # Errors
    /// [`ModelError`], named for the rule that a number breaks.
    pub fn new(intercept: f64, columns: Vec<LinearColumn>) -> Result<Self, ModelError> {
        if columns.is_empty() {
            return Err(ModelError::ColumnCountUnfit { columns: 0 });
        }
        let finite = |column: &LinearColumn| {
            column.mean.is_finite() && column.scale.is_finite() && column.coefficient.is_finite()
        };
        if !intercept.is_finite() || !columns.iter().all(finite) {
            return Err(ModelError::ValueNotFinite);
        }
        match columns.iter().position(|column| column.scale <= 0.0) {
            Some(column) => Err(ModelError::ScaleNotPositive { column }),
            None => Ok(Self { intercept, columns }),
        }
    }

    /// The number of columns of a row.
    pub fn columns(&self) -> usize {
        self.columns.len()
    }

    /// The log-odds of a row of means.
    pub fn intercept(&self) -> f64 {
        self.intercept
    }

    /// Each column's mean, scale and coefficient.
    pub fn coefficients(&self) -> &[LinearColumn] {
        &self.columns
    }

    /// The log-odds of one row, `NaN` where missing. Panics if `row` is shorter than the columns.
    pub fn log_odds(&self, row: &[f32]) -> f64 {
        let row = &row[..self.columns.len()];
        let columns = self.columns.iter().zip(row);
        columns.fold(self.intercept, |sum, (column, &value)| sum + column.contribution(value))
    }

    /// The bias is the intercept, each contribution coefficient · (value − mean) / scale. Panics
    /// if `row` is shorter than the columns.
    pub fn explain(&self, row: &[f32]) -> Explanation {
        let row = &row[..self.columns.len()];
        let contributions = self.columns.iter().zip(row).map(|(column, &value)| column.contribution(value));
        Explanation { bias: self.intercept, contributions: contributions.collect() }
    }

    /// The same against background rows (row-major): the bias is their mean score, each
    /// contribution what it is above their mean; `None` without any. Panics if `row` is shorter
    /// than the columns.
    pub fn explain_against(&self, row: &[f32], background: &[f32]) -> Option<Explanation> {
        let rows = background.chunks_exact(self.columns.len());
        let (count, mut means) = (rows.len() as f64, vec![0.0; self.columns.len()]);
        for other in rows {
            for (mean, part) in means.iter_mut().zip(self.explain(other).contributions) {
                *mean += part / count;
            }
        }
        let mut explained = self.explain(row);
        explained.bias += means.iter().sum::<f64>();
        explained.contributions.iter_mut().zip(means).for_each(|(part, mean)| *part -= mean);
        (count > 0.0).then_some(explained)
    }
}

/// What a model file holds of a logistic regression, before it is checked.
#[derive(Serialize, Deserialize)]
struct StoredLogistic {
    intercept: f64,
    columns: Vec<LinearColumn>,
}

impl TryFrom<StoredLogistic> for LogisticModel {
    type Error = ModelError;

    fn try_from(stored: StoredLogistic) -> Result<Self, ModelError> {
        Self::new(stored.intercept, stored.columns)
    }
}

impl From<LogisticModel> for StoredLogistic {
    fn from(model: LogisticModel) -> Self {
        Self { intercept: model.intercept, columns: model.columns }
    }
}
