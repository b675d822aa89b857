//! What settles what: orders, payments, refunds, credit notes, payouts and bank lines, each minor unit once.
//!
//! Charge: holds the items, settles them as of an instant, and names what does not settle. Limits: a full reconcile is
//! a pure function of the items and the instant: it does not know what an earlier one said, so another order of
//! arrival gives the same settlements and exceptions. It posts nothing.
//!
//! Rules, in order (each takes only what the earlier ones left):
//! 1. A payment settles the order that it names, earliest first, until the order is paid; one that names several, each.
//!    Where the balance is of another currency than the order, what the buyer saw settles it (`Settling::pay`).
//! 2. A payment too many that was given back in full within a day is void.
//! 3. A payment that names no known order settles an order of the same buyer and the same amount, nearest in time.
//! 4. A refund settles the credit note that it names.
//! 5. A credit note of the same buyer and the same amount within a day cancels an order that nothing paid.
//! 6. A refund that names no credit note settles one of the same buyer: the same amount first, then a part of it. Of a
//!    guest, or a customer that is not known yet, only the same amount tells.
//! 7. A bank line or transfer that names a seller pays what the seller is owed (`sellers`), less what came back of it
//!    (`returned`).
//! 8. A bank line settles the payouts that it names; then one of the same amount; then up to six that sum to it, or up
//!    to three lines settle payouts of the same sum (`sums`); then one that is little more than it. Where a search for
//!    sums was cut short, the line's exception says so.
//! 9. A payout that names none of the lines that it carries takes from the balance what came first (`drawn`).
//!
//! What is left becomes an exception once the files of the other side reach beyond its grace: what was not imported yet
//! is not missing. A payment lacks its order only as far as the shop's files reach.
//!
//! Example: order 100.00; payments of 100.00 and, two hours later, 100.00, both naming it: the first settles it, the
//! second is a `DuplicateCharge` with 100.00 at risk.

mod bank;
mod credit_notes;
mod drawn;
mod exceptions;
mod index;
mod items;
mod named;
mod nearest;
mod orders;
mod payout;
mod refunds;
mod returned;
mod sellers;
mod settling;
#[cfg(test)]
mod tests;

pub use items::Items;

use crate::rates::Rates;
use domain::{Exception, Party, PartyId, Policy, RecordId, Settlement, Status, Token};
use jiff::Timestamp;
use settling::Settling;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the stage asks about parties. The answers come from the link stage, by way of the pipeline.
pub trait WhoIsWho {
    /// The party that a processor's customer is.
    fn party_of_customer(&self, customer: Token) -> Option<&PartyId>;
    /// The party itself.
    fn party(&self, id: &PartyId) -> Option<&Party>;
}

/// How everything stands after a full reconcile.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Standing {
    settlements: BTreeMap<SmolStr, Arc<Settlement>>,
    exceptions: BTreeMap<String, Exception>,
}

/// What changed from one standing to the next.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Changes {
    /// Settlements that hold no longer, as they were.
    pub withdrawn: Vec<Arc<Settlement>>,
    /// New settlements.
    pub made: Vec<Arc<Settlement>>,
    /// New, changed and cleared exceptions.
    pub exceptions: Vec<Exception>,
}

/// Settles all items as they stand at `now`.
pub fn reconcile(items: &Items, who: &dyn WhoIsWho, rates: &Rates, policy: &Policy, now: Timestamp) -> Standing {
    let mut settling = Settling::new(items, who, rates, policy, now);
    orders::settle_by_reference(&mut settling);
    orders::settle_by_amount(&mut settling);
    credit_notes::settle_by_reference(&mut settling);
    credit_notes::cancel_orders(&mut settling);
    credit_notes::settle_by_amount(&mut settling);
    sellers::settle(&mut settling);
    bank::settle(&mut settling);
    drawn::settle(&mut settling);
    exceptions::name_what_is_left(&mut settling);
    let (settlements, exceptions) = settling.finish();
    Standing { settlements, exceptions: exceptions.into_iter().map(|e| (e.id.clone(), e)).collect() }
}

impl Standing {
    /// What `next` changes.
    pub fn changes(&self, next: &Self) -> Changes {
        type Held<'s> = (&'s SmolStr, &'s Arc<Settlement>);
        let lost = |(id, old): Held<'_>| (next.settlements.get(id) != Some(old)).then(|| Arc::clone(old));
        let gained = |(id, new): Held<'_>| (self.settlements.get(id) != Some(new)).then(|| Arc::clone(new));
        let cleared = self.exceptions.iter().filter(|(id, _)| !next.exceptions.contains_key(*id));
        let cleared = cleared.map(|(_, old)| Exception { status: Status::Cleared, ..old.clone() });
        let raised = next.exceptions.iter().filter(|(id, new)| self.exceptions.get(*id) != Some(new));
        Changes {
            withdrawn: self.settlements.iter().filter_map(lost).collect(),
            made: next.settlements.iter().filter_map(gained).collect(),
            exceptions: cleared.chain(raised.map(|(_, new)| new.clone())).collect(),
        }
    }

    /// Settlements by id.
    pub fn settlements(&self) -> impl Iterator<Item = &Settlement> {
        self.settlements.values().map(AsRef::as_ref)
    }

    /// Exceptions that are open, by id.
    pub fn exceptions(&self) -> impl Iterator<Item = &Exception> {
        self.exceptions.values()
    }

    /// The records that at least one settlement uses.
    pub fn settled_records(&self) -> impl Iterator<Item = &RecordId> {
        self.settlements.values().flat_map(|s| s.settled.iter().chain(&s.by)).map(|share| &share.record)
    }
}
