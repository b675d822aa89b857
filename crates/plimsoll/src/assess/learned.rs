//! A default probability that was learned on other companies: boosted trees on the Polish ones that ship, calibrated on
//! a fifth that the fit had not seen.
//!
//! Ratios are selected first, and the log of it is part of what is said ([`super::selection`]).
//!
//! It is a model of another population, so it stands beside the credit score, and is blended with it for whoever wants
//! one number: half and half in log-odds.

use super::definition_file::DefinitionFile;
use super::selection::{Choice, SCALING, selected};
use crate::compare::sets::catalogue::{POLISH, Protected};
use anyhow::Context as _;
use engine::assess::{Evaluator, Expression, Facts};
use learn::boost::BoostParams;
use learn::calibrate::Platt;
use learn::split::stratified_k_fold;
use learn::trees::TreeEnsemble;
use learn::{Dataset, log_odds_of, probability_of};
use serde::{Deserialize, Serialize};

/// The ratios, as a business can be asked for them.
const RATIOS: &str = include_str!("../../assess/polish.toml");
/// One part of so many calibrates.
const FOLDS: usize = 5;
/// Ratios of a business that must be known for the model to say anything: half.
const LEAST_KNOWN: usize = 30;
/// The share of the learned part in the blend.
const SHARE: f64 = 0.5;
/// Reasons that are told.
const REASONS: usize = 6;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    ratio: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    column: String,
    formula: String,
}

/// What the model says.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct LearnedView {
    /// The probability of failing within five years.
    pub probability: f64,
    /// Half and half with the credit score, in log-odds; none where that has none.
    pub blended: Option<f64>,
    /// Ratios that are known, of all.
    pub known: usize,
    /// Of all.
    pub of: usize,
    /// The ratios that move it most, in log-odds.
    pub reasons: Vec<(String, f64)>,
    /// Companies it was fitted on, and how many failed.
    pub fitted: (usize, usize),
    /// Every ratio, and why it was left out or taken.
    pub selection: Vec<Choice>,
    /// How ratios were scaled, in words.
    pub scaling: &'static str,
}

/// The trees that decide on companies: smaller steps and fewer leaves than the defaults, as for 271 failures.
pub fn boost_params(seed: u64) -> BoostParams {
    BoostParams {
        trees: 400,
        max_leaves: 15,
        learning_rate: 0.05,
        lambda_l2: 5.0,
        row_share: 0.8,
        column_share: 0.7,
        seed,
        ..BoostParams::default()
    }
}

/// Scores the facts; none where fewer than half of the ratios are known. `credit` is the probability of the credit score.
///
/// # Errors
/// The set that ships cannot be read or fitted.
pub fn learned(
    file: &DefinitionFile,
    facts: &Facts,
    credit: Option<f64>,
    seed: u64,
) -> anyhow::Result<Option<LearnedView>> {
    let ratios: File = toml::from_str(RATIOS).context("polish.toml")?;
    let mut told = Vec::with_capacity(ratios.ratio.len());
    for Row { column, formula } in &ratios.ratio {
        let formula = Expression::parse(formula)?;
        told.push((column.as_str(), evaluator(file, facts).value(&formula).ok()));
    }
    let known = told.iter().filter(|(_, value)| value.is_some()).count();
    if known < LEAST_KNOWN {
        return Ok(None);
    }
    let rows = POLISH.read(None, Protected::Kept, &[])?.rows;
    let Fitted { model, platt, columns, selection } = fitted(&rows, seed)?;
    let names: Vec<&str> = columns.iter().map(|at| rows.names()[*at].as_str()).collect();
    let row: Vec<f32> = names.iter().map(|name| value_of(&told, name)).collect();
    let log_odds = platt.apply(model.log_odds(&row));
    let explained = model.shapley(&row);
    let moves = explained.strongest().into_iter().take(REASONS);
    let reasons = moves.map(|at| (names[at].to_owned(), platt.slope * explained.contributions[at])).collect();
    let probability = probability_of(log_odds);
    let blended = credit.map(|credit| probability_of(SHARE * log_odds + (1.0 - SHARE) * log_odds_of(credit)));
    Ok(Some(LearnedView {
        probability,
        blended,
        known,
        of: rows.columns(),
        reasons,
        fitted: (rows.rows(), rows.labels().iter().filter(|label| **label).count()),
        selection,
        scaling: SCALING,
    }))
}

fn evaluator<'a>(file: &'a DefinitionFile, facts: &'a Facts) -> Evaluator<'a> {
    file.choices.iter().rev().fold(Evaluator::new(&file.definitions, facts, 0), |evaluator, (concept, _, choice)| {
        evaluator.choosing(concept, &choice.text, &choice.formula)
    })
}

#[expect(clippy::cast_possible_truncation, reason = "a ratio to single precision, as the model sees all")]
fn value_of(told: &[(&str, Option<f64>)], name: &str) -> f32 {
    let found = told.iter().find(|(column, _)| *column == name).and_then(|(_, value)| *value);
    found.map_or(f32::NAN, |value| value as f32)
}

/// What was fitted.
struct Fitted {
    model: TreeEnsemble,
    platt: Platt,
    /// The columns that it looks at.
    columns: Vec<usize>,
    selection: Vec<Choice>,
}

/// Selected and fitted on four fifths of the companies, and calibrated on the fifth that neither had seen.
fn fitted(rows: &Dataset, seed: u64) -> anyhow::Result<Fitted> {
    let folds = stratified_k_fold(rows.labels(), FOLDS, seed)?;
    let apart = folds.first().context("no fold")?;
    let fit = rows.select(&apart.fit)?;
    let (columns, selection) = selection(&fit, seed)?;
    let model = boost_params(seed).check()?.fit(&narrowed(&fit, &columns)?, None)?;
    let test = narrowed(&rows.select(&apart.test)?, &columns)?;
    let of = |row: usize| (model.log_odds(test.row(row)), test.labels()[row]);
    let (scores, labels): (Vec<f64>, Vec<bool>) = (0..test.rows()).map(of).unzip();
    let platt = Platt::fit(&scores, &labels)?;
    Ok(Fitted { model, platt, columns, selection })
}

/// The columns that are taken of these rows, and why.
///
/// # Errors
/// A fold lacks a label.
pub fn selection(rows: &Dataset, seed: u64) -> anyhow::Result<(Vec<usize>, Vec<Choice>)> {
    let choices = selected(rows, &stratified_k_fold(rows.labels(), FOLDS, seed)?)?;
    let columns = (0..choices.len()).filter(|at| choices[*at].left_out.is_none()).collect();
    Ok((columns, choices))
}

/// These columns of the rows.
///
/// # Errors
/// None of columns that the rows have.
pub fn narrowed(rows: &Dataset, columns: &[usize]) -> anyhow::Result<Dataset> {
    let names = columns.iter().map(|at| rows.names()[*at].clone()).collect();
    let values = (0..rows.rows()).flat_map(|row| columns.iter().map(move |at| rows.row(row)[*at])).collect();
    Ok(Dataset::new(names, values, rows.labels().to_vec())?)
}
