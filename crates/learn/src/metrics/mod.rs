//! How good scores are: ranking, probabilities, money, classes, and how far chance alone would move either.
//!
//! Every metric takes labels and scores of the same rows and refuses what it is not defined on
//! ([`MetricError`]); none depends on the order of the rows, so ties are never decided by chance.

mod bootstrap;
mod budget;
mod classes;
mod compared;
mod cost;
mod probability;
mod rank;

use std::fmt;

pub use bootstrap::{Interval, bootstrap_interval, paired_bootstrap_difference};
pub use budget::card_precision;
pub use classes::{Confusion, multi_accuracy, multi_log_loss};
pub(crate) use compared::two_sided;
pub use compared::{PairedTest, delong, mcnemar, normal};
pub use cost::{CostPoint, RowCosts, cost_at, cost_curve, least_cost};
pub use probability::{
    brier, expected_calibration_error, expected_calibration_error_by_width, log_loss, maximum_calibration_error,
};
pub use rank::{average_precision, gini, kolmogorov_smirnov, roc_auc};

/// Why a metric is not defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant and its fields are spelled out by its message")]
pub enum MetricError {
    LengthsDiffer { labels: usize, scores: usize },
    NoRows,
    OneLabelOnly,
    NoPositives,
    ScoreNotANumber { row: usize },
    NotAProbability { row: usize },
    NoBins,
    NoBudget,
    ClassUnknown { row: usize },
    TooFewResamples { defined: usize, drawn: usize },
}

impl fmt::Display for MetricError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LengthsDiffer { labels, scores } => {
                write!(out, "there are {labels} labels, but {scores} scores")
            }
            Self::NoRows => write!(out, "there are no rows"),
            Self::OneLabelOnly => write!(out, "all rows have the same label"),
            Self::NoPositives => write!(out, "no row has a positive label"),
            Self::ScoreNotANumber { row } => write!(out, "the score of row {row} is not a number"),
            Self::NotAProbability { row } => {
                write!(out, "the score of row {row} is not a probability")
            }
            Self::NoBins => write!(out, "at least one bin is needed"),
            Self::NoBudget => write!(out, "a budget of no cards finds none; at least 1 is needed"),
            Self::ClassUnknown { row } => write!(out, "the class of row {row} is not one of the classes"),
            Self::TooFewResamples { defined, drawn } => {
                write!(out, "the metric is defined on only {defined} of {drawn} resamples")
            }
        }
    }
}

impl std::error::Error for MetricError {}

/// As many labels as scores, at least one, and each score a number.
fn check(labels: &[bool], scores: &[f64]) -> Result<(), MetricError> {
    if labels.len() != scores.len() {
        return Err(MetricError::LengthsDiffer { labels: labels.len(), scores: scores.len() });
    }
    if labels.is_empty() {
        return Err(MetricError::NoRows);
    }
    match scores.iter().position(|score| score.is_nan()) {
        Some(row) => Err(MetricError::ScoreNotANumber { row }),
        None => Ok(()),
    }
}

/// Rows of one score.
struct Tied {
    score: f64,
    positive: usize,
    negative: usize,
}

/// The rows by score, ascending, ties as one.
fn by_score(labels: &[bool], scores: &[f64]) -> Vec<Tied> {
    let mut rows: Vec<(f64, bool)> = scores.iter().copied().zip(labels.iter().copied()).collect();
    // −0 and 0 are neighbours in the total order, and equal below.
    rows.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let groups = rows.chunk_by(|a, b| a.0 == b.0);
    groups
        .map(|group| {
            let positive = group.iter().filter(|(_, label)| *label).count();
            Tied { score: group[0].0, positive, negative: group.len() - positive }
        })
        .collect()
}
