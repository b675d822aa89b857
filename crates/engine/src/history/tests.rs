//! The header's example, and windows against counting by hand.

use super::*;
use domain::{Currency, Digest, LabelSource, RiskKind};
use jiff::Timestamp;
use proptest::prelude::*;

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

fn fraud(of: &Attempt, event: bool) -> Outcome {
    Outcome {
        attempt: of.id.clone(),
        at: of.at,
        card: of.card,
        terminal: of.terminal,
        event,
        known_at: of.at,
        source: LabelSource::Told,
    }
}

#[test]
fn the_example_by_hand() {
    let mut history = History::default();
    for (id, (at, minor)) in [(0, 100), (10, 200), (3_600, 600)].into_iter().enumerate() {
        history.take(&attempt(id, at, minor, 1, 9), 0, 0);
    }
    assert_eq!(history.cards[&Token([1; 16])].held(0, 3_600), Held { count: 2, minor: 800, events: 0 });
    assert_eq!(history.attempts_within(&Token([1; 16]), 3_600, 3_600), 2);
}

#[test]
fn a_retry_counts_once_and_another_amount_is_none() {
    let mut history = History::default();
    let tries = [(0, 500), (20, 500), (59, 500), (61, 500), (62, 700)];
    let retries: Vec<bool> =
        (0..).zip(tries).map(|(id, (at, minor))| history.take(&attempt(id, at, minor, 1, 9), 60, 0).retry).collect();
    assert_eq!(retries, [false, true, true, false, false]);
    assert_eq!(history.attempts_within(&Token([1; 16]), 62, 100), 3);
}

#[test]
fn a_terminals_risk_waits_for_its_labels_and_a_label_told_twice_counts_once() {
    let mut history = History::default();
    let first = attempt(0, 0, 100, 1, 9);
    history.take(&first, 0, DAY_S);
    history.take(&attempt(1, 60, 100, 2, 9), 0, DAY_S);
    history.learn(&fraud(&first, true));
    history.learn(&fraud(&first, true));
    let risk = place_of("terminal_risk_1d").unwrap();
    assert_eq!(history.take(&attempt(2, 3_600, 1, 3, 9), 0, DAY_S).features[risk], 0.0, "not matured");
    assert_eq!(history.take(&attempt(3, DAY_S + 60, 1, 3, 9), 0, DAY_S).features[risk], 0.5);
    history.learn(&fraud(&first, false));
    assert_eq!(history.take(&attempt(4, DAY_S + 61, 2, 3, 9), 0, DAY_S).features[risk], 0.0, "taken back");
}

#[test]
fn every_feature_has_its_column() {
    let known = History::default().take(&attempt(0, 0, 100, 1, 9), 0, 0);
    assert_eq!(known.features.len(), FEATURES.len());
    assert!(known.features[place_of("seconds_since_card").unwrap()].is_nan());
}

proptest! {
    /// Late, equal-time and disordered events: any stretch is what counting says.
    #[test]
    fn a_stretch_holds_what_counting_says(
        events in proptest::collection::vec((0_i64..2_000, 1_i64..50, any::<bool>()), 1..60),
        after in -100_i64..2_000, length in 0_i64..2_000,
    ) {
        let mut line = Line::default();
        for (at, minor, _) in &events {
            line.add(*at, *minor);
        }
        for (at, _, event) in &events {
            if *event {
                line.mark(*at, 1);
            }
        }
        let inside = || events.iter().filter(|(at, ..)| *at > after && *at <= after + length);
        let held = line.held(after, after + length);
        prop_assert_eq!(held.count as usize, inside().count());
        prop_assert_eq!(held.minor, inside().map(|(_, minor, _)| minor).sum::<i64>());
        prop_assert_eq!(held.events, inside().map(|(.., event)| i64::from(*event)).sum::<i64>());
    }
}
