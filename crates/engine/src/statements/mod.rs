//! Statements: what the balances of accounts say together, at an instant or over a period.
//!
//! Charge: groups balances by the chart into lines, sections and totals, in as many columns as are asked for. Limits: one
//! currency a statement; it knows no entries and no time, the caller brings balances.
//!
//! | statement | sections | must hold |
//! |---|---|---|
//! | trial balance | accounts | debits = credits |
//! | balance sheet | assets; liabilities; equity with the result so far | assets = liabilities and equity |
//! | income | income; cost of sales (codes 51xx); expenses | |
//! | cash flow, indirect | operating, from the result; investing; financing | cash at the start + change = cash at the end |
//!
//! Amounts are shown as people read them: assets and expenses in debit, the others in credit, cash that comes in positive.
//! What is told in another currency is rounded account by account; what that makes stands on a line of its own.
//!
//! Example: a sale of 6.00 on credit, of which 5.00 was paid into the bank: assets 6.00 (bank 5.00, receivables 1.00),
//! result of the year 6.00; cash flow: result 6.00, receivables −1.00, change in cash 5.00.

mod balance_sheet;
mod cash_flow;
mod income;
#[cfg(test)]
mod tests;
mod trial_balance;

pub use balance_sheet::{Position, balance_sheet};
pub use cash_flow::{Flow, cash_flow};
pub use income::income;
pub use trial_balance::trial_balance;

use domain::{Account, Chart};
use std::collections::BTreeMap;

/// What stands on accounts of one currency: debits less credits, in minor units.
pub type Balances = BTreeMap<Account, i128>;

/// A statement, with an amount for each column everywhere.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Statement {
    /// In the order in which they are read.
    pub sections: Vec<Section>,
    /// What the sections come to.
    pub totals: Vec<Total>,
    /// Whether what must hold does, in each column.
    pub ties: Vec<bool>,
}

/// Lines that belong together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Section {
    /// What they are.
    pub name: &'static str,
    /// In order of their first accounts.
    pub lines: Vec<Line>,
    /// Their sums.
    pub total: Vec<i128>,
}

/// One line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// As the chart calls it.
    pub name: String,
    /// An amount a column.
    pub amounts: Vec<i128>,
    /// What it is made of.
    pub accounts: Vec<(Account, Vec<i128>)>,
}

/// A sum that is read by itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Total {
    /// What it is.
    pub name: &'static str,
    /// An amount a column.
    pub amounts: Vec<i128>,
}

/// Who shows what, and how its sign is read.
#[derive(Clone, Copy)]
enum Side {
    Debit,
    Credit,
}

impl Side {
    fn read(self, minor: i128) -> i128 {
        match self {
            Self::Debit => minor,
            Self::Credit => -minor,
        }
    }
}

impl Section {
    fn new(name: &'static str, lines: Vec<Line>, columns: usize) -> Self {
        let total = (0..columns).map(|column| lines.iter().map(|line| line.amounts[column]).sum()).collect();
        Self { name, lines, total }
    }
}

/// The lines of the wanted accounts; those that stand at nothing in every column are left out.
fn lines(chart: &Chart, columns: &[Balances], side: Side, wanted: impl Fn(Account) -> bool) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for account in chart_and_used(chart, columns).into_iter().filter(|account| wanted(*account)) {
        let amounts = amounts_of(columns, account, side);
        if amounts.iter().all(|minor| *minor == 0) {
            continue;
        }
        let name = chart.line(account);
        match lines.iter_mut().find(|line| line.name == name) {
            Some(line) => line.add(account, amounts),
            None => {
                let (name, accounts) = (name.to_owned(), vec![(account, amounts.clone())]);
                lines.push(Line { name, amounts, accounts });
            }
        }
    }
    lines
}

/// Every account of the chart, and those that books still have though the chart has them no longer.
fn chart_and_used(chart: &Chart, columns: &[Balances]) -> Vec<Account> {
    let mut accounts = chart.accounts();
    accounts.extend(columns.iter().flat_map(BTreeMap::keys));
    accounts.sort();
    accounts.dedup();
    accounts
}

fn amounts_of(columns: &[Balances], account: Account, side: Side) -> Vec<i128> {
    columns.iter().map(|balances| side.read(balances.get(&account).copied().unwrap_or(0))).collect()
}

/// All accounts that make the result, as one line.
fn result_line(name: &str, chart: &Chart, columns: &[Balances]) -> Line {
    let accounts = lines(chart, columns, Side::Credit, |account| account.class().is_result());
    let accounts: Vec<(Account, Vec<i128>)> = accounts.into_iter().flat_map(|line| line.accounts).collect();
    let sum = |column: usize| accounts.iter().map(|(_, amounts)| amounts[column]).sum();
    Line { name: name.to_owned(), amounts: (0..columns.len()).map(sum).collect(), accounts }
}

impl Line {
    fn plain(name: &str, amounts: Vec<i128>) -> Self {
        Self { name: name.to_owned(), amounts, accounts: Vec::new() }
    }

    fn add(&mut self, account: Account, amounts: Vec<i128>) {
        for (sum, minor) in self.amounts.iter_mut().zip(&amounts) {
            *sum += minor;
        }
        self.accounts.push((account, amounts));
    }

    fn is_nothing(&self) -> bool {
        self.amounts.iter().all(|minor| *minor == 0)
    }
}

fn added<'a>(columns: usize, parts: impl IntoIterator<Item = &'a [i128]>) -> Vec<i128> {
    parts.into_iter().fold(vec![0; columns], |mut sums, part| {
        sums.iter_mut().zip(part).for_each(|(sum, amount)| *sum += amount);
        sums
    })
}

/// What moved from one set of balances to another.
pub fn difference(from: &Balances, to: &Balances) -> Balances {
    let mut moved = to.clone();
    for (account, minor) in from {
        *moved.entry(*account).or_default() -= minor;
    }
    moved
}
