//! Whether a value at risk was exceeded as often as it says, and not in bunches.

use crate::metrics::two_sided;

/// A likelihood-ratio test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coverage {
    /// Days on which the loss was larger.
    pub exceeded: usize,
    /// All days.
    pub days: usize,
    /// The likelihood ratio.
    pub statistic: f64,
    /// The chance of one as large, were the value at risk right.
    pub p_value: f64,
}

/// x ln p, and 0 of no days whatever p.
fn term(days: usize, p: f64) -> f64 {
    if days == 0 { 0.0 } else { days as f64 * p.ln() }
}

/// Kupiec (1995): is the share of days exceeded the level? One degree of freedom.
///
/// By hand: of 250 days at .01, 5 exceeded: −2 [245 ln .99 + 5 ln .01 − 245 ln .98 − 5 ln .02] = 1.957, p = .162.
pub fn kupiec(exceeded: &[bool], level: f64) -> Coverage {
    let (days, hits) = (exceeded.len(), exceeded.iter().filter(|hit| **hit).count());
    let share = if days == 0 { 0.0 } else { hits as f64 / days as f64 };
    let said = term(days - hits, 1.0 - level) + term(hits, level);
    let seen = term(days - hits, 1.0 - share) + term(hits, share);
    let statistic = (2.0 * (seen - said)).max(0.0);
    Coverage { exceeded: hits, days, statistic, p_value: two_sided(statistic.sqrt()) }
}

/// Christoffersen (1998), conditional coverage: Kupiec's test and that a day is no likelier exceeded after one that was.
/// Two degrees of freedom.
pub fn christoffersen(exceeded: &[bool], level: f64) -> Coverage {
    let count = |before: bool, after: bool| exceeded.windows(2).filter(|pair| **pair == [before, after]).count();
    let [[calm, rise], [fall, stay]] =
        [[count(false, false), count(false, true)], [count(true, false), count(true, true)]];
    let share = |hits: usize, all: usize| if all == 0 { 0.0 } else { hits as f64 / all as f64 };
    let (after_calm, after_hit) = (share(rise, calm + rise), share(stay, fall + stay));
    let plain = share(rise + stay, calm + rise + fall + stay);
    let together = term(calm + fall, 1.0 - plain) + term(rise + stay, plain);
    let apart =
        term(calm, 1.0 - after_calm) + term(rise, after_calm) + term(fall, 1.0 - after_hit) + term(stay, after_hit);
    let independence = (2.0 * (apart - together)).max(0.0);
    let coverage = kupiec(exceeded, level);
    let statistic = coverage.statistic + independence;
    Coverage { statistic, p_value: (-statistic / 2.0).exp(), ..coverage }
}
