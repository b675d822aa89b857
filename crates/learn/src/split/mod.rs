//! Splits of rows into fit and test: by time, by group, by label, by chance; once, k times, repeated.
//!
//! Splits by time can't see the future: a fit row's label must be mature when the fit is made.
//! A label comes late (a chargeback weeks after its payment). A row counts as fit only if
//! `time + maturity <= fit_before`; it is a test row only if `test_from <= time < test_to`; and
//! the test may not begin before the fit is made.

mod folds;
mod rolling;

use std::fmt;

pub use folds::{grouped_k_fold, k_fold, repeated, stratified_grouped_k_fold, stratified_k_fold};
pub use rolling::{RollingCuts, rolling_splits};

/// The cuts of one split, all in seconds on one axis (such as Unix time).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeCuts {
    /// When the fit is made: only labels that are mature by then are known.
    pub fit_before_s: i64,
    /// The first instant of the test.
    pub test_from_s: i64,
    /// The end of the test, exclusive.
    pub test_to_s: i64,
    /// How long after its event a label may be believed; not negative.
    pub maturity_s: i64,
}

/// The row indices of both sides. Splits by time have them in time order (equal times in row
/// order), all others ascending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// Rows to fit on, whose labels were known then.
    pub fit: Vec<usize>,
    /// Rows of the test.
    pub test: Vec<usize>,
}

/// Splits rows by their event times (seconds, any order).
///
/// By hand: times 0 10 20 30 40, a maturity of 15, a fit at 30 and a test in \[30, 40): the fit
/// takes 0 and 10 (10 + 15 ≤ 30, but 20 + 15 > 30), the test takes 30; 20 and 40 are in neither.
///
/// # Errors
/// [`SplitError`]: the cuts leak or are out of order, or a side has no rows.
pub fn time_split(times_s: &[i64], cuts: TimeCuts) -> Result<Split, SplitError> {
    check_cuts(cuts)?;
    let mature = |time: i64| time.saturating_add(cuts.maturity_s) <= cuts.fit_before_s;
    let tested = |time: i64| (cuts.test_from_s..cuts.test_to_s).contains(&time);
    let fit = rows_in_time_order(times_s, mature);
    let test = rows_in_time_order(times_s, tested);
    match (fit.is_empty(), test.is_empty()) {
        (true, _) => Err(SplitError::NoFitRows),
        (_, true) => Err(SplitError::NoTestRows),
        _ => Ok(Split { fit, test }),
    }
}

fn check_cuts(cuts: TimeCuts) -> Result<(), SplitError> {
    if cuts.maturity_s < 0 {
        return Err(SplitError::MaturityNegative { maturity_s: cuts.maturity_s });
    }
    if cuts.test_from_s < cuts.fit_before_s {
        let TimeCuts { fit_before_s, test_from_s, .. } = cuts;
        return Err(SplitError::TestBeforeFit { fit_before_s, test_from_s });
    }
    if cuts.test_to_s <= cuts.test_from_s {
        let TimeCuts { test_from_s, test_to_s, .. } = cuts;
        return Err(SplitError::TestEmpty { test_from_s, test_to_s });
    }
    Ok(())
}

fn rows_in_time_order(times_s: &[i64], wanted: impl Fn(i64) -> bool) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..times_s.len()).filter(|&row| wanted(times_s[row])).collect();
    rows.sort_by_key(|&row| times_s[row]);
    rows
}

/// Why a split was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant and its fields are spelled out by its message")]
pub enum SplitError {
    MaturityNegative { maturity_s: i64 },
    TestBeforeFit { fit_before_s: i64, test_from_s: i64 },
    TestEmpty { test_from_s: i64, test_to_s: i64 },
    NoFitRows,
    NoTestRows,
    TooFewFolds { folds: usize },
    FoldsExceedRows { folds: usize, rows: usize },
    FoldsExceedGroups { folds: usize, groups: usize },
    FoldsExceedLabel { folds: usize, label: bool, rows: usize },
    LengthsDiffer { labels: usize, groups: usize },
    StepNotPositive { step_s: i64 },
}

impl fmt::Display for SplitError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MaturityNegative { maturity_s } => {
                write!(out, "a maturity of {maturity_s} s would use labels before their events")
            }
            Self::TestBeforeFit { fit_before_s, test_from_s } => {
                write!(out, "the test begins at {test_from_s} s, before the fit at {fit_before_s} s: it would leak")
            }
            Self::TestEmpty { test_from_s, test_to_s } => {
                write!(out, "the test ends at {test_to_s} s, not after its start {test_from_s} s")
            }
            Self::NoFitRows => write!(out, "no row has a mature label before the fit"),
            Self::NoTestRows => write!(out, "no row falls into the test"),
            Self::TooFewFolds { folds } => write!(out, "{folds} folds leave nothing to test on; at least 2 are needed"),
            Self::FoldsExceedRows { folds, rows } => write!(out, "{rows} rows can't fill {folds} folds"),
            Self::FoldsExceedGroups { folds, groups } => write!(out, "{groups} groups can't fill {folds} folds"),
            Self::FoldsExceedLabel { folds, label, rows } => {
                write!(out, "{rows} rows with the label {label} can't fill {folds} folds")
            }
            Self::LengthsDiffer { labels, groups } => write!(out, "there are {labels} labels, but {groups} groups"),
            Self::StepNotPositive { step_s } => write!(out, "a test of {step_s} s has no length"),
        }
    }
}

impl std::error::Error for SplitError {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CUTS: TimeCuts = TimeCuts { fit_before_s: 30, test_from_s: 30, test_to_s: 40, maturity_s: 15 };

    #[test]
    fn the_example_by_hand() {
        let split = time_split(&[40, 30, 20, 10, 0], CUTS).unwrap();
        assert_eq!(split, Split { fit: vec![4, 3], test: vec![1] });
    }

    #[test]
    fn cuts_that_leak_are_refused() {
        let early = TimeCuts { test_from_s: 29, ..CUTS };
        let error = SplitError::TestBeforeFit { fit_before_s: 30, test_from_s: 29 };
        assert_eq!(time_split(&[0, 35], early), Err(error));
        let negative = TimeCuts { maturity_s: -1, ..CUTS };
        let error = SplitError::MaturityNegative { maturity_s: -1 };
        assert_eq!(time_split(&[0, 35], negative), Err(error));
        let empty = TimeCuts { test_to_s: 30, ..CUTS };
        let error = SplitError::TestEmpty { test_from_s: 30, test_to_s: 30 };
        assert_eq!(time_split(&[0, 35], empty), Err(error));
    }

    #[test]
    fn an_empty_side_is_named() {
        assert_eq!(time_split(&[35], CUTS), Err(SplitError::NoFitRows));
        assert_eq!(time_split(&[0], CUTS), Err(SplitError::NoTestRows));
    }

    proptest! {
        #[test]
        fn no_label_is_used_before_it_is_mature(
            times in proptest::collection::vec(0_i64..100, 1..60),
            fit in 0_i64..100, gap in 0_i64..20, length in 1_i64..50, maturity in 0_i64..50,
        ) {
            let test_from_s = fit + gap;
            let cuts = TimeCuts {
                fit_before_s: fit, test_from_s, test_to_s: test_from_s + length, maturity_s: maturity,
            };
            if let Ok(split) = time_split(&times, cuts) {
                let first_test = split.test.iter().map(|&row| times[row]).min().unwrap();
                prop_assert!(split.fit.iter().all(|&row| times[row] + maturity <= first_test));
            }
        }
    }
}
