//! Scores: a calibrated probability, a 0–5 score, and reasons that sum to its log-odds.

use crate::{Digest, Money, PartyId, RecordId};
use jiff::Timestamp;
use std::fmt;

/// Who or what is scored.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Subject {
    /// One transaction, by its record.
    Transaction(RecordId),
    /// A buyer or guest.
    Buyer(PartyId),
    /// The business itself.
    Business,
}

/// `transaction/online-retail:536365`, `buyer/buyer:3f…`, `business`.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transaction(record) => write!(f, "transaction/{record}"),
            Self::Buyer(party) => write!(f, "buyer/{party}"),
            Self::Business => f.write_str("business"),
        }
    }
}

/// The kinds of risk (third paper; market and liquidity are the business's alone).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum RiskKind {
    /// Does not pay.
    Credit,
    /// The transaction turns bad: returned, disputed, fraudulent.
    Transaction,
    /// Breaks a law or a contract.
    Compliance,
    /// The systems fail.
    System,
}

impl RiskKind {
    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Credit => "credit",
            Self::Transaction => "transaction",
            Self::Compliance => "compliance",
            Self::System => "system",
        }
    }
}

/// What made the score.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    /// Rules for subjects without enough history of their own.
    ColdStart,
    /// The installed model, by its digest.
    Model(Digest),
    /// The sum over the subjects below.
    Aggregate,
}

/// One reason: how far it moved the log-odds.
#[derive(Clone, PartialEq, Debug)]
pub struct Reason {
    /// The feature, or `base rate`, `calibration`, `spread over invoices`.
    pub name: String,
    /// The feature's value in words; empty where it has none.
    pub value: String,
    /// Natural-log odds, positive = riskier.
    pub log_odds: f64,
}

/// A letter for the 0–5 score: A below 1, then one a point, E from 4.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[expect(missing_docs, reason = "letters")]
pub enum Grade {
    A,
    B,
    C,
    D,
    E,
}

impl Grade {
    /// The grade of a 0–5 score.
    pub fn of(points: f64) -> Self {
        match points {
            p if p < 1.0 => Self::A,
            p if p < 2.0 => Self::B,
            p if p < 3.0 => Self::C,
            p if p < 4.0 => Self::D,
            _ => Self::E,
        }
    }
}

/// How loudly to warn; the cuts stand in the policy.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    /// Nothing to do.
    Normal,
    /// Keep an eye on it.
    Watch,
    /// Act soon.
    Warning,
    /// Act now.
    Critical,
}

impl Level {
    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Watch => "watch",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

/// A score.
#[derive(Clone, PartialEq, Debug)]
pub struct Score {
    /// Who or what.
    pub subject: Subject,
    /// Of which risk.
    pub kind: RiskKind,
    /// Fresh to this instant.
    pub at: Timestamp,
    /// What made it.
    pub method: Method,
    /// Probability of the event within its horizon.
    pub probability: f64,
    /// 0 (best) to 5 (worst), linear in log-odds between the policy's two ends.
    pub points: f64,
    /// How loudly to warn.
    pub level: Level,
    /// What stands to be lost if everything is.
    pub exposure: Money,
    /// probability × loss given the event × exposure, rounded half to even for a transaction, a sum above it.
    pub money_at_risk: Money,
    /// Sum to the log-odds of `probability`; by size, largest first.
    pub reasons: Vec<Reason>,
}

impl Score {
    /// The letter of the score.
    pub fn grade(&self) -> Grade {
        Grade::of(self.points)
    }

    /// ln(p / (1 − p)).
    pub fn log_odds(&self) -> f64 {
        (self.probability / (1.0 - self.probability)).ln()
    }
}
