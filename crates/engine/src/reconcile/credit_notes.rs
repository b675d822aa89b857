//! Refunds settle credit notes; a credit note may also cancel an order that was never paid.

use super::items::{Claim, Items, Movement};
use super::nearest::Owner;
use super::settling::{Piece, Settling};
use domain::{Money, PartyId, PartyKind, SettlementKind};
use std::collections::BTreeMap;

/// A refund that names no credit note may come this long after it, or (a clock that runs ahead) this long before.
const REFUND_WINDOW_SECONDS: i64 = 14 * 86_400;
const CLOCK_SKEW_SECONDS: i64 = 3_600;

/// An order that nothing paid may be cancelled by a credit note within this time.
const CANCEL_WINDOW_SECONDS: i64 = 86_400;

const KIND: SettlementKind = SettlementKind::CreditNoteRefunded;

/// How the amounts of a refund and of what is left of a credit note compare, in the order in which they are tried.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    Equal,
    /// The last part may be all that is left.
    PartOfNote,
    /// The last note may be all that is left.
    MoreThanNote,
}

/// The credit note that a refund's text names: in its own currency, else in the one that the buyer saw.
pub(super) fn named_note<'a>(items: &'a Items, refund: &Movement) -> Option<&'a Claim> {
    let words = || refund.description.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let named = |currency| words().find_map(|word| items.credit_notes.get(word, currency));
    named(refund.amount.currency).or_else(|| named(refund.presentment?.currency))
}

/// Rule 4: refunds settle the credit notes that they name, earliest first.
pub(super) fn settle_by_reference(settling: &mut Settling) {
    let items = settling.items;
    let mut refunds: Vec<&Movement> = items.refunds.values().collect();
    refunds.sort_by_key(|refund| (refund.at, &refund.id));
    for refund in refunds {
        if let Some(note) = named_note(items, refund) {
            settling.pay(KIND, "the refund names the credit note", note, refund);
        }
    }
}

/// Rule 5: credit notes cancel orders that nothing paid.
pub(super) fn cancel_orders(settling: &mut Settling) {
    let items = settling.items;
    let mut untouched: BTreeMap<(&PartyId, Money), Vec<&Claim>> = BTreeMap::new();
    for note in items.credit_notes.values().filter(|note| settling.left_of_claim(note) == note.amount.minor) {
        untouched.entry((&note.party, note.amount)).or_default().push(note);
    }
    for order in items.orders.values() {
        if settling.left_of_claim(order) != order.amount.minor {
            continue;
        }
        let notes = untouched.get(&(&order.party, order.amount)).into_iter().flatten();
        let lag = |note: &Claim| note.at.as_second() - order.at.as_second();
        let fits = notes
            .filter(|note| (0..=CANCEL_WINDOW_SECONDS).contains(&lag(note)))
            .filter(|note| settling.left_of_claim(note) == note.amount.minor);
        let Some(note) = fits.min_by_key(|note| (note.at, &note.id)) else { continue };
        let pieces = [order, note].map(|claim| Piece::of_claim(claim, claim.amount.minor));
        let (kind, reason) = (SettlementKind::OrderCancelled, "a credit note within a day, before any payment");
        settling.assign(kind, &order.id, reason, &pieces[..1], &pieces[1..]);
    }
}

/// Rule 6: refunds that name no credit note.
pub(super) fn settle_by_amount(settling: &mut Settling) {
    for fit in [Fit::Equal, Fit::PartOfNote, Fit::MoreThanNote] {
        settle_fitting(settling, fit);
    }
}

fn settle_fitting(settling: &mut Settling, fit: Fit) {
    let notes = open_notes(settling);
    let mut pairs = Vec::new();
    for refund in settling.items.refunds.values().filter(|refund| may_settle_any_note(settling, refund)) {
        let owner = owner(settling, refund);
        if !matches!(owner, Owner::Party(_)) && fit != Fit::Equal {
            continue; // nothing but the amount tells whose it is
        }
        let left = settling.left_of_movement(refund);
        for note in notes_near(&notes, owner, refund).filter(|note| fits(fit, left, settling.left_of_claim(note))) {
            let apart = (refund.at.as_second() - note.at.as_second()).abs();
            pairs.push((apart, &refund.id, &note.id, note, refund));
        }
    }
    pairs.sort_by_key(|(apart, refund, note, ..)| (*apart, *refund, *note));
    for (.., note, refund) in pairs {
        if fits(fit, settling.left_of_movement(refund), settling.left_of_claim(note)) {
            settling.pay(KIND, reason(fit), note, refund);
        }
    }
}

/// Credit notes of which something is left, by who may own them, each owner's in order of time.
type Notes<'a> = BTreeMap<Owner<'a>, Vec<&'a Claim>>;

fn open_notes<'a>(settling: &Settling<'a>) -> Notes<'a> {
    let items = settling.items;
    let mut notes = Notes::new();
    for note in items.credit_notes.values().filter(|note| settling.left_of_claim(note) > 0) {
        for owner in owners(settling, note) {
            notes.entry(owner).or_default().push(note);
        }
    }
    for notes in notes.values_mut() {
        notes.sort_by_key(|note| note.at);
    }
    notes
}

/// An owner's open notes in a refund's window and currency.
fn notes_near<'a>(notes: &Notes<'a>, owner: Owner<'a>, refund: &Movement) -> impl Iterator<Item = &'a Claim> {
    let notes = notes.get(&owner).map_or(&[] as &[&Claim], Vec::as_slice);
    let lag = |note: &&Claim| refund.at.as_second() - note.at.as_second();
    let from = notes.partition_point(|note| lag(note) > REFUND_WINDOW_SECONDS);
    let to = notes.partition_point(|note| lag(note) >= -CLOCK_SKEW_SECONDS);
    let currency = refund.amount.currency;
    notes[from..to].iter().copied().filter(move |note| note.amount.currency == currency)
}

fn may_settle_any_note(settling: &Settling, refund: &Movement) -> bool {
    settling.left_of_movement(refund) > 0 && named_note(settling.items, refund).is_none()
}

/// A refund to a known buyer settles that buyer's notes; one whose customer is not known yet those of a buyer who has no
/// customer of the processor's yet; any other a guest's.
fn owner<'a>(settling: &Settling<'a>, refund: &Movement) -> Owner<'a> {
    match (settling.party_of(refund), refund.customer) {
        (Some(party), _) if is_buyer(settling, party) => Owner::Party(party),
        (None, Some(_)) => Owner::Unlinked,
        _ => Owner::Guest,
    }
}

/// Under whom a note may be found: each guest's invoice is a party of its own, so guests are one.
fn owners<'a>(settling: &Settling<'a>, note: &'a Claim) -> impl Iterator<Item = Owner<'a>> + use<'a> {
    let buyer = is_buyer(settling, &note.party);
    let first = if buyer { Owner::Party(&note.party) } else { Owner::Guest };
    let unlinked = buyer && settling.who.party(&note.party).is_some_and(|party| party.tokens.len() == 1);
    std::iter::once(first).chain(unlinked.then_some(Owner::Unlinked))
}

fn is_buyer(settling: &Settling, party: &PartyId) -> bool {
    settling.who.party(party).is_some_and(|party| party.kind == PartyKind::Buyer)
}

/// Within one fit, what is left only shrinks, and a pair that did not fit at first never will.
fn fits(fit: Fit, refund: i64, note: i64) -> bool {
    refund > 0
        && note > 0
        && match fit {
            Fit::Equal => refund == note,
            Fit::PartOfNote => refund <= note,
            Fit::MoreThanNote => refund >= note,
        }
}

fn reason(fit: Fit) -> &'static str {
    match fit {
        Fit::Equal => "same buyer and amount, nearest in time",
        Fit::PartOfNote => "same buyer, a part of the amount, nearest in time",
        Fit::MoreThanNote => "same buyer, more than the amount, nearest in time",
    }
}
