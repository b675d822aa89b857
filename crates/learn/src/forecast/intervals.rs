//! Intervals of a method's forecasts, of its own errors at earlier origins that had come due.
//!
//! An error counts in the scale of its origin, the mean change over a season of the last four, so that errors of a quiet
//! time are told in the terms of a lively one (Lei and others 2018, locally weighted conformal prediction). Half the width
//! of a step is the quantile of that step's errors, a little more of few (split conformal), times a factor that rises where
//! more outcomes than said fell outside of what was told, and falls where fewer did (Gibbs and Candès 2021): so that a
//! series whose errors grow is held as often as one whose errors stay.
//!
//! By hand: of .8 said, half of the outcomes that came due fell outside: the factor rises to exp(.5 × (.5 − .2)) = 1.16.

use super::rolling::RollingParams;
use crate::volatility::quantile;

/// Origins that must have come due before an interval is told.
const LEAST_DUE: usize = 5;
/// How far the share that fell outside moves the factor's logarithm.
const RATE: f64 = 0.5;
/// The factor's logarithm goes no further than this: e times as wide, or as narrow.
const MOST: f64 = 1.0;
/// Seasons whose changes are the scale.
const SEASONS: usize = 4;

/// Half the widths at each of these ends of histories, of errors at those before it; none where too few have come due.
pub(super) fn half_widths(
    series: &[f64],
    errors: &[Vec<f64>],
    ends: &[usize],
    params: &RollingParams,
) -> Vec<Option<Vec<f64>>> {
    let scales: Vec<f64> = ends.iter().map(|&end| scale(&series[..end], params.season)).collect();
    let told = Told { errors, ends, scales: &scales };
    let mut all: Vec<Option<Vec<f64>>> = Vec::with_capacity(ends.len());
    let mut factor = 0.0_f64;
    for (at, scale) in scales.iter().enumerate() {
        if let Some(outside) = told.outside(at, &all) {
            factor = (factor + RATE * (outside - (1.0 - params.coverage))).clamp(-MOST, MOST);
        }
        let wide = factor.exp() * scale;
        let steps = (0..params.horizon).map(|step| Some(wide * told.quantile(at, step, params.coverage)?));
        all.push(steps.collect());
    }
    all
}

/// The mean change over a season; 1 where nothing changed.
fn scale(history: &[f64], season: usize) -> f64 {
    let season = season.max(1);
    let from = history.len().saturating_sub(SEASONS * season).max(season);
    let changes: Vec<f64> = (from..history.len()).map(|at| (history[at] - history[at - season]).abs()).collect();
    let mean = changes.iter().sum::<f64>() / changes.len().max(1) as f64;
    if mean > 0.0 { mean } else { 1.0 }
}

struct Told<'a> {
    errors: &'a [Vec<f64>],
    ends: &'a [usize],
    scales: &'a [f64],
}

impl Told<'_> {
    /// Whether the outcome of a step from an earlier origin had come by this one.
    fn is_due(&self, before: usize, step: usize, at: usize) -> bool {
        self.ends[before] + step < self.ends[at]
    }

    /// The share of outcomes outside of their intervals, of those that came due since the origin before; none of none.
    fn outside(&self, at: usize, halves: &[Option<Vec<f64>>]) -> Option<f64> {
        let previous = at.checked_sub(1)?;
        let (mut outside, mut all) = (0.0, 0.0);
        for (before, halves) in halves.iter().enumerate() {
            for (step, half) in halves.iter().flatten().enumerate() {
                if self.is_due(before, step, at) && !self.is_due(before, step, previous) {
                    outside += f64::from(u8::from(self.errors[before][step].abs() > *half));
                    all += 1.0;
                }
            }
        }
        (all > 0.0).then(|| outside / all)
    }

    /// The quantile of a step's errors that have come due, each in its origin's scale.
    fn quantile(&self, at: usize, step: usize, coverage: f64) -> Option<f64> {
        let due = (0..at).filter(|&before| self.is_due(before, step, at));
        let errors: Vec<f64> =
            due.filter_map(|before| Some(self.errors[before].get(step)?.abs() / self.scales[before])).collect();
        let count = errors.len() as f64;
        let share = (coverage * (count + 1.0) / count.max(1.0)).min(1.0);
        (errors.len() >= LEAST_DUE).then(|| quantile(&errors, share)).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn params(origins: usize) -> RollingParams {
        RollingParams {
            season: 1,
            horizon: 1,
            origins,
            stride: 1,
            coverage: 0.8,
            most_history: 0,
            lstm: None,
            drivers: Vec::new(),
        }
    }

    /// The share of the last half that is held, of errors whose size follows `size`, on a series that does not tell it.
    fn held(size: impl Fn(f64) -> f64) -> f64 {
        let mut random = Random::new(9);
        let errors: Vec<Vec<f64>> = (0..400).map(|at| vec![size(f64::from(at)) * random.normal()]).collect();
        let series: Vec<f64> = (0..500).map(|at| f64::from(at % 2)).collect();
        let ends: Vec<usize> = (100..500).collect();
        let halves = half_widths(&series, &errors, &ends, &params(400));
        let inside = (200..400).filter(|&at| errors[at][0].abs() <= halves[at].as_ref().unwrap()[0]).count();
        inside as f64 / 200.0
    }

    #[test]
    fn errors_that_grow_are_held_as_often_as_errors_that_stay() {
        let (stay, grow) = (held(|_| 1.0), held(|at| (at / 150.0).exp()));
        assert!((stay - 0.8).abs() < 0.06 && (grow - 0.8).abs() < 0.08, "{stay} {grow}");
    }

    /// Five errors of 1 and five of .1: the quantile that counts is 1, and what came was inside each time.
    const FELL: [f64; 10] = [1.0, 1.0, 1.0, 1.0, 1.0, 0.1, 0.1, 0.1, 0.1, 0.1];

    #[test]
    fn a_lively_time_is_told_by_its_own_scale() {
        // Alternating by 1, then by 10.
        let series: Vec<f64> = (0..40_u8).map(|at| f64::from(at % 2) * if at < 20 { 1.0 } else { 10.0 }).collect();
        let errors: Vec<Vec<f64>> = FELL.iter().map(|error| vec![*error]).collect();
        let ends: Vec<usize> = (8..18).chain([39]).collect();
        let halves = half_widths(&series, &errors, &ends, &params(11));
        assert_eq!(halves[4], None);
        let [quiet, lively] = [9, 10].map(|at| halves[at].as_ref().unwrap()[0]);
        assert!((lively / quiet - 10.0 * (-0.1_f64).exp()).abs() < 1e-9, "{quiet} {lively}");
    }

    #[test]
    fn the_factor_is_by_hand() {
        let errors: Vec<Vec<f64>> = FELL.iter().chain(&[100.0, 100.0]).map(|error| vec![*error]).collect();
        let series: Vec<f64> = (0..40_u8).map(|at| f64::from(at % 2)).collect();
        let ends: Vec<usize> = (20..33).collect();
        let halves = half_widths(&series, &errors, &ends, &params(13));
        let told = |at: usize| halves[at].as_ref().unwrap()[0];
        // Each outcome inside takes .5 × .2 off, and the one outside adds .5 × .8.
        for (at, factor) in [(5, 0.0_f64), (9, -0.4), (10, -0.5), (11, -0.1)] {
            assert!((told(at) - factor.exp()).abs() < 1e-9, "{at}: {}", told(at));
        }
    }
}
