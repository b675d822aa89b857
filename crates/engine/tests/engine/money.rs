//! Every cent has one home.

use crate::tables::Tables;
use crate::worlds::{extreme_records, marketplace, reconcile_at, records, the_end};
use domain::{Account, Content, Currency, ExceptionRule, Money, ProcessorCategory, Record, RecordId};
use domain::{SettlementKind as Kind, Share};
use proptest::prelude::*;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

fn settled(records: &[Record], reconciled: &[bool]) -> Tables {
    let mut events = marketplace(records, reconciled);
    events.push(reconcile_at(the_end()));
    Tables::after(&[events])
}

/// Shares of one side of the settlements of some kinds, by record.
fn used<'a>(tables: &'a Tables, kinds: &[Kind], settled: bool) -> BTreeMap<&'a RecordId, i64> {
    let mut used = BTreeMap::new();
    for row in tables.standing().filter(|row| kinds.contains(&row.kind)) {
        for Share { record, amount } in if settled { &row.settled } else { &row.by } {
            *used.entry(record).or_default() += amount.minor;
        }
    }
    used
}

fn processor_lines(records: &[Record], category: ProcessorCategory) -> impl Iterator<Item = (&RecordId, Money)> {
    records.iter().filter_map(move |record| match &record.content {
        Content::Processor(line) if line.category == category => Some((&record.id, line.gross)),
        _ => None,
    })
}

fn buyer_payments(records: &[Record]) -> impl Iterator<Item = (&RecordId, Money)> {
    records.iter().filter_map(|record| match &record.content {
        Content::BuyerPayment(paid) => Some((&record.id, paid.amount)),
        _ => None,
    })
}

/// What moved the processor's balance.
fn nets(records: &[Record]) -> BTreeMap<&RecordId, i64> {
    let net = |record: &Record| match &record.content {
        Content::Processor(line) => Some(line.net.minor),
        _ => None,
    };
    records.iter().filter_map(|record| Some((&record.id, net(record)?))).collect()
}

/// What an invoice's lines sum to, each rounded (pence are whole in these worlds).
fn total(record: &Record) -> Option<Money> {
    let Content::Invoice(invoice) = &record.content else { return None };
    let lines = invoice.lines.iter().map(|line| line.unit_price * Decimal::from(line.quantity));
    Money::from_decimal(lines.sum(), invoice.currency)
}

fn sum(amounts: impl Iterator<Item = Money>, currency: Currency) -> i128 {
    amounts.filter(|amount| amount.currency == currency).map(|amount| i128::from(amount.minor)).sum()
}

fn shares(tables: &Tables, kinds: &[Kind], settled: bool, currency: Currency) -> i128 {
    let rows = tables.standing().filter(|row| kinds.contains(&row.kind));
    sum(rows.flat_map(|row| if settled { &row.settled } else { &row.by }).map(|share| share.amount), currency)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_entry_balances_and_has_a_name_of_its_own(
        records in extreme_records(40),
        reconciled in prop::collection::vec(prop::bool::weighted(0.1), 40),
    ) {
        let tables = settled(&records, &reconciled);
        let mut names = BTreeSet::new();
        for entry in &tables.entries {
            prop_assert_eq!(entry.check(), Ok(()));
            prop_assert!(names.insert(&entry.id), "{} twice", entry.id);
            prop_assert!(entry.reverses.as_ref().is_none_or(|reversed| names.contains(reversed)));
            prop_assert!(entry.postings.len() >= 2);
        }
    }

    #[test]
    fn each_minor_unit_is_assigned_once(records in records(40)) {
        let tables = settled(&records, &[]);
        let gross = processor_lines(&records, ProcessorCategory::Charge)
            .chain(processor_lines(&records, ProcessorCategory::Refund).map(|(id, gross)| (id, -gross)))
            .chain(processor_lines(&records, ProcessorCategory::Transfer).map(|(id, gross)| (id, -gross)))
            .chain(buyer_payments(&records))
            .collect::<BTreeMap<_, _>>();
        let kinds = [Kind::OrderPaid, Kind::PaymentVoided, Kind::CreditNoteRefunded, Kind::SellerTransferred];
        let payments = used(&tables, &kinds, false);
        let given_back = used(&tables, &[Kind::PaymentVoided], true);
        for (record, amount) in payments.into_iter().chain(given_back) {
            prop_assert!(amount > 0 && amount <= gross[record].minor, "{record}");
        }
        let nets = nets(&records);
        for (record, amount) in used(&tables, &[Kind::PayoutDrawn], false) {
            let net = nets[record];
            prop_assert!(amount != 0 && amount.signum() == net.signum() && amount.abs() <= net.abs(), "{record}");
        }
        let returns = [Kind::TransferReturned, Kind::BankPaymentReturned];
        for row in tables.standing().filter(|row| returns.contains(&row.kind)) {
            let sum = |shares: &[Share]| shares.iter().map(|share| share.amount.minor).sum::<i64>();
            prop_assert!(sum(&row.settled) != 0 && sum(&row.settled) == -sum(&row.by), "{}", row.id);
        }
        for row in tables.standing().filter(|row| row.kind == Kind::PayoutDrawn) {
            let drawn: i64 = row.settled.iter().map(|share| share.amount.minor).sum();
            prop_assert_eq!(drawn, row.by.iter().map(|share| share.amount.minor).sum::<i64>());
        }
        for (record, amount) in used(&tables, &[Kind::PayoutReceived, Kind::SellerPaid], false) {
            let record = records.iter().find(|other| other.id == *record).unwrap();
            let Content::Bank(line) = &record.content else { panic!("{} is no bank line", record.id) };
            prop_assert!(amount != 0 && amount.signum() == line.amount.minor.signum() && amount.abs() <= line.amount.minor.abs());
        }
    }

    #[test]
    fn each_clearing_account_is_the_sum_of_its_open_items(
        records in records(40),
        reconciled in prop::collection::vec(prop::bool::weighted(0.1), 40),
    ) {
        let tables = settled(&records, &reconciled);
        let balances = tables.balances();
        for currency in [Currency::GBP, Currency::EUR] {
            let balance = |account| balances.get(&(account, currency)).copied().unwrap_or(0);
            let lines = |category| sum(processor_lines(&records, category).map(|(_, gross)| gross), currency);
            let used = |kinds: &[Kind], settled| shares(&tables, kinds, settled, currency);
            let payments = lines(ProcessorCategory::Charge)
                + sum(buyer_payments(&records).map(|(_, amount)| amount), currency) - used(&[Kind::OrderPaid, Kind::PaymentVoided], false);
            prop_assert_eq!(balance(Account::PaymentsUnapplied), -payments);
            let refunds = -lines(ProcessorCategory::Refund)
                - used(&[Kind::CreditNoteRefunded], false) - used(&[Kind::PaymentVoided], true);
            prop_assert_eq!(balance(Account::RefundsUnapplied), refunds);
            let bank = records.iter().filter_map(|record| match &record.content {
                Content::Bank(line) => Some(line.amount),
                _ => None,
            });
            let explained = used(&[Kind::PayoutReceived, Kind::SellerPaid], false);
            prop_assert_eq!(balance(Account::BankUnexplained), explained - sum(bank, currency));
            let transferred = -lines(ProcessorCategory::Transfer) - used(&[Kind::SellerTransferred], false);
            prop_assert_eq!(balance(Account::SellerPaymentsUnapplied), transferred);
            let owed = tables.entries.iter().filter(|entry| ["sale", "credit note"].contains(&entry.rule));
            let owed = owed.flat_map(|entry| &entry.postings).filter(|row| row.account == Account::SellerPayables);
            let owed = -sum(owed.map(|row| row.amount), currency);
            let paid = used(&[Kind::SellerPaid, Kind::SellerTransferred], true);
            prop_assert_eq!(balance(Account::SellerPayables), paid - owed);
            let sent = used(&[Kind::PayoutImplied], true) - lines(ProcessorCategory::Payout);
            prop_assert_eq!(balance(Account::CashInTransit), sent - used(&[Kind::PayoutReceived], true));
            let claims = sum(records.iter().filter_map(total), currency);
            let settled = used(&[Kind::OrderPaid], true) - used(&[Kind::CreditNoteRefunded], true);
            prop_assert_eq!(balance(Account::Receivables), claims - settled);
        }
    }

    #[test]
    fn every_payment_and_bank_line_that_is_left_is_an_exception_of_that_size(records in records(40)) {
        let tables = settled(&records, &[]);
        let of_shop = records.iter().filter(|record| matches!(record.content, Content::Invoice(_)));
        let shop_reach = of_shop.map(|record| record.at).max();
        let at: BTreeMap<&RecordId, _> = records.iter().map(|record| (&record.id, record.at)).collect();
        let at_risk = |rules: &[ExceptionRule], record: &RecordId| -> i64 {
            let of_record = tables.open().filter(|row| row.record == *record && rules.contains(&row.rule));
            of_record.map(|row| row.money_at_risk.minor).sum()
        };
        let paid = used(&tables, &[Kind::OrderPaid, Kind::PaymentVoided], false);
        for (record, gross) in processor_lines(&records, ProcessorCategory::Charge).chain(buyer_payments(&records)) {
            let left = gross.minor - paid.get(record).copied().unwrap_or(0);
            let rules = [
                ExceptionRule::PaymentWithoutOrder,
                ExceptionRule::DuplicateCharge,
                ExceptionRule::RoundingDifference,
                ExceptionRule::InstalmentInterest,
            ];
            let risk = at_risk(&rules, record);
            // Beyond the shop's files only a payment that names a known order can be too much.
            let untold = Some(at[record]) > shop_reach && risk == 0;
            prop_assert!(risk == left.abs() || untold, "{record}: {risk} of {left}");
        }
        let of = |used: &BTreeMap<&RecordId, i64>, record: &RecordId| used.get(record).copied().unwrap_or(0);
        let received = used(&tables, &[Kind::PayoutReceived, Kind::SellerPaid, Kind::BankPaymentReturned], false);
        let sent_back = used(&tables, &[Kind::BankPaymentReturned, Kind::TransferReturned], true);
        for record in &records {
            if let Content::Bank(line) = &record.content {
                let left = line.amount.minor - of(&received, &record.id) - of(&sent_back, &record.id);
                prop_assert_eq!(at_risk(&[ExceptionRule::BankLineUnexplained], &record.id), left.abs());
            }
        }
        let transferred = used(&tables, &[Kind::SellerTransferred, Kind::TransferReturned], false);
        for (record, gross) in processor_lines(&records, ProcessorCategory::Transfer) {
            let left = -gross.minor - of(&transferred, record) - of(&sent_back, record);
            let untold = Some(at[record]) > shop_reach;
            let risk = at_risk(&[ExceptionRule::SellerPaymentUnexplained], record);
            prop_assert!(risk == left.abs() || (untold && risk == 0), "{record}: {risk} of {left}");
        }
    }
}
