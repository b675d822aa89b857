//! System risk: the business's own payments fail, are declined, or take too long.
//!
//! Each is held against a threshold of the rules, and against the business's own normal of the days before: so many
//! deviations above it are a breach, however low it is. A score is told when a breach begins, changes by a quarter of a
//! point, or ends; until the first there is none. What stands to be lost is the money of the attempts that failed lately.
//!
//! Example: 40 attempts lately, 6 of them failed (15 %), where 5 % are a breach: a finding of 6.9 log-odds; usually 1 % of
//! 10,000 fail, so 6 where .4 are expected lie 8.9 deviations above normal: another.

use super::judged::{Finding, judged};
use crate::readings::{Attempts, Health};
use domain::{Money, Policy, RiskKind, Score, Subject, SystemRule};
use jiff::Timestamp;

/// A breach of a threshold.
const BREACH: f64 = 6.9;
/// So many deviations above the own normal.
const UNUSUAL: f64 = 2.5;
/// Fewer attempts of the days before are no normal.
const LEAST_USUAL: u64 = 200;
/// A score is told anew when it moves by so many points.
const TELLING_POINTS: f64 = 0.25;
const WHOLE_BPS: f64 = 10_000.0;

/// What was told last.
#[derive(Clone, Debug, Default)]
pub struct Systems {
    told: Option<f64>,
}

impl Systems {
    /// The score of the business's systems, where it is to be told.
    pub fn judge(&mut self, policy: &Policy, rule: &SystemRule, at: Timestamp, health: &Health) -> Option<Score> {
        let findings = findings(rule, health);
        if self.told.is_none() && findings.is_empty() {
            return None;
        }
        let exposure = Money::new(health.recent.failed_minor, policy.reporting_currency);
        let score = judged(policy, (Subject::Business, RiskKind::System), at, exposure, findings);
        if self.told.is_some_and(|told| (told - score.points).abs() < TELLING_POINTS) {
            return None;
        }
        self.told = Some(score.points);
        Some(score)
    }
}

fn findings(rule: &SystemRule, health: &Health) -> Vec<Finding> {
    let Health { recent, usual } = health;
    if recent.count < u64::from(rule.least_attempts) {
        return Vec::new();
    }
    let share = |part: u64, of: &Attempts| as_f64(part) / as_f64(of.count.max(1));
    let mut findings = Vec::new();
    let mut rate = |names: [&'static str; 2], most_bps: u32, part: fn(&Attempts) -> u64| {
        let now = share(part(recent), recent);
        let most = f64::from(most_bps) / WHOLE_BPS;
        if now > most {
            let value = format!("{:.1} % of {}; a breach from {:.1} %", now * 100.0, recent.count, most * 100.0);
            findings.push(Finding { name: names[0], value, log_odds: BREACH });
        }
        let normal = share(part(usual), usual);
        let above = above_normal(now, normal, recent.count);
        if usual.count >= LEAST_USUAL && above >= f64::from(rule.deviations) {
            let value = format!("{:.1} %, usually {:.1} %: {above:.1} deviations", now * 100.0, normal * 100.0);
            findings.push(Finding { name: names[1], value, log_odds: UNUSUAL });
        }
    };
    rate(["payment failures", "payment failures above normal"], rule.failure_rate_bps, |a| a.failed);
    rate(["declined payments", "declined payments above normal"], rule.decline_rate_bps, |a| a.declined);
    findings.extend(latency(rule, health));
    findings
}

/// How many deviations a share of so many lies above the usual one. A normal of 0 is taken as one in ten thousand, so that
/// a single failure is no infinite surprise.
fn above_normal(now: f64, normal: f64, count: u64) -> f64 {
    let normal = normal.clamp(1.0 / WHOLE_BPS, 1.0 - 1.0 / WHOLE_BPS);
    (now - normal) / (normal * (1.0 - normal) / as_f64(count.max(1))).sqrt()
}

fn latency(rule: &SystemRule, health: &Health) -> Vec<Finding> {
    let Health { recent, usual } = health;
    if recent.timed < u64::from(rule.least_attempts) {
        return Vec::new();
    }
    let mean = |of: &Attempts| as_f64(of.latency_ms) / as_f64(of.timed.max(1));
    let (now, normal) = (mean(recent), mean(usual));
    let mut findings = Vec::new();
    if now > f64::from(rule.latency_ms) {
        let value = format!("{now:.0} ms; a breach from {} ms", rule.latency_ms);
        findings.push(Finding { name: "latency", value, log_odds: BREACH });
    }
    let deviation = (squares(usual) - normal * normal).max(1.0).sqrt() / as_f64(recent.timed).sqrt();
    let above = (now - normal) / deviation;
    if usual.timed >= LEAST_USUAL && above >= f64::from(rule.deviations) && now > 2.0 * normal {
        let value = format!("{now:.0} ms, usually {normal:.0} ms: {above:.1} deviations of the mean");
        findings.push(Finding { name: "latency above normal", value, log_odds: UNUSUAL });
    }
    findings
}

/// The mean of the squares.
#[expect(clippy::cast_precision_loss, reason = "a deviation; 53 bits are enough")]
fn squares(of: &Attempts) -> f64 {
    of.latency_squares as f64 / of.timed.max(1) as f64
}

#[expect(clippy::cast_precision_loss, reason = "a rate; 53 bits are enough")]
fn as_f64(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempts(count: u64, failed: u64, latency_ms: u64) -> Attempts {
        Attempts {
            count,
            failed,
            failed_minor: 100,
            timed: count,
            latency_ms: count * latency_ms,
            latency_squares: u128::from(count) * u128::from(latency_ms + 50).pow(2),
            ..Attempts::default()
        }
    }

    fn names(health: &Health) -> Vec<&'static str> {
        findings(&SystemRule::default(), health).into_iter().map(|finding| finding.name).collect()
    }

    #[test]
    fn the_example_by_hand() {
        let health = Health { recent: attempts(40, 6, 200), usual: attempts(10_000, 100, 200) };
        assert_eq!(names(&health), ["payment failures", "payment failures above normal"]);
        assert!((above_normal(0.15, 0.01, 40) - 8.9).abs() < 0.01);
    }

    #[test]
    fn a_breach_is_told_when_it_begins_and_when_it_ends() {
        let (policy, rule, at) = (Policy::default(), SystemRule::default(), Timestamp::UNIX_EPOCH);
        let usual = attempts(10_000, 100, 200);
        let well = Health { recent: attempts(40, 0, 210), usual };
        let broken = Health { recent: attempts(40, 6, 210), usual };
        let mut systems = Systems::default();
        let mut judge = |health: &Health| systems.judge(&policy, &rule, at, health).map(|score| score.points);
        assert_eq!(judge(&well), None);
        let begun = judge(&broken).unwrap();
        assert!(begun > 3.5, "{begun}");
        assert_eq!(judge(&broken), None, "it was told");
        assert_eq!(judge(&well), Some(0.0), "it has ended");
        assert_eq!(judge(&well), None);
    }

    #[test]
    fn slow_answers_are_a_breach_and_few_attempts_tell_nothing() {
        let usual = attempts(10_000, 0, 200);
        let slow = Health { recent: attempts(40, 0, 2_100), usual };
        assert_eq!(names(&slow), ["latency", "latency above normal"]);
        let unusual = Health { recent: attempts(40, 0, 500), usual };
        assert_eq!(names(&unusual), ["latency above normal"]);
        assert_eq!(names(&Health { recent: attempts(19, 19, 9_000), usual }), Vec::<&str>::new());
    }
}
