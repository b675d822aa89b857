//! Kernel rows that were used of late.

use std::rc::Rc;

use super::kernel::Points;

/// Keeps as many rows as its memory holds, and lets the one go that was used the longest ago.
pub(super) struct KernelCache<'a> {
    points: &'a Points,
    gamma: f64,
    rows: Vec<Option<(u64, Rc<[f32]>)>>,
    held: usize,
    most: usize,
    clock: u64,
}

impl<'a> KernelCache<'a> {
    pub(super) fn new(points: &'a Points, gamma: f64, megabytes: usize) -> Self {
        let most = (megabytes * 1_000_000 / (4 * points.rows().max(1))).max(2);
        Self { points, gamma, rows: vec![None; points.rows()], held: 0, most, clock: 0 }
    }

    /// The kernel of one row with every row.
    pub(super) fn row(&mut self, row: usize) -> Rc<[f32]> {
        self.clock += 1;
        if let Some((used, kernel)) = &mut self.rows[row] {
            *used = self.clock;
            return Rc::clone(kernel);
        }
        if self.held == self.most {
            self.let_go();
        }
        let kernel: Rc<[f32]> = self.points.kernel_row(self.gamma, row).into();
        self.rows[row] = Some((self.clock, Rc::clone(&kernel)));
        self.held += 1;
        kernel
    }

    fn let_go(&mut self) {
        let used = |row: &usize| self.rows[*row].as_ref().map_or(u64::MAX, |held| held.0);
        if let Some(oldest) = (0..self.rows.len()).min_by_key(used) {
            self.rows[oldest] = None;
            self.held -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logistic::LinearColumn;

    #[test]
    fn the_longest_unused_row_goes() {
        let rows = crate::Dataset::new(vec!["x".to_owned()], vec![0.0, 1.0, 2.0], vec![true; 3]).unwrap();
        let column = LinearColumn { mean: 0.0, scale: 1.0, coefficient: 0.0 };
        let points = Points::of(&rows, &[0], &[column]);
        let mut cache = KernelCache { most: 2, ..KernelCache::new(&points, 1.0, 1) };
        for row in [0, 1, 0, 2] {
            assert_eq!(*cache.row(row), *points.kernel_row(1.0, row));
        }
        let held: Vec<bool> = cache.rows.iter().map(Option::is_some).collect();
        assert_eq!(held, [true, false, true]);
    }
}
