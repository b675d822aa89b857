//! Scenarios run through the ledger: each posts what it says on the accounts, and the statements are made anew.
//!
//! Every posting has two sides, so that the books balance after it as before. An amount that the books do not tell leaves
//! its posting out, and is named.

use super::definition_file::DefinitionFile;
use super::ledger::Books;
use domain::{Account, AccountClass, Chart, Money};
use engine::assess::{Evaluator, Facts, Scenario};
use engine::statements::{Balances, Position, Statement, balance_sheet, income};
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use serde::Serialize;

/// The statements of the twelve months after a scenario, in major units.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct StressedView {
    /// The scenario; empty for the books as they are.
    pub name: String,
    /// All income less returns and discounts.
    pub income: String,
    /// The result.
    pub result: String,
    /// At the bank.
    pub cash: String,
    /// All assets.
    pub assets: String,
    /// All liabilities.
    pub liabilities: String,
    /// Equity, with the results.
    pub equity: String,
    /// Whether the statements tie.
    pub ties: bool,
    /// Postings that were left out, as `debit / credit`, with what they lack.
    pub left_out: Vec<String>,
}

/// The books as they are, then after each scenario.
pub fn stressed(file: &DefinitionFile, facts: &Facts, books: &Books) -> Vec<StressedView> {
    let as_is = view(books, String::new(), &Balances::new(), Vec::new());
    let of = |scenario: &Scenario| {
        let (moved, left_out) = postings(file, facts, books, scenario);
        view(books, scenario.name.clone(), &moved, left_out)
    };
    let posting = file.scenarios.iter().filter(|scenario| !scenario.postings.is_empty());
    std::iter::once(as_is).chain(posting.map(of)).collect()
}

fn postings(file: &DefinitionFile, facts: &Facts, books: &Books, scenario: &Scenario) -> (Balances, Vec<String>) {
    let (mut moved, mut left_out) = (Balances::new(), Vec::new());
    for (debit, credit, amount) in &scenario.postings {
        match Evaluator::new(&file.definitions, facts, 0).value(&amount.formula) {
            Ok(major) => {
                let minor = minor_of(major, books);
                *moved.entry(*debit).or_default() += minor;
                *moved.entry(*credit).or_default() -= minor;
            }
            Err(lack) => left_out.push(format!("{} / {}: {lack}", debit.name(), credit.name())),
        }
    }
    (moved, left_out)
}

/// To the nearest minor unit, half to even.
fn minor_of(major: f64, books: &Books) -> i128 {
    let scale = Decimal::from(10_i64.pow(books.currency.minor_digits()));
    let minor = Decimal::from_f64(major).and_then(|major| major.checked_mul(scale));
    minor.and_then(|minor| minor.round().to_i128()).unwrap_or(0)
}

fn with(balances: &Balances, moved: &Balances) -> Balances {
    let mut all = balances.clone();
    moved.iter().for_each(|(account, minor)| *all.entry(*account).or_default() += minor);
    all
}

fn view(books: &Books, name: String, moved: &Balances, left_out: Vec<String>) -> StressedView {
    let year = engine::statements::difference(&books.before, &books.at_end);
    let chart = Chart::default();
    let at = with(&books.at_end, moved);
    let earned = income(&chart, &[with(&year, moved)]);
    let position = Position { at: at.clone(), before_year: books.before.clone() };
    let sheet = balance_sheet(&chart, &[position], false);
    let money =
        |minor: i128| Money::new(i64::try_from(minor).unwrap_or(i64::MAX), books.currency).to_decimal().to_string();
    let section = |of: &Statement, name: &str| {
        of.sections.iter().find(|section| section.name == name).map_or(0, |section| section.total[0])
    };
    let result = earned.totals.iter().find(|total| total.name == "result").map_or(0, |total| total.amounts[0]);
    StressedView {
        name,
        income: money(section(&earned, "income")),
        result: money(result),
        cash: money(at.get(&Account::Bank).copied().unwrap_or(0)),
        assets: money(section(&sheet, "assets")),
        liabilities: money(section(&sheet, "liabilities")),
        equity: money(section(&sheet, "equity")),
        ties: earned.ties[0] && sheet.ties[0] && owes_what_it_has(&at),
        left_out,
    }
}

/// Debits equal credits over all classes.
fn owes_what_it_has(at: &Balances) -> bool {
    let of = |class: AccountClass| {
        at.iter().filter(|(account, _)| account.class() == class).map(|(_, minor)| minor).sum::<i128>()
    };
    let all = [
        AccountClass::Asset,
        AccountClass::Liability,
        AccountClass::Equity,
        AccountClass::Income,
        AccountClass::Expense,
    ];
    all.map(of).iter().sum::<i128>() == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Currency;
    use engine::assess::{LedgerMonth, facts_of_ledger};
    use jiff::civil::date;
    use std::collections::BTreeMap;

    fn books() -> Books {
        let totals = |year: i128| {
            BTreeMap::from([
                (Account::Sales, -120_000 * year),
                (Account::CostOfGoodsSold, 60_000 * year),
                (Account::Bank, 60_000 * year),
            ])
        };
        let month = |number: i8| LedgerMonth {
            start: date(2025, number, 1),
            end: date(2025, number, 1).last_of_month(),
            totals: BTreeMap::from([
                (Account::Sales, -10_000),
                (Account::CostOfGoodsSold, 5_000),
                (Account::Bank, 5_000),
            ]),
        };
        Books {
            currency: Currency::EUR,
            is_opened: false,
            months: (1..=12).map(month).collect(),
            at_end: totals(1),
            before: BTreeMap::new(),
        }
    }

    #[test]
    fn every_scenario_goes_through_the_statements_and_they_tie() {
        let (file, books) = (DefinitionFile::read(None).unwrap(), books());
        let facts =
            facts_of_ledger(books.currency, &books.months, &[(date(2025, 12, 31), books.at_end.clone())], false);
        let all = stressed(&file, &Facts::new(facts, None), &books);
        assert!(all.len() > 5 && all.iter().all(|view| view.ties), "{all:?}");
        let figures = |name: &str| {
            let view = all.iter().find(|view| view.name == name).unwrap();
            [&view.income, &view.result, &view.cash, &view.assets, &view.equity].map(String::as_str)
        };
        assert_eq!(figures(""), ["1200.00", "600.00", "600.00", "600.00", "600.00"]);
        // A fifth of 1,200.00 is not sold, and a fifth of 600.00 not bought.
        assert_eq!(figures("demand −20 %"), ["960.00", "480.00", "480.00", "480.00", "480.00"]);
        // Two weeks of sales stay with the processor: an asset for another.
        assert_eq!(figures("the processor holds payouts"), ["1200.00", "600.00", "553.97", "600.00", "600.00"]);
        let failed = all.iter().find(|view| view.name == "a large seller fails").unwrap();
        assert!(failed.left_out.iter().any(|one| one.contains("missing: receivables")), "{failed:?}");
    }
}
