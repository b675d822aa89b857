//! Learned models over pair features: fitted to labels, or to the pairs of which another learner is sure.
//!
//! *Without labels*: Fellegi and Sunter's model says of which pairs it is sure; a model is fitted to those, in halves
//! by left record, each half scored by the model of the other, so that no pair is judged by a model that was told its
//! answer. Then again, with the pairs of which the model is sure. Where records have at most one partner, being sure
//! takes the rivals into account, and a sure pair's rivals are sure to be none.
//!
//! *With labels of all pairs*: the model is fitted to them alone. *With labels of some*, as people answer about single
//! pairs, it learns from what was said by itself and from the labels, each of which counts as much as
//! [`ANSWER_WEIGHT`] pairs: they are sure, and of the pairs that are hardest. They fall into the same halves, so that
//! what the model says of such a pair is not what it was told.

use super::fellegi_sunter::Weights;
use super::{PairLearner, PairModel, Study, ranked};
use learn::boost::BoostParams;
use learn::forest::{DecisionTreeParams, ForestParams};
use learn::{Dataset, FitError, Model};
use std::collections::BTreeMap;

/// Parts into which left records fall, when a model learns from what it said itself.
const FOLDS: usize = 2;

/// The same, where ranks said it first: these are few, and each part is fitted to all of the others.
const RANKED_FOLDS: usize = 4;

/// How many fits are averaged there: each sees a third of the columns, and one alone differs from the next by more than
/// what is to be told.
const RANKED_MEMBERS: u64 = 4;

/// Rounds of learning from what was said.
const ROUNDS: usize = 1;

/// The same, where the first was said by ranks.
const RANKED_ROUNDS: usize = 3;

/// From which chance on a pair is taken for one thing, and below which for none.
const TAKEN: f64 = 0.5;

/// How many pairs an answer of somebody's counts for.
const ANSWER_WEIGHT: f32 = 5.0;

/// The most pairs that are sure to be none for each that is sure to be one.
const MOST_NOT: usize = 3;

/// The same among titles, where what is none differs more from record to record.
const MOST_NOT_RANKED: usize = 30;

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
        if labelled.is_empty() || labelled.len() < study.len() {
            return self.by_itself(study);
        }
        let rows = rows(study, &labelled, false, None)?;
        let models: Result<Vec<Model>, FitError> =
            (0..self.members(rows.rows())).map(|seed| self.to_labels(&rows, seed)).collect();
        Ok(PairModel::Trained { parts: vec![models?], offset: 0.0, start: None })
    }
}

impl Trained {
    /// How many fits are averaged where labels are dear: boosted trees that see a third of the columns each differ by
    /// more than chance would have it, the more the fewer rows there are.
    fn members(self, rows: usize) -> u64 {
        match self {
            Self::Boost if rows < 1_000 => 16,
            Self::Boost => 4,
            Self::Tree | Self::Forest => 1,
        }
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

    /// Fits one model to what another said: pairs are many, so it is smaller and quicker. Where ranks said it first, trees
    /// are small and see few columns each, so that no tree can go by the title alone.
    fn to_sayings(self, rows: &Dataset, is_ranked: bool, seed: u64) -> Result<Model, FitError> {
        if self != Self::Boost {
            return self.to_labels(rows, seed);
        }
        let params = if is_ranked {
            BoostParams {
                trees: 60,
                max_leaves: 8,
                learning_rate: 0.1,
                min_data_in_leaf: 100,
                row_share: 0.8,
                column_share: 0.3,
                seed,
                ..BoostParams::default()
            }
        } else {
            BoostParams { trees: 40, max_leaves: 15, learning_rate: 0.2, ..BoostParams::default() }
        };
        params.check().map_err(|_| FitError::NotFinite)?.fit(rows, None).map(Model::Boost)
    }

    fn by_itself(self, study: &Study<'_>) -> Result<PairModel, FitError> {
        let weights = Weights::learn(study);
        let seeds = study.title.filter(|_| study.is_one_to_one).and_then(|title| ranked::seeds(study, title));
        if let Some(seeds) = seeds {
            return self.by_rank(study, &seeds, &weights);
        }
        let mut model = PairModel::FellegiSunter(weights.clone());
        for _ in 0..ROUNDS {
            let chances = study.chances(&model.log_odds_of(study));
            let (said, kept) = said(study, &chances, MOST_NOT);
            let fitted = self.in_parts(study, &said, None);
            match fitted {
                Ok(parts) => {
                    let offset =
                        kept.ln() + study.prior(chances.iter().sum()) - study.prior_alone(chances.iter().sum());
                    model = PairModel::Trained { parts, offset, start: Some(weights.clone()) };
                }
                // There is nothing to learn from: what was known stands.
                Err(FitError::OneLabelOnly) => return Ok(model),
                Err(error) => return Err(error),
            }
        }
        Ok(model)
    }

    /// From seeds to a model, then from what it says against rivals to the next, each pair counting as far as it is sure.
    fn by_rank(self, study: &Study<'_>, seeds: &[(usize, bool)], weights: &Weights) -> Result<PairModel, FitError> {
        let told = (0..study.labels.len()).filter_map(|pair| Some((pair, study.label(pair)?)));
        let said: BTreeMap<usize, bool> = seeds.iter().copied().chain(told).collect();
        let mut said: Vec<(usize, bool)> = said.into_iter().collect();
        let mut sure = vec![1.0; study.len()];
        let mut model = PairModel::FellegiSunter(weights.clone());
        for _ in 0..RANKED_ROUNDS {
            let parts = match self.in_parts(study, &said, Some(&sure)) {
                Ok(parts) => parts,
                Err(FitError::OneLabelOnly) => return Ok(model),
                Err(error) => return Err(error),
            };
            let fitted = PairModel::Trained { parts, offset: 0.0, start: Some(weights.clone()) };
            let odds = fitted.log_odds_of(study);
            let offset = ranked::offset(study, &odds, ranked::partnered(study, &odds));
            let chances = study.chances(&odds.iter().map(|odds| odds + offset).collect::<Vec<f64>>());
            (said, _) = self::said(study, &chances, MOST_NOT_RANKED);
            sure = chances.into_iter().map(sureness).collect();
            model = fitted.moved(offset);
        }
        Ok(model)
    }

    /// The models for each part of the left records, fitted to what was said of the others; where ranks said it first,
    /// each pair counts as far as it is sure.
    fn in_parts(
        self,
        study: &Study<'_>,
        said: &[(usize, bool)],
        sure: Option<&[f32]>,
    ) -> Result<Vec<Vec<Model>>, FitError> {
        let (folds, members) = match (sure, self) {
            (Some(_), Self::Boost) => (RANKED_FOLDS, RANKED_MEMBERS),
            (Some(_), Self::Tree | Self::Forest) => (RANKED_FOLDS, 1),
            (None, _) => (FOLDS, 1),
        };
        let of = |fold: usize| {
            // Records are in the order of their content, so neighbours fall into different folds.
            let others = said.iter().copied().filter(|(pair, _)| study.left[*pair] as usize % folds != fold);
            let rows = rows(study, &others.collect::<Vec<(usize, bool)>>(), true, sure)?;
            (0..members).map(|seed| self.to_sayings(&rows, sure.is_some(), seed)).collect()
        };
        (0..folds).map(of).collect()
    }
}

/// 1 for a chance of 0 or 1, and next to nothing in between.
#[expect(clippy::cast_possible_truncation, reason = "a weight between 0 and 1")]
fn sureness(chance: f64) -> f32 {
    const LEAST: f64 = 0.05;
    (2.0 * chance - 1.0).abs().max(LEAST) as f32
}

/// The features of these pairs with their labels; where only some come from people, those count for more, and the others as
/// far as they are sure.
fn rows(
    study: &Study<'_>,
    labelled: &[(usize, bool)],
    is_mixed: bool,
    sure: Option<&[f32]>,
) -> Result<Dataset, FitError> {
    let values: Vec<f32> = labelled.iter().flat_map(|(pair, _)| study.row(*pair).iter().copied()).collect();
    let labels: Vec<bool> = labelled.iter().map(|(_, label)| *label).collect();
    if !(labels.contains(&true) && labels.contains(&false)) {
        return Err(FitError::OneLabelOnly);
    }
    let rows = Dataset::new(study.names.to_vec(), values, labels).map_err(|_| FitError::NotFinite)?;
    if !is_mixed || study.labels.is_empty() && sure.is_none() {
        return Ok(rows);
    }
    let of = |pair: usize| match (study.label(pair), sure) {
        (Some(_), _) => ANSWER_WEIGHT,
        (None, Some(sure)) => sure[pair],
        (None, None) => 1.0,
    };
    let weights = labelled.iter().map(|(pair, _)| of(*pair)).collect();
    rows.with_weights(weights).map_err(|_| FitError::NotFinite)
}

/// What these chances say of each pair, and the share of the pairs that are none which are kept: only as many as teach.
fn said(study: &Study<'_>, chances: &[f64], most_not: usize) -> (Vec<(usize, bool)>, f64) {
    let is_one = |pair: &usize| chances[*pair] >= TAKEN;
    let ones = (0..study.len()).filter(is_one).count();
    let step = (study.len() - ones).div_ceil((most_not * ones).max(1)).max(1);
    let none = (0..study.len()).filter(|pair| !is_one(pair) && study.label(*pair).is_none()).step_by(step);
    let told = (0..study.labels.len()).filter(|pair| study.label(*pair) == Some(false));
    let mut said: Vec<(usize, bool)> = none.chain(told).map(|pair| (pair, false)).collect();
    said.extend((0..study.len()).filter(is_one).map(|pair| (pair, true)));
    said.sort_unstable();
    (said, 1.0 / step as f64)
}
