//! Each rule of the header with the row that breaks it; what is written is read; damage never panics.

use super::{EcbRates, write};
use crate::testing::{ids, parse, told};
use crate::unpack;
use domain::{Content, Currency, IssueRule, RateSheet, Record};
use jiff::civil::date;
use proptest::prelude::*;
use rust_decimal::Decimal;

fn sheet(record: &Record) -> &RateSheet {
    let Content::Rates(sheet) = &record.content else { panic!("{record:?}") };
    sheet
}

fn rates(sheet: &RateSheet) -> Vec<String> {
    sheet.rates.iter().map(|(currency, rate)| format!("{currency} {rate}")).collect()
}

#[test]
fn a_day_is_a_sheet_without_the_currencies_that_have_no_rate() {
    let parsed = parse(&EcbRates, b"Date,USD,JPY,CYP,\n2026-10-30,1.1172,175.68,N/A,\n1999-01-04,,133.73,0.58231,\n");
    assert_eq!(told(&parsed.issues), []);
    assert_eq!(ids(&parsed.records), ["ecb:2026-10-30", "ecb:1999-01-04"]);
    assert_eq!(parsed.records[0].at, "2026-10-30T15:00:00Z".parse().unwrap());
    assert_eq!(rates(sheet(&parsed.records[0])), ["USD 1.1172", "JPY 175.68"]);
    assert_eq!(rates(sheet(&parsed.records[1])), ["JPY 133.73", "CYP 0.58231"]);
    assert_eq!(sheet(&parsed.records[0]).base, Currency::EUR);
}

#[test]
fn what_is_wrong_with_a_day_is_its_issue() {
    use IssueRule::*;
    for (bad, rule, column, value) in [
        ("2026-10-30,1.1.1,175.68,", InvalidNumber, "USD", "1.1.1"),
        ("2026-10-30,0,175.68,", InvalidNumber, "USD", "0"),
        ("2026-10-30,1.1,-175.68,", InvalidNumber, "JPY", "-175.68"),
        ("30.10.2026,1.1,175.68,", InvalidTime, "Date", "30.10.2026"),
        (",1.1,175.68,", MissingValue, "Date", ""),
        ("2026-11-03,1.1,175.68,", DateInFuture, "Date", "2026-11-03"),
        ("2026-10-30,1.1,175.68", WrongFieldCount, "", "3 of 4 fields"),
        ("2026-10-29,1.1,175.69,", IdempotencyConflict, "Date", "ecb:2026-10-29"),
    ] {
        let parsed = parse(&EcbRates, format!("Date,USD,JPY,\n2026-10-29,1.1,175.68,\n{bad}\n").as_bytes());
        assert_eq!(told(&parsed.issues), [(3, rule, column, value, 1)]);
    }
}

#[test]
fn a_day_again_is_a_duplicate_and_a_strange_column_an_issue_of_the_header() {
    let parsed = parse(&EcbRates, b"Date,USD,JPY,Euro2\n2026-10-30,1.1,175.68,x\n2026-10-30,1.10,175.68,y\n");
    assert_eq!((parsed.rows, parsed.duplicates, parsed.records.len()), (2, 1, 1));
    assert_eq!(told(&parsed.issues), [(1, IssueRule::InvalidCurrency, "Euro2", "Euro2", 0)]);
}

#[test]
fn a_missing_column_holds_all_rows() {
    let parsed = parse(&EcbRates, b"Day,USD,JPY\n2026-10-30,1.1,175.68\n");
    assert_eq!(told(&parsed.issues), [(1, IssueRule::MissingColumn, "Date", "", 1)]);
}

/// Counted by Python: 7,126 days, 221,702 rates.
#[test]
fn the_shipped_file_is_read_whole() {
    let bytes = unpack(include_bytes!("../../../../data/eurofxref-hist.zip")).unwrap().remove(0).text.unwrap();
    let parsed = parse(&EcbRates, &bytes);
    assert_eq!(told(&parsed.issues), []);
    assert_eq!((parsed.rows, parsed.records.len()), (7_126, 7_126));
    let count: usize = parsed.records.iter().map(|record| sheet(record).rates.len()).sum();
    assert_eq!(count, 221_702);
}

proptest! {
    #[test]
    fn what_is_written_is_read(days in prop::collection::vec(prop::collection::vec(1_u32..9_999_999, 2), 1..5)) {
        let codes = ["USD", "JPY"].map(|code| Currency::from_code(code).unwrap());
        let sheets: Vec<_> = (1_i8..)
            .zip(days)
            .map(|(day, rates)| RateSheet {
                date: date(2020, 1, day),
                base: Currency::EUR,
                rates: codes.into_iter().zip(rates.into_iter().map(|rate| Decimal::new(rate.into(), 4))).collect(),
            })
            .collect();
        let parsed = parse(&EcbRates, &write(&sheets));
        prop_assert_eq!(told(&parsed.issues), vec![]);
        prop_assert_eq!(parsed.records.iter().map(|record| sheet(record).clone()).collect::<Vec<_>>(), sheets);
    }
}
