//! Each rule of the header with the row that breaks it; what is written is read; damage never panics.

use super::{Item, Order, ShopifyOrders, write};
use crate::testing::{Tokens, awkward_key, bytes_at, ids, parse, parse_with, token, told};
use crate::{Parsed, SourceSettings};
use domain::{Content, Currency, Invoice, IssueRule, Money, Record};
use jiff::Timestamp;
use proptest::prelude::*;
use rust_decimal::Decimal;

const HEADER: &str = "Name,Email,Financial Status,Currency,Shipping,Taxes,Total,Discount Amount,Created at,\
                      Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Lineitem discount,Shipping Country";
const FIRST: &str =
    "#71,Zoe@Example.org,paid,EUR,4.00,2.00,31.00,5.00,2026-02-03 09:15:00 +0100,2,Mug,10.00,M-1,0.00,DE";
const SECOND: &str = "#71,,,,,,,,,1,Tea towel,10.00,,0.00,";

fn file(lines: &[&str]) -> String {
    format!("{HEADER}\n{}\n", lines.join("\n"))
}

fn read(lines: &[&str]) -> Parsed {
    parse(&ShopifyOrders, file(lines).as_bytes())
}

fn invoice(record: &Record) -> &Invoice {
    let Content::Invoice(invoice) = &record.content else { panic!("{record:?}") };
    invoice
}

/// Stock codes with quantities and prices.
fn lines(record: &Record) -> Vec<(&str, i64, String)> {
    let line = |line: &domain::InvoiceLine| line.unit_price.to_string();
    invoice(record).lines.iter().map(|l| (l.stock_code.as_str(), l.quantity, line(l))).collect()
}

#[test]
fn an_order_is_its_items_and_what_stands_between_them_and_the_total() {
    let bytes = file(&[FIRST, SECOND]);
    let parsed = parse(&ShopifyOrders, bytes.as_bytes());
    assert_eq!((parsed.rows, told(&parsed.issues)), (2, vec![]));
    assert_eq!(ids(&parsed.records), ["shopify-orders:#71"]);
    let order = &parsed.records[0];
    assert_eq!(order.at, "2026-02-03T08:15:00Z".parse().unwrap());
    let expected = [
        ("M-1", 2, "10.00"),
        ("Tea towel", 1, "10.00"),
        ("SHIPPING", 1, "4.00"),
        ("DISCOUNT", 1, "-5.00"),
        ("TAX", 1, "2.00"),
    ];
    assert_eq!(lines(order), expected.map(|(code, quantity, price)| (code, quantity, price.to_owned())));
    let said = invoice(order);
    assert_eq!((said.number.as_str(), said.country.as_str(), said.currency), ("#71", "DE", Currency::EUR));
    assert_eq!(said.buyer, Some(token("customer", "zoe@example.org")));
    assert_eq!(bytes_at(bytes.as_bytes(), said.lines[1].span), SECOND.as_bytes());
    assert_eq!(said.lines[2].span, order.span, "an order's own amounts stand on its first row");
}

/// Goods of 30.00, of which 1.00 are the items' own discounts; shipping 4.00, discount 5.00, tax 2.00.
#[test]
fn tax_and_item_discounts_are_read_as_the_total_says() {
    let second = SECOND.replace(",0.00,", ",1.00,");
    for (total, pseudo) in [
        ("31.00", ["SHIPPING 4.00", "DISCOUNT -5.00", "TAX 2.00"].as_slice()),
        ("29.00", &["SHIPPING 4.00", "DISCOUNT -5.00"]),
        ("30.00", &["SHIPPING 4.00", "DISCOUNT -6.00", "TAX 2.00"]),
        ("28.00", &["SHIPPING 4.00", "DISCOUNT -6.00"]),
    ] {
        let parsed = read(&[&FIRST.replace("31.00", total), &second]);
        assert_eq!(told(&parsed.issues), []);
        let read: Vec<_> =
            lines(&parsed.records[0]).iter().skip(2).map(|line| format!("{} {}", line.0, line.2)).collect();
        assert_eq!(read, pseudo, "{total}");
    }
}

#[test]
fn lines_that_do_not_make_the_total_are_kept_and_the_difference_named() {
    let parsed = read(&[&FIRST.replace("31.00", "30.50"), SECOND]);
    let value = "lines sum to 31.00, not 30.50: 0.50 apart";
    assert_eq!(told(&parsed.issues), [(2, IssueRule::IdentityBroken, "Total", value, 0)]);
    assert_eq!(lines(&parsed.records[0]).len(), 5);
}

#[test]
fn without_prices_the_first_line_bears_the_total() {
    let bytes = "Name,Email,Created at,Total,Refunded Amount,Currency,Lineitem name\n\
                 #1,a@example.org,2025-03-01 10:00:00 -0500,70.00,0.00,USD,Mug\n#1,,,,,,Tea towel\n\
                 #2,,2025-03-02 10:00:00 -0500,5.00,5.00,USD,Mug\n";
    let parsed = parse(&ShopifyOrders, bytes.as_bytes());
    assert_eq!((parsed.rows, told(&parsed.issues)), (3, vec![]));
    assert_eq!(lines(&parsed.records[0]), [("Mug", 1, "70.00".to_owned()), ("Tea towel", 1, "0".to_owned())]);
    assert_eq!(invoice(&parsed.records[1]).buyer, None);
    let half = bytes.replace("Refunded Amount", "Lineitem price");
    let parsed = parse(&ShopifyOrders, half.as_bytes());
    assert_eq!(told(&parsed.issues), [(1, IssueRule::MissingColumn, "Lineitem quantity", "", 3)]);
}

#[test]
fn voided_orders_are_skipped_and_repeated_ones_counted() {
    let parsed = read(&[&FIRST.replace("paid", "voided"), SECOND]);
    assert_eq!((parsed.records.len(), parsed.skipped), (0, 2));
    let other = FIRST.replace("DE", "AT");
    let parsed = read(&[FIRST, SECOND, FIRST, SECOND, &other, SECOND]);
    assert_eq!((parsed.records.len(), parsed.duplicates), (1, 2));
    assert_eq!(told(&parsed.issues), [(6, IssueRule::IdempotencyConflict, "Name", "#71", 2)]);
}

#[test]
fn what_is_wrong_with_a_row_is_its_issue() {
    use IssueRule::*;
    for (from, to, rule, column, value) in [
        ("#71", "", MissingValue, "Name", ""),
        ("EUR", "euros", InvalidCurrency, "Currency", "euros"),
        ("31.00", "31.0.0", InvalidNumber, "Total", "31.0.0"),
        ("4.00", "4.005", InvalidNumber, "Shipping", "4.005"),
        (",2,Mug", ",2.5,Mug", InvalidNumber, "Lineitem quantity", "2.5"),
        ("10.00,M", ",M", MissingValue, "Lineitem price", ""),
        ("Mug", "", MissingValue, "Lineitem name", ""),
        ("2026-02-03 09:15:00 +0100", "03.02.2026", InvalidTime, "Created at", "03.02.2026"),
        ("2026-02-03", "2027-02-03", DateInFuture, "Created at", "2027-02-03 09:15:00 +0100"),
        (",DE", "", WrongFieldCount, "", "14 of 15 fields"),
    ] {
        let parsed = read(&[&FIRST.replacen(from, to, 1), &FIRST.replace("#71", "#72").replace("31.00", "21.00")]);
        assert_eq!(told(&parsed.issues), [(2, rule, column, value, 1)]);
        assert_eq!(ids(&parsed.records), ["shopify-orders:#72"]);
    }
    let huge = FIRST.replace("10.00,M", "7000000000000000000000000000,M").replace(",2,Mug", ",99999999999,Mug");
    assert_eq!(told(&read(&[&huge]).issues), [(2, AmountOverflow, "Lineitem price", "", 1)]);
}

fn order() -> impl Strategy<Value = Order> {
    let item = (1_i64..50, awkward_key(), 0_i64..100_000, awkward_key())
        .prop_map(|(quantity, name, minor, sku)| Item { quantity, name, price: Decimal::new(minor, 2), sku });
    let amounts = (0_i64..100_000, 0_i64..100_000, 0_i64..100_000);
    (awkward_key(), prop::collection::vec(item, 1..4), amounts, 1_577_836_800_i64..1_790_000_000).prop_map(
        |(name, items, (shipping_minor, taxes_minor, discount_minor), second)| {
            let goods: Decimal = items.iter().map(|item| item.price * Decimal::from(item.quantity)).sum();
            let goods = Money::from_decimal(goods, Currency::EUR).unwrap();
            Order {
                email: format!("{name}@example.org"),
                name,
                status: "paid".to_owned(),
                subtotal: Money::new(goods.minor - discount_minor, Currency::EUR),
                shipping_minor,
                taxes_minor,
                discount_minor,
                created_at: Timestamp::from_second(second).unwrap(),
                country: "DE".to_owned(),
                items,
            }
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read(mut orders in prop::collection::vec(order(), 0..6)) {
        for (index, order) in orders.iter_mut().enumerate() {
            order.name += &index.to_string();
        }
        let mut tokens = Tokens::default();
        let parsed = parse_with(&ShopifyOrders, &write(&orders), &SourceSettings::default(), &mut tokens);
        prop_assert_eq!(told(&parsed.issues), vec![]);
        prop_assert_eq!(parsed.records.len(), orders.len());
        for (record, order) in parsed.records.iter().zip(&orders) {
            let said = invoice(record);
            prop_assert_eq!((record.at, &said.number), (order.created_at, &order.name));
            prop_assert_eq!(said.buyer, Some(token("customer", &order.email.to_lowercase())));
            for (line, item) in said.lines.iter().zip(&order.items) {
                prop_assert_eq!((&line.stock_code, line.quantity, line.unit_price), (&item.sku, item.quantity, item.price));
            }
            let sum: Decimal = said.lines.iter().map(|line| line.unit_price * Decimal::from(line.quantity)).sum();
            let total = order.subtotal.minor + order.shipping_minor + order.taxes_minor;
            prop_assert_eq!(sum, Money::new(total, Currency::EUR).to_decimal());
        }
    }
}

/// A sample that may not ship: a trimmed export of nine rows.
#[test]
#[cfg_attr(not(plimsoll_data), ignore = "PLIMSOLL_DATA is not set")]
fn the_sample_is_read() {
    let path = format!("{}/formats/shopify/orders_export_tiny.csv", option_env!("PLIMSOLL_DATA").unwrap_or_default());
    #[expect(clippy::disallowed_methods, reason = "the samples may not ship, so they cannot be compiled in")]
    let bytes = std::fs::read(path).unwrap();
    let parsed = parse(&ShopifyOrders, &bytes);
    assert_eq!(told(&parsed.issues), []);
    assert_eq!((parsed.rows, parsed.records.len()), (9, 8));
    assert_eq!(lines(&parsed.records[0]), [("Blue Widget", 1, "100.00".to_owned()), ("Red Gadget", 1, "0".to_owned())]);
}
