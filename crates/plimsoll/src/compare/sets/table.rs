//! A table of texts as numbers that models can be fitted on.
//!
//! A column is numbers where most of its cells read as such (others are missing there), else categories, numbered in
//! the order of their names. Empty cells and a lone point or question mark are missing.

use anyhow::{Context, bail};
use learn::Dataset;
use sources::tabular::{Layout, Shape, TableRow, TableText};
use std::collections::BTreeMap;

/// Rows of numbers with their labels.
#[derive(Clone, Debug)]
pub struct Table {
    /// The numbers.
    pub rows: Dataset,
    /// The columns whose numbers stand for categories.
    pub categories: Vec<Category>,
}

/// A column of categories.
#[derive(Clone, PartialEq, Debug)]
pub struct Category {
    /// The column.
    pub name: String,
    /// What its numbers stand for, from 0.
    pub values: Vec<String>,
}

impl Table {
    /// Names of the columns whose numbers stand for categories.
    pub fn category_names(&self) -> Vec<String> {
        self.categories.iter().map(|category| category.name.clone()).collect()
    }
}

/// A table as it was written.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    /// The columns, in order.
    pub names: Vec<String>,
    /// Trimmed cells, row by row; empty where missing.
    pub rows: Vec<Vec<String>>,
}

impl Texts {
    /// Reads comma-separated values whose first row is the header.
    ///
    /// # Errors
    /// A row does not split as the header asks.
    pub fn of_csv(text: &[u8]) -> anyhow::Result<Self> {
        let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
        let shape = Shape::Delimited { delimiter: b',', header_row: 1 };
        Self::of_layout(text, &Layout { encoding: "utf-8".to_owned(), shape })
    }

    /// Reads a table that is laid out like this.
    ///
    /// # Errors
    /// It is not laid out like this, or a row does not split as the header asks.
    pub fn of_layout(text: &[u8], layout: &Layout) -> anyhow::Result<Self> {
        let unread = |fault| anyhow::anyhow!("the table cannot be read: {fault:?}");
        let table = TableText::new(text, layout).map_err(unread)?;
        let mut reader = table.rows().map_err(unread)?;
        let (names, mut row, mut rows) = (reader.names().to_vec(), TableRow::default(), Vec::new());
        while reader.read(&mut row) {
            if let Some((_, says)) = &row.fault {
                bail!("line {}: {says}", row.span.line);
            }
            rows.push(row.fields.iter().map(|cell| cleaned(cell)).collect());
        }
        Ok(Self { names, rows })
    }

    /// Reads Weka's attribute-relation format: names, then comma-separated values.
    ///
    /// # Errors
    /// A row has another number of values than there are attributes.
    pub fn of_arff(text: &str) -> anyhow::Result<Self> {
        let mut told = Self::default();
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('%'));
        for line in lines.by_ref().take_while(|line| !line.eq_ignore_ascii_case("@data")) {
            let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            if word.eq_ignore_ascii_case("@attribute") {
                let name = match rest.trim().strip_prefix('\'') {
                    Some(quoted) => quoted.split('\'').next().unwrap_or_default(),
                    None => rest.split_whitespace().next().unwrap_or_default(),
                };
                told.names.push(name.to_owned());
            }
        }
        for line in lines {
            let cells: Vec<String> = line.split(',').map(cleaned).collect();
            if cells.len() != told.names.len() {
                bail!("a row has {} values, but there are {} attributes", cells.len(), told.names.len());
            }
            told.rows.push(cells);
        }
        Ok(told)
    }

    /// Where a column stands.
    ///
    /// # Errors
    /// There is none of this name.
    pub fn column(&self, name: &str) -> anyhow::Result<usize> {
        self.names.iter().position(|at| at == name).with_context(|| format!("no column `{name}`"))
    }

    /// The cells of a column.
    pub fn cells(&self, column: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().map(move |row| row[column].as_str())
    }

    /// The columns at these places as numbers, with these labels.
    ///
    /// # Errors
    /// [`learn::DatasetError`].
    pub fn table(&self, columns: &[usize], labels: Vec<bool>) -> anyhow::Result<Table> {
        let (mut numbers, mut categories) = (Vec::new(), Vec::new());
        for &column in columns {
            let (values, names) = self.numbers(column);
            numbers.push(values);
            let name = self.names[column].clone();
            categories.extend(names.map(|values| Category { name, values }));
        }
        let values = (0..self.rows.len()).flat_map(|row| numbers.iter().map(move |column| column[row]));
        let names = columns.iter().map(|&column| self.names[column].clone()).collect();
        Ok(Table { rows: Dataset::new(names, values.collect(), labels)?, categories })
    }

    /// A column as numbers, and what they stand for where it is one of categories.
    pub fn numbers(&self, column: usize) -> (Vec<f32>, Option<Vec<String>>) {
        let present = self.cells(column).filter(|cell| !cell.is_empty()).count();
        let read: Vec<f32> = self.cells(column).map(number).collect();
        if 2 * read.iter().filter(|value| value.is_finite()).count() >= present {
            return (read, None);
        }
        let mut place: BTreeMap<&str, f32> =
            self.cells(column).filter(|cell| !cell.is_empty()).map(|cell| (cell, 0.0)).collect();
        let mut next = 0.0;
        for value in place.values_mut() {
            *value = next;
            next += 1.0;
        }
        let values = self.cells(column).map(|cell| place.get(cell).copied().unwrap_or(f32::NAN)).collect();
        (values, Some(place.into_keys().map(str::to_owned).collect()))
    }
}

/// A finite number, else missing.
fn number(cell: &str) -> f32 {
    cell.parse().ok().filter(|value: &f32| value.is_finite()).unwrap_or(f32::NAN)
}

fn cleaned(cell: &str) -> String {
    let trimmed = cell.trim();
    if matches!(trimmed, "." | "?") { String::new() } else { trimmed.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_become_numbers() {
        let text = "\u{feff}\"id\",y,amount,kind\n1,1, 2.5,\"b, c\"\n2,0,.,a\n3,0,7,\n";
        let texts = Texts::of_csv(text.as_bytes()).unwrap();
        let table = texts.table(&[2, 3], vec![true, false, false]).unwrap();
        assert_eq!(table.rows.names(), ["amount", "kind"]);
        let kind = Category { name: "kind".to_owned(), values: vec!["a".to_owned(), "b, c".to_owned()] };
        assert_eq!(table.categories, [kind]);
        assert_eq!(table.rows.row(0), [2.5, 1.0]);
        assert!(table.rows.row(1)[0].is_nan() && table.rows.row(2)[1].is_nan());
    }

    #[test]
    fn a_short_record_is_named() {
        let error = Texts::of_csv(b"id,y\n1,2\n1\n").unwrap_err();
        assert_eq!(error.to_string(), "line 3: 1 of 2 fields");
    }

    #[test]
    fn attributes_are_columns() {
        let text =
            "% made by hand\n@relation r\n@attribute 'net / total' numeric\n@ATTRIBUTE y {0,1}\n@data\n1.5,0\n?,1\n";
        let texts = Texts::of_arff(text).unwrap();
        assert_eq!(texts.names, ["net / total", "y"]);
        assert_eq!(texts.rows, [["1.5", "0"], ["", "1"]]);
        assert!(Texts::of_arff("@attribute a numeric\n@data\n1,2\n").is_err());
    }
}
