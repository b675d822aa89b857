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
        fn both_equal_their_brute_force(
            rows in proptest::collection::vec((any::<bool>(), 0_u8..12), 2..60),
        ) {
            let mut rows: Vec<(bool, f64)> =
                rows.into_iter().map(|(label, score)| (label, f64::from(score))).collect();
            (rows[0].0, rows[1].0) = (true, false);
            let (labels, scores): (Vec<bool>, Vec<f64>) = rows.iter().copied().unzip();
            prop_assert!((roc_auc(&labels, &scores).unwrap() - auc_by_pairs(&rows)).abs() < 1e-12);
            let precision = average_precision(&labels, &scores).unwrap();
            prop_assert!((precision - precision_by_rows(&rows)).abs() < 1e-12);
        }
    }

    #[test]
    fn what_they_are_not_defined_on_is_named() {
        assert_eq!(roc_auc(&[true], &[1.0]), Err(MetricError::OneLabelOnly));
        assert_eq!(average_precision(&[false], &[1.0]), Err(MetricError::NoPositives));
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
