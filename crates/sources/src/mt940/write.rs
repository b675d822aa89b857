//! Writes statements in the German dialect: one message each, SEPA parts in subfields of 27 characters.

use domain::Money;
use jiff::civil::Date;

/// Longest subfield of an `:86:`, and longest line.
const PIECE_CHARS: usize = 27;
const LINE_CHARS: usize = 65;

/// The subfields that hold remittance text.
const PIECES: [u8; 14] = [20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 60, 61, 62, 63];

/// A statement of one account in one currency (that of `opening`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Statement {
    /// The bank's name for the statement (`:20:`).
    pub id: String,
    /// IBAN.
    pub account: String,
    /// Day of the opening balance.
    pub from: Date,
    /// Day of the closing balance.
    pub to: Date,
    /// Booked balance before the entries.
    pub opening: Money,
    /// Booked balance after them.
    pub closing: Money,
    /// In order of booking.
    pub entries: Vec<EntryRow>,
}

/// A booked entry. Texts are of SWIFT's characters: a `?`, `+` or line end in them is written as a point.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EntryRow {
    /// Credits positive.
    pub amount: Money,
    /// Value date.
    pub valued: Date,
    /// Booking day, less than half a year from the value date.
    pub booked: Date,
    /// The bank's reference; may be empty. At most 16 characters.
    pub reference: String,
    /// The other side's reference; may be empty.
    pub end_to_end: String,
    /// Remittance text, as long as fits into 14 subfields.
    pub remittance: String,
    /// The other side's name; may be empty. What is beyond 54 characters is left out.
    pub counterparty: String,
}

/// The messages of these statements.
pub fn write(statements: &[Statement]) -> Vec<u8> {
    let mut out = String::new();
    for (index, statement) in statements.iter().enumerate() {
        push_statement(&mut out, statement, index + 1);
    }
    out.into_bytes()
}

fn push_statement(out: &mut String, statement: &Statement, number: usize) {
    out.push_str(&format!(":20:{}\n:25:{}\n:28C:{number}/1\n", clean(&statement.id), clean(&statement.account)));
    out.push_str(&format!(":60F:{}\n", balance(statement.opening, statement.from)));
    for entry in &statement.entries {
        push_entry(out, entry);
    }
    out.push_str(&format!(":62F:{}\n-\n", balance(statement.closing, statement.to)));
}

fn push_entry(out: &mut String, entry: &EntryRow) {
    let size = entry.amount.to_decimal().abs();
    let reference = if entry.reference.is_empty() { String::new() } else { format!("//{}", clean(&entry.reference)) };
    let (valued, booked) = (entry.valued.strftime("%y%m%d"), entry.booked.strftime("%m%d"));
    out.push_str(&format!(
        ":61:{valued}{booked}{}{}NTRFNONREF{reference}\n",
        mark(entry.amount),
        comma(&size.to_string())
    ));
    let details: Vec<char> = details(entry).chars().collect();
    let mut rest = details.as_slice();
    out.push_str(":86:");
    while !rest.is_empty() {
        let (line, behind) = rest.split_at(line_end(rest));
        out.extend(line);
        out.push('\n');
        rest = behind;
    }
}

/// Where to cut: the next line must not begin as a field or the end of a message does.
fn line_end(rest: &[char]) -> usize {
    let most = LINE_CHARS.min(rest.len());
    let may_end = |end: &usize| rest.get(*end).is_none_or(|next| !matches!(next, ':' | '-' | '{'));
    (1..=most).rev().find(may_end).unwrap_or(most)
}

fn details(entry: &EntryRow) -> String {
    let mut pieces = Vec::new();
    for (word, text) in [("EREF+", &entry.end_to_end), ("SVWZ+", &entry.remittance)] {
        if !text.is_empty() {
            pieces.extend(cut(&format!("{word}{}", clean(text))));
        }
    }
    let mut out = "166?00TRANSFER".to_owned();
    for (number, piece) in PIECES.iter().zip(pieces) {
        out.push_str(&format!("?{number}{piece}"));
    }
    for (number, piece) in [32, 33].iter().zip(cut(&clean(&entry.counterparty))) {
        out.push_str(&format!("?{number}{piece}"));
    }
    out
}

fn cut(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    characters.chunks(PIECE_CHARS).map(|piece| piece.iter().collect()).collect()
}

fn balance(amount: Money, day: Date) -> String {
    let size = amount.to_decimal().abs().to_string();
    format!("{}{}{}{}", mark(amount), day.strftime("%y%m%d"), amount.currency, comma(&size))
}

fn mark(amount: Money) -> &'static str {
    if amount.minor < 0 { "D" } else { "C" }
}

/// With a decimal comma, which stands there even where no digit follows.
fn comma(size: &str) -> String {
    if size.contains('.') { size.replace('.', ",") } else { format!("{size},") }
}

fn clean(text: &str) -> String {
    text.replace(['?', '+', '\n', '\r'], ".")
}
