//! Calibration: a straight line in log-odds, so that explained contributions stay additive; beside it rising steps.
//!
//! The line is Platt's ("Probabilistic outputs for support vector machines", 1999), fitted as by
//! Lin, Lin and Weng ("A note on Platt's probabilistic outputs", 2007). Fit it on rows that the
//! model has not seen.

mod isotonic;

use std::fmt;

pub use isotonic::Isotonic;
use serde::{Deserialize, Serialize};

use crate::odds::probability_of;

/// The most Newton steps, and the most halvings of one.
const MOST_STEPS: usize = 100;

/// The fit ends where no partial derivative of the mean loss is larger.
const TOLERANCE: f64 = 1e-10;

/// Calibrated log-odds = slope · log-odds + intercept.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Platt {
    /// Below 1 where the model is too sure of itself; negative where it ranks the wrong way.
    pub slope: f64,
    /// Added after that.
    pub intercept: f64,
}

impl Platt {
    /// Fits the line to log-odds (any finite scores) and labels of the same rows.
    ///
    /// Platt's targets are used instead of 1 and 0: (n₊ + 1) / (n₊ + 2) and 1 / (n₋ + 2). By hand:
    /// with 3 positive rows and 1 negative, 0.8 and 0.333; if all scores are equal, the answer is
    /// the mean target (3 · 0.8 + 0.333) / 4 = 0.683.
    ///
    /// # Errors
    /// [`CalibrationError`], named for what the rows lack.
    pub fn fit(log_odds: &[f64], labels: &[bool]) -> Result<Self, CalibrationError> {
        check(log_odds, labels)?;
        let (centre, spread) = centre_and_spread(log_odds);
        let rows: Vec<Row> = log_odds
            .iter()
            .zip(targets(labels))
            .map(|(odds, target)| Row { score: (odds - centre) / spread, target })
            .collect();
        let line = minimise(&rows).ok_or(CalibrationError::NotConverged)?;
        let slope = line.slope / spread;
        Ok(Self { slope, intercept: line.intercept - slope * centre })
    }

    /// Calibrated log-odds.
    ///
    /// ```
    /// let platt = learn::calibrate::Platt { slope: 0.5, intercept: -1.0 };
    /// assert_eq!(platt.apply(3.0), 0.5);
    /// assert_eq!(platt.change(3.0), -2.5);
    /// ```
    pub fn apply(&self, log_odds: f64) -> f64 {
        self.slope * log_odds + self.intercept
    }

    /// What calibration adds to these log-odds: a reason of its own beside the contributions.
    pub fn change(&self, log_odds: f64) -> f64 {
        self.apply(log_odds) - log_odds
    }
}

fn check(log_odds: &[f64], labels: &[bool]) -> Result<(), CalibrationError> {
    if log_odds.len() != labels.len() {
        let (scores, labels) = (log_odds.len(), labels.len());
        return Err(CalibrationError::LengthsDiffer { scores, labels });
    }
    if let Some(row) = log_odds.iter().position(|odds| !odds.is_finite()) {
        return Err(CalibrationError::ScoreNotFinite { row });
    }
    if labels.contains(&true) && labels.contains(&false) { Ok(()) } else { Err(CalibrationError::OneLabelOnly) }
}

/// Platt's target of each row.
fn targets(labels: &[bool]) -> impl Iterator<Item = f64> {
    let positive = labels.iter().filter(|label| **label).count() as f64;
    let negative = labels.len() as f64 - positive;
    let (high, low) = ((positive + 1.0) / (positive + 2.0), 1.0 / (negative + 2.0));
    labels.iter().map(move |&label| if label { high } else { low })
}

/// The mean and the standard deviation, 1 where there is none: Newton's method is best there.
fn centre_and_spread(scores: &[f64]) -> (f64, f64) {
    let count = scores.len() as f64;
    let centre = scores.iter().sum::<f64>() / count;
    let variance = scores.iter().map(|score| (score - centre).powi(2)).sum::<f64>() / count;
    (centre, if variance > 0.0 { variance.sqrt() } else { 1.0 })
}

struct Row {
    score: f64,
    target: f64,
}

/// The line of the least mean loss; `None` if there is none within the steps.
fn minimise(rows: &[Row]) -> Option<Platt> {
    let mean_target = rows.iter().map(|row| row.target).sum::<f64>() / rows.len() as f64;
    let mut line = Platt { slope: 0.0, intercept: crate::odds::log_odds_of(mean_target) };
    for _ in 0..MOST_STEPS {
        let (gradient, step) = newton_step(rows, line);
        if gradient <= TOLERANCE {
            return Some(line);
        }
        let least = mean_loss(rows, line) * (1.0 + 1e-14);
        line = (0..MOST_STEPS)
            .map(|halvings| 0.5_f64.powf(halvings as f64))
            .map(|share| Platt {
                slope: line.slope - share * step.slope,
                intercept: line.intercept - share * step.intercept,
            })
            .find(|trial| mean_loss(rows, *trial) <= least)?;
    }
    None
}

/// ln(1 + e^z) − target · z, over the rows' mean.
fn mean_loss(rows: &[Row], line: Platt) -> f64 {
    let loss = |row: &Row| {
        let odds = line.apply(row.score);
        odds.max(0.0) + (-odds.abs()).exp().ln_1p() - row.target * odds
    };
    rows.iter().map(loss).sum::<f64>() / rows.len() as f64
}

/// The largest partial derivative, and Newton's step.
fn newton_step(rows: &[Row], line: Platt) -> (f64, Platt) {
    // Keeps the curvature positive definite where all scores are equal (Lin et al., σ).
    const RIDGE: f64 = 1e-12;
    let (mut by_slope, mut by_intercept) = (0.0, 0.0);
    let (mut slope_slope, mut slope_intercept, mut intercept_intercept) = (RIDGE, 0.0, RIDGE);
    let share = 1.0 / rows.len() as f64;
    for row in rows {
        let probability = probability_of(line.apply(row.score));
        let error = share * (probability - row.target);
        let curvature = share * probability * (1.0 - probability);
        by_slope += error * row.score;
        by_intercept += error;
        slope_slope += curvature * row.score * row.score;
        slope_intercept += curvature * row.score;
        intercept_intercept += curvature;
    }
    let determinant = slope_slope * intercept_intercept - slope_intercept * slope_intercept;
    let step = Platt {
        slope: (intercept_intercept * by_slope - slope_intercept * by_intercept) / determinant,
        intercept: (slope_slope * by_intercept - slope_intercept * by_slope) / determinant,
    };
    (by_slope.abs().max(by_intercept.abs()), step)
}

/// Why no line was fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant and its fields are spelled out by its message")]
pub enum CalibrationError {
    LengthsDiffer { scores: usize, labels: usize },
    OneLabelOnly,
    ScoreNotFinite { row: usize },
    NotConverged,
    NotRising,
}

impl fmt::Display for CalibrationError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LengthsDiffer { scores, labels } => {
                write!(out, "there are {scores} scores, but {labels} labels")
            }
            Self::OneLabelOnly => write!(out, "all rows have the same label; a fit needs both"),
            Self::ScoreNotFinite { row } => write!(out, "the score of row {row} is not finite"),
            Self::NotConverged => write!(out, "the calibration did not converge"),
            Self::NotRising => write!(out, "the steps don't rise from one finite score to the next within 0 and 1"),
        }
    }
}

impl std::error::Error for CalibrationError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use proptest::prelude::*;

    #[test]
    fn equal_scores_get_the_mean_target() {
        let labels = [true, true, true, false];
        let platt = Platt::fit(&[2.0; 4], &labels).unwrap();
        let mean_target = (3.0 * 0.8 + 1.0 / 3.0) / 4.0;
        assert!((probability_of(platt.apply(2.0)) - mean_target).abs() < 1e-9);
    }

    #[test]
    fn a_distortion_is_undone() {
        let mut random = Random::new(5);
        let truth: Vec<f64> = (0..40_000).map(|_| 6.0 * random.uniform() - 4.0).collect();
        let labels: Vec<bool> = truth.iter().map(|&odds| random.uniform() < probability_of(odds)).collect();
        let distorted: Vec<f64> = truth.iter().map(|odds| 3.0 * odds + 1.0).collect();
        let platt = Platt::fit(&distorted, &labels).unwrap();
        assert!((platt.slope - 1.0 / 3.0).abs() < 0.01, "{platt:?}");
        assert!((platt.intercept + 1.0 / 3.0).abs() < 0.04, "{platt:?}");
    }

    #[test]
    fn what_rows_lack_is_named() {
        let one = Platt::fit(&[0.0, 1.0], &[true, true]);
        assert_eq!(one, Err(CalibrationError::OneLabelOnly));
        let infinite = Platt::fit(&[0.0, f64::INFINITY], &[true, false]);
        assert_eq!(infinite, Err(CalibrationError::ScoreNotFinite { row: 1 }));
        let short = Platt::fit(&[0.0], &[true, false]);
        assert_eq!(short, Err(CalibrationError::LengthsDiffer { scores: 1, labels: 2 }));
    }

    proptest! {
        #[test]
        fn the_mean_probability_is_the_mean_target(
            rows in proptest::collection::vec((-8.0_f64..8.0, any::<bool>()), 2..80),
        ) {
            let (scores, mut labels): (Vec<f64>, Vec<bool>) = rows.into_iter().unzip();
            labels[0] = !labels[1];
            let platt = Platt::fit(&scores, &labels).unwrap();
            let given: f64 = scores.iter().map(|&odds| probability_of(platt.apply(odds))).sum();
            let wanted: f64 = targets(&labels).sum();
            prop_assert!((given - wanted).abs() < 1e-6);
        }
    }
}
