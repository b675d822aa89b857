//! A fitted machine: what each support vector adds to the log-odds.

use serde::{Deserialize, Serialize};

use super::kernel::standard;
use crate::logistic::LinearColumn;
use crate::model::ModelError;

/// Log-odds = bias + Σ weight · exp(−γ · ‖row − vector‖²), on standardised columns, Platt's line included.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "StoredRbfSvm", into = "StoredRbfSvm")]
pub struct RbfSvmModel {
    columns: Vec<LinearColumn>,
    gamma: f64,
    /// Row-major.
    vectors: Vec<f32>,
    weights: Vec<f64>,
    bias: f64,
}

impl RbfSvmModel {
    /// Checks and takes the parts; `vectors` is row-major and standardised, a weight a vector. The columns'
    /// coefficients are not used.
    ///
    /// # Errors
    /// [`ModelError`], named for the rule that a number breaks.
    pub fn new(
        columns: Vec<LinearColumn>,
        gamma: f64,
        vectors: Vec<f32>,
        weights: Vec<f64>,
        bias: f64,
    ) -> Result<Self, ModelError> {
        if columns.is_empty() {
            return Err(ModelError::ColumnCountUnfit { columns: 0 });
        }
        if vectors.len() != columns.len() * weights.len() {
            return Err(ModelError::LengthsDiffer);
        }
        let measured = columns.iter().all(|column| column.mean.is_finite() && column.scale.is_finite());
        let finite = gamma.is_finite() && gamma > 0.0 && bias.is_finite() && measured;
        if !(finite && weights.iter().all(|weight| weight.is_finite()) && vectors.iter().all(|value| value.is_finite()))
        {
            return Err(ModelError::ValueNotFinite);
        }
        match columns.iter().position(|column| column.scale <= 0.0) {
            Some(column) => Err(ModelError::ScaleNotPositive { column }),
            None => Ok(Self { columns, gamma, vectors, weights, bias }),
        }
    }

    /// The number of columns of a row.
    pub fn columns(&self) -> usize {
        self.columns.len()
    }

    /// The number of support vectors.
    pub fn vectors(&self) -> usize {
        self.weights.len()
    }

    /// The log-odds of one row, `NaN` where missing. Panics if `row` is shorter than the columns.
    pub fn log_odds(&self, row: &[f32]) -> f64 {
        let row = &row[..self.columns.len()];
        let at: Vec<f32> = row.iter().zip(&self.columns).map(|(&value, column)| standard(column, value)).collect();
        self.log_odds_at(&at)
    }

    /// The same of a standardised row. Sums are `f64`, so that the order of the columns changes rounding only.
    pub(super) fn log_odds_at(&self, at: &[f32]) -> f64 {
        let vectors = self.vectors.chunks_exact(at.len()).zip(&self.weights);
        let terms = vectors.map(|(vector, weight)| {
            let distance = at.iter().zip(vector).fold(0.0, |sum, (a, b)| sum + f64::from(a - b).powi(2));
            weight * (-self.gamma * distance).exp()
        });
        self.bias + terms.sum::<f64>()
    }

    /// The standardised row.
    pub(super) fn standardised(&self, row: &[f32]) -> Vec<f32> {
        row[..self.columns.len()].iter().zip(&self.columns).map(|(&value, column)| standard(column, value)).collect()
    }

    /// A support vector.
    pub(super) fn vector(&self, index: usize) -> &[f32] {
        &self.vectors[index * self.columns.len()..(index + 1) * self.columns.len()]
    }
}

/// What a model file holds of such a machine, before it is checked.
#[derive(Serialize, Deserialize)]
struct StoredRbfSvm {
    columns: Vec<LinearColumn>,
    gamma: f64,
    vectors: Vec<f32>,
    weights: Vec<f64>,
    bias: f64,
}

impl TryFrom<StoredRbfSvm> for RbfSvmModel {
    type Error = ModelError;

    fn try_from(stored: StoredRbfSvm) -> Result<Self, ModelError> {
        Self::new(stored.columns, stored.gamma, stored.vectors, stored.weights, stored.bias)
    }
}

impl From<RbfSvmModel> for StoredRbfSvm {
    fn from(model: RbfSvmModel) -> Self {
        let RbfSvmModel { columns, gamma, vectors, weights, bias } = model;
        Self { columns, gamma, vectors, weights, bias }
    }
}
