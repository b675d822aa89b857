//! Rows that are lines of orders: those of one number are one order.
//!
//! - The first row of an order gives its instant, buyer, country and currency; a row that says otherwise of the buyer or
//!   the currency is an `IdempotencyConflict`, and the order stands without it.
//! - Without a quantity a line is of one; an amount alone is its price. Equal lines are kept.

use super::Fields;
use super::meaning::Meaning;
use super::read::Reading;
use crate::fault::Fault;
use crate::{Context, Parsed};
use domain::{Content, Invoice, InvoiceLine, IssueRule, Record, RecordId};
use std::collections::HashMap;

/// Where each order stands among the records.
#[derive(Default)]
pub(super) struct Orders {
    places: HashMap<String, usize>,
}

impl Orders {
    pub(super) fn take(
        &mut self,
        reading: &Reading<'_>,
        fields: &Fields<'_>,
        context: &mut Context<'_>,
        parsed: &mut Parsed,
    ) -> Result<(), Fault> {
        let (number, column) = fields.needed(Meaning::Order)?;
        let at = reading.at(fields, context)?;
        let currency = reading.currency(fields, context)?;
        let line = line(fields)?;
        let buyer = fields.token(Meaning::Customer, "customer", context);
        if let Some(place) = self.places.get(number) {
            let known = parsed.records.get_mut(*place).map(|record| &mut record.content);
            match known {
                Some(Content::Invoice(invoice)) if (invoice.buyer, invoice.currency) == (buyer, currency) => {
                    invoice.lines.push(line);
                }
                _ => return Err(fields.fault(IssueRule::IdempotencyConflict, column, number)),
            }
            return Ok(());
        }
        self.places.insert(number.to_owned(), parsed.records.len());
        let country = fields.text(Meaning::Country).unwrap_or_default().to_owned();
        let invoice = Invoice { number: number.to_owned(), buyer, country, currency, lines: vec![line] };
        parsed.records.push(Record {
            id: RecordId::from(format!("{}:{number}", reading.mapping.name)),
            at,
            file: reading.file,
            span: fields.row.span,
            content: Content::Invoice(invoice),
        });
        Ok(())
    }
}

fn line(fields: &Fields<'_>) -> Result<InvoiceLine, Fault> {
    let price = fields.number(Meaning::UnitPrice)?;
    let (unit_price, quantity) = match price {
        Some((price, _)) => (price, fields.whole(Meaning::Quantity)?.unwrap_or(1)),
        None => (fields.needed_number(Meaning::Amount)?.0, 1),
    };
    Ok(InvoiceLine {
        stock_code: fields.text(Meaning::Product).unwrap_or_default().to_owned(),
        description: fields.description(),
        quantity,
        unit_price,
        span: fields.row.span,
    })
}
