//! What was ruled on attempts, what came of them, alerts and who was told, lists, live models.

use super::{micros, ruled};
use crate::StoreError;
use crate::codec;
use domain::{Alert, Batch, Body, Delivered, Event, Listed, Notice, Outcome, Ruling, Step};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

/// Carries what bears on attempts into the tables.
pub(super) fn apply(database: &Connection, batch: &Batch, step: &Step) -> Result<(), StoreError> {
    add_rulings(database, &step.rulings)?;
    put_outcomes(database, &step.outcomes)?;
    put_alerts(database, &step.alerts)?;
    add_notices(database, &step.notices)?;
    batch.events.iter().try_for_each(|event| match &event.body {
        Body::ListChanged(listed) => change_list(database, listed),
        Body::NoticeSettled(delivered) => settle_notice(database, delivered),
        Body::LiveModelChosen { .. } => add_model(database, event),
        _ => Ok(()),
    })
}

/// A second ruling on an attempt is refused by the table.
fn add_rulings(database: &Connection, rulings: &[Ruling]) -> Result<(), StoreError> {
    let mut insert = database.prepare_cached(
        "INSERT INTO rulings (id, at_us, action, card, terminal, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for ruling in rulings {
        let attempt = &ruling.attempt;
        let (at, action) = (micros(attempt.at), ruling.action.name());
        let (card, terminal) = (attempt.card.0, attempt.terminal.map(|token| token.0));
        insert.execute(params![attempt.id.as_str(), at, action, card, terminal, codec::encode(ruling)])?;
        ruled::after(database, database.last_insert_rowid())?;
        *counts.entry(action).or_default() += 1;
    }
    let mut count = database.prepare_cached(
        "INSERT INTO ruling_counts (action, rulings) VALUES (?1, ?2)
         ON CONFLICT (action) DO UPDATE SET rulings = rulings + excluded.rulings",
    )?;
    for (action, more) in counts {
        count.execute(params![action, more])?;
    }
    Ok(())
}

fn put_outcomes(database: &Connection, outcomes: &[Outcome]) -> Result<(), StoreError> {
    let mut put =
        database.prepare_cached("INSERT OR REPLACE INTO outcomes (attempt, event, body) VALUES (?1, ?2, ?3)")?;
    for outcome in outcomes {
        put.execute(params![outcome.attempt.as_str(), outcome.event, codec::encode(outcome)])?;
    }
    Ok(())
}

fn put_alerts(database: &Connection, alerts: &[Alert]) -> Result<(), StoreError> {
    let mut put = database.prepare_cached(
        "INSERT OR REPLACE INTO alerts (id, closed, level, last_us, body) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for alert in alerts {
        let (level, last) = (alert.level as i64, micros(alert.last_at));
        put.execute(params![alert.id.as_str(), alert.closed, level, last, codec::encode(alert)])?;
    }
    Ok(())
}

fn add_notices(database: &Connection, notices: &[Notice]) -> Result<(), StoreError> {
    let mut insert = database.prepare_cached("INSERT INTO notices (id, body) VALUES (?1, ?2)")?;
    for notice in notices {
        insert.execute(params![notice.id.as_str(), codec::encode(notice)])?;
    }
    Ok(())
}

fn settle_notice(database: &Connection, delivered: &Delivered) -> Result<(), StoreError> {
    let mut settle = database.prepare_cached("UPDATE notices SET state = ?2, settled = ?3 WHERE id = ?1")?;
    settle.execute(params![delivered.notice.as_str(), delivered.outcome as i64 + 1, codec::encode(delivered)])?;
    Ok(())
}

fn change_list(database: &Connection, listed: &Listed) -> Result<(), StoreError> {
    if listed.list.is_none() {
        database.prepare_cached("DELETE FROM lists WHERE token = ?1")?.execute([listed.token.0])?;
        return Ok(());
    }
    let mut put = database.prepare_cached("INSERT OR REPLACE INTO lists (token, body) VALUES (?1, ?2)")?;
    put.execute(params![listed.token.0, codec::encode(listed)])?;
    Ok(())
}

fn add_model(database: &Connection, event: &Event) -> Result<(), StoreError> {
    database.prepare_cached("INSERT INTO live_models (body) VALUES (?1)")?.execute([codec::encode(event)])?;
    Ok(())
}
