//! Each rule of the header with the object that breaks it; objects say what the export says; damage never panics.

use super::{ShopifyObjects, write};
use crate::contract::{check_any, damage, damaged};
use crate::shopify_orders::{self, Item, Order, ShopifyOrders};
use crate::shopify_payments::{self, ShopifyPayments};
use crate::testing::{awkward_key, ids, parse, sample, token, told};
use domain::{
    Content, Currency, Invoice, IssueRule, Money, ProcessorCategory, ProcessorLine, Record, Shipment, ShipmentState,
    Span,
};
use jiff::Timestamp;
use jiff::civil::date;
use proptest::prelude::*;
use rust_decimal::Decimal;

const REFUND: &str = r#"{"id":509,"order_id":450789469,"created_at":"2026-02-05T10:00:00-05:00","refund_line_items":[{"quantity":1,"subtotal":"9.00","total_tax":"1.00","line_item":{"name":"Mug","sku":"M-1","price":"10.00","quantity":2}}],"order_adjustments":[{"kind":"shipping_refund","amount":"-4.00","tax_amount":"0.00"}],"transactions":[{"kind":"refund","status":"success","amount":"14.00","currency":"EUR"}]}"#;
const MOVED: &str = r#"{"id":746296004,"type":"charge","test":false,"payout_id":77001,"payout_status":"paid","currency":"EUR","amount":"48.20","fee":"1.35","net":"46.85","source_id":746,"source_type":"charge","source_order_id":217,"processed_at":"2026-02-03T09:15:00+01:00"}"#;

fn shop_order(name: &str) -> Order {
    Order {
        name: name.to_owned(),
        email: "Zoe@example.org".to_owned(),
        status: "paid".to_owned(),
        subtotal: Money::new(1900, Currency::EUR),
        shipping_minor: 400,
        taxes_minor: 200,
        discount_minor: 100,
        created_at: "2026-01-19T12:07:45Z".parse().unwrap(),
        country: "DE".to_owned(),
        items: vec![Item {
            quantity: 2,
            name: "Mug, \"礼品卡\"".to_owned(),
            price: Decimal::new(1000, 2),
            sku: "M-1".to_owned(),
        }],
    }
}

/// Three orders.
pub(crate) fn golden() -> Vec<u8> {
    write(&["#1", "#2", "#3"].map(shop_order))
}

fn invoice(record: &Record) -> &Invoice {
    let Content::Invoice(invoice) = &record.content else { panic!("{record:?}") };
    invoice
}

fn line(record: &Record) -> &ProcessorLine {
    let Content::Processor(line) = &record.content else { panic!("{record:?}") };
    line
}

/// Stock codes with quantities and prices.
fn lines(record: &Record) -> Vec<(&str, i64, String)> {
    let lines = &invoice(record).lines;
    lines.iter().map(|l| (l.stock_code.as_str(), l.quantity, l.unit_price.to_string())).collect()
}

#[test]
fn an_order_is_its_items_and_what_stands_between_them_and_the_total() {
    let parsed = parse(&ShopifyObjects, &golden());
    assert_eq!((told(&parsed.issues), parsed.rows), (vec![], 3));
    assert_eq!(ids(&parsed.records), ["shopify-orders:#1", "shopify-orders:#2", "shopify-orders:#3"]);
    let order = &parsed.records[0];
    let expected = [("M-1", 2, "10.00"), ("SHIPPING", 1, "4.00"), ("DISCOUNT", 1, "-1.00"), ("TAX", 1, "2.00")];
    assert_eq!(lines(order), expected.map(|(code, quantity, price)| (code, quantity, price.to_owned())));
    assert_eq!(
        (invoice(order).buyer, invoice(order).country.as_str()),
        (Some(token("customer", "zoe@example.org")), "DE")
    );
    assert!(invoice(order).lines.iter().all(|line| line.span == order.span), "an order is one row");
}

#[test]
fn what_was_not_sold_is_skipped() {
    let sound = String::from_utf8(golden()).unwrap();
    for (from, to) in [("\"paid\"", "\"voided\""), ("\"test\":false", "\"test\":true")] {
        let parsed = parse(&ShopifyObjects, sound.replace(from, to).as_bytes());
        assert_eq!((parsed.rows, parsed.skipped, told(&parsed.issues)), (3, 3, vec![]));
    }
}

#[test]
fn a_refund_is_a_credit_note_alone_or_in_its_order() {
    let alone = parse(&ShopifyObjects, format!("{{\"refund\":{REFUND}}}").as_bytes());
    assert_eq!((told(&alone.issues), ids(&alone.records)), (vec![], vec!["shopify-refunds:509"]));
    let expected = [("M-1", -1, "10.00"), ("DISCOUNT", 1, "1.00"), ("SHIPPING", 1, "-4.00"), ("TAX", 1, "-1.00")];
    let expected = expected.map(|(code, quantity, price)| (code, quantity, price.to_owned()));
    assert_eq!(lines(&alone.records[0]), expected);
    assert_eq!((invoice(&alone.records[0]).number.as_str(), invoice(&alone.records[0]).buyer), ("R509", None));
    let order = String::from_utf8(write(&[shop_order("#1")])).unwrap();
    let order = order.replacen("\"test\":false", &format!("\"test\":false,\"refunds\":[{REFUND}]"), 1);
    let within = parse(&ShopifyObjects, order.as_bytes());
    assert_eq!((within.rows, ids(&within.records)), (2, vec!["shopify-orders:#1", "shopify-refunds:509"]));
    assert_eq!(lines(&within.records[1]), expected);
    assert_eq!(invoice(&within.records[1]).buyer, Some(token("customer", "zoe@example.org")));
    let included = REFUND.replace("14.00", "13.00");
    assert_eq!(lines(&parse(&ShopifyObjects, included.as_bytes()).records[0]), expected[..3]);
    let off = parse(&ShopifyObjects, REFUND.replace("14.00", "15.50").as_bytes());
    let value = "lines sum to -14.00, the transactions to -15.50: 1.50 apart";
    assert_eq!(told(&off.issues), [(1, IssueRule::IdentityBroken, "transactions", value, 0)]);
    let amount = r#"{"id":1,"order_id":2,"created_at":"2026-02-05T10:00:00Z","refund_line_items":[],"transactions":[{"kind":"refund","status":"success","amount":"5.00","currency":"EUR"}]}"#;
    assert_eq!(lines(&parse(&ShopifyObjects, amount.as_bytes()).records[0]), [("REFUND", 1, "-5.00".to_owned())]);
}

/// The same movement in the export has the same name, and says nothing else.
#[test]
fn a_balance_transaction_has_the_name_of_the_exports_row() {
    let objects = parse(&ShopifyObjects, format!("{{\"transactions\":[{MOVED}]}}").as_bytes());
    assert_eq!(told(&objects.issues), []);
    let euros = |minor| Money::new(minor, Currency::EUR);
    let row = shopify_payments::Row {
        date: "2026-02-03T08:15:00Z".parse().unwrap(),
        category: ProcessorCategory::Charge,
        order: "#881".to_owned(),
        payout: Some(("77001".to_owned(), date(2026, 2, 9))),
        available_on: date(2026, 2, 4),
        gross: euros(4820),
        fee: euros(135),
        net: euros(4685),
        checkout: "#9001".to_owned(),
        method: "card".to_owned(),
        presentment: euros(4820),
    };
    let export = parse(&ShopifyPayments, &shopify_payments::write(&[row]));
    assert_eq!(ids(&objects.records), ids(&export.records));
    assert!(!crate::processor_line::contradicts(line(&export.records[0]), line(&objects.records[0])));
    let read = line(&objects.records[0]);
    assert_eq!(
        (read.source_id.as_str(), read.charge.as_deref(), read.payout.as_deref()),
        ("746", Some("217"), Some("77001"))
    );
}

#[test]
fn a_parcel_is_as_far_as_its_events_say() {
    const PARCEL: &str = r##"{"id":255,"order_id":450789469,"name":"#1.1","status":"success","created_at":"2026-02-03T10:00:00Z","updated_at":"2026-02-03T10:00:00Z","tracking_company":"UPS","tracking_number":"1Z2345","line_items":[]}"##;
    let event = |status: &str, day: i8| {
        format!(
            r#"{{"id":{day},"fulfillment_id":255,"order_id":450789469,"status":"{status}","happened_at":"2026-02-0{day}T10:00:00Z"}}"#
        )
    };
    let lines = [PARCEL.to_owned(), event("delivered", 5), event("in_transit", 4)].join("\n");
    let parsed = parse(&ShopifyObjects, lines.as_bytes());
    assert_eq!((told(&parsed.issues), parsed.duplicates), (vec![], 2));
    assert_eq!(ids(&parsed.records), ["shopify-fulfillments:255"]);
    let parcel = shipment(&parsed.records[0]);
    assert_eq!((parcel.order_reference.as_str(), parcel.tracking.as_str()), ("#1", "1Z2345"));
    assert_eq!((parcel.state, parcel.delivered), (ShipmentState::Delivered, "2026-02-05T10:00:00Z".parse().ok()));
    let order = String::from_utf8(write(&[shop_order("#7")])).unwrap();
    let order = order.replacen("\"test\":false", &format!("\"test\":false,\"fulfillments\":[{PARCEL}]"), 1);
    let parsed = parse(&ShopifyObjects, order.as_bytes());
    assert_eq!(shipment(&parsed.records[1]).order_reference, "#7");
    for (from, to, state) in [
        ("success", "cancelled", ShipmentState::Cancelled),
        ("success", "pending", ShipmentState::Created),
        ("\"success\"", "\"success\",\"shipment_status\":\"delivered\"", ShipmentState::Delivered),
    ] {
        let parsed = parse(&ShopifyObjects, PARCEL.replace(from, to).as_bytes());
        assert_eq!(shipment(&parsed.records[0]).state, state);
    }
    let parsed = parse(&ShopifyObjects, PARCEL.replace("success", "lost").as_bytes());
    assert_eq!(told(&parsed.issues), [(1, IssueRule::UnknownValue, "status", "lost", 1)]);
}

fn shipment(record: &Record) -> &Shipment {
    let Content::Shipment(shipment) = &record.content else { panic!("{record:?}") };
    shipment
}

#[test]
fn a_payout_is_checked_against_its_summary_and_skipped() {
    let payout = r#"{"id":7,"status":"paid","date":"2026-02-09","currency":"EUR","amount":"41.90","summary":{"adjustments_fee_amount":"0.12","adjustments_gross_amount":"2.13","charges_fee_amount":"1.32","charges_gross_amount":"44.52","refunds_fee_amount":"-0.23","refunds_gross_amount":"-3.54"}}"#;
    let parsed = parse(&ShopifyObjects, payout.as_bytes());
    assert_eq!((parsed.skipped, told(&parsed.issues)), (1, vec![]));
    let parsed = parse(&ShopifyObjects, payout.replace("44.52", "44.50").as_bytes());
    let value = "the summary makes 41.88, not 41.90: -0.02 apart";
    assert_eq!(told(&parsed.issues), [(1, IssueRule::IdentityBroken, "amount", value, 1)]);
}

#[test]
fn what_is_wrong_with_an_object_is_its_issue() {
    use IssueRule::*;
    let order = String::from_utf8(write(&[shop_order("#1")])).unwrap();
    for (object, line, from, to, rule, column, value) in [
        (order.as_str(), 2, "\"EUR\"", "\"euros\"", InvalidCurrency, "currency", "euros"),
        (&order, 2, "\"25.00\"", "\"25.0.0\"", InvalidNumber, "total_price", "25.0.0"),
        (&order, 2, "\"quantity\":2", "\"quantity\":2.5", InvalidNumber, "quantity", "2.5"),
        (&order, 2, "\"price\":\"10.00\"", "\"price\":\"ten\"", InvalidNumber, "price", "ten"),
        (&order, 2, "\"name\":\"#1\"", "\"name\":\"\"", MissingValue, "name", ""),
        (&order, 2, "2026-01-19T12", "19.01.2026", InvalidTime, "created_at", "19.01.2026:07:45Z"),
        (&order, 2, "2026-01-19", "2026-12-19", DateInFuture, "created_at", "2026-12-19T12:07:45Z"),
        (MOVED, 1, "\"charge\",\"test\"", "\"charged\",\"test\"", UnknownValue, "type", "charged"),
        (&order, 2, "line_items", "items", MissingValue, "line_items", ""),
        (MOVED, 1, "46.85", "46.86", IdentityBroken, "net", "48.20 - 1.35 is not 46.86"),
        (MOVED, 1, "\"1.35\"", "null", MissingValue, "fee", ""),
        (REFUND, 1, "\"line_item\"", "\"item\"", MissingValue, "line_item", ""),
        (REFUND, 1, "9.00", "9.005", InvalidNumber, "subtotal", "9.005"),
    ] {
        let parsed = parse(&ShopifyObjects, object.replacen(from, to, 1).as_bytes());
        assert_eq!(told(&parsed.issues), [(line, rule, column, value, 1)]);
        assert_eq!(parsed.records.len(), 0);
    }
    let off = parse(&ShopifyObjects, order.replace("\"25.00\"", "\"25.50\"").as_bytes());
    let value = "lines sum to 25.00, not 25.50: -0.50 apart";
    assert_eq!(told(&off.issues), [(2, IdentityBroken, "Total", value, 0)]);
    assert_eq!(off.records.len(), 1);
}

fn any_order() -> impl Strategy<Value = Order> {
    let item = (1_i64..50, awkward_key(), 0_i64..100_000, prop_oneof![Just(String::new()), awkward_key()])
        .prop_map(|(quantity, name, minor, sku)| Item { quantity, name, price: Decimal::new(minor, 2), sku });
    let amounts = (0_i64..100_000, 0_i64..100_000, 0_i64..100_000);
    (awkward_key(), prop::collection::vec(item, 1..4), amounts, 1_577_836_800_i64..1_790_000_000).prop_map(
        |(name, items, (shipping_minor, taxes_minor, discount_minor), second)| {
            let goods: Decimal = items.iter().map(|item| item.price * Decimal::from(item.quantity)).sum();
            let goods = Money::from_decimal(goods, Currency::EUR).unwrap();
            Order {
                email: format!("{name}@example.org"),
                subtotal: Money::new(goods.minor - discount_minor, Currency::EUR),
                shipping_minor,
                taxes_minor,
                discount_minor,
                created_at: Timestamp::from_second(second).unwrap(),
                items,
                ..shop_order(&name)
            }
        },
    )
}

proptest! {
    #[test]
    fn objects_say_what_the_export_says(mut orders in prop::collection::vec(any_order(), 0..5)) {
        for (index, order) in orders.iter_mut().enumerate() {
            order.name += &index.to_string();
        }
        let objects = parse(&ShopifyObjects, &write(&orders));
        let export = parse(&ShopifyOrders, &shopify_orders::write(&orders));
        prop_assert_eq!((told(&objects.issues), told(&export.issues)), (vec![], vec![]));
        prop_assert_eq!(objects.records.len(), orders.len());
        for (object, row) in objects.records.iter().zip(&export.records) {
            let placeless = |record: &Record| {
                let mut invoice = invoice(record).clone();
                invoice.lines.iter_mut().for_each(|line| line.span = Span::default());
                (record.id.clone(), record.at, invoice)
            };
            prop_assert_eq!(placeless(object), placeless(row));
        }
    }

    #[test]
    fn damaged_files_lose_no_row(damage in prop::collection::vec(damage(), 1..12)) {
        check_any(&ShopifyObjects, &damaged(golden(), &damage));
        check_any(&ShopifyObjects, &damaged(REFUND.as_bytes().to_vec(), &damage));
        check_any(&ShopifyObjects, &damaged(MOVED.as_bytes().to_vec(), &damage));
    }
}

/// Shopify's own samples, which may not ship.
#[test]
#[cfg_attr(not(plimsoll_data), ignore = "PLIMSOLL_DATA is not set")]
fn shopifys_own_samples_are_read() {
    let parsed = parse(&ShopifyObjects, &sample("shopify/order.json"));
    assert_eq!(ids(&parsed.records), ["shopify-orders:#1001", "shopify-fulfillments:255858046"]);
    let off = "lines sum to 608.94, not 409.94: 199.00 apart";
    assert_eq!(told(&parsed.issues), [(2, IssueRule::IdentityBroken, "Total", off, 0)]);
    let goods: Decimal =
        invoice(&parsed.records[0]).lines.iter().map(|line| line.unit_price * Decimal::from(line.quantity)).sum();
    assert_eq!(goods.to_string(), "608.94", "the sample's total of 409.94 leaves one of its three items out");
}
