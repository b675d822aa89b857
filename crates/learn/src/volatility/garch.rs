//! GARCH(1, 1) with a constant mean and normal shocks (Bollerslev 1986), by maximum likelihood.
//!
//! σ²ₜ = ω + α ε²ₜ₋₁ + β σ²ₜ₋₁. The first variance stands on a backcast: the exponentially weighted mean (.94) of the first
//! 75 squared residuals about the plain mean, as the `arch` package has it, so that both find the same optimum.

use super::{VolatilityError, check};
use crate::random::Random;

/// Fewest returns of a fit: four parameters of fewer say nothing.
const LEAST: usize = 100;
const BACKCAST_DECAY: f64 = 0.94;
const BACKCAST_DAYS: usize = 75;
/// Persistence α + β stays below this.
const MOST_PERSISTENCE: f64 = 0.999_999;
const MOST_STEPS: usize = 500;
/// The fit ends where no slope of the mean log-likelihood is larger.
const FLAT: f64 = 1e-9;

/// The parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Garch {
    /// Mean return.
    pub mu: f64,
    /// The constant of the variance.
    pub omega: f64,
    /// What a shock adds.
    pub alpha: f64,
    /// What stays of the variance.
    pub beta: f64,
}

/// A fit.
#[derive(Debug, Clone, PartialEq)]
pub struct GarchFit {
    /// The parameters.
    pub garch: Garch,
    /// Of the whole series, normal densities.
    pub log_likelihood: f64,
    /// The variance before the first day.
    pub backcast: f64,
    /// Steps that the fit took.
    pub steps: usize,
}

impl Garch {
    /// The variance of each day, and of the day after the last: one more than there are returns.
    pub fn variances(&self, returns: &[f64], backcast: f64) -> Vec<f64> {
        let mut all = Vec::with_capacity(returns.len() + 1);
        all.push(self.omega + (self.alpha + self.beta) * backcast);
        for (day, r) in returns.iter().enumerate() {
            all.push(self.omega + self.alpha * (r - self.mu).powi(2) + self.beta * all[day]);
        }
        all
    }

    /// The variance to which forecasts return; none where α + β is not below 1.
    pub fn long_run_variance(&self) -> Option<f64> {
        let rest = 1.0 - self.alpha - self.beta;
        (rest > 0.0).then(|| self.omega / rest)
    }

    /// The variance of the day after so many more, on each of so many paths of normal shocks from the variance of the next
    /// day: what a volatility may be by then.
    pub fn variances_ahead(&self, next: f64, days: usize, paths: usize, seed: u64) -> Vec<f64> {
        let path = |path: usize| {
            let mut random = Random::stream(seed, path);
            let mut step = |variance: f64| self.omega + (self.alpha * random.normal().powi(2) + self.beta) * variance;
            (0..days).fold(next, |variance, _| step(variance))
        };
        (0..paths).map(path).collect()
    }

    /// Fits by BFGS over parameters that cannot leave their bounds; the returns are scaled to deviation 1 meanwhile.
    ///
    /// # Errors
    /// Fewer than 100 returns, one that is not a number, or all the same.
    pub fn fit(returns: &[f64]) -> Result<GarchFit, VolatilityError> {
        check(returns, LEAST)?;
        let count = returns.len() as f64;
        let mean = returns.iter().sum::<f64>() / count;
        let deviation = (returns.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / count).sqrt();
        // What rounding alone leaves of equal returns is no deviation.
        if deviation <= 1e-12 * mean.abs() {
            return Err(VolatilityError::Constant);
        }
        let scaled: Vec<f64> = returns.iter().map(|r| r / deviation).collect();
        let problem = Problem { backcast: backcast(&scaled, mean / deviation), returns: scaled };
        let (point, steps) = problem.minimum(problem.start(mean / deviation));
        let loss = problem.loss(&point).0;
        let inner = point.garch();
        let garch = Garch {
            mu: inner.mu * deviation,
            omega: inner.omega * deviation.powi(2),
            alpha: inner.alpha,
            beta: inner.beta,
        };
        let log_likelihood = -count * (loss + deviation.ln() + 0.5 * (2.0 * std::f64::consts::PI).ln());
        Ok(GarchFit { garch, log_likelihood, backcast: problem.backcast * deviation.powi(2), steps })
    }
}

fn backcast(returns: &[f64], mean: f64) -> f64 {
    let (mut weight, mut sum, mut weights) = (1.0, 0.0, 0.0);
    for r in returns.iter().take(BACKCAST_DAYS) {
        sum += weight * (r - mean).powi(2);
        weights += weight;
        weight *= BACKCAST_DECAY;
    }
    sum / weights
}

/// μ, ln ω, and the logits of persistence and of α's share of it.
#[derive(Clone, Copy)]
struct Point([f64; 4]);

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

impl Point {
    fn garch(&self) -> Garch {
        let [mu, log_omega, persistence, share] = self.0;
        let (persistence, share) = (MOST_PERSISTENCE * sigmoid(persistence), sigmoid(share));
        Garch { mu, omega: log_omega.exp(), alpha: persistence * share, beta: persistence * (1.0 - share) }
    }

    /// From slopes along the parameters to slopes along the point.
    fn chained(&self, along: [f64; 4]) -> [f64; 4] {
        let Garch { omega, alpha, beta, .. } = self.garch();
        let persistence = alpha + beta;
        let share = sigmoid(self.0[3]);
        let by_persistence = persistence * (1.0 - persistence / MOST_PERSISTENCE);
        let by_share = persistence * share * (1.0 - share);
        [
            along[0],
            along[1] * omega,
            by_persistence * (share * along[2] + (1.0 - share) * along[3]),
            by_share * (along[2] - along[3]),
        ]
    }

    fn moved(&self, direction: [f64; 4], step: f64) -> Self {
        Self(std::array::from_fn(|at| self.0[at] + step * direction[at]))
    }
}

struct Problem {
    returns: Vec<f64>,
    backcast: f64,
}

impl Problem {
    fn start(&self, mean: f64) -> Point {
        // Persistence .95, a tenth of it from shocks: where daily returns mostly lie.
        Point([mean, 0.05_f64.ln(), (0.95_f64 / 0.05).ln(), (0.1_f64 / 0.9).ln()])
    }

    /// ½ mean(ln σ² + ε² / σ²), and its slopes along the point.
    fn loss(&self, point: &Point) -> (f64, [f64; 4]) {
        let Garch { mu, omega, alpha, beta } = point.garch();
        let mut variance = omega + (alpha + beta) * self.backcast;
        // Slopes of the variance along μ, ω, α and β.
        let mut bend = [0.0, 1.0, self.backcast, self.backcast];
        let (mut loss, mut slopes) = (0.0, [0.0; 4]);
        for r in &self.returns {
            let shock = r - mu;
            let ratio = shock * shock / variance;
            loss += 0.5 * (variance.ln() + ratio);
            let by_variance = 0.5 * (1.0 - ratio) / variance;
            (0..4).for_each(|at| slopes[at] += by_variance * bend[at]);
            slopes[0] -= shock / variance;
            bend = [
                beta * bend[0] - 2.0 * alpha * shock,
                beta * bend[1] + 1.0,
                beta * bend[2] + shock * shock,
                beta * bend[3] + variance,
            ];
            variance = omega + alpha * shock * shock + beta * variance;
        }
        let count = self.returns.len() as f64;
        (loss / count, point.chained(slopes.map(|slope| slope / count)))
    }

    fn minimum(&self, start: Point) -> (Point, usize) {
        let mut point = start;
        let (mut loss, mut slopes) = self.loss(&point);
        let mut inverse = identity();
        for step in 0..MOST_STEPS {
            if slopes.iter().all(|slope| slope.abs() < FLAT) {
                return (point, step);
            }
            let mut direction = times(&inverse, slopes).map(|x| -x);
            if dot(direction, slopes) >= 0.0 {
                inverse = identity();
                direction = slopes.map(|slope| -slope);
            }
            let Some((next, next_loss, next_slopes)) = self.down(&point, loss, slopes, direction) else {
                return (point, step);
            };
            let moved = std::array::from_fn(|at| next.0[at] - point.0[at]);
            let bent = std::array::from_fn(|at| next_slopes[at] - slopes[at]);
            update(&mut inverse, moved, bent);
            (point, loss, slopes) = (next, next_loss, next_slopes);
        }
        (point, MOST_STEPS)
    }

    /// The first step along a direction, halved each time, that lowers the loss by enough (Armijo).
    fn down(&self, from: &Point, loss: f64, slopes: [f64; 4], direction: [f64; 4]) -> Option<(Point, f64, [f64; 4])> {
        let slope = dot(direction, slopes);
        let mut step = f64::min(1.0, 2.0 / dot(direction, direction).sqrt());
        for _ in 0..60 {
            let next = from.moved(direction, step);
            let (next_loss, next_slopes) = self.loss(&next);
            if next_loss.is_finite() && next_loss <= loss + 1e-4 * step * slope {
                return (next_loss < loss).then_some((next, next_loss, next_slopes));
            }
            step *= 0.5;
        }
        None
    }
}

type Square = [[f64; 4]; 4];

fn identity() -> Square {
    std::array::from_fn(|row| std::array::from_fn(|column| if row == column { 1.0 } else { 0.0 }))
}

fn dot(a: [f64; 4], b: [f64; 4]) -> f64 {
    (0..4).map(|at| a[at] * b[at]).sum()
}

fn times(square: &Square, by: [f64; 4]) -> [f64; 4] {
    std::array::from_fn(|row| dot(square[row], by))
}

/// The BFGS update of an inverse; left as it is where the slopes did not bend the right way.
fn update(inverse: &mut Square, moved: [f64; 4], bent: [f64; 4]) {
    let along = dot(moved, bent);
    if along <= 1e-14 {
        return;
    }
    let carried = times(inverse, bent);
    let factor = (1.0 + dot(bent, carried) / along) / along;
    for row in 0..4 {
        for column in 0..4 {
            inverse[row][column] += factor * moved[row] * moved[column]
                - (carried[row] * moved[column] + moved[row] * carried[column]) / along;
        }
    }
}
