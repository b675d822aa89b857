//! Tables that everybody lays out in their own way: the delimiter is a comma, a semicolon or a tab, the header may stand
//! under a preamble of up to [`MOST_PREAMBLE`] rows, and columns are known by their words in several languages.
//!
//! A row is a row under the header that is not blank in every field; fields beyond the header must be blank. A file that
//! is not UTF-8 is Windows-1252, or GBK where only so its header is understood.

use crate::Parsed;
use crate::bank::encoding::{Decoded, Places, decoded, decoded_as_gbk, decoded_or_western};
use crate::bank::span;
use crate::csv_rows::{Row, Rows};
use crate::fault::Fault;
use domain::{Currency, Digest, IssueRule, Span};
use encoding_rs::{GBK, WINDOWS_1252};

/// Rows that may stand above the header.
const MOST_PREAMBLE: usize = 20;

const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// The names of the columns.
pub(crate) struct Header {
    /// As they stand.
    pub(crate) names: Vec<String>,
    /// As [`word`] has them.
    words: Vec<String>,
}

impl Header {
    fn of(row: &Row<'_>) -> Self {
        let names: Vec<String> = (0..row.len()).map(|index| text(row, index)).collect();
        Self { words: names.iter().map(|name| word(name)).collect(), names }
    }

    /// The column of the first of these words (in lower case) that the header has.
    pub(crate) fn place(&self, words: &[&str]) -> Option<usize> {
        words.iter().find_map(|wanted| self.words.iter().position(|word| word == wanted))
    }
}

/// A header without case, marks and what stands in brackets behind it.
pub(crate) fn word(name: &str) -> String {
    let lower = name.trim().trim_end_matches([':', '*']).replace('（', "(").to_lowercase();
    let bare = if lower.ends_with([')', '）']) && !lower.contains("end-to-end") {
        lower.split('(').next().unwrap_or_default()
    } else {
        &lower
    };
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The currency of `Amount (EUR)`.
pub(crate) fn currency_in(name: &str) -> Option<Currency> {
    let inside = name.trim().strip_suffix(')')?.rsplit('(').next()?;
    inside.bytes().all(|b| b.is_ascii_uppercase()).then(|| Currency::from_code(inside)).flatten()
}

/// The bytes as text, in every way that they can be read.
pub(crate) fn ways(bytes: &[u8]) -> Vec<Decoded<'_>> {
    [decoded(bytes, None), decoded_or_western(bytes), decoded_as_gbk(bytes)].into_iter().flatten().collect()
}

/// Whether a file that begins so has a header that fits.
pub(crate) fn recognises(head: &[u8], fits: impl Fn(&Header, &[String]) -> bool) -> bool {
    let texts = [String::from_utf8_lossy(head), WINDOWS_1252.decode(head).0, GBK.decode(head).0];
    texts.iter().any(|text| find(text, &fits).is_some())
}

/// A file of which nothing can be used, for it lacks these columns.
pub(crate) fn lacking(file: Digest, ways: &[Decoded<'_>], columns: &str) -> Parsed {
    let Some(first) = ways.first() else { return Fault::new(IssueRule::InvalidUtf8, "", "").whole_file(file, 0) };
    if first.text.trim().is_empty() {
        return Fault::new(IssueRule::EmptyFile, "", "").whole_file(file, 0);
    }
    let rows = Rows::new(first.text.as_bytes()).remaining().saturating_sub(1);
    Fault::new(IssueRule::MissingColumn, columns, "").whole_file(file, rows)
}

/// A file whose header was found; its rows stand behind it.
pub(crate) struct Worded<'a> {
    pub(crate) header: Header,
    /// The fields of the rows above it that are not blank.
    pub(crate) preamble: Vec<String>,
    rows: Rows<'a>,
    places: Places<'a>,
}

/// The first header that fits, in the first way of reading that has one.
pub(crate) fn open<'a>(ways: &'a [Decoded<'a>], fits: impl Fn(&Header, &[String]) -> bool) -> Option<Worded<'a>> {
    ways.iter().find_map(|decoded| {
        let (header, preamble, rows) = find(&decoded.text, &fits)?;
        Some(Worded { header, preamble, rows, places: Places::new(decoded) })
    })
}

fn find<'a>(text: &'a str, fits: &impl Fn(&Header, &[String]) -> bool) -> Option<(Header, Vec<String>, Rows<'a>)> {
    DELIMITERS.into_iter().find_map(|delimiter| {
        let mut rows = Rows::delimited(text.as_bytes(), delimiter);
        let mut row = Row::default();
        let mut preamble = Vec::new();
        for _ in 0..=MOST_PREAMBLE {
            if !rows.read(&mut row) {
                return None;
            }
            let header = Header::of(&row);
            if fits(&header, &preamble) {
                rows.expect(row.len());
                return Some((header, preamble, rows));
            }
            preamble.extend(header.names.into_iter().filter(|field| !field.is_empty()));
        }
        None
    })
}

impl<'a> Worded<'a> {
    /// Every row's text in one column; the rows are not used up.
    pub(crate) fn texts(&self, column: usize) -> Vec<String> {
        let mut rows = self.rows.clone();
        let mut row = Row::default();
        std::iter::from_fn(|| rows.read(&mut row).then(|| text(&row, column))).collect()
    }

    /// How many rows are not blank.
    pub(crate) fn row_count(&self) -> u64 {
        let mut rows = self.rows.clone();
        let mut row = Row::default();
        std::iter::from_fn(|| rows.read(&mut row).then(|| u64::from(!is_blank(&row)))).sum()
    }

    /// Gives every sound row to `take`. What is wrong with a row becomes its issue.
    pub(crate) fn read(
        mut self,
        file: Digest,
        parsed: &mut Parsed,
        mut take: impl FnMut(&Row<'a>, &mut Parsed) -> Result<(), Fault>,
    ) {
        let mut row = Row::default();
        while self.rows.read(&mut row) {
            let place = self.place(row.span);
            if is_blank(&row) {
                continue;
            }
            parsed.rows += 1;
            row.span = place;
            if let Err(fault) = self.check(&row).and_then(|()| take(&row, parsed)) {
                parsed.issues.push(fault.at(file, row.span));
            }
        }
    }

    /// Where a row of the text stands in the file.
    fn place(&mut self, in_text: Span) -> Span {
        let from = usize::try_from(in_text.offset).unwrap_or(usize::MAX);
        let (line, start) = self.places.of(from);
        let (_, end) = self.places.of(from.saturating_add(usize::try_from(in_text.len).unwrap_or(usize::MAX)));
        span(line, start, end)
    }

    fn check(&self, row: &Row<'_>) -> Result<(), Fault> {
        if !row.is_closed() {
            return Err(Fault::new(IssueRule::Malformed, "", "a quote is not closed"));
        }
        let width = self.header.names.len();
        let filled = (width..row.len()).any(|index| !text(row, index).is_empty());
        if row.len() < width || filled {
            return Err(Fault::new(IssueRule::WrongFieldCount, "", format!("{} of {width} fields", row.len())));
        }
        Ok(())
    }
}

/// A field without the blanks around it.
pub(crate) fn text(row: &Row<'_>, column: usize) -> String {
    row.text(column).trim().to_owned()
}

fn is_blank(row: &Row<'_>) -> bool {
    (0..row.len()).all(|index| row.text(index).trim().is_empty())
}
