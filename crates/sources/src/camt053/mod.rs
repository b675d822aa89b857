//! ISO 20022 bank-to-customer messages: statements (`camt.053`), reports within a day (`camt.052`) and notifications
//! (`camt.054`), versions 02 to 13, told apart by nothing: elements are known by their local names. The rules:
//!
//! - A row is an entry (`Ntry`). A batch entry stays one line of the booked amount. It carries every end-to-end
//!   reference and every text of its transactions, each once and joined by a space, so that what is named within is
//!   found; the other side's name stands on it only where all of its transactions say the same.
//! - A report or a notification tells an entry before the statement does. All three name it alike, so it is one record
//!   whichever comes first. A batch without a reference of the bank's is named without the texts of its transactions,
//!   as banks often tell those in the notification only.
//! - Only booked entries (`BOOK`) are facts. Pending, future and informational ones (`PDNG`, `FUTR`, `INFO`) come again
//!   once booked, so they are counted as skipped.
//! - The sign is that of `CdtDbtInd`, on reversals too: it says how the entry itself moved the account. What a reversal
//!   takes back went the other way, so the other side is then the creditor of a credit.
//! - The booking day is the day as written; the record's instant is the start of that day in UTC, whatever the zone of
//!   the bank, so that statements with and without times agree.
//! - The remittance text of a transaction is `Ustrd` and structured references in the file's order, joined by a space;
//!   where there are none, `AddtlTxInf` and `RtrInf/AddtlInf`; where no transaction has any, the entry's
//!   `AddtlNtryInf`. `NOTPROVIDED` is no reference.
//! - A record is `bank:<account>/<AcctSvcrRef>` where that reference stands once in the file, else
//!   `bank:<account>/#<hash of what is said>-<its number among equal ones>`: equal bookings of one day are genuine.
//! - Opening balance (`OPBD`, else `PRCD`) and kept lines must sum to the closing balance (`CLBD`). If not, an
//!   `IdentityBroken` that holds no row names the difference and what most likely lacks; the lines are records all the
//!   same. Only statements are held to it: a report may tell a part of the day.
//! - Where the document breaks off, the entries before it stand, and one `Malformed` issue holds the others.
//! - The other side's name is personal.
//! - ISO-8859-1, Windows-1252 and UTF-16 are read too (`bank/encoding.rs`); spans point into the bytes as they came.

mod entry;
mod parse;
mod statement;
#[cfg(test)]
mod tests;
mod write;

pub use write::{EntryRow, Statement, write};

use crate::{Context, Parsed, Source};
use domain::Digest;

/// What stands early in every message.
const MARKS: [&[u8]; 6] = [
    b"BkToCstmrStmt",
    b"BkToCstmrAcctRpt",
    b"BkToCstmrDbtCdtNtfctn",
    b"xsd:camt.052.",
    b"xsd:camt.053.",
    b"xsd:camt.054.",
];

/// The format. Its records' ids begin with `bank:`, as other statement formats' will.
pub struct Camt053;

impl Source for Camt053 {
    fn name(&self) -> &'static str {
        "camt053"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        // Without its zero bytes, UTF-16 is ASCII where it matters here.
        let head: Vec<u8> = head.iter().copied().filter(|b| *b != 0).collect();
        MARKS.iter().any(|mark| contains(&head, mark))
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        parse::parse(file, bytes, context)
    }
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}
