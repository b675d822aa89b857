//! The statements of a report: what the concepts of an income statement, a balance sheet and a cash flow were worth in the
//! year that is assessed and those before it.

use super::definition_file::DefinitionFile;
use engine::assess::{Evaluator, Expression, Facts, How, Lack};
use serde::Serialize;

/// Statements and their lines, in the order in which they are read.
const STATEMENTS: [(&str, &[&str]); 3] = [
    (
        "income statement",
        &[
            "revenue",
            "cost_of_revenue",
            "gross_profit",
            "operating_income",
            "interest_expense",
            "pretax_income",
            "income_tax",
            "net_income",
        ],
    ),
    (
        "balance sheet",
        &[
            "cash",
            "marketable_securities",
            "receivables",
            "inventory",
            "current_assets",
            "property",
            "total_assets",
            "payables",
            "seller_payables",
            "current_liabilities",
            "debt",
            "total_liabilities",
            "retained_earnings",
            "equity",
        ],
    ),
    ("cash flow statement", &["operating_cash_flow", "capital_expenditure", "dividends_paid"]),
];

/// A line of a statement.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct StatementRow {
    /// Of which statement.
    pub statement: &'static str,
    /// The concept, in words.
    pub name: String,
    /// The year that is assessed, then those before it.
    pub values: Vec<Option<f64>>,
    /// Whether the value of the year is derived from others.
    pub is_derived: bool,
    /// Why the year has none.
    pub lack: Option<String>,
}

/// Every line, known or not.
pub fn statements(file: &DefinitionFile, facts: &Facts, years: i32) -> Vec<StatementRow> {
    let lines = STATEMENTS.iter().flat_map(|(statement, names)| names.iter().map(move |name| (*statement, *name)));
    lines.map(|(statement, name)| row(file, facts, years, statement, name)).collect()
}

fn row(file: &DefinitionFile, facts: &Facts, years: i32, statement: &'static str, name: &str) -> StatementRow {
    let formula = Expression::Name(name.to_owned(), 0);
    let mut of_year = Evaluator::new(&file.definitions, facts, 0);
    let now = of_year.value(&formula);
    let used = of_year.used();
    let is_derived =
        used.iter().any(|used| used.concept == name && used.years_back == 0 && matches!(used.how, How::Derived(_)));
    let before = (1..years).map(|back| Evaluator::new(&file.definitions, facts, back).value(&formula).ok());
    StatementRow {
        statement,
        name: name.replace('_', " "),
        lack: now.as_ref().err().map(Lack::to_string),
        is_derived,
        values: std::iter::once(now.ok()).chain(before).collect(),
    }
}
