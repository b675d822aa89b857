//! Entries, balances and settlements as they are shown.

use super::MoneyView;
use domain::{Entry, Posting, Settlement, Share};
use serde::Serialize;
use store::Balance;

/// One side of an entry.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PostingView {
    /// The account's name.
    pub account: &'static str,
    /// Its four digits.
    pub code: u16,
    /// Debit positive.
    pub amount: MoneyView,
}

impl From<&Posting> for PostingView {
    fn from(posting: &Posting) -> Self {
        Self { account: posting.account.name(), code: posting.account.code(), amount: posting.amount.into() }
    }
}

/// A balanced entry.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct EntryView {
    /// `what posted it/its evidence`.
    pub id: String,
    /// When it takes effect.
    pub at: String,
    /// When it would have, had that period not been closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub belongs_at: Option<String>,
    /// The posting rule in words.
    pub rule: &'static str,
    /// Records that prove it.
    pub evidence: Vec<String>,
    /// The entry that this one reverses.
    pub reverses: Option<String>,
    /// Both sides; they sum to zero.
    pub postings: Vec<PostingView>,
}

impl From<&Entry> for EntryView {
    fn from(entry: &Entry) -> Self {
        Self {
            id: entry.id.to_string(),
            at: entry.at.to_string(),
            belongs_at: entry.belongs_at.map(|at| at.to_string()),
            rule: entry.rule,
            evidence: entry.evidence.iter().map(ToString::to_string).collect(),
            reverses: entry.reverses.as_ref().map(ToString::to_string),
            postings: entry.postings.iter().map(PostingView::from).collect(),
        }
    }
}

/// What stands on an account.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct BalanceView {
    /// The account's name.
    pub account: &'static str,
    /// Its four digits.
    pub code: u16,
    /// `asset`, `liability`, `equity`, `income` or `expense`.
    pub class: &'static str,
    /// Debits less credits.
    pub balance: MoneyView,
}

impl From<&Balance> for BalanceView {
    fn from(row: &Balance) -> Self {
        Self {
            account: row.account.name(),
            code: row.account.code(),
            class: row.account.class().name(),
            balance: MoneyView::new(row.minor, row.currency),
        }
    }
}

/// How much of a record a settlement uses.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ShareView {
    /// The record.
    pub record: String,
    /// Of it.
    pub amount: MoneyView,
}

impl From<&Share> for ShareView {
    fn from(share: &Share) -> Self {
        Self { record: share.record.to_string(), amount: share.amount.into() }
    }
}

/// Records that settle each other.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct SettlementView {
    /// `kind/first record`.
    pub id: String,
    /// What settles what.
    pub kind: &'static str,
    /// Why these.
    pub reason: String,
    /// The seller that is paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seller: Option<String>,
    /// What is settled.
    pub settled: Vec<ShareView>,
    /// What settles it.
    pub by: Vec<ShareView>,
    /// A later reconcile took it back.
    pub withdrawn: bool,
}

impl From<&Settlement> for SettlementView {
    fn from(settlement: &Settlement) -> Self {
        Self {
            id: settlement.id.to_string(),
            kind: settlement.kind.name(),
            reason: settlement.reason.to_string(),
            seller: settlement.seller.clone(),
            settled: settlement.settled.iter().map(ShareView::from).collect(),
            by: settlement.by.iter().map(ShareView::from).collect(),
            withdrawn: settlement.withdrawn,
        }
    }
}
