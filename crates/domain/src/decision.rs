//! Decisions: what to do about an event. Every transaction ends in exactly one.

use crate::RecordId;
use jiff::Timestamp;

/// What to do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Action {
    /// Let it through.
    Allow,
    /// Let it through and tell somebody.
    Warn,
    /// Ask for more proof of who it is.
    Challenge,
    /// Let it through up to an amount.
    LimitAmount,
    /// Let it through so many times within a time.
    LimitFrequency,
    /// A person looks at it.
    Review,
    /// Keep it back until a person has looked.
    Hold,
    /// Not at all.
    Refuse,
}

impl Action {
    /// Each, the mildest first.
    pub const ALL: [Self; 8] = [
        Self::Allow,
        Self::Warn,
        Self::Challenge,
        Self::LimitAmount,
        Self::LimitFrequency,
        Self::Review,
        Self::Hold,
        Self::Refuse,
    ];

    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Challenge => "challenge",
            Self::LimitAmount => "limit_amount",
            Self::LimitFrequency => "limit_frequency",
            Self::Review => "review",
            Self::Hold => "hold",
            Self::Refuse => "refuse",
        }
    }

    /// The action of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }
}

/// What was decided about one transaction.
#[derive(Clone, PartialEq, Debug)]
pub struct Decision {
    /// The transaction.
    pub record: RecordId,
    /// When.
    pub at: Timestamp,
    /// What to do.
    pub action: Action,
    /// The policy's rule that fired, or `default`.
    pub rule: String,
    /// The 0–5 score that it was decided on.
    pub points: f64,
}
