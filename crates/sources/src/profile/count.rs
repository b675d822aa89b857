//! Counting with bounded memory: different values, frequent values, an even sample of numbers.

use super::MOST_COUNTED;
use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Smallest hashes that are kept.
const HASHES: usize = 2_048;
/// Numbers that are kept.
const SAMPLE: usize = 65_536;

pub(super) fn hash(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// How many different values there are, and how often each of the first ones comes.
#[derive(Default)]
pub(super) struct Values {
    counts: HashMap<Box<str>, u64>,
    smallest: BTreeSet<u64>,
    overflowed: bool,
}

impl Values {
    pub(super) fn see(&mut self, value: &str) {
        if let Some(count) = self.counts.get_mut(value) {
            *count += 1;
            return;
        }
        if self.counts.len() < MOST_COUNTED {
            self.counts.insert(value.into(), 1);
            return;
        }
        if !self.overflowed {
            self.overflowed = true;
            self.smallest = self.counts.keys().map(|known| hash(&**known)).collect();
            self.shrink();
        }
        let hash = hash(value);
        if self.smallest.last().is_some_and(|largest| hash < *largest) {
            self.smallest.insert(hash);
            self.shrink();
        }
    }

    fn shrink(&mut self) {
        while self.smallest.len() > HASHES {
            self.smallest.pop_last();
        }
    }

    /// How many, and whether that is exact.
    pub(super) fn different(&self) -> (u64, bool) {
        let counted = self.counts.len() as u64;
        if !self.overflowed {
            return (counted, true);
        }
        // The k-th smallest of n even hashes stands at k/n of the range.
        let largest = u128::from(self.smallest.last().copied().unwrap_or(u64::MAX)).max(1);
        let estimate = ((HASHES as u128 - 1) << 64) / largest;
        (u64::try_from(estimate).unwrap_or(u64::MAX).max(counted), false)
    }

    /// The most frequent that come more than once (or, of few, all), most frequent first.
    pub(super) fn frequent(&self, most: usize) -> Vec<(String, u64)> {
        let mut all: Vec<(&str, u64)> = self.counts.iter().map(|(value, count)| (&**value, *count)).collect();
        all.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let few = all.len() <= most;
        all.into_iter().take(most).filter(|(_, n)| few || *n > 1).map(|(value, n)| (value.to_owned(), n)).collect()
    }
}

/// Every number up to a bound, then every second, fourth, …
pub(super) struct Sample {
    kept: Vec<f64>,
    step: u64,
    seen: u64,
}

impl Default for Sample {
    fn default() -> Self {
        Self { kept: Vec::new(), step: 1, seen: 0 }
    }
}

impl Sample {
    pub(super) fn see(&mut self, number: f64) {
        if self.seen.is_multiple_of(self.step) {
            if self.kept.len() == SAMPLE {
                let mut at = 0_usize;
                self.kept.retain(|_| {
                    at += 1;
                    at % 2 == 1
                });
                self.step *= 2;
            }
            if self.seen.is_multiple_of(self.step) {
                self.kept.push(number);
            }
        }
        self.seen += 1;
    }

    /// In rising order, and whether it is all of them.
    pub(super) fn sorted(mut self) -> (Vec<f64>, bool) {
        self.kept.sort_unstable_by(f64::total_cmp);
        (self.kept, self.step == 1)
    }
}
