//! A comma-separated file with a header: columns by name, and the checks that every row passes first.

use crate::Parsed;
use crate::csv_rows::{Row, Rows};
use crate::dialect::Dialect;
use crate::fault::Fault;
use crate::number_style::NumberStyle;
use domain::{Digest, IssueRule};
use std::borrow::Cow;

/// Most rows that are looked at above a header; Alipay writes some twenty.
const MOST_PREAMBLE: usize = 40;

/// A file whose header has been read.
pub(crate) struct Table<'a> {
    /// Trimmed, in the file's order.
    pub(crate) names: Vec<String>,
    /// The fields of the rows above it.
    pub(crate) preamble: Vec<Vec<String>>,
    rows: Rows<'a>,
    /// Columns whose values must not be shown.
    personal: &'static [&'static str],
}

impl<'a> Table<'a> {
    /// Reads the header, and finds the `needed` columns in it, each by the first of its spellings that is there.
    ///
    /// # Errors
    /// What the file lacks, and how many rows that holds back.
    pub(crate) fn open<const N: usize>(
        bytes: &'a [u8],
        personal: &'static [&'static str],
        needed: [&[&str]; N],
    ) -> Result<(Self, [usize; N]), (Fault, u64)> {
        Self::open_delimited(bytes, b',', personal, needed)
    }

    /// The same with another byte between fields.
    ///
    /// # Errors
    /// As [`Table::open`].
    pub(crate) fn open_delimited<const N: usize>(
        bytes: &'a [u8],
        delimiter: u8,
        personal: &'static [&'static str],
        needed: [&[&str]; N],
    ) -> Result<(Self, [usize; N]), (Fault, u64)> {
        let table = Self::with_header(Rows::delimited(bytes, delimiter), personal).map_err(|fault| (fault, 0))?;
        table.having(needed)
    }

    /// The same for a file of another dialect, whose header is the first row within [`MOST_PREAMBLE`] that has `least`
    /// of the columns; where none has, the first row.
    ///
    /// # Errors
    /// As [`Table::open`].
    pub(crate) fn open_under<const N: usize>(
        bytes: &'a [u8],
        dialect: Dialect,
        personal: &'static [&'static str],
        needed: [&[&str]; N],
        least: usize,
    ) -> Result<(Self, [usize; N]), (Fault, u64)> {
        let found = Self::under_preamble(bytes, dialect, personal, &needed, least);
        let table = found.map_or_else(|| Self::with_header(Rows::of(bytes, dialect), personal), Ok);
        table.map_err(|fault| (fault, 0))?.having(needed)
    }

    /// Where the needed columns stand, or what is missing.
    fn having<const N: usize>(self, needed: [&[&str]; N]) -> Result<(Self, [usize; N]), (Fault, u64)> {
        let table = self;
        let found = needed.map(|spellings| table.column(spellings));
        let missing: Vec<&str> =
            needed.iter().zip(found).filter(|(_, at)| at.is_none()).map(|(names, _)| names[0]).collect();
        if missing.is_empty() {
            return Ok((table, found.map(Option::unwrap_or_default)));
        }
        let fault = Fault::new(IssueRule::MissingColumn, &missing.join(", "), "");
        Err((fault, table.row_count()))
    }

    fn with_header(mut rows: Rows<'a>, personal: &'static [&'static str]) -> Result<Self, Fault> {
        let mut header = Row::default();
        if !rows.read(&mut header) {
            return Err(Fault::new(IssueRule::EmptyFile, "", ""));
        }
        rows.expect(header.len());
        Ok(Self { names: names(&header), preamble: Vec::new(), rows, personal })
    }

    fn under_preamble(
        bytes: &'a [u8],
        dialect: Dialect,
        personal: &'static [&'static str],
        columns: &[&[&str]],
        least: usize,
    ) -> Option<Self> {
        let mut rows = Rows::of(bytes, dialect);
        let mut row = Row::default();
        let mut preamble = Vec::new();
        while preamble.len() <= MOST_PREAMBLE && rows.read(&mut row) {
            let names = names(&row);
            if count(&names, columns) >= least {
                rows.expect(row.len());
                return Some(Self { names, preamble, rows, personal });
            }
            preamble.push(names);
        }
        None
    }

    /// The column of the first of these spellings that the header has.
    pub(crate) fn column(&self, spellings: &[&str]) -> Option<usize> {
        spellings.iter().find_map(|wanted| self.names.iter().position(|name| name == wanted))
    }

    /// How the numbers of these columns are written, from all their values ([`NumberStyle`] has the rule).
    pub(crate) fn number_styles<const N: usize>(&self, columns: [usize; N], default: NumberStyle) -> [NumberStyle; N] {
        let style_of = |column| NumberStyle::of_column(self.column_texts(column));
        NumberStyle::settle(columns.map(style_of), default)
    }

    /// Every row's text in one column; the rows are not used up.
    pub(crate) fn column_texts(&self, column: usize) -> impl Iterator<Item = Cow<'a, str>> + use<'a> {
        let mut rows = self.rows.clone();
        let mut row = Row::default();
        std::iter::from_fn(move || rows.read(&mut row).then(|| row.text(column)))
    }

    /// Whether a row behind the header has as many fields, or there is one at most, which may have been cut off.
    fn rows_follow(mut self) -> bool {
        let mut row = Row::default();
        let mut count = 0;
        while self.rows.read(&mut row) {
            count += 1;
            if row.len() == self.names.len() {
                return true;
            }
        }
        count < 2
    }

    /// How many data rows the file has.
    pub(crate) fn row_count(&self) -> u64 {
        self.rows.remaining()
    }

    /// Gives every sound row to `take`. What is wrong with a row becomes its issue.
    pub(crate) fn read(
        mut self,
        file: Digest,
        parsed: &mut Parsed,
        mut take: impl FnMut(&Row<'a>, &mut Parsed) -> Result<(), Fault>,
    ) {
        let mut row = Row::default();
        parsed.columns.clone_from(&self.names);
        while self.rows.read(&mut row) {
            parsed.rows += 1;
            if let Err(fault) = self.check(&row).and_then(|()| take(&row, parsed)) {
                parsed.issues.push(fault.at(file, row.span));
            }
        }
    }

    fn check(&self, row: &Row<'_>) -> Result<(), Fault> {
        if !row.is_closed() {
            return Err(Fault::new(IssueRule::Malformed, "", "a quote is not closed"));
        }
        if row.len() != self.names.len() {
            let counts = format!("{} of {} fields", row.len(), self.names.len());
            return Err(Fault::new(IssueRule::WrongFieldCount, "", counts));
        }
        row.not_text().map_or(Ok(()), |index| Err(self.not_utf8(row, index)))
    }

    fn not_utf8(&self, row: &Row<'_>, index: usize) -> Fault {
        let column = self.names[index].as_str();
        let shown = !self.personal.contains(&column);
        let value = if shown { String::from_utf8_lossy(row.bytes(index)).into_owned() } else { String::new() };
        Fault::new(IssueRule::InvalidUtf8, column, value)
    }
}

/// Whether the header of a file that begins with `head` has at least `least` of the columns, each given by its
/// spellings. Not all are asked for, so that a file with a missing column is still known for what it is.
pub(crate) fn recognises(head: &[u8], columns: &[&[&str]], least: usize) -> bool {
    Table::with_header(Rows::new(head), &[]).is_ok_and(|table| count(&table.names, columns) >= least)
}

/// The same with another byte between fields.
pub(crate) fn recognises_delimited(head: &[u8], delimiter: u8, columns: &[&[&str]], least: usize) -> bool {
    Table::with_header(Rows::delimited(head, delimiter), &[]).is_ok_and(|table| count(&table.names, columns) >= least)
}

/// The same for a header of another dialect that may stand under a preamble. Rows must follow it, or nothing: a text
/// may quote a header, and goes on with something else.
pub(crate) fn recognises_under(head: &[u8], dialect: Dialect, columns: &[&[&str]], least: usize) -> bool {
    Table::under_preamble(head, dialect, &[], columns, least).is_some_and(Table::rows_follow)
}

/// How many of the columns, each given by its spellings, are among the names.
fn count(names: &[String], columns: &[&[&str]]) -> usize {
    columns.iter().filter(|spellings| spellings.iter().any(|wanted| names.iter().any(|name| name == wanted))).count()
}

/// A field that must not be blank, without the blanks around it.
pub(crate) fn needed<'a>(row: &Row<'a>, index: usize, column: &str) -> Result<Cow<'a, str>, Fault> {
    let text = trimmed(row.text(index));
    if text.is_empty() { Err(Fault::new(IssueRule::MissingValue, column, "")) } else { Ok(text) }
}

/// Without the blanks around it.
pub(crate) fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    shortened(text, str::trim)
}

/// A part of a text, borrowed where the text is.
pub(crate) fn shortened<'a>(text: Cow<'a, str>, part: impl Fn(&str) -> &str) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(part(text)),
        Cow::Owned(text) => Cow::Owned(part(&text).to_owned()),
    }
}

fn names(header: &Row<'_>) -> Vec<String> {
    (0..header.len())
        .map(|index| match header.not_text() {
            None => header.text(index).trim().to_owned(),
            Some(_) => String::from_utf8_lossy(header.bytes(index)).trim().to_owned(),
        })
        .collect()
}
