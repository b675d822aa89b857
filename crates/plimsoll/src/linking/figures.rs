//! How good links are, where the truth is known: precision, recall and F1 with what chance alone would move, and how far
//! chances are from the shares that they promise.

use learn::calibrate::{Isotonic, Platt};
use learn::metrics::{Interval, MetricError, bootstrap_interval, brier, expected_calibration_error};
use learn::probability_of;

/// Draws of an interval, and their seed.
const RESAMPLES: usize = 1_000;
const SEED: u64 = 7;

/// Bins of a calibration error.
const BINS: usize = 10;

/// Pairs called one thing or not, held against the truth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairFigures {
    /// Of the pairs called one thing, the share that is.
    pub precision: Interval,
    /// Of the pairs that are one thing, the share called so.
    pub recall: Interval,
    /// Their harmonic mean.
    pub f1: Interval,
    /// The share of all pairs that were called what they are.
    pub accuracy: f64,
}

impl PairFigures {
    /// The figures, with 95 % intervals over pairs drawn with replacement.
    pub fn of(labels: &[bool], called: &[bool]) -> Self {
        let scores: Vec<f64> = called.iter().map(|called| f64::from(u8::from(*called))).collect();
        let with_interval = |metric: fn(&[bool], &[f64]) -> Result<f64, MetricError>| {
            let interval = bootstrap_interval(labels, &scores, metric, RESAMPLES, SEED);
            // Where a figure has no meaning, as nothing was called one thing, it is 0 for certain.
            interval.unwrap_or(Interval { estimate: 0.0, low: 0.0, high: 0.0 })
        };
        let same = labels.iter().zip(called).filter(|(label, called)| label == called).count();
        Self {
            precision: with_interval(|labels, scores| counts(labels, scores).precision()),
            recall: with_interval(|labels, scores| counts(labels, scores).recall()),
            f1: with_interval(|labels, scores| counts(labels, scores).f1()),
            accuracy: same as f64 / labels.len().max(1) as f64,
        }
    }
}

struct Counts {
    right: f64,
    wrong: f64,
    missed: f64,
}

fn counts(labels: &[bool], scores: &[f64]) -> Counts {
    let count = |label: bool, call: bool| {
        labels.iter().zip(scores).filter(|(l, score)| (**l, **score > 0.5) == (label, call)).count() as f64
    };
    Counts { right: count(true, true), wrong: count(false, true), missed: count(true, false) }
}

impl Counts {
    fn precision(&self) -> Result<f64, MetricError> {
        share(self.right, self.right + self.wrong)
    }

    fn recall(&self) -> Result<f64, MetricError> {
        share(self.right, self.right + self.missed)
    }

    fn f1(&self) -> Result<f64, MetricError> {
        share(2.0 * self.right, 2.0 * self.right + self.wrong + self.missed)
    }
}

fn share(part: f64, whole: f64) -> Result<f64, MetricError> {
    if whole > 0.0 { Ok(part / whole) } else { Err(MetricError::NoPositives) }
}

/// How far chances are from the truth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChanceFigures {
    /// The mean squared error.
    pub brier: f64,
    /// The mean distance between chance and share, over ten bins of equally many.
    pub calibration_error: f64,
}

impl ChanceFigures {
    /// Of chances and the truth of the same pairs; none where there is no pair.
    pub fn of(labels: &[bool], chances: &[f64]) -> Option<Self> {
        let calibration_error = expected_calibration_error(labels, chances, BINS).ok()?;
        Some(Self { brier: brier(labels, chances).ok()?, calibration_error })
    }
}

/// The chances of a model as they are, and set right in two ways on pairs that it neither learned from nor is tried on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibrated {
    /// As they are.
    pub raw: ChanceFigures,
    /// By a line in log-odds.
    pub platt: ChanceFigures,
    /// By rising steps.
    pub isotonic: ChanceFigures,
}

impl Calibrated {
    /// Fits line and steps to one part's log-odds and labels, and tries them on another's; none where a part lacks a
    /// label.
    pub fn of((fit_odds, fit_labels): (&[f64], &[bool]), (odds, labels): (&[f64], &[bool])) -> Option<Self> {
        let line = Platt::fit(fit_odds, fit_labels).ok()?;
        let steps = Isotonic::fit(fit_odds, fit_labels).ok()?;
        let figures = |chance: &dyn Fn(f64) -> f64| {
            ChanceFigures::of(labels, &odds.iter().map(|&odds| chance(odds)).collect::<Vec<f64>>())
        };
        Some(Self {
            raw: figures(&probability_of)?,
            platt: figures(&|odds| probability_of(line.apply(odds)))?,
            isotonic: figures(&|odds| steps.apply(odds))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_by_hand() {
        // Two right, one wrong, one missed, one rightly left.
        let of = PairFigures::of(&[true, true, false, true, false], &[true, true, true, false, false]);
        let third = 2.0 / 3.0;
        assert_eq!(
            [of.precision.estimate, of.recall.estimate, of.f1.estimate, of.accuracy],
            [third, third, third, 0.6]
        );
        assert!(of.f1.low < third && of.f1.high > third, "{of:?}");
        let none = PairFigures::of(&[true, false], &[false, false]);
        assert_eq!((none.precision.estimate, none.recall.estimate, none.accuracy), (0.0, 0.0, 0.5));
    }

    #[test]
    fn what_is_too_sure_is_set_right_on_other_pairs() {
        // Log-odds of 4 of which three in four are one thing, of −4 of which one in four is.
        let odds: Vec<f64> = (0..400).map(|at| if at < 200 { 4.0 } else { -4.0 }).collect();
        let labels: Vec<bool> = (0..400).map(|at| (at % 4 == 0) != (at < 200)).collect();
        let of = Calibrated::of((&odds, &labels), (&odds, &labels)).unwrap();
        assert!((of.raw.calibration_error - 0.232).abs() < 1e-3, "{of:?}");
        assert!(of.platt.calibration_error < 0.01 && of.isotonic.calibration_error < 1e-9, "{of:?}");
        assert!(of.platt.brier < of.raw.brier);
    }
}
