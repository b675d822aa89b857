//! What a full reconcile changes, and how it is handed on in parts where it is large: a million entries are never in memory
//! at once.

use super::{Loaded, Working, advance_all};
use crate::{post, reconcile};
use domain::{Batch, Settlement, Stage, Step};
use jiff::Timestamp;
use std::sync::Arc;

/// Whoever takes a step in parts: each holds entries and settlements alone, in their order, and comes before the rest of
/// the step.
pub struct Parts<'t> {
    /// A part is handed on once it holds so many.
    pub most: usize,
    /// Takes it.
    pub take: &'t mut dyn FnMut(Step),
}

/// As [`advance_watched`](super::advance_watched), and hands on what a reconcile posts and settles in parts; the rest of
/// the step comes back.
pub fn advance_in_parts(
    working: &mut Working,
    loaded: &Loaded,
    batch: &Batch,
    enter: &mut dyn FnMut(Stage),
    parts: &mut Parts<'_>,
) -> Step {
    advance_all(working, loaded, batch, enter, Some(parts))
}

impl Working {
    pub(super) fn reconcile(&mut self, now: Timestamp, step: &mut Step, mut parts: Option<&mut Parts<'_>>) {
        self.items.pack();
        self.links.pack();
        step.parties.extend(self.links.resolve_customers());
        let next = reconcile::reconcile(&self.items, &self.links, &self.rates, &self.policy, now);
        let changes = self.standing.changes(&next);
        for settlement in changes.withdrawn {
            let version = self.posted_before.get(&settlement.id).copied().unwrap_or(0);
            let at = self.items.latest(&settlement);
            let entry = post::reverse_settlement(&settlement, version, at);
            step.entries.extend(entry.and_then(|entry| self.books.take(entry)));
            *self.posted_before.entry(settlement.id.clone()).or_default() += 1;
            step.settlements.push(Arc::new(Settlement { withdrawn: true, ..Settlement::clone(&settlement) }));
            hand_on(step, parts.as_deref_mut());
        }
        for settlement in changes.made {
            let version = self.posted_before.get(&settlement.id).copied().unwrap_or(0);
            let at = self.items.latest(&settlement);
            let entry = post::post_settlement(&settlement, version, at);
            step.entries.extend(entry.and_then(|entry| self.books.take(entry)));
            step.settlements.push(settlement);
            hand_on(step, parts.as_deref_mut());
        }
        for entry in self.stock.changes(self.policy.cost_method) {
            step.entries.extend(self.books.take(entry));
        }
        step.exceptions.extend(changes.exceptions);
        self.standing = next;
    }
}

/// Hands on what a step posted and settled so far, once it is large.
fn hand_on(step: &mut Step, parts: Option<&mut Parts<'_>>) {
    let held = step.entries.len() + step.settlements.len();
    let Some(parts) = parts.filter(|parts| held >= parts.most) else { return };
    let (entries, settlements) = (std::mem::take(&mut step.entries), std::mem::take(&mut step.settlements));
    (parts.take)(Step { entries, settlements, ..Step::default() });
}
