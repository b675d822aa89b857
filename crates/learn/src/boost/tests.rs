//! Splits and leaves by hand, missing values, constraints, and the same trees on any number of threads.

use super::*;
use crate::dataset::Dataset;
use crate::estimator::FitError;
use crate::metrics::{log_loss, roc_auc};
use crate::number::nearest_f32;
use crate::odds::probability_of;
use crate::random::Random;
use crate::trees::TreeEnsemble;

fn column(values: &[f32], labels: &[u8]) -> Dataset {
    let labels = labels.iter().map(|&label| label == 1).collect();
    Dataset::new(vec!["x".to_owned()], values.to_vec(), labels).unwrap()
}

/// One tree that fits as hard as it can.
fn one_tree() -> BoostParams {
    BoostParams { trees: 1, learning_rate: 1.0, lambda_l2: 0.0, min_data_in_leaf: 1, ..BoostParams::default() }
}

fn fit(params: BoostParams, dataset: &Dataset) -> TreeEnsemble {
    params.check().unwrap().fit(dataset, None).unwrap()
}

/// Three columns with gaps, and a label that needs two of them together.
fn noisy(rows: usize, seed: u64) -> Dataset {
    let mut random = Random::new(seed);
    let (mut values, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        let row: [f64; 3] = std::array::from_fn(|_| 4.0 * random.uniform() - 2.0);
        labels.push(random.uniform() < probability_of(row[0] * row[1] + 0.5 * row[2]));
        let gap = random.below(10) == 0;
        values.extend([row[0], row[1], if gap { f64::NAN } else { row[2] }].map(nearest_f32));
    }
    Dataset::new(["z", "y", "x"].map(str::to_owned).to_vec(), values, labels).unwrap()
}

fn scores(trees: &TreeEnsemble, dataset: &Dataset) -> Vec<f64> {
    (0..dataset.rows()).map(|row| trees.log_odds(dataset.row(row))).collect()
}

fn loss(trees: &TreeEnsemble, dataset: &Dataset) -> f64 {
    let probabilities: Vec<f64> = scores(trees, dataset).into_iter().map(probability_of).collect();
    log_loss(dataset.labels(), &probabilities).unwrap()
}

#[test]
fn one_split_is_by_hand() {
    // The base rate is 1/2, so each gradient is ±0.5 and each second derivative 0.25. The best
    // split is at 1.5; −G/H is −(2 · 0.5) / 0.5 = −2 on the left, and 2 on the right.
    let trees = fit(one_tree(), &column(&[0.0, 1.0, 2.0, 3.0], &[0, 0, 1, 1]));
    let found = [-9.0, 1.5, 1.500_001, 9.0].map(|value| trees.log_odds(&[value]));
    for (found, wanted) in found.into_iter().zip([-2.0, -2.0, 2.0, 2.0]) {
        assert!((found - wanted).abs() < 1e-9, "{found}");
    }
}

#[test]
fn a_penalty_shrinks_leaves_by_hand() {
    // −G / (H + λ) = −1 / (0.5 + 1.5).
    let params = BoostParams { lambda_l2: 1.5, ..one_tree() };
    let trees = fit(params, &column(&[0.0, 0.0, 1.0, 1.0], &[0, 0, 1, 1]));
    assert!((trees.log_odds(&[0.0]) + 0.5).abs() < 1e-9);
}

#[test]
fn no_tree_is_the_base_rate() {
    let trees = fit(one_tree(), &column(&[5.0; 4], &[1, 1, 1, 0]));
    assert!((trees.log_odds(&[5.0]) - 3_f64.ln()).abs() < 1e-9);
}

#[test]
fn the_side_of_the_missing_is_learned() {
    let gap = f32::NAN;
    for (labels, sign) in [([0, 0, 1, 1, 1], 1.0), ([0, 0, 1, 1, 0], -1.0)] {
        let trees = fit(one_tree(), &column(&[0.0, 1.0, 2.0, 3.0, gap], &labels));
        assert!(trees.log_odds(&[gap]) * sign > 0.0);
    }
    // Only being missing tells the labels apart.
    let trees = fit(one_tree(), &column(&[7.0, 7.0, gap, gap], &[0, 0, 1, 1]));
    assert!(trees.log_odds(&[gap]) > 0.0 && trees.log_odds(&[7.0]) < 0.0);
    assert!(trees.log_odds(&[f32::MAX]) < 0.0);
}

#[test]
fn the_missing_that_were_never_seen_go_with_the_larger_child() {
    let trees = fit(one_tree(), &column(&[0.0, 1.0, 1.0, 1.0], &[1, 0, 0, 0]));
    assert_eq!(trees.log_odds(&[f32::NAN]), trees.log_odds(&[1.0]));
}

#[test]
fn a_rare_flag_is_not_missed() {
    let mut values = vec![0.0; 5000];
    let mut labels: Vec<u8> = (0..5000).map(|row| u8::from(row % 10 == 0)).collect();
    values[..30].fill(1.0);
    labels[..30].fill(1);
    let trees = fit(BoostParams::default(), &column(&values, &labels));
    assert!(probability_of(trees.log_odds(&[1.0])) > 0.8);
}

#[test]
fn leaves_keep_their_rows_and_their_number() {
    let dataset = noisy(500, 3);
    let params = BoostParams { min_data_in_leaf: 37, max_leaves: 7, ..one_tree() };
    let trees = fit(params, &dataset);
    let mut counts = std::collections::BTreeMap::new();
    for score in scores(&trees, &dataset) {
        *counts.entry(score.to_bits()).or_insert(0) += 1;
    }
    assert!((2..=7).contains(&counts.len()) && counts.values().all(|count| *count >= 37));
}

#[test]
fn a_weight_counts_like_so_many_rows() {
    // Fewer values than bins, which are cut by rows and not by weight.
    let dataset = noisy(200, 4);
    let weights: Vec<f32> = (0..200).map(|row| 1.0 + (row % 3) as f32).collect();
    let rows: Vec<usize> = (0..200).flat_map(|row| vec![row; 1 + row % 3]).collect();
    let repeated = fit(one_tree(), &dataset.select(&rows).unwrap());
    let weighted = fit(one_tree(), &dataset.clone().with_weights(weights).unwrap());
    for (a, b) in scores(&repeated, &dataset).iter().zip(scores(&weighted, &dataset)) {
        assert!((a - b).abs() < 1e-6, "{a} {b}");
    }
}

#[test]
fn the_order_of_columns_changes_no_bit() {
    let dataset = noisy(800, 5);
    let order = [1, 2, 0];
    let pick = |row: &[f32]| order.map(|column| row[column]);
    let values = (0..800).flat_map(|row| pick(dataset.row(row))).collect();
    let names = order.map(|column| dataset.names()[column].clone()).to_vec();
    let other = Dataset::new(names, values, dataset.labels().to_vec()).unwrap();
    let params = BoostParams { row_share: 0.7, column_share: 0.6, ..BoostParams::default() };
    let (first, second) = (fit(params.clone(), &dataset), fit(params, &other));
    for row in 0..800 {
        let (a, b) = (first.log_odds(dataset.row(row)), second.log_odds(&pick(dataset.row(row))));
        assert_eq!(a.to_bits(), b.to_bits());
    }
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    // Enough rows that nodes below the root are shared out too.
    let dataset = noisy(40_000, 10);
    let on_threads = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| fit(BoostParams { trees: 5, ..BoostParams::default() }, &dataset))
    };
    assert_eq!(on_threads(1), on_threads(4));
}

#[test]
fn samples_depend_on_the_seed_alone() {
    let dataset = noisy(400, 6);
    let sampled = |seed| {
        let params = BoostParams { row_share: 0.5, column_share: 0.5, ..BoostParams::default() };
        fit(BoostParams { seed, ..params }, &dataset)
    };
    assert_eq!(sampled(1), sampled(1));
    assert_ne!(sampled(1), sampled(2));
    assert!(roc_auc(dataset.labels(), &scores(&sampled(1), &dataset)).unwrap() > 0.8);
}

#[test]
fn early_stopping_keeps_the_best_trees() {
    let (dataset, validation) = (noisy(600, 7), noisy(600, 8));
    let params = BoostParams { trees: 200, learning_rate: 0.3, ..BoostParams::default() };
    let all = fit(params.clone(), &dataset);
    let patient = BoostParams { patience_trees: Some(10), ..params }.check().unwrap();
    let best = patient.fit(&dataset, Some(&validation)).unwrap();
    assert!(0 < best.trees() && best.trees() < 100, "{}", best.trees());
    assert!(loss(&best, &validation) < loss(&all, &validation));
}

#[test]
fn more_trees_lower_the_loss_they_fit() {
    let dataset = noisy(600, 9);
    let loss_of = |trees| loss(&fit(BoostParams { trees, ..BoostParams::default() }, &dataset), &dataset);
    let losses = [1, 5, 25, 100].map(loss_of);
    assert!(losses.is_sorted_by(|a, b| a > b), "{losses:?}");
}

#[test]
fn two_fits_are_one() {
    let dataset = noisy(600, 12);
    for row_share in [1.0, 0.6] {
        let params = |trees| BoostParams { trees, row_share, ..BoostParams::default() };
        let first = fit(params(20), &dataset);
        let second = params(30).check().unwrap().continue_fit(&first, &dataset, None).unwrap();
        assert_eq!(second, fit(params(50), &dataset));
    }
    let model = fit(one_tree(), &dataset);
    let other = one_tree().check().unwrap().continue_fit(&model, &column(&[1.0, 2.0], &[0, 1]), None);
    assert_eq!(other, Err(FitError::ModelColumnsDiffer { model: 3, data: 1 }));
}

/// Whether the log-odds keep their direction in a column, whatever the others are.
fn keeps(trees: &TreeEnsemble, dataset: &Dataset, column: usize, direction: Monotone) -> bool {
    (0..200).all(|row| {
        let mut row = dataset.row(row).to_vec();
        let at = |step: i16| {
            row[column] = f32::from(step) / 20.0;
            trees.log_odds(&row)
        };
        let scores: Vec<f64> = (-45..45).map(at).collect();
        match direction {
            Monotone::Rising => scores.is_sorted(),
            Monotone::Falling => scores.is_sorted_by(|a, b| a >= b),
        }
    })
}

#[test]
fn constrained_columns_keep_their_direction() {
    let dataset = noisy(3000, 13);
    let free = fit(BoostParams::default(), &dataset);
    assert!(!keeps(&free, &dataset, 2, Monotone::Rising));
    for direction in [Monotone::Rising, Monotone::Falling] {
        let monotone = vec![("x".to_owned(), direction), ("y".to_owned(), direction)];
        let bound = fit(BoostParams { monotone, ..BoostParams::default() }, &dataset);
        assert!(keeps(&bound, &dataset, 2, direction) && keeps(&bound, &dataset, 1, direction));
    }
    // Rising is the truth of `x`, so it costs nothing; `z` and `y` are free.
    let monotone = vec![("x".to_owned(), Monotone::Rising)];
    let bound = fit(BoostParams { monotone, ..BoostParams::default() }, &dataset);
    let fresh = noisy(3000, 14);
    let auc = |trees| roc_auc(fresh.labels(), &scores(trees, &fresh)).unwrap();
    assert!(auc(&bound) > auc(&free) - 0.003);
}

#[test]
fn an_unknown_column_is_named() {
    let monotone = vec![("w".to_owned(), Monotone::Rising)];
    let params = BoostParams { monotone, ..BoostParams::default() }.check().unwrap();
    assert_eq!(params.fit(&noisy(50, 1), None), Err(FitError::ColumnUnknown { name: "w".to_owned() }));
}

#[test]
fn what_the_data_lack_is_named() {
    let fit = |dataset: &Dataset, validation: Option<&Dataset>| {
        BoostParams::default().check().unwrap().fit(dataset, validation)
    };
    assert_eq!(fit(&column(&[1.0, 2.0], &[1, 1]), None), Err(FitError::OneLabelOnly));
    let (one, three) = (column(&[1.0, 2.0], &[1, 0]), noisy(10, 1));
    assert_eq!(fit(&one, Some(&three)), Err(FitError::ValidationColumnsDiffer));
}

#[test]
fn each_parameter_out_of_range_is_named() {
    let default = BoostParams::default;
    let broken = [
        (BoostParams { trees: 0, ..default() }, "trees"),
        (BoostParams { max_leaves: 1, ..default() }, "max_leaves"),
        (BoostParams { max_depth: 65, ..default() }, "max_depth"),
        (BoostParams { learning_rate: 0.0, ..default() }, "learning_rate"),
        (BoostParams { lambda_l2: -1.0, ..default() }, "lambda_l2"),
        (BoostParams { min_child_hessian: 0.0, ..default() }, "min_child_hessian"),
        (BoostParams { min_data_in_leaf: 0, ..default() }, "min_data_in_leaf"),
        (BoostParams { min_gain: f64::NAN, ..default() }, "min_gain"),
        (BoostParams { row_share: 1.1, ..default() }, "row_share"),
        (BoostParams { column_share: f64::NAN, ..default() }, "column_share"),
        (BoostParams { max_bins: 256, ..default() }, "max_bins"),
        (BoostParams { patience_trees: Some(0), ..default() }, "patience_trees"),
    ];
    for (params, name) in broken {
        assert_eq!(params.check().unwrap_err().parameter, name);
    }
}
