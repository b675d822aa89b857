//! All subjects, within bounds: who was not heard of for longest leaves first. Those that came back from bytes stay packed
//! until they are heard of: all of them were heard of before those that are not packed.

use super::event::{Key, KeyKind};
use super::packed::{Packed, Packer};
use super::plan::KindPlan;
use super::seats::{Place, Places, Seats};
use super::timeline::Timeline;

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
    places: [Places; KeyKind::ALL.len()],
    seats: Seats<Seat>,
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
        match self.places[kind.place()].get(key) {
            Some(place) => self.seats.get(place).map(|seat| look(&seat.timeline)),
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
        match self.places[kind.place()].get(key) {
            Some(place) => self.seats.get_mut(place).map(|seat| change(&mut seat.timeline)),
            None => self.packed.change(plan, (kind, key), change),
        }
    }

    /// Those that are not packed, in the order in which they took their seats; what is packed has no windows yet.
    pub(super) fn all_mut(&mut self) -> impl Iterator<Item = (KeyKind, &mut Timeline)> {
        self.seats.iter_mut().map(|seat| (seat.kind, &mut seat.timeline))
    }

    /// One who is heard of now; made where it does not stand here yet.
    pub(super) fn hear_of(
        &mut self,
        plan: &KindPlan,
        (kind, key): (KeyKind, Key),
        make: impl FnOnce() -> Timeline,
    ) -> &mut Timeline {
        let place = match self.places[kind.place()].get(key) {
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
        let seat = self.seats.get_mut(place).expect("a seat whose place a key names is taken");
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
        let Some(seat) = self.seats.get(place).filter(|seat| let_go(seat.timeline.newest_us())) else {
            return false;
        };
        let (kind, key) = (seat.kind, seat.key);
        self.unchain(place);
        self.places[kind.place()].remove(key);
        self.seats.free(place);
        self.free.push(place);
        self.count -= 1;
        true
    }

    fn seat(&mut self, seat: Seat) -> Place {
        let (kind, key) = (seat.kind, seat.key);
        let place = match self.free.pop() {
            Some(place) => {
                self.seats.put(place, seat);
                place
            }
            None => self.seats.push(seat),
        };
        self.places[kind.place()].insert(key, place);
        self.count += 1;
        place
    }

    /// Puts a seat at the newest end of the chain.
    fn chain(&mut self, place: Place) {
        let before = self.newest.replace(place);
        match before.and_then(|before| self.seats.get_mut(before)) {
            Some(before) => before.newer = Some(place),
            None => self.oldest = Some(place),
        }
        if let Some(seat) = self.seats.get_mut(place) {
            (seat.older, seat.newer) = (before, None);
        }
    }

    fn unchain(&mut self, place: Place) {
        let Some(seat) = self.seats.get(place) else { return };
        let (older, newer) = (seat.older, seat.newer);
        match older.and_then(|older| self.seats.get_mut(older)) {
            Some(seat) => seat.newer = newer,
            None => self.oldest = newer,
        }
        match newer.and_then(|newer| self.seats.get_mut(newer)) {
            Some(seat) => seat.older = older,
            None => self.newest = older,
        }
    }

    /// All of them as bytes, as [`Packed`] takes them: in the order in which they were heard of.
    pub(super) fn put(&self, out: &mut Vec<u8>) {
        let mut packer = Packer::repack(&self.packed);
        let mut next = self.oldest;
        while let Some(seat) = next.and_then(|place| self.seats.get(place)) {
            packer.add(seat.kind, seat.key, &seat.timeline);
            next = seat.newer;
        }
        packer.put(out);
    }

    /// Bytes and events of all.
    pub(super) fn size(&self) -> (usize, usize) {
        let held =
            self.seats.iter().map(|seat| (seat.timeline.bytes() - size_of::<Timeline>(), seat.timeline.events()));
        let (bytes, events) = held.fold((0, 0), |(bytes, events), (more, of)| (bytes + more, events + of));
        let keys: usize = self.places.iter().map(Places::capacity).sum();
        // A hash map keeps a byte of its own for each place, and an eighth of them free.
        let looked_up = keys * (size_of::<(Key, Place)>() + 1) * 8 / 7;
        let list = self.seats.capacity() * size_of::<Option<Seat>>() + self.free.capacity() * size_of::<Place>();
        let (packed, in_packed) = self.packed.size();
        (bytes + looked_up + list + packed, events + in_packed)
    }
}
