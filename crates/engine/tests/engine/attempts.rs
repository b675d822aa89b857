//! What is known of attempts, taken out as bytes and back at any place of a life, changes nothing that is said after it.

use crate::case::token;
use crate::worlds::at;
use domain::live_policy::{Budget, LimitRule, LiveRule, Plan};
use domain::{
    Action, Attempt, Authorisation, AuthorisationOutcome, Batch, Body, Content, Currency, Digest, Event, LabelSource,
    Level, List, Listed, LivePolicy, Money, Outcome, Policy, ProcessorCategory, ProcessorLine, Record, RecordId,
    RiskKind, Ruling, Span, Work, WorkKind, Worked,
};
use engine::{Loaded, Settings, Working, advance, advance_attempts, bears_on_books};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

/// One thing that happens: what, when, to whom, how much.
type Told = (u8, i64, u8, u8, i64);

fn told() -> impl Strategy<Value = Vec<Told>> {
    prop::collection::vec((0..14_u8, 0..2_000_i64, 0..4_u8, 0..3_u8, 1..9_000_i64), 1..80)
}

fn card(number: u8) -> domain::Token {
    token(&format!("card{number}"))
}

fn rule(name: &str, min_amount_minor: i64, action: Action) -> LiveRule {
    LiveRule { min_amount_minor, ..LiveRule::named(name, action) }
}

/// Rules that leave limits, budgets, alerts and people to be told behind.
fn policy() -> Policy {
    let limit = LimitRule {
        most_minor: Some(2_000),
        most_attempts: Some(3),
        per_seconds: 600,
        for_seconds: 3_600,
        release_below_points: -1.0,
    };
    let budget = Budget { subjects: Some(2), money_minor: Some(30_000) };
    let rules = vec![
        LiveRule { budget, ..rule("large", 7_000, Action::Refuse) },
        LiveRule { limit: Some(limit), ..rule("much", 4_000, Action::LimitAmount) },
        rule("some", 3_000, Action::Review),
    ];
    let plans = vec![Plan {
        level: Level::Warning,
        tell: vec!["mailto:a@b.c".to_owned(), "mailto:d@b.c".to_owned()],
        escalate_seconds: 60,
        limit: Some(LimitRule { most_minor: Some(6_000), ..limit }),
    }];
    Policy { live: LivePolicy { rules, plans, ..LivePolicy::default() }, ..Policy::default() }
}

fn asked(number: usize, at: Timestamp, of: u8, terminal: u8, minor: i64) -> Attempt {
    Attempt {
        id: format!("a{number}").into(),
        payload: Digest::default(),
        at,
        kind: RiskKind::Transaction,
        doing: "payment".into(),
        amount: Money::new(minor, Currency::GBP),
        card: card(of),
        terminal: (terminal > 0).then(|| token(&format!("terminal{terminal}"))),
        order: if of == 0 { "".into() } else { format!("o{terminal}").into() },
        fell_back: false,
    }
}

fn record(name: String, at: Timestamp, content: Content) -> Body {
    Body::Record(Record { id: RecordId::from(name), at, file: Digest::default(), span: Span::default(), content })
}

fn dispute(number: usize, at: Timestamp, order: u8) -> Body {
    let gross = Money::new(-500, Currency::GBP);
    let line = ProcessorLine {
        card_country: None,
        category: ProcessorCategory::Dispute,
        gross,
        fee: Money::zero(Currency::GBP),
        net: gross,
        source_id: format!("dp{number}"),
        charge: Some(format!("ch{order}")),
        payout: None,
        payout_at: None,
        order_reference: Some(format!("o{order}")),
        customer: None,
        description: String::new(),
        presentment: None,
    };
    record(format!("stripe:dp{number}"), at, Content::Processor(line))
}

fn authorisation(number: usize, at: Timestamp, of: u8, charge: u8, minor: i64) -> Body {
    let said = Authorisation {
        amount: Money::new(minor, Currency::GBP),
        outcome: AuthorisationOutcome::Approved,
        reason: String::new(),
        latency_ms: Some(150),
        charge: Some(format!("ch{charge}")),
        order_reference: None,
        buyer: Some(card(of)),
        card: Some(card(of)),
        device: Some(token("device")),
        address: None,
        seller: "seller".to_owned(),
        merchant: "till".to_owned(),
        country: "GB".to_owned(),
    };
    record(format!("auth:{number}"), at, Content::Authorisation(said))
}

/// Time goes on by so many seconds a thing; one attempt in some is late.
fn life(told: &[Told]) -> Vec<Batch> {
    let mut now = at(0);
    let mut batches = vec![batch(now, vec![Body::PolicyInstalled(Box::new(policy()))])];
    let mut attempts: Vec<Attempt> = Vec::new();
    for (number, &(what, seconds, of, other, minor)) in told.iter().enumerate() {
        now += SignedDuration::from_secs(seconds);
        let last = attempts.get(attempts.len().wrapping_sub(1 + usize::from(of))).cloned();
        let body = match what {
            0 => last.map(|attempt| Body::OutcomeKnown(outcome(attempt, now, minor % 2 == 0))),
            1 => Some(Body::Ticked),
            2 => Some(worked(of, other)),
            3 => Some(listed(of, other, now)),
            4 => Some(dispute(number, now, other)),
            5 => Some(authorisation(number, now, of, other, minor)),
            _ => {
                let late = SignedDuration::from_secs(if minor % 5 == 0 { 900 } else { 0 });
                let attempt = asked(number, now - late, of, other, minor);
                attempts.push(attempt.clone());
                Some(Body::Asked(attempt))
            }
        };
        batches.extend(body.map(|body| batch(now, vec![body])));
    }
    batches
}

fn outcome(of: Attempt, known_at: Timestamp, event: bool) -> Outcome {
    let Attempt { id: attempt, at, card, terminal, .. } = of;
    Outcome { attempt, at, card, terminal, event, known_at, source: LabelSource::Told }
}

fn worked(of: u8, what: u8) -> Body {
    let what = match what {
        0 => WorkKind::Acknowledged,
        1 => WorkKind::Resolved { reason: "seen".to_owned() },
        _ => WorkKind::Undone { work: 1 },
    };
    let worked = |number| Worked {
        exception: format!("Alert/card:{}/{number}", card(of)),
        money_at_risk: Money::zero(Currency::GBP),
        needs_second: false,
    };
    Body::ExceptionsWorked(Work { about: (1..5).map(worked).collect(), by: "ann".to_owned(), what })
}

fn listed(of: u8, list: u8, now: Timestamp) -> Body {
    let list = match list {
        0 => Some(List::Block),
        1 => Some(List::Allow),
        _ => None,
    };
    let until = Some(now + SignedDuration::from_secs(3_000));
    Body::ListChanged(Listed { token: card(of), list, until, by: "ann".to_owned(), reason: String::new() })
}

fn batch(now: Timestamp, bodies: Vec<Body>) -> Batch {
    Batch { events: bodies.into_iter().map(|body| Event { now, body }).collect() }
}

/// All that is said, with every digit.
fn said(working: &mut Working, batches: &[Batch]) -> Vec<String> {
    let step = |batch: &Batch| {
        let step = advance(working, &Loaded::default(), batch);
        let rulings: Vec<Ruling> = step.rulings;
        format!("{rulings:?} {:?} {:?} {:?} {:?}", step.alerts, step.notices, step.outcomes, step.payment_features)
    };
    batches.iter().map(step).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn taken_out_and_back_at_any_place_nothing_is_said_otherwise(told in told(), places in (0..1_000_usize, 0..1_000_usize)) {
        let batches = life(&told);
        let place = |share: usize| share * batches.len() / 1_000;
        let (first, second) = (place(places.0.min(places.1)), place(places.0.max(places.1)));
        let mut whole = Working::default();
        let all = said(&mut whole, &batches);
        // Kept at the first place; from there followed without the books, by the scores of then, and kept again at the second.
        let mut kept = Working::default();
        batches[..first].iter().for_each(|batch| advance_attempts(&mut kept, &Loaded::default(), batch));
        let mut kept = opened(&batches[..first], kept.attempt_bytes());
        let mut scored = Working::default();
        for (number, batch) in batches[..second].iter().enumerate() {
            let step = advance(&mut scored, &Loaded::default(), batch);
            if number >= first {
                let scores = step.rulings.into_iter().map(|ruling| ruling.score).collect();
                advance_attempts(&mut kept, &Loaded { scores, ..Loaded::default() }, batch);
            }
        }
        let mut opened = opened(&batches[..second], kept.attempt_bytes());
        let after = said(&mut opened, &batches[second..]);
        prop_assert_eq!(&all[second..], &after[..]);
        prop_assert!(whole.attempt_bytes() == opened.attempt_bytes());
    }
}

/// As a restart does: what rules attempts, then what was kept, then the books.
fn opened(batches: &[Batch], kept: Vec<u8>) -> Working {
    let mut settings = Settings::default();
    (1..).zip(batches).for_each(|(number, batch)| settings.take(number, batch));
    let mut working = Working::default();
    advance_attempts(&mut working, &Loaded::default(), &settings.batch());
    let mut working = working.with_attempt_bytes(kept).unwrap();
    let mut books = Working::default();
    for batch in batches.iter().filter(|batch| bears_on_books(batch)) {
        advance(&mut books, &Loaded::default(), batch);
    }
    working.return_books(books);
    working
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn books_that_are_lent_and_settled_meanwhile_change_nothing_that_is_said(told in told(), lent in 0..1_000_usize) {
        let batches = life(&told);
        let settled = batch(at(10), vec![Body::Reconcile, Body::Refresh]);
        let place = lent * batches.len() / 1_000;
        let meanwhile = batches[place..].iter().take_while(|batch| !bears_on_books(batch)).count();
        let mut whole = Working::default();
        let mut all = said(&mut whole, &batches[..place + meanwhile]);
        let step = advance(&mut whole, &Loaded::default(), &settled);
        all.extend(said(&mut whole, &batches[place + meanwhile..]));
        let mut apart = Working::default();
        let mut told = said(&mut apart, &batches[..place]);
        let mut books = apart.lend_books();
        let step_apart = advance(&mut books, &Loaded::default(), &settled);
        told.extend(said(&mut apart, &batches[place..place + meanwhile]));
        apart.return_books(books);
        told.extend(said(&mut apart, &batches[place + meanwhile..]));
        prop_assert_eq!(all, told);
        prop_assert_eq!(step.scores, step_apart.scores);
        prop_assert_eq!(step.exceptions, step_apart.exceptions);
        prop_assert!(whole.attempt_bytes() == apart.attempt_bytes());
    }
}

#[test]
fn bytes_that_are_cut_short_are_no_state() {
    let mut working = Working::default();
    said(&mut working, &life(&[(9, 1, 1, 1, 8_000), (9, 1, 2, 1, 5_000), (5, 9, 1, 1, 100)]));
    let bytes = working.attempt_bytes();
    for len in 0..bytes.len() {
        assert!(Working::default().with_attempt_bytes(bytes[..len].to_vec()).is_none(), "{len} of {}", bytes.len());
    }
    assert!(Working::default().with_attempt_bytes(bytes).is_some());
}
