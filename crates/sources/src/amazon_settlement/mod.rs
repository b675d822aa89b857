//! Amazon's settlement reports as tab-separated flat files, V2 and V1: a first row with the settlement's total, then a
//! row per amount component (V1: mostly one component a row, in columns of its own). The rules:
//!
//! - The components of one movement are one record, which the date-range report calls by the same name
//!   (`amazon_movement.rs`): import both, and nothing doubles. Equal components are genuine, and all of them count.
//! - Fees (`ItemFees`, `ShipmentFees`, `OrderFees`, `Cost of Advertising`; V1: the `…-fee-amount` columns; and all of a
//!   transaction type that has `Fee` in it, or of no order and called a fee) are the movement's fee. All else is gross:
//!   prices, taxes, withheld taxes and promotions. It is a charge in an `Order`, a refund in a `Refund`, a dispute in a
//!   chargeback or A-to-z claim, a payout in a `Transfer`, and an adjustment elsewhere. What Amazon gives back of a fee
//!   is a negative fee.
//! - The first row (the one with `total-amount`) says when the settlement ended and is deposited. Where the file has no
//!   `Transfer` row, it is itself the payout `amazon:<settlement-id>/payout` of −total; else, and where the total is
//!   zero, it is counted as skipped. The payout of every row is the settlement.
//! - All rows but `Transfer` sum to the total, and `Transfer` is −total. If not, an `IdentityBroken` that holds no row
//!   names the difference and what most likely lacks; the rows are records all the same.
//! - A component whose settlement has no first row before it is `MissingValue` of `total-amount`: only that row names
//!   the currency. A V1 row without any amount (a quantity alone) is counted as skipped.
//! - Decimal commas (European marketplaces) or points are decided for the file from all its amounts.
//! - Times carry a zone; a day alone is its first instant in UTC. Nothing in the report is personal.

mod layout;
mod parse;
mod settlement;
#[cfg(test)]
pub(crate) mod tests;
mod write;

pub use write::{Component, Settlement, write};

use crate::{Context, Parsed, Source, table};
use domain::Digest;

/// Columns that every row needs, in both versions.
const NEEDED: [&[&str]; 6] =
    [&["settlement-id"], &["total-amount"], &["currency"], &["transaction-type"], &["order-id"], &["posted-date"]];

/// Columns that a header must have to be taken for this format, be it with others missing.
const RECOGNISED_BY: usize = 5;

/// The format.
pub struct AmazonSettlement;

impl Source for AmazonSettlement {
    fn name(&self) -> &'static str {
        "amazon-settlement"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        table::recognises_delimited(head, b'\t', &NEEDED, RECOGNISED_BY)
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        parse::parse(file, bytes, context)
    }
}
