//! Exceptions as they are shown.

use super::{CandidateView, HandlingView, MoneyView, SumView};
use domain::{Exception, Status};
use jiff::Timestamp;
use serde::Serialize;
use store::ExceptionTotal;

/// What did not settle.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ExceptionView {
    /// `Rule/record`.
    pub id: String,
    /// The rule that is broken.
    pub rule: &'static str,
    /// The rule in one sentence.
    pub sentence: &'static str,
    /// `open` or `cleared`.
    pub status: &'static str,
    /// The record that breaks it.
    pub record: String,
    /// Others that bear on it.
    pub related: Vec<String>,
    /// When the record happened.
    pub at: String,
    /// Whole days from then to the last reconcile; none before the first.
    pub age_days: Option<i64>,
    /// What may be lost.
    pub money_at_risk: MoneyView,
    /// What is missing or too much.
    pub explanation: String,
    /// What usually helps.
    pub suggested_fix: &'static str,
    /// Where it stands with people; none where nobody did anything about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handling: Option<HandlingView>,
    /// What comes nearest to explaining it, where one exception is shown alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nearest: Vec<CandidateView>,
}

impl ExceptionView {
    /// An exception, aged to `as_of`.
    pub fn new(exception: &Exception, as_of: Option<Timestamp>) -> Self {
        Self {
            id: exception.id.clone(),
            rule: exception.rule.name(),
            sentence: exception.rule.sentence(),
            status: status_name(exception.status),
            record: exception.record.to_string(),
            related: exception.related.iter().map(ToString::to_string).collect(),
            at: exception.at.to_string(),
            age_days: as_of.map(|now| (now.as_second() - exception.at.as_second()).div_euclid(86_400)),
            money_at_risk: exception.money_at_risk.into(),
            explanation: exception.explanation.clone(),
            suggested_fix: exception.rule.suggested_fix(),
            handling: None,
            nearest: Vec::new(),
        }
    }
}

/// The exceptions of one rule and status in one line.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct RuleTotalView {
    /// The rule.
    pub rule: &'static str,
    /// The rule in one sentence.
    pub sentence: &'static str,
    /// `open` or `cleared`.
    pub status: &'static str,
    /// How many.
    pub count: u64,
    /// Their money at risk together, in this currency.
    pub money_at_risk: MoneyView,
    /// The same in the reporting currency; none where it is that one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reporting: Option<SumView>,
}

impl From<&ExceptionTotal> for RuleTotalView {
    fn from(total: &ExceptionTotal) -> Self {
        Self {
            rule: total.rule.name(),
            sentence: total.rule.sentence(),
            status: status_name(total.status),
            count: total.count,
            money_at_risk: MoneyView::new(total.money_at_risk_minor, total.currency),
            reporting: None,
        }
    }
}

/// Lower-case name.
fn status_name(status: Status) -> &'static str {
    match status {
        Status::Open => "open",
        Status::Cleared => "cleared",
    }
}
