//! The L1 penalty, alone or beside L2: coordinate descent on Newton's quadratic.
//!
//! (Friedman, Hastie and Tibshirani, "Regularization paths for generalized linear models via coordinate descent",
//! 2010; the step is halved while the penalised loss grows, as by Lee, Sun and Saunders, "Proximal Newton-type
//! methods", 2014.) At the minimum, the slope of the loss is −λ₁ or λ₁ at each coefficient that is not 0, and within
//! them at each that is.

use super::newton::{Derivatives, MOST_HALVINGS, Problem};
use super::{LogisticParams, soft_threshold};
use crate::estimator::FitError;

/// The most passes over the coordinates of one quadratic; a hundred are rare.
const MOST_SWEEPS: usize = 1000;

/// A quadratic is solved once no coordinate moves its value by more than this share of the gradient's tolerance.
const SWEEP_SHARE: f64 = 0.1;

/// The coefficients of the least penalised loss, the intercept first.
pub(super) fn minimise(problem: &Problem, params: &LogisticParams) -> Result<Vec<f64>, FitError> {
    let tolerance = params.tolerance * problem.weight_sum();
    let mut at = vec![0.0; problem.size()];
    for _ in 0..params.max_steps {
        let here = problem.derivatives(&at);
        if worst_slope(&here.gradient, &at, params.lambda_l1) <= tolerance {
            return Ok(at);
        }
        let target = least_of_quadratic(&here, &at, params.lambda_l1, tolerance * SWEEP_SHARE);
        at = descend(problem, &at, &target, params.lambda_l1, here.loss).ok_or(FitError::NotFinite)?;
    }
    Err(FitError::NotConverged { steps: params.max_steps })
}

/// How far the slopes are from those of the minimum.
pub(super) fn worst_slope(gradient: &[f64], at: &[f64], lambda: f64) -> f64 {
    let coefficients = gradient.iter().zip(at).skip(1);
    let slopes = coefficients.map(|(slope, &value)| match value {
        0.0 => (slope.abs() - lambda).max(0.0),
        _ => (slope + lambda * value.signum()).abs(),
    });
    slopes.fold(gradient[0].abs(), f64::max)
}

/// Where slope · d + ½ · d' · curvature · d + λ₁ · Σ |at + d| is least.
fn least_of_quadratic(here: &Derivatives, at: &[f64], lambda: f64, tolerance: f64) -> Vec<f64> {
    let size = at.len();
    let curvature = |a: usize, b: usize| here.curvature[a.max(b) * size + a.min(b)];
    let (mut target, mut slopes) = (at.to_vec(), here.gradient.clone());
    for _ in 0..MOST_SWEEPS {
        let mut most: f64 = 0.0;
        for index in 0..size {
            let steepness = curvature(index, index);
            if steepness <= 0.0 {
                continue;
            }
            let aim = target[index] - slopes[index] / steepness;
            let moved = if index == 0 { aim } else { soft_threshold(aim, lambda / steepness) };
            let by = moved - target[index];
            if by != 0.0 {
                target[index] = moved;
                slopes.iter_mut().enumerate().for_each(|(other, slope)| *slope += curvature(index, other) * by);
                most = most.max((steepness * by).abs());
            }
        }
        if most <= tolerance {
            break;
        }
    }
    target
}

/// The first of the target, halfway to it, a quarter of the way and so on that does not raise the penalised loss by
/// more than its own rounding.
fn descend(problem: &Problem, at: &[f64], target: &[f64], lambda: f64, loss: f64) -> Option<Vec<f64>> {
    let absolute = |at: &[f64]| lambda * at[1..].iter().map(|value| value.abs()).sum::<f64>();
    let here = loss + absolute(at);
    let most = here + here.abs() * 1e-12;
    let trial = |halvings: i32| -> Vec<f64> {
        let share = 0.5_f64.powi(halvings);
        let between = |(&from, &to): (&f64, &f64)| if halvings == 0 { to } else { from + share * (to - from) };
        at.iter().zip(target).map(between).collect()
    };
    (0..MOST_HALVINGS).map(trial).find(|trial| problem.loss(trial) + absolute(trial) <= most)
}
