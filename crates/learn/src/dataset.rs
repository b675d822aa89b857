//! Rows of numbers with their labels: what every estimator is fitted on.
//!
//! Promises: a `Dataset` that exists is rectangular and not empty, its column names are distinct,
//! its values are finite or missing, and its weights are positive. Its own limit: it holds numbers
//! that are already known; how a feature came about is not its matter.

use std::collections::BTreeSet;
use std::fmt;

/// A checked table of features with 0/1 labels and optional weights.
///
/// Values are `f32`, row-major: the value of row `r` and column `c` is `values[r * columns + c]`.
/// `NaN` means *missing*.
///
/// ```
/// use learn::Dataset;
/// let names = vec!["age_days".to_owned(), "amount".to_owned()];
/// let dataset = Dataset::new(names, vec![1.0, 9.5, f32::NAN, 3.0], vec![true, false])?;
/// assert_eq!((dataset.rows(), dataset.columns()), (2, 2));
/// assert_eq!(dataset.row(0), [1.0, 9.5]);
/// # Ok::<(), learn::DatasetError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    names: Vec<String>,
    values: Vec<f32>,
    labels: Vec<bool>,
    weights: Option<Vec<f32>>,
}

impl Dataset {
    /// Checks and takes a table: `values` has `labels.len() * names.len()` numbers, row-major.
    ///
    /// # Errors
    /// [`DatasetError`], named for the rule that the table breaks.
    pub fn new(names: Vec<String>, values: Vec<f32>, labels: Vec<bool>) -> Result<Self, DatasetError> {
        check_names(&names)?;
        if labels.is_empty() {
            return Err(DatasetError::NoRows);
        }
        let expected = labels.len() * names.len();
        if values.len() != expected {
            let given = values.len();
            return Err(DatasetError::ValueCountDiffers { expected, given });
        }
        if let Some(at) = values.iter().position(|value| value.is_infinite()) {
            let (row, column) = (at / names.len(), names[at % names.len()].clone());
            return Err(DatasetError::ValueInfinite { row, column });
        }
        Ok(Self { names, values, labels, weights: None })
    }

    /// The same table in which row `r` counts `weights[r]` times.
    ///
    /// # Errors
    /// [`DatasetError::WeightCountDiffers`] or [`DatasetError::WeightNotPositive`].
    pub fn with_weights(mut self, weights: Vec<f32>) -> Result<Self, DatasetError> {
        if weights.len() != self.rows() {
            let (expected, given) = (self.rows(), weights.len());
            return Err(DatasetError::WeightCountDiffers { expected, given });
        }
        if let Some(row) = weights.iter().position(|weight| !(weight.is_finite() && *weight > 0.0)) {
            return Err(DatasetError::WeightNotPositive { row });
        }
        self.weights = Some(weights);
        Ok(self)
    }

    /// The rows at these indices, in this order; an index may come twice.
    ///
    /// # Errors
    /// [`DatasetError::NoRows`] if there are none, [`DatasetError::RowUnknown`] past the end.
    pub fn select(&self, rows: &[usize]) -> Result<Self, DatasetError> {
        if let Some(&row) = rows.iter().find(|row| **row >= self.rows()) {
            return Err(DatasetError::RowUnknown { row });
        }
        if rows.is_empty() {
            return Err(DatasetError::NoRows);
        }
        Ok(Self {
            names: self.names.clone(),
            values: rows.iter().flat_map(|&row| self.row(row).iter().copied()).collect(),
            labels: rows.iter().map(|&row| self.labels[row]).collect(),
            weights: self.weights.as_ref().map(|all| rows.iter().map(|&row| all[row]).collect()),
        })
    }

    /// The same table with other values of the same columns; `change` gives as many as it takes.
    pub(crate) fn map_rows(&self, change: impl Fn(&[f32]) -> Vec<f32>) -> Self {
        let values: Vec<f32> = (0..self.rows()).flat_map(|row| change(self.row(row))).collect();
        debug_assert_eq!(values.len(), self.values.len(), "a changed row keeps its columns");
        Self { values, ..self.clone() }
    }

    /// The same table with other values, row-major.
    ///
    /// # Errors
    /// [`DatasetError::ValueCountDiffers`] or [`DatasetError::ValueInfinite`].
    pub fn with_values(self, values: Vec<f32>) -> Result<Self, DatasetError> {
        Ok(Self { weights: self.weights, ..Self::new(self.names, values, self.labels)? })
    }

    /// The columns at these indices, in this order.
    ///
    /// # Errors
    /// [`DatasetError::NoColumns`] if there are none, [`DatasetError::NameTwice`] if one comes twice.
    pub(crate) fn select_columns(&self, columns: &[usize]) -> Result<Self, DatasetError> {
        let names = columns.iter().map(|&column| self.names[column].clone()).collect();
        let rows = (0..self.rows()).flat_map(|row| columns.iter().map(move |&column| self.row(row)[column]));
        let table = Self::new(names, rows.collect(), self.labels.clone())?;
        Ok(Self { weights: self.weights.clone(), ..table })
    }

    /// Whether weights were given.
    pub fn is_weighted(&self) -> bool {
        self.weights.is_some()
    }

    /// The number of rows, at least one.
    pub fn rows(&self) -> usize {
        self.labels.len()
    }

    /// The number of columns, at least one.
    pub fn columns(&self) -> usize {
        self.names.len()
    }

    /// The column names, in the order of each row.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// One row: a value a column, `NaN` where missing. Panics past the last row.
    pub fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.columns()..(row + 1) * self.columns()]
    }

    /// All values, row-major.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The label of each row; `true` is the event that a model predicts.
    pub fn labels(&self) -> &[bool] {
        &self.labels
    }

    /// How often this row counts; 1 where no weights were given.
    pub fn weight(&self, row: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |weights| f64::from(weights[row]))
    }

    /// The weighted share of positive labels, in \[0, 1\].
    ///
    /// Labels 1 0 0 1 with weights 3 1 1 1: (3 + 1) / 6 = 0.667.
    pub fn base_rate(&self) -> f64 {
        let positive: f64 = self.rows_of_label(true).map(|row| self.weight(row)).sum();
        let negative: f64 = self.rows_of_label(false).map(|row| self.weight(row)).sum();
        positive / (positive + negative)
    }

    /// Whether both labels occur, which every fit needs.
    pub fn has_both_labels(&self) -> bool {
        self.labels.contains(&true) && self.labels.contains(&false)
    }

    /// Column indices in the order of their names: the order in which estimators work, so that
    /// the order of a table's columns can change no result.
    pub(crate) fn columns_by_name(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.columns()).collect();
        order.sort_by(|&a, &b| self.names[a].cmp(&self.names[b]));
        order
    }

    fn rows_of_label(&self, label: bool) -> impl Iterator<Item = usize> {
        (0..self.rows()).filter(move |&row| self.labels[row] == label)
    }
}

/// Distinct names, at least one: what a table and a model file both need.
pub(crate) fn check_names(names: &[String]) -> Result<(), DatasetError> {
    if names.is_empty() {
        return Err(DatasetError::NoColumns);
    }
    let mut seen = BTreeSet::new();
    match names.iter().find(|name| !seen.insert(*name)) {
        Some(name) => Err(DatasetError::NameTwice { name: name.clone() }),
        None => Ok(()),
    }
}

/// Why a table is not a [`Dataset`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant and its fields are spelled out by its message")]
pub enum DatasetError {
    NoRows,
    NoColumns,
    NameTwice { name: String },
    ValueCountDiffers { expected: usize, given: usize },
    ValueInfinite { row: usize, column: String },
    WeightCountDiffers { expected: usize, given: usize },
    WeightNotPositive { row: usize },
    RowUnknown { row: usize },
}

impl fmt::Display for DatasetError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRows => write!(out, "the table has no rows"),
            Self::NoColumns => write!(out, "the table has no columns"),
            Self::NameTwice { name } => write!(out, "two columns are named `{name}`"),
            Self::ValueCountDiffers { expected, given } => {
                write!(out, "rows times columns is {expected}, but {given} values were given")
            }
            Self::ValueInfinite { row, column } => {
                write!(out, "the value in row {row}, column `{column}` is infinite")
            }
            Self::WeightCountDiffers { expected, given } => {
                write!(out, "there are {expected} rows, but {given} weights were given")
            }
            Self::WeightNotPositive { row } => {
                write!(out, "the weight of row {row} is not a positive number")
            }
            Self::RowUnknown { row } => write!(out, "there is no row {row}"),
        }
    }
}

impl std::error::Error for DatasetError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|column| format!("c{column}")).collect()
    }

    fn column(values: &[f32]) -> Result<Dataset, DatasetError> {
        Dataset::new(names(1), values.to_vec(), vec![true; values.len()])
    }

    #[test]
    fn base_rate_counts_weights() {
        let dataset = Dataset::new(names(1), vec![0.0; 4], vec![true, false, false, true]).unwrap();
        let weighted = dataset.with_weights(vec![3.0, 1.0, 1.0, 1.0]).unwrap();
        assert!((weighted.base_rate() - 4.0 / 6.0).abs() < 1e-12);
    }

    #[test]
    fn each_broken_rule_is_named() {
        assert_eq!(column(&[]), Err(DatasetError::NoRows));
        assert_eq!(Dataset::new(vec![], vec![], vec![true]), Err(DatasetError::NoColumns));
        let infinite = DatasetError::ValueInfinite { row: 1, column: "c0".to_owned() };
        assert_eq!(column(&[0.0, f32::INFINITY]), Err(infinite));
        let short = DatasetError::ValueCountDiffers { expected: 2, given: 1 };
        assert_eq!(Dataset::new(names(2), vec![1.0], vec![true]), Err(short));
        let twice = vec!["a".to_owned(), "a".to_owned()];
        let error = DatasetError::NameTwice { name: "a".to_owned() };
        assert_eq!(Dataset::new(twice, vec![0.0; 2], vec![true]), Err(error));
    }

    #[test]
    fn weights_are_positive_and_one_a_row() {
        let dataset = column(&[1.0, 2.0]).unwrap();
        let zero = dataset.clone().with_weights(vec![1.0, 0.0]);
        assert_eq!(zero, Err(DatasetError::WeightNotPositive { row: 1 }));
        let short = DatasetError::WeightCountDiffers { expected: 2, given: 1 };
        assert_eq!(dataset.with_weights(vec![1.0]), Err(short));
    }

    #[test]
    fn select_keeps_order_and_refuses_unknown_rows() {
        let dataset = column(&[1.0, 2.0, 3.0]).unwrap();
        assert_eq!(dataset.select(&[2, 0]).unwrap().values(), [3.0, 1.0]);
        assert_eq!(dataset.select(&[3]), Err(DatasetError::RowUnknown { row: 3 }));
        assert_eq!(dataset.select(&[]), Err(DatasetError::NoRows));
    }
}
