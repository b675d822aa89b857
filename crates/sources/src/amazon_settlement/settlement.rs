//! A settlement as its first row states it, and whether its rows add up to that.

use crate::fault::Fault;
use crate::processor_line::{movement, negative};
use crate::tie_out::{Carried, Line, Part, Sum};
use domain::{Content, Digest, Issue, IssueRule, Money, ProcessorCategory, ProcessorLine, Record, RecordId, Span};
use jiff::Timestamp;

/// Kinds of line that a settlement may carry and real files lack, by the words in their names.
const CARRIED: [(&str, Carried); 4] = [
    ("Current Reserve", Carried { name: "a `Current Reserve Amount`", takes: true }),
    ("Loan", Carried { name: "a `Loan Repayment`", takes: true }),
    ("Previous Reserve", Carried { name: "a `Previous Reserve Amount Balance`", takes: false }),
    ("Reimbursement", Carried { name: "an `FBA Inventory Reimbursement`", takes: false }),
];

/// The settlement of one first row, and what its other rows sum to so far.
pub(super) struct Stated {
    pub(super) id: String,
    pub(super) total: Money,
    pub(super) ended: Timestamp,
    pub(super) deposited: Option<Timestamp>,
    pub(super) span: Span,
    lines: Vec<Line>,
    transferred: Option<(i128, Span)>,
    /// Which of [`CARRIED`] it has.
    carries: [bool; CARRIED.len()],
}

impl Stated {
    pub(super) fn new(id: String, total: Money, ended: Timestamp, deposited: Option<Timestamp>, span: Span) -> Self {
        Self { id, total, ended, deposited, span, lines: Vec::new(), transferred: None, carries: Default::default() }
    }

    /// Whether another first row states the same.
    pub(super) fn states(&self, other: &Self) -> bool {
        (self.total, self.ended, self.deposited) == (other.total, other.ended, other.deposited)
    }

    /// Counts a row whose amounts are called `kind`; `content` is equal for rows that the file writes alike.
    pub(super) fn add(&mut self, line: &ProcessorLine, kind: &str, content: u64, span: Span) {
        let minor = line.net.minor;
        if line.category == ProcessorCategory::Payout {
            let (before, first) = self.transferred.unwrap_or((0, span));
            self.transferred = Some((before + i128::from(minor), first));
            return;
        }
        self.lines.push(Line { minor, part: part(line, kind), content, line: span.line });
        for (carries, (word, _)) in self.carries.iter_mut().zip(CARRIED) {
            *carries |= kind.contains(word);
        }
    }

    /// The payout that the first row is, where no `Transfer` says so.
    pub(super) fn payout(&self, file: Digest) -> Option<Record> {
        if self.transferred.is_some() || self.total.minor == 0 {
            return None;
        }
        let paid = negative(self.total, "total-amount").ok()?;
        let mut line = movement(ProcessorCategory::Payout, paid, Money::zero(paid.currency), paid);
        line.source_id.clone_from(&self.id);
        line.payout = Some(self.id.clone());
        line.payout_at = self.deposited;
        let id = RecordId::from(format!("amazon:{}/payout", self.id));
        Some(Record { id, at: self.ended, file, span: self.span, content: Content::Processor(line) })
    }

    /// What does not add up; `held` rows of the file could not be read.
    pub(super) fn issues(&self, file: Digest, held: u64) -> Vec<Issue> {
        let total = i128::from(self.total.minor);
        let absent = CARRIED.into_iter().zip(self.carries).filter(|(_, carries)| !carries).map(|((_, kind), _)| kind);
        let absent: Vec<Carried> = absent.collect();
        let sum = Sum::new(0, &self.lines, self.total.minor, self.total.currency);
        let sum = Sum { unread: held, absent: &absent, ..sum };
        let mut issues = Vec::new();
        if let Some(said) = sum.broken() {
            issues.push(self.broken("total-amount", said, file, self.span));
        }
        if let Some((moved, span)) = self.transferred.filter(|(moved, _)| *moved != -total) {
            let said = format!("Transfer of {} is not -{}", self.shown(moved), self.shown(total));
            issues.push(self.broken("amount", said, file, span));
        }
        issues
    }

    fn broken(&self, column: &str, said: String, file: Digest, span: Span) -> Issue {
        Fault::new(IssueRule::IdentityBroken, column, said).holding(file, span, 0)
    }

    fn shown(&self, minor: i128) -> String {
        let minor = i64::try_from(minor).unwrap_or(if minor < 0 { i64::MIN } else { i64::MAX });
        Money::new(minor, self.total.currency).to_string()
    }
}

/// What the totals of other reports leave out, by the words of Amazon's types.
fn part(line: &ProcessorLine, kind: &str) -> Part {
    match () {
        () if kind.contains("Withheld") || kind.contains("MarketplaceFacilitator") => Part::WithheldTax,
        () if kind.contains("Tax") => Part::Tax,
        () if kind.contains("Reserve") => Part::Reserve,
        () if kind.contains("Promotion") => Part::Promotions,
        () if line.gross.minor == 0 && line.fee.minor != 0 => Part::Fees,
        () => Part::Other,
    }
}
