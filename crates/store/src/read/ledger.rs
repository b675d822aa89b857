//! The ledger: balances, entries, months.

use super::{PAGE, Reader};
use crate::tables::{Mention, account_bits, entries, micros, month};
use crate::{StoreError, database};
use domain::{Account, Currency, Entry, EntryId, RecordId};
use jiff::Timestamp;
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

/// What stands on an account in a currency: debits less credits, in minor units.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Balance {
    /// Where.
    pub account: Account,
    /// In which currency.
    pub currency: Currency,
    /// Debit positive.
    pub minor: i128,
}

/// What a month moved on an account in a currency.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct MonthlyTotal {
    /// `2011-03`, in UTC.
    pub month: String,
    /// Where.
    pub account: Account,
    /// In which currency.
    pub currency: Currency,
    /// Debit positive.
    pub minor: i128,
}

/// Which entries, in order of time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EntryFilter {
    /// That post on this account.
    pub account: Option<Account>,
    /// At or after, to the microsecond.
    pub from: Option<Timestamp>,
    /// Before, to the microsecond.
    pub to: Option<Timestamp>,
    /// At most so many.
    pub limit: u32,
    /// After so many.
    pub offset: u32,
}

impl Default for EntryFilter {
    fn default() -> Self {
        Self { account: None, from: None, to: None, limit: PAGE, offset: 0 }
    }
}

struct MonthRow {
    month: i32,
    account: Account,
    currency: Currency,
    minor: i128,
}

impl Reader {
    /// Balances of every account that was ever posted on, at the end of the instant `until`, or of all time.
    /// From the months' totals, and entry by entry only within the month of `until`.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn balances(&self, until: Option<Timestamp>) -> Result<Vec<Balance>, StoreError> {
        let mut sums: BTreeMap<(Account, Currency), i128> = BTreeMap::new();
        self.ask(|database| {
            let before = until.map_or(i32::MAX, month);
            for row in months(database)?.into_iter().filter(|row| row.month < before) {
                *sums.entry((row.account, row.currency)).or_default() += row.minor;
            }
            for posting in until.map_or(Ok(Vec::new()), |until| in_month_until(database, until))? {
                *sums.entry((posting.account, posting.amount.currency)).or_default() +=
                    i128::from(posting.amount.minor);
            }
            Ok(())
        })?;
        Ok(sums.into_iter().map(|((account, currency), minor)| Balance { account, currency, minor }).collect())
    }

    /// What each month moved, by month, account and currency.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn monthly_totals(&self) -> Result<Vec<MonthlyTotal>, StoreError> {
        let named = |row: MonthRow| MonthlyTotal {
            month: format!("{:04}-{:02}", row.month.div_euclid(100), row.month.rem_euclid(100)),
            account: row.account,
            currency: row.currency,
            minor: row.minor,
        };
        Ok(self.ask(months)?.into_iter().map(named).collect())
    }

    /// An entry by its id.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn entry(&self, id: &EntryId) -> Result<Option<Entry>, StoreError> {
        self.ask(|database| entries::by_id(database, id))
    }

    /// The entries that a record is evidence of, in the order in which they were posted.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn entries_of(&self, record: &RecordId) -> Result<Vec<Entry>, StoreError> {
        let mut found = self.ask(|database| entries::mentioned(database, Mention::Entry, record.as_str()))?;
        found.retain(|entry| entry.evidence.contains(record));
        Ok(found)
    }

    /// A page of entries in order of time, equal times in the order in which they were posted.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn entries(&self, filter: &EntryFilter) -> Result<Vec<Entry>, StoreError> {
        let accounts = match filter.account {
            Some(Account::Own(_)) => return self.entries_of_own_account(filter),
            Some(account) => account_bits(std::iter::once(account)),
            None => -1,
        };
        let (from, to) = (filter.from.map_or(i64::MIN, micros), filter.to.map_or(i64::MAX, micros));
        // The page is cut on the index alone, a bit of which tells the account; bodies are read for the page only.
        let sql = "SELECT body FROM (
                SELECT at_us, n FROM entries WHERE at_us >= ?2 AND at_us < ?3 AND (?1 = -1 OR accounts & ?1)
                ORDER BY at_us, n LIMIT ?4 OFFSET ?5
            ) AS page JOIN entries USING (n) ORDER BY page.at_us, n";
        let page = params![accounts, from, to, filter.limit, filter.offset];
        self.ask(|database| database::all(database, "entries", sql, page))
    }

    fn entries_of_own_account(&self, filter: &EntryFilter) -> Result<Vec<Entry>, StoreError> {
        let code = filter.account.map_or(0, Account::code);
        let (from, to) = (filter.from.map_or(i64::MIN, micros), filter.to.map_or(i64::MAX, micros));
        let sql = "SELECT body FROM mentions JOIN entries USING (n)
                   WHERE what = ?1 AND name = ?2 AND at_us >= ?3 AND at_us < ?4 ORDER BY at_us, n LIMIT ?5 OFFSET ?6";
        let page = params![Mention::OwnAccount as i64, code, from, to, filter.limit, filter.offset];
        self.ask(|database| database::all(database, "entries", sql, page))
    }

    /// When the last entry takes effect; none in empty books.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn last_entry_at(&self) -> Result<Option<Timestamp>, StoreError> {
        let sql = "SELECT body FROM entries ORDER BY at_us DESC, n DESC LIMIT 1";
        let last: Option<Entry> = self.ask(|database| database::one(database, "entries", sql, []))?;
        Ok(last.map(|entry| entry.at))
    }

    /// The entries that opened the books from trial balances, in the order in which they were posted.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn openings(&self) -> Result<Vec<Entry>, StoreError> {
        let sql = "SELECT body FROM mentions JOIN entries USING (n) WHERE what = ?1 AND name = 0 ORDER BY n";
        self.ask(|database| database::all(database, "entries", sql, [Mention::Opening as i64]))
    }

    /// Hands over the entries of a span one by one, in order of time, equal times in the order in which they were
    /// posted: a whole ledger is never in memory. `account` of the filter is of the default chart, or none; its window
    /// is not used.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`], and what `each` returns.
    pub fn each_entry<E: From<StoreError>>(
        &self,
        filter: &EntryFilter,
        mut each: impl FnMut(Entry) -> Result<(), E>,
    ) -> Result<(), E> {
        let accounts = filter.account.map_or(-1, |account| account_bits(std::iter::once(account)));
        let (from, to) = (filter.from.map_or(i64::MIN, micros), filter.to.map_or(i64::MAX, micros));
        let mut failed = None;
        self.ask(|database| {
            // Sorted on the index alone: the rows themselves would not fit.
            let sql = "SELECT n FROM entries WHERE at_us >= ?2 AND at_us < ?3 AND (?1 = -1 OR accounts & ?1)
                       ORDER BY at_us, n";
            let mut select = database.prepare_cached(sql)?;
            let rows = select.query_map(params![accounts, from, to], |row| row.get(0))?;
            let rows: Vec<i64> = rows.collect::<Result<_, _>>()?;
            for n in rows {
                let entry = database::one(database, "entries", "SELECT body FROM entries WHERE n = ?1", [n])?;
                if let Some(Err(error)) = entry.map(&mut each) {
                    failed = Some(error);
                    break;
                }
            }
            Ok(())
        })?;
        failed.map_or(Ok(()), Err)
    }
}

fn months(database: &Connection) -> Result<Vec<MonthRow>, StoreError> {
    let mut select = database.prepare_cached(
        "SELECT month, account, currency, minor FROM monthly_totals ORDER BY month, account, currency",
    )?;
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    rows.map(|row| {
        let (month, code, currency, minor): (i32, u16, String, [u8; 16]) = row?;
        let account = entries::account_of(database, code)?;
        let (Some(account), Some(currency)) = (account, Currency::from_code(&currency)) else {
            return Err(StoreError::corrupt("a row of monthly_totals", format!("no account {code} in {currency}")));
        };
        Ok(MonthRow { month, account, currency, minor: i128::from_le_bytes(minor) })
    })
    .collect()
}

/// The postings of the month of `until` that take effect by then.
fn in_month_until(database: &Connection, until: Timestamp) -> Result<Vec<domain::Posting>, StoreError> {
    let sql = "SELECT body FROM entries WHERE at_us BETWEEN ?1 AND ?2";
    let bounds = params![micros(month_start(until)), micros(until)];
    let entries: Vec<Entry> = database::all(database, "entries", sql, bounds)?;
    Ok(entries.into_iter().filter(|entry| entry.at <= until).flat_map(|entry| entry.postings).collect())
}

/// The first instant of the month; the first instant at all where the calendar does not reach so far.
fn month_start(at: Timestamp) -> Timestamp {
    let first = at.to_zoned(jiff::tz::TimeZone::UTC).date().first_of_month();
    first.to_zoned(jiff::tz::TimeZone::UTC).map_or(Timestamp::MIN, |zoned| zoned.timestamp())
}
