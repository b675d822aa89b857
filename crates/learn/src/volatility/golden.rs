//! What the `arch` package says of a seeded series: `fixtures/make_volatility.py` made the numbers.

use super::{Garch, christoffersen, kupiec, quantile};

const TOLD: &str = include_str!("../../fixtures/volatility.txt");

fn told(name: &str) -> Vec<f64> {
    let line = TOLD.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).unwrap();
    line.split(' ').map(|number| number.parse().unwrap()).collect()
}

#[test]
fn garch_is_the_arch_packages() {
    let returns = told("returns");
    let fit = Garch::fit(&returns).unwrap();
    let Garch { mu, omega, alpha, beta } = fit.garch;
    for (found, wanted) in [mu, omega, alpha, beta].iter().zip(told("garch")) {
        assert!((found - wanted).abs() < 1e-3 * (1.0 + wanted.abs()), "{found}, but arch says {wanted}");
    }
    // Ours is the higher optimum, or the same.
    assert!(
        fit.log_likelihood > told("log_likelihood")[0] - 1e-4,
        "{} {:?}",
        fit.log_likelihood,
        told("log_likelihood")
    );
    let last = fit.garch.variances(&returns, fit.backcast)[returns.len()];
    assert!((last - told("next_variance")[0]).abs() < 1e-3 * last, "{last}");
}

#[test]
fn tests_of_coverage_are_scipys() {
    let exceeded: Vec<bool> = told("exceeded").iter().map(|hit| *hit == 1.0).collect();
    for (found, name) in [(kupiec(&exceeded, 0.05), "kupiec"), (christoffersen(&exceeded, 0.05), "christoffersen")] {
        let wanted = told(name);
        assert!(
            (found.statistic - wanted[0]).abs() < 1e-8 && (found.p_value - wanted[1]).abs() < 1e-8,
            "{name}: {found:?}"
        );
    }
    assert!((quantile(&told("returns"), 0.05).unwrap() - told("quantile")[0]).abs() < 1e-10);
}
