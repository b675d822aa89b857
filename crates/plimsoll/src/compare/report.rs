//! What a comparison found, as data: every form of output is made of it and of nothing else.

use super::candidates::Claim;
use super::labelled::Kind;
use serde::{Deserialize, Serialize};

/// A comparison.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Report {
    /// What it was made with.
    pub head: Head,
    /// Set after set.
    pub sets: Vec<SetReport>,
    /// The paper's table: a row a model.
    pub summary: Vec<SummaryRow>,
    /// A model for each kind of data.
    pub recommended: Vec<Recommendation>,
    /// Sets that were asked for and could not be compared on, and why.
    pub left_out: Vec<String>,
}

/// What a comparison was made with.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Head {
    /// This program's.
    pub version: String,
    /// When, RFC 3339.
    pub made_at: String,
    /// Processor, cores, memory, system.
    pub machine: String,
    /// What splits, fits, samples and intervals drew by.
    pub seed: u64,
    /// Whether it was a quick look.
    pub quick: bool,
    /// Resamples of an interval.
    pub resamples: usize,
    /// Seconds of all of it.
    pub seconds: f64,
}

/// A value and its 95 % interval.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Estimate {
    /// On the rows as they are.
    pub value: f64,
    /// 2.5th percentile of the resamples.
    pub low: f64,
    /// 97.5th percentile of the resamples.
    pub high: f64,
}

/// One set and every model on it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SetReport {
    /// As `--sets` knows it.
    pub name: String,
    /// What it tells of.
    pub kind: Kind,
    /// Whose data and what the label is.
    pub about: String,
    /// Whether its rows are simulated.
    pub simulated: bool,
    /// Rows, and columns of the table.
    pub rows: usize,
    /// See `rows`.
    pub columns: usize,
    /// Share of rows with the event.
    pub base_rate: f64,
    /// How it was split.
    pub split: String,
    /// Rows that were tested.
    pub tested_rows: usize,
    /// Currency of the costs; none where rows count alike.
    pub currency: Option<String>,
    /// What was left out, and why.
    pub notes: Vec<String>,
    /// Every model, the simplest first.
    pub models: Vec<ModelRow>,
    /// Models that could not be tried, and why.
    pub failed: Vec<Failure>,
    /// The model of the highest AUC on the validation part, which the others are compared with.
    pub best: String,
    /// The model that is recommended.
    pub recommended: String,
    /// Why.
    pub reason: String,
}

/// A model that could not be tried.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Failure {
    /// Its name.
    pub model: String,
    /// Why.
    pub reason: String,
}

/// One model on one set. All but the validation's figures are of the test parts.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ModelRow {
    /// As `--models` knows it.
    pub model: String,
    /// In words.
    pub title: String,
    /// What the paper claims of it, on data of its own.
    pub claim: Option<Claim>,
    /// Rows of a fit.
    pub fitted_rows: usize,
    /// Whether that is a part of the rows at hand.
    pub subsampled: bool,
    /// Area under the ROC curve on the validation parts, by which models are chosen.
    pub validation_auc: f64,
    /// Share of rows called right, by a threshold of the validation part.
    pub accuracy: Estimate,
    /// F1 of the event, by the same threshold.
    pub f1: Estimate,
    /// Area under the ROC curve.
    pub auc: Estimate,
    /// Average precision.
    pub average_precision: Estimate,
    /// Mean squared error of the probability.
    pub brier: Estimate,
    /// Expected calibration error over ten bins of equal count.
    pub calibration_error: Estimate,
    /// Kolmogorov–Smirnov statistic.
    pub ks: Estimate,
    /// Seconds of a fit.
    pub fit_seconds: f64,
    /// Microseconds from a raw row to its score.
    pub microseconds_a_row: f64,
    /// AUC less the best model's, on the same rows.
    pub against_best: Option<Against>,
    /// What the threshold of the least cost saves.
    pub money: Money,
    /// Lines to draw.
    pub curves: Curves,
}

/// A difference of pairs.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Against {
    /// Of the AUC, with the interval of paired resamples.
    pub difference: Estimate,
    /// DeLong's, two-sided.
    pub p_value: f64,
}

/// Money by the threshold that cost least on the validation part; minor units, or false alarms where rows count alike.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Money {
    /// Cost where nothing is stopped.
    pub nothing_stopped: f64,
    /// Cost by the threshold.
    pub cost: f64,
    /// Share of rows that it stops.
    pub stopped_share: f64,
}

impl Money {
    /// The share of the loss that the threshold saves; negative where it costs more than doing nothing.
    pub fn saved_share(&self) -> f64 {
        if self.nothing_stopped > 0.0 { 1.0 - self.cost / self.nothing_stopped } else { 0.0 }
    }
}

/// Lines to draw: pairs of x and y.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Curves {
    /// False against true positive rate.
    pub roc: Vec<[f64; 2]>,
    /// Recall against precision.
    pub precision_recall: Vec<[f64; 2]>,
    /// Mean probability against share of events, ten bins of equal count.
    pub calibration: Vec<[f64; 2]>,
    /// Share of rows stopped against the share of the loss saved.
    pub gain: Vec<[f64; 2]>,
    /// The epochs of a net: loss and accuracy, of training and of validation.
    pub epochs: Vec<EpochPoint>,
}

/// One epoch.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct EpochPoint {
    /// From 1.
    pub epoch: usize,
    /// Of the rows that are learned.
    pub loss: f64,
    /// Of the rows that are learned.
    pub accuracy: f64,
    /// Of rows that are not.
    pub validation_loss: Option<f64>,
    /// Of rows that are not.
    pub validation_accuracy: Option<f64>,
}

/// A row of the paper's table, measured beside claimed.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SummaryRow {
    /// As `--models` knows it.
    pub model: String,
    /// In words.
    pub title: String,
    /// Accuracy on sets of record pairs.
    pub integration: Option<Spread>,
    /// Accuracy on the other sets.
    pub risk: Option<Spread>,
    /// Seconds of a fit.
    pub seconds: Option<Spread>,
    /// What the paper claims.
    pub claim: Option<Claim>,
}

/// Values over sets.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Spread {
    /// The middle one; of an even count the mean of both.
    pub median: f64,
    /// The least.
    pub least: f64,
    /// The greatest.
    pub greatest: f64,
    /// How many sets.
    pub sets: usize,
}

/// A model for a kind of data.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Recommendation {
    /// The data.
    pub kind: Kind,
    /// The model's name.
    pub model: String,
    /// In words.
    pub title: String,
    /// Why.
    pub reason: String,
}

/// Six digits behind the point: more say nothing, and these come back from JSON as they went.
pub(crate) fn digits(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}
