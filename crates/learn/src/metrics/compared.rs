//! Whether two models on the same rows differ by more than chance.

use super::{MetricError, check};

/// A difference and how likely chance alone would give as large a one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairedTest {
    /// First less second.
    pub difference: f64,
    /// Two-sided, in \[0, 1\].
    pub p_value: f64,
}

/// McNemar's test of two sets of decisions on the same rows: the difference of their accuracies, and the exact
/// two-sided binomial p-value of the rows on which just one of them is right (McNemar, 1947).
///
/// ```
/// // The first alone is right on 5 rows, the second alone on 1: 2 · (1 + 6) / 64.
/// let labels = [true; 8];
/// let first = [true, true, true, true, true, false, true, false];
/// let second = [false, false, false, false, false, true, true, false];
/// let test = learn::metrics::mcnemar(&labels, &first, &second)?;
/// assert!((test.p_value - 14.0 / 64.0).abs() < 1e-12);
/// assert_eq!(test.difference, 0.5);
/// # Ok::<(), learn::metrics::MetricError>(())
/// ```
///
/// # Errors
/// [`MetricError::NoRows`] or [`MetricError::LengthsDiffer`].
pub fn mcnemar(labels: &[bool], first: &[bool], second: &[bool]) -> Result<PairedTest, MetricError> {
    if labels.is_empty() {
        return Err(MetricError::NoRows);
    }
    for given in [first.len(), second.len()] {
        if given != labels.len() {
            return Err(MetricError::LengthsDiffer { labels: labels.len(), scores: given });
        }
    }
    let alone = |right: &[bool], wrong: &[bool]| {
        (0..labels.len()).filter(|&row| right[row] == labels[row] && wrong[row] != labels[row]).count()
    };
    let (a, b) = (alone(first, second), alone(second, first));
    let difference = (a as f64 - b as f64) / labels.len() as f64;
    Ok(PairedTest { difference, p_value: binomial_two_sided(a.min(b), a + b) })
}

/// 2 · P(X ≤ least) of `all` throws of a fair coin, at most 1.
fn binomial_two_sided(least: usize, all: usize) -> f64 {
    // The logarithm of a term grows by ln((n − i) / (i + 1)); no term overflows.
    let mut log_term = -(all as f64) * std::f64::consts::LN_2;
    let mut sum = log_term.exp();
    for taken in 0..least {
        log_term += ((all - taken) as f64 / (taken + 1) as f64).ln();
        sum += log_term.exp();
    }
    (2.0 * sum).min(1.0)
}

/// DeLong's test of two AUCs on the same rows (DeLong, DeLong and Clarke-Pearson, 1988): the difference, and its
/// two-sided p-value under a normal distribution. Ranks as by Sun and Xu (2014), so it takes n log n.
///
/// # Errors
/// [`MetricError::OneLabelOnly`] beside those of unfit rows.
pub fn delong(labels: &[bool], first: &[f64], second: &[f64]) -> Result<PairedTest, MetricError> {
    check(labels, first)?;
    check(labels, second)?;
    let parts = [placements(labels, first)?, placements(labels, second)?];
    let difference = mean(&parts[0].of_positives) - mean(&parts[1].of_positives);
    let of = |pick: fn(&Placements) -> &Vec<f64>| -> Vec<f64> {
        pick(&parts[0]).iter().zip(pick(&parts[1])).map(|(a, b)| a - b).collect()
    };
    let (positives, negatives) = (of(|part| &part.of_positives), of(|part| &part.of_negatives));
    let variance = variance(&positives) / positives.len() as f64 + variance(&negatives) / negatives.len() as f64;
    let p_value = match (difference == 0.0, variance > 0.0) {
        (true, _) => 1.0,
        (false, true) => two_sided(difference / variance.sqrt()),
        (false, false) => 0.0,
    };
    Ok(PairedTest { difference, p_value })
}

/// For each positive row the share of negatives below it, for each negative one the share of positives above it; ties
/// count half.
struct Placements {
    of_positives: Vec<f64>,
    of_negatives: Vec<f64>,
}

fn placements(labels: &[bool], scores: &[f64]) -> Result<Placements, MetricError> {
    let sorted = |label: bool| {
        let mut values: Vec<f64> =
            (0..labels.len()).filter(|&row| labels[row] == label).map(|row| scores[row]).collect();
        values.sort_by(f64::total_cmp);
        values
    };
    let (positives, negatives) = (sorted(true), sorted(false));
    if positives.is_empty() || negatives.is_empty() {
        return Err(MetricError::OneLabelOnly);
    }
    // The rows keep their order, so that both models' placements stand in pairs.
    let below = |among: &[f64], score: f64| {
        let (less, not_more) = (among.partition_point(|v| *v < score), among.partition_point(|v| *v <= score));
        (less + not_more) as f64 / 2.0 / among.len() as f64
    };
    let of = |label: bool| (0..labels.len()).filter(move |&row| labels[row] == label);
    Ok(Placements {
        of_positives: of(true).map(|row| below(&negatives, scores[row])).collect(),
        of_negatives: of(false).map(|row| 1.0 - below(&positives, scores[row])).collect(),
    })
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Of a sample; 0 for one value.
fn variance(values: &[f64]) -> f64 {
    let centre = mean(values);
    values.iter().map(|value| (value - centre).powi(2)).sum::<f64>() / (values.len() as f64 - 1.0).max(1.0)
}

/// The chance that a standard normal number is not above this: the normal distribution function.
///
/// ```
/// assert!((learn::metrics::normal(1.96) - 0.975_002_1).abs() < 1e-7);
/// ```
pub fn normal(z: f64) -> f64 {
    let tail = two_sided(z) / 2.0;
    if z > 0.0 { 1.0 - tail } else { tail }
}

/// The chance that a standard normal number is this far from 0: erfc(|z| / √2).
pub(crate) fn two_sided(z: f64) -> f64 {
    let x = z.abs() / std::f64::consts::SQRT_2;
    if x < 2.5 { 1.0 - erf_series(x) } else { erfc_fraction(x) }
}

/// erf by its Taylor series (Abramowitz and Stegun, 7.1.5): 2/√π · Σ (−1)ⁿ x²ⁿ⁺¹ / (n! (2n + 1)).
fn erf_series(x: f64) -> f64 {
    let (mut power, mut sum) = (x, x);
    for n in 1..100 {
        let n = f64::from(n);
        power *= -x * x / n;
        sum += power / (2.0 * n + 1.0);
    }
    sum * std::f64::consts::FRAC_2_SQRT_PI
}

/// erfc by its continued fraction (Abramowitz and Stegun, 7.1.14), for x of 2 or more.
fn erfc_fraction(x: f64) -> f64 {
    const TERMS: u32 = 60;
    let tail = (1..=TERMS).rev().fold(x, |tail, n| x + f64::from(n) / 2.0 / tail);
    (-x * x).exp() / tail * std::f64::consts::FRAC_2_SQRT_PI / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::roc_auc;
    use crate::random::Random;

    #[test]
    fn normal_tails_are_the_published_ones() {
        for (z, tail) in [(0.0, 1.0), (1.0, 0.317_310_507_863), (1.959_963_984_54, 0.05), (3.290_526_731_5, 0.001)] {
            assert!((two_sided(z) - tail).abs() < 1e-11, "{z}: {}", two_sided(z));
        }
        // Both ways meet where one hands over to the other.
        assert!((1.0 - erf_series(2.5) - erfc_fraction(2.5)).abs() < 1e-12);
        assert!((two_sided(6.0) / 1.973_175_29e-9 - 1.0).abs() < 1e-6);
    }

    #[test]
    fn coins_by_hand() {
        assert_eq!(binomial_two_sided(0, 0), 1.0);
        assert!((binomial_two_sided(0, 3) - 0.25).abs() < 1e-12);
        assert_eq!(binomial_two_sided(2, 4), 1.0);
        assert!(binomial_two_sided(40_000, 100_000) < 1e-300);
    }

    /// The variance by the definition over all pairs of a positive and a negative row.
    fn p_by_pairs(labels: &[bool], first: &[f64], second: &[f64]) -> f64 {
        let rows = |label: bool| (0..labels.len()).filter(move |&row| labels[row] == label).collect::<Vec<_>>();
        let (positives, negatives) = (rows(true), rows(false));
        let win = |s: &[f64], p: usize, n: usize| {
            f64::midpoint(f64::from(u8::from(s[p] > s[n])), f64::from(u8::from(s[p] >= s[n])))
        };
        let by = |p: usize, n: usize| win(first, p, n) - win(second, p, n);
        let of = |own: &[usize], other: &[usize], flip: bool| -> f64 {
            let means = own.iter().map(|&a| {
                other.iter().map(|&b| if flip { by(b, a) } else { by(a, b) }).sum::<f64>() / other.len() as f64
            });
            variance(&means.collect::<Vec<_>>()) / own.len() as f64
        };
        let spread = of(&positives, &negatives, false) + of(&negatives, &positives, true);
        let difference = roc_auc(labels, first).unwrap() - roc_auc(labels, second).unwrap();
        two_sided(difference / spread.sqrt())
    }

    #[test]
    fn delong_equals_its_definition() {
        for seed in 0..5 {
            let mut random = Random::new(seed);
            let truth: Vec<f64> = (0..80).map(|_| random.uniform()).collect();
            let labels: Vec<bool> = truth.iter().map(|share| random.uniform() < *share).collect();
            // Rounded, so that there are ties.
            let mut noisy = |by: f64| -> Vec<f64> {
                truth.iter().map(|share| ((share + by * random.uniform()) * 10.0).round()).collect()
            };
            let (first, second) = (noisy(0.3), noisy(1.0));
            let test = delong(&labels, &first, &second).unwrap();
            assert!((test.p_value - p_by_pairs(&labels, &first, &second)).abs() < 1e-9);
            let auc = |scores: &[f64]| roc_auc(&labels, scores).unwrap();
            assert!((test.difference - (auc(&first) - auc(&second))).abs() < 1e-12);
            assert_eq!(delong(&labels, &first, &first).unwrap(), PairedTest { difference: 0.0, p_value: 1.0 });
        }
    }

    #[test]
    fn chance_alone_seldom_looks_like_a_difference() {
        let p_of = |seed: u64| {
            let mut random = Random::new(seed);
            let labels: Vec<bool> = (0..120).map(|_| random.uniform() < 0.4).collect();
            let mut scores = || -> Vec<f64> { (0..120).map(|_| random.uniform()).collect() };
            delong(&labels, &scores(), &scores()).unwrap().p_value
        };
        let small = (0..400).filter(|seed| p_of(*seed) < 0.05).count();
        assert!((8..=36).contains(&small), "{small} of 400 below 5 %");
    }

    #[test]
    fn what_they_are_not_defined_on_is_named() {
        assert_eq!(mcnemar(&[], &[], &[]), Err(MetricError::NoRows));
        assert_eq!(mcnemar(&[true], &[true], &[]), Err(MetricError::LengthsDiffer { labels: 1, scores: 0 }));
        assert_eq!(delong(&[true], &[0.5], &[0.5]), Err(MetricError::OneLabelOnly));
    }
}
