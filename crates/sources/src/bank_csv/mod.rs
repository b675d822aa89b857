//! Bank statements as CSV, which every bank lays out in its own way. The rules:
//!
//! - The delimiter is `,`, `;` or a tab; the header may stand under a preamble of up to 20 rows. Columns are known by
//!   their words in English, German, Spanish, Portuguese, French and Chinese (`columns.rs`). A file is taken for a
//!   statement only where date, amount (or a debit and credit pair) and description are all found, and no column that
//!   shop, processor and wallet exports have.
//! - A row is a row under the header that is not blank in every field. Fields beyond the header must be blank.
//! - The order of day and month is decided per file: `2026-01-31` and `31.1.2026` say it themselves; with slashes and
//!   dashes, the values over 12 decide. Where none does, only days like 5/5 are read: the rest is `InvalidTime`, as a
//!   guess could be wrong by months. Two-digit years are of this century. What follows a blank is a time.
//! - Numbers are read in their file's style (`number_style.rs`); undecided, dates with points mean decimal commas.
//! - A debit column takes away, whatever its sign. With a column of debit and credit marks, the size is the amount's.
//! - The currency is the row's, else the one in the amount's header (`Amount (EUR)`), else that of the settings.
//! - The account is the row's, else an IBAN of the preamble, else `unnamed`.
//! - Remittance is every description column in the file's order, joined by a space.
//! - A record is `bank:<account>/<transaction id>` where there is such a column and the id stands once in the file, else
//!   named by its content, as in `camt053`. What banks call a reference is often the payer's, so it names nothing.
//! - A running balance must be the one before plus the amount, in the file's order or against it; if not, an
//!   `IdentityBroken` that holds no row names the first row that differs and what most likely lacks. Rows that were not read, and other currencies
//!   and accounts, break the chain.
//! - The other side's name is personal; its account is not read.
//! - A file that is not UTF-8 is Windows-1252, or GBK where only so its header is understood.

mod columns;
pub(crate) mod marks;
mod parse;
#[cfg(test)]
pub(crate) mod tests;
mod write;

pub(crate) use parse::is_iban;
pub use write::{EntryRow, write};

use crate::{Context, Parsed, Source};
use domain::Digest;
use encoding_rs::{GBK, WINDOWS_1252};

/// The format. Its records' ids begin with `bank:`.
pub struct BankCsv;

impl Source for BankCsv {
    fn name(&self) -> &'static str {
        "bank-csv"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        let texts = [String::from_utf8_lossy(head), WINDOWS_1252.decode(head).0, GBK.decode(head).0];
        texts.iter().any(|text| columns::find(text).is_some())
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        parse::parse(file, bytes, context)
    }
}
