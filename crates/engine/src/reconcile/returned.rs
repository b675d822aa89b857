//! What came back of payments to sellers is taken off the payments that it came back of, so that what was owed is owed again.
//!
//! Which payment, and none after it: the transfer that it names, by the processor's own name; else the latest transfer to
//! the seller for the order that it names, of at least as much; else the latest payment to the seller, in the same way and
//! within [`WINDOW_DAYS`], of exactly its amount. What fits none, and what is more than the transfer that it names, is an
//! exception.
//!
//! Example: Lamps Ltd was paid 12.25 and, a day later, 8.00 by bank; a line of +12.25 that says `RETURNED LAMPS LTD` is
//! taken off the first; one of +12.52 is unexplained.

use super::items::Movement;
use super::sellers::Payment;
use super::settling::{Piece, Settling};
use domain::{Currency, SettlementKind};
use std::collections::BTreeMap;

/// Banks send back within days what an account does not take; a seller may take some weeks.
pub(super) const WINDOW_DAYS: i64 = 30;

/// By bank or not, to whom, for which order, in which currency, and how much where it names no order.
type Key<'a> = (bool, &'a str, Option<&'a str>, Currency, i64);

/// Takes what came back, and names no transfer, off the payments before they pay anything.
pub(super) fn net<'a>(settling: &mut Settling<'a>, payments: &[Payment<'a>]) {
    let back: Vec<&Payment> = payments.iter().filter(|payment| payment.left(settling) < 0).collect();
    if back.is_empty() {
        return;
    }
    let mut out: BTreeMap<Key<'a>, Vec<&Payment<'a>>> = BTreeMap::new();
    for payment in payments {
        let left = payment.left(settling);
        if left > 0 {
            out.entry(key(payment, left)).or_default().push(payment);
            if payment.order.is_some() {
                out.entry(whole(payment, left)).or_default().push(payment);
            }
        }
    }
    for returned in back {
        let minor = returned.left(settling).saturating_neg();
        let fits = |payment: &Payment<'a>| {
            let left = payment.left(settling);
            is_before(payment, returned) && if returned.order.is_some() { left >= minor } else { left == minor }
        };
        let mut paid = out.get(&key(returned, minor)).into_iter().flatten().rev().copied();
        if let Some(payment) = paid.find(|payment| fits(payment)) {
            let kind = if returned.is_by_bank() {
                SettlementKind::BankPaymentReturned
            } else {
                SettlementKind::TransferReturned
            };
            let (settled, by) = (payment.piece(minor), returned.piece(-minor));
            settling.assign(kind, returned.id(), reason(returned), &[settled], &[by]);
        }
    }
}

/// Transfers that came back, and name the transfer by its own name, whomever it was to.
pub(super) fn by_name(settling: &mut Settling) {
    let items = settling.items;
    let back: Vec<&Movement> = items.transfers.values().filter(|transfer| transfer.amount.minor < 0).collect();
    if back.is_empty() {
        return;
    }
    let out = items.transfers.values().filter(|transfer| transfer.amount.minor > 0);
    let out: BTreeMap<&str, &Movement> = out.map(|transfer| (transfer.source_id.as_str(), transfer)).collect();
    for returned in back {
        let named = returned.charge.as_deref().and_then(|name| out.get(name));
        let Some(transfer) = named.or_else(|| out.get(returned.source_id.as_str())) else { continue };
        let minor = returned.amount.minor.saturating_neg().min(settling.left_of_movement(transfer));
        if minor > 0 && transfer.at <= returned.at && transfer.amount.currency == returned.amount.currency {
            let (settled, by) = (Piece::of_movement(transfer, minor), Piece::of_movement(returned, -minor));
            let reason = "it names the transfer that it came back of";
            settling.assign(SettlementKind::TransferReturned, &returned.id, reason, &[settled], &[by]);
        }
    }
}

/// Where a return looks for what it came back of; a payment for an order is found by the order.
fn key<'a>(payment: &Payment<'a>, minor: i64) -> Key<'a> {
    let minor = if payment.order.is_some() { 0 } else { minor };
    (payment.is_by_bank(), payment.seller, payment.order, payment.currency(), minor)
}

/// A payment for an order is found by its amount, too, by what names no order.
fn whole<'a>(payment: &Payment<'a>, minor: i64) -> Key<'a> {
    (payment.is_by_bank(), payment.seller, None, payment.currency(), minor)
}

fn is_before(payment: &Payment, returned: &Payment) -> bool {
    let seconds = returned.at().as_second() - payment.at().as_second();
    (0..=WINDOW_DAYS * 86_400).contains(&seconds)
}

fn reason(returned: &Payment) -> &'static str {
    match returned.order {
        Some(_) => "it names the order that was paid for",
        None => "the latest payment to the seller of this amount",
    }
}
