//! A ruling as it is answered.

use domain::{Grade, Method, Ruling, Terms};
use engine::observe::payment_columns;
use learn::ModelFile;
use serde::Serialize;
use std::borrow::Cow;

/// One part of a score.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Part {
    /// The feature, or `base rate`, `calibration`.
    pub name: Cow<'static, str>,
    /// Its value; none where it is missing or none belongs to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f32>,
    /// Natural-log odds, positive = riskier.
    pub log_odds: f64,
}

/// What holds from a ruling on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct TermsView {
    /// At most so much at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub most: Option<String>,
    /// At most so many attempts …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub most_attempts: Option<u32>,
    /// … within so many seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_seconds: Option<u32>,
    /// Yearly rate in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_percent: Option<String>,
    /// When it ends.
    pub until: String,
}

/// What another would have decided.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct WouldHaveView {
    /// Who.
    pub by: &'static str,
    /// Its score.
    pub points: f64,
    /// Its action.
    pub action: &'static str,
    /// Its rule.
    pub rule: String,
}

/// A ruling.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct RulingView {
    /// The attempt.
    pub id: String,
    /// When it happened.
    pub at: String,
    /// Of which risk.
    pub kind: &'static str,
    /// What to do.
    pub action: &'static str,
    /// The rule that decided.
    pub rule: String,
    /// What holds from here on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms: Option<TermsView>,
    /// Rules that stand still because they were beyond their budget.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stopped_rules: Vec<String>,
    /// Probability of the event.
    pub probability: f64,
    /// 0 to 5.
    pub points: f64,
    /// A to E.
    pub grade: String,
    /// `normal`, `watch`, `warning`, `critical`.
    pub level: &'static str,
    /// Expected loss, in the reporting currency.
    pub money_at_risk: String,
    /// Its currency.
    pub currency: String,
    /// The model's digest; none where the base rate stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Path contributions, the largest first; they sum to the log-odds.
    pub contributions: Vec<Part>,
    /// Exact Shapley values, for what is flagged and for whoever asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shapley: Option<Vec<Part>>,
    /// What others would have decided.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub would_have: Vec<WouldHaveView>,
}

impl RulingView {
    /// A ruling, without Shapley values.
    pub fn new(ruling: &Ruling) -> Self {
        let score = &ruling.score;
        let would_have = ruling.would_have.iter().map(|would| WouldHaveView {
            by: would.by.name(),
            points: would.points,
            action: would.action.name(),
            rule: would.rule.clone(),
        });
        Self {
            id: ruling.attempt.id.to_string(),
            at: ruling.attempt.at.to_string(),
            kind: ruling.attempt.kind.name(),
            action: ruling.action.name(),
            rule: ruling.rule.clone(),
            terms: ruling.terms.as_ref().map(|terms| terms_of(ruling, terms)),
            stopped_rules: ruling.stopped.clone(),
            probability: score.probability,
            points: score.points,
            grade: format!("{:?}", Grade::of(score.points)),
            level: score.level.name(),
            money_at_risk: major(score.money_at_risk),
            currency: score.money_at_risk.currency.code().to_owned(),
            model: model_of(ruling).map(|digest| digest.to_string()),
            contributions: contributions(ruling),
            shapley: None,
            would_have: would_have.collect(),
        }
    }

    /// With exact Shapley values of the model that scored.
    pub fn with_shapley(mut self, ruling: &Ruling, model: &ModelFile) -> Self {
        let row = row_of(model, &ruling.features);
        let told = model.explain(&row);
        let calibration = model.score(&row) - told.log_odds();
        let mut moved = vec![told.bias];
        moved.extend(told.contributions);
        moved.push(calibration);
        self.shapley = Some(parts(|at| column_of(model, at), ruling, &moved));
        self
    }
}

/// The model that scored.
pub fn model_of(ruling: &Ruling) -> Option<domain::Digest> {
    match ruling.score.method {
        Method::Model(digest) => Some(digest),
        _ => None,
    }
}

/// Whether somebody is to look at a ruling: it is then answered with exact Shapley values.
pub fn is_flagged(ruling: &Ruling) -> bool {
    ruling.action >= domain::Action::Review || ruling.score.level >= domain::Level::Warning
}

/// The column of a feature.
fn place_of(name: &str) -> Option<usize> {
    payment_columns().iter().position(|column| *column == name)
}

fn row_of(model: &ModelFile, features: &[f32]) -> Vec<f32> {
    let value = |name: &String| place_of(name).and_then(|place| features.get(place).copied());
    model.feature_names().iter().map(|name| value(name).unwrap_or(f32::NAN)).collect()
}

/// The parts of a score as they were when it was made. The columns of live models are those of the registry.
pub fn contributions(ruling: &Ruling) -> Vec<Part> {
    let column = |at: usize| (payment_columns().get(at).copied().unwrap_or_default().into(), Some(at));
    parts(column, ruling, &ruling.score.moved)
}

/// A column of a model: its name, and its place in the registry.
fn column_of(model: &ModelFile, at: usize) -> (Cow<'static, str>, Option<usize>) {
    let name = model.feature_names().get(at).map_or("", String::as_str);
    match place_of(name) {
        Some(place) => (payment_columns()[place].into(), Some(place)),
        None => (name.to_owned().into(), None),
    }
}

/// Base rate, one a column, calibration: the largest first.
fn parts(column: impl Fn(usize) -> (Cow<'static, str>, Option<usize>), ruling: &Ruling, moved: &[f64]) -> Vec<Part> {
    let last = moved.len().saturating_sub(1);
    let part = |(place, log_odds): (usize, &f64)| {
        let (name, place) = match place {
            0 => ("base rate".into(), None),
            place if place == last => ("calibration".into(), None),
            place => column(place - 1),
        };
        let value = place.and_then(|place| ruling.features.get(place).copied()).filter(|value| value.is_finite());
        Part { name, value, log_odds: *log_odds }
    };
    let mut parts: Vec<Part> = moved.iter().enumerate().filter(|(_, log_odds)| **log_odds != 0.0).map(part).collect();
    parts.sort_by(|a, b| b.log_odds.abs().total_cmp(&a.log_odds.abs()).then_with(|| a.name.cmp(&b.name)));
    parts
}

fn terms_of(ruling: &Ruling, terms: &Terms) -> TermsView {
    let most = |minor| major(domain::Money::new(minor, ruling.attempt.amount.currency));
    TermsView {
        most: terms.most_minor.map(most),
        most_attempts: terms.most_attempts,
        per_seconds: terms.most_attempts.map(|_| terms.per_seconds),
        rate_percent: terms.rate_bps.map(|bps| format!("{}.{:02}", bps / 100, bps % 100)),
        until: terms.until.to_string(),
    }
}

fn major(money: domain::Money) -> String {
    money.to_decimal().to_string()
}
