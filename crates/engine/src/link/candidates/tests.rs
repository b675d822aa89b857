//! Candidates of small tables: what is found, what is refused.

use super::*;

fn field(name: &str, kind: Kind) -> Field {
    Field { name: name.to_owned(), kind }
}

/// Payers with a number each; the bank knows them by shorter memos and nearly the same amount.
fn tables(records: usize) -> (Vec<Field>, Rows, Rows) {
    let fields = vec![field("amount", Kind::Amount), field("memo", Kind::Memo)];
    let memo =
        |at: usize| format!("{}{} JONES {at}", char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[at % 26]), at * 7919 % 997);
    let left = (0..records).map(|at| vec![format!("{}.00", 100 + at), memo(at)]).collect();
    let right = (0..records).map(|at| vec![format!("{}.50", 101 + at), memo(at)[..8].to_owned()]).collect();
    (fields, Rows(left), Rows(right))
}

#[test]
fn true_pairs_are_found_at_a_bounded_cost() {
    let (fields, left, right) = tables(400);
    let found = Blocking::find(&fields, &left, &right, false, Budget::default());
    assert!((0..400).all(|at| found.pairs.binary_search(&(at, at)).is_ok()), "{:?}", found.rules);
    assert!(found.pairs.len() <= 400 * 40 && found.pairs.is_sorted());
}

#[test]
fn a_record_a_thousand_times_is_refused_by_name() {
    let (fields, mut left, mut right) = tables(50);
    let same = vec!["7.00".to_owned(), "SAME MEMO".to_owned()];
    left.0.extend(std::iter::repeat_n(same.clone(), 3));
    right.0.extend(std::iter::repeat_n(same, 1_500));
    let found = Blocking::find(&fields, &left, &right, false, Budget::default());
    assert!(found.pairs.len() <= 53 * 40, "{}", found.pairs.len());
    assert!(
        found.warnings.iter().any(|warning| warning.contains("SAME MEMO") || warning.contains("7.00")),
        "{:?}",
        found.warnings
    );
}

#[test]
fn one_table_gives_each_pair_once() {
    let (fields, left, _) = tables(60);
    let mut rows = left.clone();
    rows.0.extend(left.0);
    let found = Blocking::find(&fields, &rows, &rows, true, Budget::default());
    assert!(found.pairs.iter().all(|(one, other)| one < other));
    assert!((0..60).all(|at| found.pairs.contains(&(at, at + 60))));
}

#[test]
fn nothing_gives_nothing() {
    let (fields, left, _) = tables(5);
    let empty = Rows::default();
    assert_eq!(Blocking::find(&fields, &left, &empty, false, Budget::default()).pairs, []);
    let blank = Rows(vec![vec![String::new(); 2]; 40]);
    assert_eq!(Blocking::find(&fields, &blank, &blank, false, Budget::default()).pairs, []);
}
