//! The facts of a data directory: its ledger by whole months, and its balances at the ends of years.

use super::outlook::{self, OutlookView};
use super::told::Told;
use domain::{Account, AccountClass, Currency};
use engine::assess::{LedgerMonth, facts_of_ledger};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::path::Path;
use store::{Balance, EntryFilter, Reader, StoreError};

/// The rule of the entry that opens books.
const OPENING: &str = "opening balance";
/// Years before the one that is assessed, at whose ends balances are told.
const YEARS_BEFORE: i32 = 2;

/// The forecast of the books' daily sales; a note where they are too few.
///
/// # Errors
/// As the reader.
pub fn outlook(dir: &Path, told: &mut Told) -> anyhow::Result<Option<OutlookView>> {
    let reader = Reader::open(dir)?;
    let Some((first, series)) = outlook::daily_sales(&reader, currency(&reader)?)? else { return Ok(None) };
    match outlook::view(first, &series) {
        Ok(view) => Ok(Some(view)),
        Err(why) => {
            told.notes.push(format!("sales are not forecast: {why}"));
            Ok(None)
        }
    }
}

fn currency(reader: &Reader) -> Result<Currency, StoreError> {
    Ok(reader.policy()?.map_or(Currency::GBP, |policy| policy.reporting_currency))
}

/// What the books in the reporting currency say.
///
/// # Errors
/// As the reader.
pub fn told(dir: &Path) -> anyhow::Result<Told> {
    let reader = Reader::open(dir)?;
    let currency = currency(&reader)?;
    let partition = reader.partition()?;
    let mut told = Told { name: partition.business.clone(), files: vec![dir.display().to_string()], ..Told::default() };
    let cut_over = cut_over(&reader)?;
    let mut months = whole_months(&reader, currency, &mut told)?;
    // The opening entry brings the turnover of other books: its month and those before it are not whole here.
    months.retain(|month| cut_over.is_none_or(|day| month.start > day));
    let Some(last) = months.last().map(|month| month.end) else {
        told.notes.push("the ledger holds no whole month: flows of a year are missing".to_owned());
        return Ok(told);
    };
    if months.len() < 12 {
        let days = (last - months[0].start).get_days() + 1;
        told.notes.push(format!("the ledger holds {days} days of whole months: flows of a year are missing"));
    }
    let mut balances = Vec::new();
    for back in 0..=YEARS_BEFORE {
        let day = last.checked_sub(back.years())?.last_of_month();
        if day < months[0].start {
            break;
        }
        balances.push((day, of_currency(&reader.balances(Some(end_of(day)?))?, currency)));
    }
    if cut_over.is_none() {
        let note = "the books have no opening balances (no trial balance was imported): totals of the balance sheet are missing";
        told.notes.push(note.to_owned());
    }
    told.facts = facts_of_ledger(currency, &months, &balances, cut_over.is_some());
    Ok(told)
}

/// The day from whose end the books go on from others; none where they began by themselves. Only an opening entry posts on
/// equity.
fn cut_over(reader: &Reader) -> Result<Option<Date>, StoreError> {
    for account in Account::ALL.iter().filter(|account| account.class() == AccountClass::Equity) {
        let entries = reader.entries(&EntryFilter { account: Some(*account), ..EntryFilter::default() })?;
        if let Some(opening) = entries.iter().rev().find(|entry| entry.rule == OPENING) {
            return Ok(Some(opening.at.to_zoned(TimeZone::UTC).date()));
        }
    }
    Ok(None)
}

/// The months that the books hold whole, the oldest first: the first with postings counts as whole, the last does not.
fn whole_months(reader: &Reader, currency: Currency, told: &mut Told) -> anyhow::Result<Vec<LedgerMonth>> {
    let totals = reader.monthly_totals()?;
    let others: std::collections::BTreeSet<String> =
        totals.iter().filter(|row| row.currency != currency).map(|row| row.currency.code().to_owned()).collect();
    if !others.is_empty() {
        let others: Vec<String> = others.into_iter().collect();
        told.notes.push(format!("postings in {} are not part of these figures", others.join(", ")));
    }
    let mut by_month: BTreeMap<String, BTreeMap<Account, i128>> = BTreeMap::new();
    for row in totals.into_iter().filter(|row| row.currency == currency) {
        by_month.entry(row.month).or_default().insert(row.account, row.minor);
    }
    let last = by_month.keys().next_back().cloned();
    let mut months = Vec::new();
    for (month, totals) in by_month {
        let start: Date = format!("{month}-01").parse()?;
        let end = start.last_of_month();
        if Some(&month) != last.as_ref() {
            months.push(LedgerMonth { start, end, totals });
        }
    }
    Ok(months)
}

fn of_currency(balances: &[Balance], currency: Currency) -> BTreeMap<Account, i128> {
    balances.iter().filter(|row| row.currency == currency).map(|row| (row.account, row.minor)).collect()
}

/// The last instant of a day.
fn end_of(day: Date) -> anyhow::Result<jiff::Timestamp> {
    let next = TimeZone::UTC.to_timestamp(day.tomorrow()?.at(0, 0, 0, 0))?;
    Ok(next.checked_sub(1.microsecond())?)
}
