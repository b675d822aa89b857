//! The header's example, and windows against brute force.

#![expect(clippy::cast_possible_truncation, reason = "a check of features, which are f32")]

use super::*;
use crate::document::SalesLine;
use domain::{Currency, LineNature, Money, RecordId};
use jiff::Timestamp;

fn document(id: &str, hours: i64, kind: SalesKind, pence: i64) -> Document {
    let amount = Money::new(pence, Currency::GBP);
    let line = SalesLine { stock_code: "W".to_owned(), quantity: pence.signum(), amount, nature: LineNature::Goods };
    let sales = SalesDocument {
        number: id.to_owned(),
        kind,
        buyer: Some(Token::default()),
        country: domain::WrittenCountry::default(),
        lines: vec![line],
        total: amount,
        due: amount,
    };
    let at = Timestamp::from_second(1_600_000_000 + hours * 3_600).unwrap();
    Document { id: RecordId::from(id), at, kind: Kind::Sales(sales) }
}

fn feature(row: &FeatureRow, name: &str) -> f32 {
    row.values[FEATURES.iter().position(|feature| feature.name == name).unwrap()]
}

#[test]
fn the_example_by_hand() {
    let (policy, mut observer) = (Policy::default(), Observer::default());
    observer.observe(&policy, &document("1", 0, SalesKind::Sale, 1_000));
    observer.observe(&policy, &document("2", 240, SalesKind::Sale, 1_000));
    let note = document("C3", 288, SalesKind::CreditNote, -500);
    let labels = observer.observe(&policy, &note).labels;
    let told: Vec<(&str, i64)> = labels.iter().map(|label| (label.record.0.as_str(), label.cost_minor)).collect();
    assert_eq!(told, [("1", 250), ("2", 250)]);
    assert!(labels.iter().all(|label| label.known_at == note.at));
    let row = observer.observe(&policy, &document("4", 480, SalesKind::Sale, 1_000)).features.unwrap();
    for (name, expected) in [("sales 30d", 2.0), ("credit notes", 1.0), ("days since credit note", 8.0)] {
        assert_eq!(feature(&row, name), expected, "{name}");
    }
}

/// (id, hours, kind, pence) of 400 documents of one buyer, in order of time but for some that come up to 20 days late.
fn history() -> Vec<(String, i64, SalesKind, i64)> {
    let mut random = 7_u64;
    let mut next = |below: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((random >> 33) % below).unwrap()
    };
    let mut hours = 0;
    let one = |index: usize| {
        hours += next(60);
        let late = if next(5) == 0 { next(480) } else { 0 };
        let sale = next(4) > 0;
        let (kind, sign) = if sale { (SalesKind::Sale, 1) } else { (SalesKind::CreditNote, -1) };
        (index.to_string(), hours - late, kind, sign * (1 + next(9_999)))
    };
    (0..400).map(one).collect()
}

#[test]
fn sliding_windows_equal_brute_force() {
    let (policy, mut observer) = (Policy::default(), Observer::default());
    let history = history();
    for (index, (id, hours, kind, pence)) in history.iter().enumerate() {
        let row = observer.observe(&policy, &document(id, *hours, *kind, *pence)).features;
        let Some(row) = row else { continue };
        let within = |days: i64, wanted: SalesKind| {
            let known = history[..index].iter().filter(move |(_, _, kind, _)| *kind == wanted);
            known.filter(move |(_, at, ..)| (*hours - 24 * days..*hours).contains(at)).map(|(.., pence)| *pence)
        };
        let sales = |days| within(days, SalesKind::Sale).count() as f32;
        assert_eq!(feature(&row, "sales 30d"), sales(30), "{id}");
        assert_eq!(feature(&row, "sales 90d"), sales(90), "{id}");
        let value = within(90, SalesKind::Sale).sum::<i64>() as f64 / 100.0;
        assert_eq!(feature(&row, "value 90d"), value as f32, "{id}");
    }
}

#[test]
fn a_credit_costs_no_sale_more_than_it_was_worth() {
    let (policy, mut observer) = (Policy::default(), Observer::default());
    observer.observe(&policy, &document("1", 0, SalesKind::Sale, 333));
    observer.observe(&policy, &document("2", 1, SalesKind::Sale, 667));
    let cost = |observer: &mut Observer, id: &str, pence| -> Vec<i64> {
        let labels = observer.observe(&policy, &document(id, 2, SalesKind::CreditNote, pence)).labels;
        labels.into_iter().map(|label| label.cost_minor).collect()
    };
    assert_eq!(cost(&mut observer, "C3", -100), [33, 67]);
    assert_eq!(cost(&mut observer, "C4", -5_000), [333, 667]);
    assert_eq!(cost(&mut observer, "C5", 100), Vec::<i64>::new(), "it takes an earlier one back");
}
