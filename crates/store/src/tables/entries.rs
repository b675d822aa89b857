//! Entries with what is kept beside them: the order by account, the months' totals.

use super::{EVERY_ACCOUNT, Mention, mention_key, micros, month};
use crate::StoreError;
use crate::codec;
use domain::{Currency, Entry};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;

type Month = (i32, u16, Currency);

/// Adds entries; every one must balance and be new. Rows beside them are written in key order, which is several times
/// faster than in the order of the entries.
pub(super) fn add(
    database: &Connection,
    entries: &[Entry],
    mentions: &mut Vec<(Mention, i64, i64)>,
) -> Result<(), StoreError> {
    let mut by_account = Vec::with_capacity(4 * entries.len());
    let mut months: BTreeMap<Month, i128> = BTreeMap::new();
    let mut insert = database.prepare_cached("INSERT OR IGNORE INTO entries (id, body) VALUES (?1, ?2)")?;
    for entry in entries {
        entry.check()?;
        if insert.execute(params![entry.id.0, codec::encode(entry)])? == 0 {
            return Err(StoreError::DuplicateEntry(entry.id.clone()));
        }
        let n = database.last_insert_rowid();
        let accounts = entry.postings.iter().map(|posting| posting.account.code());
        by_account.extend(accounts.chain([EVERY_ACCOUNT]).map(|account| (account, micros(entry.at), n)));
        mentions.extend(entry.evidence.iter().map(|record| (Mention::Entry, mention_key(record), n)));
        for posting in &entry.postings {
            let total = months.entry((month(entry.at), posting.account.code(), posting.amount.currency)).or_default();
            *total += i128::from(posting.amount.minor);
        }
    }
    add_accounts(database, by_account)?;
    add_months(database, &months)
}

fn add_accounts(database: &Connection, mut rows: Vec<(u16, i64, i64)>) -> Result<(), StoreError> {
    rows.sort_unstable();
    rows.dedup();
    let mut insert = database.prepare_cached("INSERT INTO entry_accounts (account, at_us, n) VALUES (?1, ?2, ?3)")?;
    for (account, at_us, n) in rows {
        insert.execute(params![account, at_us, n])?;
    }
    Ok(())
}

/// Totals are 128-bit, which SQLite's own sums are not.
fn add_months(database: &Connection, months: &BTreeMap<Month, i128>) -> Result<(), StoreError> {
    let mut find = database
        .prepare_cached("SELECT minor FROM monthly_totals WHERE month = ?1 AND account = ?2 AND currency = ?3")?;
    let mut put = database.prepare_cached("INSERT OR REPLACE INTO monthly_totals VALUES (?1, ?2, ?3, ?4)")?;
    for ((month, account, currency), minor) in months {
        let before = find.query_row(params![month, account, currency.code()], |row| row.get(0)).optional()?;
        let total = before.map_or(0, i128::from_le_bytes) + minor;
        put.execute(params![month, account, currency.code(), total.to_le_bytes()])?;
    }
    Ok(())
}
