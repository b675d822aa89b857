//! A fact that stands in a document more than once.
//!
//! Example: 386,064 million to the million and 386.1 billion to the hundred million agree; the first is kept.

use crate::Parsed;
use crate::fault::Fault;
use domain::{Accuracy, Content, Digest, FactValue, IssueRule, Record, RecordId, StatementFact};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use std::collections::HashMap;

/// Where each fact stands among the records.
#[derive(Default)]
pub(super) struct Duplicates {
    places: HashMap<RecordId, usize>,
}

impl Duplicates {
    /// Keeps the record, or says why not.
    pub(super) fn keep(&mut self, file: Digest, record: Record, parsed: &mut Parsed) {
        let Some(&place) = self.places.get(&record.id) else {
            self.places.insert(record.id.clone(), parsed.records.len());
            return parsed.records.push(record);
        };
        let first = &mut parsed.records[place];
        let (Content::StatementFact(old), Content::StatementFact(new)) = (&first.content, &record.content) else {
            return;
        };
        if !agree(old, new) {
            let fault = Fault::new(IssueRule::IdempotencyConflict, &new.concept, record.id.to_string());
            return parsed.issues.push(fault.at(file, record.span));
        }
        parsed.duplicates += 1;
        if places_right(new) > places_right(old) {
            *first = record;
        }
    }
}

/// Whether two facts say the same, as far as the coarser one goes.
pub(super) fn agree(old: &StatementFact, new: &StatementFact) -> bool {
    let (FactValue::Number(one), FactValue::Number(other)) = (&old.value, &new.value) else {
        return old.value == new.value;
    };
    let places = places_right(old).min(places_right(new));
    one == other || rounded(*one, places).zip(rounded(*other, places)).is_some_and(|(one, other)| one == other)
}

/// To how many places after the point a figure is right; without a word about it, to the last.
fn places_right(fact: &StatementFact) -> i32 {
    match (fact.accuracy, &fact.value) {
        (Some(Accuracy::Decimals(places)), _) => places,
        (Some(Accuracy::Precision(digits)), FactValue::Number(number)) => {
            i32::try_from(digits).unwrap_or(i32::MAX).saturating_sub(whole_digits(*number))
        }
        _ => i32::MAX,
    }
}

/// Digits before the point.
fn whole_digits(number: Decimal) -> i32 {
    let whole = number.abs().trunc().normalize().to_i128().unwrap_or_default();
    if whole == 0 { 0 } else { i32::try_from(whole.ilog10()).unwrap_or_default() + 1 }
}

/// The number to so many places, which may be below nought; none where it is too large for that.
fn rounded(number: Decimal, places: i32) -> Option<Decimal> {
    let half_up = RoundingStrategy::MidpointAwayFromZero;
    match u32::try_from(places) {
        Ok(places) => Some(number.round_dp_with_strategy(places.min(Decimal::MAX_SCALE), half_up)),
        Err(_) => {
            let unit = Decimal::from(10_i64.checked_pow(places.unsigned_abs())?);
            Some(number.checked_div(unit)?.round_dp_with_strategy(0, half_up))
        }
    }
}
