//! What the shop's books say should move.

use super::{invoice, line, opening, policy};
use crate::calendar::{self, DAY, MINUTE};
use crate::shop::Shop;
use domain::Record;

/// A number and what moves.
type Moving = (String, i64);

fn numbers(records: &[Record]) -> (Vec<Moving>, Vec<Moving>) {
    let policy = policy();
    let shop = Shop::read(records, &policy, None);
    let list = |documents: &[crate::shop::Document<'_>]| {
        documents.iter().map(|document| (document.number.to_owned(), document.pence)).collect::<Vec<_>>()
    };
    (list(&shop.orders), list(&shop.notes))
}

#[test]
fn only_what_the_processor_settles_moves() {
    let at = opening();
    let (orders, notes) = numbers(&[
        invoice("1", at, Some(1), vec![line("85123A", 6, 255), line("POST", 1, 1_800)]),
        invoice("2", at, Some(1), vec![line("85123A", 1, 500), line("cruk", -1, 100)]),
        invoice("3", at, None, vec![line("22423", -5, 0)]),
        invoice("C4", at, None, vec![line("AMAZONFEE", -1, 500)]),
        invoice("C5", at, Some(2), vec![line("85123A", -1, 255), line("AMAZONFEE", -1, 500)]),
        invoice("A6", at, None, vec![line("B", 1, 1_106_206)]),
    ]);
    assert_eq!(orders, [("1".to_owned(), 3_330), ("2".to_owned(), 500)]);
    assert_eq!(notes, [("C5".to_owned(), 255)]);
}

#[test]
fn records_of_one_number_are_one_document() {
    let part = |lines| invoice("1", opening(), Some(1), lines);
    let (orders, _) = numbers(&[part(vec![line("85123A", 6, 255)]), part(vec![line("85123A", -1, 255)])]);
    assert_eq!(orders, [("1".to_owned(), 1_275)]);
}

#[test]
fn a_line_is_rounded_once() {
    let mut eighth = line("85123A", 3, 0);
    eighth.unit_price = rust_decimal::Decimal::new(125, 3);
    let (orders, _) = numbers(&[invoice("1", opening(), None, vec![eighth.clone(), eighth])]);
    assert_eq!(orders, [("1".to_owned(), 76)]);
}

/// An order, and a credit note by `buyer` of so many of its six pieces, so much later: was it cancelled?
fn cancelled(buyer: Option<u8>, returned: i64, seconds: i64) -> bool {
    let order = invoice("1", opening(), Some(1), vec![line("85123A", 6, 255)]);
    let later = calendar::after(opening(), seconds);
    let note = invoice("C2", later, buyer, vec![line("85123A", -returned, 255)]);
    let policy = policy();
    let records = [order, note];
    let shop = Shop::read(&records, &policy, None);
    assert_eq!(shop.orders.len(), shop.notes.len(), "both move or neither");
    shop.cancelled.len() == 1
}

#[test]
fn a_credit_note_in_full_within_the_hour_cancels() {
    assert!(cancelled(Some(1), 6, 0));
    assert!(cancelled(Some(1), 6, 60 * MINUTE));
    assert!(!cancelled(Some(1), 6, 60 * MINUTE + 1));
    assert!(!cancelled(Some(1), 5, MINUTE));
    assert!(!cancelled(Some(2), 6, MINUTE));
    assert!(!cancelled(None, 6, MINUTE));
    assert!(!cancelled(Some(1), 6, -MINUTE));
}

#[test]
fn one_credit_note_cancels_one_order_the_latest() {
    let six = |quantity| vec![line("85123A", quantity, 255)];
    let at = |minutes| calendar::after(opening(), minutes * MINUTE);
    let records = [
        invoice("1", at(0), Some(1), six(6)),
        invoice("2", at(10), Some(1), six(6)),
        invoice("C3", at(20), Some(1), six(-6)),
        invoice("4", at(2_000), Some(1), six(6)),
    ];
    let policy = policy();
    let shop = Shop::read(&records, &policy, None);
    let left: Vec<&str> = shop.orders.iter().map(|order| order.number).collect();
    assert_eq!((left, shop.cancelled[0].0.number), (vec!["1", "4"], "2"));
    assert_eq!(calendar::apart(shop.start, shop.end), 2_000 * MINUTE.unsigned_abs());
    assert!(Shop::read(&records, &policy, Some(at(15))).cancelled.is_empty());
    assert_eq!(Shop::read(&[], &policy, None).orders.len(), 0);
    assert_eq!(Shop::read(&records, &policy, Some(calendar::after(opening(), -DAY))).orders.len(), 0);
}
