//! Lines to movements of the balance.

use super::totals::Totals;
use super::{COLUMNS, delimiter};
use crate::csv_rows::{Row, Rows};
use crate::fault::Fault;
use crate::fields::{currency, instant, optional};
use crate::number;
use crate::once::Once;
use crate::paypal_activity::{Kind, category, event_kind};
use crate::processor_line::{money_of, movement};
use crate::table::needed;
use crate::{Context, Parsed};
use domain::{Content, Currency, Digest, IssueRule, Money, ProcessorCategory, ProcessorLine, Record, RecordId};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

pub(super) fn parse(file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    let mut reader = Reader { columns: Columns::default(), latest: context.latest(), once: Once::default() };
    let (mut parsed, mut totals) = (Parsed::default(), Totals::default());
    let mut rows = Rows::delimited(bytes, delimiter(bytes));
    let mut row = Row::default();
    let mut lines = 0_u64;
    while rows.read(&mut row) {
        lines += 1;
        let kind = row.text(0).trim().to_owned();
        let read = match kind.as_str() {
            "SB" => {
                parsed.rows += 1;
                totals.count();
                reader.movement(&row, file, &mut parsed, &mut totals).map_err(|fault| (fault, 1))
            }
            "CH" => {
                reader.columns = Columns::of(&row);
                Ok(())
            }
            "RH" | "FH" | "SH" | "SF" | "SC" | "RF" | "RC" | "FF" => {
                totals.check(&kind, &row).map_err(|fault| (fault, 0))
            }
            _ => {
                parsed.rows += 1;
                Err((Fault::new(IssueRule::UnknownValue, COLUMNS[0], kind), 1))
            }
        };
        parsed.issues.extend(read.err().map(|(fault, held)| fault.holding(file, row.span, held)));
    }
    if lines == 0 { Fault::new(IssueRule::EmptyFile, "", "").whole_file(file, 0) } else { parsed }
}

/// Where each of [`COLUMNS`] stands.
struct Columns([Option<usize>; COLUMNS.len()]);

impl Default for Columns {
    fn default() -> Self {
        Self(std::array::from_fn(Some))
    }
}

impl Columns {
    fn of(header: &Row<'_>) -> Self {
        let named = |name: &str| (0..header.len()).find(|&index| header.text(index).trim() == name);
        Self(COLUMNS.map(named))
    }

    fn place(&self, name: &str) -> Option<usize> {
        COLUMNS.iter().position(|column| *column == name).and_then(|index| self.0[index])
    }

    fn needed(&self, row: &Row<'_>, name: &str) -> Result<String, Fault> {
        let place = self.place(name).ok_or_else(|| Fault::new(IssueRule::MissingColumn, name, ""))?;
        needed(row, place, name).map(std::borrow::Cow::into_owned)
    }

    fn optional(&self, row: &Row<'_>, name: &str) -> Option<String> {
        optional(row, self.place(name))
    }
}

struct Reader {
    columns: Columns,
    latest: Timestamp,
    once: Once,
}

impl Reader {
    fn movement(&mut self, row: &Row<'_>, file: Digest, parsed: &mut Parsed, totals: &mut Totals) -> Result<(), Fault> {
        check(row)?;
        let columns = &self.columns;
        let id = columns.needed(row, "Transaction ID")?;
        let date = columns.needed(row, "Transaction Initiation Date")?;
        let at = instant(&date, &TimeZone::UTC, self.latest, "Transaction Initiation Date")?;
        let code = columns.needed(row, "Transaction Event Code")?;
        let kind = event_kind(&code)
            .ok_or_else(|| Fault::new(IssueRule::UnknownValue, "Transaction Event Code", code.as_str()))?;
        let mut line = self.line(row, kind)?;
        totals.add(line.gross, line.fee);
        line.source_id.clone_from(&id);
        let reference = columns.optional(row, "PayPal Reference ID");
        line.charge = if line.category == ProcessorCategory::Charge { Some(id.clone()) } else { reference };
        line.order_reference = columns.optional(row, "Invoice ID");
        line.description = code;
        let side = if kind == Kind::Conversion { format!("/{}", line.gross.currency) } else { String::new() };
        let id = RecordId::from(format!("paypal:{id}{side}"));
        let record = Record { id, at, file, span: row.span, content: Content::Processor(line) };
        self.once.keep(record, "Transaction ID", parsed)
    }

    fn line(&self, row: &Row<'_>, kind: Kind) -> Result<ProcessorLine, Fault> {
        let code = self.columns.needed(row, "Gross Transaction Currency")?;
        let currency = currency(&code, "Gross Transaction Currency")?;
        let gross = self.signed(row, "Gross Transaction Amount", "Transaction Debit or Credit", currency)?;
        let taken = match self.columns.optional(row, "Fee Amount") {
            Some(_) => self.signed(row, "Fee Amount", "Fee Debit or Credit", currency)?,
            None => Money::zero(currency),
        };
        let own = self.columns.optional(row, "Fee Currency");
        if let Some(other) = own.filter(|other| taken.minor != 0 && !other.eq_ignore_ascii_case(currency.code())) {
            return Err(Fault::new(IssueRule::InvalidCurrency, "Fee Currency", other));
        }
        let fee = money_of(-i128::from(taken.minor), gross, "Fee Amount")?;
        let net = money_of(i128::from(gross.minor) - i128::from(fee.minor), gross, "Gross Transaction Amount")?;
        Ok(movement(category(kind, gross.minor), gross, fee, net))
    }

    /// An amount with the sign that stands beside it.
    fn signed(&self, row: &Row<'_>, amount: &str, side: &str, currency: Currency) -> Result<Money, Fault> {
        let text = self.columns.needed(row, amount)?;
        let size = minor(&text, currency).map_err(|rule| Fault::new(rule, amount, text.as_str()))?;
        if size.minor == 0 && self.columns.optional(row, side).is_none() {
            return Ok(size);
        }
        let word = self.columns.needed(row, side)?;
        match word.as_str() {
            "CR" => Ok(size),
            "DR" => money_of(-i128::from(size.minor), size, amount),
            _ => Err(Fault::new(IssueRule::UnknownValue, side, word)),
        }
    }
}

/// Whole minor units without a sign.
pub(super) fn minor(text: &str, currency: Currency) -> Result<Money, IssueRule> {
    if text.is_empty() || !text.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(IssueRule::InvalidNumber);
    }
    let minor = text.parse().map_err(|_| IssueRule::AmountOverflow)?;
    number::whole_minor(Decimal::new(minor, currency.minor_digits()), currency)
}

fn check(row: &Row<'_>) -> Result<(), Fault> {
    if !row.is_closed() {
        return Err(Fault::new(IssueRule::Malformed, "", "a quote is not closed"));
    }
    match row.not_text() {
        Some(_) => Err(Fault::new(IssueRule::InvalidUtf8, "", "")),
        None => Ok(()),
    }
}
