//! Each rule of the header with the object that breaks it; objects say what reports say; damage never panics.

use super::{StripeObjects, write};
use crate::contract::{check_any, damage, damaged};
use crate::stripe::{self, Row, Stripe};
use crate::testing::{awkward, awkward_key, bytes_at, ids, parse, token, told};
use domain::{Content, Currency, IssueRule, Money, ProcessorCategory, ProcessorLine, Record};
use jiff::Timestamp;
use proptest::prelude::*;

const CHARGE: &str = r#"{"id":"txn_1","object":"balance_transaction","amount":1000,"created":1768824465,"currency":"gbp","fee":35,"net":965,"reporting_category":"charge","type":"charge","source":"ch_1"}"#;

fn money(minor: i64, code: &str) -> Money {
    Money::new(minor, Currency::from_code(code).unwrap())
}

fn row(id: &str, category: ProcessorCategory, minor: i64) -> Row {
    Row {
        automatic_payout_id: String::new(),
        automatic_payout_effective_at_utc: None,
        balance_transaction_id: id.to_owned(),
        created_utc: "2026-01-19T12:07:45Z".parse().unwrap(),
        available_on_utc: "2026-01-20T00:00:00Z".parse().unwrap(),
        category,
        gross: money(minor, "GBP"),
        fee: money(35, "GBP"),
        net: money(minor - 35, "GBP"),
        source_id: format!("source_{id}"),
        description: "Order, 礼品卡".to_owned(),
        customer_id: "cus_1".to_owned(),
        charge_id: if category == ProcessorCategory::Charge { String::new() } else { "ch_1".to_owned() },
        payment_intent_id: String::new(),
        customer_facing: Some(money(minor + 200, "EUR")),
        order_id: "536365".to_owned(),
    }
}

/// A charge, its refund, and another charge.
pub(crate) fn golden() -> Vec<u8> {
    use ProcessorCategory::{Charge, Refund};
    write(&[row("txn_1", Charge, 1000), row("txn_2", Refund, -400), row("txn_3", Charge, 1000)])
}

fn line(record: &Record) -> &ProcessorLine {
    let Content::Processor(line) = &record.content else { panic!("{record:?}") };
    line
}

#[test]
fn a_balance_transaction_alone_says_what_moved() {
    let parsed = parse(&StripeObjects, CHARGE.as_bytes());
    assert_eq!((told(&parsed.issues), ids(&parsed.records)), (vec![], vec!["stripe:txn_1"]));
    let read = line(&parsed.records[0]);
    assert_eq!((read.gross, read.fee, read.net), (money(1000, "GBP"), money(35, "GBP"), money(965, "GBP")));
    assert_eq!((read.charge.as_deref(), read.order_reference.as_deref()), (Some("ch_1"), None));
    assert_eq!(parsed.records[0].at, "2026-01-19T12:07:45Z".parse().unwrap());
    assert_eq!(bytes_at(CHARGE.as_bytes(), parsed.records[0].span), CHARGE.as_bytes());
    let old = CHARGE.replace(r#""reporting_category":"charge","type":"charge""#, r#""type":"payment_refund""#);
    let parsed = parse(&StripeObjects, old.as_bytes());
    assert_eq!(line(&parsed.records[0]).category, ProcessorCategory::Refund, "before 2019 the type says what moved");
}

/// Whatever carries it, it is the same record.
#[test]
fn objects_are_money_through_the_balance_transactions_that_they_carry() {
    let refund = CHARGE.replace("txn_1", "txn_2").replace("1000", "-1000").replace("965", "-1035");
    let refund = refund.replace("\"charge\"", "\"refund\"").replace("ch_1", "re_1");
    let charge = format!(
        r#"{{"id":"ch_1","object":"charge","amount":1200,"currency":"eur","customer":{{"id":"cus_1"}},"metadata":{{"order_id":"7"}},"balance_transaction":{CHARGE},"refunds":{{"object":"list","data":[{{"id":"re_1","object":"refund","charge":"ch_1","amount":1200,"currency":"eur","balance_transaction":{refund}}}]}}}}"#
    );
    for body in [
        charge.clone(),
        format!(
            r#"{{"id":"evt_1","object":"event","api_version":"2020-08-27","type":"charge.refunded","data":{{"object":{charge}}}}}"#
        ),
        format!(
            r#"[{{"id":"pi_1","object":"payment_intent","created":1,"charges":{{"object":"list","data":[{charge}]}}}}]"#
        ),
        format!(r#"{{"object":"list","data":[{{"id":"pi_1","object":"payment_intent","latest_charge":{charge}}}]}}"#),
    ] {
        let parsed = parse(&StripeObjects, body.as_bytes());
        assert_eq!((told(&parsed.issues), parsed.rows), (vec![], 2), "{body}");
        assert_eq!(ids(&parsed.records), ["stripe:txn_1", "stripe:txn_2"]);
        let [charge, refund] = [0, 1].map(|index| line(&parsed.records[index]));
        assert_eq!((charge.order_reference.as_deref(), charge.presentment), (Some("7"), Some(money(1200, "EUR"))));
        assert_eq!(charge.customer, Some(token("processor_customer", "cus_1")));
        assert_eq!((refund.charge.as_deref(), refund.presentment), (Some("ch_1"), Some(money(-1200, "EUR"))));
    }
    let dispute = format!(r#"{{"id":"dp_1","object":"dispute","charge":"ch_1","balance_transactions":[{CHARGE}]}}"#);
    assert_eq!(ids(&parse(&StripeObjects, dispute.as_bytes()).records), ["stripe:txn_1"]);
}

#[test]
fn what_carries_no_balance_transaction_moves_nothing_that_is_known() {
    let lines = "{\"id\":\"ch_1\",\"object\":\"charge\",\"amount\":5,\"balance_transaction\":\"txn_1\"}\n\
                 {\"id\":\"cus_1\",\"object\":\"customer\",\"created\":1}\n\
                 {\"id\":\"evt_1\",\"object\":\"event\",\"data\":{\"object\":{\"object\":\"plan\",\"id\":\"p\"}}}\n";
    let parsed = parse(&StripeObjects, lines.as_bytes());
    assert_eq!((parsed.rows, parsed.skipped, told(&parsed.issues)), (3, 3, vec![]));
}

#[test]
fn what_says_more_of_a_known_movement_fills_it_and_what_says_other_is_a_conflict() {
    let full = CHARGE.replace("\"ch_1\"", r#"{"id":"ch_1","object":"charge","metadata":{"order_id":"7"}}"#);
    for lines in [[CHARGE, &full], [&full, CHARGE]] {
        let parsed = parse(&StripeObjects, lines.join("\n").as_bytes());
        assert_eq!((parsed.records.len(), parsed.duplicates, told(&parsed.issues)), (1, 1, vec![]));
        assert_eq!(line(&parsed.records[0]).order_reference.as_deref(), Some("7"));
    }
    let other = CHARGE.replace("1000", "1001").replace("965", "966");
    let parsed = parse(&StripeObjects, format!("{CHARGE}\n{other}").as_bytes());
    assert_eq!(told(&parsed.issues), [(2, IssueRule::IdempotencyConflict, "id", "stripe:txn_1", 1)]);
}

/// What stripe.com lists as special cases.
#[test]
fn minor_units_are_stripes() {
    for (code, minor, ours) in [
        ("jpy", "500", Some(500)),
        ("isk", "50000", Some(500)),
        ("ugx", "50000", Some(500)),
        ("mga", "500", Some(50_000)),
        ("kwd", "5120", Some(5120)),
        ("huf", "1045", Some(1045)),
        ("isk", "50050", None),
    ] {
        let body = CHARGE.replace("gbp", code).replace("1000", minor).replace("965", minor).replace("35", "0");
        let parsed = parse(&StripeObjects, body.as_bytes());
        assert_eq!(parsed.records.first().map(|record| line(record).gross.minor), ours, "{code}");
        let issue = (1, IssueRule::InvalidNumber, "amount", minor, 1);
        assert_eq!(told(&parsed.issues), if ours.is_some() { vec![] } else { vec![issue] });
    }
}

#[test]
fn what_is_wrong_with_an_object_is_its_issue() {
    use IssueRule::*;
    for (from, to, rule, column, value) in [
        ("1000", "10.5", InvalidNumber, "amount", "10.5"),
        ("1000", "99999999999999999999", InvalidNumber, "amount", "99999999999999999999"),
        ("965", "966", IdentityBroken, "net", "10.00 - 0.35 is not 9.66"),
        ("35", "null", MissingValue, "fee", ""),
        ("gbp", "pounds", InvalidCurrency, "currency", "pounds"),
        ("\"charge\",\"type\"", "\"charged\",\"type\"", UnknownValue, "reporting_category", "charged"),
        ("1768824465", "\"yesterday\"", InvalidTime, "created", "yesterday"),
        ("1768824465", "1799999999", DateInFuture, "created", "1799999999"),
        ("\"txn_1\"", "\" \"", MissingValue, "id", ""),
        ("\"object\":\"balance_transaction\",", "", MissingValue, "object", ""),
        ("\"amount\":", "\"amount\"", Malformed, "", "this is no JSON object"),
    ] {
        let body = format!("[{},\n{}]", CHARGE.replacen(from, to, 1), CHARGE.replace("txn_1", "txn_9"));
        let parsed = parse(&StripeObjects, body.as_bytes());
        assert_eq!(told(&parsed.issues), [(1, rule, column, value, 1)]);
        assert_eq!(ids(&parsed.records), ["stripe:txn_9"]);
    }
}

fn any_row() -> impl Strategy<Value = Row> {
    use ProcessorCategory::*;
    let category = prop::sample::select(vec![Charge, Refund, Payout, Dispute, DisputeReversal, Fee, Adjustment]);
    let currency = || prop::sample::select(vec!["GBP", "EUR", "JPY", "KWD", "ISK", "MGA"]);
    let amounts = (any::<i32>(), any::<i32>(), currency(), any::<i32>(), currency());
    (category, amounts, awkward_key(), awkward(), awkward_key(), 1_577_836_800_i64..1_790_000_000).prop_map(
        |(category, (gross, fee, code, shown, other), key, description, order_id, second)| {
            let whole = |minor: i32, code: &str| money(i64::from(minor) * if code == "MGA" { 100 } else { 1 }, code);
            let (gross, fee) = (whole(gross, code), whole(fee, code));
            let about_charge = matches!(category, Charge | Refund | Dispute | DisputeReversal);
            let shown = whole(shown, other).abs();
            let shown = if gross.minor < 0 { -shown } else { shown };
            Row {
                gross,
                fee,
                net: Money::new(gross.minor - fee.minor, gross.currency),
                created_utc: Timestamp::from_second(second).unwrap(),
                description,
                order_id: if about_charge { order_id } else { String::new() },
                customer_id: if about_charge { key } else { String::new() },
                charge_id: if about_charge && category != Charge { "ch_1".to_owned() } else { String::new() },
                customer_facing: about_charge.then_some(shown),
                ..row("txn_", category, 0)
            }
        },
    )
}

proptest! {
    #[test]
    fn objects_say_what_reports_say(mut rows in prop::collection::vec(any_row(), 0..6)) {
        for (index, row) in rows.iter_mut().enumerate() {
            row.balance_transaction_id += &index.to_string();
        }
        let (objects, report) = (parse(&StripeObjects, &write(&rows)), parse(&Stripe, &stripe::write(&rows)));
        prop_assert_eq!((told(&objects.issues), told(&report.issues)), (vec![], vec![]));
        let said = |records: &[Record]| -> Vec<_> {
            records.iter().map(|record| (record.id.clone(), record.at, record.content.clone())).collect()
        };
        prop_assert_eq!(said(&objects.records), said(&report.records));
        prop_assert_eq!(objects.records.len(), rows.len());
    }

    #[test]
    fn damaged_files_lose_no_row(damage in prop::collection::vec(damage(), 1..12)) {
        check_any(&StripeObjects, &damaged(golden(), &damage));
    }
}

/// Stripe's own samples, which may not ship.
#[test]
#[cfg_attr(not(plimsoll_data), ignore = "PLIMSOLL_DATA is not set")]
fn stripes_own_samples_are_read() {
    let text = String::from_utf8(crate::testing::sample("stripe/fixtures3.json")).unwrap();
    let fixtures: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut file = String::new();
    for (_, object) in fixtures["resources"].as_object().unwrap() {
        file += &format!("{object}\n");
    }
    let parsed = parse(&StripeObjects, file.as_bytes());
    assert_eq!(ids(&parsed.records), ["stripe:txn_1PgaxNB7WZ01zgkWEV3TLf40"]);
    assert_eq!(line(&parsed.records[0]).gross, money(100, "USD"));
    assert_eq!((parsed.rows, parsed.skipped, told(&parsed.issues)), (176, 175, vec![]));
}
