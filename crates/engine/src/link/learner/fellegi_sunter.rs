//! Fellegi and Sunter's model ("A theory for record linkage", 1969) without labels, by EM (Winkler, 1988), with the
//! frequencies of what agrees (Winkler, 1989).
//!
//! Each field is a level of agreement; given whether a pair is one thing, fields are taken for independent. The
//! *match weight* of a level is ln(m / u): m its share among matches, u among others. Where a record has at most one
//! partner, the E-step weighs each pair against its rivals (`marginal`).
//!
//! By hand: λ = 0.1, one field that agrees with m = 0.9, u = 0.01: log-odds ln(0.1/0.9) + ln(90) = 2.303.

use super::levels::{Comparison, LEVELS, comparisons};
use super::{PairLearner, PairModel, Study};
use crate::link::marginal;
use learn::FitError;
use rayon::prelude::*;

/// Rounds of EM; the shares settle well before.
const ROUNDS: usize = 12;

/// The share of records that are taken to have a partner, before anything is known.
const START_PARTNERED: f64 = 0.5;

/// What is added to each count, so that no share is 0.
const PRIOR: f64 = 0.5;

/// The greatest weight that rarity may add to or take from a level's, in nats.
const MOST_RARITY: f64 = 6.0;

/// The model with its starting values.
#[derive(Debug, Clone, Copy, Default)]
pub struct FellegiSunter;

/// What EM found.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    comparisons: Vec<Comparison>,
    /// The match weight of each level of each comparison.
    weights: Vec<[f64; LEVELS]>,
    /// The mean rarity among other pairs at a level, which a pair's own is held against.
    rarities: Vec<[f64; LEVELS]>,
    /// The log-odds before anything was compared.
    pub prior: f64,
}

impl PairLearner for FellegiSunter {
    fn name(&self) -> &'static str {
        "fellegi-sunter"
    }

    fn learn(&self, study: &Study<'_>) -> Result<PairModel, FitError> {
        Ok(PairModel::FellegiSunter(Weights::learn(study)))
    }
}

impl Weights {
    /// Runs EM over the pairs.
    pub fn learn(study: &Study<'_>) -> Self {
        let comparisons = comparisons(study.names);
        let levels = Levels::of(study, &comparisons);
        let rarities = mean_rarities(study, &comparisons, &levels);
        // Before anything is known: better levels are likelier for matches, each by a factor of e.
        let start: [f64; LEVELS] = [3.0, 2.0, 1.0, 0.0, -1.5, -3.0];
        let prior = study.prior(START_PARTNERED * marginal::records(study) as f64);
        let mut model = Self { weights: vec![start; comparisons.len()], comparisons, rarities, prior };
        for _ in 0..ROUNDS {
            let odds: Vec<f64> =
                (0..study.len()).into_par_iter().map(|pair| model.sum(study.row(pair), levels.of_pair(pair))).collect();
            let chances = study.chances(&odds);
            model.renew(&levels, &chances);
            model.prior = study.prior(chances.iter().sum());
        }
        model
    }

    /// The log-odds of a pair.
    pub fn log_odds(&self, row: &[f32]) -> f64 {
        self.sum(row, self.comparisons.iter().map(|comparison| comparison.level(row)))
    }

    /// What each field adds, by its name.
    pub fn reasons(&self, row: &[f32]) -> Vec<(String, f64)> {
        let of =
            |at: usize| (self.comparisons[at].field.clone(), self.weight(at, row, self.comparisons[at].level(row)));
        (0..self.comparisons.len()).map(of).collect()
    }

    fn sum(&self, row: &[f32], levels: impl Iterator<Item = Option<usize>>) -> f64 {
        self.prior + levels.enumerate().map(|(at, level)| self.weight(at, row, level)).sum::<f64>()
    }

    fn weight(&self, at: usize, row: &[f32], level: Option<usize>) -> f64 {
        let Some(level) = level else { return 0.0 };
        let rarity = self.comparisons[at]
            .rarity(row, level)
            .map_or(0.0, |rarity| (f64::from(rarity) - self.rarities[at][level]).clamp(-MOST_RARITY, MOST_RARITY));
        self.weights[at][level] + rarity
    }

    /// The M-step.
    fn renew(&mut self, levels: &Levels, chances: &[f64]) {
        for at in 0..self.comparisons.len() {
            let (mut matched, mut other) = ([PRIOR; LEVELS], [PRIOR; LEVELS]);
            for (pair, chance) in chances.iter().enumerate() {
                if let Some(level) = levels.at(pair, at) {
                    matched[level] += chance;
                    other[level] += 1.0 - chance;
                }
            }
            let (all, rest) = (matched.iter().sum::<f64>(), other.iter().sum::<f64>());
            self.weights[at] = std::array::from_fn(|level| ((matched[level] / all) / (other[level] / rest)).ln());
        }
    }
}

/// The level of every comparison of every pair, a byte each.
struct Levels {
    comparisons: usize,
    of: Vec<u8>,
}

impl Levels {
    /// What stands for a missing level.
    const NONE: u8 = u8::MAX;

    fn of(study: &Study<'_>, comparisons: &[Comparison]) -> Self {
        let level = |comparison: &Comparison, pair: usize| {
            comparison.level(study.row(pair)).and_then(|level| u8::try_from(level).ok()).unwrap_or(Self::NONE)
        };
        let of = (0..study.len())
            .into_par_iter()
            .flat_map_iter(|pair| comparisons.iter().map(move |comparison| level(comparison, pair)))
            .collect();
        Self { comparisons: comparisons.len(), of }
    }

    fn at(&self, pair: usize, comparison: usize) -> Option<usize> {
        let level = self.of[pair * self.comparisons + comparison];
        (level != Self::NONE).then_some(usize::from(level))
    }

    fn of_pair(&self, pair: usize) -> impl Iterator<Item = Option<usize>> {
        (0..self.comparisons).map(move |at| self.at(pair, at))
    }
}

fn mean_rarities(study: &Study<'_>, comparisons: &[Comparison], levels: &Levels) -> Vec<[f64; LEVELS]> {
    let mut means = vec![[0.0; LEVELS]; comparisons.len()];
    for (at, comparison) in comparisons.iter().enumerate() {
        let mut counts = [0.0_f64; LEVELS];
        for pair in 0..study.len() {
            let known = levels.at(pair, at).and_then(|level| Some((level, comparison.rarity(study.row(pair), level)?)));
            if let Some((level, rarity)) = known {
                // The share of records, not its logarithm, is what u averages.
                means[at][level] += f64::from(-rarity).exp();
                counts[level] += 1.0;
            }
        }
        for level in 0..LEVELS {
            means[at][level] = if counts[level] > 0.0 { -(means[at][level] / counts[level]).ln() } else { 0.0 };
        }
    }
    means
}
