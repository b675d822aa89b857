//! Writes invoice lines as the publisher does, for goldens and tests.

use super::COLUMNS;
use crate::csv_line;
use jiff::civil::DateTime;
use rust_decimal::Decimal;

/// One invoice line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// `536365`, `C536379`, `A563185`.
    pub invoice_no: String,
    /// `85123A`, `POST`.
    pub stock_code: String,
    /// May be empty.
    pub description: String,
    /// Negative on credit notes and stock corrections.
    pub quantity: i64,
    /// Shop time, written to the second.
    pub invoice_date: DateTime,
    /// Major units.
    pub unit_price: Decimal,
    /// Without the `.0` that the published file has; empty for a guest.
    pub customer_id: String,
    /// In English.
    pub country: String,
}

/// The file of these rows: UTF-8, a header, one line a row.
pub fn write(rows: &[Row]) -> Vec<u8> {
    let mut out = Vec::with_capacity(rows.len() * 96);
    csv_line::push(&mut out, &COLUMNS);
    for row in rows {
        let fields = [
            row.invoice_no.as_str(),
            &row.stock_code,
            &row.description,
            &row.quantity.to_string(),
            &row.invoice_date.strftime("%Y-%m-%d %H:%M:%S").to_string(),
            &row.unit_price.to_string(),
            &row.customer_id,
            &row.country,
        ];
        csv_line::push(&mut out, &fields);
    }
    out
}
