//! Against the slope: plain, with momentum, and with a rate that follows the error.

use super::{Rule, Standing, Taken, WholeBatch};
use crate::nets::scalar::Scalar;

/// How the rate follows the error.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Follow {
    growth: f64,
    shrink: f64,
    tolerated: f64,
}

/// The three rules in one: without momentum, and without following, they are simpler cases.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::nets) struct Descent<T> {
    rate: f64,
    momentum: f64,
    follow: Option<Follow>,
    /// The step of the last epoch; all 0 at first.
    step: Vec<T>,
    /// Whether the next step goes without momentum, since the last was discarded.
    anew: bool,
}

impl<T: Scalar> Descent<T> {
    /// `None` for a rule of another kind.
    pub(in crate::nets) fn new(rule: &Rule, weights: usize) -> Option<Self> {
        let (rate, momentum, follow) = match *rule {
            Rule::Plain { rate } => (rate, 0.0, None),
            Rule::Momentum { rate, momentum } => (rate, momentum, None),
            Rule::Adaptive { rate, momentum, growth, shrink, tolerated } => {
                (rate, momentum, Some(Follow { growth, shrink, tolerated }))
            }
            _ => return None,
        };
        Some(Self { rate, momentum, follow, step: vec![T::ZERO; weights], anew: false })
    }
}

impl<T: Scalar> WholeBatch<T> for Descent<T> {
    fn epoch(&mut self, standing: &mut Standing<T>, measure: &mut dyn FnMut(&mut Standing<T>)) -> Taken {
        let rate = self.rate;
        let momentum = if self.anew { 0.0 } else { self.momentum };
        self.anew = false;
        let (inertia, pull) = (T::of(momentum), T::of((1.0 - momentum) * rate));
        for (step, slope) in self.step.iter_mut().zip(&standing.slope) {
            *step = inertia * *step - pull * *slope;
        }
        let weights = standing.weights.iter().zip(&self.step).map(|(weight, step)| *weight + *step).collect();
        let mut tried = Standing { weights, error: 0.0, slope: standing.slope.clone() };
        measure(&mut tried);
        if let Some(follow) = self.follow {
            let kept = tried.error <= follow.tolerated * standing.error;
            if !kept {
                self.rate *= follow.shrink;
                self.anew = true;
                return Taken { rate, discarded: true, stuck: false };
            }
            if tried.error < standing.error {
                self.rate *= follow.growth;
            }
        }
        *standing = tried;
        Taken { rate, discarded: false, stuck: false }
    }
}
