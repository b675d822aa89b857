//! The information to the account owner, `:86:`: subfields (`166?00…?20…`), words between slashes (`/REMI/…`) or text.

use super::line::said;

/// Longest line of an `:86:`.
const LINE_CHARS: usize = 65;

/// Longest subfield in the German rules, and in those of other banks.
const SHORT_PIECE_CHARS: usize = 27;
const LONG_PIECE_CHARS: usize = 35;

/// Words that begin a part of the remittance text of a SEPA payment.
const PARTS: [&str; 13] = [
    "EREF+", "KREF+", "MREF+", "CRED+", "DEBT+", "COAM+", "OAMT+", "SVWZ+", "ABWA+", "ABWE+", "IBAN+", "BIC+", "ANAM+",
];

/// Parts that name the other side, its accounts, or someone behind it.
const OF_THE_OTHER_SIDE: [&str; 9] =
    ["ABWA+", "ABWE+", "IBAN+", "BIC+", "ANAM+", "/NAME/", "/IBAN/", "/BIC/", "/CNTP/"];

/// Words between slashes, as Dutch and other banks write them.
const SLASH_PARTS: [&str; 15] = [
    "/TRTP/", "/IBAN/", "/BIC/", "/NAME/", "/REMI/", "/EREF/", "/ORDP/", "/BENM/", "/CSID/", "/MARF/", "/PREF/",
    "/CNTP/", "/ISDT/", "/RTRN/", "/ADDR/",
];

/// What an `:86:` says.
#[derive(Default)]
pub(super) struct Details {
    pub(super) end_to_end: String,
    pub(super) remittance: String,
    /// The other side's name, may be empty.
    pub(super) counterparty: String,
}

/// Reads the lines of an `:86:`.
pub(super) fn details(lines: &[&str]) -> Details {
    let whole: String = lines.concat();
    match separator(&whole) {
        Some(separator) => of_subfields(&whole, separator),
        None => of_text(&joined(lines, LINE_CHARS), &[SLASH_PARTS.as_slice(), &PARTS].concat()),
    }
}

/// What stands before each subfield's two digits: the character behind the transaction code, or `?` at the start.
fn separator(text: &str) -> Option<char> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let mut rest = text[digits..].chars();
    let separator = rest.next().filter(|c| c.is_ascii_punctuation() && *c != '/')?;
    let numbered = rest.by_ref().take(2).filter(char::is_ascii_digit).count() == 2;
    ((digits == 3 || (digits == 0 && separator == '?')) && numbered).then_some(separator)
}

fn of_subfields(text: &str, separator: char) -> Details {
    let mut booking_text = "";
    let (mut pieces, mut names) = (Vec::new(), Vec::new());
    for (number, value) in subfields(text, separator) {
        match number {
            0 => booking_text = value,
            20..=29 | 60..=63 => pieces.push(value),
            32 | 33 => names.push(value),
            _ => {}
        }
    }
    let mut details = of_text(&joined(&pieces, piece_chars(&pieces)), &PARTS);
    if details.remittance.is_empty() {
        details.remittance = booking_text.trim().to_owned();
    }
    let name = joined(&names, piece_chars(&names)).trim().to_owned();
    if !name.is_empty() {
        details.counterparty = name;
    }
    details
}

/// The numbered values. A separator without two digits behind it is text.
fn subfields(text: &str, separator: char) -> Vec<(u8, &str)> {
    let number = |rest: &str| rest.get(..2).filter(|n| n.bytes().all(|b| b.is_ascii_digit()))?.parse().ok();
    let starts: Vec<(usize, u8)> = text
        .match_indices(separator)
        .filter_map(|(at, found)| Some((at + found.len(), number(&text[at + found.len()..])?)))
        .collect();
    let ends = starts.iter().skip(1).map(|(at, _)| at - separator.len_utf8()).chain([text.len()]);
    starts.iter().zip(ends).map(|((at, number), end)| (*number, text.get(at + 2..end).unwrap_or_default())).collect()
}

fn piece_chars(pieces: &[&str]) -> usize {
    let longest = pieces.iter().map(|piece| piece.chars().count()).max().unwrap_or_default();
    if longest <= SHORT_PIECE_CHARS { SHORT_PIECE_CHARS } else { LONG_PIECE_CHARS }
}

/// Pieces in a row: one of full length was cut and goes on, a shorter one ended.
fn joined(pieces: &[&str], full: usize) -> String {
    let mut text = String::new();
    let mut goes_on = true;
    for piece in pieces {
        if !goes_on || (!text.is_empty() && PARTS.iter().any(|part| piece.starts_with(part))) {
            text.push(' ');
        }
        text.push_str(piece);
        goes_on = piece.chars().count() >= full;
    }
    text
}

/// A text of parts, each behind its word.
fn of_text(text: &str, words: &[&str]) -> Details {
    let mut details = Details::default();
    let mut rest = String::new();
    let mut purpose = None;
    for (word, value) in parts(text, words) {
        match word {
            "EREF+" | "/EREF/" => details.end_to_end = said(value).to_owned(),
            "SVWZ+" | "/REMI/" => purpose = Some(value.to_owned()),
            "/NAME/" | "ANAM+" => details.counterparty = value.to_owned(),
            word if OF_THE_OTHER_SIDE.contains(&word) => {}
            word => push_part(&mut rest, word, value),
        }
    }
    details.remittance = purpose.unwrap_or(rest);
    details
}

fn push_part(rest: &mut String, word: &str, value: &str) {
    if !rest.is_empty() {
        rest.push(' ');
    }
    rest.push_str(word);
    rest.push_str(value);
}

/// The words and their values; what stands before the first word has none.
fn parts<'a>(text: &'a str, words: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let mut starts = vec![(0, "")];
    for (at, _) in text.char_indices() {
        let begins = at == 0 || text[..at].ends_with(' ') || text[at..].starts_with('/');
        let word = words.iter().find(|word| begins && text[at..].starts_with(**word));
        starts.extend(word.map(|word| (at, *word)));
    }
    let ends = starts.iter().skip(1).map(|(at, _)| *at).chain([text.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|((at, word), end)| (*word, text.get(at + word.len()..end).unwrap_or_default().trim()))
        .filter(|(word, value)| !(word.is_empty() && value.is_empty()))
        .collect()
}
