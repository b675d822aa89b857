//! The optimum by hand, and a duality gap that closes.

use super::*;
use crate::metrics::{expected_calibration_error, roc_auc};
use crate::number::nearest_f32;
use crate::odds::probability_of;

fn dataset(rows: usize, seed: u64) -> Dataset {
    let mut random = Random::new(seed);
    let (mut values, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        let [a, b] = std::array::from_fn(|_| 4.0 * random.uniform() - 2.0);
        labels.push(random.uniform() < probability_of(1.5 * a - b - 1.0));
        let gap = random.below(15) == 0;
        values.extend([a, if gap { f64::NAN } else { b }, 3.0].map(nearest_f32));
    }
    Dataset::new(["b", "a", "constant"].map(str::to_owned).to_vec(), values, labels).unwrap()
}

fn fit(params: LinearSvmParams, rows: &Dataset) -> LogisticModel {
    params.check().unwrap().fit(rows).unwrap()
}

/// The loss that the module's header states.
fn loss(rows: &Dataset, cost: f64, columns: &[LinearColumn], margins: &[f64]) -> f64 {
    let violation = |row: usize| {
        let score = columns.iter().zip(rows.row(row)).zip(margins).fold(margins[columns.len()], |sum, part| {
            let ((column, &value), margin) = part;
            sum + margin * column.standardise(value)
        });
        let sign = if rows.labels()[row] { 1.0 } else { -1.0 };
        rows.weight(row) * (1.0 - sign * score).max(0.0).powi(2)
    };
    let squares: f64 = margins.iter().map(|margin| margin * margin).sum();
    squares / 2.0 + cost * (0..rows.rows()).map(violation).sum::<f64>()
}

#[test]
fn no_small_move_lowers_the_loss() {
    let weights = (0..400).map(|row| 1.0 + (row % 3) as f32).collect();
    let rows = dataset(400, 1).with_weights(weights).unwrap();
    let columns: Vec<LinearColumn> = (0..3).map(|column| measure(&rows, column)).collect();
    let params = LinearSvmParams { cost: 0.3, tolerance: 1e-10, ..LinearSvmParams::default() };
    let solver = Solver::new(&params, &rows, &[0, 1, 2], &columns);
    let margins = solver.solve(&(0..400).collect::<Vec<_>>()).unwrap();
    let step = 1e-5;
    for index in 0..4 {
        let moved = |by: f64| {
            let mut margins = margins.clone();
            margins[index] += by;
            loss(&rows, 0.3, &columns, &margins)
        };
        let slope = (moved(step) - moved(-step)) / (2.0 * step);
        assert!(slope.abs() < 1e-2, "coefficient {index}: {slope}");
    }
}

#[test]
fn probabilities_are_honest() {
    let (rows, fresh) = (dataset(4000, 2), dataset(4000, 3));
    let model = fit(LinearSvmParams::default(), &rows);
    let scores: Vec<f64> = (0..4000).map(|row| model.log_odds(fresh.row(row))).collect();
    let probabilities: Vec<f64> = scores.iter().map(|&odds| probability_of(odds)).collect();
    assert!(roc_auc(fresh.labels(), &scores).unwrap() > 0.85);
    assert!(expected_calibration_error(fresh.labels(), &probabilities, 10).unwrap() < 0.03);
    assert_eq!(model.coefficients()[2].contribution(3.0), 0.0);
}

#[test]
fn a_lone_positive_row_still_has_a_fit() {
    let mut labels = vec![false; 30];
    labels[29] = true;
    let values = (0..30_u8).map(f32::from).collect();
    let rows = Dataset::new(vec!["x".to_owned()], values, labels).unwrap();
    let model = fit(LinearSvmParams::default(), &rows);
    assert!(model.log_odds(&[29.0]) > model.log_odds(&[5.0]));
}

#[test]
fn threads_change_no_bit() {
    let rows = dataset(900, 4);
    let on_threads = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| fit(LinearSvmParams::default(), &rows))
    };
    assert_eq!(on_threads(1), on_threads(4));
}

#[test]
fn what_does_not_hold_is_named() {
    let zero = LinearSvmParams { cost: 0.0, ..LinearSvmParams::default() }.check().unwrap_err();
    assert_eq!(zero.parameter, "cost");
    let hurried = LinearSvmParams { max_passes: 1, tolerance: 1e-12, ..LinearSvmParams::default() };
    let error = hurried.check().unwrap().fit(&dataset(200, 5));
    assert_eq!(error, Err(FitError::NotConverged { steps: 1 }));
}
