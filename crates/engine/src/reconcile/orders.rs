//! Payments settle orders.

use super::credit_notes::named_note;
use super::items::{Claim, Movement};
use super::nearest::{Nearest, Owner};
use super::settling::{Piece, Settling};
use domain::{Currency, Money, PartyKind, RecordId, SettlementKind};
use std::collections::BTreeSet;

/// A payment that names no order may come this long after it, or (a clock that runs ahead) this long before.
const PAYMENT_WINDOW_SECONDS: i64 = 14 * 86_400;
const CLOCK_SKEW_SECONDS: i64 = 3_600;

/// A payment too many that is given back in full within this time was a mistake that mended itself.
const VOID_WINDOW_SECONDS: i64 = 86_400;

/// Rules 1 and 2: payments settle the orders that they name; what was given back at once is void.
pub(super) fn settle_by_reference(settling: &mut Settling) {
    let items = settling.items;
    for order in items.orders.values() {
        let currency = order.amount.currency;
        let named = items.charges_of_order(&order.number).filter(|charge| charge.amount.currency == currency);
        let charges: Vec<&Movement> = named.collect();
        void_what_was_given_back(settling, order, &charges);
        for charge in &charges {
            settling.pay(SettlementKind::OrderPaid, "the payment names the order", order, charge);
        }
        close_exchange_difference(settling, order, &charges);
        let shown = |charge: &&Movement| {
            charge.shown_in(currency).is_some() && items.orders.get(&order.number, charge.amount.currency).is_none()
        };
        for charge in items.charges_of_order(&order.number).filter(shown) {
            let reason = "the payment names the order, and the buyer saw its currency";
            settling.pay(SettlementKind::OrderPaid, reason, order, charge);
        }
    }
}

/// Rule 3: payments that name no known order. The pair nearest in time goes first; a payment whose order is gone looks
/// for the next.
pub(super) fn settle_by_amount(settling: &mut Settling) {
    let items = settling.items;
    let mut unpaid = Nearest::default();
    for order in items.orders.values().filter(|order| settling.left_of_claim(order) == order.amount.minor) {
        owners(settling, order).for_each(|owner| unpaid.insert(owner, order));
    }
    if unpaid.is_empty() {
        return;
    }
    let mut pairs = BTreeSet::new();
    for charge in items.charges.values().filter(|charge| names_no_order(settling, charge)) {
        pairs.extend(nearest_pair(settling, &unpaid, charge));
    }
    while let Some((_, charge, _)) = pairs.pop_first() {
        let charge = &items.charges[charge];
        // The nearest when the pair was made may be paid by now.
        let Some(pair) = nearest_pair(settling, &unpaid, charge) else { continue };
        if pairs.first().is_some_and(|first| *first < pair) {
            pairs.insert(pair);
            continue;
        }
        let (_, _, (number, currency)) = pair;
        let Some(order) = items.orders.get(number, currency) else { continue };
        owners(settling, order).for_each(|owner| unpaid.remove(owner, order));
        settling.pay(SettlementKind::OrderPaid, "same buyer and amount, nearest in time", order, charge);
        close_exchange_difference(settling, order, &[charge]);
    }
}

/// Seconds apart, the payment, and the order by number and currency.
type Pair<'a> = (i64, &'a RecordId, (&'a str, Currency));

fn names_no_order(settling: &Settling, charge: &Movement) -> bool {
    let named = charge.order_reference.as_ref().is_some_and(|order| settling.items.orders.contains(order));
    !named && charge.amount.minor > 0 && settling.left_of_movement(charge) == charge.amount.minor
}

fn nearest_pair<'a>(settling: &Settling<'a>, unpaid: &Nearest<'a>, charge: &'a Movement) -> Option<Pair<'a>> {
    let at = charge.at.as_second();
    let owner = owner(settling, charge);
    let found = near_amounts(settling, charge)
        .filter_map(|amount| unpaid.find(owner, amount, at, at - PAYMENT_WINDOW_SECONDS..=at + CLOCK_SKEW_SECONDS));
    let (apart, order) = found.min_by_key(|(apart, order)| (*apart, &order.id))?;
    Some((apart, &charge.id, (&order.number, order.amount.currency)))
}

/// The amounts that a payment may settle: its own, one minor unit either way where it was shown in another currency and
/// settled at the reference rate, and what was shown.
fn near_amounts(settling: &Settling, charge: &Movement) -> impl Iterator<Item = Money> + use<> {
    let slack = i64::from(settling.settled_at_reference_rate(charge));
    let Money { minor, currency } = charge.amount;
    let shown = charge.presentment.filter(|shown| shown.currency != currency);
    (-slack..=slack).map(move |by| Money::new(minor + by, currency)).chain(shown)
}

/// A payment of a known party settles that party's orders; one without a customer a guest's; one whose customer is not
/// known yet those of a buyer who has no customer of the processor's yet.
fn owner<'a>(settling: &Settling<'a>, charge: &Movement) -> Owner<'a> {
    match (settling.party_of(charge), charge.customer) {
        (Some(party), _) => Owner::Party(party),
        (None, None) => Owner::Guest,
        (None, Some(_)) => Owner::Unlinked,
    }
}

/// Under whom an order may be found.
fn owners<'a>(settling: &Settling<'a>, order: &'a Claim) -> impl Iterator<Item = Owner<'a>> + use<'a> {
    let unnamed = settling.who.party(&order.party).and_then(|party| match party.kind {
        PartyKind::Guest => Some(Owner::Guest),
        PartyKind::Buyer => (party.tokens.len() == 1).then_some(Owner::Unlinked),
    });
    std::iter::once(Owner::Party(&order.party)).chain(unnamed)
}

/// Rule 2. The latest are looked at first: of two equal payments, the second was the mistake.
fn void_what_was_given_back<'a>(settling: &mut Settling<'a>, order: &'a Claim, charges: &[&'a Movement]) {
    let mut paid: i64 = charges.iter().map(|charge| settling.left_of_movement(charge)).sum();
    for charge in charges.iter().rev() {
        let back = given_back_at_once(settling, charge);
        let in_full = back.iter().map(|refund| refund.amount.minor).sum::<i64>() == charge.amount.minor;
        let too_many = paid - charge.amount.minor >= order.amount.minor - 1;
        if in_full && too_many && charge.amount.minor > 0 {
            let settled: Vec<Piece> =
                back.iter().map(|refund| Piece::of_movement(refund, refund.amount.minor)).collect();
            let by = [Piece::of_movement(charge, charge.amount.minor)];
            settling.assign(SettlementKind::PaymentVoided, &charge.id, "given back within a day", &settled, &by);
            paid -= charge.amount.minor;
        }
    }
}

/// The refunds of a payment within the void window that nothing has used and that name no credit note.
fn given_back_at_once<'a>(settling: &Settling<'a>, charge: &Movement) -> Vec<&'a Movement> {
    let items = settling.items;
    let refunds = items.refunds_of(&charge.source_id).filter(|refund| {
        refund.at.as_second() - charge.at.as_second() <= VOID_WINDOW_SECONDS
            && refund.amount.currency == charge.amount.currency
            && refund.amount.minor > 0
            && settling.left_of_movement(refund) == refund.amount.minor
            && named_note(items, refund).is_none()
    });
    refunds.collect()
}

/// Where rounding between currencies left a minor unit a payment, the settlement takes it in as exchange difference.
fn close_exchange_difference<'a>(settling: &mut Settling<'a>, order: &'a Claim, charges: &[&'a Movement]) {
    let kind = SettlementKind::OrderPaid;
    let abroad: Vec<&&Movement> = charges.iter().filter(|charge| settling.settled_at_reference_rate(charge)).collect();
    let slack = i64::try_from(abroad.len()).unwrap_or(0);
    let short = settling.left_of_claim(order);
    if short > 0 && short <= slack {
        settling.assign(kind, &order.id, "exchange difference", &[Piece::of_claim(order, short)], &[]);
    }
    for charge in abroad {
        let over = settling.left_of_movement(charge);
        if over == 1 && settling.left_of_claim(order) == 0 {
            settling.assign(kind, &order.id, "exchange difference", &[], &[Piece::of_movement(charge, over)]);
        }
    }
}
