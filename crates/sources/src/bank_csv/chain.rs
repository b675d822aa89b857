//! A running balance: each is the one before plus the amount, in the file's order or against it.

use crate::fault::Fault;
use domain::{IssueRule, Money, Span};

/// A kept row, or none where a row was not read.
pub(super) struct Link {
    pub(super) account: String,
    pub(super) amount: Money,
    pub(super) balance: Option<Money>,
    pub(super) span: Span,
}

/// The first row whose balance is not what it must be, by the order in which fewer are wrong.
pub(super) fn check(links: &[Option<Link>], column: &str) -> Result<(), (Fault, Span)> {
    let [upwards, downwards] = [false, true].map(|newest_first| wrong(links, newest_first));
    let wrong = if downwards.len() < upwards.len() { downwards } else { upwards };
    let Some((link, expected)) = wrong.first() else { return Ok(()) };
    let told = link.balance.unwrap_or(link.amount);
    let text = format!("{told} where amounts lead to {}", Money::new(*expected, told.currency));
    Err((Fault::new(IssueRule::IdentityBroken, column, text), link.span))
}

/// The rows that differ, with the balance that they must have.
fn wrong(links: &[Option<Link>], newest_first: bool) -> Vec<(&Link, i64)> {
    let pairs = links.windows(2).filter_map(|pair| match pair {
        [Some(one), Some(two)] if one.account == two.account => Some((one, two)),
        _ => None,
    });
    let expected = pairs.filter_map(|(one, two)| {
        let (before, told) = (one.balance?, two.balance?);
        if before.currency != told.currency {
            return None;
        }
        let moved = if newest_first { one.amount.minor.checked_neg()? } else { two.amount.minor };
        let expected = before.minor.checked_add(moved)?;
        (expected != told.minor).then_some((two, expected))
    });
    expected.collect()
}
