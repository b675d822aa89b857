//! Rows to one trial balance.

use super::as_of::as_of;
use super::columns::{Amounts, Columns, fits};
use super::missing::{Totals, explain, sides};
use crate::csv_rows::Row;
use crate::days::{Order, day, order_of};
use crate::fault::Fault;
use crate::number_style::NumberStyle;
use crate::worded::{self, Worded, text};
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

pub(super) fn parse(file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    let ways = worded::ways(bytes);
    let found = worded::open(&ways, fits).and_then(|table| Some((Columns::of(&table.header)?, table)));
    let Some((columns, table)) = found else {
        return worded::lacking(file, &ways, "account code, debit, credit");
    };
    let mut reading = Reading::new(&table, columns, context.settings.currency);
    if reading.day.is_none() && reading.columns.as_of.is_none() {
        let rows = table.row_count();
        let fault = Fault::new(IssueRule::MissingValue, "as of", "no line says the day of the balances");
        return fault.whole_file(file, rows);
    }
    let mut parsed = Parsed::default();
    table.read(file, &mut parsed, |row, parsed| reading.take(row, parsed));
    reading.finish(file, context, &mut parsed);
    parsed
}

/// What a row is.
enum Kind {
    Heading,
    Total,
    Subtotal,
    Account,
}

struct Reading {
    columns: Columns,
    names: Vec<String>,
    style: NumberStyle,
    order: Option<Order>,
    day: Option<Date>,
    default: Currency,
    totals: Totals,
    total_at: Span,
    lines: Vec<TrialBalanceLine>,
}

impl Reading {
    fn new(table: &Worded<'_>, columns: Columns, settings: Currency) -> Self {
        let amounts = columns.amounts.columns().map(|column| NumberStyle::of_column(table.texts(column)));
        let [style, _] = NumberStyle::settle(amounts, NumberStyle::Point);
        Self {
            names: table.header.names.clone(),
            style,
            order: columns.as_of.and_then(|column| order_of(table.texts(column))),
            day: as_of(&table.preamble),
            default: columns.header_currency.unwrap_or(settings),
            totals: Totals::default(),
            total_at: Span::default(),
            lines: Vec::new(),
            columns,
        }
    }

    fn take(&mut self, row: &Row<'_>, parsed: &mut Parsed) -> Result<(), Fault> {
        match self.kind(row) {
            Kind::Heading | Kind::Subtotal => parsed.skipped += 1,
            Kind::Total => {
                let [debit, credit] = self.pair(row)?;
                self.totals = Totals { debits: debit, credits: credit };
                self.total_at = row.span;
                parsed.skipped += 1;
            }
            Kind::Account => self.account(row)?,
        }
        Ok(())
    }

    fn kind(&self, row: &Row<'_>) -> Kind {
        let code = self.columns.code.map(|column| text(row, column)).unwrap_or_default();
        let name = self.columns.name.map(|column| text(row, column)).unwrap_or_default();
        let called = if name.is_empty() || code.is_empty() { format!("{code}{name}") } else { String::new() };
        let called = called.trim_end_matches(':').to_lowercase();
        if TOTALS.contains(&called.as_str()) {
            Kind::Total
        } else if SUBTOTALS.iter().any(|start| called.starts_with(start)) {
            Kind::Subtotal
        } else if self.columns.amounts.columns().iter().all(|column| text(row, *column).is_empty()) {
            Kind::Heading
        } else {
            Kind::Account
        }
    }

    fn account(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let field = |column: Option<usize>| column.map(|column| text(row, column)).unwrap_or_default();
        let (account_code, account_name) = (field(self.columns.code), field(self.columns.name));
        if account_code.is_empty() && account_name.is_empty() {
            let column = self.columns.code.or(self.columns.name).unwrap_or_default();
            return Err(self.fault(IssueRule::MissingValue, column, ""));
        }
        self.check_day(row)?;
        let amount = self.amount(row)?;
        self.lines.push(TrialBalanceLine { account_code, account_name, amount, span: row.span });
        Ok(())
    }

    /// The day of the row must be that of the others.
    fn check_day(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let Some(column) = self.columns.as_of else { return Ok(()) };
        let said = text(row, column);
        let read = day(&said, self.order).ok_or_else(|| self.fault(IssueRule::InvalidTime, column, &said))?;
        if self.lines.is_empty() {
            self.day = Some(read);
        }
        if self.day == Some(read) { Ok(()) } else { Err(self.fault(IssueRule::IdentityBroken, column, &said)) }
    }

    fn amount(&self, row: &Row<'_>) -> Result<Money, Fault> {
        let currency = self.currency(row)?;
        let zero = Money::zero(currency);
        match self.columns.amounts {
            Amounts::Pair(_, credit) => {
                let [debit, taken] = self.pair(row)?.map(|side| side.unwrap_or(zero).minor);
                let net = debit.checked_sub(taken).filter(|net| *net != i64::MIN);
                let net = net.ok_or_else(|| self.fault(IssueRule::AmountOverflow, credit, &text(row, credit)))?;
                Ok(Money::new(net, currency))
            }
            Amounts::Signed(column) => self.number(row, column),
            Amounts::Marked(column, mark) => {
                let size = self.number(row, column)?;
                Ok(if self.is_debit(row, mark, size)? { size } else { -size })
            }
        }
    }

    /// Debit and credit of a row; a total of signed balances has neither.
    fn pair(&self, row: &Row<'_>) -> Result<[Option<Money>; 2], Fault> {
        let Amounts::Pair(debit, credit) = self.columns.amounts else { return Ok([None, None]) };
        let side = |column: usize| (!text(row, column).is_empty()).then(|| self.number(row, column)).transpose();
        Ok([side(debit)?, side(credit)?])
    }

    fn is_debit(&self, row: &Row<'_>, column: usize, size: Money) -> Result<bool, Fault> {
        let mark = text(row, column).to_lowercase();
        if DEBITS.contains(&mark.as_str()) || (size.minor == 0 && (mark.is_empty() || mark == LEVEL)) {
            return Ok(true);
        }
        let credit = CREDITS.contains(&mark.as_str());
        if credit { Ok(false) } else { Err(self.fault(IssueRule::UnknownValue, column, &mark)) }
    }

    fn number(&self, row: &Row<'_>, column: usize) -> Result<Money, Fault> {
        let said = text(row, column);
        // Accountants write a dash for nothing.
        if matches!(said.as_str(), "-" | "–" | "—") {
            return Ok(Money::zero(self.currency(row)?));
        }
        let read = self.style.amount(&said, self.currency(row)?);
        let read = read.map_err(|rule| self.fault(rule, column, &said))?;
        // The one amount whose sign cannot be turned.
        if read.minor == i64::MIN { Err(self.fault(IssueRule::AmountOverflow, column, &said)) } else { Ok(read) }
    }

    fn currency(&self, row: &Row<'_>) -> Result<Currency, Fault> {
        let Some(column) = self.columns.currency else { return Ok(self.default) };
        let code = text(row, column);
        if code.is_empty() {
            return Ok(self.default);
        }
        Currency::from_code(&code).ok_or_else(|| self.fault(IssueRule::InvalidCurrency, column, &code))
    }

    fn fault(&self, rule: IssueRule, column: usize, value: &str) -> Fault {
        Fault::new(rule, self.names.get(column).map_or("", String::as_str), value)
    }

    /// All lines as one record, or as one issue.
    fn finish(self, file: Digest, context: &Context<'_>, parsed: &mut Parsed) {
        let (Some(first), Some(cut_over)) = (self.lines.first(), self.day) else { return };
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
            let column = &self.names[self.columns.amounts.columns()[0]];
            let fault = Fault::new(IssueRule::IdentityBroken, column, value);
            return parsed.issues.push(fault.holding(file, span, rows));
        }
        self.check_totals(file, parsed);
        let content = Content::TrialBalance(TrialBalance { cut_over, lines: self.lines });
        parsed.records.push(Record {
            id: RecordId::from(format!("trial-balance:{cut_over}")),
            at,
            file,
            span,
            content,
        });
    }

    /// A total row that says something else than the rows do, though these balance.
    fn check_totals(&self, file: Digest, parsed: &mut Parsed) {
        let told = self.totals.debits.or(self.totals.credits);
        let Some(told) = told.filter(|told| self.lines.iter().all(|line| line.amount.currency == told.currency)) else {
            return;
        };
        let [debits, _] = sides(&self.lines, told.currency);
        if told.minor != debits {
            let text = format!("{told} where the accounts sum to {}", Money::new(debits, told.currency));
            let column = &self.names[self.columns.amounts.columns()[0]];
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
