//! Scores, their reasons, and decisions as they are shown.

use super::{MoneyView, NotConverted};
use domain::{Decision, Method, Reason, Score, Subject};
use engine::observe::FEATURES;
use serde::Serialize;

/// One reason.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ReasonView {
    /// The feature, or what stands for one.
    pub name: String,
    /// What that is, in one sentence with the unit; empty where the registry does not know it.
    pub sentence: &'static str,
    /// The feature's value; empty where it has none.
    pub value: String,
    /// Natural-log odds, positive = riskier.
    pub log_odds: f64,
}

impl From<&Reason> for ReasonView {
    fn from(reason: &Reason) -> Self {
        Self {
            name: reason.name.clone(),
            sentence: sentence(&reason.name),
            value: reason.value.clone(),
            log_odds: reason.log_odds,
        }
    }
}

/// The registry's sentence of a feature, or of a reason that is none.
fn sentence(name: &str) -> &'static str {
    match name {
        "base rate" => "Where every score starts: how often the event comes at all.",
        "calibration" => "What calibration adds, so that a probability means what it says.",
        "ends of the scale" => "What is cut where a model is surer than one in 160,000.",
        "few sales of its own" => "The buyer has few matured sales: how young buyers differ.",
        "value against the shop's normal" => "How far the amount lies from the shop's normal.",
        "open dispute" => "The buyer's bank took the payment back, and the dispute is not decided.",
        "spread over sales" => "What the mean of probabilities is away from the mean of log-odds.",
        name => FEATURES.iter().find(|feature| feature.name == name).map_or("", |feature| feature.sentence),
    }
}

/// A live score.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ScoreView {
    /// `transaction/…`, `buyer/…` or `business`.
    pub subject: String,
    /// `transaction`, `buyer` or `business`.
    pub of: &'static str,
    /// The record or party; empty for the business.
    pub id: String,
    /// Of which risk.
    pub kind: &'static str,
    /// Fresh to this instant.
    pub at: String,
    /// `cold start`, `model` or `aggregate`.
    pub method: &'static str,
    /// The model's digest.
    pub model: Option<String>,
    /// Of the event within its horizon.
    pub probability: f64,
    /// 0 (best) to 5 (worst).
    pub points: f64,
    /// `A` to `E`.
    pub grade: String,
    /// `normal`, `watch`, `warning` or `critical`.
    pub level: &'static str,
    /// What stands to be lost if everything is.
    pub exposure: MoneyView,
    /// Why the sale's amount is not known in the reporting currency; exposure and money at risk then count as nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_converted: Option<NotConverted>,
    /// probability × loss given the event × exposure.
    pub money_at_risk: MoneyView,
    /// ln(p / (1 − p)): the sum of the reasons.
    pub log_odds: f64,
    /// Largest first.
    pub reasons: Vec<ReasonView>,
}

impl From<&Score> for ScoreView {
    fn from(score: &Score) -> Self {
        let (of, id) = subject(&score.subject);
        let (method, model) = method(&score.method);
        Self {
            subject: score.subject.to_string(),
            of,
            id,
            kind: score.kind.name(),
            at: score.at.to_string(),
            method,
            model,
            probability: score.probability,
            points: score.points,
            grade: format!("{:?}", score.grade()),
            level: score.level.name(),
            exposure: score.exposure.into(),
            not_converted: None,
            money_at_risk: score.money_at_risk.into(),
            log_odds: score.log_odds(),
            reasons: score.reasons.iter().map(ReasonView::from).collect(),
        }
    }
}

fn subject(subject: &Subject) -> (&'static str, String) {
    match subject {
        Subject::Transaction(record) => ("transaction", record.to_string()),
        Subject::Buyer(party) => ("buyer", party.to_string()),
        Subject::Business => ("business", String::new()),
    }
}

fn method(method: &Method) -> (&'static str, Option<String>) {
    match method {
        Method::ColdStart => ("cold start", None),
        Method::Model(digest) => ("model", Some(digest.to_string())),
        Method::Aggregate => ("aggregate", None),
    }
}

/// What was decided about a transaction.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct DecisionView {
    /// The transaction.
    pub record: String,
    /// When.
    pub at: String,
    /// `allow`, `warn`, `review` or `hold`.
    pub action: &'static str,
    /// The policy's rule that fired, or `default`.
    pub rule: String,
    /// The 0–5 score that it was decided on.
    pub points: f64,
}

impl From<&Decision> for DecisionView {
    fn from(decision: &Decision) -> Self {
        Self {
            record: decision.record.to_string(),
            at: decision.at.to_string(),
            action: decision.action.name(),
            rule: decision.rule.clone(),
            points: decision.points,
        }
    }
}
