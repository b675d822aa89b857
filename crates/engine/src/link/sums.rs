//! One to many, many to one and many to many: records without a partner whose amounts *sum* to those of others, as a
//! payout is the sum of payments less a fee.
//!
//! The left records are what is owed, the right ones what was paid. Amounts are exact; one with more digits than its
//! currency has is left out, and counted. The currency is that of a field which speaks of one, else the code beside the
//! amount, else the same for all. How groups are found, and what is exact, `engine::sums` says: no record stands in two
//! groups, so no cent is assigned twice, and records whose search was cut short are named. Neither the order of rows nor
//! of fields decides anything, but between records that say the same.
//!
//! By hand: payments of 10.00 and 20.00, a bank line of 29.40 two days later: one group, where fees of 2 % are allowed.

#[cfg(test)]
mod tests;

use super::compare::{day_number, read_date, read_exactly};
use super::matching::Tables;
use super::table::{Field, Kind, Rows};
use crate::sums::{self, Item};
use domain::{Currency, Money};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Left records near a right one, beyond which it is given up, and the steps of each search.
const MOST_NEAR: usize = 64;
const MOST_STEPS: u64 = 200_000;

/// How far the search goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// How many days after a left record a right one may come, at least and at most; below 0 is before it.
    pub days: (i64, i64),
    /// What the right records may lack, in hundredths of a percent.
    pub fee_bps: u32,
    /// The most left records of a group.
    pub most_left: usize,
    /// The most right records of a group.
    pub most_right: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { days: (-1, 10), fee_bps: 0, most_left: 8, most_right: 3 }
    }
}

/// Records that settle each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Rows of the left table, ascending.
    pub left: Vec<u32>,
    /// Rows of the right table, ascending.
    pub right: Vec<u32>,
    /// What the left ones sum to.
    pub owed: Money,
    /// What the right ones sum to.
    pub paid: Money,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grouped {
    /// No record stands in two.
    pub groups: Vec<Group>,
    /// Rows of the right table for which not everything was tried.
    pub gave_up: Vec<u32>,
    /// Records of either table without an exact amount, or without a day or currency where the others have one.
    pub left_out: usize,
}

/// Groups the records of two tables that are free, told by whether a record is a left one and by its row; none where no
/// field holds amounts.
pub fn group(tables: Tables<'_>, is_free: impl Fn(bool, u32) -> bool, limits: &Limits) -> Option<Grouped> {
    let reading = Reading::of(tables.fields)?;
    let empty = Rows::default();
    let right = tables.right.unwrap_or(&empty);
    let mut grouped = Grouped::default();
    let mut of = |rows: &Rows, is_left: bool| {
        let mut found: Vec<(&[String], u32, Item)> = Vec::new();
        for row in (0_u32..).take(rows.len()).filter(|row| is_free(is_left, *row)) {
            match reading.item(rows, row as usize) {
                Some(item) => found.push((rows.0[row as usize].as_slice(), row, item)),
                None => grouped.left_out += 1,
            }
        }
        found.sort_by(|a, b| reading.content(a.0).cmp(reading.content(b.0)).then(a.1.cmp(&b.1)));
        found.into_iter().map(|(_, row, item)| (row, item)).unzip::<u32, Item, Vec<u32>, Vec<Item>>()
    };
    let ((lefts, owed), (rights, paid)) = (of(tables.left, true), of(right, false));
    let found = sums::settle(&owed, &paid, &limits.as_sums());
    let places = |of: &[u32], at: &[usize]| {
        let mut rows: Vec<u32> = at.iter().map(|&at| of[at]).collect();
        rows.sort_unstable();
        rows
    };
    let sum = |items: &[Item], at: &[usize]| {
        let minor = at.iter().map(|&at| items[at].amount.minor).sum();
        Money::new(minor, items[at[0]].amount.currency)
    };
    grouped.groups = (found.groups.iter())
        .map(|group| Group {
            left: places(&lefts, &group.whole),
            right: places(&rights, &group.paid),
            owed: sum(&owed, &group.whole),
            paid: sum(&paid, &group.paid),
        })
        .collect();
    grouped.groups.sort_by(|a, b| a.left.cmp(&b.left));
    grouped.gave_up = found.gave_up.iter().map(|&at| rights[at]).collect();
    grouped.gave_up.sort_unstable();
    Some(grouped)
}

impl Limits {
    fn as_sums(&self) -> sums::Limits {
        sums::Limits {
            window: self.days.0.saturating_mul(DAY)..=self.days.1.saturating_mul(DAY),
            most_whole: self.most_left,
            most_paid: self.most_right,
            fee_bps: self.fee_bps,
            most_near: MOST_NEAR,
            steps: MOST_STEPS,
        }
    }
}

/// Which fields say how much, when and in what.
struct Reading {
    /// All fields, by their names.
    by_name: Vec<usize>,
    amount: usize,
    date: Option<usize>,
    currency: Option<usize>,
}

impl Reading {
    /// The first fields by name, so that the order of fields says nothing.
    fn of(fields: &[Field]) -> Option<Self> {
        let mut by_name: Vec<usize> = (0..fields.len()).collect();
        by_name.sort_by(|&a, &b| fields[a].cmp(&fields[b]));
        let first = |is_it: &dyn Fn(&Field) -> bool| by_name.iter().copied().find(|&at| is_it(&fields[at]));
        let amount = first(&|field| field.kind == Kind::Amount)?;
        let date = first(&|field| field.kind == Kind::Date);
        let currency = first(&|field| field.name.to_lowercase().contains("currency"));
        Some(Self { amount, date, currency, by_name })
    }

    fn item(&self, rows: &Rows, row: usize) -> Option<Item> {
        let written = rows.value(row, self.amount);
        let currency = match self.currency {
            Some(at) => Currency::from_code(rows.value(row, at).trim())?,
            None => beside(written)?,
        };
        let exact = read_exactly(written)?;
        let amount = Money::from_decimal(exact, currency).filter(|money| money.to_decimal() == exact)?;
        let day = match self.date {
            Some(at) => day_number(read_date(rows.value(row, at))?),
            None => 0,
        };
        Some(Item { amount, at: i64::from(day) * DAY })
    }

    /// The values of a row by the names of their fields.
    fn content<'a>(&'a self, row: &'a [String]) -> impl Iterator<Item = &'a str> {
        self.by_name.iter().map(|&at| row.get(at).map_or("", String::as_str))
    }
}

/// The code beside an amount, as in `12.50 EUR`; ISO 4217's `XXX`, no currency, where there is none.
fn beside(written: &str) -> Option<Currency> {
    let code = written.split(|c: char| !c.is_alphabetic()).find(|word| word.len() == 3);
    Currency::from_code(code.unwrap_or("XXX"))
}
