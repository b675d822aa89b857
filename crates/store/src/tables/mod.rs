//! The derived tables: what advancing the journal gives. Commit and replay write them by the same code.

pub(crate) mod digests;
pub(crate) mod entries;
mod held;
mod live;
mod pairs;
mod periods;
mod quarantine;
pub(crate) mod ruled;
mod scratch;
mod work;
mod write;

pub use digests::TableDigest;
pub(crate) use held::Held;
pub use scratch::ScratchTables;
pub(crate) use write::{apply, apply_part, records_of};

use write::add_mentions;

use crate::codec::sha256;
use domain::{Account, Stage, Subject};
use jiff::Timestamp;
use jiff::civil::Date;

/// What a mention is of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mention {
    Entry = 0,
    Settlement = 1,
    Decision = 2,
    EntryId = 3,
    OwnAccount = 4,
    Opening = 5,
    Late = 6,
}

/// What is mentioned, the number of its name, and the row.
type Mentions = Vec<(Mention, i64, i64)>;

/// The number of a record's or an entry's name in `mentions`; equal numbers of other names are told apart by the row
/// itself.
pub(crate) fn mention_key(name: &str) -> i64 {
    let mut first = [0; 8];
    first.copy_from_slice(&sha256(name.as_bytes()).0[..8]);
    i64::from_le_bytes(first)
}

/// One bit for each of the accounts of the default chart, in its order.
pub(crate) fn account_bits(accounts: impl Iterator<Item = Account>) -> i64 {
    accounts.filter_map(Account::place).fold(0, |bits, place| bits | 1 << place)
}

const _: () = assert!(Account::ALL.len() < 64, "`entries.accounts` has a bit for each account of the default chart");

/// Microseconds: the order of ledger pages. Nanoseconds would not reach year 9999 in 64 bits.
pub(crate) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// Year × 100 + month, in UTC.
pub(crate) fn month(at: Timestamp) -> i32 {
    let date = at.to_zoned(jiff::tz::TimeZone::UTC).date();
    i32::from(date.year()) * 100 + i32::from(date.month())
}

/// Year × 10,000 + month × 100 + day.
pub(crate) fn day(date: Date) -> i32 {
    i32::from(date.year()) * 10_000 + i32::from(date.month()) * 100 + i32::from(date.day())
}

/// Number of a stage in the order of [`Stage::ALL`].
pub(crate) fn stage_number(stage: Stage) -> i64 {
    stage as i64
}

/// 0 transaction, 1 buyer, 2 business.
pub(crate) fn subject_number(subject: &Subject) -> i64 {
    match subject {
        Subject::Transaction(_) => 0,
        Subject::Buyer(_) => 1,
        Subject::Business => 2,
    }
}
