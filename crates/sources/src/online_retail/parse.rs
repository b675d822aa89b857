//! Rows to invoices, in one pass.

use super::COLUMNS;
use crate::csv_rows::Row;
use crate::fault::Fault;
use crate::table::{Table, needed, trimmed};
use crate::{Context, Parsed, number};
use domain::{Content, Currency, Digest, Invoice, InvoiceLine, IssueRule, Record, RecordId, Token};
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
        file,
        columns: Columns::from(columns),
        clock: Clock { zone, latest: context.latest(), last: (Cow::Borrowed(""), Timestamp::MIN) },
        currency: context.settings.currency,
        invoices: HashMap::new(),
        tokens: HashMap::new(),
    };
    table.read(file, &mut parsed, |row, parsed| {
        let line = reader.line(row)?;
        reader.keep(line, parsed, context)
    });
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
    file: Digest,
    columns: Columns,
    clock: Clock<'a>,
    currency: Currency,
    invoices: HashMap<Cow<'a, str>, Begun<'a>>,
    /// Asked of the vault once a customer and file.
    tokens: HashMap<Cow<'a, str>, Token>,
}

/// An invoice of which a line has been kept.
struct Begun<'a> {
    /// Among the records.
    place: usize,
    customer: Cow<'a, str>,
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
            customer: normal_customer(row.text(at.customer_id)),
            country: row.text(at.country),
            line: InvoiceLine { stock_code, description, quantity, unit_price, span: row.span },
        })
    }

    /// Adds the line to its invoice, or begins one.
    fn keep(&mut self, line: Line<'a>, parsed: &mut Parsed, context: &mut Context<'_>) -> Result<(), Fault> {
        let Some(begun) = self.invoices.get(&line.number) else {
            self.begin(line, parsed, context);
            return Ok(());
        };
        let record = &mut parsed.records[begun.place];
        let Content::Invoice(invoice) = &mut record.content else { return Ok(()) };
        if begun.customer != line.customer {
            return Err(Fault::new(IssueRule::IdempotencyConflict, "CustomerID", ""));
        }
        if invoice.country != line.country {
            return Err(Fault::new(IssueRule::IdempotencyConflict, "Country", line.country));
        }
        record.at = record.at.min(line.at);
        invoice.lines.push(line.line);
        Ok(())
    }

    fn begin(&mut self, line: Line<'a>, parsed: &mut Parsed, context: &mut Context<'_>) {
        let buyer = self.token(line.customer.clone(), context);
        let place = parsed.records.len();
        parsed.records.push(Record {
            id: RecordId(format!("online-retail:{}", line.number)),
            at: line.at,
            file: self.file,
            span: line.line.span,
            content: Content::Invoice(Invoice {
                number: line.number.clone().into_owned(),
                buyer,
                country: line.country.into_owned(),
                currency: self.currency,
                lines: vec![line.line],
            }),
        });
        self.invoices.insert(line.number, Begun { place, customer: line.customer });
    }

    fn token(&mut self, customer: Cow<'a, str>, context: &mut Context<'_>) -> Option<Token> {
        if customer.is_empty() {
            return None;
        }
        let ask = |customer: &Cow<'_, str>| context.personal.token("customer", customer, None);
        Some(*self.tokens.entry(customer).or_insert_with_key(ask))
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
fn normal_customer(text: Cow<'_, str>) -> Cow<'_, str> {
    let text = trimmed(text);
    match text.strip_suffix(".0") {
        Some(digits) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
            let length = digits.len();
            match text {
                Cow::Borrowed(text) => Cow::Borrowed(&text[..length]),
                Cow::Owned(mut text) => {
                    text.truncate(length);
                    Cow::Owned(text)
                }
            }
        }
        _ => text,
    }
}
