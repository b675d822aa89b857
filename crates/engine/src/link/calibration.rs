//! Chances set right by people's answers: Platt's line over the log-odds of the chances that the model gave pairs of
//! which it did not know the answer (a model judges no pair whose left record it learned from).

use super::learner::Study;
use learn::calibrate::Platt;
use learn::metrics::{brier, expected_calibration_error};
use learn::{log_odds_of, probability_of};

/// So many answers of each kind are needed: with fewer the line says more of chance than of the model.
const LEAST_OF_EACH: usize = 25;

/// Bins of the calibration error.
const BINS: usize = 10;

/// Chances are no surer than this, so that their log-odds are finite.
const SUREST: f64 = 1e-9;

/// A line, and what it mended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibration {
    /// Calibrated log-odds = slope · log-odds + intercept.
    pub line: Platt,
    /// Answers that it was fitted to.
    pub answers: usize,
    /// The mean squared error of the chances of these pairs before.
    pub brier_before: f64,
    /// And after.
    pub brier: f64,
    /// How far chances were from the share that is one thing, before.
    pub error_before: f64,
    /// And after.
    pub error: f64,
}

impl Calibration {
    /// The line of the answers; none where they are too few, all alike, or say that the model ranks the wrong way.
    pub(super) fn by_answers(study: &Study<'_>, odds: &[f64]) -> Option<Self> {
        let told: Vec<(usize, bool)> =
            study.labels.iter().enumerate().filter_map(|(at, label)| Some((at, (*label)?))).collect();
        let ones = told.iter().filter(|(_, is_one)| *is_one).count();
        if ones.min(told.len() - ones) < LEAST_OF_EACH {
            return None;
        }
        let alone = study.chances_alone(odds);
        let (before, labels): (Vec<f64>, Vec<bool>) = told.iter().map(|&(at, is_one)| (alone[at], is_one)).unzip();
        let line = Platt::fit(&before.iter().map(|&chance| bounded_odds(chance)).collect::<Vec<f64>>(), &labels);
        let line = line.ok().filter(|line| line.slope > 0.0)?;
        let after: Vec<f64> = before.iter().map(|&chance| apply(line, chance)).collect();
        Some(Self {
            line,
            answers: told.len(),
            brier_before: brier(&labels, &before).ok()?,
            brier: brier(&labels, &after).ok()?,
            error_before: expected_calibration_error(&labels, &before, BINS).ok()?,
            error: expected_calibration_error(&labels, &after, BINS).ok()?,
        })
    }

    /// These chances of all pairs set right, where answers tell how; those of which somebody was sure stay certain.
    pub(super) fn set_right(by: Option<Self>, study: &Study<'_>, chances: Vec<f64>) -> Vec<f64> {
        let Some(Self { line, .. }) = by else { return chances };
        let of = |(at, chance)| if study.label(at).is_some() { chance } else { apply(line, chance) };
        chances.into_iter().enumerate().map(of).collect()
    }
}

fn bounded_odds(chance: f64) -> f64 {
    log_odds_of(chance.clamp(SUREST, 1.0 - SUREST))
}

fn apply(line: Platt, chance: f64) -> f64 {
    probability_of(line.apply(bounded_odds(chance)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pairs of chance .9 of which half are one thing, and of .1 of which a tenth is.
    fn told(each: u32) -> (Vec<f64>, Vec<Option<bool>>) {
        let odds = |at: u32| log_odds_of(if at < each { 0.9 } else { 0.1 });
        let label = |at: u32| Some(if at < each { at.is_multiple_of(2) } else { at.is_multiple_of(10) });
        ((0..2 * each).map(odds).chain([9.0]).collect(), (0..2 * each).map(label).chain([None]).collect())
    }

    fn with<T>(labels: &[Option<bool>], see: impl Fn(&Study<'_>) -> T) -> T {
        let records: Vec<u32> = (0_u32..).take(labels.len()).collect();
        see(&Study {
            names: &[],
            features: &[],
            left: &records,
            right: &records,
            labels,
            is_one_to_one: false,
            title: None,
        })
    }

    #[test]
    fn what_is_too_sure_is_set_right() {
        let (odds, labels) = told(100);
        let line = with(&labels, |study| Calibration::by_answers(study, &odds)).unwrap();
        assert_eq!(line.answers, 200);
        assert!((line.error_before - 0.2).abs() < 1e-9 && line.error < 0.01, "{line:?}");
        assert!(line.brier < line.brier_before && line.line.slope < 1.0);
        let chances = with(&labels, |study| Calibration::set_right(Some(line), study, study.chances(&odds)));
        assert!(chances[0] > 1.0 - 1e-9 && chances[1] < 1e-9, "what somebody said stays certain");
        assert!(chances[200] < 0.99, "{}", chances[200]);
    }

    #[test]
    fn few_answers_change_nothing() {
        let (odds, labels) = told(20);
        assert_eq!(with(&labels, |study| Calibration::by_answers(study, &odds)), None);
    }
}
