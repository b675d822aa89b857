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
