//! SWIFT customer statements (`MT940`), as banks send them: bare, or in the blocks `{1:…}{2:…}{4:…-}`. The rules:
//!
//! - A row is a `:61:` line with the `:86:` behind it. A statement begins with `:20:`, or with `:25:` behind a closing
//!   balance; a file may hold several. An `:86:` behind `:62F:` speaks of the statement and is no row.
//! - The currency stands in `:60F:` or `:60M:` only; the account in `:25:`, where a currency behind an IBAN is cut off.
//! - `C` and `RD` (a debit taken back) are positive, `D` and `RC` negative. Amounts have a decimal comma.
//! - Years have two digits: 80–99 are 1980–1999 (SWIFT's rule). The booking day is the entry date, in the year that
//!   is nearest to the value date; without an entry date it is the value date.
//! - A record is `bank:<account>/<the bank's reference behind //>` where that stands once in the file, else named by its
//!   content, as in `camt053`. `NONREF` and `NOTPROVIDED` are no references.
//! - The end-to-end reference is `EREF` of the `:86:`, else the customer's reference of the `:61:`.
//! - Pieces (`?20`–`?29`, `?60`–`?63`, lines of 65) are cut anywhere, so a piece of full length goes on without a space
//!   and a shorter one with a space; full is 27 where no piece is longer, else 35. A piece that begins with a word like
//!   `SVWZ+` is behind a space.
//! - Remittance is `SVWZ+` or `/REMI/` where there is one; else all text but the other side's names and accounts; where
//!   none is left, the booking text `?00`; else the second line of the `:61:`.
//! - The other side's name (`?32`, `?33`; `/NAME/`) is personal; its account is not read.
//! - Opening balance and kept lines must sum to the closing one; if not, an `IdentityBroken` that holds no row names the
//!   difference. Pages (`:60M:`, `:62M:`) are checked one by one.
//! - What is not UTF-8 is Windows-1252.

mod details;
mod fields;
mod line;
mod parse;
#[cfg(test)]
pub(crate) mod tests;
mod write;

pub use write::{EntryRow, Statement, write};

use crate::{Context, Parsed, Source};
use domain::Digest;

/// The format. Its records' ids begin with `bank:`.
pub struct Mt940;

/// Fields that every statement begins with, of which a damaged head may lack some.
const MARKS: [&str; 4] = [":20:", ":25:", ":28", ":60"];
const MARKS_NEEDED: usize = 2;

impl Source for Mt940 {
    fn name(&self) -> &'static str {
        "mt940"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        let head = String::from_utf8_lossy(head);
        let has = |mark: &&&str| head.lines().any(|line| fields::text_block(line).starts_with(**mark));
        MARKS.iter().filter(has).count() >= MARKS_NEEDED
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        parse::parse(file, bytes, context)
    }
}
