//! Parties: who the business deals with. An id is stable; merges and splits are history.

use crate::{PartyId, Token};
use jiff::Timestamp;

/// What a party is to the business.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum PartyKind {
    /// Buys, and is known by an account.
    Buyer,
    /// Buys without an account: each guest invoice is its own party until linked.
    Guest,
}

/// A party, as known so far.
#[derive(Clone, PartialEq, Debug)]
pub struct Party {
    /// Stable.
    pub id: PartyId,
    /// What it is.
    pub kind: PartyKind,
    /// The tokens by which sources know it, in order.
    pub tokens: Vec<Token>,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// Country as last written.
    pub country: String,
}
