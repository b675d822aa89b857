//! What the files themselves must show: identities, and every true break and no other, seen by a plain checker that
//! reads nothing but the files and the invoices.

use super::{parsed, small_shop, world};
use crate::World;
use crate::calendar;
use crate::truth::Decoy;
use domain::{Content, Currency, ExceptionRule, Money, ProcessorCategory, Record, RecordId};
use sources::stripe::Row;
use sources::{camt053, stripe};
use std::collections::{BTreeMap, BTreeSet};

fn of(world: &World, category: ProcessorCategory) -> impl Iterator<Item = &Row> {
    world.stripe.iter().filter(move |row| row.category == category)
}

fn truth(world: &World, rule: ExceptionRule) -> BTreeSet<RecordId> {
    world.truth.rows.iter().filter(|row| row.rule == rule).map(|row| row.record.clone()).collect()
}

fn decoys(world: &World, kind: Decoy) -> BTreeSet<RecordId> {
    world.truth.decoys.iter().filter(|row| row.kind == kind).map(|row| row.record.clone()).collect()
}

#[test]
fn the_parsers_of_a_users_own_files_read_every_record_that_the_truth_names() {
    let world = world(1);
    let charges = parsed(&stripe::Stripe, &world.stripe_csv());
    let lines = parsed(&camt053::Camt053, &world.camt_xml());
    assert_eq!((charges.len(), lines.len()), (world.stripe.len(), world.bank.entries.len()));
    let read: BTreeSet<RecordId> = charges.into_iter().chain(lines).map(|record| record.id).collect();
    let named = world.truth.rows.iter().filter(|row| !row.record.0.starts_with("online-retail:"));
    assert!(named.clone().count() > 10 && named.clone().all(|row| read.contains(&row.record)));
}

#[test]
fn every_row_adds_up_in_pounds() {
    for seed in 0..20 {
        let mut ids = BTreeSet::new();
        for row in &world(seed).stripe {
            assert_eq!(row.net.minor, row.gross.minor - row.fee.minor);
            assert!([row.gross, row.fee, row.net].iter().all(|money| money.currency == Currency::GBP));
            assert!(row.available_on_utc >= row.created_utc);
            assert!(row.automatic_payout_id.is_empty() == row.automatic_payout_effective_at_utc.is_none());
            assert!(ids.insert(&row.balance_transaction_id) && ids.insert(&row.source_id));
        }
    }
}

#[test]
fn a_payout_is_the_sum_of_what_it_carries_and_carries_what_was_available() {
    for seed in 0..20 {
        let world = world(seed);
        let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
        for row in world.stripe.iter().filter(|row| !row.automatic_payout_id.is_empty()) {
            *sums.entry(&row.automatic_payout_id).or_default() += row.net.minor;
        }
        assert!(sums.values().all(|sum| *sum == 0), "seed {seed}: {sums:?}");
        for payout in of(&world, ProcessorCategory::Payout) {
            assert!(payout.gross.minor < 0 && payout.fee.minor == 0);
            assert!(calendar::is_business_day(calendar::day_of(payout.created_utc)));
            let carried = world.stripe.iter().filter(|row| row.automatic_payout_id == payout.source_id);
            let available =
                |row: &&Row| row.available_on_utc <= payout.created_utc || row.source_id == payout.source_id;
            assert!(carried.filter(|row| !available(row)).count() == 0, "seed {seed}");
        }
    }
}

#[test]
fn the_statement_adds_up_and_names_each_line_once() {
    for seed in 0..20 {
        let bank = world(seed).bank;
        let moved: i64 = bank.entries.iter().map(|entry| entry.amount.minor).sum();
        assert_eq!(bank.closing.minor, bank.opening.minor + moved, "seed {seed}");
        assert!(bank.entries.is_sorted_by_key(|entry| entry.booked));
        let within = |day| bank.from <= day && day <= bank.to && calendar::is_business_day(day);
        assert!(bank.entries.iter().all(|entry| within(entry.booked)), "seed {seed}");
        let references: BTreeSet<&str> = bank.entries.iter().map(|entry| entry.reference.as_str()).collect();
        assert_eq!(references.len(), bank.entries.len(), "seed {seed}");
    }
}

/// Orders whose payments are less than they are, by the reference alone.
fn unpaid(world: &World, shop: &[Record]) -> BTreeSet<RecordId> {
    let mut paid: BTreeMap<&str, i64> = BTreeMap::new();
    for row in of(world, ProcessorCategory::Charge) {
        *paid.entry(&row.order_id).or_default() += row.gross.minor;
    }
    let policy = super::policy();
    let books = crate::shop::Shop::read(shop, &policy, None);
    let settled =
        |document: &&crate::shop::Document<'_>| paid.get(document.number).is_some_and(|sum| *sum >= document.pence);
    books.orders.iter().filter(|order| !settled(order)).map(|order| order.record.clone()).collect()
}

#[test]
fn an_order_without_payment_is_planted_or_paid_by_a_link_or_too_young() {
    for seed in 0..20 {
        let (world, shop) = (world(seed), small_shop(seed));
        let unpaid = unpaid(&world, &shop);
        let missing = truth(&world, ExceptionRule::OrderWithoutPayment);
        assert!(missing.is_subset(&unpaid), "seed {seed}");
        let end = shop.iter().map(|record| record.at).max().unwrap();
        let grown = |id: &&RecordId| {
            let record = shop.iter().find(|record| record.id == **id).unwrap();
            calendar::apart(record.at, end) > 5 * calendar::DAY.unsigned_abs()
        };
        let links = of(&world, ProcessorCategory::Charge).filter(|row| row.order_id.is_empty()).count();
        let others = unpaid.difference(&missing).filter(grown).count();
        assert!(others <= links && others + 10 >= links, "seed {seed}: {others} unnamed, {links} links");
    }
}

#[test]
fn a_doubled_charge_is_planted_or_given_back() {
    for seed in 0..20 {
        let (world, shop) = (world(seed), small_shop(seed));
        let totals = totals(&shop);
        let mut paid: BTreeMap<&str, i64> = BTreeMap::new();
        let mut doubled = BTreeSet::new();
        for row in of(&world, ProcessorCategory::Charge).filter(|row| !row.order_id.is_empty()) {
            let sum = paid.entry(&row.order_id).or_default();
            *sum += row.gross.minor;
            if *sum > totals[row.order_id.as_str()] {
                doubled.insert(crate::breaks::record_of(row));
            }
        }
        let (planted, voided) =
            (truth(&world, ExceptionRule::DuplicateCharge), decoys(&world, Decoy::RefundedDuplicate));
        assert!(planted.is_disjoint(&voided));
        assert_eq!(doubled, planted.union(&voided).cloned().collect(), "seed {seed}");
    }
}

fn totals(shop: &[Record]) -> BTreeMap<&str, i64> {
    let policy = super::policy();
    let books = crate::shop::Shop::read(shop, &policy, None);
    books.orders.iter().map(|order| (order.number, order.pence)).collect()
}

#[test]
fn a_refund_beyond_its_charge_is_planted_and_one_without_its_charge_natural() {
    for seed in 0..20 {
        let world = world(seed);
        let mut left: BTreeMap<&str, i64> =
            of(&world, ProcessorCategory::Charge).map(|row| (row.source_id.as_str(), row.gross.minor)).collect();
        let (mut larger, mut orphans) = (BTreeSet::new(), BTreeSet::new());
        for row in of(&world, ProcessorCategory::Refund) {
            let Some(left) = left.get_mut(row.charge_id.as_str()) else {
                orphans.insert(crate::breaks::record_of(row));
                continue;
            };
            *left += row.gross.minor;
            if *left < 0 {
                larger.insert(crate::breaks::record_of(row));
            }
        }
        assert_eq!(larger, truth(&world, ExceptionRule::RefundExceedsPayment), "seed {seed}");
        assert_eq!(orphans, truth(&world, ExceptionRule::RefundWithoutPayment), "seed {seed}");
    }
}

#[test]
fn refunds_come_to_exactly_their_credit_notes_and_what_is_true_beyond() {
    for seed in 0..20 {
        let (world, shop) = (world(seed), small_shop(seed));
        let policy = super::policy();
        let books = crate::shop::Shop::read(&shop, &policy, None);
        let amounts: BTreeMap<&str, i64> = books.notes.iter().map(|note| (note.number, note.pence)).collect();
        let mut given: BTreeMap<&str, i64> = BTreeMap::new();
        for row in of(&world, ProcessorCategory::Refund) {
            if let Some(number) = row.description.strip_prefix("Credit note ") {
                *given.entry(number).or_default() -= row.gross.minor;
            }
        }
        let beyond: i64 = given.iter().map(|(number, sum)| (sum - amounts[number]).max(0)).sum();
        let rules = [ExceptionRule::RefundExceedsPayment, ExceptionRule::RefundWithoutCreditNote];
        let known = world.truth.rows.iter().filter(|row| rules.contains(&row.rule));
        assert_eq!(beyond, known.map(|row| row.amount.minor).sum::<i64>(), "seed {seed}");
        let cut_in_two = given.iter().filter(|(number, sum)| **sum < amounts[*number]).count();
        assert!(cut_in_two <= 1, "seed {seed}: only the end of the export cuts a credit note in two");
    }
}

#[test]
fn a_bank_line_less_than_its_payouts_is_planted() {
    for seed in 0..20 {
        let world = world(seed);
        let payouts: BTreeMap<&str, &Row> =
            of(&world, ProcessorCategory::Payout).map(|row| (row.source_id.as_str(), row)).collect();
        let planted = truth(&world, ExceptionRule::PayoutShort);
        let mut short = BTreeSet::new();
        for entry in world.bank.entries.iter().filter(|entry| entry.amount.minor > 0) {
            let named: Vec<&&Row> = entry.remittance.split(' ').filter_map(|word| payouts.get(word)).collect();
            let sum: i64 = named.iter().map(|row| -row.gross.minor).sum();
            if !named.is_empty() && sum != entry.amount.minor {
                assert!(sum > entry.amount.minor && named.len() == 1, "seed {seed}");
                short.insert(crate::breaks::record_of(named[0]));
            }
        }
        let unnamed = decoys(&world, Decoy::LostReference);
        assert_eq!(short, planted.difference(&unnamed).cloned().collect(), "seed {seed}");
    }
}

#[test]
fn buyers_in_euro_countries_see_euro_and_pay_for_them() {
    let world = world(1);
    let shop = small_shop(1);
    let germans: BTreeSet<&str> = shop.iter().filter_map(german).collect();
    let converted = of(&world, ProcessorCategory::Charge).filter(|row| row.customer_facing.is_some());
    let converted: Vec<&Row> = converted.filter(|row| !row.order_id.is_empty()).collect();
    assert!(converted.len() > 100);
    for row in converted {
        assert!(germans.contains(row.order_id.as_str()));
        assert_eq!(row.customer_facing.map(|money| money.currency), Some(Currency::EUR));
        let fee = crate::charges::fee_pence(row.gross.minor, "Germany", true);
        assert_eq!(row.fee, Money::new(fee, Currency::GBP));
    }
}

fn german(record: &Record) -> Option<&str> {
    match &record.content {
        Content::Invoice(invoice) if invoice.country == "Germany" => Some(&invoice.number),
        _ => None,
    }
}
