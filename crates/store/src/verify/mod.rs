//! Does everything still hold that the store can know? Every byte of journal, segments, raw files and models is read.
//!
//! What the store cannot know is whether the tables are what the journal gives: that is replay, with
//! [`crate::ScratchTables`] and [`Reader::table_digests`].

mod files;
mod journal;
mod ledger;

use crate::{Reader, StoreError};
use rusqlite::Connection;

/// What verifying found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct VerifyReport {
    /// Batches read.
    pub batches: u64,
    /// Records read.
    pub records: u64,
    /// Raw files read.
    pub raw_files: u64,
    /// Models read.
    pub models: u64,
    /// People whose values were opened.
    pub people: u64,
    /// Entries checked.
    pub entries: u64,
    /// Settlements checked.
    pub settlements: u64,
    /// What does not hold; none in a whole store.
    pub findings: Vec<Finding>,
}

/// Something that does not hold.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Finding {
    /// The file, or the row of `plimsoll.db`.
    pub place: String,
    /// What is wrong with it.
    pub problem: String,
}

impl VerifyReport {
    /// Everything holds.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    fn find(&mut self, place: impl Into<String>, problem: impl Into<String>) {
        self.findings.push(Finding { place: place.into(), problem: problem.into() });
    }

    /// Takes what was read, or notes why it could not be.
    fn take<T>(&mut self, place: &str, read: Result<T, StoreError>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(StoreError::Corrupt { what, reason }) => {
                self.find(what, reason);
                None
            }
            Err(StoreError::Io { path, source, .. }) => {
                self.find(path.display().to_string(), source.to_string());
                None
            }
            Err(other) => {
                self.find(place, other.to_string());
                None
            }
        }
    }
}

impl Reader {
    /// Reads everything and says what does not hold; it stops at nothing but a database that cannot be read.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn verify(&self) -> Result<VerifyReport, StoreError> {
        self.ask(|database| {
            let mut report = VerifyReport::default();
            check_database(database, &mut report)?;
            let holdings = journal::check(&self.layout, database, &mut report)?;
            files::check(self, database, &mut report)?;
            ledger::check_entries(database, &mut report)?;
            ledger::check_settlements(database, &holdings, &mut report)?;
            Ok(report)
        })
    }
}

/// SQLite's own check of pages, order and constraints.
fn check_database(database: &Connection, report: &mut VerifyReport) -> Result<(), StoreError> {
    let mut check = database.prepare("PRAGMA integrity_check(20)")?;
    let mut rows = check.query([])?;
    while let Some(row) = rows.next()? {
        let problem: String = row.get(0)?;
        if problem != "ok" {
            report.find("plimsoll.db", problem);
        }
    }
    Ok(())
}
