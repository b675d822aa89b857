//! Chain, heads, bodies, and the keys of the records in them.

use super::VerifyReport;
use crate::codec::payload_digest;
use crate::journal::{self, BatchRow, Tip};
use crate::layout::{Layout, segment_name};
use crate::read::partition;
use crate::tables::records_of;
use crate::{Partition, StoreError};
use domain::{Batch, Content, Money, Record, RecordId};
use rusqlite::{Connection, OptionalExtension};
use std::collections::BTreeMap;

/// What a record can be assigned of, one amount a currency.
pub(super) type Holdings = BTreeMap<RecordId, Vec<Money>>;

/// Follows the chain and gives what the records on it hold.
pub(super) fn check(layout: &Layout, database: &Connection, report: &mut VerifyReport) -> Result<Holdings, StoreError> {
    let partition = report.take("plimsoll.db", partition(database));
    let mut last = Some(Tip::default());
    let mut holdings = Holdings::new();
    for seq in numbers(database)? {
        let place = format!("batch {seq} in `plimsoll.db`");
        let row = report.take(&place, journal::batch_row(database, seq)).flatten();
        let Some(row) = row else {
            last = None;
            continue;
        };
        check_head(&row, last, partition.as_ref(), report);
        last = Some(Tip { seq, chain: row.head.chain() });
        if let Some(batch) = report.take(&place, row.batch(layout)) {
            check_keys(database, seq, &batch, report)?;
            holdings.extend(records_of(&batch).filter_map(|(_, record)| held(record)));
        }
        report.batches += 1;
    }
    check_end(database, last, report);
    Ok(holdings)
}

fn numbers(database: &Connection) -> Result<Vec<u64>, StoreError> {
    let mut select = database.prepare("SELECT seq FROM batches ORDER BY seq")?;
    let numbers = select.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(numbers)
}

/// `last` is none after a head that could not be read: then the link cannot be told.
fn check_head(row: &BatchRow, last: Option<Tip>, partition: Option<&Partition>, report: &mut VerifyReport) {
    let head = &row.head;
    let place = format!("the head of batch {} in `plimsoll.db`", head.seq);
    if last.is_some_and(|last| last.seq + 1 != head.seq || last.chain != head.previous) {
        report.find(&place, "it does not follow the batch before it");
    }
    if partition.is_some_and(|partition| *partition != head.partition) {
        report.find(&place, "it is of another partition");
    }
    if row.segment.as_ref().is_some_and(|name| *name != segment_name(head.seq, &head.body)) {
        report.find(&place, "it names another segment than its own");
    }
}

fn check_end(database: &Connection, last: Option<Tip>, report: &mut VerifyReport) {
    let tip = report.take("plimsoll.db", journal::tip(database));
    if let (Some(last), Some(tip)) = (last, tip)
        && last != tip
    {
        report.find("the chain of batches in `plimsoll.db`", format!("it ends at {}, not at {}", last.seq, tip.seq));
    }
}

/// Every record stands under its id where the table says, with the payload that the table says, and no others do.
fn check_keys(database: &Connection, seq: u64, batch: &Batch, report: &mut VerifyReport) -> Result<(), StoreError> {
    let mut find = database.prepare_cached("SELECT seq, place, payload FROM records WHERE id = ?1")?;
    let mut records = 0;
    for (place, record) in records_of(batch) {
        let row = find.query_row([record.id.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
        if row != Some((seq, place, payload_digest(record).0)) {
            report.find(format!("record {} in `plimsoll.db`", record.id), "its key is not that of the journal");
        }
        records += 1;
    }
    let keys: u64 = database.query_row("SELECT COUNT(*) FROM records WHERE seq = ?1", [seq], |row| row.get(0))?;
    if keys != records {
        report.find(format!("records of batch {seq} in `plimsoll.db`"), format!("{keys} keys for {records} records"));
    }
    report.records += records;
    Ok(())
}

/// Amounts that a source states. What an invoice holds is the engine's to say.
fn held(record: &Record) -> Option<(RecordId, Vec<Money>)> {
    let amounts = match &record.content {
        Content::Processor(line) => std::iter::once(line.gross).chain(line.presentment).collect(),
        Content::Bank(line) => vec![line.amount],
        Content::BuyerPayment(payment) => vec![payment.amount],
        Content::Invoice(_)
        | Content::PayoutNamed(_)
        | Content::Rates(_)
        | Content::UserRates(_)
        | Content::OrderStatus(_)
        | Content::Shipment(_)
        | Content::StockMovement(_)
        | Content::Review(_)
        | Content::Price(_)
        | Content::StatementFact(_)
        | Content::TrialBalance(_)
        | Content::Authorisation(_) => return None,
    };
    Some((record.id.clone(), amounts))
}
