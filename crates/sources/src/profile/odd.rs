//! What is odd about a value, by itself.

use crate::values::{is_date, number};
use serde::Serialize;

/// Something odd, how often it comes and where first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Odd {
    /// What it is, for people.
    pub what: String,
    /// How many values.
    pub count: u64,
    /// The first line with it, where that is known.
    pub line: Option<u32>,
}

/// Oddities of single values, in the order in which they are told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Spaces,
    Mojibake,
    Placeholder,
    CardNumber,
    Exponent,
    WholeWithPoint,
    ControlCharacter,
    FutureDate,
}

pub(super) const KINDS: [(Kind, &str); 8] = [
    (Kind::Spaces, "blanks before or behind"),
    (Kind::Mojibake, "characters of a wrong encoding (`Ã¤`, `â€™`, `\u{fffd}`)"),
    (Kind::Placeholder, "placeholders such as 9999, 1900-01-01, `unknown`, `test`"),
    (Kind::CardNumber, "looks like a card number (issuer range, length and check digit)"),
    (Kind::Exponent, "numbers that a spreadsheet shortened (`1.23E+15`): the last digits are lost"),
    (Kind::WholeWithPoint, "whole numbers written as `17850.0`"),
    (Kind::ControlCharacter, "control characters"),
    (Kind::FutureDate, "dates in the future"),
];

/// What is odd of a value's text; `raw` still has its blanks.
pub(super) fn of(raw: &str, text: &str) -> impl Iterator<Item = Kind> {
    let bytes = text.as_bytes();
    let digits = bytes.first().is_some_and(u8::is_ascii_digit);
    let plain = bytes.is_ascii();
    [
        (raw.len() != text.len(), Kind::Spaces),
        (!plain && is_mojibake(text), Kind::Mojibake),
        (is_placeholder(text), Kind::Placeholder),
        (digits && is_card_number(text), Kind::CardNumber),
        (digits && is_shortened(text), Kind::Exponent),
        (digits && is_whole_with_point(text), Kind::WholeWithPoint),
        (bytes.iter().any(|byte| *byte < b' ' && !matches!(byte, b'\n' | b'\r' | b'\t')), Kind::ControlCharacter),
    ]
    .into_iter()
    .filter_map(|(odd, kind)| odd.then_some(kind))
}

/// UTF-8 that was read as Windows-1252, or what stood for characters that were lost.
fn is_mojibake(text: &str) -> bool {
    let mut before = '\0';
    text.chars().any(|c| {
        let pair = (matches!(before, 'Ã' | 'Â') && ('\u{80}'..='\u{bf}').contains(&c)) || (before == 'â' && c == '€');
        before = c;
        pair || c == '\u{fffd}'
    }) || text.contains("锟斤拷")
}

const PLACEHOLDERS: [&str; 16] = [
    "9999",
    "99999",
    "999999",
    "-9999",
    "-99999",
    "1900-01-01",
    "0001-01-01",
    "9999-12-31",
    "1970-01-01",
    "unknown",
    "test",
    "tbd",
    "xxx",
    "dummy",
    "asdf",
    "???",
];

fn is_placeholder(text: &str) -> bool {
    (3..=10).contains(&text.len()) && PLACEHOLDERS.iter().any(|known| known.eq_ignore_ascii_case(text))
}

/// ISO 7812: 13 to 19 digits that begin as an issuer's, with a sound check digit (Luhn). Dashes and blanks may part them.
fn is_card_number(text: &str) -> bool {
    if !(13..=23).contains(&text.len()) {
        return false;
    }
    let digits: Vec<u32> = text.chars().filter(|c| !matches!(c, ' ' | '-')).map_while(|c| c.to_digit(10)).collect();
    let separators = text.bytes().filter(|byte| matches!(byte, b' ' | b'-')).count();
    let issuer = matches!(digits[..], [4, ..] | [5, 1..=5, ..] | [3, 4 | 7, ..] | [6, 0 | 5, ..] | [2, 2..=7, ..]);
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| if at % 2 == 1 { digit * 2 / 10 + digit * 2 % 10 } else { *digit })
        .sum();
    digits.len() + separators == text.len() && (13..=19).contains(&digits.len()) && issuer && sum.is_multiple_of(10)
}

fn is_shortened(text: &str) -> bool {
    let Some((digits, power)) = text.split_once("E+") else { return false };
    number(digits).is_some() && !power.is_empty() && power.bytes().all(|b| b.is_ascii_digit())
}

fn is_whole_with_point(text: &str) -> bool {
    text.strip_suffix(".0").is_some_and(|whole| whole.len() > 3 && whole.bytes().all(|b| b.is_ascii_digit()))
}

/// Spellings of nothing.
pub(super) fn is_null(text: &str) -> bool {
    const NULLS: [&str; 12] = ["null", "none", "nan", "na", "n/a", "#n/a", "nil", "-", "--", "?", "(null)", "\\N"];
    text.len() <= 6 && NULLS.iter().any(|known| known.eq_ignore_ascii_case(text))
}

/// Whether it may be a date, before more is spent on it.
pub(super) fn may_be_date(text: &str) -> bool {
    (6..=35).contains(&text.len())
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && (text.contains(['-', '/', '.', '年']) || text.contains(' '))
        && is_date(text)
}
