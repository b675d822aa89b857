//! The header's example; no way is better than the one found, tried against every way on small cases; a planted case
//! that is too hard is told.

use super::*;
use proptest::collection::vec;
use proptest::prelude::*;

const DAY: i64 = 86_400;

fn item(minor: i64, day: i64) -> Item {
    Item { amount: Money::new(minor, Currency::GBP), at: day * DAY }
}

fn items(minors: &[i64]) -> Vec<Item> {
    minors.iter().map(|&minor| item(minor, 0)).collect()
}

fn limits() -> Limits {
    Limits { window: -DAY..=8 * DAY, most_whole: 4, most_paid: 3, fee_bps: 0, most_near: 24, steps: 100_000 }
}

fn group(whole: &[usize], paid: &[usize]) -> Group {
    Group { whole: whole.to_vec(), paid: paid.to_vec() }
}

#[test]
fn the_example_by_hand() {
    let found = settle(&items(&[10, 20, 40]), &items(&[30, 25, 15]), &limits());
    assert_eq!(found.groups, [group(&[0, 1], &[0]), group(&[2], &[1, 2])]);
    assert!(found.gave_up.is_empty());
}

#[test]
fn many_settle_many_where_nothing_smaller_does() {
    // 70 + 50 = 90 + 30; no single one and no pair of one side is one of the other.
    let found = settle(&items(&[70, 50]), &items(&[90, 30]), &limits());
    assert_eq!(found.groups, [group(&[0, 1], &[0, 1])]);
}

#[test]
fn time_currency_and_sign_hold_apart() {
    let late = settle(&[item(10, 0), item(20, 0)], &[item(30, 9)], &limits());
    assert!(late.groups.is_empty());
    let euro = Item { amount: Money::new(30, Currency::EUR), at: 0 };
    assert!(settle(&items(&[10, 20]), &[euro], &limits()).groups.is_empty());
    assert!(settle(&items(&[10, 20]), &items(&[-30]), &limits()).groups.is_empty());
    let below_zero = settle(&items(&[-10, -20]), &items(&[-30]), &limits());
    assert_eq!(below_zero.groups, [group(&[0, 1], &[0])]);
}

#[test]
fn a_fee_may_be_missing_and_nothing_may_be_too_much() {
    let limits = Limits { fee_bps: 300, ..limits() };
    assert_eq!(settle(&items(&[6_000, 4_000]), &items(&[9_700]), &limits).groups, [group(&[0, 1], &[0])]);
    assert!(settle(&items(&[6_000, 4_000]), &items(&[9_699]), &limits).groups.is_empty());
    assert!(settle(&items(&[6_000, 4_000]), &items(&[10_001]), &limits).groups.is_empty());
}

#[test]
fn of_equal_sums_the_nearest_stand() {
    let whole = [item(10, 0), item(10, 3), item(10, 4), item(10, 5)];
    assert_eq!(settle(&whole, &[item(20, 5)], &limits()).groups, [group(&[2, 3], &[0])]);
}

#[test]
fn what_is_too_hard_is_told_and_the_rest_is_found() {
    // Forty even amounts and an odd sum: no subset fits, and only trying them all would show it.
    let mut whole: Vec<Item> = (0..40).map(|at| item(1_000_000 + 2 * (at * at % 97), 0)).collect();
    whole.extend([item(30, 100), item(12, 100)]);
    let limits = Limits { most_whole: 20, most_near: 64, ..limits() };
    let found = settle(&whole, &[item(20_000_001, 1), item(42, 100)], &limits);
    assert_eq!(found.gave_up, BTreeSet::from([0]));
    assert_eq!(found.groups, [group(&[40, 41], &[1])]);
    let crowded = settle(&whole, &[item(20_000_001, 1)], &Limits { most_near: 24, ..limits });
    assert_eq!(crowded.gave_up, BTreeSet::from([0]), "more are near than are looked at");
}

#[test]
fn a_knot_of_equal_amounts_ends_within_its_steps() {
    let found = settle(&items(&[5; 12]), &items(&[10; 6]), &Limits { steps: 2_000, ..limits() });
    assert_nothing_is_used_twice(&found, 12, 6);
    assert!(!found.groups.is_empty() && !found.gave_up.is_empty());
}

fn assert_nothing_is_used_twice(found: &Found, wholes: usize, paids: usize) {
    let (mut whole, mut paid) = (vec![0; wholes], vec![0; paids]);
    for group in &found.groups {
        group.whole.iter().for_each(|&at| whole[at] += 1);
        group.paid.iter().for_each(|&at| paid[at] += 1);
    }
    assert!(whole.iter().chain(&paid).all(|used| *used <= 1), "{found:?}");
}

/// The most money, and then the least fee, of any way to settle, by trying every group of what is left of both sides.
fn by_trying(whole: &[Item], paid: &[Item], limits: &Limits, free: (u32, u32)) -> (i64, i64) {
    let mut best = (0, 0);
    let subsets = |free: u32| (1..=free).filter(move |part| part & !free == 0);
    let sum = |items: &[Item], part: u32| -> i64 {
        (0..items.len()).filter(|at| part & (1 << at) != 0).map(|at| items[at].amount.minor).sum()
    };
    // The lowest free paid item is settled by one of the groups that hold it, or left.
    let Some(lowest) = (0..paid.len()).find(|at| free.1 & (1 << at) != 0) else { return best };
    for paids in subsets(free.1).filter(|part| part & (1 << lowest) != 0) {
        for wholes in subsets(free.0) {
            let near = (0..whole.len()).filter(|at| wholes & (1 << at) != 0).all(|w| {
                let mut of = (0..paid.len()).filter(|at| paids & (1 << at) != 0);
                of.all(|p| limits.window.contains(&(paid[p].at - whole[w].at)))
            });
            let fits =
                wholes.count_ones() as usize <= limits.most_whole && paids.count_ones() as usize <= limits.most_paid;
            let (owed, got) = (sum(whole, wholes), sum(paid, paids));
            let settles = got <= owed && owed - got <= owed * i64::from(limits.fee_bps) / 10_000;
            if near && fits && settles {
                let (money, fee) = by_trying(whole, paid, limits, (free.0 & !wholes, free.1 & !paids));
                best = best.max((money + got, fee - (owed - got)));
            }
        }
    }
    best.max(by_trying(whole, paid, limits, (free.0, free.1 & !(1 << lowest))))
}

fn some(most: usize) -> impl Strategy<Value = Vec<Item>> {
    vec((1_i64..12, 0_i64..10), 0..=most).prop_map(|of| of.into_iter().map(|(minor, day)| item(minor, day)).collect())
}

proptest! {
    #[test]
    fn no_other_way_settles_more(whole in some(5), paid in some(4), fee_bps in prop_oneof![Just(0_u32), Just(2_000)]) {
        let limits = Limits { fee_bps, most_whole: 3, most_paid: 2, ..limits() };
        let found = settle(&whole, &paid, &limits);
        prop_assert!(found.gave_up.is_empty());
        assert_nothing_is_used_twice(&found, whole.len(), paid.len());
        let sum = |items: &[Item], places: &[usize]| places.iter().map(|&at| items[at].amount.minor).sum::<i64>();
        let (mut money, mut fees) = (0, 0);
        for group in &found.groups {
            let (owed, got) = (sum(&whole, &group.whole), sum(&paid, &group.paid));
            prop_assert!(got <= owed && owed - got <= owed * i64::from(fee_bps) / 10_000);
            (money, fees) = (money + got, fees + owed - got);
        }
        let all = ((1 << whole.len()) - 1, (1 << paid.len()) - 1);
        prop_assert_eq!((money, -fees), by_trying(&whole, &paid, &limits, all));
    }

    #[test]
    fn a_search_that_is_cut_short_still_uses_nothing_twice(whole in some(12), paid in some(8), steps in 0_u64..200) {
        let found = settle(&whole, &paid, &Limits { steps, fee_bps: 500, ..limits() });
        assert_nothing_is_used_twice(&found, whole.len(), paid.len());
    }

    #[test]
    fn order_decides_nothing_but_between_equals(whole in some(5), paid in some(3)) {
        let turned = |items: &[Item]| items.iter().rev().copied().collect::<Vec<Item>>();
        let money = |found: &Found, paid: &[Item]| {
            found.groups.iter().flat_map(|group| &group.paid).map(|&at| paid[at].amount.minor).sum::<i64>()
        };
        let (one, other) = (settle(&whole, &paid, &limits()), settle(&turned(&whole), &turned(&paid), &limits()));
        prop_assert_eq!(money(&one, &paid), money(&other, &turned(&paid)));
    }
}
