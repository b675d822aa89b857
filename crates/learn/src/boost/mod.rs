//! Gradient-boosted trees for log loss: leaf-wise growth on histograms.
//!
//! The method is Friedman's ("Greedy function approximation", 2001) with second-order leaves
//! (Chen and Guestrin, XGBoost, 2016) and leaf-wise growth on bins (Ke et al., LightGBM, 2017).
//!
//! Promises:
//! - One seed gives one model, bit for bit, on any number of threads and for any order of the
//!   columns: gradients are summed as integers (see `histogram::sums`), and columns are taken by name,
//!   which also breaks ties (equal gains: the first column by name, then the lowest threshold,
//!   then the leaf that came first).
//! - A decision on bins and a decision on raw values agree: a threshold is an `f32` between two
//!   values that occur (see `histogram::bins`).
//! - A missing value has a bin of its own, and each split learns where to send it; where a split
//!   saw none, the missing go with the larger child.
//!
//! Limits: numbers only (for categories see [`crate::category`]), log loss only, at most 2²⁴ − 1 rows.

mod fit;
mod gradient;
mod grow;
mod monotone;
mod out_of_fold;
mod params;
#[cfg(test)]
mod tests;

pub use monotone::Monotone;
pub use out_of_fold::OutOfFold;
pub use params::{BoostParams, ValidBoostParams};
