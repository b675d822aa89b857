//! Seeds, rates and truth.

use super::{opening, policy, rates, small_shop, world};
use crate::calendar::{self, DAY};
use crate::truth::{Class, Decoy};
use crate::{Params, World, processor_world};
use domain::{Content, ExceptionRule, Record, RecordId, Token};
use std::collections::BTreeSet;

const PLANTED: [ExceptionRule; 4] = [
    ExceptionRule::OrderWithoutPayment,
    ExceptionRule::DuplicateCharge,
    ExceptionRule::RefundExceedsPayment,
    ExceptionRule::PayoutShort,
];

fn bytes(world: &World) -> (Vec<u8>, Vec<u8>, String, String) {
    (world.stripe_csv(), world.camt_xml(), world.truth.to_csv(), world.truth.to_json())
}

fn records_in(world: &World, invoices: &[Record]) -> BTreeSet<RecordId> {
    let stripe = world.stripe.iter().map(crate::breaks::record_of);
    let bank = world.bank.entries.iter().map(|entry| crate::bank::record_of(&world.bank, entry));
    stripe.chain(bank).chain(invoices.iter().map(|record| record.id.clone())).collect()
}

#[test]
fn equal_seeds_give_equal_bytes_and_others_do_not() {
    assert_eq!(bytes(&world(1)), bytes(&world(1)));
    let shop = small_shop(1);
    let of_seed = |seed| processor_world(&shop, &rates(), &policy(), &Params::new(seed));
    assert_ne!(of_seed(1).stripe_csv(), of_seed(2).stripe_csv());
    assert_ne!(of_seed(1).truth, of_seed(2).truth);
}

#[test]
fn neither_the_order_of_records_nor_the_tenants_key_changes_a_byte() {
    let mut shop = small_shop(1);
    let before = processor_world(&shop, &rates(), &policy(), &Params::new(1));
    shop.reverse();
    for record in &mut shop {
        if let Content::Invoice(invoice) = &mut record.content {
            invoice.buyer = invoice.buyer.map(|Token(bytes)| Token(bytes.map(|byte| !byte)));
        }
    }
    let after = processor_world(&shop, &rates(), &policy(), &Params::new(1));
    assert_eq!(bytes(&before), bytes(&after));
}

#[test]
fn more_invoices_leave_the_draws_of_the_others_as_they_were() {
    let shop = small_shop(3);
    let quiet = Params { missing_payment_bps: 0, ..Params::new(3) };
    let payments = |records: &[Record]| {
        let world = processor_world(records, &rates(), &policy(), &quiet);
        let named = world.stripe.into_iter().filter(|row| row.description.starts_with("Invoice "));
        named.map(|row| (row.balance_transaction_id, row.created_utc, row.net)).collect::<BTreeSet<_>>()
    };
    let (fewer, all) = (payments(&shop[..1_000]), payments(&shop));
    let changed = fewer.difference(&all).count();
    assert!(fewer.len() > 500 && changed <= 10, "{changed} of {} differ: only doubles may", fewer.len());
}

#[test]
fn planted_rates_are_met() {
    for seed in 0..20 {
        let world = world(seed);
        let planted = PLANTED.map(|rule| world.truth.of(Class::Planted, rule).count());
        let refunds = world.stripe.iter().filter(|row| row.source_id.starts_with("re_")).count();
        let payouts = world.stripe.iter().filter(|row| row.source_id.starts_with("po_")).count();
        assert_eq!(planted[..2], [10, 10], "seed {seed}: 0.5 % of 2,000 orders, less those cancelled");
        assert!(planted[2].abs_diff(refunds * 15 / 1_000) <= 1, "seed {seed}: {} of {refunds}", planted[2]);
        assert!(
            planted[3].abs_diff(payouts * 5 / 100) <= 1 && planted[3] > 0,
            "seed {seed}: {} of {payouts}",
            planted[3]
        );
    }
}

#[test]
fn a_rate_of_zero_plants_nothing_and_a_tiny_one_plants_one() {
    let counts = |bps| {
        let params = Params {
            missing_payment_bps: bps,
            doubled_charge_bps: bps,
            refund_larger_bps: bps,
            short_payout_bps: bps,
            ..Params::new(1)
        };
        let truth = processor_world(&small_shop(1), &rates(), &policy(), &params).truth;
        PLANTED.map(|rule| truth.of(Class::Planted, rule).count())
    };
    assert_eq!(counts(0), [0; 4]);
    assert_eq!(counts(1), [1; 4]);
}

#[test]
fn truth_speaks_of_records_that_exist_each_once() {
    for seed in 0..20 {
        let shop = small_shop(seed);
        let world = world(seed);
        let exists = records_in(&world, &shop);
        let spoken: Vec<_> = world.truth.rows.iter().map(|row| (row.rule, &row.record)).collect();
        assert!(spoken.iter().all(|(_, record)| exists.contains(record)), "seed {seed}");
        assert_eq!(spoken.iter().collect::<BTreeSet<_>>().len(), spoken.len(), "seed {seed}");
        assert!(world.truth.rows.iter().all(|row| row.amount.minor > 0), "seed {seed}");
        assert!(world.truth.decoys.iter().all(|decoy| exists.contains(&decoy.record)), "seed {seed}");
        let breaks: BTreeSet<&RecordId> = world.truth.of(Class::Planted, PLANTED[1]).map(|row| &row.record).collect();
        assert!(world.truth.decoys.iter().all(|decoy| !breaks.contains(&decoy.record)), "seed {seed}");
    }
}

#[test]
fn no_buyer_is_hit_twice_and_nothing_close_to_the_end() {
    for seed in 0..20 {
        let shop = small_shop(seed);
        let world = world(seed);
        let end = shop.iter().map(|record| record.at).max().unwrap();
        let mut hit = BTreeSet::new();
        for row in world.truth.rows.iter().filter(|row| row.class == Class::Planted) {
            let charge = world.stripe.iter().find(|charge| crate::breaks::record_of(charge) == row.record);
            let order = shop.iter().find(|record| record.id == row.record);
            let at = charge.map_or_else(|| order.unwrap().at, |charge| charge.created_utc);
            assert!(at < calendar::after(end, -10 * DAY), "seed {seed}: {}", row.record);
            if let Some(charge) = charge.filter(|charge| !charge.customer_id.is_empty()) {
                assert!(hit.insert(charge.customer_id.clone()), "seed {seed}: {} again", charge.customer_id);
            }
        }
    }
}

#[test]
fn every_decoy_is_there() {
    let mut seen = BTreeSet::new();
    for seed in 0..20 {
        seen.extend(world(seed).truth.decoys.iter().map(|decoy| decoy.kind));
    }
    let missing: Vec<&str> = Decoy::ALL.iter().filter(|kind| !seen.contains(kind)).map(|kind| kind.name()).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn a_shop_without_invoices_or_of_one_day_is_a_world_too() {
    let empty = processor_world(&[], &[], &policy(), &Params::new(1));
    assert!(empty.stripe.is_empty() && empty.truth.rows.iter().all(|row| row.class == Class::Natural));
    let shop = small_shop(1);
    let params = Params { until: Some(calendar::after(opening(), DAY)), ..Params::new(1) };
    let short = processor_world(&shop, &[], &policy(), &params);
    assert!(!short.stripe.is_empty() && short.truth.of(Class::Planted, PLANTED[0]).count() == 0);
}
