//! Entries that a document makes when it arrives.

use super::balance::{Postings, balanced};
use crate::document::{Document, Kind, SalesDocument, SalesKind, SalesLine};
use domain::{Account, BankLine, BuyerPayment, Entry, EntryId, LineNature, ProcessorCategory, ProcessorLine};

/// The entry of a document; none when it moves no money. [`super::Books::open`] has that of a trial balance.
pub fn post_document(document: &Document) -> Option<Entry> {
    let (rule, postings) = match &document.kind {
        Kind::Sales(sales) => (sales_rule(sales.kind), sales_postings(sales)),
        Kind::Processor(line) => (processor_rule(line.category), processor_postings(line)),
        Kind::Bank(line) => ("bank line", bank_postings(line)),
        Kind::BuyerPayment(payment) => ("buyer payment", buyer_payment_postings(payment)),
        Kind::PayoutNamed(_) | Kind::Opening(_) | Kind::Rates(..) | Kind::OrderStatus | Kind::Fact => return None,
    };
    let postings = postings.finish();
    if postings.is_empty() {
        return None;
    }
    Some(balanced(Entry {
        id: EntryId::from(format!("{}/{}", rule.replace(' ', "-"), document.id)),
        at: document.at,
        rule,
        evidence: vec![document.id.clone()],
        reverses: None,
        postings,
    }))
}

fn sales_rule(kind: SalesKind) -> &'static str {
    match kind {
        SalesKind::Sale => "sale",
        SalesKind::CreditNote => "credit note",
        SalesKind::Adjustment => "adjustment",
        SalesKind::StockCorrection => "stock correction",
    }
}

fn sales_postings(sales: &SalesDocument) -> Postings {
    let mut postings = Postings::default();
    for line in &sales.lines {
        let (owed, earned) = accounts(sales.kind, line);
        postings.debit(owed, line.amount);
        postings.credit(earned, line.amount);
    }
    postings
}

/// Where a line is owed, and where it is earned or spent.
fn accounts(kind: SalesKind, line: &SalesLine) -> (Account, Account) {
    match (line.nature, kind) {
        (LineNature::Goods, SalesKind::CreditNote) => (Account::Receivables, Account::SalesReturns),
        (LineNature::Goods, _) => (Account::Receivables, Account::Sales),
        (LineNature::Booked(account), _) => (Account::Receivables, account),
        (LineNature::OutsideProcessor(account), _) => (Account::MarketplaceClearing, account),
    }
}

fn processor_rule(category: ProcessorCategory) -> &'static str {
    match category {
        ProcessorCategory::Charge => "charge",
        ProcessorCategory::Refund => "refund",
        ProcessorCategory::Payout => "payout",
        ProcessorCategory::Dispute => "dispute",
        ProcessorCategory::DisputeReversal => "dispute reversal",
        ProcessorCategory::Fee => "processor fee",
        ProcessorCategory::Adjustment => "processor adjustment",
    }
}

fn processor_postings(line: &ProcessorLine) -> Postings {
    let other_side = match line.category {
        ProcessorCategory::Charge => Account::PaymentsUnapplied,
        ProcessorCategory::Refund => Account::RefundsUnapplied,
        ProcessorCategory::Payout => Account::CashInTransit,
        ProcessorCategory::Dispute | ProcessorCategory::DisputeReversal => Account::Disputes,
        ProcessorCategory::Fee | ProcessorCategory::Adjustment => Account::ProcessorFees,
    };
    let mut postings = Postings::default();
    postings.debit(Account::ProcessorBalance, line.net);
    postings.debit(Account::ProcessorFees, line.fee);
    postings.credit(other_side, line.gross);
    postings
}

/// Who took the money owes it.
fn buyer_payment_postings(payment: &BuyerPayment) -> Postings {
    let mut postings = Postings::default();
    postings.debit(Account::MarketplaceClearing, payment.amount);
    postings.credit(Account::PaymentsUnapplied, payment.amount);
    postings
}

fn bank_postings(line: &BankLine) -> Postings {
    let mut postings = Postings::default();
    postings.debit(Account::Bank, line.amount);
    postings.credit(Account::BankUnexplained, line.amount);
    postings
}
