//! The minimum by its slopes, and the same answers as the dense fit.

use super::*;
use crate::metrics::roc_auc;
use crate::odds::log_loss_of;
use crate::random::Random;

/// Texts of five words out of a hundred; the first ten words tell something.
fn texts(count: usize, seed: u64) -> (SparseRows, Vec<bool>) {
    let mut random = Random::new(seed);
    let mut rows = Vec::new();
    let mut labels = Vec::new();
    for _ in 0..count {
        let words: Vec<(u32, f32)> = (0..5).map(|_| (crate::number::index_u32(random.below(100)), 0.5)).collect();
        let odds: f64 =
            words.iter().filter(|word| word.0 < 10).map(|word| if word.0 % 2 == 0 { 2.0 } else { -2.0 }).sum();
        labels.push(random.uniform() < probability_of(odds));
        rows.push(words);
    }
    (SparseRows::new(100, &rows).unwrap(), labels)
}

fn fit(rows: &SparseRows, labels: &[bool], lambda_l1: f64, lambda_l2: f64) -> SparseLogistic {
    let params = SparseLogisticParams { lambda_l1, lambda_l2, tolerance: 1e-9, ..SparseLogisticParams::default() };
    params.check().unwrap().fit(rows, labels, &[]).unwrap()
}

#[test]
fn the_conditions_of_karush_kuhn_and_tucker_hold() {
    let (rows, labels) = texts(2000, 1);
    for (l1, l2) in [(0.0, 1.0), (5.0, 0.0), (2.0, 3.0)] {
        let model = fit(&rows, &labels, l1, l2);
        let loss = |moved: usize, by: f64| -> f64 {
            let mut model = model.clone();
            match moved {
                100 => model.intercept += by,
                column => model.coefficients[column] += by,
            }
            let losses = (0..rows.rows()).map(|row| log_loss_of(model.log_odds(rows.row(row)), labels[row]));
            losses.sum::<f64>() + l2 / 2.0 * model.coefficients.iter().map(|b| b * b).sum::<f64>()
        };
        for index in (0..=100).step_by(7).chain([100]) {
            let slope = (loss(index, 1e-5) - loss(index, -1e-5)) / 2e-5;
            let value = if index == 100 { 0.0 } else { model.coefficients[index] };
            let off = match (index, value) {
                (100, _) => slope.abs(),
                (_, 0.0) => (slope.abs() - l1).max(0.0),
                _ => (slope + l1 * value.signum()).abs(),
            };
            assert!(off < 1e-4, "λ₁ {l1}, λ₂ {l2}, {index}: {off}");
        }
        if l1 > 0.0 {
            assert!(model.coefficients.iter().filter(|b| **b == 0.0).count() > 30);
        }
    }
}

#[test]
fn weights_are_repeated_rows() {
    let (rows, labels) = texts(300, 2);
    let weights: Vec<f64> = (0..300).map(|row| 1.0 + f64::from(row % 2)).collect();
    let repeated: Vec<usize> = (0..300).flat_map(|row| std::iter::repeat_n(row, 1 + row % 2)).collect();
    let cells: Vec<Vec<(u32, f32)>> = repeated.iter().map(|&row| rows.row(row).collect()).collect();
    let twice: Vec<bool> = repeated.iter().map(|&row| labels[row]).collect();
    let params = SparseLogisticParams { tolerance: 1e-9, ..SparseLogisticParams::default() }.check().unwrap();
    let weighted = params.fit(&rows, &labels, &weights).unwrap();
    let plain = params.fit(&SparseRows::new(100, &cells).unwrap(), &twice, &[]).unwrap();
    for (a, b) in weighted.coefficients.iter().zip(&plain.coefficients) {
        assert!((a - b).abs() < 1e-6);
    }
}

#[test]
fn texts_that_are_new_are_ranked() {
    let (rows, labels) = texts(3000, 3);
    let model = SparseLogisticParams::default().check().unwrap().fit(&rows, &labels, &[]).unwrap();
    let (fresh, truth) = texts(1000, 4);
    let scores: Vec<f64> = (0..1000).map(|row| model.log_odds(fresh.row(row))).collect();
    assert!(roc_auc(&truth, &scores).unwrap() > 0.7);
    // An unknown word adds nothing.
    assert_eq!(model.log_odds([(900, 1.0)]), model.intercept());
}

#[test]
fn what_does_not_hold_is_named() {
    let error = SparseRows::new(2, &[vec![(2, 1.0)]]);
    assert_eq!(error, Err(SparseError::ColumnUnknown { row: 0, column: 2 }));
    let error = SparseRows::new(2, &[vec![(1, f32::NAN)]]);
    assert_eq!(error, Err(SparseError::ValueNotFinite { row: 0, column: 1 }));
    assert_eq!(SparseRows::new(2, &[]), Err(SparseError::Empty));
    let rows = SparseRows::new(1, &[vec![], vec![(0, 1.0)]]).unwrap();
    let params = SparseLogisticParams::default().check().unwrap();
    assert_eq!(params.fit(&rows, &[true, true], &[]), Err(FitError::OneLabelOnly));
    assert_eq!(params.fit(&rows, &[true], &[]), Err(FitError::LengthsDiffer { scores: 2, labels: 1 }));
    assert_eq!(params.fit(&rows, &[true, false], &[1.0, f64::NAN]), Err(FitError::NotFinite));
    assert!(SparseLogisticParams { lambda_l2: 0.0, ..SparseLogisticParams::default() }.check().is_err());
}
