//! The figures of a trial: metrics with their intervals, pairs against the best model, money, and lines to draw.

use super::labelled::{Labelled, Stakes};
use super::report::{Against, Curves, EpochPoint, Estimate, ModelRow, Money, digits};
use super::trial::{Scored, Trial, costs};
use learn::metrics::{
    Interval, MetricError, RowCosts, average_precision, bootstrap_interval, brier, cost_curve, delong,
    expected_calibration_error, kolmogorov_smirnov, paired_bootstrap_difference, roc_auc,
};

/// Bins of equal count.
const CALIBRATION_BINS: usize = 10;

/// Two points of a line that are nearer are one.
const NEAR: f64 = 0.012;

/// Points of a learning curve.
const MOST_EPOCHS: usize = 120;

type Metric = fn(&[bool], &[f64]) -> Result<f64, MetricError>;

impl From<Interval> for Estimate {
    fn from(interval: Interval) -> Self {
        Self { value: digits(interval.estimate), low: digits(interval.low), high: digits(interval.high) }
    }
}

/// Every figure of a trial but those against another.
///
/// # Errors
/// In words: a metric that these rows do not define.
pub fn figures(set: &Labelled, trial: &Trial, resamples: usize, seed: u64) -> Result<ModelRow, String> {
    let Scored { labels, odds, rows } = &trial.tested;
    let probabilities = trial.tested.probabilities();
    let estimate = |metric: Metric, scores: &[f64]| {
        let interval = bootstrap_interval(labels, scores, metric, resamples, seed);
        interval.map(Estimate::from).map_err(|error| error.to_string())
    };
    let calls = |called: &[bool]| called.iter().map(|called| f64::from(u8::from(*called))).collect::<Vec<f64>>();
    let validation_auc = roc_auc(&trial.validated.labels, &trial.validated.odds).map_err(|error| error.to_string())?;
    Ok(ModelRow {
        model: trial.candidate.name.to_owned(),
        title: trial.candidate.title.to_owned(),
        claim: trial.candidate.claim,
        fitted_rows: trial.fitted_rows,
        subsampled: trial.fitted_rows < trial.rows_at_hand,
        validation_auc: digits(validation_auc),
        accuracy: estimate(accuracy, &calls(&trial.called))?,
        f1: estimate(f1, &calls(&trial.called_for_f1))?,
        auc: estimate(roc_auc, odds)?,
        average_precision: estimate(average_precision, odds)?,
        brier: estimate(brier, &probabilities)?,
        calibration_error: estimate(calibration_error, &probabilities)?,
        ks: estimate(kolmogorov_smirnov, odds)?,
        fit_seconds: digits(trial.fit_seconds),
        microseconds_a_row: digits(trial.microseconds_a_row),
        against_best: None,
        money: money(set.stakes.as_ref(), rows, labels, &trial.stopped),
        curves: Curves {
            roc: roc(labels, odds),
            precision_recall: precision_recall(labels, odds),
            calibration: calibration(labels, &probabilities),
            gain: gain(set.stakes.as_ref(), &trial.tested),
            epochs: epochs(trial),
        },
    })
}

/// The AUC of a model less another's, on the same rows.
///
/// # Errors
/// In words, where they have other rows or one label only.
pub fn against(trial: &Scored, best: &Scored, resamples: usize, seed: u64) -> Result<Against, String> {
    if trial.rows != best.rows {
        return Err("the models were not tried on the same rows".to_owned());
    }
    let told = |error: MetricError| error.to_string();
    let difference = paired_bootstrap_difference(&trial.labels, &trial.odds, &best.odds, roc_auc, resamples, seed);
    let test = delong(&trial.labels, &trial.odds, &best.odds).map_err(told)?;
    Ok(Against { difference: difference.map_err(told)?.into(), p_value: digits(test.p_value) })
}

/// The share of rows called right; a call is a score of 1.
fn accuracy(labels: &[bool], calls: &[f64]) -> Result<f64, MetricError> {
    let right = labels.iter().zip(calls).filter(|(label, call)| **label == (**call > 0.5)).count();
    Ok(right as f64 / labels.len() as f64)
}

/// 2 · right / (events + called); 0 where there are neither.
fn f1(labels: &[bool], calls: &[f64]) -> Result<f64, MetricError> {
    let events = labels.iter().filter(|label| **label).count();
    let called = calls.iter().filter(|call| **call > 0.5).count();
    let right = labels.iter().zip(calls).filter(|(label, call)| **label && **call > 0.5).count();
    Ok(if events + called == 0 { 0.0 } else { 2.0 * right as f64 / (events + called) as f64 })
}

fn calibration_error(labels: &[bool], probabilities: &[f64]) -> Result<f64, MetricError> {
    expected_calibration_error(labels, probabilities, CALIBRATION_BINS)
}

fn money(stakes: Option<&Stakes>, rows: &[usize], labels: &[bool], stopped: &[bool]) -> Money {
    let (missed, false_alarm) = costs(stakes, rows);
    let sum = |cost: &dyn Fn(usize) -> i64| (0..rows.len()).map(|row| cost(row) as f64).sum::<f64>();
    let of_event = |row: usize| if labels[row] { missed[row] } else { 0 };
    let cost = sum(&|row| match (stopped[row], labels[row]) {
        (true, true) => 0,
        (true, false) => false_alarm[row],
        (false, _) => of_event(row),
    });
    let stopped_share = stopped.iter().filter(|stopped| **stopped).count() as f64 / stopped.len() as f64;
    Money { nothing_stopped: sum(&of_event), cost, stopped_share: digits(stopped_share) }
}

/// Rows from the highest score down, equal scores as one: how many were taken, and the events among them.
fn taken(labels: &[bool], scores: &[f64]) -> Vec<[f64; 2]> {
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    let (mut rows, mut events, mut points) = (0.0, 0.0, vec![[0.0, 0.0]]);
    for equal in order.chunk_by(|&a, &b| scores[a] <= scores[b] && scores[b] <= scores[a]) {
        rows += equal.len() as f64;
        events += equal.iter().filter(|row| labels[**row]).count() as f64;
        points.push([rows, events]);
    }
    points
}

fn roc(labels: &[bool], scores: &[f64]) -> Vec<[f64; 2]> {
    let points = taken(labels, scores);
    let [rows, events] = points.last().copied().unwrap_or_default();
    thinned(points.into_iter().map(|[taken, caught]| [(taken - caught) / (rows - events), caught / events]))
}

fn precision_recall(labels: &[bool], scores: &[f64]) -> Vec<[f64; 2]> {
    let points = taken(labels, scores);
    let events = points.last().map_or(1.0, |[_, events]| *events);
    thinned(points.into_iter().skip(1).map(|[taken, caught]| [caught / events, caught / taken]))
}

fn calibration(labels: &[bool], probabilities: &[f64]) -> Vec<[f64; 2]> {
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.sort_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]));
    let bins = order.chunks(labels.len().div_ceil(CALIBRATION_BINS).max(1)).map(|bin| {
        let mean = |of: &dyn Fn(usize) -> f64| bin.iter().map(|&row| of(row)).sum::<f64>() / bin.len() as f64;
        [mean(&|row| probabilities[row]), mean(&|row| f64::from(u8::from(labels[row])))].map(rounded)
    });
    bins.collect()
}

/// By the share of rows stopped, the share of the loss that is saved.
fn gain(stakes: Option<&Stakes>, scored: &Scored) -> Vec<[f64; 2]> {
    let (missed_minor, false_alarm_minor) = costs(stakes, &scored.rows);
    let costs = RowCosts { missed_minor: &missed_minor, false_alarm_minor: &false_alarm_minor, review_minor: 0 };
    let Ok(curve) = cost_curve(&scored.labels, &scored.odds, costs) else { return Vec::new() };
    let nothing = curve.first().map_or(1.0, |point| (point.cost_minor as f64).max(1.0));
    let rows = scored.labels.len() as f64;
    thinned(curve.into_iter().map(|point| [point.blocked as f64 / rows, 1.0 - point.cost_minor as f64 / nothing]))
}

fn epochs(trial: &Trial) -> Vec<EpochPoint> {
    let every = trial.log.len().div_ceil(MOST_EPOCHS).max(1);
    let last = trial.log.len();
    let points = trial.log.iter().enumerate().map(|(place, epoch)| EpochPoint {
        epoch: place + 1,
        loss: rounded(epoch.training.loss),
        accuracy: rounded(epoch.training.accuracy),
        validation_loss: epoch.validation.map(|score| rounded(score.loss)),
        validation_accuracy: epoch.validation.map(|score| rounded(score.accuracy)),
    });
    points.filter(|point| (point.epoch - 1).is_multiple_of(every) || point.epoch == last).collect()
}

/// The first, the last, and those that are not near the one kept before.
fn thinned(points: impl Iterator<Item = [f64; 2]>) -> Vec<[f64; 2]> {
    let mut kept: Vec<[f64; 2]> = Vec::new();
    let mut last = None;
    for point in points {
        let near = kept.last().is_some_and(|[x, y]| (point[0] - x).abs() + (point[1] - y).abs() < NEAR);
        if !near {
            kept.push(point.map(rounded));
        }
        last = Some(point.map(rounded));
    }
    kept.extend(last.filter(|last| kept.last() != Some(last)));
    kept
}

/// Four digits behind the point: more cannot be seen.
fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELS: [bool; 4] = [true, false, true, false];
    const SCORES: [f64; 4] = [0.9, 0.6, 0.6, 0.1];

    #[test]
    fn lines_are_by_hand() {
        // The first is an event; two tied at .6, one of each; then the last.
        assert_eq!(roc(&LABELS, &SCORES), [[0.0, 0.0], [0.0, 0.5], [0.5, 1.0], [1.0, 1.0]]);
        assert_eq!(precision_recall(&LABELS, &SCORES), [[0.5, 1.0], [1.0, 0.6667], [1.0, 0.5]]);
        assert_eq!(calibration(&LABELS, &SCORES), [[0.1, 0.0], [0.6, 0.0], [0.6, 1.0], [0.9, 1.0]]);
    }

    #[test]
    fn money_is_by_hand() {
        // Two events of 5 each: nothing stopped costs 10. Stopping the first two rows saves 5 and costs 1.
        let money = money(None, &[0, 1, 2, 3], &LABELS, &[true, true, false, false]);
        assert_eq!((money.nothing_stopped, money.cost, money.stopped_share), (10.0, 6.0, 0.5));
        assert!((money.saved_share() - 0.4).abs() < 1e-12);
        let scored = Scored { rows: vec![0, 1, 2, 3], labels: LABELS.to_vec(), odds: SCORES.to_vec() };
        assert_eq!(gain(None, &scored), [[0.0, 0.0], [0.25, 0.5], [0.75, 0.9], [1.0, 0.8]]);
    }

    #[test]
    fn calls_are_counted() {
        assert_eq!(accuracy(&LABELS, &[1.0, 1.0, 0.0, 0.0]), Ok(0.5));
        assert_eq!(f1(&LABELS, &[1.0, 1.0, 0.0, 0.0]), Ok(0.5));
        assert_eq!(f1(&[false], &[0.0]), Ok(0.0));
    }

    #[test]
    fn a_pair_needs_the_same_rows() {
        let scored = Scored { rows: vec![0, 1, 2, 3], labels: LABELS.to_vec(), odds: SCORES.to_vec() };
        let same = against(&scored, &scored, 50, 1).unwrap();
        assert_eq!((same.difference.value, same.p_value), (0.0, 1.0));
        let other = Scored { rows: vec![3, 2, 1, 0], ..scored.clone() };
        assert!(against(&scored, &other, 50, 1).is_err());
    }
}
