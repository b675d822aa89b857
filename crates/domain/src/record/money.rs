//! What those who hold money say: processors, banks, and a shop about what its buyers paid.

use crate::{Country, Money, RecordId, Token};
use jiff::Timestamp;
use jiff::civil::Date;

/// What moved the processor's balance (the words of Stripe's reporting categories).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ProcessorCategory {
    /// A buyer paid.
    Charge,
    /// Money went back to a buyer.
    Refund,
    /// Money went to the shop's bank.
    Payout,
    /// A buyer's bank took a payment back.
    Dispute,
    /// A dispute was won.
    DisputeReversal,
    /// A fee of the processor's own.
    Fee,
    /// Anything else that moved the balance.
    Adjustment,
    /// Money that the processor keeps back for a time (negative), or lets go (positive).
    Reserve,
    /// Money went to the account of a seller (negative), or came back from there.
    Transfer,
}

/// A movement of the processor's balance. `net = gross − fee`; signs are the balance's (a refund is negative).
#[derive(Clone, PartialEq, Debug)]
pub struct ProcessorLine {
    /// What moved.
    pub category: ProcessorCategory,
    /// Before the processor's fee, in the balance's currency.
    pub gross: Money,
    /// The processor's fee, positive when charged.
    pub fee: Money,
    /// What the balance moved by.
    pub net: Money,
    /// The object that moved it: a charge, refund or payout by the processor's own name.
    pub source_id: String,
    /// The charge that a refund or dispute is about (a charge names itself).
    pub charge: Option<String>,
    /// The payout that carried it to the bank; none while pending.
    pub payout: Option<String>,
    /// When that payout arrives, by the processor.
    pub payout_at: Option<Timestamp>,
    /// The shop's order or invoice number, where the shop passed one on.
    pub order_reference: Option<String>,
    /// The processor's customer, as a token.
    pub customer: Option<Token>,
    /// Free text.
    pub description: String,
    /// What the buyer saw on the card, where that was another currency.
    pub presentment: Option<Money>,
    /// Of the bank that issued the buyer's card, where the source tells it: fees depend on it.
    pub card_country: Option<Country>,
}

/// The payout of a processor line that came without one: the line itself stands as it came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PayoutNamed {
    /// The line.
    pub line: RecordId,
    /// The payout that carried it to the bank.
    pub payout: String,
    /// When that payout arrives, by the processor.
    pub payout_at: Option<Timestamp>,
    /// What the line moved the balance by.
    pub net: Money,
}

/// A booked line of a bank statement; credits positive.
#[derive(Clone, PartialEq, Debug)]
pub struct BankLine {
    /// The account's own number (IBAN), the shop's.
    pub account: String,
    /// Signed.
    pub amount: Money,
    /// Booking date.
    pub booked: Date,
    /// The bank's reference, may be empty.
    pub reference: String,
    /// The other side's end-to-end reference, may be empty.
    pub end_to_end: String,
    /// Remittance text.
    pub remittance: String,
    /// The other side, as a token.
    pub counterparty: Option<Token>,
}

/// What a shop or marketplace says that a buyer paid, where no export shows the balance that the money went to.
///
/// Posts the amount to marketplace clearing (who took the money still owes it) against payments unapplied, and settles
/// the order that it names as a processor's charge does. A shop whose processor's export is imported too does not
/// import these: both would say that the buyer paid.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BuyerPayment {
    /// The shop's order number.
    pub order_reference: String,
    /// In the source's words: `credit_card`, `voucher`; may be empty.
    pub method: String,
    /// Into how many the buyer split it; 1 = at once.
    pub instalments: u32,
    /// Positive.
    pub amount: Money,
}
