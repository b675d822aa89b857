//! Online logistic regression: learns from one row after the other, and can be asked in between.
//!
//! Each coefficient has a learning rate of its own, which falls with the gradients that it has
//! seen, and an L1 penalty that keeps it at exactly 0 until they outweigh it ("follow the
//! regularised leader": McMahan et al., "Ad click prediction: a view from the trenches", 2013,
//! algorithm 1). Columns are standardised by means and deviations that are measured once, before
//! the first row; a missing value counts as the mean. The intercept has no penalty.
//!
//! Promises: the same rows in the same order give the same model. The order of rows matters: it is
//! the order of time. The order of columns changes scores by rounding only.

#[cfg(test)]
mod tests;

use crate::dataset::Dataset;
use crate::estimator::{FitError, ParamError};
use crate::logistic::{LinearColumn, LogisticModel, measure};
use crate::odds::probability_of;

/// Parameters as given; [`FtrlParams::check`] makes them fit for use.
#[derive(Debug, Clone, PartialEq)]
pub struct FtrlParams {
    /// The paper's α, above 0: the learning rate is α / (β + √Σ gradient²).
    pub alpha: f64,
    /// The paper's β, above 0.
    pub beta: f64,
    /// The paper's λ₁; not negative. 0 keeps no coefficient at 0.
    pub lambda_l1: f64,
    /// The paper's λ₂; not negative.
    pub lambda_l2: f64,
    /// How often a fit goes through its rows; at least 1.
    pub passes: usize,
}

impl Default for FtrlParams {
    fn default() -> Self {
        Self { alpha: 0.1, beta: 1.0, lambda_l1: 0.1, lambda_l2: 0.0, passes: 1 }
    }
}

impl FtrlParams {
    /// Checks each parameter against its range.
    ///
    /// # Errors
    /// The first [`ParamError`].
    pub fn check(self) -> Result<ValidFtrlParams, ParamError> {
        let above = |value: f64| value.is_finite() && value > 0.0;
        let not_below = |value: f64| value.is_finite() && value >= 0.0;
        ParamError::require(above(self.alpha), "alpha", "must be above 0", self.alpha)?;
        ParamError::require(above(self.beta), "beta", "must be above 0", self.beta)?;
        ParamError::require(not_below(self.lambda_l1), "lambda_l1", "must be 0 or above", self.lambda_l1)?;
        ParamError::require(not_below(self.lambda_l2), "lambda_l2", "must be 0 or above", self.lambda_l2)?;
        ParamError::require(self.passes >= 1, "passes", "must be 1 or above", self.passes as f64)?;
        Ok(ValidFtrlParams(self))
    }
}

/// Parameters that keep their ranges.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidFtrlParams(FtrlParams);

impl ValidFtrlParams {
    /// The checked values.
    pub fn get(&self) -> &FtrlParams {
        &self.0
    }

    /// A learner that has seen no row yet, and takes means and deviations from these.
    pub fn start(&self, measured: &Dataset) -> Ftrl {
        let columns = (0..measured.columns()).map(|column| measure(measured, column)).collect();
        let nothing = Coordinate { gradients: 0.0, squares: 0.0 };
        Ftrl { params: self.0.clone(), columns, coordinates: vec![nothing; measured.columns() + 1] }
    }

    /// Learns all rows in their order, as often as `passes` says.
    ///
    /// # Errors
    /// [`FitError::OneLabelOnly`] or [`FitError::NotFinite`].
    pub fn fit(&self, fit: &Dataset) -> Result<LogisticModel, FitError> {
        if !fit.has_both_labels() {
            return Err(FitError::OneLabelOnly);
        }
        let mut learner = self.start(fit);
        for row in (0..self.get().passes).flat_map(|_| 0..fit.rows()) {
            learner.learn(fit.row(row), fit.labels()[row], fit.weight(row));
        }
        learner.model()
    }
}

/// What is known of one coefficient.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Coordinate {
    /// The paper's z: the sum of gradients, less what earlier values pull back.
    gradients: f64,
    /// The paper's n: the sum of squared gradients.
    squares: f64,
}

impl Coordinate {
    /// −(z − sign(z)·λ₁) / ((β + √n)/α + λ₂), and 0 while |z| ≤ λ₁.
    ///
    /// By hand: z = −3, n = 4, α = 0.5, β = 1, λ₁ = 1, λ₂ = 2: 2 / ((1 + 2)/0.5 + 2) = 0.25.
    fn value(self, params: &FtrlParams, lambda_l1: f64, lambda_l2: f64) -> f64 {
        let over = self.gradients.abs() - lambda_l1;
        if over <= 0.0 {
            return 0.0;
        }
        let rate = (params.beta + self.squares.sqrt()) / params.alpha + lambda_l2;
        -over.copysign(self.gradients) / rate
    }

    /// Takes one gradient at this value.
    fn learn(&mut self, gradient: f64, value: f64, alpha: f64) {
        let squares = self.squares + gradient * gradient;
        let pull = (squares.sqrt() - self.squares.sqrt()) / alpha;
        self.gradients += gradient - pull * value;
        self.squares = squares;
    }
}

/// A learner in the midst of a stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Ftrl {
    params: FtrlParams,
    columns: Vec<LinearColumn>,
    /// One a column, then the intercept's.
    coordinates: Vec<Coordinate>,
}

impl Ftrl {
    /// Takes one row, `NaN` where missing, that counts `weight` times; gives the probability that
    /// it had before, so that a stream can be judged while it is learned. A weight that is not a
    /// positive number counts as 0. Panics if `row` is shorter than the columns.
    pub fn learn(&mut self, row: &[f32], label: bool, weight: f64) -> f64 {
        let row = &row[..self.columns.len()];
        let parts: Vec<f64> = self.columns.iter().zip(row).map(|(column, &value)| column.standardise(value)).collect();
        let values = self.values();
        let products = parts.iter().zip(&values).map(|(part, value)| part * value);
        let probability = probability_of(values[parts.len()] + products.sum::<f64>());
        if weight.is_finite() && weight > 0.0 {
            let error = weight * (probability - f64::from(u8::from(label)));
            let gradients = parts.iter().map(|part| error * part).chain([error]);
            for ((coordinate, gradient), value) in self.coordinates.iter_mut().zip(gradients).zip(&values) {
                coordinate.learn(gradient, *value, self.params.alpha);
            }
        }
        probability
    }

    /// The coefficients, then the intercept.
    fn values(&self) -> Vec<f64> {
        let FtrlParams { lambda_l1, lambda_l2, .. } = self.params;
        let (intercept, columns) = (self.coordinates.len() - 1, self.coordinates.iter().enumerate());
        let penalties = |index: usize| if index < intercept { (lambda_l1, lambda_l2) } else { (0.0, 0.0) };
        let value = |(index, coordinate): (usize, &Coordinate)| {
            let (lambda_l1, lambda_l2) = penalties(index);
            coordinate.value(&self.params, lambda_l1, lambda_l2)
        };
        columns.map(value).collect()
    }

    /// The model as it stands.
    ///
    /// # Errors
    /// [`FitError::NotFinite`] where the rows had values too large to learn from.
    pub fn model(&self) -> Result<LogisticModel, FitError> {
        let values = self.values();
        let columns = self.columns.iter().zip(&values);
        let columns = columns.map(|(column, &coefficient)| LinearColumn { coefficient, ..*column }).collect();
        LogisticModel::new(values[self.columns.len()], columns).map_err(|_| FitError::NotFinite)
    }
}
