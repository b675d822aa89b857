//! The header's example, and the order in which an attempt is ruled on.

use super::*;
use domain::live_policy::{Fallback, LimitRule, LiveRule, LoanTerms};
use domain::{Action, Currency, LivePolicy};

const CARD: Token = Token([1; 16]);

fn attempt(id: &str, at: i64, minor: i64) -> Attempt {
    Attempt {
        id: id.into(),
        payload: Digest::default(),
        at: Timestamp::from_second(at).unwrap(),
        kind: RiskKind::Transaction,
        doing: "payment".into(),
        amount: Money::new(minor, Currency::GBP),
        card: CARD,
        terminal: None,
        order: "".into(),
        fell_back: false,
    }
}

fn rule(name: &str, min_amount_minor: i64, action: Action) -> LiveRule {
    LiveRule { min_amount_minor, ..LiveRule::named(name, action) }
}

fn policy(rules: Vec<LiveRule>) -> Policy {
    Policy { live: LivePolicy { rules, ..LivePolicy::default() }, ..Policy::default() }
}

/// What rules, and what it knows of payments.
#[derive(Default)]
struct Desk {
    live: Live,
    payments: Payments,
}

fn ask(desk: &mut Desk, policy: &Policy, attempt: &Attempt) -> Ruling {
    let mut step = Step::default();
    let under = Under { policy, rates: &Rates::default(), now: attempt.at };
    desk.live.ask(under, &mut desk.payments, attempt, None, &mut step);
    assert_eq!(step.rulings.len(), 1, "exactly one");
    step.rulings.remove(0)
}

fn listed(list: List, until: Option<i64>) -> Listed {
    let until = until.map(|second| Timestamp::from_second(second).unwrap());
    Listed { token: CARD, list: Some(list), until, by: "ann".to_owned(), reason: "known".to_owned() }
}

#[test]
fn lists_come_before_rules_and_end_by_themselves() {
    let policy = policy(vec![rule("large", 5_000, Action::Refuse)]);
    let mut desk = Desk::default();
    let told = |ruling: Ruling| (ruling.action, ruling.rule);
    assert_eq!(told(ask(&mut desk, &policy, &attempt("a", 0, 6_000))), (Action::Refuse, "large".to_owned()));
    desk.live.list(&listed(List::Allow, Some(100)));
    assert_eq!(told(ask(&mut desk, &policy, &attempt("b", 99, 6_000))), (Action::Allow, "allow list".to_owned()));
    assert_eq!(told(ask(&mut desk, &policy, &attempt("c", 100, 6_000))), (Action::Refuse, "large".to_owned()));
    desk.live.list(&listed(List::Block, None));
    assert_eq!(told(ask(&mut desk, &policy, &attempt("d", 200, 10))), (Action::Refuse, "block list".to_owned()));
    desk.live.list(&Listed { list: None, ..listed(List::Block, None) });
    assert_eq!(told(ask(&mut desk, &policy, &attempt("e", 300, 10))), (Action::Allow, "default".to_owned()));
}

#[test]
fn a_limit_holds_after_the_rule_that_set_it() {
    let limit = LimitRule {
        most_minor: Some(1_000),
        most_attempts: None,
        per_seconds: 60,
        for_seconds: 600,
        release_below_points: -1.0,
    };
    let limiting = LiveRule { limit: Some(limit), ..rule("large", 5_000, Action::LimitAmount) };
    let policy = policy(vec![limiting]);
    let mut desk = Desk::default();
    let first = ask(&mut desk, &policy, &attempt("a", 0, 6_000));
    assert_eq!((first.action, first.terms.and_then(|terms| terms.most_minor)), (Action::LimitAmount, Some(1_000)));
    assert_eq!(ask(&mut desk, &policy, &attempt("b", 10, 2_000)).rule, "limit of large");
    assert_eq!(ask(&mut desk, &policy, &attempt("c", 20, 900)).rule, "default");
    assert_eq!(ask(&mut desk, &policy, &attempt("d", 601, 2_000)).rule, "default", "it has ended");
}

#[test]
fn out_of_time_the_stated_fallback_stands() {
    let mut policy = policy(vec![rule("all", 0, Action::Refuse)]);
    policy.live.fallbacks = vec![
        Fallback { doing: "payout".to_owned(), action: Action::Hold },
        Fallback { doing: String::new(), action: Action::Allow },
    ];
    let mut desk = Desk::default();
    let late = |id: &str, doing: &str| Attempt { fell_back: true, doing: doing.into(), ..attempt(id, 0, 100) };
    assert_eq!(ask(&mut desk, &policy, &late("a", "payment")).action, Action::Allow);
    let held = ask(&mut desk, &policy, &late("b", "payout"));
    assert_eq!((held.action, held.rule.as_str()), (Action::Hold, "deadline"));
}

#[test]
fn a_rule_beyond_its_budget_passes_on_and_says_so() {
    let mut bounded = rule("bounded", 0, Action::Refuse);
    bounded.budget.subjects = Some(0);
    let policy = policy(vec![bounded, rule("next", 0, Action::Review)]);
    let mut desk = Desk::default();
    let mut step = Step::default();
    let attempt = attempt("a", 0, 100);
    let under = Under { policy: &policy, rates: &Rates::default(), now: attempt.at };
    desk.live.ask(under, &mut desk.payments, &attempt, None, &mut step);
    let ruling = &step.rulings[0];
    assert_eq!((ruling.rule.as_str(), ruling.stopped.as_slice()), ("next", ["bounded".to_owned()].as_slice()));
    assert!(step.alerts.iter().any(|alert| alert.about == "rule:bounded"));
}

#[test]
fn credit_is_lent_as_far_as_the_expected_loss_bears() {
    let mut policy = policy(Vec::new());
    policy.live.base_rate = 0.05;
    policy.live.loss_given_event_bps = 5_000;
    policy.live.loan = Some(LoanTerms {
        most_expected_loss_minor: 10_000,
        most_minor: 1_000_000,
        funding_bps: 300,
        margin_bps: 200,
        most_rate_bps: 3_000,
    });
    let mut desk = Desk::default();
    let loan = |id: &str, minor| Attempt { kind: RiskKind::Credit, ..attempt(id, 0, minor) };
    let asked = ask(&mut desk, &policy, &loan("a", 500_000));
    let terms = asked.terms.unwrap();
    assert_eq!((asked.action, terms.rate_bps), (Action::LimitAmount, Some(770)));
    assert!((399_999..=400_000).contains(&terms.most_minor.unwrap()));
    assert_eq!(ask(&mut desk, &policy, &loan("b", 300_000)).action, Action::Allow);
}

#[test]
fn a_chargeback_of_its_order_is_the_label_of_an_attempt_and_a_won_dispute_takes_it_back() {
    let mut desk = Desk::default();
    ask(&mut desk, &policy(Vec::new()), &Attempt { order: "o-7".into(), ..attempt("a", 0, 100) });
    let zero = Money::zero(Currency::GBP);
    let line = |category| ProcessorLine {
        category,
        gross: zero,
        fee: zero,
        net: zero,
        source_id: String::new(),
        charge: None,
        payout: None,
        payout_at: None,
        order_reference: Some("o-7".to_owned()),
        customer: None,
        description: String::new(),
        presentment: None,
        card_country: None,
    };
    let mut step = Step::default();
    let now = Timestamp::from_second(9).unwrap();
    desk.live.chargeback(now, &mut desk.payments, &line(ProcessorCategory::Charge), &mut step);
    desk.live.chargeback(now, &mut desk.payments, &line(ProcessorCategory::Dispute), &mut step);
    desk.live.chargeback(now, &mut desk.payments, &line(ProcessorCategory::DisputeReversal), &mut step);
    let told: Vec<_> = step.outcomes.iter().map(|outcome| (outcome.attempt.as_str(), outcome.event)).collect();
    assert_eq!(told, [("a", true), ("a", false)]);
}

#[test]
fn a_policy_in_the_shadow_says_what_it_would_have_done_and_decides_nothing() {
    let mut desk = Desk::default();
    desk.live.set_shadow(Some(&policy(vec![rule("strict", 0, Action::Hold)])));
    let ruling = ask(&mut desk, &policy(Vec::new()), &attempt("a", 0, 100));
    assert_eq!(ruling.action, Action::Allow);
    assert_eq!((ruling.would_have[0].by, ruling.would_have[0].action), (Shadow::Policy, Action::Hold));
}

/// Beyond 5.00 an alert opens, whose plan lets through one attempt a minute of at most 4.00; a second alert of the same
/// loudness tells nobody anew, and the limit ends by itself.
#[test]
fn the_plan_of_an_alert_limits_its_card_from_the_next_attempt_on() {
    let mut policy = policy(vec![rule("much", 500, Action::Review)]);
    let limit = LimitRule {
        most_minor: Some(400),
        most_attempts: None,
        per_seconds: 60,
        for_seconds: 1_000,
        release_below_points: -1.0,
    };
    policy.live.plans = vec![domain::live_policy::Plan {
        level: domain::Level::Warning,
        tell: Vec::new(),
        escalate_seconds: 60,
        limit: Some(limit),
    }];
    let mut desk = Desk::default();
    let mut ruled = |at, minor| ask(&mut desk, &policy, &attempt(&format!("a{at}"), at, minor)).rule;
    assert_eq!(ruled(0, 450), "default");
    assert_eq!(ruled(100, 600), "much");
    assert_eq!(ruled(200, 450), "limit of plan warning");
    assert_eq!(ruled(300, 350), "default");
    assert_eq!(ruled(1_500, 450), "default");
}
