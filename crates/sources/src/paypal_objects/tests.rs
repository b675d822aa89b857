//! Each rule of the header with the object that breaks it; the search says what the download says; damage never panics.

use super::{PayPalObjects, write};
use crate::contract::{check_any, damage, damaged};
use crate::paypal_activity::{self, PayPalActivity, Row};
use crate::testing::{awkward_key, bytes_at, ids, parse, token, told};
use domain::{Content, Currency, IssueRule, Money, ProcessorCategory, ProcessorLine, Record};
use jiff::Timestamp;
use proptest::prelude::*;

const PAID: &str = r#"{"transaction_info":{"transaction_id":"8AB","transaction_event_code":"T0006","transaction_initiation_date":"2026-02-13T17:15:00+0000","transaction_amount":{"currency_code":"USD","value":"1048.20"},"fee_amount":{"currency_code":"USD","value":"-30.70"},"transaction_status":"S","invoice_id":"INV-71"},"payer_info":{"email_address":"Zoe@example.org"}}"#;
const CAPTURE: &str = r#"{"id":"8AB","status":"COMPLETED","amount":{"currency_code":"USD","value":"1048.20"},"invoice_id":"INV-71","seller_receivable_breakdown":{"gross_amount":{"currency_code":"USD","value":"1048.20"},"paypal_fee":{"currency_code":"USD","value":"30.70"},"net_amount":{"currency_code":"USD","value":"1017.50"}},"create_time":"2026-02-13T17:15:00Z"}"#;
const REFUND: &str = r#"{"id":"9CD","status":"COMPLETED","seller_payable_breakdown":{"gross_amount":{"currency_code":"USD","value":"48.20"},"paypal_fee":{"currency_code":"USD","value":"1.20"},"net_amount":{"currency_code":"USD","value":"47.00"}},"create_time":"2026-02-14T18:00:00Z","links":[{"rel":"self","href":"https://x/9CD"},{"rel":"up","href":"https://x/v2/payments/captures/8AB"}]}"#;

fn row(id: &str, kind: &str, minor: i64) -> Row {
    Row {
        at: "2026-01-19T12:07:45Z".parse().unwrap(),
        name: String::new(),
        kind: kind.to_owned(),
        status: "Completed".to_owned(),
        gross: Money::new(minor, Currency::EUR),
        fee: Money::new(35, Currency::EUR),
        net: Money::new(minor - 35, Currency::EUR),
        from: "zoe@example.org".to_owned(),
        to: "zoe@example.org".to_owned(),
        transaction_id: id.to_owned(),
        invoice_number: "礼品卡".to_owned(),
        reference: "8AB".to_owned(),
    }
}

fn code(row: &Row) -> &'static str {
    match row.kind.as_str() {
        "Website Payment" => "T0007",
        "Payment Refund" => "T1107",
        "General Withdrawal" => "T0400",
        "Chargeback" => "T1201",
        "General Currency Conversion" => "T0200",
        _ => "T1500",
    }
}

/// Two payments and a refund.
pub(crate) fn golden() -> Vec<u8> {
    let pay = |id| row(id, "Website Payment", 104_820);
    write(&[pay("1"), row("2", "Payment Refund", -4820), pay("3")], code)
}

fn line(record: &Record) -> &ProcessorLine {
    let Content::Processor(line) = &record.content else { panic!("{record:?}") };
    line
}

fn dollars(minor: i64) -> Money {
    Money::new(minor, Currency::from_code("USD").unwrap())
}

/// Whatever brings it, it is the same record.
#[test]
fn a_payment_has_one_name_in_search_webhook_and_order() {
    let event = |name: &str, resource: &str| format!(r#"{{"id":"WH-1","event_type":"{name}","resource":{resource}}}"#);
    let sale = r#"{"id":"8AB","state":"completed","amount":{"total":"1048.20","currency":"USD"},"transaction_fee":{"value":"30.70","currency":"USD"},"invoice_number":"INV-71","create_time":"2026-02-13T17:15:00Z"}"#;
    for body in [
        PAID.to_owned(),
        format!(r#"{{"transaction_details":[{PAID}],"page":1}}"#),
        CAPTURE.to_owned(),
        event("PAYMENT.CAPTURE.COMPLETED", CAPTURE),
        event("PAYMENT.SALE.COMPLETED", sale),
        format!(r#"{{"id":"5O1","status":"COMPLETED","purchase_units":[{{"payments":{{"captures":[{CAPTURE}]}}}}]}}"#),
        format!(r#"{{"events":[{}],"count":1}}"#, event("PAYMENT.CAPTURE.COMPLETED", CAPTURE)),
    ] {
        let parsed = parse(&PayPalObjects, body.as_bytes());
        assert_eq!((told(&parsed.issues), ids(&parsed.records)), (vec![], vec!["paypal:8AB"]), "{body}");
        assert_eq!(parsed.records[0].at, "2026-02-13T17:15:00Z".parse().unwrap());
        let read = line(&parsed.records[0]);
        assert_eq!((read.gross, read.fee, read.net), (dollars(104_820), dollars(3070), dollars(101_750)));
        assert_eq!((read.category, read.charge.as_deref()), (ProcessorCategory::Charge, Some("8AB")));
        assert_eq!(read.order_reference.as_deref(), Some("INV-71"));
    }
    assert_eq!(bytes_at(PAID.as_bytes(), parse(&PayPalObjects, PAID.as_bytes()).records[0].span), PAID.as_bytes());
}

#[test]
fn what_goes_back_is_negative_and_a_reversal_is_a_dispute() {
    for (name, category) in [
        ("PAYMENT.CAPTURE.REFUNDED", ProcessorCategory::Refund),
        ("PAYMENT.CAPTURE.REVERSED", ProcessorCategory::Dispute),
    ] {
        let body = format!(r#"{{"id":"WH-1","event_type":"{name}","resource":{REFUND}}}"#);
        let parsed = parse(&PayPalObjects, body.as_bytes());
        assert_eq!(told(&parsed.issues), []);
        let read = line(&parsed.records[0]);
        assert_eq!((read.category, read.charge.as_deref()), (category, Some("8AB")));
        assert_eq!((read.gross, read.fee, read.net), (dollars(-4820), dollars(-120), dollars(-4700)));
    }
}

#[test]
fn what_has_not_moved_is_skipped() {
    for body in [
        PAID.replace("\"S\"", "\"P\""),
        CAPTURE.replace("COMPLETED", "PENDING"),
        CAPTURE.replace("seller_receivable_breakdown", "amounts"),
        CAPTURE.replace("\"paypal_fee\"", "\"paypal_fee_in_receivable_currency\""),
        r#"{"id":"WH-1","event_type":"CUSTOMER.DISPUTE.CREATED","resource":{"dispute_id":"PP-D-1"}}"#.to_owned(),
    ] {
        let parsed = parse(&PayPalObjects, body.as_bytes());
        assert_eq!((parsed.skipped, told(&parsed.issues)), (1, vec![]), "{body}");
    }
}

#[test]
fn a_platforms_fee_is_not_the_movements() {
    let fee = r#""platform_fees":[{"amount":{"currency_code":"USD","value":"7.50"}}],"net_amount""#;
    let body = CAPTURE.replace("\"net_amount\"", fee).replace("1017.50", "1010.00");
    let parsed = parse(&PayPalObjects, body.as_bytes());
    assert_eq!((told(&parsed.issues), line(&parsed.records[0]).net), (vec![], dollars(101_750)));
}

#[test]
fn what_is_wrong_with_an_object_is_its_issue() {
    use IssueRule::*;
    for (object, from, to, rule, column, value) in [
        (PAID, "1048.20", "10.0.0", InvalidNumber, "value", "10.0.0"),
        (PAID, "1048.20", "1048.201", InvalidNumber, "value", "1048.201"),
        (PAID, "\"USD\",\"value\":\"-30", "\"EUR\",\"value\":\"-30", InvalidCurrency, "fee_amount", "EUR"),
        (PAID, "USD", "dollars", InvalidCurrency, "currency_code", "dollars"),
        (PAID, "transaction_amount", "amount", MissingValue, "transaction_amount", ""),
        (PAID, "T0006", "T6", UnknownValue, "transaction_event_code", "T6"),
        (PAID, "\"S\"", "\"Z\"", UnknownValue, "transaction_status", "Z"),
        (PAID, "2026-02-13T17", "13.02.2026", InvalidTime, "transaction_initiation_date", "13.02.2026:15:00+0000"),
        (PAID, "2026-02", "2026-12", DateInFuture, "transaction_initiation_date", "2026-12-13T17:15:00+0000"),
        (PAID, "\"8AB\"", "null", MissingValue, "transaction_id", ""),
        (CAPTURE, "1017.50", "1017.51", IdentityBroken, "net_amount", "1048.20 USD less its fees is not 1017.51 USD"),
        (CAPTURE, "gross_amount", "gross", MissingValue, "gross_amount", ""),
        (CAPTURE, "\"8AB\"", "\"\"", MissingValue, "id", ""),
    ] {
        let body = format!("{}\n{}", object.replacen(from, to, 1), REFUND);
        let parsed = parse(&PayPalObjects, body.as_bytes());
        assert_eq!(told(&parsed.issues), [(1, rule, column, value, 1)]);
        assert_eq!(ids(&parsed.records), ["paypal:9CD"]);
    }
}

fn any_row() -> impl Strategy<Value = Row> {
    let kinds = [
        "Website Payment",
        "Payment Refund",
        "General Withdrawal",
        "Chargeback",
        "General Currency Conversion",
        "Hold",
    ];
    let currency = prop::sample::select(vec!["USD", "JPY", "KWD"]);
    let amounts = (any::<i32>(), any::<i16>(), currency);
    (prop::sample::select(kinds.to_vec()), amounts, awkward_key(), awkward_key(), 1_577_836_800_i64..1_790_000_000)
        .prop_map(|(kind, (gross, fee, code), invoice_number, id, second)| {
            let money = |minor| Money::new(minor, Currency::from_code(code).unwrap());
            Row {
                at: Timestamp::from_second(second).unwrap(),
                gross: money(gross.into()),
                fee: money(fee.into()),
                net: money(i64::from(gross) - i64::from(fee)),
                invoice_number,
                ..row(&id, kind, 0)
            }
        })
}

proptest! {
    #[test]
    fn the_search_says_what_the_download_says(mut rows in prop::collection::vec(any_row(), 0..6)) {
        for (index, row) in rows.iter_mut().enumerate() {
            row.transaction_id += &index.to_string();
        }
        let objects = parse(&PayPalObjects, &write(&rows, code));
        let download = parse(&PayPalActivity, &paypal_activity::write(&rows));
        prop_assert_eq!((told(&objects.issues), told(&download.issues)), (vec![], vec![]));
        prop_assert_eq!(objects.records.len(), rows.len());
        for (object, row) in objects.records.iter().zip(&download.records) {
            let said = ProcessorLine { description: line(row).description.clone(), ..line(object).clone() };
            prop_assert_eq!((&object.id, object.at, &said), (&row.id, row.at, line(row)));
        }
    }

    #[test]
    fn damaged_files_lose_no_row(damage in prop::collection::vec(damage(), 1..12)) {
        check_any(&PayPalObjects, &damaged(golden(), &damage));
    }
}

#[test]
fn addresses_are_tokens() {
    let parsed = parse(&PayPalObjects, PAID.as_bytes());
    assert_eq!(line(&parsed.records[0]).customer, Some(token("processor_customer", "zoe@example.org")));
}
