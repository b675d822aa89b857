//! The accounts of one trial balance, from their first row to the record that all of them are.

use super::missing::{Totals, explain, sides};
use crate::fault::Fault;
use crate::{Context, Parsed};
use domain::{Content, Currency, Digest, IssueRule, Money, Record, RecordId, Span, TrialBalance, TrialBalanceLine};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// What the row of the sums is called.
const TOTALS: [&str; 14] = [
    "total",
    "totals",
    "grand total",
    "summe",
    "gesamt",
    "gesamtsumme",
    "summen",
    "total general",
    "totales",
    "suma",
    "sumas",
    "totais",
    "合计",
    "总计",
];

/// How rows of sums between the accounts begin.
const SUBTOTALS: [&str; 6] = ["total ", "subtotal", "summe ", "zwischensumme", "小计", "suma "];

const DEBITS: [&str; 6] = ["d", "dr", "debit", "s", "soll", "借"];
const CREDITS: [&str; 7] = ["c", "cr", "credit", "h", "haben", "a", "贷"];
/// A mark of accounts whose balance is nothing.
const LEVEL: &str = "平";

/// What a row is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum RowKind {
    Heading,
    Total,
    Subtotal,
    Account,
}

/// What a row of this code and name is; `is_filled` says whether it has any amount.
pub(crate) fn row_kind(code: &str, name: &str, is_filled: bool) -> RowKind {
    let called = if name.is_empty() || code.is_empty() { format!("{code}{name}") } else { String::new() };
    let called = called.trim_end_matches(':').to_lowercase();
    if TOTALS.contains(&called.as_str()) {
        RowKind::Total
    } else if SUBTOTALS.iter().any(|start| called.starts_with(start)) {
        RowKind::Subtotal
    } else if is_filled {
        RowKind::Account
    } else {
        RowKind::Heading
    }
}

/// Whether a mark (in lower case) is that of a debit; none where it is neither side's.
pub(crate) fn is_debit_side(mark: &str, size: Money) -> Option<bool> {
    if DEBITS.contains(&mark) || (size.minor == 0 && (mark.is_empty() || mark == LEVEL)) {
        return Some(true);
    }
    CREDITS.contains(&mark).then_some(false)
}

/// The accounts that were read so far.
pub(crate) struct Accounts {
    lines: Vec<TrialBalanceLine>,
    day: Option<Date>,
    totals: Totals,
    total_at: Span,
}

impl Accounts {
    /// None yet; `day` is what stands above them.
    pub(crate) fn of(day: Option<Date>) -> Self {
        Self { lines: Vec::new(), day, totals: Totals::default(), total_at: Span::default() }
    }

    /// The row of the sums.
    pub(crate) fn total(&mut self, debits: Option<Money>, credits: Option<Money>, at: Span) {
        self.totals = Totals { debits, credits };
        self.total_at = at;
    }

    /// The day of a row must be that of the others.
    pub(crate) fn dated(&mut self, day: Date) -> Result<(), ()> {
        if self.lines.is_empty() {
            self.day = Some(day);
        }
        if self.day == Some(day) { Ok(()) } else { Err(()) }
    }

    pub(crate) fn push(&mut self, line: TrialBalanceLine) {
        self.lines.push(line);
    }

    /// All lines as one record, or as one issue; `column` holds the amounts.
    pub(crate) fn finish(self, file: Digest, column: &str, context: &Context<'_>, parsed: &mut Parsed) {
        let (Some(first), Some(cut_over)) = (self.lines.first(), self.day) else { return self.dayless(file, parsed) };
        let (span, rows) = (first.span, self.lines.len() as u64);
        let at = match TimeZone::UTC.to_timestamp(cut_over.at(23, 59, 59, 0)) {
            Ok(at) if at <= context.latest() => at,
            _ => {
                let fault = Fault::new(IssueRule::DateInFuture, "as of", cut_over.to_string());
                return parsed.issues.push(fault.holding(file, span, rows));
            }
        };
        if !parsed.issues.is_empty() {
            let fault = Fault::new(IssueRule::IdentityBroken, "", "a row of the trial balance could not be read");
            return parsed.issues.push(fault.holding(file, span, rows));
        }
        if let Some(difference) = difference(&self.lines) {
            let value = explain(&self.lines, difference, self.totals);
            let fault = Fault::new(IssueRule::IdentityBroken, column, value);
            return parsed.issues.push(fault.holding(file, span, rows));
        }
        self.check_totals(file, column, parsed);
        let content = Content::TrialBalance(TrialBalance { cut_over, lines: self.lines });
        parsed.records.push(Record {
            id: RecordId::from(format!("trial-balance:{cut_over}")),
            at,
            file,
            span,
            content,
        });
    }

    /// Accounts whose rows say no day, though the table has a column for it.
    fn dayless(&self, file: Digest, parsed: &mut Parsed) {
        let Some(first) = self.lines.first() else { return };
        let fault = Fault::new(IssueRule::MissingValue, "as of", "no line says the day of the balances");
        parsed.issues.push(fault.holding(file, first.span, self.lines.len() as u64));
    }

    /// A total row that says something else than the rows do, though these balance.
    fn check_totals(&self, file: Digest, column: &str, parsed: &mut Parsed) {
        let told = self.totals.debits.or(self.totals.credits);
        let Some(told) = told.filter(|told| self.lines.iter().all(|line| line.amount.currency == told.currency)) else {
            return;
        };
        let [debits, _] = sides(&self.lines, told.currency);
        if told.minor != debits {
            let text = format!("{told} where the accounts sum to {}", Money::new(debits, told.currency));
            let fault = Fault::new(IssueRule::IdentityBroken, column, text);
            parsed.issues.push(fault.holding(file, self.total_at, 0));
        }
    }
}

/// Debits less credits of the first currency in which they differ.
fn difference(lines: &[TrialBalanceLine]) -> Option<Money> {
    let mut sums: BTreeMap<Currency, i64> = BTreeMap::new();
    for line in lines {
        let sum = sums.entry(line.amount.currency).or_default();
        *sum = sum.saturating_add(line.amount.minor);
    }
    sums.into_iter().find(|(_, sum)| *sum != 0).map(|(currency, sum)| Money::new(sum, currency))
}
