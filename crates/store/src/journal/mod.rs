//! The journal: batches in order, each with a head that is chained to the one before.

pub(crate) mod body;
pub(crate) mod head;

use crate::blob::Blob;
use crate::codec::{self, sha256, stored_struct};
use crate::layout::Layout;
use crate::{StoreError, database};
use body::Body;
use domain::{Batch, Digest};
use head::{BatchHead, FORMAT};
use rusqlite::{Connection, OptionalExtension, params};

/// The journal's end: its last batch and the chain up to it. It stands apart, so that a lost last row is missed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tip {
    /// The number of the batch.
    pub seq: u64,
    /// The digest of the chain up to it.
    pub chain: Digest,
}

stored_struct!(Tip { seq, chain });

/// A row of the catalogue.
pub(crate) struct BatchRow {
    pub head: BatchHead,
    /// The body's file; without one it stands in the row.
    pub segment: Option<String>,
    inline: Option<Vec<u8>>,
}

/// Where the journal ends; zeros for an empty one.
pub(crate) fn tip(database: &Connection) -> Result<Tip, StoreError> {
    Ok(database::meta(database, "tip")?.unwrap_or_default())
}

/// Appends a batch whose body stands in `segment`, or else inline.
pub(crate) fn append(
    database: &Connection,
    head: &BatchHead,
    segment: Option<&str>,
    body: &[u8],
) -> Result<(), StoreError> {
    let inline = segment.is_none().then_some(body);
    database
        .prepare_cached("INSERT INTO batches (seq, head, segment, body) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![head.seq, head.to_bytes(), segment, inline])?;
    database::set_meta(database, "tip", &Tip { seq: head.seq, chain: head.chain() })
}

/// The first batch after `seq`.
pub(crate) fn next_after(database: &Connection, seq: u64) -> Result<Option<BatchRow>, StoreError> {
    row(database, "SELECT head, segment, body, seq FROM batches WHERE seq > ?1 ORDER BY seq LIMIT 1", seq)
}

/// The batch of a number.
pub(crate) fn batch_row(database: &Connection, seq: u64) -> Result<Option<BatchRow>, StoreError> {
    row(database, "SELECT head, segment, body, seq FROM batches WHERE seq = ?1", seq)
}

fn row(database: &Connection, sql: &str, seq: u64) -> Result<Option<BatchRow>, StoreError> {
    let mut find = database.prepare_cached(sql)?;
    let found = find
        .query_row([seq], |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?, row.get(2)?, row.get::<_, u64>(3)?)))
        .optional()?;
    let Some((head, segment, inline, seq)) = found else { return Ok(None) };
    let head = BatchHead::from_bytes(&head).map_err(|error| damaged_head(seq, error))?;
    if head.format != FORMAT {
        return Err(StoreError::Format { found: head.format.into(), known: FORMAT.into() });
    }
    if head.seq != seq {
        return Err(damaged_head(seq, format!("it says {}", head.seq)));
    }
    Ok(Some(BatchRow { head, segment, inline }))
}

fn damaged_head(seq: u64, reason: impl ToString) -> StoreError {
    StoreError::corrupt(format!("the head of batch {seq} in `plimsoll.db`"), reason)
}

impl BatchRow {
    /// The batch's body for people: its file, or the row that holds it.
    pub(crate) fn name(&self) -> String {
        match &self.segment {
            Some(segment) => format!("segments/{segment}"),
            None => format!("the body of batch {} in `plimsoll.db`", self.head.seq),
        }
    }

    fn blob(&self, layout: &Layout) -> Result<Blob, StoreError> {
        match (&self.segment, &self.inline) {
            (Some(segment), _) => {
                let path = layout.segments.join(segment);
                Blob::open(&path).map_err(StoreError::io("open", &path))
            }
            (None, inline) => Ok(Blob::Memory(inline.clone().unwrap_or_default())),
        }
    }

    fn damaged(&self) -> impl Fn(body::BodyError) -> StoreError {
        let name = self.name();
        move |error| StoreError::corrupt(name.clone(), error)
    }

    /// One event, without reading the rest of the batch.
    pub(crate) fn event(&self, layout: &Layout, place: u64) -> Result<Option<domain::Event>, StoreError> {
        let body = Body::open(self.blob(layout)?).map_err(self.damaged())?;
        body.event(place).map_err(self.damaged())
    }

    /// The whole batch, after its bytes have been compared with the head.
    pub(crate) fn batch(&self, layout: &Layout) -> Result<Batch, StoreError> {
        let blob = self.blob(layout)?;
        let bytes = blob.read(0, blob.len()).map_err(|error| StoreError::corrupt(self.name(), error))?;
        if sha256(&bytes) != self.head.body {
            return Err(StoreError::corrupt(self.name(), "its bytes are not those that its head names"));
        }
        let body = Body::open(Blob::Memory(bytes)).map_err(self.damaged())?;
        let batch = body.batch().map_err(self.damaged())?;
        if batch.events.len() as u64 != self.head.events {
            return Err(StoreError::corrupt(self.name(), "it holds another number of events than its head says"));
        }
        Ok(batch)
    }
}

/// Stored bodies of at most this many events stand in the database: a live group is one write, not two.
const INLINE_EVENTS: usize = 256;

/// Whether the batch's body goes to a segment file.
pub(crate) fn is_bulk(batch: &Batch) -> bool {
    batch.events.len() > INLINE_EVENTS
}

/// The names of all segments.
pub(crate) fn segments(database: &Connection) -> Result<Vec<String>, StoreError> {
    let mut select = database.prepare("SELECT segment FROM batches WHERE segment IS NOT NULL ORDER BY segment")?;
    let names = select.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(names)
}

/// The stored body of a batch and its digest.
pub(crate) fn encode_body(batch: &Batch) -> Result<(Vec<u8>, Digest), StoreError> {
    let body = body::encode(batch)?;
    let digest = codec::sha256(&body);
    Ok((body, digest))
}
