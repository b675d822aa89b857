//! Exact Shapley values of a tree ensemble against background rows: an unknown column takes the
//! background's value, whatever the known ones are (interventional TreeSHAP: Lundberg et al.,
//! "From local explanations to global understanding with explainable AI for trees", 2020,
//! algorithm 3).
//!
//! Where `shapley` asks what the fit rows of a branch were like, this one breaks the bond between
//! columns: a column that the model never asks gets exactly 0, and the bias is the mean score of
//! the background. For one background row, a leaf is reached by the coalitions that hold the `a`
//! columns in which only the row leads there, and lack the `b` in which only the background does;
//! each of the `a` gets value · (a − 1)!·b! / (a + b)!, each of the `b` loses
//! value · a!·(b − 1)! / (a + b)!.

use super::{MAX_DEPTH, TreeEnsemble};
use crate::explain::Explanation;

impl TreeEnsemble {
    /// Shapley values of one row against background rows (row-major; a rest shorter than a row is
    /// left out), in log-odds; `None` without any. Panics if `row` is shorter than the columns.
    ///
    /// By hand: a root splits on column 0 into leaves of 1 and 5. Against three rows that go left
    /// and one that goes right the bias is 2; a row that goes right has φ₀ = 3.
    pub fn shapley_against(&self, row: &[f32], background: &[f32]) -> Option<Explanation> {
        let rows = background.chunks_exact(self.columns);
        let count = rows.len() as f64;
        let mut walk = Walk::new(self, row);
        let scores: f64 = rows.map(|other| walk.add(other)).sum();
        let contributions = walk.contributions.iter().map(|sum| sum / count).collect();
        (count > 0.0).then(|| Explanation { bias: scores / count, contributions })
    }
}

/// Whose value a path has taken in a column.
#[derive(Clone, Copy, PartialEq)]
enum Taken {
    Neither,
    Row,
    Background,
}

struct Walk<'a> {
    trees: &'a TreeEnsemble,
    row: &'a [f32],
    start: usize,
    taken: Vec<Taken>,
    contributions: Vec<f64>,
    /// (a − 1)!·b! / (a + b)! at `[a][b]`; 0 where a is 0.
    weights: Vec<[f64; MAX_DEPTH + 1]>,
}

impl<'a> Walk<'a> {
    fn new(trees: &'a TreeEnsemble, row: &'a [f32]) -> Self {
        let (row, taken) = (&row[..trees.columns], vec![Taken::Neither; trees.columns]);
        Self { trees, row, start: 0, taken, contributions: vec![0.0; trees.columns], weights: weights() }
    }

    /// Adds one background row's Shapley values; gives its score.
    fn add(&mut self, other: &[f32]) -> f64 {
        for tree in 0..self.trees.trees() {
            self.start = self.trees.starts[tree] as usize;
            self.visit(0, other, 0, 0);
        }
        self.trees.log_odds(other)
    }

    /// What the leaves under `at` give each column of the row, and take from each of the
    /// background, on this path.
    fn visit(&mut self, at: usize, other: &[f32], a: usize, b: usize) -> [f64; 2] {
        let trees = self.trees;
        let (Some((left, side)), Some((_, other_side))) =
            (trees.step(self.start, at, self.row), trees.step(self.start, at, other))
        else {
            let value = trees.values[self.start + at];
            return [value * self.weights[a][b], value * self.weights[b][a]];
        };
        let column = trees.nodes[self.start + at].column();
        match self.taken[column] {
            _ if side == other_side => self.visit(left + side, other, a, b),
            Taken::Row => self.visit(left + side, other, a, b),
            Taken::Background => self.visit(left + other_side, other, a, b),
            Taken::Neither => {
                let given = self.visit_as(Taken::Row, column, left + side, other, [a + 1, b]);
                let lost = self.visit_as(Taken::Background, column, left + other_side, other, [a, b + 1]);
                self.contributions[column] += given[0] - lost[1];
                [given[0] + lost[0], given[1] + lost[1]]
            }
        }
    }

    fn visit_as(&mut self, who: Taken, column: usize, child: usize, other: &[f32], [a, b]: [usize; 2]) -> [f64; 2] {
        self.taken[column] = who;
        let below = self.visit(child, other, a, b);
        self.taken[column] = Taken::Neither;
        below
    }
}

/// By the recursion w(a, 0) = 1 / a, w(a, b) = w(a, b − 1) · b / (a + b).
fn weights() -> Vec<[f64; MAX_DEPTH + 1]> {
    let row = |a: usize| {
        let mut weights = [0.0; MAX_DEPTH + 1];
        weights[0] = if a == 0 { 0.0 } else { 1.0 / a as f64 };
        for b in 1..weights.len() {
            weights[b] = weights[b - 1] * b as f64 / (a + b) as f64;
        }
        weights
    };
    (0..=MAX_DEPTH).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_by_hand() {
        // (2 − 1)!·1! / 3! = 1/6 and (1 − 1)!·2! / 3! = 1/3.
        let weights = weights();
        assert!((weights[2][1] - 1.0 / 6.0).abs() < 1e-15 && (weights[1][2] - 1.0 / 3.0).abs() < 1e-15);
        assert_eq!(weights[0][3], 0.0);
    }
}
