//! Settlements: records that settle each other, with each minor unit assigned once.
//!
//! DESIGN calls this a *match*; in code the noun is `Settlement`, as `match` is a keyword.

use crate::{Money, RecordId};
use smol_str::SmolStr;

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
    /// A payout that the export names but does not list: it is the sum of its lines (an identity of the format).
    PayoutImplied,
    /// Bank lines settle payouts.
    PayoutReceived,
    /// A payout that names no lines takes from the balance what came first; it moves no account.
    PayoutDrawn,
    /// A bank line pays a seller what is owed of sales.
    SellerPaid,
    /// A processor's transfer pays a seller what is owed of sales.
    SellerTransferred,
    /// What came back of a processor's transfer to a seller, and the transfer; it moves no account.
    TransferReturned,
    /// What came back of a payment to a seller by bank, and the payment; it moves no account.
    BankPaymentReturned,
}

impl SettlementKind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::OrderPaid,
        Self::CreditNoteRefunded,
        Self::OrderCancelled,
        Self::PaymentVoided,
        Self::PayoutImplied,
        Self::PayoutReceived,
        Self::PayoutDrawn,
        Self::SellerPaid,
        Self::SellerTransferred,
        Self::TransferReturned,
        Self::BankPaymentReturned,
    ];

    /// Whether it pays a seller.
    pub fn pays_a_seller(self) -> bool {
        matches!(self, Self::SellerPaid | Self::SellerTransferred)
    }

    /// Lower-case name, as in the settlement's id.
    pub fn name(self) -> &'static str {
        match self {
            Self::OrderPaid => "order-paid",
            Self::CreditNoteRefunded => "credit-note-refunded",
            Self::OrderCancelled => "order-cancelled",
            Self::PaymentVoided => "payment-voided",
            Self::PayoutImplied => "payout-implied",
            Self::PayoutReceived => "payout-received",
            Self::PayoutDrawn => "payout-drawn",
            Self::SellerPaid => "seller-paid",
            Self::SellerTransferred => "seller-transferred",
            Self::TransferReturned => "transfer-returned",
            Self::BankPaymentReturned => "bank-payment-returned",
        }
    }
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
    pub id: SmolStr,
    /// What settles what.
    pub kind: SettlementKind,
    /// Why these: `order reference`, `equal amount within 3 days`, …
    pub reason: SmolStr,
    /// The seller that is paid; none where none is.
    pub seller: Option<String>,
    /// What is settled (orders, credit notes, payouts; what a seller is owed of a sale).
    pub settled: Vec<Share>,
    /// What settles it (payments, refunds, bank lines, transfers).
    pub by: Vec<Share>,
    /// Set when a later reconcile took it back; the entry is reversed and linked.
    pub withdrawn: bool,
}
