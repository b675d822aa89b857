//! Entries that a document makes when it arrives.

use super::balance::{Postings, balanced};
use crate::document::{Document, Kind, SalesDocument, SalesKind, SalesLine};
use domain::posting::account_of;
use domain::seller::{SellerRule, Sellers};
use domain::{
    Account, BankLine, BuyerPayment, Currency, Entry, EntryId, LineNature, Money, PostingRole, PostingRule,
    ProcessorCategory, ProcessorLine,
};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// What a policy says of the accounts of entries.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    /// On which accounts parts stand.
    pub postings: &'a [PostingRule],
    /// Whose goods are sold.
    pub sellers: &'a Sellers,
}

/// The entry of a document by the policy's rules; none when it moves no money. [`super::Books::open`] has that of a
/// trial balance.
pub fn post_document(rules: Rules<'_>, document: &Document) -> Option<Entry> {
    let table = Table::of(rules, document);
    let (rule, postings) = match &document.kind {
        Kind::Sales(sales) => (sales_rule(sales.kind), sales_postings(sales, table)),
        Kind::Processor(line) => (processor_rule(line.category), processor_postings(line, table)),
        Kind::Bank(line) => ("bank line", bank_postings(line)),
        Kind::BuyerPayment(payment) => ("buyer payment", buyer_payment_postings(payment)),
        Kind::PayoutNamed(_)
        | Kind::Opening(_)
        | Kind::Rates(..)
        | Kind::OrderStatus
        | Kind::Authorisation(_)
        | Kind::Stock(_)
        | Kind::Fact => return None,
    };
    let postings = postings.finish();
    if postings.is_empty() {
        return None;
    }
    Some(balanced(Entry {
        id: EntryId::from(format!("{}/{}", rule.replace(' ', "-"), document.id)),
        at: document.at,
        belongs_at: None,
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

/// The posting rules as they are for one document.
#[derive(Clone, Copy)]
struct Table<'a> {
    rules: Rules<'a>,
    source: &'a str,
    at: Timestamp,
}

impl<'a> Table<'a> {
    fn of(rules: Rules<'a>, document: &'a Document) -> Self {
        Self { rules, source: document.id.0.split(':').next().unwrap_or_default(), at: document.at }
    }

    fn account(self, role: PostingRole) -> Account {
        if self.rules.postings.is_empty() {
            return role.account();
        }
        account_of(self.rules.postings, role, self.source, self.day())
    }

    fn day(self) -> Date {
        self.at.to_zoned(TimeZone::UTC).date()
    }

    /// Whose goods a line is of; none where they are the business's own.
    fn seller(self, kind: SalesKind, line: &SalesLine) -> Option<&'a SellerRule> {
        let may_be = line.nature == LineNature::Goods && matches!(kind, SalesKind::Sale | SalesKind::CreditNote);
        if self.rules.sellers.is_empty() || !may_be {
            return None;
        }
        self.rules.sellers.seller_of(&line.stock_code, self.day())
    }
}

/// What a document makes the business owe to sellers, by name and currency; below zero where goods are credited.
///
/// Example: 10.00 of a seller's goods at 12.5 % commission: 8.75.
pub fn owed_to_sellers(rules: Rules<'_>, document: &Document) -> BTreeMap<(SmolStr, Currency), i64> {
    let mut owed = BTreeMap::new();
    let (Kind::Sales(sales), false) = (&document.kind, rules.sellers.is_empty()) else { return owed };
    let table = Table::of(rules, document);
    for line in &sales.lines {
        if let Some(rule) = table.seller(sales.kind, line) {
            let (minor, commission) = (line.amount.minor, rule.commission(line.amount).minor);
            let sum: &mut i64 = owed.entry((rule.seller.as_str().into(), line.amount.currency)).or_default();
            *sum = sum.saturating_add(minor - commission);
        }
    }
    owed.retain(|_, minor| *minor != 0);
    owed
}

fn sales_postings(sales: &SalesDocument, table: Table<'_>) -> Postings {
    let mut postings = Postings::default();
    for line in &sales.lines {
        let (owed, earned) = accounts(sales.kind, line, table);
        postings.debit(owed, line.amount);
        match table.seller(sales.kind, line) {
            Some(rule) => {
                let commission = rule.commission(line.amount);
                let rest = Money::new(line.amount.minor - commission.minor, line.amount.currency);
                postings.credit(Account::CommissionIncome, commission);
                postings.credit(Account::SellerPayables, rest);
            }
            None => postings.credit(earned, line.amount),
        }
    }
    postings
}

/// Where a line is owed, and where it is earned or spent.
fn accounts(kind: SalesKind, line: &SalesLine, table: Table<'_>) -> (Account, Account) {
    match (line.nature, kind) {
        (LineNature::Goods, SalesKind::CreditNote) => (Account::Receivables, table.account(PostingRole::GoodsCredited)),
        (LineNature::Goods, _) => (Account::Receivables, table.account(PostingRole::GoodsSold)),
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
        ProcessorCategory::Reserve => "reserve",
        ProcessorCategory::Transfer => "transfer to seller",
    }
}

fn processor_postings(line: &ProcessorLine, table: Table<'_>) -> Postings {
    let other_side = match line.category {
        ProcessorCategory::Charge => Account::PaymentsUnapplied,
        ProcessorCategory::Refund => Account::RefundsUnapplied,
        ProcessorCategory::Payout => Account::CashInTransit,
        ProcessorCategory::Dispute | ProcessorCategory::DisputeReversal => table.account(PostingRole::Dispute),
        ProcessorCategory::Fee => table.account(PostingRole::FeeAlone),
        ProcessorCategory::Adjustment => table.account(PostingRole::ProcessorAdjustment),
        ProcessorCategory::Reserve => Account::ProcessorReserve,
        ProcessorCategory::Transfer => Account::SellerPaymentsUnapplied,
    };
    let mut postings = Postings::default();
    postings.debit(Account::ProcessorBalance, line.net);
    postings.debit(table.account(PostingRole::FeeOfLine), line.fee);
    postings.credit(other_side, line.gross);
    postings
}

/// Methods by which a buyer pays with a gift voucher that the shop sold.
const GIFT_VOUCHERS: [&str; 4] = ["gift_card", "gift card", "gift_voucher", "gift voucher"];

/// Who took the money owes it; of a gift voucher the shop owed it before.
fn buyer_payment_postings(payment: &BuyerPayment) -> Postings {
    let mut postings = Postings::default();
    let by_voucher = GIFT_VOUCHERS.iter().any(|method| payment.method.trim().eq_ignore_ascii_case(method));
    let account = if by_voucher { Account::GiftVouchers } else { Account::MarketplaceClearing };
    postings.debit(account, payment.amount);
    postings.credit(Account::PaymentsUnapplied, payment.amount);
    postings
}

fn bank_postings(line: &BankLine) -> Postings {
    let mut postings = Postings::default();
    postings.debit(Account::Bank, line.amount);
    postings.credit(Account::BankUnexplained, line.amount);
    postings
}
