//! Shopify's payouts export: what each payout to the bank was made of, in sums.
//!
//! Every sum in it stands in the payment transactions export or the balance transactions, line by line
//! (`shopify_payments`, `shopify_objects`), and the payout follows from the lines that name it. The export names no
//! payout, so a record of its own could only double that. The rules:
//!
//! - A row is checked and then skipped: `Charges + Refunds + Adjustments + Reserved Funds + Retried Amount`, less `Fees`,
//!   is `Total`, else `IdentityBroken` says by how much it is off. Fees may be written negative, and are then added.
//! - `Status` is one of Shopify's words (`paid`, `scheduled`, …), else `UnknownValue`.
//! - Amounts are read as in `shopify_payments`; an absent column is nothing.
//! - Nothing in it is personal.

mod parse;
#[cfg(test)]
pub(crate) mod tests;
mod write;

pub use write::{Row, write};

use crate::{Context, Parsed, Source, table};
use domain::Digest;

/// Columns that every row needs.
const NEEDED: [&[&str]; 6] = [&["Payout Date"], &["Status"], &["Charges"], &["Fees"], &["Total"], &["Currency"]];

/// Columns by which the format is told from others.
const OWN: [&[&str]; 10] = [
    &["Payout Date"],
    &["Status"],
    &["Charges"],
    &["Refunds"],
    &["Adjustments"],
    &["Reserved Funds"],
    &["Fees"],
    &["Retried Amount"],
    &["Total"],
    &["Currency"],
];

/// How many of them a header must have.
const RECOGNISED_BY: usize = 7;

/// The format.
pub struct ShopifyPayouts;

impl Source for ShopifyPayouts {
    fn name(&self) -> &'static str {
        "shopify-payouts"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        table::recognises(head, &OWN, RECOGNISED_BY)
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        parse::parse(file, bytes, context)
    }
}
