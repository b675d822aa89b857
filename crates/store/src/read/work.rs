//! What people did about exceptions.

use super::Reader;
use crate::{StoreError, database};
use domain::{Body, Event, Handling, Work};
use jiff::Timestamp;
use rusqlite::params;

/// A work with its number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WorkRow {
    /// In the order of the journal, from 1.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// What was done, by whom, about which.
    pub work: Work,
    /// Another took it back.
    pub undone: bool,
}

impl Reader {
    /// Where an exception stands with people; none where nobody did anything about it.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn handling(&self, exception: &str) -> Result<Option<Handling>, StoreError> {
        let sql = "SELECT body FROM handlings WHERE exception = ?1";
        self.ask(|database| database::one(database, "handlings", sql, [exception]))
    }

    /// What people did, the newest first.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn works(&self, limit: u32) -> Result<Vec<WorkRow>, StoreError> {
        self.work_rows("SELECT n, undone, body FROM works WHERE ?2 ORDER BY n DESC LIMIT ?1", limit.into())
    }

    /// A work by its number.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn work(&self, number: u64) -> Result<Option<WorkRow>, StoreError> {
        Ok(self.work_rows("SELECT n, undone, body FROM works WHERE n = ?1 AND ?2", number)?.pop())
    }

    fn work_rows(&self, sql: &str, number: u64) -> Result<Vec<WorkRow>, StoreError> {
        self.ask(|database| {
            let mut select = database.prepare_cached(sql)?;
            let mut rows = select.query(params![number, true])?;
            let mut works = Vec::new();
            while let Some(row) = rows.next()? {
                let event: Event = database::noun("works", row.get_ref(2)?.as_blob().unwrap_or_default())?;
                if let Body::ExceptionsWorked(work) = event.body {
                    works.push(WorkRow { number: row.get(0)?, at: event.now, work, undone: row.get(1)? });
                }
            }
            Ok(works)
        })
    }
}
