//! Sequential minimal optimisation of the dual.
//!
//! A row's dual variable is held with its sign, β = y·α, between 0 and y·cost; all β sum to 0. A row's error is what
//! the decision without bias gives it less its ±1. Where no β that may rise has a lower error than one that may fall
//! (by more than the tolerance), the dual is at its optimum.

use super::RbfSvmParams;
use super::cache::KernelCache;
use super::kernel::Points;

/// The least curvature of a pair: two equal rows have none (libsvm's τ).
const LEAST_CURVATURE: f64 = 1e-12;

/// Steps between two attempts to shrink, at most (libsvm's).
const STEPS_A_SHRINK: usize = 1000;

/// A guard against a tolerance that rounding can't reach.
const MOST_STEPS_A_ROW: usize = 10_000;

/// The rows with a weight in the decision, and its bias.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Solution {
    pub(super) support: Vec<(usize, f64)>,
    pub(super) bias: f64,
}

impl Solution {
    /// The same with the rows' names in a larger table.
    pub(super) fn of_rows(mut self, rows: &[usize]) -> Self {
        self.support.iter_mut().for_each(|term| term.0 = rows[term.0]);
        self
    }
}

/// Solves the dual of rows that have both labels.
pub(super) fn solve(points: &Points, gamma: f64, labels: &[bool], costs: &[f64], params: &RbfSvmParams) -> Solution {
    let mut state = State::new(labels, costs);
    let mut cache = KernelCache::new(points, gamma, params.cache_mb);
    let (every, most) = (labels.len().min(STEPS_A_SHRINK), labels.len().saturating_mul(MOST_STEPS_A_ROW));
    let mut shrinks = true;
    for step in 1..=most {
        if shrinks && step % every == 0 {
            state.shrink();
        }
        if state.step(&mut cache, params.tolerance) {
            continue;
        }
        if state.active.len() == labels.len() {
            break;
        }
        // The small problem is solved; the whole one is looked at again, and once more shrunk only if it needs long.
        state.unshrink(&mut cache);
        shrinks = step % (8 * every) != 0;
    }
    state.unshrink(&mut cache);
    state.solution()
}

struct State {
    low: Vec<f64>,
    high: Vec<f64>,
    beta: Vec<f64>,
    errors: Vec<f64>,
    /// The rows that are still looked at, ascending.
    active: Vec<usize>,
}

impl State {
    fn new(labels: &[bool], costs: &[f64]) -> Self {
        let rows = labels.iter().zip(costs);
        Self {
            low: rows.clone().map(|(&label, &cost)| if label { 0.0 } else { -cost }).collect(),
            high: rows.map(|(&label, &cost)| if label { cost } else { 0.0 }).collect(),
            beta: vec![0.0; labels.len()],
            errors: labels.iter().map(|&label| if label { -1.0 } else { 1.0 }).collect(),
            active: (0..labels.len()).collect(),
        }
    }

    fn may_rise(&self, row: usize) -> bool {
        self.beta[row] < self.high[row]
    }

    fn may_fall(&self, row: usize) -> bool {
        self.beta[row] > self.low[row]
    }

    /// Moves the best pair; false at the optimum.
    fn step(&mut self, cache: &mut KernelCache, tolerance: f64) -> bool {
        let Some(rising) = self.lowest_that_may_rise() else { return false };
        let of_rising = cache.row(rising);
        let Some(falling) = self.best_partner(rising, &of_rising, tolerance) else { return false };
        let of_falling = cache.row(falling);
        let curvature = (2.0 - 2.0 * f64::from(of_rising[falling])).max(LEAST_CURVATURE);
        let wanted = (self.errors[falling] - self.errors[rising]) / curvature;
        let (room_up, room_down) = (self.high[rising] - self.beta[rising], self.beta[falling] - self.low[falling]);
        let by = wanted.min(room_up).min(room_down);
        // A bound is reached exactly, so that it counts as one.
        self.beta[rising] = if by == room_up { self.high[rising] } else { self.beta[rising] + by };
        self.beta[falling] = if by == room_down { self.low[falling] } else { self.beta[falling] - by };
        self.update(by, &of_rising, &of_falling);
        true
    }

    /// errors += by · (kernel of the one − kernel of the other).
    fn update(&mut self, by: f64, of_rising: &[f32], of_falling: &[f32]) {
        if self.active.len() == self.errors.len() {
            let kernels = of_rising.iter().zip(of_falling);
            let errors = self.errors.iter_mut().zip(kernels);
            errors.for_each(|(error, (&a, &b))| *error += by * (f64::from(a) - f64::from(b)));
        } else {
            for &row in &self.active {
                self.errors[row] += by * (f64::from(of_rising[row]) - f64::from(of_falling[row]));
            }
        }
    }

    /// The first row of the lowest error among those that may rise.
    fn lowest_that_may_rise(&self) -> Option<usize> {
        let mut best: Option<usize> = None;
        let mut least = f64::INFINITY;
        for &row in &self.active {
            if self.errors[row] < least && self.may_rise(row) {
                (best, least) = (Some(row), self.errors[row]);
            }
        }
        best
    }

    /// The row that may fall with which a step takes the most away; `None` where none is above by the tolerance.
    fn best_partner(&self, rising: usize, kernel: &[f32], tolerance: f64) -> Option<usize> {
        let low = self.errors[rising];
        let (mut best, mut most, mut highest) = (None, 0.0, f64::NEG_INFINITY);
        for &row in &self.active {
            let above = self.errors[row] - low;
            if above > 0.0 && self.may_fall(row) {
                highest = highest.max(above);
                let gain = above * above / (2.0 - 2.0 * f64::from(kernel[row])).max(LEAST_CURVATURE);
                if gain > most {
                    (best, most) = (Some(row), gain);
                }
            }
        }
        best.filter(|_| highest >= tolerance)
    }

    /// Leaves rows out that stand at a bound which they would not leave if all others stayed as they are.
    fn shrink(&mut self) {
        let may_rise = self.active.iter().filter(|&&row| self.may_rise(row));
        let lowest = may_rise.map(|&row| self.errors[row]).fold(f64::INFINITY, f64::min);
        let may_fall = self.active.iter().filter(|&&row| self.may_fall(row));
        let highest = may_fall.map(|&row| self.errors[row]).fold(f64::NEG_INFINITY, f64::max);
        let stays = |row: &usize| match (self.may_rise(*row), self.may_fall(*row)) {
            (true, true) => true,
            (true, false) => self.errors[*row] <= highest,
            (false, true) => self.errors[*row] >= lowest,
            (false, false) => false,
        };
        self.active = self.active.iter().copied().filter(stays).collect();
    }

    /// Brings all rows back, with the errors that those left out missed.
    fn unshrink(&mut self, cache: &mut KernelCache) {
        let all = self.errors.len();
        if self.active.len() == all {
            return;
        }
        let mut is_active = vec![false; all];
        self.active.iter().for_each(|&row| is_active[row] = true);
        let left_out: Vec<usize> = (0..all).filter(|&row| !is_active[row]).collect();
        // A row's start error is −y, and y is told by its bounds.
        left_out.iter().for_each(|&row| self.errors[row] = if self.high[row] > 0.0 { -1.0 } else { 1.0 });
        for support in (0..all).filter(|&row| self.beta[row] != 0.0) {
            let (beta, kernel) = (self.beta[support], cache.row(support));
            left_out.iter().for_each(|&row| self.errors[row] += beta * f64::from(kernel[row]));
        }
        self.active = (0..all).collect();
    }

    /// The bias is minus the mean error of the rows at no bound; where there is none, minus the middle of what both
    /// sides allow.
    fn solution(&self) -> Solution {
        let rows = 0..self.beta.len();
        let free: Vec<f64> =
            rows.clone().filter(|&row| self.may_rise(row) && self.may_fall(row)).map(|row| self.errors[row]).collect();
        let least =
            rows.clone().filter(|&row| self.may_rise(row)).map(|row| self.errors[row]).fold(f64::INFINITY, f64::min);
        let most = rows
            .clone()
            .filter(|&row| self.may_fall(row))
            .map(|row| self.errors[row])
            .fold(f64::NEG_INFINITY, f64::max);
        let error =
            if free.is_empty() { f64::midpoint(least, most) } else { free.iter().sum::<f64>() / free.len() as f64 };
        let support = rows.filter(|&row| self.beta[row] != 0.0).map(|row| (row, self.beta[row])).collect();
        Solution { support, bias: -error }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logistic::LinearColumn;

    /// By hand: two rows at distance 1 and γ = 1 have K = e⁻¹; both errors of ±1 are gone at β = 1 / (1 − e⁻¹), unless
    /// the cost is below it.
    #[test]
    fn two_rows_by_hand() {
        let rows = crate::Dataset::new(vec!["x".to_owned()], vec![0.0, 1.0], vec![true, false]).unwrap();
        let column = LinearColumn { mean: 0.0, scale: 1.0, coefficient: 0.0 };
        let points = Points::of(&rows, &[0], &[column]);
        let beta = |cost: f64| {
            let params = RbfSvmParams { tolerance: 1e-9, ..RbfSvmParams::default() };
            let solution = solve(&points, 1.0, &[true, false], &[cost; 2], &params);
            assert!(solution.bias.abs() < 1e-6);
            solution.support[0].1
        };
        assert!((beta(9.0) - 1.0 / (1.0 - (-1.0_f64).exp())).abs() < 1e-6);
        assert_eq!(beta(0.5), 0.5);
    }
}
