//! The write-ahead log is moved into the database beside the writer, a little at a time.
//!
//! Left to itself SQLite moves it within some commit, which then takes as long as hundreds of pages do on the disk. Here
//! another thread does ([`Checkpointer::round`]), while commits go on. Under a steady load the log would then never end:
//! once it is long, the writer moves the few pages that are left between two commits ([`Store::tidy`]), and the log begins
//! anew. Promise: what is committed is safe at any moment of it, as all of this is SQLite's own.

use crate::layout::Layout;
use crate::{Store, StoreError, database};
use rusqlite::Connection;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Pages of a log that is long: 32 MiB, which an opening after a crash reads in some 30 ms.
const LONG: i64 = 8_192;

/// A log's file is cut to this once it begins anew: a large run leaves gigabytes.
const KEPT_BYTES: i64 = 128 << 20;

/// Pages that the writer keeps in memory meanwhile, in KiB. SQLite walks the table of all of them in many a commit, and what
/// is not among them stands in the system's memory.
const CACHE_KIB: i64 = 8 * 1024;

/// Where writer and checkpointer meet: whether the log is long, and all but the last pages of it are moved.
#[derive(Clone, Debug, Default)]
pub struct Seam(Arc<AtomicBool>);

/// Moves the log, on a thread of its own.
pub struct Checkpointer {
    database: Connection,
    seam: Seam,
    /// Pages of a log that is long.
    long: i64,
}

impl Checkpointer {
    /// Of a data directory whose writer knows the seam ([`Store::checkpoint_beside`]).
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn open(dir: &Path, seam: Seam) -> Result<Self, StoreError> {
        Ok(Self { database: database::open_checkpointer(&Layout::of(dir))?, seam, long: LONG })
    }

    /// Moves what the log holds; twice where it is long, as commits go on meanwhile, and then the writer is asked to move
    /// the rest.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn round(&self) -> Result<(), StoreError> {
        if checkpoint(&self.database)? >= self.long {
            checkpoint(&self.database)?;
            self.seam.0.store(true, Ordering::Release);
        }
        Ok(())
    }
}

impl Store {
    /// From now on commits are small and many: somebody else moves the log, and few pages are kept in memory.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn checkpoint_beside(&mut self, seam: Seam) -> Result<(), StoreError> {
        self.database.pragma_update(None, "wal_autocheckpoint", 0)?;
        self.database.pragma_update(None, "journal_size_limit", KEPT_BYTES)?;
        self.database.pragma_update(None, "cache_size", -CACHE_KIB)?;
        self.seam = seam;
        Ok(())
    }

    /// Between two commits: moves the rest of a log that is long. Whether it did.
    ///
    /// # Errors
    /// [`StoreError::Database`]; everything is as safe as before.
    pub fn tidy(&self) -> Result<bool, StoreError> {
        let asked = self.seam.0.swap(false, Ordering::AcqRel);
        if asked {
            checkpoint(&self.database)?;
        }
        Ok(asked)
    }
}

/// Moves what nobody reads or writes just now; how many pages the log has.
fn checkpoint(database: &Connection) -> Result<i64, StoreError> {
    Ok(database.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(1))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Partition;
    use domain::{Batch, Body, Event, Step};
    use jiff::Timestamp;

    #[test]
    fn a_long_log_begins_anew_and_nothing_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let partition = Partition { tenant: "t".to_owned(), business: "b".to_owned() };
        let mut store = Store::create(folder.path(), &partition, "test").unwrap();
        let seam = Seam::default();
        store.checkpoint_beside(seam.clone()).unwrap();
        let checkpointer = Checkpointer { long: 60, ..Checkpointer::open(folder.path(), seam).unwrap() };
        let batch = |number: i64| {
            let now = Timestamp::from_second(number).unwrap();
            Batch { events: vec![Event { now, body: Body::Ticked }] }
        };
        let mut written = 0;
        while !store.tidy().unwrap() {
            written += 1;
            store.commit(&batch(written), &Step::default(), &[]).unwrap();
            if written % 10 == 0 {
                checkpointer.round().unwrap();
            }
        }
        assert!(checkpoint(&store.database).unwrap() >= 60);
        store.commit(&batch(written + 1), &Step::default(), &[]).unwrap();
        assert!(checkpoint(&store.database).unwrap() < 20, "it began anew");
        assert_eq!(store.read().batches().count(), usize::try_from(written + 1).unwrap());
    }
}
