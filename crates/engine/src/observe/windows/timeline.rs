//! One subject: its events, its windows, and what its features are at an event.

use super::definition::{Aggregate, Channel, SECOND_US};
use super::event::{Happening, Key, Traits};
use super::frame::{Frame, Sums};
use super::history::{History, Item};
use super::plan::{Feature, KindPlan};

/// One subject.
#[derive(Clone, Debug)]
pub(super) struct Timeline {
    pub history: History,
    pub frames: Vec<Frame>,
    pub first_us: i64,
}

/// What became of an event at its subject.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Taken {
    /// It is the newest.
    InOrder,
    /// Later ones came before it.
    Late,
    /// It stood there already.
    Repeated,
}

/// How much a subject may remember.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// What is as old as this, seen from its newest event, is forgotten.
    pub keep_us: i64,
    /// At most so many events.
    pub events: usize,
}

impl Timeline {
    pub(super) fn new(plan: &KindPlan, first_us: i64) -> Self {
        let frames = plan.frames.iter().map(Frame::new).collect();
        Self { history: History::new(plan.counted.len()), frames, first_us }
    }

    pub(super) fn newest_us(&self) -> i64 {
        self.history.newest_us().unwrap_or(self.first_us)
    }

    pub(super) fn events(&self) -> usize {
        self.history.len()
    }

    /// Whether an event of this name and instant stands here.
    pub(super) fn holds(&self, event: &Happening) -> bool {
        self.history.find(event.at_us, event.id).is_some()
    }

    /// Takes an event in, and writes its features into their columns. Returns what became of it, and how many events
    /// were forgotten only because there were too many.
    pub(super) fn observe(
        &mut self,
        plan: &KindPlan,
        event: &Happening,
        limits: Limits,
        row: &mut [f32],
    ) -> (Taken, u64) {
        if let Some(place) = self.history.find(event.at_us, event.id) {
            self.write_counted(plan, event, place, row);
            return (Taken::Repeated, 0);
        }
        let newest_us = self.history.newest_us();
        self.first_us = self.first_us.min(event.at_us);
        let place = self.history.insert(item(event), plan.counted.iter().map(|kind| event.key(*kind)));
        let taken = match newest_us {
            Some(newest_us) if newest_us > event.at_us => {
                for (frame, frame_plan) in self.frames.iter_mut().zip(&plan.frames) {
                    frame.inserted(frame_plan, &self.history, place, newest_us);
                }
                self.write_counted(plan, event, place, row);
                Taken::Late
            }
            _ => {
                for (frame, frame_plan) in self.frames.iter_mut().zip(&plan.frames) {
                    frame.slide(frame_plan, &self.history, event.at_us);
                }
                let seen = Seen { history: &self.history, event, place, first_us: self.first_us };
                for feature in &plan.features {
                    seen.write(feature, &self.frames[feature.frame].sums, row);
                }
                Taken::InOrder
            }
        };
        (taken, self.forget(plan, limits))
    }

    /// The features of an event that is not the newest: each window is counted anew at its instant.
    fn write_counted(&self, plan: &KindPlan, event: &Happening, place: usize, row: &mut [f32]) {
        let counted = plan.frames.iter().map(|frame| Sums::counted(frame, &self.history, event.at_us, place + 1));
        let counted: Vec<Sums> = counted.collect();
        let seen = Seen { history: &self.history, event, place, first_us: self.first_us };
        for feature in &plan.features {
            seen.write(feature, &counted[feature.frame], row);
        }
    }

    fn forget(&mut self, plan: &KindPlan, limits: Limits) -> u64 {
        let oldest_us = self.newest_us().saturating_sub(limits.keep_us);
        let mut too_many = 0;
        while self.history.len() > 1 {
            let is_old = self.history.item(0).at_us <= oldest_us;
            if !is_old && self.history.len() <= limits.events {
                break;
            }
            too_many += u64::from(!is_old);
            for (frame, frame_plan) in self.frames.iter_mut().zip(&plan.frames) {
                frame.forgetting(frame_plan, &self.history);
            }
            self.history.forget_oldest();
        }
        too_many
    }

    /// How an event ended is known now.
    pub(super) fn ended(&mut self, plan: &KindPlan, event: &Happening, traits: Traits) {
        let Some(place) = self.history.find(event.at_us, event.id) else { return };
        for (frame, frame_plan) in self.frames.iter_mut().zip(&plan.frames) {
            frame.retelling(frame_plan, &self.history, place);
        }
        self.history.add(place, traits);
        for (frame, frame_plan) in self.frames.iter_mut().zip(&plan.frames) {
            frame.retold(frame_plan, &self.history, place);
        }
    }

    /// When the newest event of this name in (after, through] was.
    pub(super) fn find(&self, after_us: i64, through_us: i64, id: u64) -> Option<i64> {
        let places = self.history.until(after_us)..self.history.until(through_us);
        places.rev().map(|place| self.history.item(place)).find(|item| item.id == id).map(|item| item.at_us)
    }

    /// The newest attempt of an amount in (after, through] of which no end is known: its name, and when it was.
    pub(super) fn find_unended(&self, after_us: i64, through_us: i64, amount_minor: i64) -> Option<(u64, i64)> {
        let places = self.history.until(after_us)..self.history.until(through_us);
        let mut unended = places.rev().map(|place| self.history.item(place)).filter(|item| {
            let ended =
                [Traits::APPROVED, Traits::DECLINED, Traits::FAILED].into_iter().any(|end| item.traits.has(end));
            item.traits.has(Traits::ATTEMPT) && item.traits.has(Traits::PRICED) && !ended
        });
        unended.find(|item| item.amount_minor == amount_minor).map(|item| (item.id, item.at_us))
    }

    /// Windows of another plan over the same events.
    pub(super) fn recount(&mut self, plan: &KindPlan) {
        let newest_us = self.newest_us();
        self.frames = plan.frames.iter().map(|frame| Frame::counted(frame, &self.history, newest_us)).collect();
    }

    /// The label of an event has come. False where the event is not remembered.
    pub(super) fn label(&mut self, plan: &KindPlan, event: &Happening, bad: bool) -> bool {
        let Some(place) = self.history.find(event.at_us, event.id) else { return false };
        if self.history.item(place).traits.has(Traits::BAD) != bad {
            for (frame, frame_plan) in self.frames.iter_mut().zip(&plan.frames) {
                frame.labelled(frame_plan, &self.history, place, bad);
            }
            self.history.mark(place, bad);
        }
        true
    }

    /// How many of its events in (after, through] have these traits.
    pub(super) fn count(&self, after_us: i64, through_us: i64, traits: Traits) -> usize {
        let places = self.history.until(after_us)..self.history.until(through_us);
        places.filter(|place| self.history.item(*place).traits.has(traits)).count()
    }

    /// Bytes that it takes, with what it holds.
    pub(super) fn bytes(&self) -> usize {
        let sums: usize = self.frames.iter().map(|frame| frame.sums.bytes()).sum();
        size_of::<Self>() + self.history.bytes() + self.frames.capacity() * size_of::<Frame>() + sums
    }
}

fn item(event: &Happening) -> Item {
    let priced = if event.amount_minor.is_some() { Traits::PRICED } else { Traits::NONE };
    let (amount_minor, traits) = (event.amount_minor.unwrap_or(0), event.traits.and(priced));
    Item { at_us: event.at_us, id: event.id, amount_minor, traits }
}

/// An event at its place in its subject's history.
struct Seen<'a> {
    history: &'a History,
    event: &'a Happening,
    place: usize,
    /// When the subject was first seen.
    first_us: i64,
}

impl Seen<'_> {
    fn write(&self, feature: &Feature, sums: &Sums, row: &mut [f32]) {
        let column = feature.column;
        match feature.definition.what {
            Aggregate::Last(steps, channel) => {
                self.write_last(feature, sums, channel, &mut row[column..column + usize::from(steps)]);
            }
            _ => row[column] = single(self.value(feature, sums)),
        }
    }

    fn value(&self, feature: &Feature, sums: &Sums) -> f64 {
        let (count, priced) = (f64::from(sums.count), f64::from(sums.priced));
        let of_some = |enough: bool, value: f64| if enough { value } else { f64::NAN };
        match feature.definition.what {
            Aggregate::Count => count,
            Aggregate::Sum => as_f64(sums.sum),
            Aggregate::Mean => of_some(sums.priced > 0, as_f64(sums.sum) / priced),
            Aggregate::Min => sums.amounts.first_key_value().map_or(f64::NAN, |(least, _)| as_f64(i128::from(*least))),
            Aggregate::Max => sums.amounts.last_key_value().map_or(f64::NAN, |(most, _)| as_f64(i128::from(*most))),
            Aggregate::Deviation => deviation(sums.priced, sums.sum, sums.squares),
            Aggregate::Distinct(_) => as_f64(sums.keys[feature.keys].len() as i128),
            Aggregate::New(kind) => self.event.key(kind).map_or(f64::NAN, |key| self.is_new(feature, sums, key)),
            Aggregate::RatioToNormal | Aggregate::DeviationsFromNormal => self.against_normal(feature, sums),
            Aggregate::SinceLast => self.since_last(feature, sums),
            Aggregate::SinceFirst => seconds(self.event.at_us - self.first_us),
            Aggregate::Velocity => count / (as_f64(i128::from(feature.definition.over.length_us)) / HOUR_US),
            Aggregate::RiskRate => of_some(sums.count > 0, f64::from(sums.bad) / count),
            Aggregate::Last(..) => f64::NAN,
        }
    }

    /// Whether the event itself is in the window.
    fn is_in(&self, feature: &Feature) -> bool {
        self.event.traits.has(feature.definition.only)
    }

    fn is_new(&self, feature: &Feature, sums: &Sums, key: Key) -> f64 {
        let seen = sums.keys[feature.keys].get(&key).copied().unwrap_or(0);
        f64::from(u8::from(seen == u32::from(self.is_in(feature))))
    }

    /// Its amount against the mean of those before it.
    fn against_normal(&self, feature: &Feature, sums: &Sums) -> f64 {
        let Some(own) = self.event.amount_minor.map(i128::from) else { return f64::NAN };
        let (mut priced, mut sum, mut squares) = (sums.priced, sums.sum, sums.squares);
        if self.is_in(feature) {
            (priced, sum, squares) = (priced - 1, sum - own, squares - own * own);
        }
        if priced == 0 {
            return f64::NAN;
        }
        let mean = as_f64(sum) / f64::from(priced);
        if feature.definition.what == Aggregate::RatioToNormal {
            return if mean > 0.0 { as_f64(own) / mean } else { f64::NAN };
        }
        let deviation = deviation(priced, sum, squares);
        if deviation > 0.0 { (as_f64(own) - mean) / deviation } else { f64::NAN }
    }

    /// The places in the window before this event whose events count, the newest first.
    fn before<'a>(&'a self, feature: &'a Feature) -> impl Iterator<Item = usize> {
        let (only, start_us) = (feature.definition.only, self.event.at_us - feature.definition.over.length_us);
        let places = (0..self.place).rev().take_while(move |place| self.history.item(*place).at_us > start_us);
        places.filter(move |place| self.history.item(*place).traits.has(only))
    }

    fn since_last(&self, feature: &Feature, sums: &Sums) -> f64 {
        // What is not in the window need not be looked for.
        if sums.count == u32::from(self.is_in(feature)) {
            return f64::NAN;
        }
        let last = self.before(feature).next();
        last.map_or(f64::NAN, |place| seconds(self.event.at_us - self.history.item(place).at_us))
    }

    /// The newest stands last; columns before the first event are missing.
    fn write_last(&self, feature: &Feature, sums: &Sums, channel: Channel, row: &mut [f32]) {
        row.fill(f32::NAN);
        let itself = self.is_in(feature).then_some(self.place);
        let others = sums.count - u32::from(itself.is_some());
        // One more than there are columns, as a gap needs the event before it; and no more than the window holds.
        let places = itself.into_iter().chain(self.before(feature).take(others as usize));
        let places: Vec<usize> = places.take(row.len() + 1).collect();
        for (step, place) in places.iter().enumerate().take(row.len()) {
            let item = self.history.item(*place);
            let value = match channel {
                Channel::Amount if item.traits.has(Traits::PRICED) => as_f64(i128::from(item.amount_minor)),
                Channel::Amount => f64::NAN,
                Channel::Gap => places
                    .get(step + 1)
                    .map_or(f64::NAN, |before| seconds(item.at_us - self.history.item(*before).at_us)),
            };
            let column = row.len() - 1 - step;
            row[column] = single(value);
        }
    }
}

const HOUR_US: f64 = 3_600_000_000.0;

/// √(Σx²/n − (Σx/n)²), missing for fewer than two. In integers to the end where they hold it: amounts that lie close
/// together lose no digit.
fn deviation(priced: u32, sum: i128, squares: i128) -> f64 {
    if priced < 2 {
        return f64::NAN;
    }
    let n = i128::from(priced);
    let exact = n.checked_mul(squares).zip(sum.checked_mul(sum)).map(|(squares, square)| squares - square);
    let of_n = exact.map_or_else(|| as_f64(n) * as_f64(squares) - as_f64(sum) * as_f64(sum), as_f64);
    of_n.max(0.0).sqrt() / f64::from(priced)
}

fn seconds(us: i64) -> f64 {
    as_f64(i128::from(us)) / as_f64(i128::from(SECOND_US))
}

#[expect(clippy::cast_precision_loss, reason = "a feature; 53 bits are enough")]
fn as_f64(value: i128) -> f64 {
    value as f64
}

#[expect(clippy::cast_possible_truncation, reason = "a feature; 24 bits are enough")]
fn single(value: f64) -> f32 {
    value as f32
}
