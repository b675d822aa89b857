//! Lines that do not sum to their file's own total: what most likely lacks.
//!
//! Charge: names the difference and, by the rules below, at most [`MOST_GUESSES`] explanations, each with its evidence.
//! No figure is changed. A guess is shown only if it explains the whole difference to the minor unit; where *lacks* =
//! total − Σ lines, in this order:
//!
//! 1. Rows were not read: what they move is not in the sum.
//! 2. A line is there more often than it should be: equal lines, and lacks = −n × their amount.
//! 3. The total leaves a part out: lacks = −Σ of the fees, the tax, the withheld tax, the promotions or the reserve.
//! 4. A line has the wrong sign: lacks = −2 × its amount.
//! 5. A line was taken for a repeat and dropped: lacks = its amount.
//! 6. The transfer is not there: the total is zero, and no line moves what the others leave.
//! 7. Nothing so exact, and a kind of line that such files carry is absent, whose sign fits.
//! 8. Two neighbouring digits of a line are swapped, so that lacks is divisible by 9.
//!
//! Example: lines 12.30, −1.35 and −1.35 against a total of 10.95 lack 1.35; the second −1.35 is there twice.

mod guess;
mod running;
#[cfg(test)]
mod tests;

pub(crate) use running::{Balanced, Parted, parted};

use domain::Currency;
use guess::{Guess, amount, first, repeated, said, swapped};
use std::hash::{DefaultHasher, Hash, Hasher};

/// More would not help anyone.
const MOST_GUESSES: usize = 2;

/// What a line is a part of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(crate) enum Part {
    /// Prices, bookings, and all else that no total leaves out.
    #[default]
    Other,
    Fees,
    Tax,
    WithheldTax,
    Promotions,
    Reserve,
    /// Money that leaves for the bank.
    Transfer,
}

impl Part {
    /// What a total may leave out as a whole, and its name.
    const LEFT_OUT: [(Self, &'static str); 5] = [
        (Self::Fees, "fees"),
        (Self::Tax, "tax"),
        (Self::WithheldTax, "withheld tax"),
        (Self::Promotions, "promotions"),
        (Self::Reserve, "reserve"),
    ];
}

/// A line that was counted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Line {
    pub(crate) minor: i64,
    pub(crate) part: Part,
    /// Equal for lines that the file writes alike.
    pub(crate) content: u64,
    /// Where it stands.
    pub(crate) line: u32,
}

/// A kind of line that files of a format carry and this one may lack.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Carried {
    pub(crate) name: &'static str,
    /// Whether it takes from the total.
    pub(crate) takes: bool,
}

/// Equal for equal texts.
pub(crate) fn content_of(texts: &[&str]) -> u64 {
    let mut hasher = DefaultHasher::new();
    texts.hash(&mut hasher);
    hasher.finish()
}

/// What was counted, and what the file says that it sums to.
pub(crate) struct Sum<'a> {
    /// What the lines are added to.
    pub(crate) opening: i64,
    pub(crate) lines: &'a [Line],
    pub(crate) total: i64,
    pub(crate) currency: Currency,
    /// Rows that could not be read.
    pub(crate) unread: u64,
    /// Lines that were taken for repeats.
    pub(crate) dropped: &'a [Line],
    /// Kinds of which the file has no line.
    pub(crate) absent: &'a [Carried],
    /// Whether a total of zero means that all was paid out.
    pub(crate) pays_out: bool,
}

impl<'a> Sum<'a> {
    /// Lines and total alone; the rest where a format knows it.
    pub(crate) fn new(opening: i64, lines: &'a [Line], total: i64, currency: Currency) -> Self {
        Self { opening, lines, total, currency, unread: 0, dropped: &[], absent: &[], pays_out: false }
    }

    fn sum(&self) -> i128 {
        i128::from(self.opening) + self.lines.iter().map(|line| i128::from(line.minor)).sum::<i128>()
    }

    /// What lacks in the lines; zero where they hold.
    pub(crate) fn lacks(&self) -> i128 {
        i128::from(self.total) - self.sum()
    }

    /// What most likely lacks, as the end of a sentence; empty where no rule tells.
    pub(crate) fn likely(&self) -> String {
        said(&self.guesses(), self.currency)
    }

    /// The difference and what most likely lacks; none where the lines hold.
    pub(crate) fn broken(&self) -> Option<String> {
        let lacks = self.lacks();
        if lacks == 0 {
            return None;
        }
        let shown = |minor| amount(minor, self.currency);
        let (sum, total) = (shown(self.sum()), shown(i128::from(self.total)));
        Some(format!("rows sum to {sum}, not to {total}: {} lacks{}", shown(lacks), self.likely()))
    }

    /// The explanations that are not refuted, likeliest first.
    fn guesses(&self) -> Vec<Guess> {
        let lacks = self.lacks();
        let mut guesses: Vec<Guess> = (self.unread > 0).then_some(Guess::Unread(self.unread)).into_iter().collect();
        guesses.extend(repeated(self.lines, lacks));
        guesses.extend(self.left_out(lacks));
        guesses.extend(first(self.lines, |line| -2 * i128::from(line.minor) == lacks).map(Guess::Turned));
        guesses.extend(first(self.dropped, |line| i128::from(line.minor) == lacks).map(Guess::Dropped));
        guesses.extend(self.emptied(lacks));
        if guesses.is_empty() {
            let fits = |kind: &&Carried| kind.takes == (lacks < 0);
            guesses.extend(self.absent.iter().filter(fits).map(|kind| Guess::Absent(kind.name)));
        }
        guesses.extend(
            first(self.lines, |line| swapped(line.minor, lacks).is_some())
                .map(|place| Guess::Swapped { place, should_be: swapped(place.line.minor, lacks).unwrap_or_default() }),
        );
        guesses.truncate(MOST_GUESSES);
        guesses
    }

    fn left_out(&self, lacks: i128) -> Option<Guess> {
        let sum_of = |part| {
            let lines = self.lines.iter().filter(|line| line.part == part);
            lines.map(|line| i128::from(line.minor)).sum::<i128>()
        };
        let found = Part::LEFT_OUT.into_iter().find(|(part, _)| sum_of(*part) == -lacks)?;
        Some(Guess::LeftOut { name: found.1, sum: -lacks })
    }

    fn emptied(&self, lacks: i128) -> Option<Guess> {
        let transferred = self.lines.iter().any(|line| line.part == Part::Transfer);
        (self.pays_out && self.total == 0 && !transferred).then_some(Guess::Transfer(lacks))
    }
}
