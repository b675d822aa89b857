//! Points: checked rows of finite numbers.

use super::ClusterError;
use crate::dataset::Dataset;
use crate::logistic::{LinearColumn, measure};

/// Finite numbers, row-major.
#[derive(Debug, Clone, PartialEq)]
pub struct Points {
    columns: usize,
    values: Vec<f64>,
}

impl Points {
    /// Checks and takes points, row-major.
    ///
    /// # Errors
    /// [`ClusterError`]: none, a part of a point, or a number that is not finite.
    pub fn new(columns: usize, values: Vec<f64>) -> Result<Self, ClusterError> {
        if columns == 0 || values.is_empty() {
            return Err(ClusterError::NoPoints);
        }
        if !values.len().is_multiple_of(columns) {
            return Err(ClusterError::ValueCountDiffers { columns, values: values.len() });
        }
        match values.iter().position(|value| !value.is_finite()) {
            Some(at) => Err(ClusterError::ValueNotFinite { point: at / columns }),
            None => Ok(Self { columns, values }),
        }
    }

    /// The rows of a table, each column in standard deviations from its mean; a missing value counts as the mean.
    ///
    /// # Errors
    /// [`ClusterError::ValueNotFinite`], which finite tables do not give.
    pub fn standardised(rows: &Dataset) -> Result<Self, ClusterError> {
        let columns: Vec<LinearColumn> = (0..rows.columns()).map(|column| measure(rows, column)).collect();
        let cells = rows.values().iter().enumerate();
        let values = cells.map(|(at, &value)| columns[at % columns.len()].standardise(value)).collect();
        Self::new(rows.columns(), values)
    }

    /// The number of points, at least one.
    pub fn count(&self) -> usize {
        self.values.len() / self.columns
    }

    /// The number of columns, at least one.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// One point. Panics past the last.
    pub fn point(&self, index: usize) -> &[f64] {
        &self.values[index * self.columns..(index + 1) * self.columns]
    }

    /// All of them, in order.
    pub(super) fn all(&self) -> impl Iterator<Item = &[f64]> {
        self.values.chunks_exact(self.columns)
    }
}

/// The squared distance.
pub(super) fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}
