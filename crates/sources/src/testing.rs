//! What the tests of every format share.

use crate::{Context, Parsed, Personal, Source, SourceSettings, digest};
use domain::{Issue, IssueRule, Record, Span, Token};
use jiff::Timestamp;
use proptest::prelude::*;

/// Tokens without a key, and what was asked for.
#[derive(Default)]
pub(crate) struct Tokens {
    pub(crate) asked: Vec<(String, String)>,
}

impl Personal for Tokens {
    fn token(&mut self, field: &str, value: &str, _: Option<Token>) -> Token {
        self.asked.push((field.to_owned(), value.to_owned()));
        token(field, value)
    }
}

/// The token that [`Tokens`] gives.
pub(crate) fn token(field: &str, value: &str) -> Token {
    let hash = digest(format!("{field}\0{value}").as_bytes());
    Token(hash.0[..16].try_into().unwrap())
}

/// The instant of every test's import.
pub(crate) fn now() -> Timestamp {
    "2026-11-01T12:00:00Z".parse().unwrap()
}

/// Reads a file and checks that no row is lost.
pub(crate) fn parse(source: &dyn Source, bytes: &[u8]) -> Parsed {
    parse_with(source, bytes, &SourceSettings::default(), &mut Tokens::default())
}

pub(crate) fn parse_with(
    source: &dyn Source,
    bytes: &[u8],
    settings: &SourceSettings,
    personal: &mut Tokens,
) -> Parsed {
    let parsed = source.parse(digest(bytes), bytes, &mut Context { personal, now: now(), settings, beside: &[] });
    assert_eq!(parsed.accounted_rows(), parsed.rows, "every row has one place");
    parsed
}

/// Reads a file that has others beside it.
pub(crate) fn parse_beside(source: &dyn Source, bytes: &[u8], beside: &[&[u8]]) -> Parsed {
    let (personal, settings) = (&mut Tokens::default(), &SourceSettings::default());
    let parsed = source.parse(digest(bytes), bytes, &mut Context { personal, now: now(), settings, beside });
    assert_eq!(parsed.accounted_rows(), parsed.rows, "every row has one place");
    parsed
}

/// A sample that may not ship, under `formats` of the data directory.
pub(crate) fn sample(name: &str) -> Vec<u8> {
    let path = format!("{}/formats/{name}", option_env!("PLIMSOLL_DATA").unwrap_or_default());
    #[expect(clippy::disallowed_methods, reason = "the samples may not ship, so they cannot be compiled in")]
    std::fs::read(path).unwrap()
}

/// The bytes that a span points at.
pub(crate) fn bytes_at(bytes: &[u8], span: Span) -> &[u8] {
    let from = usize::try_from(span.offset).unwrap();
    &bytes[from..from + usize::try_from(span.len).unwrap()]
}

/// Issues as `(line, rule, column, value, rows)`.
pub(crate) fn told(issues: &[Issue]) -> Vec<(u32, IssueRule, &str, &str, u32)> {
    issues.iter().map(|i| (i.span.line, i.rule, i.column.as_str(), i.value.as_str(), i.rows)).collect()
}

pub(crate) fn ids(records: &[Record]) -> Vec<&str> {
    records.iter().map(|record| record.id.0.as_str()).collect()
}

/// Text that breaks careless readers, without blanks at its ends.
pub(crate) fn awkward() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("a"),
        Just("\""),
        Just("\"\""),
        Just(","),
        Just("\n"),
        Just("\r\n"),
        Just("é"),
        Just("礼品卡"),
        Just("&amp;"),
        Just("<b>"),
        Just("]]>"),
        Just(" "),
        Just("12\" RULER"),
        Just("=1+1"),
    ];
    proptest::collection::vec(part, 0..8).prop_map(|parts| parts.concat().trim().to_owned())
}

/// Awkward text that is not empty and is all on one line, as keys are.
pub(crate) fn awkward_key() -> impl Strategy<Value = String> {
    awkward().prop_map(|text| format!("k{}", text.replace(['\r', '\n'], "")))
}
