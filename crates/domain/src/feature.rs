//! Features and labels: numbers known at an instant about a subject, and what happened later.

use crate::{RecordId, Token};
use jiff::Timestamp;

/// What was known about a sale or an attempt to pay at its own instant; columns as the registry of its kind lists them.
#[derive(Clone, PartialEq, Debug)]
pub struct FeatureRow {
    /// The invoice or authorisation.
    pub record: RecordId,
    /// Its buyer; of an attempt without one, the card.
    pub buyer: Token,
    /// Its instant.
    pub at: Timestamp,
    /// One number a column; NaN = missing.
    pub values: Vec<f32>,
}

/// The event came to pass for a subject.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// The invoice.
    pub record: RecordId,
    /// When it became known.
    pub known_at: Timestamp,
    /// Minor units of the invoice that the event cost.
    pub cost_minor: i64,
}
