//! `plimsoll train`: fit, compare, and install the champion.

use super::{Outcome, Setting, UsageError};
use crate::cli::Train;
use crate::compare::tuned::Tuned;
use crate::session::Session;
use crate::terminal::{self, count, row};
use domain::{Body, Digest};
use engine::training::{self, Cuts, Fits, Report, Trained, TrainingError};
use learn::metrics::Interval;
use serde_json::json;

pub(super) fn run(setting: &Setting, args: &Train) -> anyhow::Result<Outcome> {
    let cuts = Cuts { fit_before: args.fit_before, test_from: args.test_from, test_to: args.test_to };
    let mut session = setting.progress.step("opening", || Session::open(&setting.dir))?;
    let fits = fits(args)?;
    match setting.progress.step("training", || fit_with(&session, cuts, args.seed, &fits))? {
        Err(reason) => print_refusal(setting, &reason)?,
        Ok(trained) => {
            let digest = if args.dry_run { None } else { Some(install(&mut session, &trained)?) };
            print(setting, &trained, digest)?;
        }
    }
    Ok(Outcome::Done)
}

/// Fits from the features and labels in the tables. A business too young for a model is no failure.
pub(super) fn fit(session: &Session, cuts: Cuts, seed: u64) -> anyhow::Result<Result<Trained, TrainingError>> {
    fit_with(session, cuts, seed, &Fits::usual(seed)?)
}

/// The usual parameters, or those of `--params`.
fn fits(args: &Train) -> anyhow::Result<Fits> {
    let usual = Fits::usual(args.seed)?;
    let Some(path) = &args.params else { return Ok(usual) };
    let tuned = Tuned::read(path)?;
    let of = |model: &str| tuned.estimator(model, args.seed).map_err(UsageError);
    let (boost, logistic) = (of("boost")?, of("logistic")?);
    if boost.is_none() && logistic.is_none() {
        let says = format!("{} has neither [boost] nor [logistic], which `train` fits", path.display());
        return Err(UsageError(says).into());
    }
    Ok(Fits {
        boosted_trees: boost.unwrap_or(usual.boosted_trees),
        logistic_regression: logistic.unwrap_or(usual.logistic_regression),
    })
}

fn fit_with(session: &Session, cuts: Cuts, seed: u64, fits: &Fits) -> anyhow::Result<Result<Trained, TrainingError>> {
    let reader = session.store.read();
    let (features, labels) = (reader.features()?, reader.labels()?);
    let as_of = session.working().latest().unwrap_or_default();
    match training::train_with(&features, &labels, session.working().policy(), as_of, cuts, seed, fits) {
        Err(error @ TrainingError::TooYoung { .. }) => Ok(Err(error)),
        Err(error) => Err(error.into()),
        Ok(trained) => Ok(Ok(trained)),
    }
}

/// Installs a model and renews every live score. The model that is installed already is not installed again.
pub(super) fn install(session: &mut Session, trained: &Trained) -> anyhow::Result<Digest> {
    let model = session.keep_model(&trained.model)?;
    let installed = session.store.read().installed_model()?;
    if installed.is_none_or(|installed| installed.model != model) {
        let now = session.working().latest().unwrap_or_default();
        let (loss_given_event_bps, base_rate_bps) = (trained.loss_given_event_bps, trained.base_rate_bps);
        session.tell(now, vec![Body::ModelInstalled { model, loss_given_event_bps, base_rate_bps }, Body::Refresh])?;
    }
    Ok(model)
}

fn print_refusal(setting: &Setting, reason: &TrainingError) -> anyhow::Result<()> {
    if setting.json {
        return terminal::json(&json!({ "installed": null, "reason": reason.to_string() }));
    }
    println!("No model: {reason}.");
    Ok(())
}

fn print(setting: &Setting, trained: &Trained, installed: Option<Digest>) -> anyhow::Result<()> {
    if setting.json {
        return terminal::json(&report_json(trained, installed));
    }
    print_report(&trained.report);
    match installed {
        Some(digest) => println!("Installed {}: {}.", trained.report.champion.name(), digest.short()),
        None => println!("Nothing installed (dry run)."),
    }
    Ok(())
}

/// The comparison as a table.
pub(super) fn print_report(report: &Report) {
    println!(
        "Fitted on {} sales with labels known by {}; tried once on {} sales, {} to {} (seed {}).",
        count(report.fit_rows as u64),
        report.fit_before,
        count(report.test_rows as u64),
        report.test_from,
        report.test_to,
        report.seed
    );
    let mut table =
        terminal::table(&["model", "AUC [95 %]", "average precision [95 %]", ">Brier", ">calibration error"]);
    let base = [
        "base rate".to_owned(),
        "0.500".to_owned(),
        format!("{:.3}", report.base_rate),
        format!("{:.4}", report.base_brier),
        String::new(),
    ];
    row(&mut table, base);
    for figures in &report.figures {
        let mark = if figures.estimator == report.champion { " *" } else { "" };
        row(
            &mut table,
            [
                format!("{}{mark}", figures.estimator.name()),
                interval(figures.auc),
                interval(figures.average_precision),
                format!("{:.4}", figures.brier),
                format!("{:.4}", figures.calibration_error),
            ],
        );
    }
    println!("{table}\n* chosen on three folds by time inside the fit, before the test was looked at.");
}

fn interval(interval: Interval) -> String {
    format!("{:.3} [{:.3}, {:.3}]", interval.estimate, interval.low, interval.high)
}

/// The comparison as data.
pub(super) fn report_json(trained: &Trained, installed: Option<Digest>) -> serde_json::Value {
    let report = &trained.report;
    let interval = |i: Interval| json!({ "value": i.estimate, "low": i.low, "high": i.high });
    let figures = report.figures.iter().map(|f| {
        json!({
            "model": f.estimator.name(), "auc": interval(f.auc), "average_precision": interval(f.average_precision),
            "brier": f.brier, "calibration_error": f.calibration_error, "validation_auc": f.validation_auc,
        })
    });
    json!({
        "installed": installed.map(|digest| digest.to_string()), "champion": report.champion.name(),
        "fit_before": report.fit_before.to_string(), "test_from": report.test_from.to_string(),
        "test_to": report.test_to.to_string(),
        "fit_rows": report.fit_rows, "test_rows": report.test_rows, "base_rate": report.base_rate,
        "base_brier": report.base_brier, "models": figures.collect::<Vec<_>>(), "seed": report.seed,
        "loss_given_event_bps": trained.loss_given_event_bps,
    })
}
