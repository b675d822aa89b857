//! Online Retail: the invoice lines of a British gift shop as the UCI repository publishes them.
//!
//! `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country`, found by name. The rules:
//!
//! - All lines of one number in the file are one invoice, `online-retail:<number>`, in order of first appearance; its
//!   lines need not stand together. Equal lines are genuine and kept.
//! - `InvoiceDate` is shop time in [`SourceSettings::zone`](crate::SourceSettings). An hour that occurs twice is read
//!   as the first, one that is skipped as if the clock had not yet moved (RFC 5545, "compatible"). The invoice happened
//!   at its earliest line.
//! - An invoice has one customer and one country, those of its first sound line. A later line of the same number that
//!   names others speaks of another document: it is an `IdempotencyConflict` and no part of the invoice.
//! - The customer number is personal; `17850.0` and `17850` are one customer. Empty is a guest.
//! - A row that cannot be read is an issue of its own; the other lines of its invoice go on.

mod parse;
#[cfg(test)]
mod tests;
mod write;

pub use write::{Row, write};

use crate::{Context, Parsed, Source, table};
use domain::Digest;

/// Columns in the publisher's order.
const COLUMNS: [&str; 8] =
    ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"];

/// Columns that a header must have to be taken for this format, be it with others missing.
const RECOGNISED_BY: usize = 5;

/// The format.
pub struct OnlineRetail;

impl Source for OnlineRetail {
    fn name(&self) -> &'static str {
        "online-retail"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        table::recognises(head, &COLUMNS.each_ref().map(std::slice::from_ref), RECOGNISED_BY)
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        parse::parse(file, bytes, context)
    }
}
