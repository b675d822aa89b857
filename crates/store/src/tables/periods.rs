//! What was closed and opened again, and the balances as they were closed.

use super::day;
use crate::StoreError;
use crate::codec;
use domain::{Batch, Body, Event};
use jiff::civil::Date;
use rusqlite::{Connection, params};

/// Does what the batch says about periods, after its entries were added: none of them is dated in what it closes.
pub(super) fn apply(database: &Connection, batch: &Batch) -> Result<(), StoreError> {
    batch.events.iter().try_for_each(|event| follow(database, event))
}

fn follow(database: &Connection, event: &Event) -> Result<(), StoreError> {
    match &event.body {
        Body::PeriodLocked { through, .. } => {
            keep(database, event)?;
            keep_balances(database, *through)
        }
        Body::PeriodReopened { .. } => keep(database, event),
        _ => Ok(()),
    }
}

fn keep(database: &Connection, event: &Event) -> Result<(), StoreError> {
    let mut insert = database.prepare_cached("INSERT INTO period_changes (body) VALUES (?1)")?;
    insert.execute([codec::encode(event)])?;
    Ok(())
}

/// The balances at the end of the month of `through`, from the months' totals: books are closed by whole months.
fn keep_balances(database: &Connection, through: Date) -> Result<(), StoreError> {
    let mut sums = std::collections::BTreeMap::<(u16, String), i128>::new();
    let month = i32::from(through.year()) * 100 + i32::from(through.month());
    let mut select =
        database.prepare_cached("SELECT account, currency, minor FROM monthly_totals WHERE month <= ?1")?;
    let mut rows = select.query([month])?;
    while let Some(row) = rows.next()? {
        *sums.entry((row.get(0)?, row.get(1)?)).or_default() += i128::from_le_bytes(row.get(2)?);
    }
    database.prepare_cached("DELETE FROM closed_balances WHERE through = ?1")?.execute([day(through)])?;
    let mut insert = database.prepare_cached("INSERT INTO closed_balances VALUES (?1, ?2, ?3, ?4)")?;
    for ((account, currency), minor) in sums {
        insert.execute(params![day(through), account, currency, minor.to_le_bytes()])?;
    }
    Ok(())
}
