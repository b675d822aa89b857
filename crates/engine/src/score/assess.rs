//! One sale's log-odds and the reasons that sum to it.

use super::{Installed, log_odds, probability};
use crate::observe::{FEATURES, Norms, linear_form, linear_names};
use domain::{Method, Money, Reason};

/// Matured sales that a business needs before its own rates are believed alone.
const OWN_RATES_FROM: u64 = 500;

/// How far one deviation of value moves the log-odds of a cold start, and how many deviations count.
const VALUE_WEIGHT: f64 = 0.15;
const VALUE_DEVIATIONS: f64 = 3.0;

/// The reason that stands for what no feature says.
pub(super) const BASE_RATE: &str = "base rate";

/// No probability is believed beyond these log-odds (one in 160,000): what a model says beyond them is cut.
const MOST_LOG_ODDS: f64 = 12.0;

/// A sale's score in the making.
#[derive(Clone, PartialEq, Debug)]
pub struct Assessment {
    /// What made it.
    pub method: Method,
    /// Of the event.
    pub probability: f64,
    /// Of the exposure.
    pub loss_given_event_bps: u32,
}

/// Loss given the event while no model says better: all of it.
const UNKNOWN_LOSS_BPS: u32 = 10_000;

/// Whether the model scores this sale.
fn by_model<'a>(
    installed: Option<&'a Installed>,
    features: Option<&'a [f32]>,
    norms: &Norms,
    enough: u32,
) -> Option<(&'a Installed, &'a [f32])> {
    installed.zip(features).filter(|_| norms.own_matured_sales >= enough)
}

/// The probability alone, as live traffic wants it.
pub(super) fn assess(
    installed: Option<&Installed>,
    features: Option<&[f32]>,
    norms: &Norms,
    enough: u32,
) -> Assessment {
    let loss_given_event_bps = installed.map_or(UNKNOWN_LOSS_BPS, |installed| installed.loss_given_event_bps);
    match by_model(installed, features, norms, enough) {
        Some((installed, row)) => Assessment {
            method: Method::Model(installed.digest),
            probability: probability(cut(installed.model.score(&columns(installed, row)))),
            loss_given_event_bps,
        },
        None => {
            let total = cold_start(features.is_some(), norms, enough).iter().map(|reason| reason.log_odds).sum();
            Assessment { method: Method::ColdStart, probability: probability(total), loss_given_event_bps }
        }
    }
}

/// The reasons, largest first; they sum to the log-odds of the assessment.
pub(super) fn reasons(
    installed: Option<&Installed>,
    features: Option<&[f32]>,
    norms: &Norms,
    enough: u32,
) -> Vec<Reason> {
    let mut reasons = match by_model(installed, features, norms, enough) {
        Some((installed, row)) => model_reasons(installed, row),
        None => cold_start(features.is_some(), norms, enough),
    };
    reasons.retain(|reason| reason.log_odds != 0.0 || reason.name == BASE_RATE);
    sort(&mut reasons);
    reasons
}

/// Largest first; equal ones by name.
pub(super) fn sort(reasons: &mut [Reason]) {
    reasons.sort_by(|a, b| b.log_odds.abs().total_cmp(&a.log_odds.abs()).then_with(|| a.name.cmp(&b.name)));
}

/// The row as the model wants it: a linear model names its columns `linear …`.
fn columns(installed: &Installed, row: &[f32]) -> Vec<f32> {
    let linear = installed.model.feature_names().first() == linear_names().first();
    if linear { linear_form(row) } else { row.to_vec() }
}

fn model_reasons(installed: &Installed, row: &[f32]) -> Vec<Reason> {
    let columns = columns(installed, row);
    let explanation = installed.model.explain(&columns);
    let mut reasons = vec![reason(BASE_RATE, String::new(), explanation.bias)];
    for ((feature, value), moved) in FEATURES.iter().zip(row).zip(&explanation.contributions) {
        let value = if value.is_nan() { "none".to_owned() } else { format!("{value:.2}") };
        reasons.push(reason(feature.name, value, *moved));
    }
    let score = installed.model.score(&columns);
    reasons.push(reason("calibration", String::new(), score - explanation.log_odds()));
    reasons.push(reason("ends of the scale", String::new(), cut(score) - score));
    reasons
}

fn cut(log_odds: f64) -> f64 {
    log_odds.clamp(-MOST_LOG_ODDS, MOST_LOG_ODDS)
}

/// The rules for subjects without enough history: the shop's own rate (of young buyers, for buyers), moved by how far
/// the amount lies from the shop's normal.
fn cold_start(known_buyer: bool, norms: &Norms, enough: u32) -> Vec<Reason> {
    let base = log_odds(norms.event_rate);
    let young = known_buyer && norms.own_matured_sales < enough && norms.matured_sales >= OWN_RATES_FROM;
    let fewer = if young { log_odds(norms.young_event_rate) - base } else { 0.0 };
    let deviations = norms.value_deviations.clamp(-VALUE_DEVIATIONS, VALUE_DEVIATIONS);
    vec![
        reason(BASE_RATE, format!("{:.3}", norms.event_rate), base),
        reason("few sales of its own", norms.own_matured_sales.to_string(), fewer),
        reason("value against the shop's normal", format!("{deviations:+.2} deviations"), VALUE_WEIGHT * deviations),
    ]
}

fn reason(name: &str, value: String, log_odds: f64) -> Reason {
    Reason { name: name.to_owned(), value, log_odds }
}

/// probability × loss given the event × exposure, rounded half to even once.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "an estimate of an exact exposure")]
pub(super) fn money_at_risk(assessment: &Assessment, exposure: Money) -> Money {
    let share = assessment.probability * f64::from(assessment.loss_given_event_bps) / 10_000.0;
    Money::new((exposure.minor as f64 * share).round_ties_even() as i64, exposure.currency)
}
