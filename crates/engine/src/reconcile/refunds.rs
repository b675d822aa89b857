//! Refunds and the payments that they give back.

use super::items::{Items, Movement};
use domain::{Money, RecordId};
use std::collections::BTreeMap;

/// Refunds that name a payment, by (time, id).
pub(super) fn refunds_of<'a>(items: &'a Items, charge: &str) -> impl Iterator<Item = &'a Movement> + use<'a> {
    let ids = items.refunds_of_charge.get(charge).into_iter().flatten();
    ids.filter_map(|(_, id)| items.refunds.get(id))
}

/// How much of each refund goes beyond its payment: payments are used up by their refunds in order of (time, id).
pub(super) fn excess(items: &Items) -> BTreeMap<&RecordId, (Money, &Movement)> {
    let mut beyond = BTreeMap::new();
    for charge in items.charges.values() {
        let mut left = charge.amount.minor;
        for refund in refunds_of(items, &charge.source_id) {
            let over = refund.amount.minor - left.clamp(0, refund.amount.minor);
            left -= refund.amount.minor;
            if over > 0 {
                beyond.insert(&refund.id, (Money::new(over, refund.amount.currency), charge));
            }
        }
    }
    beyond
}
