//! Levenberg and Marquardt: the step of Gauss and Newton, damped until it makes the error smaller.
//!
//! (JᵀBJ + λ₂ + μ) · step = −slope, where J holds the slope of each row's output by each weight and
//! B each loss's bend by that output. For squared errors this is the textbook's rule.

use rayon::prelude::*;

use super::{Standing, Taken, WholeBatch};
use crate::logistic::solve_positive_definite;
use crate::nets::kernel::{Matrix, add_product};
use crate::nets::loss::Loss;
use crate::nets::measure::Set;
use crate::nets::network::{Between, Network};

/// The normal equations have the square of this many numbers.
pub(in crate::nets) const MOST_WEIGHTS: usize = 1000;

/// Past this damping a step is too small to matter.
const MOST_DAMPING: f64 = 1e10;

/// Tasks that the rows are cut into: each has its own normal equations.
const TASKS: usize = 4;

/// Rows whose slopes are multiplied at once.
const BLOCK_ROWS: usize = 64;

/// Fills JᵀBJ for these weights.
pub(in crate::nets) type Normal<'a> = dyn Fn(&[f64]) -> Vec<f64> + 'a;

pub(in crate::nets) struct Levenberg<'a> {
    pub damping: f64,
    pub lambda_l2: f64,
    pub penalised: Vec<bool>,
    pub normal: Box<Normal<'a>>,
}

impl WholeBatch<f64> for Levenberg<'_> {
    fn epoch(&mut self, standing: &mut Standing<f64>, measure: &mut dyn FnMut(&mut Standing<f64>)) -> Taken {
        let normal = (self.normal)(&standing.weights);
        let size = standing.weights.len();
        let downwards: Vec<f64> = standing.slope.iter().map(|slope| -slope).collect();
        while self.damping <= MOST_DAMPING {
            let rate = self.damping;
            let mut damped = normal.clone();
            for (at, penalised) in self.penalised.iter().enumerate() {
                damped[at * size + at] += rate + if *penalised { self.lambda_l2 } else { 0.0 };
            }
            if let Some(step) = solve_positive_definite(&mut damped, &downwards) {
                let weights = standing.weights.iter().zip(&step).map(|(weight, step)| weight + step).collect();
                let mut tried = Standing { weights, error: 0.0, slope: downwards.clone() };
                measure(&mut tried);
                if tried.error < standing.error {
                    self.damping = (rate * 0.1).max(1e-20);
                    *standing = tried;
                    return Taken { rate, discarded: false, stuck: false };
                }
            }
            self.damping *= 10.0;
        }
        Taken { rate: self.damping, discarded: true, stuck: true }
    }
}

/// JᵀBJ of the mean loss over all rows of a set, row-major.
pub(in crate::nets) fn normal_equations(network: &Network, loss: Loss, set: &Set<f64>, weights: &[f64]) -> Vec<f64> {
    let rows: Vec<usize> = (0..set.rows()).collect();
    let tasks: Vec<Vec<f64>> = rows
        .par_chunks(rows.len().div_ceil(TASKS))
        .map(|rows| {
            let mut normal = vec![0.0; weights.len() * weights.len()];
            rows.chunks(BLOCK_ROWS).for_each(|rows| add_block(network, loss, set, weights, rows, &mut normal));
            normal
        })
        .collect();
    let mut sums = tasks.into_iter();
    let mut normal = sums.next().unwrap_or_default();
    for other in sums {
        normal.iter_mut().zip(other).for_each(|(sum, other)| *sum += other);
    }
    normal
}

fn add_block(network: &Network, loss: Loss, set: &Set<f64>, weights: &[f64], rows: &[usize], normal: &mut [f64]) {
    let mut slopes = vec![0.0; rows.len() * weights.len()];
    let mut between = Between::default();
    for (row, slopes) in rows.iter().zip(slopes.chunks_exact_mut(weights.len())) {
        set.gather(&[*row], &mut between);
        network.forward(weights, &mut between, None);
        network.backward(weights, &between, &[1.0], slopes, false);
        let bend = loss.cost(between.output(), set.targets[*row], 1.0, &mut [0.0]).bend;
        let root = (bend * set.weight(*row) / set.rows() as f64).sqrt();
        slopes.iter_mut().for_each(|slope| *slope *= root);
    }
    let slopes = Matrix::new(&slopes, weights.len());
    add_product(slopes.transposed(), slopes, normal);
}
