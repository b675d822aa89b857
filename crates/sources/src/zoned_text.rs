//! Times as exports write them, with a zone's abbreviation behind.
//!
//! An abbreviation is an offset, never a place: `PST` is eight hours behind UTC in July too, as the writer says.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// Abbreviations in the exports of Amazon and Adyen, in minutes east of UTC.
const ABBREVIATIONS: [(&str, i32); 27] = [
    ("UTC", 0),
    ("GMT", 0),
    ("Z", 0),
    ("WET", 0),
    ("BST", 60),
    ("WEST", 60),
    ("CET", 60),
    ("MEZ", 60),
    ("CEST", 120),
    ("MESZ", 120),
    ("EET", 120),
    ("EEST", 180),
    ("GST", 240),
    ("IST", 330),
    ("SGT", 480),
    ("JST", 540),
    ("AEST", 600),
    ("AEDT", 660),
    ("BRT", -180),
    ("EDT", -240),
    ("EST", -300),
    ("CDT", -300),
    ("CST", -360),
    ("MDT", -360),
    ("MST", -420),
    ("PDT", -420),
    ("PST", -480),
];

/// A day and a time, or a day alone for its first instant; none of them can be read as another.
const SHAPES: [&str; 9] = [
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d",
    "%b %d, %Y %I:%M:%S %p",
    "%d %b %Y %H:%M:%S",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y",
    "%Y/%m/%d %H:%M:%S",
];

/// `2015-12-02T04:15:26+00:00`, `Dec 1, 2017 12:38:23 AM PST`, `02.12.2015 04:15:26 UTC`; without a zone, UTC.
pub(crate) fn timestamp(text: &str) -> Option<Timestamp> {
    if let Ok(at) = text.parse() {
        return Some(at);
    }
    match text.rsplit_once(' ').filter(|(_, zone)| offset(zone).is_some()) {
        Some((local, zone)) => at(local, zone),
        None => at(text, "UTC"),
    }
}

/// A local time in a zone that stands elsewhere in the row.
pub(crate) fn at(local: &str, zone: &str) -> Option<Timestamp> {
    // Canada writes `Dec. 1, 2017 12:38:23 a.m.`.
    let plain = if local.ends_with(".m.") { local.replace(".m.", "m").replace(". ", " ") } else { local.to_owned() };
    let local = SHAPES.iter().find_map(|shape| DateTime::strptime(shape, plain.trim()).ok())?;
    offset(zone)?.to_timestamp(local).ok()
}

fn offset(zone: &str) -> Option<Offset> {
    let minutes = ABBREVIATIONS.iter().find(|(name, _)| *name == zone).map(|(_, minutes)| *minutes);
    let minutes = minutes.or_else(|| signed_minutes(zone.strip_prefix("GMT")?))?;
    Offset::from_seconds(minutes * 60).ok()
}

/// `+09:00`.
fn signed_minutes(text: &str) -> Option<i32> {
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let size = hours.parse::<u8>().ok()?;
    let size = i32::from(size) * 60 + i32::from(minutes.parse::<u8>().ok()?);
    match text.as_bytes().first()? {
        b'+' => Some(size),
        b'-' => Some(-size),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_marketplaces_times_are_read() {
        for (text, utc) in [
            ("2015-12-02T04:15:26+00:00", "2015-12-02T04:15:26Z"),
            ("2015-12-02 04:15:26 UTC", "2015-12-02T04:15:26Z"),
            ("2015-12-02", "2015-12-02T00:00:00Z"),
            ("02.12.2015 04:15:26 UTC", "2015-12-02T04:15:26Z"),
            ("02.12.2015", "2015-12-02T00:00:00Z"),
            ("Dec 1, 2017 12:38:23 AM PST", "2017-12-01T08:38:23Z"),
            ("Dec. 1, 2017 12:38:23 p.m. PST", "2017-12-01T20:38:23Z"),
            ("Jul 1, 2017 12:38:23 PM PDT", "2017-07-01T19:38:23Z"),
            ("1 Dec 2017 08:12:33 GMT+09:00", "2017-11-30T23:12:33Z"),
            ("29/02/2024 23:59:59 CET", "2024-02-29T22:59:59Z"),
        ] {
            assert_eq!(timestamp(text), Some(utc.parse().unwrap()), "{text}");
        }
        for text in ["", "UTC", "2023-02-29", "Dec 1, 2017 13:38:23 AM PST", "2015-12-02 04:15:26 XYZ", "GMT+99:99 "] {
            assert_eq!(timestamp(text), None, "{text}");
        }
    }
}
