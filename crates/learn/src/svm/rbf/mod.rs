//! Support vector machine with the radial basis function kernel, and probabilities.
//!
//! The loss is ½·‖w‖² + cost · Σ weight · max(0, 1 − y·decision) in the space of the kernel
//! exp(−γ·‖a − b‖²), over standardised columns (as in [`crate::logistic`]: a missing value counts as the mean). Its
//! dual is solved two rows at a time, chosen by second-order information (Platt, "Fast training of support vector
//! machines using sequential minimal optimization", 1999; Fan, Chen and Lin, "Working set selection using second order
//! information", 2005), with shrinking and a cache of kernel rows, as libsvm does.
//!
//! A decision is no probability. So Platt's line is fitted to the decisions of rows that a fit on the other folds gave
//! (where a fold would lack a label: to those of the fit itself). It counts rows, not weights.
//!
//! Promises: one seed gives one model on any number of threads; columns are taken by name. Its cost grows with the
//! square of the rows: past some ten thousands, take trees. An explanation costs some hundred scores.

mod cache;
mod explain;
mod kernel;
mod model;
mod smo;
#[cfg(test)]
mod tests;

use rayon::prelude::*;

use super::Parts;
use crate::calibrate::Platt;
use crate::dataset::Dataset;
use crate::estimator::{FitError, ParamError};
use crate::logistic::{LinearColumn, measure};
use kernel::Points;
pub use model::RbfSvmModel;
use smo::Solution;

/// The most rows that a fit takes: their kernel would not fit into any cache.
const MOST_ROWS: usize = 200_000;

/// Parameters as given; [`RbfSvmParams::check`] makes them fit for use.
#[derive(Debug, Clone, PartialEq)]
pub struct RbfSvmParams {
    /// What a unit of violation costs; above 0. scikit-learn's `C`.
    pub cost: f64,
    /// The kernel's γ, above 0; 1 / columns where none is given, scikit-learn's `scale` on standardised columns.
    pub gamma: Option<f64>,
    /// How far the conditions of the optimum may be missed; above 0. libsvm's ε.
    pub tolerance: f64,
    /// Memory for kernel rows, in MB; at least 1.
    pub cache_mb: usize,
    /// Folds for Platt's line; at least 2. libsvm takes 5.
    pub folds: usize,
    /// What the folds are dealt by.
    pub seed: u64,
}

impl Default for RbfSvmParams {
    fn default() -> Self {
        Self { cost: 1.0, gamma: None, tolerance: 1e-3, cache_mb: 200, folds: 5, seed: 0 }
    }
}

impl RbfSvmParams {
    /// Checks each parameter against its range.
    ///
    /// # Errors
    /// The first [`ParamError`].
    pub fn check(self) -> Result<ValidRbfSvmParams, ParamError> {
        let positive = |value: f64| value.is_finite() && value > 0.0;
        let gamma = self.gamma.unwrap_or(1.0);
        for (parameter, given) in [("cost", self.cost), ("gamma", gamma), ("tolerance", self.tolerance)] {
            ParamError::require(positive(given), parameter, "must be above 0", given)?;
        }
        ParamError::require(self.cache_mb >= 1, "cache_mb", "must be 1 or above", self.cache_mb as f64)?;
        ParamError::require(self.folds >= 2, "folds", "must be 2 or above", self.folds as f64)?;
        Ok(ValidRbfSvmParams(self))
    }
}

/// Parameters that keep their ranges.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidRbfSvmParams(RbfSvmParams);

impl ValidRbfSvmParams {
    /// The checked values.
    pub fn get(&self) -> &RbfSvmParams {
        &self.0
    }

    /// Fits the decision, and the line that makes log-odds of it.
    ///
    /// # Errors
    /// [`FitError::OneLabelOnly`], [`FitError::TooManyRows`] or [`FitError::NotFinite`].
    pub fn fit(&self, fit: &Dataset) -> Result<RbfSvmModel, FitError> {
        let problem = Problem::new(self.get(), fit)?;
        let parts = Parts::deal(fit, self.get().folds, self.get().seed);
        let out_of_fold = |fold: usize| {
            let solution = problem.solve(&parts.fit_rows(fold));
            parts.judged_by(fold).into_iter().map(|row| (row, problem.decision(&solution, row))).collect()
        };
        let (whole, folds): (Solution, Vec<Vec<(usize, f64)>>) = rayon::join(
            || problem.solve(&parts.fit_rows(0)),
            || (1..=parts.folds()).into_par_iter().map(out_of_fold).collect(),
        );
        let mut decisions = vec![0.0; fit.rows()];
        folds.into_iter().flatten().for_each(|(row, decision)| decisions[row] = decision);
        if parts.folds() == 0 {
            decisions = (0..fit.rows()).map(|row| problem.decision(&whole, row)).collect();
        }
        let line = Platt::fit(&decisions, fit.labels()).map_err(|_| FitError::NotFinite)?;
        problem.model(&whole, line)
    }

    /// Fits the decision alone: its sign is the class, and its log-odds are the decision. For comparisons with other
    /// solvers, and where only the order of the rows matters.
    ///
    /// # Errors
    /// Those of [`ValidRbfSvmParams::fit`].
    pub fn fit_decision(&self, fit: &Dataset) -> Result<RbfSvmModel, FitError> {
        let problem = Problem::new(self.get(), fit)?;
        let all: Vec<usize> = (0..fit.rows()).collect();
        problem.model(&problem.solve(&all), Platt { slope: 1.0, intercept: 0.0 })
    }
}

/// The standardised rows and what they cost.
struct Problem<'a> {
    params: &'a RbfSvmParams,
    columns: Vec<LinearColumn>,
    order: Vec<usize>,
    points: Points,
    labels: &'a [bool],
    costs: Vec<f64>,
    gamma: f64,
}

impl<'a> Problem<'a> {
    fn new(params: &'a RbfSvmParams, fit: &'a Dataset) -> Result<Self, FitError> {
        if !fit.has_both_labels() {
            return Err(FitError::OneLabelOnly);
        }
        if fit.rows() > MOST_ROWS {
            return Err(FitError::TooManyRows { rows: fit.rows(), most: MOST_ROWS });
        }
        let order = fit.columns_by_name();
        let columns: Vec<LinearColumn> = order.iter().map(|&column| measure(fit, column)).collect();
        let points = Points::of(fit, &order, &columns);
        let costs = (0..fit.rows()).map(|row| params.cost * fit.weight(row)).collect();
        let gamma = params.gamma.unwrap_or(1.0 / fit.columns() as f64);
        Ok(Self { params, columns, order, points, labels: fit.labels(), costs, gamma })
    }

    fn solve(&self, rows: &[usize]) -> Solution {
        let labels: Vec<bool> = rows.iter().map(|&row| self.labels[row]).collect();
        let costs: Vec<f64> = rows.iter().map(|&row| self.costs[row]).collect();
        smo::solve(&self.points.select(rows), self.gamma, &labels, &costs, self.params).of_rows(rows)
    }

    fn decision(&self, solution: &Solution, row: usize) -> f64 {
        let terms = solution.support.iter();
        let sum: f64 = terms.map(|&(other, weight)| weight * self.points.kernel(self.gamma, row, other)).sum();
        sum + solution.bias
    }

    fn model(&self, solution: &Solution, line: Platt) -> Result<RbfSvmModel, FitError> {
        let mut columns = self.columns.clone();
        self.order.iter().zip(&self.columns).for_each(|(&column, measured)| columns[column] = *measured);
        let mut place = vec![0; self.order.len()];
        self.order.iter().enumerate().for_each(|(position, &column)| place[column] = position);
        let rows: Vec<usize> = solution.support.iter().map(|term| term.0).collect();
        let weights = solution.support.iter().map(|term| line.slope * term.1).collect();
        let vectors = self.points.rows_by(&rows, &place);
        RbfSvmModel::new(columns, self.gamma, vectors, weights, line.apply(solution.bias))
            .map_err(|_| FitError::NotFinite)
    }
}
