//! A fitted model with all that it takes to use it, as bytes with a version.
//!
//! The layout: the magic `PLML`; the format version (`u16`, little-endian); the CRC-32 of the rest
//! (`u32`, little-endian); the rest, in postcard. Equal files give equal bytes, so a hash of the
//! bytes names the model.
//!
//! Promises: [`ModelFile::from_bytes`] gives a checked model or a typed error for any bytes at all,
//! and a file that was saved and loaded scores the same bit for bit.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::calibrate::Platt;
use crate::checksum::crc32;
use crate::dataset::{DatasetError, check_names};
use crate::explain::Explanation;
use crate::model::Model;
use crate::odds::probability_of;

const MAGIC: [u8; 4] = *b"PLML";

/// The version of the layout that this build writes, and the only one that it reads.
pub const FORMAT_VERSION: u16 = 1;

/// Magic, version and checksum.
const HEAD_BYTES: usize = 10;

/// A model, the names of its columns, its calibration and notes.
///
/// Every method that takes a row wants a value a column, in the order of
/// [`ModelFile::feature_names`], `NaN` where missing; it panics if the row is shorter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelFile {
    feature_names: Vec<String>,
    model: Model,
    platt: Option<Platt>,
    notes: BTreeMap<String, String>,
}

impl ModelFile {
    /// Puts names to a model's columns.
    ///
    /// # Errors
    /// [`ModelFileError::Names`] or [`ModelFileError::NameCountDiffers`].
    pub fn new(feature_names: Vec<String>, model: Model) -> Result<Self, ModelFileError> {
        Self { feature_names, model, platt: None, notes: BTreeMap::new() }.checked()
    }

    /// The same model with a calibration.
    ///
    /// # Errors
    /// [`ModelFileError::CalibrationNotFinite`].
    pub fn with_platt(mut self, platt: Platt) -> Result<Self, ModelFileError> {
        self.platt = Some(platt);
        self.checked()
    }

    /// The same model with one more note, such as what it was fitted on.
    #[must_use]
    pub fn with_note(mut self, key: &str, text: &str) -> Self {
        self.notes.insert(key.to_owned(), text.to_owned());
        self
    }

    fn checked(self) -> Result<Self, ModelFileError> {
        check_names(&self.feature_names).map_err(ModelFileError::Names)?;
        let (expected, given) = (self.model.columns(), self.feature_names.len());
        if expected != given {
            return Err(ModelFileError::NameCountDiffers { expected, given });
        }
        match self.platt {
            Some(line) if !(line.slope.is_finite() && line.intercept.is_finite()) => {
                Err(ModelFileError::CalibrationNotFinite)
            }
            _ => Ok(self),
        }
    }

    /// The names of the columns, in the order of each row.
    pub fn feature_names(&self) -> &[String] {
        &self.feature_names
    }

    /// The model itself.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The calibration, if there is one.
    pub fn platt(&self) -> Option<Platt> {
        self.platt
    }

    /// The notes, by key.
    pub fn notes(&self) -> &BTreeMap<String, String> {
        &self.notes
    }

    /// The calibrated log-odds of one row; the model's own where there is no calibration.
    pub fn score(&self, row: &[f32]) -> f64 {
        self.calibrated(self.uncalibrated_log_odds(row))
    }

    /// The calibrated log-odds of each row of a row-major table; on every core, and equal to
    /// [`ModelFile::score`] bit for bit.
    pub fn score_rows(&self, values: &[f32]) -> Vec<f64> {
        let mut scores = self.model.log_odds_of_rows(values);
        scores.iter_mut().for_each(|odds| *odds = self.calibrated(*odds));
        scores
    }

    /// The calibrated probability of one row, in (0, 1).
    pub fn probability(&self, row: &[f32]) -> f64 {
        probability_of(self.score(row))
    }

    /// The log-odds before calibration, which the explanations sum to.
    pub fn uncalibrated_log_odds(&self, row: &[f32]) -> f64 {
        self.model.log_odds(row)
    }

    /// The exact explanation, before calibration: Shapley values for trees, coefficients for
    /// linear models.
    pub fn explain(&self, row: &[f32]) -> Explanation {
        self.model.explain(row)
    }

    /// Shapley values against background rows, before calibration; see [`Model::explain_against`].
    pub fn explain_against(&self, row: &[f32], background: &[f32]) -> Option<Explanation> {
        self.model.explain_against(row, background)
    }

    /// The explanation that is cheap enough for every answer, before calibration.
    pub fn path_contributions(&self, row: &[f32]) -> Explanation {
        self.model.path_contributions(row)
    }

    /// What calibration adds to these uncalibrated log-odds; 0 where there is none.
    pub fn calibration_change(&self, log_odds: f64) -> f64 {
        self.platt.map_or(0.0, |platt| platt.change(log_odds))
    }

    fn calibrated(&self, log_odds: f64) -> f64 {
        self.platt.map_or(log_odds, |platt| platt.apply(log_odds))
    }

    /// The bytes of the file; equal files give equal bytes.
    ///
    /// # Errors
    /// [`ModelFileError::Unwritable`], which no model of this crate gives.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ModelFileError> {
        let body = postcard::to_allocvec(self).map_err(|_| ModelFileError::Unwritable)?;
        let mut bytes = Vec::with_capacity(HEAD_BYTES + body.len());
        bytes.extend(MAGIC);
        bytes.extend(FORMAT_VERSION.to_le_bytes());
        bytes.extend(crc32(&body).to_le_bytes());
        bytes.extend(body);
        Ok(bytes)
    }

    /// Reads a file back, and checks all of it.
    ///
    /// # Errors
    /// [`ModelFileError`]: not a model file, of another version, truncated or damaged, or a model
    /// that breaks a rule.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelFileError> {
        let (head, body) = bytes.split_at_checked(HEAD_BYTES).ok_or(ModelFileError::Truncated)?;
        if head[..4] != MAGIC {
            return Err(ModelFileError::NotAModelFile);
        }
        let version = u16::from_le_bytes([head[4], head[5]]);
        if version != FORMAT_VERSION {
            return Err(ModelFileError::VersionUnknown { version });
        }
        if crc32(body) != u32::from_le_bytes([head[6], head[7], head[8], head[9]]) {
            return Err(ModelFileError::Damaged);
        }
        match postcard::take_from_bytes::<Self>(body) {
            Ok((file, [])) => file.checked(),
            _ => Err(ModelFileError::Malformed),
        }
    }
}

/// Why bytes are not a model file, or a model can't be one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant and its fields are spelled out by its message")]
pub enum ModelFileError {
    Truncated,
    NotAModelFile,
    VersionUnknown { version: u16 },
    Damaged,
    Malformed,
    Names(DatasetError),
    NameCountDiffers { expected: usize, given: usize },
    CalibrationNotFinite,
    Unwritable,
}

impl fmt::Display for ModelFileError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated => write!(out, "the model file ends before its head does"),
            Self::NotAModelFile => write!(out, "the bytes don't begin like a model file"),
            Self::VersionUnknown { version } => {
                write!(out, "the model file has format version {version}; this build reads {FORMAT_VERSION}")
            }
            Self::Damaged => write!(out, "the model file is truncated or damaged: its checksum differs"),
            Self::Malformed => write!(out, "the model file holds no valid model"),
            Self::Names(_) => write!(out, "the names of the columns are unfit"),
            Self::NameCountDiffers { expected, given } => {
                write!(out, "the model has {expected} columns, but {given} names were given")
            }
            Self::CalibrationNotFinite => write!(out, "the calibration is not finite"),
            Self::Unwritable => write!(out, "the model could not be written"),
        }
    }
}

impl std::error::Error for ModelFileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Names(source) => Some(source),
            _ => None,
        }
    }
}
