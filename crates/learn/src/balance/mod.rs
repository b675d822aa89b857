//! Few positives among many rows: weights, and rows drawn again, left out or made up.
//!
//! Use on fit rows only; a test keeps its own base rate. Whatever raises the share of positives
//! raises the probabilities too: [`log_odds_shift`] takes that back exactly where rows were only
//! drawn or weighted, and nearly for [`smote`].
//!
//! Promises: one seed gives one table; rows that were there stay in their order, and what is added
//! stands behind them. `share` is the wanted share of positives, above the present one.

mod smote;
#[cfg(test)]
mod tests;

use crate::dataset::{Dataset, DatasetError};
use crate::number::{floor_index, nearest_f32};
use crate::odds::log_odds_of;
use crate::random::Random;

pub use smote::smote;

/// Weighs rows so that both labels count the same, and all rows together as much as before:
/// `sum / (2 · sum of the label)`.
///
/// By hand: one positive among four rows weighs 4 / 2 = 2, the others 4 / 6 = ⅔ each.
///
/// # Errors
/// [`BalanceError::OneLabelOnly`].
pub fn balanced_weights(rows: &Dataset) -> Result<Dataset, BalanceError> {
    check_labels(rows)?;
    let sum = |label: Option<bool>| -> f64 {
        let wanted = |row: &usize| label.is_none_or(|label| rows.labels()[*row] == label);
        (0..rows.rows()).filter(wanted).map(|row| rows.weight(row)).sum()
    };
    let all = sum(None);
    let factor = [all / (2.0 * sum(Some(false))), all / (2.0 * sum(Some(true)))];
    let weight = |row: usize| nearest_f32(rows.weight(row) * factor[usize::from(rows.labels()[row])]);
    let weights = (0..rows.rows()).map(weight).collect();
    rows.clone().with_weights(weights).map_err(BalanceError::Rows)
}

/// Adds positives, drawn with replacement, until they have this share of the rows.
///
/// # Errors
/// [`BalanceError::OneLabelOnly`] or [`BalanceError::ShareOutOfRange`].
pub fn over_sample(rows: &Dataset, share: f64, seed: u64) -> Result<Dataset, BalanceError> {
    let positives = positives_for(rows, share)?;
    let mut random = Random::new(seed);
    let added = added_positives(rows, share);
    let drawn = (0..added).map(|_| positives[random.below(positives.len())]);
    let all: Vec<usize> = (0..rows.rows()).chain(drawn).collect();
    rows.select(&all).map_err(BalanceError::Rows)
}

/// Leaves negatives out by chance until positives have this share of the rows; at least one negative stays.
///
/// # Errors
/// [`BalanceError::OneLabelOnly`] or [`BalanceError::ShareOutOfRange`].
pub fn under_sample(rows: &Dataset, share: f64, seed: u64) -> Result<Dataset, BalanceError> {
    let positives = positives_for(rows, share)?;
    let negatives: Vec<usize> = (0..rows.rows()).filter(|&row| !rows.labels()[row]).collect();
    let wanted = floor_index(positives.len() as f64 * (1.0 - share) / share + 0.5).clamp(1, negatives.len());
    let kept = Random::new(seed).choose(wanted, negatives.len());
    let mut all: Vec<usize> = kept.into_iter().map(|place| negatives[place]).chain(positives).collect();
    all.sort_unstable();
    rows.select(&all).map_err(BalanceError::Rows)
}

/// What to add to the log-odds of a model that was fitted at one base rate to be right at another.
///
/// By hand: fitted at 50 %, true at 10 %: ln(1/9) − ln(1) = −2.197.
pub fn log_odds_shift(fitted_base_rate: f64, true_base_rate: f64) -> f64 {
    log_odds_of(true_base_rate) - log_odds_of(fitted_base_rate)
}

/// How many positives have to come: p + x = share · (n + x), so x = (share · n − p) / (1 − share).
///
/// By hand: 2 of 10 to a half: (5 − 2) / 0.5 = 6, which makes 8 of 16.
fn added_positives(rows: &Dataset, share: f64) -> usize {
    let positives = rows.labels().iter().filter(|label| **label).count() as f64;
    floor_index((share * rows.rows() as f64 - positives) / (1.0 - share) + 0.5)
}

/// The positives, if both labels occur and the share is above theirs and below 1.
fn positives_for(rows: &Dataset, share: f64) -> Result<Vec<usize>, BalanceError> {
    check_labels(rows)?;
    let positives: Vec<usize> = (0..rows.rows()).filter(|&row| rows.labels()[row]).collect();
    let least = positives.len() as f64 / rows.rows() as f64;
    if share >= least && share < 1.0 { Ok(positives) } else { Err(BalanceError::ShareOutOfRange { least, share }) }
}

fn check_labels(rows: &Dataset) -> Result<(), BalanceError> {
    if rows.has_both_labels() { Ok(()) } else { Err(BalanceError::OneLabelOnly) }
}

/// Why rows could not be balanced.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each variant and its fields are spelled out by its message")]
pub enum BalanceError {
    OneLabelOnly,
    ShareOutOfRange { least: f64, share: f64 },
    TooFewPositives { positives: usize },
    NoNeighbours,
    ColumnUnknown { name: String },
    Rows(DatasetError),
}

impl std::fmt::Display for BalanceError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::OneLabelOnly => write!(out, "all rows have the same label; there is nothing to balance"),
            Self::ShareOutOfRange { least, share } => {
                write!(out, "positives can be brought to a share of {least} up to below 1, but {share} was asked")
            }
            Self::TooFewPositives { positives } => {
                write!(out, "{positives} positive rows have no line between them; at least 2 are needed")
            }
            Self::NoNeighbours => write!(out, "at least one neighbour is needed"),
            Self::ColumnUnknown { name } => write!(out, "the data have no column `{name}`"),
            Self::Rows(_) => write!(out, "the balanced rows are no table"),
        }
    }
}

impl std::error::Error for BalanceError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Rows(source) => Some(source),
            _ => None,
        }
    }
}
