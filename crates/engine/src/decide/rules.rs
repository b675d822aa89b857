//! Which rule an attempt reaches.
//!
//! Charge: the first rule whose bars are all reached. Limits: it sees one attempt and its score; what was before is in
//! the features. A bar on money is reached where the amount cannot be told in the reporting currency: what cannot be
//! weighed is not waved through.
//!
//! Example: `review` from 3.0 points and `card_count_1h` of 5: an attempt with 3.4 points and 6 attempts in the hour
//! reaches it, with 2 it does not.

use domain::live_policy::{FeatureBar, LiveRule};
use domain::{Attempt, Money};

/// An attempt as rules see it.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// What is about to be done.
    pub attempt: &'a Attempt,
    /// Its 0–5 score.
    pub points: f64,
    /// In the reporting currency; none where no rate is known.
    pub amount: Option<Money>,
    /// In the reporting currency; none where no rate is known.
    pub money_at_risk: Option<Money>,
    /// What is known.
    pub features: &'a [f32],
    /// Names of the features.
    pub names: &'a [&'a str],
}

/// Whether all bars of a rule are reached.
pub fn reaches(rule: &LiveRule, case: &Case<'_>) -> bool {
    let reached = |bar: i64, money: Option<Money>| money.is_none_or(|money| money.minor >= bar);
    rule.kind.is_none_or(|kind| kind == case.attempt.kind)
        && (rule.doing.is_empty() || rule.doing == case.attempt.doing.as_str())
        && case.points >= rule.min_points
        && (rule.min_money_at_risk_minor <= 0 || reached(rule.min_money_at_risk_minor, case.money_at_risk))
        && (rule.min_amount_minor <= 0 || reached(rule.min_amount_minor, case.amount))
        && rule.features.iter().all(|bar| bar_is_reached(bar, case))
}

fn bar_is_reached(bar: &FeatureBar, case: &Case<'_>) -> bool {
    let place = case.names.iter().position(|name| *name == bar.feature);
    let value = place.and_then(|place| case.features.get(place)).map(|value| f64::from(*value));
    value.is_some_and(|value| value >= bar.at_least && value <= bar.at_most)
}
