//! Exceptions: what did not settle, named for the rule it breaks, with its money at risk.

use crate::{Money, RecordId};
use jiff::Timestamp;

macro_rules! rules {
    ($($(#[$doc:meta])* $rule:ident => $text:literal, $fix:literal;)*) => {
        /// The rule that is broken. The same word in code, API, pages and documents.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum ExceptionRule { $($(#[$doc])* $rule,)* }

        impl ExceptionRule {
            /// Every rule.
            pub const ALL: &[Self] = &[$(Self::$rule,)*];

            /// The rule's name as written everywhere.
            pub fn name(self) -> &'static str {
                match self { $(Self::$rule => stringify!($rule),)* }
            }

            /// One sentence for people.
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$rule => $text,)* }
            }

            /// What usually helps, for people.
            pub fn suggested_fix(self) -> &'static str {
                match self { $(Self::$rule => $fix,)* }
            }

            /// The rule of a name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|rule| rule.name() == name)
            }
        }
    };
}

rules! {
    /// An order is older than the payment grace and nothing paid it.
    OrderWithoutPayment => "No payment settles this order.",
        "Import the processor's newer exports; else ask the buyer, or write the debt off.";
    /// Payments settle less than the order.
    OrderUnderpaid => "The payments are less than the order.",
        "Ask the buyer for the rest; a few cents are best suppressed until a day.";
    /// A payment names no known order and fits none.
    PaymentWithoutOrder => "No order explains this payment.",
        "Import the shop's newer orders; else find whose it is by the nearest candidates, or give it back.";
    /// A second payment in full for an order that is paid.
    DuplicateCharge => "The order was paid in full before; this payment doubles it.",
        "Refund the second payment: the next import then voids it by itself.";
    /// The refunds of a payment are more than the payment.
    RefundExceedsPayment => "The refunds of this payment are more than the payment.",
        "Ask the processor who made the refund; claim back what is too much.";
    /// A refund names a payment that is not in any file.
    RefundWithoutPayment => "The payment that this refund gives back is in no file.",
        "Import the processor's older exports, in which the payment stands.";
    /// A refund that no credit note explains.
    RefundWithoutCreditNote => "No credit note explains this refund.",
        "Write the credit note in the shop, or ask who made the refund.";
    /// A credit note is older than the refund grace and nothing refunded it.
    CreditNoteWithoutRefund => "No refund settles this credit note.",
        "Make the refund, or cancel the credit note in the shop.";
    /// The bank received less than the payout.
    PayoutShort => "The bank received less than the processor paid out.",
        "Compare the bank's advice with the payout: a fee is resolved as such, anything else is claimed.";
    /// A payout is older than the payout grace and no bank line shows it.
    PayoutMissing => "No bank line shows this payout.",
        "Import the bank's newer statement; else ask the processor where the payout is.";
    /// A payout's lines do not sum to it.
    SettlementLineMissing => "The lines of this payout do not sum to it.",
        "Fetch the payout's export again: lines are missing in it, or doubled.";
    /// Payments and order differ by the smallest unit of their currency.
    RoundingDifference => "Payments and order differ by the smallest unit of the currency.",
        "Nothing is owed: resolve it as a rounding difference, or suppress such ones until a day.";
    /// A buyer who pays by instalments paid more than the order, as instalments that bear interest do.
    InstalmentInterest => "The buyer paid by instalments, and more than the order.",
        "It is the interest of whoever lends: resolve it as such; nothing is to be given back.";
    /// A transfer to a seller that nothing owed to one explains.
    SellerPaymentUnexplained => "Nothing that a seller is owed explains this transfer.",
        "Import the shop's newer orders, or name the seller in the policy; else claim back what is too much.";
    /// A bank line that nothing explains.
    BankLineUnexplained => "Nothing explains this bank line.",
        "Say what it is in the books that it belongs to, or import what explains it; else resolve it with its reason.";
}

/// Where an exception stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Status {
    /// To be looked at.
    Open,
    /// Cleared by itself: the other side arrived.
    Cleared,
}

/// One exception.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Exception {
    /// `Rule/record`, for example `DuplicateCharge/stripe:txn_42`.
    pub id: String,
    /// Which rule.
    pub rule: ExceptionRule,
    /// The record that breaks it.
    pub record: RecordId,
    /// Others that bear on it: the order, the first payment, the nearest candidates.
    pub related: Vec<RecordId>,
    /// When the record happened, for ageing.
    pub at: Timestamp,
    /// What may be lost, never negative.
    pub money_at_risk: Money,
    /// What is missing or too much, in words with figures.
    pub explanation: String,
    /// Where it stands.
    pub status: Status,
}
