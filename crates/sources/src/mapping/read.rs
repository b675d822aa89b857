//! The rows of a mapped table to records: what all kinds share, and bank lines.

use super::meaning::{Kind, Meaning};
use super::orders::Orders;
use super::payments::Payments;
use super::{Column, Fields, Mapping};
use crate::bank::{Kept, in_time, named};
use crate::bank_csv::marks::is_debit;
use crate::fault::Fault;
use crate::running_balance::{self, Link};
use crate::tabular::{TableFault, TableRow, TableRows, TableText};
use crate::tie_out::content_of;
use crate::{Context, Parsed};
use domain::{BankLine, Currency, Digest, IssueRule, Money, Token};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

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
    let taken = Taken::new(mapping.kind);
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
}

impl Taken {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::BankLine => Self::Bank(Vec::new(), Vec::new()),
            Kind::Payment | Kind::Refund => Self::Payments(Payments::default()),
            Kind::OrderLine => Self::Orders(Orders::default()),
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
        if let Taken::Bank(kept, links) = taken {
            let balance = self.mapping.column(Meaning::Balance).map_or("", |column| &column.name);
            if let Err(broken) = running_balance::check(&links, balance) {
                parsed.issues.push(broken.fault.holding(self.file, broken.span, 0));
            }
            parsed.records = named(self.file, kept);
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

    fn name_of(&self, means: Meaning) -> &str {
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
        Ok(if self.mapping.negated { -money } else { money })
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

impl<'a> Fields<'a> {
    /// A column's text and the column, where the table has one and the row fills it.
    pub(super) fn given(&self, means: Meaning) -> Option<(&'a str, &'a Column)> {
        let index = self.mapping.columns.iter().position(|column| column.means == means)?;
        let text = self.row.fields.get(*self.places.get(index)?)?.trim();
        (!text.is_empty()).then(|| (text, &self.mapping.columns[index]))
    }

    pub(super) fn text(&self, means: Meaning) -> Option<&'a str> {
        self.given(means).map(|(text, _)| text)
    }

    pub(super) fn needed(&self, means: Meaning) -> Result<(&'a str, &'a Column), Fault> {
        let name = || self.mapping.column(means).map_or(means.name(), |column| &column.name);
        self.given(means).ok_or_else(|| Fault::new(IssueRule::MissingValue, name(), ""))
    }

    pub(super) fn number(&self, means: Meaning) -> Result<Option<(Decimal, &'a Column)>, Fault> {
        let Some((text, column)) = self.given(means) else { return Ok(None) };
        let number = column.style().decimal(text);
        Ok(Some((number.ok_or_else(|| self.fault(IssueRule::InvalidNumber, column, text))?, column)))
    }

    pub(super) fn needed_number(&self, means: Meaning) -> Result<(Decimal, &'a Column), Fault> {
        self.needed(means)?;
        self.number(means)?.ok_or_else(|| Fault::new(IssueRule::MissingValue, means.name(), ""))
    }

    /// Whole minor units; a posted amount is never rounded.
    pub(super) fn money(&self, number: Decimal, currency: Currency, column: &Column) -> Result<Money, Fault> {
        let money = crate::number::whole_minor(number, currency);
        let money = money.map_err(|rule| self.fault(rule, column, &number.to_string()))?;
        // The one amount whose sign cannot be turned.
        if money.minor == i64::MIN { Err(self.fault(IssueRule::AmountOverflow, column, "")) } else { Ok(money) }
    }

    /// Every description in the file's order, joined by a blank.
    pub(super) fn description(&self) -> String {
        let columns = self.mapping.columns.iter().zip(self.places);
        let texts = columns
            .filter(|(column, _)| column.means == Meaning::Description)
            .filter_map(|(_, place)| self.row.fields.get(*place))
            .map(|text| text.trim())
            .filter(|text| !text.is_empty());
        texts.collect::<Vec<_>>().join(" ")
    }

    /// What the row says, but for its balance.
    fn content(&self) -> u64 {
        let is_balance = |at: &usize| {
            let columns = self.mapping.columns.iter().zip(self.places);
            columns.into_iter().any(|(column, place)| place == at && column.means == Meaning::Balance)
        };
        let fields = self.row.fields.iter().enumerate().filter(|(at, _)| !is_balance(at));
        content_of(&fields.map(|(_, text)| text.trim()).collect::<Vec<_>>())
    }

    /// The key columns' texts; none where one is blank or there are none.
    pub(super) fn key(&self) -> Option<String> {
        let columns = self.mapping.columns.iter().zip(self.places).filter(|(column, _)| column.key);
        let texts: Vec<&str> =
            columns.map(|(_, place)| self.row.fields.get(*place).map_or("", |text| text.trim())).collect();
        (!texts.is_empty() && texts.iter().all(|text| !text.is_empty())).then(|| texts.join("/"))
    }

    pub(super) fn token(&self, means: Meaning, field: &str, context: &mut Context<'_>) -> Option<Token> {
        self.text(means).map(|text| context.personal.token(field, text, None))
    }

    /// A fault of a column; a personal value is not shown.
    pub(super) fn fault(&self, rule: IssueRule, column: &Column, value: &str) -> Fault {
        Fault::new(rule, &column.name, if column.personal { "" } else { value })
    }
}
