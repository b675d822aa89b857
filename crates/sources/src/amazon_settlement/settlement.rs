//! A settlement as its first row states it, and whether its rows add up to that.

use crate::fault::Fault;
use crate::processor_line::{movement, negative};
use domain::{Content, Digest, Issue, IssueRule, Money, ProcessorCategory, Record, RecordId, Span};
use jiff::Timestamp;

/// What Amazon calls money that it holds back, or held back before.
const CURRENT_RESERVE: &str = "Current Reserve";
const PREVIOUS_RESERVE: &str = "Previous Reserve";

/// The settlement of one first row, and what its other rows sum to so far.
pub(super) struct Stated {
    pub(super) id: String,
    pub(super) total: Money,
    pub(super) ended: Timestamp,
    pub(super) deposited: Option<Timestamp>,
    pub(super) span: Span,
    sum: i128,
    transferred: Option<(i128, Span)>,
    current_reserve: bool,
    previous_reserve: bool,
}

impl Stated {
    pub(super) fn new(id: String, total: Money, ended: Timestamp, deposited: Option<Timestamp>, span: Span) -> Self {
        let none = (0, None, false, false);
        let (sum, transferred, current_reserve, previous_reserve) = none;
        Self { id, total, ended, deposited, span, sum, transferred, current_reserve, previous_reserve }
    }

    /// Whether another first row states the same.
    pub(super) fn states(&self, other: &Self) -> bool {
        (self.total, self.ended, self.deposited) == (other.total, other.ended, other.deposited)
    }

    pub(super) fn add(&mut self, category: ProcessorCategory, kind: &str, net: Money, span: Span) {
        let minor = i128::from(net.minor);
        if category == ProcessorCategory::Payout {
            let (before, first) = self.transferred.unwrap_or((0, span));
            self.transferred = Some((before + minor, first));
            return;
        }
        self.sum += minor;
        self.current_reserve |= kind.contains(CURRENT_RESERVE);
        self.previous_reserve |= kind.contains(PREVIOUS_RESERVE);
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
        let id = RecordId(format!("amazon:{}/payout", self.id));
        Some(Record { id, at: self.ended, file, span: self.span, content: Content::Processor(line) })
    }

    /// What does not add up; `held` rows of the file could not be read.
    pub(super) fn issues(&self, file: Digest, held: u64) -> Vec<Issue> {
        let total = i128::from(self.total.minor);
        let mut issues = Vec::new();
        if self.sum != total {
            issues.push(self.broken("total-amount", self.lacking(total - self.sum, held), file, self.span));
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

    /// Names the difference and what most likely lacks: rows that could not be read, else money held back or a loan
    /// paid (too little was paid out), else money held back before or a sale (too much was).
    fn lacking(&self, difference: i128, held: u64) -> String {
        let likely = match (held, difference < 0) {
            (1.., _) => format!("{held} rows that could not be read"),
            (0, true) if !self.current_reserve => CURRENT_RESERVE.to_owned(),
            (0, true) => "Loan Repayment".to_owned(),
            (0, false) if !self.previous_reserve => format!("{PREVIOUS_RESERVE} Amount Balance"),
            (0, false) => "an Order".to_owned(),
        };
        let (lacks, total) = (self.shown(difference), self.shown(i128::from(self.total.minor)));
        format!("rows sum to {}, not to {total}: {lacks} lacks, most likely {likely}", self.shown(self.sum))
    }

    fn shown(&self, minor: i128) -> String {
        let minor = i64::try_from(minor).unwrap_or(if minor < 0 { i64::MIN } else { i64::MAX });
        Money::new(minor, self.total.currency).to_string()
    }
}
