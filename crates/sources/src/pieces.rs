//! A large table in pieces that are read by themselves, on several cores and with bounded memory.
//!
//! Promise: the pieces of a file give the records and issues that the whole file gives, each at its place in the file.
//! What repeats across pieces is not found here: whoever admits records finds it by their ids.

use crate::csv_rows::{Row, Rows};
use crate::{Context, Parsed, Source};
use domain::{Digest, Span};
use std::ops::Range;

/// Rows of a table, with its header.
#[derive(Clone, Debug)]
pub struct Piece<'a> {
    header: &'a [u8],
    rows: &'a [u8],
    /// Where the rows stand in the file.
    offset: usize,
    /// Line ends above them in the file.
    lines_above: u32,
}

/// Cuts a file of a source that reads row by row into pieces of about `size` bytes. None where it is to be read whole:
/// it is small, of another kind of source, or its header is at fault.
pub fn pieces<'a>(source: &dyn Source, bytes: &'a [u8], size: usize) -> Option<Vec<Piece<'a>>> {
    if !source.row_by_row() || bytes.len() <= 2 * size {
        return None;
    }
    let mut rows = Rows::new(bytes);
    let mut row = Row::default();
    let header_end = rows.read(&mut row).then(|| rows.at())?;
    rows.expect(row.len());
    let header = bytes.get(..header_end)?;
    let mut lines_above = line_ends(header);
    let mut pieces = Vec::new();
    for place in cuts(bytes, header_end, size, rows) {
        let (offset, rows) = (place.start, bytes.get(place)?);
        pieces.push(Piece { header, rows, offset, lines_above });
        lines_above = lines_above.saturating_add(line_ends(rows));
    }
    Some(pieces)
}

/// Where the pieces stand. Without a quote in the file every line end ends a row; else the rows are split to see.
fn cuts(bytes: &[u8], start: usize, size: usize, mut rows: Rows<'_>) -> Vec<Range<usize>> {
    let plain = !bytes.contains(&b'"');
    let mut row = Row::default();
    let (mut cuts, mut from) = (Vec::new(), start);
    while from < bytes.len() {
        let mut end = (from + size).min(bytes.len());
        if plain {
            let rest = bytes.get(end..).unwrap_or_default();
            end = rest.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |line_end| end + line_end + 1);
        } else {
            while rows.at() < end && rows.read(&mut row) {}
            end = rows.at().clamp(end, bytes.len());
        }
        cuts.push(from..end);
        from = end;
    }
    cuts
}

impl Piece<'_> {
    /// Reads the piece. None where the header is at fault: the file is then to be read whole, so that it is said once.
    pub fn parse(&self, source: &dyn Source, file: Digest, context: &mut Context<'_>) -> Option<Parsed> {
        let mut parsed = source.parse(file, &[self.header, self.rows].concat(), context);
        let header_lines = line_ends(self.header);
        if parsed.issues.iter().any(|issue| issue.span.line <= header_lines) {
            return None;
        }
        let spans = parsed.records.iter_mut().map(|record| &mut record.span);
        for span in spans.chain(parsed.issues.iter_mut().map(|issue| &mut issue.span)) {
            let within = span.offset - self.header.len() as u64;
            let line = span.line - header_lines + self.lines_above;
            *span = Span { line, offset: self.offset as u64 + within, len: span.len };
        }
        Some(parsed)
    }
}

fn line_ends(bytes: &[u8]) -> u32 {
    let ends: usize = bytes.iter().map(|byte| usize::from(*byte == b'\n')).sum();
    u32::try_from(ends).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SOURCES;
    use crate::SourceSettings;
    use crate::testing::{Tokens, now};
    use proptest::prelude::*;

    const HEADER: &str =
        "balance_transaction_id,created_utc,currency,gross,fee,net,reporting_category,source_id,description";

    fn row(number: usize, description: &str, end: &str) -> String {
        format!("txn_{number},2026-01-19 12:07:45,gbp,10.00,0.35,9.65,charge,ch_{number},{description}{end}")
    }

    fn in_pieces(source: &dyn Source, bytes: &[u8], size: usize) -> Option<Parsed> {
        let mut whole = Parsed::default();
        for piece in pieces(source, bytes, size)? {
            let part = with_context(|context| piece.parse(source, crate::digest(bytes), context))?;
            whole.records.extend(part.records);
            whole.issues.extend(part.issues);
            whole.rows += part.rows;
            whole.columns = part.columns;
        }
        Some(whole)
    }

    fn whole(source: &dyn Source, bytes: &[u8]) -> Parsed {
        with_context(|context| source.parse(crate::digest(bytes), bytes, context))
    }

    fn with_context<T>(read: impl FnOnce(&mut Context<'_>) -> T) -> T {
        let (personal, settings) = (&mut Tokens::default(), &SourceSettings::default());
        read(&mut Context { personal, now: now(), settings, beside: &[] })
    }

    fn stripe() -> &'static dyn Source {
        *SOURCES.iter().find(|source| source.name() == "stripe").unwrap()
    }

    proptest! {
        #[test]
        fn pieces_give_what_the_whole_file_gives(
            rows in prop::collection::vec(("(plain|\"quoted, \"\"so\"\"\"|\"two\r?\nlines\"|x\"|\"stray|too,many)", "\r?\n(\n)?"), 4..40),
            size in 40_usize..400,
            marked: bool,
        ) {
            let mut text = format!("{}{HEADER}\n", if marked { "\u{feff}" } else { "" });
            for (number, (description, end)) in rows.iter().enumerate() {
                text.push_str(&row(number, description, end));
            }
            if let Some(parsed) = in_pieces(stripe(), text.as_bytes(), size) {
                prop_assert_eq!(parsed, whole(stripe(), text.as_bytes()));
            } else {
                prop_assert!(text.len() <= 2 * size);
            }
        }
    }

    #[test]
    fn a_file_with_a_faulty_header_is_read_whole() {
        let text = format!("{}\n{}", HEADER.replace("currency", "money"), row(1, "", "\n").repeat(20));
        assert!(in_pieces(stripe(), text.as_bytes(), 100).is_none());
    }

    #[test]
    fn sources_that_decide_for_the_whole_file_are_read_whole() {
        let text = format!("{HEADER}\n{}", row(1, "", "\n").repeat(20));
        let others = SOURCES.iter().filter(|source| !source.row_by_row());
        assert!(others.map(|source| pieces(*source, text.as_bytes(), 10)).all(|pieces| pieces.is_none()));
    }
}
