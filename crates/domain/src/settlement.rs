//! Settlements: records that settle each other, with each minor unit assigned once.
//!
//! DESIGN calls this a *match*; in code the noun is `Settlement`, as `match` is a keyword.

use crate::{Money, RecordId};

/// What settles what.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SettlementKind {
    /// Payments settle an order.
    OrderPaid,
    /// Refunds settle a credit note.
    CreditNoteRefunded,
    /// A credit note cancels an order that was never paid.
    OrderCancelled,
    /// A payment given back in full before it settled anything.
    PaymentVoided,
    /// Bank lines settle payouts.
    PayoutReceived,
}

/// How much of one record a settlement uses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Share {
    /// The record.
    pub record: RecordId,
    /// Minor units of it that are assigned here; together over all settlements never more than the record holds.
    pub amount: Money,
}

/// Records that settle each other.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settlement {
    /// `kind/first record`.
    pub id: String,
    /// What settles what.
    pub kind: SettlementKind,
    /// Why these: `order reference`, `equal amount within 3 days`, …
    pub reason: String,
    /// What is settled (orders, credit notes, payouts).
    pub settled: Vec<Share>,
    /// What settles it (payments, refunds, bank lines).
    pub by: Vec<Share>,
    /// Set when a later reconcile took it back; the entry is reversed and linked.
    pub withdrawn: bool,
}
