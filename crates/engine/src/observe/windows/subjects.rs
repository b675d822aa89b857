//! All subjects, within bounds: who was not heard of for longest leaves first.

use super::event::{Key, KeyKind};
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
}

impl Subjects {
    pub(super) fn count(&self) -> usize {
        self.count
    }

    pub(super) fn get(&self, kind: KeyKind, key: Key) -> Option<&Timeline> {
        let place = *self.places[kind.place()].get(&key)?;
        self.seats[place as usize].as_ref().map(|seat| &seat.timeline)
    }

    /// One who stands here, without being heard of.
    pub(super) fn get_mut(&mut self, kind: KeyKind, key: Key) -> Option<&mut Timeline> {
        let place = *self.places[kind.place()].get(&key)?;
        self.seats[place as usize].as_mut().map(|seat| &mut seat.timeline)
    }

    /// All of them, in the order in which they took their seats.
    pub(super) fn all_mut(&mut self) -> impl Iterator<Item = (KeyKind, &mut Timeline)> {
        self.seats.iter_mut().flatten().map(|seat| (seat.kind, &mut seat.timeline))
    }

    /// One who is heard of now; made where it does not stand here yet.
    pub(super) fn hear_of(&mut self, kind: KeyKind, key: Key, make: impl FnOnce() -> Timeline) -> &mut Timeline {
        let place = match self.places[kind.place()].get(&key).copied() {
            Some(place) => {
                self.unchain(place);
                place
            }
            None => self.seat(Seat { timeline: make(), kind, key, older: None, newer: None }),
        };
        self.chain(place);
        let seat = self.seats[place as usize].as_mut().expect("a seat whose place a key names is taken");
        &mut seat.timeline
    }

    /// Lets who was not heard of for longest go, if `let_go` says so.
    pub(super) fn forget_oldest(&mut self, let_go: impl FnOnce(&Timeline) -> bool) -> bool {
        let Some(place) = self.oldest else { return false };
        let Some(seat) = self.seats[place as usize].as_ref().filter(|seat| let_go(&seat.timeline)) else {
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

    /// Bytes and events of all.
    pub(super) fn size(&self) -> (usize, usize) {
        let seats = self.seats.iter().flatten();
        let held = seats.map(|seat| (seat.timeline.bytes() - size_of::<Timeline>(), seat.timeline.events()));
        let (bytes, events) = held.fold((0, 0), |(bytes, events), (more, of)| (bytes + more, events + of));
        let keys: usize = self.places.iter().map(HashMap::capacity).sum();
        // A hash map keeps a byte of its own for each place, and an eighth of them free.
        let looked_up = keys * (size_of::<(Key, Place)>() + 1) * 8 / 7;
        let list = self.seats.capacity() * size_of::<Option<Seat>>() + self.free.capacity() * size_of::<Place>();
        (bytes + looked_up + list, events)
    }
}
