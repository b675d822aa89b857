//! What a table looks like before anyone trusts it: types, ranges, gaps, repeats, and what is odd. One pass over the rows.
//!
//! - Different values are counted exactly up to [`MOST_COUNTED`], beyond that estimated from the smallest 2,048 hashes of
//!   them (k minimum values: within some 2 %). The most frequent are then those among the first values counted.
//! - Quantiles are exact up to 65,536 numbers, beyond that of an even sample of them (every second, fourth, … value).
//! - Values of columns that name people are masked.
//! - What is odd is told with how often it comes, and the first line where it does; it is a hint, not an error.

mod column;
mod count;
mod odd;
#[cfg(test)]
mod tests;

pub use column::{ColumnProfile, Quantiles, Type};
pub use odd::Odd;

use crate::tabular::{Layout, TableFault, TableRow, TableText};
use column::Watched;
use count::hash;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::HashSet;

/// Different values of a column that are counted one by one.
pub const MOST_COUNTED: usize = 20_000;
/// Rows whose hashes are kept to find those that come twice.
const MOST_ROWS_HASHED: usize = 5_000_000;

/// A table at a glance.
#[derive(Clone, Debug, Serialize)]
pub struct Profile {
    /// Rows, the header not among them.
    pub rows: u64,
    /// Rows that could not be split as the header asks; their fields are not looked at.
    pub faulty_rows: u64,
    /// Line of the first of them.
    pub first_faulty_line: Option<u32>,
    /// Rows that are equal to an earlier one in every field.
    pub repeated_rows: u64,
    /// Rows at the end that total the others.
    pub total_rows: u64,
    /// In the file's order.
    pub columns: Vec<ColumnProfile>,
}

/// Looks at a whole table; dates after `now` are odd.
///
/// # Errors
/// [`TableFault`] where the file is not of the layout.
pub fn profile(bytes: &[u8], layout: &Layout, now: Timestamp) -> Result<Profile, TableFault> {
    let text = TableText::new(bytes, layout)?;
    let mut rows = text.rows()?;
    let mut columns: Vec<Watched> = rows.names().iter().map(|name| Watched::new(name, now)).collect();
    let mut row = TableRow::default();
    let mut seen = HashSet::new();
    let mut told = Profile {
        rows: 0,
        faulty_rows: 0,
        first_faulty_line: None,
        repeated_rows: 0,
        total_rows: 0,
        columns: Vec::new(),
    };
    while rows.read(&mut row) {
        told.rows += 1;
        if row.fault.is_some() {
            told.faulty_rows += 1;
            told.first_faulty_line.get_or_insert(row.span.line);
            continue;
        }
        if seen.len() < MOST_ROWS_HASHED && !seen.insert(hash(&row.fields)) {
            told.repeated_rows += 1;
        }
        told.total_rows = if is_total(&row.fields) { told.total_rows + 1 } else { 0 };
        for (column, field) in columns.iter_mut().zip(&row.fields) {
            column.see(field, row.span.line);
        }
    }
    told.columns = columns.into_iter().map(Watched::finish).collect();
    Ok(told)
}

/// Whether a row's first words say that it totals others.
fn is_total(fields: &[String]) -> bool {
    let first = fields.iter().map(|field| field.trim()).find(|field| !field.is_empty());
    first.is_some_and(|field| field.len() < 40 && crate::mapping::is_total(field))
}
