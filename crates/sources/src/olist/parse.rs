//! A table to records: what all of them share.

use super::set::Set;
use super::tables::Kind;
use super::{ZONE, facts, items};
use crate::csv_rows::Row;
use crate::days::{Order, day, order_of};
use crate::fault::Fault;
use crate::fields::optional;
use crate::table::{Table, needed};
use crate::{Context, Parsed};
use domain::{Digest, IssueRule};
use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::{TimeZone, TimeZoneDatabase};

pub(super) fn parse(file: Digest, bytes: &[u8], context: &mut Context<'_>) -> Parsed {
    match Kind::of(bytes) {
        Some(Kind::Orders) => facts::orders(file, bytes, &Set::beside(context), context),
        Some(Kind::Items) => items::parse(file, bytes, &Set::beside(context), context),
        Some(Kind::Payments) => facts::payments(file, bytes, &Set::beside(context), context),
        Some(Kind::Reviews) => facts::reviews(file, bytes, context),
        Some(_) | None => without_facts(file, bytes),
    }
}

/// A table whose rows are read beside others only.
fn without_facts(file: Digest, bytes: &[u8]) -> Parsed {
    let mut parsed = Parsed::default();
    match Table::open(bytes, &[], []) {
        Ok((table, [])) => table.read(file, &mut parsed, |_, parsed| {
            parsed.skipped += 1;
            Ok(())
        }),
        Err((fault, rows)) => return fault.whole_file(file, rows),
    }
    parsed
}

/// Whether no field of the row has a value: spreadsheets write such rows at the end.
pub(super) fn is_blank(row: &Row<'_>) -> bool {
    (0..row.len()).all(|index| row.text(index).trim().is_empty())
}

/// The times of one file.
pub(super) struct Clock {
    order: Option<Order>,
    zone: TimeZone,
    latest: Timestamp,
}

impl Clock {
    /// The order of day and month, from all values of these columns.
    pub(super) fn new(table: &Table<'_>, columns: &[usize], latest: Timestamp) -> Self {
        let order = order_of(columns.iter().flat_map(|column| table.column_texts(*column)));
        let zone = TimeZoneDatabase::bundled().get(ZONE).unwrap_or(TimeZone::UTC);
        Self { order, zone, latest }
    }

    /// Which order of day and month was decided, where a value could have been read two ways.
    pub(super) fn note(&self, table: &Table<'_>, columns: &[usize]) -> Option<String> {
        let texts = columns.iter().flat_map(|column| table.column_texts(*column));
        crate::days::note(texts, self.order)
    }

    /// A time that the row needs, not after the latest that may be.
    pub(super) fn needed(&self, row: &Row<'_>, index: usize, column: &str) -> Result<Timestamp, Fault> {
        let text = needed(row, index, column)?;
        let at = self.read(&text, column)?;
        if at > self.latest { Err(Fault::new(IssueRule::DateInFuture, column, text)) } else { Ok(at) }
    }

    /// A time that may be blank; a promise may lie ahead.
    pub(super) fn optional(
        &self,
        row: &Row<'_>,
        index: Option<usize>,
        column: &str,
    ) -> Result<Option<Timestamp>, Fault> {
        optional(row, index).map(|text| self.read(&text, column)).transpose()
    }

    fn read(&self, text: &str, column: &str) -> Result<Timestamp, Fault> {
        let invalid = || Fault::new(IssueRule::InvalidTime, column, text);
        let date = day(text, self.order).ok_or_else(invalid)?;
        let time = text.split_once([' ', 'T']).map_or("", |(_, time)| time.trim());
        let time = if time.is_empty() { Time::midnight() } else { clock_time(time).ok_or_else(invalid)? };
        self.zone.to_ambiguous_timestamp(date.to_datetime(time)).compatible().map_err(|_| invalid())
    }
}

/// `9:45`, `21:57:05`.
fn clock_time(text: &str) -> Option<Time> {
    let padded = if text.find(':') == Some(1) { format!("0{text}") } else { text.to_owned() };
    padded.parse().ok()
}
