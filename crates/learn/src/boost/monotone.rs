//! Leaves that may only rise, or only fall, with a column.
//!
//! The way is LightGBM's "basic": a split on such a column must order its children's values, and
//! from there on all leaves of one side stay on their side of the middle of the two. So each tree
//! is monotone in the column wherever it is present, and their sum is.

use super::grow::{LeafValue, Newton};
use crate::histogram::{Candidate, Criterion, Sums};

/// How the log-odds may move as a column grows, all else being equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Monotone {
    /// Up, or not at all.
    Rising,
    /// Down, or not at all.
    Falling,
}

/// Newton's leaves, kept between two bounds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounded<'a> {
    newton: Newton,
    /// By position.
    directions: &'a [Option<Monotone>],
    low: f64,
    high: f64,
}

impl<'a> Bounded<'a> {
    /// The root's: no bounds yet.
    pub(super) fn new(newton: Newton, directions: &'a [Option<Monotone>]) -> Self {
        Self { newton, directions, low: f64::NEG_INFINITY, high: f64::INFINITY }
    }
}

impl Criterion for Bounded<'_> {
    /// −(2·G·w + (H + λ)·w²) at the kept value w; G² / (H + λ) where no bound keeps it.
    ///
    /// By hand: G = −1, H + λ = 1 wants w = 1 and is worth 1; kept at 0.5 it is worth 0.75.
    fn worth(self, sums: Sums) -> f64 {
        let (value, Newton { scale, lambda_l2 }) = (self.value(sums), self.newton);
        -value * (2.0 * sums.gradient(scale) + (sums.hessian(scale) + lambda_l2) * value)
    }

    fn worth_of_children(self, position: usize, left: Sums, right: Sums) -> Option<f64> {
        let ordered = match self.directions[position] {
            Some(Monotone::Rising) => self.value(left) <= self.value(right),
            Some(Monotone::Falling) => self.value(left) >= self.value(right),
            None => true,
        };
        ordered.then(|| self.worth(left) + self.worth(right))
    }
}

impl LeafValue for Bounded<'_> {
    fn value(self, sums: Sums) -> f64 {
        self.newton.value(sums).clamp(self.low, self.high)
    }

    fn of_children(self, split: &Candidate, right: Sums) -> [Self; 2] {
        let middle = f64::midpoint(self.value(split.left), self.value(right));
        let (below, above) = (Self { high: middle, ..self }, Self { low: middle, ..self });
        match self.directions[split.position] {
            Some(Monotone::Rising) => [below, above],
            Some(Monotone::Falling) => [above, below],
            None => [self; 2],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::histogram::Scale;

    #[test]
    fn a_kept_value_is_worth_less_by_hand() {
        let scale = Scale::new(2.0, 2.0);
        let free = Bounded::new(Newton { scale, lambda_l2: 0.75 }, &[]);
        let sums = Sums::of(scale.cell(-1.0, 0.25));
        assert_eq!((free.value(sums), free.worth(sums)), (1.0, 1.0));
        let kept = Bounded { high: 0.5, ..free };
        assert_eq!((kept.value(sums), kept.worth(sums)), (0.5, 0.75));
    }
}
