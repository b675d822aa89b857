//! Attempts of the past, with what came of them: what teaches the first champion.
//!
//! Promise: an outcome enters the journal when it could have been known, after the stated maturity, so that no ruling of
//! the past saw its own future.

use super::request::{Beside, attempt};
use crate::session::Session;
use anyhow::bail;
use domain::{Batch, Body, Event, LabelSource, Outcome};
use jiff::{SignedDuration, Timestamp};
use std::collections::VecDeque;

/// Events of one commit.
const TOGETHER: usize = 20_000;

/// Plays attempts by time, each with whether its event came; how many there were.
///
/// # Errors
/// An item that is not of the form, one that is in the journal already, or what the disk says; what was committed before
/// stays.
pub fn play(
    session: &mut Session,
    items: impl Iterator<Item = anyhow::Result<(String, bool)>>,
) -> anyhow::Result<usize> {
    let policy = &session.working().policy().live;
    let maturity = SignedDuration::from_hours(24 * i64::from(policy.maturity_days));
    let mut batch = Batch::default();
    let mut waiting: VecDeque<(Timestamp, Outcome)> = VecDeque::new();
    let mut count = 0;
    for item in items {
        let (text, event) = item?;
        let beside = Beside { key: None, now: Timestamp::now(), most_ahead_seconds: 0 };
        let wanted = match attempt(text.as_bytes(), beside) {
            Ok(wanted) => wanted,
            Err(issue) => bail!("item {}: {} of `{}`", count + 1, issue.rule, issue.field),
        };
        let tokens = session.store.tokens();
        let attempt = wanted.attempt(false, |field, value| tokens.token(field, value, None));
        while let Some((known_at, _)) = waiting.front()
            && *known_at <= attempt.at
            && let Some((known_at, outcome)) = waiting.pop_front()
        {
            batch.events.push(Event { now: known_at, body: Body::OutcomeKnown(outcome) });
        }
        if event {
            let known_at = attempt.at.checked_add(maturity)?;
            let (id, at, card, terminal) = (attempt.id.clone(), attempt.at, attempt.card, attempt.terminal);
            let source = LabelSource::Told;
            waiting.push_back((known_at, Outcome { attempt: id, at, card, terminal, event, known_at, source }));
        }
        batch.events.push(Event { now: attempt.at, body: Body::Asked(attempt) });
        count += 1;
        if batch.events.len() >= TOGETHER {
            session.commit(&std::mem::take(&mut batch), &[])?;
        }
    }
    let known = waiting.into_iter().map(|(now, outcome)| Event { now, body: Body::OutcomeKnown(outcome) });
    batch.events.extend(known);
    if !batch.events.is_empty() {
        session.commit(&batch, &[])?;
    }
    Ok(count)
}

/// A line of a file of the past: an attempt as `POST /v1/score` takes it, and `event`.
///
/// # Errors
/// It is no JSON object.
pub fn line(text: &str) -> anyhow::Result<(String, bool)> {
    let mut value: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text)?;
    let event = value.remove("event").and_then(|event| event.as_bool()).unwrap_or(false);
    Ok((serde_json::to_string(&value)?, event))
}
