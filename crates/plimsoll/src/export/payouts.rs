//! Payouts as journals: for each payout and month what it is made of, so that the parts of a payout over a month's end
//! stand in the months that they belong to, and what reached the bank equals their sum.
//!
//! A payout's journals move the shares of its charges, refunds and fees into the processor's balance, month by month; the
//! last takes the payout out of it. Together they leave that balance as it was, which is how a bookkeeper knows that a
//! payout is whole: the column `rest` says what is missing, and stands at nothing.
//!
//! A payout that was sent by hand names no lines: it is made of those that it took from the balance, as they were settled
//! (`payout-drawn`), the last of them perhaps in part.

use super::payout_part::{Drawn, part};
use super::text::amount;
use super::{Books, Written};
use crate::period::{self, Period};
use crate::view::csv::cell;
use domain::{Account, Body, Content, Currency, Entry, Posting, ProcessorCategory, RecordId};
use jiff::civil::Date;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::io::Write;

const COLUMNS: [&str; 10] =
    ["payout", "paid_out", "month", "date", "code", "account", "debit", "credit", "currency", "rest"];

/// A payout in the making.
#[derive(Default)]
struct Payout {
    paid_out: Option<Date>,
    /// By (last day of the month, account, currency).
    moved: BTreeMap<(Date, Account, Currency), i128>,
}

pub(super) fn write(books: &Books<'_>, out: &mut impl Write) -> anyhow::Result<Written> {
    let names = payouts_of_lines(books)?;
    let drawn = Drawn::of(books.reader, &names)?;
    let mut payouts: BTreeMap<SmolStr, Payout> = BTreeMap::new();
    books.each_entry(|entry| {
        let Some(line) = entry.evidence.first().filter(|_| of_line(entry)) else { return Ok(()) };
        if let Some(name) = names.get(line) {
            payouts.entry(name.clone()).or_default().add(entry, &entry.postings);
        }
        for (name, range) in drawn.of_line(line) {
            payouts.entry(name.clone()).or_default().add(entry, &part(entry, range));
        }
        Ok(())
    })?;
    write!(out, "{}\r\n", COLUMNS.join(","))?;
    let mut written = Written { entries: payouts.len() as u64, rows: 0 };
    for (name, payout) in &payouts {
        written.rows += payout.write(name, out)?;
    }
    Ok(written)
}

/// Which payout each line of a processor belongs to, as the newest export has it.
fn payouts_of_lines(books: &Books<'_>) -> anyhow::Result<BTreeMap<RecordId, SmolStr>> {
    let mut names = BTreeMap::new();
    for batch in books.reader.batches() {
        for event in batch?.1.events {
            let Body::Record(record) = event.body else { continue };
            match record.content {
                Content::Processor(line) if line.category == ProcessorCategory::Payout => {
                    names.insert(record.id, SmolStr::from(line.payout.unwrap_or(line.source_id)));
                }
                Content::Processor(line) => {
                    names.extend(line.payout.map(|payout| (record.id, SmolStr::from(payout))));
                }
                Content::PayoutNamed(named) => drop(names.insert(named.line, SmolStr::from(named.payout))),
                _ => {}
            }
        }
    }
    Ok(names)
}

/// Whether a processor's line itself made the entry, and not what it settles.
fn of_line(entry: &Entry) -> bool {
    entry.evidence.len() == 1 && entry.postings.iter().any(|posting| posting.account == Account::ProcessorBalance)
}

impl Payout {
    /// Adds an entry, or the postings of a part of it.
    fn add(&mut self, entry: &Entry, postings: &[Posting]) {
        let day = period::day(entry.at);
        if entry.postings.iter().any(|posting| posting.account == Account::CashInTransit) {
            self.paid_out = self.paid_out.max(Some(day));
        }
        let month = Period::month(day).to;
        for posting in postings {
            let key = (month, posting.account, posting.amount.currency);
            *self.moved.entry(key).or_default() += i128::from(posting.amount.minor);
        }
    }

    /// What the processor still holds of it, by currency.
    fn rest(&self) -> BTreeMap<Currency, i128> {
        let mut rest = BTreeMap::new();
        for ((_, account, currency), minor) in &self.moved {
            let of_balance = if *account == Account::ProcessorBalance { *minor } else { 0 };
            *rest.entry(*currency).or_default() += of_balance;
        }
        rest
    }

    fn write(&self, name: &str, out: &mut impl Write) -> anyhow::Result<u64> {
        let rest = self.rest();
        let paid_out = self.paid_out.map_or(String::new(), |day| day.to_string());
        let mut rows = 0;
        for ((last_day, account, currency), minor) in self.moved.iter().filter(|(_, minor)| **minor != 0) {
            let text = amount(minor.abs(), *currency);
            let (debit, credit) = if *minor < 0 { ("", text.as_str()) } else { (text.as_str(), "") };
            let date = self.paid_out.map_or(*last_day, |day| day.min(*last_day)).to_string();
            let month = Period::month(*last_day).to_string();
            let rest = amount(rest.get(currency).copied().unwrap_or(0), *currency);
            let code = account.code().to_string();
            let cells = [name, &paid_out, &month, &date, &code, account.name(), debit, credit, currency.code(), &rest];
            write!(out, "{}\r\n", cells.map(cell).join(","))?;
            rows += 1;
        }
        Ok(rows)
    }
}
