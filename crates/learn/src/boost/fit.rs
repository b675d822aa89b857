//! The boosting loop: tree after tree on the gradient of what the trees before left over.

use rayon::prelude::*;

use super::gradient::{cells, scale};
use super::grow::{Grown, Newton, grow};
use super::monotone::{Bounded, Monotone};
use super::params::{BoostParams, ValidBoostParams};
use crate::dataset::Dataset;
use crate::estimator::FitError;
use crate::histogram::{Binned, BlockHistogram, Cell, Least, MOST_ROWS, Scale, Search};
use crate::number::{floor_index, index_u32};
use crate::odds::{log_loss_of, log_odds_of};
use crate::random::Random;
use crate::trees::{MAX_COLUMNS, TreeEnsemble, TreeNode, value_of};

/// Rows that one task scores.
const ROWS_A_TASK: usize = 1024;

impl ValidBoostParams {
    /// Fits trees, starting from the log-odds of the base rate.
    ///
    /// With a validation set and `patience_trees`, keeps the trees up to the lowest validation
    /// loss; its columns must be those of the fit set, in the same order.
    ///
    /// # Errors
    /// [`FitError::OneLabelOnly`], [`FitError::TooManyRows`], [`FitError::TooManyColumns`],
    /// [`FitError::ValidationColumnsDiffer`] or [`FitError::ColumnUnknown`].
    pub fn fit(&self, fit: &Dataset, validation: Option<&Dataset>) -> Result<TreeEnsemble, FitError> {
        check(fit, validation)?;
        let start = TreeEnsemble::new(fit.columns(), base_log_odds(fit), &[]).map_err(|_| FitError::NotFinite)?;
        self.continue_fit(&start, fit, validation)
    }

    /// Goes on from a model of these columns, in the same order: adds up to `trees` more. On the
    /// same rows and with the same parameters, two fits of 50 trees are one of 100, bit for bit.
    ///
    /// # Errors
    /// Those of [`ValidBoostParams::fit`], and [`FitError::ModelColumnsDiffer`].
    pub fn continue_fit(
        &self,
        start: &TreeEnsemble,
        fit: &Dataset,
        validation: Option<&Dataset>,
    ) -> Result<TreeEnsemble, FitError> {
        check(fit, validation)?;
        if start.columns() != fit.columns() {
            return Err(FitError::ModelColumnsDiffer { model: start.columns(), data: fit.columns() });
        }
        // On a thread of the pool: from outside, each of the thousands of small tasks would first wake one up.
        rayon::scope(|_| self.grow_trees(start, fit, validation))
    }

    fn grow_trees(
        &self,
        start: &TreeEnsemble,
        fit: &Dataset,
        validation: Option<&Dataset>,
    ) -> Result<TreeEnsemble, FitError> {
        let mut stopping =
            validation.zip(self.get().patience_trees).map(|(rows, patience)| EarlyStopping::new(rows, patience, start));
        let mut boosting = Boosting::new(self.get(), fit, start)?;
        let (mut trees, before) = (start.stored_trees(), start.trees());
        while trees.len() < before + self.get().trees {
            let tree = boosting.next_tree(trees.len());
            let stump = tree.len() == 1;
            let stop = stopping.as_mut().is_some_and(|stopping| stopping.observe(&tree));
            trees.push(tree);
            // Without samples, a tree that found no split would only be found again.
            if stop || (stump && !boosting.samples()) {
                break;
            }
        }
        trees.truncate(stopping.map_or(trees.len(), |stopping| before + stopping.best_trees));
        TreeEnsemble::new(fit.columns(), start.bias(), &trees).map_err(|_| FitError::NotFinite)
    }
}

fn least(params: &BoostParams) -> Least {
    Least { rows: params.min_data_in_leaf, hessian: params.min_child_hessian, gain: params.min_gain }
}

fn check(fit: &Dataset, validation: Option<&Dataset>) -> Result<(), FitError> {
    if !fit.has_both_labels() {
        return Err(FitError::OneLabelOnly);
    }
    if fit.rows() > MOST_ROWS {
        return Err(FitError::TooManyRows { rows: fit.rows(), most: MOST_ROWS });
    }
    if fit.columns() > MAX_COLUMNS {
        return Err(FitError::TooManyColumns { columns: fit.columns(), most: MAX_COLUMNS });
    }
    if validation.is_some_and(|validation| validation.names() != fit.names()) {
        return Err(FitError::ValidationColumnsDiffer);
    }
    Ok(())
}

/// Where the trees start: with weights 3 1 1 1 on labels 1 0 0 1, ln(4 / 2) = 0.693.
fn base_log_odds(dataset: &Dataset) -> f64 {
    log_odds_of(dataset.base_rate())
}

/// The state between two trees.
struct Boosting<'a> {
    params: &'a BoostParams,
    fit: &'a Dataset,
    binned: Binned,
    scale: Scale,
    log_odds: Vec<f64>,
    spare: Vec<Vec<BlockHistogram>>,
    /// By position.
    directions: Vec<Option<Monotone>>,
}

impl<'a> Boosting<'a> {
    fn new(params: &'a BoostParams, fit: &'a Dataset, start: &TreeEnsemble) -> Result<Self, FitError> {
        let weight_sum = (0..fit.rows()).map(|row| fit.weight(row)).sum();
        let binned = Binned::new(fit, params.max_bins);
        Ok(Self {
            params,
            fit,
            directions: directions(params, fit, &binned)?,
            binned,
            scale: scale(weight_sum),
            log_odds: scores(start, fit),
            spare: Vec::new(),
        })
    }

    fn samples(&self) -> bool {
        self.params.row_share < 1.0 || self.params.column_share < 1.0
    }

    /// Grows tree `index` and adds it to the scores.
    fn next_tree(&mut self, index: usize) -> Vec<TreeNode> {
        let mut random = Random::stream(self.params.seed, index);
        let rows = self.sample_rows(&mut random);
        let chosen = self.sample_columns(&mut random);
        let cells = cells(self.scale, self.fit, &self.log_odds);
        let grown = self.grow(&cells, rows, &chosen);
        self.add(&grown);
        grown.nodes
    }

    fn grow(&mut self, cells: &[Cell], rows: Vec<u32>, chosen: &[bool]) -> Grown {
        let Self { params, binned, scale, spare, directions, .. } = self;
        let (scale, least) = (*scale, least(params));
        let newton = Newton { scale, lambda_l2: params.lambda_l2 };
        if params.monotone.is_empty() {
            let search = Search { binned, criterion: newton, least, scale, chosen };
            return grow(search, params, cells, rows, spare);
        }
        let search = Search { binned, criterion: Bounded::new(newton, directions), least, scale, chosen };
        grow(search, params, cells, rows, spare)
    }

    fn sample_rows(&self, random: &mut Random) -> Vec<u32> {
        let rows = self.fit.rows();
        if self.params.row_share >= 1.0 {
            return (0..index_u32(rows)).collect();
        }
        let chosen = random.choose(share_of(rows, self.params.row_share), rows);
        chosen.into_iter().map(index_u32).collect()
    }

    fn sample_columns(&self, random: &mut Random) -> Vec<bool> {
        let columns = self.fit.columns();
        if self.params.column_share >= 1.0 {
            return vec![true; columns];
        }
        let mut chosen = vec![false; columns];
        for position in random.choose(share_of(columns, self.params.column_share), columns) {
            chosen[position] = true;
        }
        chosen
    }

    /// Adds a tree to all scores; rows that it did not see walk down it.
    fn add(&mut self, grown: &Grown) {
        if self.params.row_share >= 1.0 {
            grown.add_to(&mut self.log_odds);
        } else {
            add_by_walking(&grown.nodes, self.fit, &mut self.log_odds);
        }
    }
}

/// The log-odds of each row.
fn scores(model: &TreeEnsemble, dataset: &Dataset) -> Vec<f64> {
    let rows = (0..dataset.rows()).into_par_iter().with_min_len(ROWS_A_TASK);
    rows.map(|row| model.log_odds_in_order(dataset.row(row))).collect()
}

/// By position: how the log-odds may move.
fn directions(params: &BoostParams, fit: &Dataset, binned: &Binned) -> Result<Vec<Option<Monotone>>, FitError> {
    let mut directions = vec![None; binned.columns.len()];
    for (name, direction) in &params.monotone {
        let named = |column: &usize| fit.names()[*column] == *name;
        let position = binned.columns.iter().position(named);
        let position = position.ok_or_else(|| FitError::ColumnUnknown { name: name.clone() })?;
        directions[position] = Some(*direction);
    }
    Ok(directions)
}

/// The whole number nearest to a share, at least one.
fn share_of(count: usize, share: f64) -> usize {
    floor_index(count as f64 * share + 0.5).clamp(1, count)
}

fn add_by_walking(tree: &[TreeNode], dataset: &Dataset, log_odds: &mut [f64]) {
    let rows = log_odds.par_iter_mut().enumerate().with_min_len(ROWS_A_TASK);
    rows.for_each(|(row, odds)| *odds += value_of(tree, dataset.row(row)));
}

/// Watches the validation loss.
struct EarlyStopping<'a> {
    validation: &'a Dataset,
    patience: usize,
    log_odds: Vec<f64>,
    best_loss: f64,
    best_trees: usize,
    trees: usize,
}

impl<'a> EarlyStopping<'a> {
    fn new(validation: &'a Dataset, patience: usize, start: &TreeEnsemble) -> Self {
        let log_odds = scores(start, validation);
        let best_loss = loss(validation, &log_odds);
        Self { validation, patience, log_odds, best_loss, best_trees: 0, trees: 0 }
    }

    /// Takes one more tree; whether the fit has lost its patience.
    fn observe(&mut self, tree: &[TreeNode]) -> bool {
        add_by_walking(tree, self.validation, &mut self.log_odds);
        self.trees += 1;
        let loss = loss(self.validation, &self.log_odds);
        if loss < self.best_loss {
            (self.best_loss, self.best_trees) = (loss, self.trees);
        }
        self.trees - self.best_trees >= self.patience
    }
}

/// The weighted sum of log losses; summed in row order.
fn loss(dataset: &Dataset, log_odds: &[f64]) -> f64 {
    let rows = dataset.labels().iter().zip(log_odds).enumerate();
    rows.map(|(row, (&label, &odds))| dataset.weight(row) * log_loss_of(odds, label)).sum()
}
