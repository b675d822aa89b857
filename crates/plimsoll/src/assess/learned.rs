//! A default probability that was learned on other companies: boosted trees on the Polish ones that ship, as
//! [`super::training`] made them; the model ships too, and is read here.
//!
//! It is a model of another population, so it stands beside the credit score, and is blended with it for whoever wants
//! one number: half and half in log-odds.

use super::definition_file::DefinitionFile;
use super::selection::{Choice, SCALING};
use super::training::{Tried, log_of};
use anyhow::Context as _;
use engine::assess::{Evaluator, Expression, Facts};
use learn::{ModelFile, log_odds_of, probability_of};
use serde::{Deserialize, Serialize};

/// The ratios, as a business can be asked for them.
const RATIOS: &str = include_str!("../../assess/polish.toml");
/// What `cargo xtask model` made of the Polish companies.
const MODEL: &[u8] = include_bytes!("../../../../data/polish_default.model");
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
    /// The same on 0–5, by the table of the credit score.
    pub points: f64,
    /// Half and half with the credit score, in log-odds; none where that has none.
    pub blended: Option<f64>,
    /// The same on 0–5.
    pub blended_points: Option<f64>,
    /// Ratios that are known, of all.
    pub known: usize,
    /// Of all.
    pub of: usize,
    /// The ratios that move it most, in log-odds.
    pub reasons: Vec<(String, f64)>,
    /// Companies it was fitted on, and how many failed.
    pub fitted: (usize, usize),
    /// The settings that were tried on the companies, and the one that was taken.
    pub tried: Vec<Tried>,
    /// Every ratio, and why it was left out or taken.
    pub selection: Vec<Choice>,
    /// How ratios were scaled, in words.
    pub scaling: &'static str,
}

/// The model that ships.
///
/// # Errors
/// Its file is damaged, which none that was built is.
pub fn shipped() -> anyhow::Result<ModelFile> {
    ModelFile::from_bytes(MODEL).context("the default model that ships")
}

/// Scores the facts; none where fewer than half of the ratios are known. `credit` is the probability of the credit score.
///
/// # Errors
/// What ships cannot be read.
pub fn learned(file: &DefinitionFile, facts: &Facts, credit: Option<f64>) -> anyhow::Result<Option<LearnedView>> {
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
    let model = shipped()?;
    let log = log_of(&model)?;
    let names = model.feature_names();
    let row: Vec<f32> = names.iter().map(|name| value_of(&told, name)).collect();
    let log_odds = model.score(&row);
    let explained = model.explain(&row);
    let slope = model.platt().map_or(1.0, |platt| platt.slope);
    let moves = explained.strongest().into_iter().take(REASONS);
    let reasons = moves.map(|at| (names[at].clone(), slope * explained.contributions[at])).collect();
    let blended = credit.map(|credit| SHARE * log_odds + (1.0 - SHARE) * log_odds_of(credit));
    Ok(Some(LearnedView {
        probability: probability_of(log_odds),
        points: file.scale.points(log_odds),
        blended: blended.map(probability_of),
        blended_points: blended.map(|log_odds| file.scale.points(log_odds)),
        known,
        of: names.len(),
        reasons,
        fitted: (log.companies, log.failed),
        tried: log.tried,
        selection: log.selection,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::training::settings;
    use crate::compare::sets::catalogue::{POLISH, Protected};

    /// A model that was made of other rows, or by other settings, is made anew: `cargo xtask model`.
    #[test]
    fn the_model_that_ships_is_of_the_companies_that_ship() {
        let (model, rows) = (shipped().unwrap(), POLISH.read(None, Protected::Kept, &[]).unwrap().rows);
        let log = log_of(&model).unwrap();
        assert_eq!(model.feature_names(), rows.names());
        assert_eq!((log.companies, log.tried.len()), (rows.rows(), settings(0).len() + 1));
        let said = model.score_rows(rows.values());
        let sum: f64 = said.iter().map(|odds| probability_of(*odds)).sum();
        // It has seen all of them, so it is sure of more than came; yet not of half as many again.
        let failed = log.failed as f64;
        assert!(sum > 0.7 * failed && sum < 1.5 * failed, "{sum} of {failed}");
        assert!(learn::metrics::roc_auc(rows.labels(), &said).unwrap() > 0.99);
    }
}
