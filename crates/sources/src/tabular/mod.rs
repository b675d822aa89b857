//! Any table: rows of named columns, whatever file they come in. What mappings, their drafts and profiles read.
//!
//! - Delimited text (commas, semicolons, tabs, bars) with its header in any row, or none (`column 1`, `column 2`, …); or
//!   JSON Lines, one object a line, whose columns are all names that its objects have, nested ones dotted
//!   (`customer.name`). Workbooks and Parquet files come as text ([`crate::unpack`]).
//! - Every row that is not blank is told once, with its place in the file as it came, or with the rule that it breaks.
//! - How a file is laid out is found by looking ([`Layout::of`]) or said by a mapping.

mod json_lines;
mod sniff;
#[cfg(test)]
pub(crate) mod tests;

use crate::bank::encoding::{Decoded, Places, decoded_in};
use crate::csv_rows::{Row, Rows};
use crate::dialect::Dialect;
use domain::{IssueRule, Span};
use json_lines::Lines;
use std::borrow::Cow;

/// How a table's bytes are laid out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Layout {
    /// By its name in the WHATWG list, in lower case: `utf-8`, `utf-16le`, `gbk`, `windows-1252`.
    pub encoding: String,
    /// What its rows are.
    pub shape: Shape,
}

/// What the rows of a table are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// Fields between delimiters.
    Delimited {
        /// One ASCII byte.
        delimiter: u8,
        /// Which row that is not blank is the header, from 1; 0 where there is none.
        header_row: usize,
    },
    /// One JSON object a line.
    JsonLines,
}

impl Layout {
    /// How a file seems to be laid out; none where it is no table.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        sniff::layout(bytes)
    }
}

/// A file as text, and the encoding that its layout names.
pub struct TableText<'a> {
    decoded: Option<Decoded<'a>>,
    bytes: &'a [u8],
    shape: Shape,
}

/// Why a file cannot be read as its layout says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TableFault {
    /// There is nothing in it.
    Empty,
    /// Its bytes are not of the encoding.
    Encoding,
    /// There is no such header row.
    NoHeader,
}

impl<'a> TableText<'a> {
    /// Takes the file's text.
    ///
    /// # Errors
    /// [`TableFault::Encoding`].
    pub fn new(bytes: &'a [u8], layout: &Layout) -> Result<Self, TableFault> {
        let shape = layout.shape;
        if layout.encoding == "utf-8" {
            return Ok(Self { decoded: None, bytes, shape });
        }
        let decoded = decoded_in(bytes, &layout.encoding).ok_or(TableFault::Encoding)?;
        Ok(Self { decoded: Some(decoded), bytes, shape })
    }

    /// Every row as trimmed fields, whatever the header.
    pub(crate) fn header_rows(&self, delimiter: u8) -> impl Iterator<Item = Vec<String>> {
        let text = self.decoded.as_ref().map_or(self.bytes, |decoded| decoded.text.as_bytes());
        let mut rows = Rows::of(text, Dialect { delimiter, gbk: false });
        let mut row = Row::default();
        std::iter::from_fn(move || {
            rows.read(&mut row).then(|| unique((0..row.len()).map(|index| row.text(index).trim().to_owned()).collect()))
        })
    }

    /// Reads the header; the rows follow.
    ///
    /// # Errors
    /// [`TableFault`].
    pub fn rows(&self) -> Result<TableRows<'_>, TableFault> {
        let text = self.decoded.as_ref().map_or(self.bytes, |decoded| decoded.text.as_bytes());
        let places = self.decoded.as_ref().map(Places::new);
        let (names, body) = match self.shape {
            Shape::JsonLines => {
                let lines = Lines::new(text);
                (lines.names().to_vec(), Body::Lines(lines))
            }
            Shape::Delimited { delimiter, header_row } => {
                let (names, rows) = open(text, delimiter, header_row)?;
                (names, Body::Rows(rows, Row::default()))
            }
        };
        if names.is_empty() { Err(TableFault::Empty) } else { Ok(TableRows { names, body, places }) }
    }
}

fn open(text: &[u8], delimiter: u8, header_row: usize) -> Result<(Vec<String>, Rows<'_>), TableFault> {
    let mut rows = Rows::of(text, Dialect { delimiter, gbk: false });
    let mut row = Row::default();
    if header_row == 0 {
        let mut first = rows.clone();
        if !first.read(&mut row) {
            return Err(TableFault::Empty);
        }
        rows.expect(row.len());
        return Ok(((1..=row.len()).map(|number| format!("column {number}")).collect(), rows));
    }
    for number in 0..header_row {
        if !rows.read(&mut row) {
            return Err(if number == 0 { TableFault::Empty } else { TableFault::NoHeader });
        }
    }
    rows.expect(row.len());
    Ok((unique((0..row.len()).map(|index| row.text(index).trim().to_owned()).collect()), rows))
}

/// Names that can be told apart: what stands twice is numbered, what has no name is called by its place.
fn unique(names: Vec<String>) -> Vec<String> {
    let mut told: Vec<String> = Vec::with_capacity(names.len());
    for (index, name) in names.into_iter().enumerate() {
        let name = if name.is_empty() { format!("column {}", index + 1) } else { name };
        let mut candidate = name.clone();
        let mut number = 2;
        while told.contains(&candidate) {
            candidate = format!("{name} ({number})");
            number += 1;
        }
        told.push(candidate);
    }
    told
}

/// The rows of a table still to come.
pub struct TableRows<'a> {
    names: Vec<String>,
    body: Body<'a>,
    places: Option<Places<'a>>,
}

enum Body<'a> {
    Rows(Rows<'a>, Row<'a>),
    Lines(Lines<'a>),
}

/// One row; made once and filled again for every row.
#[derive(Clone, Default, Debug)]
pub struct TableRow {
    /// Where it stands in the file as it came.
    pub span: Span,
    /// As many as the table has columns; empty where the row has none.
    pub fields: Vec<String>,
    /// The rule that the row breaks, and what is wrong.
    pub fault: Option<(IssueRule, String)>,
}

impl TableRow {
    fn set(&mut self, index: usize, text: &str) {
        if let Some(field) = self.fields.get_mut(index) {
            field.push_str(text);
        }
    }

    fn clear(&mut self, width: usize) {
        self.fields.resize(width, String::new());
        self.fields.iter_mut().for_each(String::clear);
        self.fault = None;
    }
}

impl TableRows<'_> {
    /// The columns, in the file's order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Fills `row` with the next row that is not blank in every field; false at the end.
    pub fn read(&mut self, row: &mut TableRow) -> bool {
        while self.fill(row) {
            if row.fault.is_some() || row.fields.iter().any(|field| !field.trim().is_empty()) {
                self.place(row);
                return true;
            }
        }
        false
    }

    fn fill(&mut self, told: &mut TableRow) -> bool {
        let width = self.names.len();
        told.clear(width);
        match &mut self.body {
            Body::Lines(lines) => lines.read(told),
            Body::Rows(rows, row) => {
                if !rows.read(row) {
                    return false;
                }
                told.span = row.span;
                told.fault = fault(row, width);
                for index in 0..row.len().min(width) {
                    told.set(index, &row.text(index));
                }
                true
            }
        }
    }

    /// The span in the file as it came, where it had to be decoded.
    fn place(&mut self, row: &mut TableRow) {
        let Some(places) = &mut self.places else { return };
        let from = usize::try_from(row.span.offset).unwrap_or(usize::MAX);
        let (line, start) = places.of(from);
        let (_, end) = places.of(from.saturating_add(row.span.len as usize));
        row.span = crate::bank::span(line, start, end);
    }
}

fn fault(row: &Row<'_>, width: usize) -> Option<(IssueRule, String)> {
    if !row.is_closed() {
        return Some((IssueRule::Malformed, "a quote is not closed".to_owned()));
    }
    if row.not_text().is_some() {
        return Some((IssueRule::InvalidUtf8, String::new()));
    }
    let beyond = (width..row.len()).any(|index| !row.text(index).trim().is_empty());
    (row.len() < width || beyond).then(|| (IssueRule::WrongFieldCount, format!("{} of {width} fields", row.len())))
}

/// The first bytes of a file, cut where a line ends, for those who look before they read.
pub(crate) fn head(bytes: &[u8], most: usize) -> Cow<'_, [u8]> {
    if bytes.len() <= most {
        return Cow::Borrowed(bytes);
    }
    let head = &bytes[..most];
    let end = head.iter().rposition(|byte| *byte == b'\n').map_or(most, |end| end + 1);
    Cow::Borrowed(&head[..end])
}
