//! What a threshold costs, in money.
//!
//! A row at or above the threshold is blocked: it costs what it costs to block it, whether rightly or not. A row below
//! it passes: where it was an event, it costs what was lost. Both are minor units of one currency, per row; sums are
//! exact.

use super::MetricError;

/// What each row would cost.
#[derive(Debug, Clone, Copy)]
pub struct RowCosts<'a> {
    /// What is lost if the row is an event and passes.
    pub missed_minor: &'a [i64],
    /// What is lost if the row is no event and is blocked: margin, goodwill, work.
    pub false_alarm_minor: &'a [i64],
    /// What each blocked row costs, right or wrong: somebody looks at it.
    pub review_minor: i64,
}

/// A threshold and what comes of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CostPoint {
    /// Rows that score this or more are blocked; infinite where none is.
    pub threshold: f64,
    /// What it costs.
    pub cost_minor: i128,
    /// The rows that are blocked.
    pub blocked: usize,
    /// The events among them.
    pub caught: usize,
}

/// The cost at every threshold that changes something, from infinity (nothing is blocked) down.
///
/// ```
/// use learn::metrics::{RowCosts, cost_curve, least_cost};
/// // An event of 10.00 at score .9, an honest row at .5 whose block costs 2.00, an event of 1.00 at .4.
/// let costs = RowCosts { missed_minor: &[1000, 0, 100], false_alarm_minor: &[0, 200, 0], review_minor: 0 };
/// let labels = [true, false, true];
/// let curve = cost_curve(&labels, &[0.9, 0.5, 0.4], costs)?;
/// let found: Vec<i128> = curve.iter().map(|point| point.cost_minor).collect();
/// assert_eq!(found, [1100, 100, 300, 200]);
/// assert_eq!(least_cost(&labels, &[0.9, 0.5, 0.4], costs)?.threshold, 0.9);
/// # Ok::<(), learn::metrics::MetricError>(())
/// ```
///
/// # Errors
/// [`MetricError`]: lengths that differ, no rows, a score that is not a number.
pub fn cost_curve(labels: &[bool], scores: &[f64], costs: RowCosts) -> Result<Vec<CostPoint>, MetricError> {
    check(labels, scores, costs)?;
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    let missed = (0..labels.len()).filter(|&row| labels[row]).map(|row| i128::from(costs.missed_minor[row])).sum();
    let mut point = CostPoint { threshold: f64::INFINITY, cost_minor: missed, blocked: 0, caught: 0 };
    let mut curve = vec![point];
    for tied in order.chunk_by(|&a, &b| scores[a] == scores[b]) {
        for &row in tied {
            point.cost_minor += change(labels[row], row, costs);
            point.blocked += 1;
            point.caught += usize::from(labels[row]);
        }
        point.threshold = scores[tied[0]];
        curve.push(point);
    }
    Ok(curve)
}

/// What blocking one more row changes.
fn change(label: bool, row: usize, costs: RowCosts) -> i128 {
    let spared = if label { -i128::from(costs.missed_minor[row]) } else { i128::from(costs.false_alarm_minor[row]) };
    spared + i128::from(costs.review_minor)
}

/// The cost of one threshold.
///
/// # Errors
/// Those of [`cost_curve`].
pub fn cost_at(labels: &[bool], scores: &[f64], costs: RowCosts, threshold: f64) -> Result<CostPoint, MetricError> {
    check(labels, scores, costs)?;
    let mut point = CostPoint { threshold, cost_minor: 0, blocked: 0, caught: 0 };
    for row in 0..labels.len() {
        let missed = if labels[row] { i128::from(costs.missed_minor[row]) } else { 0 };
        let blocks = scores[row] >= threshold;
        point.cost_minor += missed + if blocks { change(labels[row], row, costs) } else { 0 };
        point.blocked += usize::from(blocks);
        point.caught += usize::from(blocks && labels[row]);
    }
    Ok(point)
}

/// The threshold of the least cost; of equal ones the highest, which blocks the fewest. Choose it on validation rows.
///
/// # Errors
/// Those of [`cost_curve`].
pub fn least_cost(labels: &[bool], scores: &[f64], costs: RowCosts) -> Result<CostPoint, MetricError> {
    let curve = cost_curve(labels, scores, costs)?;
    let least = curve.into_iter().reduce(|best, point| if point.cost_minor < best.cost_minor { point } else { best });
    least.ok_or(MetricError::NoRows)
}

fn check(labels: &[bool], scores: &[f64], costs: RowCosts) -> Result<(), MetricError> {
    super::check(labels, scores)?;
    for given in [costs.missed_minor.len(), costs.false_alarm_minor.len()] {
        if given != labels.len() {
            return Err(MetricError::LengthsDiffer { labels: labels.len(), scores: given });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_curve_is_the_cost_at_each_of_its_thresholds(
            rows in proptest::collection::vec((any::<bool>(), 0_u8..9, 0_i64..500, 0_i64..90), 1..50), review in 0_i64..40,
        ) {
            let labels: Vec<bool> = rows.iter().map(|row| row.0).collect();
            let scores: Vec<f64> = rows.iter().map(|row| f64::from(row.1)).collect();
            let missed: Vec<i64> = rows.iter().map(|row| row.2).collect();
            let alarm: Vec<i64> = rows.iter().map(|row| row.3).collect();
            let costs = RowCosts { missed_minor: &missed, false_alarm_minor: &alarm, review_minor: review };
            let curve = cost_curve(&labels, &scores, costs).unwrap();
            for point in &curve {
                prop_assert_eq!(*point, cost_at(&labels, &scores, costs, point.threshold).unwrap());
            }
            let least = least_cost(&labels, &scores, costs).unwrap();
            prop_assert!(curve.iter().all(|point| least.cost_minor <= point.cost_minor));
        }
    }

    #[test]
    fn a_length_that_differs_is_named() {
        let costs = RowCosts { missed_minor: &[1], false_alarm_minor: &[], review_minor: 0 };
        let error = MetricError::LengthsDiffer { labels: 1, scores: 0 };
        assert_eq!(cost_curve(&[true], &[0.5], costs), Err(error));
    }
}
