//! Layers in a row over one vector of weights: the forward way, the way back, and one row's score.

use super::layers::{Gave, Given, Layer, Slopes};
use super::scalar::Scalar;
use crate::random::Random;

/// A net without its weights.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Network {
    layers: Vec<Layer>,
    /// Where each layer's weights begin; then how many there are.
    starts: Vec<usize>,
}

/// The numbers between the layers, for some rows: kept from the forward way for the way back, and
/// from batch to batch, so that nothing is allocated anew.
#[derive(Debug, Clone, Default)]
pub(super) struct Between<T> {
    /// What goes into the first layer.
    pub input: Vec<T>,
    /// For each row and step of a sequence, whether it is there; empty where all are.
    pub present: Vec<bool>,
    outputs: Vec<Vec<T>>,
    kept: Vec<Vec<T>>,
}

impl<T: Scalar> Between<T> {
    /// What came out of the last layer.
    pub(super) fn output(&self) -> &[T] {
        self.outputs.last().map_or(&self.input, |output| output)
    }
}

impl Network {
    /// Layers that fit each other, first to last.
    pub(super) fn new(layers: Vec<Layer>) -> Self {
        debug_assert!(layers.windows(2).all(|pair| pair[0].outputs() == pair[1].inputs()), "layers fit each other");
        let mut starts = vec![0];
        for layer in &layers {
            starts.push(starts[starts.len() - 1] + layer.weights());
        }
        Self { layers, starts }
    }

    /// How many weights it has.
    pub(super) fn weights(&self) -> usize {
        self.starts[self.layers.len()]
    }

    /// Numbers a row that go in.
    pub(super) fn inputs(&self) -> usize {
        self.layers.first().map_or(0, Layer::inputs)
    }

    /// Numbers a row that come out.
    pub(super) fn outputs(&self) -> usize {
        self.layers.last().map_or(0, Layer::outputs)
    }

    /// Multiplications a row, roughly.
    pub(super) fn cost(&self) -> usize {
        self.layers.iter().map(Layer::cost).sum()
    }

    /// The first weights of this seed.
    pub(super) fn start<T: Scalar>(&self, seed: u64) -> Vec<T> {
        let mut weights = vec![T::ZERO; self.weights()];
        for (index, layer) in self.layers.iter().enumerate() {
            let at = self.starts[index]..self.starts[index + 1];
            layer.start(&mut weights[at], &mut Random::stream(seed, index));
        }
        weights
    }

    /// Whether a weight multiplies an input, rather than being a bias: those are penalised.
    pub(super) fn penalised(&self) -> Vec<bool> {
        let mut penalised = vec![true; self.weights()];
        for (index, layer) in self.layers.iter().enumerate() {
            let biases = match layer {
                Layer::Dense(dense) => dense.outputs,
                Layer::Convolution(convolution) => convolution.filters,
                Layer::Lstm(lstm) => 4 * lstm.units,
                _ => 0,
            };
            let end = self.starts[index + 1];
            penalised[end - biases..end].fill(false);
        }
        penalised
    }

    /// Takes the rows in `between.input` through all layers; `random` is there while training.
    pub(super) fn forward<T: Scalar>(&self, weights: &[T], between: &mut Between<T>, mut random: Option<&mut Random>) {
        let rows = between.input.len() / self.inputs();
        between.outputs.resize(self.layers.len(), Vec::new());
        between.kept.resize(self.layers.len(), Vec::new());
        for (index, layer) in self.layers.iter().enumerate() {
            let (before, after) = between.outputs.split_at_mut(index);
            let given = Given {
                weights: &weights[self.starts[index]..self.starts[index + 1]],
                input: before.last().unwrap_or(&between.input),
                present: &between.present,
            };
            let output = &mut after[0];
            output.resize(rows * layer.outputs(), T::ZERO);
            layer.forward(given, random.as_deref_mut(), output, &mut between.kept[index]);
        }
    }

    /// Takes one row through all layers, keeping nothing for a way back.
    pub(super) fn infer<T: Scalar>(&self, weights: &[T], input: Vec<T>, present: &[bool]) -> Vec<T> {
        let (mut values, mut kept) = (input, Vec::new());
        for (index, layer) in self.layers.iter().enumerate() {
            let weights = &weights[self.starts[index]..self.starts[index + 1]];
            let mut output = vec![T::ZERO; layer.outputs()];
            layer.infer(Given { weights, input: &values, present }, &mut output, &mut kept);
            values = output;
        }
        values
    }

    /// Adds the slopes of the loss by weights to `of_weights`, from the slopes by outputs; gives
    /// those by inputs where they are asked for.
    pub(super) fn backward<T: Scalar>(
        &self,
        weights: &[T],
        between: &Between<T>,
        of_output: &[T],
        of_weights: &mut [T],
        of_inputs: bool,
    ) -> Vec<T> {
        let mut slope = of_output.to_vec();
        for (index, layer) in self.layers.iter().enumerate().rev() {
            let at = self.starts[index]..self.starts[index + 1];
            let input = index.checked_sub(1).map_or(&between.input, |before| &between.outputs[before]);
            let given = Given { weights: &weights[at.clone()], input, present: &between.present };
            let gave = Gave { output: &between.outputs[index], kept: &between.kept[index] };
            let wanted = of_inputs || index > 0;
            let mut below = if wanted { vec![T::ZERO; input.len()] } else { Vec::new() };
            let slopes = Slopes { weights: &mut of_weights[at], input: wanted.then_some(&mut below) };
            layer.backward(given, gave, &slope, slopes);
            slope = below;
        }
        slope
    }
}
