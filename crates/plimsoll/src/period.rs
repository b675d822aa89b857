//! A span of days as people write it: `2011`, `2011-06`, `2011-06-30`, `2011-01-01..2011-06-30`. Days are of UTC, as the
//! ledger's months are.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use std::fmt;
use std::str::FromStr;

/// From the first instant of one day to the last of another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Period {
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub to: Date,
}

/// What is no period.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "`{0}` is no period; write a year (2011), a month (2011-06), a day (2011-06-30), or two days with `..` between"
)]
pub struct NoPeriod(String);

impl Period {
    /// One day.
    pub fn day(day: Date) -> Self {
        Self { from: day, to: day }
    }

    /// The month of a day.
    pub fn month(day: Date) -> Self {
        Self { from: day.first_of_month(), to: day.last_of_month() }
    }

    /// Its first instant.
    pub fn start(self) -> Timestamp {
        start(self.from)
    }

    /// The instant after its last.
    pub fn end(self) -> Timestamp {
        self.to.tomorrow().map_or(Timestamp::MAX, start)
    }

    /// Its last instant.
    pub fn last(self) -> Timestamp {
        before(self.end())
    }

    /// The period as long as this one, in months where it is of whole months, that ends where this begins.
    pub fn earlier(self) -> Option<Self> {
        let to = self.from.yesterday().ok()?;
        let whole = self.from.day() == 1 && self.to == self.to.last_of_month();
        if !whole {
            let days = self.from.until(self.to).ok()?.get_days();
            return Some(Self { from: to.checked_sub(days.days()).ok()?, to });
        }
        let months = 12 * (i32::from(self.to.year()) - i32::from(self.from.year())) + i32::from(self.to.month())
            - i32::from(self.from.month());
        Some(Self { from: to.first_of_month().checked_sub(months.months()).ok()?, to })
    }
}

/// The first instant of a day.
pub fn start(day: Date) -> Timestamp {
    day.to_zoned(TimeZone::UTC).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

/// The instant before.
pub fn before(at: Timestamp) -> Timestamp {
    at.checked_sub(1.nanosecond()).unwrap_or(Timestamp::MIN)
}

/// The first instant of the next microsecond, to which lists of entries are cut.
pub fn after(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond().saturating_add(1)).unwrap_or(Timestamp::MAX)
}

/// The day of an instant.
pub fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// An instant as people write it, where a day, month or year is meant by its last instant.
pub fn instant(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| Some(text.parse::<Period>().ok()?.last()))
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = (self.from, self.to);
        match () {
            () if from == to => write!(f, "{to}"),
            () if *self == Self::month(from) => write!(f, "{:04}-{:02}", from.year(), from.month()),
            () if from == from.first_of_year() && to == from.last_of_year() => write!(f, "{:04}", from.year()),
            () => write!(f, "{from}..{to}"),
        }
    }
}

impl FromStr for Period {
    type Err = NoPeriod;

    fn from_str(text: &str) -> Result<Self, NoPeriod> {
        let none = || NoPeriod(text.to_owned());
        let day = |text: &str| text.parse::<Date>().ok();
        if let Some((from, to)) = text.split_once("..") {
            let period = Self { from: day(from).ok_or_else(none)?, to: day(to).ok_or_else(none)? };
            return Some(period).filter(|period| period.from <= period.to).ok_or_else(none);
        }
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        match text.len() {
            4 if digits(text) => {
                let first = day(&format!("{text}-01-01")).ok_or_else(none)?;
                Ok(Self { from: first, to: first.last_of_year() })
            }
            7 => day(&format!("{text}-01")).map(Self::month).ok_or_else(none),
            10 => day(text).map(Self::day).ok_or_else(none),
            _ => Err(none()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_read_as_they_are_written() {
        for (text, from, to, earlier) in [
            ("2011", "2011-01-01", "2011-12-31", "2010"),
            ("2011-06", "2011-06-01", "2011-06-30", "2011-05"),
            ("2011-03-01..2011-04-30", "2011-03-01", "2011-04-30", "2011-01-01..2011-02-28"),
            ("2011-06-30", "2011-06-30", "2011-06-30", "2011-06-29"),
            ("2011-06-02..2011-06-08", "2011-06-02", "2011-06-08", "2011-05-26..2011-06-01"),
        ] {
            let period: Period = text.parse().unwrap();
            assert_eq!((period.from.to_string().as_str(), period.to.to_string().as_str()), (from, to));
            assert_eq!(period.to_string(), text);
            assert_eq!(period.earlier().unwrap().to_string(), earlier);
        }
        for text in ["", "11", "2011-13", "2011-6", "2011-06-31", "2011-02-01..2011-01-01", "june"] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_day_is_meant_by_its_last_instant() {
        assert_eq!(instant("2011-06").unwrap().to_string(), "2011-06-30T23:59:59.999999999Z");
        assert_eq!(instant("2011-06-30T12:00:00Z").unwrap().to_string(), "2011-06-30T12:00:00Z");
        assert_eq!(instant("soon"), None);
    }
}
