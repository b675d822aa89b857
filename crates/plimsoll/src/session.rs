//! One data directory at work: the store, and what the stages keep in memory beside it.
//!
//! Promise: what is in memory is what a replay of the journal gives; a batch is advanced first and then committed with
//! what it changed, all or nothing. A large run is several batches in one commit. Attempts can be ruled on before the books
//! are read ([`Session::open_for_attempts`]) and while they are lent; what bears on the books is refused until they are
//! back.

use crate::BUILD;
use crate::clock::StageClock;
use crate::replayed::{Began, Books, Extent, Replayed, Unread};
use anyhow::{Context, ensure};
use domain::{Batch, Body, Digest, Event, Issue, Policy, Step};
use engine::{Loaded, Parts, Working};
use jiff::Timestamp;
use learn::ModelFile;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, mpsc};
use store::{Disk, FileRow, Partition, Reader, RealDisk, Store, StoreError};

/// A data directory held for writing, with its working state.
pub struct Session {
    /// The store.
    pub store: Store,
    /// Where the time of advancing went.
    pub clock: StageClock,
    working: Working,
    newest: BTreeMap<String, Timestamp>,
    kept_events: u64,
    books: Here,
    /// Kept, and not yet named by a commit.
    fitted: BTreeMap<Digest, Vec<u8>>,
}

/// Where the books are.
enum Here {
    /// In memory.
    Yes,
    /// They were not read yet.
    Unread(Unread),
    /// Somebody reads them, or works on them.
    Elsewhere,
}

impl Session {
    /// Makes a data directory.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn create(dir: &Path, partition: &Partition) -> Result<Self, StoreError> {
        Self::create_on(dir, partition, Arc::new(RealDisk))
    }

    /// As [`Session::create`], on another disk.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn create_on(dir: &Path, partition: &Partition, disk: Arc<dyn Disk>) -> Result<Self, StoreError> {
        let store = Store::create_with(dir, partition, BUILD, disk)?;
        Ok(Self::with(store, Working::default()))
    }

    /// Makes a data directory and installs its first policy at `now`. A making that was cut short before the policy stood
    /// is finished.
    ///
    /// # Errors
    /// As [`Session::create`] and [`Session::commit`].
    pub fn begin(dir: &Path, partition: &Partition, policy: Policy, now: Timestamp) -> anyhow::Result<Self> {
        Self::begin_on(dir, partition, policy, now, Arc::new(RealDisk))
    }

    /// As [`Session::begin`], on another disk.
    ///
    /// # Errors
    /// As [`Session::begin`].
    pub fn begin_on(
        dir: &Path,
        partition: &Partition,
        policy: Policy,
        now: Timestamp,
        disk: Arc<dyn Disk>,
    ) -> anyhow::Result<Self> {
        let mut session = match Self::create_on(dir, partition, Arc::clone(&disk)) {
            Err(StoreError::AlreadyExists(_)) if is_bare(dir, partition)? => Self::open_on(dir, disk)?,
            made => made?,
        };
        session.tell(now, vec![Body::PolicyInstalled(Box::new(policy))])?;
        Ok(session)
    }

    /// Opens a data directory and brings its working state back from the journal, from the snapshot on where there is one.
    ///
    /// # Errors
    /// When the store cannot be opened or its journal is damaged.
    pub fn open(dir: &Path) -> anyhow::Result<Self> {
        Self::open_on(dir, Arc::new(RealDisk))
    }

    /// As [`Session::open`], on another disk.
    ///
    /// # Errors
    /// As [`Session::open`].
    pub fn open_on(dir: &Path, disk: Arc<dyn Disk>) -> anyhow::Result<Self> {
        let store = Store::open_with(dir, BUILD, disk)?;
        let replayed = Replayed::open(store.read(), Extent::Everything)?;
        Ok(Self::of(store, replayed, None))
    }

    /// As [`Session::open`], soon: where there is a snapshot attempts can be ruled on, and the books are left to be read
    /// ([`Session::unread`]).
    ///
    /// # Errors
    /// As [`Session::open`].
    pub fn open_for_attempts(dir: &Path) -> anyhow::Result<Self> {
        let store = Store::open(dir, BUILD)?;
        let (replayed, unread) = Replayed::attempts_first(store.read())?;
        Ok(Self::of(store, replayed, unread))
    }

    fn of(store: Store, replayed: Replayed, unread: Option<Unread>) -> Self {
        let Replayed { working, newest, began, .. } = replayed;
        if let Began::Unused(reason) = &began {
            eprintln!("warning: the snapshot is not used, and the whole journal was replayed: {reason}");
        }
        let kept_events = if let Began::Snapshot(_, events) = began { events } else { 0 };
        let books = unread.map_or(Here::Yes, Here::Unread);
        Self { newest, kept_events, books, ..Self::with(store, working) }
    }

    fn with(store: Store, working: Working) -> Self {
        let (newest, fitted) = (BTreeMap::new(), BTreeMap::new());
        Self { store, clock: StageClock::default(), working, newest, kept_events: 0, books: Here::Yes, fitted }
    }

    /// Whether the books are in memory.
    pub fn has_books(&self) -> bool {
        matches!(self.books, Here::Yes)
    }

    /// The books that are left to be read, on any thread; once.
    pub fn unread(&mut self) -> Option<impl FnOnce() -> anyhow::Result<Books> + Send + use<>> {
        match std::mem::replace(&mut self.books, Here::Elsewhere) {
            Here::Unread(unread) => {
                let reader = self.store.read().clone();
                Some(move || unread.read(&reader))
            }
            other => {
                self.books = other;
                None
            }
        }
    }

    /// The books were read.
    pub fn bring(&mut self, books: Books) {
        self.return_books(books.working);
        for (source, at) in books.newest {
            let known = self.newest.entry(source).or_insert(at);
            *known = at.max(*known);
        }
    }

    /// The books, to be worked on elsewhere; none where they are not here.
    pub fn lend_books(&mut self) -> Option<Working> {
        let here = self.has_books();
        self.books = if here { Here::Elsewhere } else { return None };
        Some(self.working.lend_books())
    }

    /// The books that were lent come back; nothing of theirs was committed meanwhile.
    pub fn return_books(&mut self, books: Working) {
        self.working.return_books(books);
        self.books = Here::Yes;
    }

    /// Commits a batch that was advanced elsewhere.
    ///
    /// # Errors
    /// As [`Session::commit`].
    pub fn commit_advanced(&mut self, batch: &Batch, step: &Step) -> anyhow::Result<()> {
        self.store.commit(batch, step, &[])?;
        Ok(())
    }

    /// When the newest record of each source happened, by the word before the colon of its id.
    pub fn newest(&self) -> &BTreeMap<String, Timestamp> {
        &self.newest
    }

    /// Attempts and records for which a snapshot stood when the session was opened.
    pub fn kept_events(&self) -> u64 {
        self.kept_events
    }

    /// What the stages know, as far as the journal goes.
    pub fn working(&self) -> &Working {
        &self.working
    }

    /// Advances a batch and commits it with what it changed. An empty batch without files changes nothing.
    ///
    /// # Errors
    /// When the commit fails; the session must then be opened anew, as memory is ahead of the journal.
    pub fn commit(&mut self, batch: &Batch, files: &[FileRow]) -> anyhow::Result<Step> {
        ensure!(self.has_books() || !engine::bears_on_books(batch), "the books are not open yet");
        let loaded = load_from(|digest| self.model(digest), batch)?;
        let step = self.clock.watch(|enter| engine::advance_watched(&mut self.working, &loaded, batch, enter));
        self.store.commit(batch, &step, files)?;
        note_newest(&mut self.newest, batch);
        Ok(step)
    }

    /// Advances the events of a run and commits them as a whole, in batches of so many that memory stays bounded: while
    /// one is written, the next is advanced. What the stages could not use comes back.
    ///
    /// # Errors
    /// As [`Session::commit`]. Nothing of the run is then kept.
    pub fn commit_run(
        &mut self,
        events: impl Iterator<Item = Result<Event, StoreError>>,
        files: &[FileRow],
    ) -> anyhow::Result<Vec<Issue>> {
        ensure!(self.has_books(), "the books are not open yet");
        let Self { store, clock, working, newest, fitted, .. } = self;
        let reader = store.read().clone();
        let mut issues = Vec::new();
        std::thread::scope(|scope| {
            let (parts, written) = mpsc::sync_channel(0);
            let writer = scope.spawn(|| written.into_iter().try_for_each(|part: Part| part.write(store)));
            for batch in batches(events) {
                let batch = batch?;
                let loaded = load_from(|digest| model_of(&reader, fitted, digest), &batch)?;
                // Where the writer has stopped, it is the batch that finds out.
                let mut large = Parts { most: PART, take: &mut |step| drop(parts.send(Part::OfStep(step))) };
                let step = clock.watch(|enter| engine::advance_in_parts(working, &loaded, &batch, enter, &mut large));
                issues.extend(step.issues.iter().cloned());
                note_newest(newest, &batch);
                if parts.send(Part::Batch(batch, step)).is_err() {
                    break; // the writer stopped, and says why
                }
            }
            drop(parts);
            writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)).map_err(anyhow::Error::from)
        })?;
        self.store.finish(files)?;
        Ok(issues)
    }

    /// Ends the session. What is in memory beside the store is left to the system, which takes it back at once.
    pub fn close(self) {
        std::mem::forget(self.working);
    }

    /// Keeps a model's file; the commit that installs it names it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_model(&mut self, model: &ModelFile) -> anyhow::Result<Digest> {
        let bytes = model.to_bytes()?;
        let digest = self.store.keep_model(&bytes)?;
        self.fitted.insert(digest, bytes);
        Ok(digest)
    }

    fn model(&self, digest: &Digest) -> Result<Vec<u8>, StoreError> {
        model_of(self.store.read(), &self.fitted, digest)
    }

    /// Commits a few events of the business's own, all at `now`.
    ///
    /// # Errors
    /// As [`Session::commit`].
    pub fn tell(&mut self, now: Timestamp, bodies: Vec<Body>) -> anyhow::Result<Step> {
        let events = bodies.into_iter().map(|body| Event { now, body }).collect();
        self.commit(&Batch { events }, &[])
    }
}

/// Events of one batch of a large run: its step then takes some 100 MB.
const PART_EVENTS: usize = 100_000;

/// Entries and settlements that a large reconcile hands on at once: some 20 MB.
const PART: usize = 50_000;

/// What the writer of a run is given.
enum Part {
    /// Entries and settlements of the next batch.
    OfStep(Step),
    Batch(Batch, Step),
}

impl Part {
    fn write(self, store: &mut Store) -> Result<(), StoreError> {
        match self {
            Self::OfStep(step) => store.part_of_step(&step),
            Self::Batch(batch, step) => store.part(&batch, &step).map(drop),
        }
    }
}

/// Events in batches; one that is empty where there are none, as a run may bring files alone.
fn batches(events: impl Iterator<Item = Result<Event, StoreError>>) -> impl Iterator<Item = Result<Batch, StoreError>> {
    let (mut events, mut first) = (events.peekable(), true);
    std::iter::from_fn(move || {
        let more = std::mem::take(&mut first) || events.peek().is_some();
        more.then(|| Ok(Batch { events: events.by_ref().take(PART_EVENTS).collect::<Result<_, _>>()? }))
    })
}

fn model_of(reader: &Reader, fitted: &BTreeMap<Digest, Vec<u8>>, digest: &Digest) -> Result<Vec<u8>, StoreError> {
    fitted.get(digest).map_or_else(|| reader.model(digest), |bytes| Ok(bytes.clone()))
}

pub(crate) fn note_newest(newest: &mut BTreeMap<String, Timestamp>, batch: &Batch) {
    let records = batch.events.iter().filter_map(|event| match &event.body {
        Body::Record(record) => Some(record),
        _ => None,
    });
    for record in records {
        let source = record.id.0.split(':').next().unwrap_or_default();
        match newest.get_mut(source) {
            Some(known) => *known = record.at.max(*known),
            None => drop(newest.insert(source.to_owned(), record.at)),
        }
    }
}

/// Whether this business's journal holds nothing yet.
fn is_bare(dir: &Path, partition: &Partition) -> Result<bool, StoreError> {
    let reader = Reader::open(dir)?;
    Ok(reader.last_batch()? == 0 && reader.partition()? == *partition)
}

/// Loads what a batch needs, from wherever models stand.
///
/// # Errors
/// When a model is missing or damaged.
pub fn load_from(model: impl Fn(&Digest) -> Result<Vec<u8>, StoreError>, batch: &Batch) -> anyhow::Result<Loaded> {
    let mut loaded = Loaded::default();
    for digest in engine::needs(batch).models {
        let bytes = model(&digest)?;
        let file = ModelFile::from_bytes(&bytes).with_context(|| format!("model {} cannot be used", digest.short()))?;
        loaded.models.insert(digest, Arc::new(file));
    }
    Ok(loaded)
}
