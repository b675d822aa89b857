//! Splits comma-separated bytes into rows and fields, with the exact place of every row.
//!
//! Written here, not taken from the `csv` crate, for the spans: that crate reports a row's start before the `\n` of a
//! preceding `\r\n`, and cannot go on after a quote that never closes. The tests hold it to the `csv` crate's reading.
//!
//! - A line ends in `\n` or `\r\n`; a blank line is no row. A byte order mark is skipped.
//! - A field that begins with a quote is quoted up to the next quote that is not doubled; it may hold line ends.
//!   Elsewhere a quote is text like any other, as in `12" RULER`.
//! - A row of several lines is a stray quote's work where it does not have the header's number of fields, a quote is
//!   never closed, or text follows a closing quote: its first line is spoilt, and reading goes on with the next.
//!   Reading lines again is paid from a budget, so that the work is linear in the bytes, whatever they are; once that
//!   is spent, such a row is taken as it is.
//! - In another [`Dialect`] another byte parts the fields, or text is in another encoding; places stay the file's own.

use crate::dialect::Dialect;
use domain::Span;
use std::borrow::Cow;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The rows still to come.
#[derive(Clone)]
pub(crate) struct Rows<'a> {
    bytes: &'a [u8],
    dialect: Dialect,
    next: usize,
    line: u32,
    /// How many fields the header has.
    width: Option<usize>,
    /// Bytes that may still be read again.
    budget: usize,
}

/// How often, on average, a byte may be read again.
const READ_AGAIN: usize = 4;

/// One row; made once and filled again for every row.
#[derive(Default)]
pub(crate) struct Row<'a> {
    /// Where it stands.
    pub(crate) span: Span,
    /// Its bytes without the line end.
    raw: &'a [u8],
    /// The same as text, or none where it is not UTF-8.
    text: Option<&'a str>,
    dialect: Dialect,
    fields: Vec<Field>,
    closed: bool,
}

/// Byte positions within the row.
#[derive(Clone, Copy)]
struct Field {
    start: usize,
    /// The closing quote, where the field begins with a quote.
    closing_quote: Option<usize>,
    end: usize,
}

impl<'a> Rows<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self::of(bytes, Dialect::COMMAS)
    }

    /// With another byte between fields, such as `;`.
    pub(crate) fn delimited(bytes: &'a [u8], delimiter: u8) -> Self {
        Self::of(bytes, Dialect { delimiter, gbk: false })
    }

    /// In another dialect.
    pub(crate) fn of(bytes: &'a [u8], dialect: Dialect) -> Self {
        let next = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        Self { bytes, dialect, next, line: 1, width: None, budget: bytes.len().saturating_mul(READ_AGAIN) }
    }

    /// Says how many fields a sound row has.
    pub(crate) fn expect(&mut self, width: usize) {
        self.width = Some(width);
    }

    /// Fills `row` with the next row; false at the end.
    pub(crate) fn read(&mut self, row: &mut Row<'a>) -> bool {
        while self.next < self.bytes.len() {
            self.split(row);
            if !row.raw.is_empty() {
                row.text = std::str::from_utf8(row.raw).ok().filter(|_| self.dialect.takes_as_utf8(row.raw));
                row.dialect = self.dialect;
                return true;
            }
        }
        false
    }

    /// Splits the row at `self.next` and moves behind it.
    fn split(&mut self, row: &mut Row<'a>) {
        let start = self.next;
        let mut end = self.split_fields(row);
        let first_line = if row.spans_lines() || !row.closed { self.find(start, |b| b == b'\n') } else { end };
        if first_line < end && self.is_stray(row, first_line, end) {
            row.spoil(first_line - start);
            end = first_line;
        }
        let length = row.set_raw(&self.bytes[start..end]);
        row.span = Span { line: self.line, offset: start as u64, len: u32::try_from(length).unwrap_or(u32::MAX) };
        let lines = if first_line < end { line_ends(&self.bytes[start..end]) } else { 0 };
        self.line = self.line.saturating_add(lines).saturating_add(1);
        self.next = end + 1;
    }

    /// Fills the row's fields; answers where the row ends.
    fn split_fields(&self, row: &mut Row<'a>) -> usize {
        let start = self.next;
        row.fields.clear();
        row.closed = true;
        let mut at = start;
        loop {
            let (field, closed) = self.field(at);
            row.fields.push(Field {
                start: field.start - start,
                closing_quote: field.closing_quote.map(|quote| quote - start),
                end: field.end - start,
            });
            row.closed &= closed;
            match self.bytes.get(field.end) {
                Some(&byte) if byte == self.dialect.delimiter => at = field.end + 1,
                _ => return field.end,
            }
        }
    }

    /// Whether a row of several lines is a stray quote's work, if the budget lets its lines be read again.
    fn is_stray(&mut self, row: &Row<'_>, first_line: usize, end: usize) -> bool {
        let looked_at = if row.closed { end } else { self.bytes.len() };
        let wrong = !row.closed || self.width.is_some_and(|width| width != row.len()) || self.follows_quote(row);
        let left = self.budget.checked_sub(looked_at - first_line);
        self.budget = if wrong { left.unwrap_or(self.budget) } else { self.budget };
        wrong && left.is_some()
    }

    /// Whether text follows a closing quote of the row at `self.next`.
    fn follows_quote(&self, row: &Row<'_>) -> bool {
        row.fields.iter().any(|field| {
            let behind = field.closing_quote.map(|quote| &self.bytes[self.next + quote + 1..self.next + field.end]);
            behind.is_some_and(|text| !text.is_empty() && text != b"\r")
        })
    }

    /// The field that begins at `start`, and whether its quote is closed.
    fn field(&self, start: usize) -> (Field, bool) {
        if self.bytes.get(start) != Some(&b'"') {
            return (
                Field {
                    start,
                    closing_quote: None,
                    end: self.find(start, |b| b == self.dialect.delimiter || b == b'\n'),
                },
                true,
            );
        }
        match self.closing_quote(start + 1) {
            Some(quote) => {
                let end = self.find(quote + 1, |b| b == self.dialect.delimiter || b == b'\n');
                (Field { start, closing_quote: Some(quote), end }, true)
            }
            None => (Field { start, closing_quote: None, end: self.find(start, |b| b == b'\n') }, false),
        }
    }

    fn find(&self, from: usize, wanted: impl Fn(u8) -> bool) -> usize {
        self.bytes[from..].iter().position(|&b| wanted(b)).map_or(self.bytes.len(), |found| from + found)
    }

    /// The next quote that is not doubled.
    fn closing_quote(&self, mut from: usize) -> Option<usize> {
        loop {
            let quote = from + self.bytes[from..].iter().position(|&b| b == b'"')?;
            if self.bytes.get(quote + 1) != Some(&b'"') {
                return Some(quote);
            }
            from = quote + 2;
        }
    }

    /// The byte behind the last row that was read and its line end.
    pub(crate) fn at(&self) -> usize {
        self.next.min(self.bytes.len())
    }

    /// How many rows are still to come.
    pub(crate) fn remaining(&self) -> u64 {
        let mut rows = self.clone();
        let mut row = Row::default();
        let mut count = 0;
        while rows.read(&mut row) {
            count += 1;
        }
        count
    }
}

fn line_ends(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.iter().filter(|&&b| b == b'\n').count()).unwrap_or(u32::MAX)
}

impl<'a> Row<'a> {
    /// Takes the row's bytes, without the `\r` of a `\r\n`; answers their length.
    fn set_raw(&mut self, bytes: &'a [u8]) -> usize {
        self.raw = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        if let Some(last) = self.fields.last_mut() {
            last.end = last.end.min(self.raw.len());
        }
        self.raw.len()
    }

    /// Whether it may have line ends within: only quoted fields do.
    fn spans_lines(&self) -> bool {
        self.fields.iter().any(|field| field.closing_quote.is_some())
    }

    /// Leaves of the row its first line, as one field that is not closed.
    fn spoil(&mut self, length: usize) {
        self.closed = false;
        self.fields.clear();
        self.fields.push(Field { start: 0, closing_quote: None, end: length });
    }

    /// How many fields it has.
    pub(crate) fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether every quote that opens is closed.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    /// The first field that is no text in the file's encoding.
    pub(crate) fn not_text(&self) -> Option<usize> {
        if self.text.is_some() {
            return None;
        }
        let bad = (0..self.len()).find(|&index| self.dialect.decode(self.bytes(index)).is_none());
        if self.dialect.gbk { bad } else { Some(bad.unwrap_or(0)) }
    }

    /// A field's bytes as they stand, quotes and all.
    pub(crate) fn bytes(&self, index: usize) -> &'a [u8] {
        self.fields.get(index).and_then(|field| self.raw.get(field.start..field.end)).unwrap_or_default()
    }

    /// A field's text without its quotes; empty where there is no such field or the row is no text.
    pub(crate) fn text(&self, index: usize) -> Cow<'a, str> {
        let Some(field) = self.fields.get(index) else { return Cow::Borrowed("") };
        let Some(text) = self.text else { return self.decoded(*field) };
        match field.closing_quote {
            None => Cow::Borrowed(&text[field.start..field.end]),
            Some(quote) => unquoted(&text[field.start + 1..quote], &text[quote + 1..field.end]),
        }
    }
}

impl<'a> Row<'a> {
    /// A field of a row that is not UTF-8.
    fn decoded(&self, field: Field) -> Cow<'a, str> {
        let part = |from: usize, to: usize| {
            let text = self.raw.get(from..to).filter(|_| self.dialect.gbk).and_then(|bytes| self.dialect.decode(bytes));
            text.unwrap_or_default()
        };
        match field.closing_quote {
            None => part(field.start, field.end),
            Some(quote) => {
                Cow::Owned(unquoted(&part(field.start + 1, quote), &part(quote + 1, field.end)).into_owned())
            }
        }
    }
}

/// What stands within the quotes, with doubled quotes made single, and what follows them (nothing, in a sound file).
fn unquoted<'a>(inside: &'a str, behind: &str) -> Cow<'a, str> {
    if behind.is_empty() && !inside.contains('"') {
        return Cow::Borrowed(inside);
    }
    Cow::Owned(inside.replace("\"\"", "\"") + behind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every row's fields, line, and bytes by its span.
    fn read_all(bytes: &[u8]) -> Vec<(Vec<String>, u32, Vec<u8>)> {
        let mut rows = Rows::new(bytes);
        let mut row = Row::default();
        let mut all = Vec::new();
        while rows.read(&mut row) {
            let fields = (0..row.len()).map(|index| row.text(index).into_owned()).collect();
            let from = usize::try_from(row.span.offset).unwrap();
            all.push((fields, row.span.line, bytes[from..from + row.span.len as usize].to_vec()));
        }
        all
    }

    #[test]
    fn every_row_knows_its_line_and_its_bytes() {
        let bytes = b"\xef\xbb\xbfa,b\r\n\r\n\"x\r\ny\",\"1 \"\"2\"\" 3\"\r\nlast,12\" RULER";
        let expected = [
            (vec!["a", "b"], 1, "a,b"),
            (vec!["x\r\ny", "1 \"2\" 3"], 3, "\"x\r\ny\",\"1 \"\"2\"\" 3\""),
            (vec!["last", "12\" RULER"], 5, "last,12\" RULER"),
        ];
        let read = read_all(bytes);
        assert_eq!(read.len(), expected.len());
        for (got, want) in read.iter().zip(&expected) {
            assert_eq!(
                (&got.0, got.1, got.2.as_slice()),
                (&want.0.iter().map(ToString::to_string).collect(), want.1, want.2.as_bytes())
            );
        }
    }

    #[test]
    fn a_quote_that_never_closes_spoils_its_own_row_only() {
        let bytes = b"a,\"b,c\nd,e\n";
        let mut rows = Rows::new(bytes);
        let mut row = Row::default();
        assert!(rows.read(&mut row));
        assert!(!row.is_closed());
        assert!(rows.read(&mut row));
        assert!(row.is_closed());
        assert_eq!((row.text(0), row.text(1), row.span.line), ("d".into(), "e".into(), 2));
    }

    #[test]
    fn a_stray_quote_does_not_swallow_the_lines_up_to_the_next_quote() {
        let mut rows = Rows::new(b"1,\"a\n2,b\n3,\"c\n4\"\n5,\"d\",\n6,e\n");
        rows.expect(2);
        let mut row = Row::default();
        let read: Vec<_> =
            std::iter::from_fn(|| rows.read(&mut row).then(|| (row.span.line, row.closed, row.len()))).collect();
        assert_eq!(read, [(1, false, 1), (2, true, 2), (3, true, 2), (5, true, 3), (6, true, 2)]);
    }

    /// Read again from every line, this would take hours.
    #[test]
    fn hostile_quotes_take_no_longer_than_others() {
        let bytes = b"x\"y,\"\n".repeat(1_000_000);
        let mut rows = Rows::new(&bytes);
        rows.expect(8);
        assert!(rows.remaining() < 10);
    }

    /// The same rows by the `csv` crate.
    fn oracle(bytes: &[u8]) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
        reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    proptest! {
        #[test]
        fn reads_what_the_csv_crate_reads(text in "([ab,é]|\"\"|\n|\r\n|\"[a,\n]*\"){0,40}") {
            if !Rows::new(text.as_bytes()).all_closed() {
                return Ok(()); // stray quotes, where the two differ on purpose
            }
            let ours: Vec<_> = read_all(text.as_bytes()).into_iter().map(|row| row.0).collect();
            prop_assert_eq!(ours, oracle(text.as_bytes()));
        }

        #[test]
        fn never_panics_and_never_goes_back(bytes in proptest::collection::vec(prop_oneof![Just(b'"'), Just(b','), Just(b'\n'), Just(b'\r'), any::<u8>()], 0..200)) {
            let spans: Vec<_> = { let mut rows = Rows::new(&bytes); let mut row = Row::default(); std::iter::from_fn(|| rows.read(&mut row).then_some(row.span)).collect() };
            prop_assert!(spans.windows(2).all(|pair| pair[0].offset + u64::from(pair[0].len) < pair[1].offset));
            prop_assert!(spans.windows(2).all(|pair| pair[0].line < pair[1].line));
            prop_assert_eq!(Rows::new(&bytes).remaining(), spans.len() as u64);
        }
    }

    impl Rows<'_> {
        fn all_closed(mut self) -> bool {
            let mut row = Row::default();
            let mut closed = true;
            while self.read(&mut row) {
                closed &= row.is_closed();
            }
            closed
        }
    }
}
