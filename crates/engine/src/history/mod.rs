//! What cards and terminals did lately, by the time of the events.
//!
//! Charge: keeps the attempts of each card and terminal, counts and sums them over any stretch of time exactly, and says
//! what was known of an attempt when it was asked about. Limits: an attempt older than [`KEPT_SECONDS`] before the newest of
//! its card is not counted, and of one card or terminal the newest [`MOST_KEPT`] are kept; a late attempt counts from its
//! arrival on, by its own time, and what was said before it stays said; a retry counts once. Money is summed in minor units,
//! so that no order of arrival moves a sum.
//!
//! Example: attempts of a card at second 0, 10 and 3,600 with 1.00, 2.00 and 6.00: at the last, the hour behind it holds
//! the second and itself, (0, 3,600] with 2 attempts and 8.00.

mod features;
#[cfg(test)]
mod tests;

pub use features::{FEATURES, place_of};

use domain::{Attempt, Money, Outcome, Token};
use smol_str::SmolStr;
use std::collections::{BTreeMap, VecDeque};

const DAY_S: i64 = 86_400;

/// The longest window and the longest wait for labels.
pub const KEPT_SECONDS: i64 = 60 * DAY_S;

/// Attempts of one card or terminal, the newest: 24 bytes each.
pub const MOST_KEPT: usize = 4_096;

/// What a stretch of time holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Held {
    /// Attempts.
    pub count: u32,
    /// Their amounts, in minor units.
    pub minor: i64,
    /// Those whose event is known to have come.
    pub events: i64,
}

/// One attempt, with the totals up to and including it.
#[derive(Clone, Copy, Debug)]
struct Entry {
    at: i64,
    minor: i64,
    events: i64,
}

/// The attempts of one card or terminal, by time.
#[derive(Clone, Debug, Default)]
struct Line {
    entries: VecDeque<Entry>,
    /// Totals up to what was let go.
    before: (i64, i64),
    /// The last that was no retry: when and how much.
    last: Option<(i64, Money)>,
}

impl Line {
    fn totals_before(&self, place: usize) -> (i64, i64) {
        let entry = place.checked_sub(1).and_then(|place| self.entries.get(place));
        entry.map_or(self.before, |entry| (entry.minor, entry.events))
    }

    fn add(&mut self, at: i64, minor: i64) {
        let newest = self.entries.back().map_or(at, |entry| entry.at).max(at);
        if at <= newest - KEPT_SECONDS {
            return;
        }
        let place = self.entries.partition_point(|entry| entry.at <= at);
        let (sum, events) = self.totals_before(place);
        self.entries.insert(place, Entry { at, minor: sum.saturating_add(minor), events });
        for entry in self.entries.range_mut(place + 1..) {
            entry.minor = entry.minor.saturating_add(minor);
        }
        while self.entries.len() > MOST_KEPT
            || self.entries.front().is_some_and(|entry| entry.at <= newest - KEPT_SECONDS)
        {
            let gone = self.entries.pop_front();
            self.before = gone.map_or(self.before, |entry| (entry.minor, entry.events));
        }
    }

    /// One more or one less known event at an attempt of this time.
    fn mark(&mut self, at: i64, by: i64) {
        let place = self.entries.partition_point(|entry| entry.at < at);
        if self.entries.get(place).is_some_and(|entry| entry.at == at) {
            self.entries.range_mut(place..).for_each(|entry| entry.events += by);
        }
    }

    /// What the stretch (after, through] holds.
    fn held(&self, after: i64, through: i64) -> Held {
        let first = self.entries.partition_point(|entry| entry.at <= after);
        let end = self.entries.partition_point(|entry| entry.at <= through).max(first);
        let (from, to) = (self.totals_before(first), self.totals_before(end));
        let count = u32::try_from(end - first).unwrap_or(u32::MAX);
        Held { count, minor: to.0 - from.0, events: to.1 - from.1 }
    }
}

/// What was known of an attempt when it was asked about.
#[derive(Clone, PartialEq, Debug)]
pub struct Known {
    /// One number a column of [`FEATURES`]; NaN = missing.
    pub features: Vec<f32>,
    /// The same card tried the same amount a moment ago.
    pub retry: bool,
}

/// What all cards and terminals did lately.
#[derive(Clone, Debug, Default)]
pub struct History {
    cards: BTreeMap<Token, Line>,
    terminals: BTreeMap<Token, Line>,
    /// Attempts whose event is known to have come, with their times.
    events: BTreeMap<SmolStr, i64>,
    newest: i64,
}

impl History {
    /// Takes an attempt in, and says what is known of it. `maturity_s`: how long the label of an attempt takes.
    pub fn take(&mut self, attempt: &Attempt, retry_s: i64, maturity_s: i64) -> Known {
        let at = attempt.at.as_second();
        self.newest = self.newest.max(at);
        let card = self.cards.entry(attempt.card).or_default();
        let before = card.last;
        let retry = before.is_some_and(|(last, amount)| amount == attempt.amount && (at - last).abs() <= retry_s);
        if !retry {
            card.last = Some((at, attempt.amount));
            card.add(at, attempt.amount.minor);
            if let Some(terminal) = attempt.terminal {
                self.terminals.entry(terminal).or_default().add(at, attempt.amount.minor);
            }
        }
        let known = features::About {
            attempt,
            card: self.cards.get(&attempt.card),
            terminal: attempt.terminal.and_then(|terminal| self.terminals.get(&terminal)),
            since: before.map(|(last, _)| at - last),
            maturity_s,
        };
        Known { features: features::values(&known), retry }
    }

    /// What came of an attempt is known: each attempt counts once, by what was told last.
    pub fn learn(&mut self, outcome: &Outcome) {
        let at = outcome.at.as_second();
        let known = self.events.contains_key(&outcome.attempt);
        if known == outcome.event {
            return;
        }
        let by = if outcome.event {
            self.events.insert(outcome.attempt.clone(), at);
            1
        } else {
            self.events.remove(&outcome.attempt);
            -1
        };
        if let Some(line) = self.cards.get_mut(&outcome.card) {
            line.mark(at, by);
        }
        if let Some(line) = outcome.terminal.and_then(|terminal| self.terminals.get_mut(&terminal)) {
            line.mark(at, by);
        }
    }

    /// Attempts of a card within the seconds up to and including `at`.
    pub fn attempts_within(&self, card: &Token, at: i64, seconds: u32) -> u32 {
        self.cards.get(card).map_or(0, |line| line.held(at - i64::from(seconds), at).count)
    }

    /// Lets go of whoever did nothing for [`KEPT_SECONDS`].
    pub fn forget_idle(&mut self) {
        let from = self.newest - KEPT_SECONDS;
        let lives = |line: &Line| line.entries.back().is_some_and(|entry| entry.at > from);
        self.cards.retain(|_, line| lives(line));
        self.terminals.retain(|_, line| lives(line));
        self.events.retain(|_, at| *at > from);
    }

    /// Cards and terminals that are held.
    pub fn subjects(&self) -> usize {
        self.cards.len() + self.terminals.len()
    }
}
