//! A convolution over a map of cells, or over the steps of a sequence (a map of one row).
//!
//! A row of input is height × width × channels, channels innermost; a row of output is
//! out-height × out-width × filters. Weights: one row a number of the patch (kernel height × kernel
//! width × channels), one column a filter; then the biases. Cells beyond the edge count as 0.

use super::{Gave, Given, Slopes, add_rows, uniform};
use crate::nets::kernel::{Matrix, add_product};
use crate::nets::scalar::Scalar;
use crate::random::Random;

#[derive(Debug, Clone, PartialEq)]
pub(in crate::nets) struct Convolution {
    pub height: usize,
    pub width: usize,
    pub channels: usize,
    pub filters: usize,
    /// Height and width of a patch.
    pub kernel: [usize; 2],
    /// Cells of nothing added above and below, left and right.
    pub padding: [usize; 2],
}

impl Convolution {
    pub(super) fn inputs(&self) -> usize {
        self.height * self.width * self.channels
    }

    pub(super) fn outputs(&self) -> usize {
        self.places() * self.filters
    }

    pub(super) fn weights(&self) -> usize {
        (self.patch() + 1) * self.filters
    }

    /// Height and width of what comes out.
    pub(in crate::nets) fn out(&self) -> [usize; 2] {
        let [height, width] = [self.height, self.width];
        [height + 2 * self.padding[0] + 1 - self.kernel[0], width + 2 * self.padding[1] + 1 - self.kernel[1]]
    }

    /// How many patches a row has.
    pub(super) fn places(&self) -> usize {
        let [height, width] = self.out();
        height * width
    }

    fn patch(&self) -> usize {
        self.kernel[0] * self.kernel[1] * self.channels
    }

    /// ±1 / √patch for weights and biases, as a dense layer over the patch.
    pub(super) fn start<T: Scalar>(&self, weights: &mut [T], random: &mut Random) {
        uniform(weights, 1.0 / (self.patch() as f64).sqrt(), random);
    }

    /// Keeps the patches.
    pub(super) fn forward<T: Scalar>(&self, given: Given<'_, T>, output: &mut [T], kept: &mut Vec<T>) {
        let rows = given.input.len() / self.inputs();
        kept.clear();
        kept.resize(rows * self.places() * self.patch(), T::ZERO);
        self.each_run(rows, |patch, input, length| {
            kept[patch..patch + length].copy_from_slice(&given.input[input..input + length]);
        });
        let (factors, biases) = given.weights.split_at(self.patch() * self.filters);
        output.chunks_exact_mut(self.filters).for_each(|place| place.copy_from_slice(biases));
        add_product(Matrix::new(kept, self.patch()), Matrix::new(factors, self.filters), output);
    }

    pub(super) fn backward<T: Scalar>(
        &self,
        given: Given<'_, T>,
        gave: Gave<'_, T>,
        slope: &[T],
        slopes: Slopes<'_, T>,
    ) {
        let size = self.patch() * self.filters;
        let (of_factors, of_biases) = slopes.weights.split_at_mut(size);
        let slope_places = Matrix::new(slope, self.filters);
        add_product(Matrix::new(gave.kept, self.patch()).transposed(), slope_places, of_factors);
        add_rows(slope, of_biases);
        let Some(of_input) = slopes.input else { return };
        let mut of_patches = vec![T::ZERO; gave.kept.len()];
        let factors = Matrix::new(&given.weights[..size], self.filters);
        add_product(slope_places, factors.transposed(), &mut of_patches);
        self.each_run(of_input.len() / self.inputs(), |patch, input, length| {
            let patches = &of_patches[patch..patch + length];
            of_input[input..input + length].iter_mut().zip(patches).for_each(|(input, patch)| *input += *patch);
        });
    }

    /// For each line of each patch that is inside the map: where it begins among the patches and
    /// among the inputs, and how many numbers it has.
    fn each_run(&self, rows: usize, mut run: impl FnMut(usize, usize, usize)) {
        let [out_height, out_width] = self.out();
        let line = self.kernel[1] * self.channels;
        let mut patch = 0;
        for row in 0..rows {
            for (top, left) in (0..out_height).flat_map(|top| (0..out_width).map(move |left| (top, left))) {
                let first = left.max(self.padding[1]);
                let last = (left + self.kernel[1]).min(self.width + self.padding[1]);
                for y in top..top + self.kernel[0] {
                    let inside = (self.padding[0]..self.height + self.padding[0]).contains(&y);
                    if inside && first < last {
                        let cell = (row * self.height + y - self.padding[0]) * self.width + first - self.padding[1];
                        let skipped = (first - left) * self.channels;
                        run(patch + skipped, cell * self.channels, (last - first) * self.channels);
                    }
                    patch += line;
                }
            }
        }
    }
}
