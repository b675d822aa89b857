//! What each epoch of a fit came to: the points of its learning curves.

use serde::{Deserialize, Serialize};

use super::measure::Sums;

/// How a net did on some rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The mean loss, penalties left out.
    pub loss: f64,
    /// The share of rows whose likeliest class is their own; 0 where numbers are told.
    pub accuracy: f64,
}

impl Score {
    pub(super) fn of(sums: Sums) -> Self {
        Self { loss: sums.loss / sums.weight, accuracy: sums.hits / sums.weight }
    }
}

/// One pass over the rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// On the rows that are learned: with Adam, as each batch was met; with other rules, after the
    /// step.
    pub training: Score,
    /// On rows that are not learned, after the epoch.
    pub validation: Option<Score>,
    /// The learning rate; with Levenberg and Marquardt the damping, with RPROP the mean step.
    pub rate: f64,
    /// Whether the step was discarded, so that the weights are what they were.
    pub discarded: bool,
}

impl Epoch {
    pub(super) fn is_finite(&self) -> bool {
        let finite = |score: Score| score.loss.is_finite() && score.accuracy.is_finite();
        finite(self.training) && self.validation.is_none_or(finite) && self.rate.is_finite()
    }
}
