//! Fits on data whose answer is known, the edges, and the same bytes on any number of threads.

use super::*;
use crate::estimator::FitError;
use crate::logistic::LogisticParams;
use crate::metrics::roc_auc;
use crate::number::nearest_f32;
use crate::odds::probability_of;
use crate::random::Random;
use crate::{Dataset, Model, ModelFile};

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// The label is whether exactly one of two noisy columns is above 0.
fn xor(rows: usize, seed: u64) -> Dataset {
    let mut random = Random::new(seed);
    let values: Vec<f32> = (0..2 * rows).map(|_| nearest_f32(random.normal())).collect();
    let labels = values.chunks(2).map(|row| (row[0] > 0.0) != (row[1] > 0.0)).collect();
    Dataset::new(names(&["a", "b"]), values, labels).unwrap()
}

/// Two spikes, up or down, in a sequence of four to eight steps; the label is whether both go the
/// same way, which no sum over steps tells.
fn two_spikes(rows: usize, seed: u64) -> Dataset {
    let mut random = Random::new(seed);
    let (mut values, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        let length = 4 + random.below(5);
        let spikes = random.choose(2, length);
        let up = [random.uniform() < 0.5, random.uniform() < 0.5];
        for step in 0..8 {
            let spike = spikes.iter().zip(up).find(|(at, _)| **at == step);
            let height = spike.map_or(0.0, |(_, up)| if up { 3.0 } else { -3.0 });
            let noisy = nearest_f32(height + 0.3 * random.normal());
            values.push(if step < length { noisy } else { f32::NAN });
        }
        labels.push(up[0] == up[1]);
    }
    Dataset::new((0..8).map(|step| format!("x@{step}")).collect(), values, labels).unwrap()
}

/// A 7 × 8 map with one bright square whose place is its class, of four.
fn bright_square(rows: usize, seed: u64) -> Samples {
    let mut random = Random::new(seed);
    let (mut values, mut classes) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        let class = random.below(4);
        let (top, left) = (1 + 3 * (class / 2), 1 + 4 * (class % 2));
        for cell in 0..56 {
            let inside = (top..top + 2).contains(&(cell / 8)) && (left..left + 2).contains(&(cell % 8));
            values.push(nearest_f32(if inside { 2.0 } else { 0.0 } + random.normal()));
        }
        classes.push(class);
    }
    let names = (0..56).map(|cell| format!("n@{}:{}", cell / 8, cell % 8)).collect();
    Samples::new(names, values, Targets::Classes { count: 4, of_row: classes }).unwrap()
}

fn fit(params: NetParams, dataset: &Dataset) -> NetModel {
    params.check().unwrap().fit(&Samples::from(dataset), None).unwrap()
}

fn auc(dataset: &Dataset, score: impl Fn(&[f32]) -> f64) -> f64 {
    let scores: Vec<f64> = (0..dataset.rows()).map(|row| score(dataset.row(row))).collect();
    roc_auc(dataset.labels(), &scores).unwrap()
}

fn each_rule() -> Vec<Rule> {
    vec![
        Rule::Plain { rate: 0.5 },
        Rule::Momentum { rate: 0.5, momentum: 0.9 },
        Rule::adaptive(),
        Rule::RpropPlus,
        Rule::IrpropPlus,
        Rule::Levenberg { damping: 0.001 },
        Rule::Adam { rate: 0.02, batch_rows: 32 },
    ]
}

#[test]
fn a_perceptron_learns_xor_where_a_line_cannot() {
    let (rows, fresh) = (xor(400, 1), xor(400, 2));
    let line = LogisticParams::default().check().unwrap().fit(&rows).unwrap();
    assert!(auc(&fresh, |row| line.log_odds(row)) < 0.65);
    let model = fit(NetParams::mlp(), &rows);
    assert!(auc(&fresh, |row| model.log_odds(row)) > 0.95);
}

#[test]
fn every_rule_makes_the_error_smaller() {
    let rows = xor(200, 3);
    for rule in each_rule() {
        let epochs = if matches!(rule, Rule::Levenberg { .. }) { 25 } else { 150 };
        let architecture = Architecture::Mlp { hidden: vec![6], activation: Activation::Tanh };
        let name = rule.name();
        let params = NetParams { architecture, rule, epochs, ..NetParams::back_propagation() };
        let model = fit(params, &rows);
        let (first, last) = (model.log()[0].training.loss, model.log()[model.log().len() - 1].training.loss);
        assert!(last < first, "{name}: {first} to {last}");
    }
}

#[test]
fn a_fit_ends_at_its_target_error() {
    let params = NetParams { target_error: Some(0.15), rule: Rule::IrpropPlus, ..NetParams::back_propagation() };
    let model = fit(params, &xor(200, 3));
    let losses: Vec<f64> = model.log().iter().map(|epoch| epoch.training.loss).collect();
    let (last, before) = losses.split_last().unwrap();
    assert!(*last <= 0.15 && before.iter().all(|loss| *loss > 0.15) && before.len() < 999);
}

#[test]
fn a_discarded_epoch_leaves_the_fit_where_it_was() {
    let rule = Rule::Adaptive { rate: 1e4, momentum: 0.9, growth: 1.05, shrink: 0.7, tolerated: 1.04 };
    let with = |epochs| fit(NetParams { rule: rule.clone(), epochs, ..NetParams::back_propagation() }, &xor(100, 4));
    let (one, two) = (with(1), with(2));
    assert!(one.log()[0].discarded && two.log()[1].discarded);
    assert_eq!(one.outputs(&[0.3, 0.4])[0].to_bits(), two.outputs(&[0.3, 0.4])[0].to_bits());
}

#[test]
fn long_short_term_memory_compares_steps_where_a_line_cannot() {
    let (rows, fresh) = (two_spikes(600, 1), two_spikes(400, 2));
    let line = LogisticParams::default().check().unwrap().fit(&rows).unwrap();
    let of_line = auc(&fresh, |row| line.log_odds(row));
    let rule = Rule::Adam { rate: 0.01, batch_rows: 32 };
    let model = fit(NetParams { rule, epochs: 60, ..NetParams::lstm() }, &rows);
    let of_net = auc(&fresh, |row| model.log_odds(row));
    assert!(of_net > 0.95 && of_line < 0.6, "{of_net}, a line: {of_line}");
}

#[test]
fn the_behaviour_map_tells_places_apart() {
    let (rows, fresh) = (bright_square(600, 1), bright_square(200, 2));
    let model = NetParams::behaviour_map().check().unwrap().fit(&rows, Some(&fresh)).unwrap();
    let last = model.log()[9];
    assert!(last.validation.unwrap().accuracy > 0.8, "{last:?}");
    let probabilities = model.class_probabilities(fresh.row(0));
    assert!(probabilities.len() == 4 && (probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    let upper = probabilities[2] + probabilities[3];
    assert!((probability_of(model.log_odds(fresh.row(0))) - upper).abs() < 1e-9);
}

#[test]
fn numbers_are_told_too() {
    let mut random = Random::new(5);
    let values: Vec<f32> = (0..300).map(|_| nearest_f32(random.normal())).collect();
    let numbers = values.iter().map(|x| f64::from(*x).sin() * 3.0).collect();
    let samples = Samples::new(names(&["x"]), values, Targets::Numbers(numbers)).unwrap();
    let architecture = Architecture::Mlp { hidden: vec![6], activation: Activation::Tanh };
    let rule = Rule::Levenberg { damping: 0.001 };
    let params = NetParams { architecture, rule, epochs: 60, ..NetParams::back_propagation() };
    let model = params.check().unwrap().fit(&samples, None).unwrap();
    assert!((model.log_odds(&[1.0]) - 1_f64.sin() * 3.0).abs() < 0.05, "{}", model.log_odds(&[1.0]));
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let rows = two_spikes(300, 6);
    let each = [NetParams::mlp(), NetParams::lstm(), NetParams::cnn(), NetParams::back_propagation()];
    for params in each {
        let params = NetParams { epochs: 2, dropout: 0.2, input_noise: 0.1, ..params };
        let on_threads = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let model = pool.install(|| fit(params.clone(), &rows));
            ModelFile::new(rows.names().to_vec(), Model::Net(model)).unwrap().to_bytes().unwrap()
        };
        let alone = on_threads(1);
        assert!([2, 5].iter().all(|threads| on_threads(*threads) == alone), "{}", params.architecture.name());
    }
}

#[test]
fn early_stopping_goes_back_to_the_best() {
    let rows = xor(60, 7);
    let stopping = Some(EarlyStopping { patience: 3, validation_share: 0.3 });
    let params = NetParams { early_stopping: stopping, epochs: 500, ..NetParams::mlp() };
    let model = fit(params, &rows);
    let losses: Vec<f64> = model.log().iter().map(|epoch| epoch.validation.unwrap().loss).collect();
    let least = losses.iter().copied().fold(f64::INFINITY, f64::min);
    let after = losses.iter().rev().take_while(|loss| **loss > least).count();
    assert!(losses.len() < 500 && after == 4, "{} epochs, {after} after the best", losses.len());
}

#[test]
fn penalties_make_weights_small() {
    let rows = xor(200, 8);
    let size = |lambda_l1, lambda_l2| {
        let params = NetParams { lambda_l1, lambda_l2, epochs: 20, early_stopping: None, ..NetParams::mlp() };
        fit(params, &rows).weights_for_tests().iter().map(|weight| weight.abs()).sum::<f32>()
    };
    let free = size(0.0, 0.0);
    assert!(size(0.05, 0.0) < 0.7 * free && size(0.0, 0.1) < 0.7 * free);
}

#[test]
fn balanced_classes_count_the_same() {
    let values = (0..100).map(|row| (row % 10) as f32).collect();
    let labels = (0..100).map(|row| row % 10 == 0).collect();
    let rows = Dataset::new(names(&["x"]), values, labels).unwrap();
    let architecture = Architecture::Mlp { hidden: vec![], activation: Activation::Relu };
    let base = NetParams { architecture, early_stopping: None, ..NetParams::mlp() };
    // Rows whose column is missing say what the classes weigh: a constant column tells nothing.
    let flat = Dataset::new(names(&["x"]), vec![1.0; 100], rows.labels().to_vec()).unwrap();
    let as_given = fit(base.clone(), &flat).log_odds(&[1.0]);
    let balanced = fit(NetParams { class_weights: ClassWeights::Balanced, ..base }, &flat).log_odds(&[1.0]);
    assert!((as_given + 9_f64.ln()).abs() < 0.1 && balanced.abs() < 0.1, "{as_given} {balanced}");
}

#[test]
fn odd_tables_give_a_model_or_an_error() {
    let labels = vec![true, false, true];
    let table = |values: Vec<f32>| Dataset::new(names(&["a", "b"]), values, labels.clone()).unwrap();
    let huge = [f32::MAX, f32::MIN, f32::MAX, 1.0, f32::MIN, 2.0];
    let tables = [vec![f32::NAN; 6], vec![1.0; 6], huge.to_vec(), vec![f32::NAN, 1.0, f32::NAN, 1.0, 2.0, 3.0]];
    for values in tables {
        for params in [NetParams::mlp(), NetParams::lstm(), NetParams::cnn(), NetParams::back_propagation()] {
            let model = fit(NetParams { epochs: 3, ..params }, &table(values.clone()));
            for row in [[f32::NAN; 2], [f32::MAX; 2], [f32::MIN, f32::NAN], [f32::INFINITY, f32::NEG_INFINITY]] {
                assert!(model.log_odds(&row).is_finite());
            }
        }
    }
    let one_class = Dataset::new(names(&["a"]), vec![1.0, 2.0], vec![true, true]).unwrap();
    let one_row = Dataset::new(names(&["a"]), vec![1.0], vec![true]).unwrap();
    for rows in [one_class, one_row] {
        let fitted = NetParams::mlp().check().unwrap().fit(&Samples::from(&rows), None);
        assert_eq!(fitted.unwrap_err(), FitError::OneLabelOnly);
    }
}

#[test]
fn what_a_net_cannot_take_is_named() {
    let rows = xor(20, 9);
    let fitted = |params: NetParams| params.check().unwrap().fit(&Samples::from(&rows), None).unwrap_err();
    assert_eq!(fitted(NetParams::behaviour_map()), FitError::NetUnfit);
    let architecture = Architecture::Mlp { hidden: vec![400], activation: Activation::Tanh };
    let levenberg =
        NetParams { architecture, rule: Rule::Levenberg { damping: 0.001 }, ..NetParams::back_propagation() };
    assert_eq!(fitted(levenberg), FitError::TooManyWeights { weights: 1601, most: 1000 });
    let named = Dataset::new(names(&["a@x"]), vec![1.0, 2.0], vec![true, false]).unwrap();
    let lstm = NetParams::lstm().check().unwrap().fit(&Samples::from(&named), None).unwrap_err();
    assert_eq!(lstm, FitError::ColumnsUnreadable);
    let other = Samples::from(&two_spikes(5, 1));
    let mlp = NetParams::mlp().check().unwrap().fit(&Samples::from(&rows), Some(&other)).unwrap_err();
    assert_eq!(mlp, FitError::ValidationColumnsDiffer);
    let even = NetParams { architecture: Architecture::Cnn { filters: 1, patch: 2, hidden: 1 }, ..NetParams::cnn() };
    assert_eq!(even.check().unwrap_err().parameter, "patch");
}

#[test]
fn a_file_keeps_the_log() {
    let rows = xor(50, 10);
    let model = fit(NetParams { epochs: 4, early_stopping: None, ..NetParams::mlp() }, &rows);
    let file = ModelFile::new(rows.names().to_vec(), Model::Net(model)).unwrap();
    let loaded = ModelFile::from_bytes(&file.to_bytes().unwrap()).unwrap();
    let Model::Net(net) = loaded.model() else { unreachable!() };
    assert_eq!(net.log().len(), 4);
    assert_eq!(loaded, file);
}
