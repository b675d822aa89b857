//! Alerts and notices as they are shown.

use domain::{Alert, Delivery, Handling};
use serde::Serialize;
use store::NoticeRow;

/// An alert.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct AlertView {
    /// Its id.
    pub id: String,
    /// Whom or what it is about: `card:…` or `rule:…`.
    pub about: String,
    /// `warning`, `critical`, …
    pub level: &'static str,
    /// The rule of its loudest ruling.
    pub rule: String,
    /// Of the first ruling.
    pub opened_at: String,
    /// Of the last.
    pub last_at: String,
    /// Rulings in it, retries once.
    pub rulings: u32,
    /// The newest attempts in it.
    pub attempts: Vec<String>,
    /// Of all of them.
    pub money_at_risk: String,
    /// Its currency.
    pub currency: String,
    /// `waits`, `acknowledged` or `closed`.
    pub state: &'static str,
    /// How many people were told.
    pub told: u32,
    /// Who is to look at it; empty = nobody.
    pub owner: String,
    /// Why it was closed; empty while it is not.
    pub reason: String,
}

impl AlertView {
    /// An alert, and where it stands with people.
    pub fn new(alert: &Alert, handling: Option<&Handling>) -> Self {
        let state = match (alert.closed, alert.acknowledged) {
            (true, _) => "closed",
            (false, true) => "acknowledged",
            (false, false) => "waits",
        };
        let decided = handling.and_then(|handling| handling.decided.as_ref());
        Self {
            id: alert.id.to_string(),
            about: alert.about.to_string(),
            level: alert.level.name(),
            rule: alert.rule.clone(),
            opened_at: alert.opened_at.to_string(),
            last_at: alert.last_at.to_string(),
            rulings: alert.rulings,
            attempts: alert.attempts.iter().map(ToString::to_string).collect(),
            money_at_risk: alert.money_at_risk.to_decimal().to_string(),
            currency: alert.money_at_risk.currency.code().to_owned(),
            state,
            told: alert.told,
            owner: handling.map_or(String::new(), |handling| handling.owner.clone()),
            reason: decided.map_or(String::new(), |decided| decided.reason.clone()),
        }
    }
}

/// A notice and what became of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct NoticeView {
    /// Its id.
    pub id: String,
    /// The alert.
    pub alert: String,
    /// Where to.
    pub to: String,
    /// Since when.
    pub at: String,
    /// `opened`, `louder` or `escalated`.
    pub why: String,
    /// `waits`, `delivered` or `dead`.
    pub state: &'static str,
    /// How often it was tried.
    pub tries: u32,
    /// What the last try said.
    pub error: String,
}

impl From<&NoticeRow> for NoticeView {
    fn from(row: &NoticeRow) -> Self {
        let settled = row.settled.as_ref();
        let state = match settled.map(|settled| settled.outcome) {
            None => "waits",
            Some(Delivery::Delivered) => "delivered",
            Some(Delivery::Dead) => "dead",
        };
        Self {
            id: row.notice.id.to_string(),
            alert: row.notice.alert.to_string(),
            to: row.notice.to.clone(),
            at: row.notice.at.to_string(),
            why: row.notice.why.clone(),
            state,
            tries: settled.map_or(0, |settled| settled.tries),
            error: settled.map_or(String::new(), |settled| settled.error.clone()),
        }
    }
}
