//! Resilient back-propagation: a step of its own for each weight, which grows while the slope keeps
//! its sign and shrinks where it turns.

use super::{Standing, Taken, WholeBatch};
use crate::nets::scalar::Scalar;

/// The published numbers: growth and shrinking of a step; its first, least and largest size.
const GROWTH: f64 = 1.2;
const SHRINK: f64 = 0.5;
const FIRST: f64 = 0.0125;
const LEAST: f64 = 1e-6;
const MOST: f64 = 50.0;

#[derive(Debug, Clone, PartialEq)]
pub(in crate::nets) struct Rprop<T> {
    /// Whether a weight goes back only where the error grew.
    improved: bool,
    sizes: Vec<f64>,
    steps: Vec<T>,
    last_slope: Vec<T>,
    last_error: f64,
}

impl<T: Scalar> Rprop<T> {
    pub(in crate::nets) fn new(improved: bool, weights: usize) -> Self {
        let nothing = vec![T::ZERO; weights];
        let (steps, last_slope) = (nothing.clone(), nothing);
        Self { improved, sizes: vec![FIRST; weights], steps, last_slope, last_error: f64::INFINITY }
    }
}

impl<T: Scalar> WholeBatch<T> for Rprop<T> {
    fn epoch(&mut self, standing: &mut Standing<T>, measure: &mut dyn FnMut(&mut Standing<T>)) -> Taken {
        let goes_back = !self.improved || standing.error > self.last_error;
        self.last_error = standing.error;
        for at in 0..self.sizes.len() {
            let slope = standing.slope[at];
            let turn = slope.f64() * self.last_slope[at].f64();
            if turn < 0.0 {
                self.sizes[at] = (self.sizes[at] * SHRINK).max(LEAST);
                if goes_back {
                    standing.weights[at] = standing.weights[at] - self.steps[at];
                }
                self.last_slope[at] = T::ZERO;
                continue;
            }
            if turn > 0.0 {
                self.sizes[at] = (self.sizes[at] * GROWTH).min(MOST);
            }
            self.steps[at] = against(slope, self.sizes[at]);
            standing.weights[at] += self.steps[at];
            self.last_slope[at] = slope;
        }
        measure(standing);
        let mean = self.sizes.iter().sum::<f64>() / self.sizes.len() as f64;
        Taken { rate: mean, discarded: false, stuck: false }
    }
}

/// A step of this size against the slope; none where there is none.
fn against<T: Scalar>(slope: T, size: f64) -> T {
    if slope > T::ZERO {
        T::of(-size)
    } else if slope < T::ZERO {
        T::of(size)
    } else {
        T::ZERO
    }
}
