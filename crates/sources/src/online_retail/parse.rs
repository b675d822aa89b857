//! Rows to invoices, in one pass.

use super::COLUMNS;
use crate::csv_rows::Row;
use crate::fault::Fault;
use crate::table::{Table, needed, shortened};
use crate::{Context, Parsed, number};
use domain::{Content, Currency, Digest, Invoice, InvoiceLine, IssueRule, Record, RecordId, Span, Token};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use std::borrow::Cow;
use std::collections::HashMap;

const PERSONAL: &[&str] = &["CustomerID"];

/// `2010-12-01 08:26:00`: jiff reads shorter and longer forms too, which this format does not have.
const TIME_CHARS: usize = 19;

pub(super) fn parse(file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    let needed = COLUMNS.each_ref().map(std::slice::from_ref);
    let (table, columns) = match Table::open(bytes, PERSONAL, needed) {
        Ok(opened) => opened,
        Err((fault, rows)) => return fault.whole_file(file, rows),
    };
    let Ok(zone) = TimeZoneDatabase::bundled().get(&context.settings.zone) else {
        let fault = Fault::new(IssueRule::InvalidTime, "zone", context.settings.zone.as_str());
        return fault.whole_file(file, table.row_count());
    };
    let mut parsed = Parsed::default();
    let mut reader = Reader {
        columns: Columns::from(columns),
        clock: Clock { zone, latest: context.latest(), last: (Cow::Borrowed(""), Timestamp::MIN) },
        currency: context.settings.currency,
        invoices: Vec::new(),
        places: HashMap::new(),
        tokens: HashMap::new(),
    };
    table.read(file, &mut parsed, |row, _| reader.line(row).and_then(|line| reader.keep(line, context)));
    parsed.records = reader.invoices.into_iter().map(|begun| begun.record(file)).collect();
    parsed
}

/// Where each column stands.
struct Columns {
    invoice_no: usize,
    stock_code: usize,
    description: usize,
    quantity: usize,
    invoice_date: usize,
    unit_price: usize,
    customer_id: usize,
    country: usize,
}

/// In the order of [`COLUMNS`].
impl From<[usize; 8]> for Columns {
    fn from(at: [usize; 8]) -> Self {
        let [invoice_no, stock_code, description, quantity, invoice_date, unit_price, customer_id, country] = at;
        Self { invoice_no, stock_code, description, quantity, invoice_date, unit_price, customer_id, country }
    }
}

struct Reader<'a> {
    columns: Columns,
    clock: Clock<'a>,
    currency: Currency,
    /// In order of first appearance.
    invoices: Vec<Begun<'a>>,
    /// Where each number stands among them.
    places: HashMap<Cow<'a, str>, usize>,
    /// The vault is asked once for each customer of a file.
    tokens: HashMap<Cow<'a, str>, Token>,
}

/// An invoice of which a line has been kept.
struct Begun<'a> {
    at: Timestamp,
    /// Its first kept row.
    span: Span,
    customer: Cow<'a, str>,
    invoice: Invoice,
}

/// A sound row.
struct Line<'a> {
    number: Cow<'a, str>,
    at: Timestamp,
    customer: Cow<'a, str>,
    country: Cow<'a, str>,
    line: InvoiceLine,
}

impl<'a> Reader<'a> {
    /// Reads one row; the first fault in the columns' order is its issue.
    fn line(&mut self, row: &Row<'a>) -> Result<Line<'a>, Fault> {
        let at = &self.columns;
        let number = needed(row, at.invoice_no, "InvoiceNo")?;
        let stock_code = needed(row, at.stock_code, "StockCode")?.into_owned();
        let quantity = whole_number(needed(row, at.quantity, "Quantity")?)?;
        let time = self.clock.read(needed(row, at.invoice_date, "InvoiceDate")?)?;
        let unit_price = price(&needed(row, at.unit_price, "UnitPrice")?)?;
        let description = row.text(at.description).into_owned();
        Ok(Line {
            number,
            at: time,
            customer: shortened(row.text(at.customer_id), normal_customer),
            country: row.text(at.country),
            line: InvoiceLine { stock_code, description, quantity, unit_price, span: row.span },
        })
    }

    /// Adds the line to its invoice, or begins one.
    fn keep(&mut self, line: Line<'a>, context: &mut Context<'_>) -> Result<(), Fault> {
        match self.places.get(&line.number) {
            Some(&place) => self.invoices[place].add(line),
            None => {
                self.begin(line, context);
                Ok(())
            }
        }
    }

    fn begin(&mut self, line: Line<'a>, context: &mut Context<'_>) {
        let span = line.line.span;
        let invoice = Invoice {
            number: line.number.clone().into_owned(),
            buyer: self.token(line.customer.clone(), context),
            country: line.country.into_owned(),
            currency: self.currency,
            lines: vec![line.line],
        };
        let begun = Begun { at: line.at, span, customer: line.customer, invoice };
        self.places.insert(line.number, self.invoices.len());
        self.invoices.push(begun);
    }

    fn token(&mut self, customer: Cow<'a, str>, context: &mut Context<'_>) -> Option<Token> {
        if customer.is_empty() {
            return None;
        }
        let ask = |customer: &Cow<'_, str>| context.personal.token("customer", customer, None);
        Some(*self.tokens.entry(customer).or_insert_with_key(ask))
    }
}

impl<'a> Begun<'a> {
    /// Adds a line that speaks of the same document.
    fn add(&mut self, line: Line<'a>) -> Result<(), Fault> {
        if self.customer != line.customer {
            return Err(Fault::new(IssueRule::IdempotencyConflict, "CustomerID", ""));
        }
        if self.invoice.country != line.country {
            return Err(Fault::new(IssueRule::IdempotencyConflict, "Country", line.country));
        }
        self.at = self.at.min(line.at);
        self.invoice.lines.push(line.line);
        Ok(())
    }

    fn record(self, file: Digest) -> Record {
        Record {
            id: RecordId::from(format!("online-retail:{}", self.invoice.number)),
            at: self.at,
            file,
            span: self.span,
            content: Content::Invoice(self.invoice),
        }
    }
}

/// Shop time to instants.
struct Clock<'a> {
    zone: TimeZone,
    latest: Timestamp,
    /// The last text read: the lines of an invoice share theirs.
    last: (Cow<'a, str>, Timestamp),
}

impl<'a> Clock<'a> {
    fn read(&mut self, text: Cow<'a, str>) -> Result<Timestamp, Fault> {
        if text != self.last.0 {
            let at = self.instant(&text).ok_or_else(|| Fault::new(IssueRule::InvalidTime, "InvoiceDate", &*text))?;
            self.last = (text, at);
        }
        if self.last.1 > self.latest {
            return Err(Fault::new(IssueRule::DateInFuture, "InvoiceDate", &*self.last.0));
        }
        Ok(self.last.1)
    }

    fn instant(&self, text: &str) -> Option<Timestamp> {
        let local: DateTime = (text.len() == TIME_CHARS).then(|| text.parse().ok()).flatten()?;
        self.zone.to_ambiguous_timestamp(local).compatible().ok()
    }
}

fn whole_number(text: Cow<'_, str>) -> Result<i64, Fault> {
    text.parse().map_err(|_| Fault::new(IssueRule::InvalidNumber, "Quantity", text))
}

fn price(text: &str) -> Result<rust_decimal::Decimal, Fault> {
    number::decimal(text).ok_or_else(|| Fault::new(IssueRule::InvalidNumber, "UnitPrice", text))
}

/// `17850.0` is how a spreadsheet of numbers writes `17850`.
fn normal_customer(text: &str) -> &str {
    let text = text.trim();
    let digits = text.strip_suffix(".0").unwrap_or_default();
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) { digits } else { text }
}
