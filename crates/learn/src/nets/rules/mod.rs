//! How a fit changes the weights: the rules of back-propagation, old and new.
//!
//! All but Adam look at all rows before each step, and count one pass as one epoch.

mod adam;
mod descent;
mod levenberg;
mod rprop;
#[cfg(test)]
mod tests;

pub(super) use adam::Adam;
pub(super) use descent::Descent;
pub(super) use levenberg::{Levenberg, MOST_WEIGHTS as MOST_WEIGHTS_OF_LEVENBERG, normal_equations};
pub(super) use rprop::Rprop;

use super::scalar::Scalar;
use crate::estimator::ParamError;

/// A training rule.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// Against the slope: weight −= rate · slope.
    Plain {
        /// The learning rate; above 0.
        rate: f64,
    },
    /// The same with inertia: step = momentum · last step − (1 − momentum) · rate · slope.
    Momentum {
        /// The learning rate; above 0.
        rate: f64,
        /// In \[0, 1).
        momentum: f64,
    },
    /// Momentum with a rate that follows the error: ours of the "improved BP" of the second paper,
    /// and MATLAB's `traingdx`. Where a step makes the error grow past `tolerated` of the old one,
    /// it is discarded, the rate shrinks, and the next step has no momentum; where the error falls,
    /// the rate grows; between the two, step and rate are kept.
    Adaptive {
        /// The first learning rate; above 0.
        rate: f64,
        /// In \[0, 1).
        momentum: f64,
        /// What the rate is multiplied by where the error fell; at least 1.
        growth: f64,
        /// What it is multiplied by where a step is discarded; in (0, 1).
        shrink: f64,
        /// The largest ratio of new to old error that is kept; at least 1.
        tolerated: f64,
    },
    /// Resilient back-propagation with weight-backtracking (Riedmiller and Braun, 1993): only the
    /// sign of each slope counts; each weight has a step of its own.
    RpropPlus,
    /// The same, but a weight goes back only where the error grew (Igel and Hüsken, 2000).
    IrpropPlus,
    /// Levenberg and Marquardt's damped normal equations, for up to 1,000 weights and one output;
    /// an epoch is one step that made the error smaller.
    Levenberg {
        /// The first damping; above 0. It is multiplied by 10 where a step fails, by 0.1 where one
        /// is taken.
        damping: f64,
    },
    /// Adam (Kingma and Ba, 2015), on batches in an order that the seed draws anew each epoch.
    Adam {
        /// The learning rate; above 0.
        rate: f64,
        /// Rows a step; at least 1.
        batch_rows: usize,
    },
}

impl Rule {
    /// The adaptive rule with MATLAB's numbers.
    pub fn adaptive() -> Self {
        Self::Adaptive { rate: 0.01, momentum: 0.9, growth: 1.05, shrink: 0.7, tolerated: 1.04 }
    }

    /// The name by which reports know it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Plain { .. } => "plain",
            Self::Momentum { .. } => "momentum",
            Self::Adaptive { .. } => "adaptive",
            Self::RpropPlus => "rprop+",
            Self::IrpropPlus => "irprop+",
            Self::Levenberg { .. } => "levenberg-marquardt",
            Self::Adam { .. } => "adam",
        }
    }

    pub(super) fn check(&self) -> Result<(), ParamError> {
        let positive = |name: &'static str, value: f64| {
            ParamError::require(value.is_finite() && value > 0.0, name, "must be above 0", value)
        };
        let share = |name: &'static str, value: f64| {
            ParamError::require((0.0..1.0).contains(&value), name, "must be from 0 to below 1", value)
        };
        let at_least_1 = |name: &'static str, value: f64| {
            ParamError::require(value.is_finite() && value >= 1.0, name, "must be 1 or above", value)
        };
        match *self {
            Self::Plain { rate } => positive("rate", rate),
            Self::Momentum { rate, momentum } => {
                positive("rate", rate)?;
                share("momentum", momentum)
            }
            Self::Adaptive { rate, momentum, growth, shrink, tolerated } => {
                positive("rate", rate)?;
                share("momentum", momentum)?;
                at_least_1("growth", growth)?;
                at_least_1("tolerated", tolerated)?;
                positive("shrink", shrink)?;
                share("shrink", shrink)
            }
            Self::RpropPlus | Self::IrpropPlus => Ok(()),
            Self::Levenberg { damping } => positive("damping", damping),
            Self::Adam { rate, batch_rows } => {
                positive("rate", rate)?;
                at_least_1("batch_rows", batch_rows as f64)
            }
        }
    }
}

/// Where a fit stands: its weights, their error over all rows with penalties, and its slope.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Standing<T> {
    pub weights: Vec<T>,
    pub error: f64,
    pub slope: Vec<T>,
}

/// What one epoch did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Taken {
    /// The learning rate, damping or mean step of this epoch.
    pub rate: f64,
    pub discarded: bool,
    /// Whether there is no way on.
    pub stuck: bool,
}

/// A rule that looks at all rows: takes one step, and measures where it led.
pub(super) trait WholeBatch<T: Scalar> {
    /// `measure` fills error and slope of a standing from its weights.
    fn epoch(&mut self, standing: &mut Standing<T>, measure: &mut dyn FnMut(&mut Standing<T>)) -> Taken;
}
