//! What is known of attempts, apart from the books: as bytes, advanced alone, and while the books are elsewhere.
//!
//! Law: where [`Working::attempt_bytes`] were taken after a batch, advancing the [`Settings`] up to it, taking the bytes
//! back, advancing the batches up to it that bear on the books ([`bears_on_books`]) apart and bringing both together
//! ([`Working::return_books`]), and advancing what came after leaves what advancing everything leaves. So do batches that
//! do not bear on the books while those are lent, in any order with what is done to the books meanwhile.

mod settings;

pub use settings::Settings;

use super::{Loaded, Working, passed};
use crate::document::{Document, Kind};
use crate::observe::Payments;
use crate::snapshot::Kept;
use crate::{decide, normalise};
use domain::{Authorisation, Batch, Body, Event, Money, Record, Stage, Step};
use jiff::Timestamp;
use std::mem::take;
use std::sync::Arc;

/// Whether anything of a batch bears on more than attempts and what they are ruled by.
pub fn bears_on_books(batch: &Batch) -> bool {
    let of_attempts = |event: &Event| {
        matches!(
            event.body,
            Body::Asked(_)
                | Body::OutcomeKnown(_)
                | Body::Ticked
                | Body::ExceptionsWorked(_)
                | Body::NoticeSettled(_)
                | Body::LiveModelChosen { .. }
                | Body::ShadowPolicySet(_)
                | Body::ListChanged(_)
        )
    };
    !batch.events.iter().all(of_attempts)
}

/// As [`advance`], as far as it bears on attempts; books, and the scores that are made of them, stay behind. What is then
/// known of attempts is what [`advance`] knows.
pub fn advance_attempts(working: &mut Working, loaded: &Loaded, batch: &Batch) {
    let mut step = Step::default();
    for event in &batch.events {
        match &event.body {
            Body::Record(record) => working.attempts_of(event.now, record, &mut step),
            Body::PolicyInstalled(policy) => working.policy = (**policy).clone(),
            Body::ExceptionsWorked(work) => working.live.work(work, &mut step),
            _ => working.attempted(loaded, event, &mut step, &mut |_| {}),
        }
    }
}

impl Working {
    /// What is known of attempts and of rates, as bytes; the same knowledge has the same bytes.
    pub fn attempt_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.live.put(&mut out);
        self.rates.put(&mut out);
        self.payments.put(&mut out);
        out
    }

    /// With what [`Working::attempt_bytes`] gave after some batch, where the [`Settings`] up to that one were advanced. None
    /// where the bytes are others.
    pub fn with_attempt_bytes(self, bytes: Vec<u8>) -> Option<Self> {
        let mut from = &bytes[..];
        let live = self.live.with_taken(&mut from)?;
        let rates = Arc::new(Kept::take(&mut from)?);
        let place = bytes.len() - from.len();
        Some(Self { live, rates, payments: Payments::taken(bytes, place)?, ..self })
    }

    /// The books, to be worked on elsewhere; attempts can be ruled on meanwhile.
    pub fn lend_books(&mut self) -> Self {
        let attempts = Self {
            policy: self.policy.clone(),
            rates: Arc::clone(&self.rates),
            latest: self.latest,
            live: take(&mut self.live),
            payments: take(&mut self.payments),
            ..Self::default()
        };
        std::mem::replace(self, attempts)
    }

    /// The books that were lent come back, or were read meanwhile.
    pub fn return_books(&mut self, books: Self) {
        let (live, payments) = (take(&mut self.live), take(&mut self.payments));
        *self = Self { live, payments, ..books };
    }

    /// What a record teaches of attempts.
    fn attempts_of(&mut self, now: Timestamp, record: &Record, step: &mut Step) {
        let Ok(document) = normalise::normalise(&self.policy, record) else { return };
        match &document.kind {
            // A sheet that contradicts others is left out, as in the books.
            Kind::Rates(provider, sheet) => drop(Arc::make_mut(&mut self.rates).add(*provider, sheet.clone())),
            Kind::Processor(line) => {
                self.live.chargeback(now, &mut self.payments, line, step);
                self.observe_payment(&document, line.gross, step);
            }
            Kind::Authorisation(said) => self.told(&document, said, step, &mut |_| {}),
            _ => {}
        }
    }

    /// What is known at an attempt to pay, and what its refund or dispute teaches.
    /// Returns whether it was asked about before.
    pub(super) fn observe_payment(&mut self, document: &Document, amount: Money, step: &mut Step) -> bool {
        self.payments.mature_after(self.policy.live.maturity_days);
        let observation = self.payments.observe(document, self.in_reporting(document, amount));
        if observation.arrival.is_some() {
            passed(step, Stage::Observe, 1);
        }
        step.payment_features.extend(observation.features);
        step.labels.extend(observation.label);
        observation.was_asked
    }

    /// An attempt of which a file or an event tells: it ends in exactly one decision, too.
    pub(super) fn told(
        &mut self,
        document: &Document,
        said: &Authorisation,
        step: &mut Step,
        enter: &mut dyn FnMut(Stage),
    ) {
        let amount = self.in_reporting(document, said.amount);
        let was_asked = self.observe_payment(document, said.amount, step);
        enter(Stage::Decide);
        let decision = match step.payment_features.last() {
            Some(row) if !was_asked => self.live.told(&self.policy, document, said, amount, &row.values),
            _ => decide::ruled_on_before(&document.id, document.at),
        };
        passed(step, Stage::Score, u64::from(!was_asked));
        passed(step, Stage::Decide, 1);
        step.decisions.push(decision);
    }
}
