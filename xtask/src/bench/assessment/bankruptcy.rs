//! Which companies fail: every model on the Polish companies in one table over the same five folds, LightGBM among them,
//! and pairs of models on the same rows.
//!
//! The default model of `plimsoll assess` is made as the one that ships is, of the four fifths that a fold fits: it chooses
//! its setting, fits and calibrates within them. LightGBM has the same four fifths. Another model of the table has three to
//! fit, and one to end the fit, calibrate and choose. The champion of the table is chosen by what each is worth on the rows
//! of the fit that it had not seen, and paired with LightGBM on the tested ones.

use crate::bench::learning::beside::{Comparison, ours, theirs, told};
use crate::bench::line::{Bar, Line, Peer, Report};
use learn::metrics::{
    MetricError, average_precision, bootstrap_interval, brier, delong, expected_calibration_error,
    paired_bootstrap_difference, roc_auc,
};
use learn::split::{Split, stratified_k_fold};
use learn::{Dataset, Model, probability_of};
use plimsoll::assess::training::{Trained, trained};
use plimsoll::compare::candidates::{ALTMAN, CANDIDATES};
use plimsoll::compare::labelled::Labelled;
use plimsoll::compare::plan::Plan;
use plimsoll::compare::sets::catalogue::POLISH;
use plimsoll::compare::trial::{Conditions, Scored, trial};
use plimsoll::compare::tuned::Tuned;
use serde_json::json;
use std::cell::RefCell;
use std::collections::BTreeMap;

const SEED: u64 = 42;
const FOLDS: usize = 5;
const RESAMPLES: usize = 1_000;
/// Bins of the calibration error and of the champion's curve.
const BINS: usize = 10;
const DATA: &str = "polish";
const PRODUCT: &str = "default model of `plimsoll assess`";

/// What a model said of every row, in the order of rows.
struct Said {
    log_odds: Vec<f64>,
    probabilities: Vec<f64>,
}

type Table = BTreeMap<&'static str, Said>;

pub(in crate::bench) fn run(report: &mut Report, seed: Option<u64>) -> anyhow::Result<()> {
    let seed = seed.unwrap_or(SEED);
    let set = POLISH.labelled(None)?;
    let labels = set.labels().to_vec();
    let folds = stratified_k_fold(&labels, FOLDS, seed).map_err(told)?;
    let fits = RefCell::new(Vec::new());
    let lightgbm = beside_lightgbm(report, &set.table.rows, &folds, seed, &fits)?;
    let fits = fits.into_inner();
    let mut table = Table::new();
    let product = calibrated(&set.table.rows, &folds, &fits);
    add(report, PRODUCT, &labels, &product, seed)?;
    chosen(report, &fits, seed);
    table.insert(PRODUCT, product);
    let validated = fits.iter().map(|fit| fit.log.auc()).sum::<f64>() / fits.len().max(1) as f64;
    let champion = others(report, &set, seed, &mut table, (PRODUCT, validated))?;
    if let Some((peer, theirs)) = &lightgbm {
        let probabilities = theirs.iter().map(|odds| probability_of(*odds)).collect();
        let said = Said { log_odds: theirs.clone(), probabilities };
        add(report, &format!("{peer}, as it comes"), &labels, &said, seed)?;
        let figure = format!("auc_difference, champion: {champion}");
        differ(report, &figure, &labels, [&table[champion].log_odds, theirs], Some(peer), seed)?;
    }
    let figure = "auc_difference, improved BP less plain BP";
    differ(report, figure, &labels, ["bp_adaptive", "bp_plain"].map(|name| &table[name].log_odds), None, seed)?;
    curve(report, champion, &labels, &table[champion], seed);
    Ok(())
}

/// The default model and LightGBM, each fitted on the same four fifths: what LightGBM said of the others, where it is there.
/// `fits` takes what was made, fold by fold; what it says is comparable between folds once it is calibrated.
fn beside_lightgbm(
    report: &mut Report,
    rows: &Dataset,
    folds: &[Split],
    seed: u64,
    fits: &RefCell<Vec<Trained>>,
) -> anyhow::Result<Option<(String, Vec<f64>)>> {
    let fit = |rows: &Dataset| {
        let made = trained(rows, seed)?;
        let model = Model::Boost(made.model.clone());
        fits.borrow_mut().push(made);
        Ok(model)
    };
    let comparison = Comparison {
        task: "lightgbm",
        settings: json!({"n_estimators": 150, "random_state": seed, "n_jobs": 2, "verbosity": -1}),
        most_rows: None,
        folds: FOLDS,
        most_ratio: f64::INFINITY,
        least_difference: 0.0,
        fit: &fit,
    };
    let seconds = line("fit_seconds", ours(rows, folds, &comparison)?.seconds, seed).unit("s");
    match theirs(rows, folds, &comparison) {
        Ok((peer, theirs)) => {
            report.add(&seconds.beside_known(&peer, theirs.seconds));
            Ok(Some((peer, theirs.scores)))
        }
        Err(error) => {
            report.add(&seconds.beside(Peer::Missing { reason: format!("{error:#}") }));
            Ok(None)
        }
    }
}

/// What the default model of each fold says of its tested rows, with its own calibration.
fn calibrated(rows: &Dataset, folds: &[Split], fits: &[Trained]) -> Said {
    let mut log_odds = vec![f64::NAN; rows.rows()];
    for (fold, fit) in folds.iter().zip(fits) {
        fold.test.iter().for_each(|row| log_odds[*row] = fit.platt.apply(fit.model.log_odds(rows.row(*row))));
    }
    Said { probabilities: log_odds.iter().map(|odds| probability_of(*odds)).collect(), log_odds }
}

/// What the default model of each fold chose, and what its unseen rows were worth.
fn chosen(report: &mut Report, fits: &[Trained], seed: u64) {
    for (fold, one) in (1..).zip(fits) {
        let Some(taken) = one.log.tried.iter().find(|one| one.is_taken) else { continue };
        let figure = format!(
            "auc within the fit of fold {fold}: {} trees of {} leaves, L2 {}, {} of the ratios a tree, of {}",
            taken.trees, taken.leaves, taken.lambda_l2, taken.ratio_share, taken.ratios
        );
        report.add(&line(&figure, taken.auc, seed));
    }
}

/// Every other model; and, with this one, that with the highest AUC on rows of its fit that it had not seen.
fn others(
    report: &mut Report,
    set: &Labelled,
    seed: u64,
    table: &mut Table,
    mut champion: (&'static str, f64),
) -> anyhow::Result<&'static str> {
    let plan = Plan::of(set, seed, false)?;
    let tuned = Tuned::default();
    for candidate in CANDIDATES.iter().filter(|candidate| plimsoll::compare::applies(candidate, set)) {
        let tried = trial(set, &plan, candidate, Conditions { seed, quick: false, tuned: &tuned })
            .map_err(|error| anyhow::anyhow!("{}: {error}", candidate.name))?;
        let said = in_order(&tried.tested, set.labels().len())?;
        add(report, candidate.name, set.labels(), &said, seed)?;
        let validated = roc_auc(&tried.validated.labels, &tried.validated.odds).map_err(told)?;
        if validated > champion.1 && candidate.name != ALTMAN {
            champion = (candidate.name, validated);
        }
        table.insert(candidate.name, said);
    }
    Ok(champion.0)
}

fn in_order(tested: &Scored, rows: usize) -> anyhow::Result<Said> {
    let mut log_odds = vec![f64::NAN; rows];
    tested.rows.iter().zip(&tested.odds).for_each(|(row, odds)| log_odds[*row] = *odds);
    anyhow::ensure!(log_odds.iter().all(|odds| !odds.is_nan()), "a row was not tested");
    Ok(Said { probabilities: log_odds.iter().map(|odds| probability_of(*odds)).collect(), log_odds })
}

/// A row of the table.
fn add(report: &mut Report, name: &str, labels: &[bool], said: &Said, seed: u64) -> anyhow::Result<()> {
    let mut figure = |figure: &str, metric: Metric, scores: &[f64]| -> anyhow::Result<()> {
        let of = bootstrap_interval(labels, scores, metric, RESAMPLES, seed).map_err(told)?;
        report.add(&line(&format!("{figure} {name}"), of.estimate, seed).interval(of.low, of.high));
        Ok(())
    };
    figure("auc", roc_auc, &said.log_odds)?;
    figure("average_precision", average_precision, &said.log_odds)?;
    figure("brier", brier, &said.probabilities)?;
    figure("calibration_error", |labels, said| expected_calibration_error(labels, said, BINS), &said.probabilities)
}

type Metric = fn(&[bool], &[f64]) -> Result<f64, MetricError>;

fn line(figure: &str, value: f64, seed: u64) -> Line {
    Line::new(figure, value, seed).data(DATA)
}

/// The first's AUC less the second's, on the same rows: with the interval of a paired bootstrap, and `DeLong`'s p-value.
/// The first is not below a peer where chance alone may have made the difference.
fn differ(
    report: &mut Report,
    figure: &str,
    labels: &[bool],
    [first, second]: [&Vec<f64>; 2],
    peer: Option<&str>,
    seed: u64,
) -> anyhow::Result<()> {
    let test = delong(labels, first, second).map_err(told)?;
    let apart = paired_bootstrap_difference(labels, first, second, roc_auc, RESAMPLES, seed).map_err(told)?;
    let difference = line(figure, test.difference, seed).interval(apart.low, apart.high);
    match peer {
        Some(peer) => {
            report.add(&difference.beside_known(peer, 0.0));
            report.add(&line(&format!("high end, {figure}"), apart.high, seed).bar(Bar::AtLeast(0.0)));
        }
        None => report.add(&difference),
    }
    report.add(&line(&format!("p DeLong, {figure}"), test.p_value, seed));
    Ok(())
}

/// Calibration: rows by what the champion says of them in ten parts of equal size; what it says, and what came.
fn curve(report: &mut Report, name: &str, labels: &[bool], said: &Said, seed: u64) {
    let mut rows: Vec<usize> = (0..labels.len()).collect();
    rows.sort_by(|a, b| said.probabilities[*a].total_cmp(&said.probabilities[*b]));
    for (part, rows) in (1..).zip(rows.chunks(labels.len().div_ceil(BINS))) {
        let count = rows.len() as f64;
        let says = rows.iter().map(|row| said.probabilities[*row]).sum::<f64>() / count;
        let came = rows.iter().filter(|row| labels[**row]).count() as f64 / count;
        let figure = line(&format!("share that failed, part {part} of {BINS} by {name}"), came, seed);
        report.add(&figure.beside_known("what it says", says));
    }
}
