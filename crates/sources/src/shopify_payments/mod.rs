//! Shopify's `payment_transactions_export`: every movement of the Shopify Payments balance.
//!
//! Columns are found by name in any order; the variants with `VAT` and with the business entity are read alike. The
//! rules:
//!
//! - The export has no transaction id. A row is the record `shopify-payments:#<hash>-<n>`, the hash of its instant,
//!   category, amount and fee, and `n` counts equal rows. So the interface's balance transactions have the same names
//!   (`shopify_objects`), which know neither the order's name nor the checkout. The payout's id is left out, since it is
//!   empty while pending: the same row exported again once it was paid out adds its payout, not money twice.
//! - `Payout ID` empty: no payout yet.
//! - `Order` is the shop's order as written, `#3703`, as `Name` is in the orders export.
//! - `Net = Amount − Fee`; where only `Amount − Fee − VAT` fits, the tax on the fee is part of the fee. Else
//!   `IdentityBroken`.
//! - Amounts may carry a currency sign, brackets or U+2212; each column's decimal separator is decided from its values,
//!   and is a point where they could be both.
//! - A refund or chargeback is of the charge that shares its `Checkout`; where that is empty, its `Order`.
//! - Dates begin with the year (`2026-01-19 12:07:45 +0100`, `2026/6/12`); without an offset they are the shop's time.
//!   `6/12/2026` could be two days and is `InvalidTime`.
//! - `Payout Date` is a day, and stands for its first instant in UTC.
//! - Presentment is kept where its currency is another than the balance's.
//! - Types that the books do not tell apart are adjustments; a word that Shopify does not use is `UnknownValue`.
//! - Nothing is personal: the export names no buyer.

mod kind;
mod parse;
#[cfg(test)]
mod tests;
mod write;

pub(crate) use kind::read as category;
pub(crate) use parse::about_a_charge;
pub use write::{Row, write};

use crate::content_key::ContentKeys;
use crate::{Context, Parsed, Source, table};
use domain::{Digest, ProcessorLine};
use jiff::Timestamp;

/// Columns that every row needs.
const NEEDED: [&[&str]; 6] = [&["Transaction Date"], &["Type"], &["Amount"], &["Fee"], &["Net"], &["Currency"]];

/// Columns by which the format is told from others.
const OWN: [&[&str]; 7] = [
    &["Transaction Date"],
    &["Payout Status"],
    &["Payout Date"],
    &["Payout ID"],
    &["Available On"],
    &["Checkout"],
    &["Presentment Amount"],
];

/// How many of them a header must have.
const RECOGNISED_BY: usize = 4;

/// The name of a movement, by what both the export and the interface say of it.
pub(crate) fn name(keys: &mut ContentKeys, at: Timestamp, line: &ProcessorLine) -> String {
    let (gross, fee) = (line.gross.to_string(), line.fee.to_string());
    format!("shopify-payments:{}", keys.name(&[&at.to_string(), kind::write(line.category), &gross, &fee]))
}

/// The format.
pub struct ShopifyPayments;

impl Source for ShopifyPayments {
    fn name(&self) -> &'static str {
        "shopify-payments"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        table::recognises(head, &OWN, RECOGNISED_BY)
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        parse::parse(file, bytes, context)
    }
}
