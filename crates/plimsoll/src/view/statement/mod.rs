//! Statements as they are shown, each line with the way to its entries.

mod ask;
mod csv;
mod make;

pub use ask::{Ask, Budgeted, Column, Kind, Unread, Words};
pub use csv::csv;
pub use make::{span, statements};

use super::MoneyView;
use serde::Serialize;

/// A statement in one currency.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct StatementView {
    /// `trial-balance`, `balance-sheet`, `income` or `cash-flow`.
    pub statement: &'static str,
    /// ISO 4217.
    pub currency: String,
    /// Whether amounts of other currencies are in it, each account at the last rates before the column's last day; then
    /// the statement of each currency alone follows.
    pub all_currencies: bool,
    /// What the amounts of each line are of, in their order.
    pub columns: Vec<ColumnView>,
    /// Lines that belong together.
    pub sections: Vec<SectionView>,
    /// What the sections come to.
    pub totals: Vec<TotalView>,
    /// Whether what must hold does: debits are credits, assets are liabilities and equity, cash is where it was and what
    /// moved.
    pub ties: bool,
    /// Currencies that are not in it for want of a rate, with the reason.
    pub left_out: Vec<LeftOutView>,
}

/// What a column is of.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ColumnView {
    /// As it is headed.
    pub label: String,
    /// The first instant; none for a statement of an instant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The last instant.
    pub to: String,
}

/// Lines that belong together.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct SectionView {
    /// What they are.
    pub name: &'static str,
    /// In order of their first accounts.
    pub lines: Vec<LineView>,
    /// Their sums, one a column.
    pub total: Vec<MoneyView>,
}

/// One line.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct LineView {
    /// As the chart calls it.
    pub name: String,
    /// One a column.
    pub amounts: Vec<MoneyView>,
    /// What it is made of.
    pub accounts: Vec<AccountView>,
}

/// An account's part of a line.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct AccountView {
    /// Its name.
    pub account: &'static str,
    /// Its four digits.
    pub code: u16,
    /// One a column.
    pub amounts: Vec<MoneyView>,
    /// Where the API lists the entries that make the first column's amount.
    pub entries: String,
}

/// A sum that is read by itself.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct TotalView {
    /// What it is.
    pub name: &'static str,
    /// One a column.
    pub amounts: Vec<MoneyView>,
}

/// What is not in a statement.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct LeftOutView {
    /// Of this currency.
    pub currency: String,
    /// Why.
    pub missing: String,
}

impl StatementView {
    /// Every line, whatever section it is in.
    pub fn lines(&self) -> impl Iterator<Item = &LineView> {
        self.sections.iter().flat_map(|section| &section.lines)
    }
}
