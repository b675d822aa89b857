//! Rows to movements of the balance.

use super::{NEEDED, kind};
use crate::content_key::ContentKeys;
use crate::csv_rows::Row;
use crate::fault::Fault;
use crate::fields::{amount, check_net, currency, instant, optional, year_first};
use crate::number_style::NumberStyle;
use crate::table::{Table, needed};
use crate::{Context, Parsed};
use domain::{Content, Currency, Digest, IssueRule, Money, ProcessorCategory, ProcessorLine, Record, RecordId};
use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};

pub(super) fn parse(file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    let (table, found) = match Table::open(bytes, &[], NEEDED) {
        Ok(opened) => opened,
        Err((fault, rows)) => return fault.whole_file(file, rows),
    };
    let Ok(zone) = TimeZoneDatabase::bundled().get(&context.settings.zone) else {
        let fault = Fault::new(IssueRule::InvalidTime, "zone", context.settings.zone.as_str());
        return fault.whole_file(file, table.row_count());
    };
    let reader = Reader { file, columns: Columns::new(found, &table), zone, latest: context.latest() };
    let mut keys = ContentKeys::default();
    let mut parsed = Parsed::default();
    table.read(file, &mut parsed, |row, parsed| {
        parsed.records.push(reader.record(row, &mut keys)?);
        Ok(())
    });
    parsed
}

/// A column of numbers, and how they are written.
#[derive(Clone, Copy)]
struct NumberColumn {
    index: usize,
    style: NumberStyle,
}

/// Where each column stands.
struct Columns {
    date: usize,
    kind: usize,
    amount: NumberColumn,
    fee: NumberColumn,
    net: NumberColumn,
    currency: usize,
    vat: Option<usize>,
    order: Option<usize>,
    checkout: Option<usize>,
    payout: Option<usize>,
    payout_date: Option<usize>,
    method: Option<usize>,
    shown: Option<usize>,
    shown_currency: Option<usize>,
}

impl Columns {
    /// The needed ones in the order of [`NEEDED`], the others by name.
    fn new([date, kind, amount, fee, net, currency]: [usize; 6], table: &Table<'_>) -> Self {
        let numbers = [amount, fee, net];
        let styles = table.number_styles(numbers, NumberStyle::Point);
        let number = |at: usize| NumberColumn { index: numbers[at], style: styles[at] };
        Self {
            date,
            kind,
            amount: number(0),
            fee: number(1),
            net: number(2),
            currency,
            vat: table.column(&["VAT"]),
            order: table.column(&["Order"]),
            checkout: table.column(&["Checkout"]),
            payout: table.column(&["Payout ID"]),
            payout_date: table.column(&["Payout Date"]),
            method: table.column(&["Payment Method Name"]),
            shown: table.column(&["Presentment Amount"]),
            shown_currency: table.column(&["Presentment Currency"]),
        }
    }
}

struct Reader {
    file: Digest,
    columns: Columns,
    /// Of times without an offset.
    zone: TimeZone,
    latest: Timestamp,
}

impl Reader {
    fn record(&self, row: &Row<'_>, keys: &mut ContentKeys) -> Result<Record, Fault> {
        let date = needed(row, self.columns.date, "Transaction Date")?;
        let at = instant(&date, &self.zone, self.latest, "Transaction Date")?;
        let word = needed(row, self.columns.kind, "Type")?;
        let category = kind::read(&word).ok_or_else(|| Fault::new(IssueRule::UnknownValue, "Type", word.as_ref()))?;
        let line = self.line(row, category)?;
        let id = RecordId::from(super::name(keys, at, &line));
        Ok(Record { id, at, file: self.file, span: row.span, content: Content::Processor(line) })
    }

    fn line(&self, row: &Row<'_>, category: ProcessorCategory) -> Result<ProcessorLine, Fault> {
        let at = &self.columns;
        let currency = currency(&needed(row, at.currency, "Currency")?, "Currency")?;
        let (gross, fee, net) = self.amounts(row, currency)?;
        let order_reference = optional(row, at.order);
        let payout = optional(row, at.payout);
        let charge = about_a_charge(category).then(|| optional(row, at.checkout).or_else(|| order_reference.clone()));
        let charge = charge.flatten();
        Ok(ProcessorLine {
            category,
            gross,
            fee,
            net,
            source_id: source_id(category, charge.as_deref(), payout.as_deref()),
            charge,
            payout_at: payout.is_some().then(|| self.payout_at(row)).transpose()?.flatten(),
            payout,
            order_reference,
            customer: None,
            description: optional(row, at.method).unwrap_or_default(),
            presentment: self.presentment(row, currency)?,
            card_country: None,
        })
    }

    /// Amount, fee and net. The tax on the fee counts as fee where the net says so.
    fn amounts(&self, row: &Row<'_>, currency: Currency) -> Result<(Money, Money, Money), Fault> {
        let at = &self.columns;
        let read = |column: NumberColumn, name| amount(&needed(row, column.index, name)?, column.style, currency, name);
        let (gross, fee, net) = (read(at.amount, "Amount")?, read(at.fee, "Fee")?, read(at.net, "Net")?);
        if let Err(broken) = check_net(gross, fee, net) {
            let tax = optional(row, at.vat).and_then(|text| at.fee.style.amount(&text, currency).ok());
            let taxed = tax.and_then(|tax| fee.minor.checked_add(tax.minor)).map(|minor| Money::new(minor, currency));
            return match taxed {
                Some(taxed) if check_net(gross, taxed, net).is_ok() => Ok((gross, taxed, net)),
                _ => Err(broken),
            };
        }
        Ok((gross, fee, net))
    }

    fn payout_at(&self, row: &Row<'_>) -> Result<Option<Timestamp>, Fault> {
        let Some(text) = optional(row, self.columns.payout_date) else { return Ok(None) };
        let at = year_first(&text, &TimeZone::UTC);
        at.map(Some).ok_or_else(|| Fault::new(IssueRule::InvalidTime, "Payout Date", text))
    }

    /// What the buyer saw, in the style of `Amount`.
    fn presentment(&self, row: &Row<'_>, own: Currency) -> Result<Option<Money>, Fault> {
        const AMOUNT: &str = "Presentment Amount";
        const CURRENCY: &str = "Presentment Currency";
        let shown = (optional(row, self.columns.shown), optional(row, self.columns.shown_currency));
        let (Some(size), Some(code)) = shown else { return Ok(None) };
        let currency = currency(&code, CURRENCY)?;
        if currency == own {
            return Ok(None);
        }
        amount(&size, self.columns.amount.style, currency, AMOUNT).map(Some)
    }
}

pub(crate) fn about_a_charge(category: ProcessorCategory) -> bool {
    use ProcessorCategory::{Charge, Dispute, DisputeReversal, Refund};
    matches!(category, Charge | Refund | Dispute | DisputeReversal)
}

/// A charge is named by its checkout and a payout by its id; the export names nothing else.
fn source_id(category: ProcessorCategory, charge: Option<&str>, payout: Option<&str>) -> String {
    let name = match category {
        ProcessorCategory::Charge => charge,
        ProcessorCategory::Payout => payout,
        _ => None,
    };
    name.unwrap_or_default().to_owned()
}
