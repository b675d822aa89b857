//! A fitted net: its inputs, its weights and the log of its fit.

use serde::{Deserialize, Serialize};

use super::inputs::Inputs;
use super::log::Epoch;
use super::loss::probabilities;
use super::network::Network;
use super::params::Architecture;
use super::samples::Targets;
use crate::model::ModelError;
use crate::odds::{log_odds_of, probability_of};

/// What a net says of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Said {
    Labels,
    Classes { count: usize },
    Numbers,
}

impl Said {
    pub(super) fn of(targets: &Targets) -> Self {
        match targets {
            Targets::Labels(_) => Self::Labels,
            Targets::Classes { count, .. } => Self::Classes { count: *count },
            Targets::Numbers(_) => Self::Numbers,
        }
    }

    /// How many outputs that takes.
    pub(super) fn outputs(self) -> usize {
        match self {
            Self::Labels | Self::Numbers => 1,
            Self::Classes { count } => count,
        }
    }
}

/// A fitted net. It equals another if all it holds is equal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "StoredNet", into = "StoredNet")]
pub struct NetModel {
    architecture: Architecture,
    inputs: Inputs,
    said: Said,
    weights: Vec<f32>,
    log: Vec<Epoch>,
    network: Network,
}

impl NetModel {
    /// Checks and takes the parts of a net.
    pub(super) fn new(
        architecture: Architecture,
        inputs: Inputs,
        said: Said,
        weights: Vec<f32>,
        log: Vec<Epoch>,
    ) -> Result<Self, ModelError> {
        if !inputs.is_sound() || architecture.check().is_err() || inputs.steps != architecture.has_steps() {
            return Err(ModelError::LengthsDiffer);
        }
        let network = architecture.network(&inputs, said.outputs(), 0.0).ok_or(ModelError::LengthsDiffer)?;
        if network.weights() != weights.len() || said.outputs() == 0 {
            return Err(ModelError::LengthsDiffer);
        }
        if !weights.iter().all(|weight| weight.is_finite()) || !log.iter().all(Epoch::is_finite) {
            return Err(ModelError::ValueNotFinite);
        }
        Ok(Self { architecture, inputs, said, weights, log, network })
    }

    /// Its layers.
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// The number of columns of a row.
    pub fn columns(&self) -> usize {
        usize::try_from(self.inputs.layout.columns).unwrap_or(usize::MAX)
    }

    /// How many weights it has.
    pub fn weights(&self) -> usize {
        self.weights.len()
    }

    #[cfg(test)]
    pub(super) fn weights_for_tests(&self) -> &[f32] {
        &self.weights
    }

    /// Each epoch of its fit, in order.
    pub fn log(&self) -> &[Epoch] {
        &self.log
    }

    /// What the last layer gives for one row: log-odds, one number a class, or a number. Panics if
    /// `row` is shorter than the columns.
    pub fn outputs(&self, row: &[f32]) -> Vec<f32> {
        let row = &row[..self.columns()];
        let (mut inputs, mut present) = (Vec::with_capacity(self.inputs.count()), Vec::new());
        self.inputs.read(row, &mut inputs, &mut present);
        self.network.infer(&self.weights, inputs, &present)
    }

    /// The probability of each class; of no and yes for labels; none for numbers. Panics if `row`
    /// is shorter than the columns.
    pub fn class_probabilities(&self, row: &[f32]) -> Vec<f64> {
        let outputs = self.outputs(row);
        match self.said {
            Said::Numbers => Vec::new(),
            Said::Classes { .. } => probabilities(&outputs),
            Said::Labels => {
                let event = probability_of(f64::from(outputs[0]));
                vec![1.0 - event, event]
            }
        }
    }

    /// The log-odds of the event: of the label, or, where there are classes, of the upper half of
    /// them (grades 5 to 9 of ten); a net of numbers gives its number. Panics if `row` is shorter
    /// than the columns.
    pub fn log_odds(&self, row: &[f32]) -> f64 {
        let outputs = self.outputs(row);
        match self.said {
            Said::Classes { count } => log_odds_of(probabilities(&outputs)[count / 2..].iter().sum()),
            Said::Labels | Said::Numbers => f64::from(outputs[0]),
        }
    }

    /// Each column's standard deviation in the fit.
    pub(super) fn deviations(&self) -> Vec<f64> {
        self.inputs.deviations()
    }

    /// The row of means that explanations of this row start from.
    pub(super) fn mean_row(&self, row: &[f32]) -> Vec<f32> {
        self.inputs.mean_row(&row[..self.columns()])
    }
}

/// What a model file holds of a net, before it is checked.
#[derive(Serialize, Deserialize)]
struct StoredNet {
    architecture: Architecture,
    inputs: Inputs,
    said: Said,
    weights: Vec<f32>,
    log: Vec<Epoch>,
}

impl TryFrom<StoredNet> for NetModel {
    type Error = ModelError;

    fn try_from(stored: StoredNet) -> Result<Self, ModelError> {
        let StoredNet { architecture, inputs, said, weights, log } = stored;
        Self::new(architecture, inputs, said, weights, log)
    }
}

impl From<NetModel> for StoredNet {
    fn from(model: NetModel) -> Self {
        let NetModel { architecture, inputs, said, weights, log, network: _ } = model;
        Self { architecture, inputs, said, weights, log }
    }
}
