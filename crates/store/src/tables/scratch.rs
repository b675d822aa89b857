//! Derived tables of their own, for replay: what is built here is compared with what stands in the store.

use super::Held;
use super::digests::{TableDigest, table_digests};
use crate::database;
use crate::{StoreError, schema};
use domain::{Batch, Step};
use rusqlite::Connection;

/// Tables in a temporary file that SQLite removes by itself; small ones never leave memory.
pub struct ScratchTables {
    database: Connection,
}

impl ScratchTables {
    /// Empty tables.
    ///
    /// # Errors
    /// [`StoreError::Database`] when SQLite has no place for a temporary file.
    pub fn new() -> Result<Self, StoreError> {
        let database = Connection::open("")?;
        database.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;")?;
        database.set_prepared_statement_cache_capacity(database::CACHED_STATEMENTS);
        database.execute_batch(schema::DERIVED)?;
        Ok(Self { database })
    }

    /// Applies one batch by the code that [`crate::Store::commit`] uses. After an error the tables are of no use.
    ///
    /// # Errors
    /// As [`crate::Store::commit`].
    pub fn apply(&mut self, seq: u64, batch: &Batch, step: &Step) -> Result<(), StoreError> {
        let transaction = self.database.transaction()?;
        let mut held = Held::default();
        super::apply(&transaction, seq, batch, step, &mut held)?;
        held.write(&transaction)?;
        Ok(transaction.commit()?)
    }

    /// As [`crate::Reader::table_digests`].
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn table_digests(&self) -> Result<Vec<TableDigest>, StoreError> {
        table_digests(&self.database)
    }
}
