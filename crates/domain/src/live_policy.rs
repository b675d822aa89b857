//! The part of the policy that rules on attempts.

use crate::{Action, Level, RiskKind};

/// How attempts are scored.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Mode {
    /// By the champion, which the refresh renews.
    #[default]
    Model,
    /// By the model that was installed first.
    StaticModel,
    /// Not at all: every attempt has the base rate, and rules decide by features.
    RulesOnly,
}

impl Mode {
    /// Each.
    pub const ALL: [Self; 3] = [Self::Model, Self::StaticModel, Self::RulesOnly];

    /// As the policy file says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::StaticModel => "static",
            Self::RulesOnly => "rules",
        }
    }
}

/// A bar on one live feature: both ends belong to it; a missing value reaches no bar.
#[derive(Clone, PartialEq, Debug)]
pub struct FeatureBar {
    /// Name of the feature.
    pub feature: String,
    /// Least value.
    pub at_least: f64,
    /// Most value.
    pub at_most: f64,
}

/// How much a rule may do in an hour before it stops itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Budget {
    /// Cards that it touches; none = any number.
    pub subjects: Option<u32>,
    /// Money that it touches, in minor units; none = any.
    pub money_minor: Option<i64>,
}

/// What a limit is, and how it ends.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct LimitRule {
    /// At most so much at once, in minor units.
    pub most_minor: Option<i64>,
    /// At most so many attempts within `per_seconds`.
    pub most_attempts: Option<u32>,
    /// Seconds.
    pub per_seconds: u32,
    /// It ends by itself after so long without tightening.
    pub for_seconds: u32,
    /// It ends earlier at an attempt that scores below this: lower than the bar that set it, so that it does not flutter.
    pub release_below_points: f64,
}

/// A rule: the first whose bars are all reached, and that has not stopped itself, decides.
#[derive(Clone, PartialEq, Debug)]
pub struct LiveRule {
    /// Shown with every decision that it makes.
    pub name: String,
    /// Attempts of this risk alone; none = any.
    pub kind: Option<RiskKind>,
    /// Attempts that do this alone; empty = any.
    pub doing: String,
    /// Least 0–5 score.
    pub min_points: f64,
    /// Least money at risk, in minor units.
    pub min_money_at_risk_minor: i64,
    /// Least amount, in minor units.
    pub min_amount_minor: i64,
    /// Bars on features.
    pub features: Vec<FeatureBar>,
    /// What to do.
    pub action: Action,
    /// What `limit_amount` and `limit_frequency` set.
    pub limit: Option<LimitRule>,
    /// When it stops itself.
    pub budget: Budget,
}

impl LiveRule {
    /// One that every attempt reaches.
    pub fn named(name: &str, action: Action) -> Self {
        Self {
            name: name.to_owned(),
            kind: None,
            doing: String::new(),
            min_points: 0.0,
            min_money_at_risk_minor: 0,
            min_amount_minor: 0,
            features: Vec::new(),
            action,
            limit: None,
            budget: Budget::default(),
        }
    }
}

/// How much is lent, and at which rate, from the expected loss.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LoanTerms {
    /// Most that may be expected to be lost with one loan, in minor units.
    pub most_expected_loss_minor: i64,
    /// Most that is ever lent at once, in minor units.
    pub most_minor: i64,
    /// What money costs, in hundredths of a percent a year.
    pub funding_bps: u32,
    /// What is to be earned beside, in hundredths of a percent a year.
    pub margin_bps: u32,
    /// Beyond this rate nothing is lent.
    pub most_rate_bps: u32,
}

/// What is answered when a ruling does not come in time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fallback {
    /// What is done; empty = whatever has no line of its own.
    pub doing: String,
    /// `allow` fails open, anything else fails closed.
    pub action: Action,
}

/// What is done about alerts of a level: who is told, when the next is, and how the card is limited.
#[derive(Clone, PartialEq, Debug)]
pub struct Plan {
    /// Alerts of this level and louder.
    pub level: Level,
    /// One after another: `mailto:…`, or the address of a webhook.
    pub tell: Vec<String>,
    /// Seconds without acknowledgement after which the next is told.
    pub escalate_seconds: u32,
    /// What holds for the card from then on, when an alert of a card opens or grows louder; none = nothing.
    pub limit: Option<LimitRule>,
}

/// The part of the policy that rules on attempts.
#[derive(Clone, PartialEq, Debug)]
pub struct LivePolicy {
    /// How attempts are scored.
    pub mode: Mode,
    /// Probability of the event where no model scores.
    pub base_rate: f64,
    /// Share of the amount that is lost when the event comes, in hundredths of a percent.
    pub loss_given_event_bps: u32,
    /// Days after which an attempt without a label counts as one without the event.
    pub maturity_days: u32,
    /// The same card with the same amount within so many seconds is a retry, and counts once.
    pub retry_seconds: u32,
    /// Attempts that lie further in the future are refused, in seconds.
    pub most_ahead_seconds: u32,
    /// In order of precedence.
    pub rules: Vec<LiveRule>,
    /// Of credit; none = nothing is lent by formula.
    pub loan: Option<LoanTerms>,
    /// What is answered out of time.
    pub fallbacks: Vec<Fallback>,
    /// Who is told.
    pub plans: Vec<Plan>,
}

impl Default for LivePolicy {
    /// What holds until a policy says otherwise: scored, nothing decided but `allow`, nobody told.
    fn default() -> Self {
        Self {
            mode: Mode::Model,
            base_rate: 0.01,
            loss_given_event_bps: 10_000,
            maturity_days: 7,
            retry_seconds: 60,
            most_ahead_seconds: 300,
            rules: Vec::new(),
            loan: None,
            fallbacks: Vec::new(),
            plans: Vec::new(),
        }
    }
}

impl LivePolicy {
    /// What is answered about this when the ruling does not come in time; `allow` where the policy says nothing.
    pub fn fallback(&self, doing: &str) -> Action {
        let of = |name: &str| self.fallbacks.iter().find(|fallback| fallback.doing == name);
        of(doing).or_else(|| of("")).map_or(Action::Allow, |fallback| fallback.action)
    }

    /// The plan for an alert: that of the loudest level which the alert reaches.
    pub fn plan(&self, level: Level) -> Option<&Plan> {
        self.plans.iter().filter(|plan| plan.level <= level).max_by_key(|plan| plan.level)
    }
}
