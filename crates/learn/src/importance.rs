//! What each column is worth to a model: by its splits, and by what is lost when it is shuffled.
//!
//! Gain importance costs nothing and sees the fit rows only; it flatters columns of many values.
//! Permutation importance (Breiman, "Random forests", 2001; for any model: Fisher, Rudin and
//! Dominici, 2019) asks any rows, best fresh ones; columns that stand in for one another share
//! their worth, so that each alone may seem worth little.

use crate::dataset::Dataset;
use crate::logistic::LogisticModel;
use crate::metrics::MetricError;
use crate::model::Model;
use crate::random::Random;

impl Model {
    /// Each column's share of what the model explains, summing to 1 (or all 0 where it explains
    /// nothing).
    ///
    /// For trees: Σ over its splits of rows · (child's mean − parent's mean)², the variance of the
    /// score that the split explains on the fit rows. In a Gini forest that is the fall of the
    /// impurity; for boosted trees it is the gain of each split in its tree's own units. For
    /// linear models: the variance of the column's contribution, coefficient². For nets: the square
    /// of what a standard deviation of the column moves the score of a row of means. For a machine with a
    /// kernel: the mean square of what a support vector's score loses with the column at its mean. For an ensemble:
    /// the members' shares, by their weights.
    pub fn gain_importance(&self) -> Vec<f64> {
        match self {
            Self::Boost(trees) => shares(trees.split_gains()),
            Self::CategoryBoost(trees) => shares(trees.split_gains()),
            Self::Net(net) => shares(net.squared_moves()),
            Self::Tree(votes) | Self::Forest(votes) => shares(votes.split_gains()),
            Self::Logistic(linear) | Self::LinearSvm(linear) | Self::Ftrl(linear) => shares(variances(linear)),
            Self::RbfSvm(machine) => shares(machine.squared_moves()),
            Self::Ensemble(members) => shares(members.split_gains()),
        }
    }
}

fn variances(linear: &LogisticModel) -> Vec<f64> {
    linear.coefficients().iter().map(|column| column.coefficient.powi(2)).collect()
}

/// By hand: 1 3 0 are shares of 0.25 0.75 0.
fn shares(gains: Vec<f64>) -> Vec<f64> {
    let sum: f64 = gains.iter().sum();
    if sum > 0.0 { gains.into_iter().map(|gain| gain / sum).collect() } else { gains }
}

/// What a metric loses when one column is shuffled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PermutationLoss {
    /// The metric as it is, less its mean over the shuffles; near 0 where the model needs no such
    /// column, and below 0 by chance.
    pub mean: f64,
    /// The standard deviation over the shuffles; 0 where there was one.
    pub deviation: f64,
}

/// Shuffles each column `repeats` times (at least once) among these rows and gives what `metric`,
/// higher being better, loses on the model's log-odds; one answer a column.
///
/// ```
/// use learn::{Dataset, Model, logistic::{LinearColumn, LogisticModel}};
/// let names = ["used", "unused"].map(str::to_owned).to_vec();
/// let rows = Dataset::new(names, vec![0.0, 5.0, 1.0, 6.0, 2.0, 7.0, 3.0, 8.0], vec![false, false, true, true])?;
/// let column = |coefficient| LinearColumn { mean: 0.0, scale: 1.0, coefficient };
/// let model = Model::Logistic(LogisticModel::new(0.0, vec![column(1.0), column(0.0)])?);
/// let losses = learn::permutation_importance(&model, &rows, 20, 1, learn::metrics::roc_auc)?;
/// assert!(losses[0].mean > 0.2 && losses[1].mean == 0.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// What `metric` refuses.
pub fn permutation_importance(
    model: &Model,
    rows: &Dataset,
    repeats: usize,
    seed: u64,
    metric: impl Fn(&[bool], &[f64]) -> Result<f64, MetricError>,
) -> Result<Vec<PermutationLoss>, MetricError> {
    let score = |values: &[f32]| metric(rows.labels(), &model.log_odds_of_rows(values));
    let unshuffled = score(rows.values())?;
    let mut values = rows.values().to_vec();
    let mut losses = Vec::with_capacity(rows.columns());
    for column in 0..rows.columns() {
        let mut random = Random::stream(seed, column);
        let mut lost = Vec::with_capacity(repeats.max(1));
        for _ in 0..repeats.max(1) {
            let order = random.permutation(rows.rows());
            put(&mut values, rows, column, |row| order[row]);
            lost.push(unshuffled - score(&values)?);
        }
        put(&mut values, rows, column, |row| row);
        losses.push(loss_of(&lost));
    }
    Ok(losses)
}

/// Sets one column of a row-major table to the values of other rows.
fn put(values: &mut [f32], rows: &Dataset, column: usize, from: impl Fn(usize) -> usize) {
    for (row, values) in values.chunks_exact_mut(rows.columns()).enumerate() {
        values[column] = rows.row(from(row))[column];
    }
}

/// By hand: losses of 0.1 and 0.3 have a mean of 0.2 and a deviation of 0.1 · √2.
fn loss_of(lost: &[f64]) -> PermutationLoss {
    let count = lost.len() as f64;
    let mean = lost.iter().sum::<f64>() / count;
    let squares: f64 = lost.iter().map(|loss| (loss - mean).powi(2)).sum();
    PermutationLoss { mean, deviation: (squares / (count - 1.0).max(1.0)).sqrt() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimator::registry;
    use crate::number::nearest_f32;
    use crate::odds::probability_of;

    #[test]
    fn shares_and_losses_are_by_hand() {
        assert_eq!(shares(vec![1.0, 3.0, 0.0]), [0.25, 0.75, 0.0]);
        assert_eq!(shares(vec![0.0; 2]), [0.0; 2]);
        let loss = loss_of(&[0.1, 0.3]);
        assert!((loss.mean - 0.2).abs() < 1e-12 && (loss.deviation - 0.02_f64.sqrt()).abs() < 1e-12);
        assert_eq!(loss_of(&[0.5]), PermutationLoss { mean: 0.5, deviation: 0.0 });
    }

    /// A strong column, a weak one with gaps, and one of noise.
    fn graded(rows: usize, seed: u64) -> Dataset {
        let mut random = Random::new(seed);
        let (mut values, mut labels) = (Vec::new(), Vec::new());
        for _ in 0..rows {
            let [strong, weak, noise] = std::array::from_fn(|_| 4.0 * random.uniform() - 2.0);
            labels.push(random.uniform() < probability_of(2.0 * strong + weak));
            let weak = if random.below(20) == 0 { f64::NAN } else { weak };
            values.extend([strong, weak, noise].map(nearest_f32));
        }
        Dataset::new(["a", "b", "c"].map(str::to_owned).to_vec(), values, labels).unwrap()
    }

    #[test]
    fn every_model_ranks_the_columns() {
        let (fit, fresh) = (graded(1500, 1), graded(1500, 2));
        for estimator in registry(3).unwrap() {
            let model = estimator.fit_model(&fit, None).unwrap();
            let gains = model.gain_importance();
            assert!((gains.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            assert!(gains[0] > gains[1] && gains[1] > gains[2], "{} {gains:?}", estimator.name());
            let losses = || permutation_importance(&model, &fresh, 3, 7, crate::metrics::roc_auc).unwrap();
            let found = losses();
            assert_eq!(found, losses());
            assert!(found[0].mean > found[1].mean && found[1].mean > found[2].mean + 0.01, "{found:?}");
            assert!(found[2].mean.abs() < 0.02);
        }
    }
}
