//! Rulings, what came of attempts, alerts, notices, lists, live models.

use super::Reader;
use crate::tables::ruled;
use crate::{StoreError, database};
use domain::{
    Action, Alert, Assessed, Body, Delivered, Delivery, Digest, Event, Listed, Notice, Outcome, RiskKind, Role, Ruling,
    Token,
};
use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

/// A ruling with its place in the order of all.
#[derive(Clone, PartialEq, Debug)]
pub struct RulingRow {
    /// From 1.
    pub number: u64,
    /// The ruling.
    pub ruling: Ruling,
}

/// A notice and what became of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoticeRow {
    /// The notice.
    pub notice: Notice,
    /// None while it waits.
    pub settled: Option<Delivered>,
}

/// Which model did what from when on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LiveModelRow {
    /// Since when.
    pub at: Timestamp,
    /// Of which risk.
    pub kind: RiskKind,
    /// What it does.
    pub role: Role,
    /// None: nothing does it.
    pub model: Option<Digest>,
    /// Why.
    pub reason: String,
}

impl Reader {
    /// The ruling on an attempt.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn ruling(&self, attempt: &str) -> Result<Option<Ruling>, StoreError> {
        self.ask(|database| database::one(database, "rulings", "SELECT body FROM rulings WHERE id = ?1", [attempt]))
    }

    /// The rulings after one, in the order in which they were made, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn rulings_after(&self, number: u64, limit: u32) -> Result<Vec<RulingRow>, StoreError> {
        self.ruling_rows("SELECT n, body FROM rulings WHERE n > ?1 ORDER BY n LIMIT ?2", params![number, limit])
    }

    /// The scores of the attempts after one, in the order in which they were ruled on, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn scores_after(&self, number: u64, limit: u64) -> Result<Vec<Assessed>, StoreError> {
        let sql = "SELECT body FROM rulings WHERE n > ?1 ORDER BY n LIMIT ?2";
        let rulings: Vec<Ruling> =
            self.ask(|database| database::all(database, "rulings", sql, params![number, limit]))?;
        Ok(rulings.into_iter().map(|ruling| ruling.score).collect())
    }

    /// The newest rulings of a card or terminal, the newest first.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn rulings_of(&self, token: &Token, limit: u32) -> Result<Vec<RulingRow>, StoreError> {
        self.ask(|database| {
            let mut select = database.prepare_cached("SELECT body FROM rulings WHERE n = ?1")?;
            let row = |n: i64| -> Result<RulingRow, StoreError> {
                let body: Vec<u8> = select.query_row([n], |row| row.get(0))?;
                Ok(RulingRow { number: n.unsigned_abs(), ruling: database::noun("rulings", &body)? })
            };
            ruled::newest(database, token, limit as usize)?.into_iter().map(row).collect()
        })
    }

    /// The newest rulings of all, the newest first.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn newest_rulings(&self, limit: u32) -> Result<Vec<RulingRow>, StoreError> {
        self.ruling_rows("SELECT n, body FROM rulings ORDER BY n DESC LIMIT ?1", params![limit])
    }

    fn ruling_rows(&self, sql: &str, params: impl rusqlite::Params) -> Result<Vec<RulingRow>, StoreError> {
        self.ask(|database| {
            let mut select = database.prepare_cached(sql)?;
            let mut rows = select.query(params)?;
            let mut rulings = Vec::new();
            while let Some(row) = rows.next()? {
                let ruling = database::noun("rulings", row.get_ref(1)?.as_blob().unwrap_or_default())?;
                rulings.push(RulingRow { number: row.get(0)?, ruling });
            }
            Ok(rulings)
        })
    }

    /// How many rulings ended in each action.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn ruling_counts(&self) -> Result<Vec<(Action, u64)>, StoreError> {
        self.ask(|database| {
            let mut select = database.prepare_cached("SELECT action, rulings FROM ruling_counts")?;
            let rows = select.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
            let mut counts = Vec::new();
            for row in rows {
                let (name, count) = row?;
                let action = Action::from_name(&name);
                counts.push((action.ok_or_else(|| StoreError::corrupt("a row of rulings", name))?, count));
            }
            counts.sort_unstable();
            Ok(counts)
        })
    }

    /// What came of an attempt, as far as it is known.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn outcome(&self, attempt: &str) -> Result<Option<Outcome>, StoreError> {
        let sql = "SELECT body FROM outcomes WHERE attempt = ?1";
        self.ask(|database| database::one(database, "outcomes", sql, [attempt]))
    }

    /// All that is known to have come of attempts, by attempt.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn outcomes(&self) -> Result<Vec<Outcome>, StoreError> {
        let sql = "SELECT body FROM outcomes ORDER BY attempt";
        self.ask(|database| database::all(database, "outcomes", sql, []))
    }

    /// Alerts that are open, or all; the loudest first, of equal ones the last.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn alerts(&self, closed_too: bool, limit: u32, offset: u32) -> Result<Vec<Alert>, StoreError> {
        let sql = "SELECT body FROM alerts WHERE closed <= ?1 ORDER BY closed, level DESC, last_us DESC, id
                   LIMIT ?2 OFFSET ?3";
        self.ask(|database| database::all(database, "alerts", sql, params![closed_too, limit, offset]))
    }

    /// How many alerts are open.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn open_alert_count(&self) -> Result<u64, StoreError> {
        let sql = "SELECT COUNT(*) FROM alerts WHERE closed = 0";
        self.ask(|database| Ok(database.query_row(sql, [], |row| row.get(0))?))
    }

    /// An alert.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn alert(&self, id: &str) -> Result<Option<Alert>, StoreError> {
        self.ask(|database| database::one(database, "alerts", "SELECT body FROM alerts WHERE id = ?1", [id]))
    }

    /// Notices that wait to be delivered.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn waiting_notices(&self, limit: u32) -> Result<Vec<Notice>, StoreError> {
        let sql = "SELECT body FROM notices WHERE state = 0 ORDER BY id LIMIT ?1";
        self.ask(|database| database::all(database, "notices", sql, [limit]))
    }

    /// Notices of an alert, or all, with what became of them; those that were given up alone, where asked for.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn notices(&self, alert: Option<&str>, dead_only: bool, limit: u32) -> Result<Vec<NoticeRow>, StoreError> {
        self.ask(|database| {
            let mut select = database.prepare_cached(
                "SELECT body, settled FROM notices WHERE state >= ?1 AND (?2 IS NULL OR id LIKE ?2 || '/notice/%')
                 ORDER BY id DESC LIMIT ?3",
            )?;
            let least = if dead_only { Delivery::Dead as i64 + 1 } else { 0 };
            let mut rows = select.query(params![least, alert, limit])?;
            let mut notices = Vec::new();
            while let Some(row) = rows.next()? {
                let settled: Option<Vec<u8>> = row.get(1)?;
                notices.push(NoticeRow {
                    notice: database::noun("notices", row.get_ref(0)?.as_blob().unwrap_or_default())?,
                    settled: settled.map(|body| database::noun("notices", &body)).transpose()?,
                });
            }
            Ok(notices)
        })
    }

    /// Notices that wait, and those that were given up.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn undelivered_counts(&self) -> Result<(u64, u64), StoreError> {
        let sql = "SELECT COUNT(*) FILTER (WHERE state = 0), COUNT(*) FILTER (WHERE state = 2) FROM notices";
        self.ask(|database| Ok(database.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?))
    }

    /// The block list and the allow list.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn lists(&self) -> Result<Vec<Listed>, StoreError> {
        self.ask(|database| database::all(database, "lists", "SELECT body FROM lists ORDER BY token", []))
    }

    /// Every choice of a live model, the first one first.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn live_models(&self) -> Result<Vec<LiveModelRow>, StoreError> {
        let events: Vec<Event> =
            self.ask(|database| database::all(database, "live_models", "SELECT body FROM live_models ORDER BY n", []))?;
        let row = |event: Event| match event.body {
            Body::LiveModelChosen { kind, role, model, reason } => {
                Some(LiveModelRow { at: event.now, kind, role, model, reason })
            }
            _ => None,
        };
        Ok(events.into_iter().filter_map(row).collect())
    }

    /// Attempts and records so far.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn attempts_and_records(&self) -> Result<u64, StoreError> {
        let sql = "SELECT (SELECT COALESCE(MAX(n), 0) FROM rulings)
                        + (SELECT COALESCE(SUM(records), 0) FROM record_counts)";
        self.ask(|database| Ok(database.prepare_cached(sql)?.query_row([], |row| row.get(0))?))
    }

    /// The newest attempt's number and instant; none where nothing was asked.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn newest_attempt(&self) -> Result<Option<(u64, Timestamp)>, StoreError> {
        let sql = "SELECT n, at_us FROM rulings ORDER BY n DESC LIMIT 1";
        let found: Option<(u64, i64)> =
            self.ask(|database| Ok(database.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).optional()?))?;
        Ok(found.and_then(|(number, micros)| Some((number, Timestamp::from_microsecond(micros).ok()?))))
    }
}
