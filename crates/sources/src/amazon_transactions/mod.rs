//! Amazon's date-range ("custom transaction") report: some lines of preamble, a header, a row per transaction with its
//! amounts in columns. Both the older form of 23 columns and the newer ones are read; columns are found by name. The
//! rules:
//!
//! - The rows of one movement are one record, which the settlement report calls by the same name
//!   (`amazon_movement.rs`): import both, and nothing doubles. Equal rows are genuine, and all of them count.
//! - `total` is the sum of the amount columns that the header has, else `IdentityBroken`. Amounts may group thousands;
//!   point or comma is decided per file. An empty amount is zero.
//! - `selling fees`, `fba fees` and `other transaction fees` are the fee, positive when charged; gross is the rest.
//! - `Order` is a charge, `Refund` a refund, a chargeback or A-to-z claim a dispute, `Transfer` a payout (no fee), a
//!   type that has `Fee` in it and `Shipping Services` fee alone (no gross, net = −fee); any other is an adjustment.
//! - The currency is the one that the preamble names (`All amounts in USD`), else the marketplace's own, else the
//!   import's setting.
//! - A `Transaction Status` of `Deferred` is no fact yet: the row comes again as `Released`, and is skipped until then.
//! - The payout is the settlement id. Times carry a zone's abbreviation (`PST`), which is an offset.
//! - The buyer's city, state and postal code are not read: they name nobody, and nobody needs them here.

mod marketplace;
mod parse;
#[cfg(test)]
pub(crate) mod tests;
mod write;

pub use write::{Row, write};

use crate::dialect::Dialect;
use crate::{Context, Parsed, Source, table};
use domain::Digest;

/// Columns that every row needs.
const NEEDED: [&[&str]; 9] = [
    &["date/time"],
    &["settlement id"],
    &["type"],
    &["order id"],
    &["product sales"],
    &["selling fees"],
    &["fba fees"],
    &["other"],
    &["total"],
];

/// Columns that a header must have to be taken for this format, be it with others missing.
const RECOGNISED_BY: usize = 6;

/// The format.
pub struct AmazonTransactions;

impl Source for AmazonTransactions {
    fn name(&self) -> &'static str {
        "amazon-transactions"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        table::recognises_under(head, Dialect::COMMAS, &NEEDED, RECOGNISED_BY)
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        parse::parse(file, bytes, context)
    }
}
