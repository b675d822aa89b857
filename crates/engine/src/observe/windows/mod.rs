//! Sliding windows over events, exact and by event time.
//!
//! Charge: a registry of features ([`Definition`]: of whom, what, over which window, of which events) is kept up to date
//! with every event, and says at each event what its features are at its own instant. The same code runs live, in a
//! backtest, in a rebuild and in training. Limits: amounts are minor units of one currency; what the bounds let go is
//! forgotten, and counted.
//!
//! The rules:
//!
//! - A window at time t holds what happened in (t − lag − length, t − lag]: it slides with every event, and jumps at no
//!   boundary. The event itself is in it, unless its aggregate says *before it*.
//! - Of one instant, what arrived first is first: an event sees those of its instant that arrived before it.
//! - A late event, up to [`Bounds::lateness_us`] behind the newest event of all, stands where its time says. Its own
//!   features look back from its own time; those that came after it in time are its future, and it does not see them,
//!   though they arrived before. From then on windows hold it. What was said before stays said.
//! - A later one than that is counted, and changes no window; its features are missing.
//! - The same event again (its id, at its instant) is counted, and changes nothing.
//! - A label is known from when [`Windows::label`] tells it. A [`Aggregate::RiskRate`] follows behind by its lag, so
//!   that labels have matured; what matures later still counts from then on.
//! - A subject forgets events that no window can reach any more (the longest window, and the lateness), and beyond
//!   [`Bounds::most_events`] its oldest. Of more subjects than [`Bounds::most_subjects`], and of those that nothing was
//!   heard of for [`Bounds::idle_us`], who was not heard of for longest is forgotten.
//!
//! Example: a card pays 1.00 at 10:00:00 and 3.00 at 10:00:50. At the second event its count over a minute is 2, the mean
//! 2.00, the ratio to its normal 3, the seconds since its last 50. At 10:01:00 the count is 2 again: of 10:00:50 and
//! itself, as 10:00:00 has just left.

pub mod brute;
mod definition;
mod event;
mod frame;
mod history;
mod packed;
mod plan;
mod registry;
mod seats;
mod subjects;
#[cfg(test)]
mod tests;
mod timeline;

pub use definition::{Aggregate, Channel, Definition, SECOND_US, Span};
pub use event::{Happening, Key, KeyKind, Traits};
pub use plan::{Plan, PlanError};
pub use registry::{BOOK_CARDS, PAYMENTS, payments};

use crate::snapshot::{Kept, kept_struct};
use packed::Packed;
use std::sync::Arc;
use subjects::Subjects;
use timeline::{Limits, Taken, Timeline};

/// How much is remembered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// How far behind the newest event of all an event may be and still count.
    pub lateness_us: i64,
    /// Subjects that nothing was heard of for so long are forgotten, once no window can reach their events.
    pub idle_us: i64,
    /// At most so many subjects.
    pub most_subjects: usize,
    /// At most so many events of one subject.
    pub most_events: usize,
}

impl Default for Bounds {
    /// Events up to a week late; two million subjects, each until half a year of silence, each with its last 100,000
    /// events.
    fn default() -> Self {
        const DAY_US: i64 = 86_400 * SECOND_US;
        Self { lateness_us: 7 * DAY_US, idle_us: 180 * DAY_US, most_subjects: 2_000_000, most_events: 100_000 }
    }
}

/// What became of an event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arrival {
    /// It is the newest of each of its subjects.
    InOrder,
    /// Later events of a subject of its came before it; it stands where its time says.
    Late,
    /// It came too late to count.
    TooLate,
    /// It was here before.
    Repeated,
}

/// What came so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Events that count.
    pub events: u64,
    /// Of them, those that came after later ones of a subject of theirs.
    pub late: u64,
    /// Events that came too late to count.
    pub too_late: u64,
    /// Events that were here before.
    pub repeated: u64,
    /// Labels that found their event.
    pub labels: u64,
    /// Labels whose event was forgotten, or never came.
    pub lost_labels: u64,
    /// Events that a subject forgot although a window could reach them.
    pub forgotten_events: u64,
    /// Subjects that were forgotten.
    pub forgotten_subjects: u64,
}

/// What is remembered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Memory {
    /// Subjects.
    pub subjects: usize,
    /// Events, at each of their subjects.
    pub events: usize,
    /// Bytes that they take, near enough.
    pub bytes: usize,
}

/// The windows of all subjects.
#[derive(Clone, Debug)]
pub struct Windows {
    plan: Arc<Plan>,
    bounds: Bounds,
    subjects: Subjects,
    newest_us: i64,
    counts: Counts,
}

impl Windows {
    /// Windows that have seen nothing.
    pub fn new(plan: Arc<Plan>, bounds: Bounds) -> Self {
        Self { plan, bounds, subjects: Subjects::default(), newest_us: i64::MIN, counts: Counts::default() }
    }

    /// The registry that is kept.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Another plan of the same kinds from here on, over the events that are remembered: windows that reach further back
    /// than those before are whole once as much time has passed.
    pub fn replan(&mut self, plan: Arc<Plan>) {
        for (kind, timeline) in self.subjects.all_mut() {
            timeline.recount(&plan.kinds[kind.place()]);
        }
        self.plan = plan;
    }

    /// What came so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// What is remembered. It walks all subjects.
    pub fn memory(&self) -> Memory {
        let (bytes, events) = self.subjects.size();
        Memory { subjects: self.subjects.count(), events, bytes }
    }

    /// Subjects that are remembered.
    pub fn subjects(&self) -> usize {
        self.subjects.count()
    }

    /// How many of a subject's events in (after, through] have these traits, as far as they are remembered.
    pub fn count(&self, kind: KeyKind, key: Key, after_us: i64, through_us: i64, traits: Traits) -> usize {
        let count = |timeline: &Timeline| timeline.count(after_us, through_us, traits);
        self.subjects.look(&self.plan.kinds[kind.place()], (kind, key), count).unwrap_or(0)
    }

    /// Takes an event in. `row` becomes its features, in the order of [`Plan::columns`]; what is missing is NaN.
    pub fn observe(&mut self, event: &Happening, row: &mut Vec<f32>) -> Arrival {
        row.clear();
        row.resize(self.plan.columns().len(), f32::NAN);
        let event = &bounded(event);
        if self.newest_us != i64::MIN && event.at_us < self.newest_us.saturating_sub(self.bounds.lateness_us) {
            return self.came_too_late(event);
        }
        self.newest_us = self.newest_us.max(event.at_us);
        let mut arrival = Arrival::InOrder;
        let plan = Arc::clone(&self.plan);
        for (kind, kind_plan) in KeyKind::ALL.into_iter().zip(&plan.kinds) {
            let Some(key) = event.key(kind).filter(|_| !kind_plan.features.is_empty()) else { continue };
            let keep_us = kind_plan.reach_us.saturating_add(self.bounds.lateness_us);
            let limits = Limits { keep_us, events: self.bounds.most_events.max(1) };
            let timeline = self.subjects.hear_of(kind_plan, (kind, key), || Timeline::new(kind_plan, event.at_us));
            let (taken, forgotten) = timeline.observe(kind_plan, event, limits, row);
            self.counts.forgotten_events += forgotten;
            match taken {
                Taken::InOrder => {}
                Taken::Late if arrival == Arrival::InOrder => arrival = Arrival::Late,
                Taken::Late => {}
                Taken::Repeated => arrival = Arrival::Repeated,
            }
        }
        match arrival {
            Arrival::Repeated => self.counts.repeated += 1,
            _ => self.counts.events += 1,
        }
        self.counts.late += u64::from(arrival == Arrival::Late);
        self.forget(&plan);
        arrival
    }

    /// What came too late may still be what was here before.
    fn came_too_late(&mut self, event: &Happening) -> Arrival {
        let is_here = |kind: KeyKind| {
            let plan = &self.plan.kinds[kind.place()];
            let holds = |key| self.subjects.look(plan, (kind, key), |timeline| timeline.holds(event));
            event.key(kind).and_then(holds).unwrap_or(false)
        };
        if KeyKind::ALL.into_iter().any(is_here) {
            self.counts.repeated += 1;
            return Arrival::Repeated;
        }
        self.counts.too_late += 1;
        Arrival::TooLate
    }

    /// What became of an event that came before is known: it is bad, or not, from now on, in every window that still
    /// reaches it. The last label stands.
    pub fn label(&mut self, event: &Happening, bad: bool) {
        let mut found = false;
        let plan = Arc::clone(&self.plan);
        for (kind, kind_plan) in KeyKind::ALL.into_iter().zip(&plan.kinds) {
            let label = |timeline: &mut Timeline| timeline.label(kind_plan, event, bad);
            let labelled = event.key(kind).and_then(|key| self.subjects.change(kind_plan, (kind, key), label));
            found |= labelled.unwrap_or(false);
        }
        if found {
            self.counts.labels += 1;
        } else {
            self.counts.lost_labels += 1;
        }
    }

    /// How an event that came before ended: true of it from now on, in every window that still reaches it.
    pub fn ended(&mut self, event: &Happening, traits: Traits) {
        let plan = Arc::clone(&self.plan);
        for (kind, kind_plan) in KeyKind::ALL.into_iter().zip(&plan.kinds) {
            if let Some(key) = event.key(kind) {
                self.subjects.change(kind_plan, (kind, key), |timeline| timeline.ended(kind_plan, event, traits));
            }
        }
    }

    /// When a subject's event of this name was, at most so far from an instant.
    pub fn find(&self, kind: KeyKind, key: Key, id: u64, at_us: i64, within_us: i64) -> Option<i64> {
        let (after_us, through_us) = (at_us.saturating_sub(within_us + 1), at_us.saturating_add(within_us));
        let plan = &self.plan.kinds[kind.place()];
        self.subjects.look(plan, (kind, key), |timeline| timeline.find(after_us, through_us, id))?
    }

    /// A subject's attempt of this amount without a known end, at most so far from an instant: its name, and when it was.
    pub fn find_unended(
        &self,
        kind: KeyKind,
        key: Key,
        amount_minor: i64,
        (at_us, within_us): (i64, i64),
    ) -> Option<(u64, i64)> {
        let (after_us, through_us) = (at_us.saturating_sub(within_us + 1), at_us.saturating_add(within_us));
        let plan = &self.plan.kinds[kind.place()];
        self.subjects.look(plan, (kind, key), |timeline| timeline.find_unended(after_us, through_us, amount_minor))?
    }

    fn forget(&mut self, plan: &Plan) {
        let reach_us = plan.kinds.iter().map(|kind| kind.reach_us).max().unwrap_or(0);
        let keep_us = self.bounds.idle_us.max(reach_us.saturating_add(self.bounds.lateness_us));
        let silent_since_us = self.newest_us.saturating_sub(keep_us);
        while self.subjects.count() > self.bounds.most_subjects.max(1) && self.subjects.forget_oldest(|_| true) {
            self.counts.forgotten_subjects += 1;
        }
        while self.subjects.forget_oldest(|newest_us| newest_us <= silent_since_us) {
            self.counts.forgotten_subjects += 1;
        }
    }
}

kept_struct!(Counts { events, late, too_late, repeated, labels, lost_labels, forgotten_events, forgotten_subjects });

impl Windows {
    /// Appends what is remembered; nothing may be put behind it.
    pub(crate) fn put(&self, out: &mut Vec<u8>) {
        self.newest_us.put(out);
        self.counts.put(out);
        self.subjects.put(out);
    }

    /// Takes back what [`Windows::put`] put at this place of some bytes, which become the memory of its subjects: none of
    /// them is unpacked before it is heard of. None where the bytes are others.
    pub(crate) fn taken(plan: Arc<Plan>, bounds: Bounds, mut bytes: Vec<u8>, place: usize) -> Option<Self> {
        let mut from = bytes.get(place..)?;
        let (newest_us, counts) = (i64::take(&mut from)?, Counts::take(&mut from)?);
        let packed = Packed::take_index(&mut from)?;
        let records = bytes.len() - from.len();
        bytes.drain(..records);
        bytes.shrink_to_fit();
        Some(Self { plan, bounds, subjects: Subjects::packed(packed.with_records(bytes)?), newest_us, counts })
    }
}

/// The registry of payments, with the usual bounds.
impl Default for Windows {
    fn default() -> Self {
        Self::new(Arc::new(Plan::new(PAYMENTS).expect("the shipped registry makes sense")), Bounds::default())
    }
}

/// The most minor units that an amount counts with, as the books have it: so that squares add in 128 bits.
const MOST_MINOR: i64 = 100_000_000_000_000;

fn bounded(event: &Happening) -> Happening {
    let amount_minor = event.amount_minor.map(|amount| amount.clamp(-MOST_MINOR, MOST_MINOR));
    Happening { amount_minor, ..*event }
}
