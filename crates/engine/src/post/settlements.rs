//! Entries that a settlement makes, and takes back.

use super::balance::{Postings, balanced};
use domain::{Account, Entry, EntryId, Money, Settlement, SettlementKind, Share};
use jiff::Timestamp;

/// The entry of a settlement; none when both sides stand on one account (an order cancelled by its credit note, a
/// payout that takes lines from the balance, a payment and what came back of it).
///
/// `version` counts how often this settlement was posted before, so that every entry has a name of its own.
pub fn post_settlement(settlement: &Settlement, version: u32, at: Timestamp) -> Option<Entry> {
    let postings = postings(settlement).finish();
    if postings.is_empty() {
        return None;
    }
    Some(balanced(Entry {
        id: entry_id(settlement, version),
        at,
        belongs_at: None,
        rule: rule(settlement.kind),
        evidence: settlement.settled.iter().chain(&settlement.by).map(|share| share.record.clone()).collect(),
        reverses: None,
        postings,
    }))
}

/// The entry that takes a settlement's entry back, linked to it.
pub fn reverse_settlement(settlement: &Settlement, version: u32, at: Timestamp) -> Option<Entry> {
    Some(balanced(post_settlement(settlement, version, at)?.reversal()))
}

fn entry_id(settlement: &Settlement, version: u32) -> EntryId {
    match version {
        0 => EntryId(settlement.id.clone()),
        _ => EntryId::from(format!("{}/{}", settlement.id, version + 1)),
    }
}

fn rule(kind: SettlementKind) -> &'static str {
    match kind {
        SettlementKind::OrderPaid => "order paid",
        SettlementKind::CreditNoteRefunded => "credit note refunded",
        SettlementKind::OrderCancelled => "order cancelled",
        SettlementKind::PaymentVoided => "payment voided",
        SettlementKind::PayoutImplied => "payout implied",
        SettlementKind::PayoutReceived => "payout received",
        SettlementKind::PayoutDrawn => "payout drawn",
        SettlementKind::SellerPaid => "seller paid",
        SettlementKind::SellerTransferred => "seller transferred",
        SettlementKind::TransferReturned => "transfer returned",
        SettlementKind::BankPaymentReturned => "bank payment returned",
    }
}

/// (account of what settles, account of what is settled)
fn accounts(kind: SettlementKind) -> (Account, Account) {
    match kind {
        SettlementKind::OrderPaid => (Account::PaymentsUnapplied, Account::Receivables),
        SettlementKind::CreditNoteRefunded => (Account::Receivables, Account::RefundsUnapplied),
        SettlementKind::OrderCancelled => (Account::Receivables, Account::Receivables),
        SettlementKind::PaymentVoided => (Account::PaymentsUnapplied, Account::RefundsUnapplied),
        SettlementKind::PayoutImplied => (Account::CashInTransit, Account::ProcessorBalance),
        SettlementKind::PayoutReceived => (Account::BankUnexplained, Account::CashInTransit),
        SettlementKind::PayoutDrawn => (Account::ProcessorBalance, Account::ProcessorBalance),
        SettlementKind::SellerPaid => (Account::SellerPayables, Account::BankUnexplained),
        SettlementKind::SellerTransferred => (Account::SellerPayables, Account::SellerPaymentsUnapplied),
        SettlementKind::TransferReturned => (Account::SellerPaymentsUnapplied, Account::SellerPaymentsUnapplied),
        SettlementKind::BankPaymentReturned => (Account::BankUnexplained, Account::BankUnexplained),
    }
}

fn postings(settlement: &Settlement) -> Postings {
    let mut postings = Postings::default();
    for (account, _, amount) in settled_items(settlement) {
        postings.debit(account, amount);
        postings.credit(Account::ExchangeDifferences, amount);
    }
    postings
}

/// What a settlement takes from each item: the account on which the item stands, its share, and the amount that is posted
/// there, debit positive.
pub fn settled_items(settlement: &Settlement) -> impl Iterator<Item = (Account, &Share, Money)> {
    let (debit, credit) = match settlement.kind {
        // What settles a credit note or a seller is the credit side: it stands there as a debit balance.
        SettlementKind::CreditNoteRefunded | SettlementKind::SellerPaid | SettlementKind::SellerTransferred => {
            (&settlement.settled, &settlement.by)
        }
        // The sum of its lines moves from the processor to the way to the bank: one amount on both sides.
        SettlementKind::PayoutImplied => (&settlement.settled, &settlement.settled),
        _ => (&settlement.by, &settlement.settled),
    };
    let (debit_account, credit_account) = accounts(settlement.kind);
    // What leaves the bank is below zero, and is what settles.
    let leaves_the_bank = matches!(settlement.kind, SettlementKind::SellerPaid | SettlementKind::BankPaymentReturned);
    // What came back of a transfer is below zero, and is what settles.
    let comes_back = settlement.kind == SettlementKind::TransferReturned;
    let debited = move |amount: Money| if comes_back { -amount } else { amount };
    let debits = debit.iter().map(move |share| (debit_account, share, debited(share.amount)));
    let credited = move |amount: Money| if leaves_the_bank { amount } else { -amount };
    debits.chain(credit.iter().map(move |share| (credit_account, share, credited(share.amount))))
}
