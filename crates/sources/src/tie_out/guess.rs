//! What may be the cause of a difference, each with its evidence, and how it is told.

use super::Line;
use domain::{Currency, Money};
use std::collections::BTreeMap;
use std::fmt;

/// A line, and how many others would explain as much.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) line: Line,
    others: usize,
}

/// What may be the cause, with its evidence.
#[derive(Clone, Copy, Debug)]
pub(super) enum Guess {
    Unread(u64),
    Repeated { first: Line, again: Line },
    LeftOut { name: &'static str, sum: i128 },
    Turned(Place),
    Dropped(Place),
    Transfer(i128),
    Absent(&'static str),
    Swapped { place: Place, should_be: i64 },
    LineBetween { before: u32, after: u32, minor: i128 },
    Balance { line: u32, should_be: i128 },
}

impl Place {
    /// A line that nothing else is like.
    pub(super) fn only(line: Line) -> Self {
        Self { line, others: 0 }
    }
}

/// The first line that fits.
pub(super) fn first(lines: &[Line], fits: impl Fn(&Line) -> bool) -> Option<Place> {
    let mut fitting = lines.iter().filter(|line| fits(line));
    let line = *fitting.next()?;
    Some(Place { line, others: fitting.count() })
}

/// Lines that are equal, of which some too many explain what lacks.
pub(super) fn repeated(lines: &[Line], lacks: i128) -> Option<Guess> {
    let mut seen: BTreeMap<(u64, i64), (Line, i128)> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.minor != 0) {
        let (first, more) = seen.entry((line.content, line.minor)).or_insert((*line, -1));
        *more += 1;
        if *more > 0 && *more * i128::from(line.minor) == -lacks {
            return Some(Guess::Repeated { first: *first, again: *line });
        }
    }
    None
}

/// What an amount must be so that nothing lacks, if that is the same digits with two neighbours swapped.
pub(super) fn swapped(minor: i64, lacks: i128) -> Option<i64> {
    let should_be = i64::try_from(i128::from(minor) + lacks).ok().filter(|_| lacks % 9 == 0 && lacks != 0)?;
    if (should_be < 0) != (minor < 0) {
        return None;
    }
    let (written, wanted) = (minor.unsigned_abs().to_string(), should_be.unsigned_abs().to_string());
    // A swap may bring a zero to the front, which is not written.
    let width = written.len().max(wanted.len());
    let (written, wanted) = (format!("{written:0>width$}"), format!("{wanted:0>width$}"));
    let is_swap = (1..width).any(|at| {
        let mut digits = written.clone().into_bytes();
        digits.swap(at - 1, at);
        digits == wanted.as_bytes()
    });
    is_swap.then_some(should_be)
}

/// An amount in a sentence; beyond 64 bits its limit.
pub(super) fn amount(minor: i128, currency: Currency) -> Money {
    let limit = if minor < 0 { i64::MIN } else { i64::MAX };
    Money::new(i64::try_from(minor).unwrap_or(limit), currency)
}

/// `; most likely …, or …`.
pub(super) fn said(guesses: &[Guess], currency: Currency) -> String {
    let told: Vec<String> = guesses.iter().map(|guess| guess.told(currency)).collect();
    if told.is_empty() { String::new() } else { format!("; most likely {}", told.join(", or ")) }
}

impl Guess {
    fn told(self, currency: Currency) -> String {
        let shown = |minor: i128| amount(minor, currency);
        match self {
            Self::Unread(1) => "a row that could not be read".to_owned(),
            Self::Unread(rows) => format!("{rows} rows that could not be read"),
            Self::Repeated { first, again } => {
                format!(
                    "line {} is there twice: it repeats line {}, {}",
                    again.line,
                    first.line,
                    shown(again.minor.into())
                )
            }
            Self::LeftOut { name, sum } => format!("the total leaves the {name} out, which sum to {}", shown(sum)),
            Self::Turned(place) => format!("{place} has the wrong sign: {}", shown(place.line.minor.into())),
            Self::Dropped(place) => {
                format!("{place} is no repeat, as it was taken for: {}", shown(place.line.minor.into()))
            }
            Self::Transfer(minor) => {
                format!("the transfer to the bank, {}: the total is zero and no line moves it", shown(minor))
            }
            Self::Absent(name) => format!("{name}, of which the file has no line"),
            Self::Swapped { place, should_be } => {
                format!(
                    "{place} has two digits swapped: {} for {}",
                    shown(place.line.minor.into()),
                    shown(should_be.into())
                )
            }
            Self::LineBetween { before, after, minor } => {
                format!("a line of {} between lines {before} and {after}", shown(minor))
            }
            Self::Balance { line, should_be } => {
                format!("the balance of line {line} alone is wrong: the lines around it agree on {}", shown(should_be))
            }
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line.line)?;
        if self.others > 0 { write!(f, " (one of {} that fit)", self.others + 1) } else { Ok(()) }
    }
}
