//! Which columns to keep, by four rules, each with its cut stated.
//!
//! | rule | a column's worth | it is kept where |
//! |---|---|---|
//! | redundancy | \|correlation with the label\| | no kept column of more worth correlates with it above the cut |
//! | information gain | what ten bins of it, and its gaps, tell of the label, in nats | above the cut, chance's share taken off |
//! | L1 | its coefficient in standard deviations | the penalty leaves it above 0 |
//! | forest | its share of the impurity that a forest takes away | above the best of shuffled copies of all columns |
//!
//! Select on fit rows only. Promises: constant and all-missing columns are worth 0 and never kept; one seed gives one
//! answer.

use crate::dataset::{Dataset, DatasetError};
use crate::estimator::{FitError, ParamError};
use crate::forest::{ForestModel, ForestParams};
use crate::logistic::{LinearColumn, LogisticParams, measure};
use crate::random::Random;
use std::fmt;

/// Bins of equal count of a column.
const BINS: usize = 10;

/// Which columns to keep, and why.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SelectionRule {
    /// Of columns that say the same, the one that says most of the label.
    Redundancy {
        /// The greatest absolute correlation of two kept columns, 0 to 1; .95 is usual.
        most_correlation: f64,
    },
    /// Columns that tell something by themselves.
    InformationGain {
        /// The least gain in nats, beyond chance's.
        least_nats: f64,
    },
    /// Columns that a sparse line wants.
    L1 {
        /// The penalty λ₁ of [`crate::logistic`]; above 0.
        lambda_l1: f64,
    },
    /// Columns that trees prefer to noise.
    Forest {
        /// What the forest and the shuffles are drawn by.
        seed: u64,
    },
}

/// What a rule said.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// The indices of the kept columns, ascending.
    pub kept: Vec<usize>,
    /// The worth of each column.
    pub worth: Vec<f64>,
    /// What a kept column's worth is above.
    pub cut: f64,
}

/// Applies a rule.
///
/// # Errors
/// [`SelectionError`]: one label only, a cut out of range, or a fit that fails.
pub fn select(rows: &Dataset, rule: SelectionRule) -> Result<Selection, SelectionError> {
    if !rows.has_both_labels() {
        return Err(SelectionError::Fit(FitError::OneLabelOnly));
    }
    match rule {
        SelectionRule::Redundancy { most_correlation } => by_redundancy(rows, most_correlation),
        SelectionRule::InformationGain { least_nats } => {
            check_cut(least_nats.is_finite() && least_nats >= 0.0, "least_nats", "must be 0 or above", least_nats)?;
            let worth = (0..rows.columns()).map(|column| information_gain(rows, column)).collect();
            Ok(above(worth, least_nats))
        }
        SelectionRule::L1 { lambda_l1 } => {
            check_cut(lambda_l1 > 0.0, "lambda_l1", "must be above 0", lambda_l1)?;
            let params = LogisticParams { lambda_l1, lambda_l2: 0.0, ..LogisticParams::default() };
            let line = params.check().map_err(SelectionError::Params)?.fit(rows).map_err(SelectionError::Fit)?;
            Ok(above(line.coefficients().iter().map(|column| column.coefficient.abs()).collect(), 0.0))
        }
        SelectionRule::Forest { seed } => by_forest(rows, seed),
    }
}

fn check_cut(holds: bool, parameter: &'static str, rule: &'static str, given: f64) -> Result<(), SelectionError> {
    ParamError::require(holds, parameter, rule, given).map_err(SelectionError::Params)
}

fn above(worth: Vec<f64>, cut: f64) -> Selection {
    Selection { kept: (0..worth.len()).filter(|&column| worth[column] > cut).collect(), worth, cut }
}

fn by_redundancy(rows: &Dataset, most: f64) -> Result<Selection, SelectionError> {
    check_cut((0.0..=1.0).contains(&most), "most_correlation", "must be 0 to 1", most)?;
    let measured: Vec<LinearColumn> = (0..rows.columns()).map(|column| measure(rows, column)).collect();
    let standard = |row: usize, column: usize| measured[column].standardise(rows.row(row)[column]);
    let base = rows.base_rate();
    let label = |row: usize| (f64::from(u8::from(rows.labels()[row])) - base) / (base * (1.0 - base)).sqrt();
    let mean = |value: &dyn Fn(usize) -> f64| {
        let weights: f64 = (0..rows.rows()).map(|row| rows.weight(row)).sum();
        (0..rows.rows()).map(|row| rows.weight(row) * value(row)).sum::<f64>() / weights
    };
    let worth: Vec<f64> =
        (0..rows.columns()).map(|column| mean(&|row| standard(row, column) * label(row)).abs()).collect();
    let mut order: Vec<usize> = (0..worth.len()).filter(|&column| worth[column] > 1e-12).collect();
    order.sort_by(|&a, &b| worth[b].total_cmp(&worth[a]));
    let mut kept: Vec<usize> = Vec::new();
    for column in order {
        // Gaps count as the mean, so a column is as far spread as it is present.
        let spread = |column: usize| mean(&|row| standard(row, column).powi(2)).sqrt();
        let with =
            |other: usize| mean(&|row| standard(row, column) * standard(row, other)) / spread(column) / spread(other);
        if kept.iter().all(|&other| with(other).abs() <= most) {
            kept.push(column);
        }
    }
    kept.sort_unstable();
    Ok(Selection { kept, worth, cut: most })
}

/// The mutual information of a binned column and the label, less what chance gives so many bins: (bins − 1) / 2n
/// (Miller, "Note on the bias of information estimates", 1955). Rows count, not weights.
fn information_gain(rows: &Dataset, column: usize) -> f64 {
    let mut values: Vec<(f32, bool)> =
        (0..rows.rows()).map(|row| (rows.row(row)[column], rows.labels()[row])).collect();
    values.sort_by(|a, b| a.0.is_nan().cmp(&b.0.is_nan()).then(a.0.total_cmp(&b.0)));
    let all = values.len();
    let entropy = |counts: [usize; 2]| -> f64 {
        let rows = (counts[0] + counts[1]) as f64;
        let part = |count: usize| if count == 0 { 0.0 } else { -(count as f64 / rows) * (count as f64 / rows).ln() };
        part(counts[0]) + part(counts[1])
    };
    let (mut total, mut bin) = ([0; 2], [0; 2]);
    let (mut inside, mut bins, mut taken) = (0.0, 0.0, 0);
    let mut close = |bin: &mut [usize; 2]| {
        inside += (bin[0] + bin[1]) as f64 / all as f64 * entropy(*bin);
        bins += 1.0;
        *bin = [0; 2];
    };
    for same in values.chunk_by(|a, b| a.0 == b.0 || (a.0.is_nan() && b.0.is_nan())) {
        if same[0].0.is_nan() && bin != [0; 2] {
            close(&mut bin);
        }
        for (_, label) in same {
            bin[usize::from(*label)] += 1;
            total[usize::from(*label)] += 1;
        }
        let before = taken * BINS / all;
        taken += same.len();
        if taken * BINS / all > before || taken == all {
            close(&mut bin);
        }
    }
    let bias = (bins - 1.0) / (2.0 * all as f64);
    if bins < 2.0 { 0.0 } else { (entropy(total) - inside - bias).max(0.0) }
}

/// The rule of Boruta (Kursa and Rudnicki, 2010) in one round: noise that has the columns' own values is the bar.
fn by_forest(rows: &Dataset, seed: u64) -> Result<Selection, SelectionError> {
    let columns = rows.columns();
    let shuffles: Vec<Vec<usize>> =
        (0..columns).map(|column| Random::stream(seed, column).permutation(rows.rows())).collect();
    let mut values = Vec::with_capacity(rows.values().len() * 2);
    for row in 0..rows.rows() {
        values.extend_from_slice(rows.row(row));
        let shuffled = shuffles.iter().enumerate();
        values.extend(shuffled.map(|(column, from)| rows.row(from[row])[column]));
    }
    let names = rows.names().iter().cloned().chain(rows.names().iter().map(|name| format!("{name}\u{0}shuffled")));
    let doubled = Dataset::new(names.collect(), values, rows.labels().to_vec()).map_err(SelectionError::Rows)?;
    let params = ForestParams { seed, min_data_in_leaf: 5, ..ForestParams::default() };
    let forest: ForestModel =
        params.check().map_err(SelectionError::Params)?.fit(&doubled).map_err(SelectionError::Fit)?;
    let shares = crate::Model::Forest(forest).gain_importance();
    let cut = shares[columns..].iter().copied().fold(0.0, f64::max);
    Ok(above(shares[..columns].to_vec(), cut))
}

/// Why no columns were selected.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each variant is spelled out by its message")]
pub enum SelectionError {
    Params(ParamError),
    Fit(FitError),
    Rows(DatasetError),
}

impl fmt::Display for SelectionError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Params(_) => write!(out, "the rule's cut is out of range"),
            Self::Fit(_) => write!(out, "the columns can't be compared"),
            Self::Rows(_) => write!(out, "the shuffled columns are no table"),
        }
    }
}

impl std::error::Error for SelectionError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(match self {
            Self::Params(source) => source,
            Self::Fit(source) => source,
            Self::Rows(source) => source,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::nearest_f32;
    use crate::odds::probability_of;

    /// Strong, its near copy, weak, bent, noise, constant, never known.
    fn rows() -> Dataset {
        let mut random = Random::new(5);
        let (mut values, mut labels) = (Vec::new(), Vec::new());
        for _ in 0..2000 {
            let [strong, weak, bent, noise] = std::array::from_fn(|_| 2.0 * random.uniform() - 1.0);
            let copy = strong + 0.05 * random.uniform();
            labels.push(random.uniform() < probability_of(3.0 * strong + weak + 3.0 * (bent * bent - 0.33)));
            values.extend([strong, copy, weak, bent, noise, 1.0, f64::NAN].map(nearest_f32));
        }
        let names = ["strong", "copy", "weak", "bent", "noise", "constant", "unknown"];
        Dataset::new(names.map(str::to_owned).to_vec(), values, labels).unwrap()
    }

    fn kept(rule: SelectionRule) -> Vec<String> {
        let rows = rows();
        let selection = select(&rows, rule).unwrap();
        println!("{rule:?} {:?} above {}", selection.worth, selection.cut);
        selection.kept.into_iter().map(|column| rows.names()[column].clone()).collect()
    }

    #[test]
    fn each_rule_keeps_what_it_says() {
        let kept_by = kept(SelectionRule::Redundancy { most_correlation: 0.95 });
        assert!(kept_by.contains(&"strong".to_owned()) != kept_by.contains(&"copy".to_owned()), "{kept_by:?}");
        assert!(kept_by.contains(&"weak".to_owned()) && !kept_by.contains(&"unknown".to_owned()));
        assert_eq!(kept(SelectionRule::InformationGain { least_nats: 0.005 }), ["strong", "copy", "weak", "bent"]);
        let line = kept(SelectionRule::L1 { lambda_l1: 60.0 });
        assert!(line.contains(&"weak".to_owned()) && !line.contains(&"noise".to_owned()), "{line:?}");
        let forest = kept(SelectionRule::Forest { seed: 1 });
        assert!(forest.starts_with(&["strong", "copy"].map(str::to_owned)), "{forest:?}");
        assert!(forest.contains(&"bent".to_owned()) && !forest.contains(&"constant".to_owned()));
    }

    #[test]
    fn information_is_by_hand() {
        // Two values that tell the label of four rows: ln 2, less (2 − 1) / 8.
        let table = |labels: [bool; 4]| {
            Dataset::new(vec!["x".to_owned()], vec![0.0, 0.0, 1.0, f32::NAN], labels.to_vec()).unwrap()
        };
        let told = information_gain(&table([true, true, false, false]), 0);
        // Bins 0 | 1 | missing: three bins.
        assert!((told - (2_f64.ln() - 2.0 / 8.0)).abs() < 1e-12, "{told}");
        assert_eq!(information_gain(&table([true, false, true, false]), 0), (2_f64.ln() / 2.0 - 0.25).max(0.0));
    }

    #[test]
    fn what_does_not_hold_is_named() {
        let one = Dataset::new(vec!["x".to_owned()], vec![1.0; 4], vec![true; 4]).unwrap();
        let error = select(&one, SelectionRule::Forest { seed: 0 });
        assert_eq!(error, Err(SelectionError::Fit(FitError::OneLabelOnly)));
        for rule in [
            SelectionRule::Redundancy { most_correlation: 2.0 },
            SelectionRule::InformationGain { least_nats: f64::NAN },
            SelectionRule::L1 { lambda_l1: 0.0 },
        ] {
            assert!(matches!(select(&rows(), rule), Err(SelectionError::Params(_))), "{rule:?}");
        }
    }
}
