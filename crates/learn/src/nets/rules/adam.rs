//! Adam: a step against the mean slope, divided by the root of its mean square, each weight alone.

use crate::nets::scalar::Scalar;

/// The published decays and the number that keeps a division from 0.
const MEAN_DECAY: f64 = 0.9;
const SQUARE_DECAY: f64 = 0.999;
const EPSILON: f64 = 1e-8;

#[derive(Debug, Clone, PartialEq)]
pub(in crate::nets) struct Adam<T> {
    rate: f64,
    means: Vec<T>,
    squares: Vec<T>,
    /// The decays to the power of the steps taken.
    mean_decayed: f64,
    square_decayed: f64,
}

impl<T: Scalar> Adam<T> {
    pub(in crate::nets) fn new(rate: f64, weights: usize) -> Self {
        let nothing = vec![T::ZERO; weights];
        Self { rate, means: nothing.clone(), squares: nothing, mean_decayed: 1.0, square_decayed: 1.0 }
    }

    /// Takes one step.
    ///
    /// By hand: the first step is −rate · slope / |slope|, but for epsilon: corrected for their
    /// start at 0, mean and square are the slope and its square.
    pub(in crate::nets) fn step(&mut self, weights: &mut [T], slope: &[T]) {
        self.mean_decayed *= MEAN_DECAY;
        self.square_decayed *= SQUARE_DECAY;
        let [kept_mean, kept_square] = [MEAN_DECAY, SQUARE_DECAY].map(T::of);
        let [new_mean, new_square] = [1.0 - MEAN_DECAY, 1.0 - SQUARE_DECAY].map(T::of);
        let rate = T::of(self.rate / (1.0 - self.mean_decayed));
        let (square_scale, epsilon) = (T::of(1.0 / (1.0 - self.square_decayed)), T::of(EPSILON));
        let moments = self.means.iter_mut().zip(&mut self.squares);
        for ((weight, slope), (mean, square)) in weights.iter_mut().zip(slope).zip(moments) {
            *mean = kept_mean * *mean + new_mean * *slope;
            *square = kept_square * *square + new_square * *slope * *slope;
            *weight += -(rate * *mean / ((*square * square_scale).root() + epsilon));
        }
    }
}
