//! Attempts: what somebody is about to do, on which a decision is asked, and the one ruling that each ends in.

use crate::{Action, Digest, Level, Method, Money, RiskKind, Token};
use jiff::Timestamp;
use smol_str::SmolStr;

/// What somebody is about to do: a payment, a payout, a loan.
#[derive(Clone, PartialEq, Debug)]
pub struct Attempt {
    /// The caller's name for it, which is its idempotency key.
    pub id: SmolStr,
    /// SHA-256 of what was sent, so that the same id with another payload is known.
    pub payload: Digest,
    /// When it happens, as the caller says.
    pub at: Timestamp,
    /// Of which risk.
    pub kind: RiskKind,
    /// What is done, for example `payment`, `payout`.
    pub doing: SmolStr,
    /// How much.
    pub amount: Money,
    /// The instrument that pays, or the applicant: whom limits and alerts are about.
    pub card: Token,
    /// Where: a terminal, a merchant, an address.
    pub terminal: Option<Token>,
    /// The order that a later chargeback will name; empty where none is known.
    pub order: SmolStr,
    /// Nobody waited for the ruling any more: the stated fallback was answered, and stands.
    pub fell_back: bool,
}

/// The score of an attempt.
#[derive(Clone, PartialEq, Debug)]
pub struct Assessed {
    /// What made it.
    pub method: Method,
    /// Probability of the event.
    pub probability: f64,
    /// 0 to 5.
    pub points: f64,
    /// How loudly to warn.
    pub level: Level,
    /// Probability × loss given the event × amount.
    pub money_at_risk: Money,
    /// Base rate, one a feature, calibration: natural-log odds that sum to those of `probability`. The base rate alone where
    /// no model scores.
    pub moved: Vec<f64>,
}

/// What a rule limits from a ruling on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Terms {
    /// At most so much at once, in minor units of the attempt's currency.
    pub most_minor: Option<i64>,
    /// Attempts within `per_seconds`.
    pub most_attempts: Option<u32>,
    /// The time within which attempts are counted.
    pub per_seconds: u32,
    /// Yearly rate that covers the expected loss, in hundredths of a percent; of credit.
    pub rate_bps: Option<u32>,
    /// When it ends by itself.
    pub until: Timestamp,
}

/// What another model, policy or mode would have decided; nobody was told.
#[derive(Clone, PartialEq, Debug)]
pub struct WouldHave {
    /// Whose decision.
    pub by: Shadow,
    /// Its score.
    pub points: f64,
    /// Its action.
    pub action: Action,
    /// Its rule.
    pub rule: String,
}

/// Who decides in the shadow.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Shadow {
    /// The challenger, under the policy in force.
    Challenger,
    /// The policy in the shadow, with the champion.
    Policy,
    /// The rules alone, without a model.
    RulesOnly,
    /// The model that was installed first and is never renewed.
    StaticModel,
}

impl Shadow {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Challenger => "challenger",
            Self::Policy => "shadow policy",
            Self::RulesOnly => "rules only",
            Self::StaticModel => "static model",
        }
    }
}

/// What was answered about an attempt. Every attempt has exactly one.
#[derive(Clone, PartialEq, Debug)]
pub struct Ruling {
    /// The attempt.
    pub attempt: Attempt,
    /// What was known before it; columns as the registry of live features lists them.
    pub features: Vec<f32>,
    /// Its score.
    pub score: Assessed,
    /// What to do.
    pub action: Action,
    /// The rule that decided, or `default`.
    pub rule: String,
    /// What holds for the card from here on, or with the loan.
    pub terms: Option<Terms>,
    /// Rules that have stopped themselves and were passed over.
    pub stopped: Vec<String>,
    /// What others would have decided.
    pub would_have: Vec<WouldHave>,
}

/// How a label came to be known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum LabelSource {
    /// Somebody told it through the API.
    Told,
    /// A chargeback of the order.
    Chargeback,
    /// An alert was closed with it.
    Disposition,
}

impl LabelSource {
    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Told => "told",
            Self::Chargeback => "chargeback",
            Self::Disposition => "disposition",
        }
    }
}

/// What came of an attempt. The last one known stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// The attempt.
    pub attempt: SmolStr,
    /// When the attempt happened.
    pub at: Timestamp,
    /// Whose it was.
    pub card: Token,
    /// Where it was.
    pub terminal: Option<Token>,
    /// Whether the event came.
    pub event: bool,
    /// When that became known.
    pub known_at: Timestamp,
    /// From where.
    pub source: LabelSource,
}

/// What a live model does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Role {
    /// It decides.
    Champion,
    /// It decides in the shadow.
    Challenger,
}

/// A card or terminal that is always refused or always let through.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// Card or terminal.
    pub token: Token,
    /// Refused, or let through; none takes it off both lists.
    pub list: Option<List>,
    /// When it ends by itself; none = when it is taken off.
    pub until: Option<Timestamp>,
    /// Who listed it.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// The two lists.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum List {
    /// Refused before any rule.
    Block,
    /// Let through before any rule; blocking wins.
    Allow,
}
