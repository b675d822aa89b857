//! A fully connected layer: each output is a weighted sum of all inputs, and a bias.
//!
//! Weights: one row an input, one column an output; then the biases.

use super::{Given, Slopes, add_rows, uniform};
use crate::nets::kernel::{Matrix, add_product};
use crate::nets::scalar::Scalar;
use crate::random::Random;

#[derive(Debug, Clone, PartialEq)]
pub(in crate::nets) struct Dense {
    pub inputs: usize,
    pub outputs: usize,
}

impl Dense {
    pub(super) fn inputs(&self) -> usize {
        self.inputs
    }

    pub(super) fn outputs(&self) -> usize {
        self.outputs
    }

    pub(super) fn weights(&self) -> usize {
        (self.inputs + 1) * self.outputs
    }

    /// ±1 / √inputs for weights and biases, as PyTorch does: beside Glorot's and He's bounds, which are wider, nets begin
    /// with small outputs and learn the same from noisy tables with a better AUC (`benches/RESULTS.md`, `nets`).
    pub(super) fn start<T: Scalar>(&self, weights: &mut [T], random: &mut Random) {
        uniform(weights, 1.0 / (self.inputs as f64).sqrt(), random);
    }

    /// By hand: inputs \[1 2\], weights \[3; 4\] and bias 5 give 1 · 3 + 2 · 4 + 5 = 16.
    pub(super) fn forward<T: Scalar>(&self, given: Given<'_, T>, output: &mut [T]) {
        let (factors, biases) = given.weights.split_at(self.inputs * self.outputs);
        output.chunks_exact_mut(self.outputs).for_each(|row| row.copy_from_slice(biases));
        add_product(Matrix::new(given.input, self.inputs), Matrix::new(factors, self.outputs), output);
    }

    pub(super) fn backward<T: Scalar>(&self, given: Given<'_, T>, slope: &[T], slopes: Slopes<'_, T>) {
        let (factors, _) = given.weights.split_at(self.inputs * self.outputs);
        let (of_factors, of_biases) = slopes.weights.split_at_mut(self.inputs * self.outputs);
        let slope_rows = Matrix::new(slope, self.outputs);
        add_product(Matrix::new(given.input, self.inputs).transposed(), slope_rows, of_factors);
        add_rows(slope, of_biases);
        if let Some(input) = slopes.input {
            add_product(slope_rows, Matrix::new(factors, self.outputs).transposed(), input);
        }
    }
}
