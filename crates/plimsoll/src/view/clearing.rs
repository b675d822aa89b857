//! Clearing accounts over a period as they are shown.

use super::MoneyView;
use crate::clearing::{Item, Roll};
use serde::Serialize;

/// An account over a period.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct RollView {
    /// The account's name.
    pub account: &'static str,
    /// Its four digits.
    pub code: u16,
    /// ISO 4217.
    pub currency: String,
    /// Before the period; debit positive, as all amounts here.
    pub opening: MoneyView,
    /// What each posting rule moved.
    pub moved: Vec<MovedView>,
    /// At its end.
    pub closing: MoneyView,
    /// What is left then by age: up to 30 days, 60, 90, and above.
    pub ages: [MoneyView; 4],
    /// How many items are left.
    pub open_items: usize,
    /// Of what other books brought in.
    pub brought_in: MoneyView,
    /// What neither items nor other books explain.
    pub unexplained: MoneyView,
    /// What is left, the oldest first; as many as were asked for.
    pub items: Vec<ItemView>,
}

/// What a posting rule moved.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct MovedView {
    /// Its words.
    pub rule: &'static str,
    /// Debit positive.
    pub amount: MoneyView,
}

/// What is left of an item.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ItemView {
    /// The record that brought it; empty of an account that is drawn from as a whole.
    pub record: String,
    /// When.
    pub at: String,
    /// Debit positive.
    pub left: MoneyView,
}

impl RollView {
    /// A roll with at most so many items.
    pub fn new(roll: &Roll, items: usize) -> Self {
        let money = |minor: i128| MoneyView::new(minor, roll.currency);
        let item = |item: &Item| ItemView {
            record: item.record.to_string(),
            at: item.at.to_string(),
            left: money(item.minor),
        };
        Self {
            account: roll.account.name(),
            code: roll.account.code(),
            currency: roll.currency.code().to_owned(),
            opening: money(roll.opening),
            moved: roll.moved.iter().map(|(rule, minor)| MovedView { rule, amount: money(*minor) }).collect(),
            closing: money(roll.closing),
            ages: roll.ages.map(money),
            open_items: roll.items.len(),
            brought_in: money(roll.brought_in),
            unexplained: money(roll.unexplained),
            items: roll.items.iter().take(items).map(item).collect(),
        }
    }
}
