//! How far chance alone moves a metric: seeded percentile bootstrap over rows.
//!
//! (Efron and Tibshirani, "An introduction to the bootstrap", 1993, chapter 13.) Resample `i`
//! draws from stream `i` of the seed, so the interval is the same on any number of threads.

use rayon::prelude::*;

use super::{MetricError, check};
use crate::number::floor_index;
use crate::random::Random;

/// A value with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The metric on the rows as given.
    pub estimate: f64,
    /// The 2.5th percentile of the resamples.
    pub low: f64,
    /// The 97.5th percentile of the resamples.
    pub high: f64,
}

/// The 95 % interval of a metric over `resamples` draws of the rows with replacement.
///
/// A draw on which the metric is not defined (all of one label) is left out.
///
/// ```
/// use learn::metrics::{bootstrap_interval, brier};
/// // Each row costs 0.25, so each resample does: an interval of no width.
/// let interval = bootstrap_interval(&[true, false], &[0.5, 0.5], brier, 100, 7)?;
/// assert_eq!((interval.low, interval.estimate, interval.high), (0.25, 0.25, 0.25));
/// # Ok::<(), learn::metrics::MetricError>(())
/// ```
///
/// # Errors
/// The metric's own, and [`MetricError::TooFewResamples`] if it is defined on fewer than half.
pub fn bootstrap_interval(
    labels: &[bool],
    scores: &[f64],
    metric: impl Fn(&[bool], &[f64]) -> Result<f64, MetricError> + Sync,
    resamples: usize,
    seed: u64,
) -> Result<Interval, MetricError> {
    check(labels, scores)?;
    let estimate = metric(labels, scores)?;
    let ranked = Ranked::new(labels, scores);
    interval(estimate, labels.len(), |times| ranked.drawn(times, &metric), resamples, seed)
}

/// The 95 % interval of `metric(first) − metric(second)`, both on the same draws: a difference
/// whose interval is without 0 is more than chance among these rows.
///
/// # Errors
/// The metric's own, and [`MetricError::TooFewResamples`] if it is defined on fewer than half.
pub fn paired_bootstrap_difference(
    labels: &[bool],
    first: &[f64],
    second: &[f64],
    metric: impl Fn(&[bool], &[f64]) -> Result<f64, MetricError> + Sync,
    resamples: usize,
    seed: u64,
) -> Result<Interval, MetricError> {
    check(labels, first)?;
    check(labels, second)?;
    let estimate = metric(labels, first)? - metric(labels, second)?;
    let (first, second) = (Ranked::new(labels, first), Ranked::new(labels, second));
    let value = |times: &[u32]| Some(first.drawn(times, &metric)? - second.drawn(times, &metric)?);
    interval(estimate, labels.len(), value, resamples, seed)
}

/// Rows from the lowest score on: sorted once, no draw of them is left to sort.
struct Ranked {
    /// Row, label and score.
    rows: Vec<(usize, bool, f64)>,
}

impl Ranked {
    fn new(labels: &[bool], scores: &[f64]) -> Self {
        let all = labels.iter().zip(scores).enumerate();
        let mut rows: Vec<_> = all.map(|(row, (label, score))| (row, *label, *score)).collect();
        rows.sort_unstable_by(|a, b| a.2.total_cmp(&b.2));
        Self { rows }
    }

    /// The metric where each row was drawn so many times; none where it is not defined there.
    fn drawn(&self, times: &[u32], metric: impl Fn(&[bool], &[f64]) -> Result<f64, MetricError>) -> Option<f64> {
        let (mut labels, mut scores) = (Vec::with_capacity(times.len()), Vec::with_capacity(times.len()));
        for (row, label, score) in &self.rows {
            for _ in 0..times[*row] {
                labels.push(*label);
                scores.push(*score);
            }
        }
        metric(&labels, &scores).ok()
    }
}

fn interval(
    estimate: f64,
    rows: usize,
    value: impl Fn(&[u32]) -> Option<f64> + Sync,
    resamples: usize,
    seed: u64,
) -> Result<Interval, MetricError> {
    let draws = (0..resamples).into_par_iter();
    let mut values: Vec<f64> = draws.filter_map(|draw| value(&times_drawn(seed, draw, rows))).collect();
    if values.is_empty() || values.len() * 2 < resamples {
        return Err(MetricError::TooFewResamples { defined: values.len(), drawn: resamples });
    }
    values.sort_unstable_by(f64::total_cmp);
    let (low, high) = (percentile(&values, 0.025), percentile(&values, 0.975));
    Ok(Interval { estimate, low, high })
}

/// How often each row is drawn.
fn times_drawn(seed: u64, draw: usize, rows: usize) -> Vec<u32> {
    let mut random = Random::stream(seed, draw);
    let mut times = vec![0; rows];
    for _ in 0..rows {
        times[random.below(rows)] += 1;
    }
    times
}

/// Between the two nearest of sorted values, linearly: of 1 2 4, the half is 2, the quarter 1.5.
fn percentile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let below = floor_index(place);
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{brier, roc_auc};

    fn rows(count: usize, seed: u64) -> (Vec<bool>, Vec<f64>) {
        let mut random = Random::new(seed);
        let scores: Vec<f64> = (0..count).map(|_| random.uniform()).collect();
        (scores.iter().map(|&score| random.uniform() < score).collect(), scores)
    }

    #[test]
    fn a_percentile_is_by_hand() {
        let sorted = [1.0, 2.0, 4.0];
        let values = [0.0, 0.25, 0.5, 0.75, 1.0].map(|share| percentile(&sorted, share));
        assert_eq!(values, [1.0, 1.5, 2.0, 3.0, 4.0]);
    }

    #[test]
    fn one_seed_gives_one_interval() {
        let (labels, scores) = rows(200, 1);
        let once = bootstrap_interval(&labels, &scores, roc_auc, 200, 9).unwrap();
        assert_eq!(once, bootstrap_interval(&labels, &scores, roc_auc, 200, 9).unwrap());
        assert!(once.low < once.estimate && once.estimate < once.high);
    }

    #[test]
    fn the_interval_covers_as_often_as_it_says() {
        // The expected Brier score of these rows: E[p (1 − p)] over uniform p is 1/6.
        let covers = |seed: &u64| {
            let (labels, scores) = rows(150, *seed);
            let interval = bootstrap_interval(&labels, &scores, brier, 300, *seed).unwrap();
            interval.low <= 1.0 / 6.0 && 1.0 / 6.0 <= interval.high
        };
        let share = (0..200).filter(covers).count() as f64 / 200.0;
        assert!((0.90..=0.99).contains(&share), "{share}");
    }

    #[test]
    fn rows_drawn_by_rank_give_what_rows_drawn_by_place_give() {
        let (labels, mut scores) = rows(80, 5);
        scores.iter_mut().for_each(|score| *score = (*score * 10.0).round()); // ties
        let ranked = Ranked::new(&labels, &scores);
        for draw in 0..50 {
            let mut random = Random::stream(11, draw);
            let places: Vec<usize> = (0..labels.len()).map(|_| random.below(labels.len())).collect();
            let drawn_labels: Vec<bool> = places.iter().map(|&place| labels[place]).collect();
            let drawn_scores: Vec<f64> = places.iter().map(|&place| scores[place]).collect();
            let by_rank = ranked.drawn(&times_drawn(11, draw, labels.len()), roc_auc);
            assert_eq!(by_rank, roc_auc(&drawn_labels, &drawn_scores).ok());
        }
    }

    #[test]
    fn a_difference_with_itself_is_zero() {
        let (labels, scores) = rows(50, 2);
        let zero = paired_bootstrap_difference(&labels, &scores, &scores, roc_auc, 100, 3).unwrap();
        assert_eq!(zero, Interval { estimate: 0.0, low: 0.0, high: 0.0 });
    }

    #[test]
    fn a_metric_that_is_hardly_defined_is_refused() {
        let result = bootstrap_interval(&[true, false], &[1.0, 0.0], roc_auc, 0, 3);
        assert_eq!(result, Err(MetricError::TooFewResamples { defined: 0, drawn: 0 }));
    }
}
