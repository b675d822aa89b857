//! The papers' table made honest: every model on every labelled set in hand, each on the same rows as the others.
//!
//! One way through: a set ([`sets`]) is split once ([`plan`]); each model ([`candidates`]) sees the rows in its own view,
//! which is learned on the rows of the fit alone ([`prepare`]); it is fitted, calibrated and given its thresholds on the
//! validation part, and tried on the test part once ([`trial`]); figures with intervals and pairs against the best
//! ([`figures`]) make the [`report`], a model for each kind of data is recommended ([`recommend`]), and everything that
//! is printed, drawn or served is made of the report alone ([`print`], and the pages).
//!
//! Its limits: parameters are the usual ones unless `tune` found others; a small set's figures move by a few hundredths
//! from seed to seed, which is what the intervals say.

pub mod candidates;
pub mod figures;
pub mod labelled;
pub mod machine;
pub mod plan;
pub mod prepare;
pub mod print;
pub mod recommend;
pub mod report;
pub mod seeded;
pub mod sets;
#[cfg(test)]
mod tests;
pub mod trial;
pub mod tuned;

use crate::command::UsageError;
use candidates::{ALTMAN, CANDIDATES, Candidate};
use jiff::Timestamp;
use labelled::{Kind, Labelled};
use learn::ModelFile;
use plan::Plan;
use report::{Failure, Head, ModelRow, Report, SetReport, Spread, SummaryRow, digits};
use sets::file::Columns;
use std::path::PathBuf;
use std::time::Instant;
use trial::{Conditions, Trial, trial};
use tuned::Tuned;

/// Resamples of an interval, and of a quick look.
const RESAMPLES: [usize; 2] = [200, 60];

/// What is to be compared, and how.
pub struct Wish<'a> {
    /// Where sets may come from.
    pub sources: sets::Sources<'a>,
    /// Names of sets; all in hand where there are none.
    pub sets: Vec<String>,
    /// A table that is named instead, its sheet, and what its columns mean.
    pub file: Option<(PathBuf, Option<String>, Columns)>,
    /// Names of models; all where there are none.
    pub models: Vec<String>,
    /// What splits, fits, samples and intervals draw by.
    pub seed: u64,
    /// Smaller samples, fewer epochs, no folds.
    pub quick: bool,
    /// Parameters that `tune` found.
    pub tuned: Tuned,
}

/// A fitted model of a comparison.
pub struct Fitted {
    /// The set that it was fitted on.
    pub set: String,
    /// Its name.
    pub model: &'static str,
    /// What it is, with its facts as notes.
    pub file: ModelFile,
}

/// Compares; `told` hears how far it is.
///
/// # Errors
/// A set or a model that is none; a table that cannot be read; no set at all.
pub fn compare(wish: &Wish, told: &mut dyn FnMut(String)) -> anyhow::Result<(Report, Vec<Fitted>)> {
    let start = Instant::now();
    let chosen = chosen(&wish.models)?;
    let names = wanted_sets(wish)?;
    let (mut sets, mut left_out, mut fitted) = (Vec::new(), Vec::new(), Vec::new());
    for (place, name) in names.iter().enumerate() {
        let progress = format!("set {} of {}: {name}", place + 1, names.len());
        told(format!("{progress}: reading"));
        let read = match &wish.file {
            Some((path, sheet, columns)) => sets::file::labelled(path, sheet.as_deref(), columns, wish.seed),
            None => wish.sources.read(name),
        };
        let asked = wish.file.is_some() || !wish.sets.is_empty();
        let compared =
            read.and_then(|set| on_set(&set, wish, &chosen, &mut |what| told(format!("{progress}: {what}"))));
        match compared {
            Ok((set, models)) => {
                sets.push(set);
                fitted.extend(models);
            }
            Err(error) if asked => return Err(error),
            Err(error) => left_out.push(format!("{name}: {error:#}")),
        }
    }
    anyhow::ensure!(!sets.is_empty(), "no set could be compared on: {}", left_out.join("; "));
    let head = Head {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        machine: machine::told(),
        seed: wish.seed,
        quick: wish.quick,
        resamples: RESAMPLES[usize::from(wish.quick)],
        seconds: digits(start.elapsed().as_secs_f64()),
    };
    let (summary, recommended) = (summary(&sets, &chosen), recommend::by_kind(&sets));
    Ok((Report { head, sets, summary, recommended, left_out }, fitted))
}

fn wanted_sets(wish: &Wish) -> anyhow::Result<Vec<String>> {
    if let Some((path, ..)) = &wish.file {
        return Ok(vec![path.display().to_string()]);
    }
    let known = wish.sources.names();
    if let Some(unknown) = wish.sets.iter().find(|name| !known.contains(name)) {
        return Err(UsageError::unknown("set", unknown, &known.iter().map(String::as_str).collect::<Vec<_>>()).into());
    }
    Ok(if wish.sets.is_empty() { known } else { wish.sets.clone() })
}

/// The candidates of these names in their own order; all where there are none.
fn chosen(names: &[String]) -> Result<Vec<&'static Candidate>, UsageError> {
    let known: Vec<&str> = CANDIDATES.iter().map(|candidate| candidate.name).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(UsageError::unknown("model", unknown, &known));
    }
    let wanted = |candidate: &&Candidate| names.is_empty() || names.iter().any(|name| name == candidate.name);
    Ok(CANDIDATES.iter().filter(wanted).collect())
}

/// Whether a model can be tried on a set at all.
pub fn applies(candidate: &Candidate, set: &Labelled) -> bool {
    (candidate.name != ALTMAN || set.z_columns.is_some()) && trial::viewed(set, candidate.view).is_some()
}

fn on_set(
    set: &Labelled,
    wish: &Wish,
    chosen: &[&'static Candidate],
    told: &mut dyn FnMut(String),
) -> anyhow::Result<(SetReport, Vec<Fitted>)> {
    let plan = Plan::of(set, wish.seed, wish.quick)?;
    let conditions = Conditions { seed: wish.seed, quick: wish.quick, tuned: &wish.tuned };
    let resamples = RESAMPLES[usize::from(wish.quick)];
    let (mut trials, mut rows, mut failed) = (Vec::new(), Vec::new(), Vec::new());
    for candidate in chosen.iter().filter(|candidate| applies(candidate, set)) {
        told(candidate.title.to_owned());
        let tried = trial(set, &plan, candidate, conditions);
        let measured = tried.and_then(|trial| Ok((figures::figures(set, &trial, resamples, wish.seed)?, trial)));
        match measured {
            Ok((row, trial)) => {
                rows.push(row);
                trials.push(trial);
            }
            Err(reason) => failed.push(Failure { model: candidate.name.to_owned(), reason }),
        }
    }
    told("pairs".to_owned());
    let fail = |reason: String| {
        let because: Vec<String> = failed.iter().map(|one| format!("{}: {}", one.model, one.reason)).collect();
        anyhow::anyhow!("{reason}{}{}", if because.is_empty() { "" } else { ": " }, because.join("; "))
    };
    let choice = recommend::choose(&trials, &rows, resamples, wish.seed).map_err(fail)?;
    for (at, row) in rows.iter_mut().enumerate().filter(|(at, _)| *at != choice.best) {
        let best = &trials[choice.best].tested;
        row.against_best = Some(figures::against(&trials[at].tested, best, resamples, wish.seed).map_err(fail)?);
    }
    let fitted = trials.iter().zip(&rows).map(|(trial, row)| fitted(set, &plan, wish.seed, trial, row)).collect();
    let labels = set.labels();
    let report = SetReport {
        name: set.name.clone(),
        kind: set.kind,
        about: set.about.clone(),
        simulated: set.simulated,
        rows: labels.len(),
        columns: set.table.rows.columns(),
        base_rate: digits(labels.iter().filter(|label| **label).count() as f64 / labels.len() as f64),
        split: plan.told.clone(),
        tested_rows: trials.first().map_or(0, |trial| trial.tested.rows.len()),
        currency: set.stakes.as_ref().map(|stakes| stakes.currency.clone()),
        notes: set.notes.clone(),
        best: rows[choice.best].model.clone(),
        recommended: rows[choice.recommended].model.clone(),
        reason: recommend::reason(&choice, &rows),
        models: rows,
        failed,
    };
    Ok((report, fitted))
}

/// The first model of a trial with what should be known of it.
fn fitted(set: &Labelled, plan: &Plan, seed: u64, trial: &Trial, row: &ModelRow) -> Fitted {
    let labels = set.labels();
    let base_rate = labels.iter().filter(|label| **label).count() as f64 / labels.len() as f64;
    let notes = [
        ("made_by", format!("plimsoll compare {}", env!("CARGO_PKG_VERSION"))),
        ("set", set.name.clone()),
        ("label", set.about.clone()),
        ("split", plan.told.clone()),
        ("seed", seed.to_string()),
        ("fit_rows", trial.fitted_rows.to_string()),
        ("base_rate", format!("{base_rate:.6}")),
        ("fit_seconds", format!("{:.3}", trial.fit_seconds)),
        ("validation_auc", format!("{:.6}", row.validation_auc)),
        ("test_auc", format!("{:.6}", row.auc.value)),
        ("test_average_precision", format!("{:.6}", row.average_precision.value)),
        ("test_brier", format!("{:.6}", row.brier.value)),
        ("test_accuracy", format!("{:.6}", row.accuracy.value)),
    ];
    let file = notes.iter().fold(trial.model.clone(), |file, (key, text)| file.with_note(key, text));
    Fitted { set: set.name.clone(), model: trial.candidate.name, file }
}

/// The paper's table: measured over all sets, beside what is claimed.
fn summary(sets: &[SetReport], chosen: &[&'static Candidate]) -> Vec<SummaryRow> {
    let row = |candidate: &&Candidate| {
        let of = |pairs: Option<bool>, value: fn(&ModelRow) -> f64| {
            let sets = sets.iter().filter(|set| pairs.is_none_or(|pairs| pairs == (set.kind == Kind::Pairs)));
            spread(sets.flat_map(|set| &set.models).filter(|row| row.model == candidate.name).map(value).collect())
        };
        SummaryRow {
            model: candidate.name.to_owned(),
            title: candidate.title.to_owned(),
            integration: of(Some(true), |row| row.accuracy.value),
            risk: of(Some(false), |row| row.accuracy.value),
            seconds: of(None, |row| row.fit_seconds),
            claim: candidate.claim,
        }
    };
    chosen.iter().map(row).filter(|row| row.seconds.is_some()).collect()
}

/// By hand: of .7, .9, .8 and .6 the median is .75.
fn spread(mut values: Vec<f64>) -> Option<Spread> {
    values.sort_by(f64::total_cmp);
    let (least, greatest) = (*values.first()?, *values.last()?);
    let middle = values.len() / 2;
    let median =
        if values.len().is_multiple_of(2) { (values[middle - 1] + values[middle]) / 2.0 } else { values[middle] };
    Some(Spread { median: digits(median), least, greatest, sets: values.len() })
}
