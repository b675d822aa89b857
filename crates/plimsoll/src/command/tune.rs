//! `plimsoll tune`: search the parameters of one model.

use super::{Outcome, Setting, UsageError};
use crate::cli::{Search as Kind, Tune};
use crate::compare::labelled::{Labelled, Splitting};
use crate::compare::plan::Plan;
use crate::compare::prepare::{Preparation, View};
use crate::compare::sets::{OWN, Sources, file, users};
use crate::compare::trial;
use crate::compare::tuned::Tuned;
use crate::terminal::{self, row};
use anyhow::Context;
use learn::metrics::roc_auc;
use learn::search::{Search, Space, Strategy, search, spaces};
use learn::split::{RollingCuts, Split, grouped_k_fold, rolling_splits, stratified_k_fold};
use learn::{Dataset, Estimator};
use serde_json::json;
use std::time::Instant;

const FOLDS: usize = 3;
const TRIALS: usize = 30;
const PLACES: usize = 4;

/// Rows of a trial's folds together: more are sampled, so that a trial stays a matter of seconds.
const MOST_ROWS: usize = 20_000;

/// Trials that are printed.
const SHOWN: usize = 15;

/// Models that see what they are given in another view than that of lines.
fn view_of(model: &str) -> View {
    match model {
        "boost" => View::AsIs,
        "tree" | "forest" => View::OneHot,
        "lstm" | "cnn" => View::Sequence,
        _ => View::Full,
    }
}

pub(super) fn run(setting: &Setting, args: &Tune) -> anyhow::Result<Outcome> {
    let space = space(&args.model, args.seed)?;
    let set = set(setting, args)?;
    let rows = Rows::of(&set, view_of(space.name()), args.seed)?;
    let most = args.trials.map(|trials| trials as usize);
    let strategy = match args.search {
        Kind::Grid => Strategy::Grid { places: most.unwrap_or(PLACES) },
        Kind::Random => Strategy::Random { trials: most.unwrap_or(TRIALS) },
        Kind::Bayesian => Strategy::Parzen { trials: most.unwrap_or(TRIALS) },
    };
    let start = Instant::now();
    let found = setting.progress.told("searching", |told| {
        let (tried, told) = (std::cell::Cell::new(0_u32), std::cell::RefCell::new(told));
        search(&space, strategy, args.seed, |estimator| {
            let score = rows.judge(estimator);
            tried.set(tried.get() + 1);
            let worth = score.as_ref().map_or_else(Clone::clone, |auc| format!("AUC {auc:.4}"));
            (told.borrow_mut())(format!("trial {}: {worth}", tried.get()));
            score
        })
    })?;
    let about = format!(
        "`plimsoll tune {}` on {}, {} trials, seed {}: AUC {:.4} over {}",
        space.name(),
        set.name,
        found.trials.len(),
        args.seed,
        found.best().score.as_ref().copied().unwrap_or(f64::NAN),
        rows.told
    );
    let best = Tuned::text(&space, &found.best().values, &about);
    if let Some(path) = &args.out {
        std::fs::write(path, &best).with_context(|| format!("cannot write {}", path.display()))?;
    }
    if setting.json {
        return terminal::json(&json_of(&space, &set, &rows, &found, start.elapsed().as_secs_f64()))
            .map(|()| Outcome::Done);
    }
    print(&space, &set, &rows, &found, start.elapsed().as_secs_f64());
    match &args.out {
        Some(path) => println!("\nBest parameters: {}", path.display()),
        None => print!("\n{best}"),
    }
    Ok(Outcome::Done)
}

fn space(model: &str, seed: u64) -> Result<Space, UsageError> {
    let all = spaces(seed);
    let known: Vec<&str> = all.iter().map(Space::name).filter(|name| *name != "category_boost").collect();
    if !known.contains(&model) {
        return Err(UsageError::unknown("model", model, &known));
    }
    all.into_iter().find(|space| space.name() == model).ok_or_else(|| UsageError(format!("no model `{model}`")))
}

fn set(setting: &Setting, args: &Tune) -> anyhow::Result<Labelled> {
    if let Some((path, sheet, columns)) = args.columns.file(args.file.as_deref())? {
        return file::labelled(&path, sheet.as_deref(), &columns, args.seed);
    }
    let books = setting.dir.is_dir().then_some(setting.dir.as_path());
    let folder = args.data_sets.data_sets.as_deref();
    let sources = Sources { folder, books, users: users::USERS, seed: args.seed };
    let name = args.set.as_deref().unwrap_or(if books.is_some() { OWN } else { "german" });
    sources.read(name)
}

/// What trials are judged on: rows that `compare` does not test on, in folds.
struct Rows {
    folds: Vec<[Dataset; 2]>,
    told: String,
}

impl Rows {
    fn of(set: &Labelled, view: View, seed: u64) -> anyhow::Result<Self> {
        let (table, categories) = trial::viewed(set, view)
            .ok_or_else(|| UsageError(format!("{} has no sequences, which this model sees", set.name)))?;
        let plan = Plan::of(set, seed, true)?;
        let parts = plan.parts.first().context("the plan has no parts")?;
        let mut at_hand: Vec<usize> = parts.train.iter().chain(&parts.validation).copied().collect();
        at_hand = trial::sample(set.labels(), &at_hand, MOST_ROWS, seed);
        let (folds, told) = folds(set, &at_hand, seed)?;
        let fold = |split: &Split| {
            let of = |rows: &[usize]| rows.iter().map(|&row| at_hand[row]).collect::<Vec<usize>>();
            let (fit, test) = (of(&split.fit), of(&split.test));
            let prepared = Preparation::fit(view, &table.select(&fit)?, categories)?;
            Ok([prepared.rows(table, &fit)?, prepared.rows(table, &test)?])
        };
        Ok(Self { folds: folds.iter().map(fold).collect::<anyhow::Result<_>>()?, told })
    }

    /// The mean AUC over the folds.
    fn judge(&self, estimator: &dyn Estimator) -> Result<f64, String> {
        let mut sum = 0.0;
        for [fit, test] in &self.folds {
            let model = estimator.fit_model(fit, None).map_err(|error| error.to_string())?;
            sum += roc_auc(test.labels(), &model.log_odds_of_rows(test.values())).map_err(|error| error.to_string())?;
        }
        Ok(sum / self.folds.len() as f64)
    }
}

/// Folds of the rows at hand: by time where rows have times, by group where they have groups.
fn folds(set: &Labelled, at_hand: &[usize], seed: u64) -> anyhow::Result<(Vec<Split>, String)> {
    let picked: Vec<bool> = at_hand.iter().map(|&row| set.labels()[row]).collect();
    match &set.splitting {
        Splitting::Time { times_s, maturity_s } => {
            let times: Vec<i64> = at_hand.iter().map(|&row| times_s[row]).collect();
            let (first, last) = (times.iter().min().copied().unwrap_or(0), times.iter().max().copied().unwrap_or(0));
            let step_s = ((last - first) / 5).max(1);
            let cuts = RollingCuts {
                first_test_s: first + 2 * step_s,
                step_s,
                tests: FOLDS,
                maturity_s: *maturity_s,
                window_s: None,
            };
            let told = format!("{FOLDS} folds by time, each tested on what came after its fit");
            Ok((rolling_splits(&times, cuts)?, told))
        }
        Splitting::Groups(groups) => {
            let groups: Vec<u64> = at_hand.iter().map(|&row| groups[row]).collect();
            Ok((grouped_k_fold(&groups, FOLDS, seed)?, format!("{FOLDS} folds, groups kept whole")))
        }
        Splitting::Chance | Splitting::Fixed { .. } => {
            Ok((stratified_k_fold(&picked, FOLDS, seed)?, format!("{FOLDS} folds, each label by chance")))
        }
    }
}

/// Trials from the best to the worst.
fn ranked(found: &Search) -> Vec<usize> {
    let worth = |trial: usize| found.trials[trial].score.as_ref().copied().unwrap_or(f64::NEG_INFINITY);
    let mut order: Vec<usize> = (0..found.trials.len()).collect();
    order.sort_by(|&a, &b| worth(b).total_cmp(&worth(a)));
    order
}

fn print(space: &Space, set: &Labelled, rows: &Rows, found: &Search, seconds: f64) {
    println!("{} on {}: {} trials in {seconds:.1} s, over {}", space.name(), set.name, found.trials.len(), rows.told);
    let mut header = vec![">trial", ">AUC"];
    let names: Vec<String> = space.parameters().iter().map(|(name, _)| format!(">{name}")).collect();
    header.extend(names.iter().map(String::as_str));
    let mut table = terminal::table(&header);
    for trial in ranked(found).into_iter().take(SHOWN) {
        let told = &found.trials[trial];
        let score = told.score.as_ref().map_or_else(Clone::clone, |auc| format!("{auc:.4}"));
        let values = told.values.iter().map(|value| short(*value));
        row(&mut table, [(trial + 1).to_string(), score].into_iter().chain(values));
    }
    println!("{table}");
    if found.trials.len() > SHOWN {
        println!("… and {} trials more (--json has all)", found.trials.len() - SHOWN);
    }
}

/// Four digits that say something: `.0123`, `123.4`, `12000`.
fn short(value: f64) -> String {
    let places = usize::try_from(3 - crate::compare::seeded::whole_log10(value)).unwrap_or(0).min(8);
    let text = format!("{value:.places$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

fn json_of(space: &Space, set: &Labelled, rows: &Rows, found: &Search, seconds: f64) -> serde_json::Value {
    let named = |values: &[f64]| -> serde_json::Map<String, serde_json::Value> {
        space.parameters().iter().zip(values).map(|((name, _), value)| ((*name).to_owned(), json!(value))).collect()
    };
    let trials = found.trials.iter().map(|trial| {
        json!({ "parameters": named(&trial.values), "auc": trial.score.as_ref().ok(), "failed": trial.score.as_ref().err() })
    });
    json!({
        "model": space.name(), "set": set.name, "folds": rows.told, "seconds": seconds,
        "best": { space.name(): named(&found.best().values) }, "auc": found.best().score.as_ref().ok(),
        "trials": trials.collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_the_digits_that_say_something() {
        assert_eq!([0.012_345, 123.456, 12_345.6, 0.5, 31.0].map(short), ["0.01235", "123.5", "12346", "0.5", "31"]);
    }

    #[test]
    fn what_is_tested_by_compare_is_not_seen() {
        let german = Sources { folder: None, books: None, users: 10, seed: 7 }.read("german").unwrap();
        let rows = Rows::of(&german, View::Full, 7).unwrap();
        // Of 1,000 rows a fifth is tested; the others are in three folds.
        let tested: usize = rows.folds.iter().map(|[_, test]| test.rows()).sum();
        assert_eq!((tested, rows.folds.len()), (800, FOLDS));
        assert!(rows.judge(space("logistic", 7).unwrap().estimator(&[1.0]).unwrap().as_ref()).unwrap() > 0.7);
    }
}
