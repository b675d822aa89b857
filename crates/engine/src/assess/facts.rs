//! Facts: what is told of a business, in one currency, each with its place.

use domain::FactPeriod;
use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// A year, in days: calendar years, and those of 52 or 53 weeks.
const YEAR_DAYS: std::ops::RangeInclusive<i32> = 350..=380;
/// A part of a year, in days: a month, or a quarter of at most 14 weeks.
const PART_DAYS: std::ops::RangeInclusive<i32> = 28..=100;
/// Ends of the same year of different retailers' calendars lie within a week.
const SAME_END_DAYS: i32 = 7;
/// A cover page is written within so many days of the year's end.
const COVER_DAYS: i32 = 150;

/// One figure.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fact {
    /// As its source names it: `us-gaap:Assets`, or a concept of ours, `total_assets`.
    pub name: String,
    /// Of when.
    pub period: FactPeriod,
    /// What.
    pub value: Decimal,
    /// `USD`, `USD/shares`, `shares`, `pure`.
    pub unit: String,
    /// Where it stands: a file and its line, a filing's number, accounts of the ledger.
    pub source: String,
}

/// How a concept is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// At a year's end.
    Instant,
    /// Over a year.
    Flow,
    /// On the cover, some weeks after the year's end.
    Cover,
}

/// A figure that a later filing told otherwise.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Restatement {
    /// As it was.
    pub before: Fact,
    /// As it stands.
    pub after: Fact,
}

/// Why a concept has no figure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Absent {
    /// Nothing tells it.
    Untold,
    /// Months or quarters tell only so many days of the year without a gap.
    Days(i32),
}

/// All facts of a business, in one currency.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Facts {
    by_name: BTreeMap<String, Vec<Fact>>,
    /// The currency of most facts; empty where none has one.
    pub currency: String,
    /// The end of the year that is assessed.
    pub year_end: Option<Date>,
    /// Figures that were told twice, and differ.
    pub restated: Vec<Restatement>,
    /// Facts in other currencies, which are not used: how many of each.
    pub left_out: BTreeMap<String, usize>,
}

impl Facts {
    /// Takes facts in the order of their filing, the oldest first. `as_of` is the end of the year that is assessed; the
    /// newest of a year's flows where it is not given.
    pub fn new(facts: Vec<Fact>, as_of: Option<Date>) -> Self {
        let currency = currency_of_most(&facts);
        let mut this = Self { currency, ..Self::default() };
        for fact in facts {
            match currency_of(&fact.unit) {
                Some(other) if other != this.currency => *this.left_out.entry(other.to_owned()).or_default() += 1,
                _ => this.take(fact),
            }
        }
        this.year_end = as_of.or_else(|| this.newest_end());
        this
    }

    fn take(&mut self, fact: Fact) {
        let told = self.by_name.entry(fact.name.clone()).or_default();
        match told.iter_mut().find(|old| old.period == fact.period && old.unit == fact.unit) {
            None => told.push(fact),
            Some(old) if old.value == fact.value => {}
            Some(old) => {
                let before = std::mem::replace(old, fact.clone());
                self.restated.push(Restatement { before, after: fact });
            }
        }
    }

    fn all(&self) -> impl Iterator<Item = &Fact> {
        self.by_name.values().flatten()
    }

    /// The end of the newest year that flows tell, else of the newest month or quarter, else the newest day.
    fn newest_end(&self) -> Option<Date> {
        let ends = |days: std::ops::RangeInclusive<i32>| {
            self.all().filter_map(move |fact| match fact.period {
                FactPeriod::Duration { start, end } if days.contains(&days_of(start, end)) => Some(end),
                _ => None,
            })
        };
        let instants = self.all().filter_map(|fact| match fact.period {
            FactPeriod::Instant(day) => Some(day),
            _ => None,
        });
        ends(YEAR_DAYS).max().or_else(|| ends(PART_DAYS).max()).or_else(|| instants.max())
    }

    /// Whether anything is told.
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// The facts that tell a name, so many years before the year that is assessed: one, or the months or quarters of a
    /// year.
    pub(super) fn find(&self, name: &str, kind: Kind, years_back: i32) -> Result<Vec<&Fact>, Absent> {
        let told = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        let target = self.year_end.and_then(|end| end.checked_sub(years_back.years()).ok()).ok_or(Absent::Untold)?;
        let near = |day: Date| days_between(day, target).abs() <= SAME_END_DAYS;
        match kind {
            Kind::Instant => nearest(told, target, |fact| matches!(fact.period, FactPeriod::Instant(day) if near(day))),
            Kind::Cover => told
                .iter()
                .filter(|fact| matches!(fact.period, FactPeriod::Instant(day) if (0..=COVER_DAYS).contains(&days_between(target, day))))
                .min_by_key(|fact| end_of(fact))
                .map(|fact| vec![fact])
                .ok_or(Absent::Untold),
            Kind::Flow => {
                let year = nearest(told, target, |fact| {
                    matches!(fact.period, FactPeriod::Duration { start, end }
                        if near(end) && YEAR_DAYS.contains(&days_of(start, end)))
                });
                year.or_else(|_| parts(told, target))
            }
        }
    }
}

/// The fact that holds, and ends nearest the day.
fn nearest(told: &[Fact], target: Date, holds: impl Fn(&Fact) -> bool) -> Result<Vec<&Fact>, Absent> {
    let found = told.iter().filter(|fact| holds(fact)).min_by_key(|fact| days_between(end_of(fact), target).abs());
    found.map(|fact| vec![fact]).ok_or(Absent::Untold)
}

/// The months or quarters of a year without a gap, back from the day.
fn parts(told: &[Fact], target: Date) -> Result<Vec<&Fact>, Absent> {
    let mut found: Vec<&Fact> = Vec::new();
    let (mut end, mut days) = (target, 0);
    while days < *YEAR_DAYS.start() {
        let slack = if found.is_empty() { SAME_END_DAYS } else { 1 };
        let part = told.iter().filter_map(|fact| match fact.period {
            FactPeriod::Duration { start, end: last } if days_between(last, end).abs() <= slack => {
                Some((days_of(start, last), start, fact)).filter(|(days, ..)| PART_DAYS.contains(days))
            }
            _ => None,
        });
        let Some((length, start, fact)) = part.max_by_key(|(days, ..)| *days) else { break };
        found.push(fact);
        days += length;
        let Ok(before) = start.yesterday() else { break };
        end = before;
    }
    match days {
        0 => Err(Absent::Untold),
        days if YEAR_DAYS.contains(&days) => Ok(found),
        days => Err(Absent::Days(days)),
    }
}

fn end_of(fact: &Fact) -> Date {
    match fact.period {
        FactPeriod::Instant(day) | FactPeriod::Duration { end: day, .. } => day,
        FactPeriod::Forever => Date::MAX,
    }
}

/// Days of a period, both ends among them.
fn days_of(start: Date, end: Date) -> i32 {
    days_between(start, end) + 1
}

fn days_between(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}

/// The currency that a unit speaks of: `USD`, and of `USD/shares` too.
fn currency_of(unit: &str) -> Option<&str> {
    let code = unit.split('/').next()?;
    domain::Currency::from_code(code).map(|_| code)
}

fn currency_of_most(facts: &[Fact]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    facts.iter().filter_map(|fact| currency_of(&fact.unit)).for_each(|code| *counts.entry(code).or_default() += 1);
    // Of as many, the first by name: the same whatever the order.
    let most = counts.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
    most.map_or_else(String::new, |(code, _)| (*code).to_owned())
}
