//! Writes the export as Shopify spells it, for simulated worlds and goldens: the columns that are read.

use crate::csv_line;
use domain::Money;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

const COLUMNS: [&str; 15] = [
    "Name",
    "Email",
    "Financial Status",
    "Currency",
    "Subtotal",
    "Shipping",
    "Taxes",
    "Total",
    "Discount Amount",
    "Created at",
    "Lineitem quantity",
    "Lineitem name",
    "Lineitem price",
    "Lineitem sku",
    "Billing Country",
];

/// An order. Its amounts share the currency of `subtotal`; the total is their sum.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Order {
    /// `#1001`.
    pub name: String,
    /// May be empty.
    pub email: String,
    /// `paid`, `refunded`, `voided`, …
    pub status: String,
    /// Of the items, after discount.
    pub subtotal: Money,
    /// Minor units.
    pub shipping_minor: i64,
    /// Minor units, on top of the prices.
    pub taxes_minor: i64,
    /// Minor units, positive.
    pub discount_minor: i64,
    /// Written to the second, in UTC.
    pub created_at: Timestamp,
    /// Two letters.
    pub country: String,
    /// At least one.
    pub items: Vec<Item>,
}

/// A line of an order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// Pieces.
    pub quantity: i64,
    /// What it is.
    pub name: String,
    /// Of one piece.
    pub price: Decimal,
    /// The shop's code; may be empty.
    pub sku: String,
}

/// The file of these orders: UTF-8, a header, one line an item.
pub fn write(orders: &[Order]) -> Vec<u8> {
    let mut out = Vec::new();
    csv_line::push(&mut out, &COLUMNS);
    for order in orders {
        let header = header(order);
        for (index, item) in order.items.iter().enumerate() {
            let blank = <[String; 9]>::default();
            push_row(&mut out, order, if index == 0 { &header } else { &blank }, item);
        }
    }
    out
}

/// What stands on the first row only, the name apart.
fn header(order: &Order) -> [String; 9] {
    let currency = order.subtotal.currency;
    let decimal = |minor| Money::new(minor, currency).to_decimal().to_string();
    let total = order.subtotal.minor + order.shipping_minor + order.taxes_minor;
    [
        order.email.clone(),
        order.status.clone(),
        currency.code().to_owned(),
        decimal(order.subtotal.minor),
        decimal(order.shipping_minor),
        decimal(order.taxes_minor),
        decimal(total),
        decimal(order.discount_minor),
        TimeZone::UTC.to_datetime(order.created_at).strftime("%Y-%m-%d %H:%M:%S +0000").to_string(),
    ]
}

fn push_row(out: &mut Vec<u8>, order: &Order, header: &[String; 9], item: &Item) {
    let mut fields: Vec<&str> = vec![&order.name];
    fields.extend(header.iter().map(String::as_str));
    let (quantity, price) = (item.quantity.to_string(), item.price.to_string());
    fields.extend([quantity.as_str(), &item.name, &price, &item.sku, &order.country]);
    csv_line::push(out, &fields);
}
