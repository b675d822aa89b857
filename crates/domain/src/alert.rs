//! Alerts: what people are to look at, grouped by whom it is about, and who was told of it.

use crate::{Level, Money};
use jiff::Timestamp;
use smol_str::SmolStr;

/// What people are to look at: all that one card did, or one rule, since somebody last closed such an alert.
#[derive(Clone, PartialEq, Debug)]
pub struct Alert {
    /// `Alert/about/number`.
    pub id: SmolStr,
    /// Whom or what it is about: `card:…` or `rule:…`.
    pub about: SmolStr,
    /// The loudest so far.
    pub level: Level,
    /// The rule of the loudest ruling.
    pub rule: String,
    /// Of the first ruling.
    pub opened_at: Timestamp,
    /// Of the last.
    pub last_at: Timestamp,
    /// Rulings in it, retries once.
    pub rulings: u32,
    /// The newest attempts in it, at most [`Alert::MOST_ATTEMPTS`].
    pub attempts: Vec<SmolStr>,
    /// Of all of them together.
    pub money_at_risk: Money,
    /// How many of the plan's people were told.
    pub told: u32,
    /// Somebody looks at it, or has: nobody else is told.
    pub acknowledged: bool,
    /// Nothing more is to be done.
    pub closed: bool,
}

impl Alert {
    /// Attempts that an alert names.
    pub const MOST_ATTEMPTS: usize = 50;

    /// What the ids of alerts begin with.
    pub const PREFIX: &'static str = "Alert/";
}

/// Somebody is to be told of an alert.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// `alert/number`, unique: a receiver that has seen it may drop it.
    pub id: SmolStr,
    /// The alert.
    pub alert: SmolStr,
    /// Where to.
    pub to: String,
    /// Since when.
    pub at: Timestamp,
    /// Why: `opened`, `louder`, `escalated`.
    pub why: String,
}

/// What became of a notice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Delivery {
    /// It was taken.
    Delivered,
    /// Every try failed; it stands in the list of dead letters.
    Dead,
}

/// A notice was delivered, or given up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Delivered {
    /// The notice.
    pub notice: SmolStr,
    /// What became of it.
    pub outcome: Delivery,
    /// How often it was tried.
    pub tries: u32,
    /// What the last try said; empty where it was taken.
    pub error: String,
}
