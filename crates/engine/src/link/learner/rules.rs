//! Rules as a careful clerk has them: a point for each field that agrees well, one off for each that does not.

use super::levels::{Comparison, LEVELS, comparisons};
use super::{PairLearner, PairModel, Study};
use learn::FitError;

/// The rules.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rules;

impl PairLearner for Rules {
    fn name(&self) -> &'static str {
        "rules"
    }

    fn learn(&self, study: &Study<'_>) -> Result<PairModel, FitError> {
        Ok(PairModel::Rules(Points(comparisons(study.names))))
    }
}

/// The points of each field.
#[derive(Debug, Clone, PartialEq)]
pub struct Points(Vec<Comparison>);

impl Points {
    /// 2 for equal, 1 for nearly equal, 0 in between, −1 and −2 for different, less half of what is possible: above that
    /// counts as one thing.
    pub fn log_odds(&self, row: &[f32]) -> f64 {
        self.reasons(row).iter().map(|(_, points)| points).sum()
    }

    /// What each field adds, by its name.
    pub fn reasons(&self, row: &[f32]) -> Vec<(String, f64)> {
        const POINTS: [f64; LEVELS] = [2.0, 1.0, 0.5, 0.0, -1.0, -2.0];
        let points = |comparison: &Comparison| comparison.level(row).map_or(0.0, |level| POINTS[level] - 1.0);
        self.0.iter().map(|comparison| (comparison.field.clone(), points(comparison))).collect()
    }
}
