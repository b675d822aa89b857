//! Buyers and the business: sums of money at risk, and the probability that goes with them.

use super::assessment::{BASE_RATE, DISPUTED, money_at_risk, sort};
use super::{Assessment, LiveSale, level, log_odds, points};
use domain::{Method, Money, PartyId, Policy, Reason, RiskKind, Score, Subject};
use jiff::Timestamp;
use std::collections::BTreeMap;

type Live = (LiveSale, Assessment);

/// What the mean of probabilities is away from the mean of log-odds.
const SPREAD: &str = "spread over sales";

/// The score of a buyer: as likely as its riskiest live sale, with the sum of its money at risk.
pub(super) fn buyer<'a>(
    policy: &Policy,
    at: Timestamp,
    party: &PartyId,
    sales: impl Iterator<Item = &'a Live>,
    reasons: impl Fn(&Live) -> Vec<Reason>,
) -> Option<Score> {
    let sales: Vec<&Live> = sales.collect();
    let riskiest = sales.iter().max_by(|a, b| a.1.probability.total_cmp(&b.1.probability))?;
    let subject = Subject::Buyer(party.clone());
    let mut score = sum(policy, at, subject, &sales, riskiest.1.probability);
    score.method = riskiest.1.method;
    score.reasons = reasons(riskiest);
    Some(score)
}

/// The score of the business: the mean probability of its live sales, weighted by exposure.
pub(super) fn business<'a>(policy: &Policy, at: Timestamp, sales: impl Iterator<Item = &'a Live>) -> Option<Score> {
    let sales: Vec<&Live> = sales.collect();
    let mean = weighted_mean(&sales, |(_, assessment)| assessment.probability)?;
    let mut score = sum(policy, at, Subject::Business, &sales, mean);
    score.reasons = mean_reasons(&sales, log_odds(mean));
    Some(score)
}

fn sum(policy: &Policy, at: Timestamp, subject: Subject, sales: &[&Live], probability: f64) -> Score {
    let points = points(policy, probability);
    let currency = policy.reporting_currency;
    let total = |of: &dyn Fn(&Live) -> Money| {
        let amounts = sales.iter().map(|live| of(live)).filter(|amount| amount.currency == currency);
        Money::new(amounts.fold(0, |sum, amount| amount.minor.saturating_add(sum)), currency)
    };
    Score {
        subject,
        kind: RiskKind::Transaction,
        at,
        method: Method::Aggregate,
        probability,
        points,
        level: level(policy, points),
        exposure: total(&|(sale, _)| sale.exposure),
        money_at_risk: total(&|(sale, assessment)| money_at_risk(assessment, sale.exposure)),
        reasons: Vec::new(),
    }
}

/// The mean of each reason over all sales, weighted by exposure; what the mean of probabilities is away from that is a
/// reason of its own.
fn mean_reasons(sales: &[&Live], target: f64) -> Vec<Reason> {
    let weight: f64 = sales.iter().map(|live| exposure(live)).sum();
    let mut means: BTreeMap<&str, f64> = BTreeMap::new();
    for layout in [Layout::Rules, Layout::Model, Layout::Dispute] {
        let alike = |live: &&&Live| Layout::of(&live.1) == layout;
        for (name, sum) in sums(sales.iter().filter(alike).copied()) {
            *means.entry(name).or_default() += sum / weight;
        }
    }
    let explained: f64 = means.values().sum();
    means.retain(|name, mean| *mean != 0.0 || *name == BASE_RATE);
    means.insert(SPREAD, target - explained);
    let reason = |(name, log_odds): (&str, f64)| Reason { name: name.to_owned(), value: String::new(), log_odds };
    let mut reasons: Vec<Reason> = means.into_iter().map(reason).collect();
    sort(&mut reasons);
    reasons
}

/// Assessments whose reasons are the same ones in the same order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    Rules,
    Model,
    Dispute,
}

impl Layout {
    fn of(assessment: &Assessment) -> Self {
        match (assessment.method, assessment.moved.first()) {
            (_, Some((DISPUTED, _))) => Self::Dispute,
            (Method::Model(_), _) => Self::Model,
            _ => Self::Rules,
        }
    }
}

/// What moved sales of one layout, summed by place and weighted by exposure: the business is scored with every event, so
/// that this must be quick.
fn sums<'a>(sales: impl Iterator<Item = &'a Live>) -> Vec<(&'static str, f64)> {
    let mut sums: Vec<(&'static str, f64)> = Vec::new();
    for live in sales {
        sums.resize(live.1.moved.len(), ("", 0.0));
        for (sum, (name, log_odds)) in sums.iter_mut().zip(&live.1.moved) {
            *sum = (name, sum.1 + log_odds * exposure(live));
        }
    }
    sums
}

fn weighted_mean(sales: &[&Live], of: impl Fn(&Live) -> f64) -> Option<f64> {
    let weight: f64 = sales.iter().map(|live| exposure(live)).sum();
    (weight > 0.0).then(|| sales.iter().map(|live| of(live) * exposure(live)).sum::<f64>() / weight)
}

#[expect(clippy::cast_precision_loss, reason = "a weight")]
fn exposure(live: &Live) -> f64 {
    live.0.exposure.minor as f64
}
