//! Orders: when, where, by whom, of which seller and how much.

use super::Market;
use super::fates::{FATES, Fate, deal};
use super::money;
use super::storefronts::{STOREFRONTS, Storefront};
use crate::calendar;
use domain::{Money, RecordId};
use jiff::Timestamp;

/// How many orders a buyer has on average.
const ORDERS_A_BUYER: i64 = 3;
pub(super) const SELLERS: i64 = 400;
/// What the marketplace keeps of a seller's sales, in millionths.
pub(super) const COMMISSION_PPM: i64 = 120_000;
/// A seller's goods.
const GOODS: i64 = 25;
/// One order in three pays its carriage.
const CARRIAGE_BPS: u32 = 3_333;
const CARRIAGE_MINOR: i64 = 495;

/// An order. Amounts are minor units of its storefront's currency.
#[derive(Clone, Copy, Debug)]
pub(super) struct Order {
    pub(super) index: u32,
    pub(super) storefront: u8,
    pub(super) at: Timestamp,
    pub(super) buyer: u32,
    pub(super) seller: u16,
    pub(super) good: u16,
    pub(super) quantity: i64,
    pub(super) price_minor: i64,
    pub(super) carriage_minor: i64,
}

/// A credit note.
#[derive(Clone, Copy, Debug)]
pub(super) struct Note {
    pub(super) order: u32,
    pub(super) at: Timestamp,
    /// Positive.
    pub(super) minor: i64,
}

impl Order {
    pub(super) fn storefront(&self) -> &'static Storefront {
        &STOREFRONTS[usize::from(self.storefront)]
    }

    pub(super) fn total(&self) -> i64 {
        self.quantity * self.price_minor + self.carriage_minor
    }

    pub(super) fn money(&self, minor: i64) -> Money {
        self.storefront().money(minor)
    }

    /// `#GB0001001`.
    pub(super) fn number(&self) -> String {
        format!("#{}{:07}", self.storefront().country, self.index + 1_001)
    }

    pub(super) fn record(&self) -> RecordId {
        RecordId::from(format!("shopify-orders:{}", self.number()))
    }

    pub(super) fn sku(&self) -> String {
        format!("S{:03}-{:02}", self.seller, self.good)
    }
}

/// `CN0001001`: an order has one credit note at most.
pub(super) fn note_number(order: u32) -> String {
    format!("CN{:07}", order + 1_001)
}

pub(super) fn note_record(order: u32) -> RecordId {
    RecordId::from(format!("event:invoice/{}", note_number(order)))
}

/// Every order, and the money of each.
pub(super) fn take(market: &mut Market) {
    market.orders = (0..market.params.orders).map(|index| order(market, index)).collect();
    let horizon = market.horizon();
    let eligible: Vec<usize> = (0..market.orders.len()).filter(|index| market.orders[*index].at < horizon).collect();
    let fates = deal(market, "order fate", market.orders.len(), &eligible, &FATES, Fate::Plain);
    for (index, fate) in fates.into_iter().enumerate() {
        money::move_money(market, market.orders[index], fate);
    }
}

/// Orders come evenly, each somewhere within its stretch of the span.
fn order(market: &Market, index: u32) -> Order {
    let mut draw = market.seed.stream("market order", &index.to_string());
    let span = market.end.as_second() - market.start.as_second() + 1;
    let (index_wide, all) = (i64::from(index), i64::from(market.params.orders.max(1)));
    let (from, to) = (index_wide * span / all, (index_wide + 1) * span / all);
    let storefront = draw.between(0, 11);
    let scale = STOREFRONTS.get(usize::try_from(storefront).unwrap_or(0)).map_or(1, |front| front.scale);
    Order {
        index,
        storefront: u8::try_from(storefront).unwrap_or(0),
        at: calendar::after(market.start, draw.between(from, (to - 1).max(from))),
        buyer: u32::try_from(draw.between(0, all / ORDERS_A_BUYER)).unwrap_or(0),
        seller: u16::try_from(draw.between(0, SELLERS - 1)).unwrap_or(0),
        good: u16::try_from(draw.between(0, GOODS - 1)).unwrap_or(0),
        quantity: draw.between(1, 3),
        price_minor: draw.between(500, 24_999) * scale,
        carriage_minor: if draw.chance(CARRIAGE_BPS) { CARRIAGE_MINOR * scale } else { 0 },
    }
}
