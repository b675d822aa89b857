//! Indicators as they are shown, and the books that they are made of.

use domain::{Account, Currency, FeatureRow, Token};
use engine::indicators::{Books, Indicator};
use engine::observe::value_of;
use serde::Serialize;
use std::collections::BTreeMap;
use store::{Balance, MonthlyTotal, Reader, StoreError};

/// An indicator of the business.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct IndicatorView {
    /// The side of the business.
    pub side: &'static str,
    /// Name.
    pub name: &'static str,
    /// Formula in words.
    pub formula: &'static str,
    /// `+` riskier when higher, `−` safer, `0` two-sided.
    pub direction: char,
    /// `%`, `days` or empty.
    pub unit: &'static str,
    /// The value; none when inputs are missing.
    pub value: Option<f64>,
    /// Inputs that the books do not hold.
    pub missing: &'static [&'static str],
}

impl From<&Indicator> for IndicatorView {
    fn from(indicator: &Indicator) -> Self {
        let Indicator { side, name, formula, direction, unit, value, missing } = *indicator;
        Self { side, name, formula, direction, unit, value, missing }
    }
}

/// Every indicator, from the books in one currency.
///
/// # Errors
/// As the reader.
pub fn indicators(reader: &Reader, currency: Currency) -> Result<Vec<IndicatorView>, StoreError> {
    let books = Books {
        balances: balances(&reader.balances(None)?, currency),
        months: months(&reader.monthly_totals()?, currency),
        buyers: buyers(&reader.features()?),
    };
    Ok(engine::indicators::indicators(&books).iter().map(IndicatorView::from).collect())
}

fn balances(balances: &[Balance], currency: Currency) -> BTreeMap<Account, i128> {
    balances.iter().filter(|row| row.currency == currency).map(|row| (row.account, row.minor)).collect()
}

pub(super) fn months(totals: &[MonthlyTotal], currency: Currency) -> BTreeMap<String, BTreeMap<Account, i128>> {
    let mut months: BTreeMap<String, BTreeMap<Account, i128>> = BTreeMap::new();
    for total in totals.iter().filter(|total| total.currency == currency) {
        months.entry(total.month.clone()).or_default().insert(total.account, total.minor);
    }
    months
}

/// Sales to each known buyer and how many: every sale to one has a row of features.
fn buyers(rows: &[FeatureRow]) -> Vec<(f64, u32)> {
    let mut buyers: BTreeMap<Token, (f64, u32)> = BTreeMap::new();
    for row in rows {
        let (money, sales) = buyers.entry(row.buyer).or_default();
        *money += value_of(&row.values);
        *sales += 1;
    }
    buyers.into_values().collect()
}
