//! Support vector machines with probabilities: linear here, with a kernel in [`RbfSvmParams`].
//!
//! The loss is ½·Σ coefficient² + cost · Σ weight · max(0, 1 − y·score)² over standardised columns
//! (as in [`crate::logistic`]: a missing value counts as the mean), y being ±1 and the intercept a
//! coefficient of a column of ones. Its dual is solved one row at a time (Hsieh, Chang, Lin,
//! Keerthi and Sundararajan, "A dual coordinate descent method for large-scale linear SVM", 2008),
//! until what is left between the loss and its dual, a bound on what any solution could still
//! gain, is a small share of the loss.
//!
//! A margin is no probability. So Platt's line is fitted to the margins of rows that a fit on the
//! other folds gave (where a fold would lack a label: to those of the fit itself), and folded into
//! the coefficients: the model is linear in log-odds, and its explanation exact. The line counts
//! rows, not weights.
//!
//! Promises: one seed gives one model on any number of threads; columns are taken by name.

mod dual;
mod rbf;
#[cfg(test)]
mod tests;

use rayon::prelude::*;

use crate::calibrate::Platt;
use crate::dataset::Dataset;
use crate::estimator::{FitError, ParamError};
use crate::logistic::{LinearColumn, LogisticModel, measure};
use crate::random::Random;
use dual::{Margins, Solver};
pub use rbf::{RbfSvmModel, RbfSvmParams, ValidRbfSvmParams};

/// The parts that rows are dealt to for Platt's line.
const FOLDS: usize = 3;

/// Parameters as given; [`LinearSvmParams::check`] makes them fit for use.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearSvmParams {
    /// What a unit of squared violation costs; above 0. scikit-learn's `C`.
    pub cost: f64,
    /// The most passes over the rows; at least 1.
    pub max_passes: usize,
    /// The share of the loss that the duality gap may be in the end; above 0.
    pub tolerance: f64,
    /// What the order of the rows is drawn by.
    pub seed: u64,
}

impl Default for LinearSvmParams {
    fn default() -> Self {
        Self { cost: 1.0, max_passes: 1000, tolerance: 1e-2, seed: 0 }
    }
}

impl LinearSvmParams {
    /// Checks each parameter against its range.
    ///
    /// # Errors
    /// The first [`ParamError`].
    pub fn check(self) -> Result<ValidLinearSvmParams, ParamError> {
        let positive = |value: f64| value.is_finite() && value > 0.0;
        ParamError::require(positive(self.cost), "cost", "must be above 0", self.cost)?;
        ParamError::require(positive(self.tolerance), "tolerance", "must be above 0", self.tolerance)?;
        let passes = self.max_passes as f64;
        ParamError::require(self.max_passes >= 1, "max_passes", "must be 1 or above", passes)?;
        Ok(ValidLinearSvmParams(self))
    }
}

/// Parameters that keep their ranges.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidLinearSvmParams(LinearSvmParams);

impl ValidLinearSvmParams {
    /// The checked values.
    pub fn get(&self) -> &LinearSvmParams {
        &self.0
    }

    /// Fits the margin, and the line that makes log-odds of it.
    ///
    /// # Errors
    /// [`FitError::OneLabelOnly`], [`FitError::NotConverged`] or [`FitError::NotFinite`].
    pub fn fit(&self, fit: &Dataset) -> Result<LogisticModel, FitError> {
        if !fit.has_both_labels() {
            return Err(FitError::OneLabelOnly);
        }
        let order = fit.columns_by_name();
        let columns: Vec<LinearColumn> = order.iter().map(|&column| measure(fit, column)).collect();
        let solver = Solver::new(self.get(), fit, &order, &columns);
        let parts = Parts::deal(fit, FOLDS, self.get().seed);
        let fits = (0..=parts.folds()).into_par_iter().map(|fold| solver.solve(&parts.fit_rows(fold)));
        let fits: Vec<Margins> = fits.collect::<Result<_, _>>()?;
        let margins: Vec<f64> = (0..fit.rows()).map(|row| solver.margin(&fits[parts.judge(row)], row)).collect();
        let line = Platt::fit(&margins, fit.labels()).map_err(|_| FitError::NotFinite)?;
        in_log_odds(&fits[0], line, &order, &columns)
    }
}

/// Multiplies the line into the margin's coefficients.
fn in_log_odds(
    margins: &[f64],
    line: Platt,
    order: &[usize],
    columns: &[LinearColumn],
) -> Result<LogisticModel, FitError> {
    let mut model = columns.to_vec();
    for (position, &column) in order.iter().enumerate() {
        let coefficient = line.slope * margins[position];
        model[column] = LinearColumn { coefficient, ..columns[position] };
    }
    LogisticModel::new(line.apply(margins[order.len()]), model).map_err(|_| FitError::NotFinite)
}

/// Which fold each row is in; without any where a fit on the others would lack a label.
struct Parts {
    fold_of: Vec<usize>,
    folds: usize,
}

impl Parts {
    fn deal(fit: &Dataset, folds: usize, seed: u64) -> Self {
        let mut fold_of = vec![0; fit.rows()];
        for (place, row) in Random::new(seed).permutation(fit.rows()).into_iter().enumerate() {
            fold_of[row] = 1 + place % folds;
        }
        let has =
            |fold: usize, label: bool| (0..fit.rows()).any(|row| fold_of[row] != fold && fit.labels()[row] == label);
        let whole = (1..=folds).all(|fold| has(fold, true) && has(fold, false));
        Self { fold_of, folds: if whole { folds } else { 0 } }
    }

    fn folds(&self) -> usize {
        self.folds
    }

    /// The rows outside a fold; all rows for fold 0.
    fn fit_rows(&self, fold: usize) -> Vec<usize> {
        (0..self.fold_of.len()).filter(|&row| self.fold_of[row] != fold).collect()
    }

    /// The rows of a fold.
    fn judged_by(&self, fold: usize) -> Vec<usize> {
        (0..self.fold_of.len()).filter(|&row| self.fold_of[row] == fold).collect()
    }

    /// The fit that did not see this row; 0, the one of all rows, where there are no folds.
    fn judge(&self, row: usize) -> usize {
        if self.folds == 0 { 0 } else { self.fold_of[row] }
    }
}
