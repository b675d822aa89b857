//! Days and zones as PayPal writes them.

use crate::days::{self, Order};
use crate::fields::year_first_day;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};

/// What `1/2/2026` means in this file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum DayOrder {
    DayFirst,
    MonthFirst,
}

/// Minutes east of Greenwich.
const ABBREVIATIONS: [(&str, i32); 33] = [
    ("UTC", 0),
    ("GMT", 0),
    ("WET", 0),
    ("WEST", 60),
    ("BST", 60),
    ("CET", 60),
    ("MEZ", 60),
    ("CEST", 120),
    ("MESZ", 120),
    ("EET", 120),
    ("EEST", 180),
    ("MSK", 180),
    ("HST", -600),
    ("AKST", -540),
    ("AKDT", -480),
    ("PST", -480),
    ("PDT", -420),
    ("MST", -420),
    ("MDT", -360),
    ("CST", -360),
    ("CDT", -300),
    ("EST", -300),
    ("EDT", -240),
    ("BRT", -180),
    ("HKT", 480),
    ("SGT", 480),
    ("AWST", 480),
    ("JST", 540),
    ("KST", 540),
    ("AEST", 600),
    ("AEDT", 660),
    ("NZST", 720),
    ("NZDT", 780),
];

/// Of these, where the day is written first.
const DAY_FIRST_ZONES: [&str; 16] = [
    "UTC", "GMT", "WET", "WEST", "BST", "CET", "MEZ", "CEST", "MESZ", "EET", "EEST", "AWST", "AEST", "AEDT", "NZST",
    "NZDT",
];

/// China's, of the zones that `CST` may be.
const CHINA_MINUTES: i32 = 480;

/// A zone by name, offset or abbreviation.
pub(super) fn zone(text: &str, chinese: bool) -> Option<TimeZone> {
    if chinese && text == "CST" {
        return fixed(CHINA_MINUTES);
    }
    let known = ABBREVIATIONS.iter().find(|(name, _)| *name == text).map(|(_, minutes)| *minutes);
    if let Some(minutes) = known.or_else(|| offset(text)) {
        return fixed(minutes);
    }
    text.contains('/').then(|| TimeZoneDatabase::bundled().get(text).ok()).flatten()
}

fn fixed(minutes: i32) -> Option<TimeZone> {
    Offset::from_seconds(minutes * 60).ok().map(TimeZone::fixed)
}

/// `GMT+01:00`, `UTC-8`, `+0200`.
fn offset(text: &str) -> Option<i32> {
    let text = text.strip_prefix("GMT").or_else(|| text.strip_prefix("UTC")).unwrap_or(text);
    let sign = if text.starts_with(['-', '−']) { -1 } else { 1 };
    let digits = text.strip_prefix(['+', '-', '−'])?;
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "0"),
    };
    let number = |text: &str| text.parse::<u8>().ok().filter(|_| text.len() <= 2).map(i32::from);
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (hours < 15 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

impl DayOrder {
    /// The file's order: by a date that can be read in one way only, else the default.
    pub(super) fn of_column<T: AsRef<str>>(values: impl IntoIterator<Item = T>, default: Self) -> Self {
        let decides = |value: T| {
            let text = value.as_ref().trim();
            match (Self::DayFirst.day(text), Self::MonthFirst.day(text)) {
                (Some(_), None) => Some(Self::DayFirst),
                (None, Some(_)) => Some(Self::MonthFirst),
                _ => None,
            }
        };
        values.into_iter().find_map(decides).unwrap_or(default)
    }

    /// What to say of a file whose values could be read two ways.
    pub(super) fn note<T: AsRef<str>>(self, values: impl IntoIterator<Item = T>) -> Option<String> {
        let order = if self == Self::DayFirst { Order::DayFirst } else { Order::MonthFirst };
        days::note(values, Some(order))
    }

    /// What a file with English headings means where no value decides, by its first row's zone.
    pub(super) fn in_english(first_zone: &str) -> Self {
        let day_first = DAY_FIRST_ZONES.contains(&first_zone)
            || ["Europe/", "Australia/", "Pacific/Auckland"].iter().any(|start| first_zone.starts_with(start));
        if day_first { Self::DayFirst } else { Self::MonthFirst }
    }

    /// `1/2/2026`, `01.02.2026`, `2026-02-01`. Points are never America's, and the year may stand first.
    pub(super) fn day(self, text: &str) -> Option<Date> {
        if let Some(day) = year_first_day(text) {
            return Some(day);
        }
        let mut parts = text.split(['/', '.', '-']);
        let mut part = |longest: usize| {
            let part = parts.next().filter(|part| part.len() <= longest && part.bytes().all(|b| b.is_ascii_digit()))?;
            part.parse::<i16>().ok()
        };
        let (first, second, year) = (part(2)?, part(2)?, part(4).filter(|year| *year > 999)?);
        if parts.next().is_some() {
            return None;
        }
        let day_first = self == Self::DayFirst || text.contains('.');
        let (day, month) = if day_first { (first, second) } else { (second, first) };
        Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()
    }
}

/// `09:15:00` or `09:15` of a day.
pub(super) fn instant(day: Date, time: &str, zone: &TimeZone) -> Option<Timestamp> {
    let time: Time = time.parse().ok()?;
    zone.to_ambiguous_timestamp(day.to_datetime(time)).compatible().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_a_name_an_offset_or_a_listed_abbreviation() {
        let day = Date::constant(2026, 7, 1);
        for (text, chinese, utc) in [
            ("PDT", false, "19:00"),
            ("BST", false, "11:00"),
            ("MESZ", false, "10:00"),
            ("CST", false, "18:00"),
            ("CST", true, "04:00"),
            ("GMT+01:00", false, "11:00"),
            ("UTC-8", false, "20:00"),
            ("Europe/Berlin", false, "10:00"),
        ] {
            let at = instant(day, "12:00:00", &zone(text, chinese).unwrap());
            assert_eq!(at, format!("2026-07-01T{utc}:00Z").parse().ok(), "{text}");
        }
        for text in ["IST", "", "GMT+99", "X/Y", "+1:2:3", "pdt"] {
            assert!(zone(text, false).is_none(), "{text}");
        }
    }

    #[test]
    fn the_order_of_day_and_month_is_the_files() {
        use DayOrder::{DayFirst, MonthFirst};
        assert_eq!(DayOrder::of_column(["1/2/2026", "3/13/2026"], DayFirst), MonthFirst);
        assert_eq!(DayOrder::of_column(["1/2/2026", "13/2/2026"], MonthFirst), DayFirst);
        assert_eq!(DayOrder::of_column(["1/2/2026"], MonthFirst), MonthFirst);
        assert_eq!(MonthFirst.day("01.02.2026"), Some(Date::constant(2026, 2, 1)));
        assert_eq!(MonthFirst.day("2026/1/2"), Some(Date::constant(2026, 1, 2)));
        for text in ["", "1/2/26", "32/1/2026", "1/2/2026/1", "29/2/2026"] {
            assert_eq!(DayFirst.day(text), None, "{text}");
        }
        assert_eq!((DayOrder::in_english("BST"), DayOrder::in_english("PDT")), (DayFirst, MonthFirst));
    }
}
