//! Stock movements as money: what goods cost when they come, and what of it leaves with those that are sold.
//!
//! The rule, for each stock code by itself, wherever it lies, in order of (time, record):
//! - A purchase brings its units at their cost. Units that were sold before anybody bought them are the first of it: their
//!   cost is cost of goods sold at once.
//! - A sale takes the oldest units (first in, first out) or units at the average cost of all.
//! - Goods that come back do so at the cost that is told, else at that of the last sale, else at the average.
//! - Adjustments and counts are cost of goods sold, both ways; a transfer moves no money.
//!
//! The value of the stock is exact; what stands in the ledger is that, rounded: a movement posts by how much the rounded
//! value changed, so that nothing drifts. What it says is a function of all movements, so another order of arrival gives
//! the same; an entry that holds no longer is reversed by a linked one.
//!
//! Example: 10 units at 1.00 and 10 at 1.30 are bought, 12 sold. First in, first out: 10.00 + 2.60 = 12.60, and 10.40 are
//! left. On average each costs 1.15: 13.80, and 9.20 are left.

#[cfg(test)]
#[path = "stock_tests.rs"]
mod tests;

use super::balance::{Postings, balanced};
use crate::document::Document;
use domain::{Account, CostMethod, Currency, Entry, EntryId, Money, Posting, RecordId, StockMovement, StockReason};
use jiff::Timestamp;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, VecDeque};

/// Every movement, and what of them stands in the ledger.
#[derive(Clone, Debug, Default)]
pub struct Stock {
    movements: BTreeMap<(Timestamp, RecordId), StockMovement>,
    posted: BTreeMap<RecordId, Posted>,
}

/// What stands in the ledger for a movement, and how often it was posted.
#[derive(Clone, Debug, Default)]
struct Posted {
    entry: Option<Entry>,
    times: u32,
}

/// What a movement moves.
#[derive(PartialEq, Debug)]
struct Cost {
    record: RecordId,
    at: Timestamp,
    rule: &'static str,
    postings: Vec<Posting>,
}

impl Stock {
    /// Takes a movement in; nothing is posted yet.
    pub fn take(&mut self, document: &Document, movement: &StockMovement) {
        self.movements.insert((document.at, document.id.clone()), movement.clone());
    }

    /// The entries that bring the ledger to what all movements say: reversals of those that hold no longer, then new ones.
    pub fn changes(&mut self, method: Option<CostMethod>) -> Vec<Entry> {
        let costs = method.map_or_else(Vec::new, |method| costs(method, &self.movements));
        let wanted: BTreeMap<&RecordId, &Cost> = costs.iter().map(|cost| (&cost.record, cost)).collect();
        let mut entries = Vec::new();
        for (record, posted) in &mut self.posted {
            let holds = |entry: &Entry| wanted.get(record).is_some_and(|cost| cost.postings == entry.postings);
            if posted.entry.as_ref().is_some_and(|entry| !holds(entry)) {
                entries.extend(posted.entry.take().map(|entry| balanced(entry.reversal())));
            }
        }
        for cost in costs {
            let posted = self.posted.entry(cost.record.clone()).or_default();
            if posted.entry.is_none() {
                posted.times += 1;
                let entry = cost.entry(posted.times);
                posted.entry = Some(entry.clone());
                entries.push(entry);
            }
        }
        entries
    }
}

impl Cost {
    fn entry(self, times: u32) -> Entry {
        let again = if times > 1 { format!("/{times}") } else { String::new() };
        balanced(Entry {
            id: EntryId::from(format!("{}/{}{again}", self.rule.replace(' ', "-"), self.record)),
            at: self.at,
            belongs_at: None,
            rule: self.rule,
            evidence: vec![self.record],
            reverses: None,
            postings: self.postings,
        })
    }
}

/// What every movement costs, in order of (time, record); those that move no money are left out.
fn costs(method: CostMethod, movements: &BTreeMap<(Timestamp, RecordId), StockMovement>) -> Vec<Cost> {
    let mut shelves: BTreeMap<&str, Shelf> = BTreeMap::new();
    let mut costs = Vec::new();
    for ((at, record), movement) in movements {
        let shelf = shelves.entry(&movement.stock_code).or_default();
        let before = shelf.value();
        let bought = shelf.take(method, movement);
        let postings = postings(movement.reason, &before, &shelf.value(), bought);
        if !postings.is_empty() {
            costs.push(Cost { record: record.clone(), at: *at, rule: rule(movement.reason), postings });
        }
    }
    costs
}

fn rule(reason: StockReason) -> &'static str {
    match reason {
        StockReason::Purchase => "stock purchase",
        StockReason::Sale => "stock sale",
        StockReason::Return => "stock return",
        StockReason::Adjustment | StockReason::Transfer | StockReason::Count => "stock adjustment",
    }
}

/// What changed in the value of the stock, against what was paid for it and, for the rest, cost of goods sold.
fn postings(reason: StockReason, before: &Values, after: &Values, bought: Option<Money>) -> Vec<Posting> {
    let mut postings = Postings::default();
    let value = |values: &Values, currency: &Currency| {
        Money::from_decimal(values.get(currency).copied().unwrap_or_default(), *currency).map_or(0, |money| money.minor)
    };
    let currencies = after.keys().chain(before.keys().filter(|currency| !after.contains_key(currency)));
    for currency in currencies {
        let rise = Money::new(value(after, currency).saturating_sub(value(before, currency)), *currency);
        postings.debit(Account::Inventory, rise);
        let other = if reason == StockReason::Purchase && bought.is_none() {
            Account::TradePayables
        } else {
            Account::CostOfGoodsSold
        };
        postings.credit(other, rise);
    }
    if let Some(bought) = bought {
        postings.debit(Account::CostOfGoodsSold, bought);
        postings.credit(Account::TradePayables, bought);
    }
    postings.finish()
}

/// The exact value of a stock, by currency.
type Values = BTreeMap<Currency, Decimal>;

/// Units of one purchase, or of all at their average.
#[derive(Clone, Copy, Debug)]
struct Layer {
    quantity: i64,
    /// Of all its units.
    value: Decimal,
    currency: Currency,
}

/// The stock of one code.
#[derive(Default)]
struct Shelf {
    /// The oldest first.
    layers: VecDeque<Layer>,
    /// Units that were sold before anybody bought them.
    short: i64,
    /// What a unit of the last sale had cost.
    last_unit: Option<(Decimal, Currency)>,
}

impl Shelf {
    fn value(&self) -> Values {
        let mut values = Values::new();
        for layer in &self.layers {
            let sum = values.entry(layer.currency).or_default();
            *sum = sum.saturating_add(layer.value);
        }
        values
    }

    /// Moves the stock; what was paid for it, of a purchase.
    fn take(&mut self, method: CostMethod, movement: &StockMovement) -> Option<Money> {
        let (quantity, told) = (movement.quantity, movement.unit_cost.map(|cost| (cost.amount, cost.currency)));
        match (movement.reason, quantity) {
            (StockReason::Transfer, _) | (_, 0) => None,
            (_, ..0) => {
                self.issue(quantity.saturating_neg());
                None
            }
            (StockReason::Purchase, _) => {
                let (unit, currency) = told?;
                self.receive(method, quantity, unit, currency);
                Money::from_decimal(unit.checked_mul(Decimal::from(quantity))?, currency)
            }
            _ => {
                let (unit, currency) = told.or(self.last_unit).or_else(|| self.average())?;
                self.receive(method, quantity, unit, currency);
                None
            }
        }
    }

    fn receive(&mut self, method: CostMethod, quantity: i64, unit: Decimal, currency: Currency) {
        let owed = self.short.min(quantity);
        self.short -= owed;
        let quantity = quantity - owed;
        let value = unit.checked_mul(Decimal::from(quantity)).unwrap_or_default();
        let same = |layer: &&mut Layer| method == CostMethod::WeightedAverage && layer.currency == currency;
        match self.layers.iter_mut().find(same) {
            Some(layer) => {
                layer.quantity = layer.quantity.saturating_add(quantity);
                layer.value = layer.value.saturating_add(value);
            }
            None if quantity > 0 => self.layers.push_back(Layer { quantity, value, currency }),
            None => {}
        }
    }

    /// The oldest units leave; of one average layer all units are as old.
    fn issue(&mut self, mut quantity: i64) {
        while quantity > 0 {
            let Some(first) = self.layers.front_mut() else { break };
            let taken = quantity.min(first.quantity);
            let share =
                if taken == first.quantity { Some(first.value) } else { part(first.value, taken, first.quantity) };
            let value = share.unwrap_or_default();
            self.last_unit = Some((value / Decimal::from(taken), first.currency));
            first.quantity -= taken;
            first.value -= value;
            quantity -= taken;
            if first.quantity == 0 {
                self.layers.pop_front();
            }
        }
        self.short = self.short.saturating_add(quantity);
    }

    fn average(&self) -> Option<(Decimal, Currency)> {
        let first = self.layers.front()?;
        Some((first.value / Decimal::from(first.quantity), first.currency))
    }
}

/// So many units' part of a value.
fn part(value: Decimal, taken: i64, of: i64) -> Option<Decimal> {
    value.checked_mul(Decimal::from(taken))?.checked_div(Decimal::from(of))
}
