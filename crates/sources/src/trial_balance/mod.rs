//! Trial balances as CSV: the balance of every account of another set of books on one day, from which ours go on. The
//! rules:
//!
//! - The layout is as in `worded.rs`; columns are known by their words in English, German, Spanish, Portuguese and
//!   Chinese (`columns.rs`). A file is taken for a trial balance where it has account codes (or names, under a preamble
//!   that calls it one), a debit and credit pair or a balance, and no column of dates. Closing balances are taken before
//!   movements, movements before opening balances.
//! - The day is that of an `as of` column, else of the preamble: a day beside `as at`, `Stichtag`, `al`, `em`, `截至`
//!   counts before others, and the last of several, as a period ends with it. A file without a day holds back whole:
//!   nothing tells what it is the balance of.
//! - Balances are debit positive: debit less credit where both columns are filled; a balance column has its sign, or a
//!   mark of its side beside it.
//! - A row without amounts is a heading, and one called a total is checked and no account: both are skipped.
//! - The currency is the row's, else that of the amount's header (`Balance (EUR)`), else that of the settings.
//! - All accounts are one record, `trial-balance:<day>`, at the last second of that day in UTC.
//! - A trial balance that does not sum to zero in each currency is held back whole: an `IdentityBroken` says by how
//!   much, and what is most likely the reason where something tells it (`missing.rs`). So does one of which a row could
//!   not be read.

mod accounts;
mod as_of;
mod columns;
mod missing;
mod parse;
#[cfg(test)]
pub(crate) mod tests;
mod write;

pub(crate) use accounts::{Accounts, RowKind, is_debit_side, row_kind};
pub(crate) use as_of::as_of;
pub use write::write;

use crate::{Context, Parsed, Source, worded};
use domain::Digest;

/// The format.
pub struct TrialBalances;

impl Source for TrialBalances {
    fn name(&self) -> &'static str {
        "trial-balance"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        worded::recognises(head, columns::fits)
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        parse::parse(file, bytes, context)
    }
}
