//! A step: everything that advancing one batch changed. The store applies it; nothing else writes tables.

use crate::{
    Alert, Decision, Entry, Exception, FeatureRow, Issue, Label, Notice, Outcome, Party, Ruling, Score, Settlement,
    Stage,
};
use std::sync::Arc;

/// What went into a stage and what came out. `taken = passed + issues`, always.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct StageCount {
    /// Records offered.
    pub taken: u64,
    /// Records passed on.
    pub passed: u64,
    /// Records that became issues.
    pub issues: u64,
}

/// Changes in the order in which they happened. A later row with the same id replaces an earlier one, except for
/// entries, labels and decisions, which are only ever added.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Step {
    /// Input kept but not used.
    pub issues: Vec<Issue>,
    /// New or changed parties.
    pub parties: Vec<Party>,
    /// New entries.
    pub entries: Vec<Entry>,
    /// New, changed or withdrawn settlements.
    pub settlements: Vec<Arc<Settlement>>,
    /// New, changed or cleared exceptions.
    pub exceptions: Vec<Exception>,
    /// New features of sales.
    pub features: Vec<FeatureRow>,
    /// New features of attempts to pay.
    pub payment_features: Vec<FeatureRow>,
    /// New labels.
    pub labels: Vec<Label>,
    /// New or renewed scores.
    pub scores: Vec<Score>,
    /// Scores of these subjects are no longer live.
    pub retired: Vec<crate::Subject>,
    /// New decisions.
    pub decisions: Vec<Decision>,
    /// New rulings on attempts.
    pub rulings: Vec<Ruling>,
    /// What came of attempts.
    pub outcomes: Vec<Outcome>,
    /// New or changed alerts.
    pub alerts: Vec<Alert>,
    /// New notices.
    pub notices: Vec<Notice>,
    /// What each stage took and passed, in the order of [`Stage::ALL`].
    pub counts: [StageCount; 8],
}

impl Step {
    /// The counter of a stage.
    pub fn count(&mut self, stage: Stage) -> &mut StageCount {
        &mut self.counts[stage as usize]
    }
}
