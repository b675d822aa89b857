//! Rows to movements of the balance.

use super::Layout;
use crate::csv_rows::Row;
use crate::fault::Fault;
use crate::fields::{check_net, currency, optional};
use crate::number_style::NumberStyle;
use crate::once::Once;
use crate::table::{Table, needed};
use crate::{Context, Parsed, number};
use domain::{
    Content, Country, Currency, Digest, IssueRule, Money, ProcessorCategory, ProcessorLine, Record, RecordId,
};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

const PERSONAL: &[&str] = &["customer_id", "customer_email", "customer_name"];

pub(crate) fn parse(layout: &Layout, file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    let (table, found) = match Table::open(bytes, PERSONAL, layout.needed) {
        Ok(opened) => opened,
        Err((fault, rows)) => return fault.whole_file(file, rows),
    };
    let columns = Columns::new(found, &table);
    let numbers = [columns.gross, columns.fee, columns.net];
    let styles = layout.by_people.then(|| table.number_styles(numbers, NumberStyle::Point));
    let reader = Reader { file, layout, columns, styles, latest: context.latest() };
    let mut parsed = Parsed::default();
    let mut once = Once::default();
    table.read(file, &mut parsed, |row, parsed| {
        let record = reader.record(row, context)?;
        once.keep(record, layout.name(0), parsed)
    });
    parsed
}

/// Where each column stands.
struct Columns {
    id: usize,
    created: usize,
    currency: usize,
    gross: usize,
    fee: usize,
    net: usize,
    category: usize,
    source: Option<usize>,
    description: Option<usize>,
    payout: Option<usize>,
    payout_at: Option<usize>,
    customer: Option<usize>,
    charge: Option<usize>,
    order: Option<usize>,
    facing_amount: Option<usize>,
    facing_currency: Option<usize>,
    card_country: Option<usize>,
}

impl Columns {
    /// The needed ones in the layout's order, the others by name.
    fn new([id, created, currency, gross, fee, net, category]: [usize; 7], table: &Table<'_>) -> Self {
        Self {
            id,
            created,
            currency,
            gross,
            fee,
            net,
            category,
            source: table.column(&["source_id", "Source"]),
            description: table.column(&["description"]),
            payout: table.column(&["automatic_payout_id"]),
            payout_at: table.column(&["automatic_payout_effective_at_utc", "automatic_payout_effective_at"]),
            customer: table.column(&["customer_id"]),
            charge: table.column(&["charge_id"]),
            order: table.column(&["payment_metadata[order_id]"]),
            facing_amount: table.column(&["customer_facing_amount"]),
            facing_currency: table.column(&["customer_facing_currency"]),
            card_country: table.column(&["card_country"]),
        }
    }
}

struct Reader<'l> {
    file: Digest,
    layout: &'l Layout,
    columns: Columns,
    /// Of gross, fee and net; none where Stripe's machines write the numbers.
    styles: Option<[NumberStyle; 3]>,
    latest: Timestamp,
}

impl Reader<'_> {
    /// Reads one row; personal values are handed over only once all else is sound.
    fn record(&self, row: &Row<'_>, context: &mut Context<'_>) -> Result<Record, Fault> {
        let id = needed(row, self.columns.id, self.layout.name(0))?;
        let at = self.created(row)?;
        let mut line = self.line(row)?;
        line.customer = optional(row, self.columns.customer)
            .map(|customer| context.personal.token("processor_customer", &customer, None));
        Ok(Record {
            id: RecordId::from(format!("stripe:{id}")),
            at,
            file: self.file,
            span: row.span,
            content: Content::Processor(line),
        })
    }

    fn created(&self, row: &Row<'_>) -> Result<Timestamp, Fault> {
        let column = self.layout.name(1);
        let text = needed(row, self.columns.created, column)?;
        let at = time(&text, column)?;
        if at > self.latest { Err(Fault::new(IssueRule::DateInFuture, column, text)) } else { Ok(at) }
    }

    fn line(&self, row: &Row<'_>) -> Result<ProcessorLine, Fault> {
        let at = &self.columns;
        let code = self.layout.name(2);
        let currency = currency(&needed(row, at.currency, code)?, code)?;
        let [gross, fee, net] = self.amounts(row, currency)?;
        check_net(gross, fee, net)?;
        let column = self.layout.name(6);
        let word = needed(row, at.category, column)?;
        let category =
            (self.layout.category)(&word).ok_or_else(|| Fault::new(IssueRule::UnknownValue, column, word.as_ref()))?;
        let source_id = optional(row, at.source).unwrap_or_default();
        Ok(ProcessorLine {
            category,
            gross,
            fee,
            net,
            charge: optional(row, at.charge).or_else(|| itself(category, &source_id)),
            source_id,
            payout: optional(row, at.payout),
            payout_at: optional(row, at.payout_at)
                .map(|text| time(&text, "automatic_payout_effective_at_utc"))
                .transpose()?,
            order_reference: optional(row, at.order),
            customer: None,
            description: at.description.map(|index| row.text(index).into_owned()).unwrap_or_default(),
            presentment: self.presentment(row)?.filter(|shown| shown.currency != currency),
            card_country: optional(row, at.card_country).and_then(|country| Country::named(&country)),
        })
    }

    /// Gross, fee and net.
    fn amounts(&self, row: &Row<'_>, currency: Currency) -> Result<[Money; 3], Fault> {
        let read = |index: usize, at: usize| {
            let column = self.layout.name(3 + index);
            let text = needed(row, at, column)?;
            match self.styles {
                None => amount(&text, currency, column),
                Some(styles) => crate::fields::amount(&text, styles[index], currency, column),
            }
        };
        Ok([read(0, self.columns.gross)?, read(1, self.columns.fee)?, read(2, self.columns.net)?])
    }

    /// What the buyer saw: both columns or neither.
    fn presentment(&self, row: &Row<'_>) -> Result<Option<Money>, Fault> {
        const AMOUNT: &str = "customer_facing_amount";
        const CURRENCY: &str = "customer_facing_currency";
        match (optional(row, self.columns.facing_amount), optional(row, self.columns.facing_currency)) {
            (None, None) => Ok(None),
            (Some(size), Some(code)) => amount(&size, currency(&code, CURRENCY)?, AMOUNT).map(Some),
            (Some(_), None) => Err(Fault::new(IssueRule::MissingValue, CURRENCY, "")),
            (None, Some(_)) => Err(Fault::new(IssueRule::MissingValue, AMOUNT, "")),
        }
    }
}

fn itself(category: ProcessorCategory, source_id: &str) -> Option<String> {
    (category == ProcessorCategory::Charge && !source_id.is_empty()).then(|| source_id.to_owned())
}

/// `2026-01-19 12:07:45`, or a day alone for its first instant.
fn time(text: &str, column: &str) -> Result<Timestamp, Fault> {
    let local = text.parse::<DateTime>().and_then(|local| TimeZone::UTC.to_timestamp(local));
    local.map_err(|_| Fault::new(IssueRule::InvalidTime, column, text))
}

fn amount(text: &str, currency: Currency, column: &str) -> Result<Money, Fault> {
    number::amount(text, currency).map_err(|rule| Fault::new(rule, column, text))
}
