//! Clearing accounts: what stood on them, what moved, what is left, and how old that is.
//!
//! An account whose items are settled one by one (receivables, payments and refunds not applied, bank lines not explained,
//! payouts on their way, what sellers are owed) is the sum of its open items; what is more than that is `unexplained`. What other books brought
//! in is `brought_in`, less what was settled of it since. On an account that is drawn from as a whole (the processor's
//! balance and reserve, a marketplace's clearing) what came first is taken to have left first.
//!
//! Example: payments of 10 and 4 in March, of which the first settles an order in April: at the end of March two items, 14;
//! in April −10; at its end one item, 4, that is more than 30 days old.

use crate::period::before;
use domain::{Account, Currency, Entry, OPENING_RULE, RecordId, Settlement, SettlementKind};
use engine::post::settled_items;
use jiff::Timestamp;
use std::collections::{BTreeMap, HashSet, VecDeque};
use store::{EntryFilter, Reader, StoreError};

/// Accounts with items, and the posting rules that bring an item.
const WITH_ITEMS: [(Account, &[&str]); 7] = [
    (Account::BankUnexplained, &["bank line"]),
    (Account::CashInTransit, &["payout", "payout implied"]),
    (Account::Receivables, &["sale", "credit note", "adjustment", "stock correction"]),
    (Account::PaymentsUnapplied, &["charge", "buyer payment"]),
    (Account::RefundsUnapplied, &["refund"]),
    (Account::SellerPayables, &["sale", "credit note"]),
    (Account::SellerPaymentsUnapplied, &["transfer to seller"]),
];

/// Accounts that are drawn from as a whole.
const AS_A_WHOLE: [Account; 3] = [Account::ProcessorBalance, Account::ProcessorReserve, Account::MarketplaceClearing];

/// Days up to which an item is of the first, second, third age; older ones are of the fourth.
pub const AGES: [i64; 3] = [30, 60, 90];

/// What is left of an item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// The record that brought it; empty of an account that is drawn from as a whole.
    pub record: RecordId,
    /// When.
    pub at: Timestamp,
    /// Debit positive.
    pub minor: i128,
}

/// An account over a period.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Roll {
    /// Which.
    pub account: Account,
    /// In this currency.
    pub currency: Currency,
    /// Before the period.
    pub opening: i128,
    /// By posting rule; reversals under the rule that they take back.
    pub moved: BTreeMap<&'static str, i128>,
    /// At its end.
    pub closing: i128,
    /// What is left then, the oldest first.
    pub items: Vec<Item>,
    /// Of what other books brought in.
    pub brought_in: i128,
    /// What neither items nor other books explain.
    pub unexplained: i128,
    /// What is left by age: the sums of the items up to 30, 60, 90 days, and above.
    pub ages: [i128; 4],
}

type Key = (Account, Currency);

/// What one pass over the entries finds.
#[derive(Default)]
struct Pass {
    rolls: BTreeMap<Key, Roll>,
    items: BTreeMap<(Key, RecordId), Item>,
    whole: BTreeMap<Key, VecDeque<Item>>,
    brought_in: BTreeMap<Key, i128>,
    /// Entries that no other takes back.
    standing: HashSet<String>,
    /// Settlements whose entries are among these.
    posted: HashSet<String>,
}

/// Every clearing account from one instant to before another, in order of code and currency.
///
/// # Errors
/// As the reader.
pub fn rolls(reader: &Reader, from: Timestamp, until: Timestamp) -> Result<Vec<Roll>, StoreError> {
    let mut pass = Pass::default();
    let filter = EntryFilter { to: Some(until), ..EntryFilter::default() };
    reader.each_entry(&filter, |entry| {
        pass.entry(&entry, from);
        Ok::<(), StoreError>(())
    })?;
    pass.posted = pass.standing.iter().flat_map(|id| settlement_ids(id)).map(str::to_owned).collect();
    let settlements = reader.settlements()?;
    settlements.iter().filter(|settlement| !settlement.withdrawn).for_each(|settlement| pass.settle(settlement));
    Ok(pass.finish(until))
}

fn with_items(account: Account) -> Option<&'static [&'static str]> {
    WITH_ITEMS.iter().find(|(known, _)| *known == account).map(|(_, rules)| *rules)
}

impl Pass {
    fn entry(&mut self, entry: &Entry, from: Timestamp) {
        match &entry.reverses {
            Some(reversed) => drop(self.standing.remove(reversed.as_str())),
            None => drop(self.standing.insert(entry.id.to_string())),
        }
        for posting in &entry.postings {
            let (key, minor) = ((posting.account, posting.amount.currency), i128::from(posting.amount.minor));
            let rules = with_items(posting.account);
            if rules.is_none() && !AS_A_WHOLE.contains(&posting.account) {
                continue;
            }
            self.roll(key).add(entry, minor, from);
            match rules {
                _ if entry.rule == OPENING_RULE => *self.brought_in.entry(key).or_default() += minor,
                Some(rules) if rules.contains(&entry.rule) => self.item(key, entry, minor),
                Some(_) => {}
                None => draw(self.whole.entry(key).or_default(), entry.at, minor),
            }
        }
    }

    fn roll(&mut self, (account, currency): Key) -> &mut Roll {
        self.rolls.entry((account, currency)).or_insert_with(|| Roll {
            account,
            currency,
            opening: 0,
            moved: BTreeMap::new(),
            closing: 0,
            items: Vec::new(),
            brought_in: 0,
            unexplained: 0,
            ages: [0; 4],
        })
    }

    fn item(&mut self, key: Key, entry: &Entry, minor: i128) {
        let Some(record) = entry.evidence.first() else { return };
        let at = entry.belongs_at.unwrap_or(entry.at);
        let fresh = || Item { record: record.clone(), at, minor: 0 };
        self.items.entry((key, record.clone())).or_insert_with(fresh).minor += minor;
    }

    /// Takes what a settlement has settled. A payout that is only implied brings an item with its entry.
    fn settle(&mut self, settlement: &Settlement) {
        let holds = match settlement.kind {
            SettlementKind::PayoutImplied => false,
            SettlementKind::OrderCancelled | SettlementKind::TransferReturned | SettlementKind::BankPaymentReturned => {
                self.has_items(settlement)
            }
            _ => self.posted.contains(settlement.id.as_str()),
        };
        let shares = settled_items(settlement).filter(|(account, ..)| holds && with_items(*account).is_some());
        for (account, share, amount) in shares {
            let key = (account, amount.currency);
            let minor = i128::from(amount.minor);
            match self.items.get_mut(&(key, share.record.clone())) {
                Some(item) => item.minor += minor,
                // What it settles happened before the books were opened.
                None => *self.brought_in.entry(key).or_default() += minor,
            }
        }
    }

    /// Whether its items are there by then: one that moves nothing (an order cancelled, a payment that came back) has no
    /// entry, and holds from then on.
    fn has_items(&self, settlement: &Settlement) -> bool {
        settled_items(settlement).all(|(account, share, amount)| {
            self.items.contains_key(&((account, amount.currency), share.record.clone()))
        })
    }

    fn finish(self, until: Timestamp) -> Vec<Roll> {
        let Self { mut rolls, items, whole, brought_in, .. } = self;
        for ((key, _), item) in items {
            if let Some(roll) = rolls.get_mut(&key).filter(|_| item.minor != 0) {
                roll.items.push(item);
            }
        }
        for (key, items) in whole {
            if let Some(roll) = rolls.get_mut(&key) {
                roll.items.extend(items);
            }
        }
        for (key, minor) in brought_in {
            if let Some(roll) = rolls.get_mut(&key).filter(|roll| with_items(roll.account).is_some()) {
                roll.brought_in = minor;
            }
        }
        rolls.into_values().map(|roll| roll.aged(until)).collect()
    }
}

/// The settlement that an entry may be of: its own id, less the number of how often it was made.
fn settlement_ids(entry: &str) -> impl Iterator<Item = &str> {
    let made_again = entry.rsplit_once('/').filter(|(_, number)| number.bytes().all(|byte| byte.is_ascii_digit()));
    std::iter::once(entry).chain(made_again.map(|(id, _)| id))
}

/// What comes in joins the end; what goes out is taken from what came first.
fn draw(items: &mut VecDeque<Item>, at: Timestamp, minor: i128) {
    let mut left = minor;
    while let Some(first) = items.front_mut().filter(|first| left != 0 && first.minor.signum() == -left.signum()) {
        let taken = if first.minor.abs() <= left.abs() { -first.minor } else { left };
        first.minor += taken;
        left -= taken;
        if first.minor == 0 {
            items.pop_front();
        }
    }
    if left != 0 {
        items.push_back(Item { record: RecordId::default(), at, minor: left });
    }
}

impl Roll {
    fn add(&mut self, entry: &Entry, minor: i128, from: Timestamp) {
        self.closing += minor;
        if entry.at < from {
            self.opening += minor;
        } else {
            *self.moved.entry(entry.rule).or_default() += minor;
        }
    }

    fn aged(mut self, until: Timestamp) -> Self {
        self.items.sort_by(|a, b| (a.at, &a.record).cmp(&(b.at, &b.record)));
        let now = before(until);
        for item in &self.items {
            let days = (now.as_second() - item.at.as_second()).div_euclid(86_400);
            let age = AGES.iter().filter(|limit| days > **limit).count();
            self.ages[age] += item.minor;
        }
        let left: i128 = self.items.iter().map(|item| item.minor).sum();
        self.unexplained = self.closing - left - self.brought_in;
        self.moved.retain(|_, minor| *minor != 0);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(moves: &[i128]) -> Vec<i128> {
        let mut items = VecDeque::new();
        moves.iter().for_each(|minor| draw(&mut items, Timestamp::UNIX_EPOCH, *minor));
        items.into_iter().map(|item| item.minor).collect()
    }

    #[test]
    fn what_came_first_leaves_first() {
        assert_eq!(left(&[10, 4, -10]), [4]);
        assert_eq!(left(&[10, 4, -12]), [2]);
        assert_eq!(left(&[10, -15]), [-5], "overdrawn");
        assert_eq!(left(&[-5, 3, 4]), [2]);
    }
}
