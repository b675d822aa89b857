//! Source files that were read, one row each.

use crate::codec::{self, stored_struct};
use crate::{StoreError, database};
use domain::Digest;
use jiff::Timestamp;
use rusqlite::{Connection, params};

/// A source file and what became of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FileRow {
    /// SHA-256 of its unpacked bytes.
    pub digest: Digest,
    /// As the user named it.
    pub name: String,
    /// The source that read it, for example `stripe`.
    pub source: String,
    /// Unpacked.
    pub bytes: u64,
    /// Rows in it.
    pub rows: u64,
    /// Records that it brought.
    pub records: u64,
    /// Rows that those records stand in.
    pub rows_in_records: u64,
    /// Rows of records that were in the journal before.
    pub duplicates: u64,
    /// Rows that were kept but not used.
    pub issues: u64,
    /// Rows that were rejected and not kept as issues, because the import was told so.
    pub left_out: u64,
    /// The batch that first named it. The store sets it at commit; what the caller gives is not read.
    pub first_batch: u64,
    /// When it was read first.
    pub read_at: Timestamp,
    /// The file that this is a mended copy of.
    pub mends: Option<Digest>,
    /// The names in its header; empty for a format without one.
    pub columns: Vec<String>,
    /// When its bytes were removed; all else about it stays.
    pub pruned_at: Option<Timestamp>,
}

stored_struct!(FileRow {
    digest,
    name,
    source,
    bytes,
    rows,
    records,
    rows_in_records,
    duplicates,
    issues,
    left_out,
    first_batch,
    read_at,
    mends,
    columns,
    pruned_at,
});

/// Adds or renews a row; when it first came stays.
pub(crate) fn put(database: &Connection, seq: u64, file: &FileRow) -> Result<(), StoreError> {
    let (first_batch, read_at) =
        find(database, &file.digest)?.map_or((seq, file.read_at), |known| (known.first_batch, known.read_at));
    let file = FileRow { first_batch, read_at, ..file.clone() };
    database
        .prepare_cached("INSERT OR REPLACE INTO files (digest, first_batch, name, body) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![file.digest.0, first_batch, file.name, codec::encode(&file)])?;
    Ok(())
}

/// The row of a file.
pub(crate) fn find(database: &Connection, digest: &Digest) -> Result<Option<FileRow>, StoreError> {
    database::one(database, "files", "SELECT body FROM files WHERE digest = ?1", [digest.0])
}
