//! Reading: everything that the store can tell, from any thread, beside the writer and without its lock.
//!
//! Promises: a reader changes nothing; each answer is of one committed state; damaged bytes are an error that names
//! the file or row, never a wrong answer where a digest or seal covers them.

mod counts;
mod ledger;
mod live;
mod pairs;
mod periods;
mod quarantine;
mod risk;
mod settling;
mod work;

pub use counts::{ContentKind, InstalledModel, RecordCount};
pub use ledger::{Balance, EntryFilter, MonthlyTotal};
pub use live::{LiveModelRow, NoticeRow, RulingRow};
pub use pairs::PairAnswerRow;
pub use periods::Reach;
pub use quarantine::{EditRow, IssueFilter, IssueRow};
pub use risk::{ScoreFilter, ScoreOrder, SubjectKind};
pub use settling::{ExceptionFilter, ExceptionTotal};
pub use work::WorkRow;

use crate::blob::Blob;
use crate::codec::sha256;
use crate::journal::{self, head::BatchHead, head::Partition};
use crate::keys::Keys;
use crate::layout::{Layout, raw_name};
use crate::operational::{self, AuditLine};
use crate::raw::RawFile;
use crate::tables::{TableDigest, digests};
use crate::{FileRow, StoreError, database, file, vault};
use domain::{Batch, Body, Digest, Record, RecordId, Token};
use rusqlite::{Connection, OptionalExtension};
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Rows that a page asks for when it does not say how many.
pub const PAGE: u32 = 100;

/// Answers questions about one data directory. Clones share its connections.
#[derive(Clone)]
pub struct Reader {
    pub(crate) layout: Arc<Layout>,
    keys: Arc<Keys>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

/// Connections kept open for the next question; each costs a few pages of memory until it is used.
const MOST_IDLE: usize = 8;

impl Reader {
    /// Opens a data directory for reading.
    ///
    /// # Errors
    /// [`StoreError::NoStore`], [`StoreError::Format`], or that the key or database cannot be read.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let layout = Layout::of(dir);
        layout.check_database()?;
        let first = database::open_reader(&layout)?;
        database::check_format(&layout, &first)?;
        let keys = Keys::load_checked(&layout, &first)?;
        Ok(Self { layout: Arc::new(layout), keys: Arc::new(keys), idle: Arc::new(Mutex::new(vec![first])) })
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Closes the connections that nobody asks on.
    pub(crate) fn rest(&self) {
        self.idle().clear();
    }

    /// Asks on a connection of its own; what is asked inside sees one committed state.
    pub(crate) fn ask<T>(&self, question: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let idle = self.idle().pop();
        let database = match idle {
            Some(database) => database,
            None => database::open_reader(&self.layout)?,
        };
        let snapshot = database.unchecked_transaction()?;
        let answer = question(&snapshot);
        drop(snapshot);
        let mut idle = self.idle();
        if idle.len() < MOST_IDLE {
            idle.push(database);
        }
        answer
    }

    /// Whose books these are.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn partition(&self) -> Result<Partition, StoreError> {
        self.ask(partition)
    }

    /// The number of the last batch, 0 before the first: while it stays, so does every answer but [`Self::personal`].
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn last_batch(&self) -> Result<u64, StoreError> {
        self.ask(|database| Ok(journal::tip(database)?.seq))
    }

    /// Every batch in order, one at a time in memory. Each is checked against its head, and each head against the
    /// chain; after an error there is nothing more.
    pub fn batches(&self) -> Batches<'_> {
        self.batches_after(journal::Tip::default())
    }

    /// As [`Self::batches`], from behind the batch `tip`.
    pub fn batches_after(&self, tip: journal::Tip) -> Batches<'_> {
        Batches { reader: self, last: Some(tip) }
    }

    /// The batch of a number, checked against its head.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::Corrupt`].
    pub fn batch(&self, seq: u64) -> Result<Batch, StoreError> {
        let row = self.ask(|database| journal::batch_row(database, seq))?;
        row.ok_or_else(|| StoreError::Missing(format!("batch {seq}")))?.batch(&self.layout)
    }

    /// A record by its id.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the journal does not hold it where the catalogue says.
    pub fn record(&self, id: &RecordId) -> Result<Option<Record>, StoreError> {
        self.ask(|database| record(&self.layout, database, id))
    }

    /// Bytes of a source file, as they came.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::OutOfRange`], [`StoreError::Corrupt`].
    pub fn raw_slice(&self, file: &Digest, offset: u64, len: u64) -> Result<Vec<u8>, StoreError> {
        self.raw_file(file)?.slice(offset, len)
    }

    /// A line of a source file without its end; the first is 1.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::OutOfRange`], [`StoreError::Corrupt`].
    pub fn raw_line(&self, file: &Digest, line: u32) -> Result<Vec<u8>, StoreError> {
        self.raw_file(file)?.line(line)
    }

    /// The byte at which a line of a source file starts.
    ///
    /// # Errors
    /// As [`Self::raw_line`].
    pub fn raw_line_start(&self, file: &Digest, line: u32) -> Result<u64, StoreError> {
        self.raw_file(file)?.line_start(line)
    }

    /// A whole source file, as it came.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::Corrupt`].
    pub fn raw(&self, file: &Digest) -> Result<Vec<u8>, StoreError> {
        let raw = self.raw_file(file)?;
        raw.slice(0, raw.len())
    }

    /// Requests that were refused, the newest first.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn audit(&self, limit: u32, offset: u32) -> Result<Vec<AuditLine>, StoreError> {
        self.ask(|database| operational::audit(database, limit, offset))
    }

    fn raw_file(&self, digest: &Digest) -> Result<RawFile, StoreError> {
        let pruned: Option<bool> = self.ask(|database| {
            let mut find = database.prepare_cached("SELECT pruned FROM raw WHERE digest = ?1")?;
            Ok(find.query_row([digest.0], |row| row.get(0)).optional()?)
        })?;
        match pruned {
            None => Err(StoreError::Missing(raw_name(digest))),
            Some(true) => Err(StoreError::Pruned(self.pruned_name(digest)?)),
            Some(false) => self.open_raw(digest),
        }
    }

    fn pruned_name(&self, digest: &Digest) -> Result<String, StoreError> {
        let row = self.file(digest)?;
        let at = row.as_ref().and_then(|row| row.pruned_at).map_or(String::new(), |at| format!(" on {at}"));
        let name = row.map_or_else(|| raw_name(digest), |row| row.name);
        Ok(format!("the bytes of {name} were removed{at}"))
    }

    pub(crate) fn open_raw(&self, digest: &Digest) -> Result<RawFile, StoreError> {
        let path = self.layout.raw.join(raw_name(digest));
        let blob = Blob::open(&path).map_err(StoreError::io("open", &path))?;
        RawFile::open(&self.keys.raw, digest, blob)
    }

    /// A model's file, compared with its digest.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::Corrupt`].
    pub fn model(&self, model: &Digest) -> Result<Vec<u8>, StoreError> {
        if !self.ask(|database| exists(database, "SELECT 1 FROM models WHERE digest = ?1", model))? {
            return Err(StoreError::Missing(format!("models/{model}")));
        }
        let path = self.layout.models.join(model.to_string());
        let bytes = fs::read(&path).map_err(StoreError::io("read", &path))?;
        if sha256(&bytes) == *model {
            return Ok(bytes);
        }
        Err(StoreError::corrupt(format!("models/{model}"), "its bytes are not those that its name says"))
    }

    /// Every source file, in the order in which they came.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn files(&self) -> Result<Vec<FileRow>, StoreError> {
        self.ask(|database| {
            database::all(database, "files", "SELECT body FROM files ORDER BY first_batch, name, digest", [])
        })
    }

    /// A source file by its digest.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn file(&self, digest: &Digest) -> Result<Option<FileRow>, StoreError> {
        self.ask(|database| file::find(database, digest))
    }

    /// A person's values as (field, value), in order; none for a person unknown or forgotten.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a value does not open.
    pub fn personal(&self, person: &Token) -> Result<Vec<(String, String)>, StoreError> {
        self.ask(|database| vault::personal(&self.keys.vault, database, person))
    }

    /// The token of a value, for looking a person up by what is known of them.
    pub fn token_of(&self, field: &str, value: &str) -> Token {
        vault::token_of(&self.keys.token, field, value)
    }

    /// What the journal holds under each of these ids, for telling duplicates from conflicts.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn payload_digests(&self, ids: &[RecordId]) -> Result<Vec<Option<Digest>>, StoreError> {
        self.ask(|database| {
            if !database.prepare_cached("SELECT 1 FROM records LIMIT 1")?.exists([])? {
                return Ok(vec![None; ids.len()]);
            }
            let mut find = database.prepare_cached("SELECT payload FROM records WHERE id = ?1")?;
            let mut digest = |id: &RecordId| find.query_row([id.as_str()], |row| row.get(0)).optional();
            Ok(ids.iter().map(|id| Ok(digest(id)?.map(Digest))).collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Every derived table in one line: equal digests are equal tables.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn table_digests(&self) -> Result<Vec<TableDigest>, StoreError> {
        self.ask(digests::table_digests)
    }
}

/// Whose books a database holds.
pub(crate) fn partition(database: &Connection) -> Result<Partition, StoreError> {
    let partition = database::meta(database, "partition")?;
    partition.ok_or_else(|| StoreError::corrupt("`plimsoll.db`", "it does not say whose books it holds"))
}

fn exists(database: &Connection, sql: &str, digest: &Digest) -> Result<bool, StoreError> {
    Ok(database.prepare_cached(sql)?.exists([digest.0])?)
}

fn record(layout: &Layout, database: &Connection, id: &RecordId) -> Result<Option<Record>, StoreError> {
    let mut find = database.prepare_cached("SELECT seq, place FROM records WHERE id = ?1")?;
    let found = find.query_row([id.as_str()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((seq, place)) = found else { return Ok(None) };
    let misplaced = || StoreError::corrupt(format!("record {id}"), format!("batch {seq} does not hold it at {place}"));
    let batch = journal::batch_row(database, seq)?.ok_or_else(misplaced)?;
    match batch.event(layout, place)?.map(|event| event.body) {
        Some(Body::Record(record)) if record.id == *id => Ok(Some(record)),
        _ => Err(misplaced()),
    }
}

/// See [`Reader::batches`].
pub struct Batches<'a> {
    reader: &'a Reader,
    last: Option<journal::Tip>,
}

impl Iterator for Batches<'_> {
    type Item = Result<(BatchHead, Batch), StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        let last = self.last.take()?;
        let next = self.reader.ask(|database| following(&self.reader.layout, database, last)).transpose()?;
        if let Ok((head, _)) = &next {
            self.last = Some(journal::Tip { seq: head.seq, chain: head.chain() });
        }
        Some(next)
    }
}

/// The batch after `last`, which must be the next and must name it. At the end, the end must be the tip.
fn following(
    layout: &Layout,
    database: &Connection,
    last: journal::Tip,
) -> Result<Option<(BatchHead, Batch)>, StoreError> {
    let broken = |reason: String| StoreError::corrupt("the chain of batches in `plimsoll.db`", reason);
    let Some(row) = journal::next_after(database, last.seq)? else {
        let tip = journal::tip(database)?;
        let whole = tip == last;
        return if whole { Ok(None) } else { Err(broken(format!("it ends at batch {}, not {}", last.seq, tip.seq))) };
    };
    if row.head.seq != last.seq + 1 || row.head.previous != last.chain {
        return Err(broken(format!("batch {} does not follow batch {}", row.head.seq, last.seq)));
    }
    let batch = row.batch(layout)?;
    Ok(Some((row.head, batch)))
}
