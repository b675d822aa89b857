//! The contract of the learners, on payments and the bank lines that settle them.

use super::fellegi_sunter::FellegiSunter;
use super::rules::Rules;
use super::trained::Trained;
use super::*;
use crate::link::compare::{Comparer, Pair};
use crate::link::table::{Field, Kind, Rows};

fn registry() -> Vec<Box<dyn PairLearner>> {
    vec![
        Box::new(Rules),
        Box::new(FellegiSunter),
        Box::new(Trained::Tree),
        Box::new(Trained::Forest),
        Box::new(Trained::Boost),
    ]
}

/// Pairs of which those with equal numbers are one thing: `(names, pairs, features)`.
fn example() -> (Vec<String>, Vec<Pair>, Vec<f32>) {
    let fields = [
        Field { name: "amount".to_owned(), kind: Kind::Amount },
        Field { name: "day".to_owned(), kind: Kind::Date },
        Field { name: "name".to_owned(), kind: Kind::Name },
    ];
    let letters =
        |at: usize| format!("{}{} jones", char::from(b"abcdefghijklmnopqrstuvwxyz"[at % 26]), at * 7919 % 1009);
    let row = |at: usize, is_left: bool| {
        let name = if !is_left && at.is_multiple_of(5) { letters(at).replace("jones", "jonse") } else { letters(at) };
        let day = if is_left { 1 + at % 20 } else { 2 + at % 20 };
        let gap = at % 11 == 3;
        vec![format!("{}.00", 10 + at * 37 % 500), if gap { String::new() } else { format!("2022-03-{day:02}") }, name]
    };
    let rows = |is_left| Rows((0..120).map(|at| row(at, is_left)).collect());
    let comparer = Comparer::new(&fields, &rows(true), &rows(false));
    let pairs: Vec<Pair> = (0..120).flat_map(|l| (0..6).map(move |near| (l, (l + near * near * 7) % 120))).collect();
    let features = comparer.features_of(&pairs);
    (comparer.names().to_vec(), pairs, features)
}

fn learned(
    learner: &dyn PairLearner,
    pairs: &[Pair],
    names: &[String],
    features: &[f32],
    labels: &[Option<bool>],
) -> Vec<f64> {
    let (left, right): (Vec<u32>, Vec<u32>) = pairs.iter().copied().unzip();
    let study = Study { names, features, left: &left, right: &right, labels, is_one_to_one: true, title: None };
    let model = learner.learn(&study).unwrap();
    let odds = model.log_odds_of(&study);
    assert!(odds.iter().all(|odds| odds.is_finite()), "{}", learner.name());
    let reasons = model.reasons(left[0], names, study.row(0));
    assert!(!reasons.is_empty() && reasons.iter().all(|(_, part)| part.is_finite()), "{}", learner.name());
    odds
}

#[test]
fn every_learner_keeps_the_contract() {
    let (names, pairs, features) = example();
    let truth: Vec<bool> = pairs.iter().map(|(l, r)| l == r).collect();
    for learner in registry() {
        let odds = learned(learner.as_ref(), &pairs, &names, &features, &[]);
        let auc = learn::metrics::roc_auc(&truth, &odds).unwrap();
        assert!(auc > 0.99, "{}: {auc}", learner.name());
        let again = learned(learner.as_ref(), &pairs, &names, &features, &[]);
        assert_eq!(odds, again, "{}: the same pairs give the same", learner.name());
        let labels: Vec<Option<bool>> = truth.iter().map(|truth| Some(*truth)).collect();
        let told = learned(learner.as_ref(), &pairs, &names, &features, &labels);
        let auc = learn::metrics::roc_auc(&truth, &told).unwrap();
        assert!(auc > 0.99, "{} with labels: {auc}", learner.name());
    }
}

#[test]
fn match_weights_are_ordered_and_rarity_counts() {
    let (names, pairs, features) = example();
    let (left, right): (Vec<u32>, Vec<u32>) = pairs.iter().copied().unzip();
    let study = Study {
        names: &names,
        features: &features,
        left: &left,
        right: &right,
        labels: &[],
        is_one_to_one: true,
        title: None,
    };
    let weights = fellegi_sunter::Weights::learn(&study);
    let at = names.iter().position(|name| name == "name: rarity where equal").unwrap();
    let same = (0..study.len()).find(|pair| left[*pair] == right[*pair] && left[*pair] % 5 != 0).unwrap();
    let mut row = study.row(same).to_vec();
    let known = weights.log_odds(&row);
    row[at] -= 2.0;
    assert!(weights.log_odds(&row) < known, "a name that more have says less");
}
