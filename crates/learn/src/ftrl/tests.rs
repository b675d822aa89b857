//! Steps by hand, and a planted effect learned one row at a time.

use super::*;
use crate::logistic::LogisticParams;
use crate::metrics::roc_auc;
use crate::number::nearest_f32;
use crate::random::Random;

fn stream(rows: usize, seed: u64) -> Dataset {
    let mut random = Random::new(seed);
    let (mut values, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        let [a, b, noise] = std::array::from_fn(|_| 4.0 * random.uniform() - 2.0);
        labels.push(random.uniform() < probability_of(1.5 * a - b - 1.0));
        let gap = random.below(15) == 0;
        values.extend([a, if gap { f64::NAN } else { b }, noise].map(nearest_f32));
    }
    Dataset::new(["a", "b", "noise"].map(str::to_owned).to_vec(), values, labels).unwrap()
}

fn params(params: FtrlParams) -> ValidFtrlParams {
    params.check().unwrap()
}

fn auc(model: &LogisticModel, rows: &Dataset) -> f64 {
    let scores: Vec<f64> = (0..rows.rows()).map(|row| model.log_odds(rows.row(row))).collect();
    roc_auc(rows.labels(), &scores).unwrap()
}

#[test]
fn a_value_and_a_step_are_by_hand() {
    let mut coordinate = Coordinate { gradients: -3.0, squares: 4.0 };
    let half = FtrlParams { alpha: 0.5, ..FtrlParams::default() };
    assert_eq!(coordinate.value(&half, 1.0, 2.0), 0.25);
    assert_eq!(coordinate.value(&half, 3.0, 2.0), 0.0);
    // n goes from 4 to 4 + 12, so the pull is (4 − 2) / 0.5 = 4 and z goes to −3 + √12 − 4 · 0.25.
    coordinate.learn(12_f64.sqrt(), 0.25, 0.5);
    assert!((coordinate.squares - 16.0).abs() < 1e-12);
    assert!((coordinate.gradients - (12_f64.sqrt() - 4.0)).abs() < 1e-12);
}

#[test]
fn one_row_is_by_hand() {
    // The first probability is 1/2; the intercept's gradient is −1/2, z = −1/2 and n = 1/4, so it
    // goes to 0.5 / ((1 + 0.5) / 0.1) = 1/30.
    let rows = Dataset::new(vec!["x".to_owned()], vec![1.0, 1.0], vec![true, false]).unwrap();
    let mut learner = params(FtrlParams::default()).start(&rows);
    assert_eq!(learner.learn(rows.row(0), true, 1.0), 0.5);
    assert!((learner.model().unwrap().intercept() - 1.0 / 30.0).abs() < 1e-12);
}

#[test]
fn one_pass_comes_near_the_fit_on_all_rows() {
    let (rows, fresh) = (stream(5000, 1), stream(5000, 2));
    let online = params(FtrlParams::default()).fit(&rows).unwrap();
    let batch = LogisticParams::default().check().unwrap().fit(&rows).unwrap();
    assert!(auc(&online, &fresh) > auc(&batch, &fresh) - 0.003);
}

#[test]
fn a_penalty_keeps_what_is_noise_at_zero() {
    let sparse = params(FtrlParams { lambda_l1: 60.0, ..FtrlParams::default() }).fit(&stream(5000, 3)).unwrap();
    let found: Vec<bool> = sparse.coefficients().iter().map(|column| column.coefficient == 0.0).collect();
    assert_eq!(found, [false, false, true]);
}

#[test]
fn it_follows_a_change() {
    let rows = stream(4000, 4);
    let mut learner = params(FtrlParams { alpha: 0.5, ..FtrlParams::default() }).start(&rows);
    (0..2000).for_each(|row| _ = learner.learn(rows.row(row), rows.labels()[row], 1.0));
    let before = learner.model().unwrap().coefficients()[0].coefficient;
    // From here on the labels are turned round.
    (2000..4000).for_each(|row| _ = learner.learn(rows.row(row), !rows.labels()[row], 1.0));
    let after = learner.model().unwrap().coefficients()[0].coefficient;
    assert!(before > 0.5 && after < 0.0, "{before} {after}");
}

#[test]
fn a_weight_of_nothing_teaches_nothing() {
    let rows = stream(10, 5);
    let mut learner = params(FtrlParams::default()).start(&rows);
    let before = learner.clone();
    for weight in [0.0, -1.0, f64::NAN] {
        learner.learn(rows.row(0), true, weight);
        assert_eq!(learner, before);
    }
}

#[test]
fn each_parameter_out_of_range_is_named() {
    let broken = [
        (FtrlParams { alpha: 0.0, ..FtrlParams::default() }, "alpha"),
        (FtrlParams { beta: f64::NAN, ..FtrlParams::default() }, "beta"),
        (FtrlParams { lambda_l1: -1.0, ..FtrlParams::default() }, "lambda_l1"),
        (FtrlParams { lambda_l2: -1.0, ..FtrlParams::default() }, "lambda_l2"),
        (FtrlParams { passes: 0, ..FtrlParams::default() }, "passes"),
    ];
    for (params, name) in broken {
        assert_eq!(params.check().unwrap_err().parameter, name);
    }
}
