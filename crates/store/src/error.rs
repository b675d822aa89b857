//! What can go wrong in a store: what, where, and what to do next. `Display` never repeats its source.

use domain::{RecordId, entry::Unbalanced};
use std::io;
use std::path::{Path, PathBuf};

/// A failure of the store. Nothing of a failed commit is kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// `create` on a directory that is in use.
    #[error("{0} already holds a store; open it, or choose another directory")]
    AlreadyExists(PathBuf),
    /// `open` on a directory without one.
    #[error("{0} holds no store; create one there first")]
    NoStore(PathBuf),
    /// A second writer.
    #[error("{0} is held by another writer; stop that one, or open a reader")]
    Locked(PathBuf),
    /// Another format of the database or of a batch.
    #[error("the store has format {found}, this build knows {known}; use a build that knows it")]
    Format {
        /// What stands in the directory.
        found: i64,
        /// What this build reads and writes.
        known: i64,
    },
    /// A file operation failed.
    #[error("cannot {action} {path}; check space and permissions there")]
    Io {
        /// The verb.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// SQLite refused.
    #[error("the database `plimsoll.db` failed; check space and permissions, then run verify")]
    Database(#[source] rusqlite::Error),
    /// A first load (`bulk.rs`) is being written, and was not done in the time that a reader waits.
    #[error("another command is writing the first files of this store; ask again when it is done")]
    Loading,
    /// Stored bytes are not what was written.
    #[error("{what} is damaged: {reason}; run verify, then restore it from a backup")]
    Corrupt {
        /// Which file or row.
        what: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A sealed value's name that is no name.
    #[error("`{0}` is no name; use 1 to 64 lower-case letters, digits and hyphens")]
    Name(String),
    /// Asked for something that was never stored.
    #[error("{0} is not in this store")]
    Missing(String),
    /// Asked for bytes that were removed when their time was over.
    #[error("{0}; hash, name and counts are kept")]
    Pruned(String),
    /// A person is forgotten, but the wrapped key is still in the database's log.
    #[error("{0} is forgotten, but a long reader holds the log in which the key was; end it and forget again")]
    LogHeld(domain::Token),
    /// Asked for bytes or lines after the end of a raw file.
    #[error("{what} has only {len} {unit}")]
    OutOfRange {
        /// Which file.
        what: String,
        /// Its length.
        len: u64,
        /// Bytes or lines.
        unit: &'static str,
    },
    /// The same record twice.
    #[error("record {0} is in the journal already; compare its payload digest and leave it out of the batch")]
    DuplicateRecord(RecordId),
    /// The same entry twice.
    #[error("entry {0} is in the ledger already; entries are only ever added, so reverse it instead")]
    DuplicateEntry(domain::EntryId),
    /// An entry whose debits are not its credits. It is never stored.
    #[error("refused to store the step")]
    Unbalanced(#[from] Unbalanced),
    /// One event beyond what a frame holds.
    #[error("event {index} of the batch encodes to {bytes} bytes, more than {limit}; split it at the source")]
    EventTooLarge {
        /// Its place in the batch.
        index: usize,
        /// Its size.
        bytes: usize,
        /// The most that one event may have.
        limit: usize,
    },
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes for a key")]
    Random(#[source] io::Error),
    /// Sealing failed, which AES-GCM does only beyond 64 GiB.
    #[error("could not seal {0}")]
    Seal(&'static str),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DatabaseBusy) => Self::Loading,
            _ => Self::Database(error),
        }
    }
}

impl StoreError {
    /// An operation on `path` failed.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_owned(), source }
    }

    /// `what` does not hold what was written.
    #[expect(clippy::needless_pass_by_value, reason = "a text, an error or a sentence made on the spot")]
    pub(crate) fn corrupt(what: impl Into<String>, reason: impl ToString) -> Self {
        Self::Corrupt { what: what.into(), reason: reason.to_string() }
    }
}
