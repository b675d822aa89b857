//! Each layer's slopes against finite differences in `f64`, and its numbers by hand.

use super::*;

fn numbers(random: &mut Random, count: usize) -> Vec<f64> {
    (0..count).map(|_| random.normal()).collect()
}

/// A layer with its numbers, and how the sum of outputs, each times a factor, depends on them.
struct Probe {
    layer: Layer,
    weights: Vec<f64>,
    input: Vec<f64>,
    present: Vec<bool>,
    factors: Vec<f64>,
}

impl Probe {
    fn new(layer: Layer, rows: usize, present: Vec<bool>) -> Self {
        let mut random = Random::new(8);
        let weights = numbers(&mut random, layer.weights());
        let input = numbers(&mut random, rows * layer.inputs());
        let factors = numbers(&mut random, rows * layer.outputs());
        Self { layer, weights, input, present, factors }
    }

    fn forward(&self, weights: &[f64], input: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let (mut output, mut kept) = (vec![0.0; self.factors.len()], Vec::new());
        let given = Given { weights, input, present: &self.present };
        self.layer.forward(given, Some(&mut Random::new(1)), &mut output, &mut kept);
        (output, kept)
    }

    fn sum(&self, weights: &[f64], input: &[f64]) -> f64 {
        self.forward(weights, input).0.iter().zip(&self.factors).map(|(output, factor)| output * factor).sum()
    }

    /// The slopes by weights and inputs, as the layer gives them.
    fn slopes(&self) -> (Vec<f64>, Vec<f64>) {
        let (output, kept) = self.forward(&self.weights, &self.input);
        let (mut of_weights, mut of_input) = (vec![0.0; self.weights.len()], vec![0.0; self.input.len()]);
        let given = Given { weights: &self.weights, input: &self.input, present: &self.present };
        let slopes = Slopes { weights: &mut of_weights, input: Some(&mut of_input) };
        self.layer.backward(given, Gave { output: &output, kept: &kept }, &self.factors, slopes);
        (of_weights, of_input)
    }

    fn check(&self) {
        let (of_weights, of_input) = self.slopes();
        for (at, slope) in of_weights.iter().enumerate() {
            let moved = |by: f64| self.sum(&with(&self.weights, at, by), &self.input);
            self.compare("weight", at, *slope, moved);
        }
        for (at, slope) in of_input.iter().enumerate() {
            let moved = |by: f64| self.sum(&self.weights, &with(&self.input, at, by));
            self.compare("input", at, *slope, moved);
        }
    }

    fn compare(&self, what: &str, at: usize, slope: f64, moved: impl Fn(f64) -> f64) {
        let found = (moved(1e-5) - moved(-1e-5)) / 2e-5;
        assert!((found - slope).abs() < 1e-6, "{:?}: {what} {at}: {slope} but {found}", self.layer);
    }
}

fn with(numbers: &[f64], at: usize, by: f64) -> Vec<f64> {
    let mut moved = numbers.to_vec();
    moved[at] += by;
    moved
}

/// Three rows of five steps: all there, two missing in the middle and at the end, none there.
fn present() -> Vec<bool> {
    [[true; 5], [true, false, true, true, false], [false; 5]].concat()
}

fn each_layer() -> Vec<(Layer, Vec<bool>)> {
    let activated = |by| Layer::Activated(Activated { size: 6, by });
    let sequence = Convolution { height: 1, width: 5, channels: 2, filters: 3, kernel: [1, 3], padding: [0, 1] };
    let map = Convolution { height: 5, width: 6, channels: 2, filters: 3, kernel: [3, 3], padding: [0, 0] };
    let padded = Convolution { height: 4, width: 3, channels: 1, filters: 2, kernel: [3, 3], padding: [1, 1] };
    vec![
        (Layer::Dense(Dense { inputs: 4, outputs: 3 }), vec![]),
        (activated(Activation::Sigmoid), vec![]),
        (activated(Activation::Tanh), vec![]),
        (activated(Activation::Relu), vec![]),
        (Layer::Dropout(Dropout { size: 6, rate: 0.4 }), vec![]),
        (Layer::Convolution(sequence), vec![]),
        (Layer::Convolution(map), vec![]),
        (Layer::Convolution(padded), vec![]),
        (Layer::MaxPool(MaxPool { height: 5, width: 6, channels: 2 }), vec![]),
        (Layer::MaxOverSteps(MaxOverSteps { steps: 5, channels: 2 }), present()),
        (Layer::Lstm(Lstm { steps: 5, channels: 2, units: 3 }), vec![]),
        (Layer::Lstm(Lstm { steps: 5, channels: 2, units: 3 }), present()),
    ]
}

#[test]
fn slopes_are_those_of_finite_differences() {
    for (layer, present) in each_layer() {
        Probe::new(layer, 3, present).check();
    }
}

#[test]
fn one_row_is_inferred_as_it_is_trained() {
    for (layer, present) in each_layer() {
        if matches!(layer, Layer::Dropout(_)) {
            continue;
        }
        let probe = Probe::new(layer, 3, present);
        let (output, _) = probe.forward(&probe.weights, &probe.input);
        let (inputs, outputs) = (probe.layer.inputs(), probe.layer.outputs());
        for row in 0..3 {
            let steps = probe.present.len() / 3;
            let input = &probe.input[row * inputs..(row + 1) * inputs];
            let present = &probe.present[row * steps..(row + 1) * steps];
            let (mut alone, mut kept) = (vec![0.0; outputs], Vec::new());
            probe.layer.infer(Given { weights: &probe.weights, input, present }, &mut alone, &mut kept);
            let both = alone.iter().zip(&output[row * outputs..]);
            assert!(both.into_iter().all(|(alone, output)| (alone - output).abs() < 1e-12), "{:?}", probe.layer);
        }
    }
}

#[test]
fn steps_that_are_not_there_change_nothing() {
    let probe = Probe::new(Layer::Lstm(Lstm { steps: 5, channels: 2, units: 3 }), 3, present());
    let (output, _) = probe.forward(&probe.weights, &probe.input);
    assert_eq!(output[6..], [0.0; 3]);
    let mut other = probe.input.clone();
    for step in [1, 4] {
        other[10 + 2 * step] += 7.0;
    }
    assert_eq!(probe.forward(&probe.weights, &other).0, output);
}

#[test]
fn dropout_keeps_the_mean_and_rests_when_not_training() {
    let layer = Layer::Dropout(Dropout { size: 10_000, rate: 0.25 });
    let input = vec![1.0_f64; 10_000];
    let given = Given { weights: &[], input: &input, present: &[] };
    let (mut output, mut kept) = (vec![0.0; 10_000], Vec::new());
    layer.forward(given, Some(&mut Random::new(2)), &mut output, &mut kept);
    assert!((output.iter().sum::<f64>() / 1e4 - 1.0).abs() < 0.02);
    layer.forward(given, None, &mut output, &mut kept);
    assert_eq!(output, input);
}

#[test]
fn the_third_papers_layers_have_its_sizes() {
    let convolution = Convolution { height: 28, width: 28, channels: 1, filters: 32, kernel: [3, 3], padding: [0, 0] };
    assert_eq!((convolution.out(), convolution.weights()), ([26, 26], 320));
    assert_eq!(MaxPool { height: 26, width: 26, channels: 32 }.outputs(), 13 * 13 * 32);
}
