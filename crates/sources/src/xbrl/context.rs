//! Contexts and units in the making: which text of which element is what.

use domain::FactPeriod;
use jiff::civil::{Date, DateTime};

/// A context as the document tells it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct RawContext {
    pub(super) entity: String,
    instant: String,
    start: String,
    end: String,
    forever: bool,
    pub(super) dimensions: Vec<(String, String)>,
}

impl RawContext {
    /// The element `path` below the context ended with this text; `axis` is the dimension that is open.
    pub(super) fn take(&mut self, path: &str, text: &str, axis: Option<&str>) {
        match path {
            "/entity/identifier" => self.entity = text.to_owned(),
            "/period/instant" => self.instant = text.to_owned(),
            "/period/startDate" => self.start = text.to_owned(),
            "/period/endDate" => self.end = text.to_owned(),
            "/period/forever" => self.forever = true,
            _ => {
                if let Some(axis) = axis.filter(|_| !text.is_empty()) {
                    self.dimensions.push((axis.to_owned(), text.to_owned()));
                }
            }
        }
    }

    /// Of when it speaks; none where a day cannot be read.
    pub(super) fn period(&self) -> Option<FactPeriod> {
        if self.forever {
            return Some(FactPeriod::Forever);
        }
        if !self.instant.is_empty() {
            return end_of(&self.instant).map(FactPeriod::Instant);
        }
        let (start, end) = (start_of(&self.start)?, end_of(&self.end)?);
        (start <= end).then_some(FactPeriod::Duration { start, end })
    }
}

/// The first day of a period.
fn start_of(text: &str) -> Option<Date> {
    moment(text).map(DateTime::date)
}

/// The last day of a period: midnight is the end of the day before.
fn end_of(text: &str) -> Option<Date> {
    let moment = moment(text)?;
    let at_midnight = text.contains('T') && moment.time() == jiff::civil::Time::midnight();
    if at_midnight { moment.date().yesterday().ok() } else { Some(moment.date()) }
}

/// A day, or a day and time whose zone is left out: a filing speaks of whole days.
fn moment(text: &str) -> Option<DateTime> {
    let Some((day, time)) = text.split_once('T') else { return text.parse::<Date>().ok().map(Date::into) };
    let time = time.split(['Z', '+', '-']).next()?;
    format!("{day}T{time}").parse().ok()
}

/// A unit as the document tells it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct RawUnit {
    above: Vec<String>,
    below: Vec<String>,
}

impl RawUnit {
    pub(super) fn take(&mut self, path: &str, text: &str) {
        let measure = text.rsplit(':').next().unwrap_or(text).to_owned();
        match path {
            "/measure" | "/divide/unitNumerator/measure" => self.above.push(measure),
            "/divide/unitDenominator/measure" => self.below.push(measure),
            _ => {}
        }
    }

    /// `USD`, `USD/shares`, `kWh*h`.
    pub(super) fn name(&self) -> String {
        let above = self.above.join("*");
        if self.below.is_empty() { above } else { format!("{above}/{}", self.below.join("*")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn midnight_ends_the_day_before() {
        for (text, end) in [
            ("2022-12-31", Some("2022-12-31")),
            ("2023-01-01T00:00:00", Some("2022-12-31")),
            ("2022-12-31T23:59:59Z", Some("2022-12-31")),
            ("2022-12-31T12:00:00+01:00", Some("2022-12-31")),
            ("2022-13-31", None),
            ("", None),
        ] {
            assert_eq!(end_of(text).map(|day| day.to_string()).as_deref(), end, "{text}");
        }
        assert_eq!(start_of("2022-01-01T00:00:00").map(|day| day.to_string()).as_deref(), Some("2022-01-01"));
    }

    #[test]
    fn a_unit_is_its_measures() {
        let mut unit = RawUnit::default();
        unit.take("/divide/unitNumerator/measure", "iso4217:USD");
        unit.take("/divide/unitDenominator/measure", "xbrli:shares");
        assert_eq!(unit.name(), "USD/shares");
    }
}
