//! One column, seen value by value.

use super::count::{Sample, Values};
use super::odd::{self, KINDS, Kind, Odd};
use crate::days::{Order, order_of};
use crate::number_style::NumberStyle;
use crate::values::{self, DateStyle, share_of};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Frequent values that are told.
const MOST_FREQUENT: usize = 5;
const BARS: usize = 16;
/// Share of values that must be of a type.
const MOST: f64 = 0.95;

/// What most values of a column are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Type {
    /// No value at all.
    Empty,
    /// Numbers without a fraction.
    Whole,
    /// Numbers.
    Number,
    /// Days or instants.
    Date,
    /// Anything else.
    Text,
}

/// Numbers by rank.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "the share of values below, in hundredths")]
pub struct Quantiles {
    pub p05: f64,
    pub p25: f64,
    pub p50: f64,
    pub p75: f64,
    pub p95: f64,
    /// Whether every number was ranked.
    pub exact: bool,
}

/// What was seen of a column.
#[derive(Clone, Debug, Serialize)]
pub struct ColumnProfile {
    /// As in the header.
    pub name: String,
    /// What most values are.
    pub kind: Type,
    /// Rows with a value.
    pub filled: u64,
    /// Rows without, by how nothing is spelt; blank is empty.
    pub nulls: BTreeMap<String, u64>,
    /// Different values.
    pub different: u64,
    /// Whether that was counted, not estimated.
    pub different_exact: bool,
    /// Of numbers and dates as they stand; of texts their length in characters.
    pub min: Option<String>,
    /// The same.
    pub max: Option<String>,
    /// Of numbers, exact to the digits of a decimal.
    pub mean: Option<String>,
    /// Of numbers.
    pub quantiles: Option<Quantiles>,
    /// Negative, nought and positive numbers.
    pub signs: [u64; 3],
    /// Numbers from the least to the greatest in equal steps, those beyond the 1st and 99th hundredth in the outer ones.
    pub histogram: Vec<u64>,
    /// Most frequent values and how often they come; masked where the column names people.
    pub frequent: Vec<(String, u64)>,
    /// Currency codes among the values.
    pub currencies: Vec<String>,
    /// Whether its values name people.
    pub personal: bool,
    /// What is odd.
    pub odd: Vec<Odd>,
}

/// A column being watched.
pub(super) struct Watched {
    name: String,
    now: Timestamp,
    filled: u64,
    nulls: BTreeMap<String, u64>,
    values: Values,
    numbers: Numbers,
    dates: Dates,
    emails: u64,
    currencies: BTreeSet<String>,
    lengths: Option<(usize, usize)>,
    odd: [(u64, Option<u32>); KINDS.len()],
}

#[derive(Default)]
struct Numbers {
    count: u64,
    whole: u64,
    points: u64,
    commas: u64,
    signs: [u64; 3],
    sum: Option<Decimal>,
    range: Option<(Decimal, Decimal)>,
    sample: Sample,
}

#[derive(Default)]
struct Dates {
    count: u64,
    year_first: u64,
    day_first: u64,
    month_first: u64,
    range: Option<(Timestamp, Timestamp)>,
}

impl Watched {
    pub(super) fn new(name: &str, now: Timestamp) -> Self {
        Self {
            name: name.to_owned(),
            now,
            filled: 0,
            nulls: BTreeMap::new(),
            values: Values::default(),
            numbers: Numbers { sum: Some(Decimal::ZERO), ..Numbers::default() },
            dates: Dates::default(),
            emails: 0,
            currencies: BTreeSet::new(),
            lengths: None,
            odd: [(0, None); KINDS.len()],
        }
    }

    pub(super) fn see(&mut self, raw: &str, line: u32) {
        let text = raw.trim();
        if text.is_empty() || odd::is_null(text) {
            match self.nulls.get_mut(text) {
                Some(count) => *count += 1,
                None => {
                    self.nulls.insert(text.to_owned(), 1);
                }
            }
            return;
        }
        self.filled += 1;
        self.values.see(text);
        for kind in odd::of(raw, text) {
            self.tell(kind, line);
        }
        let characters = text.chars().count();
        self.lengths = Some(
            self.lengths
                .map_or((characters, characters), |(least, most)| (least.min(characters), most.max(characters))),
        );
        if !self.numbers.see(text) && odd::may_be_date(text) && self.dates.see(text) > Some(self.now) {
            self.tell(Kind::FutureDate, line);
        }
        self.emails += u64::from(text.contains('@') && values::is_email(text));
        if text.len() == 3 && values::is_currency(text) && !self.currencies.contains(text) {
            self.currencies.insert(text.to_owned());
        }
    }

    fn tell(&mut self, kind: Kind, line: u32) {
        if let Some(at) = KINDS.iter().position(|(known, _)| *known == kind) {
            self.odd[at].0 += 1;
            self.odd[at].1.get_or_insert(line);
        }
    }

    pub(super) fn finish(self) -> ColumnProfile {
        let kind = self.kind();
        let personal = self.emails * 2 > self.filled || crate::mapping::is_personal_name(&self.name);
        let shown = |value: String| if personal { masked(&value) } else { value };
        let mut odd = self.oddities(kind);
        let (different, different_exact) = self.values.different();
        let frequent = self.values.frequent(MOST_FREQUENT);
        let (min, max) = self.range(kind);
        let is_number = matches!(kind, Type::Whole | Type::Number);
        let mean = self.numbers.mean().filter(|_| is_number);
        let (sorted, exact) = self.numbers.sample.sorted();
        let quantiles = is_number.then(|| quantiles(&sorted, exact)).flatten();
        odd.extend(quantiles.and_then(|of| outliers(of, &sorted)));
        ColumnProfile {
            name: self.name,
            kind,
            filled: self.filled,
            nulls: self.nulls,
            different,
            different_exact,
            min: min.map(shown),
            max: max.map(shown),
            mean,
            quantiles,
            signs: self.numbers.signs,
            histogram: if is_number { histogram(&sorted) } else { Vec::new() },
            frequent: frequent.into_iter().map(|(value, count)| (shown(value), count)).collect(),
            currencies: if kind == Type::Text { self.currencies.into_iter().collect() } else { Vec::new() },
            personal,
            odd,
        }
    }

    fn kind(&self) -> Type {
        let share = |count: u64| share_of(size(count), size(self.filled));
        match () {
            () if self.filled == 0 => Type::Empty,
            () if share(self.numbers.count) >= MOST && self.numbers.whole == self.numbers.count => Type::Whole,
            () if share(self.numbers.count) >= MOST => Type::Number,
            () if share(self.dates.count) >= MOST => Type::Date,
            () => Type::Text,
        }
    }

    fn range(&self, kind: Type) -> (Option<String>, Option<String>) {
        let both = |range: Option<(String, String)>| range.map_or((None, None), |(min, max)| (Some(min), Some(max)));
        both(match kind {
            Type::Whole | Type::Number => self.numbers.range.map(|(min, max)| (min.to_string(), max.to_string())),
            Type::Date => self.dates.range.map(|(min, max)| (min.to_string(), max.to_string())),
            Type::Text => self.lengths.map(|(min, max)| (format!("{min} characters"), format!("{max} characters"))),
            Type::Empty => None,
        })
    }

    fn oddities(&self, kind: Type) -> Vec<Odd> {
        let single = KINDS.iter().zip(&self.odd).filter(|(_, (count, _))| *count > 0);
        let mut told: Vec<Odd> = single
            .map(|((_, what), (count, line))| Odd { what: (*what).to_owned(), count: *count, line: *line })
            .collect();
        let mut say = |what: &str, count: u64| {
            if count > 0 {
                told.push(Odd { what: what.to_owned(), count, line: None });
            }
        };
        if kind != Type::Text {
            let other = self.filled.saturating_sub(self.numbers.count.max(self.dates.count));
            say("values that are not what the others are", other);
        }
        say("decimals behind a point and behind a comma", self.numbers.points.min(self.numbers.commas));
        let orders = self.dates.day_first.min(self.dates.month_first);
        say("days first and months first", orders);
        let others = self.dates.count - self.dates.year_first;
        say("the year first and the year last", self.dates.year_first.min(others));
        told
    }
}

impl Numbers {
    /// Takes a number; false where it is none.
    fn see(&mut self, text: &str) -> bool {
        let (point, comma) = match text.contains(',') {
            false => (NumberStyle::Point.decimal(text), None),
            true => (NumberStyle::Point.decimal(text), NumberStyle::Comma.decimal(text)),
        };
        let Some(number) = point.or(comma) else { return false };
        self.points += u64::from(text.contains('.') && point.is_some());
        self.commas += u64::from(point.is_none());
        self.count += 1;
        self.whole += u64::from(number.fract().is_zero());
        self.signs[if number.is_zero() {
            1
        } else if number.is_sign_negative() {
            0
        } else {
            2
        }] += 1;
        self.sum = self.sum.and_then(|sum| sum.checked_add(number));
        self.range = Some(self.range.map_or((number, number), |(min, max)| (min.min(number), max.max(number))));
        if let Some(number) = number.to_f64() {
            self.sample.see(number);
        }
        true
    }

    fn mean(&self) -> Option<String> {
        let mean = self.sum?.checked_div(Decimal::from(self.count))?;
        Some(mean.round_dp(4).normalize().to_string())
    }
}

impl Dates {
    /// Takes a date; its instant where it can be read in one way.
    fn see(&mut self, text: &str) -> Option<Timestamp> {
        self.count += 1;
        let at = |style: DateStyle| style.instant(text, &TimeZone::UTC);
        let (year, day, month) = (at(DateStyle::YearFirst), at(DateStyle::DayFirst), at(DateStyle::MonthFirst));
        let first = year.or_else(|| at(DateStyle::MonthName));
        match order_of([text]) {
            _ if first.is_some() => self.year_first += 1,
            Some(Order::DayFirst) => self.day_first += 1,
            Some(Order::MonthFirst) => self.month_first += 1,
            None => {}
        }
        let at = first.or(day).or(month)?;
        self.range = Some(self.range.map_or((at, at), |(min, max)| (min.min(at), max.max(at))));
        Some(at)
    }
}

fn size(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// The first and the last character.
fn masked(value: &str) -> String {
    let mut characters = value.chars();
    match (characters.next(), characters.next_back()) {
        (Some(first), Some(last)) if value.chars().count() > 3 => format!("{first}•••{last}"),
        _ => "•••".to_owned(),
    }
}

fn ranked(sorted: &[f64], hundredths: usize) -> Option<f64> {
    sorted.get((sorted.len().checked_sub(1)? * hundredths + 50) / 100).copied()
}

fn quantiles(sorted: &[f64], exact: bool) -> Option<Quantiles> {
    let at = |hundredths| ranked(sorted, hundredths);
    Some(Quantiles { p05: at(5)?, p25: at(25)?, p50: at(50)?, p75: at(75)?, p95: at(95)?, exact })
}

/// Numbers beyond three times the middle half's width (Tukey's outer fences), where they are less than one in a hundred.
fn outliers(of: Quantiles, sorted: &[f64]) -> Option<Odd> {
    let width = (of.p75 - of.p25) * 3.0;
    let beyond = sorted.iter().filter(|number| **number < of.p25 - width || **number > of.p75 + width).count();
    if width == 0.0 || beyond == 0 || beyond * 100 > sorted.len() {
        return None;
    }
    let what = if of.exact { "far from the others" } else { "far from the others (in the sample)" };
    Some(Odd { what: what.to_owned(), count: beyond as u64, line: None })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a bar's place, bounded before and after")]
fn histogram(sorted: &[f64]) -> Vec<u64> {
    let (Some(low), Some(high)) = (ranked(sorted, 1), ranked(sorted, 99)) else { return Vec::new() };
    if low >= high {
        return Vec::new();
    }
    let mut bars = vec![0; BARS];
    for number in sorted {
        let place = ((number - low) / (high - low) * 16.0).clamp(0.0, 15.0) as usize;
        bars[place.min(BARS - 1)] += 1;
    }
    bars
}
