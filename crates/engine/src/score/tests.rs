//! The header's example, the scale, and cold starts.

use super::*;
use crate::norms::Norms;
use assessment::{assess, money_at_risk, reasons};
use domain::{Currency, Level, Method, Money, Policy};

fn norms(matured_sales: u64, own: u32, deviations: f64) -> Norms {
    Norms {
        matured_sales,
        event_rate: 0.25,
        young_event_rate: 0.40,
        value_deviations: deviations,
        own_matured_sales: own,
    }
}

/// What is known of a buyer; at a cold start it only counts that something is.
fn columns() -> Columns {
    Columns { values: vec![f32::NAN], linear: vec![0.0] }
}

#[test]
fn the_example_by_hand() {
    let mut assessment = assess(None, None, &norms(0, 0, 0.0), 2);
    assert_eq!((assessment.method, assessment.loss_given_event_bps), (Method::ColdStart, 10_000));
    (assessment.probability, assessment.loss_given_event_bps) = (0.30, 2_000);
    assert_eq!(money_at_risk(&assessment, Money::new(10_000, Currency::GBP)).minor, 600);
}

#[test]
fn points_are_linear_in_log_odds_between_the_ends() {
    let policy = Policy::default();
    for (p, expected) in [(0.02, 0.0), (0.80, 5.0), (0.2222, 2.5), (0.0, 0.0), (1.0, 5.0)] {
        assert!((points(&policy, p) - expected).abs() < 1e-3, "{p}: {}", points(&policy, p));
    }
    let levels = [2.4, 2.5, 3.5, 4.5].map(|points| level(&policy, points));
    assert_eq!(levels, [Level::Normal, Level::Watch, Level::Warning, Level::Critical]);
    assert!((probability(log_odds(0.3)) - 0.3).abs() < 1e-15);
}

#[test]
fn a_cold_start_knows_young_buyers_once_the_shop_has_rates_of_its_own() {
    let probability = |known: bool, norms: Norms| assess(None, known.then_some(&columns()), &norms, 2).probability;
    assert!((probability(true, norms(499, 0, 0.0)) - 0.25).abs() < 1e-12, "too few matured sales");
    assert!((probability(true, norms(500, 0, 0.0)) - 0.40).abs() < 1e-12);
    assert!((probability(false, norms(500, 0, 0.0)) - 0.25).abs() < 1e-12, "a guest");
    assert_eq!(probability(true, norms(0, 0, 3.0)), probability(true, norms(0, 0, 9.0)), "cut at three deviations");
}

#[test]
fn reasons_sum_to_the_log_odds_largest_first() {
    let norms = norms(500, 1, -1.5);
    let assessment = assess(None, Some(&columns()), &norms, 2);
    let reasons = reasons(&assessment, Some(&columns()), &norms);
    let sum: f64 = reasons.iter().map(|reason| reason.log_odds).sum();
    assert!((sum - log_odds(assessment.probability)).abs() < 1e-12);
    assert!(reasons.windows(2).all(|pair| pair[0].log_odds.abs() >= pair[1].log_odds.abs()));
}
