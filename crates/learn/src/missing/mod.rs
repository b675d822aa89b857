//! What to do about missing values, for models that cannot take them as they are.
//!
//! A policy is fitted on training rows only, and what it learned there fills all later rows: no
//! value of a test row ever reaches another. Its limits: it fills features, never an amount that
//! is posted; and trees and linear models of this crate take missing values themselves
//! ([`MissingPolicy::Own`]), which is mostly the better choice, since a gap often tells something.
//!
//! | policy | a missing value becomes |
//! |---|---|
//! | `DeleteRows` | the row is left out |
//! | `Mean`, `Median` | the weighted mean, the weighted median of the training rows |
//! | `Interpolate` | the line between the training values before and after it in time |
//! | `Own` | itself: the model decides |

mod series;
#[cfg(test)]
mod tests;

use crate::dataset::{Dataset, DatasetError};
use crate::number::nearest_f32;
use series::Series;

/// How missing values are filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingPolicy {
    /// Rows with a missing value are left out, of the fit and of what is scored.
    DeleteRows,
    /// The weighted mean of the training rows.
    Mean,
    /// The weighted median: the least value at which half of the weight is reached.
    Median,
    /// Between the training values next in time, linearly; before the first and after the last, that value. Where a
    /// row stands in time comes with it.
    Interpolate,
    /// The model's own way with missing values.
    Own,
}

impl MissingPolicy {
    /// Learns from the training rows; `times_s` says when each was, in seconds, and matters to
    /// [`MissingPolicy::Interpolate`] alone. A column that is missing in all training rows is filled with 0.
    ///
    /// # Errors
    /// [`MissingError::TimeCountDiffers`].
    pub fn fit(self, training: &Dataset, times_s: &[i64]) -> Result<FittedMissing, MissingError> {
        let columns = 0..training.columns();
        let fills = match self {
            Self::DeleteRows | Self::Own => Fills::None,
            Self::Mean => Fills::One(columns.map(|column| mean(training, column)).collect()),
            Self::Median => Fills::One(columns.map(|column| median(training, column)).collect()),
            Self::Interpolate => {
                check_times(training, times_s)?;
                Fills::Series(columns.map(|column| Series::of(training, times_s, column)).collect())
            }
        };
        Ok(FittedMissing { policy: self, columns: training.columns(), fills })
    }
}

/// What a policy learned on its training rows.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedMissing {
    policy: MissingPolicy,
    columns: usize,
    fills: Fills,
}

/// By column.
#[derive(Debug, Clone, PartialEq)]
enum Fills {
    None,
    One(Vec<f32>),
    Series(Vec<Series>),
}

impl FittedMissing {
    /// The row filled, `time_s` being when it was; `None` where the policy leaves it out. Panics if `row` is shorter
    /// than the columns.
    pub fn fill_row(&self, row: &[f32], time_s: i64) -> Option<Vec<f32>> {
        let row = &row[..self.columns];
        if self.policy == MissingPolicy::DeleteRows && row.iter().any(|value| value.is_nan()) {
            return None;
        }
        let fill = |(column, &value): (usize, &f32)| match &self.fills {
            Fills::One(fills) if value.is_nan() => fills[column],
            Fills::Series(series) if value.is_nan() => series[column].at(time_s),
            _ => value,
        };
        Some(row.iter().enumerate().map(fill).collect())
    }

    /// All rows filled, and the indices of those that were kept.
    ///
    /// # Errors
    /// [`MissingError`]: other columns than the training rows had, a time too few, or no row left.
    pub fn fill(&self, rows: &Dataset, times_s: &[i64]) -> Result<(Dataset, Vec<usize>), MissingError> {
        if rows.columns() != self.columns {
            return Err(MissingError::ColumnCountDiffers { expected: self.columns, given: rows.columns() });
        }
        if self.policy == MissingPolicy::Interpolate {
            check_times(rows, times_s)?;
        }
        let time = |row: usize| times_s.get(row).copied().unwrap_or(0);
        let filled = |row: usize| Some((row, self.fill_row(rows.row(row), time(row))?));
        let (kept, values): (Vec<usize>, Vec<Vec<f32>>) = (0..rows.rows()).filter_map(filled).unzip();
        let selected = rows.select(&kept).map_err(MissingError::Rows)?;
        Ok((selected.with_values(values.concat()).map_err(MissingError::Rows)?, kept))
    }
}

/// The present values of a column with their weights.
fn present(rows: &Dataset, column: usize) -> impl Iterator<Item = (f32, f64)> {
    let all = (0..rows.rows()).map(move |row| (rows.row(row)[column], rows.weight(row)));
    all.filter(|(value, _)| !value.is_nan())
}

/// By hand: 1 and 4 with weights 2 and 1: (2 · 1 + 4) / 3 = 2.
fn mean(rows: &Dataset, column: usize) -> f32 {
    let (sum, weights) = present(rows, column)
        .fold((0.0, 0.0), |(sum, weights), (value, weight)| (sum + weight * f64::from(value), weights + weight));
    if weights > 0.0 { nearest_f32(sum / weights) } else { 0.0 }
}

/// By hand: of 1 2 9 it is 2; with weights 1 1 3 it is 9. Of an even count of equal weights it is the mean of the
/// middle two: of 1 2 4 9 it is 3.
fn median(rows: &Dataset, column: usize) -> f32 {
    let mut values: Vec<(f32, f64)> = present(rows, column).collect();
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = values.iter().map(|(_, weight)| weight).sum::<f64>() / 2.0;
    let mut reached = 0.0;
    for (index, (value, weight)) in values.iter().enumerate() {
        reached += weight;
        if reached > half {
            return *value;
        }
        if reached == half {
            let next = values.get(index + 1).map_or(*value, |next| next.0);
            return f32::midpoint(*value, next);
        }
    }
    0.0
}

fn check_times(rows: &Dataset, times_s: &[i64]) -> Result<(), MissingError> {
    let (expected, given) = (rows.rows(), times_s.len());
    if expected == given { Ok(()) } else { Err(MissingError::TimeCountDiffers { expected, given }) }
}

/// Why rows could not be filled.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant and its fields are spelled out by its message")]
pub enum MissingError {
    TimeCountDiffers { expected: usize, given: usize },
    ColumnCountDiffers { expected: usize, given: usize },
    Rows(DatasetError),
}

impl std::fmt::Display for MissingError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TimeCountDiffers { expected, given } => {
                write!(out, "there are {expected} rows, but {given} times were given")
            }
            Self::ColumnCountDiffers { expected, given } => {
                write!(out, "the policy was fitted on {expected} columns, but the rows have {given}")
            }
            Self::Rows(_) => write!(out, "the filled rows are no table"),
        }
    }
}

impl std::error::Error for MissingError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Rows(source) => Some(source),
            _ => None,
        }
    }
}
