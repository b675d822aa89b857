//! All randomness comes from one seed, in named streams.
//!
//! A stream is keyed by what it decides (`charge delay`) and for whom (`536365`), so a draw added in one place, or an
//! invoice added to the shop, leaves every other draw as it was. The generator is ChaCha with 8 rounds (Bernstein,
//! "ChaCha, a variant of Salsa20", 2008); what is derived from its words is written here rather than taken from a
//! library, whose derivations may change between versions. Not for secrets.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// Stripe's ids end in 24 letters and digits.
const ID_LENGTH: usize = 24;
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Rates are in hundredths of a percent.
const WHOLE_BPS: u64 = 10_000;

/// What a whole world is made from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seed(pub(crate) u64);

impl Seed {
    /// The stream that decides `what` for `whom`.
    pub(crate) fn stream(self, what: &str, whom: &str) -> Stream {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&self.0.to_le_bytes());
        key[8..16].copy_from_slice(&fnv1a(what).to_le_bytes());
        key[16..24].copy_from_slice(&fnv1a(whom).to_le_bytes());
        Stream(ChaCha8Rng::from_seed(key))
    }

    /// `prefix` and 24 letters and digits: the id of `whom`.
    pub(crate) fn id(self, prefix: &str, whom: &str) -> String {
        self.stream(prefix, whom).id(prefix)
    }
}

/// FNV-1a, 64 bits: spreads names over keys.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A stream of draws.
pub(crate) struct Stream(ChaCha8Rng);

impl Stream {
    /// The next 64 bits, also used to rank candidates.
    pub(crate) fn word(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A whole number from `least` to `most`, both included. The bias is below (most − least) / 2^64.
    pub(crate) fn between(&mut self, least: i64, most: i64) -> i64 {
        let choices = u128::from(most.abs_diff(least)) + 1;
        let offset = (u128::from(self.word()) * choices) >> 64;
        // `offset` is at most `most − least`, which is 64 bits.
        least.saturating_add_unsigned(u64::try_from(offset).unwrap_or(u64::MAX))
    }

    /// True at this rate.
    pub(crate) fn chance(&mut self, rate_bps: u32) -> bool {
        self.word() % WHOLE_BPS < u64::from(rate_bps)
    }

    fn id(&mut self, prefix: &str) -> String {
        let mut id = String::with_capacity(prefix.len() + ID_LENGTH);
        id.push_str(prefix);
        for _ in 0..ID_LENGTH {
            let digit = usize::try_from(self.between(0, 61)).unwrap_or(0);
            id.push(char::from(BASE62[digit]));
        }
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_depends_on_seed_purpose_and_subject_alone() {
        let first = Seed(7).stream("delay", "536365").word();
        assert_eq!(Seed(7).stream("delay", "536365").word(), first);
        for other in [Seed(8).stream("delay", "536365"), Seed(7).stream("part", "536365"), Seed(7).stream("delay", "1")]
        {
            assert_ne!({ other }.word(), first);
        }
    }

    #[test]
    fn draws_reach_both_ends_and_nothing_beyond() {
        let mut stream = Seed(1).stream("test", "");
        let drawn: std::collections::BTreeSet<i64> = (0..200).map(|_| stream.between(-1, 2)).collect();
        assert_eq!(drawn.into_iter().collect::<Vec<_>>(), [-1, 0, 1, 2]);
        assert_eq!(stream.between(5, 5), 5);
        stream.between(i64::MIN, i64::MAX);
    }

    #[test]
    fn a_chance_comes_about_as_often_as_it_says() {
        let mut stream = Seed(1).stream("test", "");
        let hits = (0..100_000).filter(|_| stream.chance(300)).count();
        assert!((2_700..3_300).contains(&hits), "{hits} of 100,000 at 3 %");
        assert!((0..1_000).all(|_| stream.chance(10_000) && !stream.chance(0)));
    }

    #[test]
    fn an_id_reads_like_stripes() {
        let id = Seed(1).id("txn_", "536365");
        assert_eq!(id.len(), 28);
        assert!(id.strip_prefix("txn_").unwrap().bytes().all(|b| b.is_ascii_alphanumeric()));
    }
}
