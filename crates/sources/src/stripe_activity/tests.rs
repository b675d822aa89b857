//! Each rule of the header with the row that breaks it; what is written is read; damage never panics.

use super::{Row, StripeActivity, write};
use crate::contract::{check_any, damage, damaged};
use crate::testing::{awkward_key, ids, parse, told};
use domain::{Content, Currency, IssueRule, Money, ProcessorCategory, ProcessorLine, Record};
use jiff::Timestamp;
use proptest::prelude::*;

const HEADER: &str =
    "\"ID\",\"Type\",\"Source\",\"Amount\",\"Fee\",\"Net\",\"Currency\",\"Created (UTC)\",\"Available On (UTC)\"";
const CHARGE: &str = "txn_1,charge,ch_1,10.00,0.35,9.65,gbp,2026-01-19 12:07:45,2026-01-21 00:00";
const FEE: &str = "txn_2,stripe_fee,,-2.00,0.00,-2.00,gbp,2026-01-20 09:00,2026-01-20 09:00";

/// Three rows.
pub(crate) fn golden() -> Vec<u8> {
    let pounds = |minor| Money::new(minor, Currency::GBP);
    let row = |id: &str| Row {
        id: id.to_owned(),
        category: ProcessorCategory::Charge,
        source: "ch_礼品卡".to_owned(),
        gross: pounds(1000),
        fee: pounds(35),
        net: pounds(965),
        created: "2026-01-19T12:07:45Z".parse().unwrap(),
    };
    write(&[row("txn_1"), row("txn_2"), row("txn_3")])
}

fn file(rows: &[&str]) -> String {
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

fn line(record: &Record) -> &ProcessorLine {
    let Content::Processor(line) = &record.content else { panic!("{record:?}") };
    line
}

#[test]
fn a_row_has_the_name_that_it_has_in_stripes_reports() {
    let parsed = parse(&StripeActivity, file(&[CHARGE, FEE]).as_bytes());
    assert_eq!((told(&parsed.issues), ids(&parsed.records)), (vec![], vec!["stripe:txn_1", "stripe:txn_2"]));
    let [charge, fee] = [line(&parsed.records[0]), line(&parsed.records[1])];
    assert_eq!((charge.charge.as_deref(), charge.gross.minor, charge.net.minor), (Some("ch_1"), 1000, 965));
    assert_eq!((fee.category, fee.net.minor), (ProcessorCategory::Fee, -200));
    assert_eq!(parsed.records[1].at, "2026-01-20T09:00:00Z".parse().unwrap(), "seconds may be absent");
}

#[test]
fn numbers_may_be_written_in_the_manner_of_a_place() {
    let row = "txn_3,payment_refund,re_1,\"-1.250,00\",\"0,00\",\"-1.250,00\",eur,2026-01-19 12:07:45,2026-01-21";
    let parsed = parse(&StripeActivity, file(&[row]).as_bytes());
    assert_eq!(told(&parsed.issues), []);
    let line = line(&parsed.records[0]);
    assert_eq!((line.category, line.gross.minor, line.charge.as_deref()), (ProcessorCategory::Refund, -125_000, None));
}

#[test]
fn what_is_wrong_with_a_row_is_its_issue() {
    use IssueRule::*;
    for (from, to, rule, column, value) in [
        ("txn_1", "", MissingValue, "ID", ""),
        ("charge", "charged", UnknownValue, "Type", "charged"),
        ("10.00", "10.0.0", InvalidNumber, "Amount", "10.0.0"),
        ("9.65", "9.66", IdentityBroken, "net", "10.00 - 0.35 is not 9.66"),
        ("gbp", "pounds", InvalidCurrency, "Currency", "pounds"),
        ("2026-01-19 12:07:45", "19/01/2026", InvalidTime, "Created (UTC)", "19/01/2026"),
    ] {
        let parsed = parse(&StripeActivity, file(&[&CHARGE.replacen(from, to, 1), FEE]).as_bytes());
        assert_eq!(told(&parsed.issues), [(2, rule, column, value, 1)]);
        assert_eq!(ids(&parsed.records), ["stripe:txn_2"]);
    }
}

fn row() -> impl Strategy<Value = Row> {
    use ProcessorCategory::*;
    let category = prop::sample::select(vec![Charge, Refund, Payout, Fee, Dispute, Adjustment]);
    let currency = prop::sample::select(vec!["GBP", "JPY", "KWD"]).prop_map(|code| Currency::from_code(code).unwrap());
    let amounts = (any::<i32>(), any::<i32>(), currency);
    (awkward_key(), category, awkward_key(), amounts, 1_577_836_800_i64..1_790_000_000).prop_map(
        |(id, category, source, (gross, fee, currency), second)| Row {
            id,
            category,
            source,
            gross: Money::new(gross.into(), currency),
            fee: Money::new(fee.into(), currency),
            net: Money::new(i64::from(gross) - i64::from(fee), currency),
            created: Timestamp::from_second(second).unwrap(),
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read(mut rows in prop::collection::vec(row(), 0..6)) {
        for (index, row) in rows.iter_mut().enumerate() {
            row.id += &index.to_string();
        }
        let parsed = parse(&StripeActivity, &write(&rows));
        prop_assert_eq!(told(&parsed.issues), vec![]);
        prop_assert_eq!(parsed.records.len(), rows.len());
        for (record, row) in parsed.records.iter().zip(&rows) {
            let read = line(record);
            prop_assert_eq!((record.at, record.id.to_string()), (row.created, format!("stripe:{}", row.id)));
            prop_assert_eq!((read.category, &read.source_id), (row.category, &row.source));
            prop_assert_eq!((read.gross, read.fee, read.net), (row.gross, row.fee, row.net));
        }
    }

    #[test]
    fn damaged_files_lose_no_row(damage in prop::collection::vec(damage(), 1..12)) {
        check_any(&StripeActivity, &damaged(golden(), &damage));
    }
}
