//! The body of a batch: zstd frames of events and an index of frames, so that one event is read without the rest.
//!
//! ```text
//! PLSMBODY [frame]… [index: per frame offset, length, events] [length of index, u32] PLSMBODY
//! frame = zstd([length][event]…), at most 1,000 events, with its checksum
//! ```
//! The same bytes stand in a segment file (bulk) or in the database (live groups).

use crate::StoreError;
use crate::blob::{Blob, push_trailing_index};
use crate::codec::{self, Malformed, stored_struct};
use domain::{Batch, Event};
use rayon::prelude::*;
use std::cell::RefCell;
use std::io;

const MAGIC: &[u8; 8] = b"PLSMBODY";
/// A frame of records is then about 100 KB, read and unpacked in about a millisecond.
const FRAME_EVENTS: usize = 1_000;
/// A frame is closed early at this size, so that a point read stays small.
const FRAME_BYTES: usize = 1 << 20;
/// The most that a reader unpacks into memory for one frame.
const LARGEST_EVENT: usize = 64 << 20;
/// zstd's own default: beyond it a bulk import waits for the compressor.
const LEVEL: i32 = 3;

/// Where a frame stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Frame {
    offset: u64,
    len: u64,
    events: u64,
}

stored_struct!(Frame { offset, len, events });

/// An opened body.
pub(crate) struct Body {
    blob: Blob,
    frames: Vec<Frame>,
}

/// Why a body cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BodyError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{0}")]
    Malformed(#[from] Malformed),
    #[error("frame {0} holds another number of events than the index says")]
    EventCount(usize),
}

/// The stored body of a batch. Frames are packed on every core and stand in the batch's order; a live group, which is one,
/// waits for no other thread.
pub(crate) fn encode(batch: &Batch) -> Result<Vec<u8>, StoreError> {
    let pack = |(number, events)| frames_of(number * FRAME_EVENTS, events);
    let packed: Vec<Vec<PackedFrame>> = if batch.events.len() <= FRAME_EVENTS {
        batch.events.chunks(FRAME_EVENTS).enumerate().map(pack).collect::<Result<_, _>>()?
    } else {
        batch.events.par_chunks(FRAME_EVENTS).enumerate().map(pack).collect::<Result<_, _>>()?
    };
    let (mut bytes, mut frames) = (MAGIC.to_vec(), Vec::new());
    for frame in packed.iter().flatten() {
        frames.push(Frame { offset: bytes.len() as u64, len: frame.bytes.len() as u64, events: frame.events });
        bytes.extend_from_slice(&frame.bytes);
    }
    push_trailing_index(&mut bytes, &codec::encode(&frames), MAGIC).map_err(unpackable)?;
    Ok(bytes)
}

struct PackedFrame {
    bytes: Vec<u8>,
    events: u64,
}

/// The frames of some events: one, or more where one would be too large. `first` is their place in the batch.
fn frames_of(first: usize, events: &[Event]) -> Result<Vec<PackedFrame>, StoreError> {
    let (mut frames, mut plain, mut held) = (Vec::new(), Vec::new(), 0);
    for (index, event) in (first..).zip(events) {
        let event = codec::encode(event);
        if event.len() > LARGEST_EVENT - 16 {
            return Err(StoreError::EventTooLarge { index, bytes: event.len(), limit: LARGEST_EVENT - 16 });
        }
        if held > 0 && plain.len() + event.len() > FRAME_BYTES {
            frames.push(PackedFrame { bytes: pack(&plain).map_err(unpackable)?, events: held });
            (plain, held) = (Vec::new(), 0);
        }
        plain.extend_from_slice(&codec::encode(&event.len()));
        plain.extend_from_slice(&event);
        held += 1;
    }
    frames.push(PackedFrame { bytes: pack(&plain).map_err(unpackable)?, events: held });
    Ok(frames)
}

fn unpackable(error: io::Error) -> StoreError {
    StoreError::corrupt("a batch in memory", error)
}

thread_local! {
    /// Made once for each thread: a live group takes less time to pack than a packer to make.
    static PACKER: RefCell<Option<zstd::bulk::Compressor<'static>>> = const { RefCell::new(None) };
}

fn pack(plain: &[u8]) -> io::Result<Vec<u8>> {
    PACKER.with_borrow_mut(|kept| match kept {
        Some(packer) => packer.compress(plain),
        None => kept.insert(packer()?).compress(plain),
    })
}

fn packer() -> io::Result<zstd::bulk::Compressor<'static>> {
    let mut packer = zstd::bulk::Compressor::new(LEVEL)?;
    packer.set_parameter(zstd::zstd_safe::CParameter::ChecksumFlag(true))?;
    Ok(packer)
}

impl Body {
    pub(crate) fn open(blob: Blob) -> Result<Self, BodyError> {
        let (_, index) = blob.trailing_index(MAGIC)?;
        Ok(Self { frames: codec::decode(&index)?, blob })
    }

    /// Every event.
    pub(crate) fn batch(&self) -> Result<Batch, BodyError> {
        let mut events = Vec::new();
        for number in 0..self.frames.len() {
            for event in split(&self.unpacked(number)?)? {
                events.push(codec::decode(event)?);
            }
        }
        Ok(Batch { events })
    }

    /// One event by its place in the batch; none after the end.
    pub(crate) fn event(&self, index: u64) -> Result<Option<Event>, BodyError> {
        let mut ahead = index;
        for (number, frame) in self.frames.iter().enumerate() {
            if ahead < frame.events {
                let plain = self.unpacked(number)?;
                let place = usize::try_from(ahead).unwrap_or(usize::MAX);
                let event = split(&plain)?.get(place).copied().ok_or(BodyError::EventCount(number))?;
                return Ok(Some(codec::decode(event)?));
            }
            ahead -= frame.events;
        }
        Ok(None)
    }

    fn unpacked(&self, number: usize) -> Result<Vec<u8>, BodyError> {
        let frame = self.frames[number];
        let plain = zstd::bulk::decompress(&self.blob.read(frame.offset, frame.len)?, LARGEST_EVENT)?;
        let events = split(&plain)?.len() as u64;
        if events == frame.events { Ok(plain) } else { Err(BodyError::EventCount(number)) }
    }
}

/// The events of a frame, each still encoded.
fn split(plain: &[u8]) -> Result<Vec<&[u8]>, Malformed> {
    codec::decode_lengths(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::tests::any_batch;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_batch_comes_back_from_its_body_whole_and_event_by_event(batch in any_batch()) {
            let body = Body::open(Blob::Memory(encode(&batch).unwrap())).unwrap();
            prop_assert_eq!(&body.batch().unwrap(), &batch);
            for (index, event) in batch.events.iter().enumerate() {
                prop_assert_eq!(body.event(index as u64).unwrap(), Some(event.clone()));
            }
            prop_assert_eq!(body.event(batch.events.len() as u64).unwrap(), None);
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), framed: bool) {
            let bytes = if framed { [&bytes[..], MAGIC].concat() } else { bytes };
            let _ = Body::open(Blob::Memory(bytes)).map(|body| (body.batch().err(), body.event(0).err()));
        }

        #[test]
        fn a_changed_byte_gives_an_error_or_a_batch_but_no_panic(
            batch in any_batch(), place in any::<prop::sample::Index>(), flip in 1_u8..,
        ) {
            let mut bytes = encode(&batch).unwrap();
            let place = place.index(bytes.len());
            bytes[place] ^= flip;
            let _ = Body::open(Blob::Memory(bytes)).map(|body| (body.batch().err(), body.event(3).err()));
        }
    }

    #[test]
    fn a_bulk_batch_is_many_frames_and_its_last_event_reads_only_one() {
        let event = Event { now: jiff::Timestamp::UNIX_EPOCH, body: domain::Body::Reconcile };
        let batch = Batch { events: vec![event; 2 * FRAME_EVENTS + 1] };
        let body = Body::open(Blob::Memory(encode(&batch).unwrap())).unwrap();
        assert_eq!(body.frames.iter().map(|frame| frame.events).collect::<Vec<_>>(), [1_000, 1_000, 1]);
        assert!(body.event(2_000).unwrap().is_some());
    }
}
