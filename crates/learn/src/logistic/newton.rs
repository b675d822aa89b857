//! Newton's method for the penalised log loss, with the step halved while the loss grows.

use rayon::prelude::*;

use super::{LinearColumn, LogisticModel, LogisticParams, cholesky, elastic};
use crate::dataset::Dataset;
use crate::estimator::FitError;
use crate::odds::{log_loss_of, probability_of};

/// Rows whose sums are made by one task; fixed, so that no sum depends on the threads.
const CHUNK_ROWS: usize = 2048;

/// How often a step is halved before it is given up: 2⁻³⁰ of a step is no step.
pub(super) const MOST_HALVINGS: i32 = 30;

/// Fits a dataset that has both labels.
pub(super) fn fit(params: &LogisticParams, dataset: &Dataset) -> Result<LogisticModel, FitError> {
    let order = dataset.columns_by_name();
    let columns: Vec<LinearColumn> = order.iter().map(|&column| measure(dataset, column)).collect();
    let problem = Problem { dataset, order: &order, columns: &columns, lambda: params.lambda_l2 };
    let found = if params.lambda_l1 > 0.0 { elastic::minimise(&problem, params)? } else { problem.minimise(params)? };
    let mut model = vec![LinearColumn { mean: 0.0, scale: 1.0, coefficient: 0.0 }; order.len()];
    for (position, &column) in order.iter().enumerate() {
        model[column] = LinearColumn { coefficient: found[position + 1], ..columns[position] };
    }
    LogisticModel::new(found[0], model).map_err(|_| FitError::NotFinite)
}

/// The weighted mean and standard deviation where the column is present; 0 and 1 if it never is.
///
/// Values 1, 3 and a missing one: mean 2, scale 1.
pub(crate) fn measure(dataset: &Dataset, column: usize) -> LinearColumn {
    let present = || {
        let rows = (0..dataset.rows()).map(|row| (dataset.row(row)[column], dataset.weight(row)));
        rows.filter(|(value, _)| !value.is_nan()).map(|(value, weight)| (f64::from(value), weight))
    };
    let weights: f64 = present().map(|(_, weight)| weight).sum();
    if weights == 0.0 {
        return LinearColumn { mean: 0.0, scale: 1.0, coefficient: 0.0 };
    }
    let mean = present().map(|(value, weight)| value * weight).sum::<f64>() / weights;
    let squares: f64 = present().map(|(value, weight)| (value - mean).powi(2) * weight).sum();
    let deviation = (squares / weights).sqrt();
    // A spread at the rounding of the mean is none.
    let constant = deviation <= mean.abs() * 1e-12;
    LinearColumn { mean, scale: if constant { 1.0 } else { deviation }, coefficient: 0.0 }
}

/// The loss as a function of the intercept and the coefficients, in this order.
pub(super) struct Problem<'a> {
    dataset: &'a Dataset,
    order: &'a [usize],
    columns: &'a [LinearColumn],
    lambda: f64,
}

/// The loss and its derivatives at one point; the curvature is the lower triangle, row-major.
pub(super) struct Derivatives {
    pub(super) loss: f64,
    pub(super) gradient: Vec<f64>,
    pub(super) curvature: Vec<f64>,
}

impl Problem<'_> {
    pub(super) fn size(&self) -> usize {
        self.columns.len() + 1
    }

    pub(super) fn weight_sum(&self) -> f64 {
        (0..self.dataset.rows()).map(|row| self.dataset.weight(row)).sum()
    }

    fn minimise(&self, params: &LogisticParams) -> Result<Vec<f64>, FitError> {
        let weights = self.weight_sum();
        let mut at = vec![0.0; self.size()];
        for _ in 0..params.max_steps {
            let mut here = self.derivatives(&at);
            let steepest = here.gradient.iter().fold(0.0, |most: f64, slope| most.max(slope.abs()));
            if steepest <= params.tolerance * weights {
                return Ok(at);
            }
            let step = cholesky::solve(&mut here.curvature, &here.gradient);
            let step = step.ok_or(FitError::NotFinite)?;
            at = self.descend(&at, &step, here.loss).ok_or(FitError::NotFinite)?;
        }
        Err(FitError::NotConverged { steps: params.max_steps })
    }

    /// The first of the whole step, its half, its quarter and so on that does not raise the loss
    /// by more than its own rounding.
    fn descend(&self, at: &[f64], step: &[f64], loss: f64) -> Option<Vec<f64>> {
        let most = loss + loss.abs() * 1e-12;
        let share = |halvings: i32| 0.5_f64.powi(halvings);
        let trial = |share: f64| -> Vec<f64> { at.iter().zip(step).map(|(at, step)| at - share * step).collect() };
        (0..MOST_HALVINGS).map(|halvings| trial(share(halvings))).find(|trial| self.loss(trial) <= most)
    }

    pub(super) fn loss(&self, at: &[f64]) -> f64 {
        let chunks = self.chunks(|start, end| {
            let mut row_values = vec![1.0; self.size()];
            (start..end).map(|row| self.row_loss(row, at, &mut row_values).0).sum::<f64>()
        });
        chunks.iter().sum::<f64>() + self.penalty(at)
    }

    /// λ/2 · Σ coefficient², without the intercept.
    fn penalty(&self, at: &[f64]) -> f64 {
        self.lambda / 2.0 * at[1..].iter().map(|value| value * value).sum::<f64>()
    }

    pub(super) fn derivatives(&self, at: &[f64]) -> Derivatives {
        let mut all = Derivatives::zero(self.size());
        for chunk in self.chunks(|start, end| self.chunk_derivatives(start, end, at)) {
            all.add(&chunk);
        }
        all.loss += self.penalty(at);
        for (index, value) in at.iter().enumerate().skip(1) {
            all.gradient[index] += self.lambda * value;
            all.curvature[index * self.size() + index] += self.lambda;
        }
        all
    }

    fn chunk_derivatives(&self, start: usize, end: usize, at: &[f64]) -> Derivatives {
        let mut sums = Derivatives::zero(self.size());
        let mut row_values = vec![1.0; self.size()];
        for row in start..end {
            let (loss, odds) = self.row_loss(row, at, &mut row_values);
            let (weight, probability) = (self.dataset.weight(row), probability_of(odds));
            let label = f64::from(u8::from(self.dataset.labels()[row]));
            sums.loss += loss;
            let slope = weight * (probability - label);
            let curvature = weight * probability * (1.0 - probability);
            sums.add_row(&row_values, slope, curvature);
        }
        sums
    }

    /// The weighted loss and the log-odds of a row, whose standardised values follow the 1 in
    /// `row_values`.
    fn row_loss(&self, row: usize, at: &[f64], row_values: &mut [f64]) -> (f64, f64) {
        let values = self.dataset.row(row);
        for (position, column) in self.columns.iter().enumerate() {
            row_values[position + 1] = column.standardise(values[self.order[position]]);
        }
        let odds = at.iter().zip(row_values.iter()).map(|(at, value)| at * value).sum();
        let loss = log_loss_of(odds, self.dataset.labels()[row]);
        (self.dataset.weight(row) * loss, odds)
    }

    /// The sums of fixed chunks of rows, in their order.
    fn chunks<T: Send>(&self, work: impl Fn(usize, usize) -> T + Sync) -> Vec<T> {
        let rows = self.dataset.rows();
        let starts = (0..rows.div_ceil(CHUNK_ROWS)).into_par_iter();
        let bounds = starts.map(|chunk| (chunk * CHUNK_ROWS, rows.min((chunk + 1) * CHUNK_ROWS)));
        bounds.map(|(start, end)| work(start, end)).collect()
    }
}

impl Derivatives {
    fn zero(size: usize) -> Self {
        Self { loss: 0.0, gradient: vec![0.0; size], curvature: vec![0.0; size * size] }
    }

    fn add(&mut self, other: &Self) {
        self.loss += other.loss;
        for (sum, part) in self.gradient.iter_mut().zip(&other.gradient) {
            *sum += part;
        }
        for (sum, part) in self.curvature.iter_mut().zip(&other.curvature) {
            *sum += part;
        }
    }

    fn add_row(&mut self, values: &[f64], slope: f64, curvature: f64) {
        let size = values.len();
        for (index, &value) in values.iter().enumerate() {
            self.gradient[index] += slope * value;
            let factor = curvature * value;
            let line = &mut self.curvature[index * size..=index * size + index];
            for (sum, other) in line.iter_mut().zip(values) {
                *sum += factor * other;
            }
        }
    }
}
