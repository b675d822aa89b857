//! Arbitrary attempts, and what bears on them.

use super::{digest, instant, money, policy as whole_policy, text};
use domain::live_policy::{Budget, Fallback, FeatureBar, LimitRule, LiveRule, LoanTerms, Mode, Plan};
use domain::{
    Action, Attempt, Body, Delivered, Delivery, LabelSource, Level, List, Listed, LivePolicy, Outcome, RiskKind, Role,
    Token,
};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// A live policy with something in every place.
pub(super) fn policy(share: f64, number: u32) -> LivePolicy {
    let rule = LiveRule {
        name: number.to_string(),
        kind: Some(RiskKind::Credit),
        doing: "payout".to_owned(),
        min_points: share,
        min_money_at_risk_minor: i64::from(number),
        min_amount_minor: 7,
        features: vec![FeatureBar { feature: "amount".to_owned(), at_least: share, at_most: f64::INFINITY }],
        action: Action::LimitFrequency,
        limit: Some(LimitRule {
            most_minor: Some(i64::from(number)),
            most_attempts: Some(number),
            per_seconds: 60,
            for_seconds: number,
            release_below_points: share,
        }),
        budget: Budget { subjects: Some(number), money_minor: Some(-1) },
    };
    LivePolicy {
        mode: Mode::StaticModel,
        base_rate: share,
        loss_given_event_bps: number,
        maturity_days: 7,
        retry_seconds: number,
        most_ahead_seconds: 300,
        rules: vec![rule],
        loan: Some(LoanTerms {
            most_expected_loss_minor: 1,
            most_minor: 2,
            funding_bps: number,
            margin_bps: 4,
            most_rate_bps: 5,
        }),
        fallbacks: vec![Fallback { doing: String::new(), action: Action::Challenge }],
        plans: vec![Plan {
            level: Level::Warning,
            tell: vec!["mailto:a".to_owned()],
            escalate_seconds: number,
            limit: None,
        }],
    }
}

fn token() -> impl Strategy<Value = Token> {
    any::<[u8; 16]>().prop_map(Token)
}

fn attempt() -> impl Strategy<Value = Attempt> {
    let names = (text(), text(), text());
    (names, digest(), instant(), money(), token(), option::of(token()), any::<bool>()).prop_map(
        |((id, doing, order), payload, at, amount, card, terminal, fell_back)| Attempt {
            id: id.into(),
            payload,
            at,
            kind: RiskKind::Transaction,
            doing: doing.into(),
            amount,
            card,
            terminal,
            order: order.into(),
            fell_back,
        },
    )
}

fn outcome() -> impl Strategy<Value = Outcome> {
    let sources = select(vec![LabelSource::Told, LabelSource::Chargeback, LabelSource::Disposition]);
    (text(), instant(), token(), option::of(token()), any::<bool>(), instant(), sources).prop_map(
        |(attempt, at, card, terminal, event, known_at, source)| Outcome {
            attempt: attempt.into(),
            at,
            card,
            terminal,
            event,
            known_at,
            source,
        },
    )
}

fn listed() -> impl Strategy<Value = Listed> {
    let list = option::of(select(vec![List::Block, List::Allow]));
    (token(), list, option::of(instant()), text(), text()).prop_map(|(token, list, until, by, reason)| Listed {
        token,
        list,
        until,
        by,
        reason,
    })
}

/// What the journal holds about attempts.
pub(super) fn bodies() -> impl Strategy<Value = Body> {
    let delivered = (text(), select(vec![Delivery::Delivered, Delivery::Dead]), any::<u32>(), text()).prop_map(
        |(notice, outcome, tries, error)| {
            Body::NoticeSettled(Delivered { notice: notice.into(), outcome, tries, error })
        },
    );
    let role = select(vec![Role::Champion, Role::Challenger]);
    let chosen = (role, option::of(digest()), text()).prop_map(|(role, model, reason)| Body::LiveModelChosen {
        kind: RiskKind::Transaction,
        role,
        model,
        reason,
    });
    prop_oneof![
        attempt().prop_map(Body::Asked),
        outcome().prop_map(Body::OutcomeKnown),
        chosen,
        option::of(whole_policy()).prop_map(|policy| Body::ShadowPolicySet(policy.map(Box::new))),
        listed().prop_map(Body::ListChanged),
        delivered,
        Just(Body::Ticked),
    ]
}
