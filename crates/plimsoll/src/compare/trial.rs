//! One model on one set: fitted, calibrated and given its thresholds on what it may know, then tried once.

use super::candidates::{Candidate, Material};
use super::labelled::{Kind, Labelled, Parts, Stakes};
use super::plan::Plan;
use super::prepare::{Preparation, View};
use super::sets::table::Category;
use super::tuned::Tuned;
use learn::calibrate::Platt;
use learn::metrics::{RowCosts, least_cost};
use learn::nets::Epoch;
use learn::split::stratified_k_fold;
use learn::{Dataset, Model, ModelFile};
use std::time::Instant;

/// What is lost of the money that a missed event exposes: the foundation approach of Basel II for unsecured claims.
const LOSS_BPS: i64 = 4_500;

/// A missed event costs so many times what a false alarm does: the cost matrix that came with German credit.
pub const MISSED_OVER_FALSE_ALARM: i64 = 5;

/// Rows whose scoring is timed, one by one.
const TIMED_ROWS: usize = 2_000;

/// Rows between two looks at the clock.
const ROWS_A_LOOK: usize = 100;

/// What a trial goes by.
#[derive(Clone, Copy, Debug)]
pub struct Conditions<'a> {
    /// What fits and samples draw by.
    pub seed: u64,
    /// Smaller samples, fewer epochs.
    pub quick: bool,
    /// Parameters found by `tune`.
    pub tuned: &'a Tuned,
}

/// Rows with what happened and the calibrated log-odds.
#[derive(Clone, Debug, Default)]
pub struct Scored {
    /// Indices of the set's rows.
    pub rows: Vec<usize>,
    /// What happened.
    pub labels: Vec<bool>,
    /// What the model said.
    pub odds: Vec<f64>,
}

impl Scored {
    fn extend(&mut self, other: &Self) {
        self.rows.extend(&other.rows);
        self.labels.extend(&other.labels);
        self.odds.extend(&other.odds);
    }

    /// As probabilities.
    pub fn probabilities(&self) -> Vec<f64> {
        self.odds.iter().map(|odds| learn::probability_of(*odds)).collect()
    }
}

/// What one model did on one set.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Which.
    pub candidate: &'static Candidate,
    /// Rows of the first fit.
    pub fitted_rows: usize,
    /// Rows that the first fit could have had.
    pub rows_at_hand: usize,
    /// Seconds of a fit, preparation left out; the mean over the parts.
    pub fit_seconds: f64,
    /// Microseconds from a raw row to its log-odds.
    pub microseconds_a_row: f64,
    /// The validation parts.
    pub validated: Scored,
    /// The test parts.
    pub tested: Scored,
    /// Whether each tested row is called an event, by the threshold of the best accuracy on the validation part.
    pub called: Vec<bool>,
    /// The same by the threshold of the best F1 on the validation part.
    pub called_for_f1: Vec<bool>,
    /// Whether each tested row is stopped, by the threshold of the least cost on the validation part.
    pub stopped: Vec<bool>,
    /// The epochs of the first fit, of nets.
    pub log: Vec<Epoch>,
    /// The first fitted model with its calibration.
    pub model: ModelFile,
}

/// Fits and tries a model on every part of a plan.
///
/// # Errors
/// In words, where a part cannot be fitted or scored.
pub fn trial(
    set: &Labelled,
    plan: &Plan,
    candidate: &'static Candidate,
    conditions: Conditions,
) -> Result<Trial, String> {
    let mut whole: Option<Trial> = None;
    for parts in &plan.parts {
        let one = on_parts(set, parts, candidate, conditions)?;
        match &mut whole {
            None => whole = Some(one),
            Some(whole) => {
                whole.fit_seconds += one.fit_seconds;
                whole.microseconds_a_row = whole.microseconds_a_row.min(one.microseconds_a_row);
                whole.validated.extend(&one.validated);
                whole.tested.extend(&one.tested);
                whole.called.extend(one.called);
                whole.called_for_f1.extend(one.called_for_f1);
                whole.stopped.extend(one.stopped);
            }
        }
    }
    let mut whole = whole.ok_or("the plan has no parts")?;
    whole.fit_seconds /= plan.parts.len() as f64;
    Ok(whole)
}

/// The rows of a set as a view starts from them, and the columns of categories among them.
pub(crate) fn viewed(set: &Labelled, view: View) -> Option<(&Dataset, &[Category])> {
    match (view, &set.linear) {
        (View::Full, Some(linear)) => Some((linear, &[])),
        (View::Sequence, _) => set.sequence.as_ref().map(|rows| (rows, set.table.categories.as_slice())),
        (View::Map, _) => set.map.as_ref().map(|rows| (rows, [].as_slice())),
        _ => Some((&set.table.rows, set.table.categories.as_slice())),
    }
}

fn on_parts(
    set: &Labelled,
    parts: &Parts,
    candidate: &'static Candidate,
    conditions: Conditions,
) -> Result<Trial, String> {
    let (rows, categories) = viewed(set, candidate.view).ok_or("the set has no such view")?;
    let limit = if conditions.quick { candidate.most_rows.min(4_000) } else { candidate.most_rows };
    let taken = sample(set.labels(), &parts.train, limit, conditions.seed);
    let prepared = Preparation::fit(candidate.view, &rows.select(&taken).map_err(told)?, categories).map_err(told)?;
    let fit = prepared.rows(rows, &taken).map_err(told)?;
    let validation = prepared.rows(rows, &parts.validation).map_err(told)?;
    let names = set.table.category_names();
    let material = Material {
        fit: &fit,
        validation: &validation,
        grades: set.grades.as_ref().map(|grades| [&taken, &parts.validation].map(|rows| picked(grades, rows))),
        categories: if candidate.view == View::AsIs { &names } else { &[] },
        z_columns: set.z_columns,
        seed: conditions.seed,
        quick: conditions.quick,
        tuned: conditions.tuned,
    };
    let start = Instant::now();
    let model = (candidate.fit)(&material)?;
    let fit_seconds = start.elapsed().as_secs_f64();
    let raw = model.log_odds_of_rows(validation.values());
    let platt = Platt::fit(&raw, validation.labels()).unwrap_or(Platt { slope: 1.0, intercept: 0.0 });
    let scored = |of: &[usize], raw: Vec<f64>| Scored {
        rows: of.to_vec(),
        labels: picked(set.labels(), of),
        odds: raw.into_iter().map(|odds| platt.apply(odds)).collect(),
    };
    let validated = scored(&parts.validation, raw);
    let test = prepared.rows(rows, &parts.test).map_err(told)?;
    let raw_of_test = model.log_odds_of_rows(test.values());
    let microseconds_a_row = microseconds(&model, &prepared, rows, &parts.test);
    let fixed: Option<Vec<bool>> =
        candidate.fixed_decision.then(|| raw_of_test.iter().map(|odds| *odds >= 0.0).collect());
    let tested = scored(&parts.test, raw_of_test);
    let from = |threshold: f64| tested.odds.iter().map(|odds| *odds >= threshold).collect::<Vec<bool>>();
    let called_for_f1 = fixed.clone().unwrap_or_else(|| from(threshold(&validated, f1)));
    let called = fixed.unwrap_or_else(|| from(threshold(&validated, right)));
    let stopped = from(threshold_of_least_cost(set, &validated)?);
    let log = if let Model::Net(net) = &model { net.log().to_vec() } else { Vec::new() };
    let model = ModelFile::new(fit.names().to_vec(), model).and_then(|file| file.with_platt(platt)).map_err(told)?;
    Ok(Trial {
        candidate,
        fitted_rows: taken.len(),
        rows_at_hand: parts.train.len(),
        fit_seconds,
        microseconds_a_row,
        validated,
        tested,
        called,
        called_for_f1,
        stopped,
        log,
        model,
    })
}

fn told(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn picked<T: Copy>(all: &[T], rows: &[usize]) -> Vec<T> {
    rows.iter().map(|&row| all[row]).collect()
}

/// A seeded part of rows with at most so many, each label in its share; the rows themselves where they are no more.
pub(crate) fn sample(labels: &[bool], rows: &[usize], most: usize, seed: u64) -> Vec<usize> {
    let folds = rows.len().div_ceil(most.max(1));
    if folds < 2 {
        return rows.to_vec();
    }
    match stratified_k_fold(&picked(labels, rows), folds, seed) {
        Ok(parts) => picked(rows, &parts[0].test),
        Err(_) => rows.iter().copied().step_by(folds).collect(),
    }
}

/// What calling rows events comes to, from how many are called, how many of those rightly, all events and all rows.
type Worth = fn(called: f64, caught: f64, events: f64, rows: f64) -> f64;

/// The share of rows called right.
fn right(called: f64, caught: f64, events: f64, rows: f64) -> f64 {
    (rows - events - (called - caught) + caught) / rows
}

/// 2 · caught / (called + events).
fn f1(called: f64, caught: f64, events: f64, _: f64) -> f64 {
    if called + events > 0.0 { 2.0 * caught / (called + events) } else { 0.0 }
}

/// The calibrated log-odds from which on calling rows events is worth most; infinite where calling none is. The highest
/// of equal ones.
///
/// By hand: an event at 2, none at 1, an event at 0. Right from 2 up: two of three; from 1 one, from 0 two: 2 stands.
/// F1 from 2 up: 2/3; from 0 up 4/5: 0 stands.
fn threshold(scored: &Scored, worth: Worth) -> f64 {
    let (rows, events) = (scored.labels.len() as f64, scored.labels.iter().filter(|label| **label).count() as f64);
    let mut order: Vec<usize> = (0..scored.odds.len()).collect();
    order.sort_by(|&a, &b| scored.odds[b].total_cmp(&scored.odds[a]));
    let (mut called, mut caught) = (0.0, 0.0);
    let (mut best, mut threshold) = (worth(0.0, 0.0, events, rows), f64::INFINITY);
    for (place, &row) in order.iter().enumerate() {
        called += 1.0;
        caught += f64::from(u8::from(scored.labels[row]));
        let tied = order.get(place + 1).is_some_and(|&next| scored.odds[next] >= scored.odds[row]);
        let value = worth(called, caught, events, rows);
        if !tied && value > best {
            (best, threshold) = (value, scored.odds[row]);
        }
    }
    threshold
}

/// What rows cost: a missed event and a false alarm, minor units each.
pub fn costs(stakes: Option<&Stakes>, rows: &[usize]) -> (Vec<i64>, Vec<i64>) {
    let missed = |row: &usize| match stakes {
        Some(stakes) => {
            stakes.exposure_minor[*row] / 10_000 * LOSS_BPS + stakes.exposure_minor[*row] % 10_000 * LOSS_BPS / 10_000
        }
        None => MISSED_OVER_FALSE_ALARM,
    };
    let missed: Vec<i64> = rows.iter().map(missed).collect();
    let false_alarm = missed.iter().map(|missed| missed / MISSED_OVER_FALSE_ALARM).collect();
    (missed, false_alarm)
}

fn threshold_of_least_cost(set: &Labelled, scored: &Scored) -> Result<f64, String> {
    if set.kind == Kind::Pairs {
        return Ok(threshold(scored, f1));
    }
    let (missed_minor, false_alarm_minor) = costs(set.stakes.as_ref(), &scored.rows);
    let costs = RowCosts { missed_minor: &missed_minor, false_alarm_minor: &false_alarm_minor, review_minor: 0 };
    least_cost(&scored.labels, &scored.odds, costs).map(|point| point.threshold).map_err(told)
}

/// From the raw row, prepared anew, one after the other on one core; the fastest look stands, since whatever else runs
/// only slows.
fn microseconds(model: &Model, prepared: &Preparation, rows: &Dataset, tested: &[usize]) -> f64 {
    let looks = tested[..tested.len().min(TIMED_ROWS)].chunks(ROWS_A_LOOK).map(|look| {
        let start = Instant::now();
        for &row in look {
            std::hint::black_box(model.log_odds(&prepared.row(rows.row(row))));
        }
        start.elapsed().as_secs_f64() * 1e6 / look.len() as f64
    });
    looks.fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_by_hand() {
        let scored = |odds: &[f64], labels: &[bool]| Scored {
            rows: (0..odds.len()).collect(),
            labels: labels.to_vec(),
            odds: odds.to_vec(),
        };
        let three = scored(&[2.0, 1.0, 0.0], &[true, false, true]);
        assert_eq!((threshold(&three, right), threshold(&three, f1)), (2.0, 0.0));
        assert_eq!(threshold(&scored(&[2.0, 1.0], &[false, false]), right), f64::INFINITY);
        // The tie at 1 holds one of each, so it gains nothing.
        assert_eq!(threshold(&scored(&[2.0, 1.0, 1.0], &[true, true, false]), right), 2.0);
        assert_eq!(threshold(&scored(&[1.0, 1.0, 1.0], &[true, true, false]), right), 1.0);
    }

    #[test]
    fn costs_are_by_hand() {
        let stakes = Stakes { exposure_minor: vec![10_000, 20_001], currency: "EUR".to_owned() };
        // 45 % of 100.00 and of 200.01, rounded down; a fifth of each.
        assert_eq!(costs(Some(&stakes), &[1, 0]), (vec![9_000, 4_500], vec![1_800, 900]));
        assert_eq!(costs(None, &[5]), (vec![5], vec![1]));
    }

    #[test]
    fn a_sample_keeps_the_shares() {
        let labels: Vec<bool> = (0..1000).map(|row| row % 5 == 0).collect();
        let rows: Vec<usize> = (0..1000).collect();
        let taken = sample(&labels, &rows, 250, 3);
        assert_eq!((taken.len(), taken.iter().filter(|row| labels[**row]).count()), (250, 50));
        assert_eq!(sample(&labels, &rows, 1000, 3), rows);
    }
}
