//! Items to invoices: the rows of one order are one.

use super::parse::is_blank;
use super::set::Set;
use super::{COUNTRY, currency};
use crate::csv_rows::Row;
use crate::fault::Fault;
use crate::number_style::NumberStyle;
use crate::table::{Table, needed};
use crate::{Context, Parsed};
use domain::{Content, Digest, Invoice, InvoiceLine, IssueRule, OrderState, Record, RecordId, Span};
use jiff::Timestamp;
use rust_decimal::Decimal;
use std::collections::HashMap;

/// The line of an order's freight, as other shops have it.
const SHIPPING: &str = "SHIPPING";

pub(super) fn parse(file: Digest, bytes: &[u8], set: &Set, context: &mut Context<'_>) -> Parsed {
    let columns: [&[&str]; 5] = [&["order_id"], &["order_item_id"], &["product_id"], &["price"], &["freight_value"]];
    let (table, at) = match Table::open(bytes, &[], columns) {
        Ok(opened) => opened,
        Err((fault, rows)) => return fault.whole_file(file, rows),
    };
    let styles = table.number_styles([at[3], at[4]], NumberStyle::Point);
    let mut reading = Reading { columns: at, styles, set, orders: Vec::new(), places: HashMap::new() };
    let mut parsed = Parsed::default();
    table.read(file, &mut parsed, |row, parsed| reading.take(row, parsed, context));
    parsed.records = reading.orders.into_iter().map(|order| order.record(file)).collect();
    parsed
}

struct Reading<'s> {
    /// Order, number within it, good, price and freight.
    columns: [usize; 5],
    /// Of price and freight.
    styles: [NumberStyle; 2],
    set: &'s Set,
    orders: Vec<Begun>,
    places: HashMap<String, usize>,
}

/// An order whose items are being read.
struct Begun {
    at: Timestamp,
    span: Span,
    invoice: Invoice,
    freight: Decimal,
    /// What each item said, by its number.
    items: HashMap<String, (String, Decimal, Decimal)>,
}

impl Reading<'_> {
    fn take(&mut self, row: &Row<'_>, parsed: &mut Parsed, context: &mut Context<'_>) -> Result<(), Fault> {
        let [order, item, product, price, freight] = self.columns;
        if is_blank(row) {
            parsed.skipped += 1;
            return Ok(());
        }
        let id = needed(row, order, "order_id")?.into_owned();
        let number = needed(row, item, "order_item_id")?.into_owned();
        let product = needed(row, product, "product_id")?.into_owned();
        let price = decimal(row, price, self.styles[0], "price")?;
        let freight = decimal(row, freight, self.styles[1], "freight_value")?;
        let ordered = self.set.order(&id)?;
        if matches!(ordered.state, OrderState::Cancelled | OrderState::Unavailable) {
            parsed.skipped += 1;
            return Ok(());
        }
        let place = match self.places.get(&id) {
            Some(place) => *place,
            None => {
                let buyer = Some(self.set.buyer(&ordered.customer, context));
                self.begin(id, ordered.placed, buyer, row.span)
            }
        };
        self.orders[place].add(number, (product, price, freight), self.set, row.span, parsed)
    }

    fn begin(&mut self, id: String, at: Timestamp, buyer: Option<domain::Token>, span: Span) -> usize {
        let country = COUNTRY.to_owned();
        let invoice = Invoice { number: id.clone(), buyer, country, currency: currency(), lines: Vec::new() };
        self.orders.push(Begun { at, span, invoice, freight: Decimal::ZERO, items: HashMap::new() });
        self.places.insert(id, self.orders.len() - 1);
        self.orders.len() - 1
    }
}

impl Begun {
    fn add(
        &mut self,
        number: String,
        said: (String, Decimal, Decimal),
        set: &Set,
        span: Span,
        parsed: &mut Parsed,
    ) -> Result<(), Fault> {
        match self.items.get(&number) {
            Some(before) if *before == said => {
                parsed.duplicates += 1;
                return Ok(());
            }
            Some(_) => return Err(Fault::new(IssueRule::IdempotencyConflict, "order_item_id", number)),
            None => {}
        }
        let freight = self.freight.checked_add(said.2);
        self.freight = freight.ok_or_else(|| Fault::new(IssueRule::AmountOverflow, "freight_value", ""))?;
        let (stock_code, description) = (said.0.clone(), set.category(&said.0).to_owned());
        self.invoice.lines.push(InvoiceLine { stock_code, description, quantity: 1, unit_price: said.1, span });
        self.items.insert(number, said);
        Ok(())
    }

    fn record(mut self, file: Digest) -> Record {
        if !self.freight.is_zero() {
            let (stock_code, description) = (SHIPPING.to_owned(), String::new());
            let (unit_price, span) = (self.freight, self.span);
            self.invoice.lines.push(InvoiceLine { stock_code, description, quantity: 1, unit_price, span });
        }
        let id = RecordId::from(format!("olist:{}", self.invoice.number));
        Record { id, at: self.at, file, span: self.span, content: Content::Invoice(self.invoice) }
    }
}

fn decimal(row: &Row<'_>, index: usize, style: NumberStyle, column: &str) -> Result<Decimal, Fault> {
    let text = needed(row, index, column)?;
    style.decimal(&text).ok_or_else(|| Fault::new(IssueRule::InvalidNumber, column, text))
}
