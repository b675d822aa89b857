//! Lists the near misses of a finished world: seen in the world itself, so that the list cannot promise what is not so.

use crate::Setting;
use crate::bank::{Arrival, Credit};
use crate::breaks::{Planted, record_of};
use crate::calendar::{self, DAY};
use crate::charges::Charge;
use crate::payouts::Payout;
use crate::refunds::Refund;
use crate::shop::{Document, Shop};
use crate::truth::{Decoy, DecoyRow};
use domain::RecordId;
use sources::stripe::Row;
use std::collections::{BTreeMap, BTreeSet};

/// Two equal orders of a buyer within this time look like one order twice.
const EQUAL_ORDERS_SECONDS: u64 = 7 * DAY.unsigned_abs();

/// What stands in the files and is no break, though it looks like one.
pub(crate) fn list(setting: &Setting<'_>, charges: &[Charge], refunds: &[Refund], planted: &Planted) -> Vec<DecoyRow> {
    let mut rows = Vec::new();
    let mut add = |kind, record| rows.push(DecoyRow { kind, record });
    for (order, _) in &setting.shop.cancelled {
        add(Decoy::CancelledOrder, order.record.clone());
    }
    for order in equal_orders(setting, charges, planted) {
        add(Decoy::EqualOrders, order.record.clone());
    }
    for (index, charge) in charges.iter().enumerate().filter(|(index, _)| !planted.missing.contains(index)) {
        let before = index.checked_sub(1).map(|before| &charges[before]);
        charge_kinds(setting, charge, before).for_each(|kind| add(kind, record_of(&charge.row)));
    }
    for record in &planted.voided {
        add(Decoy::RefundedDuplicate, record.clone());
    }
    let larger: BTreeSet<&RecordId> = planted.truth.iter().map(|row| &row.record).collect();
    for (kind, record) in refund_kinds(charges, refunds) {
        if !larger.contains(&record) {
            add(kind, record);
        }
    }
    rows
}

/// How payouts arrived that did not arrive in the usual way.
pub(crate) fn list_arrivals(payouts: &[Payout], credits: &[Credit]) -> Vec<DecoyRow> {
    let odd = credits.iter().filter_map(|credit| Some((credit, arrival_kind(credit.arrival)?)));
    let rows = odd.flat_map(|(credit, kind)| credit.payouts.iter().map(move |index| (kind, *index)));
    rows.map(|(kind, index)| DecoyRow { kind, record: payouts[index].record.clone() }).collect()
}

fn arrival_kind(arrival: Arrival) -> Option<Decoy> {
    match arrival {
        Arrival::Named => None,
        Arrival::Late => Some(Decoy::LateArrival),
        Arrival::Unnamed => Some(Decoy::LostReference),
        Arrival::Combined => Some(Decoy::CombinedPayout),
    }
}

fn charge_kinds(setting: &Setting<'_>, charge: &Charge, before: Option<&Charge>) -> impl Iterator<Item = Decoy> {
    let order = &setting.shop.orders[charge.order];
    let first_part = before.filter(|before| before.order == charge.order);
    let part = first_part
        .map(|first| if first.row.gross == charge.row.gross { Decoy::HalfPayment } else { Decoy::PartPayment });
    let linked = charge.row.order_id.is_empty().then_some(Decoy::PaymentLink);
    let overdue = charge.whole && calendar::apart(order.at, charge.row.created_utc) > DAY.unsigned_abs();
    let late = overdue.then_some(Decoy::LatePayment);
    [part, linked, late].into_iter().flatten()
}

/// The later order of each close pair, where both are paid once.
fn equal_orders<'a>(setting: &'a Setting<'_>, charges: &[Charge], planted: &Planted) -> Vec<&'a Document<'a>> {
    let unpaid: BTreeSet<usize> = planted.missing.iter().map(|index| charges[*index].order).collect();
    let mut latest: BTreeMap<(&str, i64), &Document<'_>> = BTreeMap::new();
    let mut later = Vec::new();
    for (index, order) in setting.shop.orders.iter().enumerate().filter(|(index, _)| !unpaid.contains(index)) {
        let Some(buyer) = order.buyer else { continue };
        let before = latest.insert((buyer, order.pence), &setting.shop.orders[index]);
        if before.is_some_and(|before| calendar::apart(before.at, order.at) <= EQUAL_ORDERS_SECONDS) {
            later.push(order);
        }
    }
    later
}

fn refund_kinds(charges: &[Charge], refunds: &[Refund]) -> Vec<(Decoy, RecordId)> {
    let mut of_charge: BTreeMap<usize, Vec<&Refund>> = BTreeMap::new();
    let mut of_note: BTreeMap<usize, Vec<&Refund>> = BTreeMap::new();
    for refund in refunds {
        of_note.entry(refund.note).or_default().push(refund);
        if let Some(charge) = refund.charge {
            of_charge.entry(charge).or_default().push(refund);
        }
    }
    let exhausted = of_charge.iter().filter_map(|(charge, refunds)| exhausting(&charges[*charge], refunds));
    let split = of_note.values().filter(|refunds| refunds.len() > 1).filter_map(|refunds| refunds.last());
    let split = split.map(|refund| (Decoy::SplitRefund, record_of(&refund.row)));
    let undescribed = refunds.iter().filter(|refund| refund.row.description.is_empty());
    let undescribed = undescribed.map(|refund| (Decoy::UndescribedRefund, record_of(&refund.row)));
    exhausted.chain(split).chain(undescribed).collect()
}

/// Refunds that come to exactly the charge.
fn exhausting(charge: &Charge, refunds: &[&Refund]) -> Option<(Decoy, RecordId)> {
    let refunded: i64 = refunds.iter().map(|refund| -refund.row.gross.minor).sum();
    let kind = if refunds.len() == 1 { Decoy::FullRefund } else { Decoy::FullRefundInParts };
    let last = refunds.last().filter(|_| refunded == charge.row.gross.minor)?;
    Some((kind, record_of(&last.row)))
}

/// The records that stand in the files.
pub(crate) fn records(shop: &Shop<'_>, stripe: &[Row]) -> BTreeSet<RecordId> {
    let cancelled = shop.cancelled.iter().map(|(order, _)| order.record.clone());
    let orders = shop.orders.iter().map(|order| order.record.clone());
    orders.chain(cancelled).chain(stripe.iter().map(record_of)).collect()
}
