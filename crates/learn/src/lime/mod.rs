//! LIME: what a simple model near one row says of any model, with how well it fits and how steady it is.
//!
//! (Ribeiro, Singh and Guestrin, "Why should I trust you?", 2016, in its interpretable form: a column is kept or
//! replaced.) Neighbours of the row keep each of its values or take that of a background row, each with chance ½; the
//! model's log-odds of them are regressed on what was kept, the nearer neighbours counting more: exp(−changed share /
//! width²). A contribution is what keeping the column's value changes against a typical one.
//!
//! On boosted trees such a line often fits badly and names other columns with another seed. So each explanation shows
//! its weighted R² and the agreement of its top columns between seeds, and is refused under a floor, with the reason.

#[cfg(test)]
mod tests;

use std::fmt;

use crate::dataset::Dataset;
use crate::estimator::ParamError;
use crate::explain::Explanation;
use crate::logistic::solve_positive_definite;
use crate::model::Model;
use crate::random::Random;

/// Parameters as given; [`LimeParams::check`] makes them fit for use.
#[derive(Debug, Clone, PartialEq)]
pub struct LimeParams {
    /// Neighbours of one fit; at least 10.
    pub neighbours: usize,
    /// The kernel's width, in roots of the share of columns that were changed; above 0.
    pub width: f64,
    /// The ridge penalty on the contributions; above 0.
    pub lambda_l2: f64,
    /// Fits with other seeds whose top columns are compared; at least 2.
    pub seeds: usize,
    /// How many columns stand at the top; at least 1.
    pub top: usize,
    /// The least weighted R², 0 to 1.
    pub least_fit: f64,
    /// The least agreement, 0 to 1.
    pub least_agreement: f64,
    /// What neighbours are drawn by.
    pub seed: u64,
}

impl Default for LimeParams {
    fn default() -> Self {
        Self {
            neighbours: 1000,
            width: 0.75,
            lambda_l2: 1.0,
            seeds: 5,
            top: 5,
            least_fit: 0.5,
            least_agreement: 0.6,
            seed: 0,
        }
    }
}

impl LimeParams {
    /// Checks each parameter against its range.
    ///
    /// # Errors
    /// The first [`ParamError`].
    pub fn check(self) -> Result<ValidLimeParams, ParamError> {
        let positive = |value: f64| value.is_finite() && value > 0.0;
        let share = |value: f64| (0.0..=1.0).contains(&value);
        ParamError::require(self.neighbours >= 10, "neighbours", "must be 10 or above", self.neighbours as f64)?;
        ParamError::require(positive(self.width), "width", "must be above 0", self.width)?;
        ParamError::require(positive(self.lambda_l2), "lambda_l2", "must be above 0", self.lambda_l2)?;
        ParamError::require(self.seeds >= 2, "seeds", "must be 2 or above", self.seeds as f64)?;
        ParamError::require(self.top >= 1, "top", "must be 1 or above", self.top as f64)?;
        ParamError::require(share(self.least_fit), "least_fit", "must be 0 to 1", self.least_fit)?;
        ParamError::require(share(self.least_agreement), "least_agreement", "must be 0 to 1", self.least_agreement)?;
        Ok(ValidLimeParams(self))
    }
}

/// Parameters that keep their ranges.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidLimeParams(LimeParams);

/// A local explanation that was found good enough.
#[derive(Debug, Clone, PartialEq)]
pub struct LimeExplanation {
    /// The line: its value where nothing is kept, and what each kept column adds. It sums to the line's value at the
    /// row, which is the model's only as far as the fit is good.
    pub line: Explanation,
    /// The weighted R², 1 where the line says what the model says.
    pub fit: f64,
    /// The mean share of top columns that two seeds have in common.
    pub agreement: f64,
}

/// Why an explanation is not shown.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "each variant and its fields are spelled out by its message")]
pub enum LimeRefusal {
    ColumnCountDiffers { model: usize, given: usize },
    NotFinite,
    FitTooLow { fit: f64, least: f64 },
    Unsteady { agreement: f64, least: f64 },
}

impl fmt::Display for LimeRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ColumnCountDiffers { model, given } => {
                write!(out, "the model has {model} columns, but {given} were given")
            }
            Self::NotFinite => write!(out, "the row, or the model's scores near it, are not all finite"),
            Self::FitTooLow { fit, least } => {
                write!(out, "no line fits the model near this row: R² is {fit:.2}, below {least:.2}")
            }
            Self::Unsteady { agreement, least } => {
                write!(out, "other seeds name other columns: they agree on {agreement:.2}, below {least:.2}")
            }
        }
    }
}

impl std::error::Error for LimeRefusal {}

impl ValidLimeParams {
    /// The checked values.
    pub fn get(&self) -> &LimeParams {
        &self.0
    }

    /// Explains one row of any model, beside typical rows of the same columns.
    ///
    /// # Errors
    /// [`LimeRefusal`], with the reason.
    pub fn explain(&self, model: &Model, background: &Dataset, row: &[f32]) -> Result<LimeExplanation, LimeRefusal> {
        for given in [background.columns(), row.len()] {
            if given != model.columns() {
                return Err(LimeRefusal::ColumnCountDiffers { model: model.columns(), given });
            }
        }
        if row.iter().any(|value| value.is_infinite()) {
            return Err(LimeRefusal::NotFinite);
        }
        let params = self.get();
        let fits = (0..params.seeds).map(|seed| line(params, model, background, row, seed));
        let fits: Vec<(Explanation, f64)> = fits.collect::<Option<_>>().ok_or(LimeRefusal::NotFinite)?;
        let fit = fits.iter().map(|fit| fit.1).sum::<f64>() / fits.len() as f64;
        let tops: Vec<Vec<usize>> = fits.iter().map(|fit| top(&fit.0, params.top)).collect();
        let agreement = agreement(&tops);
        if fit < params.least_fit {
            return Err(LimeRefusal::FitTooLow { fit, least: params.least_fit });
        }
        if agreement < params.least_agreement {
            return Err(LimeRefusal::Unsteady { agreement, least: params.least_agreement });
        }
        let line = fits.into_iter().next().ok_or(LimeRefusal::NotFinite)?.0;
        Ok(LimeExplanation { line, fit, agreement })
    }
}

/// The strongest columns that say anything.
fn top(line: &Explanation, count: usize) -> Vec<usize> {
    let says = |column: &usize| line.contributions[*column] != 0.0;
    line.strongest().into_iter().filter(says).take(count).collect()
}

/// The mean over pairs of the share in common.
///
/// By hand: {1 2}, {2 3} and {2 1} share ½, 1 and ½: a mean of ⅔.
fn agreement(tops: &[Vec<usize>]) -> f64 {
    let (mut sum, mut pairs) = (0.0, 0.0);
    for (index, first) in tops.iter().enumerate() {
        for second in &tops[index + 1..] {
            let common = first.iter().filter(|column| second.contains(column)).count();
            let size = first.len().max(second.len());
            sum += if size == 0 { 1.0 } else { common as f64 / size as f64 };
            pairs += 1.0;
        }
    }
    sum / pairs
}

/// The weighted ridge line of one seed with its R²; `None` where a score is not finite.
fn line(
    params: &LimeParams,
    model: &Model,
    background: &Dataset,
    row: &[f32],
    seed: usize,
) -> Option<(Explanation, f64)> {
    let mut random = Random::stream(params.seed, seed);
    let columns = row.len();
    let (mut kept, mut values) = (Vec::new(), Vec::new());
    for neighbour in 0..params.neighbours {
        // The first neighbour is the row itself.
        let other = background.row(random.below(background.rows()));
        for column in 0..columns {
            let keeps = random.uniform() < 0.5 || neighbour == 0;
            kept.push(f64::from(u8::from(keeps)));
            values.push(if keeps { row[column] } else { other[column] });
        }
    }
    let scores = model.log_odds_of_rows(&values);
    if !scores.iter().all(|score| score.is_finite()) {
        return None;
    }
    let weights: Vec<f64> = kept.chunks_exact(columns).map(|kept| weight(kept, params.width)).collect();
    let coefficients = ridge(&kept, &scores, &weights, params.lambda_l2)?;
    let line = Explanation { bias: coefficients[columns], contributions: coefficients[..columns].to_vec() };
    let fit = r_squared(&line, &kept, &scores, &weights);
    Some((line, fit))
}

/// By hand: half of the columns changed, a width of 1: e^−½ = 0.607.
fn weight(kept: &[f64], width: f64) -> f64 {
    let changed = 1.0 - kept.iter().sum::<f64>() / kept.len() as f64;
    (-changed / (width * width)).exp()
}

/// The coefficients, the intercept (without penalty) last.
fn ridge(kept: &[f64], scores: &[f64], weights: &[f64], lambda: f64) -> Option<Vec<f64>> {
    let columns = kept.len() / scores.len();
    let size = columns + 1;
    let (mut matrix, mut right) = (vec![0.0; size * size], vec![0.0; size]);
    for ((kept, score), weight) in kept.chunks_exact(columns).zip(scores).zip(weights) {
        let value = |index: usize| if index < columns { kept[index] } else { 1.0 };
        for a in 0..size {
            right[a] += weight * value(a) * score;
            (0..=a).for_each(|b| matrix[a * size + b] += weight * value(a) * value(b));
        }
    }
    (0..columns).for_each(|index| matrix[index * size + index] += lambda);
    solve_positive_definite(&mut matrix, &right)
}

/// 1 − Σ weight · (score − line)² / Σ weight · (score − mean)²; 1 where the scores are all the same.
fn r_squared(line: &Explanation, kept: &[f64], scores: &[f64], weights: &[f64]) -> f64 {
    let columns = line.contributions.len();
    let all: f64 = weights.iter().sum();
    let mean = scores.iter().zip(weights).map(|(score, weight)| score * weight).sum::<f64>() / all;
    let (mut off, mut spread) = (0.0, 0.0);
    for ((kept, score), weight) in kept.chunks_exact(columns).zip(scores).zip(weights) {
        let said = line.bias + kept.iter().zip(&line.contributions).map(|(kept, part)| kept * part).sum::<f64>();
        off += weight * (score - said).powi(2);
        spread += weight * (score - mean).powi(2);
    }
    if spread > 1e-18 * all { 1.0 - off / spread } else { 1.0 }
}
