//! What can be set of a net and its training, the usual nets with their usual settings, and the
//! check of each range.

use serde::{Deserialize, Serialize};

use super::layers::Activation;
use super::rules::Rule;
use crate::estimator::ParamError;

/// No layer has more units, filters or steps of a patch.
pub(super) const MOST_UNITS: usize = 4096;

/// Which layers a net has. Its outputs come from what is to be said: one for labels and numbers,
/// one a class for classes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Architecture {
    /// A multi-layer perceptron, the back-propagation network: every unit sees all of the layer
    /// below. No hidden layer makes it a logistic regression.
    Mlp {
        /// Units of each hidden layer, first to last.
        hidden: Vec<usize>,
        /// What each of them makes of its sum.
        activation: Activation,
    },
    /// Long short-term memory over the steps of a sequence, then one dense layer over its last
    /// state.
    Lstm {
        /// Units of memory.
        units: usize,
    },
    /// A convolution over the steps of a sequence with ReLU, the largest of each filter over all
    /// steps, a hidden dense layer with ReLU, and a dense layer.
    Cnn {
        /// Filters.
        filters: usize,
        /// Steps that a filter sees at once; odd.
        patch: usize,
        /// Units of the hidden layer.
        hidden: usize,
    },
    /// A convolution of 3 × 3 cells over a map with ReLU, the largest of each 2 × 2, and a dense
    /// layer: the network of the third paper, where it has 32 filters and ten classes.
    BehaviourMap {
        /// Filters.
        filters: usize,
    },
}

/// What a fit makes small where labels are to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorMeasure {
    /// The log loss, which makes outputs honest log-odds.
    LogLoss,
    /// The squared difference between probability and label, as in the classical back-propagation
    /// net.
    Squares,
}

/// How much rows of a class count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClassWeights {
    /// As given.
    AsGiven,
    /// Each class as much as any other, all its rows together. Log-odds then are those of a
    /// balanced world; calibrate them.
    Balanced,
}

/// When a fit ends early.
#[derive(Debug, Clone, PartialEq)]
pub struct EarlyStopping {
    /// It ends after so many epochs without a smaller loss on the validation rows, and goes back
    /// to the weights of the smallest; at least 1.
    pub patience: usize,
    /// The share of the rows that is kept apart where no validation set is given; in (0, 0.9).
    pub validation_share: f64,
}

/// Parameters as given; [`NetParams::check`] makes them fit for use.
#[derive(Debug, Clone, PartialEq)]
pub struct NetParams {
    /// The layers.
    pub architecture: Architecture,
    /// How weights are changed.
    pub rule: Rule,
    /// The most passes over the rows; at least 1.
    pub epochs: usize,
    /// The fit ends where the training error is no larger; above 0.
    pub target_error: Option<f64>,
    /// The fit ends where validation no longer gains.
    pub early_stopping: Option<EarlyStopping>,
    /// λ₁, added as λ₁ · Σ |weight| to the mean loss, biases left out; not negative.
    pub lambda_l1: f64,
    /// λ₂, added as λ₂ / 2 · Σ weight² to the mean loss, biases left out; not negative.
    pub lambda_l2: f64,
    /// The share of hidden units dropped in each step; in \[0, 1).
    pub dropout: f64,
    /// The standard deviation of the noise added to each standardised input in each step; not
    /// negative.
    pub input_noise: f64,
    /// How much rows of a class count.
    pub class_weights: ClassWeights,
    /// What is made small where labels are to be told.
    pub error: ErrorMeasure,
    /// What all that is random comes from.
    pub seed: u64,
}

impl NetParams {
    /// A perceptron of 32 and 16 units with ReLU, by Adam.
    pub fn mlp() -> Self {
        let architecture = Architecture::Mlp { hidden: vec![32, 16], activation: Activation::Relu };
        Self::by_adam(architecture, 0.003, 64, 60)
    }

    /// The classical back-propagation network with the improved rule of the second paper: one
    /// hidden layer of 16 sigmoid units, squared error, adaptive rate.
    pub fn back_propagation() -> Self {
        let architecture = Architecture::Mlp { hidden: vec![16], activation: Activation::Sigmoid };
        Self {
            rule: Rule::adaptive(),
            epochs: 1000,
            early_stopping: None,
            error: ErrorMeasure::Squares,
            ..Self::by_adam(architecture, 0.003, 64, 60)
        }
    }

    /// 32 units of long short-term memory, by Adam.
    pub fn lstm() -> Self {
        Self::by_adam(Architecture::Lstm { units: 32 }, 0.003, 64, 30)
    }

    /// 32 filters of 3 steps and 32 hidden units, by Adam.
    pub fn cnn() -> Self {
        Self::by_adam(Architecture::Cnn { filters: 32, patch: 3, hidden: 32 }, 0.003, 64, 30)
    }

    /// The third paper's network as it was trained there: 32 filters, Adam at a rate of .001, ten
    /// epochs, batches of 32. Its ten grades come with [`super::Targets::Classes`].
    pub fn behaviour_map() -> Self {
        let params = Self::by_adam(Architecture::BehaviourMap { filters: 32 }, 0.001, 32, 10);
        Self { early_stopping: None, ..params }
    }

    fn by_adam(architecture: Architecture, rate: f64, batch_rows: usize, epochs: usize) -> Self {
        Self {
            architecture,
            rule: Rule::Adam { rate, batch_rows },
            epochs,
            target_error: None,
            early_stopping: Some(EarlyStopping { patience: 8, validation_share: 0.1 }),
            lambda_l1: 0.0,
            lambda_l2: 0.0,
            dropout: 0.0,
            input_noise: 0.0,
            class_weights: ClassWeights::AsGiven,
            error: ErrorMeasure::LogLoss,
            seed: 0,
        }
    }

    /// Checks each parameter against its range.
    ///
    /// # Errors
    /// The first [`ParamError`].
    pub fn check(self) -> Result<ValidNetParams, ParamError> {
        self.architecture.check()?;
        self.rule.check()?;
        let at_least_0 = |value: f64| value.is_finite() && value >= 0.0;
        let not_negative = "must not be negative";
        ParamError::require(self.epochs >= 1, "epochs", "must be 1 or above", self.epochs as f64)?;
        ParamError::require(at_least_0(self.lambda_l1), "lambda_l1", not_negative, self.lambda_l1)?;
        ParamError::require(at_least_0(self.lambda_l2), "lambda_l2", not_negative, self.lambda_l2)?;
        ParamError::require(at_least_0(self.input_noise), "input_noise", not_negative, self.input_noise)?;
        let dropout = (0.0..1.0).contains(&self.dropout);
        ParamError::require(dropout, "dropout", "must be from 0 to below 1", self.dropout)?;
        if let Some(target) = self.target_error {
            let holds = target.is_finite() && target > 0.0;
            ParamError::require(holds, "target_error", "must be above 0", target)?;
        }
        if let Some(EarlyStopping { patience, validation_share }) = &self.early_stopping {
            ParamError::require(*patience >= 1, "patience", "must be 1 or above", *patience as f64)?;
            let share = *validation_share > 0.0 && *validation_share < 0.9;
            ParamError::require(share, "validation_share", "must be between 0 and 0.9", *validation_share)?;
        }
        let noisy = self.dropout > 0.0 || self.input_noise > 0.0;
        let exact = !matches!(self.rule, Rule::Levenberg { .. }) || !noisy && self.lambda_l1 <= 0.0;
        let rule = "and `input_noise` and `lambda_l1` must be 0 with Levenberg and Marquardt's rule";
        ParamError::require(exact, "dropout", rule, self.dropout)?;
        Ok(ValidNetParams(self))
    }
}

impl Architecture {
    pub(super) fn check(&self) -> Result<(), ParamError> {
        let size = |name: &'static str, value: usize| {
            let holds = (1..=MOST_UNITS).contains(&value);
            ParamError::require(holds, name, "must be from 1 to 4096", value as f64)
        };
        match self {
            Self::Mlp { hidden, .. } => {
                let few = hidden.len() <= 16;
                ParamError::require(few, "hidden", "must be 16 layers at most", hidden.len() as f64)?;
                hidden.iter().try_for_each(|units| size("hidden", *units))
            }
            Self::Lstm { units } => size("units", *units),
            Self::Cnn { filters, patch, hidden } => {
                size("filters", *filters)?;
                size("hidden", *hidden)?;
                size("patch", *patch)?;
                ParamError::require(patch % 2 == 1, "patch", "must be odd", *patch as f64)
            }
            Self::BehaviourMap { filters } => size("filters", *filters),
        }
    }

    /// The name by which configuration and reports know it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Mlp { .. } => "mlp",
            Self::Lstm { .. } => "lstm",
            Self::Cnn { .. } => "cnn",
            Self::BehaviourMap { .. } => "behaviour_map",
        }
    }
}

/// Parameters that keep their ranges.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidNetParams(NetParams);

impl ValidNetParams {
    /// The checked values.
    pub fn get(&self) -> &NetParams {
        &self.0
    }
}
