//! Outside series that may lead the business: a user's file of days, names and values.
//!
//! The day of a row is that on which its figure was known, not the one it speaks of: a month's index that is published in
//! the middle of the next stands under the day of its publication, or the forecasts would look ahead.

use crate::command::UsageError;
use crate::linking::UserTable;
use jiff::ToSpan;
use jiff::civil::Date;
use learn::forecast::Driver;
use std::collections::BTreeMap;
use std::path::Path;

/// A driver whose last figure is older than a quarter has stopped.
const STOPPED_DAYS: i32 = 92;

/// Outside series by name, each by day.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Drivers(BTreeMap<String, BTreeMap<Date, f64>>);

impl Drivers {
    /// Reads a table with the columns `date`, `name` and `value`.
    ///
    /// # Errors
    /// It is no such table, or a row cannot be read: which one, and why.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let table = UserTable::read(path)?;
        let place = |name: &str| {
            let found = table.names.iter().position(|column| column.trim().eq_ignore_ascii_case(name));
            let lacks = || format!("{} has no column `{name}`; it needs date, name and value", path.display());
            found.ok_or_else(|| UsageError(lacks()))
        };
        let (date, name, value) = (place("date")?, place("name")?, place("value")?);
        let mut all: BTreeMap<String, BTreeMap<Date, f64>> = BTreeMap::new();
        for row in 0..table.rows.len() {
            let cell = |at: usize| table.rows.value(row, at).trim();
            let wrong = |what: &str, said: &str| {
                UsageError(format!("{}, row {}: {what} `{said}` cannot be read", path.display(), row + 1))
            };
            let day: Date = cell(date).parse().map_err(|_| wrong("the date", cell(date)))?;
            let number = cell(value).parse().ok().filter(|number: &f64| number.is_finite());
            let number = number.ok_or_else(|| wrong("the value", cell(value)))?;
            all.entry(cell(name).to_owned()).or_default().insert(day, number);
        }
        Ok(Self(all))
    }

    /// At each of so many days from the first: the newest figure that was known.
    pub fn by_day(&self, first: Date, days: usize) -> Vec<Driver> {
        let of = |(name, known): (&String, &BTreeMap<Date, f64>)| {
            let mut day = first;
            let mut values = Vec::with_capacity(days);
            for _ in 0..days {
                values.push(known.range(..=day).next_back().map_or(f64::NAN, |(_, value)| *value));
                day = day.tomorrow().unwrap_or(Date::MAX);
            }
            Driver { name: name.clone(), values }
        };
        self.0.iter().map(of).collect()
    }

    /// Those that had stopped by a day, with their last one.
    pub fn stopped_by(&self, day: Date) -> Vec<(&str, Date)> {
        let last = self.0.iter().filter_map(|(name, known)| Some((name.as_str(), *known.keys().next_back()?)));
        let late = day.checked_sub(STOPPED_DAYS.days()).unwrap_or(Date::MIN);
        last.filter(|(_, last)| *last < late).collect()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn read(rows: &str) -> anyhow::Result<Drivers> {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("drivers.csv");
        std::fs::write(&path, format!("date,name,value\n{rows}")).unwrap();
        Drivers::read(&path)
    }

    #[test]
    fn a_figure_stands_from_the_day_it_was_known() {
        let all = read("2025-01-15,cpi,100.5\n2025-02-14,cpi,101\n2024-06-01,oil,70\n").unwrap();
        let by_day = all.by_day(date(2025, 2, 12), 4);
        assert_eq!(by_day.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["cpi", "oil"]);
        assert_eq!(by_day[0].values, [100.5, 100.5, 101.0, 101.0]);
        assert!(all.by_day(date(2025, 1, 14), 1)[0].values[0].is_nan());
        assert_eq!(all.stopped_by(date(2025, 3, 1)), [("oil", date(2024, 6, 1))]);
    }

    #[test]
    fn a_row_that_cannot_be_read_is_named() {
        let refused = read("2025-01-15,cpi,100\n2025-13-01,cpi,1\n").unwrap_err().to_string();
        assert!(refused.contains("row 2: the date `2025-13-01` cannot be read"), "{refused}");
        let refused = read("2025-01-15,cpi,n/a\n").unwrap_err().to_string();
        assert!(refused.contains("row 1: the value `n/a` cannot be read"), "{refused}");
    }
}
