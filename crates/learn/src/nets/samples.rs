//! Rows with what a net should say of each: a label, one of several classes, or a number.
//!
//! Promises: samples that exist are rectangular and not empty, their column names are distinct,
//! their values are finite or missing, and each row has a target that its kind allows.

use std::fmt;

use crate::dataset::{Dataset, DatasetError};

/// What a net should say of each row.
#[derive(Debug, Clone, PartialEq)]
pub enum Targets {
    /// Whether the event happened.
    Labels(Vec<bool>),
    /// One of `count` classes, numbered from 0: a grade.
    Classes {
        /// How many classes there are; at least 2.
        count: usize,
        /// The class of each row.
        of_row: Vec<usize>,
    },
    /// A number.
    Numbers(Vec<f64>),
}

impl Targets {
    pub(super) fn rows(&self) -> usize {
        match self {
            Self::Labels(labels) => labels.len(),
            Self::Classes { of_row, .. } => of_row.len(),
            Self::Numbers(numbers) => numbers.len(),
        }
    }

    /// The target of each row as a number: 0 or 1, the class, or the number itself.
    pub(super) fn numbers(&self) -> Vec<f64> {
        match self {
            Self::Labels(labels) => labels.iter().map(|label| f64::from(u8::from(*label))).collect(),
            Self::Classes { of_row, .. } => of_row.iter().map(|class| *class as f64).collect(),
            Self::Numbers(numbers) => numbers.clone(),
        }
    }

    fn check(&self) -> Result<(), SamplesError> {
        match self {
            Self::Classes { count, of_row } => {
                if *count < 2 {
                    return Err(SamplesError::TooFewClasses { count: *count });
                }
                match of_row.iter().position(|class| class >= count) {
                    Some(row) => Err(SamplesError::ClassUnknown { row }),
                    None => Ok(()),
                }
            }
            Self::Numbers(numbers) => match numbers.iter().position(|number| !number.is_finite()) {
                Some(row) => Err(SamplesError::NumberNotFinite { row }),
                None => Ok(()),
            },
            Self::Labels(_) => Ok(()),
        }
    }
}

/// A checked table with targets. How its columns make a table, a sequence or a map is said by their
/// names: see [`crate::nets`].
///
/// ```
/// use learn::nets::{Samples, Targets};
/// let grades = Targets::Classes { count: 10, of_row: vec![0, 9] };
/// assert!(Samples::new(vec!["amount".to_owned()], vec![1.0, f32::NAN], grades).is_ok());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Samples {
    table: Dataset,
    targets: Targets,
}

impl Samples {
    /// Checks and takes a table: `values` row-major, `NaN` where missing.
    ///
    /// # Errors
    /// [`SamplesError`], named for the rule that the table breaks.
    pub fn new(names: Vec<String>, values: Vec<f32>, targets: Targets) -> Result<Self, SamplesError> {
        targets.check()?;
        let labels = match &targets {
            Targets::Labels(labels) => labels.clone(),
            other => vec![false; other.rows()],
        };
        let table = Dataset::new(names, values, labels).map_err(SamplesError::Table)?;
        Ok(Self { table, targets })
    }

    /// The same samples in which row `r` counts `weights[r]` times.
    ///
    /// # Errors
    /// [`SamplesError::Table`].
    pub fn with_weights(self, weights: Vec<f32>) -> Result<Self, SamplesError> {
        let table = self.table.with_weights(weights).map_err(SamplesError::Table)?;
        Ok(Self { table, ..self })
    }

    /// The number of rows, at least one.
    pub fn rows(&self) -> usize {
        self.table.rows()
    }

    /// The names of the columns.
    pub fn names(&self) -> &[String] {
        self.table.names()
    }

    /// One row. Panics past the last.
    pub fn row(&self, row: usize) -> &[f32] {
        self.table.row(row)
    }

    /// What should be said of each row.
    pub fn targets(&self) -> &Targets {
        &self.targets
    }

    /// How often this row counts.
    pub fn weight(&self, row: usize) -> f64 {
        self.table.weight(row)
    }

    /// Whether there are at least two different labels or classes; numbers need not differ.
    pub(super) fn has_two_classes(&self) -> bool {
        match &self.targets {
            Targets::Labels(_) => self.table.has_both_labels(),
            Targets::Classes { of_row, .. } => of_row.iter().any(|class| *class != of_row[0]),
            Targets::Numbers(_) => true,
        }
    }
}

impl From<&Dataset> for Samples {
    fn from(dataset: &Dataset) -> Self {
        Self { table: dataset.clone(), targets: Targets::Labels(dataset.labels().to_vec()) }
    }
}

/// Why a table is not [`Samples`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant and its fields are spelled out by its message")]
pub enum SamplesError {
    Table(DatasetError),
    TooFewClasses { count: usize },
    ClassUnknown { row: usize },
    NumberNotFinite { row: usize },
}

impl fmt::Display for SamplesError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table(_) => write!(out, "the table of the samples is unfit"),
            Self::TooFewClasses { count } => write!(out, "there are {count} classes; at least 2 are needed"),
            Self::ClassUnknown { row } => write!(out, "the class of row {row} is past the last"),
            Self::NumberNotFinite { row } => write!(out, "the number of row {row} is not finite"),
        }
    }
}

impl std::error::Error for SamplesError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Table(source) => Some(source),
            _ => None,
        }
    }
}
