//! Settlements and exceptions.

use super::{PAGE, Reader};
use crate::tables::{Mention, mention_key, micros};
use crate::{StoreError, database};
use domain::{Currency, Exception, ExceptionRule, RecordId, Settlement, SettlementKind, Status};
use jiff::Timestamp;
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

/// Which exceptions, those with the most money at risk first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ExceptionFilter {
    /// Of this rule.
    pub rule: Option<ExceptionRule>,
    /// That stand so.
    pub status: Option<Status>,
    /// Without those that are handled at this instant: resolved, or suppressed for a time.
    pub unhandled_at: Option<Timestamp>,
    /// At most so many.
    pub limit: u32,
    /// After so many.
    pub offset: u32,
}

impl Default for ExceptionFilter {
    fn default() -> Self {
        Self { rule: None, status: None, unhandled_at: None, limit: PAGE, offset: 0 }
    }
}

/// The exceptions of one rule, status and currency in one line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ExceptionTotal {
    /// Which rule.
    pub rule: ExceptionRule,
    /// Where they stand.
    pub status: Status,
    /// Of the money at risk.
    pub currency: Currency,
    /// How many.
    pub count: u64,
    /// Their money at risk together.
    pub money_at_risk_minor: i128,
}

/// The exceptions of a rule, status and instant, as parameters 1 to 3.
const WANTED: &str = "exceptions AS e WHERE (?1 IS NULL OR rule = ?1) AND (?2 IS NULL OR status = ?2)
    AND (?3 IS NULL OR NOT EXISTS (SELECT 1 FROM handlings AS h WHERE h.exception = e.id
        AND h.currency = e.currency AND h.minor = e.minor AND h.until_us > ?3))";

impl Reader {
    /// A page of exceptions, by money at risk from the largest, then by id.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn exceptions(&self, filter: &ExceptionFilter) -> Result<Vec<Exception>, StoreError> {
        let sql = format!("SELECT body FROM {WANTED} ORDER BY minor DESC, id LIMIT ?4 OFFSET ?5");
        let (rule, status) = (filter.rule.map(ExceptionRule::name), filter.status.map(|status| status as i64));
        let page = params![rule, status, filter.unhandled_at.map(micros), filter.limit, filter.offset];
        self.ask(|database| database::all(database, "exceptions", &sql, page))
    }

    /// How many exceptions a filter lets through, without its window.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn exception_count(&self, filter: &ExceptionFilter) -> Result<u64, StoreError> {
        let sql = format!("SELECT count(*) FROM {WANTED}");
        let (rule, status) = (filter.rule.map(ExceptionRule::name), filter.status.map(|status| status as i64));
        let wanted = params![rule, status, filter.unhandled_at.map(micros)];
        self.ask(|database| Ok(database.prepare_cached(&sql)?.query_row(wanted, |row| row.get(0))?))
    }

    /// An exception by its id.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn exception(&self, id: &str) -> Result<Option<Exception>, StoreError> {
        self.ask(|database| database::one(database, "exceptions", "SELECT body FROM exceptions WHERE id = ?1", [id]))
    }

    /// Counts and money by rule, status and currency, in that order, without open ones that are handled at an instant.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn exception_totals(&self, unhandled_at: Option<Timestamp>) -> Result<Vec<ExceptionTotal>, StoreError> {
        self.ask(|database| exception_totals(database, unhandled_at))
    }

    /// The settlements that use a record, withdrawn ones too, in the order in which they were first made.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn settlements_of(&self, record: &RecordId) -> Result<Vec<Settlement>, StoreError> {
        let sql = "SELECT body FROM mentions JOIN settlements USING (n) WHERE what = ?1 AND name = ?2 ORDER BY n";
        let key = params![Mention::Settlement as i64, mention_key(record.as_str())];
        let mut found: Vec<Settlement> = self.ask(|database| database::all(database, "settlements", sql, key))?;
        found.retain(|settlement| settlement.settled.iter().chain(&settlement.by).any(|share| share.record == *record));
        Ok(found)
    }
}

impl Reader {
    /// Every settlement, withdrawn ones too, in the order in which they were first made.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn settlements(&self) -> Result<Vec<Settlement>, StoreError> {
        self.ask(|database| database::all(database, "settlements", "SELECT body FROM settlements ORDER BY n", []))
    }

    /// The settlements of a kind that stand, by id.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn settlements_of_kind(&self, kind: SettlementKind) -> Result<Vec<Settlement>, StoreError> {
        let sql = "SELECT body FROM settlements WHERE id >= ?1 AND id < ?2 ORDER BY id";
        // An id is the kind's name, a slash and a record; in texts `0` comes next after the slash.
        let ids = [format!("{}/", kind.name()), format!("{}0", kind.name())];
        let mut found: Vec<Settlement> = self.ask(|database| database::all(database, "settlements", sql, ids))?;
        found.retain(|settlement| !settlement.withdrawn);
        Ok(found)
    }
}

/// Summed here, as SQLite's sums end at 64 bits.
fn exception_totals(database: &Connection, unhandled_at: Option<Timestamp>) -> Result<Vec<ExceptionTotal>, StoreError> {
    let mut sums: BTreeMap<(ExceptionRule, Status, Currency), (u64, i128)> = BTreeMap::new();
    let sql = "SELECT rule, status, currency, minor FROM exceptions AS e WHERE ?1 IS NULL OR status <> ?2
        OR NOT EXISTS (SELECT 1 FROM handlings AS h WHERE h.exception = e.id
            AND h.currency = e.currency AND h.minor = e.minor AND h.until_us > ?1)";
    let mut select = database.prepare_cached(sql)?;
    let mut rows = select.query(params![unhandled_at.map(micros), Status::Open as i64])?;
    while let Some(row) = rows.next()? {
        let (rule, status) = (ExceptionRule::from_name(row.get_ref(0)?.as_str().unwrap_or_default()), row.get(1)?);
        let currency = Currency::from_code(row.get_ref(2)?.as_str().unwrap_or_default());
        let status = [Status::Open, Status::Cleared].into_iter().find(|known| *known as i64 == status);
        let (Some(rule), Some(status), Some(currency)) = (rule, status, currency) else {
            return Err(StoreError::corrupt("a row of exceptions", "its rule, status or currency is unknown"));
        };
        let sum = sums.entry((rule, status, currency)).or_default();
        *sum = (sum.0 + 1, sum.1 + i128::from(row.get::<_, i64>(3)?));
    }
    let total = |((rule, status, currency), (count, money_at_risk_minor))| ExceptionTotal {
        rule,
        status,
        currency,
        count,
        money_at_risk_minor,
    };
    Ok(sums.into_iter().map(total).collect())
}
