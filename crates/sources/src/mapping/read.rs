//! The rows of a mapped table to records: what all kinds share (`fields.rs` too), and bank lines.

use super::facts::Facts;
use super::meaning::{Kind, Meaning};
use super::orders::Orders;
use super::payments::Payments;
use super::{Column, Fields, Mapping, balances};
use crate::bank::{Kept, in_time, named};
use crate::bank_csv::marks::is_debit;
use crate::fault::Fault;
use crate::running_balance::{self, Link};
use crate::tabular::{Layout, Shape, TableFault, TableRow, TableRows, TableText};
use crate::trial_balance::{Accounts, as_of};
use crate::{Context, Parsed};
use domain::{BankLine, Currency, Digest, IssueRule, Money};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The account of a statement that names none.
const UNNAMED: &str = "unnamed";

pub(super) fn parse(mapping: &Mapping, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    let layout = mapping.layout_in(bytes).unwrap_or_else(|| mapping.layout.clone());
    let text = match TableText::new(bytes, &layout) {
        Ok(text) => text,
        Err(fault) => return whole_file(fault).whole_file(file, 0),
    };
    let (rows, count) = match (text.rows(), text.rows()) {
        (Ok(rows), Ok(again)) => (rows, count(again)),
        (Err(fault), _) | (_, Err(fault)) => return whole_file(fault).whole_file(file, 0),
    };
    let places: Vec<Option<usize>> = mapping.columns.iter().map(|column| place(rows.names(), column)).collect();
    let missing: Vec<&str> =
        mapping.columns.iter().zip(&places).filter(|(_, at)| at.is_none()).map(|(column, _)| &*column.name).collect();
    if !missing.is_empty() {
        return Fault::new(IssueRule::MissingColumn, &missing.join(", "), "").whole_file(file, count);
    }
    let places: Vec<usize> = places.into_iter().flatten().collect();
    let zone = mapping.zone.clone().or_else(|| TimeZone::get(&context.settings.zone).ok()).unwrap_or(TimeZone::UTC);
    let taken = match mapping.kind {
        Kind::TrialBalance => {
            let day = as_of(&preamble(&text, &layout)).or(mapping.as_of);
            if day.is_none() && mapping.column(Meaning::Date).is_none() {
                let fault = Fault::new(IssueRule::MissingValue, "as of", "no line says the day of the balances");
                return fault.whole_file(file, count);
            }
            Taken::Balances(Accounts::of(day))
        }
        kind => Taken::new(kind),
    };
    let reading = Reading { mapping, file, zone, places, last: count.saturating_sub(mapping.skip_last) };
    reading.read(rows, taken, context)
}

fn whole_file(fault: TableFault) -> Fault {
    let (rule, value) = match fault {
        TableFault::Empty => (IssueRule::EmptyFile, ""),
        TableFault::Encoding => (IssueRule::InvalidUtf8, "the bytes are not of the mapping's encoding"),
        TableFault::NoHeader => (IssueRule::MissingColumn, "the file ends before the mapping's header row"),
    };
    Fault::new(rule, "", value)
}

/// What stands above the header.
fn preamble(text: &TableText<'_>, layout: &Layout) -> Vec<String> {
    let Shape::Delimited { delimiter, header_row } = layout.shape else { return Vec::new() };
    text.header_rows(delimiter).take(header_row.saturating_sub(1)).flatten().collect()
}

fn place(names: &[String], column: &Column) -> Option<usize> {
    names.iter().position(|name| *name == column.name)
}

fn count(mut rows: TableRows<'_>) -> u64 {
    let mut row = TableRow::default();
    let mut count = 0;
    while rows.read(&mut row) {
        count += 1;
    }
    count
}

/// A table being read.
pub(super) struct Reading<'a> {
    pub(super) mapping: &'a Mapping,
    pub(super) file: Digest,
    zone: TimeZone,
    places: Vec<usize>,
    /// Rows behind this one are totals.
    last: u64,
}

/// What the rows gave so far, by kind.
enum Taken {
    Bank(Vec<Kept>, Vec<Option<Link>>),
    Payments(Payments),
    Orders(Orders),
    Facts(Facts),
    Balances(Accounts),
}

impl Taken {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::BankLine => Self::Bank(Vec::new(), Vec::new()),
            Kind::Payment | Kind::Refund => Self::Payments(Payments::default()),
            Kind::OrderLine => Self::Orders(Orders::default()),
            Kind::TrialBalance => Self::Balances(Accounts::of(None)),
            Kind::Shipment | Kind::StockMovement | Kind::Review | Kind::Price => Self::Facts(Facts::default()),
        }
    }
}

impl Reading<'_> {
    fn read(&self, mut rows: TableRows<'_>, mut taken: Taken, context: &mut Context<'_>) -> Parsed {
        let mut parsed = Parsed { columns: rows.names().to_vec(), ..Parsed::default() };
        let mut row = TableRow::default();
        while rows.read(&mut row) {
            parsed.rows += 1;
            if parsed.rows > self.last {
                parsed.skipped += 1;
                continue;
            }
            if let Err(fault) = self.row(&row, &mut taken, context, &mut parsed) {
                if let Taken::Bank(_, links) = &mut taken {
                    links.push(None);
                }
                parsed.issues.push(fault.at(self.file, row.span));
            }
        }
        match taken {
            Taken::Bank(kept, links) => {
                if let Err(broken) = running_balance::check(&links, self.name_of(Meaning::Balance)) {
                    parsed.issues.push(broken.fault.holding(self.file, broken.span, 0));
                }
                parsed.records = named(self.file, kept);
            }
            Taken::Balances(accounts) => {
                let amounts = [Meaning::Balance, Meaning::Debit].map(|means| self.name_of(means));
                let column = amounts.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
                accounts.finish(self.file, column, context, &mut parsed);
            }
            Taken::Payments(_) | Taken::Orders(_) | Taken::Facts(_) => {}
        }
        parsed
    }

    fn row(
        &self,
        row: &TableRow,
        taken: &mut Taken,
        context: &mut Context<'_>,
        parsed: &mut Parsed,
    ) -> Result<(), Fault> {
        if let Some((rule, reason)) = &row.fault {
            return Err(Fault::new(*rule, "", reason.clone()));
        }
        let fields = Fields { mapping: self.mapping, places: &self.places, row };
        match taken {
            Taken::Bank(kept, links) => self.bank_line(&fields, kept, links, context),
            Taken::Payments(payments) => payments.take(self, &fields, context, parsed),
            Taken::Orders(orders) => orders.take(self, &fields, context, parsed),
            Taken::Facts(facts) => facts.take(self, &fields, context, parsed),
            Taken::Balances(accounts) => balances::take(accounts, self, &fields, context, parsed),
        }
    }

    fn bank_line(
        &self,
        fields: &Fields<'_>,
        kept: &mut Vec<Kept>,
        links: &mut Vec<Option<Link>>,
        context: &mut Context<'_>,
    ) -> Result<(), Fault> {
        let currency = self.currency(fields, context)?;
        let amount = self.moved(fields, currency)?;
        let at = self.at(fields, context)?;
        let booked = in_time(at.to_zoned(self.zone.clone()).date(), self.name_of(Meaning::Date), context)?;
        let balance = fields.number(Meaning::Balance)?.map(|(number, column)| fields.money(number, currency, column));
        let balance = balance.transpose()?;
        let account = fields.text(Meaning::Account).map_or_else(|| UNNAMED.to_owned(), |text| text.replace(' ', ""));
        let key = fields.key().unwrap_or_default();
        let line = BankLine {
            account: account.clone(),
            amount,
            booked,
            reference: fields.text(Meaning::Id).unwrap_or_default().to_owned(),
            end_to_end: fields.text(Meaning::Reference).unwrap_or_default().to_owned(),
            remittance: fields.description(),
            counterparty: fields.token(Meaning::Counterparty, "counterparty", context),
        };
        let span = fields.row.span;
        links.push(Some(Link { account, amount, balance, content: fields.content(), span }));
        kept.push(Kept { line, key, by_amount: false, span });
        Ok(())
    }

    pub(super) fn name_of(&self, means: Meaning) -> &str {
        self.mapping.column(means).map_or("", |column| &column.name)
    }

    /// When it happened; dates more than a day ahead are no facts.
    pub(super) fn at(&self, fields: &Fields<'_>, context: &Context<'_>) -> Result<Timestamp, Fault> {
        let (text, column) = fields.needed(Meaning::Date)?;
        let time = fields.text(Meaning::Time).unwrap_or_default();
        let whole = if time.is_empty() { text.to_owned() } else { format!("{text} {time}") };
        let at = column.dates.instant(&whole, &self.zone);
        let at = at.ok_or_else(|| fields.fault(IssueRule::InvalidTime, column, &whole))?;
        if at > context.latest() { Err(fields.fault(IssueRule::DateInFuture, column, &whole)) } else { Ok(at) }
    }

    /// The day of the date column.
    pub(super) fn day(&self, fields: &Fields<'_>) -> Result<Date, Fault> {
        let (text, column) = fields.needed(Meaning::Date)?;
        let at = column.dates.instant(text, &TimeZone::UTC).map(|at| at.to_zoned(TimeZone::UTC).date());
        at.ok_or_else(|| fields.fault(IssueRule::InvalidTime, column, text))
    }

    /// The time in a column that may be absent or blank.
    pub(super) fn instant(&self, fields: &Fields<'_>, means: Meaning) -> Result<Option<Timestamp>, Fault> {
        let Some((text, column)) = fields.given(means) else { return Ok(None) };
        let read = column.dates.instant(text, &self.zone);
        read.map(Some).ok_or_else(|| fields.fault(IssueRule::InvalidTime, column, text))
    }

    /// One that has come.
    pub(super) fn past(
        &self,
        fields: &Fields<'_>,
        means: Meaning,
        context: &Context<'_>,
    ) -> Result<Option<Timestamp>, Fault> {
        let read = self.instant(fields, means)?;
        match (read, fields.given(means)) {
            (Some(at), Some((text, column))) if at > context.latest() => {
                Err(fields.fault(IssueRule::DateInFuture, column, text))
            }
            _ => Ok(read),
        }
    }

    /// The row's, the amount's own in its mapping, or the setting's.
    pub(super) fn currency(&self, fields: &Fields<'_>, context: &Context<'_>) -> Result<Currency, Fault> {
        let Some((code, column)) = fields.given(Meaning::Currency) else {
            return Ok(self.mapping.currency.unwrap_or(context.settings.currency));
        };
        Currency::from_code(code).ok_or_else(|| fields.fault(IssueRule::InvalidCurrency, column, code))
    }

    /// What moved, credits positive.
    pub(super) fn moved(&self, fields: &Fields<'_>, currency: Currency) -> Result<Money, Fault> {
        let money = if self.mapping.column(Meaning::Amount).is_some() {
            let (number, column) = fields.needed_number(Meaning::Amount)?;
            let money = fields.money(number, currency, column)?;
            match fields.mapping.column(Meaning::Mark) {
                None => money,
                Some(_) => marked(fields, money)?,
            }
        } else {
            sides(fields, currency)?
        };
        Ok(if self.mapping.negated() { -money } else { money })
    }
}

fn marked(fields: &Fields<'_>, size: Money) -> Result<Money, Fault> {
    let (mark, column) = fields.needed(Meaning::Mark)?;
    match is_debit(&mark.to_lowercase()) {
        Some(true) => Ok(-size.abs()),
        Some(false) => Ok(size.abs()),
        None => Err(fields.fault(IssueRule::UnknownValue, column, mark)),
    }
}

/// A debit and a credit column, one of which is blank or nought.
fn sides(fields: &Fields<'_>, currency: Currency) -> Result<Money, Fault> {
    let side = |means| match fields.number(means)? {
        Some((number, column)) => Ok(Some(fields.money(number, currency, column)?)),
        None => Ok(None),
    };
    let is_none = |money: Option<Money>| money.is_none_or(|money| money.minor == 0);
    match (side(Meaning::Debit)?, side(Meaning::Credit)?) {
        (None, None) => Err(Fault::new(IssueRule::MissingValue, "debit, credit", "")),
        (Some(out), come) if is_none(come) => Ok(-out.abs()),
        (out, Some(come)) if is_none(out) => Ok(come),
        _ => Err(Fault::new(IssueRule::InvalidNumber, "debit, credit", "both stand in one row")),
    }
}
