//! The first load: how a run is written that nobody reads beside, into a database that holds hardly anything.
//!
//! SQLite's write-ahead log keeps all that a transaction writes until it is committed: for millions of rows some gigabytes,
//! whose index every look-up of a page walks through, and which are copied again at the end. Its rollback journal keeps the
//! pages that stood before, here a few, and new pages go at once to where they stay. Both are atomic: after a crash in a
//! first load the next opening, for writing or reading, takes the old state back from that journal.

use crate::layout::Layout;
use crate::{StoreError, database};
use rusqlite::{Connection, OpenFlags};

/// Beyond so many bytes the pages that stand, each of which may be touched, are too many for a rollback journal to be the
/// better of the two.
const SMALL_BYTES: i64 = 32 << 20;

/// Pages in memory while it lasts: sorted names touch the whole of the tables again and again.
const CACHE_KIB: i64 = 128 * 1024;

/// Changes to the rollback journal where the database is small; whether it did. It does not where another connection is
/// open, here or in another process.
pub(crate) fn begin(database: &Connection) -> Result<bool, StoreError> {
    let number = |sql| database.query_row(sql, [], |row| row.get::<_, i64>(0));
    if number("PRAGMA page_count")?.saturating_mul(number("PRAGMA page_size")?) > SMALL_BYTES {
        return Ok(false);
    }
    let mode: rusqlite::Result<String> = database.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0));
    if mode.is_ok_and(|mode| mode == "delete") {
        database.pragma_update(None, "cache_size", -CACHE_KIB)?;
        return Ok(true);
    }
    Ok(false)
}

/// Changes back. Where somebody reads just now the rollback journal stays until the next opening, as safe, but readers
/// and the writer then wait for each other.
pub(crate) fn end(database: &Connection) {
    drop(database.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())));
    drop(database.pragma_update(None, "cache_size", -database::CACHE_KIB));
}

/// Takes back what a crash left of a first load: a connection that only reads cannot.
pub(crate) fn take_back(layout: &Layout) {
    let left = layout.database.with_extension("db-journal");
    if !left.metadata().is_ok_and(|left| left.len() > 0) {
        return;
    }
    // An error here says no more than that of the reader that is opened next.
    if let Ok(written) = Connection::open_with_flags(&layout.database, OpenFlags::SQLITE_OPEN_READ_WRITE) {
        drop(written.busy_timeout(database::PATIENCE));
        drop(written.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())));
    }
}
