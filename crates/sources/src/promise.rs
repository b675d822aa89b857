//! What every source promises of any bytes, as one check that tests and fuzzing share.

use crate::{Context, Parsed, Personal, Source, SourceSettings, digest};
use domain::{Record, Span, Token};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Reads bytes twice and checks what holds of any input: each row has one place, each place lies within the file, each
/// record names this file and has an id of its own, and the same bytes give the same records. A panic is the caller's
/// to see.
///
/// # Errors
/// The promise that broke, in words.
pub fn kept_promises(source: &dyn Source, bytes: &[u8], now: Timestamp) -> Result<Parsed, String> {
    let parsed = read(source, bytes, now);
    if parsed.accounted_rows() != parsed.rows {
        return Err(format!("{} rows, but {} have a place", parsed.rows, parsed.accounted_rows()));
    }
    if let Some(span) = spans(&parsed).find(|span| !lies_within(*span, bytes)) {
        return Err(format!("{span:?} lies outside {} bytes", bytes.len()));
    }
    let file = digest(bytes);
    if let Some(stray) = parsed.records.iter().find(|record| record.file != file) {
        return Err(format!("{} names another file", stray.id));
    }
    let ids: BTreeSet<_> = parsed.records.iter().map(|record| &record.id).collect();
    if ids.len() != parsed.records.len() {
        return Err("an id stands twice".to_owned());
    }
    if read(source, bytes, now) != parsed {
        return Err("the same bytes gave other records".to_owned());
    }
    Ok(parsed)
}

fn spans(parsed: &Parsed) -> impl Iterator<Item = Span> {
    parsed.records.iter().flat_map(Record::spans).chain(parsed.issues.iter().map(|issue| issue.span))
}

fn lies_within(span: Span, bytes: &[u8]) -> bool {
    span.offset.checked_add(u64::from(span.len)).is_some_and(|end| end <= bytes.len() as u64)
}

fn read(source: &dyn Source, bytes: &[u8], now: Timestamp) -> Parsed {
    let mut context = Context { personal: &mut Unkeyed, now, settings: &SourceSettings::default(), beside: &[] };
    source.parse(digest(bytes), bytes, &mut context)
}

/// Tokens without a key: equal values have equal tokens, and nobody's vault is needed.
struct Unkeyed;

impl Personal for Unkeyed {
    fn token(&mut self, field: &str, value: &str, _: Option<Token>) -> Token {
        let hash = digest(format!("{field}\0{value}").as_bytes()).0;
        let mut token = [0; 16];
        token.copy_from_slice(&hash[..16]);
        Token(token)
    }
}
