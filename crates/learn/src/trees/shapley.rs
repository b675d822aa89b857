//! Exact Shapley values of a tree ensemble, where an unknown column follows both branches by cover
//! (path-dependent TreeSHAP: Lundberg et al., "From local explanations to global understanding
//! with explainable AI for trees", 2020).
//!
//! The way is ours. A leaf is reached with the probability Π (known? followed : share) over the
//! columns of its path, where `share` is the product of that column's cover ratios and `followed`
//! is 1 if the row takes all its branches. The Shapley value is the integral over t in \[0, 1\] of
//! the derivative along the diagonal of the game's multilinear extension (Owen, 1972), here
//!
//! ```text
//! φ_i = Σ_leaves value · (followed_i − share_i) · ∫ Π_{j≠i} (share_j + (followed_j − share_j)·t) dt
//! ```
//!
//! The integrand is a polynomial of degree d − 1 for d distinct columns, so Gauss–Legendre
//! quadrature with d/2 points gives it exactly, with positive terms only: no weights to unwind.
//! The cost is a few flops a point and edge.

use std::array::from_fn;
use std::f64::consts::PI;
use std::ops::RangeInclusive;

use super::{MAX_DEPTH, TreeEnsemble};
use crate::explain::Explanation;
use crate::number::index_u8;

impl TreeEnsemble {
    /// Shapley values of one row in log-odds. Panics if `row` is shorter than the columns.
    ///
    /// By hand: a root splits on column 0; its left child (3 of 4 fit rows) is a leaf of 1, its
    /// right a leaf of 5. The mean is 2, so a row that goes right has a bias of 2 and φ₀ = 3.
    pub fn shapley(&self, row: &[f32]) -> Explanation {
        let mut contributions = vec![0.0; self.columns];
        // An n-point rule is exact to degree 2n − 1, that is for 2n distinct columns. Most trees ask few.
        self.add_shapley::<2>(row, 0..=4, &mut contributions);
        self.add_shapley::<4>(row, 5..=8, &mut contributions);
        self.add_shapley::<6>(row, 9..=12, &mut contributions);
        self.add_shapley::<8>(row, 13..=16, &mut contributions);
        self.add_shapley::<16>(row, 17..=32, &mut contributions);
        self.add_shapley::<32>(row, 33..=64, &mut contributions);
        Explanation { bias: self.mean(), contributions }
    }

    /// Adds the values of the trees whose paths have at most so many distinct columns.
    fn add_shapley<const POINTS: usize>(&self, row: &[f32], columns: RangeInclusive<usize>, contributions: &mut [f64]) {
        let trees = self.starts.iter().zip(&self.distinct_columns).filter(|(_, distinct)| columns.contains(distinct));
        let mut trees = trees.map(|(&start, _)| start as usize).peekable();
        if trees.peek().is_none() {
            return;
        }
        let mut walk = Walk::<POINTS> {
            trees: self,
            row: &row[..self.columns],
            rule: Quadrature::new(),
            path: [Edge::NONE; MAX_DEPTH + 1],
            asked: vec![0; self.columns],
            contributions,
            start: 0,
        };
        for start in trees {
            walk.start = start;
            walk.visit(0, 0, [1.0; POINTS]);
        }
    }
}

/// One row's way through all branches of the trees.
struct Walk<'a, const POINTS: usize> {
    trees: &'a TreeEnsemble,
    row: &'a [f32],
    rule: Quadrature<POINTS>,
    /// The edges from the root down, behind one that asks nothing.
    path: [Edge<POINTS>; MAX_DEPTH + 1],
    /// By column: where on the path it was asked last; 0 if it was not.
    asked: Vec<u8>,
    contributions: &'a mut [f64],
    start: usize,
}

impl<const POINTS: usize> Walk<'_, POINTS> {
    /// The sum over the leaves under `at` of value · Π factors, at each point; `carried` is the
    /// product of the factors of the `depth` edges above.
    fn visit(&mut self, at: usize, depth: usize, carried: [f64; POINTS]) -> [f64; POINTS] {
        let index = self.start + at;
        let Some((left, side)) = self.trees.step(self.start, at, self.row) else {
            return carried.map(|factor| factor * self.trees.values[index]);
        };
        let column = self.trees.nodes[index].column();
        let before = std::mem::replace(&mut self.asked[column], index_u8(depth + 1));
        let above = self.path[usize::from(before)];
        let carried: [f64; POINTS] = from_fn(|point| carried[point] * above.inverse[point]);
        let scale = self.trees.covers[index].recip();
        let (mut sum, mut contribution) = ([0.0; POINTS], 0.0);
        for child in [0, 1] {
            let share = self.trees.covers[self.start + left + child] * scale;
            let edge = above.then(child == side, share, &self.rule);
            self.path[depth + 1] = edge;
            let below = self.visit(left + child, depth + 1, from_fn(|point| carried[point] * edge.factor[point]));
            contribution += edge.less(&above, &below, &self.rule);
            sum = from_fn(|point| sum[point] + below[point]);
        }
        self.contributions[column] += contribution;
        self.asked[column] = before;
        sum
    }
}

/// What a path knows of one column after an edge.
#[derive(Clone, Copy)]
struct Edge<const POINTS: usize> {
    followed: bool,
    share: f64,
    /// share + (followed − share)·t at each point; positive, since no point is an end.
    factor: [f64; POINTS],
    inverse: [f64; POINTS],
}

impl<const POINTS: usize> Edge<POINTS> {
    /// Above the first split on a column: all is followed.
    const NONE: Self = Self { followed: true, share: 1.0, factor: [1.0; POINTS], inverse: [1.0; POINTS] };

    /// The edge after one more split on the same column.
    fn then(&self, followed: bool, share: f64, rule: &Quadrature<POINTS>) -> Self {
        let (followed, share) = (self.followed && followed, self.share * share);
        if followed {
            let factor = rule.points.map(|point| share + (1.0 - share) * point);
            return Self { followed, share, factor, inverse: factor.map(f64::recip) };
        }
        // share · (1 − t): one division serves all points.
        let scale = share.recip();
        let (factor, inverse) = (rule.rests.map(|rest| share * rest), rule.inverse_rests.map(|rest| scale * rest));
        Self { followed, share, factor, inverse }
    }

    fn gain(&self) -> f64 {
        f64::from(u8::from(self.followed)) - self.share
    }

    /// What the leaves below give the column by this edge, less what they would by the one above.
    fn less(&self, above: &Self, below: &[f64; POINTS], rule: &Quadrature<POINTS>) -> f64 {
        let (gain, gain_above) = (self.gain(), above.gain());
        let at = |point: usize| gain * self.inverse[point] - gain_above * above.inverse[point];
        (0..POINTS).map(|point| rule.weights[point] * below[point] * at(point)).sum()
    }
}

/// Gauss–Legendre points and weights on \[0, 1\].
struct Quadrature<const POINTS: usize> {
    points: [f64; POINTS],
    weights: [f64; POINTS],
    /// 1 − t at each point, and its inverse.
    rests: [f64; POINTS],
    inverse_rests: [f64; POINTS],
}

impl<const POINTS: usize> Quadrature<POINTS> {
    /// The roots of the Legendre polynomial by Newton from Tricomi's first guess; from there six
    /// steps are at rounding.
    fn new() -> Self {
        let roots: [(f64, f64); POINTS] = from_fn(|index| {
            let guess = (PI * (index as f64 + 0.75) / (POINTS as f64 + 0.5)).cos();
            let root = (0..6).fold(guess, |root, _| {
                let (value, slope) = legendre(POINTS, root);
                root - value / slope
            });
            (root, legendre(POINTS, root).1)
        });
        let rests = roots.map(|(root, _)| (1.0 - root) / 2.0);
        Self {
            rests,
            inverse_rests: rests.map(f64::recip),
            points: roots.map(|(root, _)| (1.0 + root) / 2.0),
            weights: roots.map(|(root, slope)| 1.0 / ((1.0 - root * root) * slope * slope)),
        }
    }
}

/// The Legendre polynomial of this degree and its slope at `x` in (−1, 1), by Bonnet's recursion.
fn legendre(degree: usize, x: f64) -> (f64, f64) {
    let (mut before, mut value) = (1.0, x);
    for step in 2..=degree {
        let step = step as f64;
        (before, value) = (value, ((2.0 * step - 1.0) * x * value - (step - 1.0) * before) / step);
    }
    (value, degree as f64 * (x * value - before) / (x * x - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn integral_of_power<const POINTS: usize>(power: i32) -> f64 {
        let rule = Quadrature::<POINTS>::new();
        (0..POINTS).map(|point| rule.weights[point] * rule.points[point].powi(power)).sum()
    }

    #[test]
    fn the_rule_is_exact_to_its_degree() {
        for power in 0..=7 {
            let exact = 1.0 / f64::from(power + 1);
            assert!((integral_of_power::<4>(power) - exact).abs() < 1e-14, "t^{power}");
        }
        assert!((integral_of_power::<2>(3) - 1.0 / 4.0).abs() < 1e-14);
        assert!((integral_of_power::<6>(11) - 1.0 / 12.0).abs() < 1e-14);
        assert!((integral_of_power::<8>(15) - 1.0 / 16.0).abs() < 1e-14);
        assert!((integral_of_power::<16>(31) - 1.0 / 32.0).abs() < 1e-14);
        assert!((integral_of_power::<32>(63) - 1.0 / 64.0).abs() < 1e-14);
        assert!((integral_of_power::<4>(8) - 1.0 / 9.0).abs() > 1e-9);
    }
}
