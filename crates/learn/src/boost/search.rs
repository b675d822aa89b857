//! The best split of a node, from its histogram.

use super::bins::{BLOCK, Binned, MISSING};
use super::gradient::{Cell, Scale, Sums};
use super::histogram::BlockHistogram;
use super::params::BoostParams;
use crate::number::index_u8;

/// A gain below this is rounding.
const LEAST_GAIN: f64 = 1e-9;

/// A split that a node could make.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Candidate {
    /// Twice the loss that it takes away.
    pub(super) gain: f64,
    /// The column's position in `Binned`.
    pub(super) position: usize,
    /// The greatest code that goes left.
    pub(super) code: u8,
    /// Where the missing go.
    pub(super) missing_left: bool,
    /// The sums over the rows that go left.
    pub(super) left: Sums,
}

impl Candidate {
    /// Whether a row with this code goes left.
    pub(super) fn goes_left(&self, code: u8) -> bool {
        (code <= self.code) & (code != MISSING) | (code == MISSING) & self.missing_left
    }

    /// The better of two; the first where they are equal.
    pub(super) fn better(first: Option<Self>, second: Option<Self>) -> Option<Self> {
        match (first, second) {
            (Some(a), Some(b)) => Some(if b.gain > a.gain { b } else { a }),
            (a, b) => a.or(b),
        }
    }
}

/// What a search needs beside the histogram.
#[derive(Clone, Copy)]
pub(super) struct Search<'a> {
    pub(super) binned: &'a Binned,
    pub(super) params: &'a BoostParams,
    pub(super) scale: Scale,
    /// By position: whether this tree may ask the column.
    pub(super) chosen: &'a [bool],
}

impl Search<'_> {
    /// The best split on one of the eight columns of a block, for a node of these sums.
    pub(super) fn best_of_block(&self, block: usize, histogram: &BlockHistogram, total: Sums) -> Option<Candidate> {
        let end = self.binned.columns.len().min((block + 1) * BLOCK);
        let positions = (block * BLOCK..end).filter(|&position| self.chosen[position]);
        positions
            .map(|position| self.best_of_column(position, histogram.column(position % BLOCK), total))
            .fold(None, Candidate::better)
    }

    fn best_of_column(&self, position: usize, cells: &[Cell], total: Sums) -> Option<Candidate> {
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
        let least_rows = i64::try_from(self.params.min_data_in_leaf).unwrap_or(i64::MAX);
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
            if let Some(gain) = self.gain(left, right).filter(|gain| *gain > least) {
                least = gain;
                best = Some((gain, index, left));
            }
        }
        best.map(|best| self.candidate(scan, best, total))
    }

    fn candidate(&self, scan: Scan, best: (f64, usize, Sums), total: Sums) -> Candidate {
        let (children, index, left) = best;
        Candidate {
            gain: children - self.parent_gain(total),
            position: scan.position,
            code: index_u8(index + 1),
            missing_left: scan.missing_left.unwrap_or(2 * left.rows >= total.rows),
            left,
        }
    }

    /// What both children take away; `None` where one is too light.
    fn gain(&self, left: Sums, right: Sums) -> Option<f64> {
        let least = self.params.min_child_hessian;
        if left.hessian(self.scale) < least || right.hessian(self.scale) < least {
            return None;
        }
        let lambda = self.params.lambda_l2;
        Some(left.gain(self.scale, lambda) + right.gain(self.scale, lambda))
    }

    fn parent_gain(&self, total: Sums) -> f64 {
        total.gain(self.scale, self.params.lambda_l2)
    }

    fn least_gain(&self, total: Sums) -> f64 {
        self.parent_gain(total) + self.params.min_gain.max(LEAST_GAIN)
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
