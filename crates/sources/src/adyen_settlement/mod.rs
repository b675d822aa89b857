//! Adyen's settlement details report: every movement of a merchant account's balance, with the batch that settled it.
//! Columns are found by name in any order; the rules:
//!
//! - A row is `adyen:<Psp Reference>/<Type>/<Modification Reference>`; without a Psp reference (fees, payouts)
//!   `adyen:<Merchant Account>/<Batch Number>/<Type>/#<hash of the row>-<n>`, where `n` counts equal rows. The same key
//!   again is a duplicate if it says the same, else an `IdempotencyConflict`.
//! - `Settled` is a charge, `Refunded` a refund, `Chargeback` and `SecondChargeback` disputes, `ChargebackReversed` a
//!   dispute's reversal, `Fee` and `InvoiceDeduction` fees, `MerchantPayout` a payout; Adyen adds words often, so any
//!   other is an adjustment.
//! - Amounts are credit − debit; an empty cell is zero. The fee is commission + markup + scheme fees + interchange,
//!   positive when charged. In one currency `net = gross − fee`, else `IdentityBroken`. In two, and where no gross is
//!   given (payouts), the gross in the net currency is net + fee, and the gross as given is the presentment. A fee row
//!   is fee alone: no gross, net = −fee.
//! - A net side that is empty altogether is `MissingValue`: nothing says what the balance moved by.
//! - Batches count per merchant account: the payout of a row is `<Merchant Account>/<Batch Number>`, and that is what a
//!   payout's own row is called.
//! - A batch that was paid out sums to zero, and so does each before it, for a balance that is not paid out is moved
//!   to the next batch by a row of its own. If not, an `IdentityBroken` that holds no row names the difference and what
//!   most likely lacks; the rows are records all the same. While a row was not read, nothing is known.
//! - The creation date stands in the zone of `TimeZone`, whose abbreviation is an offset, in summer too.
//! - The merchant reference is the order reference. Nothing in the report is personal.

mod batches;
mod parse;
#[cfg(test)]
pub(crate) mod tests;
mod write;

pub use write::{Row, write};

use crate::{Context, Parsed, Source, table};
use domain::Digest;

/// Columns that every row needs.
const NEEDED: [&[&str]; 13] = [
    &["Merchant Account"],
    &["Psp Reference"],
    &["Merchant Reference"],
    &["Creation Date"],
    &["TimeZone"],
    &["Type"],
    &["Gross Currency"],
    &["Gross Debit (GC)"],
    &["Gross Credit (GC)"],
    &["Net Currency"],
    &["Net Debit (NC)"],
    &["Net Credit (NC)"],
    &["Batch Number"],
];

/// Columns that a header must have to be taken for this format, be it with others missing.
const RECOGNISED_BY: usize = 9;

/// The format.
pub struct AdyenSettlement;

impl Source for AdyenSettlement {
    fn name(&self) -> &'static str {
        "adyen"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        table::recognises(head, &NEEDED, RECOGNISED_BY)
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        parse::parse(file, bytes, context)
    }
}
