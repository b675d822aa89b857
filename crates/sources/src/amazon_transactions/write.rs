//! Writes the newer form of the American report, for goldens.

use crate::csv_line;
use domain::Money;
use jiff::Timestamp;
use jiff::tz::Offset;

/// What stands above the header.
const PREAMBLE: [&str; 4] = [
    "Includes Amazon Marketplace, Fulfillment by Amazon (FBA), and Amazon Webstore transactions",
    "All amounts in USD, unless specified",
    "Definitions:",
    "Sales tax collected: Includes sales tax collected from buyers for product sales, shipping, and gift wrap.",
];

/// Columns in Amazon's order and spelling.
const COLUMNS: [&str; 19] = [
    "date/time",
    "settlement id",
    "type",
    "order id",
    "sku",
    "description",
    "quantity",
    "marketplace",
    "order city",
    "order state",
    "order postal",
    "product sales",
    "shipping credits",
    "promotional rebates",
    "selling fees",
    "fba fees",
    "other transaction fees",
    "other",
    "total",
];

/// One transaction; times are written to the second, in PST.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// When.
    pub at: Timestamp,
    /// May be empty.
    pub settlement_id: String,
    /// `Order`, `Refund`, `Transfer` …
    pub kind: String,
    /// May be empty.
    pub order_id: String,
    /// Free text.
    pub description: String,
    /// Signed, US dollars.
    pub product_sales: Money,
    /// Signed: negative where charged.
    pub selling_fees: Money,
    /// All else.
    pub other: Money,
    /// The sum of the three.
    pub total: Money,
}

/// The file of these rows.
pub fn write(rows: &[Row]) -> Vec<u8> {
    let mut out = Vec::new();
    for line in PREAMBLE {
        csv_line::push(&mut out, &[line]);
    }
    csv_line::push(&mut out, &COLUMNS);
    for row in rows {
        push_row(&mut out, row);
    }
    out
}

fn push_row(out: &mut Vec<u8>, row: &Row) {
    let local = Offset::constant(-8).to_datetime(row.at).strftime("%b %-d, %Y %-I:%M:%S %p PST").to_string();
    csv_line::push(
        out,
        &[
            &local,
            &row.settlement_id,
            &row.kind,
            &row.order_id,
            "MUG-1",
            &row.description,
            "1",
            "amazon.com",
            "SEATTLE",
            "WA",
            "98101",
            &grouped(row.product_sales),
            "0",
            "0",
            &grouped(row.selling_fees),
            "0",
            "0",
            &grouped(row.other),
            &grouped(row.total),
        ],
    );
}

/// `-1,234.50`.
fn grouped(money: Money) -> String {
    let text = money.abs().to_decimal().to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, "00"));
    let mut out = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    format!("{}{out}.{fraction}", if money.minor < 0 { "-" } else { "" })
}
