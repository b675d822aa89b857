//! The layers of which nets are made: each knows its sizes, its forward way and its slopes.
//!
//! A layer holds no numbers. Its weights are a stretch of the net's one vector of weights, so that
//! a training rule sees one vector and no layers. Values are row-major, a row being one example.
//! Every layer's slopes are tested against finite differences in `f64`, below 1e-6.

mod convolution;
mod dense;
mod lstm;
mod pool;
mod simple;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub(super) use convolution::Convolution;
pub(super) use dense::Dense;
pub(super) use lstm::Lstm;
pub(super) use pool::{MaxOverSteps, MaxPool};
pub(super) use simple::{Activated, Dropout};

use super::scalar::Scalar;
use crate::random::Random;

/// What a unit makes of its sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Activation {
    /// 1 / (1 + e^−x).
    Sigmoid,
    /// The hyperbolic tangent.
    Tanh,
    /// The larger of x and 0.
    Relu,
}

/// What a layer is given on its forward way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Given<'a, T> {
    pub weights: &'a [T],
    /// Rows of the layer's inputs.
    pub input: &'a [T],
    /// For each row and step of a sequence, whether the step is there; empty where all are.
    pub present: &'a [bool],
}

impl<T> Given<'_, T> {
    /// Whether this step of this row is there.
    #[inline(always)]
    fn is_present(&self, row: usize, step: usize, steps: usize) -> bool {
        self.present.get(row * steps + step).is_none_or(|present| *present)
    }
}

/// What a layer gave, and what it kept for the way back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gave<'a, T> {
    pub output: &'a [T],
    pub kept: &'a [T],
}

/// Where slopes of the loss go: to the weights, and to the inputs where a layer below wants them
/// (all zero before).
pub(super) struct Slopes<'a, T> {
    pub weights: &'a mut [T],
    pub input: Option<&'a mut [T]>,
}

/// One layer.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Layer {
    Dense(Dense),
    Activated(Activated),
    Dropout(Dropout),
    Convolution(Convolution),
    MaxPool(MaxPool),
    MaxOverSteps(MaxOverSteps),
    Lstm(Lstm),
}

/// Calls the same method of whichever layer it is.
macro_rules! of_layer {
    ($layer:expr, $each:ident => $call:expr) => {
        match $layer {
            Layer::Dense($each) => $call,
            Layer::Activated($each) => $call,
            Layer::Dropout($each) => $call,
            Layer::Convolution($each) => $call,
            Layer::MaxPool($each) => $call,
            Layer::MaxOverSteps($each) => $call,
            Layer::Lstm($each) => $call,
        }
    };
}

impl Layer {
    /// Numbers a row that go in.
    pub(super) fn inputs(&self) -> usize {
        of_layer!(self, layer => layer.inputs())
    }

    /// Numbers a row that come out.
    pub(super) fn outputs(&self) -> usize {
        of_layer!(self, layer => layer.outputs())
    }

    /// How many weights it has.
    pub(super) fn weights(&self) -> usize {
        match self {
            Self::Dense(layer) => layer.weights(),
            Self::Convolution(layer) => layer.weights(),
            Self::Lstm(layer) => layer.weights(),
            Self::Activated(_) | Self::Dropout(_) | Self::MaxPool(_) | Self::MaxOverSteps(_) => 0,
        }
    }

    /// Multiplications a row, roughly: what the work is cut by.
    pub(super) fn cost(&self) -> usize {
        match self {
            Self::Dense(layer) => layer.weights(),
            Self::Convolution(layer) => layer.weights() * layer.places(),
            Self::Lstm(layer) => layer.weights() * layer.steps,
            _ => self.inputs(),
        }
    }

    /// Puts the first weights, so that sums neither vanish nor grow from layer to layer.
    pub(super) fn start<T: Scalar>(&self, weights: &mut [T], random: &mut Random) {
        match self {
            Self::Dense(layer) => layer.start(weights, random),
            Self::Convolution(layer) => layer.start(weights, random),
            Self::Lstm(layer) => layer.start(weights, random),
            Self::Activated(_) | Self::Dropout(_) | Self::MaxPool(_) | Self::MaxOverSteps(_) => {}
        }
    }

    /// Fills `output`, as many rows as were given; `random` is there while training only.
    pub(super) fn forward<T: Scalar>(
        &self,
        given: Given<'_, T>,
        random: Option<&mut Random>,
        output: &mut [T],
        kept: &mut Vec<T>,
    ) {
        match self {
            Self::Dense(layer) => layer.forward(given, output),
            Self::Activated(layer) => layer.forward(given, output),
            Self::Dropout(layer) => layer.forward(given, random, output, kept),
            Self::Convolution(layer) => layer.forward(given, output, kept),
            Self::MaxPool(layer) => layer.forward(given, output),
            Self::MaxOverSteps(layer) => layer.forward(given, output),
            Self::Lstm(layer) => layer.forward(given, output, kept),
        }
    }

    /// Fills `output` for one row, and keeps nothing for the way back.
    pub(super) fn infer<T: Scalar>(&self, given: Given<'_, T>, output: &mut [T], kept: &mut Vec<T>) {
        match self {
            Self::Lstm(layer) => layer.infer(given, output, kept),
            _ => self.forward(given, None, output, kept),
        }
    }

    /// Adds the slopes of the loss by weights and by inputs, from those by outputs.
    pub(super) fn backward<T: Scalar>(
        &self,
        given: Given<'_, T>,
        gave: Gave<'_, T>,
        slope: &[T],
        slopes: Slopes<'_, T>,
    ) {
        match self {
            Self::Dense(layer) => layer.backward(given, slope, slopes),
            Self::Activated(layer) => layer.backward(gave, slope, slopes),
            Self::Dropout(layer) => layer.backward(gave, slope, slopes),
            Self::Convolution(layer) => layer.backward(given, gave, slope, slopes),
            Self::MaxPool(layer) => layer.backward(given, gave, slope, slopes),
            Self::MaxOverSteps(layer) => layer.backward(given, gave, slope, slopes),
            Self::Lstm(layer) => layer.backward(given, gave, slope, slopes),
        }
    }
}

/// Uniform numbers within ±`bound`.
fn uniform<T: Scalar>(weights: &mut [T], bound: f64, random: &mut Random) {
    weights.iter_mut().for_each(|weight| *weight = T::of((2.0 * random.uniform() - 1.0) * bound));
}

/// Adds each row of `slope` to `sums`.
fn add_rows<T: Scalar>(slope: &[T], sums: &mut [T]) {
    for row in slope.chunks_exact(sums.len()) {
        sums.iter_mut().zip(row).for_each(|(sum, slope)| *sum += *slope);
    }
}
