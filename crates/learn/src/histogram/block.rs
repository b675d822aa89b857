//! Histograms: for each code of each column, the sums over a node's rows.
//!
//! Columns stand in blocks of eight: adding a row to a block touches eight different cells, so no
//! add waits for the one before, even in a column of two values. A block is also the unit of
//! parallel work.

use super::bins::BLOCK;
use super::sums::{Cell, Sums};

/// The codes of a column, with that of the missing.
pub(crate) const CODES: usize = 256;

/// The cells of eight columns, column by column: 32 kB.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BlockHistogram(Box<[Cell; BLOCK * CODES]>);

impl BlockHistogram {
    pub(crate) fn empty() -> Self {
        Self(Box::new([[0; 2]; BLOCK * CODES]))
    }

    /// Sets this to the sums over these rows.
    pub(crate) fn fill(&mut self, codes: &[[u8; BLOCK]], rows: &[u32], cells: &[Cell]) {
        self.0.fill([0; 2]);
        for &row in rows {
            let cell = cells[row as usize];
            for (lane, &code) in codes[row as usize].iter().enumerate() {
                let sum = &mut self.0[lane * CODES + usize::from(code)];
                sum[0] += cell[0];
                sum[1] += cell[1];
            }
        }
    }

    /// Takes a child's sums away, which leaves those of the other child.
    pub(crate) fn subtract(&mut self, child: &Self) {
        for (sum, part) in self.0.iter_mut().zip(child.0.iter()) {
            sum[0] -= part[0];
            sum[1] -= part[1];
        }
    }

    /// The cells of one of the eight columns, by code.
    pub(crate) fn column(&self, lane: usize) -> &[Cell] {
        &self.0[lane * CODES..(lane + 1) * CODES]
    }

    /// The sums over all rows, which any column gives.
    pub(crate) fn total(&self) -> Sums {
        self.column(0).iter().fold(Sums::default(), |sum, &cell| sum.plus(Sums::of(cell)))
    }
}
