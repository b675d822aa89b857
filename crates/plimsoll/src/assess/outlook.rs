//! What is to come: daily sales, refunds and cash of the books, each forecast by the method that did best on its own past,
//! with its interval, and what a bad month would lack.
//!
//! A net (LSTM) is among the methods, fitted anew at each origin, which are a week apart; so are regressions on the outside
//! series that a user gives. What could not be tried is told with its reason.

use super::drivers::Drivers;
use crate::compare::sets::own::shipped_records;
use domain::{Account, Content, Currency};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use learn::forecast::{ForecastError, LstmParams, Method, Outlook, RollingParams, outlook};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;
use std::collections::BTreeMap;
use store::{EntryFilter, Reader, StoreError};

/// Days of a week, and days ahead.
const SEASON: usize = 7;
const HORIZON: usize = 28;
/// Origins that are tried, a week apart: as many as leave eight weeks before the first, within these.
const ORIGINS: std::ops::RangeInclusive<usize> = 12..=26;
/// The share of outcomes that an interval holds.
const COVERAGE: f64 = 0.8;
/// Days of history that are shown before the forecast.
const SHOWN: usize = 84;

/// What is forecast of a ledger: its name, the account, and which side of it counts.
const FORECAST: [(&str, Account, i128); 3] =
    [("sales", Account::Sales, -1), ("refunds", Account::SalesReturns, 1), ("cash", Account::Bank, 1)];

/// A forecast of a daily series.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct OutlookView {
    /// Of what: sales, refunds, or cash (what comes into the bank less what leaves it).
    pub of: &'static str,
    /// The method that did best.
    pub method: &'static str,
    /// The first day of the forecast.
    pub from: String,
    /// The newest days known, the oldest first.
    pub known: Vec<f64>,
    /// Day by day.
    pub expected: Vec<f64>,
    /// The interval's ends; none where the past is too short to tell.
    pub interval: Option<Vec<(f64, f64)>>,
    /// Of all days ahead.
    pub sum: f64,
    /// What the sum may be, by how far sums were off at the origins tried: four whole weeks, so that no season is in it.
    pub sum_interval: Option<(f64, f64)>,
    /// At risk: how far the sum may fall short (of refunds: exceed) with the chance that intervals leave on that side.
    pub at_risk: Option<f64>,
    /// Each method's mean absolute scaled error on the origins that were tried; below 1 beats the seasonal naive rule.
    pub tried: Vec<(&'static str, Option<f64>)>,
    /// Methods that could not be tried, and why.
    pub left_out: Vec<(&'static str, String)>,
    /// Outside series that were tried.
    pub drivers: Vec<String>,
    /// Whether the method chosen goes by them.
    pub is_driven: bool,
}

/// The forecasts of a data directory in a currency; a note of each that cannot be made.
///
/// # Errors
/// As the reader.
pub fn outlooks(
    reader: &Reader,
    currency: Currency,
    drivers: &Drivers,
    notes: &mut Vec<String>,
) -> Result<Vec<OutlookView>, StoreError> {
    let mut all = Vec::new();
    for (name, account, sign) in FORECAST {
        let Some((first, series)) = daily(reader, currency, account, sign)? else { continue };
        match view(name, first, &series, drivers) {
            Ok(view) => all.push(view),
            Err(why) => notes.push(format!("{name} are not forecast: {why}")),
        }
    }
    Ok(all)
}

/// What each day moved on an account in a currency, from the first to the last day that did; days without are nought.
fn daily(
    reader: &Reader,
    currency: Currency,
    account: Account,
    sign: i128,
) -> Result<Option<(Date, Vec<f64>)>, StoreError> {
    let mut days: BTreeMap<Date, i128> = BTreeMap::new();
    reader.each_entry(&EntryFilter { account: Some(account), ..EntryFilter::default() }, |entry| {
        let of = entry.postings.iter().filter(|of| of.account == account && of.amount.currency == currency);
        let minor: i128 = of.map(|of| i128::from(of.amount.minor)).sum();
        *days.entry(entry.at.to_zoned(TimeZone::UTC).date()).or_default() += sign * minor;
        Ok::<(), StoreError>(())
    })?;
    let unit = 10_f64.powi(i32::try_from(currency.minor_digits()).unwrap_or(2));
    #[expect(clippy::cast_precision_loss, reason = "a day's money as a number to forecast")]
    let days = days.into_iter().map(|(day, minor)| (day, minor as f64 / unit)).collect();
    Ok(filled(&days))
}

/// Daily sales of the shop that ships, in pounds.
///
/// # Errors
/// None, as it ships.
pub fn shipped_daily_sales() -> anyhow::Result<Vec<f64>> {
    let mut days: BTreeMap<Date, f64> = BTreeMap::new();
    for record in shipped_records("2026-11-01T00:00:00Z".parse()?)? {
        let Content::Invoice(invoice) = &record.content else { continue };
        let sold = invoice.lines.iter().filter(|line| line.quantity > 0 && line.unit_price > Decimal::ZERO);
        let sum: Decimal = sold.map(|line| line.unit_price * Decimal::from(line.quantity)).sum();
        *days.entry(record.at.to_zoned(TimeZone::UTC).date()).or_default() += sum.to_f64().unwrap_or(0.0);
    }
    Ok(filled(&days).map(|(_, series)| series).unwrap_or_default())
}

/// From the first day to the last, days without sales as nought.
pub(super) fn filled(days: &BTreeMap<Date, f64>) -> Option<(Date, Vec<f64>)> {
    let (first, last) = (*days.keys().next()?, *days.keys().next_back()?);
    let mut series = Vec::new();
    let mut day = first;
    while day <= last {
        series.push(days.get(&day).copied().unwrap_or(0.0));
        day = day.tomorrow().ok()?;
    }
    Some((first, series))
}

fn origins(days: usize) -> usize {
    (days.saturating_sub(HORIZON + 8 * SEASON) / SEASON).clamp(*ORIGINS.start(), *ORIGINS.end())
}

/// The outlook of a daily series that began on a day.
///
/// # Errors
/// Fewer days than the trials need, in words.
pub fn view(of: &'static str, first: Date, series: &[f64], drivers: &Drivers) -> Result<OutlookView, ForecastError> {
    let drivers = drivers.by_day(first, series.len());
    let names = drivers.iter().map(|driver| driver.name.clone()).collect();
    let params = RollingParams {
        season: SEASON,
        horizon: HORIZON,
        origins: origins(series.len()),
        stride: SEASON,
        coverage: COVERAGE,
        most_history: 0,
        lstm: Some(LstmParams::quick()),
        drivers,
    };
    let Outlook { method, expected, interval, tried, short_sums, left_out } = outlook(series, &params)?;
    let days = i64::try_from(series.len()).unwrap_or(0);
    let from = first.checked_add(days.days()).map(|day| day.to_string()).unwrap_or_default();
    let sum: f64 = expected.iter().sum();
    let beyond = 0.5 + COVERAGE / 2.0;
    let over_sums: Vec<f64> = short_sums.iter().map(|short| -short).collect();
    let [short, over] = [&short_sums, &over_sums].map(|sums| learn::volatility::quantile(sums, beyond));
    let at_risk = if of == "refunds" { over } else { short };
    Ok(OutlookView {
        of,
        method: method.name(),
        from,
        known: series[series.len().saturating_sub(SHOWN)..].to_vec(),
        sum,
        sum_interval: short.zip(over).map(|(short, over)| (sum - short.max(0.0), sum + over.max(0.0))),
        at_risk: at_risk.map(|at_risk| at_risk.max(0.0)),
        expected,
        interval,
        tried: tried.into_iter().map(|(method, error): (Method, Option<f64>)| (method.name(), error)).collect(),
        left_out: left_out.into_iter().map(|(method, why)| (method.name(), why.to_string())).collect(),
        drivers: names,
        is_driven: method == Method::Driven,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// Weeks whose level follows a figure that was known four weeks before, and that figure a month.
    fn led() -> (Vec<f64>, Drivers) {
        let first = date(2024, 1, 1);
        let month = |day: usize| [3.0, -2.0, 5.0, 1.0, -4.0, 2.0, 0.0, -3.0, 4.0, -1.0][day / 28 % 10];
        let noise = |day: usize| f64::from(u8::try_from(day * 37 % 11).unwrap()) / 10.0;
        let week = |day: usize| 3.0 * f64::from(u8::try_from(day % 7).unwrap());
        let of = |day: usize| 100.0 + week(day) + noise(day) + if day < 28 { 0.0 } else { 8.0 * month(day - 28) };
        let rows: String = (0_i64..20)
            .map(|at| {
                format!(
                    "{},index,{}\n",
                    first.checked_add((28 * at).days()).unwrap(),
                    month(28 * usize::try_from(at).unwrap())
                )
            })
            .collect();
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("d.csv"), format!("date,name,value\n{rows}")).unwrap();
        ((0..520).map(of).collect(), Drivers::read(&home.path().join("d.csv")).unwrap())
    }

    #[test]
    fn a_driver_that_leads_is_chosen_and_named_and_one_that_does_not_is_not() {
        let (series, drivers) = led();
        let view = view("sales", date(2024, 1, 1), &series, &drivers).unwrap();
        assert_eq!(
            (view.method, view.is_driven, view.drivers),
            ("regression with drivers", true, vec!["index".to_owned()])
        );
        for method in ["regression", "regression with drivers", "LSTM", "seasonal naive"] {
            assert!(view.tried.iter().any(|(name, error)| *name == method && error.is_some()), "{:?}", view.tried);
        }
    }

    #[test]
    fn without_drivers_no_regression_is_tried_and_few_days_leave_the_net_out_by_name() {
        let (series, _) = led();
        let view = view("sales", date(2024, 1, 1), &series[..130], &Drivers::default()).unwrap();
        assert!(view.tried.iter().all(|(name, _)| !name.starts_with("regression")));
        // 130 days less 28 ahead and 11 weeks back.
        let why = "the series has 25 numbers; this takes at least 34".to_owned();
        assert_eq!(view.left_out, [("LSTM", why)]);
    }
}
