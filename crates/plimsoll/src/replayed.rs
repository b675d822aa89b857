//! What the journal gives, as far as it was read: whole, or from the snapshot on that stands beside it.
//!
//! Promise: both ways give the same. A snapshot stands for what is known of attempts: what it says is taken back under the
//! settings of its time, and what came after it is advanced. The books are advanced apart, from the batches that bear on
//! them, and may come later ([`Replayed::attempts_first`]). A snapshot that is damaged, of another journal or in another
//! form is not used. What it stands for was checked when it was first replayed, and is by `plimsoll verify`, not again here.

use crate::BUILD;
use crate::session::{load_from, note_newest};
use domain::{Batch, Body};
use engine::{Loaded, Settings, Working};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::mpsc;
use store::{BatchHead, Reader, Snapshot, SnapshotHead, StoreError, Tip};

/// How much of a journal is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Extent {
    /// All that is known.
    Everything,
    /// What is known of attempts.
    Attempts,
    /// The same, sooner: by the scores that attempts had, as the tables have them.
    AttemptsAsRuled,
}

/// Where a replay began.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Began {
    /// At the first batch.
    #[default]
    First,
    /// At the first batch, as the snapshot could not be used, and why.
    Unused(String),
    /// Behind the batch of the snapshot, after so many attempts and records.
    Snapshot(Tip, u64),
}

/// What the journal gives, up to a batch.
pub struct Replayed {
    /// What the stages know.
    pub working: Working,
    /// When the newest record of each source happened.
    pub newest: BTreeMap<String, Timestamp>,
    /// The last batch.
    pub tip: Tip,
    /// Where it began.
    pub began: Began,
    /// Batches that bear on the books.
    of_books: Vec<u64>,
    settings: Settings,
    /// Attempts so far.
    attempts: u64,
    extent: Extent,
}

/// Books that were not read yet: of the batches of these numbers.
pub struct Unread(Vec<u64>);

/// Books that were read.
pub struct Books {
    /// What the stages know of them.
    pub working: Working,
    /// When the newest record of each source happened.
    pub newest: BTreeMap<String, Timestamp>,
}

impl Replayed {
    /// The journal, from the snapshot on where one can be used.
    ///
    /// # Errors
    /// When the journal is damaged, or a model that it names.
    pub fn open(reader: &Reader, extent: Extent) -> anyhow::Result<Self> {
        let (mut replayed, unread) = Self::begun(reader, extent)?;
        if let Some(unread) = unread.filter(|_| extent == Extent::Everything) {
            let Books { working, newest } = unread.read(reader)?;
            replayed.working.return_books(working);
            (replayed.newest, replayed.extent) = (newest, extent);
        }
        Ok(replayed)
    }

    /// As [`Replayed::open`] of everything. Where a snapshot is used, the books come later.
    ///
    /// # Errors
    /// As [`Replayed::open`].
    pub fn attempts_first(reader: &Reader) -> anyhow::Result<(Self, Option<Unread>)> {
        Self::begun(reader, Extent::Everything)
    }

    /// Of attempts, where a snapshot is used, with the books that are left to be read; else whole.
    fn begun(reader: &Reader, extent: Extent) -> anyhow::Result<(Self, Option<Unread>)> {
        let first = if extent == Extent::Everything { Extent::AttemptsAsRuled } else { extent };
        let unused = match usable(reader) {
            Ok(None) => return Ok((Self::whole(reader, extent)?, None)),
            Ok(Some(snapshot)) => match Self::from_snapshot(reader, snapshot, first)? {
                Some(mut replayed) => {
                    replayed.follow(reader)?;
                    let unread = Unread(replayed.of_books.clone());
                    return Ok((replayed, Some(unread)));
                }
                None => "its state is no state".to_owned(),
            },
            Err(reason) => reason,
        };
        Ok((Self { began: Began::Unused(unused), ..Self::whole(reader, extent)? }, None))
    }

    /// The whole journal, from the first batch on.
    ///
    /// # Errors
    /// As [`Replayed::open`].
    pub fn whole(reader: &Reader, extent: Extent) -> anyhow::Result<Self> {
        let mut replayed = Self::nothing(extent);
        replayed.follow(reader)?;
        Ok(replayed)
    }

    fn nothing(extent: Extent) -> Self {
        Self {
            working: Working::default(),
            newest: BTreeMap::new(),
            tip: Tip::default(),
            began: Began::First,
            of_books: Vec::new(),
            settings: Settings::default(),
            attempts: 0,
            extent,
        }
    }

    fn from_snapshot(reader: &Reader, snapshot: Snapshot, extent: Extent) -> anyhow::Result<Option<Self>> {
        let Snapshot { head, state } = snapshot;
        let SnapshotHead { tip, of_books, attempts, events, .. } = head;
        let mut settings = Settings::default();
        for seq in head.settings {
            settings.take(seq, &reader.batch(seq)?);
        }
        let mut working = Working::default();
        let standing = settings.batch();
        engine::advance_attempts(&mut working, &load_from(|digest| reader.model(digest), &standing)?, &standing);
        let Some(working) = working.with_attempt_bytes(state) else { return Ok(None) };
        let began = Began::Snapshot(tip, events);
        Ok(Some(Self { working, tip, began, of_books, settings, attempts, ..Self::nothing(extent) }))
    }

    /// Takes in what was committed since: a batch is read while the one before it is advanced.
    ///
    /// # Errors
    /// As [`Replayed::open`].
    pub fn follow(&mut self, reader: &Reader) -> anyhow::Result<()> {
        let (tip, attempts, as_ruled) = (self.tip, self.attempts, self.extent == Extent::AttemptsAsRuled);
        let (ahead, read) = mpsc::sync_channel(READ_AHEAD);
        std::thread::scope(|scope| {
            scope.spawn(move || {
                let mut attempts = attempts;
                for batch in reader.batches_after(tip) {
                    let loaded = batch.map_err(anyhow::Error::from).and_then(|(head, batch)| {
                        let loaded = load(reader, &batch, as_ruled.then_some(attempts))?;
                        attempts += attempts_of(&batch);
                        Ok((head, batch, loaded))
                    });
                    if ahead.send(loaded).is_err() {
                        return; // what came before could not be advanced
                    }
                }
            });
            read.into_iter().try_for_each(|loaded| {
                let (head, batch, loaded) = loaded?;
                self.take(&head, &batch, &loaded);
                Ok(())
            })
        })
    }

    fn take(&mut self, head: &BatchHead, batch: &Batch, loaded: &Loaded) {
        match self.extent {
            Extent::Everything => drop(engine::advance(&mut self.working, loaded, batch)),
            Extent::Attempts | Extent::AttemptsAsRuled => engine::advance_attempts(&mut self.working, loaded, batch),
        }
        note_newest(&mut self.newest, batch);
        self.note(head.seq, batch);
        self.attempts += attempts_of(batch);
        self.tip = Tip { seq: head.seq, chain: head.chain() };
    }

    fn note(&mut self, seq: u64, batch: &Batch) {
        self.settings.take(seq, batch);
        if engine::bears_on_books(batch) {
            self.of_books.push(seq);
        }
    }

    /// What is known of attempts, to be kept. The same knowledge gives the same snapshot.
    pub fn snapshot(&self, events: u64) -> Snapshot {
        let (of_books, settings) = (self.of_books.clone(), self.settings.batches());
        let head = SnapshotHead { form: form(), tip: self.tip, of_books, settings, attempts: self.attempts, events };
        Snapshot { head, state: self.working.attempt_bytes() }
    }
}

impl Unread {
    /// Reads the books.
    ///
    /// # Errors
    /// When the journal is damaged, or a model that it names.
    pub fn read(self, reader: &Reader) -> anyhow::Result<Books> {
        let (mut working, mut newest) = (Working::default(), BTreeMap::new());
        for seq in self.0 {
            let batch = reader.batch(seq)?;
            drop(engine::advance(&mut working, &load_from(|digest| reader.model(digest), &batch)?, &batch));
            note_newest(&mut newest, &batch);
        }
        Ok(Books { working, newest })
    }
}

/// Batches that wait to be advanced; one of an import takes some 100 MB.
const READ_AHEAD: usize = 1;

/// What a batch needs; with the scores of its attempts, where it is said how many came before them.
fn load(reader: &Reader, batch: &Batch, ruled_before: Option<u64>) -> anyhow::Result<Loaded> {
    let mut loaded = load_from(|digest| reader.model(digest), batch)?;
    let attempts = attempts_of(batch);
    if let Some(before) = ruled_before.filter(|_| attempts > 0) {
        loaded.scores = reader.scores_after(before, attempts)?;
    }
    Ok(loaded)
}

fn attempts_of(batch: &Batch) -> u64 {
    batch.events.iter().filter(|event| matches!(event.body, Body::Asked(_))).count() as u64
}

/// The snapshot that this build can use, or why it cannot.
fn usable(reader: &Reader) -> Result<Option<Snapshot>, String> {
    match reader.snapshot() {
        Ok(Some(snapshot)) if snapshot.head.form != form() => Err(format!("it was kept by {}", snapshot.head.form)),
        Ok(found) => Ok(found),
        Err(StoreError::Corrupt { reason, .. }) => Err(reason),
        Err(error) => Err(error.to_string()),
    }
}

/// Whose a snapshot is: replay is equal byte for byte for one build on one level of instructions.
fn form() -> String {
    format!("{BUILD}, {}, {}", store::cpu_level(), engine::snapshot::form())
}
