//! Each rule on a bowl whose bottom is known, and its published numbers.

use super::*;

/// (w₀ − 1)² + 10 · (w₁ + 2)², whose bottom is at \[1, −2\].
fn bowl(standing: &mut Standing<f64>) {
    let [a, b] = [standing.weights[0] - 1.0, standing.weights[1] + 2.0];
    standing.error = a * a + 10.0 * b * b;
    standing.slope = vec![2.0 * a, 20.0 * b];
}

fn start() -> Standing<f64> {
    let mut standing = Standing { weights: vec![5.0, 5.0], error: 0.0, slope: vec![] };
    bowl(&mut standing);
    standing
}

fn after(rule: &mut dyn WholeBatch<f64>, epochs: usize) -> Standing<f64> {
    let mut standing = start();
    (0..epochs).for_each(|_| {
        rule.epoch(&mut standing, &mut |standing| bowl(standing));
    });
    standing
}

fn descent(rule: &Rule) -> Descent<f64> {
    Descent::new(rule, 2).unwrap()
}

fn adaptive(rate: f64) -> Descent<f64> {
    descent(&Rule::Adaptive { rate, momentum: 0.9, growth: 1.05, shrink: 0.7, tolerated: 1.04 })
}

#[test]
fn each_rule_reaches_the_bottom() {
    let normal = |_: &[f64]| vec![2.0, 0.0, 0.0, 20.0];
    let levenberg = Levenberg { damping: 0.001, lambda_l2: 0.0, penalised: vec![true; 2], normal: Box::new(normal) };
    let rules: Vec<(Box<dyn WholeBatch<f64>>, usize)> = vec![
        (Box::new(descent(&Rule::Plain { rate: 0.05 })), 200),
        (Box::new(descent(&Rule::Momentum { rate: 0.05, momentum: 0.9 })), 400),
        (Box::new(adaptive(0.05)), 400),
        (Box::new(Rprop::new(false, 2)), 100),
        (Box::new(Rprop::new(true, 2)), 100),
        (Box::new(levenberg), 4),
    ];
    for (index, (mut rule, epochs)) in rules.into_iter().enumerate() {
        let error = after(rule.as_mut(), epochs).error;
        assert!(error < 1e-6, "rule {index}: {error}");
    }
}

#[test]
fn a_plain_step_is_by_hand() {
    // Slope [8, 140]: 5 − .01 · 8 and 5 − .01 · 140.
    let standing = after(&mut descent(&Rule::Plain { rate: 0.01 }), 1);
    assert!((standing.weights[0] - 4.92).abs() < 1e-12 && (standing.weights[1] - 3.6).abs() < 1e-12);
}

#[test]
fn a_discarded_step_leaves_every_bit() {
    let (before, mut standing, mut rule) = (start(), start(), adaptive(10.0));
    let taken = rule.epoch(&mut standing, &mut |standing| bowl(standing));
    assert!(taken.discarded);
    assert_eq!(standing, before);
    for (now, then) in standing.weights.iter().zip(&before.weights) {
        assert_eq!(now.to_bits(), then.to_bits());
    }
    // The next step has a rate of 7 and no momentum: pull = .7 · rate · slope, all of it.
    let taken = rule.epoch(&mut standing, &mut |standing| bowl(standing));
    assert!((taken.rate - 7.0).abs() < 1e-12);
}

#[test]
fn the_step_after_a_discarded_one_has_no_momentum() {
    let (mut standing, mut rule) = (start(), adaptive(5.0));
    let mut rates = Vec::new();
    loop {
        let taken = rule.epoch(&mut standing, &mut |standing| bowl(standing));
        rates.push(taken.rate);
        if !taken.discarded {
            break;
        }
    }
    assert!(rates.len() > 1);
    let rate = rates[rates.len() - 1];
    let wanted: Vec<f64> = start().weights.iter().zip(start().slope).map(|(w, slope)| w - rate * slope).collect();
    assert!(standing.weights.iter().zip(wanted).all(|(now, wanted)| (now - wanted).abs() < 1e-12));
}

#[test]
fn the_rate_grows_shrinks_and_rests_by_the_band() {
    // The error after a step is what is told; the rate that the next epoch uses tells the change.
    for (told, factor) in [(0.9, 1.05), (1.0, 1.0), (1.04, 1.0), (1.041, 0.7)] {
        let mut rule = adaptive(0.01);
        let mut standing = Standing { weights: vec![0.0; 2], error: 1.0, slope: vec![1.0; 2] };
        let taken = rule.epoch(&mut standing, &mut |standing| standing.error = told);
        assert_eq!(taken.discarded, told > 1.04);
        let next = rule.epoch(&mut standing, &mut |_| {}).rate;
        assert!((next - 0.01 * factor).abs() < 1e-15, "{told}: {next}");
    }
}

#[test]
fn adams_first_step_is_its_rate() {
    let mut weights = vec![1.0_f64, 1.0];
    Adam::new(0.1, 2).step(&mut weights, &[4.0, -0.001]);
    assert!((weights[0] - 0.9).abs() < 1e-6 && (weights[1] - 1.1).abs() < 1e-4, "{weights:?}");
}

#[test]
fn each_number_out_of_range_is_named() {
    for (rule, name) in [
        (Rule::Plain { rate: 0.0 }, "rate"),
        (Rule::Momentum { rate: 0.1, momentum: 1.0 }, "momentum"),
        (Rule::Adaptive { rate: 0.1, momentum: 0.9, growth: 0.9, shrink: 0.7, tolerated: 1.04 }, "growth"),
        (Rule::Adam { rate: 0.1, batch_rows: 0 }, "batch_rows"),
        (Rule::Levenberg { damping: f64::NAN }, "damping"),
    ] {
        assert_eq!(rule.check().unwrap_err().parameter, name);
    }
}
