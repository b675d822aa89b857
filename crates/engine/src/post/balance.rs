//! Adds amounts up by account, and refuses what does not balance.

use domain::{Account, Currency, Entry, Money, Posting};
use std::collections::BTreeMap;

/// Postings in the making, one a (account, currency).
#[derive(Default)]
pub(super) struct Postings(BTreeMap<(Account, Currency), i64>);

impl Postings {
    pub(super) fn debit(&mut self, account: Account, amount: Money) {
        let sum = self.0.entry((account, amount.currency)).or_default();
        *sum = sum.checked_add(amount.minor).expect("postings of one entry fit 64 bits: each line was checked to fit");
    }

    pub(super) fn credit(&mut self, account: Account, amount: Money) {
        self.debit(account, -amount);
    }

    /// The postings that are not zero, in order of account; none when all are.
    pub(super) fn finish(self) -> Vec<Posting> {
        let posting = |((account, currency), minor)| Posting { account, amount: Money::new(minor, currency) };
        self.0.into_iter().filter(|(_, minor)| *minor != 0).map(posting).collect()
    }
}

/// The entry itself, asserted to balance.
pub(super) fn balanced(entry: Entry) -> Entry {
    if let Err(unbalanced) = entry.check() {
        panic!("a posting rule is wrong: {unbalanced}");
    }
    entry
}
