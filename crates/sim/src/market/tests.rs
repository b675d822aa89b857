//! What must hold of every marketplace.

use super::*;
use crate::tests::parsed;
use domain::{Content, ProcessorCategory};
use std::collections::{BTreeMap, BTreeSet};

fn small(seed: u64) -> Market {
    Market::new(&MarketParams::new(seed, 6_000))
}

fn bytes(write: impl Fn(&mut Vec<u8>) -> std::io::Result<()>) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    out
}

fn files(market: &Market) -> [Vec<u8>; 5] {
    [
        bytes(|out| market.write_orders(out)),
        bytes(|out| market.write_credit_notes(out)),
        bytes(|out| market.write_processor(out)),
        bytes(|out| market.write_bank(out)),
        bytes(|out| market.write_shop_payments(out)),
    ]
}

#[test]
fn equal_seeds_give_equal_files_and_others_do_not() {
    let (one, same, other) = (files(&small(3)), files(&small(3)), files(&small(4)));
    assert!(one == same);
    assert!(one.iter().zip(&other).all(|(one, other)| one != other));
}

#[test]
fn every_kind_has_its_share_and_twice_as_many_near_misses() {
    let market = small(5);
    let (order_share, mut rules) = (30, BTreeMap::new());
    for row in market.truth().rows {
        *rules.entry(row.rule).or_insert(0) += 1;
        assert!(row.amount.minor > 0, "{row:?}");
    }
    let payout_share = rules[&ExceptionRule::PayoutShort];
    assert!(payout_share >= 1);
    for rule in ExceptionRule::ALL {
        let of_payouts = matches!(
            rule,
            ExceptionRule::PayoutShort
                | ExceptionRule::PayoutMissing
                | ExceptionRule::SettlementLineMissing
                | ExceptionRule::BankLineUnexplained
        );
        assert_eq!(rules.get(rule), Some(if of_payouts { &payout_share } else { &order_share }), "{}", rule.name());
    }
    assert_eq!(market.wrong_fees.len(), 30);
    assert!(market.near_misses.len() >= 27 * 30 + 8 * payout_share);
    let none = Market::new(&MarketParams { break_bps: 0, ..MarketParams::new(5, 2_000) });
    assert!(none.truth().rows.is_empty() && none.near_misses.is_empty());
}

/// Everything that the truth names is in the files, and the files say what they promise.
#[test]
fn the_parsers_read_every_row_and_payouts_are_the_sums_of_their_lines() {
    let market = small(6);
    let [orders, notes, processor, bank, payments] = files(&market);
    let mut records = parsed(&sources::shopify_orders::ShopifyOrders, &orders);
    records.extend(parsed(&sources::standard_event::StandardEvent, &notes));
    records.extend(parsed(&sources::standard_event::StandardEvent, &payments));
    records.extend(parsed(&sources::stripe::Stripe, &processor));
    records.extend(parsed(&sources::bank_csv::BankCsv, &bank));
    assert_eq!(records.len(), market.rows());
    let ids: BTreeSet<&str> = records.iter().map(|record| record.id.as_str()).collect();
    assert_eq!(ids.len(), records.len());
    for row in market.truth().rows {
        assert!(ids.contains(row.record.as_str()), "{row:?}");
    }
    for miss in &market.near_misses {
        assert!(ids.contains(miss.record.as_str()), "{miss:?}");
    }
    let mut left: BTreeMap<String, i64> = BTreeMap::new();
    for record in &records {
        let Content::Processor(line) = &record.content else { continue };
        let own = line.category == ProcessorCategory::Payout;
        let payout = if own { Some(&line.source_id) } else { line.payout.as_ref() };
        *left.entry(payout.cloned().unwrap_or_default()).or_default() += line.net.minor;
    }
    let lost = market.truth().of(Class::Planted, ExceptionRule::SettlementLineMissing).count();
    let by_hand = market.near_misses.iter().filter(|miss| miss.kind.starts_with("sent by hand")).count();
    assert!(by_hand > 0);
    let unequal = left.iter().filter(|(payout, minor)| !payout.is_empty() && **minor != 0).count();
    assert_eq!(unequal, lost + by_hand);
}

#[test]
fn truth_is_read_as_it_was_written() {
    let truth = small(7).truth();
    assert_eq!(Truth::from_csv(&truth.to_csv()).unwrap().rows, truth.rows);
    assert!(Truth::from_csv("class\nplanted,NoRule,x,1,GBP,\n").is_none());
}
