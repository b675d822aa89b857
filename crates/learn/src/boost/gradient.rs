//! First and second derivatives of the log loss, as fixed-point integers.
//!
//! A sum of integers does not depend on its order. So histograms are the same on any number of
//! threads and for any order of columns, and parent minus child is the other child exactly. The
//! scale is a power of two, as fine as the sum over all rows allows.

use rayon::prelude::*;

use crate::dataset::Dataset;
use crate::number::{float, nearest_i64};
use crate::odds::probability_of;

/// The bits that count rows, below the second derivative in one integer.
pub(super) const COUNT_BITS: u32 = 24;

/// The most rows: their count has to fit into its bits.
pub(super) const MOST_ROWS: usize = (1 << COUNT_BITS) - 1;

/// The bits for the sum of all second derivatives; with the count and a sign they make 64.
const HESSIAN_BITS: f64 = 39.0;

/// The bits for the sum of all first derivatives; one is the sign, one is to spare.
const GRADIENT_BITS: f64 = 62.0;

/// Rows that one task works on.
const ROWS_A_TASK: usize = 4096;

/// A row's or a bin's derivatives: the first, and the second with a count of rows below it.
pub(super) type Cell = [i64; 2];

/// What one fixed-point step is worth. Both are powers of two, so to multiply or divide by them
/// rounds nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    gradient: f64,
    hessian: f64,
}

impl Scale {
    /// The finest scale for this sum of weights: |Σ gradient| ≤ Σ weight, Σ hessian ≤ Σ weight / 4.
    pub(super) fn new(weight_sum: f64) -> Self {
        Self {
            gradient: power_of_two(weight_sum.log2() - GRADIENT_BITS),
            hessian: power_of_two((weight_sum / 4.0).log2() - HESSIAN_BITS),
        }
    }

    /// The cell of one row: weight · (p − y), weight · p · (1 − p), and a count of 1.
    ///
    /// Log-odds 0, label 1, weight 1: −0.5 and 0.25.
    pub(super) fn cell(self, log_odds: f64, label: bool, weight: f64) -> Cell {
        let probability = probability_of(log_odds);
        let gradient = weight * (probability - f64::from(u8::from(label)));
        let hessian = weight * probability * (1.0 - probability);
        let (gradient, hessian) = (gradient / self.gradient, hessian / self.hessian);
        [nearest_i64(gradient), (nearest_i64(hessian) << COUNT_BITS) + 1]
    }

    /// The cell of every row.
    pub(super) fn cells(self, dataset: &Dataset, log_odds: &[f64]) -> Vec<Cell> {
        let labels = dataset.labels();
        let rows = log_odds.par_iter().enumerate().with_min_len(ROWS_A_TASK);
        rows.map(|(row, &odds)| self.cell(odds, labels[row], dataset.weight(row))).collect()
    }
}

/// 2 to the least whole exponent not below this one.
fn power_of_two(exponent: f64) -> f64 {
    exponent.ceil().exp2()
}

/// The sums over some rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sums {
    gradient: i64,
    hessian: i64,
    /// The number of rows.
    pub(super) rows: i64,
}

impl Sums {
    pub(super) fn of(cell: Cell) -> Self {
        let [gradient, packed] = cell;
        let rows = packed & ((1 << COUNT_BITS) - 1);
        Self { gradient, hessian: packed >> COUNT_BITS, rows }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            gradient: self.gradient + other.gradient,
            hessian: self.hessian + other.hessian,
            rows: self.rows + other.rows,
        }
    }

    pub(super) fn minus(self, other: Self) -> Self {
        Self {
            gradient: self.gradient - other.gradient,
            hessian: self.hessian - other.hessian,
            rows: self.rows - other.rows,
        }
    }

    /// Σ p · (1 − p), weighted.
    pub(super) fn hessian(self, scale: Scale) -> f64 {
        float(self.hessian) * scale.hessian
    }

    /// Twice the loss that the best single value for these rows takes away: G² / (H + λ).
    pub(super) fn gain(self, scale: Scale, lambda_l2: f64) -> f64 {
        let gradient = float(self.gradient) * scale.gradient;
        gradient * gradient / (self.hessian(scale) + lambda_l2)
    }

    /// The value that takes it away: −G / (H + λ).
    pub(super) fn best_value(self, scale: Scale, lambda_l2: f64) -> f64 {
        -(float(self.gradient) * scale.gradient) / (self.hessian(scale) + lambda_l2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_by_hand() {
        let scale = Scale::new(2.0);
        let sums = Sums::of(scale.cell(0.0, true, 1.0));
        assert_eq!(sums.rows, 1);
        assert_eq!(sums.hessian(scale), 0.25);
        // −G / (H + λ) = 0.5 / (0.25 + 0.75), and G² / (H + λ) = 0.25 / 1.
        assert_eq!(sums.best_value(scale, 0.75), 0.5);
        assert_eq!(sums.gain(scale, 0.75), 0.25);
    }

    #[test]
    fn the_largest_sums_fit() {
        let rows = i64::try_from(MOST_ROWS).unwrap();
        let scale = Scale::new(rows as f64);
        let [gradient, packed] = scale.cell(0.0, false, 1.0);
        assert!(gradient.checked_mul(2).and_then(|cell| cell.checked_mul(rows)).is_some());
        let sums = Sums::of([gradient * rows, packed.checked_mul(rows).unwrap()]);
        assert_eq!(sums.rows, rows);
        assert!((sums.hessian(scale) / rows as f64 - 0.25).abs() < 1e-5);
    }
}
