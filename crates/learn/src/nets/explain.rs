//! What each column adds to a net's score: Shapley values, estimated along random orders.
//!
//! Columns are changed one after the other from those of a base row to the row's own, in an order
//! that is drawn anew each time, and each is given the change that it made: the mean over orders is
//! an unbiased estimate of its Shapley value, and every order's changes add up exactly (Castro,
//! Gómez and Tejada, 2009). Each order is walked backwards too, which halves most of the noise.

use super::model::NetModel;
use crate::explain::Explanation;
use crate::number::nearest_f32;
use crate::random::Random;

/// Pairs of orders of [`NetModel::explain`].
const PAIRS: usize = 8;

impl NetModel {
    /// The bias is the score of a row of means that has this row's steps, each contribution the
    /// mean of what its column changed along 16 orders. Panics if `row` is shorter than the columns.
    pub fn explain(&self, row: &[f32]) -> Explanation {
        self.along(row, &self.mean_row(row), PAIRS)
    }

    /// The same along one order and its reverse: two scores a column.
    pub fn path_contributions(&self, row: &[f32]) -> Explanation {
        self.along(row, &self.mean_row(row), 1)
    }

    /// The same from each of the background rows (row-major), along one order and its reverse for
    /// each; `None` without any. Panics if `row` is shorter than the columns.
    pub fn explain_against(&self, row: &[f32], background: &[f32]) -> Option<Explanation> {
        let bases = background.chunks_exact(self.columns());
        let count = bases.len() as f64;
        let mut mean = Explanation { bias: 0.0, contributions: vec![0.0; self.columns()] };
        for (index, base) in bases.enumerate() {
            mean.bias += self.log_odds(base) / count;
            self.walk(row, base, index, 1.0 / count, &mut mean.contributions);
        }
        (count > 0.0).then_some(mean)
    }

    /// For each column, the square of half of what the score of a row of means changes from one
    /// standard deviation below to one above.
    pub(crate) fn squared_moves(&self) -> Vec<f64> {
        let means = self.mean_row(&vec![0.0; self.columns()]);
        let scored = |column: usize, by: f64| {
            let mut row = means.clone();
            row[column] = nearest_f32(f64::from(row[column]) + by);
            self.log_odds(&row)
        };
        let deviations = self.deviations().into_iter().enumerate();
        deviations.map(|(column, by)| ((scored(column, by) - scored(column, -by)) / 2.0).powi(2)).collect()
    }

    fn along(&self, row: &[f32], base: &[f32], pairs: usize) -> Explanation {
        let mut contributions = vec![0.0; self.columns()];
        (0..pairs).for_each(|index| self.walk(row, base, index, 1.0 / pairs as f64, &mut contributions));
        Explanation { bias: self.log_odds(base), contributions }
    }

    /// Adds what each column changes from base to row, along an order and its reverse. Columns that
    /// are equal change nothing and are not scored.
    fn walk(&self, row: &[f32], base: &[f32], index: usize, weight: f64, contributions: &mut [f64]) {
        let mut order = Random::stream(0, index).permutation(self.columns());
        order.retain(|column| row[*column].to_bits() != base[*column].to_bits());
        for _ in 0..2 {
            let (mut at, mut score) = (base.to_vec(), self.log_odds(base));
            for &column in &order {
                at[column] = row[column];
                let next = self.log_odds(&at);
                contributions[column] += weight / 2.0 * (next - score);
                score = next;
            }
            order.reverse();
        }
    }
}
