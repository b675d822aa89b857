//! Which amounts sum to which others: one to many, many to one and many to many.
//!
//! Two lists of items, the *whole* ones (payouts, invoices) and the *paid* ones (bank lines, payments). A group of whole
//! items and a group of paid ones settle each other where their currency and sign agree, every paid item comes within
//! the window of every whole one, and the paid ones sum to the whole ones, or to less by at most the fee. Of all ways to
//! settle without using an item twice, the one with the most money stands; of equals the one with the least fee, then
//! with the most groups (what can be told apart is), then the nearest in time.
//!
//! Exact while the search stays within its limits (`groups` finds every group that is no union of smaller ones,
//! `packing` chooses among them). Where it does not, it keeps the best that it found and names the paid items whose
//! search was cut short: subset sums are hard in general, and silence would look like "nothing fits".
//!
//! By hand: payouts 10, 20 and 40, bank lines 30 and 25 + 15: 10 + 20 = 30 and 40 = 25 + 15; all is settled.

mod groups;
mod packing;
#[cfg(test)]
mod tests;

use domain::{Currency, Money};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// Something with an amount at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// What it holds.
    pub amount: Money,
    /// When, in seconds.
    pub at: i64,
}

/// How far the search goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// How long after a whole item a paid one may come, in seconds; below 0 is before it.
    pub window: RangeInclusive<i64>,
    /// The most whole items of a group.
    pub most_whole: usize,
    /// The most paid items of a group.
    pub most_paid: usize,
    /// What the paid items may lack, in hundredths of a percent of the whole ones.
    pub fee_bps: u32,
    /// The most whole items near a group of paid ones; where more are near, the first paid one gives up.
    pub most_near: usize,
    /// Steps of the search for one paid item, and again for the choice within one knot of groups.
    pub steps: u64,
}

/// Items that settle each other, by their places in the lists, ascending.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    /// Of the whole items.
    pub whole: Vec<usize>,
    /// Of the paid items.
    pub paid: Vec<usize>,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// No item stands in two.
    pub groups: Vec<Group>,
    /// Paid items for which not everything was tried.
    pub gave_up: BTreeSet<usize>,
}

/// Finds what settles what. The order of the lists decides only between ways that are equal in everything else.
pub fn settle(whole: &[Item], paid: &[Item], limits: &Limits) -> Found {
    let mut found = Found::default();
    let mut kinds: Vec<(Currency, i64)> = paid.iter().map(kind).filter(|(_, sign)| *sign != 0).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for wanted in kinds {
        let of = |items: &[Item]| {
            let mut places: Vec<usize> = (0..items.len()).filter(|&at| kind(&items[at]) == wanted).collect();
            places.sort_by_key(|&at| (items[at].at, at));
            places
        };
        let (wholes, paids) = (of(whole), of(paid));
        let sides = Sides::new(whole, paid, &wholes, &paids, limits);
        let (groups, mut gave_up) = groups::every(&sides);
        let chosen = packing::choose(&sides, &groups, &mut gave_up);
        let places = |of: &[usize], at: &[usize]| {
            let mut places: Vec<usize> = at.iter().map(|&at| of[at]).collect();
            places.sort_unstable();
            places
        };
        let named = |group: &Group| Group { whole: places(&wholes, &group.whole), paid: places(&paids, &group.paid) };
        found.groups.extend(chosen.iter().map(|&at| named(&groups[at])));
        found.gave_up.extend(gave_up.iter().map(|&at| paids[at]));
    }
    found.groups.sort();
    found
}

fn kind(item: &Item) -> (Currency, i64) {
    (item.amount.currency, item.amount.minor.signum())
}

/// Items of one currency and sign in the order of time, their amounts taken positive.
struct Sides<'a> {
    whole: Vec<(i128, i64)>,
    paid: Vec<(i128, i64)>,
    limits: &'a Limits,
}

impl<'a> Sides<'a> {
    fn new(whole: &[Item], paid: &[Item], wholes: &[usize], paids: &[usize], limits: &'a Limits) -> Self {
        let of = |items: &[Item], places: &[usize]| {
            places.iter().map(|&at| (i128::from(items[at].amount.minor).abs(), items[at].at)).collect()
        };
        Self { whole: of(whole, wholes), paid: of(paid, paids), limits }
    }

    fn is_near(&self, whole: usize, paid: usize) -> bool {
        self.limits.window.contains(&self.lag(whole, paid))
    }

    fn lag(&self, whole: usize, paid: usize) -> i64 {
        self.paid[paid].1.saturating_sub(self.whole[whole].1)
    }

    /// What the paid items may lack of such a sum, rounded down.
    fn fee(&self, whole: i128) -> i128 {
        whole * i128::from(self.limits.fee_bps) / 10_000
    }

    /// Whether so much paid settles so much whole.
    fn settles(&self, whole: i128, paid: i128) -> bool {
        paid <= whole && whole - paid <= self.fee(whole)
    }
}
