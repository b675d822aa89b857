//! Fields that several formats read alike: optional texts, currencies, styled amounts, instants that begin with the
//! year, and the identity of a processor's line.

use crate::csv_rows::Row;
use crate::fault::Fault;
use crate::number_style::NumberStyle;
use crate::table::trimmed;
use domain::{Currency, IssueRule, Money};
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::{Offset, TimeZone};

/// The text of a column that may be absent or blank.
pub(crate) fn optional(row: &Row<'_>, index: Option<usize>) -> Option<String> {
    let text = trimmed(row.text(index?));
    (!text.is_empty()).then(|| text.into_owned())
}

pub(crate) fn currency(text: &str, column: &str) -> Result<Currency, Fault> {
    Currency::from_code(text).ok_or_else(|| Fault::new(IssueRule::InvalidCurrency, column, text))
}

/// An amount in the style of its column.
pub(crate) fn amount(text: &str, style: NumberStyle, currency: Currency, column: &str) -> Result<Money, Fault> {
    style.amount(text, currency).map_err(|rule| Fault::new(rule, column, text))
}

/// `net = gross − fee`, where `fee` is positive when charged.
pub(crate) fn check_net(gross: Money, fee: Money, net: Money) -> Result<(), Fault> {
    if i128::from(gross.minor) - i128::from(fee.minor) == i128::from(net.minor) {
        return Ok(());
    }
    let amounts = format!("{} - {} is not {}", gross.to_decimal(), fee.to_decimal(), net.to_decimal());
    Err(Fault::new(IssueRule::IdentityBroken, "net", amounts))
}

/// The instant that a text names, no later than `latest`.
pub(crate) fn instant(text: &str, zone: &TimeZone, latest: Timestamp, column: &str) -> Result<Timestamp, Fault> {
    let at = year_first(text, zone).ok_or_else(|| Fault::new(IssueRule::InvalidTime, column, text))?;
    if at > latest { Err(Fault::new(IssueRule::DateInFuture, column, text)) } else { Ok(at) }
}

/// `2026-01-19 12:07:45 +0100`, `2026/6/12`, `2026-01-19T12:07:45Z`: the year first, so that day and month cannot be
/// taken for each other. A day alone is its first instant; without an offset it is `zone`'s time.
pub(crate) fn year_first(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let (day, rest) = text.split_once([' ', 'T']).unwrap_or((text, ""));
    let date = year_first_day(day)?;
    let (time, offset) = split_offset(rest.trim());
    let time: Time = if time.is_empty() { Time::midnight() } else { time.parse().ok()? };
    let zone = match offset {
        "" => zone.clone(),
        "Z" | "UTC" => TimeZone::UTC,
        offset => TimeZone::fixed(fixed_offset(offset)?),
    };
    zone.to_ambiguous_timestamp(date.to_datetime(time)).compatible().ok()
}

/// `2026-01-19` or `2026/6/12`.
pub(crate) fn year_first_day(text: &str) -> Option<Date> {
    let separator = if text.contains('/') { '/' } else { '-' };
    let mut parts = text.split(separator);
    let mut part = |longest: usize| {
        let part = parts.next().filter(|part| part.len() <= longest && part.bytes().all(|b| b.is_ascii_digit()))?;
        part.parse::<i16>().ok()
    };
    let (year, month, day) = (part(4).filter(|year| *year > 999)?, part(2)?, part(2)?);
    if parts.next().is_some() {
        return None;
    }
    Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()
}

/// A time and what says its zone.
fn split_offset(text: &str) -> (&str, &str) {
    let start = text.find(['+', '-', 'Z', 'U']).unwrap_or(text.len());
    (text[..start].trim(), text[start..].trim())
}

/// `+0100` or `-05:00`.
fn fixed_offset(text: &str) -> Option<Offset> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits = text.strip_prefix(['+', '-'])?.replacen(':', "", 1);
    if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes): (i32, i32) = (digits[..2].parse().ok()?, digits[2..].parse().ok()?);
    (minutes < 60).then(|| Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_begins_with_its_year() {
        let london = TimeZone::get("Europe/London").unwrap();
        for (text, at) in [
            ("2026-01-19 12:07:45 +0100", "2026-01-19T11:07:45Z"),
            ("2026-01-19 12:07:45 -05:00", "2026-01-19T17:07:45Z"),
            ("2026-01-19T12:07:45Z", "2026-01-19T12:07:45Z"),
            ("2026-01-19 12:07:45 UTC", "2026-01-19T12:07:45Z"),
            ("2026-06-12 12:07", "2026-06-12T11:07:00Z"),
            ("2026/6/12", "2026-06-11T23:00:00Z"),
            ("2024-02-29", "2024-02-29T00:00:00Z"),
        ] {
            assert_eq!(year_first(text, &london), at.parse().ok(), "{text}");
        }
        for text in [
            "",
            "6/12/2026",
            "12.06.2026",
            "2026-13-01",
            "2026-02-29",
            "2026-1-1-1",
            "26-01-19",
            "2026-01-19 25:00",
            "2026-01-19 12:00 +1",
            "2026-01-19 12:00 +0160",
            "2026-01-19 12:00 +9900",
            "20260119",
            "２026-01-19",
        ] {
            assert_eq!(year_first(text, &london), None, "{text}");
        }
    }
}
