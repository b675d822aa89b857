//! The writer: one at a time, one synchronous thread.
//!
//! Promise: when [`Store::commit`] has returned, its batch, what advancing it changed, and the files that it named are
//! on the disk together; before that, none of them is. A large run is several batches in one such commit
//! ([`Store::part`], then [`Store::finish`]). Files are written whole before the one transaction that names
//! them; what no transaction names is swept away at the next opening.

mod run;

use crate::checkpoint::Seam;
use crate::codec::sha256;
use crate::disk::{CommitSide, Disk, RealDisk, publish, sweep};
use crate::journal::head::Partition;
use crate::keys::{Keys, random};
use crate::layout::{Layout, TENANT_KEY, raw_name};
use crate::operational::{self, Answer, AuditLine, Notes};
use crate::tables::Held;
use crate::{FileRow, Reader, StoreError, TokenBook, database, file, journal, raw, read, schema, vault};
use domain::{Digest, RecordId, Ruling, Token};
use jiff::Timestamp;
use rusqlite::{Connection, TransactionBehavior};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// One data directory, held for writing.
pub struct Store {
    layout: Layout,
    pub(crate) database: Connection,
    /// Never asks for anything where SQLite moves the log by itself.
    pub(crate) seam: Seam,
    disk: Arc<dyn Disk>,
    keys: Keys,
    partition: Partition,
    build: String,
    reader: Reader,
    tokens: TokenBook,
    pending: Pending,
    notes: Notes,
    /// Of the run that is being written.
    held: Held,
    alone: bool,
    /// The run that is being written is a first load.
    loading: bool,
    _lock: File,
}

/// Files that stand on the disk and that no commit has named yet.
#[derive(Default)]
struct Pending {
    /// The SHA-256 of the stored form by the digest of the content.
    raw: BTreeMap<Digest, Digest>,
    models: BTreeSet<Digest>,
}

impl Store {
    /// Makes a data directory with a tenant key of its own and opens it.
    ///
    /// # Errors
    /// [`StoreError::AlreadyExists`]; what was left of a `create` that was cut short is used instead.
    pub fn create(dir: &Path, partition: &Partition, build: &str) -> Result<Self, StoreError> {
        Self::create_with(dir, partition, build, Arc::new(RealDisk))
    }

    /// As [`Self::create`], on another disk.
    ///
    /// # Errors
    /// As [`Self::create`].
    pub fn create_with(
        dir: &Path,
        partition: &Partition,
        build: &str,
        disk: Arc<dyn Disk>,
    ) -> Result<Self, StoreError> {
        let layout = Layout::of(dir);
        for folder in layout.folders() {
            fs::create_dir_all(folder).map_err(StoreError::io("create", folder))?;
        }
        let lock = lock(&layout)?;
        ensure_tenant_key(&layout, &*disk)?;
        let mut database = database::open_writer(&layout)?;
        if database::format(&database)? != 0 {
            return Err(StoreError::AlreadyExists(dir.to_owned()));
        }
        lay_out(&layout, &mut database, &Keys::load(&layout)?, partition, build, &*disk)?;
        disk.sync_dir(dir).map_err(StoreError::io("sync", dir))?;
        Self::opened(layout, lock, database, build, disk)
    }

    /// Opens a data directory for writing, and sweeps away what a crash left half-done.
    ///
    /// # Errors
    /// [`StoreError::NoStore`], [`StoreError::Locked`], [`StoreError::Format`].
    pub fn open(dir: &Path, build: &str) -> Result<Self, StoreError> {
        Self::open_with(dir, build, Arc::new(RealDisk))
    }

    /// As [`Self::open`], on another disk.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_with(dir: &Path, build: &str, disk: Arc<dyn Disk>) -> Result<Self, StoreError> {
        let layout = Layout::of(dir);
        layout.check_database()?;
        let lock = lock(&layout)?;
        let database = database::open_writer(&layout)?;
        database::check_format(&layout, &database)?;
        Self::opened(layout, lock, database, build, disk)
    }

    fn opened(
        layout: Layout,
        lock: File,
        database: Connection,
        build: &str,
        disk: Arc<dyn Disk>,
    ) -> Result<Self, StoreError> {
        sweep_orphans(&layout, &database, &*disk)?;
        let keys = Keys::load_checked(&layout, &database)?;
        Ok(Self {
            partition: read::partition(&database)?,
            build: build.to_owned(),
            reader: Reader::open(&layout.root)?,
            tokens: TokenBook::new(keys.token),
            pending: Pending::default(),
            notes: Notes::default(),
            held: Held::default(),
            alone: false,
            loading: false,
            _lock: lock,
            layout,
            database,
            seam: Seam::default(),
            disk,
            keys,
        })
    }

    /// Opens a data directory for reading only.
    ///
    /// # Errors
    /// As [`Reader::open`].
    pub fn reader(dir: &Path) -> Result<Reader, StoreError> {
        Reader::open(dir)
    }

    /// Everything that can be asked; it sees what is committed.
    pub fn read(&self) -> &Reader {
        &self.reader
    }

    /// The row of a file that an earlier commit named.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn known_file(&self, digest: &Digest) -> Result<Option<FileRow>, StoreError> {
        file::find(&self.database, digest)
    }

    /// Keeps a source file's bytes, packed and sealed. The next commit names it; without one it does not exist.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn keep_raw(&mut self, content: &[u8]) -> Result<Digest, StoreError> {
        let digest = sha256(content);
        if self.pending.raw.contains_key(&digest)
            || self.named("SELECT 1 FROM raw WHERE digest = ?1 AND pruned = 0", &digest)?
        {
            return Ok(digest);
        }
        let stored = raw::encode(&self.keys.raw, &digest, content)?;
        publish(&*self.disk, &self.layout.raw, &raw_name(&digest), &stored)?;
        self.pending.raw.insert(digest, sha256(&stored));
        Ok(digest)
    }

    /// Keeps a model's file. The next commit names it; without one it does not exist.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn keep_model(&mut self, bytes: &[u8]) -> Result<Digest, StoreError> {
        let digest = sha256(bytes);
        if self.pending.models.contains(&digest) || self.named("SELECT 1 FROM models WHERE digest = ?1", &digest)? {
            return Ok(digest);
        }
        publish(&*self.disk, &self.layout.models, &digest.to_string(), bytes)?;
        self.pending.models.insert(digest);
        Ok(digest)
    }

    fn named(&self, sql: &str, digest: &Digest) -> Result<bool, StoreError> {
        Ok(self.database.prepare_cached(sql)?.exists([digest.0])?)
    }

    /// Turns personal values into tokens; the values reach the vault with the next commit.
    pub fn tokens(&mut self) -> &mut TokenBook {
        &mut self.tokens
    }

    /// As [`Reader::payload_digests`].
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn payload_digests(&self, ids: &[RecordId]) -> Result<Vec<Option<Digest>>, StoreError> {
        self.reader.payload_digests(ids)
    }

    /// Says of a request that it was refused; on the disk with the next commit.
    pub fn audit(&mut self, line: AuditLine) {
        self.notes.audit.push(line);
    }

    /// Keeps an answer under its key; on the disk with the next commit.
    pub fn keep_answer(&mut self, answer: Answer) {
        self.notes.answers.push(answer);
    }

    /// Commits audit lines and answers alone, where there are any: no batch came with them.
    ///
    /// # Errors
    /// What the disk says. Then nothing has changed.
    pub fn commit_notes(&mut self) -> Result<(), StoreError> {
        if self.notes.is_empty() {
            return Ok(());
        }
        let transaction = self.database.transaction_with_behavior(TransactionBehavior::Immediate)?;
        self.notes.write(&transaction)?;
        commits(&*self.disk, &self.layout)?;
        transaction.commit()?;
        committed(&*self.disk);
        self.notes = Notes::default();
        Ok(())
    }

    /// What was answered under a key, as far as it is committed.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn answer(&self, channel: &str, key: &str) -> Result<Option<Answer>, StoreError> {
        operational::answer(&self.database, channel, key)
    }

    /// As [`Reader::ruling`], by the writer's own connection: the look-up of every attempt.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn ruling(&self, attempt: &str) -> Result<Option<Ruling>, StoreError> {
        database::one(&self.database, "rulings", "SELECT body FROM rulings WHERE id = ?1", [attempt])
    }

    /// Forgets answers that were given before an instant; how many.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn forget_answers(&mut self, before: Timestamp) -> Result<usize, StoreError> {
        operational::forget_answers(&self.database, before)
    }

    /// Removes the bytes of source files and of the edits of them; their rows, with hash, name and counts, stay and say
    /// when. What a crash leaves of the bytes is swept away at the next opening.
    ///
    /// # Errors
    /// [`StoreError::Database`]; [`StoreError::Io`] when the bytes are given up but still stand on the disk.
    pub fn prune(&mut self, files: &[Digest], at: Timestamp) -> Result<(), StoreError> {
        let transaction = self.database.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for digest in files {
            transaction.execute("UPDATE raw SET pruned = 1 WHERE digest = ?1", [digest.0])?;
            if let Some(row) = file::find(&transaction, digest)? {
                file::put(&transaction, row.first_batch, &FileRow { pruned_at: Some(at), ..row })?;
            }
        }
        commits(&*self.disk, &self.layout)?;
        transaction.commit()?;
        committed(&*self.disk);
        let kept = names(&self.database, "SELECT digest FROM raw WHERE pruned = 0", raw_name)?;
        let pending: BTreeSet<String> = self.pending.raw.keys().map(raw_name).collect();
        sweep(&*self.disk, &self.layout.raw, |name| kept.contains(name) || pending.contains(name))?;
        Ok(())
    }

    /// Forgets a person: the key that opens the person's values is overwritten, in the database and in its log, and
    /// later values under the same subject are not kept. Journal and tables stay as they are.
    ///
    /// # Errors
    /// [`StoreError::LogHeld`] when the person is forgotten but a reader keeps the log from being emptied.
    pub fn forget(&mut self, person: &Token) -> Result<(), StoreError> {
        let transaction = self.database.transaction_with_behavior(TransactionBehavior::Immediate)?;
        vault::forget(&transaction, person)?;
        commits(&*self.disk, &self.layout)?;
        transaction.commit()?;
        committed(&*self.disk);
        self.tokens.forget(person);
        // Old pages of the log still hold the wrapped key until it is emptied.
        let held: bool = self.database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if held { Err(StoreError::LogHeld(*person)) } else { Ok(()) }
    }
}

/// How often and how long to ask for the lock: a process that another thread is just starting holds a copy of every
/// open file until it runs, so a lock that was let go can look held for some milliseconds.
const LOCK_ATTEMPTS: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(10);

fn lock(layout: &Layout) -> Result<File, StoreError> {
    let file = File::create(&layout.lock).map_err(StoreError::io("open", &layout.lock))?;
    for _ in 0..LOCK_ATTEMPTS {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
            Err(TryLockError::Error(error)) => return Err(StoreError::io("lock", &layout.lock)(error)),
        }
    }
    Err(StoreError::Locked(layout.root.clone()))
}

/// A key that is there is never replaced: files may be sealed under it.
fn ensure_tenant_key(layout: &Layout, disk: &dyn Disk) -> Result<(), StoreError> {
    if layout.tenant_key().exists() {
        return Ok(());
    }
    publish(disk, &layout.keys, TENANT_KEY, &random::<32>()?)
}

/// The whole schema in one transaction: a database has all of it or is none of ours.
fn lay_out(
    layout: &Layout,
    database: &mut Connection,
    keys: &Keys,
    partition: &Partition,
    build: &str,
    disk: &dyn Disk,
) -> Result<(), StoreError> {
    let transaction = database.transaction()?;
    transaction.execute_batch(schema::CATALOGUE)?;
    transaction.execute_batch(operational::OPERATIONAL)?;
    transaction.execute_batch(schema::DERIVED)?;
    database::set_meta(&transaction, "partition", partition)?;
    database::set_meta(&transaction, "key check", &Digest(keys.check))?;
    database::set_meta(&transaction, "created by", &build.to_owned())?;
    transaction.pragma_update(None, "user_version", schema::FORMAT)?;
    commits(disk, layout)?;
    transaction.commit()?;
    committed(disk);
    Ok(())
}

/// A commit is about to be made.
fn commits(disk: &dyn Disk, layout: &Layout) -> Result<(), StoreError> {
    disk.commit_point(CommitSide::Before).map_err(StoreError::io("commit to", &layout.database))
}

/// A commit was made: nothing can take it back any more.
fn committed(disk: &dyn Disk) {
    let _ = disk.commit_point(CommitSide::After);
}

/// Removes every file that the catalogue does not name.
fn sweep_orphans(layout: &Layout, database: &Connection, disk: &dyn Disk) -> Result<(), StoreError> {
    let segments = BTreeSet::from_iter(journal::segments(database)?);
    let raw = names(database, "SELECT digest FROM raw WHERE pruned = 0", raw_name)?;
    let models = names(database, "SELECT digest FROM models", Digest::to_string)?;
    sweep(disk, &layout.segments, |name| segments.contains(name))?;
    sweep(disk, &layout.raw, |name| raw.contains(name))?;
    sweep(disk, &layout.models, |name| models.contains(name))?;
    sweep(disk, &layout.keys, |name| name == TENANT_KEY)?;
    Ok(())
}

fn names(database: &Connection, sql: &str, name: impl Fn(&Digest) -> String) -> Result<BTreeSet<String>, StoreError> {
    let mut select = database.prepare(sql)?;
    let digests = select.query_map([], |row| Ok(Digest(row.get(0)?)))?;
    Ok(digests.map(|digest| Ok(name(&digest?))).collect::<rusqlite::Result<_>>()?)
}
