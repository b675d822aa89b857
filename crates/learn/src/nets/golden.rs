//! Each architecture and rule beside PyTorch: `fixtures/make_nets.py` made the numbers once, and
//! tells with which versions.

use std::collections::BTreeMap;

use super::layers::{Activated, Activation, Convolution, Dense, Layer, Lstm, MaxOverSteps, MaxPool};
use super::loss::Loss;
use super::network::{Between, Network};
use super::rules::{Adam, Descent, Rprop, Rule, Standing, WholeBatch};

const NUMBERS: &str = include_str!("../../fixtures/nets.txt");

fn numbers() -> BTreeMap<&'static str, Vec<f64>> {
    let lines = NUMBERS.lines().filter(|line| !line.starts_with('#'));
    let line = |line: &'static str| {
        let mut words = line.split(' ');
        (words.next().unwrap(), words.map(|word| word.parse().unwrap()).collect())
    };
    lines.map(line).collect()
}

fn check(what: &str, ours: &[f64], theirs: &[f64]) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (at, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
        assert!((ours - theirs).abs() < 1e-10, "{what} {at}: {ours}, but {theirs}");
    }
}

/// Outputs, mean loss and slopes of a net.
fn check_net(name: &str, layers: Vec<Layer>, present: Vec<bool>, loss: Loss, targets: &[f64]) {
    let numbers = numbers();
    let of = |part: &str| numbers[format!("{name}.{part}").as_str()].clone();
    let (network, weights) = (Network::new(layers), of("weights"));
    let mut between = Between::default();
    (between.input, between.present) = (of("inputs"), present);
    network.forward(&weights, &mut between, None);
    check(name, between.output(), &of("outputs"));
    let (outputs, mut mean) = (network.outputs(), 0.0);
    let mut of_output = vec![0.0; between.output().len()];
    let rows = between.output().chunks(outputs).zip(of_output.chunks_mut(outputs)).zip(targets);
    for ((output, slope), target) in rows {
        let scale = 1.0 / targets.len() as f64;
        mean += loss.cost(output, *target, scale, slope).loss * scale;
    }
    check(name, &[mean], &of("loss"));
    let mut slopes = vec![0.0; weights.len()];
    network.backward(&weights, &between, &of_output, &mut slopes, false);
    check(name, &slopes, &of("slopes"));
}

fn dense(inputs: usize, outputs: usize) -> Layer {
    Layer::Dense(Dense { inputs, outputs })
}

fn activated(size: usize, by: Activation) -> Layer {
    Layer::Activated(Activated { size, by })
}

#[test]
fn the_perceptron_is_pytorchs() {
    let layers = vec![dense(4, 5), activated(5, Activation::Tanh), dense(5, 1)];
    check_net("mlp", layers, vec![], Loss::Log, &[0.0, 1.0, 1.0, 0.0, 1.0, 0.0]);
}

#[test]
fn long_short_term_memory_is_pytorchs_for_every_length() {
    let layers = vec![Layer::Lstm(Lstm { steps: 4, channels: 2, units: 3 }), dense(3, 1)];
    let present = [4, 2, 3].iter().flat_map(|length| (0..4).map(move |step| step < *length)).collect();
    check_net("lstm", layers, present, Loss::Log, &[1.0, 0.0, 1.0]);
}

#[test]
fn the_convolution_over_steps_is_pytorchs() {
    let convolution = Convolution { height: 1, width: 5, channels: 2, filters: 3, kernel: [1, 3], padding: [0, 1] };
    let layers = vec![
        Layer::Convolution(convolution),
        activated(15, Activation::Relu),
        Layer::MaxOverSteps(MaxOverSteps { steps: 5, channels: 3 }),
        dense(3, 4),
        activated(4, Activation::Relu),
        dense(4, 1),
    ];
    check_net("cnn", layers, vec![], Loss::Log, &[1.0, 0.0, 1.0]);
}

#[test]
fn the_third_papers_network_is_pytorchs() {
    let convolution = Convolution { height: 6, width: 7, channels: 1, filters: 3, kernel: [3, 3], padding: [0, 0] };
    let layers = vec![
        Layer::Convolution(convolution),
        activated(4 * 5 * 3, Activation::Relu),
        Layer::MaxPool(MaxPool { height: 4, width: 5, channels: 3 }),
        dense(2 * 2 * 3, 4),
    ];
    check_net("behaviour_map", layers, vec![], Loss::Softmax, &[2.0, 0.0, 3.0]);
}

/// Takes the steps of a rule whose error falls each time.
fn check_steps(name: &str, rule: &mut dyn WholeBatch<f64>) {
    let numbers = numbers();
    let slopes: Vec<&[f64]> = numbers["steps.slopes"].chunks(4).collect();
    let weights = numbers["steps.start"].clone();
    let mut standing = Standing { weights, error: 9.0, slope: slopes[0].to_vec() };
    for step in 0..3 {
        rule.epoch(&mut standing, &mut |standing| {
            standing.error = 8.0 - step as f64;
            standing.slope = slopes.get(step + 1).unwrap_or(&slopes[0]).to_vec();
        });
        check(name, &standing.weights, &numbers[format!("steps.{name}.{step}").as_str()]);
    }
}

#[test]
fn the_rules_steps_are_pytorchs() {
    check_steps("plain", &mut Descent::new(&Rule::Plain { rate: 0.1 }, 4).unwrap());
    // PyTorch's goes no weight back; the improved rule neither, while the error falls.
    check_steps("rprop", &mut Rprop::new(true, 4));
    let numbers = numbers();
    let (mut adam, mut weights) = (Adam::new(0.01, 4), numbers["steps.start"].clone());
    for (step, slope) in numbers["steps.slopes"].chunks(4).enumerate() {
        adam.step(&mut weights, slope);
        check("adam", &weights, &numbers[format!("steps.adam.{step}").as_str()]);
    }
}
