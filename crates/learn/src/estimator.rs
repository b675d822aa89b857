//! What estimators share: `Params → check() → ValidParams → fit → Model`, their errors, and the
//! registry that the contract test runs through.
//!
//! A new estimator is one folder, one variant of [`Model`] and one line in [`registry`].

use std::fmt;

use crate::boost::{BoostParams, ValidBoostParams};
use crate::category::{CategoryBoostParams, ValidCategoryBoostParams};
use crate::dataset::Dataset;
use crate::ensemble::{Combination, EnsembleParams, ValidEnsembleParams};
use crate::forest::{DecisionTreeParams, ForestParams, ValidDecisionTreeParams, ValidForestParams};
use crate::ftrl::{FtrlParams, ValidFtrlParams};
use crate::logistic::{LogisticParams, ValidLogisticParams};
use crate::model::Model;
use crate::nets::{NetParams, Samples, ValidNetParams};
use crate::svm::{LinearSvmParams, RbfSvmParams, ValidLinearSvmParams, ValidRbfSvmParams};

/// Checked parameters that can be fitted.
pub trait Estimator: Sync {
    /// The name by which configuration and reports know it.
    fn name(&self) -> &'static str;

    /// Fits a model; a validation set, where given, may stop the fit early but adds no rows.
    ///
    /// # Errors
    /// [`FitError`], named for what the data lack.
    fn fit_model(&self, fit: &Dataset, validation: Option<&Dataset>) -> Result<Model, FitError>;
}

impl Estimator for ValidBoostParams {
    fn name(&self) -> &'static str {
        "boost"
    }

    fn fit_model(&self, fit: &Dataset, validation: Option<&Dataset>) -> Result<Model, FitError> {
        self.fit(fit, validation).map(Model::Boost)
    }
}

impl Estimator for ValidLogisticParams {
    fn name(&self) -> &'static str {
        if self.get().lambda_l1 > 0.0 { "elastic_net" } else { "logistic" }
    }

    fn fit_model(&self, fit: &Dataset, _: Option<&Dataset>) -> Result<Model, FitError> {
        self.fit(fit).map(Model::Logistic)
    }
}

impl Estimator for ValidDecisionTreeParams {
    fn name(&self) -> &'static str {
        "tree"
    }

    fn fit_model(&self, fit: &Dataset, _: Option<&Dataset>) -> Result<Model, FitError> {
        self.fit(fit).map(Model::Tree)
    }
}

impl Estimator for ValidForestParams {
    fn name(&self) -> &'static str {
        "forest"
    }

    fn fit_model(&self, fit: &Dataset, _: Option<&Dataset>) -> Result<Model, FitError> {
        self.fit(fit).map(Model::Forest)
    }
}

impl Estimator for ValidLinearSvmParams {
    fn name(&self) -> &'static str {
        "linear_svm"
    }

    fn fit_model(&self, fit: &Dataset, _: Option<&Dataset>) -> Result<Model, FitError> {
        self.fit(fit).map(Model::LinearSvm)
    }
}

impl Estimator for ValidRbfSvmParams {
    fn name(&self) -> &'static str {
        "rbf_svm"
    }

    fn fit_model(&self, fit: &Dataset, _: Option<&Dataset>) -> Result<Model, FitError> {
        self.fit(fit).map(Model::RbfSvm)
    }
}

impl Estimator for ValidEnsembleParams {
    fn name(&self) -> &'static str {
        match self.get().combination {
            Combination::Vote(_) => "vote",
            Combination::Stack { .. } => "stack",
        }
    }

    fn fit_model(&self, fit: &Dataset, validation: Option<&Dataset>) -> Result<Model, FitError> {
        self.fit(fit, validation).map(Model::Ensemble)
    }
}

impl Estimator for ValidFtrlParams {
    fn name(&self) -> &'static str {
        "ftrl"
    }

    fn fit_model(&self, fit: &Dataset, _: Option<&Dataset>) -> Result<Model, FitError> {
        self.fit(fit).map(Model::Ftrl)
    }
}

impl Estimator for ValidCategoryBoostParams {
    fn name(&self) -> &'static str {
        "category_boost"
    }

    fn fit_model(&self, fit: &Dataset, validation: Option<&Dataset>) -> Result<Model, FitError> {
        self.fit(fit, validation).map(Model::CategoryBoost)
    }
}

impl Estimator for ValidNetParams {
    fn name(&self) -> &'static str {
        self.get().architecture.name()
    }

    fn fit_model(&self, fit: &Dataset, validation: Option<&Dataset>) -> Result<Model, FitError> {
        self.fit(&Samples::from(fit), validation.map(Samples::from).as_ref()).map(Model::Net)
    }
}

/// Every estimator with its default parameters and this seed.
///
/// # Errors
/// None as long as the defaults keep their own rules, which the contract test checks.
pub fn registry(seed: u64) -> Result<Vec<Box<dyn Estimator>>, ParamError> {
    Ok(vec![
        Box::new(BoostParams { seed, ..BoostParams::default() }.check()?),
        Box::new(LogisticParams::default().check()?),
        Box::new(LogisticParams { lambda_l1: 1.0, ..LogisticParams::default() }.check()?),
        Box::new(DecisionTreeParams::default().check()?),
        Box::new(ForestParams { seed, ..ForestParams::default() }.check()?),
        Box::new(LinearSvmParams { seed, ..LinearSvmParams::default() }.check()?),
        Box::new(FtrlParams::default().check()?),
        Box::new(category_boost(seed).check()?),
        Box::new(NetParams { seed, ..NetParams::mlp() }.check()?),
        Box::new(NetParams { seed, ..NetParams::lstm() }.check()?),
        Box::new(NetParams { seed, ..NetParams::cnn() }.check()?),
        Box::new(RbfSvmParams { seed, ..RbfSvmParams::default() }.check()?),
        Box::new(ensemble(seed, Combination::Vote(vec![1.0; 2]))?),
        Box::new(ensemble(seed, Combination::Stack { folds: 4, seed })?),
    ])
}

fn category_boost(seed: u64) -> CategoryBoostParams {
    CategoryBoostParams { boost: BoostParams { seed, ..BoostParams::default() }, ..CategoryBoostParams::default() }
}

/// Trees and a line, which err in different ways.
fn ensemble(seed: u64, combination: Combination) -> Result<ValidEnsembleParams, ParamError> {
    let trees = BoostParams { seed, ..BoostParams::default() }.check()?;
    let line = LogisticParams::default().check()?;
    EnsembleParams { members: vec![Box::new(trees), Box::new(line)], combination }.check()
}

/// A parameter outside its range.
#[derive(Debug, Clone, PartialEq)]
pub struct ParamError {
    /// The parameter's field name.
    pub parameter: &'static str,
    /// The rule it breaks, as in "must be above 0".
    pub rule: &'static str,
    /// What was given.
    pub given: f64,
}

impl ParamError {
    /// `Ok` where the rule holds.
    pub(crate) fn require(holds: bool, parameter: &'static str, rule: &'static str, given: f64) -> Result<(), Self> {
        if holds { Ok(()) } else { Err(Self { parameter, rule, given }) }
    }
}

impl fmt::Display for ParamError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "`{}` {}, but is {}", self.parameter, self.rule, self.given)
    }
}

impl std::error::Error for ParamError {}

/// Why a model could not be fitted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant and its fields are spelled out by its message")]
pub enum FitError {
    OneLabelOnly,
    LengthsDiffer { scores: usize, labels: usize },
    TooFewRows { rows: usize, least: usize },
    TooManyRows { rows: usize, most: usize },
    TooManyColumns { columns: usize, most: usize },
    ValidationColumnsDiffer,
    ModelColumnsDiffer { model: usize, data: usize },
    ColumnUnknown { name: String },
    ColumnsUnreadable,
    NetUnfit,
    TooManyWeights { weights: usize, most: usize },
    EnsembleNested,
    NotConverged { steps: usize },
    NotFinite,
}

impl fmt::Display for FitError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OneLabelOnly => write!(out, "all rows have the same label; a fit needs both"),
            Self::LengthsDiffer { scores, labels } => {
                write!(out, "there are {scores} scores, but {labels} labels")
            }
            Self::TooFewRows { rows, least } => {
                write!(out, "there are {rows} rows; this estimator takes at least {least}")
            }
            Self::TooManyRows { rows, most } => {
                write!(out, "there are {rows} rows; this estimator takes at most {most}")
            }
            Self::TooManyColumns { columns, most } => {
                write!(out, "there are {columns} columns; this estimator takes at most {most}")
            }
            Self::ValidationColumnsDiffer => {
                write!(out, "the validation set has other columns than the fit set")
            }
            Self::ModelColumnsDiffer { model, data } => {
                write!(out, "the model to go on from has {model} columns, but the data have {data}")
            }
            Self::ColumnUnknown { name } => write!(out, "the data have no column `{name}`"),
            Self::ColumnsUnreadable => {
                write!(out, "the names of the columns tell no sequence (`amount@3`) or no map (`count@5:14`)")
            }
            Self::NetUnfit => write!(out, "the net is too large, or its map has fewer than 4 rows or columns"),
            Self::TooManyWeights { weights, most } => {
                write!(out, "the net has {weights} weights; this rule takes at most {most}, and one output")
            }
            Self::EnsembleNested => write!(out, "a member of an ensemble is an ensemble itself"),
            Self::NotConverged { steps } => write!(out, "the fit did not converge in {steps} steps"),
            Self::NotFinite => write!(out, "the fit met a number that is not finite"),
        }
    }
}

impl std::error::Error for FitError {}
