//! The contract of the family: `check_model` runs on every estimator of the registry.

use crate::estimator::{Estimator, registry};
use crate::number::nearest_f32;
use crate::odds::probability_of;
use crate::random::Random;
use crate::{Dataset, ModelFile};

const ROWS: usize = 600;

/// Four columns, one of two values and one with gaps, and a label that depends on all but one.
fn example(seed: u64) -> Dataset {
    let mut random = Random::new(seed);
    let (mut values, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..ROWS {
        let [a, b, c, d] = std::array::from_fn(|_| 2.0 * random.uniform() - 1.0);
        let flag = f64::from(u8::from(c > 0.6));
        labels.push(random.uniform() < probability_of(2.0 * a - 3.0 * b * a + 2.0 * flag - 1.0));
        let gap = if random.uniform() < 0.2 { f64::NAN } else { b };
        values.extend([a, gap, flag, d].map(nearest_f32));
    }
    let names = ["delta", "alpha", "charlie", "bravo"].map(str::to_owned).to_vec();
    Dataset::new(names, values, labels).unwrap()
}

/// Four weekdays × four hours of counts, one cell with gaps, and a label that depends on two corners.
fn map_example(seed: u64) -> Dataset {
    let mut random = Random::new(seed);
    let names: Vec<String> = (1..=4).flat_map(|day| (0..4).map(move |hour| format!("count@{day}:{hour}"))).collect();
    let (mut values, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..ROWS {
        let mut cells: Vec<f64> = names.iter().map(|_| 2.0 * random.uniform() - 1.0).collect();
        let corners = cells[0] + cells[1] - cells[14] - cells[15];
        labels.push(random.uniform() < probability_of(3.0 * corners));
        if random.uniform() < 0.2 {
            cells[7] = f64::NAN;
        }
        values.extend(cells.into_iter().map(nearest_f32));
    }
    Dataset::new(names, values, labels).unwrap()
}

/// The same table with its columns in another order.
fn reordered(dataset: &Dataset, order: &[usize]) -> Dataset {
    let names = order.iter().map(|&column| dataset.names()[column].clone()).collect();
    let rows = (0..dataset.rows()).flat_map(|row| reordered_row(dataset.row(row), order));
    Dataset::new(names, rows.collect(), dataset.labels().to_vec()).unwrap()
}

fn reordered_row(row: &[f32], order: &[usize]) -> Vec<f32> {
    order.iter().map(|&column| row[column]).collect()
}

fn fit(estimator: &dyn Estimator, dataset: &Dataset) -> ModelFile {
    let model = estimator.fit_model(dataset, None).unwrap();
    ModelFile::new(dataset.names().to_vec(), model).unwrap()
}

/// Rows as fitted, and rows with each column missing and with all missing.
fn probes(dataset: &Dataset) -> Vec<Vec<f32>> {
    let mut probes: Vec<Vec<f32>> = (0..50).map(|row| dataset.row(row).to_vec()).collect();
    for column in 0..dataset.columns() {
        let mut row = dataset.row(0).to_vec();
        row[column] = f32::NAN;
        probes.push(row);
    }
    probes.push(vec![f32::NAN; dataset.columns()]);
    probes
}

/// What every estimator of this crate keeps.
fn check_model(estimator: &dyn Estimator, example: fn(u64) -> Dataset) {
    let dataset = example(1);
    let file = fit(estimator, &dataset);
    let probes = probes(&dataset);
    check_same_seed_same_bytes(estimator, &dataset, &file);
    check_column_order(estimator, &dataset, &file);
    check_saved_and_loaded(&file, &probes);
    check_numbers(&file, &probes);
    check_explanations(&file, &probes);
    check_explanations_against(&file, &dataset, &probes);
    check_learned(&file, &example(2));
    check_never_seen(&file, &dataset);
    check_poor_tables(estimator);
}

fn check_same_seed_same_bytes(estimator: &dyn Estimator, dataset: &Dataset, file: &ModelFile) {
    let bytes = file.to_bytes().unwrap();
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let again = pool.install(|| fit(estimator, dataset));
        assert_eq!(again.to_bytes().unwrap(), bytes, "on {threads} threads");
    }
}

/// Scores agree up to the rounding of a sum in another order. (Trees agree bit for bit, which
/// `boost` tests; ties are broken by column name, so they need no exception.)
fn check_column_order(estimator: &dyn Estimator, dataset: &Dataset, file: &ModelFile) {
    let (back, front): (Vec<usize>, Vec<usize>) = (0..dataset.columns()).rev().partition(|column| column % 2 == 0);
    let order = [back, front].concat();
    let other = fit(estimator, &reordered(dataset, &order));
    for row in 0..dataset.rows() {
        let row = dataset.row(row);
        let difference = file.score(row) - other.score(&reordered_row(row, &order));
        assert!(difference.abs() < 1e-9, "{difference}");
    }
}

fn check_saved_and_loaded(file: &ModelFile, probes: &[Vec<f32>]) {
    let loaded = ModelFile::from_bytes(&file.to_bytes().unwrap()).unwrap();
    assert_eq!(&loaded, file);
    for row in probes {
        assert_eq!(loaded.score(row).to_bits(), file.score(row).to_bits());
        assert_eq!(loaded.explain(row), file.explain(row));
    }
}

fn check_numbers(file: &ModelFile, probes: &[Vec<f32>]) {
    let scores = file.score_rows(&probes.concat());
    for (row, score) in probes.iter().zip(scores) {
        assert_eq!(score.to_bits(), file.score(row).to_bits());
        let probability = file.probability(row);
        assert!(0.0 < probability && probability < 1.0);
    }
    let extreme = vec![f32::MAX; file.feature_names().len()];
    let probability = file.probability(&extreme);
    assert!(0.0 < probability && probability < 1.0);
}

fn check_explanations(file: &ModelFile, probes: &[Vec<f32>]) {
    for row in probes {
        let log_odds = file.uncalibrated_log_odds(row);
        for explanation in [file.explain(row), file.path_contributions(row)] {
            assert_eq!(explanation.contributions.len(), file.feature_names().len());
            assert!((explanation.log_odds() - log_odds).abs() < 1e-9);
        }
    }
}

fn check_explanations_against(file: &ModelFile, dataset: &Dataset, probes: &[Vec<f32>]) {
    let background = &dataset.values()[..20 * dataset.columns()];
    for row in probes {
        let explanation = file.model().explain_against(row, background).unwrap();
        assert!((explanation.log_odds() - file.uncalibrated_log_odds(row)).abs() < 1e-9);
    }
    assert_eq!(file.model().explain_against(&probes[0], &[]), None);
}

fn check_learned(file: &ModelFile, fresh: &Dataset) {
    let auc = crate::metrics::roc_auc(fresh.labels(), &file.score_rows(fresh.values())).unwrap();
    assert!(auc > 0.7, "{auc}");
}

/// Values that no fit row had, infinite ones among them, give a probability like any other.
fn check_never_seen(file: &ModelFile, dataset: &Dataset) {
    for column in 0..dataset.columns() {
        for value in [0.5, -7.25, f32::MIN, f32::INFINITY, f32::NEG_INFINITY] {
            let mut row = dataset.row(0).to_vec();
            row[column] = value;
            let probability = file.probability(&row);
            assert!(0.0 < probability && probability < 1.0, "{value} in column {column}: {probability}");
        }
    }
}

/// A fit on a table from which little or nothing can be learned ends well, or says what is lacking.
fn check_poor_tables(estimator: &dyn Estimator) {
    let one_label = Dataset::new(names(1), vec![1.0, 2.0, 3.0], vec![true; 3]).unwrap();
    let one_row = Dataset::new(names(1), vec![1.0], vec![false]).unwrap();
    for table in [one_label, one_row] {
        assert!(estimator.fit_model(&table, None).is_err(), "{} fitted one label", estimator.name());
    }
    let two_rows = Dataset::new(names(1), vec![1.0, 2.0], vec![true, false]).unwrap();
    let (gap, same) = (|_: usize| f32::NAN, |_: usize| 3.5);
    let varied = |row: usize| if row.is_multiple_of(3) { 1.0 } else { 0.0 };
    let tables = [table_of(&[&gap]), table_of(&[&same]), table_of(&[&gap, &same]), table_of(&[&varied, &gap, &same])];
    for table in [two_rows].into_iter().chain(tables) {
        match estimator.fit_model(&table, None) {
            Err(error) => assert!(!error.to_string().is_empty()),
            Ok(model) => {
                let file = ModelFile::new(table.names().to_vec(), model).unwrap();
                let probability = file.probability(table.row(0));
                assert!(0.0 < probability && probability < 1.0, "{}: {probability}", estimator.name());
            }
        }
    }
}

fn names(count: usize) -> Vec<String> {
    ["alpha", "bravo", "charlie"][..count].iter().map(|name| (*name).to_owned()).collect()
}

/// Forty rows of these columns, every other one an event.
fn table_of(columns: &[&dyn Fn(usize) -> f32]) -> Dataset {
    let values = (0..40).flat_map(|row| columns.iter().map(move |column| column(row))).collect();
    Dataset::new(names(columns.len()), values, (0..40_usize).map(|row| row.is_multiple_of(2)).collect()).unwrap()
}

#[test]
fn every_estimator_keeps_the_contract() {
    for estimator in registry(5).unwrap() {
        println!("{}", estimator.name());
        check_model(estimator.as_ref(), example);
    }
}

#[test]
fn categories_keep_the_contract() {
    let categories = vec!["charlie".to_owned()];
    let params = crate::category::CategoryBoostParams { categories, ..Default::default() };
    check_model(&params.check().unwrap(), example);
}

#[test]
fn the_net_over_a_behaviour_map_keeps_the_contract() {
    let params = crate::nets::NetParams { seed: 5, ..crate::nets::NetParams::behaviour_map() };
    check_model(&params.check().unwrap(), map_example);
}

#[test]
fn names_are_distinct() {
    let names: Vec<_> = registry(0).unwrap().iter().map(|estimator| estimator.name()).collect();
    let distinct: std::collections::BTreeSet<_> = names.iter().collect();
    assert_eq!(distinct.len(), names.len());
}
