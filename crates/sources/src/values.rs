//! What a text in a table looks like: a number, a date, an address, a code. Shapes only; what it means is decided by the
//! column.

use crate::days::{Order, day, order_of};
use crate::number_style::NumberStyle;
use crate::{fields, zoned_text};
use domain::Country;
use jiff::Timestamp;
use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

/// How a column writes its dates.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum DateStyle {
    /// `2026-01-31`, `2026/1/31`, `20260131`, `2026年1月31日`, with a time or without.
    YearFirst,
    /// `31.01.2026`, `31/1/26`.
    DayFirst,
    /// `1/31/2026`.
    MonthFirst,
    /// `31 Jan 2026`, `Jan 31, 2026 8:30:00 AM PST`.
    MonthName,
    /// Seconds since 1970.
    EpochSeconds,
    /// Milliseconds since 1970.
    EpochMilliseconds,
}

impl DateStyle {
    /// Every style by its word in mapping files.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::YearFirst, "year-first"),
        (Self::DayFirst, "day-first"),
        (Self::MonthFirst, "month-first"),
        (Self::MonthName, "month-name"),
        (Self::EpochSeconds, "epoch-seconds"),
        (Self::EpochMilliseconds, "epoch-milliseconds"),
    ];

    /// The instant that a text names in this style; without an offset of its own it is `zone`'s time.
    pub(crate) fn instant(self, text: &str, zone: &TimeZone) -> Option<Timestamp> {
        match self {
            Self::YearFirst => year_first(text, zone),
            Self::DayFirst => dated(text, Some(Order::DayFirst), zone),
            Self::MonthFirst => dated(text, Some(Order::MonthFirst), zone),
            Self::MonthName => month_name(text, zone),
            Self::EpochSeconds => Timestamp::from_second(epoch(text, 9..=10)?).ok(),
            Self::EpochMilliseconds => Timestamp::from_millisecond(epoch(text, 12..=13)?).ok(),
        }
    }
}

fn year_first(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let year = text.as_bytes().get(..4)?;
    let is_year = year.iter().all(u8::is_ascii_digit);
    is_year.then(|| fields::year_first(text, zone).or_else(|| dated(text, None, zone))).flatten()
}

/// Counts of seconds that stand for days since about 1973: shorter ones are more likely something else.
fn epoch(text: &str, digits: std::ops::RangeInclusive<usize>) -> Option<i64> {
    let whole = text.split('.').next()?;
    (digits.contains(&whole.len()) && whole.bytes().all(|b| b.is_ascii_digit())).then(|| whole.parse().ok()).flatten()
}

/// An instant as tables write it: the year first, else in the file's order, else with the month as a word.
pub(crate) fn table_time(text: &str, order: Option<Order>, zone: &TimeZone) -> Option<Timestamp> {
    let named = || (!text.contains('/')).then(|| month_name(text, zone)).flatten();
    DateStyle::YearFirst.instant(text, zone).or_else(|| dated(text, order, zone)).or_else(named)
}

/// A day in this order, with a time of day behind a blank, a comma or `T`.
fn dated(text: &str, order: Option<Order>, zone: &TimeZone) -> Option<Timestamp> {
    let (date, rest) = text.split_once([' ', 'T']).unwrap_or((text, ""));
    let date = day(date.trim_end_matches(','), order)?;
    let time = if rest.trim().is_empty() { Time::midnight() } else { clock(rest.trim())? };
    zone.to_ambiguous_timestamp(date.to_datetime(time)).compatible().ok()
}

/// `8:30`, `08:30:00`, `8:30:00 PM`.
fn clock(text: &str) -> Option<Time> {
    let lower = text.to_lowercase();
    let (digits, half) = match (lower.strip_suffix("am"), lower.strip_suffix("pm")) {
        (Some(digits), _) => (digits, Some(0)),
        (_, Some(digits)) => (digits, Some(12)),
        _ => (lower.as_str(), None),
    };
    let mut parts = digits.trim().splitn(3, ':');
    let mut part = || parts.next().map(|part| part.split('.').next().unwrap_or_default().parse::<i8>().ok());
    let (hour, minute, second) = (part()??, part()??, part().unwrap_or(Some(0))?);
    let hour = half.map_or(Some(hour), |half| (1..=12).contains(&hour).then(|| hour % 12 + half))?;
    Time::new(hour, minute, second, 0).ok()
}

fn month_name(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    if !text.contains(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let spaced = text.replace('-', " ");
    let local = ["%d %b %Y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y"].into_iter().find_map(|shape| {
        let date = jiff::civil::Date::strptime(shape, spaced.trim()).ok()?;
        Some(date.at(0, 0, 0, 0))
    });
    let at = |local: DateTime| zone.to_ambiguous_timestamp(local).compatible().ok();
    local.and_then(at).or_else(|| zoned_text::timestamp(text))
}

/// The style in which a column's values are dates, most of them at least; with what decided it.
pub(crate) fn date_style(values: &[&str]) -> Option<(DateStyle, f64, &'static str)> {
    let share = |style: DateStyle| {
        let read = values.iter().filter(|text| style.instant(text, &TimeZone::UTC).is_some()).count();
        share_of(read, values.len())
    };
    let (first, month) = (share(DateStyle::DayFirst), share(DateStyle::MonthFirst));
    for (style, why) in [(DateStyle::YearFirst, "the year stands first"), (DateStyle::MonthName, "months are words")] {
        if share(style) >= MOST {
            return Some((style, share(style), why));
        }
    }
    if first.max(month) >= MOST {
        return Some(match order_of(values) {
            // Nobody writes a month first between points.
            _ if values.iter().all(|text| text.contains('.')) => {
                (DateStyle::DayFirst, first, "days stand first between points")
            }
            _ if first > month => (DateStyle::DayFirst, first, "days over 12 stand first"),
            _ if month > first => (DateStyle::MonthFirst, month, "days over 12 stand second"),
            _ => (DateStyle::DayFirst, first / 2.0, "no day is over 12, so day and month could be the other way round"),
        });
    }
    for (style, why) in [
        (DateStyle::EpochSeconds, "whole numbers of ten digits: seconds since 1970"),
        (DateStyle::EpochMilliseconds, "whole numbers of thirteen digits: milliseconds since 1970"),
    ] {
        if share(style) >= 1.0 {
            return Some((style, 0.7, why));
        }
    }
    None
}

/// How many of a column's values must be of a type for the column to be of it.
const MOST: f64 = 0.9;

#[expect(clippy::cast_precision_loss, reason = "a share for people, of at most some millions")]
pub(crate) fn share_of(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// A number in either style.
pub(crate) fn number(text: &str) -> Option<Decimal> {
    NumberStyle::Point.decimal(text).or_else(|| NumberStyle::Comma.decimal(text))
}

/// Whether a text is a value rather than a name: a number, a date, an e-mail address.
pub(crate) fn looks_like_value(text: &str) -> bool {
    let text = text.trim();
    number(text).is_some() || is_email(text) || is_date(text)
}

pub(crate) fn is_date(text: &str) -> bool {
    text.len() >= 6
        && text.contains(|c: char| c.is_ascii_digit())
        && [DateStyle::YearFirst, DateStyle::DayFirst, DateStyle::MonthFirst, DateStyle::MonthName]
            .into_iter()
            .any(|style| style.instant(text, &TimeZone::UTC).is_some())
}

pub(crate) fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else { return false };
    !name.is_empty()
        && !text.contains(char::is_whitespace)
        && domain.split('.').count() >= 2
        && domain.split('.').all(|part| !part.is_empty() && !part.contains('@'))
}

/// Codes of currencies in circulation (ISO 4217), and the kuna, which old statements have.
const CURRENCIES: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD \
    CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF \
    GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK \
    LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR \
    PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP \
    SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW \
    ZWG";

pub(crate) fn is_currency(text: &str) -> bool {
    text.len() == 3 && CURRENCIES.split(' ').any(|code| code.eq_ignore_ascii_case(text))
}

/// A country's code or a name of it. Two small letters are rather a word.
pub(crate) fn is_country(text: &str) -> bool {
    let code = text.len() == 2;
    (!code || text.bytes().all(|byte| byte.is_ascii_uppercase())) && Country::named(text).is_some()
}

const BRANDS: [&str; 10] =
    ["visa", "mastercard", "master", "amex", "american express", "discover", "jcb", "unionpay", "maestro", "diners"];

pub(crate) fn is_card_brand(text: &str) -> bool {
    BRANDS.contains(&text.to_lowercase().as_str())
}
