//! What is known at an attempt on which a ruling is asked: the same registry, in the same windows, as of attempts that
//! files and events tell of.
//!
//! A retry (the same card tries the same amount again within a moment) sees the windows and is in none of attempts, so
//! that it counts once. One that is asked about and told of later, by the same card, at most a day apart and under its own
//! name or as its processor's `charge`, is one: what is told adds how it ended. Under another name it is the newest of the
//! same card and amount, at most ten minutes apart, whose end is not known. Limits: in another amount, or later, it counts
//! twice; a terminal that is asked about is a token, and no `merchant` that is told of.
//!
//! Example: a card tries 5.00 at second 0, 20 and 61, and a retry comes within 60 seconds: the second is a retry, and
//! within the minute behind second 61 there is one attempt, its own.

#[cfg(test)]
#[path = "asked_tests.rs"]
mod tests;

use super::payments::Payments;
use super::tries::Tries;
use super::windows::{Happening, Key, KeyKind, SECOND_US, Traits};
use domain::{Attempt, Money, Outcome, Token};
use jiff::Timestamp;

/// No policy's retry waits longer than this.
const RETRIES_FOR_S: i64 = 86_400;

/// Whether an attempt repeats its card's last one that was no retry; where not, it is the last.
fn is_retry(tries: &mut Tries, attempt: &Attempt, retry_s: i64) -> bool {
    let at = attempt.at.as_second();
    let repeats = |(last, amount): (i64, Money)| amount == attempt.amount && (at - last).abs() <= retry_s;
    let retry = tries.last(attempt.card).is_some_and(repeats);
    if !retry {
        tries.set(attempt.card, (at, attempt.amount));
    }
    retry
}

/// What was known of an attempt when it was asked about.
#[derive(Clone, PartialEq, Debug)]
pub struct Known {
    /// One number a column of [`payment_columns`](super::payment_columns); NaN = missing.
    pub features: Vec<f32>,
    /// The same card tried the same amount a moment ago.
    pub retry: bool,
}

impl Payments {
    /// Takes an attempt in, and says what is known of it. `amount` is its money in the reporting currency, where a rate
    /// is known.
    pub fn ask(&mut self, attempt: &Attempt, amount: Option<Money>, retry_s: i64) -> Known {
        let retry = is_retry(&mut self.tries, attempt, retry_s);
        let traits = if retry { Traits::NONE } else { Traits::ATTEMPT };
        let event = happening(&attempt.id, attempt.at, attempt.card, attempt.terminal);
        let event = Happening { amount_minor: amount.map(|amount| amount.minor), traits, ..event };
        let (_, features) = self.look(&event, amount);
        Known { features, retry }
    }

    /// What came of an attempt is known: it counts once, by what was told last.
    pub fn learn(&mut self, outcome: &Outcome) {
        let event = happening(&outcome.attempt, outcome.at, outcome.card, outcome.terminal);
        self.windows.label(&event, outcome.event);
    }

    /// Attempts of a card within the seconds up to and including an instant, retries left out.
    pub fn attempts_within(&self, card: Token, at: Timestamp, seconds: u32) -> u32 {
        let through = at.as_microsecond();
        let after = through.saturating_sub(i64::from(seconds) * SECOND_US);
        let count = self.windows.count(KeyKind::Card, Key::from(card), after, through, Traits::ATTEMPT);
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// Time passes: what no retry can repeat any more is let go.
    pub fn pass(&mut self, now: Timestamp) {
        self.tries.forget_until(now.as_second().saturating_sub(RETRIES_FOR_S));
    }

    /// Whoever has windows: cards, terminals, buyers and so on.
    pub fn subjects(&self) -> usize {
        self.windows.subjects()
    }
}

fn happening(id: &str, at: Timestamp, card: Token, terminal: Option<Token>) -> Happening {
    let event = Happening {
        id: Key::of_text(id).number(),
        at_us: at.as_microsecond(),
        amount_minor: None,
        traits: Traits::NONE,
        keys: [None; KeyKind::ALL.len()],
    };
    event.with(KeyKind::Card, Some(Key::from(card))).with(KeyKind::Merchant, terminal.map(Key::from))
}
