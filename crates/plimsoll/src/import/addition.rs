//! What a later export may add to a record that is known.
//!
//! - An invoice may have further lines: of equal lines, the larger count stands.
//! - A processor line that was pending may have been paid out since: the payout's name is added.
//! - An order or a parcel may have gone on: what it has come to is added.
//!
//! A record that says less than is known adds nothing; one that says something else is a conflict.

use domain::{
    Content, Invoice, InvoiceLine, OrderState, PayoutNamed, ProcessorLine, Record, RecordId, ShipmentState, Span,
};
use jiff::Timestamp;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What a record adds to the parts that are known.
pub(super) enum Addition {
    /// It says what is known, or less.
    Nothing,
    /// A record of its own under the same id, with the place of its first row.
    Part(Box<Content>, Span),
    /// It says something else.
    Conflict,
}

/// What a record adds to the parts that are known under its id, the first of which is not equal to it.
pub(super) fn addition(parts: &[Record], record: &Record) -> Addition {
    let Some((first, later)) = parts.split_first() else { return Addition::Conflict };
    match (&first.content, &record.content) {
        (Content::Invoice(_), Content::Invoice(new)) => further_lines(parts, new),
        (Content::Processor(old), Content::Processor(new)) => payout_named(&first.id, old, later, new, record.span),
        _ => gone_on(parts, record),
    }
}

/// An order or parcel that has come further than its known parts say.
fn gone_on(parts: &[Record], record: &Record) -> Addition {
    let known = parts.iter().filter_map(|part| progress(&part.content)).max();
    let Some((known, new)) = known.zip(progress(&record.content)) else { return Addition::Conflict };
    if new > known {
        return Addition::Part(Box::new(record.content.clone()), record.span);
    }
    let said = parts.iter().any(|part| part.content == record.content);
    if said || new < known { Addition::Nothing } else { Addition::Conflict }
}

/// How far something has come: its state, then how many of its times are known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Progress {
    Order(OrderState, usize),
    Parcel(ShipmentState, usize),
}

fn progress(content: &Content) -> Option<Progress> {
    let known = |times: &[Option<Timestamp>]| times.iter().flatten().count();
    match content {
        Content::OrderStatus(order) => {
            let times = [order.approved, order.shipped, order.delivered, order.promised];
            Some(Progress::Order(order.state, known(&times)))
        }
        Content::Shipment(parcel) => {
            let times = [parcel.shipped, parcel.delivered, parcel.promised];
            Some(Progress::Parcel(parcel.state, known(&times)))
        }
        _ => None,
    }
}

fn payout_named(id: &RecordId, old: &ProcessorLine, later: &[Record], new: &ProcessorLine, row: Span) -> Addition {
    let apart_from_payout = |line: &ProcessorLine| ProcessorLine { payout: None, payout_at: None, ..line.clone() };
    if apart_from_payout(old) != apart_from_payout(new) {
        return Addition::Conflict;
    }
    let Some(payout) = &new.payout else { return Addition::Nothing };
    let named_since = later.iter().find_map(|part| match &part.content {
        Content::PayoutNamed(named) => Some(&named.payout),
        _ => None,
    });
    match old.payout.as_ref().or(named_since) {
        Some(known) if known == payout => Addition::Nothing,
        Some(_) => Addition::Conflict,
        None => {
            let (line, payout) = (id.clone(), payout.clone());
            let named = PayoutNamed { line, payout, payout_at: new.payout_at, net: new.net };
            Addition::Part(Box::new(Content::PayoutNamed(named)), row)
        }
    }
}

/// The lines that an invoice has more often than its known parts.
fn further_lines(parts: &[Record], new: &Invoice) -> Addition {
    let mut known: BTreeMap<LineKey, usize> = BTreeMap::new();
    for part in parts {
        let Content::Invoice(old) = &part.content else { return Addition::Conflict };
        if (old.buyer, &old.country, old.currency) != (new.buyer, &new.country, new.currency) {
            return Addition::Conflict;
        }
        for line in &old.lines {
            *known.entry(line_key(line)).or_default() += 1;
        }
    }
    let mut further = Vec::new();
    for line in &new.lines {
        match known.get_mut(&line_key(line)) {
            Some(count) if *count > 0 => *count -= 1,
            _ => further.push(line.clone()),
        }
    }
    match further.first() {
        None => Addition::Nothing,
        Some(first) => {
            let row = first.span;
            Addition::Part(Box::new(Content::Invoice(Invoice { lines: further, ..new.clone() })), row)
        }
    }
}

type LineKey<'a> = (&'a str, &'a str, i64, Decimal);

fn line_key(line: &InvoiceLine) -> LineKey<'_> {
    (&line.stock_code, &line.description, line.quantity, line.unit_price)
}
