//! The optimum by hand, and a gradient of nothing there.

use super::*;
use crate::odds::probability_of;
use crate::random::Random;

fn dataset(rows: usize) -> Dataset {
    let mut random = Random::new(11);
    let mut values = Vec::new();
    let mut labels = Vec::new();
    for _ in 0..rows {
        let row = [random.uniform() * 40.0, random.uniform() - 3.0, 5.0];
        labels.push(random.uniform() < probability_of(0.1 * row[0] + 2.0 * row[1] + 2.0));
        values.extend(row.map(crate::number::nearest_f32));
    }
    values[7] = f32::NAN;
    let names = ["b", "a", "constant"].map(str::to_owned).to_vec();
    Dataset::new(names, values, labels).unwrap()
}

fn fit(dataset: &Dataset, lambda_l2: f64) -> LogisticModel {
    LogisticParams { lambda_l2, ..LogisticParams::default() }.check().unwrap().fit(dataset).unwrap()
}

/// The loss that the module's header states, from the model's public parts.
fn loss(dataset: &Dataset, lambda: f64, model: &LogisticModel) -> f64 {
    let rows = (0..dataset.rows()).map(|row| {
        let odds = model.log_odds(dataset.row(row));
        dataset.weight(row) * crate::odds::log_loss_of(odds, dataset.labels()[row])
    });
    let squares = model.coefficients().iter().map(|column| column.coefficient.powi(2));
    rows.sum::<f64>() + lambda / 2.0 * squares.sum::<f64>()
}

fn moved(model: &LogisticModel, index: usize, by: f64) -> LogisticModel {
    let mut columns = model.coefficients().to_vec();
    match index.checked_sub(1) {
        None => return LogisticModel::new(model.intercept() + by, columns).unwrap(),
        Some(column) => columns[column].coefficient += by,
    }
    LogisticModel::new(model.intercept(), columns).unwrap()
}

#[test]
fn a_contribution_is_by_hand() {
    let column = LinearColumn { mean: 10.0, scale: 2.0, coefficient: 0.5 };
    assert_eq!(column.contribution(13.0), 0.75);
    assert_eq!(column.contribution(f32::NAN), 0.0);
}

#[test]
fn the_intercept_alone_is_the_base_rate() {
    let names = vec!["constant".to_owned()];
    let dataset = Dataset::new(names, vec![2.0; 4], vec![true, true, true, false]).unwrap();
    let model = fit(&dataset, 1.0);
    assert!((model.intercept() - 3_f64.ln()).abs() < 1e-9);
    assert_eq!(model.coefficients()[0].coefficient, 0.0);
}

#[test]
fn the_gradient_is_zero_at_the_optimum() {
    let weights = (0..500).map(|row| 1.0 + (row % 3) as f32).collect();
    let dataset = dataset(500).with_weights(weights).unwrap();
    let model = fit(&dataset, 0.7);
    let step = 1e-5;
    for index in 0..=3 {
        let (up, down) = (moved(&model, index, step), moved(&model, index, -step));
        let slope = (loss(&dataset, 0.7, &up) - loss(&dataset, 0.7, &down)) / (2.0 * step);
        assert!(slope.abs() < 1e-5, "parameter {index}: {slope}");
    }
}

#[test]
fn a_column_that_separates_the_labels_still_has_a_fit() {
    let values = (0..100_u8).map(f32::from).collect();
    let labels = (0..100).map(|row| row >= 50).collect();
    let dataset = Dataset::new(vec!["x".to_owned()], values, labels).unwrap();
    let model = fit(&dataset, 1e-6);
    assert!(model.log_odds(&[60.0]) > 0.0 && model.log_odds(&[40.0]) < 0.0);
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let dataset = dataset(9_000);
    let on_threads = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| fit(&dataset, 1.0))
    };
    assert_eq!(on_threads(1), on_threads(4));
}

#[test]
fn each_parameter_out_of_range_is_named() {
    let default = LogisticParams::default;
    let lambda = LogisticParams { lambda_l2: 0.0, ..default() }.check().unwrap_err();
    assert_eq!(lambda.parameter, "lambda_l2");
    let alone = LogisticParams { lambda_l2: 0.0, lambda_l1: 1.0, ..default() };
    assert!(alone.check().is_ok());
    let negative = LogisticParams { lambda_l1: -1.0, ..default() }.check().unwrap_err();
    assert_eq!(negative.parameter, "lambda_l1");
    let steps = LogisticParams { max_steps: 0, ..default() }.check().unwrap_err();
    assert_eq!(steps.to_string(), "`max_steps` must be 1 or above, but is 0");
}

fn elastic(dataset: &Dataset, lambda_l1: f64, lambda_l2: f64) -> LogisticModel {
    LogisticParams { lambda_l1, lambda_l2, ..LogisticParams::default() }.check().unwrap().fit(dataset).unwrap()
}

/// Eight columns, of which only the first two matter.
fn wide(rows: usize) -> Dataset {
    let mut random = Random::new(4);
    let (mut values, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        let row: [f64; 8] = std::array::from_fn(|_| 2.0 * random.uniform() - 1.0);
        labels.push(random.uniform() < probability_of(2.0 * row[0] - 1.5 * row[1] + 0.5));
        values.extend(row.map(crate::number::nearest_f32));
    }
    let names = (0..8).map(|column| format!("c{column}")).collect();
    Dataset::new(names, values, labels).unwrap()
}

/// The slope of the loss without λ₁, by differences of the public parts.
fn slope(dataset: &Dataset, lambda_l2: f64, model: &LogisticModel, index: usize) -> f64 {
    let step = 1e-5;
    let at = |by: f64| loss(dataset, lambda_l2, &moved(model, index, by));
    (at(step) - at(-step)) / (2.0 * step)
}

#[test]
fn the_conditions_of_karush_kuhn_and_tucker_hold() {
    let weights = (0..600).map(|row| 1.0 + (row % 3) as f32).collect();
    let dataset = wide(600).with_weights(weights).unwrap();
    for (lambda_l1, lambda_l2) in [(20.0, 0.0), (20.0, 15.0), (3.0, 40.0), (1e6, 0.0)] {
        let model = elastic(&dataset, lambda_l1, lambda_l2);
        assert!(slope(&dataset, lambda_l2, &model, 0).abs() < 1e-4);
        for (column, fitted) in model.coefficients().iter().enumerate() {
            let slope = slope(&dataset, lambda_l2, &model, column + 1);
            if fitted.coefficient == 0.0 {
                assert!(slope.abs() <= lambda_l1 + 1e-4, "column {column}: {slope}");
            } else {
                assert!((slope + lambda_l1 * fitted.coefficient.signum()).abs() < 1e-4, "column {column}: {slope}");
            }
        }
    }
}

#[test]
fn a_large_penalty_keeps_only_what_matters_and_a_huge_one_nothing() {
    let zeros = |lambda: f64| -> Vec<bool> {
        let model = elastic(&wide(600), lambda, 0.0);
        model.coefficients().iter().map(|column| column.coefficient == 0.0).collect()
    };
    assert_eq!(zeros(25.0), [false, false, true, true, true, true, true, true]);
    assert_eq!(zeros(1e6), [true; 8]);
}

#[test]
fn a_small_l1_is_next_to_none() {
    let (with, without) = (elastic(&dataset(500), 1e-9, 0.7), fit(&dataset(500), 0.7));
    for (a, b) in with.coefficients().iter().zip(without.coefficients()) {
        assert!((a.coefficient - b.coefficient).abs() < 1e-7);
    }
}
