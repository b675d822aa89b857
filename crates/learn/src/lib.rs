//! The mathematics of risk: datasets, estimators, validation, calibration and explanation.
//!
//! It knows numbers, not shops: a column has a name and no meaning. It reads no clock, no file
//! and no environment; whatever is random comes from a seed that the caller gives; and a result
//! is the same on one thread as on many, since parallel work is cut by index and reduced in order.
//!
//! The way through, which every estimator shares:
//!
//! ```
//! use learn::{Dataset, Model, ModelFile, boost::BoostParams};
//!
//! let names = vec!["amount".to_owned()];
//! let amounts: Vec<f32> = (0..200).map(|row| (row % 20) as f32).collect();
//! let labels = amounts.iter().map(|&amount| amount > 12.0).collect();
//! let dataset = Dataset::new(names.clone(), amounts, labels)?;
//!
//! let params = BoostParams { trees: 20, ..BoostParams::default() }.check()?;
//! let trees = params.fit(&dataset, None)?;
//! let file = ModelFile::new(names, Model::Boost(trees))?;
//! assert!(file.probability(&[19.0]) > 0.5 && file.probability(&[3.0]) < 0.5);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod balance;
pub mod boost;
pub mod calibrate;
pub mod category;
mod checksum;
pub mod cluster;
mod dataset;
pub mod draws;
pub mod drift;
pub mod ensemble;
mod estimator;
mod explain;
pub mod forecast;
pub mod forest;
pub mod ftrl;
mod histogram;
mod importance;
pub mod isolation;
pub mod leak;
pub mod lime;
pub mod logistic;
pub mod metrics;
pub mod missing;
mod model;
mod model_file;
pub mod nets;
mod number;
mod odds;
mod random;
pub mod search;
pub mod select;
pub mod similar;
pub mod sparse;
pub mod split;
pub mod svm;
pub mod trees;
pub mod volatility;

#[cfg(test)]
mod contract;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod golden_trees;

pub use dataset::{Dataset, DatasetError};
pub use estimator::{Estimator, FitError, ParamError, registry};
pub use explain::Explanation;
pub use importance::{PermutationLoss, permutation_importance};
pub use model::{Model, ModelError};
pub use model_file::{FORMAT_VERSION, ModelFile, ModelFileError};
pub use odds::{log_odds_of, probability_of};
