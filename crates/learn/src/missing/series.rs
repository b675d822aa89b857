//! A column of the training rows as a line through time.

use crate::dataset::Dataset;
use crate::number::nearest_f32;

/// The mean training value at each instant that has one, in time order.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Series(Vec<(i64, f64)>);

impl Series {
    pub(super) fn of(training: &Dataset, times_s: &[i64], column: usize) -> Self {
        let values = (0..training.rows()).map(|row| (times_s[row], f64::from(training.row(row)[column])));
        let mut points: Vec<(i64, f64)> = values.filter(|(_, value)| !value.is_nan()).collect();
        points.sort_by_key(|point| point.0);
        let instants = points.chunk_by(|a, b| a.0 == b.0);
        Self(
            instants
                .map(|same| (same[0].0, same.iter().map(|point| point.1).sum::<f64>() / same.len() as f64))
                .collect(),
        )
    }

    /// The value at a time; 0 without any point.
    ///
    /// By hand: points (10, 1) and (20, 3): at 15 it is 2, at 5 it is 1, at 99 it is 3.
    pub(super) fn at(&self, time_s: i64) -> f32 {
        let after = self.0.partition_point(|point| point.0 < time_s);
        let value = match (after.checked_sub(1).map(|before| self.0[before]), self.0.get(after)) {
            (Some((from, low)), Some(&(to, high))) => {
                let share = (time_s as f64 - from as f64) / (to as f64 - from as f64);
                low + share * (high - low)
            }
            (Some((_, only)), None) | (None, Some(&(_, only))) => only,
            (None, None) => 0.0,
        };
        nearest_f32(value)
    }
}
