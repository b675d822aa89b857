//! Limits that hold for a card from one ruling on.
//!
//! Charge: a limit tightens when a rule sets it again (the smaller amount, the fewer attempts, the later end), is lifted by
//! an attempt that scores below its release bar, and ends by itself. The release bar lies below the bar that set it, so that
//! a score that wavers around one bar does not flutter. Limits: amounts are compared in the currency in which the limit was
//! set; an attempt in another currency is held to the number of attempts alone.
//!
//! Example: a limit of 50.00 for an hour, released below 2 points: an attempt over 60.00 with 3 points breaks it, one over
//! 60.00 with 1.5 points lifts it, and after an hour it is gone.

use crate::snapshot::kept_struct;
use domain::live_policy::LimitRule;
use domain::{Attempt, Currency, Terms, Token};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// A limit in force.
#[derive(Clone, PartialEq, Debug)]
pub struct Limit {
    /// What holds.
    pub terms: Terms,
    /// In which currency.
    pub currency: Currency,
    /// The rule that set it.
    pub rule: String,
    release_below: f64,
}

/// All limits in force, by card.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    of: BTreeMap<Token, Limit>,
}

kept_struct!(Limit { terms, currency, rule, release_below });
kept_struct!(Limits { of });

impl Limits {
    /// The limit that an attempt breaks. One that has ended, or that the attempt lifts, is gone. `within`: attempts of the
    /// card within so many seconds, this one among them.
    pub fn broken(&mut self, attempt: &Attempt, points: f64, within: impl Fn(u32) -> u32) -> Option<&Limit> {
        let limit = self.of.get(&attempt.card)?;
        if limit.terms.until <= attempt.at || points < limit.release_below {
            self.of.remove(&attempt.card);
            return None;
        }
        let limit = self.of.get(&attempt.card)?;
        let over = limit.currency == attempt.amount.currency
            && limit.terms.most_minor.is_some_and(|most| attempt.amount.minor > most);
        let often = limit.terms.most_attempts.is_some_and(|most| within(limit.terms.per_seconds) > most);
        (over || often).then_some(limit)
    }

    /// A rule sets a limit for the card of an attempt; what holds then.
    pub fn set(&mut self, attempt: &Attempt, rule: &str, limit: &LimitRule) -> Terms {
        let until = ends(attempt.at, limit.for_seconds);
        let fresh = Terms {
            most_minor: limit.most_minor,
            most_attempts: limit.most_attempts,
            per_seconds: limit.per_seconds,
            rate_bps: None,
            until,
        };
        let known = self.of.get(&attempt.card);
        let known = known.filter(|known| known.terms.until > attempt.at && known.currency == attempt.amount.currency);
        let terms = known.map_or(fresh, |known| tighter(known.terms, fresh));
        let release_below =
            known.map_or(limit.release_below_points, |known| known.release_below.min(limit.release_below_points));
        let (currency, rule) = (attempt.amount.currency, rule.to_owned());
        self.of.insert(attempt.card, Limit { terms, currency, rule, release_below });
        terms
    }

    /// Lets go of what has ended.
    pub fn pass(&mut self, now: Timestamp) {
        self.of.retain(|_, limit| limit.terms.until > now);
    }

    /// Cards under a limit.
    pub fn count(&self) -> usize {
        self.of.len()
    }
}

/// Whichever is smaller, and ends later. Counts over other times are not compared: the newer holds.
fn tighter(known: Terms, fresh: Terms) -> Terms {
    let least = |a: Option<i64>, b: Option<i64>| match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    };
    let (most_attempts, per_seconds) = match (known.most_attempts, fresh.most_attempts) {
        (Some(a), Some(b)) if known.per_seconds == fresh.per_seconds => (Some(a.min(b)), fresh.per_seconds),
        (Some(a), None) => (Some(a), known.per_seconds),
        _ => (fresh.most_attempts, fresh.per_seconds),
    };
    Terms {
        most_minor: least(known.most_minor, fresh.most_minor),
        most_attempts,
        per_seconds,
        rate_bps: None,
        until: known.until.max(fresh.until),
    }
}

fn ends(at: Timestamp, seconds: u32) -> Timestamp {
    at.checked_add(SignedDuration::from_secs(i64::from(seconds))).unwrap_or(Timestamp::MAX)
}
