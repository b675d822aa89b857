//! Each rule of the header with the row that breaks it; what is written is read; damage never panics.

use super::{AmazonTransactions, Row, write};
use crate::Parsed;
use crate::amazon_settlement::{self, AmazonSettlement};
use crate::contract::{check_any, damage, damaged};
use crate::testing::{awkward_key, bytes_at, ids, parse, told};
use domain::{Content, Currency, IssueRule, Money, ProcessorCategory, ProcessorLine, Record};
use jiff::Timestamp;
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
    let at = "2017-12-01T08:38:23Z";
    let names = [format!("amazon:O-1/charge/{at}"), format!("amazon:O-1/refund/{at}"), "amazon:6503/payout".to_owned()];
    assert_eq!(ids(&parsed.records), names);
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
    let fee = row("Service Fee", "", 0, 0, -3999);
    let parsed = parse(&AmazonTransactions, &write(&[sale.clone(), sale, fee.clone(), fee]));
    let said: Vec<_> = parsed.records.iter().map(line).map(|l| (l.gross.minor, l.fee.minor)).collect();
    assert_eq!(said, [(246_912, 3000), (0, 3999), (0, 3999)]);
    let at = "2017-12-01T08:38:23Z";
    assert_eq!(ids(&parsed.records)[1..], [1, 2].map(|n| format!("amazon:{at}/-39.99 USD-{n}")));
}

/// The same days by the settlement report: the same movements under the same names.
#[test]
fn both_reports_tell_the_same_movements() {
    let at: Timestamp = "2017-12-01T08:38:23Z".parse().unwrap();
    let component = |kind: &str, order: &str, [what, which]: [&str; 2], minor| amazon_settlement::Component {
        transaction_type: kind.to_owned(),
        order_id: order.to_owned(),
        amount_type: what.to_owned(),
        amount_description: which.to_owned(),
        amount: dollars(minor),
        posted: at,
        sku: "MUG-1".to_owned(),
    };
    let settled = amazon_settlement::Settlement {
        id: "6503".to_owned(),
        started: "2017-11-20T00:00:00Z".parse().unwrap(),
        ended: "2017-12-04T00:00:00Z".parse().unwrap(),
        deposited: "2017-12-06T00:00:00Z".parse().unwrap(),
        total: dollars(56_829),
        components: vec![
            component("Order", "O-1", ["ItemPrice", "Principal"], 120_000),
            component("Order", "O-1", ["ItemFees", "Commission"], -1000),
            component("Order", "O-1", ["ItemPrice", "Shipping"], 3456),
            component("Order", "O-1", ["ItemFees", "FBAPerUnitFulfillmentFee"], -500),
            component("Refund", "O-1", ["ItemPrice", "Principal"], -61_728),
            component("Refund", "O-1", ["ItemFees", "RefundCommission"], 600),
            component("other-transaction", "", ["other-transaction", "Subscription Fee"], -3999),
            component("Transfer", "", ["other-transaction", ""], -56_829),
        ],
    };
    let [sale, refund, _] = rows();
    let [fee, paid] = [row("Service Fee", "", 0, 0, -3999), row("Transfer", "", 0, 0, -56_829)];
    let ranged = parse(&AmazonTransactions, &write(&[sale, refund, fee, paid]));
    let settled = parse(&AmazonSettlement, &amazon_settlement::write(&settled, false));
    assert_eq!((told(&ranged.issues), told(&settled.issues)), (vec![], vec![]));
    let said = |parsed: &Parsed| {
        let record = |record: &Record| {
            let line = line(record);
            (record.id.clone(), record.at, line.category, [line.gross, line.fee, line.net], line.payout.clone())
        };
        parsed.records.iter().map(record).collect::<Vec<_>>()
    };
    assert_eq!(said(&ranged), said(&settled));
    assert_eq!(ranged.records.len(), 4);
}

#[test]
fn a_row_is_the_same_movement_before_and_after_its_settlement_closed() {
    let [sale, ..] = rows();
    let pending = Row { settlement_id: String::new(), ..sale.clone() };
    let [before, after] = [pending, sale].map(|row| parse(&AmazonTransactions, &write(&[row])));
    assert_eq!(ids(&before.records), ids(&after.records));
    assert_eq!(
        (line(&before.records[0]).payout.as_deref(), line(&after.records[0]).payout.as_deref()),
        (None, Some("6503"))
    );
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
        let total: i64 = parsed.records.iter().map(|record| line(record).net.minor).sum();
        prop_assert_eq!(total, rows.iter().map(|row| row.total.minor).sum::<i64>());
        prop_assert_eq!(parsed.records.len() as u64 + parsed.skipped, rows.len() as u64);
        for line in parsed.records.iter().map(line) {
            prop_assert_eq!(line.gross.minor - line.fee.minor, line.net.minor);
            let of_order = |row: &&Row| Some(&row.order_id) == line.order_reference.as_ref();
            prop_assert!(rows.iter().filter(of_order).any(|row| row.description == line.description));
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
