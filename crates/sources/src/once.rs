//! Each natural key once in a file.
//!
//! Where a key comes again with the same content, the first stands and the row is counted as a duplicate; with other
//! content, the first stands and the row is an `IdempotencyConflict`. A movement that comes again with more said of it,
//! as an object does that carries its source, fills what the first left open; a parcel that comes again is as far as any
//! of its rows says.

use crate::Parsed;
use crate::fault::Fault;
use crate::processor_line::{contradicts, fill};
use domain::{Content, Invoice, IssueRule, Record, RecordId, Shipment, Span};
use std::collections::HashMap;

/// Where each key stands among the records.
#[derive(Default)]
pub(crate) struct Once {
    places: HashMap<RecordId, usize>,
}

impl Once {
    /// Keeps the record, or says why not; `column` holds the key.
    pub(crate) fn keep(&mut self, record: Record, column: &str, parsed: &mut Parsed) -> Result<(), Fault> {
        let Some(&place) = self.places.get(&record.id) else {
            self.places.insert(record.id.clone(), parsed.records.len());
            parsed.records.push(record);
            return Ok(());
        };
        let first = &mut parsed.records[place];
        match (&mut first.content, &record.content) {
            (Content::Processor(known), Content::Processor(new))
                if first.at == record.at && !contradicts(known, new) =>
            {
                fill(known, new);
            }
            (Content::Invoice(known), Content::Invoice(new)) if first.at == record.at && same(known, new) => {}
            (Content::Shipment(known), Content::Shipment(new)) => go_on(known, new),
            (known, new) if first.at == record.at && *known == *new => {}
            _ => return Err(Fault::new(IssueRule::IdempotencyConflict, column, record.id.to_string())),
        }
        parsed.duplicates += 1;
        Ok(())
    }
}

/// Brings a parcel as far as the other one says.
fn go_on(known: &mut Shipment, new: &Shipment) {
    known.state = known.state.max(new.state);
    known.shipped = known.shipped.or(new.shipped);
    known.delivered = known.delivered.or(new.delivered);
    known.promised = new.promised.or(known.promised);
    let texts = [(&mut known.carrier, &new.carrier), (&mut known.tracking, &new.tracking)];
    for (known, new) in texts.into_iter().chain([(&mut known.order_reference, &new.order_reference)]) {
        if known.is_empty() {
            known.clone_from(new);
        }
    }
}

/// Whether two invoices say the same, wherever they stand.
pub(crate) fn same(first: &Invoice, second: &Invoice) -> bool {
    let placeless = |invoice: &Invoice| {
        let mut invoice = invoice.clone();
        for line in &mut invoice.lines {
            line.span = Span::default();
        }
        invoice
    };
    placeless(first) == placeless(second)
}
