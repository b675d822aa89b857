//! Dual coordinate descent for the squared hinge loss.

use super::LinearSvmParams;
use crate::dataset::Dataset;
use crate::estimator::FitError;
use crate::logistic::LinearColumn;
use crate::random::Random;

/// A coefficient a column in the solver's order, then the intercept.
pub(super) type Margins = Vec<f64>;

/// The standardised rows, and what they cost.
pub(super) struct Solver<'a> {
    params: &'a LinearSvmParams,
    width: usize,
    /// Row-major, each row times its ±1, with the ±1 itself last: a margin is one dot product.
    signed: Vec<f64>,
    signs: Vec<f64>,
    costs: Vec<f64>,
}

impl<'a> Solver<'a> {
    pub(super) fn new(params: &'a LinearSvmParams, fit: &Dataset, order: &[usize], columns: &[LinearColumn]) -> Self {
        let signs: Vec<f64> = fit.labels().iter().map(|&label| if label { 1.0 } else { -1.0 }).collect();
        let width = order.len() + 1;
        let mut signed = Vec::with_capacity(width * fit.rows());
        for (row, sign) in signs.iter().enumerate() {
            let parts = order.iter().zip(columns);
            signed.extend(parts.map(|(&column, measured)| sign * measured.standardise(fit.row(row)[column])));
            signed.push(*sign);
        }
        let costs = (0..fit.rows()).map(|row| params.cost * fit.weight(row)).collect();
        Self { params, width, signed, signs, costs }
    }

    /// The margin of a row, positive where the label is likely true.
    pub(super) fn margin(&self, margins: &[f64], row: usize) -> f64 {
        self.signs[row] * dot(margins, self.row(row))
    }

    fn row(&self, row: usize) -> &[f64] {
        &self.signed[row * self.width..(row + 1) * self.width]
    }

    /// The coefficients for these rows.
    pub(super) fn solve(&self, rows: &[usize]) -> Result<Margins, FitError> {
        let mut at = Point { margins: vec![0.0; self.width], duals: vec![0.0; rows.len()] };
        let norms: Vec<f64> = rows.iter().map(|&row| dot(self.row(row), self.row(row))).collect();
        for pass in 0..self.params.max_passes {
            for index in Random::stream(self.params.seed, pass).permutation(rows.len()) {
                self.step(&mut at, index, rows[index], norms[index]);
            }
            let (loss, dual) = self.loss_and_dual(&at, rows);
            if !loss.is_finite() {
                return Err(FitError::NotFinite);
            }
            if loss - dual <= self.params.tolerance * loss {
                return Ok(at.margins);
            }
        }
        Err(FitError::NotConverged { steps: self.params.max_passes })
    }

    /// Moves one row's dual variable to where the dual is greatest.
    ///
    /// By hand: a first row of norm 2 and a cost of ½ goes to α = 1 / (2 + 1) = ⅓.
    fn step(&self, at: &mut Point, index: usize, row: usize, norm: f64) {
        let (signed, soft) = (self.row(row), 0.5 / self.costs[row]);
        let slope = dot(&at.margins, signed) - 1.0 + soft * at.duals[index];
        let moved = (at.duals[index] - slope / (norm + soft)).max(0.0);
        let by = moved - at.duals[index];
        if by != 0.0 {
            at.duals[index] = moved;
            at.margins.iter_mut().zip(signed).for_each(|(margin, part)| *margin += by * part);
        }
    }

    /// The loss, and the dual value that no solution's loss can be below.
    pub(super) fn loss_and_dual(&self, at: &Point, rows: &[usize]) -> (f64, f64) {
        let half_norm = dot(&at.margins, &at.margins) / 2.0;
        let (mut loss, mut dual) = (half_norm, -half_norm);
        for (&row, &alpha) in rows.iter().zip(&at.duals) {
            let violation = (1.0 - dot(&at.margins, self.row(row))).max(0.0);
            loss += self.costs[row] * violation * violation;
            dual += alpha - alpha * alpha / (4.0 * self.costs[row]);
        }
        (loss, dual)
    }
}

/// A place of the descent: the coefficients are Σ dual · signed row.
pub(super) struct Point {
    pub(super) margins: Margins,
    pub(super) duals: Vec<f64>,
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_step_is_by_hand() {
        let names = vec!["x".to_owned()];
        let rows = Dataset::new(names, vec![1.0, -1.0], vec![true, false]).unwrap();
        let params = LinearSvmParams { cost: 0.5, ..LinearSvmParams::default() };
        let column = LinearColumn { mean: 0.0, scale: 1.0, coefficient: 0.0 };
        let solver = Solver::new(&params, &rows, &[0], &[column]);
        let mut at = Point { margins: vec![0.0; 2], duals: vec![0.0; 2] };
        solver.step(&mut at, 0, 0, 2.0);
        assert_eq!((at.duals[0], at.margins), (1.0 / 3.0, vec![1.0 / 3.0; 2]));
    }
}
