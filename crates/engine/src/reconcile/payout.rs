//! Payouts, by their own rows or by their lines.

use domain::{Currency, Money, ProcessorLine, RecordId};
use jiff::Timestamp;

/// A payout. Below zero, the processor takes money from the bank.
#[derive(Clone, Debug)]
pub(super) struct Payout {
    /// The first of its own rows by (time, id); a second row takes it back (it bounced).
    own: Option<(Timestamp, RecordId)>,
    /// The last of its lines by (time, id), which it is filed under where the export does not list the payout itself.
    last_line: (Timestamp, RecordId),
    /// When it arrives, as its lines say.
    arrives: Option<Timestamp>,
    /// What its own rows send to the bank.
    sent: Money,
    /// What its own rows take from the processor's balance: what is sent, and a fee for sending it at once.
    drawn: Money,
    /// What its lines brought.
    pub lines: Money,
    has_lines: bool,
}

impl Payout {
    /// An empty one, first heard of in this row.
    pub(super) fn new(last_line: (Timestamp, RecordId), currency: Currency) -> Self {
        let zero = Money::zero(currency);
        Self { own: None, last_line, arrives: None, sent: zero, drawn: zero, lines: zero, has_lines: false }
    }

    pub(super) fn add_own_row(&mut self, row: (Timestamp, RecordId), line: &ProcessorLine) {
        self.own = Some(self.own.take().map_or(row.clone(), |own| own.min(row)));
        self.sent.minor = self.sent.minor.saturating_sub(line.gross.minor);
        self.drawn.minor = self.drawn.minor.saturating_sub(line.net.minor);
    }

    pub(super) fn add_line(&mut self, row: (Timestamp, RecordId), arrives: Option<Timestamp>, net: Money) {
        if self.last_line < row {
            self.last_line = row;
        }
        self.has_lines = true;
        self.arrives = self.arrives.max(arrives);
        self.lines.minor = self.lines.minor.saturating_add(net.minor);
    }

    /// The record that it is filed under.
    pub(super) fn id(&self) -> &RecordId {
        let (_, id) = self.own.as_ref().unwrap_or(&self.last_line);
        id
    }

    /// When it left, or, unlisted, when it arrives.
    pub(super) fn at(&self) -> Timestamp {
        self.own.as_ref().map_or(self.arrives.unwrap_or(self.last_line.0), |(at, _)| *at)
    }

    /// Whether the export lists it.
    pub(super) fn is_listed(&self) -> bool {
        self.own.is_some()
    }

    /// Whether some line names it.
    pub(super) fn has_lines(&self) -> bool {
        self.has_lines
    }

    /// What the bank is to receive.
    pub(super) fn amount(&self) -> Money {
        if self.is_listed() { self.sent } else { self.lines }
    }

    /// What its own rows took from the balance; none where the export does not list it.
    pub(super) fn drawn(&self) -> Option<Money> {
        self.is_listed().then_some(self.drawn)
    }
}
