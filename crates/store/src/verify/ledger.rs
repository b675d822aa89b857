//! Entries balance, months are their sums, and no cent is assigned twice.

use super::VerifyReport;
use super::journal::Holdings;
use crate::tables::{entries, month};
use crate::{StoreError, database};
use domain::{Currency, Entry, Money, RecordId, Settlement};
use rusqlite::Connection;
use std::collections::BTreeMap;

type Months = BTreeMap<(i32, u16, String), i128>;

/// Each entry alone, then the months' totals against all of them.
pub(super) fn check_entries(database: &Connection, report: &mut VerifyReport) -> Result<(), StoreError> {
    let mut sums = Months::new();
    let mut has_record = database.prepare("SELECT 1 FROM records WHERE id = ?1")?;
    let mut select = database.prepare("SELECT n, body FROM entries ORDER BY n")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let row_place = format!("row {} of entries in `plimsoll.db`", row.get::<_, i64>(0)?);
        let body = row.get_ref(1)?.as_blob().unwrap_or_default();
        let Some(entry) = report.take(&row_place, database::noun::<Entry>(&row_place, body)) else { continue };
        let place = format!("entry {} in `plimsoll.db`", entry.id);
        check_shape(&entry, &place, report);
        for record in &entry.evidence {
            if !has_record.exists([record.as_str()])? {
                report.find(&place, format!("its evidence {record} is in no batch"));
            }
        }
        if let Some(reversed) = &entry.reverses
            && entries::by_id(database, reversed)?.is_none()
        {
            report.find(&place, format!("it reverses {reversed}, which is not in the ledger"));
        }
        add(&mut sums, &entry);
        report.entries += 1;
    }
    if months(database)? != sums {
        report.find("monthly_totals in `plimsoll.db`", "they are not the sums of the entries");
    }
    Ok(())
}

fn check_shape(entry: &Entry, place: &str, report: &mut VerifyReport) {
    if let Err(unbalanced) = entry.check() {
        report.find(place, unbalanced.to_string());
    }
    if entry.postings.len() < 2 || entry.postings.iter().any(|posting| posting.amount.minor == 0) {
        report.find(place, "an entry has at least two postings, none of them zero");
    }
}

fn add(sums: &mut Months, entry: &Entry) {
    for posting in &entry.postings {
        let key = (month(entry.at), posting.account.code(), posting.amount.currency.code().to_owned());
        *sums.entry(key).or_default() += i128::from(posting.amount.minor);
    }
}

fn months(database: &Connection) -> Result<Months, StoreError> {
    let mut select = database.prepare("SELECT month, account, currency, minor FROM monthly_totals")?;
    let rows =
        select.query_map([], |row| Ok(((row.get(0)?, row.get(1)?, row.get(2)?), i128::from_le_bytes(row.get(3)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Live settlements never assign more of a payment or bank line than its source states, and each has a record.
pub(super) fn check_settlements(
    database: &Connection,
    holdings: &Holdings,
    report: &mut VerifyReport,
) -> Result<(), StoreError> {
    let mut assigned: BTreeMap<(RecordId, Currency), i128> = BTreeMap::new();
    let mut select = database.prepare("SELECT id, body FROM settlements ORDER BY n")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let place = format!("settlement {} in `plimsoll.db`", row.get_ref(0)?.as_str().unwrap_or_default());
        let body = row.get_ref(1)?.as_blob().unwrap_or_default();
        let Some(settlement) = report.take(&place, database::noun::<Settlement>(&place, body)) else { continue };
        report.settlements += 1;
        if settlement.withdrawn {
            continue;
        }
        for share in settlement.settled.into_iter().chain(settlement.by) {
            let sum = assigned.entry((share.record, share.amount.currency)).or_default();
            *sum += i128::from(share.amount.minor).abs();
        }
    }
    for ((record, currency), minor) in assigned {
        if holdings.get(&record).is_some_and(|held| exceeds(minor, currency, held)) {
            report.find(format!("settlements of {record} in `plimsoll.db`"), "they assign more than the record holds");
        }
    }
    Ok(())
}

/// Beyond every amount that the record states in the currency; a currency that it does not state is the engine's.
fn exceeds(minor: i128, currency: Currency, held: &[Money]) -> bool {
    let stated = held.iter().filter(|money| money.currency == currency);
    stated.map(|money| i128::from(money.minor).abs()).max().is_some_and(|most| minor > most)
}
