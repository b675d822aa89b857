//! Each rule of the header with the object that breaks it; what is written is read; damage never panics.

use super::{AdyenObjects, Row, write};
use crate::contract::{check_any, damage, damaged};
use crate::testing::{awkward_key, ids, parse, told};
use domain::{Content, Currency, IssueRule, Money, ProcessorCategory, ProcessorLine, Record};
use jiff::Timestamp;
use proptest::prelude::*;

fn row(id: &str, transfer: &str, platform: &str, minor: i64) -> Row {
    Row {
        id: id.to_owned(),
        booked: "2026-07-19T12:07:45Z".parse().unwrap(),
        amount: Money::new(minor, Currency::EUR),
        transfer: transfer.to_owned(),
        platform_payment: platform.to_owned(),
        psp_payment_reference: "P1".to_owned(),
        merchant_reference: "O-1".to_owned(),
    }
}

/// A payment, its fee, and the payout.
pub(crate) fn golden() -> Vec<u8> {
    write(&[
        row("E1", "platformPayment", "BalanceAccount", 10_000),
        row("E2", "platformPayment", "AdyenFees", -35),
        row("E3", "bank", "", -9965),
    ])
}

fn line(record: &Record) -> &ProcessorLine {
    let Content::Processor(line) = &record.content else { panic!("{record:?}") };
    line
}

#[test]
fn a_booked_transaction_moves_its_balance_account() {
    let parsed = parse(&AdyenObjects, &golden());
    assert_eq!((told(&parsed.issues), parsed.rows), (vec![], 3));
    assert_eq!(ids(&parsed.records), ["adyen-balance:E1", "adyen-balance:E2", "adyen-balance:E3"]);
    let [paid, fee, out] = [0, 1, 2].map(|index| line(&parsed.records[index]));
    assert_eq!((paid.category, paid.source_id.as_str()), (ProcessorCategory::Charge, "P1"));
    assert_eq!((paid.order_reference.as_deref(), paid.charge.as_deref()), (Some("O-1"), Some("P1")));
    assert_eq!((fee.category, fee.gross.minor, fee.fee.minor, fee.net.minor), (ProcessorCategory::Fee, 0, 35, -35));
    assert_eq!((out.category, out.source_id.as_str()), (ProcessorCategory::Payout, "3JN"));
    assert_eq!(parsed.records[0].at, "2026-07-19T12:07:45Z".parse().unwrap());
    for (transfer, platform, minor, category) in [
        ("platformPayment", "BalanceAccount", -5, ProcessorCategory::Refund),
        ("platformPayment", "Commission", 5, ProcessorCategory::Adjustment),
        ("internal", "", 5, ProcessorCategory::Adjustment),
        ("issuedCard", "", -5, ProcessorCategory::Adjustment),
    ] {
        let parsed = parse(&AdyenObjects, &write(&[row("E1", transfer, platform, minor)]));
        assert_eq!(line(&parsed.records[0]).category, category, "{transfer}");
    }
}

#[test]
fn notifications_and_what_is_pending_move_nothing() {
    let item = |event: &str| {
        format!(
            r#"{{"NotificationRequestItem":{{"eventCode":"{event}","success":"true","pspReference":"P1","amount":{{"currency":"EUR","value":1000}}}}}}"#
        )
    };
    let body = format!(r#"{{"live":"false","notificationItems":[{},{}]}}"#, item("AUTHORISATION"), item("CAPTURE"));
    let parsed = parse(&AdyenObjects, body.as_bytes());
    assert_eq!((parsed.rows, parsed.skipped, told(&parsed.issues)), (2, 2, vec![]));
    let pending = String::from_utf8(golden()).unwrap().replace("booked\"", "pending\"");
    assert_eq!(parse(&AdyenObjects, pending.as_bytes()).skipped, 3);
    let dispute =
        r#"{"environment":"live","type":"balancePlatform.dispute.created","data":{"id":"D1","status":"Open"}}"#;
    assert_eq!(parse(&AdyenObjects, dispute.as_bytes()).skipped, 1);
}

/// What docs.adyen.com marks as differing from the standard.
#[test]
fn minor_units_are_adyens() {
    for (code, minor, ours) in
        [("CLP", "50000", 500), ("ISK", "50000", 500), ("IDR", "500", 50_000), ("JPY", "500", 500)]
    {
        let body = String::from_utf8(write(&[row("E1", "bank", "", 7)])).unwrap();
        let body = body.replace("EUR", code).replace("\"value\":7", &format!("\"value\":{minor}"));
        assert_eq!(line(&parse(&AdyenObjects, body.as_bytes()).records[0]).net.minor, ours, "{code}");
    }
}

#[test]
fn what_is_wrong_with_an_object_is_its_issue() {
    use IssueRule::*;
    let sound = String::from_utf8(golden()).unwrap();
    for (from, to, rule, column, value) in [
        (":10000", ":100.5", InvalidNumber, "value", "100.5"),
        ("EUR", "euros", InvalidCurrency, "currency", "euros"),
        ("booked\"", "lost\"", UnknownValue, "status", "lost"),
        ("\"E1\"", "null", MissingValue, "id", ""),
        ("2026-07-19T12:07:45Z", "19.07.2026", InvalidTime, "bookingDate", "19.07.2026"),
        ("2026-07", "2026-12", DateInFuture, "bookingDate", "2026-12-19T12:07:45Z"),
    ] {
        let parsed = parse(&AdyenObjects, sound.replacen(from, to, 1).as_bytes());
        assert_eq!(told(&parsed.issues), [(1, rule, column, value, 1)]);
        assert_eq!(parsed.records.len(), 2);
    }
}

fn any_row() -> impl Strategy<Value = Row> {
    let kinds = prop::sample::select(vec!["bank", "internal", "platformPayment"]);
    let currency = prop::sample::select(vec!["EUR", "JPY", "KWD", "CLP"]);
    (kinds, any::<i32>(), currency, awkward_key(), awkward_key(), 1_577_836_800_i64..1_790_000_000).prop_map(
        |(transfer, minor, code, id, order, second)| Row {
            booked: Timestamp::from_second(second).unwrap(),
            amount: Money::new(minor.into(), Currency::from_code(code).unwrap()),
            merchant_reference: order,
            ..row(&id, transfer, "BalanceAccount", 0)
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read(mut rows in prop::collection::vec(any_row(), 0..6)) {
        for (index, row) in rows.iter_mut().enumerate() {
            row.id += &index.to_string();
        }
        let parsed = parse(&AdyenObjects, &write(&rows));
        if !rows.is_empty() {
            prop_assert_eq!(told(&parsed.issues), vec![]);
        }
        prop_assert_eq!(parsed.records.len(), rows.len());
        for (record, row) in parsed.records.iter().zip(&rows) {
            let line = line(record);
            prop_assert_eq!((record.at, line.net), (row.booked, row.amount));
            prop_assert_eq!(line.order_reference.as_ref(), Some(&row.merchant_reference));
        }
    }

    #[test]
    fn damaged_files_lose_no_row(damage in prop::collection::vec(damage(), 1..12)) {
        check_any(&AdyenObjects, &damaged(golden(), &damage));
    }
}

/// Adyen's own examples, which may not ship.
#[test]
#[cfg_attr(not(plimsoll_data), ignore = "PLIMSOLL_DATA is not set")]
fn adyens_own_examples_are_read() {
    let mut said = Vec::new();
    for name in ["adyen/Webhooks-v1.json", "adyen/BalancePlatformTransactionNotification-v4.json"] {
        let description: serde_json::Value = serde_json::from_slice(&crate::testing::sample(name)).unwrap();
        for (name, example) in description["components"]["examples"].as_object().unwrap() {
            let body = example["value"].to_string();
            if !body.contains("\"notificationItems\"") && !body.contains("balancePlatform.transaction") {
                continue;
            }
            assert_eq!(crate::recognise(body.as_bytes()).map(crate::Source::name), Some("adyen-objects"), "{name}");
            let parsed = parse(&AdyenObjects, body.as_bytes());
            assert_eq!(told(&parsed.issues), [], "{name}");
            said.extend(parsed.records.iter().map(|record| line(record).net.minor));
        }
    }
    assert_eq!(said, [-10_000, 10_000, -10_000]);
}
