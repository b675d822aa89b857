//! Every estimator has a space, all of whose corners are valid; and learning beats chance.

use super::*;
use crate::estimator::registry;
use crate::logistic::LogisticParams;
use crate::metrics::roc_auc;
use crate::number::nearest_f32;
use crate::odds::probability_of;
use crate::split::k_fold;

#[test]
fn every_estimator_of_the_registry_has_a_space() {
    let spaces = spaces(3);
    for estimator in registry(3).unwrap() {
        let space = spaces.iter().find(|space| space.name() == estimator.name());
        let space = space.unwrap_or_else(|| panic!("no space for `{}`", estimator.name()));
        for place in [0.0, 0.5, 1.0] {
            let values = space.values(&vec![place; space.parameters().len()]);
            assert_eq!(space.estimator(&values).unwrap().name(), estimator.name());
        }
        assert!(space.estimator(&[]).is_err());
    }
}

/// A space of two numbers whose estimator does not matter.
fn plane() -> Space {
    let range = || Range::Real { low: -1.0, high: 1.0 };
    Space::new("plane", vec![("x", range()), ("y", range())], |at| {
        LogisticParams { lambda_l2: 2.0 + at[0], lambda_l1: 2.0 + at[1], ..LogisticParams::default() }.check()
    })
}

/// The best found of −(x − 0.3)² − (y + 0.6)². (A judge sees an estimator, not its numbers; so the trials are made
/// here as `search` makes them.)
fn best_of(strategy: Strategy, seed: u64) -> f64 {
    let space = &plane();
    let (mut places, mut scores): (Vec<Vec<f64>>, Vec<f64>) = (Vec::new(), Vec::new());
    for trial in 0..count(space, strategy).unwrap() {
        let next = match strategy {
            Strategy::Parzen { .. } => parzen::next(&places, &scores, &mut Random::stream(seed, trial)),
            _ => None,
        };
        let place = next.unwrap_or_else(|| random_place(space, seed, trial));
        let at = space.values(&place);
        scores.push(-(at[0] - 0.3).powi(2) - (at[1] + 0.6).powi(2));
        places.push(place);
    }
    scores.into_iter().fold(f64::NEG_INFINITY, f64::max)
}

#[test]
fn learning_beats_chance() {
    let mean = |strategy| (0..20).map(|seed| best_of(strategy, seed)).sum::<f64>() / 20.0;
    let (learned, drawn) = (mean(Strategy::Parzen { trials: 50 }), mean(Strategy::Random { trials: 50 }));
    assert!(learned > drawn / 3.0, "{learned} {drawn}");
}

fn rows() -> Dataset {
    let mut random = Random::new(6);
    let (mut values, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..300 {
        let row: [f64; 12] = std::array::from_fn(|_| 2.0 * random.uniform() - 1.0);
        labels.push(random.uniform() < probability_of(3.0 * row[0]));
        values.extend(row.map(nearest_f32));
    }
    Dataset::new((0..12).map(|column| format!("c{column:02}")).collect(), values, labels).unwrap()
}

#[test]
fn a_penalty_is_found_that_noise_columns_ask_for() {
    let (rows, folds) = (rows(), k_fold(300, 3, 1).unwrap());
    let all = spaces(1);
    let space = all.iter().find(|space| space.name() == "elastic_net").unwrap();
    let judge = |estimator: &dyn Estimator| cross_validated(estimator, &rows, &folds, roc_auc);
    let found = search(space, Strategy::Parzen { trials: 25 }, 4, judge).unwrap();
    assert_eq!(found, search(space, Strategy::Parzen { trials: 25 }, 4, judge).unwrap());
    let none = cross_validated(space.estimator(&[1e-3, 1e-3]).unwrap().as_ref(), &rows, &folds, roc_auc).unwrap();
    assert!(found.best().score.as_ref().unwrap() > &none);
    assert!(found.trials.iter().all(|trial| score_or_worst(trial) <= score_or_worst(found.best())));
}

#[test]
fn a_grid_has_every_combination() {
    let places: Vec<Vec<f64>> = (0..4).map(|trial| grid_place(trial, 2, 2)).collect();
    assert_eq!(places, [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]);
    let found = search(&plane(), Strategy::Grid { places: 3 }, 0, |_| Ok(1.0)).unwrap();
    assert_eq!((found.trials.len(), found.best), (9, 0));
}

#[test]
fn what_fails_is_kept_and_named() {
    let judge = |_: &dyn Estimator| Err("no fold".to_owned());
    let error = search(&plane(), Strategy::Random { trials: 2 }, 0, judge);
    assert_eq!(error, Err(SearchError::AllFailed { first: "no fold".to_owned() }));
    let nan = search(&plane(), Strategy::Random { trials: 2 }, 0, |_| Ok(f64::NAN));
    assert!(matches!(nan, Err(SearchError::AllFailed { .. })));
    let none = search(&plane(), Strategy::Random { trials: 0 }, 0, |_| Ok(1.0));
    assert_eq!(none, Err(SearchError::NoTrials));
    let many = search(&plane(), Strategy::Grid { places: 5000 }, 0, |_| Ok(1.0));
    assert_eq!(many, Err(SearchError::TooManyTrials { trials: 25_000_000 }));
}
