//! Entries with what is kept beside them: what they mention, the months' totals.

use super::{Mention, Mentions, account_bits, mention_key, micros, month};
use crate::codec;
use crate::{StoreError, database};
use domain::{Account, Currency, Entry, EntryId, OPENING_RULE};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;

type Month = (i32, u16, Currency);

/// Adds entries; every one must balance and be new.
pub(super) fn add(database: &Connection, entries: &[Entry], mentions: &mut Mentions) -> Result<(), StoreError> {
    let mut months: BTreeMap<Month, i128> = BTreeMap::new();
    let mut own = Vec::new();
    let mut insert = database.prepare_cached("INSERT INTO entries (at_us, accounts, body) VALUES (?1, ?2, ?3)")?;
    for entry in entries {
        entry.check()?;
        let accounts = account_bits(entry.postings.iter().map(|posting| posting.account));
        insert.execute(params![micros(entry.at), accounts, codec::encode(entry)])?;
        let n = database.last_insert_rowid();
        mentions.push((Mention::EntryId, mention_key(entry.id.as_str()), n));
        if entry.rule == OPENING_RULE {
            mentions.push((Mention::Opening, 0, n));
        }
        if entry.belongs_at.is_some() {
            mentions.push((Mention::Late, 0, n));
        }
        mentions.extend(own_accounts(entry).map(|account| (Mention::OwnAccount, i64::from(account.code()), n)));
        own.extend(own_accounts(entry));
        mentions.extend(entry.evidence.iter().map(|record| (Mention::Entry, mention_key(record.as_str()), n)));
        for posting in &entry.postings {
            let total = months.entry((month(entry.at), posting.account.code(), posting.amount.currency)).or_default();
            *total += i128::from(posting.amount.minor);
        }
    }
    put_own_accounts(database, &own)?;
    add_months(database, &months)
}

fn own_accounts(entry: &Entry) -> impl Iterator<Item = Account> {
    entry.postings.iter().map(|posting| posting.account).filter(|account| account.place().is_none())
}

fn put_own_accounts(database: &Connection, accounts: &[Account]) -> Result<(), StoreError> {
    let mut put = database.prepare_cached("INSERT OR REPLACE INTO own_accounts (code, body) VALUES (?1, ?2)")?;
    for account in accounts {
        put.execute(params![account.code(), codec::encode(account)])?;
    }
    Ok(())
}

/// The account of a code: of the default chart, or one of the business's own that was posted on.
pub(crate) fn account_of(database: &Connection, code: u16) -> Result<Option<Account>, StoreError> {
    match Account::from_code(code) {
        Some(account) => Ok(Some(account)),
        None => database::one(database, "own_accounts", "SELECT body FROM own_accounts WHERE code = ?1", [code]),
    }
}

/// That no other entry has the id of the one in row `n`, whose key is `key`.
pub(super) fn check_new(database: &Connection, key: i64, n: i64) -> Result<(), StoreError> {
    let sql = "SELECT body FROM mentions JOIN entries USING (n) WHERE what = ?1 AND name = ?2 AND n <> ?3";
    let twins: Vec<Entry> = database::all(database, "entries", sql, params![Mention::EntryId as i64, key, n])?;
    let Some(entry) = database::one::<Entry>(database, "entries", "SELECT body FROM entries WHERE n = ?1", [n])? else {
        return Ok(());
    };
    if twins.iter().any(|twin| twin.id == entry.id) { Err(StoreError::DuplicateEntry(entry.id)) } else { Ok(()) }
}

/// The entry of an id.
pub(crate) fn by_id(database: &Connection, id: &EntryId) -> Result<Option<Entry>, StoreError> {
    let found: Vec<Entry> = mentioned(database, Mention::EntryId, id.as_str())?;
    Ok(found.into_iter().find(|entry| entry.id == *id))
}

/// The entries that mention a name, or another with the same key, in the order in which they were posted.
pub(crate) fn mentioned(database: &Connection, what: Mention, name: &str) -> Result<Vec<Entry>, StoreError> {
    let sql = "SELECT body FROM mentions JOIN entries USING (n) WHERE what = ?1 AND name = ?2 ORDER BY n";
    database::all(database, "entries", sql, params![what as i64, mention_key(name)])
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
