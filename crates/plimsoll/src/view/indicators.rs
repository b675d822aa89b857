//! Indicators of the business as they are shown: those that the definitions make of the books, and what the others lack.

use crate::assess::{DefinitionFile, ledger};
use domain::{Account, Currency};
use engine::assess::{Direction, Facts, Indicator, Lack, indicators as measured};
use serde::Serialize;
use std::collections::BTreeMap;
use store::{MonthlyTotal, Reader, StoreError};

/// An indicator of the business.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct IndicatorView {
    /// The side of the business.
    pub side: String,
    /// Name.
    pub name: String,
    /// What it is.
    pub formula: String,
    /// `+` riskier when higher, `−` safer, `0` two-sided.
    pub direction: char,
    /// `%`, `days` or empty.
    pub unit: String,
    /// The value; none when inputs are missing.
    pub value: Option<f64>,
    /// Inputs that the books do not hold, or why there is no value.
    pub missing: Vec<String>,
}

/// Every indicator, from the books in the reporting currency: of the last twelve whole months.
///
/// # Errors
/// As the reader.
pub fn indicators(reader: &Reader) -> Result<Vec<IndicatorView>, StoreError> {
    let unread = |error: anyhow::Error| StoreError::Corrupt {
        what: "the months of the ledger".to_owned(),
        reason: format!("{error:#}"),
    };
    let file = DefinitionFile::shipped().map_err(unread)?;
    let facts = Facts::new(ledger::told(reader).map_err(unread)?.facts, None);
    let all = measured(&file.definitions, &file.choices, &file.indicators, &facts, 1);
    let values = all.into_iter().map(|years| years.into_iter().next().map(|(value, _)| value));
    let row = |(of, value): (&Indicator, Option<Result<f64, Lack>>)| Some(view(of, value?));
    Ok(file.indicators.iter().zip(values).filter_map(row).collect())
}

fn view(of: &Indicator, value: Result<f64, Lack>) -> IndicatorView {
    IndicatorView {
        side: of.side.clone(),
        name: of.name.clone(),
        formula: of.definition.text.clone(),
        direction: match of.direction {
            Direction::Riskier => '+',
            Direction::Safer => '−',
            Direction::TwoSided => '0',
        },
        unit: of.unit.clone(),
        missing: match &value {
            Ok(_) => Vec::new(),
            Err(Lack::Missing(names)) => names.iter().cloned().collect(),
            Err(other) => vec![other.to_string()],
        },
        value: value.ok(),
    }
}

/// What each month moved in a currency, the oldest first.
pub(super) fn months(totals: &[MonthlyTotal], currency: Currency) -> BTreeMap<String, BTreeMap<Account, i128>> {
    let mut months: BTreeMap<String, BTreeMap<Account, i128>> = BTreeMap::new();
    for total in totals.iter().filter(|total| total.currency == currency) {
        months.entry(total.month.clone()).or_default().insert(total.account, total.minor);
    }
    months
}
