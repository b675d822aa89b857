//! Rows to movements of the seller's balance.

use super::NEEDED;
use super::layout::{Layout, Moved};
use super::settlement::Stated;
use crate::amazon_movement::{Movements, Part, category};
use crate::csv_rows::Row;
use crate::dialect::Dialect;
use crate::fault::Fault;
use crate::processor_line::{dated, fee_alone, movement, negative, optional};
use crate::table::{Table, needed};
use crate::tie_out::content_of;
use crate::{Context, Parsed, zoned_text};
use domain::{Currency, Digest, IssueRule, Money, ProcessorCategory, ProcessorLine};
use jiff::Timestamp;
use std::collections::HashMap;

pub(super) fn parse(file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    let (table, found) = match Table::open_under(bytes, Dialect::TABS, &[], NEEDED, super::RECOGNISED_BY) {
        Ok(opened) => opened,
        Err((fault, rows)) => return fault.whole_file(file, rows),
    };
    let columns = Columns::new(found, &table);
    let layout = match Layout::find(&table, columns.total) {
        Ok(layout) => layout,
        Err(fault) => return fault.whole_file(file, table.row_count()),
    };
    let mut reader = Reader {
        file,
        columns,
        layout,
        latest: context.latest(),
        stated: vec![],
        places: HashMap::new(),
        movements: Movements::of(file),
    };
    let mut parsed = Parsed::default();
    table.read(file, &mut parsed, |row, parsed| reader.take(row, parsed));
    reader.finish(&mut parsed);
    parsed
}

/// Where each column stands.
struct Columns {
    settlement: usize,
    total: usize,
    currency: usize,
    transaction_type: usize,
    order: usize,
    posted_date: usize,
    posted_time: Option<usize>,
    ended: Option<usize>,
    deposited: Option<usize>,
    sku: Option<usize>,
}

impl Columns {
    /// The needed ones in the order of [`NEEDED`], the others by name.
    fn new([settlement, total, currency, transaction_type, order, posted_date]: [usize; 6], table: &Table<'_>) -> Self {
        Self {
            settlement,
            total,
            currency,
            transaction_type,
            order,
            posted_date,
            posted_time: table.column(&["posted-date-time"]),
            ended: table.column(&["settlement-end-date"]),
            deposited: table.column(&["deposit-date"]),
            sku: table.column(&["sku"]),
        }
    }
}

struct Reader {
    file: Digest,
    columns: Columns,
    layout: Layout,
    latest: Timestamp,
    stated: Vec<Stated>,
    /// Where each settlement stands among them.
    places: HashMap<String, usize>,
    movements: Movements,
}

impl Reader {
    fn take(&mut self, row: &Row<'_>, parsed: &mut Parsed) -> Result<(), Fault> {
        let id = needed(row, self.columns.settlement, "settlement-id")?.into_owned();
        let known = self.places.get(&id).copied();
        match (optional(row, Some(self.columns.total)), known) {
            (Some(total), known) => self.open(id, &total, known, row, parsed),
            (None, Some(place)) => self.component(place, row, parsed),
            (None, None) => Err(Fault::new(IssueRule::MissingValue, "total-amount", "")),
        }
    }

    /// Takes a first row; whether it is a payout shows at the end.
    fn open(
        &mut self,
        id: String,
        total: &str,
        known: Option<usize>,
        row: &Row<'_>,
        parsed: &mut Parsed,
    ) -> Result<(), Fault> {
        let code = needed(row, self.columns.currency, "currency")?;
        let currency =
            Currency::from_code(&code).ok_or_else(|| Fault::new(IssueRule::InvalidCurrency, "currency", code))?;
        let total = self.layout.amount(total, currency, "total-amount")?;
        negative(total, "total-amount")?;
        let ended = self.columns.ended.map_or(Ok("".into()), |index| needed(row, index, "settlement-end-date"))?;
        let ended = dated(zoned_text::timestamp(&ended), self.latest, "settlement-end-date", &ended)?;
        let deposited = optional(row, self.columns.deposited).map(|text| {
            zoned_text::timestamp(&text).ok_or_else(|| Fault::new(IssueRule::InvalidTime, "deposit-date", text))
        });
        let stated = Stated::new(id, total, ended, deposited.transpose()?, row.span);
        match known {
            None => {
                self.places.insert(stated.id.clone(), self.stated.len());
                self.stated.push(stated);
            }
            Some(place) if self.stated[place].states(&stated) => parsed.duplicates += 1,
            Some(_) => return Err(Fault::new(IssueRule::IdempotencyConflict, "settlement-id", stated.id)),
        }
        Ok(())
    }

    fn component(&mut self, place: usize, row: &Row<'_>, parsed: &mut Parsed) -> Result<(), Fault> {
        let stated = &self.stated[place];
        let word = needed(row, self.columns.transaction_type, "transaction-type")?.into_owned();
        let at = self.posted(row)?;
        let Some(moved) = self.layout.moved(row, stated.total.currency)? else {
            parsed.skipped += 1;
            return Ok(());
        };
        let mut line = line(&word, &moved, optional(row, Some(self.columns.order)).is_some())?;
        self.describe(&mut line, row, &word, &moved);
        line.payout = Some(stated.id.clone());
        line.payout_at = stated.deposited;
        if line.category == ProcessorCategory::Payout {
            line.source_id.clone_from(&stated.id);
        }
        let fields: Vec<_> = (0..row.len()).map(|index| row.text(index)).collect();
        let content = content_of(&fields.iter().map(AsRef::as_ref).collect::<Vec<_>>());
        let component = line.clone();
        self.movements.keep(Part { word: &word, at, span: row.span, line }, parsed)?;
        self.stated[place].add(&component, &moved.kind, content, row.span);
        Ok(())
    }

    fn posted(&self, row: &Row<'_>) -> Result<Timestamp, Fault> {
        let (text, column) = match optional(row, self.columns.posted_time) {
            Some(text) => (text, "posted-date-time"),
            None => (needed(row, self.columns.posted_date, "posted-date")?.into_owned(), "posted-date"),
        };
        dated(zoned_text::timestamp(&text), self.latest, column, &text)
    }

    /// An order names its charge, and what is sold says what it was.
    fn describe(&self, line: &mut ProcessorLine, row: &Row<'_>, word: &str, moved: &Moved) {
        line.order_reference = optional(row, Some(self.columns.order));
        line.charge.clone_from(&line.order_reference);
        line.source_id = line.order_reference.clone().unwrap_or_default();
        let sku = optional(row, self.columns.sku).map(|sku| format!(", {sku}")).unwrap_or_default();
        line.description = format!("{word} {}{sku}", moved.kind);
    }

    /// Takes what the first rows state, once all others were seen.
    fn finish(self, parsed: &mut Parsed) {
        self.movements.finish(parsed);
        let held = parsed.issues.iter().map(|issue| u64::from(issue.rows)).sum();
        for stated in self.stated {
            match stated.payout(self.file) {
                Some(record) => parsed.records.push(record),
                None => parsed.skipped += 1,
            }
            parsed.issues.extend(stated.issues(self.file, held));
        }
    }
}

/// The movement of a component. What is charged for no order says so in its own words.
fn line(word: &str, moved: &Moved, is_of_order: bool) -> Result<ProcessorLine, Fault> {
    let zero = Money::zero(moved.net.currency);
    let category = match category(word) {
        ProcessorCategory::Adjustment if !is_of_order && moved.kind.contains("Fee") => ProcessorCategory::Fee,
        category => category,
    };
    match category {
        ProcessorCategory::Payout => return Ok(movement(category, moved.net, zero, moved.net)),
        ProcessorCategory::Fee => return fee_alone(moved.net, "amount"),
        _ => {}
    }
    Ok(movement(category, moved.gross, negative(moved.fees, "amount")?, moved.net))
}
