//! Instants and business days, in UTC. Business days are Monday to Friday: bank holidays are left out of this world.

use jiff::Timestamp;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use jiff::tz::{Offset, TimeZone};

/// Seconds of a minute.
pub(crate) const MINUTE: i64 = 60;
/// Seconds of an hour.
pub(crate) const HOUR: i64 = 60 * MINUTE;
/// Seconds of a day.
pub(crate) const DAY: i64 = 24 * HOUR;

/// `seconds` later, or the end of time.
pub(crate) fn after(at: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_second(at.as_second().saturating_add(seconds)).unwrap_or(Timestamp::MAX)
}

/// Seconds between two instants, whichever is the earlier.
pub(crate) fn apart(a: Timestamp, b: Timestamp) -> u64 {
    a.as_second().abs_diff(b.as_second())
}

/// The day of an instant.
pub(crate) fn day_of(at: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(at).date()
}

/// `seconds` into a day.
pub(crate) fn within_day(day: Date, seconds: i64) -> Timestamp {
    let midnight = Offset::UTC.to_timestamp(day.at(0, 0, 0, 0)).unwrap_or(Timestamp::MAX);
    after(midnight, seconds)
}

/// Monday to Friday.
pub(crate) fn is_business_day(day: Date) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// The next day.
pub(crate) fn tomorrow(day: Date) -> Date {
    day.saturating_add(1.day())
}

/// The last business day before `day`.
pub(crate) fn business_day_before(day: Date) -> Date {
    let mut before = day.saturating_sub(1.day());
    while !is_business_day(before) {
        before = before.saturating_sub(1.day());
    }
    before
}

/// `count` business days later; a weekend day counts as the Friday before it.
pub(crate) fn add_business_days(day: Date, count: i64) -> Date {
    let mut later = day;
    for _ in 0..count {
        later = tomorrow(later);
        while !is_business_day(later) && later < Date::MAX {
            later = tomorrow(later);
        }
    }
    later
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn weekends_are_stepped_over() {
        let (thursday, friday, saturday) = (date(2011, 3, 3), date(2011, 3, 4), date(2011, 3, 5));
        let (sunday, monday, tuesday) = (date(2011, 3, 6), date(2011, 3, 7), date(2011, 3, 8));
        assert_eq!(add_business_days(thursday, 2), monday);
        assert_eq!(add_business_days(saturday, 2), tuesday);
        assert_eq!(add_business_days(friday, 0), friday);
        assert_eq!(business_day_before(monday), friday);
        assert_eq!(business_day_before(sunday), friday);
        assert_eq!(business_day_before(friday), thursday);
    }

    #[test]
    fn an_instant_and_its_day_agree() {
        let at = within_day(date(2010, 12, 1), DAY - 1);
        assert_eq!(at.to_string(), "2010-12-01T23:59:59Z");
        assert_eq!(day_of(at), date(2010, 12, 1));
        assert_eq!(apart(at, after(at, -HOUR)), 3_600);
    }
}
