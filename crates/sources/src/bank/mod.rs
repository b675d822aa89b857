//! What the bank formats share: how a line is called, whether it may be dated so, whether balances add up, and how a
//! file in an older encoding becomes text without losing the place of any of its bytes.

pub(crate) mod balance;
pub(crate) mod encoding;
mod naming;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use naming::{Kept, named};

use crate::Context;
use crate::fault::Fault;
use domain::{IssueRule, Span};
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The booking day in `column`, if it is not after the latest day that may be.
pub(crate) fn in_time(booked: Date, column: &str, context: &Context<'_>) -> Result<Date, Fault> {
    match TimeZone::UTC.to_timestamp(booked.at(0, 0, 0, 0)) {
        Ok(at) if at <= context.latest() => Ok(booked),
        _ => Err(Fault::new(IssueRule::DateInFuture, column, booked.to_string())),
    }
}

/// The bytes from `from` to `to`, which begin on `line`.
pub(crate) fn span(line: u32, from: usize, to: usize) -> Span {
    Span { line, offset: from as u64, len: u32::try_from(to.saturating_sub(from)).unwrap_or(u32::MAX) }
}
