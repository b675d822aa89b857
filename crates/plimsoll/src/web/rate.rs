//! How often a token may come: a bucket for each that fills by its rate and holds one second's worth.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// The buckets.
pub(super) struct Rates {
    /// Requests a second; none = any number.
    most: Option<f64>,
    full: Mutex<BTreeMap<String, (Instant, f64)>>,
}

impl Rates {
    pub(super) fn new(most_per_second: Option<u32>) -> Self {
        Self { most: most_per_second.map(f64::from), full: Mutex::default() }
    }

    /// Whether a token may come now.
    pub(super) fn takes(&self, name: &str) -> bool {
        self.takes_at(name, Instant::now())
    }

    fn takes_at(&self, name: &str, now: Instant) -> bool {
        let Some(most) = self.most else { return true };
        let mut full = self.full.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, left) = full.get(name).copied().unwrap_or((now, most));
        let left = (left + now.duration_since(since).as_secs_f64() * most).min(most);
        let taken = left >= 1.0;
        full.insert(name.to_owned(), (now, if taken { left - 1.0 } else { left }));
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_bucket_fills_by_its_rate_and_holds_a_seconds_worth() {
        let rates = Rates::new(Some(2));
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let taken = [0, 0, 0, 499, 510, 5_000, 5_000, 5_000].map(|ms| rates.takes_at("a", at(ms)));
        assert_eq!(taken, [true, true, false, false, true, true, true, false]);
        assert!(rates.takes_at("b", at(0)), "each has its own");
    }
}
