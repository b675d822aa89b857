//! The whole way on small tables: what stands, and that order and keys say nothing.

use super::learner::fellegi_sunter::FellegiSunter;
use super::learner::trained::Trained;
use super::table::{Field, Kind, Rows};
use super::{Linked, Settings, Tables, link};

fn fields() -> Vec<Field> {
    let of = |name: &str, kind| Field { name: name.to_owned(), kind };
    vec![of("memo", Kind::Memo), of("amount", Kind::Amount), of("day", Kind::Date)]
}

/// Payments, and bank lines that settle all but every tenth of them, shorter, later and with a fee.
fn tables() -> (Rows, Rows) {
    let memo = |at: usize| {
        format!("{}{} JONES {}", char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[at % 26]), at * 7919 % 997, at % 7)
    };
    let left = |at: usize| vec![memo(at), format!("{}.00", 50 + at * 37 % 900), format!("2022-03-{:02}", 1 + at % 25)];
    let right = |at: usize| {
        let amount = (50 + at * 37 % 900) as f64 * if at.is_multiple_of(3) { 0.97 } else { 1.0 };
        vec![memo(at)[..7].to_owned(), format!("{amount:.2}"), format!("2022-03-{:02}", 2 + at % 25 + at % 3)]
    };
    (Rows((0..300).map(left).collect()), Rows((0..300).filter(|at| at % 10 != 0).map(right).collect()))
}

fn settings() -> Settings {
    Settings { is_one_to_one: true, ..Settings::default() }
}

/// The rows of the pairs that stand.
fn standing(linked: &Linked) -> Vec<(u32, u32)> {
    linked.pairs.iter().filter(|pair| pair.stands).map(|pair| pair.pair).collect()
}

fn truth() -> Vec<(u32, u32)> {
    (0..300_u32).filter(|at| at % 10 != 0).zip(0..).collect()
}

#[test]
fn payments_find_their_lines_without_labels() {
    let (left, right) = tables();
    let fields = fields();
    let tables = Tables { fields: &fields, left: &left, right: Some(&right) };
    for learner in [&FellegiSunter as &dyn super::learner::PairLearner, &Trained::Boost] {
        let linked = link(tables, learner, settings()).unwrap();
        let found = standing(&linked);
        let right = truth().iter().filter(|pair| found.contains(pair)).count();
        assert!(right >= 265 && found.len() - right <= 3, "{}: {right} of {}", learner.name(), found.len());
        let held = truth().iter().filter(|pair| linked.pairs.iter().any(|of| of.pair == **pair)).count();
        let recall = held as f64 / truth().len() as f64;
        let estimated = linked.estimated_recall.unwrap();
        assert!((estimated - recall).abs() < 0.06, "{recall}, estimated {estimated}");
        assert!(!linked.why(found[0]).is_empty());
    }
}

#[test]
fn order_of_rows_and_fields_changes_nothing() {
    let (left, right) = tables();
    let (fields, turned_fields) = (fields(), fields().into_iter().rev().collect::<Vec<Field>>());
    let turned = |rows: &Rows| Rows(rows.0.iter().rev().map(|row| row.iter().rev().cloned().collect()).collect());
    let (other_left, other_right) = (turned(&left), turned(&right));
    let one = link(Tables { fields: &fields, left: &left, right: Some(&right) }, &Trained::Boost, settings()).unwrap();
    let tables = Tables { fields: &turned_fields, left: &other_left, right: Some(&other_right) };
    let other = link(tables, &Trained::Boost, settings()).unwrap();
    let counts = (u32::try_from(left.len()).unwrap(), u32::try_from(right.len()).unwrap());
    let mut back: Vec<(u32, u32, u64)> = other
        .pairs
        .iter()
        .map(|of| (counts.0 - 1 - of.pair.0, counts.1 - 1 - of.pair.1, of.chance.to_bits()))
        .collect();
    back.sort_unstable();
    let plain: Vec<(u32, u32, u64)> = one.pairs.iter().map(|of| (of.pair.0, of.pair.1, of.chance.to_bits())).collect();
    assert_eq!(plain, back);
}

#[test]
fn one_table_falls_into_groups() {
    let (left, _) = tables();
    let mut rows = left.clone();
    rows.0.extend(
        left.0.iter().take(150).map(|row| vec![row[0].replace("JONES", "JONSE"), row[1].clone(), row[2].clone()]),
    );
    let fields = fields();
    let linked =
        link(Tables { fields: &fields, left: &rows, right: None }, &FellegiSunter, Settings::default()).unwrap();
    let same = (0..150).filter(|at| linked.groups[*at + 300] == linked.groups[*at]).count();
    assert!(same >= 145, "{same}");
    let mut groups = linked.groups.clone();
    groups.sort_unstable();
    groups.dedup();
    assert!(groups.len() >= 295, "{}", groups.len());
}

#[test]
fn tables_without_pairs_have_none() {
    let (left, _) = tables();
    let fields = fields();
    let empty = Rows::default();
    for learner in [&FellegiSunter as &dyn super::learner::PairLearner, &Trained::Boost] {
        let linked = link(Tables { fields: &fields, left: &left, right: Some(&empty) }, learner, settings()).unwrap();
        assert_eq!((linked.pairs.len(), linked.estimated_recall), (0, None));
    }
}
