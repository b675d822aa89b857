//! Metrics of probabilities: their values matter, not only their order.

use super::{MetricError, by_score, check};
use crate::number::floor_index;

/// The mean squared error of the probabilities, in \[0, 1\]; 0 is best.
///
/// ```
/// // (0.2² + 0.4²) / 2
/// let value = learn::metrics::brier(&[true, false], &[0.8, 0.4])?;
/// assert!((value - 0.1).abs() < 1e-12);
/// # Ok::<(), learn::metrics::MetricError>(())
/// ```
///
/// # Errors
/// [`MetricError::NotAProbability`] beside those of unfit rows.
pub fn brier(labels: &[bool], probabilities: &[f64]) -> Result<f64, MetricError> {
    check_probabilities(labels, probabilities)?;
    let target = |label: bool| f64::from(u8::from(label));
    let rows = labels.iter().zip(probabilities);
    Ok(mean(rows.map(|(&label, probability)| (probability - target(label)).powi(2)), labels.len()))
}

/// The mean log loss in nats; 0 is best. A probability counts as at least one [`f64::EPSILON`]
/// away from 0 and 1, so one row costs at most 36.
///
/// ```
/// // −(ln 0.8 + ln 0.6) / 2
/// let value = learn::metrics::log_loss(&[true, false], &[0.8, 0.4])?;
/// assert!((value - 0.366_985).abs() < 1e-6);
/// # Ok::<(), learn::metrics::MetricError>(())
/// ```
///
/// # Errors
/// [`MetricError::NotAProbability`] beside those of unfit rows.
pub fn log_loss(labels: &[bool], probabilities: &[f64]) -> Result<f64, MetricError> {
    check_probabilities(labels, probabilities)?;
    let loss = |label: bool, probability: f64| {
        let inside = probability.clamp(f64::EPSILON, 1.0 - f64::EPSILON);
        if label { -inside.ln() } else { -(-inside).ln_1p() }
    };
    let rows = labels.iter().zip(probabilities);
    Ok(mean(rows.map(|(&label, &probability)| loss(label, probability)), labels.len()))
}

/// The expected calibration error, in \[0, 1\]: over bins of equal count by probability, the mean
/// by rows of |share of positives − mean probability|; 0 is best. 10 bins are usual.
///
/// Equal probabilities are never parted: bin `i` of `b` ends at the first change of probability at
/// or after row `i · n / b`. So there may be fewer bins than asked.
///
/// ```
/// // Two bins: (.1 .3) holds no positive, |0 − .2|; (.6 .8) holds one, |.5 − .7|.
/// let labels = [false, false, true, false];
/// let value = learn::metrics::expected_calibration_error(&labels, &[0.1, 0.3, 0.6, 0.8], 2)?;
/// assert!((value - 0.2).abs() < 1e-12);
/// # Ok::<(), learn::metrics::MetricError>(())
/// ```
///
/// # Errors
/// [`MetricError::NotAProbability`] and [`MetricError::NoBins`] beside those of unfit rows.
pub fn expected_calibration_error(labels: &[bool], probabilities: &[f64], bins: usize) -> Result<f64, MetricError> {
    check_probabilities(labels, probabilities)?;
    if bins == 0 {
        return Err(MetricError::NoBins);
    }
    // An excess is the positives less the sum of probabilities: rows · (share − mean).
    let (mut rows, mut excess, mut sum, mut bins_done) = (0, 0.0, 0.0, 0);
    for tied in by_score(labels, probabilities) {
        let count = tied.positive + tied.negative;
        rows += count;
        excess += tied.positive as f64 - tied.score * count as f64;
        if rows * bins >= (bins_done + 1) * labels.len() {
            sum += f64::abs(excess);
            excess = 0.0;
            bins_done = rows * bins / labels.len();
        }
    }
    Ok(sum / labels.len() as f64)
}

/// The same over bins of equal width: bin `i` of `b` holds probabilities from `i / b` up to `(i + 1) / b`, the last one
/// its end too. Papers mostly mean this one; where scores crowd near 0 it says little of the rest.
///
/// ```
/// // Below a half: |0 − .2| over two rows; above: |1 − .6| over one.
/// let value = learn::metrics::expected_calibration_error_by_width(&[false, false, true], &[0.1, 0.3, 0.6], 2)?;
/// assert!((value - (2.0 * 0.2 + 0.4) / 3.0).abs() < 1e-12);
/// # Ok::<(), learn::metrics::MetricError>(())
/// ```
///
/// # Errors
/// [`MetricError::NotAProbability`] and [`MetricError::NoBins`] beside those of unfit rows.
pub fn expected_calibration_error_by_width(
    labels: &[bool],
    probabilities: &[f64],
    bins: usize,
) -> Result<f64, MetricError> {
    let gaps = gaps_by_width(labels, probabilities, bins)?;
    Ok(gaps.iter().map(|gap| gap.excess.abs()).sum::<f64>() / labels.len() as f64)
}

/// The largest |share of positives − mean probability| of a bin of equal width; bins without rows don't count.
///
/// # Errors
/// [`MetricError::NotAProbability`] and [`MetricError::NoBins`] beside those of unfit rows.
pub fn maximum_calibration_error(labels: &[bool], probabilities: &[f64], bins: usize) -> Result<f64, MetricError> {
    let gaps = gaps_by_width(labels, probabilities, bins)?;
    Ok(gaps.iter().map(|gap| gap.excess.abs() / gap.rows.max(1.0)).fold(0.0, f64::max))
}

/// The rows of a bin, and its positives less the sum of its probabilities.
#[derive(Clone, Copy)]
struct Gap {
    rows: f64,
    excess: f64,
}

fn gaps_by_width(labels: &[bool], probabilities: &[f64], bins: usize) -> Result<Vec<Gap>, MetricError> {
    check_probabilities(labels, probabilities)?;
    if bins == 0 {
        return Err(MetricError::NoBins);
    }
    let mut gaps = vec![Gap { rows: 0.0, excess: 0.0 }; bins];
    for tied in by_score(labels, probabilities) {
        let gap = &mut gaps[floor_index(tied.score * bins as f64).min(bins - 1)];
        let rows = (tied.positive + tied.negative) as f64;
        gap.rows += rows;
        gap.excess += tied.positive as f64 - tied.score * rows;
    }
    Ok(gaps)
}

fn mean(values: impl Iterator<Item = f64>, count: usize) -> f64 {
    values.sum::<f64>() / count as f64
}

fn check_probabilities(labels: &[bool], probabilities: &[f64]) -> Result<(), MetricError> {
    check(labels, probabilities)?;
    match probabilities.iter().position(|probability| !(0.0..=1.0).contains(probability)) {
        Some(row) => Err(MetricError::NotAProbability { row }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Distinct probabilities only: bins are then plain slices of the sorted rows.
    fn error_by_slices(rows: &mut [(bool, f64)], bins: usize) -> f64 {
        rows.sort_by(|a, b| a.1.total_cmp(&b.1));
        let ends: Vec<usize> = (1..=bins).map(|bin| (bin * rows.len()).div_ceil(bins)).collect();
        let mut start = 0;
        let mut error = 0.0;
        for end in ends {
            let bin = &rows[start..end];
            let positives = bin.iter().filter(|row| row.0).count() as f64;
            error += (positives - bin.iter().map(|row| row.1).sum::<f64>()).abs();
            start = end;
        }
        error / rows.len() as f64
    }

    proptest! {
        #[test]
        fn all_equal_their_brute_force(
            labels in proptest::collection::vec(any::<bool>(), 1..60), bins in 1_usize..15,
            step in 0.001_f64..0.016,
        ) {
            let mut rows: Vec<(bool, f64)> =
                labels.iter().enumerate().map(|(row, &label)| (label, step * row as f64)).collect();
            let probabilities: Vec<f64> = rows.iter().map(|row| row.1).collect();
            let count = rows.len() as f64;
            let squares: f64 =
                rows.iter().map(|&(label, p)| if label { (1.0 - p) * (1.0 - p) } else { p * p }).sum();
            prop_assert!((brier(&labels, &probabilities).unwrap() - squares / count).abs() < 1e-12);
            let chance = |&(label, p): &(bool, f64)| if label { p.max(f64::EPSILON) } else { 1.0 - p };
            let loss: f64 = rows.iter().map(|row| -chance(row).ln()).sum();
            prop_assert!((log_loss(&labels, &probabilities).unwrap() - loss / count).abs() < 1e-9);
            let error = expected_calibration_error(&labels, &probabilities, bins).unwrap();
            let wanted = error_by_slices(&mut rows, bins.min(labels.len()));
            if bins <= labels.len() {
                prop_assert!((error - wanted).abs() < 1e-12);
            }
        }

        #[test]
        fn the_order_of_tied_rows_does_not_matter(
            rows in proptest::collection::vec((any::<bool>(), 0_u8..4), 1..40), bins in 1_usize..6,
        ) {
            let error = |rows: &[(bool, u8)]| {
                let labels: Vec<bool> = rows.iter().map(|row| row.0).collect();
                let scores: Vec<f64> = rows.iter().map(|row| f64::from(row.1) / 4.0).collect();
                expected_calibration_error(&labels, &scores, bins).unwrap()
            };
            let reversed: Vec<(bool, u8)> = rows.iter().rev().copied().collect();
            prop_assert_eq!(error(&rows), error(&reversed));
        }
    }

    #[test]
    fn the_largest_gap_is_by_hand() {
        // Bins of (.1 .3) and (.6): gaps of .2 and .4.
        let value = maximum_calibration_error(&[false, false, true], &[0.1, 0.3, 0.6], 2).unwrap();
        assert!((value - 0.4).abs() < 1e-12);
        assert_eq!(maximum_calibration_error(&[true], &[1.0], 10), Ok(0.0));
    }

    #[test]
    fn what_they_are_not_defined_on_is_named() {
        let error = Err(MetricError::NotAProbability { row: 0 });
        assert_eq!(brier(&[true], &[1.5]), error);
        assert_eq!(expected_calibration_error(&[true], &[0.5], 0), Err(MetricError::NoBins));
    }
}
