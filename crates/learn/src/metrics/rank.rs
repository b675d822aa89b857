//! Metrics of ranking: only the order of the scores matters.

use super::{MetricError, by_score, check};

/// The area under the ROC curve, in \[0, 1\]: the chance that a positive row scores above a
/// negative one, a tie counting as half (the Mann–Whitney statistic).
///
/// ```
/// // Of the pairs (.8 .3), (.8 .5), (.5 .3), (.5 .5) three are right and the last is a tie.
/// let auc = learn::metrics::roc_auc(&[true, true, false, false], &[0.8, 0.5, 0.3, 0.5])?;
/// assert_eq!(auc, 3.5 / 4.0);
/// # Ok::<(), learn::metrics::MetricError>(())
/// ```
///
/// # Errors
/// [`MetricError::OneLabelOnly`] beside those of unfit rows.
pub fn roc_auc(labels: &[bool], scores: &[f64]) -> Result<f64, MetricError> {
    check(labels, scores)?;
    let (mut negatives, mut positives, mut pairs) = (0.0, 0.0, 0.0);
    for tied in by_score(labels, scores) {
        let (positive, negative) = (tied.positive as f64, tied.negative as f64);
        pairs += positive * (negatives + negative / 2.0);
        negatives += negative;
        positives += positive;
    }
    if negatives == 0.0 || positives == 0.0 {
        return Err(MetricError::OneLabelOnly);
    }
    Ok(pairs / (positives * negatives))
}

/// Average precision, in (0, 1]: Σ (recall gained) · precision over the distinct scores from the
/// highest down, ties taken together, without interpolation (as scikit-learn does).
///
/// ```
/// // .9 holds one positive: recall 1/2 at precision 1. .7 holds one of each: recall 1/2 more, at
/// // precision 2/3.
/// let scores = [0.9, 0.7, 0.7, 0.1];
/// let value = learn::metrics::average_precision(&[true, true, false, false], &scores)?;
/// assert!((value - (0.5 + 0.5 * 2.0 / 3.0)).abs() < 1e-12);
/// # Ok::<(), learn::metrics::MetricError>(())
/// ```
///
/// # Errors
/// [`MetricError::NoPositives`] beside those of unfit rows.
pub fn average_precision(labels: &[bool], scores: &[f64]) -> Result<f64, MetricError> {
    check(labels, scores)?;
    let (mut taken, mut positives, mut sum) = (0.0, 0.0, 0.0);
    for tied in by_score(labels, scores).iter().rev() {
        let positive = tied.positive as f64;
        positives += positive;
        taken += positive + tied.negative as f64;
        sum += positive * positives / taken;
    }
    if positives == 0.0 { Err(MetricError::NoPositives) } else { Ok(sum / positives) }
}

/// Gini's coefficient of ranking, in \[−1, 1\]: 2 · AUC − 1.
///
/// # Errors
/// Those of [`roc_auc`].
pub fn gini(labels: &[bool], scores: &[f64]) -> Result<f64, MetricError> {
    roc_auc(labels, scores).map(|auc| 2.0 * auc - 1.0)
}

/// The Kolmogorov–Smirnov statistic, in \[0, 1\]: how far the cumulative shares of positives and of negatives are
/// apart where they are farthest.
///
/// ```
/// // From .5 up: all positives, one of two negatives.
/// let value = learn::metrics::kolmogorov_smirnov(&[true, true, false, false], &[0.8, 0.5, 0.6, 0.3])?;
/// assert_eq!(value, 0.5);
/// # Ok::<(), learn::metrics::MetricError>(())
/// ```
///
/// # Errors
/// [`MetricError::OneLabelOnly`] beside those of unfit rows.
pub fn kolmogorov_smirnov(labels: &[bool], scores: &[f64]) -> Result<f64, MetricError> {
    check(labels, scores)?;
    let positives = labels.iter().filter(|label| **label).count() as f64;
    let negatives = labels.len() as f64 - positives;
    if positives == 0.0 || negatives == 0.0 {
        return Err(MetricError::OneLabelOnly);
    }
    let (mut apart, mut farthest): (f64, f64) = (0.0, 0.0);
    for tied in by_score(labels, scores) {
        apart += tied.positive as f64 / positives - tied.negative as f64 / negatives;
        farthest = farthest.max(apart.abs());
    }
    Ok(farthest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn auc_by_pairs(rows: &[(bool, f64)]) -> f64 {
        let (mut sum, mut pairs) = (0.0, 0.0);
        for positive in rows.iter().filter(|row| row.0) {
            for negative in rows.iter().filter(|row| !row.0) {
                pairs += 1.0;
                sum += match positive.1.total_cmp(&negative.1) {
                    std::cmp::Ordering::Greater => 1.0,
                    std::cmp::Ordering::Equal => 0.5,
                    std::cmp::Ordering::Less => 0.0,
                };
            }
        }
        sum / pairs
    }

    /// The mean over positive rows of the precision among rows that score no lower.
    fn precision_by_rows(rows: &[(bool, f64)]) -> f64 {
        let positives: Vec<f64> = rows.iter().filter(|row| row.0).map(|row| row.1).collect();
        let precision = |least: f64| {
            let taken: Vec<bool> = rows.iter().filter(|row| row.1 >= least).map(|row| row.0).collect();
            taken.iter().filter(|label| **label).count() as f64 / taken.len() as f64
        };
        positives.iter().map(|&score| precision(score)).sum::<f64>() / positives.len() as f64
    }

    proptest! {
        #[test]
        fn all_equal_their_brute_force(
            rows in proptest::collection::vec((any::<bool>(), 0_u8..12), 2..60),
        ) {
            let mut rows: Vec<(bool, f64)> =
                rows.into_iter().map(|(label, score)| (label, f64::from(score))).collect();
            (rows[0].0, rows[1].0) = (true, false);
            let (labels, scores): (Vec<bool>, Vec<f64>) = rows.iter().copied().unzip();
            prop_assert!((roc_auc(&labels, &scores).unwrap() - auc_by_pairs(&rows)).abs() < 1e-12);
            let share = |label: bool, most: f64| {
                let of: Vec<f64> = rows.iter().filter(|row| row.0 == label).map(|row| row.1).collect();
                of.iter().filter(|score| **score <= most).count() as f64 / of.len() as f64
            };
            let apart = scores.iter().map(|&at| (share(true, at) - share(false, at)).abs()).fold(0.0, f64::max);
            prop_assert!((kolmogorov_smirnov(&labels, &scores).unwrap() - apart).abs() < 1e-12);
            let precision = average_precision(&labels, &scores).unwrap();
            prop_assert!((precision - precision_by_rows(&rows)).abs() < 1e-12);
        }
    }

    #[test]
    fn what_they_are_not_defined_on_is_named() {
        assert_eq!(roc_auc(&[true], &[1.0]), Err(MetricError::OneLabelOnly));
        assert_eq!(average_precision(&[false], &[1.0]), Err(MetricError::NoPositives));
        assert_eq!(kolmogorov_smirnov(&[true], &[1.0]), Err(MetricError::OneLabelOnly));
        assert_eq!(gini(&[true, false], &[1.0, 0.0]), Ok(1.0));
        assert_eq!(roc_auc(&[], &[]), Err(MetricError::NoRows));
        let error = MetricError::ScoreNotANumber { row: 1 };
        assert_eq!(roc_auc(&[true, false], &[0.0, f64::NAN]), Err(error));
        let error = MetricError::LengthsDiffer { labels: 1, scores: 2 };
        assert_eq!(roc_auc(&[true], &[0.0, 1.0]), Err(error));
    }

    #[test]
    fn both_zeros_tie() {
        assert_eq!(roc_auc(&[true, false], &[0.0, -0.0]), Ok(0.5));
    }
}
