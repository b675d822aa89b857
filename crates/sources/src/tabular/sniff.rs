//! How a table is laid out, from its first rows.
//!
//! - Encoding: a byte order mark decides; then zero bytes in every other place (UTF-16); then UTF-8, also where one
//!   character in a hundred is damaged; else GBK where four in five of the bytes beyond ASCII stand in pairs of its
//!   everyday characters (both bytes from A1), else Windows-1252.
//! - Delimiter: the one by which most rows have the same number of fields, more than one; the more fields, the better.
//! - Header: the first row that is filled like the widest rows, whose fields are all different and none of them a
//!   number or a date. Where no row is, the table has none.

use super::{Layout, Shape, head, json_lines};
use crate::csv_rows::{Row, Rows};
use crate::dialect::Dialect;
use crate::values::looks_like_value;
use encoding_rs::{Encoding, GBK, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::collections::{BTreeMap, BTreeSet};

/// Most bytes that are looked at.
const HEAD_BYTES: usize = 1 << 18;
/// Most rows that are looked at for the delimiter and the header.
const HEAD_ROWS: usize = 200;
/// Most rows that may stand above a header.
const MOST_PREAMBLE: usize = 40;
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

pub(super) fn layout(bytes: &[u8]) -> Option<Layout> {
    let head = head(bytes, HEAD_BYTES);
    let encoding = encoding(&head);
    let text = encoding.decode(&head).0;
    if text.trim().is_empty() || text.contains('\0') {
        return None;
    }
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let shape = if json_lines::is_object(first.trim_start_matches('\u{feff}').as_bytes()) {
        Shape::JsonLines
    } else {
        delimited(text.as_bytes())?
    };
    Some(Layout { encoding: encoding.name().to_lowercase(), shape })
}

fn encoding(head: &[u8]) -> &'static Encoding {
    if let Some((marked, _)) = Encoding::for_bom(head) {
        return marked;
    }
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let half = head.len() / 2;
    match (zeros(0), zeros(1)) {
        (0, odd) if odd * 2 > half => return UTF_16LE,
        (even, 0) if even * 2 > half => return UTF_16BE,
        _ => {}
    }
    let (sound, damaged) = utf_8_characters(head);
    if damaged * 100 <= sound {
        UTF_8
    } else if is_gbk(head) {
        GBK
    } else {
        WINDOWS_1252
    }
}

/// Characters beyond ASCII that are UTF-8, and damaged places; a character that the head's end cuts is neither.
fn utf_8_characters(head: &[u8]) -> (usize, usize) {
    let (mut sound, mut damaged) = (0, 0);
    let mut chunks = head.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        damaged += usize::from(!chunk.invalid().is_empty() && chunks.peek().is_some());
    }
    (sound, damaged)
}

fn is_gbk(head: &[u8]) -> bool {
    let (mut pairs, mut beyond, mut at) = (0, 0, 0);
    while at < head.len() {
        let everyday = |index: usize| head.get(index).is_some_and(|byte| (0xa1..0xff).contains(byte));
        if everyday(at) && everyday(at + 1) {
            (pairs, beyond, at) = (pairs + 2, beyond + 2, at + 2);
        } else {
            beyond += usize::from(!head[at].is_ascii());
            at += 1;
        }
    }
    pairs > 0 && pairs * 5 >= beyond * 4
}

/// The delimiter and the header row of a text.
fn delimited(text: &[u8]) -> Option<Shape> {
    let ways = DELIMITERS.into_iter().rev().filter_map(|delimiter| {
        let rows = first_rows(text, delimiter);
        let (width, count) = usual_width(&rows)?;
        Some((delimiter, width, count * 100 / rows.len(), rows))
    });
    // The share of rows that agree counts in steps of ten, then the width.
    let best = ways.max_by_key(|(_, width, share, _)| (*width > 1, share / 10, *width))?;
    let (delimiter, width, share, rows) = best;
    if share <= 50 {
        return None;
    }
    // A text in lines of one field is a table only where it has a header and values under it.
    let header_row = header_row(&rows, width);
    if width == 1 && (header_row != 1 || !rows[1..].iter().any(|row| row.iter().any(|field| looks_like_value(field)))) {
        return None;
    }
    Some(Shape::Delimited { delimiter, header_row })
}

fn first_rows(text: &[u8], delimiter: u8) -> Vec<Vec<String>> {
    let mut rows = Rows::of(text, Dialect { delimiter, gbk: false });
    let mut row = Row::default();
    let mut read = Vec::new();
    while read.len() < HEAD_ROWS && rows.read(&mut row) {
        read.push((0..row.len()).map(|index| row.text(index).trim().to_owned()).collect());
    }
    read
}

/// The number of fields that most rows have, and how many have it.
fn usual_width(rows: &[Vec<String>]) -> Option<(usize, usize)> {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for row in rows {
        *counts.entry(row.len()).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(width, count)| (*count, *width))
}

/// The header's place among the rows, from 1; 0 where there is none.
fn header_row(rows: &[Vec<String>], width: usize) -> usize {
    let filled = |row: &Vec<String>| row.iter().filter(|field| !field.is_empty()).count();
    let fullest = rows.iter().filter(|row| row.len() == width).map(filled).max().unwrap_or_default();
    let is_header = |row: &Vec<String>| {
        let names: BTreeSet<&str> = row.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
        let count = filled(row);
        row.len() == width
            && count * 3 >= fullest * 2
            && names.len() == count
            && !row.iter().any(|field| looks_like_value(field))
    };
    rows.iter().take(MOST_PREAMBLE).position(is_header).map_or(0, |index| index + 1)
}
