//! The 0–5 scale: linear in log-odds between the policy's two ends.

use domain::{Level, Policy};

/// ln(p / (1 − p)).
pub fn log_odds(probability: f64) -> f64 {
    (probability / (1.0 - probability)).ln()
}

/// 1 / (1 + e^−x).
pub fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// 0 (best) to 5 (worst). Example: with ends .02 and .80, p = .02 scores 0, p = .80 scores 5, and the middle of their
/// log-odds (p = .2222) scores 2.5.
pub fn points(policy: &Policy, probability: f64) -> f64 {
    let (best, worst) = (log_odds(policy.best_probability), log_odds(policy.worst_probability));
    (5.0 * (log_odds(probability) - best) / (worst - best)).clamp(0.0, 5.0)
}

/// How loudly to warn.
pub fn level(policy: &Policy, points: f64) -> Level {
    let [watch, warning, critical] = policy.level_cuts;
    match points {
        p if p >= critical => Level::Critical,
        p if p >= warning => Level::Warning,
        p if p >= watch => Level::Watch,
        _ => Level::Normal,
    }
}
