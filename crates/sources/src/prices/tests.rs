//! Layouts and damage of prices.

use super::{Prices, write};
use crate::contract::{check_any, damage, damaged};
use crate::testing::{awkward_key, ids, parse, told};
use crate::{Source, recognise};
use domain::{Content, Currency, IssueRule, Price, Record};
use jiff::civil::date;
use proptest::prelude::*;
use rust_decimal::Decimal;

/// Three prices, as the contract test wants them.
pub(crate) fn golden() -> Vec<u8> {
    write(&[5, 6, 7].map(|day| Price { date: date(2026, 1, day), ..price("AMZN", 8_400) }))
}

fn price(instrument: &str, cents: i64) -> Price {
    let number = Decimal::new(cents, 2);
    Price {
        instrument: instrument.to_owned(),
        market: "XNAS".to_owned(),
        currency: Currency::from_code("USD"),
        date: date(2026, 1, 5),
        close: number,
        open: Some(number),
        high: None,
        low: Some(number),
        adjusted: Some(number),
        volume: Some(Decimal::from(62_330_000)),
    }
}

fn read(record: &Record) -> &Price {
    let Content::Price(price) = &record.content else { panic!("{record:?}") };
    price
}

#[test]
fn long_tables_and_files_of_one_instrument() {
    for (text, expected) in [
        (
            "symbol,date,open,high,low,close,volume,adjusted\nAMZN,2022-12-30,1,2,1,84.0,62330000,84.0\n",
            "price:AMZN/2022-12-30 84.0 62330000",
        ),
        ("Ticker;Datum;Schlusskurs;Volumen\nSAP;30.12.2022;96,39;1.250\n", "price:SAP/2022-12-30 96.39 1250"),
        (
            "Amazon.com\nDate,Close/Last,Volume,Open\n12/30/2022,$84.00,62.33M,$83.12\n",
            "price:Amazon.com/2022-12-30 84.00 62330000.00",
        ),
        ("证券代码,日期,收盘价,成交量\n600519,2022年12月30日,1727.00,\n", "price:600519/2022-12-30 1727.00 –"),
    ] {
        assert_eq!(recognise(text.as_bytes()).map(Source::name), Some("prices"), "{text}");
        let parsed = parse(&Prices, text.as_bytes());
        assert_eq!(told(&parsed.issues), [], "{text}");
        let price = read(&parsed.records[0]);
        let volume = price.volume.map_or_else(|| "–".to_owned(), |volume| volume.to_string());
        assert_eq!(format!("{} {} {volume}", ids(&parsed.records)[0], price.close), expected, "{text}");
    }
}

#[test]
fn prices_of_nothing_are_held_back() {
    let parsed = parse(&Prices, b"Date,Open,Close\n2022-12-30,1,2\n");
    let said = "no line or column says of what the prices are";
    assert_eq!(told(&parsed.issues), [(1, IssueRule::MissingValue, "symbol", said, 1)]);
    assert!(!Prices.recognises(b"Date,Close\n") && !Prices.recognises(b"Date,Open,High\n"));
}

#[test]
fn what_is_wrong_with_a_row_is_its_issue() {
    use IssueRule::*;
    for (row, rule, column, value) in [
        ("A,x,1,5,USD", InvalidTime, "Date", "x"),
        ("A,2027-01-05,1,5,USD", DateInFuture, "Date", "2027-01-05"),
        (",2026-01-05,1,5,USD", MissingValue, "Symbol", ""),
        ("A,2026-01-05,,5,USD", MissingValue, "Close", ""),
        ("A,2026-01-05,1x,5,USD", InvalidNumber, "Close", "1x"),
        ("A,2026-01-05,1,5T,USD", InvalidNumber, "Volume", "5T"),
        ("A,2026-01-05,1,5,DOLLAR", InvalidCurrency, "Currency", "DOLLAR"),
    ] {
        let parsed = parse(&Prices, format!("Symbol,Date,Close,Volume,Currency\n{row}\n").as_bytes());
        assert_eq!(told(&parsed.issues), [(2, rule, column, value, 1)]);
    }
}

prop_compose! {
    pub(crate) fn any_price()(name in awkward_key(), cents in 1_i64..i64::MAX, day in 1_i8..28) -> Price {
        Price { date: date(2026, 1, day), ..price(&name, cents) }
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(rows in prop::collection::vec((awkward_key(), 1_i64..i64::MAX), 1..5)) {
        let prices: Vec<Price> = (1_i8..).zip(&rows).map(|(day, (name, cents))| Price { date: date(2026, 1, day), ..price(name, *cents) }).collect();
        let parsed = parse(&Prices, &write(&prices));
        prop_assert_eq!(told(&parsed.issues), vec![]);
        prop_assert_eq!(parsed.records.iter().map(|record| read(record).clone()).collect::<Vec<_>>(), prices);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_damaged_file_is_read(damage in prop::collection::vec(damage(), 1..12)) {
        check_any(&Prices, &damaged(golden(), &damage));
    }
}

/// Six shares over ten years; the close that Amazon's market value at the end of 2022 is known by.
#[test]
#[cfg_attr(not(plimsoll_data), ignore = "PLIMSOLL_DATA is not set")]
fn the_shared_prices_are_read() {
    let path = format!("{}/series/stocks_daily.csv.gz", option_env!("PLIMSOLL_DATA").unwrap_or_default());
    #[expect(clippy::disallowed_methods, reason = "the set may not ship, so it cannot be compiled in")]
    let packed = std::fs::read(path).unwrap();
    let bytes = crate::unpack(&packed).unwrap().remove(0).text.unwrap();
    assert_eq!(recognise(&bytes).map(Source::name), Some("prices"));
    let parsed = parse(&Prices, &bytes);
    assert_eq!(told(&parsed.issues), []);
    let close =
        parsed.records.iter().find(|record| record.id.0 == "price:AMZN/2022-12-30").map(|record| read(record).close);
    assert_eq!(close.map(|close| close.round_dp(2)), Some(Decimal::new(8_400, 2)));
}
