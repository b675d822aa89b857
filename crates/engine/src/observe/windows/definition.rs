//! What a feature is: of whom, over which window, what is made of it, and which events count.

use super::event::{KeyKind, Traits};
use std::fmt;

/// Microseconds of a second.
pub const SECOND_US: i64 = 1_000_000;
const HOUR_US: i64 = 3_600 * SECOND_US;
const DAY_US: i64 = 24 * HOUR_US;

/// A true sliding window. At an event of time t it holds what happened in (t − lag − length, t − lag].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Span {
    /// How far it reaches, in microseconds.
    pub length_us: i64,
    /// How far behind it follows: as long as labels need to mature.
    pub lag_us: i64,
}

impl Span {
    /// The last so many minutes.
    pub const fn minutes(minutes: i64) -> Self {
        Self { length_us: minutes * 60 * SECOND_US, lag_us: 0 }
    }

    /// The last so many hours.
    pub const fn hours(hours: i64) -> Self {
        Self { length_us: hours * HOUR_US, lag_us: 0 }
    }

    /// The last so many days.
    pub const fn days(days: i64) -> Self {
        Self { length_us: days * DAY_US, lag_us: 0 }
    }

    /// The same, so many days behind.
    #[must_use]
    pub const fn after_days(self, days: i64) -> Self {
        Self { lag_us: days * DAY_US, ..self }
    }

    /// How far back it looks in all.
    pub(super) const fn reach_us(self) -> i64 {
        self.length_us + self.lag_us
    }
}

/// `7d`, `1h`, `30d 7d late`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&told(self.length_us))?;
        if self.lag_us > 0 { write!(f, " {} late", told(self.lag_us)) } else { Ok(()) }
    }
}

fn told(us: i64) -> String {
    let whole = [(DAY_US, "d"), (HOUR_US, "h"), (60 * SECOND_US, "min"), (SECOND_US, "s")];
    let unit = whole.iter().find(|(unit, _)| us % unit == 0);
    unit.map_or_else(|| format!("{us}us"), |(unit, name)| format!("{}{name}", us / unit))
}

/// A number of each of the last events.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Channel {
    /// Its amount, in minor units.
    Amount,
    /// Seconds since the one before it.
    Gap,
}

/// What is made of the events in a window. Where it says *before it*, the event itself is left out; else it counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Aggregate {
    /// How many.
    Count,
    /// Their money, minor units.
    Sum,
    /// Mean money, minor units; missing where there is none.
    Mean,
    /// Least money; missing where there is none.
    Min,
    /// Most money; missing where there is none.
    Max,
    /// Standard deviation of their money (of all, not of a sample); missing for fewer than two.
    Deviation,
    /// How many different ones of a kind: the degree of what is shared.
    Distinct(KeyKind),
    /// 1 where its own of a kind was not there before it, else 0; missing where it has none.
    New(KeyKind),
    /// Its money over the mean of those before it: the ratio to the subject's own normal.
    RatioToNormal,
    /// Its money less the mean of those before it, in their deviations.
    DeviationsFromNormal,
    /// Seconds since the last before it; missing where there is none in the window.
    SinceLast,
    /// Seconds since the subject was first seen, 0 at its first event. The window does not bear on it.
    SinceFirst,
    /// Events an hour.
    Velocity,
    /// Share that turned out bad, of what the label came for by now; missing where the window is empty.
    RiskRate,
    /// The last so many, itself the newest and last: a column each, missing before the first.
    Last(u8, Channel),
}

/// One feature of the registry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Definition {
    /// Its name, where it has one of its own: models and rules know it by that.
    pub name: &'static str,
    /// Of whom.
    pub of: KeyKind,
    /// What is made of the events.
    pub what: Aggregate,
    /// Over which window.
    pub over: Span,
    /// Which events count: those of which all of this is true.
    pub only: Traits,
}

impl Definition {
    /// Over all events of a subject.
    pub const fn new(of: KeyKind, what: Aggregate, over: Span) -> Self {
        Self { name: "", of, what, over, only: Traits::NONE }
    }

    /// The same under a name of its own.
    #[must_use]
    pub const fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    /// The same over some events alone.
    #[must_use]
    pub const fn only(self, only: Traits) -> Self {
        Self { only, ..self }
    }

    /// How many columns it has.
    pub fn width(&self) -> usize {
        match self.what {
            Aggregate::Last(steps, _) => usize::from(steps),
            _ => 1,
        }
    }

    /// The names of its columns: its own name, or one made of what it is (`card count 1d`, `device distinct card 7d`). A
    /// sequence has a column a step, the oldest first: `card amount@0`.
    pub fn columns(&self) -> Vec<String> {
        let name = if self.name.is_empty() { self.described() } else { self.name.to_owned() };
        match self.what {
            Aggregate::Last(steps, _) => (0..steps).map(|step| format!("{name}@{step}")).collect(),
            _ => vec![name],
        }
    }

    /// Whether its columns are money, in minor units.
    pub fn is_money(&self) -> bool {
        matches!(
            self.what,
            Aggregate::Sum
                | Aggregate::Mean
                | Aggregate::Min
                | Aggregate::Max
                | Aggregate::Deviation
                | Aggregate::Last(_, Channel::Amount)
        )
    }

    fn described(&self) -> String {
        let only = self.only.words();
        let only = if only.is_empty() { String::new() } else { format!("{only} ") };
        let (of, over) = (self.of.name(), self.over);
        let what = match self.what {
            Aggregate::SinceFirst => return format!("{of} since first"),
            Aggregate::Count => "count".to_owned(),
            Aggregate::Sum => "sum".to_owned(),
            Aggregate::Mean => "mean".to_owned(),
            Aggregate::Min => "min".to_owned(),
            Aggregate::Max => "max".to_owned(),
            Aggregate::Deviation => "deviation".to_owned(),
            Aggregate::Distinct(kind) => format!("distinct {}", kind.name()),
            Aggregate::New(kind) => format!("new {}", kind.name()),
            Aggregate::RatioToNormal => "ratio to normal".to_owned(),
            Aggregate::DeviationsFromNormal => "deviations from normal".to_owned(),
            Aggregate::SinceLast => "since last".to_owned(),
            Aggregate::Velocity => "velocity".to_owned(),
            Aggregate::RiskRate => "risk rate".to_owned(),
            Aggregate::Last(_, Channel::Amount) => return format!("{of} {only}amount"),
            Aggregate::Last(_, Channel::Gap) => return format!("{of} {only}gap"),
        };
        format!("{of} {only}{what} {over}")
    }

    /// A sentence for people, with the unit.
    pub fn sentence(&self) -> String {
        let only = self.only.words();
        let events = if only.is_empty() { "events".to_owned() } else { format!("events ({only})") };
        let of = format!("the {}'s {events}", self.of.name());
        let what = match self.what {
            Aggregate::Count => format!("How many of {of}"),
            Aggregate::Sum => format!("Money of {of}, minor units"),
            Aggregate::Mean => format!("Mean money of {of}, minor units"),
            Aggregate::Min => format!("Least money of {of}, minor units"),
            Aggregate::Max => format!("Most money of {of}, minor units"),
            Aggregate::Deviation => format!("Standard deviation of the money of {of}, minor units"),
            Aggregate::Distinct(kind) => format!("Different {} keys of {of}", kind.name()),
            Aggregate::New(kind) => format!("1 where its {} is new to {of}", kind.name()),
            Aggregate::RatioToNormal => format!("Its money over the mean of {of} before it"),
            Aggregate::DeviationsFromNormal => {
                format!("Its money less the mean of {of} before it, in their deviations")
            }
            Aggregate::SinceLast => format!("Seconds since the last of {of}"),
            Aggregate::SinceFirst => return format!("Seconds since the {} was first seen.", self.of.name()),
            Aggregate::Velocity => format!("How many of {of} an hour"),
            Aggregate::RiskRate => format!("Share of {of} that turned out bad"),
            Aggregate::Last(steps, Channel::Amount) => format!("Amounts of the last {steps} of {of}, minor units"),
            Aggregate::Last(steps, Channel::Gap) => format!("Seconds before each of the last {steps} of {of}"),
        };
        format!("{what}, over {}.", self.over)
    }

    /// What is wrong with it; none where it can be kept.
    pub(super) fn fault(&self) -> Option<&'static str> {
        let looks_at_itself = matches!(
            self.what,
            Aggregate::New(_)
                | Aggregate::RatioToNormal
                | Aggregate::DeviationsFromNormal
                | Aggregate::SinceLast
                | Aggregate::SinceFirst
                | Aggregate::Last(..)
        );
        match self.over {
            Span { length_us, .. } if length_us <= 0 => Some("a window has a length"),
            Span { lag_us, .. } if lag_us < 0 => Some("no window looks ahead"),
            Span { lag_us, .. } if lag_us > 0 && looks_at_itself => Some("what looks at the event itself has no lag"),
            _ if matches!(self.what, Aggregate::Last(0, _)) => Some("a sequence has a step"),
            _ if matches!(self.what, Aggregate::SinceFirst) && self.only != Traits::NONE => {
                Some("when a subject was first seen knows no kinds of events")
            }
            _ => None,
        }
    }
}
