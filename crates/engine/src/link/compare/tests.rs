//! The header's example, and that no order changes a number.

use super::*;

fn field(name: &str, kind: Kind) -> Field {
    Field { name: name.to_owned(), kind }
}

fn rows(values: &[&[&str]]) -> Rows {
    Rows(values.iter().map(|row| row.iter().map(|value| (*value).to_owned()).collect()).collect())
}

fn named(comparer: &Comparer, pair: Pair, name: &str) -> f32 {
    let at = comparer.names().iter().position(|other| other == name).unwrap();
    comparer.features(pair)[at]
}

fn payments() -> (Vec<Field>, Rows, Rows) {
    let fields = vec![field("memo", Kind::Memo), field("amount", Kind::Amount), field("day", Kind::Date)];
    let left = rows(&[&["J B payment BGC", "100.00", "2022-04-06"], &["JOHN SPOTTISWOO", "142.00", "2022-05-07"]]);
    let right = rows(&[
        &["J B payment", "97.00", "2022-04-08"],
        &["JOHN SPOTTISWOODE 2f", "142.00", "2022-05-07"],
        &["JOHN N", "", "2022-05-09"],
    ]);
    (fields, left, right)
}

#[test]
fn the_example_by_hand() {
    let comparer = Comparer::new(&[field("name", Kind::Name)], &rows(&[&["Jon Smith"]]), &rows(&[&["john  SMITH"]]));
    assert!((named(&comparer, (0, 0), "name: edit") - 0.9).abs() < 1e-6);
    assert_eq!(named(&comparer, (0, 0), "name: by any form"), 1.0, "Jon is a form of John");
    assert_eq!(named(&comparer, (0, 0), "name: equal"), 0.0);
}

#[test]
fn memos_amounts_and_days() {
    let (fields, left, right) = payments();
    let comparer = Comparer::new(&fields, &left, &right);
    assert_eq!(named(&comparer, (0, 0), "memo: cut off"), 1.0);
    assert_eq!(named(&comparer, (0, 0), "memo: begins alike"), 11.0);
    assert!((named(&comparer, (0, 0), "amount: fee share") - 0.03).abs() < 1e-6);
    assert_eq!(named(&comparer, (0, 0), "day: days later"), 2.0);
    assert_eq!(named(&comparer, (1, 1), "amount: equal"), 1.0);
    // `john ` begins three of five memos.
    let rarity = named(&comparer, (1, 2), "memo: rarity of the beginning");
    assert!((rarity - (5.0_f32 / 3.0).ln()).abs() < 1e-6, "{rarity}");
    assert!(named(&comparer, (1, 2), "amount: equal").is_nan(), "missing is not different");
}

#[test]
fn no_order_changes_a_number() {
    let (fields, left, right) = payments();
    let comparer = Comparer::new(&fields, &left, &right);
    let turned = |rows: &Rows| Rows(rows.0.iter().rev().map(|row| row.iter().rev().cloned().collect()).collect());
    let fields: Vec<Field> = fields.into_iter().rev().collect();
    let other = Comparer::new(&fields, &turned(&left), &turned(&right));
    assert_eq!(comparer.names(), other.names());
    for (l, r) in [(0, 0), (0, 1), (1, 2)] {
        let (one, two) = (comparer.features((l, r)), other.features((1 - l, 2 - r)));
        let bits = |row: Vec<f32>| row.into_iter().map(f32::to_bits).collect::<Vec<u32>>();
        assert_eq!(bits(one.clone()), bits(two));
        assert_eq!(bits(comparer.features_of(&[(l, r)])), bits(one));
    }
}

#[test]
fn a_value_of_a_megabyte_and_an_empty_field_cost_nothing() {
    let long = "x y ".repeat(250_000);
    let fields = [field("title", Kind::Title), field("name", Kind::Name)];
    let comparer = Comparer::new(&fields, &rows(&[&[&long, ""]]), &rows(&[&[&long, ""]]));
    assert_eq!(named(&comparer, (0, 0), "title: equal"), 1.0);
    assert!(named(&comparer, (0, 0), "name: equal").is_nan());
}
