//! Subjects as bytes: each is unpacked when something is heard of it.
//!
//! Charge: after a restart all subjects stand here, in the order in which they were heard of, and are looked up by a search
//! in sorted keys, so that a million of them are there at once and most of them never take more memory than this. A
//! window's sums are not kept: they are those of its events at the subject's newest one.
//!
//! Example: a card with one event takes 40 bytes here and 21 to be found; once it is unpacked, with three windows, ten
//! times as many, most of it for sums.

use super::event::{Key, KeyKind, Traits};
use super::frame::Frame;
use super::history::{History, Item};
use super::plan::KindPlan;
use super::timeline::Timeline;
use crate::snapshot::{Kept, array, bytes, put_short, take_short};

const KINDS: usize = KeyKind::ALL.len();

/// Packed subjects. Those that were taken out leave their bytes behind.
#[derive(Clone, Debug, Default)]
pub(super) struct Packed {
    /// Behind the last key of each kind.
    kinds: [u32; KINDS],
    /// By kind, and within it by key.
    keys: Vec<u64>,
    /// Beside each key, the place of its record.
    places: Vec<u32>,
    /// Behind the last byte of each record. Who was not heard of for longest stands first.
    ends: Vec<u64>,
    records: Vec<u8>,
    taken: Vec<bool>,
    left: usize,
    /// No record before this place is left.
    oldest: usize,
}

impl Packed {
    /// Subjects that are left.
    pub(super) fn left(&self) -> usize {
        self.left
    }

    fn find(&self, kind: KeyKind, key: Key) -> Option<usize> {
        let from = kind.place().checked_sub(1).map_or(0, |before| self.kinds[before] as usize);
        let keys = &self.keys[from..self.kinds[kind.place()] as usize];
        let place = self.places[from + keys.binary_search(&key.number()).ok()?] as usize;
        (!self.taken[place]).then_some(place)
    }

    fn bounds(&self, place: usize) -> std::ops::Range<usize> {
        let from = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        whole(from)..whole(self.ends[place])
    }

    fn record(&self, place: usize) -> &[u8] {
        &self.records[self.bounds(place)]
    }

    fn timeline(&self, plan: &KindPlan, place: usize) -> Option<Timeline> {
        unpack(plan, &self.record(place)[HEAD..])
    }

    /// A subject's timeline, for a look.
    pub(super) fn look(&self, plan: &KindPlan, kind: KeyKind, key: Key) -> Option<Timeline> {
        self.timeline(plan, self.find(kind, key)?)
    }

    /// Takes a subject out.
    pub(super) fn take(&mut self, plan: &KindPlan, kind: KeyKind, key: Key) -> Option<Timeline> {
        let place = self.find(kind, key)?;
        let timeline = self.timeline(plan, place);
        self.leave(place);
        timeline
    }

    /// Changes a subject where it stands. A change may not change how many bytes it takes: a label does not.
    pub(super) fn change<T>(
        &mut self,
        plan: &KindPlan,
        (kind, key): (KeyKind, Key),
        change: impl FnOnce(&mut Timeline) -> T,
    ) -> Option<T> {
        let place = self.find(kind, key)?;
        let mut timeline = self.timeline(plan, place)?;
        let changed = change(&mut timeline);
        let mut record = Vec::new();
        pack(kind, key, &timeline, &mut record);
        let bounds = self.bounds(place);
        self.records[bounds].copy_from_slice(&record);
        Some(changed)
    }

    /// When the last event was of who was not heard of for longest.
    pub(super) fn oldest_us(&self) -> Option<i64> {
        if self.left == 0 {
            return None;
        }
        i64::take(&mut self.record(self.oldest).get(KEY_ENDS..)?)
    }

    /// Lets who was not heard of for longest go.
    pub(super) fn forget_oldest(&mut self) {
        if self.left > 0 {
            self.leave(self.oldest);
        }
    }

    fn leave(&mut self, place: usize) {
        self.taken[place] = true;
        self.left -= 1;
        while self.taken.get(self.oldest).is_some_and(|taken| *taken) {
            self.oldest += 1;
        }
    }

    /// Who is left, each with its bytes, in the order in which they were heard of.
    fn all_left(&self) -> impl Iterator<Item = &[u8]> {
        (self.oldest..self.taken.len()).filter(|place| !self.taken[*place]).map(|place| self.record(place))
    }

    /// Bytes that it takes, and events in it.
    pub(super) fn size(&self) -> (usize, usize) {
        let each = size_of::<u64>() + size_of::<u32>() + size_of::<u64>() + size_of::<bool>();
        let events = self.all_left().map(|record| count_of(&record[HEAD..]).unwrap_or(0)).sum();
        (self.records.capacity() + self.keys.capacity() * each, events)
    }

    /// All but the records, which [`Packed::with_records`] brings.
    pub(super) fn take_index(from: &mut &[u8]) -> Option<Self> {
        let count = usize::take(from)?;
        let kinds: [u32; KINDS] = Kept::take(from)?;
        let keys = numbers(bytes(from, count.checked_mul(8)?)?, u64::from_le_bytes);
        let places = numbers(bytes(from, count.checked_mul(4)?)?, u32::from_le_bytes);
        let ends = numbers(bytes(from, count.checked_mul(8)?)?, u64::from_le_bytes);
        let sound = kinds.is_sorted()
            && kinds.last().is_some_and(|end| *end as usize == count)
            && places.iter().all(|place| (*place as usize) < count)
            && ends.is_sorted();
        sound.then(|| Self { kinds, keys, places, ends, taken: vec![false; count], left: count, ..Self::default() })
    }

    /// With its records; none where they are not those of the index.
    pub(super) fn with_records(self, records: Vec<u8>) -> Option<Self> {
        let end = self.ends.last().copied().unwrap_or(0);
        (end == records.len() as u64).then_some(Self { records, ..self })
    }
}

/// Bytes of a kind and key, and of the whole head: with the instant of the newest event.
const KEY_ENDS: usize = 9;
const HEAD: usize = 17;

/// Puts subjects one behind the other: who was not heard of for longest first.
#[derive(Default)]
pub(super) struct Packer {
    heads: Vec<(u8, u64, u32)>,
    ends: Vec<u64>,
    records: Vec<u8>,
}

impl Packer {
    /// Those that are packed already.
    pub(super) fn repack(packed: &Packed) -> Self {
        let mut packer = Self::default();
        packer.records.reserve(packed.records.len());
        for record in packed.all_left() {
            packer.records.extend_from_slice(record);
            let mut head = record;
            if let Some((kind, key)) = u8::take(&mut head).zip(u64::take(&mut head)) {
                packer.end(kind, key);
            }
        }
        packer
    }

    pub(super) fn add(&mut self, kind: KeyKind, key: Key, timeline: &Timeline) {
        pack(kind, key, timeline, &mut self.records);
        self.end(kind as u8, key.number());
    }

    #[expect(clippy::cast_possible_truncation, reason = "there are fewer than four billion subjects")]
    fn end(&mut self, kind: u8, key: u64) {
        self.heads.push((kind, key, self.ends.len() as u32));
        self.ends.push(self.records.len() as u64);
    }

    /// The index, as [`Packed::take_index`] takes it, and behind it the records.
    pub(super) fn put(mut self, out: &mut Vec<u8>) {
        self.heads.sort_unstable();
        self.heads.len().put(out);
        for kind in 0..KINDS {
            let end = self.heads.partition_point(|(of, ..)| usize::from(*of) <= kind);
            u32::try_from(end).unwrap_or(u32::MAX).put(out);
        }
        out.reserve(self.heads.len() * 20 + self.records.len());
        self.heads.iter().for_each(|(_, key, _)| key.put(out));
        self.heads.iter().for_each(|(.., place)| place.put(out));
        self.ends.iter().for_each(|end| end.put(out));
        out.extend_from_slice(&self.records);
    }
}

/// Kind, key and newest instant; the first instant, how many events, and each: the microseconds since the one before it,
/// its name, what is true of it, its amount where it has one, and its counted keys.
fn pack(kind: KeyKind, key: Key, timeline: &Timeline, out: &mut Vec<u8>) {
    out.push(kind as u8);
    key.number().put(out);
    timeline.newest_us().put(out);
    timeline.first_us.put(out);
    put_short(timeline.events() as u64, out);
    let mut before_us = timeline.first_us;
    for place in 0..timeline.events() {
        let item = timeline.history.item(place);
        put_short(item.at_us.abs_diff(before_us), out);
        before_us = item.at_us;
        item.id.put(out);
        item.traits.put(out);
        if item.traits.has(Traits::PRICED) {
            put_short(zigzag(item.amount_minor), out);
        }
        put_keys(timeline.history.keys(place), out);
    }
}

fn count_of(mut record: &[u8]) -> Option<usize> {
    i64::take(&mut record)?;
    take_short(&mut record)?.try_into().ok()
}

/// A subject, from behind the head of its record.
fn unpack(plan: &KindPlan, mut from: &[u8]) -> Option<Timeline> {
    let first_us = i64::take(&mut from)?;
    let count = take_short(&mut from)?;
    let (mut items, mut keys) = (Vec::new(), Vec::new());
    let mut at_us = first_us;
    for _ in 0..count {
        at_us = at_us.checked_add_unsigned(take_short(&mut from)?)?;
        let (id, traits) = (u64::take(&mut from)?, Traits::take(&mut from)?);
        let amount_minor = if traits.has(Traits::PRICED) { unzigzag(take_short(&mut from)?) } else { 0 };
        items.push(Item { at_us, id, amount_minor, traits });
        take_keys(plan.counted.len(), &mut from, &mut keys)?;
    }
    let history = History::of(items, keys, plan.counted.len());
    let frames = plan.frames.iter().map(|frame| Frame::counted(frame, &history, at_us)).collect();
    (count > 0 && from.is_empty()).then_some(Timeline { history, frames, first_us })
}

/// A bit for each that is there, then those. There are fewer than eight kinds.
fn put_keys(keys: impl Iterator<Item = Option<Key>> + Clone, out: &mut Vec<u8>) {
    let bits = keys.clone().enumerate().fold(0_u8, |bits, (slot, key)| bits | u8::from(key.is_some()) << slot);
    out.push(bits);
    keys.flatten().for_each(|key| key.put(out));
}

fn take_keys(count: usize, from: &mut &[u8], keys: &mut Vec<Option<Key>>) -> Option<()> {
    let [bits] = array(from)?;
    for slot in 0..count {
        let there = bits >> slot & 1 == 1;
        keys.push(if there { Some(Key::take(from)?) } else { None });
    }
    Some(())
}

/// −1 → 1, 1 → 2: small numbers of either sign are short.
fn zigzag(value: i64) -> u64 {
    (value << 1 ^ value >> 63).cast_unsigned()
}

fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

fn numbers<const N: usize, T>(bytes: &[u8], number: impl Fn([u8; N]) -> T) -> Vec<T> {
    bytes.as_chunks::<N>().0.iter().map(|chunk| number(*chunk)).collect()
}

#[expect(clippy::cast_possible_truncation, reason = "a place in bytes that stand in memory")]
fn whole(end: u64) -> usize {
    end as usize
}
