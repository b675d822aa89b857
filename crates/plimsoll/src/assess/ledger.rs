//! The facts of a data directory: its ledger by whole months, its balances at the ends of years, and its buyers.

use super::told::Told;
use domain::{Account, Currency, FactPeriod, FeatureRow, Token};
use engine::assess::{Fact, LedgerMonth, facts_of_ledger};
use engine::observe::value_of;
use engine::statements::Balances;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;
use std::collections::{BTreeMap, BTreeSet};
use store::{MonthlyTotal, Reader, StoreError};

/// Years before the one that is assessed, at whose ends balances are told.
const YEARS_BEFORE: i32 = 2;

/// The currency of the books.
///
/// # Errors
/// As the reader.
pub fn currency(reader: &Reader) -> Result<Currency, StoreError> {
    Ok(reader.policy()?.map_or(Currency::GBP, |policy| policy.reporting_currency))
}

/// The whole months of the books in the reporting currency, and what stood on every account at their end.
#[derive(Clone, PartialEq, Debug)]
pub struct Books {
    /// Of all amounts.
    pub currency: Currency,
    /// Whether they go on from a trial balance.
    pub is_opened: bool,
    /// The oldest first; after the day of the trial balance where there is one.
    pub months: Vec<LedgerMonth>,
    /// At the end of the last of them.
    pub at_end: Balances,
    /// Twelve months before, or at their beginning.
    pub before: Balances,
}

/// The books, and what the reader should know of them.
///
/// # Errors
/// As the reader.
pub fn books(reader: &Reader, notes: &mut Vec<String>) -> anyhow::Result<(Books, Vec<(Date, Balances)>)> {
    let currency = currency(reader)?;
    let opened = cut_over(reader)?;
    let all = whole_months(&reader.monthly_totals()?, currency, notes)?;
    let mut months = all.clone();
    // The opening entry brings the turnover of other books: its month and those before it are not whole here.
    months.retain(|month| opened.is_none_or(|day| month.start > day));
    let mut ends = Vec::new();
    let mut books =
        Books { currency, is_opened: opened.is_some(), months, at_end: Balances::new(), before: Balances::new() };
    let Some((first, last)) = books.months.first().zip(books.months.last()).map(|(a, b)| (a.start, b.end)) else {
        return Ok((books, ends));
    };
    for back in 0..=YEARS_BEFORE {
        let day = last.checked_sub(back.years())?.last_of_month();
        if day < first {
            break;
        }
        ends.push((day, balances_at(&all, day)));
    }
    books.at_end = balances_at(&all, last);
    books.before = balances_at(&all, last.checked_sub(1.year())?.last_of_month());
    Ok((books, ends))
}

/// What the books in the reporting currency say.
///
/// # Errors
/// As the reader.
pub fn told(reader: &Reader) -> anyhow::Result<Told> {
    let mut told = Told { name: reader.partition()?.business, ..Told::default() };
    let (books, ends) = books(reader, &mut told.notes)?;
    let Some((first, last)) = books.months.first().zip(books.months.last()) else {
        told.notes.push("the ledger holds no whole month: flows of a year are missing".to_owned());
        return Ok(told);
    };
    if books.months.len() < 12 {
        let days = (last.end - first.start).get_days() + 1;
        told.notes.push(format!("the ledger holds {days} days of whole months: flows of a year are missing"));
    }
    if !books.is_opened {
        let note = "the books have no opening balances (no trial balance was imported): totals of the balance sheet are missing";
        told.notes.push(note.to_owned());
    }
    told.facts = facts_of_ledger(books.currency, &books.months, &ends, books.is_opened);
    if let Some(year) = books.year() {
        told.facts.extend(buyers(&reader.features()?, year, books.months.len() >= 24));
    }
    Ok(told)
}

impl Books {
    /// The first and last day of the twelve whole months that end the books.
    pub fn year(&self) -> Option<(Date, Date)> {
        let first = self.months.len().checked_sub(12)?;
        Some((self.months[first].start, self.months.last()?.end))
    }
}

/// The day from whose end the books go on from others; none where they began by themselves.
fn cut_over(reader: &Reader) -> Result<Option<Date>, StoreError> {
    let openings = reader.openings()?;
    Ok(openings.iter().map(|entry| entry.at).max().map(|at| at.to_zoned(TimeZone::UTC).date()))
}

/// The months that the books hold whole, the oldest first: the first with postings counts as whole, the last does not.
fn whole_months(
    totals: &[MonthlyTotal],
    currency: Currency,
    notes: &mut Vec<String>,
) -> anyhow::Result<Vec<LedgerMonth>> {
    let others: BTreeSet<&str> =
        totals.iter().filter(|row| row.currency != currency).map(|row| row.currency.code()).collect();
    if !others.is_empty() {
        let others: Vec<&str> = others.into_iter().collect();
        notes.push(format!("postings in {} are not part of these figures", others.join(", ")));
    }
    let mut by_month: BTreeMap<&str, BTreeMap<Account, i128>> = BTreeMap::new();
    for row in totals.iter().filter(|row| row.currency == currency) {
        by_month.entry(&row.month).or_default().insert(row.account, row.minor);
    }
    by_month.pop_last();
    let month = |(month, totals): (&str, BTreeMap<Account, i128>)| -> anyhow::Result<LedgerMonth> {
        let start: Date = format!("{month}-01").parse()?;
        Ok(LedgerMonth { start, end: start.last_of_month(), totals })
    };
    by_month.into_iter().map(month).collect()
}

/// What stands on every account at the end of a month's last day.
fn balances_at(months: &[LedgerMonth], day: Date) -> Balances {
    let mut sums = Balances::new();
    for (account, minor) in months.iter().filter(|month| month.end <= day).flat_map(|month| &month.totals) {
        *sums.entry(*account).or_default() += minor;
    }
    sums
}

/// What a buyer bought in a span.
#[derive(Default)]
struct Bought {
    money: f64,
    sales: u32,
}

fn bought(rows: &[FeatureRow], (first, last): (Date, Date)) -> BTreeMap<Token, Bought> {
    let mut buyers: BTreeMap<Token, Bought> = BTreeMap::new();
    let within = |row: &&FeatureRow| (first..=last).contains(&row.at.to_zoned(TimeZone::UTC).date());
    for row in rows.iter().filter(within) {
        let buyer = buyers.entry(row.buyer).or_default();
        buyer.money += value_of(&row.values);
        buyer.sales += 1;
    }
    buyers
}

/// Known buyers of the year, and of the year before where the books hold it whole: every sale to one has a row of features.
#[expect(clippy::cast_precision_loss, reason = "a count of buyers")]
fn buyers(rows: &[FeatureRow], year: (Date, Date), holds_two_years: bool) -> Vec<Fact> {
    let Ok(before) = year.0.checked_sub(1.year()).and_then(|first| Ok((first, year.0.yesterday()?))) else {
        return Vec::new();
    };
    let (now, earlier) = (bought(rows, year), bought(rows, before));
    if now.is_empty() {
        return Vec::new();
    }
    let money: f64 = now.values().map(|buyer| buyer.money).sum();
    let share = |buyer: &Bought| (buyer.money / money).powi(2);
    let ages: f64 = {
        let mut first: BTreeMap<Token, Date> = BTreeMap::new();
        for row in rows {
            let day = row.at.to_zoned(TimeZone::UTC).date();
            first.entry(row.buyer).and_modify(|known| *known = day.min(*known)).or_insert(day);
        }
        now.keys().filter_map(|buyer| Some(f64::from((year.1 - *first.get(buyer)?).get_days()))).sum()
    };
    let mut facts = vec![
        counted("active_buyers", year, now.len() as f64, "sales to known buyers"),
        counted(
            "repeat_buyers",
            year,
            now.values().filter(|buyer| buyer.sales > 1).count() as f64,
            "sales to known buyers",
        ),
        counted("days_since_first_sale", year, ages, "sales to known buyers"),
    ];
    if money > 0.0 {
        facts.push(counted("buyer_concentration", year, now.values().map(share).sum(), "sales to known buyers"));
    }
    if holds_two_years && !earlier.is_empty() {
        let returning = earlier.keys().filter(|buyer| now.contains_key(buyer)).count() as f64;
        facts.push(counted("returning_buyers", year, returning, "sales to known buyers"));
        facts.push(counted("active_buyers", before, earlier.len() as f64, "sales to known buyers"));
    }
    facts
}

/// A count, or a sum of counts, over a span.
pub fn counted(name: &str, (start, end): (Date, Date), value: f64, source: &str) -> Fact {
    Fact {
        name: name.to_owned(),
        period: FactPeriod::Duration { start, end },
        value: Decimal::from_f64(value).unwrap_or_default(),
        unit: "pure".to_owned(),
        source: format!("ledger: {source}"),
    }
}
