//! What people did about exceptions, and where each stands with them.

use super::micros;
use crate::codec;
use crate::{StoreError, database};
use domain::{Batch, Body, Event, Handling, Work, WorkKind};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::{Connection, params};

/// Follows the batch's works in order.
pub(super) fn apply(database: &Connection, batch: &Batch) -> Result<(), StoreError> {
    batch.events.iter().try_for_each(|event| match &event.body {
        Body::ExceptionsWorked(work) => follow(database, event, work),
        _ => Ok(()),
    })
}

fn follow(database: &Connection, event: &Event, work: &Work) -> Result<(), StoreError> {
    database.prepare_cached("INSERT INTO works (body) VALUES (?1)")?.execute([codec::encode(event)])?;
    let n = database.last_insert_rowid();
    let mut about: Vec<String> = work.about.iter().map(|worked| worked.exception.clone()).collect();
    if let WorkKind::Undone { work } = work.what {
        database.prepare_cached("UPDATE works SET undone = 1 WHERE n = ?1")?.execute([work])?;
        about.extend(exceptions_of(database, work)?);
    }
    let mut link = database.prepare_cached("INSERT OR IGNORE INTO worked (exception, n) VALUES (?1, ?2)")?;
    for worked in &work.about {
        link.execute(params![worked.exception, n])?;
    }
    about.sort();
    about.dedup();
    about.iter().try_for_each(|exception| renew(database, exception))
}

fn exceptions_of(database: &Connection, work: u64) -> Result<Vec<String>, StoreError> {
    let mut select = database.prepare_cached("SELECT exception FROM worked WHERE n = ?1")?;
    Ok(select.query_map([work], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Where the exception stands, from all that was done about it and not undone.
fn renew(database: &Connection, exception: &str) -> Result<(), StoreError> {
    let sql = "SELECT body FROM worked JOIN works USING (n) WHERE exception = ?1 AND undone = 0 ORDER BY n";
    let works: Vec<Event> = database::all(database, "works", sql, [exception])?;
    let mut handling = Handling::default();
    for event in &works {
        let Body::ExceptionsWorked(work) = &event.body else { continue };
        for worked in work.about.iter().filter(|worked| worked.exception == exception) {
            handling.follow(event.now, &work.by, worked, &work.what);
        }
    }
    let decided = handling.decided.as_ref().filter(|decided| !decided.waits());
    let (currency, minor) = decided.map_or((String::new(), 0), |decided| {
        (decided.money_at_risk.currency.code().to_owned(), decided.money_at_risk.minor)
    });
    let until = decided.map_or(i64::MIN, |decided| decided.until.map_or(i64::MAX, end));
    database
        .prepare_cached(
            "INSERT OR REPLACE INTO handlings (exception, owner, currency, minor, until_us, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![exception, handling.owner, currency, minor, until, codec::encode(&handling)])?;
    Ok(())
}

/// The first instant after a day.
fn end(day: Date) -> i64 {
    let next = day.tomorrow().ok().and_then(|next| next.to_zoned(TimeZone::UTC).ok());
    micros(next.map_or(Timestamp::MAX, |zoned| zoned.timestamp()))
}
