//! The renewal of a live model: warm start, check on labels that have matured, gates.
//!
//! Charge: from rulings whose labels have matured, in the order of time, the first part fits a challenger (going on from
//! the champion's trees where it can), a middle part calibrates it, and the newest part, which neither champion nor
//! challenger saw, decides: a challenger is promoted where it is better beyond chance, as well calibrated, fast enough,
//! and the labels themselves have not jumped. Limits: trees alone; no clock: latency is measured by the caller.
//!
//! Example: 1,000 matured rulings: 560 fit, 140 calibrate, the newest 300 decide.

use crate::observe::payment_names;
use domain::{Outcome, Ruling};
use jiff::{SignedDuration, Timestamp};
use learn::boost::BoostParams;
use learn::calibrate::Platt;
use learn::metrics::{average_precision, expected_calibration_error, paired_bootstrap_difference, roc_auc};
use learn::{Dataset, Model, ModelFile};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rulings that must have matured, and events among them, before anything is fitted.
pub const LEAST_ROWS: usize = 500;
/// As [`LEAST_ROWS`].
pub const LEAST_EVENTS: usize = 25;

/// Share of the matured rulings that decide.
const DECIDES: f64 = 0.3;
/// Share of the others that calibrate.
const CALIBRATES: f64 = 0.2;

/// Trees of a fit from nothing, trees that a warm start adds, and the most that a model has.
const TREES: usize = 60;
const MORE_TREES: usize = 12;
const MOST_TREES: usize = 240;

const RESAMPLES: usize = 100;

/// A calibration error that nobody need better.
const GOOD_CALIBRATION: f64 = 0.02;

/// Microseconds that one score with its contributions may take: 5,000 events a second leave 200 for all.
pub const MOST_MICROSECONDS: f64 = 100.0;

/// How far the share of events may jump between the older and the newest labels before nothing is promoted.
const MOST_JUMP: f64 = 4.0;

/// A ruling as training needs it.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// The attempt.
    pub attempt: SmolStr,
    /// When it happened.
    pub at: Timestamp,
    /// What was known.
    pub features: Arc<[f32]>,
}

impl From<&Ruling> for Row {
    fn from(ruling: &Ruling) -> Self {
        Self { attempt: ruling.attempt.id.clone(), at: ruling.attempt.at, features: ruling.features.as_slice().into() }
    }
}

/// Rows with matured labels, by time.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Matured {
    rows: Vec<(Timestamp, Arc<[f32]>, bool)>,
}

impl Matured {
    /// The rows whose labels have matured: those as old as the maturity, seen from the newest attempt, so that no clock of
    /// the machine bears on it. What is not known to be an event is none by then.
    pub fn of(rows: &[Row], outcomes: &[Outcome], maturity_days: u32) -> Self {
        let newest = rows.iter().map(|row| row.at).max().unwrap_or(Timestamp::MIN);
        let wait = SignedDuration::from_hours(24 * i64::from(maturity_days));
        let through = newest.checked_sub(wait).unwrap_or(Timestamp::MIN);
        let events: BTreeMap<&str, bool> =
            outcomes.iter().map(|outcome| (outcome.attempt.as_str(), outcome.event)).collect();
        let matured = rows.iter().filter(|row| row.at <= through);
        let labelled = matured
            .map(|row| (row.at, Arc::clone(&row.features), events.get(row.attempt.as_str()).copied().unwrap_or(false)));
        let mut rows: Vec<_> = labelled.collect();
        rows.sort_by_key(|(at, ..)| *at);
        Self { rows }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The labels, by time.
    pub fn labels(&self) -> impl Iterator<Item = bool> + '_ {
        self.rows.iter().map(|(.., event)| *event)
    }

    fn events(&self) -> usize {
        self.labels().filter(|event| *event).count()
    }

    fn table(&self, from: usize, to: usize) -> Result<Dataset, RenewalError> {
        let rows = &self.rows[from..to];
        let values = rows.iter().map(|(_, features, _)| &**features).collect::<Vec<_>>().concat();
        let labels = rows.iter().map(|(.., event)| *event).collect();
        Dataset::new(payment_names(), values, labels).map_err(|error| RenewalError(error.to_string()))
    }
}

/// Why nothing was fitted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RenewalError(pub String);

impl std::fmt::Display for RenewalError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for RenewalError {}

fn told(error: impl std::fmt::Display) -> RenewalError {
    RenewalError(error.to_string())
}

/// A gate: what is asked, what was measured, what it must reach, whether it is passed.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct GateFigure {
    /// What is asked.
    pub name: &'static str,
    /// What was measured.
    pub value: f64,
    /// The bar.
    pub bar: f64,
    /// Whether it is passed.
    pub passed: bool,
}

/// A challenger and how it stood at the gates.
#[derive(Clone, Debug)]
pub struct Renewed {
    /// Fitted and calibrated.
    pub challenger: ModelFile,
    /// Each gate.
    pub gates: Vec<GateFigure>,
}

impl Renewed {
    /// Whether it passes every gate.
    pub fn promoted(&self) -> bool {
        self.gates.iter().all(|gate| gate.passed)
    }
}

/// Fits a challenger and brings it to the gates; none while too little has matured. `micros`: how long one score takes.
///
/// # Errors
/// When the rows cannot be fitted on.
pub fn renew(
    matured: &Matured,
    champion: Option<&ModelFile>,
    seed: u64,
    micros: impl FnOnce(&ModelFile, &[f32]) -> f64,
) -> Result<Option<Renewed>, RenewalError> {
    if matured.len() < LEAST_ROWS || matured.events() < LEAST_EVENTS {
        return Ok(None);
    }
    let decides = matured.len() - share(matured.len(), DECIDES);
    let calibrates = decides - share(decides, CALIBRATES);
    let fit = matured.table(0, calibrates)?;
    let middle = matured.table(calibrates, decides)?;
    let newest = matured.table(decides, matured.len())?;
    if ![&fit, &middle, &newest].iter().all(|part| part.has_both_labels()) {
        return Ok(None);
    }
    let challenger = calibrated(fitted(&fit, champion, seed)?, &middle)?;
    let gates = gates(&challenger, champion, &newest, &fit, micros, seed)?;
    Ok(Some(Renewed { challenger, gates }))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "counts of rows"
)]
fn share(rows: usize, share: f64) -> usize {
    (rows as f64 * share).round() as usize
}

/// Going on from the champion's trees while they are few enough, else from nothing.
fn fitted(fit: &Dataset, champion: Option<&ModelFile>, seed: u64) -> Result<ModelFile, RenewalError> {
    let start = champion.filter(|champion| champion.feature_names() == fit.names()).and_then(|champion| match champion
        .model()
    {
        Model::Boost(trees) if trees.trees() + MORE_TREES <= MOST_TREES => Some(trees),
        _ => None,
    });
    let params = BoostParams {
        trees: if start.is_some() { MORE_TREES } else { TREES },
        max_leaves: 15,
        seed,
        ..BoostParams::default()
    };
    let params = params.check().map_err(told)?;
    let trees = match start {
        Some(start) => params.continue_fit(start, fit, None),
        None => params.fit(fit, None),
    };
    ModelFile::new(fit.names().to_vec(), Model::Boost(trees.map_err(told)?)).map_err(told)
}

fn calibrated(model: ModelFile, middle: &Dataset) -> Result<ModelFile, RenewalError> {
    let odds = model.score_rows(middle.values());
    let platt = Platt::fit(&odds, middle.labels()).map_err(told)?;
    model.with_platt(platt).map_err(told)
}

fn gates(
    challenger: &ModelFile,
    champion: Option<&ModelFile>,
    newest: &Dataset,
    fit: &Dataset,
    micros: impl FnOnce(&ModelFile, &[f32]) -> f64,
    seed: u64,
) -> Result<Vec<GateFigure>, RenewalError> {
    let labels = newest.labels();
    let ours = challenger.score_rows(newest.values());
    let theirs = match champion {
        Some(champion) => champion.score_rows(newest.values()),
        // Nothing decides yet: the challenger must be better than an even guess.
        None => vec![0.0; labels.len()],
    };
    let metric = if champion.is_some() { average_precision } else { roc_auc };
    let better = paired_bootstrap_difference(labels, &ours, &theirs, metric, RESAMPLES, seed).map_err(told)?;
    let error = |odds: &[f64]| {
        let probabilities: Vec<f64> = odds.iter().map(|odds| 1.0 / (1.0 + (-odds).exp())).collect();
        expected_calibration_error(labels, &probabilities, 10).map_err(told)
    };
    let allowed = if champion.is_some() { error(&theirs)?.max(GOOD_CALIBRATION) } else { GOOD_CALIBRATION };
    let jump = jump(fit.base_rate(), newest.base_rate());
    let at_least = |name, value: f64, bar: f64| GateFigure { name, value, bar, passed: value > bar };
    let at_most = |name, value: f64, bar: f64| GateFigure { name, value, bar, passed: value <= bar };
    Ok(vec![
        at_least("better beyond chance", better.low, 0.0),
        at_most("calibration error", error(&ours)?, allowed),
        at_most("microseconds a score", micros(challenger, newest.values()), MOST_MICROSECONDS),
        at_most("jump of the event rate", jump, MOST_JUMP),
    ])
}

/// How many times the larger share is of the smaller.
fn jump(before: f64, now: f64) -> f64 {
    let least = before.min(now);
    if least > 0.0 { before.max(now) / least } else { f64::INFINITY }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows whose event follows from the first feature, `noise` of them turned around; a row a minute.
    fn rows(count: usize, noise: usize) -> Matured {
        let row = |place: usize| {
            let at = Timestamp::from_second(i64::try_from(place).unwrap() * 60).unwrap();
            let high = (place * 7919) % 100 < 10;
            let mut features = vec![0.0; payment_names().len()];
            features[0] = f32::from(u8::from(high)) + f32::from(u16::try_from(place % 13).unwrap()) / 100.0;
            (at, features.into(), if place % 100 < noise { !high } else { high })
        };
        Matured { rows: (0..count).map(row).collect() }
    }

    #[test]
    fn the_first_model_must_only_beat_a_guess_and_the_next_must_beat_the_first() {
        let matured = rows(2_000, 2);
        let first = renew(&matured, None, 1, |_, _| 5.0).unwrap().unwrap();
        assert!(first.promoted(), "{:?}", first.gates);
        let next = renew(&matured, Some(&first.challenger), 1, |_, _| 5.0).unwrap().unwrap();
        assert!(!next.promoted(), "the same rows make no better model: {:?}", next.gates);
        let trees = |model: &ModelFile| match model.model() {
            Model::Boost(trees) => trees.trees(),
            other => panic!("{other:?}"),
        };
        let (before, after) = (trees(&first.challenger), trees(&next.challenger));
        assert!((before + 1..=before + MORE_TREES).contains(&after), "a warm start: {before} {after}");
    }

    #[test]
    fn a_slow_model_and_a_flood_of_labels_stay_out() {
        let slow = renew(&rows(2_000, 2), None, 1, |_, _| 1_000.0).unwrap().unwrap();
        assert!(!slow.promoted());
        let mut flooded = rows(2_000, 2);
        flooded.rows.iter_mut().skip(1_500).for_each(|(.., event)| *event = true);
        flooded.rows[1_999].2 = false;
        let flooded = renew(&flooded, None, 1, |_, _| 5.0).unwrap().unwrap();
        assert!(flooded.gates.iter().any(|gate| gate.name == "jump of the event rate" && !gate.passed));
    }

    #[test]
    fn too_little_fits_nothing() {
        assert!(renew(&rows(LEAST_ROWS - 1, 0), None, 1, |_, _| 5.0).unwrap().is_none());
    }

    #[test]
    fn what_is_young_has_not_matured_and_what_nobody_told_is_no_event() {
        let row = |name: &str, day: i64| Row {
            attempt: name.into(),
            at: Timestamp::from_second(day * 86_400).unwrap(),
            features: Arc::default(),
        };
        let matured = Matured::of(&[row("a", 0), row("b", 3), row("c", 10)], &[], 7);
        assert_eq!(matured.labels().collect::<Vec<_>>(), [false, false]);
    }
}
