//! From pair features to the log-odds that a pair is one thing: two learners behind one interface, and rules beside.
//!
//! `fellegi_sunter` learns from pairs without labels by EM; `trained` fits a learned model (tree, forest, boosted
//! trees) to labels, where there are any, or to the pairs of which another learner is sure; `ranked` says which those
//! are where records have titles; `rules` is what a careful clerk would do. Every learner keeps the contract in
//! `tests.rs`: the order of pairs changes no number, better agreement is not scored lower than none, and a missing value
//! is allowed.

pub mod fellegi_sunter;
mod levels;
mod ranked;
pub mod rules;
#[cfg(test)]
mod tests;
pub mod trained;

use crate::link::answers::overruled;
use crate::link::marginal;
use learn::{FitError, Model, log_odds_of};
pub(super) use levels::patterns;
use rayon::prelude::*;

/// The pairs to learn from and to score.
#[derive(Debug, Clone, Copy)]
pub struct Study<'a> {
    /// The name of each feature.
    pub names: &'a [String],
    /// The features, row by row.
    pub features: &'a [f32],
    /// The left record of each pair: records are kept together when a learner learns from itself.
    pub left: &'a [u32],
    /// The right record of each pair.
    pub right: &'a [u32],
    /// Whether pairs are one thing, where someone said so; empty where nobody did.
    pub labels: &'a [Option<bool>],
    /// A record of either table has at most one partner.
    pub is_one_to_one: bool,
    /// The field whose words tell records apart, where there is one.
    pub title: Option<&'a str>,
}

impl<'a> Study<'a> {
    /// The number of pairs.
    pub fn len(&self) -> usize {
        self.left.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.left.is_empty()
    }

    /// The features of one pair.
    pub fn row(&self, pair: usize) -> &'a [f32] {
        &self.features[pair * self.names.len()..(pair + 1) * self.names.len()]
    }

    /// What somebody said of a pair.
    pub fn label(&self, pair: usize) -> Option<bool> {
        self.labels.get(pair).copied().flatten()
    }

    /// The chance of each pair, against its rivals where there can be but one partner. What somebody said is certain.
    pub fn chances(&self, log_odds: &[f64]) -> Vec<f64> {
        if self.labels.is_empty() {
            return self.chances_alone(log_odds);
        }
        self.chances_alone(&overruled(log_odds, self.labels))
    }

    /// The same, as if nobody had said anything.
    pub(super) fn chances_alone(&self, log_odds: &[f64]) -> Vec<f64> {
        if self.is_one_to_one {
            return marginal::marginals(self, log_odds);
        }
        log_odds.iter().map(|&odds| learn::probability_of(odds)).collect()
    }

    /// The log-odds of a pair before anything was compared, where so many pairs are one thing.
    fn prior(&self, ones: f64) -> f64 {
        if self.is_one_to_one {
            let records = marginal::records(self);
            return marginal::prior(self.len(), records, ones / records.max(1) as f64);
        }
        self.prior_alone(ones)
    }

    /// The same, each pair taken alone.
    fn prior_alone(&self, ones: f64) -> f64 {
        log_odds_of((ones / self.len().max(1) as f64).clamp(1e-9, 0.999))
    }
}

/// What learns which pairs are one thing.
pub trait PairLearner {
    /// The name by which reports know it.
    fn name(&self) -> &'static str;

    /// Learns from the pairs.
    ///
    /// # Errors
    /// What the pairs lack.
    fn learn(&self, study: &Study<'_>) -> Result<PairModel, FitError>;
}

/// What was learned.
#[derive(Debug, Clone, PartialEq)]
pub enum PairModel {
    /// Points for agreement.
    Rules(rules::Points),
    /// Match weights.
    FellegiSunter(fellegi_sunter::Weights),
    /// Learned models.
    Trained {
        /// Models whose log-odds are averaged, for each part of the left records; one part where that does not matter.
        parts: Vec<Vec<Model>>,
        /// What is added to their log-odds, where they saw only a share of the pairs that are none.
        offset: f64,
        /// What they learned from, where nobody gave labels.
        start: Option<fellegi_sunter::Weights>,
    },
}

impl PairModel {
    /// The log-odds that a pair of this left record is one thing.
    pub fn log_odds(&self, left: u32, row: &[f32]) -> f64 {
        match self {
            Self::Rules(points) => points.log_odds(row),
            Self::FellegiSunter(weights) => weights.log_odds(row),
            Self::Trained { parts, offset, .. } => {
                let models = &parts[left as usize % parts.len()];
                models.iter().map(|model| model.log_odds(row)).sum::<f64>() / models.len() as f64 + offset
            }
        }
    }

    /// The same model with so much more added to its log-odds.
    fn moved(self, by: f64) -> Self {
        match self {
            Self::Trained { parts, offset, start } => Self::Trained { parts, offset: offset + by, start },
            other => other,
        }
    }

    /// The log-odds of a pair that no rule brought: learned trees saw none such, match weights tell them too.
    pub fn log_odds_outside(&self, left: u32, row: &[f32]) -> f64 {
        match self {
            Self::Trained { start: Some(start), .. } => start.log_odds(row),
            _ => self.log_odds(left, row),
        }
    }

    /// The log-odds of every pair of a study, in its order.
    pub fn log_odds_of(&self, study: &Study<'_>) -> Vec<f64> {
        (0..study.len()).into_par_iter().map(|pair| self.log_odds(study.left[pair], study.row(pair))).collect()
    }

    /// What speaks for and against a pair, the strongest first; the rest of the log-odds is what was known before.
    pub fn reasons(&self, left: u32, names: &[String], row: &[f32]) -> Vec<(String, f64)> {
        let mut reasons = match self {
            Self::Rules(points) => points.reasons(row),
            Self::FellegiSunter(weights) => weights.reasons(row),
            Self::Trained { parts, .. } => mean_reasons(&parts[left as usize % parts.len()], names, row),
        };
        reasons.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
        reasons
    }
}

/// What each feature adds, averaged over models.
fn mean_reasons(models: &[Model], names: &[String], row: &[f32]) -> Vec<(String, f64)> {
    let mut sums = vec![0.0; names.len()];
    for model in models {
        let explained = model.path_contributions(row);
        sums.iter_mut().zip(explained.contributions).for_each(|(sum, part)| *sum += part / models.len() as f64);
    }
    names.iter().cloned().zip(sums).collect()
}
