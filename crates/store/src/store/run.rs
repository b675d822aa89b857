//! Writing a run: its parts in one transaction, and what comes with them.

use super::{Pending, Store, commits, committed};
use crate::disk::publish;
use crate::journal::head::{BatchHead, FORMAT, cpu_level};
use crate::layout::segment_name;
use crate::operational::Notes;
use crate::{FileRow, StoreError, bulk, file, journal, tables};
use domain::{Batch, Digest, Step};
use rusqlite::{Connection, params};

impl Store {
    /// Appends a batch, applies its step, and names the files that it came from, all or nothing.
    ///
    /// # Errors
    /// [`StoreError::DuplicateRecord`], [`StoreError::DuplicateEntry`], [`StoreError::Unbalanced`],
    /// [`StoreError::EventTooLarge`], or what the disk says. Then nothing has changed, and what was pending still is.
    pub fn commit(&mut self, batch: &Batch, step: &Step, files: &[FileRow]) -> Result<BatchHead, StoreError> {
        let head = self.part(batch, step)?;
        self.finish(files)?;
        Ok(head)
    }

    /// Says that nobody reads beside this writer while it writes a run: a large first one is then written several times
    /// faster, and a reader that comes all the same may have to wait until it stands.
    pub fn alone(&mut self) {
        self.alone = true;
    }

    /// Writes a batch of a run that is committed as a whole by [`Self::finish`]; nothing of it is there until then.
    ///
    /// # Errors
    /// As [`Self::commit`]. Then nothing of the run has changed anything.
    pub fn part(&mut self, batch: &Batch, step: &Step) -> Result<BatchHead, StoreError> {
        let written = self.write_part(batch, step);
        if written.is_err() {
            self.roll_back();
        }
        written
    }

    /// Writes entries and settlements of a run's next batch before that batch comes with the rest of its step.
    ///
    /// # Errors
    /// As [`Self::part`].
    pub fn part_of_step(&mut self, step: &Step) -> Result<(), StoreError> {
        let written = self.begin(true).and_then(|()| {
            tables::apply_part(&self.database, step, &mut self.held)?;
            self.held.relieve(&self.database)
        });
        if written.is_err() {
            self.roll_back();
        }
        written
    }

    /// Begins a run, where none is being written.
    fn begin(&mut self, large: bool) -> Result<(), StoreError> {
        if !self.database.is_autocommit() {
            return Ok(());
        }
        self.held.begin(&self.database)?;
        if self.alone && large {
            self.reader.rest();
            self.loading = bulk::begin(&self.database)?;
        }
        self.database.execute_batch("BEGIN IMMEDIATE")?;
        self.tokens.write(&self.keys.vault, &self.database)
    }

    fn write_part(&mut self, batch: &Batch, step: &Step) -> Result<BatchHead, StoreError> {
        let (body, digest) = journal::encode_body(batch)?;
        self.begin(journal::is_bulk(batch))?;
        let head = self.next_head(batch, digest)?;
        let segment = journal::is_bulk(batch).then(|| segment_name(head.seq, &digest));
        if let Some(segment) = &segment {
            publish(&*self.disk, &self.layout.segments, segment, &body)?;
        }
        journal::append(&self.database, &head, segment.as_deref(), &body)?;
        tables::apply(&self.database, head.seq, batch, step, &mut self.held)?;
        self.held.relieve(&self.database)?;
        Ok(head)
    }

    /// Commits the parts of a run, and the files that they came from, all or nothing.
    ///
    /// # Errors
    /// As [`Self::commit`]. Then nothing of the run has changed anything.
    pub fn finish(&mut self, files: &[FileRow]) -> Result<(), StoreError> {
        let finished = self.write_end(files);
        if finished.is_err() {
            self.roll_back();
        }
        finished
    }

    fn write_end(&mut self, files: &[FileRow]) -> Result<(), StoreError> {
        self.held.write(&self.database)?;
        let database = &self.database;
        let last = journal::tip(database)?.seq;
        files.iter().try_for_each(|row| file::put(database, last, row))?;
        self.pending.name(database)?;
        self.notes.write(database)?;
        commits(&*self.disk, &self.layout)?;
        database.execute_batch("COMMIT")?;
        committed(&*self.disk);
        self.end_load();
        self.pending = Pending::default();
        self.notes = Notes::default();
        self.tokens.committed();
        Ok(())
    }

    fn end_load(&mut self) {
        if std::mem::take(&mut self.loading) {
            self.reader.rest();
            bulk::end(&self.database);
        }
    }

    /// After an error. Where SQLite has rolled back by itself, or cannot, the connection's end does.
    fn roll_back(&mut self) {
        self.held.clear();
        if !self.database.is_autocommit() {
            drop(self.database.execute_batch("ROLLBACK"));
        }
        self.end_load();
    }

    fn next_head(&self, batch: &Batch, body: Digest) -> Result<BatchHead, StoreError> {
        let tip = journal::tip(&self.database)?;
        Ok(BatchHead {
            format: FORMAT,
            seq: tip.seq + 1,
            partition: self.partition.clone(),
            build: self.build.clone(),
            cpu: cpu_level(),
            events: batch.events.len() as u64,
            previous: tip.chain,
            body,
        })
    }
}

impl Pending {
    fn name(&self, database: &Connection) -> Result<(), StoreError> {
        for (digest, stored) in &self.raw {
            database
                .execute("INSERT OR REPLACE INTO raw (digest, stored) VALUES (?1, ?2)", params![digest.0, stored.0])?;
        }
        for digest in &self.models {
            database.execute("INSERT INTO models (digest) VALUES (?1)", [digest.0])?;
        }
        Ok(())
    }
}
