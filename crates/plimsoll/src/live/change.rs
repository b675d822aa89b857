//! Why a score changed: the parts of a card's score then and now, and what happened between.

use super::answer::{RulingView, contributions};
use domain::{Outcome, Ruling};
use jiff::Timestamp;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use store::{Reader, RulingRow, StoreError};

/// Rulings of a card that are looked through.
const MOST_LOOKED_AT: u32 = 1_000;

/// One part, then and now.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PartChange {
    /// The feature, or `base rate`, `calibration`.
    pub name: String,
    /// Its value then.
    pub value_then: Option<f32>,
    /// Its value now.
    pub value_now: Option<f32>,
    /// Natural-log odds then.
    pub then: f64,
    /// Natural-log odds now.
    pub now: f64,
    /// How far it moved the score.
    pub moved: f64,
}

/// Something that happened to a card.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Happened {
    /// When.
    pub at: String,
    /// What.
    pub what: String,
}

/// A card's score then and now.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Change {
    /// The last ruling up to then; none where there was none.
    pub then: Option<RulingView>,
    /// The newest ruling.
    pub now: RulingView,
    /// The parts, by how far they moved the score.
    pub parts: Vec<PartChange>,
    /// What happened between, the oldest first.
    pub between: Vec<Happened>,
}

/// What changed for a card or terminal since an instant; none where nothing was ruled on it.
///
/// # Errors
/// When the books cannot be read.
pub fn since(reader: &Reader, subject: &domain::Token, since: Timestamp) -> Result<Option<Change>, StoreError> {
    let rows = reader.rulings_of(subject, MOST_LOOKED_AT)?;
    let Some(now) = rows.first() else { return Ok(None) };
    let then = rows.iter().find(|row| row.ruling.attempt.at <= since);
    let first = then.map_or(0, |row| row.number);
    let between = rows.iter().filter(|row| row.number > first).rev();
    let mut happened: Vec<(Timestamp, String)> = between.clone().map(told).collect();
    for row in rows.iter() {
        if let Some(outcome) = reader.outcome(&row.ruling.attempt.id)?.filter(|outcome| outcome.known_at > since) {
            happened.push((outcome.known_at, told_outcome(&outcome)));
        }
    }
    for chosen in reader.live_models()?.into_iter().filter(|chosen| chosen.at > since) {
        let model = chosen.model.map_or("no model".to_owned(), |digest| digest.short());
        happened.push((chosen.at, format!("{:?}: {model} ({})", chosen.role, chosen.reason)));
    }
    happened.sort();
    let parts = parts(then.map(|row| &row.ruling), &now.ruling);
    Ok(Some(Change {
        then: then.map(|row| RulingView::new(&row.ruling)),
        now: RulingView::new(&now.ruling),
        parts,
        between: happened.into_iter().map(|(at, what)| Happened { at: at.to_string(), what }).collect(),
    }))
}

fn told(row: &RulingRow) -> (Timestamp, String) {
    let attempt = &row.ruling.attempt;
    let amount = attempt.amount.to_decimal();
    let says = format!(
        "{} of {amount} {} ({}): {} by {}",
        attempt.doing,
        attempt.amount.currency.code(),
        attempt.id,
        row.ruling.action.name(),
        row.ruling.rule
    );
    (attempt.at, says)
}

fn told_outcome(outcome: &Outcome) -> String {
    let event = if outcome.event { "the event came" } else { "no event" };
    format!("{}: {event} ({})", outcome.attempt, outcome.source.name())
}

fn parts(then: Option<&Ruling>, now: &Ruling) -> Vec<PartChange> {
    let mut all: BTreeMap<Cow<'static, str>, PartChange> = BTreeMap::new();
    let empty = |name: &str| PartChange {
        name: name.to_owned(),
        value_then: None,
        value_now: None,
        then: 0.0,
        now: 0.0,
        moved: 0.0,
    };
    for part in then.map(contributions).unwrap_or_default() {
        let change = all.entry(part.name.clone()).or_insert_with(|| empty(&part.name));
        (change.then, change.value_then) = (part.log_odds, part.value);
    }
    for part in contributions(now) {
        let change = all.entry(part.name.clone()).or_insert_with(|| empty(&part.name));
        (change.now, change.value_now) = (part.log_odds, part.value);
    }
    let mut parts: Vec<PartChange> =
        all.into_values().map(|part| PartChange { moved: part.now - part.then, ..part }).collect();
    parts.sort_by(|a, b| b.moved.abs().total_cmp(&a.moved.abs()).then_with(|| a.name.cmp(&b.name)));
    parts
}
