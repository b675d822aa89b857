//! The statement line `:61:` and the balances `:60F:`, `:62F:`.

use crate::fault::Fault;
use crate::number;
use domain::{Currency, IssueRule, Money};
use jiff::civil::Date;

/// Two-digit years from here on are of the last century (SWIFT's rule for dates).
const LAST_CENTURY_FROM: i16 = 80;

/// A statement line, read.
pub(super) struct Line<'a> {
    pub(super) amount: Money,
    pub(super) booked: Date,
    /// The account owner's reference, may be empty.
    pub(super) customer_reference: &'a str,
    /// The bank's, may be empty.
    pub(super) bank_reference: &'a str,
}

/// Reads `YYMMDD[MMDD](C|D|RC|RD)[letter]amount,NTRFreference[//reference]`.
pub(super) fn line(text: &str, currency: Currency) -> Result<Line<'_>, Fault> {
    let (day, rest) = digits(text, 6);
    let valued = date(day)?;
    let (entry, rest) = digits(rest, 4);
    let booked = if entry.is_empty() { valued } else { entry_date(entry, valued)? };
    let (positive, rest) = mark(rest)?;
    let rest = rest.strip_prefix(|c: char| c.is_ascii_alphabetic()).unwrap_or(rest);
    let end = rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, ',' | '.')).unwrap_or(rest.len());
    let amount = amount(&rest[..end], currency)?;
    let (customer, bank) = references(&rest[end..]);
    let amount = if positive { amount } else { -amount };
    Ok(Line { amount, booked, customer_reference: customer, bank_reference: bank })
}

/// Reads `C251231EUR1000,00`.
pub(super) fn balance(text: &str, tag: &str) -> Result<Money, Fault> {
    let fault = |rule| Fault::new(rule, tag, text);
    let (positive, rest) = match text.split_at_checked(1) {
        Some(("C", rest)) => (true, rest),
        Some(("D", rest)) => (false, rest),
        _ => return Err(fault(IssueRule::UnknownValue)),
    };
    let (_, rest) = digits(rest, 6);
    let (code, size) = rest.split_at_checked(3).ok_or_else(|| fault(IssueRule::InvalidCurrency))?;
    let currency = Currency::from_code(code).ok_or_else(|| fault(IssueRule::InvalidCurrency))?;
    let amount = amount(size.trim(), currency).map_err(|_| fault(IssueRule::InvalidNumber))?;
    Ok(if positive { amount } else { -amount })
}

/// The first `count` characters, where all are digits.
fn digits(text: &str, count: usize) -> (&str, &str) {
    match text.split_at_checked(count) {
        Some((digits, rest)) if digits.bytes().all(|b| b.is_ascii_digit()) => (digits, rest),
        _ => ("", text),
    }
}

fn mark(text: &str) -> Result<(bool, &str), Fault> {
    for (mark, positive) in [("RC", false), ("RD", true), ("C", true), ("D", false)] {
        if let Some(rest) = text.strip_prefix(mark) {
            return Ok((positive, rest));
        }
    }
    Err(Fault::new(IssueRule::UnknownValue, ":61: mark", text.chars().take(2).collect::<String>()))
}

fn amount(text: &str, currency: Currency) -> Result<Money, Fault> {
    let fault = |rule| Fault::new(rule, ":61: amount", text);
    if text.is_empty() {
        return Err(fault(IssueRule::MissingValue));
    }
    if text.contains('.') {
        return Err(fault(IssueRule::InvalidNumber));
    }
    number::amount(&text.replace(',', "."), currency).map_err(fault)
}

/// What stands behind the four characters of the kind of transaction.
fn references(text: &str) -> (&str, &str) {
    let behind = text.char_indices().nth(4).map_or("", |(at, _)| &text[at..]);
    let (customer, bank) = behind.split_once("//").unwrap_or((behind, ""));
    (said(customer), said(bank))
}

/// A reference, or nothing where it says that there is none.
pub(super) fn said(reference: &str) -> &str {
    let reference = reference.trim();
    if matches!(reference, "NONREF" | "NOTPROVIDED") { "" } else { reference }
}

fn date(digits: &str) -> Result<Date, Fault> {
    let number = |from: usize| digits.get(from..from + 2).and_then(|text| text.parse::<i8>().ok());
    let read = || {
        let year = i16::from(number(0)?);
        let century = if year >= LAST_CENTURY_FROM { 1900 } else { 2000 };
        Date::new(century + year, number(2)?, number(4)?).ok()
    };
    read().ok_or_else(|| Fault::new(IssueRule::InvalidTime, ":61: date", digits))
}

/// Month and day, in the year that brings it nearest to the value date.
fn entry_date(digits: &str, valued: Date) -> Result<Date, Fault> {
    let number = |from: usize| digits.get(from..from + 2).and_then(|text| text.parse::<i8>().ok());
    let of_year = |year: i16| Date::new(year, number(0)?, number(2)?).ok();
    let years = [valued.year(), valued.year() - 1, valued.year() + 1];
    let nearest = years.into_iter().filter_map(of_year).min_by_key(|date| (*date - valued).get_days().abs());
    nearest.ok_or_else(|| Fault::new(IssueRule::InvalidTime, ":61: entry date", digits))
}
