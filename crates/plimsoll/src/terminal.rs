//! Tables and lines for a terminal.

use comfy_table::{Cell, CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};
use serde::Serialize;

/// A line under the header and nothing else: numbers are read down the column.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// A table with a header; columns whose header begins with `>` are numbers, to the right.
pub fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header.iter().map(|name| name.trim_start_matches('>')));
    for (index, name) in header.iter().enumerate() {
        if let Some(column) = table.column_mut(index).filter(|_| name.starts_with('>')) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// Adds a row of texts.
pub fn row<T: ToString>(table: &mut Table, cells: impl IntoIterator<Item = T>) {
    table.add_row(cells.into_iter().map(|cell| Cell::new(cell.to_string())));
}

/// Prints one JSON value on a line of its own.
///
/// # Errors
/// When standard output is closed.
pub fn json(value: &impl Serialize) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string(value)?);
    Ok(())
}

/// A whole number with thousands apart: `541,909`.
pub fn count(number: impl Into<u64>) -> String {
    let digits = number.into().to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        for (number, text) in [(0_u64, "0"), (999, "999"), (1_000, "1,000"), (541_909, "541,909")] {
            assert_eq!(count(number), text);
        }
    }
}
