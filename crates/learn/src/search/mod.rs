//! Search for parameters: on a grid, by chance, or by what earlier trials taught.
//!
//! A [`Space`] says which parameters of an estimator may be tried and in which ranges; [`spaces`] has one for each
//! estimator of the registry. Trials are judged by a function of the caller, such as [`cross_validated`]: the mean of
//! a metric over folds. The best of many trials flatters itself: tell its worth on rows that no trial has seen.
//!
//! Learning is by a tree of Parzen estimators (Bergstra, Bardenet, Bengio and Kégl, "Algorithms for hyper-parameter
//! optimization", 2011): trials are parted into the best tenth and the rest, each parameter has a density over both,
//! and of some candidates drawn from the good one that is tried whose ratio of the two is the highest.
//!
//! Promises: one seed gives the same trials; a trial that fails is kept with its reason and counts as the worst.

mod parzen;
mod spaces;
#[cfg(test)]
mod tests;

use std::fmt;

use crate::dataset::Dataset;
use crate::estimator::Estimator;
use crate::metrics::MetricError;
use crate::random::Random;
use crate::split::Split;
pub use spaces::{Space, spaces};

/// Which values a parameter may take.
#[derive(Debug, Clone, PartialEq)]
pub enum Range {
    /// Any number between two, both included.
    Real {
        /// The least.
        low: f64,
        /// The greatest.
        high: f64,
    },
    /// Any number between two that are above 0; its logarithm is what is spread evenly.
    Logarithmic {
        /// The least.
        low: f64,
        /// The greatest.
        high: f64,
    },
    /// Any whole number between two, both included.
    Whole {
        /// The least.
        low: u32,
        /// The greatest.
        high: u32,
    },
    /// Any whole number between two of 1 or above; its logarithm is what is spread evenly.
    WholeLogarithmic {
        /// The least.
        low: u32,
        /// The greatest.
        high: u32,
    },
}

impl Range {
    /// The value at a place of \[0, 1\].
    ///
    /// ```
    /// use learn::search::Range;
    /// assert_eq!(Range::Real { low: 1.0, high: 3.0 }.at(0.25), 1.5);
    /// assert!((Range::Logarithmic { low: 0.01, high: 100.0 }.at(0.5) - 1.0).abs() < 1e-12);
    /// // Each of 1, 2 and 3 has a third of the places.
    /// assert_eq!([0.0, 0.34, 0.99, 1.0].map(|place| Range::Whole { low: 1, high: 3 }.at(place)), [1.0, 2.0, 3.0, 3.0]);
    /// ```
    pub fn at(&self, place: f64) -> f64 {
        let place = place.clamp(0.0, 1.0);
        let whole = |value: f64, low: u32, high: u32| value.floor().clamp(f64::from(low), f64::from(high));
        match *self {
            Self::Real { low, high } => low + place * (high - low),
            Self::Logarithmic { low, high } => (low.ln() + place * (high.ln() - low.ln())).exp().clamp(low, high),
            Self::Whole { low, high } => whole(f64::from(low) + place * f64::from(high - low + 1), low, high),
            Self::WholeLogarithmic { low, high } => {
                let (from, to) = (f64::from(low).ln(), f64::from(high + 1).ln());
                whole((from + place * (to - from)).exp(), low, high)
            }
        }
    }
}

/// How trials are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strategy {
    /// Every combination of so many places a parameter, evenly spread from end to end (the middle for one).
    Grid {
        /// Places a parameter; at least 1.
        places: usize,
    },
    /// So many combinations, each place drawn evenly.
    Random {
        /// Trials; at least 1.
        trials: usize,
    },
    /// So many combinations, the first ten drawn evenly, the others by what was learned.
    Parzen {
        /// Trials; at least 1.
        trials: usize,
    },
}

/// One combination and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// By parameter, in the order of the space.
    pub values: Vec<f64>,
    /// What it was judged, higher being better; or why it failed.
    pub score: Result<f64, String>,
}

/// All trials in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    /// At least one.
    pub trials: Vec<Trial>,
    /// The first of the highest score.
    pub best: usize,
}

impl Search {
    /// The trial of the highest score.
    pub fn best(&self) -> &Trial {
        &self.trials[self.best]
    }
}

/// Tries combinations of a space. `judge` fits an estimator and says how good it is, higher being better.
///
/// # Errors
/// [`SearchError`]: no trials, more than a million of a grid, or all failed.
pub fn search(
    space: &Space,
    strategy: Strategy,
    seed: u64,
    judge: impl Fn(&dyn Estimator) -> Result<f64, String>,
) -> Result<Search, SearchError> {
    let mut places: Vec<Vec<f64>> = Vec::new();
    let mut trials: Vec<Trial> = Vec::new();
    for trial in 0..count(space, strategy)? {
        let next = match strategy {
            Strategy::Grid { places } => grid_place(trial, places, space.parameters().len()),
            Strategy::Random { .. } => random_place(space, seed, trial),
            Strategy::Parzen { .. } => {
                let scores: Vec<f64> = trials.iter().map(score_or_worst).collect();
                let learned = parzen::next(&places, &scores, &mut Random::stream(seed, trial));
                learned.unwrap_or_else(|| random_place(space, seed, trial))
            }
        };
        trials.push(judged(space, &next, &judge));
        places.push(next);
    }
    let better = |best: usize, next: usize| {
        if score_or_worst(&trials[next]) > score_or_worst(&trials[best]) { next } else { best }
    };
    let best = (0..trials.len()).reduce(better).ok_or(SearchError::NoTrials)?;
    match &trials[best].score {
        Ok(_) => Ok(Search { best, trials }),
        Err(reason) => Err(SearchError::AllFailed { first: reason.clone() }),
    }
}

fn judged(space: &Space, places: &[f64], judge: &impl Fn(&dyn Estimator) -> Result<f64, String>) -> Trial {
    let values = space.values(places);
    let score = match space.estimator(&values) {
        Ok(estimator) => judge(estimator.as_ref()),
        Err(error) => Err(error.to_string()),
    };
    let score =
        score.and_then(|score| if score.is_nan() { Err("the score is not a number".to_owned()) } else { Ok(score) });
    Trial { values, score }
}

fn score_or_worst(trial: &Trial) -> f64 {
    trial.score.as_ref().copied().unwrap_or(f64::NEG_INFINITY)
}

/// The most trials of one search.
const MOST_TRIALS: usize = 1_000_000;

fn count(space: &Space, strategy: Strategy) -> Result<usize, SearchError> {
    let trials = match strategy {
        Strategy::Random { trials } | Strategy::Parzen { trials } => trials,
        Strategy::Grid { places } => {
            let product = |trials: usize, _| trials.saturating_mul(places);
            space.parameters().iter().fold(1, product)
        }
    };
    match trials {
        0 => Err(SearchError::NoTrials),
        trials if trials > MOST_TRIALS => Err(SearchError::TooManyTrials { trials }),
        trials => Ok(trials),
    }
}

/// By hand: of two places a parameter, trial 2 of two parameters is (0, 1).
fn grid_place(mut trial: usize, places: usize, parameters: usize) -> Vec<f64> {
    let place = |_| {
        let index = trial % places;
        trial /= places;
        if places == 1 { 0.5 } else { index as f64 / (places - 1) as f64 }
    };
    (0..parameters).map(place).collect()
}

fn random_place(space: &Space, seed: u64, trial: usize) -> Vec<f64> {
    let mut random = Random::stream(seed, trial);
    space.parameters().iter().map(|_| random.uniform()).collect()
}

/// The mean over folds of a metric on the log-odds of the tested rows, for [`search`].
///
/// # Errors
/// The reason in words: a fold that can't be fitted or judged.
pub fn cross_validated(
    estimator: &dyn Estimator,
    rows: &Dataset,
    folds: &[Split],
    metric: impl Fn(&[bool], &[f64]) -> Result<f64, MetricError>,
) -> Result<f64, String> {
    let mut sum = 0.0;
    for fold in folds {
        let fit = rows.select(&fold.fit).map_err(|error| error.to_string())?;
        let test = rows.select(&fold.test).map_err(|error| error.to_string())?;
        let model = estimator.fit_model(&fit, None).map_err(|error| error.to_string())?;
        let scores = model.log_odds_of_rows(test.values());
        sum += metric(test.labels(), &scores).map_err(|error| error.to_string())?;
    }
    if folds.is_empty() { Err("there are no folds".to_owned()) } else { Ok(sum / folds.len() as f64) }
}

/// Why nothing was found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant and its fields are spelled out by its message")]
pub enum SearchError {
    NoTrials,
    TooManyTrials { trials: usize },
    AllFailed { first: String },
}

impl fmt::Display for SearchError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTrials => write!(out, "a search needs at least one trial"),
            Self::TooManyTrials { trials } => {
                write!(out, "{trials} trials are more than {MOST_TRIALS}; take fewer places or parameters")
            }
            Self::AllFailed { first } => write!(out, "every trial failed, the first because: {first}"),
        }
    }
}

impl std::error::Error for SearchError {}
