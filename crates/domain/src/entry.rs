//! Entries: balanced double entries with their evidence. Debit positive.

use crate::{Account, Currency, EntryId, Money, RecordId};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// The posting rule of the entries that open the books from a trial balance.
pub const OPENING_RULE: &str = "opening balance";

/// One side of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Posting {
    /// Where.
    pub account: Account,
    /// How much; debit positive, credit negative.
    pub amount: Money,
}

/// A balanced entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// `what posted it/its evidence`.
    pub id: EntryId,
    /// When it takes effect.
    pub at: Timestamp,
    /// When it would have taken effect, had that period not been closed; none = it stands where it belongs.
    pub belongs_at: Option<Timestamp>,
    /// The posting rule in words, for example `sale`, `payment applied`.
    pub rule: &'static str,
    /// Records that prove it, the first being the one that it is filed under.
    pub evidence: Vec<RecordId>,
    /// The entry that this one reverses.
    pub reverses: Option<EntryId>,
    /// At least two, none of them zero.
    pub postings: Vec<Posting>,
}

/// Debits did not equal credits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unbalanced {
    /// The entry.
    pub id: EntryId,
    /// The currency that does not balance.
    pub currency: Currency,
    /// Debits less credits, in minor units.
    pub difference_minor: i128,
}

impl std::fmt::Display for Unbalanced {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "entry {} does not balance by {} minor units of {}", self.id, self.difference_minor, self.currency)
    }
}

impl std::error::Error for Unbalanced {}

impl Entry {
    /// The entry that takes this one back, linked to it.
    pub fn reversal(&self) -> Self {
        let back = |posting: &Posting| Posting { amount: -posting.amount, ..*posting };
        Self {
            id: EntryId::from(format!("{}/reversed", self.id)),
            reverses: Some(self.id.clone()),
            postings: self.postings.iter().map(back).collect(),
            ..self.clone()
        }
    }

    /// Debits equal credits in every currency.
    ///
    /// # Errors
    /// The first currency that does not balance.
    pub fn check(&self) -> Result<(), Unbalanced> {
        let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
        for posting in &self.postings {
            *sums.entry(posting.amount.currency).or_default() += i128::from(posting.amount.minor);
        }
        match sums.into_iter().find(|(_, sum)| *sum != 0) {
            None => Ok(()),
            Some((currency, difference_minor)) => Err(Unbalanced { id: self.id.clone(), currency, difference_minor }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_balances_in_each_currency_alone() {
        let posting = |account, minor, currency| Posting { account, amount: Money::new(minor, currency) };
        let mut entry = Entry {
            id: EntryId::from("sale/x"),
            at: Timestamp::UNIX_EPOCH,
            belongs_at: None,
            rule: "sale",
            evidence: vec![],
            reverses: None,
            postings: vec![
                posting(Account::Receivables, 100, Currency::GBP),
                posting(Account::Sales, -100, Currency::GBP),
            ],
        };
        assert_eq!(entry.check(), Ok(()));
        entry.postings[1].amount.currency = Currency::EUR;
        assert_eq!(entry.check().unwrap_err().difference_minor, -100);
    }
}
