//! Trees by hand, votes that are probabilities, and what was left out of the bag.

use super::*;
use crate::dataset::Dataset;
use crate::explain::Explanation;
use crate::metrics::roc_auc;
use crate::number::nearest_f32;
use crate::odds::probability_of;
use crate::random::Random;
use crate::trees::TreeNode;

fn column(values: &[f32], labels: &[u8]) -> Dataset {
    let labels = labels.iter().map(|&label| label == 1).collect();
    Dataset::new(vec!["x".to_owned()], values.to_vec(), labels).unwrap()
}

fn tree(params: DecisionTreeParams, dataset: &Dataset) -> ForestModel {
    params.check().unwrap().fit(dataset).unwrap()
}

/// As many splits as the rows allow.
fn full() -> DecisionTreeParams {
    DecisionTreeParams { min_data_in_leaf: 1, max_depth: 64, ..DecisionTreeParams::default() }
}

fn share(model: &ForestModel, row: &[f32]) -> f64 {
    model.trees.log_odds(row)
}

/// Two columns of small whole numbers with gaps, and labels that depend on both.
fn noisy(rows: usize, seed: u64) -> Dataset {
    let mut random = Random::new(seed);
    let (mut values, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        let [a, b] = std::array::from_fn(|_| random.below(12) as f64);
        labels.push(random.uniform() < probability_of((a - 6.0) * (b - 6.0) / 4.0));
        let gap = random.below(9) == 0;
        values.extend([if gap { f64::NAN } else { a }, b].map(nearest_f32));
    }
    Dataset::new(["q", "p"].map(str::to_owned).to_vec(), values, labels).unwrap()
}

#[test]
fn one_split_is_by_hand() {
    // Cut at 1.5 both sides are pure; 4 rows keep the probability 1/10 away from 0 and 1.
    let model = tree(full(), &column(&[0.0, 1.0, 2.0, 3.0], &[0, 0, 1, 1]));
    assert_eq!([1.5, 1.6].map(|value| share(&model, &[value])), [0.0, 1.0]);
    assert!((model.log_odds(&[0.0]) + 9_f64.ln()).abs() < 1e-12);
}

#[test]
fn an_explanation_follows_the_chord_by_hand() {
    // b = (3 · 0.2 + 0.6) / 4 = 0.3 and p = 0.6, so the one column has log-odds(.6) − log-odds(.3).
    let split = TreeNode::Split { column: 0, threshold: 0.5, missing_left: true, left: 1 };
    let leaf = |value, cover| TreeNode::Leaf { value, cover };
    let model = ForestModel::new(1, 40, &[vec![split, leaf(0.2, 3), leaf(0.6, 1)]]).unwrap();
    let bias = (0.3_f64 / 0.7).ln();
    let wanted = Explanation { bias, contributions: vec![1.5_f64.ln() - bias] };
    for found in [model.explain(&[1.0]), model.path_contributions(&[1.0])] {
        assert!((found.bias - wanted.bias).abs() < 1e-12);
        assert!((found.contributions[0] - wanted.contributions[0]).abs() < 1e-12);
    }
}

/// What the best split of a table takes from Σ weight · impurity, over all thresholds and both
/// sides for the missing.
fn best_gain(dataset: &Dataset, impurity: Impurity) -> f64 {
    let rows: Vec<usize> = (0..dataset.rows()).collect();
    let weighted = |rows: &[usize]| {
        let share = rows.iter().filter(|row| dataset.labels()[**row]).count() as f64 / rows.len() as f64;
        let bits = |p: f64| if p > 0.0 { -p * p.log2() } else { 0.0 };
        rows.len() as f64
            * match impurity {
                Impurity::Gini => 2.0 * share * (1.0 - share),
                Impurity::Entropy => bits(share) + bits(1.0 - share),
            }
    };
    let mut best = 0.0_f64;
    for column in 0..dataset.columns() {
        for threshold in -1_i8..12 {
            for missing_left in [false, true] {
                let left = |row: &usize| {
                    let value = dataset.row(*row)[column];
                    value <= f32::from(threshold) || (value.is_nan() && missing_left)
                };
                let (left, right): (Vec<usize>, Vec<usize>) = rows.iter().partition(|row| left(row));
                if !left.is_empty() && !right.is_empty() {
                    best = best.max(weighted(&rows) - weighted(&left) - weighted(&right));
                }
            }
        }
    }
    best
}

#[test]
fn the_first_split_is_the_best_of_all() {
    for seed in 0..20 {
        let dataset = noisy(40, seed);
        for impurity in [Impurity::Gini, Impurity::Entropy] {
            let model = tree(DecisionTreeParams { max_depth: 1, impurity, ..full() }, &dataset);
            let mut sides = std::collections::BTreeMap::new();
            for row in 0..dataset.rows() {
                let side: &mut Vec<usize> = sides.entry(share(&model, dataset.row(row)).to_bits()).or_default();
                side.push(row);
            }
            let sides: Vec<Vec<usize>> = sides.into_values().collect();
            assert_eq!(sides.len(), 2);
            let found = gain_of(&dataset, &sides, impurity);
            assert!((found - best_gain(&dataset, impurity)).abs() < 1e-9, "seed {seed}");
        }
    }
}

fn gain_of(dataset: &Dataset, sides: &[Vec<usize>], impurity: Impurity) -> f64 {
    let purity = criterion::Purity::new(impurity, dataset.rows() as f64);
    let weighted = |rows: &[usize]| {
        let cells = rows.iter().map(|&row| purity.cell(dataset.labels()[row], 1.0));
        let sums = cells.map(crate::histogram::Sums::of);
        purity.weighted(sums.fold(crate::histogram::Sums::default(), crate::histogram::Sums::plus))
    };
    weighted(&sides.concat()) - sides.iter().map(|side| weighted(side)).sum::<f64>()
}

#[test]
fn pruning_is_by_hand() {
    // The whole tree takes an impurity of 0.5 away with two leaves more: it pays up to 0.25 a leaf,
    // and half of it (one split, 0.5 to 1/3) would pay less.
    let dataset = column(&[0.0, 1.0, 2.0, 3.0], &[0, 1, 1, 0]);
    let leaves = |leaf_cost| {
        let model = tree(DecisionTreeParams { leaf_cost, ..full() }, &dataset);
        let shares: std::collections::BTreeSet<u64> =
            (0..4).map(|row| share(&model, dataset.row(row)).to_bits()).collect();
        (shares.len(), share(&model, &[1.0]))
    };
    assert_eq!(leaves(0.0), (2, 1.0));
    assert_eq!(leaves(0.24), (2, 1.0));
    assert_eq!(leaves(0.26), (1, 0.5));
}

#[test]
fn leaves_keep_their_rows() {
    let dataset = noisy(400, 2);
    let model = tree(DecisionTreeParams { min_data_in_leaf: 30, ..full() }, &dataset);
    let mut counts = std::collections::BTreeMap::new();
    for row in 0..400 {
        *counts.entry(share(&model, dataset.row(row)).to_bits()).or_insert(0) += 1;
    }
    assert!(counts.len() > 3 && counts.values().all(|count| *count >= 30));
}

#[test]
fn a_weight_counts_like_so_many_rows() {
    let dataset = noisy(200, 4);
    let weights: Vec<f32> = (0..200).map(|row| 1.0 + (row % 3) as f32).collect();
    let rows: Vec<usize> = (0..200).flat_map(|row| vec![row; 1 + row % 3]).collect();
    let repeated = tree(full(), &dataset.select(&rows).unwrap());
    let weighted = tree(full(), &dataset.clone().with_weights(weights).unwrap());
    for row in 0..200 {
        let found = [&repeated, &weighted].map(|model| share(model, dataset.row(row)));
        assert!((found[0] - found[1]).abs() < 1e-9);
    }
}

fn forest(params: ForestParams) -> ValidForestParams {
    params.check().unwrap()
}

#[test]
fn out_of_bag_rows_are_scored_like_fresh_ones() {
    let (dataset, fresh) = (noisy(3000, 5), noisy(3000, 6));
    let (model, out_of_bag) = forest(ForestParams::default()).fit_with_out_of_bag(&dataset).unwrap();
    assert_eq!(model, forest(ForestParams::default()).fit(&dataset).unwrap());
    let scores: Vec<f64> = (0..3000).map(|row| model.log_odds(fresh.row(row))).collect();
    let auc = roc_auc(fresh.labels(), &scores).unwrap();
    assert!((out_of_bag.roc_auc().unwrap() - auc).abs() < 0.02);
    let mean = (0..3000).filter_map(|row| out_of_bag.probability(row)).sum::<f64>() / 3000.0;
    assert!((mean - dataset.base_rate()).abs() < 0.01);
}

#[test]
fn one_tree_knows_only_the_rows_it_did_not_draw() {
    let dataset = noisy(2000, 7);
    let params = ForestParams { trees: 1, ..ForestParams::default() };
    let (_, out_of_bag) = forest(params).fit_with_out_of_bag(&dataset).unwrap();
    let known = (0..2000).filter(|&row| out_of_bag.probability(row).is_some()).count() as f64;
    // Each row is left out with probability (1 − 1/n)^n, which is 1/e.
    assert!((known / 2000.0 - (-1_f64).exp()).abs() < 0.03);
}

#[test]
fn threads_change_no_bit_and_seeds_do() {
    let dataset = noisy(1500, 8);
    let fit = |threads, seed| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| forest(ForestParams { seed, ..ForestParams::default() }).fit_with_out_of_bag(&dataset))
    };
    assert_eq!(fit(1, 1), fit(4, 1));
    assert_ne!(fit(1, 1), fit(1, 2));
}

#[test]
fn each_parameter_out_of_range_is_named() {
    let broken = [
        (ForestParams { trees: 0, ..ForestParams::default() }, "trees"),
        (ForestParams { max_depth: 65, ..ForestParams::default() }, "max_depth"),
        (ForestParams { columns_a_split: Some(0), ..ForestParams::default() }, "columns_a_split"),
    ];
    for (params, name) in broken {
        assert_eq!(params.check().unwrap_err().parameter, name);
    }
    let cost = DecisionTreeParams { leaf_cost: -1.0, ..full() }.check().unwrap_err();
    assert_eq!(cost.parameter, "leaf_cost");
}
