//! Randomness that a seed determines, on every machine and on any number of threads.
//!
//! The generator is SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
//! generators", 2014). It is not for secrets.

use crate::number::floor_index;

/// A stream of random numbers.
#[derive(Debug, Clone)]
pub(crate) struct Random {
    state: u64,
}

impl Random {
    /// The stream of this seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// Stream `index` of this seed: parallel work takes one by its index, never by its thread.
    pub(crate) fn stream(seed: u64, index: usize) -> Self {
        let mut mixed = Self::new(seed);
        let start = mixed.next_u64() ^ Self::new(index as u64).next_u64();
        Self::new(start)
    }

    /// The next 64 bits.
    pub(crate) fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number in \[0, 1), from the upper 53 bits.
    pub(crate) fn uniform(&mut self) -> f64 {
        const UNIT: f64 = 1.0 / (1_u64 << 53) as f64;
        (self.next_u64() >> 11) as f64 * UNIT
    }

    /// A number of the standard normal distribution (Box and Muller, 1958).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// An index below `end`, which must be positive. The bias is at most `end` / 2^53.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        floor_index(self.uniform() * end as f64).min(end - 1)
    }

    /// The indices below `end` in a random order, each order equally likely (Fisher and Yates).
    pub(crate) fn permutation(&mut self, end: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..end).collect();
        for index in (1..end).rev() {
            order.swap(index, self.below(index + 1));
        }
        order
    }

    /// `count` of the indices below `end`, each subset equally likely, in ascending order
    /// (selection sampling: Knuth, volume 2, algorithm 3.4.2 S).
    pub(crate) fn choose(&mut self, count: usize, end: usize) -> Vec<usize> {
        let mut chosen = Vec::with_capacity(count);
        for index in 0..end {
            let (wanted, left) = (count - chosen.len(), end - index);
            if self.uniform() * (left as f64) < wanted as f64 {
                chosen.push(index);
            }
        }
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_the_published_one() {
        // The first outputs for seed 1234567, as in the reference code's test vectors.
        let mut random = Random::new(1_234_567);
        assert_eq!(random.next_u64(), 6_457_827_717_110_365_317);
        assert_eq!(random.next_u64(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn choose_gives_exactly_so_many_in_order() {
        for count in 0..=7 {
            let chosen = Random::stream(3, count).choose(count, 7);
            assert_eq!(chosen.len(), count);
            assert!(chosen.is_sorted() && chosen.iter().all(|index| *index < 7));
        }
    }

    #[test]
    fn a_permutation_holds_each_index_once() {
        let mut order = Random::new(2).permutation(50);
        assert_ne!(order, (0..50).collect::<Vec<_>>());
        order.sort_unstable();
        assert_eq!(order, (0..50).collect::<Vec<_>>());
    }

    #[test]
    fn normal_numbers_have_their_moments() {
        let mut random = Random::new(4);
        let numbers: Vec<f64> = (0..20_000).map(|_| random.normal()).collect();
        let mean = numbers.iter().sum::<f64>() / 20_000.0;
        let square = numbers.iter().map(|number| number * number).sum::<f64>() / 20_000.0;
        assert!(mean.abs() < 0.03 && (square - 1.0).abs() < 0.05, "{mean} {square}");
    }

    #[test]
    fn below_reaches_every_index() {
        let mut random = Random::new(0);
        let mut hits = [0; 3];
        (0..300).for_each(|_| hits[random.below(3)] += 1);
        assert!(hits.iter().all(|&count| count > 60));
    }
}
