//! The layers without weights that work on each number alone: activations and dropout.

use super::{Activation, Gave, Given, Slopes};
use crate::nets::kernel::{Loop, vectorised};
use crate::nets::scalar::Scalar;
use crate::random::Random;

/// Applies an activation to each number.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::nets) struct Activated {
    pub size: usize,
    pub by: Activation,
}

impl Activated {
    pub(super) fn inputs(&self) -> usize {
        self.size
    }

    pub(super) fn outputs(&self) -> usize {
        self.size
    }

    pub(super) fn forward<T: Scalar>(&self, given: Given<'_, T>, output: &mut [T]) {
        output.copy_from_slice(given.input);
        vectorised(Apply { by: self.by, values: output });
    }

    pub(super) fn backward<T: Scalar>(&self, gave: Gave<'_, T>, slope: &[T], slopes: Slopes<'_, T>) {
        let Some(input) = slopes.input else { return };
        let numbers = input.iter_mut().zip(slope).zip(gave.output);
        match self.by {
            Activation::Sigmoid => numbers.for_each(|((input, slope), y)| *input += *slope * *y * (T::ONE - *y)),
            Activation::Tanh => numbers.for_each(|((input, slope), y)| *input += *slope * (T::ONE - *y * *y)),
            Activation::Relu => {
                numbers.for_each(|((input, slope), y)| *input += if *y > T::ZERO { *slope } else { T::ZERO });
            }
        }
    }
}

struct Apply<'a, T> {
    by: Activation,
    values: &'a mut [T],
}

impl<T: Scalar> Loop for Apply<'_, T> {
    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        match self.by {
            Activation::Sigmoid => self.values.iter_mut().for_each(|value| *value = value.sigmoid::<FUSED>()),
            Activation::Tanh => self.values.iter_mut().for_each(|value| *value = value.tanh::<FUSED>()),
            Activation::Relu => self.values.iter_mut().for_each(|value| *value = value.or_larger(T::ZERO)),
        }
    }
}

/// While training, drops each number with this rate and scales the others up, so that the sum
/// stays; afterwards it does nothing (Srivastava et al., 2014).
#[derive(Debug, Clone, PartialEq)]
pub(in crate::nets) struct Dropout {
    pub size: usize,
    pub rate: f64,
}

impl Dropout {
    pub(super) fn inputs(&self) -> usize {
        self.size
    }

    pub(super) fn outputs(&self) -> usize {
        self.size
    }

    /// Keeps the factor of each number: 0 or 1 / (1 − rate); 1 for all while not training.
    pub(super) fn forward<T: Scalar>(
        &self,
        given: Given<'_, T>,
        random: Option<&mut Random>,
        output: &mut [T],
        kept: &mut Vec<T>,
    ) {
        kept.clear();
        kept.resize(output.len(), T::ONE);
        if let Some(random) = random {
            let scale = T::of(1.0 / (1.0 - self.rate));
            let mut drawn = || if random.uniform() < self.rate { T::ZERO } else { scale };
            kept.iter_mut().for_each(|factor| *factor = drawn());
        }
        for ((output, input), factor) in output.iter_mut().zip(given.input).zip(kept.iter()) {
            *output = *input * *factor;
        }
    }

    pub(super) fn backward<T: Scalar>(&self, gave: Gave<'_, T>, slope: &[T], slopes: Slopes<'_, T>) {
        let Some(input) = slopes.input else { return };
        for ((input, slope), factor) in input.iter_mut().zip(slope).zip(gave.kept) {
            *input += *slope * *factor;
        }
    }
}
