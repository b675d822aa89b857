//! Several models as one: soft voting and stacking.
//!
//! *Voting* takes the weighted mean of the members' probabilities. *Stacking* (Wolpert, "Stacked generalization", 1992)
//! fits a logistic regression to the members' log-odds on rows that they had not seen: each fold is scored by members
//! that were fitted on the others, and the members that stay are fitted on all rows.
//!
//! Both are models like any other, so they are compared with their parts on the same rows; whether the whole is above
//! them is for a paired interval to say. Explanations come from the members': of a stack they add up with its weights;
//! of a vote they are brought to probability, averaged and brought back, each by the slope of its chord (the rule of
//! [`crate::forest::ForestModel`]).
//!
//! Limits: a member is never an ensemble itself.

mod stored;
#[cfg(test)]
mod tests;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::dataset::Dataset;
use crate::estimator::{Estimator, FitError, ParamError};
use crate::explain::Explanation;
use crate::logistic::LogisticParams;
use crate::model::{Model, ModelError};
use crate::number::nearest_f32;
use crate::odds::{log_odds_of, probability_of};
use crate::split::{Split, stratified_k_fold};
use stored::StoredEnsemble;

/// How the members' answers become one.
#[derive(Debug, Clone, PartialEq)]
pub enum Combination {
    /// The mean of their probabilities with these weights, a weight a member, none negative; only shares of their sum
    /// matter.
    Vote(Vec<f64>),
    /// A logistic regression on their out-of-fold log-odds.
    Stack {
        /// The folds, at least 2.
        folds: usize,
        /// What rows are dealt to folds by.
        seed: u64,
    },
}

/// Members and how they are combined, as given; [`EnsembleParams::check`] makes them fit for use.
pub struct EnsembleParams {
    /// At least two estimators, none of them an ensemble.
    pub members: Vec<Box<dyn Estimator>>,
    /// How their answers become one.
    pub combination: Combination,
}

impl EnsembleParams {
    /// Checks each parameter against its range.
    ///
    /// # Errors
    /// The first [`ParamError`].
    pub fn check(self) -> Result<ValidEnsembleParams, ParamError> {
        let members = self.members.len();
        ParamError::require(members >= 2, "members", "must be 2 or above", members as f64)?;
        match &self.combination {
            Combination::Vote(weights) => {
                ParamError::require(weights.len() == members, "weights", "must be one a member", weights.len() as f64)?;
                let holds = weights.iter().all(|weight| weight.is_finite() && *weight >= 0.0);
                let sum: f64 = weights.iter().sum();
                ParamError::require(holds && sum > 0.0, "weights", "must be 0 or above, and not all 0", sum)?;
            }
            Combination::Stack { folds, .. } => {
                ParamError::require(*folds >= 2, "folds", "must be 2 or above", *folds as f64)?;
            }
        }
        Ok(ValidEnsembleParams(self))
    }
}

/// Parameters that keep their ranges.
pub struct ValidEnsembleParams(EnsembleParams);

impl ValidEnsembleParams {
    /// The checked values.
    pub fn get(&self) -> &EnsembleParams {
        &self.0
    }

    /// Fits the members, and what combines them; the validation set is handed to each member of the final fit.
    ///
    /// # Errors
    /// Those of the members; [`FitError::EnsembleNested`]; for a stack [`FitError::TooFewRows`] where a fold would lack
    /// a label.
    pub fn fit(&self, fit: &Dataset, validation: Option<&Dataset>) -> Result<EnsembleModel, FitError> {
        let EnsembleParams { members, combination } = self.get();
        let fits = members.par_iter().map(|member| member.fit_model(fit, validation));
        let fitted: Vec<Model> = fits.collect::<Result<_, _>>()?;
        let rule = match combination {
            Combination::Vote(weights) => Rule::Vote { weights: weights.clone() },
            Combination::Stack { folds, seed } => {
                let folds = stratified_k_fold(fit.labels(), *folds, *seed)
                    .map_err(|_| FitError::TooFewRows { rows: fit.rows(), least: 2 * folds })?;
                stack(members, fit, &folds)?
            }
        };
        EnsembleModel::new(fitted, rule).map_err(|error| match error {
            ModelError::EnsembleNested => FitError::EnsembleNested,
            _ => FitError::NotFinite,
        })
    }
}

/// The regression on what members say of rows that they had not seen.
fn stack(members: &[Box<dyn Estimator>], fit: &Dataset, folds: &[Split]) -> Result<Rule, FitError> {
    let mut values = vec![0.0; fit.rows() * members.len()];
    for fold in folds {
        let unfit = |_| FitError::NotFinite;
        let (seen, unseen) = (fit.select(&fold.fit).map_err(unfit)?, fit.select(&fold.test).map_err(unfit)?);
        let scores =
            members.par_iter().map(|member| Ok(member.fit_model(&seen, None)?.log_odds_of_rows(unseen.values())));
        let scores: Vec<Vec<f64>> = scores.collect::<Result<_, FitError>>()?;
        for (member, scores) in scores.iter().enumerate() {
            let rows = fold.test.iter().zip(scores);
            rows.for_each(|(row, score)| values[row * members.len() + member] = nearest_f32(*score));
        }
    }
    let names = (0..members.len()).map(|member| format!("{member:03}")).collect();
    let table = Dataset::new(names, values, fit.labels().to_vec()).map_err(|_| FitError::NotFinite)?;
    let weights = (0..fit.rows()).map(|row| nearest_f32(fit.weight(row))).collect();
    let table = table.with_weights(weights).map_err(|_| FitError::NotFinite)?;
    let line = LogisticParams::default().check().map_err(|_| FitError::NotFinite)?.fit(&table)?;
    let weights: Vec<f64> = line.coefficients().iter().map(|column| column.coefficient / column.scale).collect();
    let shift: f64 = weights.iter().zip(line.coefficients()).map(|(weight, column)| weight * column.mean).sum();
    Ok(Rule::Stack { intercept: line.intercept() - shift, weights })
}

/// How a fitted ensemble combines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Rule {
    /// The mean probability with these weights.
    Vote {
        /// A weight a member.
        weights: Vec<f64>,
    },
    /// Intercept + Σ weight · log-odds.
    Stack {
        /// Added to the members' part.
        intercept: f64,
        /// A weight a member; negative where a member corrects another.
        weights: Vec<f64>,
    },
}

impl Rule {
    fn weights(&self) -> &[f64] {
        match self {
            Self::Vote { weights } | Self::Stack { weights, .. } => weights,
        }
    }
}

/// Fitted members and their rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "StoredEnsemble", into = "StoredEnsemble")]
pub struct EnsembleModel {
    members: Vec<Model>,
    rule: Rule,
}

impl EnsembleModel {
    /// Checks and takes the parts. The weights of a vote are kept as shares of their sum.
    ///
    /// # Errors
    /// [`ModelError`], named for the rule that a part breaks.
    pub fn new(members: Vec<Model>, rule: Rule) -> Result<Self, ModelError> {
        if members.is_empty() || rule.weights().len() != members.len() {
            return Err(ModelError::LengthsDiffer);
        }
        if members.iter().any(|member| member.columns() != members[0].columns()) {
            return Err(ModelError::ColumnCountUnfit { columns: members[0].columns() });
        }
        if members.iter().any(|member| matches!(member, Model::Ensemble(_))) {
            return Err(ModelError::EnsembleNested);
        }
        let finite = rule.weights().iter().all(|weight| weight.is_finite());
        let rule = match rule {
            Rule::Vote { weights } => {
                let sum: f64 = weights.iter().sum();
                if !(finite && sum > 0.0 && weights.iter().all(|weight| *weight >= 0.0)) {
                    return Err(ModelError::ValueNotFinite);
                }
                // Shares that sum to 1 already are kept bit for bit, so that a stored model stays itself.
                let one = (sum - 1.0).abs() < 1e-12;
                Rule::Vote { weights: if one { weights } else { weights.iter().map(|weight| weight / sum).collect() } }
            }
            Rule::Stack { intercept, .. } if !(finite && intercept.is_finite()) => {
                return Err(ModelError::ValueNotFinite);
            }
            stack @ Rule::Stack { .. } => stack,
        };
        Ok(Self { members, rule })
    }

    /// The number of columns of a row.
    pub fn columns(&self) -> usize {
        self.members[0].columns()
    }

    /// The parts, to be compared with the whole.
    pub fn members(&self) -> &[Model] {
        &self.members
    }

    /// How they are combined.
    pub fn rule(&self) -> &Rule {
        &self.rule
    }

    fn parts(&self) -> impl Iterator<Item = (&Model, f64)> {
        self.members.iter().zip(self.rule.weights().iter().copied())
    }

    /// The log-odds of one row, `NaN` where missing. Panics if `row` is shorter than the columns.
    ///
    /// By hand: probabilities .2 and .6 with equal weights are a vote of .4: ln(.4 / .6) = −.405.
    pub fn log_odds(&self, row: &[f32]) -> f64 {
        match &self.rule {
            Rule::Vote { .. } => {
                log_odds_of(self.parts().map(|(member, weight)| weight * member.probability(row)).sum())
            }
            Rule::Stack { intercept, .. } => {
                self.parts().fold(*intercept, |sum, (member, weight)| sum + weight * member.log_odds(row))
            }
        }
    }

    /// From the members' exact explanations.
    pub fn explain(&self, row: &[f32]) -> Explanation {
        self.combined(|member| Some(member.explain(row))).unwrap_or_else(|| self.unexplained(row))
    }

    /// From the members' cheap explanations.
    pub fn path_contributions(&self, row: &[f32]) -> Explanation {
        self.combined(|member| Some(member.path_contributions(row))).unwrap_or_else(|| self.unexplained(row))
    }

    /// From the members' explanations against the same background; `None` without any.
    pub fn explain_against(&self, row: &[f32], background: &[f32]) -> Option<Explanation> {
        self.combined(|member| member.explain_against(row, background))
    }

    fn unexplained(&self, row: &[f32]) -> Explanation {
        Explanation { bias: self.log_odds(row), contributions: vec![0.0; self.columns()] }
    }

    fn combined(&self, explain: impl Fn(&Model) -> Option<Explanation>) -> Option<Explanation> {
        let mut whole = Explanation { bias: 0.0, contributions: vec![0.0; self.columns()] };
        for (member, weight) in self.parts() {
            let mut part = explain(member)?;
            if let Rule::Vote { .. } = self.rule {
                part = in_probability(&part);
            }
            whole.bias += weight * part.bias;
            whole.contributions.iter_mut().zip(part.contributions).for_each(|(sum, part)| *sum += weight * part);
        }
        Some(match &self.rule {
            Rule::Vote { .. } => in_log_odds(&whole),
            Rule::Stack { intercept, .. } => Explanation { bias: whole.bias + intercept, ..whole },
        })
    }

    /// For each column, the members' shares with the size of their weights.
    pub(crate) fn split_gains(&self) -> Vec<f64> {
        let mut gains = vec![0.0; self.columns()];
        for (member, weight) in self.parts() {
            gains.iter_mut().zip(member.gain_importance()).for_each(|(sum, share)| *sum += weight.abs() * share);
        }
        gains
    }
}

/// Brings log-odds to probability along the chord from the bias to the row's own.
fn in_probability(part: &Explanation) -> Explanation {
    let (from, to) = (probability_of(part.bias), probability_of(part.log_odds()));
    let slope = chord(part.bias, part.log_odds(), from, to, from * (1.0 - from));
    scaled(from, slope, part)
}

/// The way back.
fn in_log_odds(part: &Explanation) -> Explanation {
    let (from, to) = (log_odds_of(part.bias), log_odds_of(part.log_odds()));
    let slope = chord(part.bias, part.log_odds(), from, to, 1.0 / (part.bias * (1.0 - part.bias)));
    scaled(from, slope, part)
}

/// (to − from) per unit of the way from `a` to `b`; the tangent where there is none.
fn chord(a: f64, b: f64, from: f64, to: f64, tangent: f64) -> f64 {
    if (b - a).abs() < 1e-12 { tangent } else { (to - from) / (b - a) }
}

fn scaled(bias: f64, slope: f64, part: &Explanation) -> Explanation {
    Explanation { bias, contributions: part.contributions.iter().map(|part| slope * part).collect() }
}
