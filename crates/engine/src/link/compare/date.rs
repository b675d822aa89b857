//! Days: how far apart, in which direction, and how alike as written (a typo in a date of birth is no lag).

use super::column::{Distinct, single};
use crate::link::table::Rows;
use jiff::civil::Date;
use learn::similar;

pub(super) const NAMES: [&str; 7] =
    ["equal", "rarity where equal", "days later", "days apart", "digits", "same year", "same day of the year"];

/// A field of days.
#[derive(Debug)]
pub(super) struct DateColumn(Distinct<Day>);

#[derive(Debug)]
struct Day {
    date: Date,
    digits: Vec<char>,
}

impl DateColumn {
    pub(super) fn new(left: &Rows, right: &Rows, field: usize) -> Self {
        Self(Distinct::new(left, right, field, |text| {
            let date = read(text)?;
            Some(Day { date, digits: date.strftime("%Y%m%d").to_string().chars().collect() })
        }))
    }

    pub(super) fn push(&self, pair: (u32, u32), row: &mut Vec<f32>) {
        match self.0.both(pair) {
            None => row.extend([f32::NAN; NAMES.len()]),
            Some((left, right)) => row.extend(self.features(left, right)),
        }
    }

    fn features(&self, left: u32, right: u32) -> [f32; NAMES.len()] {
        let (one, other) = (self.0.value(left), self.0.value(right));
        let later = days(other.date) - days(one.date);
        let is_equal = later == 0;
        let rarity = if is_equal { self.0.rarity(left).min(self.0.rarity(right)) } else { 0.0 };
        let bit = |is: bool| f32::from(u8::from(is));
        let is_same_day = (one.date.month(), one.date.day()) == (other.date.month(), other.date.day());
        [
            bit(is_equal),
            rarity,
            single(f64::from(later)),
            single(f64::from(later.abs())),
            single(similar::edit_similarity(&one.digits, &other.digits)),
            bit(one.date.year() == other.date.year()),
            bit(is_same_day),
        ]
    }
}

/// Days since 1970.
pub(in crate::link) fn days(date: Date) -> i32 {
    (date - Date::constant(1970, 1, 1)).get_days()
}

/// A day as people write it: `2022-04-06`, `20220406`, `6/4/2022` (the month first where it can be), `18-May-15`,
/// `May 18, 2015`; a year alone is its first day.
pub(in crate::link) fn read(text: &str) -> Option<Date> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let lower = text.to_ascii_lowercase();
    let date = lower.split(['t', ' ']).next().filter(|first| first.matches('-').count() == 2).unwrap_or(&lower);
    let parts: Vec<&str> = date.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let month_named = |part: &str| MONTHS.iter().position(|month| part.len() >= 3 && part.starts_with(month));
    let number = |part: &str| part.parse::<i16>().ok();
    match parts.as_slice() {
        [one] if one.len() == 8 => make(number(&one[..4])?, number(&one[4..6])?, number(&one[6..])?),
        [one] if one.len() == 4 => number(one).filter(|year| (1500..2200).contains(year)).and_then(|y| make(y, 1, 1)),
        [a, b, c] => match (month_named(a), month_named(b)) {
            (Some(month), _) => make(year(number(c)?), i16::try_from(month).ok()? + 1, number(b)?),
            (_, Some(month)) => make(year(number(c)?), i16::try_from(month).ok()? + 1, number(a)?),
            _ if a.len() == 4 => make(number(a)?, number(b)?, number(c)?),
            _ => make(year(number(c)?), number(a)?, number(b)?)
                .or_else(|| make(year(number(c)?), number(b)?, number(a)?)),
        },
        _ => None,
    }
}

/// Two digits mean the hundred years up to 2049.
fn year(written: i16) -> i16 {
    match written {
        0..=49 => 2000 + written,
        50..=99 => 1900 + written,
        _ => written,
    }
}

fn make(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_as_people_write_them() {
        for text in
            ["2015-05-18", "2015-05-18T10:00:00Z", "20150518", "5/18/2015", "18.5.2015", "18-May-15", "May 18 , 2015"]
        {
            assert_eq!(read(text), Date::new(2015, 5, 18).ok(), "{text}");
        }
        assert_eq!((read("1999"), read("0000"), read("soon")), (Date::new(1999, 1, 1).ok(), None, None));
    }
}
