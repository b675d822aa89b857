//! The tables that steps leave behind, as a store would keep them.

use domain::{Account, Currency, Decision, Entry, Exception, FeatureRow, Issue, Label, Party, PartyId, RecordId};
use domain::{Batch, Event, RiskKind, Score, Settlement, Stage, StageCount, Status, Step, Subject};
use engine::{Loaded, Parts, Working, advance, advance_in_parts};
use std::collections::BTreeMap;

#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Tables {
    pub(crate) issues: Vec<Issue>,
    pub(crate) parties: BTreeMap<PartyId, Party>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) settlements: BTreeMap<String, Settlement>,
    pub(crate) exceptions: BTreeMap<String, Exception>,
    pub(crate) features: BTreeMap<RecordId, FeatureRow>,
    pub(crate) labels: Vec<Label>,
    pub(crate) scores: BTreeMap<(Subject, RiskKind), Score>,
    pub(crate) decisions: Vec<Decision>,
    pub(crate) counts: [StageCount; 8],
}

impl Tables {
    /// Advances through batches, one after another.
    pub(crate) fn after(batches: &[Vec<Event>]) -> Self {
        Self::after_with(&Loaded::default(), batches)
    }

    pub(crate) fn after_with(loaded: &Loaded, batches: &[Vec<Event>]) -> Self {
        let (mut working, mut tables) = (Working::default(), Self::default());
        for events in batches {
            tables.apply(advance(&mut working, loaded, &Batch { events: events.clone() }));
        }
        tables
    }

    /// As [`Self::after`] one batch, whose step comes in parts of so many.
    pub(crate) fn after_in_parts(events: &[Event], most: usize) -> Self {
        let (mut working, mut tables) = (Working::default(), Self::default());
        let mut take = |part| tables.apply(part);
        let mut parts = Parts { most, take: &mut take };
        let batch = Batch { events: events.to_vec() };
        let rest = advance_in_parts(&mut working, &Loaded::default(), &batch, &mut |_| {}, &mut parts);
        tables.apply(rest);
        tables
    }

    fn apply(&mut self, step: Step) {
        self.issues.extend(step.issues);
        self.entries.extend(step.entries);
        self.labels.extend(step.labels);
        self.decisions.extend(step.decisions);
        self.parties.extend(step.parties.into_iter().map(|party| (party.id.clone(), party)));
        self.settlements.extend(step.settlements.into_iter().map(|row| (row.id.to_string(), Settlement::clone(&row))));
        self.exceptions.extend(step.exceptions.into_iter().map(|row| (row.id.clone(), row)));
        let features = step.features.into_iter().chain(step.payment_features);
        self.features.extend(features.map(|row| (row.record.clone(), row)));
        self.scores.extend(step.scores.into_iter().map(|score| ((score.subject.clone(), score.kind), score)));
        for subject in &step.retired {
            self.scores.remove(&(subject.clone(), RiskKind::Transaction));
        }
        for (sum, count) in self.counts.iter_mut().zip(step.counts) {
            sum.taken += count.taken;
            sum.passed += count.passed;
            sum.issues += count.issues;
        }
    }

    pub(crate) fn count(&self, stage: Stage) -> StageCount {
        self.counts[stage as usize]
    }

    /// Settlements that hold.
    pub(crate) fn standing(&self) -> impl Iterator<Item = &Settlement> {
        self.settlements.values().filter(|row| !row.withdrawn)
    }

    /// Exceptions that are open.
    pub(crate) fn open(&self) -> impl Iterator<Item = &Exception> {
        self.exceptions.values().filter(|row| row.status == Status::Open)
    }

    /// The balance of each account that is not zero.
    pub(crate) fn balances(&self) -> BTreeMap<(Account, Currency), i128> {
        let mut sums: BTreeMap<(Account, Currency), i128> = BTreeMap::new();
        for posting in self.entries.iter().flat_map(|entry| &entry.postings) {
            *sums.entry((posting.account, posting.amount.currency)).or_default() += i128::from(posting.amount.minor);
        }
        sums.retain(|_, sum| *sum != 0);
        sums
    }
}
