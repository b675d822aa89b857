//! Rows to movements of the seller's balance.

use super::{NEEDED, RECOGNISED_BY, marketplace};
use crate::amazon_movement::{Movements, Part, category};
use crate::csv_rows::Row;
use crate::dialect::Dialect;
use crate::fault::Fault;
use crate::number_style::NumberStyle;
use crate::processor_line::{dated, fee_alone, money_of, movement, optional};
use crate::table::{Table, needed};
use crate::{Context, Parsed, zoned_text};
use domain::{Currency, Digest, IssueRule, Money, ProcessorCategory, ProcessorLine};
use jiff::Timestamp;

/// Columns that sum to `total`, whatever form the report has, and whether each is a fee.
const PARTS: [(&str, bool); 17] = [
    ("product sales", false),
    ("product sales tax", false),
    ("shipping credits", false),
    ("shipping credits tax", false),
    ("gift wrap credits", false),
    ("giftwrap credits tax", false),
    ("Regulatory Fee", false),
    ("Tax On Regulatory Fee", false),
    ("promotional rebates", false),
    ("promotional rebates tax", false),
    ("sales tax collected", false),
    ("marketplace withheld tax", false),
    ("Marketplace Facilitator Tax", false),
    ("selling fees", true),
    ("fba fees", true),
    ("other transaction fees", true),
    ("other", false),
];

/// Columns that say where the buyer lives.
const PERSONAL: &[&str] = &["order city", "order state", "order postal"];

/// The status of a row that is no fact yet.
const DEFERRED: &str = "Deferred";

pub(super) fn parse(file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    let (table, found) = match Table::open_under(bytes, Dialect::COMMAS, PERSONAL, NEEDED, RECOGNISED_BY) {
        Ok(opened) => opened,
        Err((fault, rows)) => return fault.whole_file(file, rows),
    };
    let reader = Reader::new(found, &table, context);
    let mut parsed = Parsed::default();
    let mut movements = Movements::of(file);
    table.read(file, &mut parsed, |row, parsed| {
        if reader.is_deferred(row) {
            parsed.skipped += 1;
            return Ok(());
        }
        let (word, at, line) = reader.movement(row)?;
        movements.keep(Part { word: &word, at, span: row.span, line }, parsed)
    });
    movements.finish(&mut parsed);
    parsed
}

struct Reader {
    latest: Timestamp,
    at: usize,
    settlement: usize,
    kind: usize,
    order: usize,
    total: usize,
    description: Option<usize>,
    marketplace: Option<usize>,
    status: Option<usize>,
    parts: Vec<(usize, &'static str, bool)>,
    style: NumberStyle,
    stated: Option<Currency>,
    default: Currency,
}

impl Reader {
    fn new(found: [usize; 9], table: &Table<'_>, context: &Context<'_>) -> Self {
        let [at, settlement, kind, order, .., total] = found;
        let part = |&(name, fee): &(&'static str, bool)| Some((table.column(&[name])?, name, fee));
        let parts: Vec<_> = PARTS.iter().filter_map(part).collect();
        let columns = parts.iter().map(|part| part.0).chain([total]);
        let values = columns.flat_map(|index| table.column_texts(index)).filter(|value| !value.trim().is_empty());
        Self {
            latest: context.latest(),
            at,
            settlement,
            kind,
            order,
            total,
            description: table.column(&["description"]),
            marketplace: table.column(&["marketplace"]),
            status: table.column(&["Transaction Status"]),
            style: NumberStyle::of_column(values).unwrap_or(NumberStyle::Point),
            parts,
            stated: marketplace::stated(&table.preamble),
            default: context.settings.currency,
        }
    }

    /// Whether the row is no fact yet.
    fn is_deferred(&self, row: &Row<'_>) -> bool {
        optional(row, self.status).is_some_and(|status| status == DEFERRED)
    }

    /// The row's type, its instant, and what it moves.
    fn movement(&self, row: &Row<'_>) -> Result<(String, Timestamp, ProcessorLine), Fault> {
        let text = needed(row, self.at, "date/time")?;
        let at = dated(zoned_text::timestamp(&text), self.latest, "date/time", &text)?;
        let word = needed(row, self.kind, "type")?.into_owned();
        let mut line = self.line(row, category(&word))?;
        line.payout = optional(row, Some(self.settlement));
        line.order_reference = optional(row, Some(self.order));
        line.charge.clone_from(&line.order_reference);
        line.description = optional(row, self.description).unwrap_or_else(|| word.clone());
        let own = if line.category == ProcessorCategory::Payout { &line.payout } else { &line.order_reference };
        line.source_id = own.clone().unwrap_or_default();
        Ok((word, at, line))
    }

    fn line(&self, row: &Row<'_>, category: ProcessorCategory) -> Result<ProcessorLine, Fault> {
        let currency = self.currency(row);
        let total = self.amount(&needed(row, self.total, "total")?, currency, "total")?;
        let (mut gross, mut fees) = (0_i128, 0_i128);
        for &(index, name, fee) in &self.parts {
            let Some(text) = optional(row, Some(index)) else { continue };
            *(if fee { &mut fees } else { &mut gross }) += i128::from(self.amount(&text, currency, name)?.minor);
        }
        if gross + fees != i128::from(total.minor) {
            let sum = money_of(gross + fees, total, "total")?;
            let said = format!("parts sum to {}, not to {}", sum.to_decimal(), total.to_decimal());
            return Err(Fault::new(IssueRule::IdentityBroken, "total", said));
        }
        match category {
            ProcessorCategory::Fee => fee_alone(total, "total"),
            ProcessorCategory::Payout => Ok(movement(category, total, Money::zero(currency), total)),
            _ => Ok(movement(category, money_of(gross, total, "total")?, money_of(-fees, total, "total")?, total)),
        }
    }

    fn amount(&self, text: &str, currency: Currency, column: &str) -> Result<Money, Fault> {
        self.style.amount(text, currency).map_err(|rule| Fault::new(rule, column, text))
    }

    fn currency(&self, row: &Row<'_>) -> Currency {
        let own = || optional(row, self.marketplace).and_then(|name| marketplace::currency(&name));
        self.stated.or_else(own).unwrap_or(self.default)
    }
}
