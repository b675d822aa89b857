//! A real marketplace whose items and freight do not always sum to what its buyers paid: every order that differs is
//! found and classed, and no other order is called a break. The tables may not ship, so they are read where they stand.

use crate::shop::{Books, run};
use domain::{Exception, ExceptionRule as Rule, Status};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use store::ExceptionFilter;

fn table(name: &str) -> (String, Vec<u8>) {
    let folder = PathBuf::from(option_env!("PLIMSOLL_DATA").unwrap_or_default()).join("shops/olist");
    let file = format!("olist_{name}_dataset.csv");
    (file.clone(), std::fs::read(folder.join(file)).unwrap())
}

/// The fields of every row but the header; none of these tables' fields that are used hold commas.
fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(bytes).unwrap();
    let fields = |line: &str| line.split(',').map(|field| field.trim_matches('"').to_owned()).collect();
    text.lines().skip(1).map(fields).collect()
}

fn cents(text: &str) -> i64 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{part:0<2}").parse().unwrap()
}

/// What a table's rows sum to by order.
fn sums(bytes: &[u8], columns: &[usize]) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for row in rows(bytes) {
        *sums.entry(row[0].clone()).or_default() += columns.iter().map(|column| cents(&row[*column])).sum::<i64>();
    }
    sums
}

/// The order that an exception is about.
fn order_of(exception: &Exception) -> String {
    let id = exception.record.as_str().trim_start_matches("olist:");
    id.split('/').next().unwrap_or_default().to_owned()
}

#[test]
#[cfg_attr(not(plimsoll_data), ignore = "PLIMSOLL_DATA is not set")]
fn the_orders_that_differ_are_found_and_classed_and_no_other() {
    let tables = ["orders", "order_items", "order_payments", "customers"].map(table);
    let mut books = Books::new();
    let files: Vec<(&str, &[u8])> = tables.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    books.import(&files);
    let (ordered, paid) = (sums(&tables[1].1, &[5, 6]), sums(&tables[2].1, &[4]));
    let split: BTreeSet<String> =
        rows(&tables[2].1).into_iter().filter(|row| row[3] != "1").map(|row| row[0].clone()).collect();
    let called_off = |status: &str| ["canceled", "unavailable"].contains(&status);
    let sold_nothing: BTreeSet<String> =
        rows(&tables[0].1).into_iter().filter(|row| called_off(&row[2])).map(|row| row[0].clone()).collect();

    let open = ExceptionFilter { status: Some(Status::Open), limit: u32::MAX, ..ExceptionFilter::default() };
    let raised = books.read().exceptions(&open).unwrap();
    let mut found: BTreeMap<String, Vec<(Rule, i64)>> = BTreeMap::new();
    for exception in raised.iter().filter(|exception| ordered.contains_key(&order_of(exception))) {
        found.entry(order_of(exception)).or_default().push((exception.rule, exception.money_at_risk.minor));
    }
    let mut classes: BTreeMap<Rule, usize> = BTreeMap::new();
    for (order, due) in &ordered {
        let difference = paid[order] - due;
        let classed = found.remove(order).unwrap_or_default();
        if sold_nothing.contains(order) {
            // Nothing was sold, so the whole payment waits to be given back, whatever it differs by.
            assert_eq!(classed.iter().map(|(_, minor)| minor).sum::<i64>(), paid[order], "{classed:?}");
            continue;
        }
        let expected = match difference {
            0 => None,
            -1 | 1 => Some(Rule::RoundingDifference),
            1.. if split.contains(order) => Some(Rule::InstalmentInterest),
            1.. => Some(Rule::PaymentWithoutOrder),
            _ => Some(Rule::OrderUnderpaid),
        };
        let expected: Vec<(Rule, i64)> = expected.into_iter().map(|rule| (rule, difference.abs())).collect();
        assert_eq!(classed, expected, "an order that differs by {difference}");
        classed.iter().for_each(|(rule, _)| *classes.entry(*rule).or_default() += 1);
    }
    let differ = ordered.iter().filter(|(order, due)| paid[*order] != **due).count();
    assert_eq!((ordered.len(), differ), (7_360, 42));
    let expected = [
        (Rule::OrderUnderpaid, 3),
        (Rule::PaymentWithoutOrder, 1),
        (Rule::RoundingDifference, 16),
        (Rule::InstalmentInterest, 20),
    ];
    assert_eq!(classes, BTreeMap::from(expected), "and two that differ were called off");
    let (dir, _kept) = books.close();
    let told = run(&dir, &["exceptions", "--rule", "InstalmentInterest", "--json", "--limit", "100"]).json_lines();
    assert_eq!(told.len(), 20);
}
