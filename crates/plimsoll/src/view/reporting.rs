//! Amounts of other currencies beside what they are worth in the reporting currency.
//!
//! Promises: an amount counts at the last rate before the day of what it stands in, as the engine counts it
//! ([`engine::rates`]), so that one record's amount is the same figure on every page; a balance counts at the last rate
//! before the day that it is of; a sum of amounts is the sum of their figures, and says how many have none. Where there
//! is no rate there is a reason and no figure.

use super::money::{Converted, MoneyView, NotConverted, ReportingView, WhyNot};
use super::{BalanceView, EntryView, ExceptionView, HandlingView, RecordView, ScoreView, SettlementView, nearest};
use domain::{Currency, Entry, Exception, Money, Record, Score, Settlement, Subject};
use engine::rates::{MAX_AGE_DAYS, NoRate, Rates};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use store::{Balance, FileRow, Reader, StoreError};

/// Makes views whose amounts are told in the reporting currency too. Holds for one state of the journal.
pub struct Reporting<'a> {
    reader: &'a Reader,
    currency: Currency,
    /// What was quoted in the days before each.
    before: RefCell<BTreeMap<Date, Rc<Rates>>>,
}

/// The day of an instant, as the engine has it.
pub(super) fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

impl<'a> Reporting<'a> {
    /// In the currency of the policy that holds.
    ///
    /// # Errors
    /// As the reader.
    pub fn of(reader: &'a Reader) -> Result<Self, StoreError> {
        let currency = reader.policy()?.unwrap_or_default().reporting_currency;
        Ok(Self { reader, currency, before: RefCell::default() })
    }

    /// What amounts are told in.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// A record with its amounts.
    ///
    /// # Errors
    /// As the reader.
    pub fn record(&self, record: &Record, file: Option<&FileRow>) -> Result<RecordView, StoreError> {
        let mut view = RecordView::new(record, file);
        self.tell(view.content.amounts(), record.at)?;
        Ok(view)
    }

    /// An exception, aged to `as_of`.
    ///
    /// # Errors
    /// As the reader.
    pub fn exception(&self, exception: &Exception, as_of: Option<Timestamp>) -> Result<ExceptionView, StoreError> {
        let mut view = ExceptionView::new(exception, as_of);
        self.tell([&mut view.money_at_risk], exception.at)?;
        Ok(view)
    }

    /// As [`Reporting::exception`], with where it stands with people at `now`.
    ///
    /// # Errors
    /// As the reader.
    pub fn handled_exception(
        &self,
        exception: &Exception,
        as_of: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<ExceptionView, StoreError> {
        let handling = self.reader.handling(&exception.id)?;
        let handling = handling.map(|handling| HandlingView::new(exception, &handling, now));
        Ok(ExceptionView { handling, ..self.exception(exception, as_of)? })
    }

    /// As [`Reporting::handled_exception`], with what comes nearest to explaining it.
    ///
    /// # Errors
    /// As the reader.
    pub fn explained_exception(
        &self,
        exception: &Exception,
        as_of: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<ExceptionView, StoreError> {
        let nearest = nearest(self.reader, self, exception)?;
        Ok(ExceptionView { nearest, ..self.handled_exception(exception, as_of, now)? })
    }

    /// An entry with both sides.
    ///
    /// # Errors
    /// As the reader.
    pub fn entry(&self, entry: &Entry) -> Result<EntryView, StoreError> {
        let mut view = EntryView::from(entry);
        self.tell(view.postings.iter_mut().map(|posting| &mut posting.amount), entry.at)?;
        Ok(view)
    }

    /// A settlement; each share counts by the day of its record.
    ///
    /// # Errors
    /// As the reader.
    pub fn settlement(&self, settlement: &Settlement) -> Result<SettlementView, StoreError> {
        let mut view = SettlementView::from(settlement);
        let shares = settlement.settled.iter().chain(&settlement.by);
        let views = view.settled.iter_mut().chain(&mut view.by);
        for (share, view) in shares.zip(views).filter(|(share, _)| share.amount.currency != self.currency) {
            if let Some(record) = self.reader.record(&share.record)? {
                self.tell([&mut view.amount], record.at)?;
            }
        }
        Ok(view)
    }

    /// A live score; of a sale whose amount cannot be told in the reporting currency, with the reason.
    ///
    /// # Errors
    /// As the reader.
    pub fn score(&self, score: &Score) -> Result<ScoreView, StoreError> {
        let mut view = ScoreView::from(score);
        let Subject::Transaction(id) = &score.subject else { return Ok(view) };
        let record = if score.exposure.minor == 0 { self.reader.record(id)? } else { None };
        if let Some(record) = record {
            let mut said = self.record(&record, None)?;
            let mut amounts = said.content.amounts().into_iter().filter_map(|amount| amount.reporting.take());
            view.not_converted = amounts.find_map(|told| match told {
                ReportingView::NotConverted(reason) => Some(reason),
                ReportingView::Converted(told) if told.minor != 0 => Some(came_later(told.currency, record.at)),
                ReportingView::Converted(_) => None,
            });
        }
        Ok(view)
    }

    /// Live scores.
    ///
    /// # Errors
    /// As the reader.
    pub fn scores(&self, scores: &[Score]) -> Result<Vec<ScoreView>, StoreError> {
        scores.iter().map(|score| self.score(score)).collect()
    }

    /// Balances of `at`, each at the last rates before that day.
    ///
    /// # Errors
    /// As the reader.
    pub fn balances(&self, balances: &[Balance], at: Option<Timestamp>) -> Result<Vec<BalanceView>, StoreError> {
        let mut views: Vec<BalanceView> = balances.iter().map(BalanceView::from).collect();
        if let Some(at) = at.or(self.reader.reconciled_at()?) {
            self.tell(views.iter_mut().map(|view| &mut view.balance), at)?;
        }
        Ok(views)
    }

    /// Tells amounts of an instant in the reporting currency, where they are of another one.
    pub(super) fn tell<'v>(
        &self,
        amounts: impl IntoIterator<Item = &'v mut MoneyView>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        for view in amounts {
            let Some(currency) = Currency::from_code(&view.currency).filter(|known| *known != self.currency) else {
                continue;
            };
            view.reporting = Some(self.converted(view.minor, currency, day(at))?);
        }
        Ok(())
    }

    /// An amount in the reporting currency, or why it cannot be told in it.
    ///
    /// # Errors
    /// As the reader.
    pub(super) fn converted(&self, minor: i128, from: Currency, day: Date) -> Result<ReportingView, StoreError> {
        let to = self.currency;
        let told = match i64::try_from(minor) {
            Ok(minor) => self.rates_before(day)?.conversion(Money::new(minor, from), to, day),
            Err(_) => Err(NoRate::TooLarge),
        };
        Ok(match told {
            Ok(conversion) => ReportingView::Converted(Converted {
                rate: conversion.rate.round_sf(RATE_DIGITS).unwrap_or(conversion.rate).normalize().to_string(),
                rate_date: conversion.date.to_string(),
                provider: conversion.provider.name(),
                ..Converted::from(conversion.amount)
            }),
            Err(reason) => ReportingView::NotConverted(NotConverted {
                currency: to.code().to_owned(),
                day: day.to_string(),
                why: if reason == NoRate::TooLarge { WhyNot::TooLarge } else { WhyNot::NotQuoted },
                missing: reason.to_string(),
            }),
        })
    }

    fn rates_before(&self, day: Date) -> Result<Rc<Rates>, StoreError> {
        if let Some(known) = self.before.borrow().get(&day) {
            return Ok(Rc::clone(known));
        }
        let first = day.checked_sub(MAX_AGE_DAYS.days()).unwrap_or(Date::MIN);
        let mut rates = Rates::default();
        for (provider, sheet) in self.reader.rates(first, day)? {
            // What contradicts an earlier sheet was an issue, and counts for nothing here either.
            let _ = rates.add(provider, sheet);
        }
        let rates = Rc::new(rates);
        self.before.borrow_mut().insert(day, Rc::clone(&rates));
        Ok(rates)
    }
}

/// A sale is scored as it comes, by what is known then.
fn came_later(currency: String, at: Timestamp) -> NotConverted {
    let missing = "its rate was imported after the sale was scored".to_owned();
    NotConverted { currency, day: day(at).to_string(), why: WhyNot::RateCameLater, missing }
}

/// Digits of a rate that are shown; the figure itself is made with all of them.
const RATE_DIGITS: u32 = 8;
