//! Digests of the derived tables: equal digests are equal tables, whatever order their rows were written in.

use crate::StoreError;
use domain::Digest;
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use sha2::{Digest as _, Sha256};

/// A table in one line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TableDigest {
    /// Its name.
    pub table: &'static str,
    /// How many rows it has.
    pub rows: u64,
    /// SHA-256 over its rows in canonical order.
    pub digest: Digest,
}

/// Row numbers are left out: they are the store's, not the business's.
const TABLES: [(&str, &str); 34] = [
    ("records", "SELECT id, seq, place, payload FROM records ORDER BY id"),
    ("record_counts", "SELECT kind, file, records FROM record_counts ORDER BY kind, file"),
    ("rates", "SELECT day, body FROM rates ORDER BY day, body"),
    ("stage_counts", "SELECT seq, body FROM stage_counts ORDER BY seq"),
    ("current", "SELECT name, body FROM current ORDER BY name"),
    ("issues", "SELECT id, seq, stage, rule, file, status, body, change FROM issues ORDER BY id, seq"),
    ("edits", "SELECT issue, file, applied, body FROM edits ORDER BY issue"),
    ("pair_queues", "SELECT body FROM pair_queues ORDER BY n"),
    ("pair_answers", "SELECT pair, body FROM pair_answers ORDER BY pair, n"),
    ("parties", "SELECT id, body FROM parties ORDER BY id"),
    ("entries", "SELECT at_us, accounts, body FROM entries ORDER BY body"),
    ("monthly_totals", "SELECT month, account, currency, minor FROM monthly_totals ORDER BY month, account, currency"),
    ("own_accounts", "SELECT code, body FROM own_accounts ORDER BY code"),
    ("period_changes", "SELECT body FROM period_changes ORDER BY n"),
    (
        "closed_balances",
        "SELECT through, account, currency, minor FROM closed_balances ORDER BY through, account, currency",
    ),
    ("reaches", "SELECT source, first_us, last_us FROM reaches ORDER BY source"),
    ("settlements", "SELECT id, body FROM settlements ORDER BY id"),
    ("exceptions", "SELECT id, rule, status, currency, minor, body FROM exceptions ORDER BY id"),
    ("works", "SELECT n, undone, body FROM works ORDER BY n"),
    ("worked", "SELECT exception, n FROM worked ORDER BY exception, n"),
    ("handlings", "SELECT exception, owner, currency, minor, until_us, body FROM handlings ORDER BY exception"),
    ("features", "SELECT record, body FROM features ORDER BY record"),
    ("payment_features", "SELECT record, body FROM payment_features ORDER BY record"),
    ("labels", "SELECT body FROM labels ORDER BY body"),
    ("scores", "SELECT subject, kind, of, minor, points, body FROM scores ORDER BY subject, kind"),
    ("decisions", "SELECT action, body FROM decisions ORDER BY body"),
    ("rulings", "SELECT id, at_us, action, card, terminal, body FROM rulings ORDER BY n"),
    ("ruling_counts", "SELECT action, rulings FROM ruling_counts ORDER BY action"),
    ("ruled", "SELECT part, run, body FROM ruled ORDER BY part, run"),
    ("outcomes", "SELECT attempt, event, body FROM outcomes ORDER BY attempt"),
    ("alerts", "SELECT id, closed, level, last_us, body FROM alerts ORDER BY id"),
    ("notices", "SELECT id, state, body, settled FROM notices ORDER BY id"),
    ("lists", "SELECT token, body FROM lists ORDER BY token"),
    ("live_models", "SELECT body FROM live_models ORDER BY n"),
];

/// Every derived table, in the order of the schema.
pub(crate) fn table_digests(database: &Connection) -> Result<Vec<TableDigest>, StoreError> {
    TABLES.iter().map(|(table, sql)| digest(database, table, sql)).collect()
}

fn digest(database: &Connection, table: &'static str, sql: &str) -> Result<TableDigest, StoreError> {
    let mut select = database.prepare(sql)?;
    let columns = select.column_count();
    let mut rows = select.query([])?;
    let mut hash = Sha256::new();
    let mut count = 0;
    while let Some(row) = rows.next()? {
        for column in 0..columns {
            update(&mut hash, row.get_ref(column)?);
        }
        count += 1;
    }
    Ok(TableDigest { table, rows: count, digest: Digest(hash.finalize().into()) })
}

/// Kind, length, bytes: no two rows run together.
fn update(hash: &mut Sha256, value: ValueRef<'_>) {
    let mut part = |kind: u8, bytes: &[u8]| {
        hash.update([kind]);
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    match value {
        ValueRef::Null => part(0, &[]),
        ValueRef::Integer(number) => part(1, &number.to_le_bytes()),
        ValueRef::Real(number) => part(2, &number.to_bits().to_le_bytes()),
        ValueRef::Text(text) => part(3, text),
        ValueRef::Blob(bytes) => part(4, bytes),
    }
}
