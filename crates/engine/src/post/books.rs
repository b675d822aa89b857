//! Books that go on from a trial balance.
//!
//! The rule: at the end of the cut-over day every account stands as the trial balance says. What happened up to then is
//! in those balances already, so it posts nothing; its records stay, and its open items settle with what comes later.
//! Where books are open already, the opening entry is the difference to what they held at that day. So it is the same
//! at the cut-over and after, whether the trial balance comes before the documents or behind them. Of several trial
//! balances the latest opens the books, and what it finds against the others is one entry that can be looked at.
//!
//! Closed books: what belongs to a day up to which the books are locked stands at the first instant of the first open
//! day instead, and says where it belongs. What such an entry is reversed by stands where it stands.
//!
//! Example: a sale of £6.00 on 30 December was posted; the trial balance of 31 December has receivables of £10.00: the
//! opening entry debits receivables with the £4.00 that the books did not know, and takes the £6.00 out of sales, which
//! the closing of the year has moved to retained earnings.

use super::balance::{Postings, balanced};
use crate::document::{Document, Opening};
use domain::{Account, Currency, Entry, EntryId, Money, OPENING_RULE};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// What stands on each account.
type Balances = BTreeMap<(Account, Currency), i64>;

/// What was posted on each day, and since when the books are open.
#[derive(Clone, Debug, Default)]
pub struct Books {
    cut_over: Option<Date>,
    locked_through: Option<Date>,
    /// Where entries stand that do not stand where they belong.
    moved: BTreeMap<EntryId, Timestamp>,
    days: BTreeMap<Date, Balances>,
}

impl Books {
    /// Nothing takes effect up to the end of this day any more.
    pub fn lock(&mut self, through: Date) {
        self.locked_through = self.locked_through.max(Some(through));
    }

    /// From this day on everything stands where it belongs again.
    pub fn reopen(&mut self, from: Date) {
        self.locked_through = self.locked_through.min(from.yesterday().ok());
    }

    /// Whether a day is closed.
    pub fn is_locked(&self, day: Date) -> bool {
        self.locked_through.is_some_and(|through| day <= through)
    }

    /// The entry where it stands, unless the opening balances hold it already.
    pub fn take(&mut self, entry: Entry) -> Option<Entry> {
        if self.cut_over.is_some_and(|cut_over| day(entry.at) <= cut_over) {
            return None;
        }
        let entry = self.in_open_period(entry);
        let day = day(entry.at);
        let balances = self.days.entry(day).or_default();
        entry
            .postings
            .iter()
            .for_each(|posting| add(balances, (posting.account, posting.amount.currency), posting.amount.minor));
        Some(entry)
    }

    fn in_open_period(&mut self, mut entry: Entry) -> Entry {
        let belongs_at = entry.at;
        if let Some(moved) = entry.reverses.as_ref().and_then(|reversed| self.moved.get(reversed)) {
            entry.at = *moved;
        }
        if self.is_locked(day(entry.at)) {
            let open = self.locked_through.and_then(|through| through.tomorrow().ok());
            entry.at = open.map_or(entry.at, start);
        }
        if entry.at != belongs_at {
            entry.belongs_at = Some(belongs_at);
            self.moved.insert(entry.id.clone(), entry.at);
        }
        entry
    }

    /// The entry that brings every account to what the trial balance says; none where nothing differs, or where a later
    /// one opened the books.
    pub fn open(&mut self, document: &Document, opening: &Opening) -> Option<Entry> {
        let day = opening.cut_over;
        if self.cut_over.is_some_and(|cut_over| day <= cut_over) {
            return None;
        }
        let mut difference = opening.balances.clone();
        for held in self.days.range(..=day).flat_map(|(_, balances)| balances) {
            add(&mut difference, *held.0, -*held.1);
        }
        self.cut_over = Some(day);
        self.days = self.days.split_off(&day.tomorrow().unwrap_or(Date::MAX));
        self.days.insert(day, opening.balances.clone());
        let mut postings = Postings::default();
        for ((account, currency), minor) in difference {
            postings.debit(account, Money::new(minor, currency));
        }
        let (postings, evidence) = (postings.finish(), vec![document.id.clone()]);
        let id = EntryId::from(format!("opening-balance/{}", document.id));
        let (at, rule) = (document.at, OPENING_RULE);
        let entry = Entry { id, at, belongs_at: None, rule, evidence, reverses: None, postings };
        (!entry.postings.is_empty()).then(|| balanced(entry))
    }
}

fn add(balances: &mut Balances, key: (Account, Currency), minor: i64) {
    let sum = balances.entry(key).or_default();
    *sum = sum.checked_add(minor).expect("a day's postings fit 64 bits: each record was checked to fit");
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

fn start(day: Date) -> Timestamp {
    day.to_zoned(TimeZone::UTC).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}
