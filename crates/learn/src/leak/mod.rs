//! Columns that know the answer: what a model may not be fitted on, however good it looks.
//!
//! | finding | its evidence |
//! |---|---|
//! | `LabelCopy` | two values that agree with the label (phi at least .9) |
//! | `AfterEvent` | a value that nearly only one label has: it was written down once the event was known |
//! | `ModelOutput` | good alone as below, and shaped like a probability: another model's answer |
//! | `TooGoodAlone` | an AUC alone of at least .98, or of at least .8 and clearly above all other columns together |
//! | `Identifier` | a number of its own a row, with which trees find neighbouring rows again |
//! | `OrderOnly` | good in folds by chance, not in the folds by time or group that were given |
//!
//! AUCs are out of fold: of small boosted trees on the one column, so that categories, gaps and bends count. An
//! identifier is tried with all columns that are none: claims of one ring stand beside each other in a register, and a
//! number that shows which rows are neighbours gives them away, though alone it tells nothing. "Clearly" is an
//! interval of paired resamples without 0, beside a least difference.
//!
//! Its limits: it knows numbers, not what a column means, so a leak that is weak alone and no identifier goes unseen;
//! and a finding is a question to a person, not a verdict. Whole numbers above 2²⁴ lose their last digits in `f32`:
//! give identifiers as their ranks.

mod columns;
mod fits;
#[cfg(test)]
mod tests;

use std::fmt;

use crate::dataset::Dataset;
use crate::estimator::{FitError, ParamError};
use crate::metrics::{Interval, MetricError, paired_bootstrap_difference, roc_auc};
use crate::split::{Split, SplitError, stratified_k_fold};
use columns::{is_identifier, is_like_a_probability, label_agreement, one_sided_value};
use fits::Fits;

/// From here on a column alone is suspect, however good the others are.
const AUC_ALONE: f64 = 0.98;

/// From here on it is compared with all other columns together.
const AUC_COMPARED: f64 = 0.8;

/// How far it must be above them.
const AUC_ABOVE_REST: f64 = 0.02;

/// What an identifier must add to all columns that are none. It adds .002 by chance on 30,000 rows.
const AUC_IDENTIFIER: f64 = 0.01;

/// What a column must lose in folds by time or group.
const AUC_ORDER: f64 = 0.1;

/// The least phi of a copy of the label.
const PHI_COPY: f64 = 0.9;

/// Folds where they are drawn by chance.
const FOLDS: usize = 5;

/// Resamples of an interval.
const RESAMPLES: usize = 200;

/// What the search goes by.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LeakOptions {
    /// The columns, by name, whose numbers stand for categories.
    pub categories: Vec<String>,
    /// Folds by time or by group, where rows have one: `OrderOnly` needs them.
    pub ordered_folds: Vec<Split>,
    /// What folds and resamples are drawn by.
    pub seed: u64,
}

/// Why a column is suspect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the table of the module says each")]
pub enum LeakKind {
    LabelCopy,
    AfterEvent,
    ModelOutput,
    TooGoodAlone,
    Identifier,
    OrderOnly,
}

impl LeakKind {
    /// The name by which reports know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::LabelCopy => "label copy",
            Self::AfterEvent => "known after the event",
            Self::ModelOutput => "output of a model",
            Self::TooGoodAlone => "too good alone",
            Self::Identifier => "identifier",
            Self::OrderOnly => "good in folds by chance only",
        }
    }
}

/// One suspect column.
#[derive(Debug, Clone, PartialEq)]
pub struct LeakFinding {
    /// Its name.
    pub column: String,
    /// Why.
    pub kind: LeakKind,
    /// The evidence: phi of a copy, the share of one label for `AfterEvent`, an AUC alone or in folds by chance, the
    /// AUC with an identifier.
    pub value: f64,
    /// What it was held against: the least phi, the label's share of all rows, the AUC of the rest, in ordered folds,
    /// or without the identifier.
    pub against: f64,
}

impl fmt::Display for LeakFinding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { column, kind, value, against } = self;
        match kind {
            LeakKind::LabelCopy => write!(out, "`{column}` is the label again: their phi is {value:.3}"),
            LeakKind::AfterEvent => {
                write!(out, "`{column}` is filled where one label is ({value:.3} against {against:.3} of all rows)")
            }
            LeakKind::ModelOutput => {
                write!(out, "`{column}` looks like a model's output: AUC {value:.3} alone, {against:.3} without it")
            }
            LeakKind::TooGoodAlone => {
                write!(out, "`{column}` alone has AUC {value:.3}, all other columns together {against:.3}")
            }
            LeakKind::Identifier => {
                write!(out, "`{column}` is a number of its own a row: AUC {value:.3} with it, {against:.3} without")
            }
            LeakKind::OrderOnly => {
                write!(out, "`{column}` has AUC {value:.3} in folds by chance, {against:.3} in the given ones")
            }
        }
    }
}

/// Every suspect column, in the order of the columns; the gravest kind of each.
///
/// # Errors
/// [`LeakError`]: one label only, fewer than five rows of a label, an unknown category column, or ordered folds that
/// name unknown rows or test on one label only.
pub fn find_leaks(rows: &Dataset, options: &LeakOptions) -> Result<Vec<LeakFinding>, LeakError> {
    let folds = stratified_k_fold(rows.labels(), FOLDS, options.seed).map_err(LeakError::Folds)?;
    let fits = Fits { rows, categories: &options.categories, seed: options.seed };
    fits.check().map_err(LeakError::Fit)?;
    let search = Search { fits, folds, options, others: others(rows, &options.categories) };
    let mut findings = Vec::new();
    for column in 0..rows.columns() {
        findings.extend(search.column(column)?);
    }
    Ok(findings)
}

/// The columns that are no identifiers.
fn others(rows: &Dataset, categories: &[String]) -> Vec<usize> {
    let is_other = |column: &usize| categories.contains(&rows.names()[*column]) || !is_identifier(rows, *column);
    (0..rows.columns()).filter(is_other).collect()
}

struct Search<'a> {
    fits: Fits<'a>,
    folds: Vec<Split>,
    options: &'a LeakOptions,
    others: Vec<usize>,
}

impl Search<'_> {
    fn column(&self, column: usize) -> Result<Option<LeakFinding>, LeakError> {
        let rows = self.fits.rows;
        let finding =
            |kind, value, against| Some(LeakFinding { column: rows.names()[column].clone(), kind, value, against });
        let phi = label_agreement(rows, column);
        if phi >= PHI_COPY {
            return Ok(finding(LeakKind::LabelCopy, phi, PHI_COPY));
        }
        if let Some((share, base)) = one_sided_value(rows, column) {
            return Ok(finding(LeakKind::AfterEvent, share, base));
        }
        if !self.others.contains(&column) {
            let gain = self.gain_of_identifier(column)?;
            return Ok(gain.and_then(|[with, without]| finding(LeakKind::Identifier, with, without)));
        }
        let alone = self.fits.out_of_fold(&[column], &self.folds)?;
        let auc = self.auc(&alone)?;
        if let Some(rest) = self.rest_if_too_good(column, auc, &alone)? {
            let like_a_model = is_like_a_probability(rows, column);
            let kind = if like_a_model { LeakKind::ModelOutput } else { LeakKind::TooGoodAlone };
            return Ok(finding(kind, auc, rest));
        }
        let ordered = self.ordered_auc(column)?.filter(|ordered| auc - ordered >= AUC_ORDER);
        Ok(ordered.and_then(|ordered| finding(LeakKind::OrderOnly, auc, ordered)))
    }

    fn auc(&self, scores: &[f64]) -> Result<f64, LeakError> {
        roc_auc(self.fits.rows.labels(), scores).map_err(LeakError::Metric)
    }

    /// The AUC of all other columns, where this one alone is too good beside it.
    fn rest_if_too_good(&self, column: usize, auc: f64, alone: &[f64]) -> Result<Option<f64>, LeakError> {
        let rest: Vec<usize> = self.others.iter().copied().filter(|other| *other != column).collect();
        if auc < AUC_COMPARED {
            return Ok(None);
        }
        if rest.is_empty() {
            return Ok((auc >= AUC_ALONE).then_some(0.5));
        }
        let scores = self.fits.out_of_fold(&rest, &self.folds)?;
        let above = self.difference(alone, &scores)?;
        let clearly = above.estimate >= AUC_ABOVE_REST && above.low > 0.0;
        Ok((auc >= AUC_ALONE || clearly).then_some(auc - above.estimate))
    }

    /// The AUC with and without an identifier, where it adds what no number of a row should.
    fn gain_of_identifier(&self, column: usize) -> Result<Option<[f64; 2]>, LeakError> {
        let with: Vec<usize> = self.others.iter().copied().chain([column]).collect();
        let with = self.fits.out_of_fold(&with, &self.folds)?;
        let without = match self.others.as_slice() {
            [] => vec![0.0; with.len()],
            others => self.fits.out_of_fold(others, &self.folds)?,
        };
        let gain = self.difference(&with, &without)?;
        let auc = self.auc(&with)?;
        Ok((gain.estimate >= AUC_IDENTIFIER && gain.low > 0.0).then_some([auc, auc - gain.estimate]))
    }

    fn difference(&self, first: &[f64], second: &[f64]) -> Result<Interval, LeakError> {
        let labels = self.fits.rows.labels();
        paired_bootstrap_difference(labels, first, second, roc_auc, RESAMPLES, self.options.seed)
            .map_err(LeakError::Metric)
    }

    /// The mean AUC alone over the folds that were given.
    fn ordered_auc(&self, column: usize) -> Result<Option<f64>, LeakError> {
        if self.options.ordered_folds.is_empty() {
            return Ok(None);
        }
        let mut sum = 0.0;
        for fold in &self.options.ordered_folds {
            let scores = self.fits.of_fold(&[column], fold)?;
            let labels: Vec<bool> = fold.test.iter().map(|&row| self.fits.rows.labels()[row]).collect();
            sum += roc_auc(&labels, &scores).map_err(LeakError::Metric)?;
        }
        Ok(Some(sum / self.options.ordered_folds.len() as f64))
    }
}

/// Why the columns could not be searched.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each variant is spelled out by its message")]
pub enum LeakError {
    Folds(SplitError),
    Params(ParamError),
    Fit(FitError),
    Rows(crate::dataset::DatasetError),
    Metric(MetricError),
}

impl fmt::Display for LeakError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folds(_) => write!(out, "the rows can't be dealt to folds"),
            Self::Params(_) => write!(out, "the trees' parameters are out of range"),
            Self::Fit(_) => write!(out, "a column can't be tried"),
            Self::Rows(_) => write!(out, "a fold names rows that are not there"),
            Self::Metric(_) => write!(out, "a fold can't be measured"),
        }
    }
}

impl std::error::Error for LeakError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(match self {
            Self::Folds(source) => source,
            Self::Params(source) => source,
            Self::Fit(source) => source,
            Self::Rows(source) => source,
            Self::Metric(source) => source,
        })
    }
}
