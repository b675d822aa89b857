//! What is known at an attempt to pay: the attempt itself, and the windows of its card, buyer, device, address, seller,
//! terminal and country.
//!
//! Attempts come as [`Authorisation`]s, and as those that were asked about before (`asked.rs`): one of both is one. Their
//! refunds and disputes come as the processor's lines, which name the payment; a dispute is also the attempt's label. One that is won later stays a label: somebody did dispute.

use super::tries::Tries;
use super::windows::{
    Arrival, Bounds, Counts, Happening, Key, KeyKind, Memory, PAYMENTS, Plan, SECOND_US, Traits, Windows, payments,
};
use super::{SECONDS_A_DAY, goods};
use crate::document::{Document, Kind};
use crate::snapshot::{Kept, kept_struct};
use domain::{
    Authorisation, AuthorisationOutcome, Currency, FeatureRow, Label, Money, ProcessorCategory, ProcessorLine,
};
use domain::{RecordId, Token};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, LazyLock};

/// For how many days after an attempt its refund or dispute finds it: card schemes let a buyer dispute for 120, and some
/// processors tell it late.
const FOUND_FOR_DAYS: i64 = 180;

/// An attempt is told of within so long of when it was asked about.
const TOLD_WITHIN_US: i64 = SECONDS_A_DAY * SECOND_US;

/// Under a name that nobody knows it is told of within so long.
const TOLD_UNNAMED_WITHIN_US: i64 = 600 * SECOND_US;

/// Columns that an attempt has by itself, before those of [`PAYMENTS`].
pub const OWN: [(&str, &str); 3] = [
    ("amount", "Its money, major units of the reporting currency; missing where no rate is known."),
    ("weekend", "1 on a Saturday or Sunday in UTC, else 0."),
    ("night", "1 from midnight to the end of the seventh hour in UTC, else 0."),
];

/// A number of what the windows of payments keep: another registry has another.
pub(crate) fn registry_number() -> u64 {
    Key::of_text(&format!("{PAYMENTS:?} {:?}", Bounds::default())).number()
}

/// The names of the columns of a row.
pub fn payment_names() -> Vec<String> {
    let own = OWN.iter().map(|(name, _)| (*name).to_owned());
    own.chain(PAYMENTS.iter().flat_map(super::windows::Definition::columns)).collect()
}

/// The same, once for all: the columns of live models and the words of live rules.
pub fn payment_columns() -> &'static [&'static str] {
    static COLUMNS: LazyLock<Vec<&'static str>> =
        LazyLock::new(|| payment_names().into_iter().map(|name| &*name.leak()).collect());
    &COLUMNS
}

/// What an attempt has by itself.
pub fn own_values(amount: f32, at_second: i64) -> [f32; OWN.len()] {
    // 1 January 1970 was a Thursday.
    let weekday = (at_second.div_euclid(SECONDS_A_DAY) + 3).rem_euclid(7);
    let hour = at_second.rem_euclid(SECONDS_A_DAY) / 3_600;
    [amount, f32::from(u8::from(weekday >= 5)), f32::from(u8::from(hour <= 6))]
}

/// What a document taught of payments.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct PaymentObservation {
    /// What was known at an attempt.
    pub features: Option<FeatureRow>,
    /// What became of it in the windows.
    pub arrival: Option<Arrival>,
    /// The attempt that a dispute is about.
    pub label: Option<Label>,
    /// The attempt was asked about, and ruled on, before it was told of.
    pub was_asked: bool,
}

/// An attempt whose refund or dispute may come.
#[derive(Clone, Debug)]
struct Attempt {
    record: RecordId,
    event: Happening,
}

kept_struct!(Attempt { record, event });

/// The plan of windows whose labels mature after so many days.
fn plan_of(days: u32) -> Arc<Plan> {
    Arc::new(Plan::new(&payments(days)).expect("the shipped registry makes sense at any maturity"))
}

/// All attempts so far.
#[derive(Clone, Debug, Default)]
pub struct Payments {
    pub(super) windows: Windows,
    /// By the processor's own name of the payment.
    attempts: BTreeMap<String, Attempt>,
    /// Their names in order of arrival, with their seconds.
    names: VecDeque<(i64, String)>,
    pub(super) tries: Tries,
    row: Vec<f32>,
}

impl Payments {
    /// Learns from one document. `amount` is its money in the reporting currency, where a rate is known.
    pub fn observe(&mut self, document: &Document, amount: Option<Money>) -> PaymentObservation {
        match &document.kind {
            Kind::Authorisation(authorisation) => self.attempt(document, authorisation, amount),
            Kind::Processor(line) => self.follow(document, line, amount),
            _ => PaymentObservation::default(),
        }
    }

    /// Appends what is known; nothing may be put behind it.
    pub(crate) fn put(&self, out: &mut Vec<u8>) {
        self.attempts.put(out);
        self.names.put(out);
        self.tries.put(out);
        self.windows.plan().lag_us().put(out);
        self.windows.put(out);
    }

    /// Takes back what [`Payments::put`] put at this place of some bytes, which then are its own memory.
    pub(crate) fn taken(bytes: Vec<u8>, place: usize) -> Option<Self> {
        let mut from = bytes.get(place..)?;
        let (attempts, names, tries) = (Kept::take(&mut from)?, Kept::take(&mut from)?, Kept::take(&mut from)?);
        let lag_us: i64 = Kept::take(&mut from)?;
        let plan = plan_of(u32::try_from(lag_us / (SECONDS_A_DAY * SECOND_US)).ok()?);
        let place = bytes.len() - from.len();
        let windows = Windows::taken(plan, Bounds::default(), bytes, place)?;
        Some(Self { windows, attempts, names, tries, row: Vec::new() })
    }

    /// Labels mature after so many days from here on: windows of what labels told follow so far behind.
    pub fn mature_after(&mut self, days: u32) {
        let lag_us = i64::from(days) * SECONDS_A_DAY * SECOND_US;
        if self.windows.plan().lag_us() != lag_us {
            self.windows.replan(plan_of(days));
        }
    }

    /// What came so far.
    pub fn counts(&self) -> Counts {
        self.windows.counts()
    }

    /// What is remembered.
    pub fn memory(&self) -> Memory {
        self.windows.memory()
    }

    fn attempt(&mut self, document: &Document, said: &Authorisation, amount: Option<Money>) -> PaymentObservation {
        let mut event = happening(document, said, amount);
        let asked = self.asked_as(document, said).or_else(|| self.asked_unnamed(document, said, amount));
        if let Some((id, at_us)) = asked {
            // The one that was asked about: it counts once, where it stood, and how it ended becomes known.
            event = Happening { id, at_us, ..event };
            self.windows.ended(&event, event.traits.without(Traits::ATTEMPT));
        }
        let (arrival, values) = self.look(&event, amount);
        if let Some(charge) = &said.charge {
            self.remember(charge, Attempt { record: document.id.clone(), event });
        }
        let buyer = said.buyer.or(said.card).unwrap_or_default();
        let features = FeatureRow { record: document.id.clone(), buyer, at: document.at, values };
        PaymentObservation {
            features: Some(features),
            arrival: Some(arrival),
            was_asked: asked.is_some(),
            ..PaymentObservation::default()
        }
    }

    /// The name and instant of the attempt that was asked about, where this tells of it: by the same card, at most a day
    /// apart, under its own name or its processor's.
    fn asked_as(&self, document: &Document, said: &Authorisation) -> Option<(u64, i64)> {
        let card = Key::from(said.card?);
        let own = document.id.as_str().split_once('/').map(|(_, own)| own);
        let names = own.into_iter().chain(said.charge.as_deref()).map(|name| Key::of_text(name).number());
        let at_us = document.at.as_microsecond();
        let found = |id| Some((id, self.windows.find(KeyKind::Card, card, id, at_us, TOLD_WITHIN_US)?));
        names.filter_map(found).next()
    }

    /// The same, under another name: the newest of the card and of the amount, at most ten minutes apart, of which no end is
    /// known. Each that is told of ends one, so that two of one amount find both.
    fn asked_unnamed(&self, document: &Document, said: &Authorisation, amount: Option<Money>) -> Option<(u64, i64)> {
        let (card, amount) = (Key::from(said.card?), amount?);
        let when = (document.at.as_microsecond(), TOLD_UNNAMED_WITHIN_US);
        self.windows.find_unended(KeyKind::Card, card, amount.minor, when)
    }

    /// A refund or dispute counts for all that its attempt was of.
    fn follow(&mut self, document: &Document, line: &ProcessorLine, amount: Option<Money>) -> PaymentObservation {
        let traits = match line.category {
            ProcessorCategory::Refund => Traits::REFUND,
            ProcessorCategory::Dispute => Traits::DISPUTE,
            _ => return PaymentObservation::default(),
        };
        let charge = line.charge.as_ref().and_then(|charge| self.attempts.get(charge));
        let Some(attempt) = charge.cloned() else { return PaymentObservation::default() };
        let (id, at_us) = (name(&document.id), document.at.as_microsecond());
        let amount_minor = amount.map(|amount| amount.minor.saturating_abs());
        let event = Happening { id, at_us, amount_minor, traits, ..attempt.event };
        let arrival = self.windows.observe(&event, &mut self.row);
        let label = (line.category == ProcessorCategory::Dispute).then(|| {
            self.windows.label(&attempt.event, true);
            Label { record: attempt.record, known_at: document.at, cost_minor: amount_minor.unwrap_or(0) }
        });
        PaymentObservation { arrival: Some(arrival), label, ..PaymentObservation::default() }
    }

    /// Takes an attempt into its windows, and says what is then known of it.
    pub(super) fn look(&mut self, event: &Happening, amount: Option<Money>) -> (Arrival, Vec<f32>) {
        let arrival = self.windows.observe(event, &mut self.row);
        let own = own_values(amount.map_or(f32::NAN, major), event.at_us.div_euclid(SECOND_US));
        let mut values = own.to_vec();
        values.extend(&self.row);
        in_major_units(&mut values[own.len()..], amount.map_or(2, |amount| amount.currency.minor_digits()));
        (arrival, values)
    }

    fn remember(&mut self, charge: &str, attempt: Attempt) {
        let second = attempt.event.at_us.div_euclid(SECOND_US);
        while self.names.front().is_some_and(|(at, _)| *at < second - FOUND_FOR_DAYS * SECONDS_A_DAY) {
            if let Some((_, charge)) = self.names.pop_front() {
                self.attempts.remove(&charge);
            }
        }
        self.names.push_back((second, charge.to_owned()));
        self.attempts.insert(charge.to_owned(), attempt);
    }
}

/// An attempt as windows see it. It is known by its token where the source gave one, by its text else.
fn happening(document: &Document, said: &Authorisation, amount: Option<Money>) -> Happening {
    let outcome = match said.outcome {
        AuthorisationOutcome::Approved => Traits::APPROVED,
        AuthorisationOutcome::Declined => Traits::DECLINED,
        AuthorisationOutcome::Failed => Traits::FAILED,
        AuthorisationOutcome::Pending => Traits::NONE,
    };
    let event = Happening {
        id: name(&document.id),
        at_us: document.at.as_microsecond(),
        amount_minor: amount.map(|amount| amount.minor),
        traits: Traits::ATTEMPT.and(outcome),
        keys: [None; KeyKind::ALL.len()],
    };
    let token = |token: Option<Token>| token.map(Key::from);
    let text = |text: &str| (!text.is_empty()).then(|| Key::of_text(text));
    event
        .with(KeyKind::Buyer, token(said.buyer))
        .with(KeyKind::Card, token(said.card))
        .with(KeyKind::Device, token(said.device))
        .with(KeyKind::Address, token(said.address))
        .with(KeyKind::Seller, text(&said.seller))
        .with(KeyKind::Merchant, text(&said.merchant))
        .with(KeyKind::Country, text(&said.country))
}

/// A record's name as a number.
pub(super) fn name(record: &RecordId) -> u64 {
    Key::of_text(record.as_str()).number()
}

#[expect(clippy::cast_possible_truncation, reason = "a feature; 24 bits are enough")]
fn major(amount: Money) -> f32 {
    (goods::as_f64(amount.minor) / units(amount.currency)) as f32
}

fn units(currency: Currency) -> f64 {
    10_f64.powi(currency.minor_digits().cast_signed())
}

/// Windows add minor units; features of money are told in major ones.
fn in_major_units(row: &mut [f32], digits: u32) {
    let unit = 10_f32.powi(digits.cast_signed());
    let mut column = 0;
    for definition in PAYMENTS {
        let columns = &mut row[column..column + definition.width()];
        if definition.is_money() {
            columns.iter_mut().for_each(|value| *value /= unit);
        }
        column += definition.width();
    }
}
