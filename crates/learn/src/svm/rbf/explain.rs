//! What each column adds to a machine's log-odds: Shapley values, estimated along random orders.
//!
//! Columns are changed one after the other from those of a base row to the row's own, and each is given the change
//! that it made; every order's changes add up exactly (Castro, Gómez and Tejada, "Polynomial calculation of the Shapley
//! value based on sampling", 2009). Each order is walked backwards too, which halves most of the noise.

use super::model::RbfSvmModel;
use crate::explain::Explanation;
use crate::random::Random;

/// Pairs of orders of [`RbfSvmModel::explain`].
const PAIRS: usize = 8;

/// Support vectors that importance asks.
const ASKED: usize = 200;

impl RbfSvmModel {
    /// The bias is the score of a row of means, each contribution the mean of what its column changed along 16 orders.
    /// Panics if `row` is shorter than the columns.
    pub fn explain(&self, row: &[f32]) -> Explanation {
        self.along(row, PAIRS)
    }

    /// The same along one order and its reverse: two scores a column.
    pub fn path_contributions(&self, row: &[f32]) -> Explanation {
        self.along(row, 1)
    }

    /// The same from each of the background rows (row-major), along one order and its reverse for each; `None` without
    /// any. Panics if `row` is shorter than the columns.
    pub fn explain_against(&self, row: &[f32], background: &[f32]) -> Option<Explanation> {
        let bases = background.chunks_exact(self.columns());
        let (count, to) = (bases.len() as f64, self.standardised(row));
        let mut mean = Explanation { bias: 0.0, contributions: vec![0.0; self.columns()] };
        for (index, base) in bases.enumerate() {
            mean.bias += self.log_odds(base) / count;
            self.walk(&to, &self.standardised(base), index, 1.0 / count, &mut mean.contributions);
        }
        (count > 0.0).then_some(mean)
    }

    /// For each column, the mean square of what the score of a support vector changes where the column is set to its
    /// mean.
    pub(crate) fn squared_moves(&self) -> Vec<f64> {
        let step = self.vectors().div_ceil(ASKED).max(1);
        let mut moves = vec![0.0; self.columns()];
        for index in (0..self.vectors()).step_by(step) {
            let (mut at, score) = (self.vector(index).to_vec(), self.log_odds_at(self.vector(index)));
            for (column, moved) in moves.iter_mut().enumerate() {
                let own = std::mem::replace(&mut at[column], 0.0);
                *moved += (score - self.log_odds_at(&at)).powi(2);
                at[column] = own;
            }
        }
        moves
    }

    fn along(&self, row: &[f32], pairs: usize) -> Explanation {
        let (to, base) = (self.standardised(row), vec![0.0; self.columns()]);
        let mut contributions = vec![0.0; self.columns()];
        (0..pairs).for_each(|index| self.walk(&to, &base, index, 1.0 / pairs as f64, &mut contributions));
        Explanation { bias: self.log_odds_at(&base), contributions }
    }

    /// Adds what each column changes from base to row, along an order and its reverse. Columns that are equal change
    /// nothing and are not scored.
    fn walk(&self, to: &[f32], base: &[f32], index: usize, weight: f64, contributions: &mut [f64]) {
        let mut order = Random::stream(0, index).permutation(to.len());
        order.retain(|&column| to[column].to_bits() != base[column].to_bits());
        for _ in 0..2 {
            let (mut at, mut score) = (base.to_vec(), self.log_odds_at(base));
            for &column in &order {
                at[column] = to[column];
                let next = self.log_odds_at(&at);
                contributions[column] += weight / 2.0 * (next - score);
                score = next;
            }
            order.reverse();
        }
    }
}
