//! Tables that no built-in source knows, read as a mapping file says.
//!
//! - A mapping is a TOML file ([`Mapping::parse`]): how the table is laid out, what kind of record a row is, and what
//!   each column means. `plimsoll map` drafts one; a person mends it and keeps it under a name.
//! - A file is known again by its header: every name that the mapping lists stands in one row of the file's first rows,
//!   whatever preamble is above it and whatever columns were added since.
//! - A row is a bank line, a payment or refund as a processor books it, a parcel, a movement of stock, a review or a
//!   price; or a line of an order or the balance of an account, which join those of their order or day. Rows that end a
//!   table with totals are skipped, as many as the mapping says.
//! - A record is called `<mapping>:<key columns>`, where the mapping names no key by what it says and its occurrence. Bank
//!   lines, parcels, prices and trial balances are called as in every format, so that one that is read twice in two
//!   formats adds nothing.
//! - Numbers are read in their column's style, dates in their column's order; nothing is guessed row by row.
//! - Values of personal columns become tokens or are not read at all; no issue shows one.

mod balances;
mod draft;
mod facts;
mod fields;
mod file;
mod meaning;
mod orders;
mod payments;
mod read;
#[cfg(test)]
pub(crate) mod tests;
mod words;

pub use draft::{Draft, DraftColumn, draft};
pub use file::MappingError;
pub use meaning::{Kind, Meaning};
pub use words::Word;

use crate::number_style::NumberStyle;
use crate::tabular::{Layout, Shape, TableRow, TableText, head};
use crate::values::DateStyle;
use crate::{Context, Parsed, Source};
use domain::{Currency, Digest};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

/// A checked mapping.
#[derive(Clone, PartialEq, Debug)]
pub struct Mapping {
    /// The word before the colon of its records' ids.
    pub name: String,
    /// What a row is.
    pub kind: Kind,
    /// How the table is laid out.
    pub layout: Layout,
    /// The header's names by which a file is known again; none where it has no header.
    pub header: Vec<String>,
    /// Rows at the end that are totals.
    pub skip_last: u64,
    /// Of rows that name none.
    pub currency: Option<Currency>,
    /// Of times that name none.
    pub zone: Option<TimeZone>,
    /// How amounts and quantities are signed.
    pub sign: Sign,
    /// What the words of the category or state column mean, in lower case.
    pub categories: Vec<(String, Word)>,
    /// Of what the prices are, in a table that has no column for it.
    pub instrument: Option<String>,
    /// The day of balances, in a table that says none.
    pub as_of: Option<Date>,
    /// Of ratings that say none.
    pub best_rating: u8,
    /// Columns that mean something.
    pub columns: Vec<Column>,
}

/// How amounts and quantities are signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sign {
    /// Each has its own.
    #[default]
    Signed,
    /// What is positive goes out.
    Negated,
    /// By why the stock moved.
    ByReason,
}

/// A column that means something.
#[derive(Clone, PartialEq, Debug)]
pub struct Column {
    /// As in the header.
    pub name: String,
    /// What it means.
    pub means: Meaning,
    /// How its dates are written.
    pub dates: DateStyle,
    /// Whether its decimals stand behind a comma.
    pub comma: bool,
    /// Whether its amounts are whole minor units: cents, pence.
    pub minor: bool,
    /// Whether its values must not be shown.
    pub personal: bool,
    /// Whether it is part of the record's key.
    pub key: bool,
}

impl Column {
    pub(crate) fn style(&self) -> NumberStyle {
        if self.comma { NumberStyle::Comma } else { NumberStyle::Point }
    }
}

/// Bytes from the start of a file by which it is known again.
const HEAD_BYTES: usize = 1 << 16;
/// Rows among which the header is looked for.
const HEADER_ROWS: usize = 41;

/// A mapping at work.
#[derive(Clone, PartialEq, Debug)]
pub struct MappedTable(pub Mapping);

impl Source for MappedTable {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn recognises(&self, bytes: &[u8]) -> bool {
        self.0.layout_in(bytes).is_some()
    }

    fn parse(&self, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
        read::parse(&self.0, file, bytes, context)
    }
}

impl Mapping {
    /// The layout with the header's row as it is in this file; none where no row has the names, or the mapping has none.
    fn layout_in(&self, bytes: &[u8]) -> Option<Layout> {
        if self.header.is_empty() {
            return None;
        }
        let head = head(bytes, HEAD_BYTES);
        let Shape::Delimited { delimiter, .. } = self.layout.shape else {
            let text = TableText::new(&head, &self.layout).ok()?;
            let rows = text.rows().ok()?;
            return self.header.iter().all(|name| rows.names().contains(name)).then(|| self.layout.clone());
        };
        let raw = Layout { shape: Shape::Delimited { delimiter, header_row: 0 }, ..self.layout.clone() };
        let text = TableText::new(&head, &raw).ok()?;
        let mut names = text.header_rows(delimiter);
        let found = (1..=HEADER_ROWS)
            .find(|_| names.next().is_some_and(|row: Vec<String>| self.header.iter().all(|name| row.contains(name))));
        let header_row = found?;
        Some(Layout { shape: Shape::Delimited { delimiter, header_row }, ..self.layout.clone() })
    }

    fn negated(&self) -> bool {
        self.sign == Sign::Negated
    }

    fn column(&self, means: Meaning) -> Option<&Column> {
        self.columns.iter().find(|column| column.means == means)
    }
}

/// A table by the mapping that is drafted of it, as a person who changes nothing would keep it; none where the bytes are
/// no table, or the draft lacks what its kind needs.
pub fn as_drafted(name: &str, bytes: &[u8]) -> Option<MappedTable> {
    let draft = draft(bytes)?;
    Mapping::parse(name, &draft.to_toml()).ok().map(MappedTable)
}

/// The fields of a row by their columns.
struct Fields<'a> {
    mapping: &'a Mapping,
    /// Where each of the mapping's columns stands in the file.
    places: &'a [usize],
    row: &'a TableRow,
}

/// Whether a field says that its row totals others: `Total`, `合计`.
pub(crate) fn is_total(field: &str) -> bool {
    draft::TOTALS.contains(&draft::plain(field).as_str())
}

/// Whether a column of this name holds people's names or addresses.
pub(crate) fn is_personal_name(name: &str) -> bool {
    draft::is_personal_name(name)
}
