//! Sums of two weights and a count over rows, as fixed-point integers.
//!
//! A sum of integers does not depend on its order. So histograms are the same on any number of
//! threads and for any order of columns, and parent minus child is the other child exactly. The
//! scale is a power of two, as fine as the sum over all rows allows.
//!
//! Boosted trees sum first and second derivatives. A decision tree sums minus the weight of the
//! positive rows and the weight of all: then G² / H is what the Gini impurity takes away, and
//! −G / H is the share of positives. So both ask the same questions of one histogram.

use crate::number::{float, nearest_i64};

/// The bits that count rows, below the second weight in one integer.
const COUNT_BITS: u32 = 24;

/// The most rows: their count has to fit into its bits.
pub(crate) const MOST_ROWS: usize = (1 << COUNT_BITS) - 1;

/// The bits for the sum of all second weights. With the count and a sign they make 63: a sum of exactly 2³⁹ above the
/// count would already be the sign.
const HESSIAN_BITS: f64 = 38.0;

/// The bits for the sum of all first weights; one is the sign, one is to spare.
const GRADIENT_BITS: f64 = 62.0;

/// A row's or a bin's sums: the first, and the second with a count of rows below it.
pub(crate) type Cell = [i64; 2];

/// What one fixed-point step is worth. Both are powers of two, so to multiply or divide by them
/// rounds nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    gradient: f64,
    hessian: f64,
}

impl Scale {
    /// The finest scale for sums of at most so much.
    pub(crate) fn new(most_gradient: f64, most_hessian: f64) -> Self {
        Self {
            gradient: power_of_two(most_gradient.log2() - GRADIENT_BITS),
            hessian: power_of_two(most_hessian.log2() - HESSIAN_BITS),
        }
    }

    /// The cell of one row, with a count of 1.
    pub(crate) fn cell(self, gradient: f64, hessian: f64) -> Cell {
        let (gradient, hessian) = (gradient / self.gradient, hessian / self.hessian);
        [nearest_i64(gradient), (nearest_i64(hessian) << COUNT_BITS) + 1]
    }
}

/// 2 to the least whole exponent not below this one.
fn power_of_two(exponent: f64) -> f64 {
    exponent.ceil().exp2()
}

/// The sums over some rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    gradient: i64,
    hessian: i64,
    /// The number of rows.
    pub(crate) rows: i64,
}

impl Sums {
    pub(crate) fn of(cell: Cell) -> Self {
        let [gradient, packed] = cell;
        let rows = packed & ((1 << COUNT_BITS) - 1);
        Self { gradient, hessian: packed >> COUNT_BITS, rows }
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            gradient: self.gradient + other.gradient,
            hessian: self.hessian + other.hessian,
            rows: self.rows + other.rows,
        }
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        Self {
            gradient: self.gradient - other.gradient,
            hessian: self.hessian - other.hessian,
            rows: self.rows - other.rows,
        }
    }

    /// The sum of the first weights.
    pub(crate) fn gradient(self, scale: Scale) -> f64 {
        float(self.gradient) * scale.gradient
    }

    /// The sum of the second weights.
    pub(crate) fn hessian(self, scale: Scale) -> f64 {
        float(self.hessian) * scale.hessian
    }

    /// What the best single value for these rows takes away: G² / (H + λ).
    pub(crate) fn gain(self, scale: Scale, lambda_l2: f64) -> f64 {
        let gradient = self.gradient(scale);
        gradient * gradient / (self.hessian(scale) + lambda_l2)
    }

    /// The value that takes it away: −G / (H + λ).
    pub(crate) fn best_value(self, scale: Scale, lambda_l2: f64) -> f64 {
        -self.gradient(scale) / (self.hessian(scale) + lambda_l2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gains_and_values_are_by_hand() {
        let scale = Scale::new(2.0, 0.5);
        let sums = Sums::of(scale.cell(-0.5, 0.25));
        assert_eq!(sums.rows, 1);
        assert_eq!(sums.hessian(scale), 0.25);
        // −G / (H + λ) = 0.5 / (0.25 + 0.75), and G² / (H + λ) = 0.25 / 1.
        assert_eq!(sums.best_value(scale, 0.75), 0.5);
        assert_eq!(sums.gain(scale, 0.75), 0.25);
    }

    #[test]
    fn the_largest_sums_fit() {
        let rows = i64::try_from(MOST_ROWS).unwrap();
        let scale = Scale::new(rows as f64, rows as f64 / 4.0);
        let [gradient, packed] = scale.cell(0.5, 0.25);
        assert!(gradient.checked_mul(2).and_then(|cell| cell.checked_mul(rows)).is_some());
        let sums = Sums::of([gradient * rows, packed.checked_mul(rows).unwrap()]);
        assert_eq!(sums.rows, rows);
        assert!((sums.hessian(scale) / rows as f64 - 0.25).abs() < 1e-5);
    }
}
