//! Random numbers that a seed determines: SplitMix64, as the core has it.

/// A stream of random numbers.
#[derive(Clone, Debug)]
pub struct Seeded(u64);

impl Seeded {
    /// The stream of this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// In \[0, 1).
    pub fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Of the standard normal distribution.
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// True with this probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.uniform() < probability
    }

    /// An index below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        whole(self.uniform() * end as f64).min(end - 1)
    }
}

/// The largest index not above a number; 0 below 0.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturation is what is asked")]
pub fn whole(number: f64) -> usize {
    number as usize
}

/// The nearest `f32`.
#[expect(clippy::cast_possible_truncation, reason = "rounding is what is asked")]
pub fn single(number: f64) -> f32 {
    number as f32
}

/// The place of the first digit: of 12,345 it is 4, of .012 it is −2.
#[expect(clippy::cast_possible_truncation, reason = "a handful of digits")]
pub(crate) fn whole_log10(number: f64) -> i32 {
    if number == 0.0 { 0 } else { number.abs().log10().floor() as i32 }
}
