//! Categories ranked by hand, and a planted effect found.

use super::*;
use crate::metrics::roc_auc;
use crate::number::nearest_f32;
use crate::odds::probability_of;
use crate::random::Random;

/// Sixty categories whose numbers say nothing of their risk, a number with gaps, and an id that
/// occurs once.
fn shops(rows: usize, seed: u64) -> Dataset {
    let mut risks = Random::new(99);
    let risks: Vec<f64> = (0..60).map(|_| 4.0 * risks.uniform() - 2.0).collect();
    let mut random = Random::new(seed);
    let (mut values, mut labels) = (Vec::new(), Vec::new());
    for row in 0..rows {
        let (category, amount) = (random.below(60), 2.0 * random.uniform() - 1.0);
        labels.push(random.uniform() < probability_of(risks[category] + amount));
        let gap = random.below(20) == 0;
        values.extend([category as f64, if gap { f64::NAN } else { amount }, row as f64].map(nearest_f32));
    }
    Dataset::new(["shop", "amount", "id"].map(str::to_owned).to_vec(), values, labels).unwrap()
}

fn params(categories: &[&str]) -> CategoryBoostParams {
    let categories = categories.iter().map(|name| (*name).to_owned()).collect();
    CategoryBoostParams { categories, ..CategoryBoostParams::default() }
}

fn fit(params: CategoryBoostParams, rows: &Dataset) -> CategoryTrees {
    params.check().unwrap().fit(rows, None).unwrap()
}

fn auc(model: &CategoryTrees, rows: &Dataset) -> f64 {
    let scores: Vec<f64> = (0..rows.rows()).map(|row| model.log_odds(rows.row(row))).collect();
    roc_auc(rows.labels(), &scores).unwrap()
}

#[test]
fn ranks_are_by_hand() {
    // With a base rate of 0.5 and s = 2: 7 and 9 have 0.667, 3 has (0 + 1) / 5; 5 is too rare.
    let values = vec![7.0, 7.0, 7.0, 7.0, 9.0, 3.0, 3.0, 3.0];
    let labels = [1, 1, 1, 0, 1, 0, 0, 0].map(|label| label == 1).to_vec();
    let rows = Dataset::new(vec!["x".to_owned()], values, labels).unwrap();
    let given = CategoryBoostParams { smoothing_rows: 2.0, least_rows: 1, ..params(&["x"]) };
    let ranks = CategoryRanks::of(&rows, &given).unwrap();
    assert_eq!([3.0, 7.0, 9.0].map(|value| ranks.apply(&[value])[0]), [0.0, 1.0, 2.0]);
    let rarer = CategoryRanks::of(&rows, &CategoryBoostParams { least_rows: 2, ..given }).unwrap();
    assert!([9.0, 8.0, f32::NAN].iter().all(|&value| rarer.apply(&[value])[0].is_nan()));
}

#[test]
fn the_numbers_of_categories_mean_nothing() {
    let rows = shops(3000, 1);
    // Another number for each shop: equal rates may change places, and they count for the same.
    let renamed = rows.map_rows(|row| vec![(row[0] * 37.0) % 61.0, row[1], row[2]]);
    let (first, second) = (fit(params(&["shop"]), &rows), fit(params(&["shop"]), &renamed));
    assert!((auc(&first, &rows) - auc(&second, &renamed)).abs() < 0.01);
}

#[test]
fn ranks_learn_more_than_numbers_do() {
    let (rows, fresh) = (shops(4000, 2), shops(4000, 3));
    let boost = BoostParams { trees: 20, ..BoostParams::default() };
    let as_numbers = fit(CategoryBoostParams { boost: boost.clone(), ..params(&[]) }, &rows);
    let as_categories = fit(CategoryBoostParams { boost, ..params(&["shop"]) }, &rows);
    assert!(auc(&as_categories, &fresh) > auc(&as_numbers, &fresh) + 0.005);
}

#[test]
fn an_id_cannot_tell_its_own_label() {
    let rows = shops(2000, 4);
    let model = fit(params(&["shop", "id"]), &rows);
    assert_eq!(model.split_gains()[2], 0.0);
    assert_eq!(model.log_odds(&[1.0, 0.5, 3.0]), model.log_odds(&[1.0, 0.5, 9e9]));
}

#[test]
fn what_does_not_hold_is_named() {
    let unknown = params(&["country"]).check().unwrap().fit(&shops(50, 1), None);
    assert_eq!(unknown, Err(FitError::ColumnUnknown { name: "country".to_owned() }));
    let rows = CategoryBoostParams { least_rows: 0, ..params(&[]) }.check().unwrap_err();
    assert_eq!(rows.parameter, "least_rows");
    let smoothing = CategoryBoostParams { smoothing_rows: -1.0, ..params(&[]) }.check().unwrap_err();
    assert_eq!(smoothing.parameter, "smoothing_rows");
}
