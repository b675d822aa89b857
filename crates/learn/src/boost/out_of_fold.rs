//! One fit a fold, each without it: what the trees say of rows that they have not seen, and their mean as one model.

use rayon::prelude::*;

use super::params::ValidBoostParams;
use crate::dataset::Dataset;
use crate::estimator::FitError;
use crate::metrics::roc_auc;
use crate::split::Split;
use crate::trees::TreeEnsemble;

/// What the fits of all folds said.
#[derive(Debug, Clone, PartialEq)]
pub struct OutOfFold {
    /// The mean of the fits: each saw all rows but those of one fold.
    pub model: TreeEnsemble,
    /// By row: what the fit that had not seen it says; `NaN` where no fold tests it.
    pub log_odds: Vec<f64>,
    /// Their AUC, over the rows that a fold tests.
    pub auc: f64,
}

impl ValidBoostParams {
    /// Fits once without each fold, the fits side by side on all cores; each is drawn by a seed of its own.
    ///
    /// # Errors
    /// Those of [`ValidBoostParams::fit`]; [`FitError::OneLabelOnly`] where the tested rows have one label only, or there is
    /// no fold.
    pub fn fit_out_of_fold(&self, rows: &Dataset, folds: &[Split]) -> Result<OutOfFold, FitError> {
        let fits: Vec<TreeEnsemble> = folds
            .par_iter()
            .enumerate()
            .map(|(fold, split)| {
                let rows = rows.select(&split.fit).map_err(|_| FitError::OneLabelOnly)?;
                self.with_stream(fold).fit(&rows, None)
            })
            .collect::<Result<_, FitError>>()?;
        let mut log_odds = vec![f64::NAN; rows.rows()];
        for (fit, split) in fits.iter().zip(folds) {
            split.test.iter().for_each(|&row| log_odds[row] = fit.log_odds(rows.row(row)));
        }
        let tested = (0..rows.rows()).filter(|&row| !log_odds[row].is_nan());
        let (labels, said): (Vec<bool>, Vec<f64>) = tested.map(|row| (rows.labels()[row], log_odds[row])).unzip();
        let auc = roc_auc(&labels, &said).map_err(|_| FitError::OneLabelOnly)?;
        let model = TreeEnsemble::mean_of(&fits).map_err(|_| FitError::NotFinite)?;
        Ok(OutOfFold { model, log_odds, auc })
    }
}

#[cfg(test)]
mod tests {
    use crate::boost::BoostParams;
    use crate::dataset::Dataset;
    use crate::number::nearest_f32;
    use crate::random::Random;
    use crate::split::stratified_k_fold;

    fn rows() -> Dataset {
        let mut random = Random::new(3);
        let (mut values, mut labels) = (Vec::new(), Vec::new());
        for _ in 0..300 {
            let (x, noise) = (random.uniform(), random.uniform());
            values.extend([x, noise].map(nearest_f32));
            labels.push(random.uniform() < x);
        }
        Dataset::new(vec!["x".to_owned(), "noise".to_owned()], values, labels).unwrap()
    }

    #[test]
    fn each_row_is_told_by_the_fit_that_had_not_seen_it() {
        let rows = rows();
        let folds = stratified_k_fold(rows.labels(), 3, 1).unwrap();
        let params = BoostParams { trees: 12, max_leaves: 4, ..BoostParams::default() };
        let told = params.clone().check().unwrap().fit_out_of_fold(&rows, &folds).unwrap();
        let mut means = vec![0.0; rows.rows()];
        for (fold, split) in (0..).zip(&folds) {
            let seeded = BoostParams { seed: params.seed + fold, ..params.clone() }.check().unwrap();
            let fit = seeded.fit(&rows.select(&split.fit).unwrap(), None).unwrap();
            for &row in &split.test {
                assert_eq!(told.log_odds[row], fit.log_odds(rows.row(row)));
            }
            (0..rows.rows()).for_each(|row| means[row] += fit.log_odds(rows.row(row)) / 3.0);
        }
        for (row, mean) in means.iter().enumerate() {
            assert!((told.model.log_odds(rows.row(row)) - mean).abs() < 1e-12);
        }
        assert!(told.auc > 0.7, "{}", told.auc);
    }
}
