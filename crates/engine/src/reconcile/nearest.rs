//! Open orders, found by who may owe them, by amount, and by nearness in time.

use super::items::Claim;
use domain::{Money, PartyId, RecordId};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Who may owe an order, as far as a payment that names none can tell.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Owner<'a> {
    /// This party.
    Party(&'a PartyId),
    /// A guest.
    Guest,
    /// A buyer who has no customer of the processor's yet.
    Unlinked,
}

type ByTime<'a> = BTreeMap<i64, BTreeMap<&'a RecordId, &'a Claim>>;

/// Orders by owner and amount, then by time (seconds), then by id.
#[derive(Default)]
pub(super) struct Nearest<'a>(BTreeMap<(Owner<'a>, Money), ByTime<'a>>);

impl<'a> Nearest<'a> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn insert(&mut self, owner: Owner<'a>, order: &'a Claim) {
        let by_time = self.0.entry((owner, order.amount)).or_default();
        by_time.entry(order.at.as_second()).or_default().insert(&order.id, order);
    }

    pub(super) fn remove(&mut self, owner: Owner<'a>, order: &'a Claim) {
        let Some(by_time) = self.0.get_mut(&(owner, order.amount)) else { return };
        let at = order.at.as_second();
        if let Some(orders) = by_time.get_mut(&at) {
            orders.remove(&order.id);
            if orders.is_empty() {
                by_time.remove(&at);
            }
        }
    }

    /// The order nearest to `at` within the window: (seconds apart, order), of equal ones the first by id.
    pub(super) fn find(
        &self,
        owner: Owner<'a>,
        amount: Money,
        at: i64,
        window: RangeInclusive<i64>,
    ) -> Option<(i64, &'a Claim)> {
        let by_time = self.0.get(&(owner, amount))?;
        let before = by_time.range(*window.start()..=at).next_back();
        let after = by_time.range(at..=*window.end()).next();
        let near = before.into_iter().chain(after);
        let first = near.filter_map(|(time, orders)| Some(((time - at).abs(), *orders.values().next()?)));
        first.min_by_key(|(apart, order)| (*apart, &order.id))
    }
}
