//! Refunds that give back more than their payments.

use super::items::{Items, Movement};
use domain::{Money, RecordId};
use std::collections::BTreeMap;

/// How much of each refund goes beyond its payment, with that payment: payments are used up by their refunds in order
/// of (time, id). Example: a payment of 100, refunds of 60, 50 and 20: nothing, 10 and 20 go beyond it.
pub(super) fn excess(items: &Items) -> BTreeMap<&RecordId, (Money, &Movement)> {
    let mut beyond = BTreeMap::new();
    for source in items.refunded_sources() {
        let mut charges = items.charges_of(source).peekable();
        let Some(charge) = charges.peek().copied() else { continue };
        let currency = charge.amount.currency;
        let mut left: i64 = charges.filter(|other| other.amount.currency == currency).map(|c| c.amount.minor).sum();
        for refund in items.refunds_of(source).filter(|refund| refund.amount.currency == currency) {
            let over = refund.amount.minor - left.max(0);
            left -= refund.amount.minor;
            if over > 0 {
                beyond.insert(&refund.id, (Money::new(over, currency), charge));
            }
        }
    }
    beyond
}
