//! The best split of a node, from its histogram.

use super::bins::{Binned, Block, MISSING};
use super::block::BlockHistogram;
use super::sums::{Cell, Scale, Sums};
use crate::number::index_u8;

/// A gain below this is rounding.
const LEAST_GAIN: f64 = 1e-9;

/// A split that a node could make.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Candidate {
    /// What its children are worth above their parent; for boosted trees twice the loss taken away.
    pub(crate) gain: f64,
    /// The column's position in `Binned`.
    pub(crate) position: usize,
    /// The greatest code that goes left.
    pub(crate) code: u8,
    /// Where the missing go.
    pub(crate) missing_left: bool,
    /// The sums over the rows that go left.
    pub(crate) left: Sums,
}

impl Candidate {
    /// Whether a row with this code goes left.
    pub(crate) fn goes_left(&self, code: u8) -> bool {
        (code <= self.code) & (code != MISSING) | (code == MISSING) & self.missing_left
    }

    /// The better of two; the first where they are equal.
    pub(crate) fn better(first: Option<Self>, second: Option<Self>) -> Option<Self> {
        match (first, second) {
            (Some(a), Some(b)) => Some(if b.gain > a.gain { b } else { a }),
            (a, b) => a.or(b),
        }
    }
}

/// What rows are worth in one leaf; a split gains what its children are worth above their parent.
pub(crate) trait Criterion: Copy + Sync {
    /// The worth of one leaf of these sums.
    fn worth(self, sums: Sums) -> f64;

    /// The worth of two children of a split on this column; `None` where it may not be.
    fn worth_of_children(self, _position: usize, left: Sums, right: Sums) -> Option<f64> {
        Some(self.worth(left) + self.worth(right))
    }
}

/// What a child must have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Least {
    /// Rows.
    pub(crate) rows: usize,
    /// The sum of the second weights.
    pub(crate) hessian: f64,
    /// What the split must gain.
    pub(crate) gain: f64,
}

/// What a search needs beside the histogram.
#[derive(Clone, Copy)]
pub(crate) struct Search<'a, C> {
    pub(crate) binned: &'a Binned,
    pub(crate) criterion: C,
    pub(crate) least: Least,
    pub(crate) scale: Scale,
    /// By position: whether this tree may ask the column.
    pub(crate) chosen: &'a [bool],
}

impl<C: Criterion> Search<'_, C> {
    /// The best split on one of the columns of a block, for a node of these sums.
    pub(crate) fn best_of_block(&self, block: usize, histogram: &BlockHistogram, total: Sums) -> Option<Candidate> {
        let Block { position: first, codes, .. } = &self.binned.blocks[block];
        let lanes = (0..codes.len()).filter(|&lane| self.chosen[first + lane]);
        lanes.map(|lane| self.best_of_column(first + lane, histogram.column(lane), total)).fold(None, Candidate::better)
    }

    /// The best split on one column, from its cells by code.
    pub(crate) fn best_of_column(&self, position: usize, cells: &[Cell], total: Sums) -> Option<Candidate> {
        let missing = Sums::of(cells[usize::from(MISSING)]);
        let values = &cells[1..=self.binned.bins(position)];
        if missing.rows == 0 {
            let scan = Scan { position, start: Sums::default(), missing_left: None };
            return self.best_of_scan(scan, values, total);
        }
        let right = Scan { position, start: Sums::default(), missing_left: Some(false) };
        let left = Scan { position, start: missing, missing_left: Some(true) };
        Candidate::better(self.best_of_scan(right, values, total), self.best_of_scan(left, values, total))
    }

    /// Moves one bin after the other to the left, and keeps the best place to stop.
    fn best_of_scan(&self, scan: Scan, values: &[Cell], total: Sums) -> Option<Candidate> {
        let least_rows = i64::try_from(self.least.rows).unwrap_or(i64::MAX);
        let mut best: Option<(f64, usize, Sums)> = None;
        let mut least = self.least_gain(total);
        let mut left = scan.start;
        for (index, &cell) in values.iter().enumerate() {
            let here = Sums::of(cell);
            if here.rows == 0 {
                continue;
            }
            left = left.plus(here);
            let right = total.minus(left);
            if right.rows < least_rows {
                break;
            }
            if left.rows < least_rows {
                continue;
            }
            if let Some(gain) = self.gain(scan.position, left, right).filter(|gain| *gain > least) {
                least = gain;
                best = Some((gain, index, left));
            }
        }
        best.map(|best| self.candidate(scan, best, total))
    }

    fn candidate(&self, scan: Scan, best: (f64, usize, Sums), total: Sums) -> Candidate {
        let (children, index, left) = best;
        Candidate {
            gain: children - self.criterion.worth(total),
            position: scan.position,
            code: index_u8(index + 1),
            missing_left: scan.missing_left.unwrap_or(2 * left.rows >= total.rows),
            left,
        }
    }

    /// What both children are worth; `None` where one is too light or the split may not be.
    fn gain(&self, position: usize, left: Sums, right: Sums) -> Option<f64> {
        let least = self.least.hessian;
        if left.hessian(self.scale) < least || right.hessian(self.scale) < least {
            return None;
        }
        self.criterion.worth_of_children(position, left, right)
    }

    fn least_gain(&self, total: Sums) -> f64 {
        self.criterion.worth(total) + self.least.gain.max(LEAST_GAIN)
    }
}

/// One pass over a column.
#[derive(Clone, Copy)]
struct Scan {
    position: usize,
    /// What is on the left from the start: the missing, or nothing.
    start: Sums,
    /// Where the missing are; `None` if there are none.
    missing_left: Option<bool>,
}
