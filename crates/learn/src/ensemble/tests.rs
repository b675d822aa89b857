//! Votes and stacks by hand, and the whole beside its parts.

use super::*;
use crate::boost::BoostParams;
use crate::logistic::{LinearColumn, LogisticModel};
use crate::metrics::{log_loss, roc_auc};
use crate::random::Random;

fn constant(probability: f64) -> Model {
    let column = LinearColumn { mean: 0.0, scale: 1.0, coefficient: 0.0 };
    Model::Logistic(LogisticModel::new(log_odds_of(probability), vec![column]).unwrap())
}

fn slope(coefficient: f64) -> Model {
    let column = LinearColumn { mean: 0.0, scale: 1.0, coefficient };
    Model::Logistic(LogisticModel::new(0.0, vec![column]).unwrap())
}

#[test]
fn votes_and_stacks_are_by_hand() {
    let vote = |weights: &[f64]| {
        let rule = Rule::Vote { weights: weights.to_vec() };
        EnsembleModel::new(vec![constant(0.2), constant(0.6)], rule).unwrap().log_odds(&[0.0])
    };
    assert!((probability_of(vote(&[1.0, 1.0])) - 0.4).abs() < 1e-12);
    assert!((probability_of(vote(&[3.0, 1.0])) - 0.3).abs() < 1e-12);
    let rule = Rule::Stack { intercept: 0.5, weights: vec![2.0, -1.0] };
    let stack = EnsembleModel::new(vec![slope(1.0), slope(3.0)], rule).unwrap();
    // 0.5 + 2 · 2 − 1 · 6
    assert_eq!(stack.log_odds(&[2.0]), -1.5);
    assert_eq!(stack.explain(&[2.0]), Explanation { bias: 0.5, contributions: vec![-2.0] });
}

fn rows(count: usize, seed: u64) -> Dataset {
    let mut random = Random::new(seed);
    let (mut values, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let [a, b, c] = std::array::from_fn(|_| 4.0 * random.uniform() - 2.0);
        let bent = if a * b > 0.0 { 1.5 } else { -1.5 };
        labels.push(random.uniform() < probability_of(bent + 1.2 * c));
        values.extend([a, b, c].map(nearest_f32));
    }
    Dataset::new(["a", "b", "c"].map(str::to_owned).to_vec(), values, labels).unwrap()
}

fn ensemble(combination: Combination) -> ValidEnsembleParams {
    let boost = BoostParams { trees: 60, ..BoostParams::default() }.check().unwrap();
    let logistic = LogisticParams::default().check().unwrap();
    EnsembleParams { members: vec![Box::new(boost), Box::new(logistic)], combination }.check().unwrap()
}

#[test]
fn a_stack_knows_whom_to_trust() {
    let (fit, fresh) = (rows(1500, 1), rows(1500, 2));
    let model = ensemble(Combination::Stack { folds: 4, seed: 3 }).fit(&fit, None).unwrap();
    let loss = |scores: Vec<f64>| {
        let probabilities: Vec<f64> = scores.into_iter().map(probability_of).collect();
        log_loss(fresh.labels(), &probabilities).unwrap()
    };
    let of = |model: &Model| loss(model.log_odds_of_rows(fresh.values()));
    let parts: Vec<f64> = model.members().iter().map(of).collect();
    let scores: Vec<f64> = (0..fresh.rows()).map(|row| model.log_odds(fresh.row(row))).collect();
    assert!(roc_auc(fresh.labels(), &scores).unwrap() > 0.8);
    assert!(loss(scores) < parts[0].min(parts[1]), "{parts:?}");
    // The trees see the bend, which the line cannot.
    assert!(model.rule().weights()[0] > model.rule().weights()[1].abs());
}

#[test]
fn no_ensemble_is_in_another() {
    let rule = || Rule::Vote { weights: vec![1.0] };
    let inner = EnsembleModel::new(vec![constant(0.5)], rule()).unwrap();
    let bytes = postcard::to_allocvec(&Model::Ensemble(inner.clone())).unwrap();
    assert_eq!(bytes[0], stored::ENSEMBLE_TAG, "the place of the variant in `Model`");
    assert_eq!(EnsembleModel::new(vec![Model::Ensemble(inner)], rule()), Err(ModelError::EnsembleNested));
}

#[test]
fn what_does_not_hold_is_named() {
    let members = || -> Vec<Box<dyn Estimator>> {
        (0..2).map(|_| Box::new(LogisticParams::default().check().unwrap()) as Box<dyn Estimator>).collect()
    };
    let error = |combination| EnsembleParams { members: members(), combination }.check().err().unwrap().parameter;
    assert_eq!(error(Combination::Vote(vec![1.0])), "weights");
    assert_eq!(error(Combination::Vote(vec![0.0, 0.0])), "weights");
    assert_eq!(error(Combination::Vote(vec![f64::NAN, 1.0])), "weights");
    assert_eq!(error(Combination::Stack { folds: 1, seed: 0 }), "folds");
    let mut labels = vec![false; 20];
    labels[3] = true;
    let lone = Dataset::new(vec!["x".to_owned()], vec![1.0; 20], labels).unwrap();
    let stacked = ensemble(Combination::Stack { folds: 3, seed: 0 }).fit(&lone, None);
    assert_eq!(stacked, Err(FitError::TooFewRows { rows: 20, least: 6 }));
    let short = EnsembleModel::new(vec![constant(0.5)], Rule::Vote { weights: vec![] });
    assert_eq!(short, Err(ModelError::LengthsDiffer));
}
