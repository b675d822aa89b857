//! What a fit makes small, row by row, with its slope and its bend.
//!
//! A net ends in *outputs*: log-odds, one a class for more than two classes, or a number.

use super::scalar::Scalar;
use crate::number::floor_index;
use crate::odds::log_loss_of;

/// The loss of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loss {
    /// −ln of the probability of the label; one output, the log-odds.
    Log,
    /// The squared difference between probability and label, as in the classical back-propagation
    /// net with a sigmoid output; one output, the log-odds.
    SquaredProbability,
    /// −ln of the probability of the class; one output a class.
    Softmax,
    /// The squared difference; one output.
    Squared,
}

/// What one row costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cost {
    pub loss: f64,
    /// Whether the likeliest class is the row's own; for numbers never.
    pub hit: bool,
    /// The second derivative by the output, at least 0; for [`Loss::Softmax`] unused. Squares have
    /// that of Gauss and Newton.
    pub bend: f64,
}

impl Loss {
    /// The cost of a row with these outputs; fills the slope by each output, times `weight`.
    ///
    /// By hand: log-odds 0 and label 1: −ln ½ = 0.693, slope ½ − 1 = −½, bend ½ · ½ = ¼; squared,
    /// 0.25, slope 2 · (½ − 1) · ¼ = −¼.
    pub(super) fn cost<T: Scalar>(self, outputs: &[T], target: f64, weight: f64, slope: &mut [T]) -> Cost {
        if self == Self::Softmax {
            return softmax(outputs, target, weight, slope);
        }
        let output = outputs[0].f64();
        let probability = 1.0 / (1.0 + (-output).exp());
        let (flat, hit) = (probability * (1.0 - probability), (output > 0.0) == (target > 0.5));
        let (loss, of_output, bend, hit) = match self {
            Self::Log => (log_loss_of(output, target > 0.5), probability - target, flat, hit),
            Self::SquaredProbability => {
                let error = probability - target;
                (error * error, 2.0 * error * flat, 2.0 * flat * flat, hit)
            }
            Self::Squared | Self::Softmax => {
                let error = output - target;
                (error * error, 2.0 * error, 2.0, false)
            }
        };
        slope[0] = T::of(of_output * weight);
        Cost { loss, hit, bend }
    }
}

/// Slopes are each class's probability, less 1 for the row's own.
fn softmax<T: Scalar>(outputs: &[T], target: f64, weight: f64, slope: &mut [T]) -> Cost {
    let probabilities = probabilities(outputs);
    let class = floor_index(target);
    for (index, (slope, probability)) in slope.iter_mut().zip(&probabilities).enumerate() {
        *slope = T::of(weight * (probability - f64::from(u8::from(index == class))));
    }
    let own = probabilities[class];
    let hit = probabilities.iter().enumerate().all(|(index, other)| index == class || *other < own);
    Cost { loss: -own.max(f64::MIN_POSITIVE).ln(), hit, bend: 0.0 }
}

/// The probability of each class from its output: e^output, divided by their sum.
pub(super) fn probabilities<T: Scalar>(outputs: &[T]) -> Vec<f64> {
    let largest = outputs.iter().fold(f64::NEG_INFINITY, |largest, output| largest.max(output.f64()));
    let mut powers: Vec<f64> = outputs.iter().map(|output| (output.f64() - largest).exp()).collect();
    let sum: f64 = powers.iter().sum();
    powers.iter_mut().for_each(|power| *power /= sum);
    powers
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Loss; 4] = [Loss::Log, Loss::SquaredProbability, Loss::Softmax, Loss::Squared];

    fn cost(loss: Loss, outputs: &[f64], target: f64) -> (Cost, Vec<f64>) {
        let mut slope = vec![0.0; outputs.len()];
        (loss.cost(outputs, target, 1.0, &mut slope), slope)
    }

    #[test]
    fn the_example_by_hand() {
        let (cost_of, slope) = cost(Loss::Log, &[0.0], 1.0);
        assert!((cost_of.loss - 2_f64.ln()).abs() < 1e-15);
        assert_eq!((slope[0], cost_of.bend), (-0.5, 0.25));
        let (cost_of, slope) = cost(Loss::SquaredProbability, &[0.0], 1.0);
        assert_eq!((cost_of.loss, slope[0]), (0.25, -0.25));
    }

    #[test]
    fn slopes_are_those_of_finite_differences() {
        for loss in ALL {
            let outputs = if loss == Loss::Softmax { vec![0.3, -1.2, 2.0] } else { vec![0.7] };
            let (_, slope) = cost(loss, &outputs, 1.0);
            for at in 0..outputs.len() {
                let moved = |by: f64| {
                    let mut outputs = outputs.clone();
                    outputs[at] += by;
                    cost(loss, &outputs, 1.0).0.loss
                };
                assert!(((moved(1e-5) - moved(-1e-5)) / 2e-5 - slope[at]).abs() < 1e-8, "{loss:?}");
            }
        }
    }

    #[test]
    fn far_outputs_stay_finite() {
        for loss in ALL {
            let outputs: Vec<f32> = if loss == Loss::Softmax { vec![1e9, -1e9] } else { vec![-1e9] };
            let mut slope = vec![0.0; outputs.len()];
            assert!(loss.cost(&outputs, 1.0, 1.0, &mut slope).loss.is_finite());
            assert!(slope.iter().all(|slope| slope.is_finite()));
        }
    }
}
