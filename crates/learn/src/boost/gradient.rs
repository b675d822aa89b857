//! First and second derivatives of the log loss.

use rayon::prelude::*;

use crate::dataset::Dataset;
use crate::histogram::{Cell, Scale};
use crate::odds::probability_of;

/// Rows that one task works on.
const ROWS_A_TASK: usize = 4096;

/// The finest scale for this sum of weights: |Σ gradient| ≤ Σ weight, Σ hessian ≤ Σ weight / 4.
pub(super) fn scale(weight_sum: f64) -> Scale {
    Scale::new(weight_sum, weight_sum / 4.0)
}

/// The cell of one row: weight · (p − y), weight · p · (1 − p), and a count of 1.
///
/// Log-odds 0, label 1, weight 1: −0.5 and 0.25.
fn cell(scale: Scale, log_odds: f64, label: bool, weight: f64) -> Cell {
    let probability = probability_of(log_odds);
    let gradient = weight * (probability - f64::from(u8::from(label)));
    scale.cell(gradient, weight * probability * (1.0 - probability))
}

/// The cell of every row.
pub(super) fn cells(scale: Scale, dataset: &Dataset, log_odds: &[f64]) -> Vec<Cell> {
    let labels = dataset.labels();
    let rows = log_odds.par_iter().enumerate().with_min_len(ROWS_A_TASK);
    rows.map(|(row, &odds)| cell(scale, odds, labels[row], dataset.weight(row))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::histogram::Sums;

    #[test]
    fn a_cell_is_by_hand() {
        let scale = scale(2.0);
        let sums = Sums::of(cell(scale, 0.0, true, 1.0));
        assert_eq!((sums.rows, sums.hessian(scale), sums.best_value(scale, 0.0)), (1, 0.25, 2.0));
    }
}
