//! What is to come: daily sales, refunds and cash of the books, each forecast by the method that did best on its own past,
//! with its interval, and what a bad month would lack.

use crate::compare::sets::own::shipped_records;
use domain::{Account, Content, Currency};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use learn::forecast::{ForecastError, Method, Outlook, RollingParams, outlook};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;
use std::collections::BTreeMap;
use store::{EntryFilter, Reader, StoreError};

/// Days of a week, and days ahead.
const SEASON: usize = 7;
const HORIZON: usize = 28;
/// Origins that are tried, a week apart.
const ORIGINS: usize = 12;
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
}

/// The forecasts of a data directory in a currency; a note of each that cannot be made.
///
/// # Errors
/// As the reader.
pub fn outlooks(reader: &Reader, currency: Currency, notes: &mut Vec<String>) -> Result<Vec<OutlookView>, StoreError> {
    let mut all = Vec::new();
    for (name, account, sign) in FORECAST {
        let Some((first, series)) = daily(reader, currency, account, sign)? else { continue };
        match view(name, first, &series) {
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
fn filled(days: &BTreeMap<Date, f64>) -> Option<(Date, Vec<f64>)> {
    let (first, last) = (*days.keys().next()?, *days.keys().next_back()?);
    let mut series = Vec::new();
    let mut day = first;
    while day <= last {
        series.push(days.get(&day).copied().unwrap_or(0.0));
        day = day.tomorrow().ok()?;
    }
    Some((first, series))
}

/// The outlook of a daily series that began on a day.
///
/// # Errors
/// Fewer days than the trials need, in words.
pub fn view(of: &'static str, first: Date, series: &[f64]) -> Result<OutlookView, ForecastError> {
    let params = RollingParams {
        season: SEASON,
        horizon: HORIZON,
        origins: ORIGINS,
        stride: SEASON,
        coverage: COVERAGE,
        most_history: 0,
        lstm: None,
    };
    let Outlook { method, expected, interval, tried, short_sums } = outlook(series, &params)?;
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
    })
}
