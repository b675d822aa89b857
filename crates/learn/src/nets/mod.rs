//! Neural nets: the back-propagation network with old and new training rules, long short-term
//! memory, convolutions over sequences, and the third paper's network over a behaviour map.
//!
//! A net is fitted on the table that every estimator takes. Column names tell how it sees a row:
//! `amount@3` is channel `amount` at step 3 of a sequence, `count@5:14` channel `count` in the cell
//! of weekday 5 and hour 14 of a map, and a name without `@` stands for itself in every step or
//! cell (a perceptron reads no names: every column is a unit's input). So trees and nets are
//! compared on one table. A step of which all own columns are missing is not there: sequences have
//! different lengths. Values are standardised, and missing ones told, by what was measured in the
//! fit and is kept with the model.
//!
//! Promises: the same seed gives the same bytes on any number of threads of one kind of processor;
//! a model's log tells each epoch, without the time it took, since a net has no clock
//! ([`ValidNetParams::fit_watched`] tells a caller who has one).
//!
//! ```
//! use learn::nets::{NetParams, Samples};
//! use learn::Dataset;
//!
//! // XOR: no line divides it.
//! let values: Vec<f32> = (0..200_u8).flat_map(|row| [f32::from(row % 2), f32::from(row / 2 % 2)]).collect();
//! let labels = values.chunks(2).map(|row| row[0] != row[1]).collect();
//! let dataset = Dataset::new(vec!["a".to_owned(), "b".to_owned()], values, labels)?;
//! let model = NetParams::back_propagation().check()?.fit(&Samples::from(&dataset), None)?;
//! assert!(model.log_odds(&[0.0, 1.0]) > 0.0 && model.log_odds(&[1.0, 1.0]) < 0.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod explain;
mod fit;
#[cfg(test)]
mod golden;
mod inputs;
mod kernel;
mod layers;
mod layout;
mod log;
mod loss;
mod measure;
mod model;
mod network;
mod params;
mod plan;
mod rules;
mod samples;
mod scalar;
#[cfg(test)]
mod tests;

pub use layers::Activation;
pub use log::{Epoch, Score};
pub use model::NetModel;
pub use params::{Architecture, ClassWeights, EarlyStopping, ErrorMeasure, NetParams, ValidNetParams};
pub use rules::Rule;
pub use samples::{Samples, SamplesError, Targets};
