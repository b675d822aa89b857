//! Indicators of the business that its books allow, and, for those that they do not, the inputs that are missing.
//!
//! Sides and directions follow the indicator tree of the field: `+` is riskier when higher, `−` safer, `0` two-sided.

use domain::Account;
use std::collections::BTreeMap;

/// What the indicators are made of; amounts in minor units of the reporting currency, debit positive.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Books {
    /// Balances now.
    pub balances: BTreeMap<Account, i128>,
    /// Turnover by month (`2011-03`), oldest first; the last may be a part of a month.
    pub months: BTreeMap<String, BTreeMap<Account, i128>>,
    /// Sales to each known buyer, major units, and how many.
    pub buyers: Vec<(f64, u32)>,
}

/// An indicator.
#[derive(Clone, PartialEq, Debug)]
pub struct Indicator {
    /// The side of the business.
    pub side: &'static str,
    /// Name.
    pub name: &'static str,
    /// Formula in words.
    pub formula: &'static str,
    /// `+`, `−` or `0`.
    pub direction: char,
    /// `%`, `days` or empty.
    pub unit: &'static str,
    /// The value; none when inputs are missing.
    pub value: Option<f64>,
    /// Inputs that the books do not hold.
    pub missing: &'static [&'static str],
}

/// All indicators, known or not.
pub fn indicators(books: &Books) -> Vec<Indicator> {
    let mut all = vec![
        known("profit", "processor fees", "processor fees / gross sales", '+', "%", percent(fee_rate(books))),
        known(
            "growth",
            "sales growth",
            "last three whole months / the three before − 1",
            '0',
            "%",
            percent(growth(books)),
        ),
        known("growth", "sales volatility", "deviation / mean of monthly sales", '+', "%", percent(volatility(books))),
        known("operation", "receivable days", "receivables / sales a day", '0', "days", receivable_days(books)),
        known("customers", "return rate", "credited goods / goods sold", '+', "%", percent(return_rate(books))),
        known(
            "customers",
            "repurchase rate",
            "buyers with two sales or more / buyers",
            '−',
            "%",
            percent(repurchase(books)),
        ),
        known(
            "customers",
            "concentration (HHI)",
            "sum of squared shares of known buyers",
            '+',
            "",
            concentration(books),
        ),
    ];
    all.extend(UNKNOWN.iter().map(|(side, name, formula, direction, missing)| Indicator {
        side,
        name,
        formula,
        direction: *direction,
        unit: "",
        value: None,
        missing,
    }));
    all
}

type Unknown = (&'static str, &'static str, &'static str, char, &'static [&'static str]);

const UNKNOWN: &[Unknown] = &[
    ("profit", "gross margin", "(sales − cost of goods) / sales", '−', &["cost of goods sold"]),
    ("solvency", "current ratio", "current assets / current liabilities", '0', &["inventory", "trade payables"]),
    ("solvency", "debt ratio", "total liabilities / total assets", '+', &["total liabilities", "total assets"]),
    ("cash flow", "runway", "cash / monthly net outflow", '−', &["operating costs", "opening bank balance"]),
    (
        "solvency",
        "Altman Z″",
        "6.56 X1 + 3.26 X2 + 6.72 X3 + 1.05 X4",
        '−',
        &["total assets", "working capital", "retained earnings", "EBIT", "book equity"],
    ),
];

fn known(
    side: &'static str,
    name: &'static str,
    formula: &'static str,
    direction: char,
    unit: &'static str,
    value: Option<f64>,
) -> Indicator {
    let missing: &[&str] = if value.is_none() { &["enough history"] } else { &[] };
    Indicator { side, name, formula, direction, unit, value, missing }
}

#[expect(clippy::cast_precision_loss, reason = "an indicator")]
fn balance(books: &Books, account: Account) -> f64 {
    books.balances.get(&account).copied().unwrap_or(0) as f64
}

fn percent(share: Option<f64>) -> Option<f64> {
    share.map(|share| 100.0 * share)
}

fn ratio(over: f64, under: f64) -> Option<f64> {
    (under != 0.0).then(|| over / under)
}

fn gross_sales(books: &Books) -> f64 {
    [Account::Sales, Account::ShippingIncome, Account::ManualSales]
        .iter()
        .map(|account| -balance(books, *account))
        .sum()
}

fn fee_rate(books: &Books) -> Option<f64> {
    ratio(balance(books, Account::ProcessorFees), gross_sales(books))
}

fn return_rate(books: &Books) -> Option<f64> {
    ratio(balance(books, Account::SalesReturns), -balance(books, Account::Sales))
}

/// Gross sales of each whole month, oldest first: the last month may be a part.
fn monthly_sales(books: &Books) -> Vec<f64> {
    let turnover = |month: &BTreeMap<Account, i128>| Books { balances: month.clone(), ..Books::default() };
    let whole = books.months.len().saturating_sub(1);
    books.months.values().take(whole).map(|month| gross_sales(&turnover(month))).collect()
}

fn growth(books: &Books) -> Option<f64> {
    let months = monthly_sales(books);
    let recent = months.len().checked_sub(3)?;
    let before = recent.checked_sub(3)?;
    let (old, new): (f64, f64) = (months[before..recent].iter().sum(), months[recent..].iter().sum());
    ratio(new, old).map(|growth| growth - 1.0)
}

#[expect(clippy::cast_precision_loss, reason = "a few months")]
fn volatility(books: &Books) -> Option<f64> {
    let months = monthly_sales(books);
    if months.len() < 3 {
        return None;
    }
    let mean = months.iter().sum::<f64>() / months.len() as f64;
    let squares: f64 = months.iter().map(|month| (month - mean).powi(2)).sum();
    ratio((squares / (months.len() - 1) as f64).sqrt(), mean)
}

#[expect(clippy::cast_precision_loss, reason = "a few months")]
fn receivable_days(books: &Books) -> Option<f64> {
    let days = books.months.len() as f64 * 365.25 / 12.0;
    ratio(balance(books, Account::Receivables) * days, gross_sales(books))
}

#[expect(clippy::cast_precision_loss, reason = "a count of buyers")]
fn repurchase(books: &Books) -> Option<f64> {
    let again = books.buyers.iter().filter(|(_, sales)| *sales >= 2).count();
    ratio(again as f64, books.buyers.len() as f64)
}

fn concentration(books: &Books) -> Option<f64> {
    let total: f64 = books.buyers.iter().map(|(money, _)| money).sum();
    (total > 0.0).then(|| books.buyers.iter().map(|(money, _)| (money / total).powi(2)).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let month = |sales: i128| BTreeMap::from([(Account::Sales, -sales)]);
        let months = ["01", "02", "03", "04", "05", "06", "07"].iter().zip([100, 100, 100, 110, 120, 130, 5]);
        let books = Books {
            balances: BTreeMap::from([
                (Account::Sales, -1_000),
                (Account::SalesReturns, 50),
                (Account::ProcessorFees, 20),
            ]),
            months: months.map(|(name, sales)| (format!("2011-{name}"), month(sales))).collect(),
            buyers: vec![(60.0, 3), (40.0, 1)],
        };
        let value = |name: &str| indicators(&books).into_iter().find(|i| i.name == name).unwrap().value.unwrap();
        let near =
            |name: &str, expected: f64| assert!((value(name) - expected).abs() < 1e-9, "{name}: {}", value(name));
        near("processor fees", 2.0);
        near("return rate", 5.0);
        near("sales growth", 20.0);
        near("repurchase rate", 50.0);
        near("concentration (HHI)", 0.52);
    }

    #[test]
    fn what_is_missing_is_named_and_never_guessed() {
        for indicator in indicators(&Books::default()) {
            assert!(indicator.value.is_none() && !indicator.missing.is_empty(), "{}", indicator.name);
        }
    }
}
