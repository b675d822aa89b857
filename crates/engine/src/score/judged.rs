//! Scores by rules that people set: a base rate, and what each finding adds to its log-odds.
//!
//! The weights are set by hand, as there are no labels of these risks: a finding is worth what it takes to be looked at
//! (about 3.5 of 5 points under the default policy), a second one more.

use super::assessment::sort;
use super::{level, points, probability};
use domain::{Method, Money, Policy, Reason, RiskKind, Score, Subject};
use jiff::Timestamp;

/// ln(.001 / .999): of a thousand that nothing was found of, one is bad.
const BASE: f64 = -6.906_754_778_648_554;

/// No probability is believed beyond these log-odds, as of sales.
const MOST_LOG_ODDS: f64 = 12.0;

/// One finding: its name, what was read, and what it adds to the log-odds.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Finding {
    pub name: &'static str,
    pub value: String,
    pub log_odds: f64,
}

/// The score of a subject with these findings, of all of `exposure`.
pub(super) fn judged(
    policy: &Policy,
    (subject, kind): (Subject, RiskKind),
    at: Timestamp,
    exposure: Money,
    findings: Vec<Finding>,
) -> Score {
    let found: f64 = findings.iter().map(|finding| finding.log_odds).sum();
    let log_odds = (BASE + found).min(MOST_LOG_ODDS);
    let base = Finding { name: "base rate", value: "0.001".to_owned(), log_odds: log_odds - found };
    let reason =
        |finding: Finding| Reason { name: finding.name.to_owned(), value: finding.value, log_odds: finding.log_odds };
    let mut reasons: Vec<Reason> = std::iter::once(base).chain(findings).map(reason).collect();
    sort(&mut reasons);
    let probability = probability(log_odds);
    let points = points(policy, probability);
    Score {
        subject,
        kind,
        at,
        method: Method::ColdStart,
        probability,
        points,
        level: level(policy, points),
        exposure,
        money_at_risk: share(exposure, probability),
        reasons,
    }
}

/// Rounded half to even once.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "an estimate of an exact exposure")]
fn share(exposure: Money, probability: f64) -> Money {
    Money::new((exposure.minor as f64 * probability).round_ties_even() as i64, exposure.currency)
}
