//! The last attempt of each card that was no retry: when, and how much.
//!
//! After a restart they stand in sorted records of one length and are searched there: a million of them cost no time.

use crate::snapshot::{Kept, bytes};
use domain::{Money, Token};
use std::collections::BTreeMap;

/// The bytes of a card, a second and an amount with its currency.
const RECORD: usize = 16 + 8 + 8 + 3;

/// Between two looks for what is to be let go, in seconds: a look passes all cards that tried lately.
const LOOK_EVERY_S: i64 = 3_600;

/// The last attempts of all cards.
#[derive(Clone, Debug)]
pub(super) struct Tries {
    recent: BTreeMap<Token, (i64, Money)>,
    /// Of cards that are not among the recent ones, and of some that are, by card.
    packed: Vec<u8>,
    /// What is packed and not later than this is gone.
    gone_s: i64,
    /// Until when was let go of last; what came late since then stands until the next time.
    looked_s: i64,
}

impl Default for Tries {
    fn default() -> Self {
        Self { recent: BTreeMap::new(), packed: Vec::new(), gone_s: i64::MIN, looked_s: i64::MIN }
    }
}

impl Tries {
    /// The last attempt of a card.
    pub(super) fn last(&self, card: Token) -> Option<(i64, Money)> {
        self.recent.get(&card).copied().or_else(|| {
            let (records, _) = self.packed.as_chunks::<RECORD>();
            let place = records.binary_search_by(|record| record[..16].cmp(&card.0)).ok()?;
            let (_, last) = read(&records[place])?;
            (last.0 > self.gone_s).then_some(last)
        })
    }

    pub(super) fn set(&mut self, card: Token, last: (i64, Money)) {
        self.recent.insert(card, last);
    }

    /// Lets go of what is not later than a second, an hour late at most.
    pub(super) fn forget_until(&mut self, second: i64) {
        if second >= self.looked_s.saturating_add(LOOK_EVERY_S) {
            self.recent.retain(|_, (at, _)| *at > second);
            (self.gone_s, self.looked_s) = (second, second);
        }
    }
}

fn read(record: &[u8; RECORD]) -> Option<(Token, (i64, Money))> {
    Kept::take(&mut &record[..])
}

impl Kept for Tries {
    fn put(&self, out: &mut Vec<u8>) {
        self.looked_s.put(out);
        let (records, _) = self.packed.as_chunks::<RECORD>();
        let packed = records
            .iter()
            .filter_map(read)
            .filter(|(card, last)| last.0 > self.gone_s && !self.recent.contains_key(card));
        let recent = self.recent.iter().map(|(card, last)| (*card, *last));
        let mut all: Vec<(Token, (i64, Money))> = packed.chain(recent).collect();
        all.sort_unstable_by_key(|(card, _)| *card);
        all.put(out);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        let (looked_s, count) = (i64::take(from)?, usize::take(from)?);
        let packed = bytes(from, count.checked_mul(RECORD)?)?.to_vec();
        Some(Self { recent: BTreeMap::new(), packed, gone_s: i64::MIN, looked_s })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Currency;

    #[test]
    fn packed_or_not_the_last_attempt_of_a_card_is_known_until_it_is_gone() {
        let mut plain = Tries::default();
        (1..6).for_each(|card| plain.set(Token([card; 16]), (i64::from(card) * 10, Money::new(-5, Currency::EUR))));
        let bytes_of = |tries: &Tries| {
            let mut out = Vec::new();
            tries.put(&mut out);
            out
        };
        let mut packed = Tries::take(&mut &bytes_of(&plain)[..]).unwrap();
        for tries in [&mut plain, &mut packed] {
            assert_eq!(tries.last(Token([3; 16])), Some((30, Money::new(-5, Currency::EUR))));
            tries.set(Token([2; 16]), (90, Money::new(7, Currency::GBP)));
            tries.forget_until(30);
            let known = (1..7).filter(|card| tries.last(Token([*card; 16])).is_some());
            assert_eq!(known.collect::<Vec<u8>>(), [2, 4, 5]);
        }
        assert!(bytes_of(&plain) == bytes_of(&packed));
        assert!(Tries::take(&mut &bytes_of(&plain)[..20]).is_none());
    }
}
