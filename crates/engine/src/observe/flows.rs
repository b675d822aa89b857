//! Money that is cut small, and money that goes in circles: what is read of a subject's movements.
//!
//! Structuring counts, over a true sliding window, the amounts of one subject that lie just under the threshold. A round
//! trip is a movement with an earlier one of the other sign beside it, of the same subject and near the same amount, at
//! most so many days ago; each movement is half of one trip at most, the latest that fits first. Movements are kept as
//! long as the rule's days reach; a late one is held against those that came before it.

use super::windows::{Aggregate, Bounds, Definition, Happening, Key, KeyKind, Plan, SECOND_US, Span, Traits, Windows};
use super::{SECONDS_A_DAY, payments};
use crate::readings::{RoundTrip, Structured};
use domain::{RecordId, RoundTripRule, StructuringRule, Token, WatchRules};
use jiff::Timestamp;
use std::collections::{BTreeMap, VecDeque};

/// Hundredths of a percent of a whole.
const WHOLE_BPS: i128 = 10_000;

/// The most movements that are remembered of one subject.
const MOST_MOVEMENTS: usize = 1_000;

/// A movement of money: positive when it came.
#[derive(Clone, Copy, Debug)]
pub struct Movement<'a> {
    /// Its record.
    pub record: &'a RecordId,
    /// Whose.
    pub of: Token,
    /// When.
    pub at: Timestamp,
    /// How much, minor units of the reporting currency.
    pub minor: i64,
}

/// What was read of a movement.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Reading {
    /// It lies just under the threshold.
    pub structured: Option<Structured>,
    /// It is the second half of a round trip.
    pub round_trip: Option<RoundTrip>,
}

/// All movements that a rule may still look at.
#[derive(Clone, Debug, Default)]
pub struct Flows {
    structuring: Option<(StructuringRule, Windows)>,
    round_trips: Option<RoundTripRule>,
    /// By subject, in order of arrival: seconds, minor units, record.
    movements: BTreeMap<Token, VecDeque<(i64, i64, RecordId)>>,
}

impl Flows {
    /// Reads by these rules from here on. Rules that stay as they were keep what they know.
    pub fn install(&mut self, rules: &WatchRules) {
        let known = self.structuring.as_ref().map(|(rule, _)| *rule);
        if known != rules.structuring {
            self.structuring = rules.structuring.map(|rule| (rule, near_windows(&rule)));
        }
        self.round_trips = rules.round_trips;
        if rules.round_trips.is_none() {
            self.movements.clear();
        }
    }

    /// Takes a movement in.
    pub fn observe(&mut self, movement: &Movement<'_>) -> Reading {
        Reading { structured: self.structured(movement), round_trip: self.round_trip(movement) }
    }

    fn structured(&mut self, movement: &Movement<'_>) -> Option<Structured> {
        let (rule, windows) = self.structuring.as_mut()?;
        let (minor, threshold) = (i128::from(movement.minor).abs(), i128::from(rule.threshold_minor));
        if minor >= threshold || minor * WHOLE_BPS < threshold * i128::from(rule.near_bps) {
            return None;
        }
        let event = Happening {
            id: payments::name(movement.record),
            at_us: movement.at.as_microsecond(),
            amount_minor: Some(movement.minor),
            traits: Traits::NONE,
            keys: [None; KeyKind::ALL.len()],
        };
        let mut row = Vec::new();
        windows.observe(&event.with(KeyKind::Buyer, Some(Key::from(movement.of))), &mut row);
        Some(Structured { count: whole(row.first().copied().unwrap_or(0.0)) })
    }

    fn round_trip(&mut self, movement: &Movement<'_>) -> Option<RoundTrip> {
        let rule = self.round_trips?;
        if i128::from(movement.minor).abs() < i128::from(rule.least_minor) {
            return None;
        }
        let (at, reach) = (movement.at.as_second(), i64::from(rule.days) * SECONDS_A_DAY);
        let known = self.movements.entry(movement.of).or_default();
        known.retain(|(earlier, ..)| *earlier >= at - reach);
        let fits = |(earlier_at, minor, _): &&(i64, i64, RecordId)| {
            *earlier_at <= at && (*minor < 0) != (movement.minor < 0) && is_near(*minor, movement.minor, rule)
        };
        if let Some(place) = known.iter().rposition(|earlier| fits(&earlier)) {
            let (earlier_at, _, earlier) = known.remove(place)?;
            return Some(RoundTrip { earlier, seconds: at - earlier_at });
        }
        known.push_back((at, movement.minor, movement.record.clone()));
        if known.len() > MOST_MOVEMENTS {
            known.pop_front();
        }
        None
    }
}

/// The window of a rule: it counts what lies just under the threshold, for whoever it is of.
fn near_windows(rule: &StructuringRule) -> Windows {
    let over = Span::days(i64::from(rule.days.max(1)));
    let plan = Plan::new(&[Definition::new(KeyKind::Buyer, Aggregate::Count, over)]);
    let bounds = Bounds { lateness_us: 30 * SECONDS_A_DAY * SECOND_US, ..Bounds::default() };
    Windows::new(plan.expect("a day is a window").into(), bounds)
}

fn is_near(earlier: i64, later: i64, rule: RoundTripRule) -> bool {
    let (earlier, later) = (i128::from(earlier).abs(), i128::from(later).abs());
    (earlier - later).abs() * WHOLE_BPS <= earlier * i128::from(rule.tolerance_bps)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of a few")]
fn whole(count: f32) -> u32 {
    count as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: WatchRules = WatchRules {
        structuring: Some(StructuringRule { threshold_minor: 1_000_000, near_bps: 9_000, count: 3, days: 7 }),
        round_trips: Some(RoundTripRule { least_minor: 100_000, tolerance_bps: 500, days: 10 }),
        system: domain::SystemRule {
            failure_rate_bps: 500,
            decline_rate_bps: 3_000,
            latency_ms: 2_000,
            deviations: 4,
            least_attempts: 20,
        },
    };

    fn flows() -> Flows {
        let mut flows = Flows::default();
        flows.install(&RULES);
        flows
    }

    fn read(flows: &mut Flows, name: &str, day: i64, minor: i64) -> Reading {
        let record = RecordId::from(name);
        let at = Timestamp::from_second(day * SECONDS_A_DAY).unwrap();
        flows.observe(&Movement { record: &record, of: Token([7; 16]), at, minor })
    }

    #[test]
    fn amounts_just_under_the_threshold_are_counted_within_the_days() {
        let mut flows = flows();
        let mut count = |name: &str, day, minor| read(&mut flows, name, day, minor).structured.map(|s| s.count);
        assert_eq!(count("a", 1, 999_999), Some(1));
        assert_eq!(count("b", 2, 1_000_000), None, "it is reported");
        assert_eq!(count("c", 3, 899_999), None, "it is not near");
        assert_eq!(count("d", 4, -900_000), Some(2), "either way");
        assert_eq!(count("e", 7, 950_000), Some(3));
        assert_eq!(count("f", 9, 950_000), Some(3), "the first has left");
    }

    #[test]
    fn money_that_returns_is_a_round_trip_once() {
        let mut flows = flows();
        let mut trip = |name: &str, day, minor| read(&mut flows, name, day, minor).round_trip;
        assert_eq!(trip("in", 1, 500_000), None);
        assert_eq!(trip("small", 2, -400_000), None, "another amount");
        let back = trip("back", 4, -480_000).unwrap();
        assert_eq!((back.earlier.as_str(), back.seconds), ("in", 3 * SECONDS_A_DAY));
        assert_eq!(trip("again", 5, -480_000), None, "it returned already");
        assert_eq!(trip("late", 16, 480_000), None, "eleven days are too many");
        assert_eq!(
            read(&mut Flows::default(), "none", 1, 500_000),
            Reading::default(),
            "without a rule nothing is read"
        );
    }
}
