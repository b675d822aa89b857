//! Each rule of the header with the row that breaks it; what is written is read; damage never panics.

use super::{COLUMNS, OnlineRetail, Row, write};
use crate::testing::{Tokens, awkward, awkward_key, bytes_at, ids, parse, parse_with, token, told};
use crate::{SourceSettings, unpack};
use domain::{Content, Invoice, IssueRule, Record};
use jiff::civil::{DateTime, date};
use proptest::prelude::*;
use rust_decimal::Decimal;

const HEADER: &str = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";
const LINE: &str = "536365,85123A,HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom";

fn file(lines: &[&str]) -> String {
    format!("{HEADER}\n{}\n", lines.join("\n"))
}

fn invoice(record: &Record) -> &Invoice {
    let Content::Invoice(invoice) = &record.content else { panic!("{record:?}") };
    invoice
}

/// `536365` twice with `536366` between; the second number has its times in falling order.
#[test]
fn all_lines_of_a_number_are_one_invoice() {
    let bytes = file(&[
        LINE,
        "536366,22632,\"WARMER, \"\"RED\"\"\",1,2010-12-01 08:29:00,1.85,,France",
        "536365,71053,LANTERN,-6,2010-12-01 08:25:00,-3.390,17850,United Kingdom",
        LINE,
    ]);
    let parsed = parse(&OnlineRetail, bytes.as_bytes());
    assert_eq!(told(&parsed.issues), []);
    assert_eq!(ids(&parsed.records), ["online-retail:536365", "online-retail:536366"]);
    let first = invoice(&parsed.records[0]);
    assert_eq!(first.buyer, Some(token("customer", "17850")));
    assert_eq!(first.lines.iter().map(|line| line.span.line).collect::<Vec<_>>(), [2, 4, 5], "equal lines are kept");
    assert_eq!(first.lines[1].unit_price, Decimal::new(-339, 2));
    assert_eq!(parsed.records[0].at, "2010-12-01T08:25:00Z".parse().unwrap(), "the earliest line");
    assert_eq!(bytes_at(bytes.as_bytes(), parsed.records[0].span), LINE.as_bytes());
    let guest = invoice(&parsed.records[1]);
    assert_eq!((guest.buyer, guest.lines[0].description.as_str()), (None, "WARMER, \"RED\""));
}

/// Clocks in London went back at 02:00 on 2011-10-30 and forward at 01:00 on 2011-03-27.
#[test]
fn shop_time_is_read_by_the_zone_and_odd_hours_by_a_stated_rule() {
    for (local, utc) in [
        ("2011-07-01 12:00:00", "2011-07-01T11:00:00Z"),
        ("2011-10-30 01:30:00", "2011-10-30T00:30:00Z"),
        ("2011-03-27 01:30:00", "2011-03-27T01:30:00Z"),
    ] {
        let parsed = parse(&OnlineRetail, file(&[&LINE.replace("2010-12-01 08:26:00", local)]).as_bytes());
        assert_eq!(parsed.records[0].at, utc.parse().unwrap(), "{local}");
    }
}

#[test]
fn what_is_wrong_with_a_row_is_its_issue_and_the_invoice_goes_on() {
    use IssueRule::*;
    for (bad, rule, column, value) in [
        ("536365,85123A,HEART,6,2010-12-01 08:26:00,1.2.3,17850,UK", InvalidNumber, "UnitPrice", "1.2.3"),
        ("536365,85123A,HEART,6.5,2010-12-01 08:26:00,1,17850,UK", InvalidNumber, "Quantity", "6.5"),
        ("536365,85123A,HEART,6,2010-13-01 08:26:00,1,17850,UK", InvalidTime, "InvoiceDate", "2010-13-01 08:26:00"),
        ("536365,85123A,HEART,6,2010-12-01,1,17850,UK", InvalidTime, "InvoiceDate", "2010-12-01"),
        ("536365,85123A,HEART,6,2026-11-02 12:00:01,1,17850,UK", DateInFuture, "InvoiceDate", "2026-11-02 12:00:01"),
        ("536365,85123A,HEART,6,2010-12-01 08:26:00,,17850,UK", MissingValue, "UnitPrice", ""),
        (",85123A,HEART,6,2010-12-01 08:26:00,1,17850,UK", MissingValue, "InvoiceNo", ""),
        ("536365,85123A,HEART,6,2010-12-01 08:26:00,1,17850", WrongFieldCount, "", "7 of 8 fields"),
        ("536365,85123A,\"HEART,6,2010-12-01 08:26:00,1,17850,UK", Malformed, "", "a quote is not closed"),
        ("536365,85123A,HEART,6,2010-12-01 08:26:00,1,17850,France", IdempotencyConflict, "Country", "France"),
        ("536365,85123A,HEART,6,2010-12-01 08:26:00,1,17851,United Kingdom", IdempotencyConflict, "CustomerID", ""),
        ("536365,85123A,HEART,6,2010-12-01 08:26:00,1,,United Kingdom", IdempotencyConflict, "CustomerID", ""),
    ] {
        let bytes = file(&[LINE, bad, LINE]);
        let parsed = parse(&OnlineRetail, bytes.as_bytes());
        assert_eq!(told(&parsed.issues), [(3, rule, column, value, 1)]);
        assert_eq!(bytes_at(bytes.as_bytes(), parsed.issues[0].span), bad.as_bytes());
        assert_eq!((parsed.rows, invoice(&parsed.records[0]).lines.len()), (3, 2));
    }
}

#[test]
fn a_row_that_is_not_utf8_is_named_without_showing_a_customer() {
    let mut bytes = file(&[LINE, LINE, LINE]).into_bytes();
    let lines: Vec<usize> = (0..bytes.len()).filter(|&at| bytes[at..].starts_with(LINE.as_bytes())).collect();
    bytes[lines[0] + LINE.find("HEART").unwrap()] = 0xe9;
    bytes[lines[1] + LINE.find("17850").unwrap()] = 0xff;
    let parsed = parse(&OnlineRetail, &bytes);
    let expected = [
        (2, IssueRule::InvalidUtf8, "Description", "\u{fffd}EART", 1),
        (3, IssueRule::InvalidUtf8, "CustomerID", "", 1),
    ];
    assert_eq!(told(&parsed.issues), expected);
    assert_eq!(parsed.rows_in_records(), 1);
}

#[test]
fn a_stray_quote_costs_its_own_line() {
    let stray = LINE.replace("HEART", "\"HEART");
    let quoted = LINE.replace("HEART", "\"HEART, RED\"");
    let parsed = parse(&OnlineRetail, file(&[LINE, &stray, LINE, LINE, &quoted, LINE]).as_bytes());
    assert_eq!(told(&parsed.issues), [(3, IssueRule::Malformed, "", "a quote is not closed", 1)]);
    assert_eq!((parsed.rows, parsed.rows_in_records()), (6, 5));
}

#[test]
fn a_missing_column_holds_all_rows() {
    let bytes = file(&[LINE, LINE]).replace("UnitPrice", "Price").replace("Country", "Land");
    let parsed = parse(&OnlineRetail, bytes.as_bytes());
    assert_eq!(told(&parsed.issues), [(1, IssueRule::MissingColumn, "UnitPrice, Country", "", 2)]);
    assert_eq!((parsed.rows, parsed.records.len()), (2, 0));
}

#[test]
fn columns_may_stand_in_any_order_with_others_between() {
    let bytes = "Country,More,CustomerID,UnitPrice,InvoiceDate,Quantity,Description,StockCode,InvoiceNo\n\
                 France,x,12583,3.75,2010-12-01 08:45:00,24,ALARM CLOCK,22728,536370\n";
    let parsed = parse(&OnlineRetail, bytes.as_bytes());
    let invoice = invoice(&parsed.records[0]);
    assert_eq!((invoice.country.as_str(), invoice.lines[0].quantity), ("France", 24));
}

#[test]
fn an_unknown_zone_holds_all_rows() {
    let settings = SourceSettings { zone: "Atlantis/Capital".to_owned(), ..SourceSettings::default() };
    let parsed = parse_with(&OnlineRetail, file(&[LINE]).as_bytes(), &settings, &mut Tokens::default());
    assert_eq!(told(&parsed.issues), [(1, IssueRule::InvalidTime, "zone", "Atlantis/Capital", 1)]);
}

#[test]
fn a_customer_is_asked_for_once_in_normal_form() {
    let mut tokens = Tokens::default();
    let lines = [LINE, &LINE.replace("536365", "536366").replace("17850.0", " 17850 ")].map(str::to_owned);
    let bytes = file(&[&lines[0], &lines[1]]);
    parse_with(&OnlineRetail, bytes.as_bytes(), &SourceSettings::default(), &mut tokens);
    assert_eq!(tokens.asked, [("customer".to_owned(), "17850".to_owned())]);
}

/// The whole shipped file. The sum was computed by Python's `decimal`.
#[test]
fn the_shipped_file_is_read_to_the_last_digit() {
    let bytes = unpack(include_bytes!("../../../../data/online_retail.csv.gz")).unwrap().remove(0).text.unwrap();
    let parsed = parse(&OnlineRetail, &bytes);
    assert_eq!(told(&parsed.issues), []);
    assert_eq!((parsed.rows, parsed.rows_in_records(), parsed.records.len()), (541_909, 541_909, 25_900));
    let lines = || parsed.records.iter().flat_map(|record| &invoice(record).lines);
    let sum: Decimal = lines().map(|line| Decimal::from(line.quantity) * line.unit_price).sum();
    assert_eq!(sum, Decimal::new(9_747_747_934, 3));
    assert_eq!(lines().map(|line| line.quantity).sum::<i64>(), 5_176_450);
    let guests = parsed.records.iter().map(invoice).filter(|invoice| invoice.buyer.is_none());
    assert_eq!(guests.map(|invoice| invoice.lines.len()).sum::<usize>(), 135_080);
}

fn row() -> impl Strategy<Value = Row> {
    let time = (0..400_i32, 0..86_400_i32).prop_map(|(day, second)| -> DateTime {
        date(2010, 12, 1).at(0, 0, 0, 0) + jiff::Span::new().days(day).seconds(second)
    });
    let text = (awkward_key(), awkward_key(), awkward(), awkward_key(), "[1-9][0-9]{4}|");
    (text, any::<i64>(), time, (any::<i32>(), 0_u32..6)).prop_map(|(text, quantity, invoice_date, (price, scale))| {
        Row {
            invoice_no: text.0,
            stock_code: text.1,
            description: text.2,
            quantity,
            invoice_date,
            unit_price: Decimal::new(price.into(), scale),
            customer_id: text.4,
            country: text.3,
        }
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read(mut rows in prop::collection::vec(row(), 1..8)) {
        for (index, row) in rows.iter_mut().enumerate() {
            row.invoice_no += &index.to_string();
        }
        let parsed = parse(&OnlineRetail, &write(&rows));
        prop_assert_eq!(told(&parsed.issues), vec![]);
        for (record, row) in parsed.records.iter().zip(&rows) {
            let invoice = invoice(record);
            let line = &invoice.lines[0];
            prop_assert_eq!((&invoice.number, &invoice.country), (&row.invoice_no, &row.country));
            prop_assert_eq!((&line.stock_code, &line.description), (&row.stock_code, &row.description));
            prop_assert_eq!((line.quantity, line.unit_price), (row.quantity, row.unit_price));
            let customer = (!row.customer_id.is_empty()).then(|| token("customer", &row.customer_id));
            prop_assert_eq!(invoice.buyer, customer);
        }
        prop_assert_eq!(parsed.records.len(), rows.len());
    }
}

#[test]
fn the_header_is_the_publishers() {
    assert_eq!(COLUMNS.join(","), HEADER);
}
