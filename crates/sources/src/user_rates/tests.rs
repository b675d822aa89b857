//! Layouts and damage of a business's own rates.

use super::{UserRates, write};
use crate::contract::{check_any, damage, damaged};
use crate::testing::{ids, parse, told};
use crate::{Source, recognise};
use domain::{Content, Currency, IssueRule, RateSheet, Record};
use jiff::civil::date;
use proptest::prelude::*;
use rust_decimal::Decimal;

/// Three rates, as the contract test wants them.
pub(crate) fn golden() -> Vec<u8> {
    let rates = ["USD", "CNY", "JPY"].map(|code| (Currency::from_code(code).unwrap(), Decimal::new(10_625, 4)));
    write(&[RateSheet { date: date(2026, 1, 5), base: Currency::EUR, rates: rates.to_vec() }])
}

fn sheet(record: &Record) -> &RateSheet {
    let Content::UserRates(sheet) = &record.content else { panic!("{record:?}") };
    sheet
}

/// Sheets as `2026-01-05 EUR: USD 1.0625, …`.
fn said(text: &str) -> Vec<String> {
    assert!(UserRates.recognises(text.as_bytes()), "{text}");
    assert_eq!(recognise(text.as_bytes()).map(Source::name), Some("user-rates"), "{text}");
    let parsed = parse(&UserRates, text.as_bytes());
    assert_eq!(told(&parsed.issues), [], "{text}");
    let sheets = parsed.records.iter().map(sheet).map(|sheet| {
        let rates: Vec<_> = sheet.rates.iter().map(|(to, rate)| format!("{to} {rate}")).collect();
        format!("{} {}: {}", sheet.date, sheet.base, rates.join(", "))
    });
    sheets.collect()
}

#[test]
fn long_and_wide_tables_of_five_languages() {
    for (text, expected) in [
        ("Date,From,To,Rate\n2026-01-05,EUR,USD,1.0625\n", "2026-01-05 EUR: USD 1.0625"),
        ("Datum;Von;Nach;Kurs\n13.01.2026;EUR;USD;1,0625\n", "2026-01-13 EUR: USD 1.0625"),
        ("Fecha;Moneda origen;Moneda destino;Tipo de cambio\n13/01/2026;EUR;MXN;20,5\n", "2026-01-13 EUR: MXN 20.5"),
        ("Data;Moeda origem;Moeda destino;Taxa\n13/01/2026;USD;BRL;5,4\n", "2026-01-13 USD: BRL 5.4"),
        ("日期,原币,目标货币,汇率\n2026年1月5日,USD,CNY,7.1\n", "2026-01-05 USD: CNY 7.1"),
        ("Base: GBP\ndate,USD,EUR,AED\n2026-01-05,1.25,1.15,N/A\n", "2026-01-05 GBP: USD 1.25, EUR 1.15"),
        ("date,EUR/USD,EUR/GBP\n2026-01-05,1.25,\n", "2026-01-05 EUR: USD 1.25"),
        ("Date,Base,USD,JPY\n2026-01-05,EUR,1.25,160\n", "2026-01-05 EUR: USD 1.25, JPY 160"),
    ] {
        assert_eq!(said(text), [expected], "{text}");
    }
}

#[test]
fn the_central_bank_s_own_file_is_not_taken() {
    for header in ["Date,USD,JPY,GBP,\n", "Date,Rate\n", "Date,Amount,Description\n", "Date,From,To\n"] {
        assert!(!UserRates.recognises(header.as_bytes()), "{header}");
    }
}

#[test]
fn a_wide_table_without_a_base_is_held_back_whole() {
    let parsed = parse(&UserRates, b"date,USD,GBP\n2026-01-05,1.25,0.85\n2026-01-06,1.25,0.85\n");
    let said = "no line or column says of what one unit the rates are";
    assert_eq!(told(&parsed.issues), [(1, IssueRule::MissingValue, "base", said, 2)]);
}

#[test]
fn a_rate_comes_once() {
    let text = "Date,From,To,Rate\n2026-01-05,EUR,USD,1.1\n2026-01-05,EUR,USD,1.1\n2026-01-05,EUR,USD,1.2\n";
    let parsed = parse(&UserRates, text.as_bytes());
    assert_eq!((ids(&parsed.records), parsed.duplicates), (vec!["user-rates:2026-01-05/EUR/USD"], 1));
    assert_eq!(told(&parsed.issues)[0].1, IssueRule::IdempotencyConflict);
}

#[test]
fn what_is_wrong_with_a_row_is_its_issue() {
    use IssueRule::*;
    for (row, rule, column, value) in [
        ("x,EUR,USD,1.1", InvalidTime, "Date", "x"),
        ("2027-01-05,EUR,USD,1.1", DateInFuture, "Date", "2027-01-05"),
        ("2026-01-05,EURO,USD,1.1", InvalidCurrency, "From", "EURO"),
        ("2026-01-05,EUR,,1.1", MissingValue, "To", ""),
        ("2026-01-05,EUR,USD,0", InvalidNumber, "Rate", "0"),
        ("2026-01-05,EUR,USD,", MissingValue, "Rate", ""),
        ("2026-01-05,EUR,USD", WrongFieldCount, "", "3 of 4 fields"),
    ] {
        let parsed = parse(&UserRates, format!("Date,From,To,Rate\n{row}\n").as_bytes());
        assert_eq!(told(&parsed.issues), [(2, rule, column, value, 1)]);
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(rates in prop::collection::vec(1_u32.., 1..6)) {
        let code = |place: usize| Currency::from_code(&format!("A{}A", char::from(b'A' + u8::try_from(place).unwrap()))).unwrap();
        let quoted = rates.iter().enumerate().map(|(place, rate)| (code(place), Decimal::new((*rate).into(), 5)));
        let sheet_of_day = RateSheet { date: date(2026, 1, 5), base: Currency::EUR, rates: quoted.collect() };
        let parsed = parse(&UserRates, &write(std::slice::from_ref(&sheet_of_day)));
        prop_assert_eq!(told(&parsed.issues), vec![]);
        let read: Vec<_> = parsed.records.iter().flat_map(|record| sheet(record).rates.clone()).collect();
        prop_assert_eq!(read, sheet_of_day.rates);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_damaged_file_is_read(damage in prop::collection::vec(damage(), 1..12)) {
        check_any(&UserRates, &damaged(golden(), &damage));
    }
}
