//! The optimum by its conditions, what only a kernel can see, and the same bytes on any number of threads.

use super::*;
use crate::metrics::{expected_calibration_error, roc_auc};
use crate::odds::probability_of;
use crate::random::Random;

/// A ring: inside it the label is likely true, which no line can tell.
fn ring(rows: usize, seed: u64) -> Dataset {
    let mut random = Random::new(seed);
    let (mut values, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        let [a, b] = std::array::from_fn(|_| 4.0 * random.uniform() - 2.0);
        labels.push(random.uniform() < probability_of(3.0 - 3.0 * (a * a + b * b).sqrt()));
        values.extend([a, b, 1.0].map(crate::number::nearest_f32));
    }
    Dataset::new(["b", "a", "constant"].map(str::to_owned).to_vec(), values, labels).unwrap()
}

fn params(tolerance: f64) -> RbfSvmParams {
    RbfSvmParams { tolerance, ..RbfSvmParams::default() }
}

/// What the dual is worth: Σ y·β − ½ · Σ β β K; and each row's violation of the margin.
#[test]
fn the_duality_gap_is_closed() {
    let weights = (0..500).map(|row| 1.0 + (row % 3) as f32).collect();
    let rows = ring(500, 1).with_weights(weights).unwrap();
    let params = params(1e-5);
    let problem = Problem::new(&params, &rows).unwrap();
    let solution = problem.solve(&(0..500).collect::<Vec<_>>());
    let sum: f64 = solution.support.iter().map(|term| term.1).sum();
    assert!(sum.abs() < 1e-9, "all β sum to {sum}");
    let mut norm = 0.0;
    for &(a, beta) in &solution.support {
        assert!(beta.abs() <= rows.weight(a) + 1e-12 && (beta > 0.0) == rows.labels()[a]);
        norm += beta * (problem.decision(&solution, a) - solution.bias);
    }
    let sign = |row: usize| if rows.labels()[row] { 1.0 } else { -1.0 };
    let violation = |row: usize| (1.0 - sign(row) * problem.decision(&solution, row)).max(0.0) * rows.weight(row);
    let loss = norm / 2.0 + (0..500).map(violation).sum::<f64>();
    let dual = solution.support.iter().map(|term| term.1.abs()).sum::<f64>() - norm / 2.0;
    assert!(loss - dual < 1e-3 * loss, "{loss} {dual}");
}

#[test]
fn a_small_cache_and_shrinking_change_nothing_but_the_time() {
    let rows = ring(3000, 2);
    let fit = |cache_mb| RbfSvmParams { cache_mb, ..params(1e-6) }.check().unwrap().fit_decision(&rows).unwrap();
    let (small, large) = (fit(1), fit(200));
    assert_eq!(small, large);
    // Shrinking needs more than a thousand steps to begin; without it the decisions are the same up to the tolerance.
    let problem_params = params(1e-6);
    let problem = Problem::new(&problem_params, &rows).unwrap();
    let solution = problem.solve(&(0..3000).collect::<Vec<_>>());
    let violates = |row: usize| {
        let margin = (if rows.labels()[row] { 1.0 } else { -1.0 }) * problem.decision(&solution, row);
        let beta = solution.support.iter().find(|term| term.0 == row).map_or(0.0, |term| term.1.abs());
        (beta == 0.0 && margin < 1.0 - 1e-4) || (beta >= 1.0 && margin > 1.0 + 1e-4)
    };
    assert_eq!((0..3000).filter(|&row| violates(row)).count(), 0);
}

#[test]
fn probabilities_are_honest_where_no_line_helps() {
    let (rows, fresh) = (ring(1500, 3), ring(1500, 4));
    let model = RbfSvmParams::default().check().unwrap().fit(&rows).unwrap();
    let scores: Vec<f64> = (0..1500).map(|row| model.log_odds(fresh.row(row))).collect();
    let probabilities: Vec<f64> = scores.iter().map(|&odds| probability_of(odds)).collect();
    assert!(roc_auc(fresh.labels(), &scores).unwrap() > 0.85);
    assert!(expected_calibration_error(fresh.labels(), &probabilities, 10).unwrap() < 0.06);
}

#[test]
fn threads_change_no_bit() {
    let rows = ring(600, 5);
    let on_threads = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| RbfSvmParams::default().check().unwrap().fit(&rows).unwrap())
    };
    assert_eq!(on_threads(1), on_threads(4));
}

#[test]
fn odd_tables_have_a_fit_or_a_name() {
    let table =
        |values: Vec<f32>, labels: &[bool]| Dataset::new(vec!["x".to_owned()], values, labels.to_vec()).unwrap();
    let fit = |rows: &Dataset| RbfSvmParams::default().check().unwrap().fit(rows);
    assert_eq!(fit(&table(vec![1.0, 2.0], &[true, true])), Err(FitError::OneLabelOnly));
    let labels = [true, false, true, false];
    for values in [vec![5.0; 4], vec![f32::NAN; 4], vec![f32::MAX, f32::MIN, 0.0, 1.0], vec![1.0, 1.0, 2.0, 2.0]] {
        let model = fit(&table(values.clone(), &labels)).unwrap();
        for value in values.into_iter().chain([f32::INFINITY, f32::NEG_INFINITY, f32::NAN]) {
            assert!(model.log_odds(&[value]).is_finite());
        }
    }
    let wrong = RbfSvmParams { gamma: Some(-1.0), ..RbfSvmParams::default() }.check().unwrap_err();
    assert_eq!(wrong.parameter, "gamma");
}
