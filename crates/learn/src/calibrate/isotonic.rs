//! Isotonic calibration: the rising steps that fit the labels best.
//!
//! (Zadrozny and Elkan, "Transforming classifier scores into accurate multiclass probability estimates", 2002; the
//! steps by pooling adjacent violators, Ayer and others, 1955.) It bends where a line cannot, wants some thousand rows
//! for it, and makes ties of scores; an explanation can only give what it adds as one reason. So [`super::Platt`]
//! stands in model files, and this beside it, to be compared.

use serde::{Deserialize, Serialize};

use super::CalibrationError;

/// A rising function of the score: between two knots a straight line, outside them the end's value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<(f64, f64)>", into = "Vec<(f64, f64)>")]
pub struct Isotonic(Vec<(f64, f64)>);

/// Rows whose share of positives is one value: scores from `low` to `high`.
#[derive(Debug, Clone, Copy)]
struct Step {
    low: f64,
    high: f64,
    positives: f64,
    rows: f64,
}

impl Step {
    fn share(&self) -> f64 {
        self.positives / self.rows
    }

    fn with(self, next: Self) -> Self {
        let (positives, rows) = (self.positives + next.positives, self.rows + next.rows);
        Self { low: self.low, high: next.high, positives, rows }
    }
}

impl Isotonic {
    /// Fits the steps to scores and labels of the same rows; equal scores count as one.
    ///
    /// ```
    /// // 1 and 2 rise the wrong way round (1 then 0), so they share a half; 3 has a positive.
    /// let steps = learn::calibrate::Isotonic::fit(&[1.0, 2.0, 3.0], &[true, false, true])?;
    /// assert_eq!([0.0, 1.0, 2.0, 2.5, 3.0, 9.0].map(|score| steps.apply(score)), [0.5, 0.5, 0.5, 0.75, 1.0, 1.0]);
    /// # Ok::<(), learn::calibrate::CalibrationError>(())
    /// ```
    ///
    /// # Errors
    /// [`CalibrationError`], named for what the rows lack.
    pub fn fit(scores: &[f64], labels: &[bool]) -> Result<Self, CalibrationError> {
        super::check(scores, labels)?;
        let mut rows: Vec<(f64, bool)> = scores.iter().copied().zip(labels.iter().copied()).collect();
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut steps: Vec<Step> = Vec::new();
        for same in rows.chunk_by(|a, b| a.0 == b.0) {
            let positives = same.iter().filter(|row| row.1).count() as f64;
            let mut step = Step { low: same[0].0, high: same[0].0, positives, rows: same.len() as f64 };
            while let Some(before) = steps.pop_if(|before| before.share() >= step.share()) {
                step = before.with(step);
            }
            steps.push(step);
        }
        let ends = |step: &Step| {
            let knots = [(step.low, step.share()), (step.high, step.share())];
            knots.into_iter().take(if step.low == step.high { 1 } else { 2 }).collect::<Vec<_>>()
        };
        Ok(Self(steps.iter().flat_map(ends).collect()))
    }

    /// The calibrated probability, in \[0, 1\]: 0 and 1 where all rows of an end have one label. `NaN` for `NaN`.
    pub fn apply(&self, score: f64) -> f64 {
        if score.is_nan() {
            return score;
        }
        let after = self.0.partition_point(|knot| knot.0 < score);
        match (after.checked_sub(1).map(|before| self.0[before]), self.0.get(after)) {
            (Some((from, low)), Some(&(to, high))) => low + (score - from) / (to - from) * (high - low),
            (Some((_, only)), None) | (None, Some(&(_, only))) => only,
            (None, None) => f64::NAN,
        }
    }

    /// The corners as (score, probability), both rising.
    pub fn knots(&self) -> &[(f64, f64)] {
        &self.0
    }
}

impl TryFrom<Vec<(f64, f64)>> for Isotonic {
    type Error = CalibrationError;

    fn try_from(knots: Vec<(f64, f64)>) -> Result<Self, CalibrationError> {
        let inside = |knot: &(f64, f64)| knot.0.is_finite() && (0.0..=1.0).contains(&knot.1);
        let rise = knots.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1);
        if !knots.is_empty() && knots.iter().all(inside) && rise {
            Ok(Self(knots))
        } else {
            Err(CalibrationError::NotRising)
        }
    }
}

impl From<Isotonic> for Vec<(f64, f64)> {
    fn from(steps: Isotonic) -> Self {
        steps.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{brier, roc_auc};
    use proptest::prelude::*;

    /// The best rising value of row `i` is the least over ends b ≥ i of the greatest mean of a..=b over starts a ≤ i.
    fn by_min_max(labels: &[f64], row: usize) -> f64 {
        let mean = |a: usize, b: usize| labels[a..=b].iter().sum::<f64>() / (b - a + 1) as f64;
        let greatest = |b: usize| (0..=row).map(|a| mean(a, b)).fold(f64::NEG_INFINITY, f64::max);
        (row..labels.len()).map(greatest).fold(f64::INFINITY, f64::min)
    }

    proptest! {
        #[test]
        fn the_steps_are_the_best_rising_ones(labels in proptest::collection::vec(any::<bool>(), 2..40)) {
            let mut labels = labels;
            labels[0] = !labels[1];
            let scores: Vec<f64> = (0..labels.len()).map(|row| row as f64).collect();
            let steps = Isotonic::fit(&scores, &labels).unwrap();
            let targets: Vec<f64> = labels.iter().map(|&label| f64::from(u8::from(label))).collect();
            for (row, &score) in scores.iter().enumerate() {
                prop_assert!((steps.apply(score) - by_min_max(&targets, row)).abs() < 1e-12);
            }
        }

        #[test]
        fn no_order_is_turned_and_no_brier_score_gets_worse(
            rows in proptest::collection::vec((0_u8..20, any::<bool>()), 3..60),
        ) {
            let (scores, mut labels): (Vec<f64>, Vec<bool>) =
                rows.into_iter().map(|(score, label)| (f64::from(score) / 19.0, label)).unzip();
            labels[0] = !labels[1];
            let steps = Isotonic::fit(&scores, &labels).unwrap();
            let calibrated: Vec<f64> = scores.iter().map(|&score| steps.apply(score)).collect();
            prop_assert!(brier(&labels, &calibrated).unwrap() <= brier(&labels, &scores).unwrap() + 1e-12);
            prop_assert!(roc_auc(&labels, &calibrated).unwrap() >= roc_auc(&labels, &scores).unwrap() - 1e-12);
            let again = Isotonic::try_from(Vec::from(steps.clone())).unwrap();
            prop_assert_eq!(again, steps);
        }
    }

    #[test]
    fn what_does_not_rise_is_refused() {
        assert_eq!(Isotonic::try_from(vec![(0.0, 0.5), (1.0, 0.4)]), Err(CalibrationError::NotRising));
        assert_eq!(Isotonic::try_from(vec![]), Err(CalibrationError::NotRising));
        assert_eq!(Isotonic::try_from(vec![(0.0, 1.5)]), Err(CalibrationError::NotRising));
        assert!(Isotonic::fit(&[0.0, 1.0], &[true, false]).unwrap().apply(f64::NAN).is_nan());
        assert_eq!(Isotonic::fit(&[0.0], &[true]), Err(CalibrationError::OneLabelOnly));
    }
}
