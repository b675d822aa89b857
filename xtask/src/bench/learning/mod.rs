//! The learning core beside the libraries that people use: same rows, same folds, same settings, same threads.

pub(crate) mod beside;
mod card_stream;
pub(crate) mod leaks;
mod shap;
pub(crate) mod table;

use super::line::{Bar, Line, Report};
use beside::{Comparison, compare, told};
use learn::boost::BoostParams;
use learn::forest::ForestParams;
use learn::logistic::LogisticParams;
use learn::svm::RbfSvmParams;
use learn::{Dataset, Model};
use serde_json::json;
use std::time::Instant;
use table::{GIVE_ME_SOME_CREDIT, HMEQ, TAIWAN};

pub(super) use card_stream::run as card_stream;
pub(super) use shap::run as shap;

/// Seed of folds, fits and intervals.
const SEED: u64 = 42;

/// A row of 500 trees × 31 leaves is scored in no more.
const MOST_MICROSECONDS: f64 = 6.0;

/// Rows between two looks at the clock: less time than the system gives a process in one turn.
const ROWS_A_LOOK: usize = 50;

fn boost_params(trees: usize, seed: u64) -> BoostParams {
    BoostParams {
        trees,
        max_leaves: 31,
        learning_rate: 0.1,
        lambda_l2: 0.0,
        min_data_in_leaf: 20,
        seed,
        ..BoostParams::default()
    }
}

/// Boosted trees beside LightGBM, and the time of one row.
pub(super) fn trees(report: &mut Report, seed: Option<u64>) -> anyhow::Result<()> {
    let seed = seed.unwrap_or(SEED);
    let fit = |rows: &Dataset| {
        let valid = boost_params(150, seed).check().map_err(told)?;
        Ok(Model::Boost(valid.fit(rows, None).map_err(told)?))
    };
    let settings = json!({
        "n_estimators": 150, "num_leaves": 31, "learning_rate": 0.1, "reg_lambda": 0.0, "min_child_samples": 20,
        "random_state": seed, "n_jobs": 2, "verbosity": -1,
    });
    for set in [GIVE_ME_SOME_CREDIT, TAIWAN, HMEQ] {
        let comparison = Comparison {
            task: "lightgbm",
            settings: settings.clone(),
            most_rows: None,
            folds: 5,
            most_ratio: 1.2,
            least_difference: -0.002,
            fit: &fit,
        };
        compare(report, &set, seed, &comparison)?;
    }
    one_row(report, seed)
}

fn one_row(report: &mut Report, seed: u64) -> anyhow::Result<()> {
    let rows = TAIWAN.read()?.rows;
    let model = boost_params(500, seed).check().map_err(told)?.fit(&rows, None).map_err(told)?;
    // The fastest look at the clock stands: whatever else runs here only slows.
    let (mut sum, mut microseconds) = (0.0, f64::INFINITY);
    for first in (0..rows.rows()).step_by(ROWS_A_LOOK) {
        let (start, end) = (Instant::now(), rows.rows().min(first + ROWS_A_LOOK));
        (first..end).for_each(|row| sum += model.log_odds(rows.row(row)));
        microseconds = f64::min(microseconds, start.elapsed().as_secs_f64() * 1e6 / (end - first) as f64);
    }
    anyhow::ensure!(sum.is_finite(), "the scores of 500 trees are not finite");
    let line = Line::new("microseconds_a_row 500 x 31", microseconds, seed).unit("us").data(TAIWAN.name);
    report.add(&line.bar(Bar::AtMost(MOST_MICROSECONDS)));
    Ok(())
}

/// Random forests beside scikit-learn's.
pub(super) fn forest(report: &mut Report, seed: Option<u64>) -> anyhow::Result<()> {
    let seed = seed.unwrap_or(SEED);
    let fit = |rows: &Dataset| {
        let valid = ForestParams { seed, ..ForestParams::default() }.check().map_err(told)?;
        Ok(Model::Forest(valid.fit(rows).map_err(told)?))
    };
    for set in [TAIWAN, HMEQ] {
        let settings = json!({ "n_estimators": 100, "max_depth": 12, "random_state": seed, "n_jobs": 2 });
        let comparison = Comparison {
            task: "forest",
            settings,
            most_rows: None,
            folds: 3,
            most_ratio: 0.25,
            least_difference: -0.003,
            fit: &fit,
        };
        compare(report, &set, seed, &comparison)?;
    }
    Ok(())
}

/// Logistic regression beside scikit-learn's, columns standardised on both sides.
pub(super) fn linear(report: &mut Report, seed: Option<u64>) -> anyhow::Result<()> {
    let seed = seed.unwrap_or(SEED);
    for (task, lambda_l1, lambda_l2) in [("logistic_l2", 0.0, 1.0), ("logistic_l1", 1.0, 0.0)] {
        let fit = |rows: &Dataset| {
            let params = LogisticParams { lambda_l1, lambda_l2, tolerance: 1e-6, ..LogisticParams::default() };
            Ok(Model::Logistic(params.check().map_err(told)?.fit(rows).map_err(told)?))
        };
        for set in [GIVE_ME_SOME_CREDIT, TAIWAN] {
            let comparison = Comparison {
                task,
                settings: json!({ "C": 1.0 }),
                most_rows: None,
                folds: 3,
                most_ratio: 1.5,
                least_difference: -0.002,
                fit: &fit,
            };
            compare(report, &set, seed, &comparison)?;
        }
    }
    Ok(())
}

/// A kernel machine beside libsvm (in scikit-learn) on 8,000 fit rows, decisions alone on both sides.
pub(super) fn svm(report: &mut Report, seed: Option<u64>) -> anyhow::Result<()> {
    let seed = seed.unwrap_or(SEED);
    let fit = |rows: &Dataset| {
        let valid = RbfSvmParams { seed, ..RbfSvmParams::default() }.check().map_err(told)?;
        Ok(Model::RbfSvm(valid.fit_decision(rows).map_err(told)?))
    };
    let comparison = Comparison {
        task: "svm",
        settings: json!({ "C": 1.0, "cache_size": 200, "tol": 1e-3 }),
        most_rows: Some(12_000),
        folds: 3,
        most_ratio: 2.0,
        least_difference: -0.002,
        fit: &fit,
    };
    compare(report, &TAIWAN, seed, &comparison)
}
