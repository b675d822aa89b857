//! The narrowing conversions of this crate, each with its rounding in its name.
//!
//! `as` casts that can lose something stand here and nowhere else, so that each loss is a choice.

/// The nearest `f32`; ties to even.
#[expect(clippy::cast_possible_truncation, reason = "rounding to the nearest f32 is what is asked")]
pub(crate) fn nearest_f32(value: f64) -> f32 {
    value as f32
}

/// The nearest integer, halves away from zero; saturates at the ends, and 0 for `NaN`. Adding a
/// half needs no library call, and differs from `f64::round` only one rounding below a half.
#[expect(clippy::cast_possible_truncation, reason = "saturation is what is asked")]
pub(crate) fn nearest_i64(value: f64) -> i64 {
    (value + 0.5_f64.copysign(value)) as i64
}

/// The largest index not above `value`; 0 below zero and for `NaN`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturation is what is asked")]
pub(crate) fn floor_index(value: f64) -> usize {
    value as usize
}

/// A fixed-point sum as a float, rounded to the nearest.
pub(crate) fn float(value: i64) -> f64 {
    value as f64
}

/// An index that a check before has bounded by `u32::MAX`; saturates otherwise.
pub(crate) fn index_u32(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// An index that a check before has bounded by `u16::MAX`; saturates otherwise.
pub(crate) fn index_u16(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}

/// An index that a check before has bounded by `u8::MAX`; saturates otherwise.
pub(crate) fn index_u8(index: usize) -> u8 {
    u8::try_from(index).unwrap_or(u8::MAX)
}

/// e to this power, for powers of 0 and below; within 2e-7 of itself, and 0 from about −87 on. Unlike the library's it
/// has no branch, so loops of it are vectors, and its bits are the same on every machine. `NaN` counts as the farthest power.
///
/// 2^(x·log₂e) is 2 to the nearest whole power, by its exponent bits, times a polynomial of what is left.
pub(crate) fn exp_f32(power: f32) -> f32 {
    // Adding and taking away 1.5 · 2²³ rounds to whole numbers, which then stand in the lower bits.
    const ROUND: f32 = 12_582_912.0;
    let scaled = power.max(-87.0) * std::f32::consts::LOG2_E;
    let shifted = scaled + ROUND;
    let rest = (scaled - (shifted - ROUND)) * std::f32::consts::LN_2;
    let series = 1.0 / 720.0;
    let series = series * rest + 1.0 / 120.0;
    let series = series * rest + 1.0 / 24.0;
    let series = series * rest + 1.0 / 6.0;
    let series = series * rest + 0.5;
    let series = (series * rest + 1.0) * rest + 1.0;
    let whole = f32::from_bits((shifted.to_bits() << 23).wrapping_add(127 << 23));
    series * whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_e_are_those_of_the_library() {
        assert_eq!(exp_f32(0.0), 1.0);
        for step in 0..87_000_u32 {
            let power = -nearest_f32(f64::from(step) / 1000.0);
            let wanted = f64::from(power).exp();
            assert!((f64::from(exp_f32(power)) / wanted - 1.0).abs() < 1e-5, "{power}");
            assert!((f64::from(exp_f32(power)) - wanted).abs() < 2e-7);
        }
        assert!(exp_f32(f32::NEG_INFINITY) < 1e-37 && exp_f32(-1e30) >= 0.0);
    }
}
