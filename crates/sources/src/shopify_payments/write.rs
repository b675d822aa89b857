//! Writes the export as Shopify spells it, for simulated worlds and goldens.

use super::kind;
use crate::csv_line;
use domain::{Money, ProcessorCategory};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Columns in Shopify's order and spelling.
const COLUMNS: [&str; 17] = [
    "Transaction Date",
    "Type",
    "Order",
    "Card Brand",
    "Card Source",
    "Payout Status",
    "Payout Date",
    "Payout ID",
    "Available On",
    "Amount",
    "Fee",
    "Net",
    "Checkout",
    "Payment Method Name",
    "Presentment Amount",
    "Presentment Currency",
    "Currency",
];

/// One movement. `gross`, `fee` and `net` share the currency of `gross`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Written to the second, in UTC.
    pub date: Timestamp,
    /// What moved.
    pub category: ProcessorCategory,
    /// `#3703`; may be empty.
    pub order: String,
    /// The payout and its day; none while pending.
    pub payout: Option<(String, Date)>,
    /// When the money may be paid out.
    pub available_on: Date,
    /// Before Shopify's fee.
    pub gross: Money,
    /// Shopify's fee, positive when charged.
    pub fee: Money,
    /// `gross − fee`.
    pub net: Money,
    /// `#51257260474634`; may be empty.
    pub checkout: String,
    /// `card`.
    pub method: String,
    /// What the buyer saw.
    pub presentment: Money,
}

/// The file of these rows: UTF-8, a header, one line a row.
pub fn write(rows: &[Row]) -> Vec<u8> {
    let mut out = Vec::with_capacity(rows.len() * 160);
    csv_line::push(&mut out, &COLUMNS);
    for row in rows {
        push_row(&mut out, row);
    }
    out
}

fn push_row(out: &mut Vec<u8>, row: &Row) {
    let date = TimeZone::UTC.to_datetime(row.date).strftime("%Y-%m-%d %H:%M:%S +0000").to_string();
    let (payout, payout_date) =
        row.payout.as_ref().map_or_else(Default::default, |(id, day)| (id.clone(), day.to_string()));
    let fields = [
        date.as_str(),
        kind::write(row.category),
        &row.order,
        "visa",
        "online",
        if row.payout.is_some() { "paid" } else { "pending" },
        &payout_date,
        &payout,
        &row.available_on.to_string(),
        &row.gross.to_decimal().to_string(),
        &row.fee.to_decimal().to_string(),
        &row.net.to_decimal().to_string(),
        &row.checkout,
        &row.method,
        &row.presentment.to_decimal().to_string(),
        row.presentment.currency.code(),
        row.gross.currency.code(),
    ];
    csv_line::push(out, &fields);
}
