//! What is closed, what was late, and how far the sources reach.

use super::{Balance, Reader};
use crate::tables::{Mention, day, entries};
use crate::{StoreError, database};
use domain::{Body, Currency, Entry, Event};
use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::params;

/// How far the records of a source reach.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Reach {
    /// The word before the colon of their ids.
    pub source: String,
    /// When the first of them happened, to the microsecond.
    pub first: Timestamp,
    /// When the last of them happened, to the microsecond.
    pub last: Timestamp,
}

impl Reader {
    /// What was closed and opened again, in order, as the events that said so.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn period_changes(&self) -> Result<Vec<Event>, StoreError> {
        let sql = "SELECT body FROM period_changes ORDER BY n";
        self.ask(|database| database::all(database, "period_changes", sql, []))
    }

    /// The last day that is closed now.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn locked_through(&self) -> Result<Option<Date>, StoreError> {
        let follow = |locked: Option<Date>, event: &Event| match &event.body {
            Body::PeriodLocked { through, .. } => locked.max(Some(*through)),
            Body::PeriodReopened { from, .. } => locked.min(from.yesterday().ok()),
            _ => locked,
        };
        Ok(self.period_changes()?.iter().fold(None, follow))
    }

    /// The balances at the end of a day up to which the books were closed, as they were closed last; none where they
    /// never were.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn closed_balances(&self, through: Date) -> Result<Vec<Balance>, StoreError> {
        self.ask(|database| {
            let sql =
                "SELECT account, currency, minor FROM closed_balances WHERE through = ?1 ORDER BY account, currency";
            let mut select = database.prepare_cached(sql)?;
            let mut rows = select.query([day(through)])?;
            let mut balances = Vec::new();
            while let Some(row) = rows.next()? {
                let (code, currency, minor): (u16, String, [u8; 16]) = (row.get(0)?, row.get(1)?, row.get(2)?);
                let account = entries::account_of(database, code)?;
                let (Some(account), Some(currency)) = (account, Currency::from_code(&currency)) else {
                    let reason = format!("no account {code} in {currency}");
                    return Err(StoreError::corrupt("a row of closed_balances", reason));
                };
                balances.push(Balance { account, currency, minor: i128::from_le_bytes(minor) });
            }
            Ok(balances)
        })
    }

    /// The entries that do not stand where they belong, as their period was closed, in the order in which they were posted.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn late_entries(&self) -> Result<Vec<Entry>, StoreError> {
        let sql = "SELECT body FROM mentions JOIN entries USING (n) WHERE what = ?1 AND name = 0 ORDER BY n";
        self.ask(|database| database::all(database, "entries", sql, params![Mention::Late as i64]))
    }

    /// How far the records of each source reach, of those that tell of the business's own doings.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn reaches(&self) -> Result<Vec<Reach>, StoreError> {
        self.ask(|database| {
            let mut select =
                database.prepare_cached("SELECT source, first_us, last_us FROM reaches ORDER BY source")?;
            let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            rows.map(|row| {
                let (source, first, last): (String, i64, i64) = row?;
                let instant = |micros| {
                    Timestamp::from_microsecond(micros).map_err(|error| StoreError::corrupt("a row of reaches", error))
                };
                Ok(Reach { source, first: instant(first)?, last: instant(last)? })
            })
            .collect()
        })
    }
}
