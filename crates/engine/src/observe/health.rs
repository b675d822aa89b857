//! How attempts to pay go: how many fail, are declined, and how long their answers take, lately and before.
//!
//! Attempts are added up by the minute, as there may be thousands a second: *lately* is the minute of the newest attempt
//! and the fourteen before it, *before* the seven days that end where that begins. A late attempt counts in its minute;
//! one older than all of it does not.

use super::SECONDS_A_DAY;
use crate::readings::{Attempts, Health};
use domain::{Authorisation, AuthorisationOutcome, Money};
use jiff::Timestamp;
use std::collections::BTreeMap;

const MINUTE_S: i64 = 60;
const RECENT_MINUTES: i64 = 15;
const USUAL_MINUTES: i64 = 7 * SECONDS_A_DAY / MINUTE_S;

/// Attempts by the minute.
#[derive(Clone, Debug, Default)]
pub struct Minutes {
    minutes: BTreeMap<i64, Attempts>,
    /// What lies before the recent minutes, added up when the minute last changed or a late attempt came.
    usual: Attempts,
    newest: Option<i64>,
}

impl Minutes {
    /// Takes an attempt in.
    pub fn observe(&mut self, at: Timestamp, said: &Authorisation, amount: Option<Money>) -> Health {
        let minute = at.as_second().div_euclid(MINUTE_S);
        let newest = self.newest.map_or(minute, |newest| newest.max(minute));
        let first_recent = newest - RECENT_MINUTES + 1;
        if minute >= first_recent - USUAL_MINUTES {
            let known = self.minutes.entry(minute).or_default();
            *known = known.with(one(said, amount));
        }
        if self.newest != Some(newest) || minute < first_recent {
            self.newest = Some(newest);
            self.minutes = self.minutes.split_off(&(first_recent - USUAL_MINUTES));
            self.usual = sum(self.minutes.range(..first_recent));
        }
        Health { recent: sum(self.minutes.range(first_recent..)), usual: self.usual }
    }
}

fn sum<'a>(minutes: impl Iterator<Item = (&'a i64, &'a Attempts)>) -> Attempts {
    minutes.fold(Attempts::default(), |sum, (_, minute)| sum.with(*minute))
}

fn one(said: &Authorisation, amount: Option<Money>) -> Attempts {
    let failed = said.outcome == AuthorisationOutcome::Failed;
    let latency = said.latency_ms.map_or(0, u64::from);
    Attempts {
        count: 1,
        failed: u64::from(failed),
        declined: u64::from(said.outcome == AuthorisationOutcome::Declined),
        failed_minor: amount.filter(|_| failed).map_or(0, |amount| amount.minor),
        timed: u64::from(said.latency_ms.is_some()),
        latency_ms: latency,
        latency_squares: u128::from(latency) * u128::from(latency),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Currency;

    fn told(minutes: &mut Minutes, minute: i64, outcome: AuthorisationOutcome, latency_ms: u32) -> Health {
        let amount = Money::new(100, Currency::GBP);
        let said = Authorisation {
            amount,
            outcome,
            reason: String::new(),
            latency_ms: Some(latency_ms),
            charge: None,
            order_reference: None,
            buyer: None,
            card: None,
            device: None,
            address: None,
            seller: String::new(),
            merchant: String::new(),
            country: String::new(),
        };
        minutes.observe(Timestamp::from_second(minute * MINUTE_S).unwrap(), &said, Some(amount))
    }

    #[test]
    fn lately_and_before_by_hand() {
        use AuthorisationOutcome::{Approved, Declined, Failed};
        let mut minutes = Minutes::default();
        told(&mut minutes, 0, Failed, 100);
        told(&mut minutes, 1, Declined, 200);
        let health = told(&mut minutes, 15, Approved, 300);
        assert_eq!(
            (health.recent.count, health.recent.declined, health.usual.count, health.usual.failed),
            (2, 1, 1, 1)
        );
        assert_eq!((health.recent.latency_ms, health.recent.latency_squares), (500, 130_000));
        // A late one counts in its minute.
        let health = told(&mut minutes, 0, Failed, 100);
        assert_eq!((health.recent.count, health.usual.failed, health.usual.failed_minor), (2, 2, 200));
        // Seven days and fifteen minutes on, the first minute has left, and what is older counts nowhere.
        let health = told(&mut minutes, USUAL_MINUTES + 15, Approved, 300);
        assert_eq!((health.recent.count, health.usual.count), (1, 2));
        assert_eq!(told(&mut minutes, 0, Failed, 100).usual.count, 2);
    }
}
