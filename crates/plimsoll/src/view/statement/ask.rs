//! Which statement, of when, beside which other period.

use crate::budget::Budget;
use crate::period::{self, Period};
use domain::Currency;
use engine::statements::Balances;
use jiff::Timestamp;
use store::{Reader, StoreError};

/// A statement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// What stands on every account.
    TrialBalance,
    /// What the business has, owes and is worth.
    BalanceSheet,
    /// What a period earned.
    Income,
    /// Where the cash of a period came from and went.
    CashFlow,
}

impl Kind {
    /// Every statement.
    pub const ALL: [Self; 4] = [Self::BalanceSheet, Self::Income, Self::CashFlow, Self::TrialBalance];

    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::TrialBalance => "trial-balance",
            Self::BalanceSheet => "balance-sheet",
            Self::Income => "income",
            Self::CashFlow => "cash-flow",
        }
    }

    /// What it is called above the statement itself.
    pub fn title(self) -> &'static str {
        match self {
            Self::TrialBalance => "Trial balance",
            Self::BalanceSheet => "Balance sheet",
            Self::Income => "Income statement",
            Self::CashFlow => "Cash flow statement",
        }
    }

    /// The statement of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether it is of a period, not of an instant.
    pub fn is_of_period(self) -> bool {
        matches!(self, Self::Income | Self::CashFlow)
    }
}

/// What one column is of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// How it is headed.
    pub label: String,
    /// The first instant; of a statement of an instant it bears on nothing.
    pub from: Timestamp,
    /// The last instant.
    pub to: Timestamp,
    /// Of the balances as they were closed, where they were.
    pub as_closed: bool,
    /// Of a budget instead of the books.
    pub budget: Option<Budgeted>,
}

/// What a budget says of a period: debits less credits, in the reporting currency.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Budgeted {
    /// Of each account.
    pub moved: Balances,
    /// Whether the column shows what the books have beyond it.
    pub is_difference: bool,
}

impl Column {
    /// A period.
    pub fn of(period: Period) -> Self {
        Self { label: period.to_string(), from: period.start(), to: period.last(), as_closed: false, budget: None }
    }

    /// An instant; the label is the day where it is a day's last.
    pub fn at(to: Timestamp) -> Self {
        let day = period::day(to);
        let label = if Period::day(day).last() == to { day.to_string() } else { to.to_string() };
        Self { label, from: to, to, as_closed: false, budget: None }
    }
}

/// What is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ask {
    /// Which statement.
    pub kind: Kind,
    /// The one that is meant, then those beside it.
    pub columns: Vec<Column>,
    /// Only what is of this currency; none = all.
    pub currency: Option<Currency>,
}

/// As the command line and the API say it; what cannot be read is named.
#[derive(Clone, Copy, Debug, Default)]
pub struct Words<'a> {
    /// The instant, or the last of a period.
    pub as_of: Option<&'a str>,
    /// The first day.
    pub from: Option<&'a str>,
    /// The last day.
    pub to: Option<&'a str>,
    /// Both in one.
    pub period: Option<&'a str>,
    /// What is set beside it: a period, an instant, or `earlier`.
    pub against: Option<&'a str>,
    /// The same as it was closed is set beside it, too.
    pub as_closed: bool,
    /// Its code.
    pub currency: Option<&'a str>,
}

impl Ask {
    /// Sets a budget and what the books have beyond it beside the first column.
    ///
    /// # Errors
    /// Where the statement is not the income statement, or its period not one of whole months.
    pub fn set_budget(&mut self, budget: &Budget) -> Result<(), &'static str> {
        let Some(first) = self.columns.first().filter(|_| self.kind == Kind::Income).cloned() else {
            return Err("a budget stands beside the income statement alone");
        };
        let period = Period { from: period::day(first.from), to: period::day(first.to) };
        let moved =
            budget.over(period).ok_or("a budget is of whole months; ask for some, as with `--period 2011-06`")?;
        let column = |label: &str, is_difference| Column {
            label: label.to_owned(),
            budget: Some(Budgeted { moved: moved.clone(), is_difference }),
            ..first.clone()
        };
        let columns = [column("budget", false), column("beyond the budget", true)];
        self.columns.splice(1..1, columns);
        Ok(())
    }
}

/// A word that cannot be read: its name, the word, what was expected.
pub type Unread<'a> = (&'static str, &'a str, &'static str);

const EXPECTED_PERIOD: &str = "a year, month or day, for example `2011-06`, or two days with `..` between";
const EXPECTED_INSTANT: &str = "a day, month or year, for example `2011-06-30`, or a time like `2011-06-30T12:00:00Z`";

impl<'a> Words<'a> {
    /// What they ask of these books. Where no time is said, it is that of the books: an instant is their end, a period the
    /// financial year so far.
    ///
    /// # Errors
    /// As the reader; within, the first word that cannot be read.
    pub fn ask(&self, reader: &Reader, kind: Kind) -> Result<Result<Ask, Unread<'a>>, StoreError> {
        let end = reader.reconciled_at()?.unwrap_or(Timestamp::UNIX_EPOCH);
        let year_starts = reader.policy()?.unwrap_or_default().financial_year_starts;
        let mut ask = match self.read(kind, end, year_starts) {
            Ok(ask) => ask,
            Err(unread) => return Ok(Err(unread)),
        };
        if self.as_closed {
            let first = ask.columns[0].clone();
            if reader.closed_balances(period::day(first.to))?.is_empty()
                || Period::day(period::day(first.to)).last() != first.to
            {
                return Ok(Err(("as-closed", "true", "the end of a month that was closed")));
            }
            ask.columns.insert(1, Column { label: format!("{}, as closed", first.label), as_closed: true, ..first });
        }
        Ok(Ok(ask))
    }

    fn read(&self, kind: Kind, end: Timestamp, year_starts: i8) -> Result<Ask, Unread<'a>> {
        let first = if kind.is_of_period() { self.first_period(end, year_starts)? } else { self.first_instant(end)? };
        let mut columns = vec![first];
        if let Some(text) = self.against {
            columns.push(beside(kind, &columns[0], text)?);
        }
        let code = |text: &'a str| Currency::from_code(text).ok_or(("currency", text, "a code like `GBP`"));
        Ok(Ask { kind, columns, currency: self.currency.map(code).transpose()? })
    }

    fn first_period(&self, end: Timestamp, year_starts: i8) -> Result<Column, Unread<'a>> {
        if let Some(text) = self.period {
            return period("period", text).map(Column::of);
        }
        let to = match self.to.or(self.as_of) {
            Some(text) => period("to", text)?.to,
            None => period::day(end),
        };
        let from = match self.from {
            Some(text) => period("from", text)?.from,
            None => super::make::year_start(to, year_starts),
        };
        if from > to {
            return Err(("from", self.from.unwrap_or_default(), "a day that is not after `to`"));
        }
        Ok(Column::of(Period { from, to }))
    }

    fn first_instant(&self, end: Timestamp) -> Result<Column, Unread<'a>> {
        match self.as_of.or(self.to).or(self.period) {
            Some(text) => instant("as-of", text),
            None => Ok(Column::at(Period::day(period::day(end)).last())),
        }
    }
}

fn period<'a>(name: &'static str, text: &'a str) -> Result<Period, Unread<'a>> {
    text.parse().map_err(|_| (name, text, EXPECTED_PERIOD))
}

fn instant<'a>(name: &'static str, text: &'a str) -> Result<Column, Unread<'a>> {
    period::instant(text).map(Column::at).ok_or((name, text, EXPECTED_INSTANT))
}

/// What is set beside the first column.
fn beside<'a>(kind: Kind, first: &Column, text: &'a str) -> Result<Column, Unread<'a>> {
    let (from, to) = (period::day(first.from), period::day(first.to));
    match (kind.is_of_period(), text) {
        (true, "earlier") => {
            let earlier = Period { from, to }.earlier();
            earlier.map(Column::of).ok_or(("against", text, "a period that has an earlier one"))
        }
        (true, text) => period("against", text).map(Column::of),
        (false, "earlier") => Ok(Column::at(Period::month(Period::month(to).from.yesterday().unwrap_or(to)).last())),
        (false, text) => instant("against", text),
    }
}
