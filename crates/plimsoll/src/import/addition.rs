//! What a later export may add to a record that is known.
//!
//! - An invoice may have further lines: of equal lines, the larger count stands.
//! - A processor line that was pending may have been paid out since: the payout's name is added.
//! - An order or a parcel may have gone on: what it has come to is added.
//! - Another layout of the same export may leave columns out, and one bank statement may say more than another: where
//!   all money and times that both state agree, and else one of the two is blank or it is free text, the record is known.
//!   Stripe's dashboard leaves out the seconds, and its `adjustment` may be any other category. Of payouts reports give
//!   different times.
//!
//! A record that says less than is known adds nothing: an interface may know less of a payment than an export does. One
//! that says something else is a conflict.

use domain::{
    BankLine, Content, Invoice, InvoiceLine, OrderState, PayoutNamed, ProcessorCategory, ProcessorLine, Record,
    RecordId, ShipmentState, Span,
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
        (Content::Processor(old), Content::Processor(new)) if same_time(first.at, record.at) || is_payout(old, new) => {
            payout_named(&first.id, old, later, new, record.span)
        }
        (Content::Bank(old), Content::Bank(new)) if first.at == record.at && same_booking(old, new) => {
            Addition::Nothing
        }
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
    if !same_movement(old, new) {
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

/// A payout's time is when it was decided in one report, and when it left in another.
fn is_payout(old: &ProcessorLine, new: &ProcessorLine) -> bool {
    [old, new].iter().all(|line| line.category == ProcessorCategory::Payout)
}

/// Whether two layouts speak of the same movement, payouts aside.
fn same_movement(old: &ProcessorLine, new: &ProcessorLine) -> bool {
    let one_is_unspecific = [old, new].iter().any(|line| line.category == ProcessorCategory::Adjustment);
    (old.gross, old.fee, old.net) == (new.gross, new.fee, new.net)
        && (old.category == new.category || one_is_unspecific)
        && agree(text(&old.source_id), text(&new.source_id))
        && agree(old.charge.as_ref(), new.charge.as_ref())
        && agree(old.order_reference.as_ref(), new.order_reference.as_ref())
        && agree(old.customer, new.customer)
        && agree(old.presentment, new.presentment)
        && agree(old.card_country, new.card_country)
}

/// Whether two statements speak of the same booking; remittance texts and names are the bank's to shorten.
fn same_booking(old: &BankLine, new: &BankLine) -> bool {
    (&old.account, old.amount, old.booked) == (&new.account, new.amount, new.booked)
        && agree(text(&old.reference), text(&new.reference))
        && agree(text(&old.end_to_end), text(&new.end_to_end))
}

/// Whether two statements of a thing do not contradict each other: one may not speak of it.
fn agree<T: PartialEq>(old: Option<T>, new: Option<T>) -> bool {
    old.zip(new).is_none_or(|(old, new)| old == new)
}

fn text(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// Whether two instants are the same, where one of them may lack the seconds.
fn same_time(old: Timestamp, new: Timestamp) -> bool {
    let minute = |at: Timestamp| at.as_second().div_euclid(60);
    let whole = |at: Timestamp| at.as_second() % 60 == 0 && at.subsec_nanosecond() == 0;
    old == new || (minute(old) == minute(new) && (whole(old) || whole(new)))
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
