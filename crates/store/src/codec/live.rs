//! Attempts, rulings, their policy, alerts.

use super::{Decoder, Encoder, Malformed, Stored, stored_enum, stored_struct};
use domain::alert::{Alert, Delivered, Delivery, Notice};
use domain::attempt::{Assessed, Attempt, LabelSource, List, Listed, Outcome, Role, Ruling, Shadow, Terms, WouldHave};
use domain::live_policy::{Budget, Fallback, FeatureBar, LimitRule, LivePolicy, LiveRule, LoanTerms, Mode, Plan};
use smol_str::SmolStr;

stored_struct!(Attempt { id, payload, at, kind, doing, amount, card, terminal, order, fell_back });
stored_struct!(Assessed { method, probability, points, level, money_at_risk, moved });
stored_struct!(Terms { most_minor, most_attempts, per_seconds, rate_bps, until });
stored_struct!(WouldHave { by, points, action, rule });
stored_enum!(Shadow { 0 = Challenger, 1 = Policy, 2 = RulesOnly, 3 = StaticModel });
stored_struct!(Ruling { attempt, features, score, action, rule, terms, stopped, would_have });
stored_enum!(LabelSource { 0 = Told, 1 = Chargeback, 2 = Disposition });
stored_struct!(Outcome { attempt, at, card, terminal, event, known_at, source });
stored_enum!(Role { 0 = Champion, 1 = Challenger });
stored_struct!(Listed { token, list, until, by, reason });
stored_enum!(List { 0 = Block, 1 = Allow });

stored_enum!(Mode { 0 = Model, 1 = StaticModel, 2 = RulesOnly });
stored_struct!(FeatureBar { feature, at_least, at_most });
stored_struct!(Budget { subjects, money_minor });
stored_struct!(LimitRule { most_minor, most_attempts, per_seconds, for_seconds, release_below_points });
stored_struct!(LiveRule {
    name,
    kind,
    doing,
    min_points,
    min_money_at_risk_minor,
    min_amount_minor,
    features,
    action,
    limit,
    budget,
});
stored_struct!(LoanTerms { most_expected_loss_minor, most_minor, funding_bps, margin_bps, most_rate_bps });
stored_struct!(Fallback { doing, action });
stored_struct!(Plan { level, tell, escalate_seconds, limit });
stored_struct!(LivePolicy {
    mode,
    base_rate,
    loss_given_event_bps,
    maturity_days,
    retry_seconds,
    most_ahead_seconds,
    rules,
    loan,
    fallbacks,
    plans,
});

stored_struct!(Alert {
    id,
    about,
    level,
    rule,
    opened_at,
    last_at,
    rulings,
    attempts,
    money_at_risk,
    told,
    acknowledged,
    closed,
});
stored_struct!(Notice { id, alert, to, at, why });
stored_enum!(Delivery { 0 = Delivered, 1 = Dead });
stored_struct!(Delivered { notice, outcome, tries, error });

impl Stored for SmolStr {
    fn put(&self, out: &mut Encoder) {
        out.text(self);
    }

    fn take(from: &mut Decoder<'_>) -> Result<Self, Malformed> {
        String::take(from).map(Self::from)
    }
}
