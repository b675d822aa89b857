//! The two number types that a net computes in: `f32` for fits and scores, `f64` for gradient
//! checks and for Levenberg and Marquardt's normal equations. One source serves both.
//!
//! Its limit: the `f32` exponential is a polynomial, so that it runs in vector registers; each
//! function states its error, and a test holds it to that.

use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub};

use crate::number::nearest_f32;

/// A floating-point number of a net.
pub(super) trait Scalar:
    Copy
    + Default
    + PartialEq
    + PartialOrd
    + Send
    + Sync
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + 'static
{
    const ZERO: Self;
    const ONE: Self;

    /// The nearest number of this type.
    fn of(value: f64) -> Self;

    /// The same number, exactly.
    fn f64(self) -> f64;

    /// `self · factor + addend`, rounded once where the processor can, else twice.
    fn times_plus<const FUSED: bool>(self, factor: Self, addend: Self) -> Self;

    /// e to this power. `f32`: relative error below 3e-7, and no overflow: kept inside e^±87.
    fn exp<const FUSED: bool>(self) -> Self;

    /// 1 / (1 + e^−x). `f32`: absolute error below 2e-7.
    #[inline(always)]
    fn sigmoid<const FUSED: bool>(self) -> Self {
        Self::ONE / (Self::ONE + (-self).exp::<FUSED>())
    }

    /// The hyperbolic tangent, 1 − 2 / (e^2x + 1). `f32`: absolute error below 4e-7.
    #[inline(always)]
    fn tanh<const FUSED: bool>(self) -> Self {
        Self::ONE - (Self::ONE + Self::ONE) / ((self + self).exp::<FUSED>() + Self::ONE)
    }

    /// The square root.
    fn root(self) -> Self;

    /// The larger of two numbers; the second where one is not a number.
    #[inline(always)]
    fn or_larger(self, other: Self) -> Self {
        if self > other { self } else { other }
    }
}

impl Scalar for f64 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;

    #[inline(always)]
    fn root(self) -> Self {
        self.sqrt()
    }

    #[inline(always)]
    fn of(value: f64) -> Self {
        value
    }

    #[inline(always)]
    fn f64(self) -> f64 {
        self
    }

    #[inline(always)]
    fn times_plus<const FUSED: bool>(self, factor: Self, addend: Self) -> Self {
        if FUSED { self.mul_add(factor, addend) } else { self * factor + addend }
    }

    #[inline(always)]
    fn exp<const FUSED: bool>(self) -> Self {
        f64::exp(self)
    }
}

impl Scalar for f32 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;

    #[inline(always)]
    fn root(self) -> Self {
        self.sqrt()
    }

    #[inline(always)]
    fn of(value: f64) -> Self {
        nearest_f32(value)
    }

    #[inline(always)]
    fn f64(self) -> f64 {
        f64::from(self)
    }

    #[inline(always)]
    fn times_plus<const FUSED: bool>(self, factor: Self, addend: Self) -> Self {
        if FUSED { self.mul_add(factor, addend) } else { self * factor + addend }
    }

    /// e^x = 2^n · e^r with n = round(x / ln 2), so that |r| ≤ ln 2 / 2, where the Taylor
    /// polynomial of degree 6 is exact to 2e-7; 2^n is written into the exponent's bits.
    #[inline(always)]
    fn exp<const FUSED: bool>(self) -> Self {
        /// 1.5 · 2^23: adding it leaves the nearest integer in the lowest bits.
        const ROUNDER: f32 = 12_582_912.0;
        /// ln 2 in two parts, the first short enough that n times it is exact.
        const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
        const TAYLOR: [f32; 7] = [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0];
        let x = if self > 87.0 { 87.0 } else { self };
        let x = if x < -87.0 { -87.0 } else { x };
        let shifted = x.times_plus::<FUSED>(std::f32::consts::LOG2_E, ROUNDER);
        let n = shifted - ROUNDER;
        let r = n.times_plus::<FUSED>(-LN_2[1], n.times_plus::<FUSED>(-LN_2[0], x));
        let mut sum = TAYLOR[0];
        for coefficient in &TAYLOR[1..] {
            sum = sum.times_plus::<FUSED>(r, *coefficient);
        }
        let exponent = shifted.to_bits().wrapping_sub(ROUNDER.to_bits()).wrapping_add(127);
        sum * f32::from_bits(exponent << 23)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The largest error over −20..20, fused or not.
    fn worst(ours: impl Fn(f32) -> [f32; 2], exact: impl Fn(f64) -> f64, relative: bool) -> f64 {
        let errors = (-200_000..=200_000).flat_map(|step| {
            let x = step as f32 * 1e-4;
            let wanted = exact(f64::from(x));
            let scale = if relative { wanted } else { 1.0 };
            ours(x).map(|given| ((f64::from(given) - wanted) / scale).abs())
        });
        errors.fold(0.0, f64::max)
    }

    #[test]
    fn each_approximation_keeps_its_stated_error() {
        assert!(worst(|x| [Scalar::exp::<true>(x), Scalar::exp::<false>(x)], f64::exp, true) < 3e-7);
        let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
        assert!(worst(|x| [x.sigmoid::<true>(), x.sigmoid::<false>()], sigmoid, false) < 2e-7);
        assert!(worst(|x| [Scalar::tanh::<true>(x), Scalar::tanh::<false>(x)], f64::tanh, false) < 4e-7);
    }

    #[test]
    fn the_ends_are_finite() {
        for x in [f32::MAX, f32::MIN, 1e3, -1e3] {
            assert!(Scalar::exp::<true>(x).is_finite() && x.sigmoid::<true>().is_finite());
            assert!(Scalar::tanh::<true>(x).abs() <= 1.0);
        }
    }
}
