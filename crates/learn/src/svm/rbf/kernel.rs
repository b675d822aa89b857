//! Kernel rows: one column after the other over many rows at once, so that the loops stay vectors.

use rayon::prelude::*;

use crate::dataset::Dataset;
use crate::logistic::LinearColumn;
use crate::number::{exp_f32, nearest_f32};

/// Rows of one task; fixed, and each element stands by itself.
const ROWS_A_TASK: usize = 2048;

/// Standardised rows, column by column.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Points {
    rows: usize,
    /// Column-major: the value of row `r` and column `c` is `values[c · rows + r]`.
    values: Vec<f32>,
}

impl Points {
    /// The columns in this order; a missing value is the mean, so 0. Values that are far out are kept finite.
    pub(super) fn of(dataset: &Dataset, order: &[usize], columns: &[LinearColumn]) -> Self {
        let parts = order.iter().zip(columns);
        let values = parts.flat_map(|(&column, measured)| {
            (0..dataset.rows()).map(move |row| standard(measured, dataset.row(row)[column]))
        });
        Self { rows: dataset.rows(), values: values.collect() }
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    fn columns(&self) -> impl Iterator<Item = &[f32]> {
        self.values.chunks_exact(self.rows.max(1))
    }

    pub(super) fn select(&self, rows: &[usize]) -> Self {
        let values = self.columns().flat_map(|column| rows.iter().map(|&row| column[row]));
        Self { rows: rows.len(), values: values.collect() }
    }

    /// These rows, row-major, with column `place[c]` of these points as column `c`.
    pub(super) fn rows_by(&self, rows: &[usize], place: &[usize]) -> Vec<f32> {
        let cells = rows.iter().flat_map(|&row| place.iter().map(move |&at| self.values[at * self.rows + row]));
        cells.collect()
    }

    /// The kernel of two rows.
    pub(super) fn kernel(&self, gamma: f64, a: usize, b: usize) -> f64 {
        let distance = self.columns().fold(0.0_f32, |sum, column| {
            let apart = column[a] - column[b];
            sum + apart * apart
        });
        f64::from(exp_f32(-nearest_f32(gamma) * distance))
    }

    /// The kernel of one row with every row.
    pub(super) fn kernel_row(&self, gamma: f64, row: usize) -> Vec<f32> {
        let mut kernel = vec![0.0; self.rows];
        let gamma = nearest_f32(gamma);
        let tasks = kernel.par_chunks_mut(ROWS_A_TASK).enumerate();
        tasks.for_each(|(task, part)| self.fill(gamma, row, task * ROWS_A_TASK, part));
        kernel
    }

    fn fill(&self, gamma: f32, row: usize, start: usize, part: &mut [f32]) {
        for column in self.columns() {
            let own = column[row];
            for (sum, value) in part.iter_mut().zip(&column[start..]) {
                let apart = value - own;
                *sum += apart * apart;
            }
        }
        part.iter_mut().for_each(|value| *value = exp_f32(-gamma * *value));
    }
}

/// How many deviations above the mean, within ±1e9, whose squares an `f32` still adds up.
pub(super) fn standard(column: &LinearColumn, value: f32) -> f32 {
    nearest_f32(column.standardise(value).clamp(-1e9, 1e9))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_is_by_hand() {
        // Rows (0, 0) and (3, 4): exp(−0.1 · 25).
        let points = Points { rows: 2, values: vec![0.0, 3.0, 0.0, 4.0] };
        assert!((points.kernel(0.1, 0, 1) - (-2.5_f64).exp()).abs() < 1e-7);
        assert_eq!(points.kernel_row(0.1, 0)[0], 1.0);
        assert_eq!(f64::from(points.kernel_row(0.1, 0)[1]), points.kernel(0.1, 0, 1));
    }
}
