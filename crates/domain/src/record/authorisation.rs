//! Attempts to pay: what is asked before money moves, whether or not it then does.

use crate::{Money, Token};

/// How an attempt to pay ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AuthorisationOutcome {
    /// It may be charged.
    Approved,
    /// Who issued the card said no.
    Declined,
    /// Nobody could say: a time-out, a broken line, an error of the processor's.
    Failed,
    /// It is asked about before the card's issuer is.
    Pending,
}

impl AuthorisationOutcome {
    /// Every outcome.
    pub const ALL: [Self; 4] = [Self::Approved, Self::Declined, Self::Failed, Self::Pending];

    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Failed => "failed",
            Self::Pending => "pending",
        }
    }
}

/// Somebody tries to pay. It posts nothing and settles nothing: what moved a balance is a
/// [`ProcessorLine`](crate::ProcessorLine). It is what a fraud is seen by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Authorisation {
    /// Positive.
    pub amount: Money,
    /// How it ended.
    pub outcome: AuthorisationOutcome,
    /// Why, in the processor's word; may be empty.
    pub reason: String,
    /// How long the answer took.
    pub latency_ms: Option<u32>,
    /// The processor's own name of the payment that came of it, which its refund and its dispute name.
    pub charge: Option<String>,
    /// The shop's order or invoice number.
    pub order_reference: Option<String>,
    /// Who buys, as a token.
    pub buyer: Option<Token>,
    /// What is paid with, as a token of the processor's own token: never of a card's number.
    pub card: Option<Token>,
    /// What it is done on, as a token.
    pub device: Option<Token>,
    /// Where goods or bills go, as a token.
    pub address: Option<Token>,
    /// Who sells on a marketplace; may be empty.
    pub seller: String,
    /// Where it is paid: a shop, a till, a terminal; may be empty.
    pub merchant: String,
    /// The country that the buyer pays from; may be empty.
    pub country: String,
}
