//! The score of an attempt: by a live model, or the base rate.
//!
//! Charge: a probability, the same 0–5 scale as of sales, and what moved the log-odds: the base rate, one part a feature
//! (the cheap path contributions; exact Shapley values are for whoever asks), calibration. Limits: where no model scores,
//! the base rate of the policy stands, and rules decide by features.
//!
//! Example: base rate .01, amount 100.00, all of it lost: log-odds −4.595, money at risk 1.00.

use super::{level, log_odds, points, probability};
use domain::{Assessed, Digest, Method, Money, Policy, Role};
use learn::ModelFile;
use std::sync::Arc;

/// No probability is believed beyond these log-odds, as of sales.
const MOST_LOG_ODDS: f64 = 12.0;

/// A live model, and which of our features its columns are.
#[derive(Clone, Debug)]
pub struct LiveModel {
    /// SHA-256 of its file.
    pub digest: Digest,
    /// The model.
    pub model: Arc<ModelFile>,
    /// For each of its columns the place of the feature; none where it is not known any more: then it is missing.
    places: Vec<Option<usize>>,
}

impl LiveModel {
    /// A model whose columns are found among these features by name.
    pub fn new(digest: Digest, model: Arc<ModelFile>, features: &[&str]) -> Self {
        let place = |name: &String| features.iter().position(|feature| feature == name);
        let places = model.feature_names().iter().map(place).collect();
        Self { digest, model, places }
    }

    /// A row as the model wants it.
    pub fn row(&self, features: &[f32]) -> Vec<f32> {
        let value = |place: &Option<usize>| place.and_then(|place| features.get(place).copied()).unwrap_or(f32::NAN);
        self.places.iter().map(value).collect()
    }
}

/// The models of one kind of risk.
#[derive(Clone, Debug, Default)]
pub struct LiveModels {
    /// It decides.
    pub champion: Option<LiveModel>,
    /// It decides in the shadow.
    pub challenger: Option<LiveModel>,
    /// The champion that was chosen first.
    pub first: Option<LiveModel>,
}

impl LiveModels {
    /// A model does something from here on.
    pub fn choose(&mut self, role: Role, model: Option<LiveModel>) {
        match role {
            Role::Champion => {
                if self.first.is_none() {
                    self.first.clone_from(&model);
                }
                self.champion = model;
            }
            Role::Challenger => self.challenger = model,
        }
    }
}

/// The score of an attempt by this model. `exposure`: the amount in the reporting currency.
pub fn assess_attempt(policy: &Policy, model: Option<&LiveModel>, features: &[f32], exposure: Money) -> Assessed {
    let (method, moved) = match model {
        None => (Method::ColdStart, vec![log_odds(policy.live.base_rate)]),
        Some(model) => (Method::Model(model.digest), moved(model, features)),
    };
    let probability = probability(moved.iter().sum());
    let points = points(policy, probability);
    let money_at_risk = at_risk(probability, policy.live.loss_given_event_bps, exposure);
    Assessed { method, probability, points, level: level(policy, points), money_at_risk, moved }
}

fn moved(model: &LiveModel, features: &[f32]) -> Vec<f64> {
    let row = model.row(features);
    let parts = model.model.path_contributions(&row);
    let score = model.model.score(&row).clamp(-MOST_LOG_ODDS, MOST_LOG_ODDS);
    let mut moved = Vec::with_capacity(parts.contributions.len() + 2);
    moved.push(parts.bias);
    moved.extend(&parts.contributions);
    moved.push(score - parts.log_odds());
    moved
}

#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "an estimate of an exact exposure")]
fn at_risk(probability: f64, loss_bps: u32, exposure: Money) -> Money {
    let share = probability * f64::from(loss_bps) / 10_000.0;
    Money::new((exposure.minor as f64 * share).round_ties_even() as i64, exposure.currency)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Currency;

    #[test]
    fn the_example_by_hand() {
        let score = assess_attempt(&Policy::default(), None, &[], Money::new(10_000, Currency::GBP));
        assert_eq!((score.method, score.money_at_risk.minor), (Method::ColdStart, 100));
        assert!((score.moved[0] + 4.595).abs() < 0.001 && (score.probability - 0.01).abs() < 1e-12);
    }
}
