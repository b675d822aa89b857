//! Running balances: where they part from the amounts, and what most likely lacks there.

use super::guess::{Guess, Place, amount, repeated, said, swapped};
use super::{Line, MOST_GUESSES};
use domain::Currency;

/// A line with the balance after it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Balanced {
    pub(crate) line: Line,
    pub(crate) balance: i64,
}

/// Where running balances part from the amounts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Parted {
    /// The row, by its place among those that were given.
    pub(crate) at: usize,
    /// How many rows part in all.
    pub(crate) rows: usize,
    pub(crate) said: String,
}

/// The first line, oldest first, whose balance is not that of the line before plus its amount.
///
/// Rules: two neighbouring breaks that cancel are a wrong balance between them, and nothing else. Otherwise the line
/// repeats the one before, has the wrong sign or two digits swapped, where that explains the difference; last, a line
/// is left out before it.
pub(crate) fn parted(rows: &[Balanced], currency: Currency) -> Option<Parted> {
    let expected = |at: usize| i128::from(rows[at - 1].balance) + i128::from(rows[at].line.minor);
    let lacks = |at: usize| i128::from(rows[at].balance) - expected(at);
    let breaks: Vec<usize> = (1..rows.len()).filter(|at| lacks(*at) != 0).collect();
    let at = *breaks.first()?;
    let cancels = breaks.get(1).is_some_and(|next| *next == at + 1 && lacks(*next) == -lacks(at));
    let guesses = if cancels {
        vec![Guess::Balance { line: rows[at].line.line, should_be: expected(at) }]
    } else {
        guesses_between(rows[at - 1].line, rows[at].line, lacks(at))
    };
    let (told, led) = (amount(rows[at].balance.into(), currency), amount(expected(at), currency));
    let causes = 1 + usize::from(cancels);
    let more = match breaks.len() - causes {
        0 => String::new(),
        more => format!("; the first of {} such lines", more + 1),
    };
    Some(Parted {
        at,
        rows: breaks.len(),
        said: format!("{told} where amounts lead to {led}{}{more}", said(&guesses, currency)),
    })
}

fn guesses_between(before: Line, line: Line, lacks: i128) -> Vec<Guess> {
    let place = Place::only(line);
    let mut guesses: Vec<Guess> = repeated(&[before, line], lacks).into_iter().collect();
    guesses.extend((-2 * i128::from(line.minor) == lacks).then_some(Guess::Turned(place)));
    guesses.extend(swapped(line.minor, lacks).map(|should_be| Guess::Swapped { place, should_be }));
    guesses.push(Guess::LineBetween { before: before.line, after: line.line, minor: lacks });
    guesses.truncate(MOST_GUESSES);
    guesses
}
