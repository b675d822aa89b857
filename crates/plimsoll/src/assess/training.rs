//! How the default probability is learned from other companies. The same function makes the model that ships
//! (`cargo xtask model`) and is measured fold by fold (`cargo xtask bench bankruptcy`), where it sees the fit's rows alone.
//!
//! The rows are cut into five folds. Each of [`settings`] is fitted five times, each time without one fold, and is worth
//! the AUC of what its fits say of the folds that they have not seen. The best is fitted so once more without the ratios
//! that another one tells already or that hardly anyone knows ([`super::selection`]), and stays so where it loses nothing.
//! The model is the mean of the five fits' log-odds, and what each said of its unseen fold calibrates it (Platt).

use super::selection::{Choice, selected};
use anyhow::Context as _;
use learn::boost::{BoostParams, OutOfFold};
use learn::calibrate::Platt;
use learn::split::{Split, stratified_k_fold};
use learn::trees::TreeEnsemble;
use learn::{Dataset, Model, ModelFile};
use serde::{Deserialize, Serialize};

/// Parts of the rows.
const FOLDS: usize = 5;
/// Where a model file keeps the log.
const NOTE: &str = "training";

/// A model of other companies, and how it came about.
#[derive(Clone, Debug)]
pub struct Trained {
    /// Over all columns of the rows; those that were left out are in no tree.
    pub model: TreeEnsemble,
    /// Its calibration.
    pub platt: Platt,
    /// What was tried, and what was taken.
    pub log: TrainingLog,
}

/// What was tried, and what was taken.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TrainingLog {
    /// Companies.
    pub companies: usize,
    /// Of which failed.
    pub failed: usize,
    /// Each setting.
    pub tried: Vec<Tried>,
    /// Every ratio, and why it was left out or taken.
    pub selection: Vec<Choice>,
}

/// A setting, as it did on what its fits had not seen.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Tried {
    /// Trees of each fit.
    pub trees: usize,
    /// The most leaves of each.
    pub leaves: usize,
    /// The learning rate.
    pub step: f64,
    /// λ of the leaves.
    pub lambda_l2: f64,
    /// The share of companies that each tree sees.
    pub row_share: f64,
    /// The share of ratios that each tree sees.
    pub ratio_share: f64,
    /// The fewest companies in a leaf.
    pub least_companies: usize,
    /// Ratios that trees may ask for.
    pub ratios: usize,
    /// The area under the curve, each company judged by the fit that had not seen it.
    pub auc: f64,
    /// Whether the model is made so.
    pub is_taken: bool,
}

impl Tried {
    fn of(params: &BoostParams, ratios: usize, auc: f64) -> Self {
        Self {
            trees: params.trees,
            leaves: params.max_leaves,
            step: params.learning_rate,
            lambda_l2: params.lambda_l2,
            row_share: params.row_share,
            ratio_share: params.column_share,
            least_companies: params.min_data_in_leaf,
            ratios,
            auc,
            is_taken: false,
        }
    }
}

impl TrainingLog {
    /// The AUC of what was taken; ½ where nothing was.
    pub fn auc(&self) -> f64 {
        self.tried.iter().find(|one| one.is_taken).map_or(0.5, |one| one.auc)
    }
}

/// What is tried; of equals the first is taken. All have bins as fine as they come, and learn where to send what is missing.
pub fn settings(seed: u64) -> [BoostParams; 3] {
    let plain = BoostParams { trees: 150, lambda_l2: 0.0, seed, ..BoostParams::default() };
    let slow = BoostParams { learning_rate: 0.05, row_share: 0.8, ..plain.clone() };
    [
        BoostParams { trees: 250, column_share: 0.5, lambda_l2: 1.0, ..slow.clone() },
        BoostParams { trees: 300, max_leaves: 15, column_share: 0.7, lambda_l2: 5.0, ..slow },
        plain,
    ]
}

/// Chooses a setting on these rows alone, fits and calibrates.
///
/// # Errors
/// A fold lacks a label.
pub fn trained(rows: &Dataset, seed: u64) -> anyhow::Result<Trained> {
    let folds = stratified_k_fold(rows.labels(), FOLDS, seed)?;
    let mut selection = selected(rows, &folds)?;
    let mut tried = Vec::new();
    let mut best: Option<(OutOfFold, BoostParams, usize)> = None;
    for params in settings(seed) {
        let found = fitted(rows, &folds, &params)?;
        tried.push(Tried::of(&params, rows.columns(), found.auc));
        if best.as_ref().is_none_or(|(best, ..)| found.auc > best.auc) {
            best = Some((found, params, tried.len() - 1));
        }
    }
    let (mut best, params, mut taken) = best.context("no setting")?;
    let fewer = fitted(&without(rows, &selection)?, &folds, &params)?;
    let kept = selection.iter().filter(|one| one.left_out.is_none()).count();
    tried.push(Tried::of(&params, kept, fewer.auc));
    if fewer.auc >= best.auc {
        (best, taken) = (fewer, tried.len() - 1);
    } else {
        selection.iter_mut().for_each(|one| one.left_out = None);
    }
    tried[taken].is_taken = true;
    let platt = Platt::fit(&best.log_odds, rows.labels())?;
    let failed = rows.labels().iter().filter(|label| **label).count();
    let log = TrainingLog { companies: rows.rows(), failed, tried, selection };
    Ok(Trained { model: best.model, platt, log })
}

fn fitted(rows: &Dataset, folds: &[Split], params: &BoostParams) -> anyhow::Result<OutOfFold> {
    Ok(params.clone().check()?.fit_out_of_fold(rows, folds)?)
}

/// The same rows, of which nobody knows the ratios that were left out: no tree asks for them.
fn without(rows: &Dataset, selection: &[Choice]) -> anyhow::Result<Dataset> {
    let hidden: Vec<bool> = selection.iter().map(|one| one.left_out.is_some()).collect();
    let values = (0..rows.rows()).flat_map(|row| {
        rows.row(row).iter().zip(&hidden).map(|(value, hidden)| if *hidden { f32::NAN } else { *value })
    });
    let values = values.collect();
    Ok(rows.clone().with_values(values)?)
}

impl Trained {
    /// With the names of the rows' columns and the log, as a file.
    ///
    /// # Errors
    /// None that rows with names give.
    pub fn into_file(self, names: &[String]) -> anyhow::Result<ModelFile> {
        let log = serde_json::to_string(&self.log)?;
        let file = ModelFile::new(names.to_vec(), Model::Boost(self.model))?.with_platt(self.platt)?;
        Ok(file.with_note(NOTE, &log))
    }
}

/// The log that a file of [`Trained::into_file`] holds.
///
/// # Errors
/// It holds none.
pub fn log_of(file: &ModelFile) -> anyhow::Result<TrainingLog> {
    let note = file.notes().get(NOTE).context("the model file has no log of its training")?;
    serde_json::from_str(note).context("the log of the model's training")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Companies of which one fails where both ratios are high; a copy of the first ratio, and one that is hardly known.
    fn rows() -> Dataset {
        let (mut values, mut labels) = (Vec::new(), Vec::new());
        for row in 0..600_u16 {
            let (one, two) = (f32::from(row * 37 % 101), f32::from(row * 53 % 97));
            labels.push(one > 60.0 && two > 60.0 && row % 10 != 0);
            values.extend([one, 3.0 * one, two, if row % 20 == 0 { two } else { f32::NAN }]);
        }
        let names = ["one", "again", "two", "rare"].map(str::to_owned).to_vec();
        Dataset::new(names, values, labels).unwrap()
    }

    #[test]
    fn the_best_setting_is_taken_and_its_log_comes_back_from_the_file() {
        let rows = rows();
        let trained = trained(&rows, 1).unwrap();
        let log = trained.log.clone();
        let best = log.tried.iter().map(|one| one.auc).fold(0.0, f64::max);
        assert_eq!(log.auc(), best);
        assert_eq!(log.tried.len(), settings(1).len() + 1);
        assert_eq!(log.tried.iter().filter(|one| one.is_taken).count(), 1);
        assert!(best > 0.9, "{best}");
        assert_eq!(log.selection[1].like.as_deref(), Some("one"));
        let [low, high] = [[10.0, 30.0, 10.0, f32::NAN], [90.0, 270.0, 90.0, f32::NAN]]
            .map(|row| trained.platt.apply(trained.model.log_odds(&row)));
        assert!(low < -3.0 && high > 0.0, "{low} {high}");
        let file = trained.into_file(rows.names()).unwrap();
        let back = log_of(&ModelFile::from_bytes(&file.to_bytes().unwrap()).unwrap()).unwrap();
        // A text of numbers may come back another last digit.
        assert_eq!(format!("{back:.9?}"), format!("{log:.9?}"));
    }

    #[test]
    fn what_is_left_out_is_in_no_tree() {
        let rows = rows();
        let folds = stratified_k_fold(rows.labels(), FOLDS, 1).unwrap();
        let hidden = without(&rows, &selected(&rows, &folds).unwrap()).unwrap();
        let found = fitted(&hidden, &folds, &BoostParams { trees: 20, ..settings(1)[0].clone() }).unwrap();
        let of = |again: f32| found.model.log_odds(&[90.0, again, 90.0, 90.0]);
        assert_eq!(of(0.0), of(300.0));
        assert!(found.model.log_odds(&[1.0, 0.0, 1.0, 1.0]) < of(0.0));
    }
}
