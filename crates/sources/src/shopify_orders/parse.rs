//! Rows to orders, in one pass.

use super::NEEDED;
use super::order::Order;
use crate::csv_rows::Row;
use crate::fault::Fault;
use crate::fields::{amount, currency, instant, optional};
use crate::number_style::NumberStyle;
use crate::once::same;
use crate::table::{Table, needed};
use crate::{Context, Parsed};
use domain::{Content, Currency, Digest, InvoiceLine, IssueRule, Money, Record, RecordId, Token};
use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use rust_decimal::Decimal;
use std::collections::HashMap;

const PERSONAL: &[&str] = &[
    "Email",
    "Phone",
    "Notes",
    "Note Attributes",
    "Billing Name",
    "Billing Street",
    "Billing Address1",
    "Billing Address2",
    "Billing Company",
    "Billing Phone",
    "Shipping Name",
    "Shipping Street",
    "Shipping Address1",
    "Shipping Address2",
    "Shipping Company",
    "Shipping Phone",
];

/// Statuses of orders of which nothing was sold.
pub(crate) const VOID: [&str; 2] = ["voided", "expired"];

pub(super) fn parse(file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    let (table, found) = match Table::open(bytes, PERSONAL, NEEDED) {
        Ok(opened) => opened,
        Err((fault, rows)) => return fault.whole_file(file, rows),
    };
    let Ok(zone) = TimeZoneDatabase::bundled().get(&context.settings.zone) else {
        let fault = Fault::new(IssueRule::InvalidTime, "zone", context.settings.zone.as_str());
        return fault.whole_file(file, table.row_count());
    };
    let columns = match Columns::new(found, &table) {
        Ok(columns) => columns,
        Err(fault) => return fault.whole_file(file, table.row_count()),
    };
    let mut reader = Reader { columns, zone, latest: context.latest(), orders: Vec::new(), places: HashMap::new() };
    let mut parsed = Parsed::default();
    table.read(file, &mut parsed, |row, _| reader.row(row));
    Keeper::default().keep_all(reader.orders, file, &mut parsed, context);
    parsed
}

/// Where each column stands.
struct Columns {
    name: usize,
    created: usize,
    currency: usize,
    total: usize,
    item_name: usize,
    /// Quantity and price of the items.
    priced: Option<(usize, usize)>,
    sku: Option<usize>,
    item_discount: Option<usize>,
    shipping: Option<usize>,
    duties: Option<usize>,
    taxes: Option<usize>,
    discount: Option<usize>,
    email: Option<usize>,
    status: Option<usize>,
    countries: [Option<usize>; 2],
    /// All amounts of a file are written alike.
    style: NumberStyle,
}

impl Columns {
    /// The needed ones in the order of [`NEEDED`], the others by name.
    fn new([name, created, currency, total, item_name]: [usize; 5], table: &Table<'_>) -> Result<Self, Fault> {
        let (quantity, price) = (table.column(&["Lineitem quantity"]), table.column(&["Lineitem price"]));
        let missing = |column| Err(Fault::new(IssueRule::MissingColumn, column, ""));
        let priced = match (quantity, price) {
            (Some(quantity), Some(price)) => Some((quantity, price)),
            (None, None) => None,
            (Some(_), None) => return missing("Lineitem price"),
            (None, Some(_)) => return missing("Lineitem quantity"),
        };
        let numbers = [total, price.unwrap_or(total)];
        let [style, _] = table.number_styles(numbers, NumberStyle::Point);
        Ok(Self {
            name,
            created,
            currency,
            total,
            item_name,
            priced,
            sku: table.column(&["Lineitem sku"]),
            item_discount: table.column(&["Lineitem discount"]),
            shipping: table.column(&["Shipping"]),
            duties: table.column(&["Duties"]),
            taxes: table.column(&["Taxes"]),
            discount: table.column(&["Discount Amount"]),
            email: table.column(&["Email"]),
            status: table.column(&["Financial Status"]),
            countries: [table.column(&["Shipping Country"]), table.column(&["Billing Country"])],
            style,
        })
    }
}

struct Reader {
    columns: Columns,
    /// Of times without an offset.
    zone: TimeZone,
    latest: Timestamp,
    /// In order of first appearance.
    orders: Vec<Order>,
    /// The newest order of each name among them.
    places: HashMap<String, usize>,
}

impl Reader {
    fn row(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let name = needed(row, self.columns.name, "Name")?.into_owned();
        let line = self.line(row)?;
        let item_discount = self.decimal(row, self.columns.item_discount, "Lineitem discount")?;
        let further = row.text(self.columns.total).trim().is_empty();
        let place = match self.places.get(&name) {
            Some(&place) if further => place,
            _ => {
                let order = self.begin(row, name.clone())?;
                self.orders.push(order);
                self.places.insert(name, self.orders.len() - 1);
                self.orders.len() - 1
            }
        };
        let order = &mut self.orders[place];
        let overflow = || Fault::new(IssueRule::AmountOverflow, "Lineitem discount", "");
        order.item_discounts = order.item_discounts.checked_add(item_discount).ok_or_else(overflow)?;
        order.lines.push(line);
        order.rows += 1;
        Ok(())
    }

    fn line(&self, row: &Row<'_>) -> Result<InvoiceLine, Fault> {
        let description = needed(row, self.columns.item_name, "Lineitem name")?.into_owned();
        let stock_code = optional(row, self.columns.sku).unwrap_or_else(|| description.clone());
        let (quantity, unit_price) = match self.columns.priced {
            Some((quantity, price)) => {
                let text = needed(row, quantity, "Lineitem quantity")?;
                let number =
                    text.parse().map_err(|_| Fault::new(IssueRule::InvalidNumber, "Lineitem quantity", &*text));
                needed(row, price, "Lineitem price")?;
                (number?, self.decimal(row, Some(price), "Lineitem price")?)
            }
            None => (1, Decimal::ZERO),
        };
        Ok(InvoiceLine { stock_code, description, quantity, unit_price, span: row.span })
    }

    /// An order from its first row, without its line.
    fn begin(&self, row: &Row<'_>, name: String) -> Result<Order, Fault> {
        let at = &self.columns;
        let created = needed(row, at.created, "Created at")?;
        let code = needed(row, at.currency, "Currency")?;
        let currency = currency(&code, "Currency")?;
        let total = needed(row, at.total, "Total")?;
        let money = |column, name| self.money(row, column, currency, name);
        Ok(Order {
            name,
            at: instant(&created, &self.zone, self.latest, "Created at")?,
            span: row.span,
            rows: 0,
            void: optional(row, at.status).is_some_and(|status| VOID.contains(&status.to_lowercase().as_str())),
            email: optional(row, at.email).map(|email| email.to_lowercase()),
            country: at.countries.iter().find_map(|&country| optional(row, country)).unwrap_or_default(),
            currency,
            total: amount(&total, at.style, currency, "Total")?,
            shipping: money(at.shipping, "Shipping")?,
            duties: money(at.duties, "Duties")?,
            taxes: money(at.taxes, "Taxes")?,
            discount: money(at.discount, "Discount Amount")?,
            item_discounts: Decimal::ZERO,
            priced: at.priced.is_some(),
            lines: Vec::new(),
        })
    }

    /// Nothing where the column is absent or blank.
    fn money(&self, row: &Row<'_>, at: Option<usize>, currency: Currency, name: &str) -> Result<Money, Fault> {
        let read = |text: String| amount(&text, self.columns.style, currency, name);
        optional(row, at).map_or(Ok(Money::zero(currency)), read)
    }

    fn decimal(&self, row: &Row<'_>, at: Option<usize>, name: &str) -> Result<Decimal, Fault> {
        let Some(text) = optional(row, at) else { return Ok(Decimal::ZERO) };
        let read = self.columns.style.decimal(&text);
        read.ok_or_else(|| Fault::new(IssueRule::InvalidNumber, name, text))
    }
}

/// Makes records of orders, each name once.
#[derive(Default)]
struct Keeper {
    /// The vault is asked once for each customer of a file.
    tokens: HashMap<String, Token>,
    /// Where each order stands among the records.
    places: HashMap<String, usize>,
}

impl Keeper {
    fn keep_all(&mut self, orders: Vec<Order>, file: Digest, parsed: &mut Parsed, context: &mut Context<'_>) {
        for order in orders {
            let (span, rows) = (order.span, order.rows);
            if order.void {
                parsed.skipped += rows;
            } else if let Err(fault) = self.keep(order, file, parsed, context) {
                parsed.issues.push(fault.holding(file, span, rows));
            }
        }
        parsed.issues.sort_by_key(|issue| issue.span.offset);
    }

    fn keep(
        &mut self,
        mut order: Order,
        file: Digest,
        parsed: &mut Parsed,
        context: &mut Context<'_>,
    ) -> Result<(), Fault> {
        let (name, at, span, rows) = (order.name.clone(), order.at, order.span, order.rows);
        let buyer = order.email.take().map(|email| self.token(email, context));
        let (invoice, broken) = order.invoice(buyer)?;
        if let Some(&place) = self.places.get(&name) {
            let first = &parsed.records[place];
            if first.at == at && matches!(&first.content, Content::Invoice(first) if same(first, &invoice)) {
                parsed.duplicates += rows;
                return Ok(());
            }
            return Err(Fault::new(IssueRule::IdempotencyConflict, "Name", name));
        }
        parsed.issues.extend(broken.map(|fault| fault.holding(file, span, 0)));
        let id = RecordId::from(format!("shopify-orders:{name}"));
        self.places.insert(name, parsed.records.len());
        parsed.records.push(Record { id, at, file, span, content: Content::Invoice(invoice) });
        Ok(())
    }

    fn token(&mut self, email: String, context: &mut Context<'_>) -> Token {
        *self.tokens.entry(email).or_insert_with_key(|email| context.personal.token("customer", email, None))
    }
}
