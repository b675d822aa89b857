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
//! What no row changes of a tree, its *plan*, is made once and then walked by every row: what is
//! left of an edge is a product and a sum a point.

use std::array::from_fn;
use std::f64::consts::PI;
use std::ops::RangeInclusive;

use super::{MAX_DEPTH, TreeEnsemble};
use crate::explain::Explanation;
use crate::number::index_u8;

/// Rows that walk side by side: what is asked of a node, and the calls, serve all of them.
const TOGETHER: usize = 4;

impl TreeEnsemble {
    /// Shapley values of one row in log-odds. Panics if `row` is shorter than the columns.
    ///
    /// By hand: a root splits on column 0; its left child (3 of 4 fit rows) is a leaf of 1, its
    /// right a leaf of 5. The mean is 2, so a row that goes right has a bias of 2 and φ₀ = 3.
    pub fn shapley(&self, row: &[f32]) -> Explanation {
        Explanation { bias: self.mean(), contributions: self.contributions(&[row]) }
    }

    /// The same of many rows, in less time than one by one. Panics as [`Self::shapley`].
    pub fn shapley_rows(&self, rows: &[&[f32]]) -> Vec<Explanation> {
        let bias = self.mean();
        let contributions = self.contributions(rows);
        let each = contributions.chunks(self.columns);
        each.map(|contributions| Explanation { bias, contributions: contributions.to_vec() }).collect()
    }

    /// Rows × columns.
    fn contributions(&self, rows: &[&[f32]]) -> Vec<f64> {
        let mut sums = vec![0.0; rows.len() * self.columns];
        // An n-point rule is exact to degree 2n − 1, that is for 2n distinct columns. Most trees ask few.
        self.add_shapley::<2>(rows, 0..=4, &mut sums);
        self.add_shapley::<4>(rows, 5..=8, &mut sums);
        self.add_shapley::<6>(rows, 9..=12, &mut sums);
        self.add_shapley::<8>(rows, 13..=16, &mut sums);
        self.add_shapley::<16>(rows, 17..=32, &mut sums);
        self.add_shapley::<32>(rows, 33..=64, &mut sums);
        sums
    }

    /// Adds the values of the trees whose paths have at most so many distinct columns.
    fn add_shapley<const POINTS: usize>(&self, rows: &[&[f32]], columns: RangeInclusive<usize>, sums: &mut [f64]) {
        let mut trees = (0..self.trees()).filter(|&tree| columns.contains(&self.distinct_columns[tree])).peekable();
        if trees.peek().is_none() {
            return;
        }
        let mut plan = Plan::<POINTS>::new(self);
        for tree in trees {
            plan.make(self.starts[tree] as usize, self.starts[tree + 1] as usize);
            let (together, rest) = rows.as_chunks::<TOGETHER>();
            let (sums, sums_of_rest) = sums.split_at_mut(together.len() * TOGETHER * self.columns);
            for (rows, sums) in together.iter().zip(sums.chunks_mut(TOGETHER * self.columns)) {
                Walk::new(&plan, *rows, sums).run();
            }
            for (row, sums) in rest.iter().zip(sums_of_rest.chunks_mut(self.columns)) {
                Walk::new(&plan, [*row], sums).run();
            }
        }
    }
}

/// What every row's way through a tree has in common.
struct Plan<'a, const POINTS: usize> {
    trees: &'a TreeEnsemble,
    rule: Quadrature<POINTS>,
    /// The first node of the tree.
    start: usize,
    /// By node of the tree: the edge that leads to it.
    edges: Vec<Edge<POINTS>>,
    /// By node: where on its path the node's column was asked before; 0 if it was not.
    before: Vec<u8>,
    /// While it is made: what the path knows after each edge, behind an end that asks nothing.
    path: [Asked<POINTS>; MAX_DEPTH + 1],
    /// While it is made, by column: where on the path it was asked last.
    asked: Vec<u8>,
}

impl<'a, const POINTS: usize> Plan<'a, POINTS> {
    fn new(trees: &'a TreeEnsemble) -> Self {
        let rule = Quadrature::new();
        let path = [Asked::of(1.0, &rule); MAX_DEPTH + 1];
        let asked = vec![0; trees.columns];
        Self { trees, rule, start: 0, edges: Vec::new(), before: Vec::new(), path, asked }
    }

    fn make(&mut self, start: usize, end: usize) {
        self.start = start;
        self.edges.resize(end - start, [Way::NONE; 3]);
        self.before.resize(end - start, 0);
        self.make_below(0, 0);
    }

    fn make_below(&mut self, at: usize, depth: usize) {
        let node = self.trees.nodes[self.start + at];
        if node.down == 0 {
            return;
        }
        let before = std::mem::replace(&mut self.asked[node.column()], index_u8(depth + 1));
        self.before[at] = before;
        let above = self.path[usize::from(before)];
        let left = at + usize::from(node.down);
        for child in [left, left + 1] {
            let share = self.trees.covers[self.start + child] / self.trees.covers[self.start + at];
            let asked = Asked::of(above.share * share, &self.rule);
            self.edges[child] = Way::all(&above, share, &asked, &self.rule);
            self.path[depth + 1] = asked;
            self.make_below(child, depth + 1);
        }
        self.asked[node.column()] = before;
    }
}

/// What a path that took all branches of a column knows of it.
#[derive(Clone, Copy)]
struct Asked<const POINTS: usize> {
    share: f64,
    /// share + (1 − share)·t at each point; positive, since no point is an end.
    factor: [f64; POINTS],
    inverse: [f64; POINTS],
    /// (1 − share) / factor: what is left of a leaf when the column's own factor is the derived one.
    gain: [f64; POINTS],
}

impl<const POINTS: usize> Asked<POINTS> {
    fn of(share: f64, rule: &Quadrature<POINTS>) -> Self {
        let factor = rule.points.map(|point| share + (1.0 - share) * point);
        let inverse = factor.map(f64::recip);
        Self { share, factor, inverse, gain: inverse.map(|inverse| (1.0 - share) * inverse) }
    }
}

/// What an edge makes of the product of all factors above it, and what the leaves below give its column by it, less what
/// they would by the edge above.
#[derive(Clone, Copy)]
struct Way<const POINTS: usize> {
    ratio: [f64; POINTS],
    weight: [f64; POINTS],
}

/// One branch of a split, for rows that have left the way of its column before, that leave it here, and that keep it.
type Edge<const POINTS: usize> = [Way<POINTS>; 3];

impl<const POINTS: usize> Way<POINTS> {
    const NONE: Self = Self { ratio: [1.0; POINTS], weight: [0.0; POINTS] };

    /// Left, a column's factor is share · (1 − t), and its gain −1 / (1 − t) whatever the share: further splits on it
    /// give it nothing more.
    fn all(above: &Asked<POINTS>, share: f64, asked: &Asked<POINTS>, rule: &Quadrature<POINTS>) -> Edge<POINTS> {
        let lost = Self { ratio: [share; POINTS], weight: [0.0; POINTS] };
        let left = Self {
            ratio: from_fn(|point| asked.share * rule.rests[point] * above.inverse[point]),
            weight: from_fn(|point| -rule.weights[point] * (rule.inverse_rests[point] + above.gain[point])),
        };
        let kept = Self {
            ratio: from_fn(|point| asked.factor[point] * above.inverse[point]),
            weight: from_fn(|point| rule.weights[point] * (asked.gain[point] - above.gain[point])),
        };
        [lost, left, kept]
    }
}

/// Some rows' way through all branches of a tree.
struct Walk<'a, const POINTS: usize, const ROWS: usize> {
    plan: &'a Plan<'a, POINTS>,
    rows: [&'a [f32]; ROWS],
    /// Rows × columns.
    contributions: &'a mut [f64],
    /// After each edge of the path: whether a row took all branches on its column so far.
    keeps: [[bool; ROWS]; MAX_DEPTH + 1],
}

/// A number a row and point.
type Sums<const POINTS: usize, const ROWS: usize> = [[f64; POINTS]; ROWS];

impl<'a, const POINTS: usize, const ROWS: usize> Walk<'a, POINTS, ROWS> {
    fn new(plan: &'a Plan<'a, POINTS>, rows: [&'a [f32]; ROWS], contributions: &'a mut [f64]) -> Self {
        let rows = rows.map(|row| &row[..plan.trees.columns]);
        Self { plan, rows, contributions, keeps: [[true; ROWS]; MAX_DEPTH + 1] }
    }

    fn run(mut self) {
        self.visit(0, 0, &[[1.0; POINTS]; ROWS]);
    }

    /// The sum over the leaves under `at` of value · Π factors, at each point; `carried` is the
    /// product of the factors of the `depth` edges above.
    fn visit(&mut self, at: usize, depth: usize, carried: &Sums<POINTS, ROWS>) -> Sums<POINTS, ROWS> {
        let plan = self.plan;
        let node = plan.trees.nodes[plan.start + at];
        if node.down == 0 {
            let value = plan.trees.values[plan.start + at];
            return carried.map(|row| row.map(|factor| factor * value));
        }
        let (left, column) = (at + usize::from(node.down), node.column());
        let kept = self.keeps[usize::from(plan.before[at])];
        let sides = self.rows.map(|row| node.side(row[column]));
        let (mut sums, mut contributions): (Sums<_, _>, Sums<_, _>) = ([[0.0; POINTS]; ROWS], [[0.0; POINTS]; ROWS]);
        for child in [0, 1] {
            let edge = &plan.edges[left + child];
            let keeps: [bool; ROWS] = from_fn(|row| kept[row] && sides[row] == child);
            let ways: [_; ROWS] = from_fn(|row| &edge[usize::from(kept[row]) + usize::from(keeps[row])]);
            self.keeps[depth + 1] = keeps;
            let carried = from_fn(|row| from_fn(|point| carried[row][point] * ways[row].ratio[point]));
            let below = self.visit(left + child, depth + 1, &carried);
            let gains = |row: usize, point: usize| ways[row].weight[point] * below[row][point];
            contributions = from_fn(|row| from_fn(|point| contributions[row][point] + gains(row, point)));
            sums = from_fn(|row| from_fn(|point| sums[row][point] + below[row][point]));
        }
        let of_column = self.contributions[column..].iter_mut().step_by(plan.trees.columns);
        for (sum, contribution) in of_column.zip(contributions) {
            *sum += contribution.iter().sum::<f64>();
        }
        sums
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
