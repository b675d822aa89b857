//! Path lengths by hand, and planted outliers found.

use super::*;
use crate::metrics::roc_auc;
use crate::number::nearest_f32;

/// A cloud in three columns, of which every fiftieth row is planted far outside and labelled.
fn planted(rows: usize, seed: u64) -> Dataset {
    let mut random = Random::new(seed);
    let (mut values, mut labels) = (Vec::new(), Vec::new());
    for row in 0..rows {
        let outlier = row % 50 == 0;
        let far = if outlier { 6.0 } else { 0.0 };
        let cloud: [f64; 3] = std::array::from_fn(|_| (0..6).map(|_| random.uniform()).sum::<f64>() - 3.0);
        let gap = random.below(12) == 0;
        values.extend([cloud[0] + far, if gap { f64::NAN } else { cloud[1] - far }, cloud[2]].map(nearest_f32));
        labels.push(outlier);
    }
    Dataset::new(["z", "y", "x"].map(str::to_owned).to_vec(), values, labels).unwrap()
}

fn fit(params: IsolationParams, rows: &Dataset) -> IsolationForest {
    params.check().unwrap().fit(rows).unwrap()
}

#[test]
fn the_examples_by_hand() {
    assert_eq!([1, 2].map(unfound_path), [0.0, 1.0]);
    assert!((unfound_path(3) - 5.0 / 3.0).abs() < 1e-12);
    // Two rows are told apart by any cut: each path is 1, so each score is 2^−1.
    let two = Dataset::new(vec!["x".to_owned()], vec![1.0, 2.0], vec![false; 2]).unwrap();
    let forest = fit(IsolationParams::default(), &two);
    assert!((forest.score(&[1.0]) - 0.5).abs() < 1e-12 && (forest.score(&[2.0]) - 0.5).abs() < 1e-12);
}

#[test]
fn planted_rows_stand_out() {
    let rows = planted(2000, 1);
    let forest = fit(IsolationParams::default(), &rows);
    let scores = forest.score_rows(rows.values());
    assert!(scores.iter().all(|score| 0.0 < *score && *score < 1.0));
    assert!(roc_auc(rows.labels(), &scores).unwrap() > 0.99);
    let fresh = planted(500, 2);
    assert!(roc_auc(fresh.labels(), &forest.score_rows(fresh.values())).unwrap() > 0.99);
    // What sets a planted row apart is where it was moved to.
    let reasons = forest.explain(&[6.0, -6.0, 0.0]).contributions;
    assert!(reasons[0] > reasons[2] && reasons[1] > reasons[2]);
}

#[test]
fn contributions_sum_to_the_logarithm_of_the_score() {
    let rows = planted(300, 3);
    let forest = fit(IsolationParams::default(), &rows);
    for row in 0..50 {
        let row = rows.row(row);
        assert!((forest.explain(row).log_odds() - forest.score(row).log2()).abs() < 1e-9);
    }
}

#[test]
fn threads_and_column_order_change_no_bit() {
    let rows = planted(700, 4);
    let on_threads = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| fit(IsolationParams::default(), &rows))
    };
    assert_eq!(on_threads(1), on_threads(4));
    assert_ne!(on_threads(1), fit(IsolationParams { seed: 1, ..IsolationParams::default() }, &rows));
    let pick = |row: &[f32]| [2, 0, 1].map(|column: usize| row[column]);
    let values = (0..700).flat_map(|row| pick(rows.row(row))).collect();
    let other = Dataset::new(["x", "z", "y"].map(str::to_owned).to_vec(), values, rows.labels().to_vec()).unwrap();
    let (first, second) = (on_threads(1), fit(IsolationParams::default(), &other));
    for row in 0..700 {
        assert_eq!(first.score(rows.row(row)).to_bits(), second.score(&pick(rows.row(row))).to_bits());
    }
}

#[test]
fn what_cannot_be_cut_has_a_defined_score() {
    let names = vec!["constant".to_owned(), "missing".to_owned()];
    let rows = Dataset::new(names, [7.0, f32::NAN].repeat(40), vec![true; 40]).unwrap();
    let forest = fit(IsolationParams::default(), &rows);
    assert!((forest.score(&[7.0, f32::NAN]) - 0.5).abs() < 1e-12);
    let one = rows.select(&[0]).unwrap();
    let error = IsolationParams::default().check().unwrap().fit(&one);
    assert_eq!(error, Err(FitError::TooFewRows { rows: 1, least: 2 }));
}

#[test]
fn a_stored_forest_is_the_same() {
    let forest = fit(IsolationParams::default(), &planted(300, 5));
    let bytes = postcard::to_allocvec(&forest).unwrap();
    assert_eq!(postcard::from_bytes::<IsolationForest>(&bytes).unwrap(), forest);
}

#[test]
fn each_parameter_out_of_range_is_named() {
    let trees = IsolationParams { trees: 0, ..IsolationParams::default() }.check().unwrap_err();
    assert_eq!(trees.parameter, "trees");
    let rows = IsolationParams { rows_a_tree: 1, ..IsolationParams::default() }.check().unwrap_err();
    assert_eq!(rows.parameter, "rows_a_tree");
}
