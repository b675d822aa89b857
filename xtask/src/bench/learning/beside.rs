//! Ours and a peer's on the same folds of the same table: seconds of the fits, and the AUC of the rows that each fold's
//! fit had not seen, in pairs.

use super::table::Set;
use crate::bench::line::{Bar, Line, Peer, Report};
use crate::bench::peers;
use crate::project;
use anyhow::{Context, bail};
use learn::metrics::{paired_bootstrap_difference, roc_auc};
use learn::split::{Split, stratified_k_fold};
use learn::{Dataset, Model};
use serde_json::Value;
use std::fmt::Write;
use std::process::Command;
use std::time::Instant;

const SCRIPT: &str = "benches/peers/learning.py";

/// Resamples of a paired interval.
const RESAMPLES: usize = 200;

/// What is compared.
pub(in crate::bench) struct Comparison<'a> {
    /// What the script calls it.
    pub task: &'static str,
    /// The peer's settings, in its own words.
    pub settings: Value,
    /// The rows of the set that are taken, all where none is given.
    pub most_rows: Option<usize>,
    pub folds: usize,
    /// The most that our fits may take of the peer's.
    pub most_ratio: f64,
    /// The least that our AUC may be above the peer's.
    pub least_difference: f64,
    pub fit: &'a dyn Fn(&Dataset) -> anyhow::Result<Model>,
}

/// Out-of-fold scores and the seconds of all fits.
pub(in crate::bench) struct Scored {
    pub scores: Vec<f64>,
    pub seconds: f64,
}

/// Compares on one set in folds by chance.
pub(in crate::bench) fn compare(
    report: &mut Report,
    set: &Set,
    seed: u64,
    comparison: &Comparison,
) -> anyhow::Result<()> {
    let mut rows = set.read()?.rows;
    if let Some(most) = comparison.most_rows.filter(|most| *most < rows.rows()) {
        rows = rows.select(&(0..most).collect::<Vec<_>>()).map_err(told)?;
    }
    let folds = stratified_k_fold(rows.labels(), comparison.folds, seed).map_err(told)?;
    compare_on(report, set.name, seed, &rows, &folds, comparison).map(drop)
}

/// The scores of the tested rows, in row order, by both.
pub(in crate::bench) struct Pair {
    pub labels: Vec<bool>,
    pub ours: Vec<f64>,
    /// The peer's name and scores, where it could be had.
    pub theirs: Option<(String, Vec<f64>)>,
}

/// Compares on these folds, and prints fit_ratio, auc and metric_difference with its interval.
pub(in crate::bench) fn compare_on(
    report: &mut Report,
    data: &'static str,
    seed: u64,
    rows: &Dataset,
    folds: &[Split],
    comparison: &Comparison,
) -> anyhow::Result<Pair> {
    let mut tested: Vec<usize> = folds.iter().flat_map(|fold| fold.test.iter().copied()).collect();
    tested.sort_unstable();
    let of_tested = |scores: &[f64]| -> Vec<f64> { tested.iter().map(|&row| scores[row]).collect() };
    let labels: Vec<bool> = tested.iter().map(|&row| rows.labels()[row]).collect();
    let ours = ours(rows, folds, comparison)?;
    let mut pair = Pair { ours: of_tested(&ours.scores), theirs: None, labels };
    let auc = roc_auc(&pair.labels, &pair.ours).map_err(told)?;
    let line = |figure: &str, value: f64| Line::new(format!("{figure} {data}"), value, seed).data(data);
    match theirs(rows, folds, comparison) {
        Err(error) => {
            let missing = || Peer::Missing { reason: format!("{error:#}") };
            report.add(&line("fit_seconds", ours.seconds).unit("s").beside(missing()));
            report.add(&line("auc", auc).beside(missing()));
        }
        Ok((peer, theirs)) => {
            let scores = of_tested(&theirs.scores);
            let their_auc = roc_auc(&pair.labels, &scores).map_err(told)?;
            let apart = paired_bootstrap_difference(&pair.labels, &pair.ours, &scores, roc_auc, RESAMPLES, seed);
            let apart = apart.map_err(told)?;
            let ratio = ours.seconds / theirs.seconds;
            report.add(&line("fit_seconds", ours.seconds).unit("s").beside_known(&peer, theirs.seconds));
            report.add(&line("fit_ratio", ratio).bar(Bar::AtMost(comparison.most_ratio)).beside_known(&peer, 1.0));
            report.add(&line("auc", auc).beside_known(&peer, their_auc));
            let bar = Bar::AtLeast(comparison.least_difference);
            report.add(&line("metric_difference", apart.estimate).bar(bar).beside_known(&peer, 0.0));
            report.add(&line("metric_difference_low", apart.low));
            report.add(&line("metric_difference_high", apart.high));
            pair.theirs = Some((peer, scores));
        }
    }
    Ok(pair)
}

/// What ours did on the folds.
pub(in crate::bench) fn ours(rows: &Dataset, folds: &[Split], comparison: &Comparison) -> anyhow::Result<Scored> {
    let mut scored = Scored { scores: vec![0.0; rows.rows()], seconds: 0.0 };
    for fold in folds {
        let (fit, test) = (rows.select(&fold.fit).map_err(told)?, rows.select(&fold.test).map_err(told)?);
        let start = Instant::now();
        let model = (comparison.fit)(&fit)?;
        scored.seconds += start.elapsed().as_secs_f64();
        let scores = model.log_odds_of_rows(test.values());
        fold.test.iter().zip(scores).for_each(|(&row, score)| scored.scores[row] = score);
    }
    Ok(scored)
}

/// The peer's name and what it did on the same folds.
pub(in crate::bench) fn theirs(
    rows: &Dataset,
    folds: &[Split],
    comparison: &Comparison,
) -> anyhow::Result<(String, Scored)> {
    let home = tempfile::tempdir()?;
    let (table, scores) = (home.path().join("table.csv"), home.path().join("scores.txt"));
    std::fs::write(&table, csv(rows, folds))?;
    let mut command = Command::new(peers::make()?);
    command.arg(project::root().join(SCRIPT)).arg(comparison.task).arg(&table).arg(&scores);
    let output = command.arg(comparison.settings.to_string()).output()?;
    if !output.status.success() {
        bail!("{SCRIPT} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let said: Value = serde_json::from_slice(&output.stdout)?;
    let seconds = said["fit_seconds"].as_f64().context("the peer told no seconds")?;
    let scores: Vec<f64> =
        std::fs::read_to_string(&scores)?.lines().map(str::parse).collect::<Result<_, _>>().context("a score")?;
    if scores.len() != rows.rows() {
        bail!("the peer scored {} of {} rows", scores.len(), rows.rows());
    }
    Ok((said["peer"].as_str().unwrap_or_default().to_owned(), Scored { scores, seconds }))
}

/// `fold,label,features…`; empty = missing, fold −1 = never tested.
fn csv(rows: &Dataset, folds: &[Split]) -> String {
    let mut fold_of = vec![-1; rows.rows()];
    (0..).zip(folds).for_each(|(fold, split)| split.test.iter().for_each(|&row| fold_of[row] = fold));
    let mut text = String::new();
    for (row, fold) in fold_of.into_iter().enumerate() {
        let _ = write!(text, "{fold},{}", u8::from(rows.labels()[row]));
        for value in rows.row(row) {
            let _ = if value.is_nan() { write!(text, ",") } else { write!(text, ",{value}") };
        }
        text.push('\n');
    }
    text
}

/// An error of `learn` in words.
pub(in crate::bench) fn told(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow::anyhow!("{error}")
}
