//! All subjects, within bounds: who was not heard of for longest leaves first. Those that came back from bytes stay packed
//! until they are heard of: all of them were heard of before those that are not packed.

use super::event::{Key, KeyKind};
use super::packed::{Packed, Packer};
use super::plan::KindPlan;
use super::timeline::Timeline;
use std::collections::HashMap;

/// A place in the list of subjects.
type Place = u32;

/// One subject among all.
#[derive(Clone, Debug)]
struct Seat {
    timeline: Timeline,
    kind: KeyKind,
    key: Key,
    /// Who was heard of just before it, and just after.
    older: Option<Place>,
    newer: Option<Place>,
}

/// The subjects in a list, chained from who was heard of last to who was not for longest. Keys are looked up and never
/// walked, so that no order of a hash map reaches a figure.
#[derive(Clone, Debug, Default)]
pub(super) struct Subjects {
    places: [HashMap<Key, Place>; KeyKind::ALL.len()],
    seats: Vec<Option<Seat>>,
    free: Vec<Place>,
    oldest: Option<Place>,
    newest: Option<Place>,
    count: usize,
    packed: Packed,
}

impl Subjects {
    /// All packed.
    pub(super) fn packed(packed: Packed) -> Self {
        Self { packed, ..Self::default() }
    }

    pub(super) fn count(&self) -> usize {
        self.count + self.packed.left()
    }

    /// Looks at one who stands here.
    pub(super) fn look<T>(
        &self,
        plan: &KindPlan,
        (kind, key): (KeyKind, Key),
        look: impl FnOnce(&Timeline) -> T,
    ) -> Option<T> {
        match self.places[kind.place()].get(&key) {
            Some(place) => self.seats[*place as usize].as_ref().map(|seat| look(&seat.timeline)),
            None => self.packed.look(plan, kind, key).map(|timeline| look(&timeline)),
        }
    }

    /// Labels one who stands here, without its being heard of.
    pub(super) fn change<T>(
        &mut self,
        plan: &KindPlan,
        (kind, key): (KeyKind, Key),
        change: impl FnOnce(&mut Timeline) -> T,
    ) -> Option<T> {
        match self.places[kind.place()].get(&key) {
            Some(place) => self.seats[*place as usize].as_mut().map(|seat| change(&mut seat.timeline)),
            None => self.packed.change(plan, (kind, key), change),
        }
    }

    /// Those that are not packed, in the order in which they took their seats; what is packed has no windows yet.
    pub(super) fn all_mut(&mut self) -> impl Iterator<Item = (KeyKind, &mut Timeline)> {
        self.seats.iter_mut().flatten().map(|seat| (seat.kind, &mut seat.timeline))
    }

    /// One who is heard of now; made where it does not stand here yet.
    pub(super) fn hear_of(
        &mut self,
        plan: &KindPlan,
        (kind, key): (KeyKind, Key),
        make: impl FnOnce() -> Timeline,
    ) -> &mut Timeline {
        let place = match self.places[kind.place()].get(&key).copied() {
            Some(place) => {
                self.unchain(place);
                place
            }
            None => {
                let timeline = self.packed.take(plan, kind, key).unwrap_or_else(make);
                self.seat(Seat { timeline, kind, key, older: None, newer: None })
            }
        };
        self.chain(place);
        let seat = self.seats[place as usize].as_mut().expect("a seat whose place a key names is taken");
        &mut seat.timeline
    }

    /// Lets who was not heard of for longest go, if `let_go` says so of the instant of its newest event.
    pub(super) fn forget_oldest(&mut self, let_go: impl FnOnce(i64) -> bool) -> bool {
        if let Some(newest_us) = self.packed.oldest_us() {
            let goes = let_go(newest_us);
            if goes {
                self.packed.forget_oldest();
            }
            return goes;
        }
        let Some(place) = self.oldest else { return false };
        let Some(seat) = self.seats[place as usize].as_ref().filter(|seat| let_go(seat.timeline.newest_us())) else {
            return false;
        };
        let (kind, key) = (seat.kind, seat.key);
        self.unchain(place);
        self.places[kind.place()].remove(&key);
        self.seats[place as usize] = None;
        self.free.push(place);
        self.count -= 1;
        true
    }

    fn seat(&mut self, seat: Seat) -> Place {
        let (kind, key) = (seat.kind, seat.key);
        let place = self.free.pop().unwrap_or_else(|| {
            self.seats.push(None);
            Place::try_from(self.seats.len() - 1).expect("there are fewer than four billion subjects")
        });
        self.seats[place as usize] = Some(seat);
        self.places[kind.place()].insert(key, place);
        self.count += 1;
        place
    }

    /// Puts a seat at the newest end of the chain.
    fn chain(&mut self, place: Place) {
        let before = self.newest.replace(place);
        match before.and_then(|before| self.seats[before as usize].as_mut()) {
            Some(before) => before.newer = Some(place),
            None => self.oldest = Some(place),
        }
        if let Some(seat) = self.seats[place as usize].as_mut() {
            (seat.older, seat.newer) = (before, None);
        }
    }

    fn unchain(&mut self, place: Place) {
        let Some(seat) = self.seats[place as usize].as_ref() else { return };
        let (older, newer) = (seat.older, seat.newer);
        match older.and_then(|older| self.seats[older as usize].as_mut()) {
            Some(seat) => seat.newer = newer,
            None => self.oldest = newer,
        }
        match newer.and_then(|newer| self.seats[newer as usize].as_mut()) {
            Some(seat) => seat.older = older,
            None => self.newest = older,
        }
    }

    /// All of them as bytes, as [`Packed`] takes them: in the order in which they were heard of.
    pub(super) fn put(&self, out: &mut Vec<u8>) {
        let mut packer = Packer::repack(&self.packed);
        let mut next = self.oldest;
        while let Some(seat) = next.and_then(|place| self.seats[place as usize].as_ref()) {
            packer.add(seat.kind, seat.key, &seat.timeline);
            next = seat.newer;
        }
        packer.put(out);
    }

    /// Bytes and events of all.
    pub(super) fn size(&self) -> (usize, usize) {
        let seats = self.seats.iter().flatten();
        let held = seats.map(|seat| (seat.timeline.bytes() - size_of::<Timeline>(), seat.timeline.events()));
        let (bytes, events) = held.fold((0, 0), |(bytes, events), (more, of)| (bytes + more, events + of));
        let keys: usize = self.places.iter().map(HashMap::capacity).sum();
        // A hash map keeps a byte of its own for each place, and an eighth of them free.
        let looked_up = keys * (size_of::<(Key, Place)>() + 1) * 8 / 7;
        let list = self.seats.capacity() * size_of::<Option<Seat>>() + self.free.capacity() * size_of::<Place>();
        let (packed, in_packed) = self.packed.size();
        (bytes + looked_up + list + packed, events + in_packed)
    }
}
