//! Rows to one trial balance.

use super::accounts::{Accounts, RowKind, is_debit_side, row_kind};
use super::as_of::as_of;
use super::columns::{Amounts, Columns, fits};
use crate::csv_rows::Row;
use crate::days::{Order, day, order_of};
use crate::fault::Fault;
use crate::number_style::NumberStyle;
use crate::worded::{self, Worded, text};
use crate::{Context, Parsed};
use domain::{Currency, Digest, IssueRule, Money, TrialBalanceLine};

pub(super) fn parse(file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    let ways = worded::ways(bytes);
    let found = worded::open(&ways, fits).and_then(|table| Some((Columns::of(&table.header)?, table)));
    let Some((columns, table)) = found else {
        return worded::lacking(file, &ways, "account code, debit, credit");
    };
    let day = as_of(&table.preamble);
    let mut reading = Reading::new(&table, columns, Accounts::of(day), context.settings.currency);
    if day.is_none() && reading.columns.as_of.is_none() {
        let rows = table.row_count();
        let fault = Fault::new(IssueRule::MissingValue, "as of", "no line says the day of the balances");
        return fault.whole_file(file, rows);
    }
    let mut parsed = Parsed::default();
    table.read(file, &mut parsed, |row, parsed| reading.take(row, parsed));
    let column = &reading.names[reading.columns.amounts.columns()[0]];
    reading.accounts.finish(file, column, context, &mut parsed);
    parsed
}

struct Reading {
    columns: Columns,
    names: Vec<String>,
    style: NumberStyle,
    order: Option<Order>,
    default: Currency,
    accounts: Accounts,
}

impl Reading {
    fn new(table: &Worded<'_>, columns: Columns, accounts: Accounts, settings: Currency) -> Self {
        let amounts = columns.amounts.columns().map(|column| NumberStyle::of_column(table.texts(column)));
        let [style, _] = NumberStyle::settle(amounts, NumberStyle::Point);
        Self {
            names: table.header.names.clone(),
            style,
            order: columns.as_of.and_then(|column| order_of(table.texts(column))),
            default: columns.header_currency.unwrap_or(settings),
            accounts,
            columns,
        }
    }

    fn take(&mut self, row: &Row<'_>, parsed: &mut Parsed) -> Result<(), Fault> {
        let field = |column: Option<usize>| column.map(|column| text(row, column)).unwrap_or_default();
        let is_filled = self.columns.amounts.columns().iter().any(|column| !text(row, *column).is_empty());
        match row_kind(&field(self.columns.code), &field(self.columns.name), is_filled) {
            RowKind::Heading | RowKind::Subtotal => parsed.skipped += 1,
            RowKind::Total => {
                let [debits, credits] = self.pair(row)?;
                self.accounts.total(debits, credits, row.span);
                parsed.skipped += 1;
            }
            RowKind::Account => self.account(row)?,
        }
        Ok(())
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
        self.accounts.push(TrialBalanceLine { account_code, account_name, amount, span: row.span });
        Ok(())
    }

    /// The day of the row must be that of the others.
    fn check_day(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let Some(column) = self.columns.as_of else { return Ok(()) };
        let said = text(row, column);
        let read = day(&said, self.order).ok_or_else(|| self.fault(IssueRule::InvalidTime, column, &said))?;
        self.accounts.dated(read).map_err(|()| self.fault(IssueRule::IdentityBroken, column, &said))
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
        is_debit_side(&mark, size).ok_or_else(|| self.fault(IssueRule::UnknownValue, column, &mark))
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
}
