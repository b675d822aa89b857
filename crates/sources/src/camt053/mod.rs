//! ISO 20022 bank-to-customer statements (`camt.053`), versions 02 to 13, told apart by nothing: elements are known by
//! their local names. The rules:
//!
//! - A row is an entry (`Ntry`). A batch entry stays one line of the booked amount; a reference or a name stands on it
//!   only where all of its transactions say the same.
//! - Only booked entries (`BOOK`) are facts. Pending, future and informational ones (`PDNG`, `FUTR`, `INFO`) come again
//!   once booked, so they are counted as skipped.
//! - The sign is that of `CdtDbtInd`, on reversals too: it says how the entry itself moved the account. What a reversal
//!   takes back went the other way, so the other side is then the creditor of a credit.
//! - The booking day is the day as written; the record's instant is the start of that day in UTC, whatever the zone of
//!   the bank, so that statements with and without times agree.
//! - Remittance text is `Ustrd` and structured references in the file's order, joined by a space; where there are none,
//!   `AddtlTxInf`; where there is none either, `AddtlNtryInf`. `NOTPROVIDED` is no reference.
//! - A record is `bank:<account>/<AcctSvcrRef>` where that reference stands once in the file, else
//!   `bank:<account>/#<hash of what is said>-<its number among equal ones>`: equal bookings of one day are genuine.
//! - Opening balance (`OPBD`, else `PRCD`) and kept lines must sum to the closing balance (`CLBD`). If not, an
//!   `IdentityBroken` that holds no row names the difference; the lines are records all the same.
//! - Where the document breaks off, the entries before it stand, and one `Malformed` issue holds the others.
//! - The other side's name is personal.

mod entry;
mod naming;
mod parse;
mod statement;
#[cfg(test)]
mod tests;
mod write;

pub use write::{EntryRow, Statement, write};

use crate::{Context, Parsed, Source};
use domain::Digest;

/// The format. Its records' ids begin with `bank:`, as other statement formats' will.
pub struct Camt053;

impl Source for Camt053 {
    fn name(&self) -> &'static str {
        "camt053"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        [b"BkToCstmrStmt".as_slice(), b"xsd:camt.053."].iter().any(|mark| contains(head, mark))
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        parse::parse(file, bytes, context)
    }
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}
