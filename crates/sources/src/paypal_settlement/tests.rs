//! Each rule of the header with the line that breaks it; what is written is read; damage never panics.

use super::{PayPalSettlement, Row, write};
use crate::contract::{check_any, damage, damaged};
use crate::testing::{awkward_key, bytes_at, ids, parse, told};
use domain::{Content, Currency, IssueRule, Money, ProcessorCategory, ProcessorLine, Record};
use jiff::Timestamp;
use proptest::prelude::*;

fn dollars(minor: i64) -> Money {
    Money::new(minor, Currency::from_code("USD").unwrap())
}

fn row(id: &str, code: &str, gross: i64, fee: i64) -> Row {
    Row {
        transaction_id: id.to_owned(),
        invoice_id: "INV-71".to_owned(),
        reference: "8AB".to_owned(),
        event_code: code.to_owned(),
        at: "2026-01-19T12:07:45Z".parse().unwrap(),
        gross: dollars(gross),
        fee: dollars(fee),
    }
}

/// A payment, its refund, a withdrawal.
pub(crate) fn golden() -> Vec<u8> {
    write(&[row("8AB", "T0006", 10_000, 320), row("9CD", "T1107", -4000, -100), row("1EF", "T0400", -5000, 0)])
}

fn line(record: &Record) -> &ProcessorLine {
    let Content::Processor(line) = &record.content else { panic!("{record:?}") };
    line
}

#[test]
fn a_line_is_the_record_that_the_download_gives() {
    let bytes = golden();
    let parsed = parse(&PayPalSettlement, &bytes);
    assert_eq!((told(&parsed.issues), parsed.rows), (vec![], 3));
    assert_eq!(ids(&parsed.records), ["paypal:8AB", "paypal:9CD", "paypal:1EF"]);
    let [paid, back, out] = [0, 1, 2].map(|index| line(&parsed.records[index]));
    assert_eq!((paid.category, paid.charge.as_deref()), (ProcessorCategory::Charge, Some("8AB")));
    assert_eq!((paid.gross, paid.fee, paid.net), (dollars(10_000), dollars(320), dollars(9680)));
    assert_eq!((back.category, back.charge.as_deref()), (ProcessorCategory::Refund, Some("8AB")));
    assert_eq!((back.gross, back.fee, back.net), (dollars(-4000), dollars(-100), dollars(-3900)));
    assert_eq!((out.category, out.net), (ProcessorCategory::Payout, dollars(-5000)));
    assert_eq!(parsed.records[0].at, "2026-01-19T12:07:45Z".parse().unwrap());
    assert!(bytes_at(&bytes, parsed.records[1].span).starts_with(b"SB,9CD,"));
    let tabs = String::from_utf8(bytes).unwrap().replace(',', "\t");
    assert_eq!(parse(&PayPalSettlement, tabs.as_bytes()).records.len(), 3);
}

#[test]
fn totals_that_are_off_are_named_and_hold_no_row_back() {
    let sound = String::from_utf8(golden()).unwrap();
    for (from, to, line, column, value) in [
        ("SF,USD,10000", "SF,USD,10001", 8, "SF", "gross credits of USD: the lines make 10000, not 10001: -1 apart"),
        (
            "SF,USD,10000,9000",
            "SF,USD,10000,8000",
            8,
            "SF",
            "gross debits of USD: the lines make 9000, not 8000: 1000 apart",
        ),
        (
            "9000,100,320,0,780\nSC",
            "9000,100,320,5,780\nSC",
            8,
            "SF",
            "balance of USD: the lines make 785, not 780: 5 apart",
        ),
        ("SC,3", "SC,4", 9, "SC", "number of lines: the lines make 3, not 4: -1 apart"),
        (
            "RF,USD,10000,9000,100",
            "RF,USD,10000,9000,0",
            10,
            "RF",
            "fee credits of USD: the lines make 100, not 0: 100 apart",
        ),
        ("FF,3", "FF,2", 12, "FF", "number of lines: the lines make 3, not 2: 1 apart"),
    ] {
        assert!(sound.contains(from), "{from} in {sound}");
        let parsed = parse(&PayPalSettlement, sound.replacen(from, to, 1).as_bytes());
        assert_eq!(told(&parsed.issues), [(line, IssueRule::IdentityBroken, column, value, 0)]);
        assert_eq!(parsed.records.len(), 3);
    }
}

#[test]
fn columns_stand_where_the_header_says() {
    let sound = String::from_utf8(golden()).unwrap();
    let swap = |text: &str| text.replace("Invoice ID,PayPal Reference ID,", "PayPal Reference ID,Invoice ID,");
    let parsed = parse(&PayPalSettlement, swap(&sound).as_bytes());
    assert_eq!(line(&parsed.records[1]).charge.as_deref(), Some("INV-71"));
    let lines: Vec<&str> = sound.lines().filter(|line| !line.starts_with("CH")).collect();
    assert_eq!(parse(&PayPalSettlement, lines.join("\n").as_bytes()).records.len(), 3, "version 9 without a header");
    let missing = parse(&PayPalSettlement, sound.replace("Transaction ID,I", "Txn,I").as_bytes());
    assert_eq!(told(&missing.issues)[0], (5, IssueRule::MissingColumn, "Transaction ID", "", 1));
}

#[test]
fn what_is_wrong_with_a_line_is_its_issue() {
    use IssueRule::*;
    let sound = String::from_utf8(golden()).unwrap();
    for (from, to, rule, column, value) in [
        ("CR,10000", "CR,100.00", InvalidNumber, "Gross Transaction Amount", "100.00"),
        ("CR,10000", "CR,99999999999999999999", AmountOverflow, "Gross Transaction Amount", "99999999999999999999"),
        ("CR,10000", "XX,10000", UnknownValue, "Transaction Debit or Credit", "XX"),
        ("CR,10000", ",10000", MissingValue, "Transaction Debit or Credit", ""),
        ("10000,USD", "10000,dollars", InvalidCurrency, "Gross Transaction Currency", "dollars"),
        ("320,USD", "320,EUR", InvalidCurrency, "Fee Currency", "EUR"),
        ("T0006", "0006", UnknownValue, "Transaction Event Code", "0006"),
        (
            "2026/01/19 12:07:45",
            "19.01.2026 12:07:45",
            InvalidTime,
            "Transaction Initiation Date",
            "19.01.2026 12:07:45 +0000",
        ),
        (
            "2026/01/19 12:07:45",
            "2026/12/19 12:07:45",
            DateInFuture,
            "Transaction Initiation Date",
            "2026/12/19 12:07:45 +0000",
        ),
        ("SB,8AB", "SB,", MissingValue, "Transaction ID", ""),
        ("SB,8AB", "S,8AB", UnknownValue, "CH", "S"),
    ] {
        let parsed = parse(&PayPalSettlement, sound.replacen(from, to, 1).as_bytes());
        assert_eq!(told(&parsed.issues)[0], (5, rule, column, value, 1));
        assert_eq!(ids(&parsed.records), ["paypal:9CD", "paypal:1EF"]);
    }
}

fn any_row() -> impl Strategy<Value = Row> {
    let codes = prop::sample::select(vec!["T0006", "T0200", "T0400", "T1107", "T1201", "T1500"]);
    let currency = prop::sample::select(vec!["USD", "JPY", "KWD"]);
    (codes, any::<i32>(), any::<i16>(), currency, awkward_key(), 1_577_836_800_i64..1_790_000_000).prop_map(
        |(code, gross, fee, currency, id, second)| {
            let currency = Currency::from_code(currency).unwrap();
            Row {
                at: Timestamp::from_second(second).unwrap(),
                gross: Money::new(gross.into(), currency),
                fee: Money::new(fee.into(), currency),
                ..row(&id, code, 0, 0)
            }
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read(mut rows in prop::collection::vec(any_row(), 0..6)) {
        for (index, row) in rows.iter_mut().enumerate() {
            row.transaction_id += &index.to_string();
        }
        let parsed = parse(&PayPalSettlement, &write(&rows));
        prop_assert_eq!(told(&parsed.issues), vec![]);
        prop_assert_eq!(parsed.records.len(), rows.len());
        for (record, row) in parsed.records.iter().zip(&rows) {
            let line = line(record);
            prop_assert_eq!((record.at, line.gross, line.fee), (row.at, row.gross, row.fee));
            prop_assert_eq!((&line.source_id, &line.description), (&row.transaction_id, &row.event_code));
        }
    }

    #[test]
    fn damaged_files_lose_no_row(damage in prop::collection::vec(damage(), 1..12)) {
        check_any(&PayPalSettlement, &damaged(golden(), &damage));
    }
}
