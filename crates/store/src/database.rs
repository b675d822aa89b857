//! Connections to the one database file, and rows in it that hold a stored noun.

use crate::codec::{self, Stored};
use crate::layout::Layout;
use crate::{StoreError, bulk, schema};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Params};
use std::time::Duration;

/// More than the store has: none is compiled twice.
pub(crate) const CACHED_STATEMENTS: usize = 100;

/// 64 MiB of pages hold the inner nodes of every table of a few million rows.
pub(crate) const CACHE_KIB: i64 = 64 * 1024;

/// How long one connection waits for another.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// The writer's connection. `secure_delete` so that a forgotten person's key is overwritten.
pub(crate) fn open_writer(layout: &Layout) -> Result<Connection, StoreError> {
    let database = Connection::open(&layout.database)?;
    database.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;",
    )?;
    settle(database)
}

/// A connection that moves the write-ahead log into a database that is there.
pub(crate) fn open_checkpointer(layout: &Layout) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = Connection::open_with_flags(&layout.database, flags)?;
    database.execute_batch("PRAGMA synchronous = FULL")?;
    Ok(database)
}

/// A reader's connection: changes nothing, needs no lock.
pub(crate) fn open_reader(layout: &Layout) -> Result<Connection, StoreError> {
    bulk::take_back(layout);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    settle(Connection::open_with_flags(&layout.database, flags)?)
}

fn settle(database: Connection) -> Result<Connection, StoreError> {
    database.busy_timeout(PATIENCE)?;
    database.pragma_update(None, "cache_size", -CACHE_KIB)?;
    database.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    Ok(database)
}

/// 0 for a database without a schema.
pub(crate) fn format(database: &Connection) -> Result<i64, StoreError> {
    Ok(database.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Refuses a database that this build does not know.
pub(crate) fn check_format(layout: &Layout, database: &Connection) -> Result<(), StoreError> {
    match format(database)? {
        schema::FORMAT => Ok(()),
        0 => Err(StoreError::NoStore(layout.root.clone())),
        found => Err(StoreError::Format { found, known: schema::FORMAT }),
    }
}

/// A value of `meta`.
pub(crate) fn meta<T: Stored>(database: &Connection, name: &str) -> Result<Option<T>, StoreError> {
    one(database, name, "SELECT value FROM meta WHERE name = ?1", [name])
}

/// Sets a value of `meta`.
pub(crate) fn set_meta(database: &Connection, name: &str, value: &impl Stored) -> Result<(), StoreError> {
    let mut put = database.prepare_cached("INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)")?;
    put.execute(rusqlite::params![name, codec::encode(value)])?;
    Ok(())
}

/// The nouns in a query's first column; `what` names a row for people.
pub(crate) fn all<T: Stored>(
    database: &Connection,
    what: &str,
    sql: &str,
    params: impl Params,
) -> Result<Vec<T>, StoreError> {
    let mut select = database.prepare_cached(sql)?;
    let mut rows = select.query(params)?;
    let mut nouns = Vec::new();
    while let Some(row) = rows.next()? {
        nouns.push(noun(what, row.get_ref(0)?.as_blob().unwrap_or_default())?);
    }
    Ok(nouns)
}

/// The noun in a query's first row.
pub(crate) fn one<T: Stored>(
    database: &Connection,
    what: &str,
    sql: &str,
    params: impl Params,
) -> Result<Option<T>, StoreError> {
    let mut select = database.prepare_cached(sql)?;
    let body: Option<Vec<u8>> = select.query_row(params, |row| row.get(0)).optional()?;
    body.map(|body| noun(what, &body)).transpose()
}

/// A row's stored noun.
pub(crate) fn noun<T: Stored>(what: &str, body: &[u8]) -> Result<T, StoreError> {
    codec::decode(body).map_err(|error| StoreError::corrupt(format!("a row of {what}"), error))
}
