//! Each rule of the header with the row that breaks it; what is written is read; damage never panics.

use super::{AmazonTransactions, Row, write};
use crate::contract::{check_any, damage, damaged};
use crate::testing::{awkward_key, bytes_at, ids, parse, told};
use domain::{Content, Currency, IssueRule, Money, ProcessorCategory, ProcessorLine, Record};
use proptest::prelude::*;

fn dollars(minor: i64) -> Money {
    Money::new(minor, Currency::from_code("USD").unwrap())
}

fn row(kind: &str, order_id: &str, sales: i64, fees: i64, other: i64) -> Row {
    Row {
        at: "2017-12-01T08:38:23Z".parse().unwrap(),
        settlement_id: "6503".to_owned(),
        kind: kind.to_owned(),
        order_id: order_id.to_owned(),
        description: "Mug, blue".to_owned(),
        product_sales: dollars(sales),
        selling_fees: dollars(fees),
        other: dollars(other),
        total: dollars(sales + fees + other),
    }
}

fn rows() -> [Row; 3] {
    [row("Order", "O-1", 123_456, -1500, 0), row("Refund", "O-1", -61_728, 600, 0), row("Transfer", "", 0, 0, -60_828)]
}

/// Three equal rows.
pub(crate) fn golden() -> Vec<u8> {
    let [sale, ..] = rows();
    write(&[sale.clone(), sale.clone(), sale])
}

fn line(record: &Record) -> &ProcessorLine {
    let Content::Processor(line) = &record.content else { panic!("{record:?}") };
    line
}

#[test]
fn a_row_under_the_preamble_is_a_movement() {
    let bytes = write(&rows());
    let parsed = parse(&AmazonTransactions, &bytes);
    assert_eq!(told(&parsed.issues), []);
    assert_eq!(parsed.records[0].at, "2017-12-01T08:38:23Z".parse().unwrap());
    let place = parsed.records[0].span;
    assert_eq!(place.line, 6);
    assert!(bytes_at(&bytes, place).starts_with(b"\"Dec 1, 2017 12:38:23 AM PST\",6503,Order,"));
    assert!(ids(&parsed.records)[2].starts_with("amazon-transactions:6503/Transfer/#"));
    use ProcessorCategory::*;
    let said: Vec<_> = parsed.records.iter().map(line).map(|l| (l.category, l.gross.minor, l.fee.minor)).collect();
    assert_eq!(said, [(Charge, 123_456, 1500), (Refund, -61_728, -600), (Payout, -60_828, 0)]);
    assert_eq!(line(&parsed.records[1]).charge.as_deref(), Some("O-1"));
    assert_eq!(line(&parsed.records[2]).source_id, "6503");
    let fee = parse(&AmazonTransactions, &write(&[row("Service Fee", "", 0, 0, -3999)]));
    assert_eq!((line(&fee.records[0]).fee, line(&fee.records[0]).net), (dollars(3999), dollars(-3999)));
}

#[test]
fn equal_rows_are_genuine() {
    let [sale, ..] = rows();
    let parsed = parse(&AmazonTransactions, &write(&[sale.clone(), sale]));
    assert!(ids(&parsed.records)[0].ends_with("-1") && ids(&parsed.records)[1].ends_with("-2"));
}

#[test]
fn the_newest_form_sums_its_own_columns_and_defers() {
    let bytes = "\"date/time\",\"settlement id\",\"type\",\"order id\",\"marketplace\",\"product sales\",\
                 \"product sales tax\",\"marketplace withheld tax\",\"selling fees\",\"fba fees\",\"other\",\"total\",\
                 \"Transaction Status\"\n\
                 \"01.12.2025 08:38:23 UTC\",\"1\",\"Order\",\"O-2\",\"amazon.de\",\"1.010,00\",\"1,90\",\"-1,90\",\
                 \"-1,50\",\"0\",\"0\",\"1.008,50\",\"Released\"\n\
                 \"02.12.2025 08:38:23 UTC\",\"\",\"Order\",\"O-3\",\"amazon.de\",\"10,00\",\"0\",\"0\",\"0\",\"0\",\
                 \"0\",\"10,00\",\"Deferred\"\n";
    let parsed = parse(&AmazonTransactions, bytes.as_bytes());
    assert_eq!((told(&parsed.issues), parsed.skipped), (vec![], 1));
    assert_eq!(line(&parsed.records[0]).gross, Money::new(101_000, Currency::EUR));
    assert_eq!(line(&parsed.records[0]).fee, Money::new(150, Currency::EUR));
}

#[test]
fn what_is_wrong_with_a_row_is_its_issue() {
    use IssueRule::*;
    let sound = String::from_utf8(write(&rows())).unwrap();
    for (from, to, rule, column, value) in [
        ("\"1,234.56\"", "12.3.4", InvalidNumber, "product sales", "12.3.4"),
        ("\"1,219.56\"", "1219.57", IdentityBroken, "total", "parts sum to 1219.56, not to 1219.57"),
        ("\"1,219.56\"", "", MissingValue, "total", ""),
        ("Order", "", MissingValue, "type", ""),
        ("Dec 1, 2017", "Brumaire 1", InvalidTime, "date/time", "Brumaire 1 12:38:23 AM PST"),
        ("Dec 1, 2017", "Dec 1, 2026", DateInFuture, "date/time", "Dec 1, 2026 12:38:23 AM PST"),
        ("SEATTLE,", "", WrongFieldCount, "", "18 of 19 fields"),
    ] {
        let parsed = parse(&AmazonTransactions, sound.replacen(from, to, 1).as_bytes());
        assert_eq!(told(&parsed.issues), [(6, rule, column, value, 1)]);
        assert_eq!(parsed.records.len(), 2);
    }
    let missing = sound.replace("fba fees", "fees");
    assert_eq!(told(&parse(&AmazonTransactions, missing.as_bytes()).issues), [(1, MissingColumn, "fba fees", "", 3)]);
}

fn any_row() -> impl Strategy<Value = Row> {
    let kinds = prop::sample::select(vec!["Order", "Refund", "Service Fee", "Transfer", "Liquidations"]);
    (kinds, awkward_key(), awkward_key(), any::<i32>(), any::<i32>(), any::<i32>()).prop_map(
        |(kind, order, description, sales, fees, other)| Row {
            description,
            ..row(kind, &order, sales.into(), fees.into(), other.into())
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read(rows in prop::collection::vec(any_row(), 0..6)) {
        let parsed = parse(&AmazonTransactions, &write(&rows));
        prop_assert_eq!(told(&parsed.issues), vec![]);
        prop_assert_eq!(parsed.records.len(), rows.len());
        for (record, row) in parsed.records.iter().zip(&rows) {
            let line = line(record);
            prop_assert_eq!((line.net, record.at), (row.total, row.at));
            prop_assert_eq!(line.gross.minor - line.fee.minor, row.total.minor);
            prop_assert_eq!(line.order_reference.as_ref(), Some(&row.order_id));
            prop_assert_eq!(&line.description, &row.description);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn a_damaged_file_is_read(damage in prop::collection::vec(damage(), 1..12)) {
        check_any(&AmazonTransactions, &damaged(golden(), &damage));
    }
}
