//! How mixed a node's labels are.

use std::f64::consts::LN_2;

use crate::histogram::{Cell, Criterion, Scale, Sums};

/// What a split lowers the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Impurity {
    /// 2·p·(1 − p): how often two rows drawn from the node differ. Half positive: 0.5.
    Gini,
    /// −p·log₂ p − (1 − p)·log₂(1 − p), in bits. Half positive: 1.
    Entropy,
}

/// An impurity over sums of minus the positive weight and of all weight.
#[derive(Debug, Clone, Copy)]
pub(super) struct Purity {
    pub(super) impurity: Impurity,
    pub(super) scale: Scale,
}

impl Purity {
    /// For rows whose weights sum to so much.
    pub(super) fn new(impurity: Impurity, weight_sum: f64) -> Self {
        Self { impurity, scale: Scale::new(weight_sum, weight_sum) }
    }

    /// The cell of one row.
    pub(super) fn cell(self, label: bool, weight: f64) -> Cell {
        self.scale.cell(if label { -weight } else { 0.0 }, weight)
    }

    /// The share of positive weight.
    pub(super) fn share(self, sums: Sums) -> f64 {
        sums.best_value(self.scale, 0.0).clamp(0.0, 1.0)
    }

    /// The weight of the rows times their impurity.
    ///
    /// By hand: weights 1 1 2 with labels 1 0 0 give p = 1/4 and 4 · 2 · 1/4 · 3/4 = 1.5.
    pub(super) fn weighted(self, sums: Sums) -> f64 {
        match self.impurity {
            Impurity::Gini => 2.0 * (self.positive(sums) - self.worth(sums)),
            Impurity::Entropy => -self.worth(sums) / LN_2,
        }
    }

    fn positive(self, sums: Sums) -> f64 {
        -sums.gradient(self.scale)
    }
}

impl Criterion for Purity {
    /// Σ p² over the positive weight, or −entropy in nats: higher is purer.
    fn worth(self, sums: Sums) -> f64 {
        match self.impurity {
            Impurity::Gini => sums.gain(self.scale, 0.0),
            Impurity::Entropy => {
                let (positive, all) = (self.positive(sums), sums.hessian(self.scale));
                part(positive, all) + part(all - positive, all)
            }
        }
    }
}

/// x · ln(x / all), which tends to 0 with x.
fn part(weight: f64, all: f64) -> f64 {
    if weight > 0.0 { weight * (weight / all).ln() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impurities_are_by_hand() {
        let weighted = |impurity| {
            let purity = Purity::new(impurity, 4.0);
            let cells = [purity.cell(true, 1.0), purity.cell(false, 1.0), purity.cell(false, 2.0)];
            let sums = cells.into_iter().map(Sums::of).fold(Sums::default(), Sums::plus);
            assert_eq!((purity.share(sums), sums.rows), (0.25, 3));
            purity.weighted(sums)
        };
        assert!((weighted(Impurity::Gini) - 1.5).abs() < 1e-12);
        let entropy = 2.0 * 0.25 + 0.75 * (4.0_f64 / 3.0).log2();
        assert!((weighted(Impurity::Entropy) - 4.0 * entropy).abs() < 1e-9);
    }
}
