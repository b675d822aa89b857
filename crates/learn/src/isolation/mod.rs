//! Isolation forest: rows that random cuts set apart early are unusual (Liu, Ting and Zhou,
//! "Isolation forest", 2008). It needs no labels and ignores those of its data.
//!
//! A tree sees a small sample, picks a column and a cut between the least and the greatest value
//! there, both at random, and goes on until rows stand alone. The score of a row is 2^(−h / c): h
//! is its mean path length, c that of a search that finds nothing in a binary tree of as many
//! rows. Near 1 it is unusual, near 0.5 and below it is not.
//!
//! Promises: one seed gives one model on any number of threads and for any order of the columns;
//! scores are in (0, 1). A missing value goes to a side that each cut draws for itself, by the
//! shares of the present values. Limits: it gives no probability, so it is no [`crate::Model`]; a
//! row's score says how unusual it is, not how risky.

mod grow;
#[cfg(test)]
mod tests;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::dataset::Dataset;
use crate::estimator::{FitError, ParamError};
use crate::explain::Explanation;
use crate::model::ModelError;
use crate::random::Random;
use crate::trees::{MAX_COLUMNS, TreeEnsemble};

/// Rows that one task scores.
const ROWS_A_TASK: usize = 256;

/// Parameters as given; [`IsolationParams::check`] makes them fit for use.
#[derive(Debug, Clone, PartialEq)]
pub struct IsolationParams {
    /// The number of trees; at least 1.
    pub trees: usize,
    /// The rows that each tree sees, 2 to 16,384; all where there are fewer.
    pub rows_a_tree: usize,
    /// What rows, columns and cuts are drawn by.
    pub seed: u64,
}

impl Default for IsolationParams {
    /// The paper's.
    fn default() -> Self {
        Self { trees: 100, rows_a_tree: 256, seed: 0 }
    }
}

impl IsolationParams {
    /// Checks each parameter against its range.
    ///
    /// # Errors
    /// The first [`ParamError`].
    pub fn check(self) -> Result<ValidIsolationParams, ParamError> {
        let rows = self.rows_a_tree;
        ParamError::require(self.trees >= 1, "trees", "must be 1 or above", self.trees as f64)?;
        ParamError::require((2..=16_384).contains(&rows), "rows_a_tree", "must be 2 to 16384", rows as f64)?;
        Ok(ValidIsolationParams(self))
    }
}

/// Parameters that keep their ranges.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidIsolationParams(IsolationParams);

impl ValidIsolationParams {
    /// The checked values.
    pub fn get(&self) -> &IsolationParams {
        &self.0
    }

    /// Grows the trees.
    ///
    /// # Errors
    /// [`FitError::TooFewRows`] below two rows, [`FitError::TooManyColumns`].
    pub fn fit(&self, rows: &Dataset) -> Result<IsolationForest, FitError> {
        if rows.rows() < 2 {
            return Err(FitError::TooFewRows { rows: rows.rows(), least: 2 });
        }
        if rows.columns() > MAX_COLUMNS {
            return Err(FitError::TooManyColumns { columns: rows.columns(), most: MAX_COLUMNS });
        }
        let (params, columns) = (self.get(), rows.columns_by_name());
        let sample = params.rows_a_tree.min(rows.rows());
        let grown = (0..params.trees).into_par_iter().map(|index| {
            let mut random = Random::stream(params.seed, index);
            let chosen = random.choose(sample, rows.rows());
            grow::grow(rows, &columns, chosen, params.trees, random)
        });
        let trees: Vec<_> = grown.collect();
        let paths = TreeEnsemble::new(rows.columns(), 0.0, &trees).map_err(|_| FitError::NotFinite)?;
        Ok(IsolationForest { paths, sample: crate::number::index_u32(sample) })
    }
}

/// A fitted isolation forest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "StoredIsolation", into = "StoredIsolation")]
pub struct IsolationForest {
    /// Each leaf holds its path length by the number of trees.
    paths: TreeEnsemble,
    sample: u32,
}

impl IsolationForest {
    fn checked(paths: TreeEnsemble, sample: u32) -> Result<Self, ModelError> {
        if sample < 2 || paths.trees() == 0 {
            return Err(ModelError::TreeMalformed);
        }
        Ok(Self { paths, sample })
    }

    /// The number of columns of a row.
    pub fn columns(&self) -> usize {
        self.paths.columns()
    }

    /// The mean path length of one row, above 0. Panics if `row` is shorter than the columns.
    pub fn path_length(&self, row: &[f32]) -> f64 {
        self.paths.log_odds(row).max(f64::MIN_POSITIVE)
    }

    /// How unusual one row is, in (0, 1). Panics if `row` is shorter than the columns.
    ///
    /// By hand: with samples of two rows c is 1, and a mean path of 1 scores 2^−1 = 0.5.
    pub fn score(&self, row: &[f32]) -> f64 {
        let score = (-self.path_length(row) / unfound_path(self.sample as usize)).exp2();
        score.clamp(f64::EPSILON, 1.0 - f64::EPSILON)
    }

    /// The scores of a row-major table, on every core. A rest shorter than a row is left out.
    pub fn score_rows(&self, values: &[f32]) -> Vec<f64> {
        let rows = values.par_chunks_exact(self.columns());
        rows.with_min_len(ROWS_A_TASK).map(|row| self.score(row)).collect()
    }

    /// What each column does to log₂(score): the bias is that of a sample's mean path, a positive
    /// contribution makes the row more unusual, and they sum to log₂(score). Shapley values of the
    /// path length.
    pub fn explain(&self, row: &[f32]) -> Explanation {
        let paths = self.paths.shapley(row);
        let unit = -1.0 / unfound_path(self.sample as usize);
        let contributions = paths.contributions.iter().map(|part| part * unit).collect();
        Explanation { bias: paths.bias * unit, contributions }
    }
}

/// The mean path of a search that finds nothing in a binary tree of n rows:
/// c(n) = 2·H(n − 1) − 2·(n − 1)/n.
///
/// By hand: c(1) = 0, c(2) = 2 − 1 = 1, c(3) = 2 · 1.5 − 4/3 = 1.667.
fn unfound_path(rows: usize) -> f64 {
    let harmonic: f64 = (1..rows).map(|step| 1.0 / step as f64).sum();
    if rows < 2 { 0.0 } else { 2.0 * harmonic - 2.0 * (rows as f64 - 1.0) / rows as f64 }
}

/// What is stored of a forest, before it is checked.
#[derive(Serialize, Deserialize)]
struct StoredIsolation {
    sample: u32,
    paths: TreeEnsemble,
}

impl TryFrom<StoredIsolation> for IsolationForest {
    type Error = ModelError;

    fn try_from(stored: StoredIsolation) -> Result<Self, ModelError> {
        Self::checked(stored.paths, stored.sample)
    }
}

impl From<IsolationForest> for StoredIsolation {
    fn from(forest: IsolationForest) -> Self {
        Self { sample: forest.sample, paths: forest.paths }
    }
}
