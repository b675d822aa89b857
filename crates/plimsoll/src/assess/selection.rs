//! What each ratio tells of other companies: alone (AUC), how evenly over folds, and which another one tells already.
//!
//! Rules, in this order: a ratio is left out where it is known of fewer than half of the companies; where its ranks go with
//! those of a ratio that tells more (|r| of .98 or above). What it tells alone, and the lowest and highest of the folds, are
//! told and leave none out: a ratio that is bad at both ends tells nothing by its order, and leaving such ones out cost the
//! trees .09 of AUC on these companies (`cargo xtask bench bankruptcy`). Whether trees then do without what is left out is
//! tried ([`super::training`]). Scaling: trees split by order, so that no monotone scaling changes anything: ratios are
//! taken as they are, and what is missing stays missing.

use learn::Dataset;
use learn::metrics::roc_auc;
use learn::split::Split;
use serde::{Deserialize, Serialize};

/// Known of at least so many.
const LEAST_KNOWN: f64 = 0.5;
/// Ranks that go together.
const MOST_ALIKE: f64 = 0.98;

/// How scaling was chosen, in words.
pub const SCALING: &str =
    "no scaling: trees split by order, so that no monotone scaling changes them; what is missing stays missing";

/// A ratio, and whether it was taken.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Choice {
    /// Which.
    pub ratio: String,
    /// The share of companies of which it is known.
    pub known: f64,
    /// Its own AUC over all folds, ½ to 1 whichever way it tells.
    pub auc: f64,
    /// The lowest and the highest of the folds.
    pub over_folds: (f64, f64),
    /// The ratio that tells the same already, if one does.
    pub like: Option<String>,
    /// Why it was left out; none where it was taken.
    pub left_out: Option<String>,
}

/// Looks at every ratio, in the order of the rows' columns. Only the rows of each fold's test part are looked at, which
/// together are all rows of the fit.
///
/// # Errors
/// A fold has one label only.
pub fn selected(rows: &Dataset, folds: &[Split]) -> anyhow::Result<Vec<Choice>> {
    let mut choices = Vec::with_capacity(rows.columns());
    for column in 0..rows.columns() {
        choices.push(looked_at(rows, folds, column)?);
    }
    let mut order: Vec<usize> = (0..choices.len()).filter(|at| choices[*at].left_out.is_none()).collect();
    order.sort_by(|a, b| choices[*b].auc.total_cmp(&choices[*a].auc).then(a.cmp(b)));
    let mut kept: Vec<(usize, Vec<f64>)> = Vec::new();
    for at in order {
        let ranks = ranks(rows, at);
        match kept.iter().find(|(_, other)| correlation(&ranks, other).abs() >= MOST_ALIKE) {
            Some((other, _)) => {
                let other = &rows.names()[*other];
                choices[at].left_out = Some(format!("told by `{other}` already"));
                choices[at].like = Some(other.clone());
            }
            None => kept.push((at, ranks)),
        }
    }
    Ok(choices)
}

fn looked_at(rows: &Dataset, folds: &[Split], column: usize) -> anyhow::Result<Choice> {
    let mut aucs = Vec::new();
    let mut known = 0;
    for fold in folds {
        let told: Vec<usize> = fold.test.iter().copied().filter(|row| !rows.row(*row)[column].is_nan()).collect();
        known += told.len();
        let (labels, values): (Vec<bool>, Vec<f64>) =
            told.iter().map(|row| (rows.labels()[*row], f64::from(rows.row(*row)[column]))).unzip();
        // One label only among the known: this fold says nothing of the ratio.
        aucs.push(roc_auc(&labels, &values).unwrap_or(0.5));
    }
    let (low, high) = aucs.iter().fold((1.0_f64, 0.0_f64), |(low, high), auc| (low.min(*auc), high.max(*auc)));
    let mean = aucs.iter().sum::<f64>() / aucs.len().max(1) as f64;
    let share = known as f64 / rows.rows().max(1) as f64;
    let left_out = (share < LEAST_KNOWN).then_some("known of too few");
    let turned = mean < 0.5;
    let over_folds = if turned { (1.0 - high, 1.0 - low) } else { (low, high) };
    Ok(Choice {
        ratio: rows.names()[column].clone(),
        known: share,
        auc: if turned { 1.0 - mean } else { mean },
        over_folds,
        like: None,
        left_out: left_out.map(str::to_owned),
    })
}

/// Ranks from 0 to 1, what is missing in the middle; equal values in the order of rows.
fn ranks(rows: &Dataset, column: usize) -> Vec<f64> {
    let mut order: Vec<usize> = (0..rows.rows()).filter(|row| !rows.row(*row)[column].is_nan()).collect();
    order.sort_by(|a, b| rows.row(*a)[column].total_cmp(&rows.row(*b)[column]).then(a.cmp(b)));
    let last = order.len().saturating_sub(1).max(1) as f64;
    let mut ranks = vec![0.5; rows.rows()];
    order.iter().enumerate().for_each(|(place, row)| ranks[*row] = place as f64 / last);
    ranks
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let count = a.len().max(1) as f64;
    let (mean_a, mean_b) = (a.iter().sum::<f64>() / count, b.iter().sum::<f64>() / count);
    let (mut over, mut of_a, mut of_b) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        over += (x - mean_a) * (y - mean_b);
        of_a += (x - mean_a).powi(2);
        of_b += (y - mean_b).powi(2);
    }
    if of_a > 0.0 && of_b > 0.0 { over / (of_a * of_b).sqrt() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use learn::split::stratified_k_fold;

    /// A ratio that tells, the same again, one without a sign, and one that is hardly known.
    fn rows() -> Dataset {
        let (mut values, mut labels) = (Vec::new(), Vec::new());
        for row in 0..400_u16 {
            let failed = row % 4 == 0;
            let told = f32::from(row % 7) + if failed { 4.0 } else { 0.0 };
            let noise = f32::from(row * 37 % 101);
            values.extend([told, 2.0 * told + 1.0, noise, if row < 40 { told } else { f32::NAN }]);
            labels.push(failed);
        }
        let names = ["tells", "again", "noise", "rare"].map(str::to_owned).to_vec();
        Dataset::new(names, values, labels).unwrap()
    }

    #[test]
    fn each_rule_by_hand() {
        let rows = rows();
        let folds = stratified_k_fold(rows.labels(), 5, 1).unwrap();
        let why: Vec<Option<String>> = selected(&rows, &folds).unwrap().into_iter().map(|one| one.left_out).collect();
        assert_eq!(why[0], None);
        assert_eq!(why[1].as_deref(), Some("told by `tells` already"));
        assert_eq!(why[2], None, "what tells nothing alone may tell something in company");
        assert_eq!(why[3].as_deref(), Some("known of too few"));
    }
}
