//! What the journal gives, as far as it was read: whole, or from the snapshot on that stands beside it.
//!
//! Promise: both ways give the same. A snapshot stands for attempts alone: every other batch before it is advanced again,
//! in its order, then what attempts left behind is taken back, then what came after it is advanced. One that is damaged,
//! of another journal or in another form is not used. What it stands for was checked when it was first replayed, and is
//! by `plimsoll verify`, not again here.

use crate::BUILD;
use crate::session::{load_from, note_newest};
use domain::Batch;
use engine::{Loaded, Working};
use jiff::Timestamp;
use std::collections::BTreeMap;
use store::{Reader, Snapshot, SnapshotHead, StoreError, Tip};

/// How a batch is carried into what is known.
pub type Advance = fn(&mut Working, &Loaded, &Batch);

/// Into all that is known.
pub fn everything(working: &mut Working, loaded: &Loaded, batch: &Batch) {
    drop(engine::advance(working, loaded, batch));
}

/// Where a replay began.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Began {
    /// At the first batch.
    #[default]
    First,
    /// At the first batch, as the snapshot could not be used, and why.
    Unused(String),
    /// Behind the batch of the snapshot, after so many attempts.
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
    /// Batches that bear on more than attempts.
    pub others: Vec<u64>,
    /// Where it began.
    pub began: Began,
    advance: Advance,
}

impl Replayed {
    /// The whole journal, from the snapshot on where one can be used.
    ///
    /// # Errors
    /// When the journal is damaged, or a model that it names.
    pub fn open(reader: &Reader, advance: Advance) -> anyhow::Result<Self> {
        let mut unused = String::new();
        match usable(reader) {
            Ok(None) => return Self::whole(reader, advance),
            Ok(Some(snapshot)) => match Self::from_snapshot(reader, snapshot, advance)? {
                Some(mut replayed) => {
                    replayed.follow(reader)?;
                    return Ok(replayed);
                }
                None => unused.push_str("its state is no state"),
            },
            Err(reason) => unused = reason,
        }
        Ok(Self { began: Began::Unused(unused), ..Self::whole(reader, advance)? })
    }

    /// The whole journal, from the first batch on.
    ///
    /// # Errors
    /// As [`Replayed::open`].
    pub fn whole(reader: &Reader, advance: Advance) -> anyhow::Result<Self> {
        let mut replayed = Self::nothing(advance);
        replayed.follow(reader)?;
        Ok(replayed)
    }

    fn nothing(advance: Advance) -> Self {
        Self {
            working: Working::default(),
            newest: BTreeMap::new(),
            tip: Tip::default(),
            others: Vec::new(),
            began: Began::First,
            advance,
        }
    }

    fn from_snapshot(reader: &Reader, snapshot: Snapshot, advance: Advance) -> anyhow::Result<Option<Self>> {
        let Snapshot { head: SnapshotHead { tip, others, attempts, .. }, state } = snapshot;
        let mut replayed = Self::nothing(advance);
        for seq in &others {
            replayed.take(reader, &reader.batch(*seq)?)?;
        }
        let Some(working) = std::mem::take(&mut replayed.working).with_attempt_bytes(state) else { return Ok(None) };
        Ok(Some(Self { working, tip, others, began: Began::Snapshot(tip, attempts), ..replayed }))
    }

    /// Takes in what was committed since.
    ///
    /// # Errors
    /// As [`Replayed::open`].
    pub fn follow(&mut self, reader: &Reader) -> anyhow::Result<()> {
        for batch in reader.batches_after(self.tip) {
            let (head, batch) = batch?;
            self.take(reader, &batch)?;
            self.tip = Tip { seq: head.seq, chain: head.chain() };
            if !engine::is_of_attempts_alone(&batch) {
                self.others.push(head.seq);
            }
        }
        Ok(())
    }

    fn take(&mut self, reader: &Reader, batch: &Batch) -> anyhow::Result<()> {
        (self.advance)(&mut self.working, &load_from(|digest| reader.model(digest), batch)?, batch);
        note_newest(&mut self.newest, batch);
        Ok(())
    }

    /// What is known of attempts, to be kept. The same knowledge gives the same snapshot.
    pub fn snapshot(&self, attempts: u64) -> Snapshot {
        let head = SnapshotHead { form: form(), tip: self.tip, others: self.others.clone(), attempts };
        Snapshot { head, state: self.working.attempt_bytes() }
    }
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
