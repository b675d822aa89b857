//! Learned models over pair features: fitted to labels, or to the pairs of which another learner is sure.
//!
//! *Without labels*: Fellegi and Sunter's model says of which pairs it is sure; a model is fitted to those, in halves
//! by left record, each half scored by the model of the other, so that no pair is judged by a model that was told its
//! answer. Then again, with the pairs of which the model is sure. Where records have at most one partner, being sure
//! takes the rivals into account, and a sure pair's rivals are sure to be none.
//!
//! *With labels*: the model is fitted to them, and pairs without one are scored.

use super::fellegi_sunter::Weights;
use super::{PairLearner, PairModel, Study};
use learn::boost::BoostParams;
use learn::forest::{DecisionTreeParams, ForestParams};
use learn::{Dataset, FitError, Model};

/// Parts into which left records fall, when a model learns from what it said itself.
const FOLDS: usize = 2;

/// Rounds of learning from what was said.
const ROUNDS: usize = 1;

/// From which chance on a pair is taken for one thing, and below which for none.
const TAKEN: f64 = 0.5;

/// The most pairs that are sure to be none for each that is sure to be one.
const MOST_NOT: usize = 3;

/// Which model is fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trained {
    /// A single decision tree.
    Tree,
    /// A random forest.
    Forest,
    /// Boosted trees.
    Boost,
}

impl PairLearner for Trained {
    fn name(&self) -> &'static str {
        match self {
            Self::Tree => "tree",
            Self::Forest => "forest",
            Self::Boost => "boosted trees",
        }
    }

    fn learn(&self, study: &Study<'_>) -> Result<PairModel, FitError> {
        let labelled: Vec<(usize, bool)> =
            study.labels.iter().enumerate().filter_map(|(pair, label)| Some((pair, (*label)?))).collect();
        if labelled.is_empty() {
            return self.by_itself(study);
        }
        let rows = rows(study, &labelled)?;
        let models: Result<Vec<Model>, FitError> =
            (0..self.members()).map(|seed| self.to_labels(&rows, seed)).collect();
        Ok(PairModel::Trained { parts: vec![models?], offset: 0.0, start: None })
    }
}

impl Trained {
    /// How many fits are averaged where labels are few and dear: boosted trees that see a third of the columns each
    /// differ by more than chance would have it.
    fn members(self) -> u64 {
        if self == Self::Boost { 4 } else { 1 }
    }

    /// Fits one model to labels.
    ///
    /// # Errors
    /// As of the estimators.
    pub fn to_labels(self, rows: &Dataset, seed: u64) -> Result<Model, FitError> {
        let few = if rows.rows() < 1_000 { 5 } else { 15 };
        match self {
            Self::Tree => {
                let params = DecisionTreeParams { min_data_in_leaf: few, ..DecisionTreeParams::default() };
                params.check().map_err(|_| FitError::NotFinite)?.fit(rows).map(Model::Tree)
            }
            Self::Forest => {
                let params = ForestParams { trees: 200, seed, ..ForestParams::default() };
                params.check().map_err(|_| FitError::NotFinite)?.fit(rows).map(Model::Forest)
            }
            Self::Boost => {
                let params = BoostParams {
                    trees: 300,
                    max_leaves: 15,
                    learning_rate: 0.04,
                    min_data_in_leaf: few,
                    row_share: 0.8,
                    column_share: 0.3,
                    seed,
                    ..BoostParams::default()
                };
                params.check().map_err(|_| FitError::NotFinite)?.fit(rows, None).map(Model::Boost)
            }
        }
    }

    /// Fits one model to what another said: pairs are many, so it is smaller and quicker.
    fn to_sayings(self, rows: &Dataset) -> Result<Model, FitError> {
        if self != Self::Boost {
            return self.to_labels(rows, 0);
        }
        let params = BoostParams { trees: 40, max_leaves: 15, learning_rate: 0.2, ..BoostParams::default() };
        params.check().map_err(|_| FitError::NotFinite)?.fit(rows, None).map(Model::Boost)
    }

    fn by_itself(self, study: &Study<'_>) -> Result<PairModel, FitError> {
        let weights = Weights::learn(study);
        let mut model = PairModel::FellegiSunter(weights.clone());
        for _ in 0..ROUNDS {
            let chances = study.chances(&model.log_odds_of(study));
            let (said, kept) = said(study, &chances);
            let fitted: Result<Vec<Model>, FitError> = (0..FOLDS)
                .map(|fold| {
                    let others = said.iter().copied().filter(|(pair, _)| fold_of(study.left[*pair]) != fold);
                    self.to_sayings(&rows(study, &others.collect::<Vec<(usize, bool)>>())?)
                })
                .collect();
            match fitted {
                Ok(models) => {
                    let offset =
                        kept.ln() + study.prior(chances.iter().sum()) - study.prior_alone(chances.iter().sum());
                    let parts = models.into_iter().map(|model| vec![model]).collect();
                    model = PairModel::Trained { parts, offset, start: Some(weights.clone()) };
                }
                // There is nothing to learn from: what was known stands.
                Err(FitError::OneLabelOnly) => return Ok(model),
                Err(error) => return Err(error),
            }
        }
        Ok(model)
    }
}

/// The features of these pairs with their labels.
fn rows(study: &Study<'_>, labelled: &[(usize, bool)]) -> Result<Dataset, FitError> {
    let values: Vec<f32> = labelled.iter().flat_map(|(pair, _)| study.row(*pair).iter().copied()).collect();
    let labels: Vec<bool> = labelled.iter().map(|(_, label)| *label).collect();
    if !(labels.contains(&true) && labels.contains(&false)) {
        return Err(FitError::OneLabelOnly);
    }
    Dataset::new(study.names.to_vec(), values, labels).map_err(|_| FitError::NotFinite)
}

/// What these chances say of each pair, and the share of the pairs that are none which are kept: only as many as teach.
fn said(study: &Study<'_>, chances: &[f64]) -> (Vec<(usize, bool)>, f64) {
    let is_one = |pair: &usize| chances[*pair] >= TAKEN;
    let ones = (0..study.len()).filter(is_one).count();
    let step = (study.len() - ones).div_ceil((MOST_NOT * ones).max(1)).max(1);
    let none = (0..study.len()).filter(|pair| !is_one(pair)).step_by(step);
    let mut said: Vec<(usize, bool)> = none.map(|pair| (pair, false)).collect();
    said.extend((0..study.len()).filter(is_one).map(|pair| (pair, true)));
    said.sort_unstable();
    (said, 1.0 / step as f64)
}

/// Records are in the order of their content, so neighbours fall into different folds.
fn fold_of(record: u32) -> usize {
    record as usize % FOLDS
}
