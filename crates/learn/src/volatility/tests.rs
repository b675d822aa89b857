//! By hand, and on series whose parameters are known.

use super::*;
use crate::random::Random;

/// Returns of a GARCH that is known.
fn simulated(garch: Garch, days: usize, seed: u64) -> Vec<f64> {
    let mut random = Random::new(seed);
    let mut variance = garch.long_run_variance().unwrap();
    let mut returns = Vec::new();
    for _ in 0..days {
        let shock = variance.sqrt() * random.normal();
        returns.push(garch.mu + shock);
        variance = garch.omega + garch.alpha * shock * shock + garch.beta * variance;
    }
    returns
}

#[test]
fn a_fit_finds_what_made_the_series() {
    let truth = Garch { mu: 0.0005, omega: 2e-6, alpha: 0.08, beta: 0.9 };
    let fit = Garch::fit(&simulated(truth, 8_000, 3)).unwrap().garch;
    assert!((fit.alpha - truth.alpha).abs() < 0.02 && (fit.beta - truth.beta).abs() < 0.03, "{fit:?}");
    assert!((fit.mu - truth.mu).abs() < 5e-4, "{fit:?}");
}

#[test]
fn a_fit_is_the_same_in_per_cent() {
    let returns = simulated(Garch { mu: 0.0, omega: 2e-6, alpha: 0.1, beta: 0.85 }, 1_000, 5);
    let per_cent: Vec<f64> = returns.iter().map(|r| 100.0 * r).collect();
    let (one, other) = (Garch::fit(&returns).unwrap().garch, Garch::fit(&per_cent).unwrap().garch);
    assert!((one.alpha - other.alpha).abs() < 1e-7 && (one.omega * 1e4 - other.omega).abs() < 1e-7);
}

#[test]
fn no_variance_looks_ahead() {
    let garch = Garch { mu: 0.0, omega: 1e-6, alpha: 0.1, beta: 0.8 };
    let mut returns = simulated(garch, 50, 7);
    let before = garch.variances(&returns, 1e-5);
    returns[30] = 0.5;
    let after = garch.variances(&returns, 1e-5);
    assert_eq!(before[..=30], after[..=30]);
    assert!(after[31] > before[31]);
}

#[test]
fn what_cannot_be_measured_is_named() {
    assert_eq!(Garch::fit(&[0.0; 10]), Err(VolatilityError::TooShort { length: 10, least: 100 }));
    assert_eq!(Garch::fit(&[0.01; 200]), Err(VolatilityError::Constant));
    assert_eq!(ewma(&[0.1, f64::NAN], 0.94), Err(VolatilityError::NotFinite { at: 1 }));
    assert_eq!(historical(&[0.0; 30], 0.7), Err(VolatilityError::LevelOutside));
}

#[test]
fn by_hand() {
    assert!((ewma(&[0.01, 0.03], 0.94).unwrap() - 0.000_148).abs() < 1e-12);
    assert_eq!(quantile(&[4.0, 1.0, 3.0, 2.0], 0.25), Some(1.75));
    let returns: Vec<f64> = (0..101).map(|day| f64::from(day) / 1000.0 - 0.05).collect();
    let told = historical(&returns, 0.05).unwrap();
    // The sixth lowest of 101 is −.045; the six that are no higher have the mean −.0475.
    assert!((told.value_at_risk - 0.045).abs() < 1e-12 && (told.expected_shortfall - 0.0475).abs() < 1e-12, "{told:?}");
}

#[test]
fn backtests_by_hand() {
    let mut exceeded = vec![false; 250];
    (0..5).for_each(|hit| exceeded[hit * 50] = true);
    let told = kupiec(&exceeded, 0.01);
    assert!((told.statistic - 1.956_8).abs() < 1e-3 && (told.p_value - 0.161_9).abs() < 1e-3, "{told:?}");
    let mut bunched = vec![false; 250];
    (100..105).for_each(|hit| bunched[hit] = true);
    assert!(christoffersen(&bunched, 0.02).p_value < 0.001, "a bunch is seen");
    assert!(christoffersen(&exceeded, 0.02).p_value > 0.5, "what is spread is not");
    assert_eq!(kupiec(&[], 0.01).p_value, 1.0);
}

#[test]
fn a_right_value_at_risk_is_not_refused() {
    let returns = simulated(Garch { mu: 0.0, omega: 4e-6, alpha: 0.1, beta: 0.85 }, 3_000, 11);
    let at_risk = rolling_filtered(&returns, 500, 250, 0.05).unwrap();
    let exceeded: Vec<bool> = at_risk.iter().zip(&returns[500..]).map(|(risk, r)| -r > risk.value_at_risk).collect();
    assert_eq!(at_risk.len(), 2_500);
    assert!(kupiec(&exceeded, 0.05).p_value > 0.01, "{:?}", kupiec(&exceeded, 0.05));
    assert!(at_risk.iter().all(|risk| risk.expected_shortfall >= risk.value_at_risk));
}

#[test]
fn a_year_ahead_variances_return_to_the_long_run_on_average() {
    let garch = Garch { mu: 0.0, omega: 2e-6, alpha: 0.05, beta: 0.93 };
    let ahead = garch.variances_ahead(1e-3, 252, 4_000, 3);
    let mean = ahead.iter().sum::<f64>() / 4_000.0;
    // The long run is 2e-6 / .02 = 1e-4; of the start .98²⁵² = .006 is left: 1.06e-4.
    assert!((mean / 1.06e-4 - 1.0).abs() < 0.1, "{mean}");
    assert_eq!(garch.variances_ahead(1e-3, 0, 2, 3), [1e-3, 1e-3]);
}
