//! Makes statements from the store: balances at the ends of each column, one currency at a time, and all of them together
//! in the reporting currency where there are several.

use super::ask::{Ask, Budgeted, Column, Kind};
use super::{AccountView, ColumnView, LeftOutView, LineView, SectionView, StatementView, TotalView};
use crate::period;
use crate::view::{MoneyView, Reporting, ReportingView};
use domain::{Account, Chart, Currency};
use engine::statements::{
    Balances, Flow, Position, Statement, balance_sheet, cash_flow, difference, income, trial_balance,
};
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use store::{Reader, StoreError};

/// Balances of every currency.
type Everything = BTreeMap<Currency, Balances>;

/// What a column's statement is made of.
struct Known {
    before_year: Everything,
    start: Everything,
    end: Everything,
    opened: Everything,
}

impl Known {
    fn of_budget(budget: &Budgeted, currency: Currency) -> Self {
        let end = Everything::from([(currency, budget.moved.clone())]);
        Self { before_year: Everything::new(), start: Everything::new(), end, opened: Everything::new() }
    }

    /// What is there beyond a budget.
    fn beyond(mut self, budget: &Budgeted, currency: Currency) -> Self {
        let end = self.end.entry(currency).or_default();
        for (account, minor) in &budget.moved {
            *end.entry(*account).or_default() -= minor;
        }
        self
    }
}

/// The statements that are asked for: of all currencies together where there are several and a rate is known, then of
/// each alone, the reporting currency first.
///
/// # Errors
/// As the reader.
pub fn statements(reader: &Reader, ask: &Ask) -> Result<Vec<StatementView>, StoreError> {
    let policy = reader.policy()?.unwrap_or_default();
    let chart = Chart::new(&policy.chart);
    let reporting = Reporting::of(reader)?;
    let of_books = |column: &Column| match &column.budget {
        None => known(reader, column, policy.financial_year_starts),
        Some(budget) if budget.is_difference => {
            Ok(known(reader, column, policy.financial_year_starts)?.beyond(budget, reporting.currency()))
        }
        Some(budget) => Ok(Known::of_budget(budget, reporting.currency())),
    };
    let known: Vec<Known> = ask.columns.iter().map(of_books).collect::<Result<_, _>>()?;
    let mut made = Vec::new();
    let currencies = currencies(&known, reporting.currency());
    if currencies.len() > 1 && ask.currency.is_none() {
        let (told, left_out) = translated(&reporting, &known, ask)?;
        let currency = reporting.currency();
        let statement = statement(&chart, ask.kind, &told, currency, true);
        made.push(StatementView { all_currencies: true, left_out, ..view(ask, &statement, currency) });
    }
    for currency in currencies.into_iter().filter(|currency| ask.currency.is_none_or(|only| only == *currency)) {
        made.push(view(ask, &statement(&chart, ask.kind, &known, currency, false), currency));
    }
    Ok(made)
}

/// The first day of the financial year that holds a day.
pub(super) fn year_start(day: Date, first_month: i8) -> Date {
    let year = if day.month() < first_month { day.year() - 1 } else { day.year() };
    Date::new(year, first_month, 1).unwrap_or(day)
}

fn known(reader: &Reader, column: &Column, first_month: i8) -> Result<Known, StoreError> {
    let year = period::start(year_start(period::day(column.to), first_month));
    let at = |instant: Timestamp| -> Result<Everything, StoreError> {
        let closed = if column.as_closed { reader.closed_balances(period::day(instant))? } else { Vec::new() };
        let rows = if closed.is_empty() { reader.balances(Some(instant))? } else { closed };
        let mut everything = Everything::new();
        for row in rows {
            everything.entry(row.currency).or_default().insert(row.account, row.minor);
        }
        Ok(everything)
    };
    let mut opened = Everything::new();
    for entry in reader.openings()?.iter().filter(|entry| (column.from..=column.to).contains(&entry.at)) {
        for posting in &entry.postings {
            let balances = opened.entry(posting.amount.currency).or_default();
            *balances.entry(posting.account).or_default() += i128::from(posting.amount.minor);
        }
    }
    let (before_year, start) = (at(period::before(year))?, at(period::before(column.from))?);
    Ok(Known { before_year, start, end: at(column.to)?, opened })
}

/// Those in which anything stands or moved, the reporting currency first; that one alone where there is none.
fn currencies(known: &[Known], reporting: Currency) -> Vec<Currency> {
    let all = known.iter().flat_map(|known| known.end.iter().chain(&known.start));
    let used: BTreeSet<Currency> =
        all.filter(|(_, balances)| balances.values().any(|minor| *minor != 0)).map(|(currency, _)| *currency).collect();
    let others = used.into_iter().filter(|currency| *currency != reporting);
    std::iter::once(reporting).chain(others).collect()
}

fn statement(chart: &Chart, kind: Kind, known: &[Known], currency: Currency, translated: bool) -> Statement {
    let of = |everything: &Everything| everything.get(&currency).cloned().unwrap_or_default();
    let moved = |known: &Known| difference(&of(&known.start), &of(&known.end));
    match kind {
        Kind::TrialBalance => {
            let ends: Vec<Balances> = known.iter().map(|known| of(&known.end)).collect();
            let mut made = trial_balance(chart, &ends);
            made.ties.iter_mut().for_each(|ties| *ties |= translated);
            made
        }
        Kind::BalanceSheet => {
            let position = |known: &Known| Position { at: of(&known.end), before_year: of(&known.before_year) };
            balance_sheet(chart, &known.iter().map(position).collect::<Vec<_>>(), translated)
        }
        Kind::Income => income(chart, &known.iter().map(moved).collect::<Vec<_>>()),
        Kind::CashFlow => {
            let flow = |known: &Known| Flow { start: of(&known.start), end: of(&known.end), opened: of(&known.opened) };
            cash_flow(chart, &known.iter().map(flow).collect::<Vec<_>>(), translated)
        }
    }
}

/// Everything in the reporting currency, and what has no rate. Income is told at the rates of the period's end, and cash
/// at the start at those of its day.
fn translated(
    reporting: &Reporting<'_>,
    known: &[Known],
    ask: &Ask,
) -> Result<(Vec<Known>, Vec<LeftOutView>), StoreError> {
    let mut left_out = BTreeMap::new();
    let mut told = Vec::new();
    for (known, column) in known.iter().zip(&ask.columns) {
        let (first, last) = (period::day(period::before(column.from)), period::day(column.to));
        let start = if ask.kind == Kind::CashFlow { first } else { last };
        let mut tell = |everything: &Everything, day| together(reporting, everything, day, &mut left_out);
        told.push(Known {
            before_year: tell(&known.before_year, last)?,
            start: tell(&known.start, start)?,
            end: tell(&known.end, last)?,
            opened: tell(&known.opened, last)?,
        });
    }
    let left_out = left_out.into_iter().map(|(currency, missing)| LeftOutView { currency, missing }).collect();
    Ok((told, left_out))
}

fn together(
    reporting: &Reporting<'_>,
    everything: &Everything,
    day: Date,
    left_out: &mut BTreeMap<String, String>,
) -> Result<Everything, StoreError> {
    let to = reporting.currency();
    let mut sum = everything.get(&to).cloned().unwrap_or_default();
    for (currency, balances) in everything.iter().filter(|(currency, _)| **currency != to) {
        for (account, minor) in balances.iter().filter(|(_, minor)| **minor != 0) {
            match reporting.converted(*minor, *currency, day)? {
                ReportingView::Converted(told) => *sum.entry(*account).or_default() += told.minor,
                ReportingView::NotConverted(reason) => {
                    left_out.insert(currency.code().to_owned(), reason.missing);
                }
            }
        }
    }
    Ok(Everything::from([(to, sum)]))
}

fn view(ask: &Ask, statement: &Statement, currency: Currency) -> StatementView {
    let money = |amounts: &[i128]| amounts.iter().map(|minor| MoneyView::new(*minor, currency)).collect::<Vec<_>>();
    let account = |(account, amounts): &(Account, Vec<i128>)| AccountView {
        account: account.name(),
        code: account.code(),
        amounts: money(amounts),
        entries: entries_address(ask, *account),
    };
    let sections = statement.sections.iter().map(|section| SectionView {
        name: section.name,
        lines: section
            .lines
            .iter()
            .map(|line| LineView {
                name: line.name.clone(),
                amounts: money(&line.amounts),
                accounts: line.accounts.iter().map(account).collect(),
            })
            .collect(),
        total: money(&section.total),
    });
    StatementView {
        statement: ask.kind.name(),
        currency: currency.code().to_owned(),
        all_currencies: false,
        columns: ask.columns.iter().map(|column| column_view(ask.kind, column)).collect(),
        sections: sections.collect(),
        totals: statement
            .totals
            .iter()
            .map(|total| TotalView { name: total.name, amounts: money(&total.amounts) })
            .collect(),
        ties: statement.ties.iter().all(|ties| *ties),
        left_out: Vec::new(),
    }
}

fn column_view(kind: Kind, column: &Column) -> ColumnView {
    let from = kind.is_of_period().then(|| column.from.to_string());
    ColumnView { label: column.label.clone(), from, to: column.to.to_string() }
}

/// Where the entries of the first column stand: all up to its end, or those of its period.
fn entries_address(ask: &Ask, account: Account) -> String {
    let Some(first) = ask.columns.first() else { return String::new() };
    let (from, to) = span(ask.kind, first);
    let from = from.map_or(String::new(), |from| format!("&from={from}"));
    format!("/v1/entries?account={}{from}&to={to}", account.name())
}

/// The entries that make a column's amounts: from, and before.
pub fn span(kind: Kind, column: &Column) -> (Option<Timestamp>, Timestamp) {
    (kind.is_of_period().then_some(column.from), period::after(column.to))
}
