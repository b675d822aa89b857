//! Which companies fail: every model on the Polish companies in five folds, and the champion in pairs with LightGBM.

use crate::bench::learning::beside::{Comparison, compare_on, told};
use crate::bench::line::{Bar, Line, Report};
use learn::Model;
use learn::metrics::{bootstrap_interval, delong, expected_calibration_error, paired_bootstrap_difference, roc_auc};
use learn::split::stratified_k_fold;
use plimsoll::assess::learned::boost_params;
use plimsoll::compare::candidates::CANDIDATES;
use plimsoll::compare::plan::Plan;
use plimsoll::compare::sets::catalogue::POLISH;
use plimsoll::compare::trial::{Conditions, Scored, trial};
use plimsoll::compare::tuned::Tuned;
use serde_json::json;

const SEED: u64 = 42;
const FOLDS: usize = 5;
const RESAMPLES: usize = 200;
/// Bins of the calibration error.
const BINS: usize = 10;

pub(in crate::bench) fn run(report: &mut Report, seed: Option<u64>) -> anyhow::Result<()> {
    let seed = seed.unwrap_or(SEED);
    champion(report, seed)?;
    table(report, seed)
}

/// Fitted on four fifths, tried on the fifth, as LightGBM is; the parameters are those that `plimsoll assess` uses.
fn champion(report: &mut Report, seed: u64) -> anyhow::Result<()> {
    let rows = POLISH.labelled(None)?.table.rows;
    let folds = stratified_k_fold(rows.labels(), FOLDS, seed).map_err(told)?;
    let fit = |rows: &learn::Dataset| {
        let valid = boost_params(seed).check().map_err(told)?;
        Ok(Model::Boost(valid.fit(rows, None).map_err(told)?))
    };
    let settings = json!({
        "n_estimators": 150, "random_state": seed, "n_jobs": 2, "verbosity": -1,
    });
    let comparison = Comparison {
        task: "lightgbm",
        settings,
        most_rows: None,
        folds: FOLDS,
        most_ratio: f64::INFINITY,
        least_difference: 0.0,
        fit: &fit,
    };
    let pair = compare_on(report, "polish", seed, &rows, &folds, &comparison)?;
    if let Some((peer, theirs)) = &pair.theirs {
        let test = delong(&pair.labels, &pair.ours, theirs).map_err(told)?;
        let apart =
            paired_bootstrap_difference(&pair.labels, &pair.ours, theirs, roc_auc, RESAMPLES, seed).map_err(told)?;
        let line = |figure: &str, value: f64| Line::new(figure, value, seed).data("polish");
        report.add(&line("auc_difference", test.difference).bar(Bar::AtLeast(0.0)).beside_known(peer, 0.0));
        report.add(&line("auc_difference_p_delong", test.p_value));
        report.add(&line("auc_difference_low", apart.low));
        report.add(&line("auc_difference_high", apart.high));
    }
    Ok(())
}

/// Every model, with three fifths to fit, one to end the fit and calibrate, and one to try.
fn table(report: &mut Report, seed: u64) -> anyhow::Result<()> {
    let set = POLISH.labelled(None)?;
    let plan = Plan::of(&set, seed, false)?;
    let tuned = Tuned::default();
    for candidate in CANDIDATES {
        if plimsoll::compare::applies(candidate, &set) {
            let tried = trial(&set, &plan, candidate, Conditions { seed, quick: false, tuned: &tuned });
            let tested = tried.map_err(|error| anyhow::anyhow!("{}: {error}", candidate.name))?.tested;
            add(report, candidate.name, &tested, seed)?;
        }
    }
    Ok(())
}

fn add(report: &mut Report, name: &str, tested: &Scored, seed: u64) -> anyhow::Result<()> {
    let interval = bootstrap_interval(&tested.labels, &tested.odds, roc_auc, RESAMPLES, seed).map_err(told)?;
    let calibration = expected_calibration_error(&tested.labels, &tested.probabilities(), BINS).map_err(told)?;
    let line = |figure: &str, value: f64| Line::new(format!("{figure} {name}"), value, seed).data("polish");
    report.add(&line("auc", interval.estimate));
    report.add(&line("auc_low", interval.low));
    report.add(&line("auc_high", interval.high));
    report.add(&line("calibration_error", calibration));
    Ok(())
}
