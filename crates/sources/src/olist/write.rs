//! Writes the tables, for goldens.

use crate::csv_line;
use domain::Money;
use jiff::civil::DateTime;

/// An order, in the marketplace's time.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "as the columns")]
pub struct Order {
    pub order_id: String,
    pub customer_id: String,
    pub status: String,
    pub purchased: DateTime,
    pub approved: Option<DateTime>,
    pub delivered: Option<DateTime>,
}

/// An item of an order.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "as the columns")]
pub struct Item {
    pub order_id: String,
    pub number: u32,
    pub product_id: String,
    pub price: Money,
    pub freight: Money,
}

/// A payment of an order.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "as the columns")]
pub struct Payment {
    pub order_id: String,
    pub sequential: u32,
    pub method: String,
    pub instalments: u32,
    pub value: Money,
}

/// A review of an order.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "as the columns")]
pub struct Review {
    pub review_id: String,
    pub order_id: String,
    pub score: u8,
    pub title: String,
    pub message: String,
    pub created: DateTime,
}

fn file(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut out = Vec::new();
    csv_line::push(&mut out, header);
    for row in rows {
        csv_line::push(&mut out, &row.iter().map(String::as_str).collect::<Vec<_>>());
    }
    out
}

fn time(at: DateTime) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// The table of orders.
pub fn write_orders(orders: &[Order]) -> Vec<u8> {
    let header = [
        "order_id",
        "customer_id",
        "order_status",
        "order_purchase_timestamp",
        "order_approved_at",
        "order_delivered_carrier_date",
        "order_delivered_customer_date",
        "order_estimated_delivery_date",
    ];
    let text = |at: Option<DateTime>| at.map(time).unwrap_or_default();
    let rows = orders.iter().map(|order| {
        let Order { order_id, customer_id, status, purchased, approved, delivered } = order.clone();
        let (shipped, promised) = (text(approved), String::new());
        vec![order_id, customer_id, status, time(purchased), text(approved), shipped, text(delivered), promised]
    });
    file(&header, rows)
}

/// The table of items.
pub fn write_items(items: &[Item]) -> Vec<u8> {
    let header =
        ["order_id", "order_item_id", "product_id", "seller_id", "shipping_limit_date", "price", "freight_value"];
    let rows = items.iter().map(|item| {
        let [price, freight] = [item.price, item.freight].map(|money| money.to_decimal().to_string());
        let (seller, limit) = ("s1".to_owned(), "2018-01-01 00:00:00".to_owned());
        vec![item.order_id.clone(), item.number.to_string(), item.product_id.clone(), seller, limit, price, freight]
    });
    file(&header, rows)
}

/// The table of payments.
pub fn write_payments(payments: &[Payment]) -> Vec<u8> {
    let header = ["order_id", "payment_sequential", "payment_type", "payment_installments", "payment_value"];
    let rows = payments.iter().map(|payment| {
        let Payment { order_id, sequential, method, instalments, value } = payment.clone();
        vec![order_id, sequential.to_string(), method, instalments.to_string(), value.to_decimal().to_string()]
    });
    file(&header, rows)
}

/// The table of reviews.
pub fn write_reviews(reviews: &[Review]) -> Vec<u8> {
    let header = [
        "review_id",
        "order_id",
        "review_score",
        "review_comment_title",
        "review_comment_message",
        "review_creation_date",
        "review_answer_timestamp",
    ];
    let rows = reviews.iter().map(|review| {
        let Review { review_id, order_id, score, title, message, created } = review.clone();
        vec![review_id, order_id, score.to_string(), title, message, time(created), time(created)]
    });
    file(&header, rows)
}

/// The table of customers: which person each is.
pub fn write_customers(persons: &[(&str, &str)]) -> Vec<u8> {
    let header = ["customer_id", "customer_unique_id", "customer_zip_code_prefix", "customer_city", "customer_state"];
    let rows = persons
        .iter()
        .map(|(customer, person)| [customer, person, "01001", "sao paulo", "SP"].map(ToString::to_string).to_vec());
    file(&header, rows)
}
