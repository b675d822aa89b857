//! Draws the rows, and grows the trees side by side.

use rayon::prelude::*;

use super::criterion::{Impurity, Purity};
use super::grow::{Ground, all_rows, grow};
use super::model::ForestModel;
use super::out_of_bag::OutOfBag;
use super::params::{ForestParams, ValidDecisionTreeParams, ValidForestParams};
use super::prune::prune;
use crate::dataset::Dataset;
use crate::estimator::FitError;
use crate::histogram::{Binned, Cell, Least, MOST_ROWS, Search};
use crate::number::{floor_index, index_u32};
use crate::random::Random;
use crate::trees::{MAX_COLUMNS, TreeNode};

/// Trees grown before their out-of-bag votes are counted; it bounds the memory of the draws.
const TREES_A_ROUND: usize = 32;

/// A gain below this share of the weights is rounding.
const LEAST_GAIN_SHARE: f64 = 1e-12;

impl ValidDecisionTreeParams {
    /// Fits one tree on all rows.
    ///
    /// # Errors
    /// [`FitError::OneLabelOnly`], [`FitError::TooManyRows`] or [`FitError::TooManyColumns`].
    pub fn fit(&self, fit: &Dataset) -> Result<ForestModel, FitError> {
        let params = self.get();
        let field = Field::new(fit, params.impurity, params.max_bins)?;
        let ground = field.ground(params.max_depth, params.min_data_in_leaf, fit.columns());
        let grown = grow(ground, &field.cells, all_rows(fit.rows()), Random::new(0));
        let tree = prune(&grown, field.purity, params.leaf_cost);
        ForestModel::new(fit.columns(), index_u32(fit.rows()), &[tree]).map_err(|_| FitError::NotFinite)
    }
}

impl ValidForestParams {
    /// Fits the trees.
    ///
    /// # Errors
    /// [`FitError::OneLabelOnly`], [`FitError::TooManyRows`] or [`FitError::TooManyColumns`].
    pub fn fit(&self, fit: &Dataset) -> Result<ForestModel, FitError> {
        let field = Field::new(fit, self.get().impurity, self.get().max_bins)?;
        let trees: Vec<Vec<TreeNode>> =
            (0..self.get().trees).into_par_iter().map(|index| field.forest_tree(self.get(), index).0).collect();
        field.forest(&trees)
    }

    /// Fits the same trees, and scores each row by those that did not draw it.
    ///
    /// # Errors
    /// Those of [`ValidForestParams::fit`].
    pub fn fit_with_out_of_bag(&self, fit: &Dataset) -> Result<(ForestModel, OutOfBag), FitError> {
        let field = Field::new(fit, self.get().impurity, self.get().max_bins)?;
        let (mut trees, mut out_of_bag) = (Vec::new(), OutOfBag::new(fit));
        while trees.len() < self.get().trees {
            let end = self.get().trees.min(trees.len() + TREES_A_ROUND);
            let round = (trees.len()..end).into_par_iter().map(|index| field.forest_tree(self.get(), index));
            let round: Vec<(Vec<TreeNode>, Vec<u32>)> = round.collect();
            out_of_bag.add(fit, &round);
            trees.extend(round.into_iter().map(|(tree, _)| tree));
        }
        Ok((field.forest(&trees)?, out_of_bag))
    }
}

/// What all trees of a fit stand on.
struct Field<'a> {
    fit: &'a Dataset,
    binned: Binned,
    purity: Purity,
    weight_sum: f64,
    cells: Vec<Cell>,
}

impl<'a> Field<'a> {
    fn new(fit: &'a Dataset, impurity: Impurity, max_bins: usize) -> Result<Self, FitError> {
        check(fit)?;
        let weight_sum: f64 = (0..fit.rows()).map(|row| fit.weight(row)).sum();
        // Draws can at most repeat the heaviest row, and their sum has to fit too.
        let heaviest = (0..fit.rows()).map(|row| fit.weight(row)).fold(0.0, f64::max);
        let purity = Purity::new(impurity, heaviest * fit.rows() as f64);
        let cells = (0..fit.rows()).map(|row| purity.cell(fit.labels()[row], fit.weight(row))).collect();
        Ok(Self { fit, binned: Binned::new(fit, max_bins), purity, weight_sum, cells })
    }

    fn ground(&self, max_depth: usize, least_rows: usize, columns_a_split: usize) -> Ground<'_> {
        let gain = LEAST_GAIN_SHARE * self.weight_sum;
        let least = Least { rows: least_rows, hessian: f64::MIN_POSITIVE, gain };
        let (binned, criterion, scale) = (&self.binned, self.purity, self.purity.scale);
        Ground { search: Search { binned, criterion, least, scale, chosen: &[] }, max_depth, columns_a_split }
    }

    /// Tree `index`, and how often it drew each row.
    fn forest_tree(&self, params: &ForestParams, index: usize) -> (Vec<TreeNode>, Vec<u32>) {
        let mut random = Random::stream(params.seed, index);
        let draws = draw_rows(self.fit.rows(), &mut random);
        let cells: Vec<Cell> =
            self.cells.iter().zip(&draws).map(|(cell, &times)| cell.map(|part| part * i64::from(times))).collect();
        let rows = all_rows(draws.len()).into_iter().filter(|&row| draws[row as usize] > 0).collect();
        let columns = params.columns_a_split.unwrap_or_else(|| floor_index((self.fit.columns() as f64).sqrt()));
        let ground = self.ground(params.max_depth, params.min_data_in_leaf, columns);
        (grow(ground, &cells, rows, random).nodes, draws)
    }

    fn forest(&self, trees: &[Vec<TreeNode>]) -> Result<ForestModel, FitError> {
        let rows = index_u32(self.fit.rows());
        ForestModel::new(self.fit.columns(), rows, trees).map_err(|_| FitError::NotFinite)
    }
}

fn check(fit: &Dataset) -> Result<(), FitError> {
    if !fit.has_both_labels() {
        return Err(FitError::OneLabelOnly);
    }
    if fit.rows() > MOST_ROWS {
        return Err(FitError::TooManyRows { rows: fit.rows(), most: MOST_ROWS });
    }
    if fit.columns() > MAX_COLUMNS {
        return Err(FitError::TooManyColumns { columns: fit.columns(), most: MAX_COLUMNS });
    }
    Ok(())
}

/// How often each row comes up in as many draws with replacement.
fn draw_rows(rows: usize, random: &mut Random) -> Vec<u32> {
    let mut draws = vec![0; rows];
    (0..rows).for_each(|_| draws[random.below(rows)] += 1);
    draws
}
