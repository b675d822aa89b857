//! Stripe's payout reconciliation report, itemised (`payout_reconciliation.itemized.5`): every movement of the balance,
//! each with the payout that carried it to the bank. "Balance change from activity", itemised, has the same columns and
//! is read as the same records; the dashboard's "All activity" export is `stripe_activity`.
//!
//! Columns are found by name in any order, others are ignored, and the spellings of older versions (`created`,
//! `automatic_payout_effective_at`) count. The rules:
//!
//! - A row is the record `stripe:<balance_transaction_id>`. The same id again with the same content is a duplicate;
//!   with other content it is an `IdempotencyConflict`, and the first stands.
//! - `net = gross − fee`, else `IdentityBroken`. Amounts are whole minor units of the row's currency; none is rounded.
//! - Times are UTC: reports run in another zone must be run again.
//! - Reporting categories that move the balance in ways that the books do not tell apart (`topup`, `contribution`,
//!   `payout_reversal`, …) are adjustments; a word that Stripe does not list is `UnknownValue`.
//! - A charge without `charge_id` names itself by its `source_id`.
//! - What the buyer saw is kept where its currency is another than the balance's.
//! - `customer_id` is personal.

mod category;
pub(crate) mod parse;
#[cfg(test)]
mod tests;
mod write;

pub(crate) use category::{read as reporting_category, write as reporting_word};
pub use write::{Row, write};

use crate::{Context, Parsed, Source, table};
use domain::{Digest, ProcessorCategory};

/// Columns that every row needs, each with its spellings, the newest first.
const NEEDED: [&[&str]; 7] = [
    &["balance_transaction_id"],
    &["created_utc", "created", "created (UTC)"],
    &["currency"],
    &["gross"],
    &["fee"],
    &["net"],
    &["reporting_category"],
];

/// How a file of the balance's movements names and writes what it says.
pub(crate) struct Layout {
    /// Id, creation, currency, gross, fee, net and category, each with its spellings.
    pub(crate) needed: [&'static [&'static str]; 7],
    /// Our category of its word.
    pub(crate) category: fn(&str) -> Option<ProcessorCategory>,
    /// Whether numbers may be written in the manner of a place.
    pub(crate) by_people: bool,
}

impl Layout {
    /// A needed column's first spelling.
    pub(crate) fn name(&self, column: usize) -> &'static str {
        self.needed.get(column).and_then(|spellings| spellings.first()).copied().unwrap_or_default()
    }
}

/// The reports' own.
const REPORT: Layout = Layout { needed: NEEDED, category: category::read, by_people: false };

/// Columns that a header must have to be taken for this format, be it with others missing.
const RECOGNISED_BY: usize = 5;

/// The format.
pub struct Stripe;

impl Source for Stripe {
    fn name(&self) -> &'static str {
        "stripe"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        table::recognises(head, &NEEDED, RECOGNISED_BY)
    }

    fn row_by_row(&self) -> bool {
        true
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        parse::parse(&REPORT, file, bytes, context)
    }
}
