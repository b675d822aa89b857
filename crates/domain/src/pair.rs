//! Pairs of records that a model is not sure of, and what people say of them. A pair is named by what its two records
//! hold, as tokens: the answer stands when the same rows are read again, and nothing can be read back from it.

use crate::{Digest, Token};

/// Names a pair of records by their content; either order is the same pair.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct PairKey {
    low: Token,
    high: Token,
}

impl PairKey {
    /// The pair of two records.
    ///
    /// ```
    /// use domain::{PairKey, Token};
    /// let (a, b) = (Token([1; 16]), Token([2; 16]));
    /// assert_eq!(PairKey::of(a, b), PairKey::of(b, a));
    /// ```
    pub fn of(one: Token, other: Token) -> Self {
        Self { low: one.min(other), high: one.max(other) }
    }

    /// The records of the pair, the smaller token first.
    pub fn records(self) -> (Token, Token) {
        (self.low, self.high)
    }
}

/// Whether two records are one thing, as somebody said.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PairAnswer {
    /// They are one thing: they stand together, whatever a model says.
    Same,
    /// They are not: they never stand together.
    Different,
    /// It cannot be told: the model decides, and the pair is not asked again.
    Unsure,
}

impl PairAnswer {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Same, Self::Different, Self::Unsure];

    /// In lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Different => "different",
            Self::Unsure => "unsure",
        }
    }

    /// The answer of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.name() == name)
    }

    /// What a model may learn of it.
    pub fn is_same(self) -> Option<bool> {
        match self {
            Self::Same => Some(true),
            Self::Different => Some(false),
            Self::Unsure => None,
        }
    }
}

/// Pairs that wait for answers, those that teach most first. Their rows may name people, so they are kept as raw files
/// are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PairQueue {
    /// The tables, as the user named them.
    pub tables: String,
    /// The pairs with their rows and reasons, by the digest of their bytes.
    pub pairs: Digest,
    /// How many there are.
    pub count: u32,
}
