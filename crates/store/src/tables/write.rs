//! Carries one batch and its step into the tables.

use super::{Held, Mention, Mentions, day, entries, live, mention_key, micros, pairs, periods, quarantine, work};
use crate::StoreError;
use crate::codec::{self, payload_digest};
use crate::read::ContentKind;
use domain::{
    Batch, Body, Content, Decision, Digest, Event, Exception, FeatureRow, Label, Party, Record, Settlement, Step,
};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Applies the batch of number `seq` and what advancing it changed. Upserts by id, except that entries, labels and
/// decisions are only added.
///
/// What the rows mention, and scores, are held, for [`Held::write`] to write.
pub(crate) fn apply(
    database: &Connection,
    seq: u64,
    batch: &Batch,
    step: &Step,
    held: &mut Held,
) -> Result<(), StoreError> {
    add_records(database, seq, batch)?;
    add_rates(database, batch)?;
    set_current(database, batch)?;
    quarantine::apply(database, seq, batch, &step.issues)?;
    pairs::apply(database, batch)?;
    put_parties(database, &step.parties)?;
    apply_part(database, step, held)?;
    periods::apply(database, batch)?;
    put_exceptions(database, &step.exceptions)?;
    work::apply(database, batch)?;
    put_features(database, "features", &step.features)?;
    put_features(database, "payment_features", &step.payment_features)?;
    add_labels(database, &step.labels)?;
    held.score(&step.scores, &step.retired);
    add_decisions(database, &step.decisions, &mut held.mentions)?;
    live::apply(database, batch, step)?;
    database
        .prepare_cached("INSERT INTO stage_counts (seq, body) VALUES (?1, ?2)")?
        .execute(params![seq, codec::encode(&step.counts.to_vec())])?;
    Ok(())
}

/// Entries and settlements of a step alone: those of a large one come in parts, before the rest of it.
pub(crate) fn apply_part(database: &Connection, step: &Step, held: &mut Held) -> Result<(), StoreError> {
    entries::add(database, &step.entries, &mut held.mentions)?;
    put_settlements(database, &step.settlements, &mut held.mentions)
}

fn add_records(database: &Connection, seq: u64, batch: &Batch) -> Result<(), StoreError> {
    let mut insert =
        database.prepare_cached("INSERT OR IGNORE INTO records (id, seq, place, payload) VALUES (?1, ?2, ?3, ?4)")?;
    let mut counts: BTreeMap<(ContentKind, Digest), u64> = BTreeMap::new();
    let mut reaches: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for (place, record) in records_of(batch) {
        if insert.execute(params![record.id.as_str(), seq, place, payload_digest(record).0])? == 0 {
            return Err(StoreError::DuplicateRecord(record.id.clone()));
        }
        *counts.entry((ContentKind::of(&record.content), record.file)).or_default() += 1;
        if record.content.dates_the_books() {
            let source = record.id.0.split(':').next().unwrap_or_default();
            let at = micros(record.at);
            let reach = reaches.entry(source).or_insert((at, at));
            *reach = (reach.0.min(at), reach.1.max(at));
        }
    }
    add_reaches(database, &reaches)?;
    let mut add = database.prepare_cached(
        "INSERT INTO record_counts (kind, file, records) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET records = records + excluded.records",
    )?;
    for ((kind, file), records) in counts {
        add.execute(params![kind as i64, file.0, records])?;
    }
    Ok(())
}

fn add_reaches(database: &Connection, reaches: &BTreeMap<&str, (i64, i64)>) -> Result<(), StoreError> {
    let mut add = database.prepare_cached(
        "INSERT INTO reaches (source, first_us, last_us) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET first_us = min(first_us, excluded.first_us), last_us = max(last_us, excluded.last_us)",
    )?;
    for (source, (first, last)) in reaches {
        add.execute(params![source, first, last])?;
    }
    Ok(())
}

fn add_rates(database: &Connection, batch: &Batch) -> Result<(), StoreError> {
    let mut insert = database.prepare_cached("INSERT INTO rates (day, body) VALUES (?1, ?2)")?;
    for (_, record) in records_of(batch) {
        if let Content::Rates(sheet) | Content::UserRates(sheet) = &record.content {
            insert.execute(params![day(sheet.date), codec::encode(&record.content)])?;
        }
    }
    Ok(())
}

/// The batch's records with their places among its events.
pub(crate) fn records_of(batch: &Batch) -> impl Iterator<Item = (u64, &Record)> {
    (0..).zip(&batch.events).filter_map(|(place, event)| match &event.body {
        Body::Record(record) => Some((place, record)),
        _ => None,
    })
}

/// The latest policy, model, reconcile and policy in the shadow, each as the event that brought it.
fn set_current(database: &Connection, batch: &Batch) -> Result<(), StoreError> {
    let mut put = database.prepare_cached("INSERT OR REPLACE INTO current (name, body) VALUES (?1, ?2)")?;
    let latest: BTreeMap<&str, &Event> =
        batch.events.iter().filter_map(|event| Some((current_name(&event.body)?, event))).collect();
    for (name, event) in latest {
        put.execute(params![name, codec::encode(event)])?;
    }
    Ok(())
}

fn current_name(body: &Body) -> Option<&'static str> {
    match body {
        Body::PolicyInstalled(_) => Some("policy"),
        Body::ModelInstalled { .. } => Some("model"),
        Body::Reconcile => Some("reconcile"),
        Body::ShadowPolicySet(_) => Some("shadow policy"),
        _ => None,
    }
}

fn put_parties(database: &Connection, parties: &[Party]) -> Result<(), StoreError> {
    let mut put = database.prepare_cached("INSERT OR REPLACE INTO parties (id, body) VALUES (?1, ?2)")?;
    for party in parties {
        put.execute(params![party.id.as_str(), codec::encode(party)])?;
    }
    Ok(())
}

fn put_settlements(
    database: &Connection,
    settlements: &[Arc<Settlement>],
    mentions: &mut Mentions,
) -> Result<(), StoreError> {
    let mut put = database.prepare_cached(
        "INSERT INTO settlements (id, body) VALUES (?1, ?2)
         ON CONFLICT (id) DO UPDATE SET body = excluded.body RETURNING n",
    )?;
    for settlement in settlements {
        let n = put.query_row(params![settlement.id.as_str(), codec::encode(settlement.as_ref())], |row| row.get(0))?;
        let shares = settlement.settled.iter().chain(&settlement.by);
        mentions.extend(shares.map(|share| (Mention::Settlement, mention_key(share.record.as_str()), n)));
    }
    Ok(())
}

fn put_exceptions(database: &Connection, exceptions: &[Exception]) -> Result<(), StoreError> {
    let mut put = database.prepare_cached(
        "INSERT OR REPLACE INTO exceptions (id, rule, status, currency, minor, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for exception in exceptions {
        let money = exception.money_at_risk;
        let (rule, status) = (exception.rule.name(), exception.status as i64);
        let body = codec::encode(exception);
        put.execute(params![exception.id, rule, status, money.currency.code(), money.minor, body])?;
    }
    Ok(())
}

fn put_features(database: &Connection, table: &str, features: &[FeatureRow]) -> Result<(), StoreError> {
    let sql = format!("INSERT OR REPLACE INTO {table} (record, body) VALUES (?1, ?2)");
    let mut put = database.prepare_cached(&sql)?;
    for row in features {
        put.execute(params![row.record.as_str(), codec::encode(row)])?;
    }
    Ok(())
}

fn add_labels(database: &Connection, labels: &[Label]) -> Result<(), StoreError> {
    let mut insert = database.prepare_cached("INSERT INTO labels (body) VALUES (?1)")?;
    for label in labels {
        insert.execute([codec::encode(label)])?;
    }
    Ok(())
}

fn add_decisions(database: &Connection, decisions: &[Decision], mentions: &mut Mentions) -> Result<(), StoreError> {
    let mut insert = database.prepare_cached("INSERT INTO decisions (action, body) VALUES (?1, ?2)")?;
    for decision in decisions {
        insert.execute(params![decision.action.name(), codec::encode(decision)])?;
        mentions.push((Mention::Decision, mention_key(decision.record.as_str()), database.last_insert_rowid()));
    }
    Ok(())
}

/// Writes what is mentioned, and holds every entry's id to be its own. In key order, which is several times faster than in
/// the order of the rows: the keys are even bits, so that each part of a large run would touch the whole table.
pub(crate) fn add_mentions(database: &Connection, mentions: &mut Mentions) -> Result<(), StoreError> {
    mentions.sort_unstable();
    let mut insert = database.prepare_cached("INSERT OR IGNORE INTO mentions (what, name, n) VALUES (?1, ?2, ?3)")?;
    let mut known = database.prepare_cached("SELECT 1 FROM mentions WHERE what = ?1 AND name = ?2")?;
    for (what, name, n) in mentions.drain(..) {
        let twin = what == Mention::EntryId && known.exists(params![what as i64, name])?;
        insert.execute(params![what as i64, name, n])?;
        if twin {
            entries::check_new(database, name, n)?;
        }
    }
    Ok(())
}
