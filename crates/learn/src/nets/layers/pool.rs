//! Pooling: the largest of each 2 × 2 cells of a map, and the largest of all steps of a sequence.

use super::{Gave, Given, Slopes};
use crate::nets::scalar::Scalar;

/// The largest of each 2 × 2 cells, a channel at a time; an odd last row or column is left out.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::nets) struct MaxPool {
    pub height: usize,
    pub width: usize,
    pub channels: usize,
}

impl MaxPool {
    pub(super) fn inputs(&self) -> usize {
        self.height * self.width * self.channels
    }

    pub(super) fn outputs(&self) -> usize {
        (self.height / 2) * (self.width / 2) * self.channels
    }

    pub(super) fn forward<T: Scalar>(&self, given: Given<'_, T>, output: &mut [T]) {
        self.each_square(output.len() / self.outputs().max(1), |at, cells| {
            let [a, b, c, d] = cells.map(|cell| &given.input[cell..cell + self.channels]);
            for (channel, output) in output[at..at + self.channels].iter_mut().enumerate() {
                *output = a[channel].or_larger(b[channel]).or_larger(c[channel].or_larger(d[channel]));
            }
        });
    }

    /// The slope goes to the first of the cells that was the largest.
    pub(super) fn backward<T: Scalar>(
        &self,
        given: Given<'_, T>,
        gave: Gave<'_, T>,
        slope: &[T],
        slopes: Slopes<'_, T>,
    ) {
        let Some(of_input) = slopes.input else { return };
        self.each_square(slope.len() / self.outputs().max(1), |at, cells| {
            for channel in 0..self.channels {
                let largest = gave.output[at + channel];
                if let Some(cell) = cells.iter().find(|cell| given.input[**cell + channel] == largest) {
                    of_input[cell + channel] += slope[at + channel];
                }
            }
        });
    }

    /// For each 2 × 2 cells: where its output begins, and where the four begin.
    fn each_square(&self, rows: usize, mut square: impl FnMut(usize, [usize; 4])) {
        let (line, mut at) = (self.width * self.channels, 0);
        for row in 0..rows {
            for y in 0..self.height / 2 {
                for x in 0..self.width / 2 {
                    let cell = (row * self.height + 2 * y) * line + 2 * x * self.channels;
                    square(at, [cell, cell + self.channels, cell + line, cell + line + self.channels]);
                    at += self.channels;
                }
            }
        }
    }
}

/// The largest of all steps that are there, a channel at a time; 0 where none is.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::nets) struct MaxOverSteps {
    pub steps: usize,
    pub channels: usize,
}

impl MaxOverSteps {
    pub(super) fn inputs(&self) -> usize {
        self.steps * self.channels
    }

    pub(super) fn outputs(&self) -> usize {
        self.channels
    }

    pub(super) fn forward<T: Scalar>(&self, given: Given<'_, T>, output: &mut [T]) {
        for (row, output) in output.chunks_exact_mut(self.channels).enumerate() {
            let mut steps = (0..self.steps).filter(|step| given.is_present(row, *step, self.steps));
            match steps.next() {
                None => output.fill(T::ZERO),
                Some(first) => output.copy_from_slice(self.step(given.input, row, first)),
            }
            for step in steps {
                let values = self.step(given.input, row, step);
                output.iter_mut().zip(values).for_each(|(largest, value)| *largest = largest.or_larger(*value));
            }
        }
    }

    /// The slope goes to the first step that was the largest.
    pub(super) fn backward<T: Scalar>(
        &self,
        given: Given<'_, T>,
        gave: Gave<'_, T>,
        slope: &[T],
        slopes: Slopes<'_, T>,
    ) {
        let Some(of_input) = slopes.input else { return };
        for (at, slope) in slope.iter().enumerate() {
            let (row, channel) = (at / self.channels, at % self.channels);
            let place = |step: usize| (row * self.steps + step) * self.channels + channel;
            let mut steps = (0..self.steps).filter(|step| given.is_present(row, *step, self.steps));
            if let Some(step) = steps.find(|step| given.input[place(*step)] == gave.output[at]) {
                of_input[place(step)] += *slope;
            }
        }
    }

    fn step<'a, T>(&self, input: &'a [T], row: usize, step: usize) -> &'a [T] {
        &input[(row * self.steps + step) * self.channels..][..self.channels]
    }
}
