//! What a program knew after a batch, beside the journal, so that opening the books again need not replay all of it.
//!
//! ```text
//! live.snapshot = PLSMSNAP [CRC-32 of what follows, u32] [length of the head, u32] [head] [state]
//! ```
//! Promises: the file appears whole or not at all; one changed byte is found when it is read; one of another journal, or of
//! this journal before a part of it was lost, is told apart by the chain. It is never the ground state: without it all
//! comes from the journal. Limits: what the state means is the charge of whoever kept it, who names its form.

use crate::blob::Blob;
use crate::codec::{self, stored_struct};
use crate::disk::{Disk, publish_by_and_by};
use crate::journal::{self, Tip};
use crate::layout::{Layout, SNAPSHOT};
use crate::{Reader, StoreError};
use std::io;
use std::path::Path;

const MAGIC: &[u8; 8] = b"PLSMSNAP";

/// Magic, checksum, length.
const BEFORE_HEAD: u64 = 16;

/// What was known after a batch.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Snapshot {
    /// What stands before the state.
    pub head: SnapshotHead,
    /// What was known.
    pub state: Vec<u8>,
}

/// Of what a state is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SnapshotHead {
    /// How the state is to be read.
    pub form: String,
    /// The batch after which it was known.
    pub tip: Tip,
    /// Batches up to there that bear on what the state does not say: the books.
    pub of_books: Vec<u64>,
    /// Batches up to there that say under which settings the state is to be read.
    pub settings: Vec<u64>,
    /// Attempts up to there.
    pub attempts: u64,
    /// Attempts and records, some of them after it.
    pub events: u64,
}

stored_struct!(SnapshotHead { form, tip, of_books, settings, attempts, events });

impl Snapshot {
    /// Writes it into a data directory, in place of the one before.
    ///
    /// # Errors
    /// [`StoreError::Io`]; the one before then stands.
    pub fn write(&self, dir: &Path, disk: &dyn Disk) -> Result<(), StoreError> {
        let head = codec::encode(&self.head);
        let head = [&u32::try_from(head.len()).unwrap_or(u32::MAX).to_le_bytes()[..], &head].concat();
        let mut checksum = crc32fast::Hasher::new();
        [&head, &self.state].into_iter().for_each(|part| checksum.update(part));
        let start = [&MAGIC[..], &checksum.finalize().to_le_bytes(), &head].concat();
        publish_by_and_by(disk, dir, SNAPSHOT, &[&start, &self.state])
    }

    fn read(layout: &Layout) -> Result<Option<Self>, StoreError> {
        let path = layout.root.join(SNAPSHOT);
        let blob = match Blob::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            blob => blob.map_err(StoreError::io("open", &path))?,
        };
        let part = |from, len| blob.read(from, len).map_err(|error| damaged(&error.to_string()));
        let start = part(0, BEFORE_HEAD)?;
        let (Some(checksum), Some(head_len)) = (number(&start, 8), number(&start, 12)) else {
            return Err(damaged("it is cut short"));
        };
        let head_len = u64::from(head_len);
        let head = part(BEFORE_HEAD, head_len)?;
        let state_at = BEFORE_HEAD + head_len;
        let state = part(state_at, blob.len() - state_at)?;
        let mut found = crc32fast::Hasher::new();
        [&start[12..], &head[..], &state[..]].into_iter().for_each(|part| found.update(part));
        if start[..8] != MAGIC[..] || found.finalize() != checksum {
            return Err(damaged("its bytes are not those that were written"));
        }
        let head = codec::decode(&head).map_err(|error| damaged(&error.to_string()))?;
        Ok(Some(Self { head, state }))
    }
}

impl Reader {
    /// The snapshot that stands beside the journal, where there is one.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] where it is damaged or of another journal; it may then be removed.
    pub fn snapshot(&self) -> Result<Option<Snapshot>, StoreError> {
        let Some(snapshot) = Snapshot::read(&self.layout)? else { return Ok(None) };
        let tip = snapshot.head.tip;
        let row = self.ask(|database| journal::batch_row(database, tip.seq))?;
        match row {
            Some(row) if row.head.chain() == tip.chain => Ok(Some(snapshot)),
            _ => Err(damaged("it is of another journal")),
        }
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().copied().map(u32::from_le_bytes)
}

fn damaged(reason: &str) -> StoreError {
    StoreError::corrupt(SNAPSHOT, reason)
}
