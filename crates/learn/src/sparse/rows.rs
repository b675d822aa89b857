//! Rows of (column, value), by row and by column.

use std::fmt;

use crate::number::index_u32;

/// A checked table: compressed sparse rows, and the same by column.
///
/// ```
/// use learn::sparse::SparseRows;
/// // The second row is empty; values of one column add up.
/// let rows = SparseRows::new(3, &[vec![(2, 1.0), (0, 2.0), (2, 0.5)], vec![]])?;
/// assert_eq!(rows.row(0).collect::<Vec<_>>(), [(0, 2.0), (2, 1.5)]);
/// assert_eq!((rows.rows(), rows.columns(), rows.values()), (2, 3, 2));
/// # Ok::<(), learn::sparse::SparseError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SparseRows {
    by_row: Compressed,
    by_column: Compressed,
}

/// Runs of (index, value) behind each other.
#[derive(Debug, Clone, PartialEq)]
struct Compressed {
    ends: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<f32>,
}

impl Compressed {
    fn of(&self, run: usize) -> (&[u32], &[f32]) {
        let start = if run == 0 { 0 } else { self.ends[run - 1] };
        (&self.indices[start..self.ends[run]], &self.values[start..self.ends[run]])
    }

    fn transposed(&self, runs: usize) -> Self {
        let mut ends = vec![0; runs];
        self.indices.iter().for_each(|&index| ends[index as usize] += 1);
        let mut next = vec![0; runs];
        for run in 1..runs {
            next[run] = next[run - 1] + ends[run - 1];
        }
        ends.iter_mut().zip(&next).for_each(|(end, start)| *end += start);
        let (mut indices, mut values) = (vec![0; self.indices.len()], vec![0.0; self.values.len()]);
        for row in 0..self.ends.len() {
            let (columns, row_values) = self.of(row);
            for (&column, &value) in columns.iter().zip(row_values) {
                let place = &mut next[column as usize];
                (indices[*place], values[*place]) = (index_u32(row), value);
                *place += 1;
            }
        }
        Self { ends, indices, values }
    }
}

impl SparseRows {
    /// Checks and takes rows of (column, value) in any order; equal columns of a row add up.
    ///
    /// # Errors
    /// [`SparseError`], named for the rule that a cell breaks.
    pub fn new(columns: usize, rows: &[Vec<(u32, f32)>]) -> Result<Self, SparseError> {
        if columns == 0 || rows.is_empty() {
            return Err(SparseError::Empty);
        }
        let mut by_row = Compressed { ends: Vec::with_capacity(rows.len()), indices: Vec::new(), values: Vec::new() };
        for (row, cells) in rows.iter().enumerate() {
            let mut cells = cells.clone();
            cells.sort_by_key(|cell| cell.0);
            for same in cells.chunk_by(|a, b| a.0 == b.0) {
                let (column, value) = (same[0].0, same.iter().map(|cell| cell.1).sum::<f32>());
                if column as usize >= columns {
                    return Err(SparseError::ColumnUnknown { row, column });
                }
                if !value.is_finite() {
                    return Err(SparseError::ValueNotFinite { row, column });
                }
                by_row.indices.push(column);
                by_row.values.push(value);
            }
            by_row.ends.push(by_row.indices.len());
        }
        Ok(Self { by_column: by_row.transposed(columns), by_row })
    }

    /// The number of rows, at least one.
    pub fn rows(&self) -> usize {
        self.by_row.ends.len()
    }

    /// The number of columns, at least one.
    pub fn columns(&self) -> usize {
        self.by_column.ends.len()
    }

    /// The number of stored cells.
    pub fn values(&self) -> usize {
        self.by_row.values.len()
    }

    /// The cells of a row, by column. Panics past the last row.
    pub fn row(&self, row: usize) -> impl Iterator<Item = (u32, f32)> {
        let (columns, values) = self.by_row.of(row);
        columns.iter().copied().zip(values.iter().copied())
    }

    /// The cells of a column, by row.
    pub(super) fn column(&self, column: usize) -> (&[u32], &[f32]) {
        self.by_column.of(column)
    }
}

/// Why cells are not [`SparseRows`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant and its fields are spelled out by its message")]
pub enum SparseError {
    Empty,
    ColumnUnknown { row: usize, column: u32 },
    ValueNotFinite { row: usize, column: u32 },
}

impl fmt::Display for SparseError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(out, "the table has no rows or no columns"),
            Self::ColumnUnknown { row, column } => write!(out, "row {row} names column {column}, past the last"),
            Self::ValueNotFinite { row, column } => {
                write!(out, "the value in row {row}, column {column} is not finite")
            }
        }
    }
}

impl std::error::Error for SparseError {}
