//! What exchange rates may take: the balances in other currencies, what they are worth, and what a day of theirs may lose.
//!
//! The exposure is held as it is today while the rates of the past move it; its worth then makes an index, which is
//! measured as a share price is: GARCH, values at risk, and their backtests.

use super::definition_file::DefinitionFile;
use super::risks::MarketView;
use domain::{Account, AccountClass, Currency, Money, RateProvider, RateSheet};
use engine::assess::market_risk;
use jiff::ToSpan;
use jiff::civil::Date;
use learn::volatility::historical;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;
use std::collections::BTreeMap;
use store::Reader;

/// Years of rates that are looked at: enough for a value at risk of two years and its backtest.
const YEARS: i32 = 8;
/// The chance of a larger loss.
const LEVEL: f64 = 0.01;

/// An amount in another currency.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Exposure {
    /// Which.
    pub currency: String,
    /// What is had less what is owed, in it.
    pub amount: f64,
    /// In the reporting currency; none where nobody quotes it.
    pub worth: Option<f64>,
}

/// What exchange rates may take.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct FxView {
    /// By currency.
    pub exposures: Vec<Exposure>,
    /// The sum of what they are worth, without sign.
    pub gross: f64,
    /// What a day loses with a chance of one in a hundred, at the most; and the mean of such losses. In money.
    pub at_risk: Option<(f64, f64)>,
    /// The exposure as an index; none where its rates are too few.
    pub market: Option<MarketView>,
    /// Why nothing more is said.
    pub lack: Option<String>,
}

/// What money is had and owed in other currencies; none where all is in one.
///
/// # Errors
/// As the reader.
pub fn exposure(reader: &Reader, currency: Currency, file: &DefinitionFile) -> anyhow::Result<Option<FxView>> {
    let mut by_currency: BTreeMap<Currency, i128> = BTreeMap::new();
    for row in reader.balances(None)?.iter().filter(|row| row.currency != currency && is_money(row.account)) {
        *by_currency.entry(row.currency).or_default() += row.minor;
    }
    by_currency.retain(|_, minor| *minor != 0);
    if by_currency.is_empty() {
        return Ok(None);
    }
    let sheets = sheets(reader)?;
    Ok(Some(measured(&by_currency, currency, &sheets, file)))
}

/// Money, and what is owed in money: no goods, no buildings.
fn is_money(account: Account) -> bool {
    let things = [Account::Inventory, Account::FixedAssets, Account::AccumulatedDepreciation, Account::OtherAssets];
    matches!(account.class(), AccountClass::Asset | AccountClass::Liability) && !things.contains(&account)
}

/// The rates of the last years by day: the European Central Bank's where it has any, else the business's own.
fn sheets(reader: &Reader) -> anyhow::Result<Vec<RateSheet>> {
    let Some(last) = reader.last_entry_at()?.map(|at| at.to_zoned(jiff::tz::TimeZone::UTC).date()) else {
        return Ok(Vec::new());
    };
    let all = reader.rates(last.checked_sub(YEARS.years())?, last.tomorrow()?)?;
    let of = |wanted: RateProvider| -> BTreeMap<Date, RateSheet> {
        let rows = all.iter().filter(|(provider, _)| *provider == wanted);
        rows.map(|(_, sheet)| (sheet.date, sheet.clone())).collect()
    };
    let bank = of(RateProvider::EuropeanCentralBank);
    let chosen = if bank.is_empty() { of(RateProvider::User) } else { bank };
    Ok(chosen.into_values().collect())
}

/// What one unit of a currency is worth in another on a sheet.
fn cross(sheet: &RateSheet, from: Currency, to: Currency) -> Option<f64> {
    let of = |wanted: Currency| match wanted == sheet.base {
        true => Some(1.0),
        false => sheet.rates.iter().find(|(code, _)| *code == wanted).and_then(|(_, rate)| rate.to_f64()),
    };
    let (from, to) = (of(from)?, of(to)?);
    (from > 0.0 && to > 0.0).then(|| to / from)
}

fn measured(
    by_currency: &BTreeMap<Currency, i128>,
    to: Currency,
    sheets: &[RateSheet],
    file: &DefinitionFile,
) -> FxView {
    let newest = |from: Currency| sheets.iter().rev().find_map(|sheet| cross(sheet, from, to));
    let exposure = |(from, minor): (&Currency, &i128)| {
        let amount = Money::new(i64::try_from(*minor).unwrap_or(i64::MAX), *from).to_decimal().to_f64().unwrap_or(0.0);
        Exposure { currency: from.code().to_owned(), amount, worth: newest(*from).map(|rate| rate * amount) }
    };
    let exposures: Vec<Exposure> = by_currency.iter().map(exposure).collect();
    let weights: Vec<(Currency, f64)> =
        by_currency.keys().zip(&exposures).filter_map(|(from, of)| Some((*from, of.worth?))).collect();
    let gross: f64 = weights.iter().map(|(_, worth)| worth.abs()).sum();
    let mut view = FxView { exposures, gross, at_risk: None, market: None, lack: None };
    if gross <= 0.0 {
        view.lack = Some("no rate of these currencies is known".to_owned());
        return view;
    }
    let index = index(sheets, &weights, gross, to);
    let returns = learn::volatility::log_returns(&index.iter().map(|(_, worth)| *worth).collect::<Vec<f64>>());
    match (market_risk(&index, file.market), historical(&returns, LEVEL)) {
        (Ok(risk), plain) => {
            let market = MarketView::from(&risk);
            let filtered = market.tested.iter().rev().find(|of| of.level == LEVEL);
            let loss = filtered.map(|of| (of.value_at_risk, of.expected_shortfall));
            let loss = loss.or_else(|| plain.ok().map(|of| (of.value_at_risk, of.expected_shortfall)));
            view.at_risk = loss.map(|(most, mean)| (gross * most, gross * mean));
            view.market = Some(market);
        }
        (Err(why), Ok(plain)) => {
            view.at_risk = Some((gross * plain.value_at_risk, gross * plain.expected_shortfall));
            view.lack = Some(format!("the days are too few for more: {why}"));
        }
        (Err(why), Err(_)) => view.lack = Some(format!("the days are too few: {why}")),
    }
    view
}

/// The exposure as it is today, moved by the rates of each day that quotes all of it.
fn index(sheets: &[RateSheet], weights: &[(Currency, f64)], gross: f64, to: Currency) -> Vec<(Date, f64)> {
    let crosses =
        |sheet: &RateSheet| weights.iter().map(|(from, _)| cross(sheet, *from, to)).collect::<Option<Vec<f64>>>();
    let mut index: Vec<(Date, f64)> = Vec::new();
    let mut before: Option<Vec<f64>> = None;
    for sheet in sheets {
        let Some(now) = crosses(sheet) else { continue };
        let moved = before.as_ref().map_or(0.0, |before| {
            let moves = now.iter().zip(before).map(|(now, before)| (now / before).ln());
            moves.zip(weights).map(|(moved, (_, worth))| moved * worth / gross).sum::<f64>()
        });
        let worth = index.last().map_or(1.0, |(_, worth)| worth * moved.exp());
        index.push((sheet.date, worth));
        before = Some(now);
    }
    index
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use rust_decimal::Decimal;

    fn usd() -> Currency {
        Currency::from_code("USD").unwrap()
    }

    fn sheets(days: i64) -> Vec<RateSheet> {
        let sheet = |day: i64| RateSheet {
            date: date(2020, 1, 1).checked_add(day.days()).unwrap(),
            base: Currency::EUR,
            rates: vec![(Currency::GBP, Decimal::new(80, 2)), (usd(), Decimal::new(100 + day * day % 7, 2))],
        };
        (0..days).map(sheet).collect()
    }

    #[test]
    fn by_hand() {
        let sheet = &sheets(1)[0];
        // One dollar is one euro is .80 pounds.
        assert_eq!(cross(sheet, usd(), Currency::GBP), Some(0.8));
        let file = DefinitionFile::read(None).unwrap();
        let owed = BTreeMap::from([(usd(), -50_000_i128), (Currency::EUR, 10_000)]);
        let view = measured(&owed, Currency::GBP, &sheets(1), &file);
        assert_eq!((view.exposures[1].worth, view.gross, view.at_risk), (Some(-400.0), 480.0, None));
        assert!(view.lack.unwrap().contains("too few"));
    }

    #[test]
    fn a_debt_loses_where_the_currency_gains() {
        let file = DefinitionFile::read(None).unwrap();
        let at_risk = |minor: i128| {
            measured(&BTreeMap::from([(usd(), minor)]), Currency::GBP, &sheets(300), &file).at_risk.unwrap().0
        };
        assert!(at_risk(100_000) > 0.0 && at_risk(-100_000) > 0.0);
        assert!((at_risk(200_000) / at_risk(100_000) - 2.0).abs() < 1e-9, "twice as much may lose twice as much");
        assert!(
            measured(&BTreeMap::from([(Currency::from_code("JPY").unwrap(), 1)]), Currency::GBP, &sheets(9), &file)
                .lack
                .is_some()
        );
    }
}
