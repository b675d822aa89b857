//! Open Financial Exchange: bank and card statements of OFX 1.x (SGML, most tags never closed) and 2.x (XML), read by
//! one reader. The rules:
//!
//! - A row is a `STMTTRN`; one that is not closed ends where the next begins or its list ends. Pending ones
//!   (`STMTTRNP`) come again once booked, so they are counted as skipped.
//! - The sign is that of `TRNAMT`, whatever `TRNTYPE` says; its decimal mark is a point or a comma. The currency is
//!   `CURDEF`, or `CURRENCY/CURSYM` of the row. `ORIGCURRENCY` says what it was before, and is not read.
//! - The booking day is the day of `DTPOSTED` as written, in whatever zone (`[-5:EST]`) it names.
//! - Banks reuse `FITID`s, in one file and from month to month. So a record is
//!   `bank:<account>/<FITID>#<hash of day and amount>`: the same `FITID` of another day or amount is another line. The
//!   same three with the same texts are one line told twice, a duplicate; with other texts, each is a line that is named
//!   by its content, as is one without a `FITID`.
//! - Remittance is `MEMO`, else `TRNTYPE`. The end-to-end reference is `REFNUM`, else `CHECKNUM`.
//! - The other side's name (`NAME`, `PAYEE/NAME`) is personal; its accounts and addresses are not read.
//! - `LEDGERBAL` is held against the lines only where the file tells an opening balance (a `BAL` whose name begins with
//!   `Opening`); if they do not sum to it, an `IdentityBroken` that holds no row names the difference and what most
//!   likely lacks.
//! - A file that is UTF-8 is read as such, else as its `CHARSET` or `encoding`, else as Windows-1252.
//! - Where the file breaks off before `</OFX>`, the lines before stand, and a `Malformed` issue says so.

mod parse;
mod tags;
#[cfg(test)]
pub(crate) mod tests;
mod transaction;
mod write;

pub use write::{EntryRow, Statement, write_sgml, write_xml};

use crate::{Context, Parsed, Source};
use domain::Digest;

/// The format. Its records' ids begin with `bank:`.
pub struct Ofx;

impl Source for Ofx {
    fn name(&self) -> &'static str {
        "ofx"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        // Without its zero bytes, UTF-16 is ASCII where it matters here.
        let head: Vec<u8> = head.iter().filter(|b| **b != 0).map(u8::to_ascii_uppercase).collect();
        [b"OFXHEADER".as_slice(), b"<OFX>"].iter().any(|mark| head.windows(mark.len()).any(|window| window == *mark))
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        parse::parse(file, bytes, context)
    }
}
