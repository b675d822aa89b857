//! What a window holds at its subject's newest event. Each figure is a sum that an event is added to and taken from
//! again, in integers: the order of adding and taking changes nothing, so a late event is added where it belongs.

use super::definition::{Definition, Span};
use super::event::{Key, Traits};
use super::history::History;
use std::collections::BTreeMap;

/// A window that features of one subject share: the same span over the same events.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct FramePlan {
    pub over: Span,
    pub only: Traits,
    /// Whether the least or the most money is asked for.
    pub extremes: bool,
    /// The counted kinds that are told apart, by their slot.
    pub slots: Vec<usize>,
}

impl FramePlan {
    pub(super) fn fits(&self, definition: &Definition) -> bool {
        self.over == definition.over && self.only == definition.only
    }
}

/// The events of a window, added up.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Sums {
    pub count: u32,
    /// Those with an amount.
    pub priced: u32,
    /// Those that turned out bad.
    pub bad: u32,
    pub sum: i128,
    pub squares: i128,
    /// How often each amount stands in the window.
    pub amounts: BTreeMap<i64, u32>,
    /// How often each key does, for each of the plan's slots.
    pub keys: Vec<BTreeMap<Key, u32>>,
}

impl Sums {
    fn new(plan: &FramePlan) -> Self {
        Self { keys: vec![BTreeMap::new(); plan.slots.len()], ..Self::default() }
    }

    fn add(&mut self, plan: &FramePlan, history: &History, place: usize) {
        let item = history.item(place);
        if !item.traits.has(plan.only) {
            return;
        }
        self.count += 1;
        self.bad += u32::from(item.traits.has(Traits::BAD));
        if item.traits.has(Traits::PRICED) {
            let amount = i128::from(item.amount_minor);
            self.priced += 1;
            self.sum += amount;
            self.squares += amount * amount;
            if plan.extremes {
                *self.amounts.entry(item.amount_minor).or_default() += 1;
            }
        }
        for (counts, slot) in self.keys.iter_mut().zip(&plan.slots) {
            if let Some(key) = history.key(place, *slot) {
                *counts.entry(key).or_default() += 1;
            }
        }
    }

    fn take(&mut self, plan: &FramePlan, history: &History, place: usize) {
        let item = history.item(place);
        if !item.traits.has(plan.only) {
            return;
        }
        self.count -= 1;
        self.bad -= u32::from(item.traits.has(Traits::BAD));
        if item.traits.has(Traits::PRICED) {
            let amount = i128::from(item.amount_minor);
            self.priced -= 1;
            self.sum -= amount;
            self.squares -= amount * amount;
            if plan.extremes {
                one_less(&mut self.amounts, item.amount_minor);
            }
        }
        for (counts, slot) in self.keys.iter_mut().zip(&plan.slots) {
            if let Some(key) = history.key(place, *slot) {
                one_less(counts, key);
            }
        }
    }

    /// What a window of an instant holds, counted anew.
    pub(super) fn counted(plan: &FramePlan, history: &History, now_us: i64, until: usize) -> Self {
        let (from, to) = bounds(plan, history, now_us);
        let mut sums = Self::new(plan);
        (from..to.min(until)).for_each(|place| sums.add(plan, history, place));
        sums
    }

    /// Bytes of its maps, near enough: a node of eleven holds some eight.
    pub(super) fn bytes(&self) -> usize {
        let entries = self.amounts.len() + self.keys.iter().map(BTreeMap::len).sum::<usize>();
        entries * (size_of::<i64>() + size_of::<u32>()) * 11 / 8
            + self.keys.capacity() * size_of::<BTreeMap<Key, u32>>()
    }
}

fn one_less<K: Ord>(counts: &mut BTreeMap<K, u32>, key: K) {
    if let std::collections::btree_map::Entry::Occupied(mut entry) = counts.entry(key) {
        *entry.get_mut() -= 1;
        if *entry.get() == 0 {
            entry.remove();
        }
    }
}

/// The places that a window of an instant holds.
fn bounds(plan: &FramePlan, history: &History, now_us: i64) -> (usize, usize) {
    let end_us = now_us - plan.over.lag_us;
    (history.until(end_us - plan.over.length_us), history.until(end_us))
}

/// A window at its subject's newest event: it holds the places `from..to`.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Frame {
    from: usize,
    to: usize,
    pub sums: Sums,
}

impl Frame {
    pub(super) fn new(plan: &FramePlan) -> Self {
        Self { from: 0, to: 0, sums: Sums::new(plan) }
    }

    /// A window at its subject's newest event, counted anew.
    pub(super) fn counted(plan: &FramePlan, history: &History, newest_us: i64) -> Self {
        let (from, to) = bounds(plan, history, newest_us);
        Self { from, to, sums: Sums::counted(plan, history, newest_us, history.len()) }
    }

    /// Slides to the newest event.
    pub(super) fn slide(&mut self, plan: &FramePlan, history: &History, now_us: i64) {
        let end_us = now_us - plan.over.lag_us;
        let start_us = end_us - plan.over.length_us;
        while self.to < history.len() && history.item(self.to).at_us <= end_us {
            self.sums.add(plan, history, self.to);
            self.to += 1;
        }
        while self.from < self.to && history.item(self.from).at_us <= start_us {
            self.sums.take(plan, history, self.from);
            self.from += 1;
        }
    }

    /// A late event stands at a place now: what lies behind it has moved up by one.
    pub(super) fn inserted(&mut self, plan: &FramePlan, history: &History, place: usize, newest_us: i64) {
        let at_us = history.item(place).at_us;
        let end_us = newest_us - plan.over.lag_us;
        if at_us <= end_us - plan.over.length_us {
            self.from += 1;
            self.to += 1;
        } else if at_us <= end_us {
            self.to += 1;
            self.sums.add(plan, history, place);
        }
    }

    /// The oldest event is about to be forgotten.
    pub(super) fn forgetting(&mut self, plan: &FramePlan, history: &History) {
        if self.from > 0 {
            self.from -= 1;
            self.to -= 1;
        } else if self.to > 0 {
            self.sums.take(plan, history, 0);
            self.to -= 1;
        }
    }

    /// The event at a place is about to be told anew.
    pub(super) fn retelling(&mut self, plan: &FramePlan, history: &History, place: usize) {
        if (self.from..self.to).contains(&place) {
            self.sums.take(plan, history, place);
        }
    }

    /// The event at a place was told anew.
    pub(super) fn retold(&mut self, plan: &FramePlan, history: &History, place: usize) {
        if (self.from..self.to).contains(&place) {
            self.sums.add(plan, history, place);
        }
    }

    /// The event at a place turns out bad just now, or not bad after all.
    pub(super) fn labelled(&mut self, plan: &FramePlan, history: &History, place: usize, bad: bool) {
        if (self.from..self.to).contains(&place) && history.item(place).traits.has(plan.only) {
            self.sums.bad = if bad { self.sums.bad + 1 } else { self.sums.bad - 1 };
        }
    }
}
