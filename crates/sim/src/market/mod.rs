//! A marketplace of any size: twelve storefronts that sell in eight currencies for four hundred sellers, the balance that
//! a processor keeps for it, its bank accounts, and the truth where no import reads it.
//!
//! How it is made:
//! - **Orders** (`orders`): spread evenly over the span; each is a plain one or has one fate, dealt so that every kind of
//!   break has exactly its share ([`MarketParams::break_bps`]) and every kind has twice as many near misses.
//! - **Money** (`money`): what each fate makes of an order: payments, refunds, disputes, credit notes; fees by the
//!   schedule of [`Market::fee_schedule`], which changes once within the span.
//! - **Payouts** (`payouts`): each storefront's available balance goes to the bank of its currency on each business day;
//!   payouts have fates of their own.
//! - **Other ways** (`ways`): instalments and gift cards, which the shop tells of; orders paid together or by the parcel;
//!   parts held back and let go; transfers to sellers, who are owed what is sold less the commission.
//! - **Files** (`write`): orders as Shopify exports them, credit notes and the shop's own payments in the standard form,
//!   the balance as Stripe's report, the bank as CSV.
//!
//! Promises: equal parameters give equal bytes; nothing is dealt so late that no rule about age could see it
//! ([`QUIET_DAYS`]); no order and no payout has two fates, so the truth is never in doubt. Left out: sales tax, bank
//! holidays.
//!
//! Example: 10,000 orders at 50 bps have 50 that nobody paid, and 100 near misses: 50 that are paid three days late, 50
//! that a credit note cancels before they are paid.

mod fates;
mod money;
mod orders;
mod payouts;
mod storefronts;
#[cfg(test)]
mod tests;
mod ways;
mod write;

pub use storefronts::worth_in_pence;

use crate::calendar::{self, DAY};
use crate::random::Seed;
use crate::truth::{Class, Truth, TruthRow};
use domain::{ExceptionRule, Money, RecordId};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use money::Movement;
use orders::{Note, Order};
use payouts::{Credit, Payout};
use ways::ShopPayment;

/// Nothing is dealt this close to the end.
pub const QUIET_DAYS: i64 = 40;

/// A world is as long as it needs to have so many orders a day, within a year and at least [`LEAST_DAYS`].
const ORDERS_A_DAY: u32 = 60;
const LEAST_DAYS: u32 = 100;
const MOST_DAYS: u32 = 365;

/// The first day, a Monday.
const FIRST_DAY: Date = date(2025, 1, 6);

/// What to make.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MarketParams {
    /// Equal seeds give equal bytes.
    pub seed: u64,
    /// Orders.
    pub orders: u32,
    /// Of each kind of break so many of ten thousand orders or payouts; and of near misses of each kind twice as many.
    pub break_bps: u32,
}

impl MarketParams {
    /// Half a percent of every kind.
    pub fn new(seed: u64, orders: u32) -> Self {
        Self { seed, orders, break_bps: 50 }
    }
}

/// A near miss: it looks like a break and is none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NearMiss {
    /// What it is, in words.
    pub kind: &'static str,
    /// The record that a hasty checker would raise.
    pub record: RecordId,
}

/// A fee that the schedule does not tell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WrongFee {
    /// The processor's line.
    pub record: RecordId,
    /// By the schedule.
    pub expected: Money,
    /// What was taken.
    pub charged: Money,
}

/// A marketplace in the making, and made.
#[derive(Debug)]
pub struct Market {
    params: MarketParams,
    seed: Seed,
    start: Timestamp,
    end: Timestamp,
    orders: Vec<Order>,
    notes: Vec<Note>,
    shop_payments: Vec<ShopPayment>,
    movements: Vec<Movement>,
    payouts: Vec<Payout>,
    credits: Vec<Credit>,
    rows: Vec<TruthRow>,
    /// What looks like a break and is none.
    pub near_misses: Vec<NearMiss>,
    /// Fees that are not by the schedule.
    pub wrong_fees: Vec<WrongFee>,
}

impl Market {
    /// The marketplace of these parameters.
    pub fn new(params: &MarketParams) -> Self {
        let days = (params.orders / ORDERS_A_DAY).clamp(LEAST_DAYS, MOST_DAYS);
        let start = calendar::within_day(FIRST_DAY, 0);
        let mut market = Self {
            params: params.clone(),
            seed: Seed(params.seed),
            start,
            end: calendar::after(start, i64::from(days) * DAY - 1),
            orders: Vec::new(),
            notes: Vec::new(),
            shop_payments: Vec::new(),
            movements: Vec::new(),
            payouts: Vec::new(),
            credits: Vec::new(),
            rows: Vec::new(),
            near_misses: Vec::new(),
            wrong_fees: Vec::new(),
        };
        orders::take(&mut market);
        market.leave_out_the_future();
        payouts::carry(&mut market);
        payouts::book(&mut market);
        market
    }

    /// Every planted break.
    pub fn truth(&self) -> Truth {
        Truth::new(self.rows.clone(), Vec::new())
    }

    /// Rows that the exports have: orders, credit notes, the shop's own payments, movements of the balance, bank lines.
    pub fn rows(&self) -> usize {
        let of_shop = self.orders.len() + self.notes.len() + self.shop_payments.len();
        of_shop + self.movements.len() + self.payouts.len() + self.credits.len()
    }

    /// What happens after the exports were made is in no file.
    fn leave_out_the_future(&mut self) {
        self.movements.retain(|movement| movement.at <= self.end);
        self.notes.retain(|note| note.at <= self.end);
        self.movements.sort_by_key(|movement| (movement.at, movement.order, movement.slot));
        self.notes.sort_by_key(|note| (note.at, note.order));
        self.shop_payments.sort_by_key(|payment| (payment.at, payment.order));
    }

    /// The instant from which on nothing is dealt.
    fn horizon(&self) -> Timestamp {
        calendar::after(self.end, -QUIET_DAYS * DAY)
    }

    fn plant(&mut self, rule: ExceptionRule, record: RecordId, amount: Money, note: &str) {
        let row = TruthRow { class: Class::Planted, rule, record, amount: amount.abs(), note: note.to_owned() };
        self.rows.push(row);
    }

    fn near_miss(&mut self, kind: &'static str, record: RecordId) {
        self.near_misses.push(NearMiss { kind, record });
    }
}
