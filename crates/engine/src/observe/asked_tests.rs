//! The header's example, labels, and the limits' count against counting by hand.

use super::*;
use crate::document::{Document, Kind};
use crate::observe::payment_columns;
use domain::{Authorisation, AuthorisationOutcome, Currency, Digest, LabelSource, RiskKind};
use proptest::prelude::*;

const DAY_S: i64 = 86_400;

fn attempt(id: usize, at: i64, minor: i64, card: u8, terminal: u8) -> Attempt {
    Attempt {
        id: format!("a{id}").into(),
        payload: Digest::default(),
        at: Timestamp::from_second(at).unwrap(),
        kind: RiskKind::Transaction,
        doing: "payment".into(),
        amount: Money::new(minor, Currency::EUR),
        card: Token([card; 16]),
        terminal: Some(Token([terminal; 16])),
        order: "".into(),
        fell_back: false,
    }
}

fn ask(payments: &mut Payments, attempt: &Attempt, retry_s: i64) -> Known {
    payments.ask(attempt, Some(attempt.amount), retry_s)
}

fn feature(known: &Known, name: &str) -> f32 {
    known.features[payment_columns().iter().position(|column| *column == name).unwrap()]
}

#[test]
fn a_retry_counts_once_and_another_amount_is_none() {
    let mut payments = Payments::default();
    let tries = [(0, 500), (20, 500), (59, 500), (61, 500), (62, 700)];
    let known: Vec<Known> =
        (0..).zip(tries).map(|(id, (at, minor))| ask(&mut payments, &attempt(id, at, minor, 1, 9), 60)).collect();
    assert_eq!(known.iter().map(|known| known.retry).collect::<Vec<_>>(), [false, true, true, false, false]);
    let counts: Vec<f32> = known.iter().map(|known| feature(known, "card_count_1h")).collect();
    assert_eq!(counts, [1.0, 1.0, 1.0, 2.0, 3.0]);
    let card = Token([1; 16]);
    let within = |second, seconds| payments.attempts_within(card, Timestamp::from_second(second).unwrap(), seconds);
    assert_eq!([within(61, 60), within(62, 100), within(60, 60)], [1, 3, 0]);
}

#[test]
fn a_terminals_risk_waits_for_its_labels_and_the_last_label_stands() {
    let mut payments = Payments::default();
    let first = attempt(0, 0, 100, 1, 9);
    ask(&mut payments, &first, 0);
    ask(&mut payments, &attempt(1, 60, 100, 2, 9), 0);
    let (at, terminal) = (first.at, first.terminal);
    let outcome = |event| Outcome {
        attempt: first.id.clone(),
        at,
        card: first.card,
        terminal,
        event,
        known_at: at,
        source: LabelSource::Told,
    };
    payments.learn(&outcome(true));
    payments.learn(&outcome(true));
    let mut risk = |id, at| feature(&ask(&mut payments, &attempt(id, at, 1, 3, 9), 0), "terminal_risk_1d");
    assert!(risk(2, 3_600).is_nan() || risk(3, 3_601) == 0.0, "not matured");
    assert_eq!(risk(4, 7 * DAY_S + 60), 0.5);
    payments.learn(&outcome(false));
    let mut risk = |id, at| feature(&ask(&mut payments, &attempt(id, at, 1, 3, 9), 0), "terminal_risk_1d");
    assert_eq!(risk(5, 7 * DAY_S + 61), 0.0, "taken back");
}

proptest! {
    /// In any order of arrival.
    #[test]
    fn attempts_within_a_stretch_are_what_counting_says(
        times in proptest::collection::vec(0_i64..2_000, 1..60), at in 0_i64..2_500, seconds in 1_u32..2_000,
    ) {
        let mut payments = Payments::default();
        for (id, second) in times.iter().enumerate() {
            // An amount of its own: none is a retry.
            ask(&mut payments, &attempt(id, *second, 100 + i64::try_from(id).unwrap(), 1, 9), 0);
        }
        let inside = |second: &&i64| **second > at - i64::from(seconds) && **second <= at;
        let counted = times.iter().filter(inside).count();
        let found = payments.attempts_within(Token([1; 16]), Timestamp::from_second(at).unwrap(), seconds);
        prop_assert_eq!(found as usize, counted);
    }
}

/// Tokens of one byte over and over have one key.
fn card(number: u8) -> Token {
    let mut token = Token::default();
    token.0[0] = number;
    token
}

fn told(id: &str, at: i64, number: u8, outcome: AuthorisationOutcome) -> Document {
    let said = Authorisation {
        amount: Money::new(500, Currency::EUR),
        outcome,
        reason: String::new(),
        latency_ms: None,
        charge: None,
        order_reference: None,
        buyer: None,
        card: Some(card(number)),
        device: Some(Token([200; 16])),
        address: None,
        seller: String::new(),
        merchant: String::new(),
        country: String::new(),
    };
    let (id, at) = (format!("event:authorisation/{id}").as_str().into(), Timestamp::from_second(at).unwrap());
    Document { id, at, kind: Kind::Authorisation(said) }
}

#[test]
fn one_that_is_told_of_under_its_name_is_the_one_that_was_asked_about() {
    let mut payments = Payments::default();
    ask(&mut payments, &Attempt { card: card(1), ..attempt(0, 0, 500, 1, 9) }, 0);
    let observed = |payments: &mut Payments, document: &Document| {
        let of = payments.observe(document, Some(Money::new(500, Currency::EUR)));
        let place = payment_columns().iter().position(|column| *column == "device_cards_7d").unwrap();
        (of.was_asked, of.features.unwrap().values[place])
    };
    let declined = AuthorisationOutcome::Declined;
    assert_eq!(observed(&mut payments, &told("a0", 5, 1, declined)), (true, 1.0), "its device knows its card");
    assert!(!observed(&mut payments, &told("a0", 6, 2, declined)).0, "of another card");
    assert!(!observed(&mut payments, &told("a0", DAY_S + 6, 1, declined)).0, "more than a day later");
    assert!(!observed(&mut payments, &told("z", 7, 1, AuthorisationOutcome::Approved)).0);
    let known = ask(&mut payments, &Attempt { card: card(1), ..attempt(1, 60, 700, 1, 9) }, 0);
    assert_eq!([feature(&known, "card_count_1h"), feature(&known, "card_declined_1h")], [3.0, 1.0]);
}

#[test]
fn windows_of_what_labels_told_follow_as_far_behind_as_the_policy_says() {
    let risk = |days: &[u32], at: i64| {
        let mut payments = Payments::default();
        payments.mature_after(days[0]);
        let first = attempt(0, 0, 100, 1, 9);
        ask(&mut payments, &first, 0);
        let Attempt { id, at: then, card, terminal, .. } = first;
        let source = LabelSource::Told;
        payments.learn(&Outcome { attempt: id, at: then, card, terminal, event: true, known_at: then, source });
        days[1..].iter().for_each(|days| payments.mature_after(*days));
        feature(&ask(&mut payments, &attempt(1, at, 100, 2, 9), 0), "terminal_risk_1d")
    };
    let half = DAY_S / 2;
    assert_eq!(risk(&[7], 7 * DAY_S + half), 1.0);
    assert!(risk(&[10], 7 * DAY_S + half).is_nan());
    assert_eq!(risk(&[10], 10 * DAY_S + half), 1.0);
    assert_eq!(risk(&[7, 10], 10 * DAY_S + half), 1.0, "another policy meanwhile");
    assert!(risk(&[10, 7], 10 * DAY_S + half).is_nan());
    assert_eq!(risk(&[0], half), 0.5, "at once: itself and the first");
}
