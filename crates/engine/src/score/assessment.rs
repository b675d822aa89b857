//! One sale's log-odds and the reasons that sum to it.

use super::{Columns, Installed, log_odds, probability};
use crate::norms::Norms;
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
    /// What moved the log-odds, and how far: the same names in the same order for every sale of one method.
    pub(super) moved: Vec<(&'static str, f64)>,
}

/// Loss given the event while no model says better: all of it.
const UNKNOWN_LOSS_BPS: u32 = 10_000;

/// Whether the model scores this sale.
fn by_model<'a>(
    installed: Option<&'a Installed>,
    features: Option<&'a Columns>,
    norms: &Norms,
    enough: u32,
) -> Option<(&'a Installed, &'a Columns)> {
    installed.zip(features).filter(|_| norms.own_matured_sales >= enough)
}

/// The probability, and what moved it.
pub(super) fn assess(
    installed: Option<&Installed>,
    features: Option<&Columns>,
    norms: &Norms,
    enough: u32,
) -> Assessment {
    let by_model = by_model(installed, features, norms, enough);
    let moved = match by_model {
        Some((installed, row)) => moved_by_model(installed, row),
        None => moved_at_cold_start(features.is_some(), norms, enough),
    };
    Assessment {
        method: by_model.map_or(Method::ColdStart, |(installed, _)| Method::Model(installed.digest)),
        probability: probability(moved.iter().map(|(_, log_odds)| log_odds).sum()),
        loss_given_event_bps: installed.map_or(UNKNOWN_LOSS_BPS, |installed| installed.loss_given_event_bps),
        moved,
    }
}

/// The reason of a sale whose payment its buyer's bank took back.
pub(super) const DISPUTED: &str = "open dispute";

/// The chance that an open dispute is lost: card associations estimate that less than 21 % of disputed chargebacks are found
/// in the merchant's favour (Website Magazine, "Understanding the sources of chargebacks",
/// <https://www.websitemagazine.com/marketing/understanding-the-sources-of-chargebacks>). Of all chargebacks, contested or
/// not, merchants keep an eighth (<https://financeband.com/what-percentage-of-chargebacks-are-won>); of those contested in
/// the United States 54 % (Datos Insights 2025, <https://legalclarity.org/how-often-do-merchants-win-chargeback-disputes>):
/// a dispute that was just opened is neither, and .8 lies between.
const LOST: f64 = 0.8;

/// A sale that is disputed: one rule, whatever was thought of it before.
pub(super) fn disputed() -> Assessment {
    Assessment {
        method: Method::ColdStart,
        probability: LOST,
        loss_given_event_bps: UNKNOWN_LOSS_BPS,
        moved: vec![(DISPUTED, log_odds(LOST))],
    }
}

/// The reasons, largest first; they sum to the log-odds of the assessment.
pub(super) fn reasons(assessment: &Assessment, features: Option<&Columns>, norms: &Norms) -> Vec<Reason> {
    let told = assessment.moved.iter().enumerate().filter(|(_, (name, moved))| *moved != 0.0 || *name == BASE_RATE);
    let value = |place: usize, name: &str| match assessment.method {
        Method::Model(_) => feature_value(features, place),
        _ => cold_start_value(norms, name),
    };
    let reason = |(place, (name, log_odds)): (usize, &(&'static str, f64))| Reason {
        name: (*name).to_owned(),
        value: value(place, name),
        log_odds: *log_odds,
    };
    let mut reasons: Vec<Reason> = told.map(reason).collect();
    sort(&mut reasons);
    reasons
}

/// Largest first; equal ones by name.
pub(super) fn sort(reasons: &mut [Reason]) {
    reasons.sort_by(|a, b| b.log_odds.abs().total_cmp(&a.log_odds.abs()).then_with(|| a.name.cmp(&b.name)));
}

/// A linear model names its columns so, by which it says which form of them it wants.
pub const LINEAR_PREFIX: &str = "linear ";

/// The row as the model wants it.
fn wanted<'a>(installed: &Installed, columns: &'a Columns) -> &'a [f32] {
    let linear = installed.model.feature_names().iter().all(|name| name.starts_with(LINEAR_PREFIX));
    if linear { &columns.linear } else { &columns.values }
}

/// The base rate first, then the features in the order of columns.
fn moved_by_model(installed: &Installed, columns: &Columns) -> Vec<(&'static str, f64)> {
    let row = wanted(installed, columns);
    let explanation = installed.model.explain(row);
    let score = installed.model.score(row);
    let mut moved = vec![(BASE_RATE, explanation.bias)];
    moved.extend(installed.names.iter().copied().zip(explanation.contributions.iter().copied()));
    moved.push(("calibration", score - explanation.log_odds()));
    moved.push(("ends of the scale", cut(score) - score));
    moved
}

/// The value of the feature at a place of `moved`, where one stands.
fn feature_value(columns: Option<&Columns>, place: usize) -> String {
    let column = place.checked_sub(1);
    match column.and_then(|column| columns?.values.get(column)) {
        Some(value) if value.is_nan() => "none".to_owned(),
        Some(value) => format!("{value:.2}"),
        None => String::new(),
    }
}

fn cut(log_odds: f64) -> f64 {
    log_odds.clamp(-MOST_LOG_ODDS, MOST_LOG_ODDS)
}

const FEW_SALES: &str = "few sales of its own";
const VALUE: &str = "value against the shop's normal";

/// The rules for subjects without enough history: the shop's own rate (of young buyers, for buyers), moved by how far
/// the amount lies from the shop's normal.
fn moved_at_cold_start(known_buyer: bool, norms: &Norms, enough: u32) -> Vec<(&'static str, f64)> {
    let base = log_odds(norms.event_rate);
    let young = known_buyer && norms.own_matured_sales < enough && norms.matured_sales >= OWN_RATES_FROM;
    let fewer = if young { log_odds(norms.young_event_rate) - base } else { 0.0 };
    vec![(BASE_RATE, base), (FEW_SALES, fewer), (VALUE, VALUE_WEIGHT * deviations(norms))]
}

fn cold_start_value(norms: &Norms, name: &str) -> String {
    match name {
        BASE_RATE => format!("{:.3}", norms.event_rate),
        FEW_SALES => norms.own_matured_sales.to_string(),
        DISPUTED => String::new(),
        _ => format!("{:+.2} deviations", deviations(norms)),
    }
}

fn deviations(norms: &Norms) -> f64 {
    norms.value_deviations.clamp(-VALUE_DEVIATIONS, VALUE_DEVIATIONS)
}

/// probability × loss given the event × exposure, rounded half to even once.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "an estimate of an exact exposure")]
pub(super) fn money_at_risk(assessment: &Assessment, exposure: Money) -> Money {
    let share = assessment.probability * f64::from(assessment.loss_given_event_bps) / 10_000.0;
    Money::new((exposure.minor as f64 * share).round_ties_even() as i64, exposure.currency)
}
