//! From a row of a table to the numbers that go into a net, as fitted and kept with the model.
//!
//! Each channel is centred and scaled by its weighted mean and standard deviation over all its
//! values of the fit; a value further than ten deviations away counts as ten, so that one wild
//! number cannot outweigh a row. A missing value counts as the mean; where a channel had both
//! missing and present values in the fit, a further input says which, 1 for missing. In a step
//! that is not there every input is 0.

use serde::{Deserialize, Serialize};

use super::layout::{Form, Layout};
use super::samples::Samples;
use super::scalar::Scalar;
use crate::number::nearest_f32;

/// Values are kept within so many standard deviations.
const FURTHEST: f64 = 10.0;

/// One channel as it was in the fit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Channel {
    pub mean: f64,
    /// The standard deviation; 1 for a constant channel, or one without values.
    pub scale: f64,
    /// Whether an input of its own says that it is missing.
    pub tells_missing: bool,
}

/// The whole way from a row to inputs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Inputs {
    pub layout: Layout,
    /// Whether steps of which every moving channel is missing are left out.
    pub steps: bool,
    pub channels: Vec<Channel>,
}

impl Inputs {
    /// Measures each channel over these rows.
    pub(super) fn fit(layout: Layout, form: Form, samples: &Samples, rows: &[usize]) -> Self {
        let nothing = Channel { mean: 0.0, scale: 1.0, tells_missing: false };
        let channels = vec![nothing; layout.moves.len()];
        let mut inputs = Self { layout, steps: form == Form::Sequence, channels };
        let mut sums = vec![Sums::default(); inputs.channels.len()];
        inputs.each_value(samples, rows, |channel, value, weight| sums[channel].add_mean(value, weight));
        inputs.each_value(samples, rows, |channel, value, weight| sums[channel].add_square(value, weight));
        inputs.channels = sums.iter().map(Sums::channel).collect();
        inputs
    }

    /// Each value of each step that is there, missing or not.
    fn each_value(&self, samples: &Samples, rows: &[usize], mut each: impl FnMut(usize, f32, f64)) {
        for &row in rows {
            let (values, weight) = (samples.row(row), samples.weight(row));
            for cell in self.layout.source.chunks_exact(self.channels.len()) {
                if self.is_present(cell, values) {
                    let channels = cell.iter().enumerate();
                    channels.for_each(|(channel, source)| each(channel, value_of(*source, values), weight));
                }
            }
        }
    }

    /// Whether its parts agree, as those of a file must.
    pub(super) fn is_sound(&self) -> bool {
        let sound = |channel: &Channel| channel.mean.is_finite() && channel.scale.is_finite() && channel.scale > 0.0;
        self.layout.is_sound() && self.channels.len() == self.layout.moves.len() && self.channels.iter().all(sound)
    }

    /// Inputs a cell.
    pub(super) fn width(&self) -> usize {
        self.channels.len() + self.channels.iter().filter(|channel| channel.tells_missing).count()
    }

    /// Inputs a row.
    pub(super) fn count(&self) -> usize {
        self.width() * (self.layout.source.len() / self.channels.len())
    }

    /// Adds the inputs of a row, cell by cell, and which of its steps are there (where that is
    /// asked at all).
    pub(super) fn read<T: Scalar>(&self, row: &[f32], inputs: &mut Vec<T>, present: &mut Vec<bool>) {
        for cell in self.layout.source.chunks_exact(self.channels.len()) {
            let is_present = self.is_present(cell, row);
            if self.steps {
                present.push(is_present);
            }
            if !is_present {
                inputs.resize(inputs.len() + self.width(), T::ZERO);
                continue;
            }
            let channels = || self.channels.iter().zip(cell).map(|(channel, source)| (channel, value_of(*source, row)));
            inputs.extend(channels().map(|(channel, value)| T::of(channel.standardise(value))));
            let telling = channels().filter(|(channel, _)| channel.tells_missing);
            inputs.extend(telling.map(|(_, value)| if value.is_nan() { T::ONE } else { T::ZERO }));
        }
    }

    fn is_present(&self, cell: &[Option<u32>], row: &[f32]) -> bool {
        let anything_moves = self.layout.moves.contains(&true);
        let mut own = cell.iter().zip(&self.layout.moves).filter(|(_, moves)| **moves || !anything_moves);
        !self.steps || own.any(|(source, _)| !value_of(*source, row).is_nan())
    }

    /// Each column's standard deviation: its channel's.
    pub(super) fn deviations(&self) -> Vec<f64> {
        let mut deviations = vec![0.0; index(self.layout.columns)];
        for cell in self.layout.source.chunks_exact(self.channels.len()) {
            for (channel, source) in self.channels.iter().zip(cell) {
                if let Some(deviation) = source.and_then(|column| deviations.get_mut(index(column))) {
                    *deviation = channel.scale;
                }
            }
        }
        deviations
    }

    /// A row in which every value that can be present is its channel's mean, in the steps that
    /// this row has: what an explanation starts from.
    pub(super) fn mean_row(&self, row: &[f32]) -> Vec<f32> {
        let mut means = vec![f32::NAN; row.len()];
        for cell in self.layout.source.chunks_exact(self.channels.len()) {
            if self.is_present(cell, row) {
                for (channel, source) in self.channels.iter().zip(cell) {
                    if let Some(mean) = source.and_then(|column| means.get_mut(index(column))) {
                        *mean = nearest_f32(channel.mean);
                    }
                }
            }
        }
        means
    }
}

fn index(column: u32) -> usize {
    usize::try_from(column).unwrap_or(usize::MAX)
}

#[inline]
fn value_of(source: Option<u32>, row: &[f32]) -> f32 {
    source.and_then(|column| row.get(index(column))).copied().unwrap_or(f32::NAN)
}

impl Channel {
    /// By hand: mean 10 and scale 2 make 13 a 1.5, 1000 a 10, and a missing value a 0.
    fn standardise(&self, value: f32) -> f64 {
        if value.is_nan() {
            return 0.0;
        }
        ((f64::from(value) - self.mean) / self.scale).clamp(-FURTHEST, FURTHEST)
    }
}

/// Weighted sums of one channel.
#[derive(Debug, Clone, Default)]
struct Sums {
    weight: f64,
    missing: bool,
    mean: f64,
    square: f64,
}

impl Sums {
    fn add_mean(&mut self, value: f32, weight: f64) {
        if value.is_nan() {
            self.missing = true;
        } else {
            self.weight += weight;
            self.mean += (f64::from(value) - self.mean) * weight / self.weight;
        }
    }

    fn add_square(&mut self, value: f32, weight: f64) {
        if !value.is_nan() {
            self.square += weight * (f64::from(value) - self.mean).powi(2);
        }
    }

    fn channel(&self) -> Channel {
        let deviation = (self.square / self.weight).sqrt();
        let scale = if deviation.is_finite() && deviation > 1e-12 * self.mean.abs() { deviation } else { 1.0 };
        Channel { mean: self.mean, scale, tells_missing: self.missing && self.weight > 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::Targets;
    use super::*;

    fn fitted(names: &[&str], form: Form, values: &[f32]) -> Inputs {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let layout = Layout::of_names(&names, form).unwrap();
        let rows = values.len() / names.len();
        let samples = Samples::new(names, values.to_vec(), Targets::Numbers(vec![0.0; rows])).unwrap();
        Inputs::fit(layout, form, &samples, &(0..rows).collect::<Vec<_>>())
    }

    fn read(inputs: &Inputs, row: &[f32]) -> (Vec<f64>, Vec<bool>) {
        let (mut values, mut present) = (Vec::new(), Vec::new());
        inputs.read(row, &mut values, &mut present);
        (values, present)
    }

    const NAN: f32 = f32::NAN;

    #[test]
    fn a_value_counts_in_deviations_and_no_further_than_ten() {
        let channel = Channel { mean: 10.0, scale: 2.0, tells_missing: false };
        assert_eq!([13.0, 1000.0, NAN, f32::MIN].map(|value| channel.standardise(value)), [1.5, 10.0, 0.0, -10.0]);
    }

    #[test]
    fn missing_is_told_where_the_fit_had_both() {
        let inputs = fitted(&["a", "constant", "never"], Form::Row, &[1.0, 5.0, NAN, NAN, 5.0, NAN, 3.0, 5.0, NAN]);
        assert_eq!(inputs.count(), 4);
        assert_eq!(read(&inputs, &[3.0, 5.0, NAN]).0, [1.0, 0.0, 0.0, 0.0]);
        assert_eq!(read(&inputs, &[NAN, 6.0, 2.0]).0, [0.0, 1.0, 2.0, 1.0]);
    }

    #[test]
    fn a_step_without_values_is_not_there() {
        let inputs = fitted(&["a@0", "a@1", "age"], Form::Sequence, &[1.0, 3.0, 7.0, 1.0, NAN, 9.0]);
        let (values, present) = read(&inputs, &[1.0, NAN, 9.0]);
        assert_eq!(present, [true, false]);
        assert_eq!(values[2..], [0.0, 0.0]);
        assert!(inputs.channels.iter().all(|channel| !channel.tells_missing));
        assert!(inputs.mean_row(&[1.0, NAN, 9.0])[1].is_nan());
    }
}
