//! Whether the lines of a statement lead from its opening balance to its closing one.

use crate::fault::Fault;
use crate::tie_out::{Line, Part, Sum, content_of};
use domain::{BankLine, Currency, IssueRule, Money, Span};
use std::collections::BTreeSet;

/// The lines of a statement, as far as they were read.
#[derive(Default)]
pub(crate) struct Counted {
    lines: Vec<Line>,
    dropped: Vec<Line>,
    unread: u64,
    currencies: BTreeSet<Currency>,
}

impl Counted {
    /// A line that became a record.
    pub(crate) fn keep(&mut self, line: &BankLine, span: Span) {
        self.currencies.insert(line.amount.currency);
        self.lines.push(counted(line, span));
    }

    /// A line that was taken for a repeat of one before.
    pub(crate) fn drop(&mut self, line: &BankLine, span: Span) {
        self.dropped.push(counted(line, span));
    }

    /// A line that became an issue.
    pub(crate) fn fail(&mut self) {
        self.unread += 1;
    }

    /// Opening + lines = closing, or an `IdentityBroken` of `column` that names the difference and what most likely
    /// lacks. Amounts in several currencies have no sum, so there is nothing to check.
    pub(crate) fn check(&self, opening: Money, closing: Money, column: &str) -> Result<(), Fault> {
        let currency = opening.currency;
        if closing.currency != currency || self.currencies.iter().any(|other| *other != currency) {
            return Ok(());
        }
        let sum = Sum::new(opening.minor, &self.lines, closing.minor, currency);
        let sum = Sum { dropped: &self.dropped, unread: self.unread, ..sum };
        let lacks = sum.lacks();
        if lacks == 0 {
            return Ok(());
        }
        let sign = if lacks > 0 { "above" } else { "below" };
        let size = Money::new(i64::try_from(lacks.unsigned_abs()).unwrap_or(i64::MAX), currency);
        let text = format!("closing balance {size} {sign} opening balance and lines{}", sum.likely());
        Err(Fault::new(IssueRule::IdentityBroken, column, text))
    }
}

fn counted(line: &BankLine, span: Span) -> Line {
    let BankLine { booked, reference, end_to_end, remittance, .. } = line;
    let content = content_of(&[&booked.to_string(), reference, end_to_end, remittance]);
    Line { minor: line.amount.minor, part: Part::Other, content, line: span.line }
}
