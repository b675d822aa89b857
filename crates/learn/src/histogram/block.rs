//! Histograms: for each code of each column, the sums over a node's rows.
//!
//! Columns stand in blocks of up to eight: adding a row to a block touches as many different cells, so no add waits for
//! the one before, even in a column of two values. A block is also the unit of parallel work. Only the cells of codes
//! that a column has are ever touched.

use super::bins::{BLOCK, Block};
use super::sums::{Cell, Sums};

/// The codes of a column, with that of the missing.
pub(crate) const CODES: usize = 256;

/// The cells of a block, column by column: up to 32 kB.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BlockHistogram(Box<[Cell; BLOCK * CODES]>);

impl BlockHistogram {
    pub(crate) fn empty() -> Self {
        Self(Box::new([[0; 2]; BLOCK * CODES]))
    }

    /// Sets this to the sums over these rows.
    pub(crate) fn fill(&mut self, block: &Block, rows: &[u32], cells: &[Cell]) {
        for (column, &codes) in self.0.chunks_exact_mut(CODES).zip(&block.codes) {
            column[..codes].fill([0; 2]);
        }
        match block.codes.len() {
            1 => self.add::<1>(&block.rows, rows, cells),
            2 => self.add::<2>(&block.rows, rows, cells),
            3 => self.add::<3>(&block.rows, rows, cells),
            4 => self.add::<4>(&block.rows, rows, cells),
            5 => self.add::<5>(&block.rows, rows, cells),
            6 => self.add::<6>(&block.rows, rows, cells),
            7 => self.add::<7>(&block.rows, rows, cells),
            _ => self.add::<8>(&block.rows, rows, cells),
        }
    }

    /// Adds these rows' cells to those of their codes in the first columns.
    fn add<const COLUMNS: usize>(&mut self, codes: &[[u8; BLOCK]], rows: &[u32], cells: &[Cell]) {
        for &row in rows {
            let (cell, codes) = (cells[row as usize], codes[row as usize]);
            for (lane, &code) in codes[..COLUMNS].iter().enumerate() {
                let sum = &mut self.0[lane * CODES + usize::from(code)];
                sum[0] += cell[0];
                sum[1] += cell[1];
            }
        }
    }

    /// Takes a child's sums away, which leaves those of the other child.
    pub(crate) fn subtract(&mut self, block: &Block, child: &Self) {
        let columns = self.0.chunks_exact_mut(CODES).zip(child.0.chunks_exact(CODES));
        for ((sums, parts), &codes) in columns.zip(&block.codes) {
            for (sum, part) in sums[..codes].iter_mut().zip(&parts[..codes]) {
                sum[0] -= part[0];
                sum[1] -= part[1];
            }
        }
    }

    /// The cells of one of the columns, by code.
    pub(crate) fn column(&self, lane: usize) -> &[Cell] {
        &self.0[lane * CODES..(lane + 1) * CODES]
    }

    /// The sums over all rows, which any column gives.
    pub(crate) fn total(&self) -> Sums {
        self.column(0).iter().fold(Sums::default(), |sum, &cell| sum.plus(Sums::of(cell)))
    }
}
