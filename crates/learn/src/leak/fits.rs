//! Scores of rows that the fit did not see, from some of the columns.

use rayon::prelude::*;

use super::LeakError;
use crate::boost::BoostParams;
use crate::category::{CategoryBoostParams, ValidCategoryBoostParams};
use crate::dataset::Dataset;
use crate::estimator::FitError;
use crate::split::Split;

/// What all fits share.
pub(super) struct Fits<'a> {
    pub(super) rows: &'a Dataset,
    pub(super) categories: &'a [String],
    pub(super) seed: u64,
}

impl Fits<'_> {
    /// Whether the columns of categories are there.
    pub(super) fn check(&self) -> Result<(), FitError> {
        match self.categories.iter().find(|name| !self.rows.names().contains(name)) {
            Some(name) => Err(FitError::ColumnUnknown { name: name.clone() }),
            None => Ok(()),
        }
    }

    /// The log-odds of each row from the fit of the other folds.
    pub(super) fn out_of_fold(&self, columns: &[usize], folds: &[Split]) -> Result<Vec<f64>, LeakError> {
        let scores: Vec<Vec<f64>> =
            folds.par_iter().map(|fold| self.of_fold(columns, fold)).collect::<Result<_, _>>()?;
        let mut all = vec![0.0; self.rows.rows()];
        for (fold, scores) in folds.iter().zip(scores) {
            fold.test.iter().zip(scores).for_each(|(&row, score)| all[row] = score);
        }
        Ok(all)
    }

    /// The log-odds of the tested rows of one fold.
    pub(super) fn of_fold(&self, columns: &[usize], fold: &Split) -> Result<Vec<f64>, LeakError> {
        let table = self.rows.select_columns(columns).map_err(LeakError::Rows)?;
        let fit = table.select(&fold.fit).map_err(LeakError::Rows)?;
        let test = table.select(&fold.test).map_err(LeakError::Rows)?;
        let model = self.params(&table)?.fit(&fit, None).map_err(LeakError::Fit)?;
        Ok((0..test.rows()).map(|row| model.log_odds(test.row(row))).collect())
    }

    /// Few, quick trees: they need to see a leak, not to be the best model.
    fn params(&self, table: &Dataset) -> Result<ValidCategoryBoostParams, LeakError> {
        let trees = if table.columns() == 1 { 20 } else { 80 };
        let boost =
            BoostParams { trees, max_leaves: 15, learning_rate: 0.15, seed: self.seed, ..BoostParams::default() };
        let named = table.names().iter().filter(|name| self.categories.contains(name));
        let params = CategoryBoostParams { boost, categories: named.cloned().collect(), ..Default::default() };
        params.check().map_err(LeakError::Params)
    }
}
