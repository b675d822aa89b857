//! The header's example, what keeps records apart, and that no other way assigns more.

use super::*;
use proptest::collection::vec;
use proptest::prelude::*;

fn fields() -> Vec<Field> {
    let of = |name: &str, kind| Field { name: name.to_owned(), kind };
    vec![of("amount", Kind::Amount), of("currency", Kind::Category), of("day", Kind::Date)]
}

/// Rows of amounts and days of March.
fn rows(of: &[(&str, u32)]) -> Rows {
    Rows(of.iter().map(|(amount, day)| row(amount, "EUR", *day)).collect())
}

fn row(amount: &str, currency: &str, day: u32) -> Vec<String> {
    vec![amount.to_owned(), currency.to_owned(), format!("2026-03-{day:02}")]
}

fn grouped(left: &Rows, right: &Rows, limits: &Limits) -> Grouped {
    group(Tables { fields: &fields(), left, right: Some(right) }, |_, _| true, limits).unwrap()
}

fn sides(grouped: &Grouped) -> Vec<(Vec<u32>, Vec<u32>)> {
    grouped.groups.iter().map(|group| (group.left.clone(), group.right.clone())).collect()
}

#[test]
fn the_example_by_hand() {
    let (left, right) = (rows(&[("10.00", 1), ("20.00", 1)]), rows(&[("29.40", 3)]));
    let with_fee = Limits { fee_bps: 200, ..Limits::default() };
    let found = grouped(&left, &right, &with_fee);
    assert_eq!(sides(&found), [(vec![0, 1], vec![0])]);
    assert_eq!((found.groups[0].owed.minor, found.groups[0].paid.minor), (3_000, 2_940));
    assert!(grouped(&left, &right, &Limits::default()).groups.is_empty());
}

#[test]
fn days_currencies_and_digits_keep_apart() {
    let mut left = rows(&[("10.00", 1), ("20.00", 1), ("7.005", 1)]);
    left.0.push(row("5.00", "USD", 1));
    let right = rows(&[("30.00", 20), ("5.00", 2), ("7.00", 2)]);
    let found = grouped(&left, &right, &Limits::default());
    assert_eq!((sides(&found), found.left_out), (vec![], 1), "7.005 is no amount of euros");
    let found = grouped(&left, &right, &Limits { days: (-1, 30), ..Limits::default() });
    assert_eq!(sides(&found), [(vec![0, 1], vec![0])]);
}

#[test]
fn many_settle_many_and_those_that_are_taken_do_not() {
    let (left, right) = (rows(&[("70.00", 1), ("50.00", 1)]), rows(&[("90.00", 2), ("30.00", 3)]));
    assert_eq!(sides(&grouped(&left, &right, &Limits::default())), [(vec![0, 1], vec![0, 1])]);
    let tables = Tables { fields: &fields(), left: &left, right: Some(&right) };
    let found = group(tables, |is_left, row| is_left || row != 1, &Limits::default()).unwrap();
    assert!(found.groups.is_empty());
    let nameless = [Field { name: "memo".to_owned(), kind: Kind::Memo }];
    let tables = Tables { fields: &nameless, left: &left, right: Some(&right) };
    assert_eq!(group(tables, |_, _| true, &Limits::default()), None);
}

#[test]
fn what_is_too_hard_is_named() {
    let many: Vec<Vec<String>> =
        (0..70).map(|at| row(&format!("{}.00", 1_000 + 2 * (at * at % 97)), "EUR", 1)).collect();
    let found = grouped(&Rows(many), &rows(&[("9001.00", 2)]), &Limits::default());
    assert_eq!((found.gave_up, found.groups), (vec![0], vec![]));
}

#[test]
fn the_currency_may_stand_beside_the_amount() {
    let of = |amounts: &[&str]| Rows(amounts.iter().map(|amount| vec![(*amount).to_owned()]).collect());
    let fields = [Field { name: "paid".to_owned(), kind: Kind::Amount }];
    let (left, right) = (of(&["10 EUR", "20 EUR", "20 USD"]), of(&["30 EUR"]));
    let tables = Tables { fields: &fields, left: &left, right: Some(&right) };
    assert_eq!(sides(&group(tables, |_, _| true, &Limits::default()).unwrap()), [(vec![0, 1], vec![0])]);
}

/// The most money that disjoint groups can assign, by trying all.
fn by_trying(left: &[(i64, u32)], right: &[(i64, u32)], limits: &Limits, free: (u32, u32)) -> i64 {
    let Some(lowest) = (0..right.len()).find(|at| free.1 & (1 << at) != 0) else { return 0 };
    let parts = |of: u32| (1..=of).filter(move |part| part & !of == 0);
    let of = |items: &[(i64, u32)], part: u32| -> Vec<(i64, u32)> {
        (0..items.len()).filter(|at| part & (1 << at) != 0).map(|at| items[at]).collect()
    };
    let mut best = by_trying(left, right, limits, (free.0, free.1 & !(1 << lowest)));
    for rights in parts(free.1).filter(|part| part & (1 << lowest) != 0) {
        for lefts in parts(free.0) {
            let (owed, paid) = (of(left, lefts), of(right, rights));
            let is_near = |(_, l): &(i64, u32), (_, r): &(i64, u32)| {
                (limits.days.0..=limits.days.1).contains(&(i64::from(*r) - i64::from(*l)))
            };
            let sum = |items: &[(i64, u32)]| items.iter().map(|(minor, _)| minor).sum::<i64>();
            let (all, got) = (sum(&owed), sum(&paid));
            let fits = owed.len() <= limits.most_left
                && paid.len() <= limits.most_right
                && owed.iter().all(|l| paid.iter().all(|r| is_near(l, r)))
                && got <= all
                && all - got <= all * i64::from(limits.fee_bps) / 10_000;
            if fits {
                best = best.max(got + by_trying(left, right, limits, (free.0 & !lefts, free.1 & !rights)));
            }
        }
    }
    best
}

fn some(most: usize) -> impl Strategy<Value = Vec<(i64, u32)>> {
    vec((100_i64..900, 1_u32..20), 0..=most)
}

proptest! {
    #[test]
    fn no_other_way_assigns_more_and_no_cent_twice(left in some(5), right in some(4), fee_bps in prop_oneof![Just(0_u32), Just(2_000)]) {
        let limits = Limits { fee_bps, most_left: 3, most_right: 2, ..Limits::default() };
        let of = |items: &[(i64, u32)]| {
            Rows(items.iter().map(|(minor, day)| row(&format!("{}.{:02}", minor / 100, minor % 100), "EUR", *day)).collect())
        };
        let found = grouped(&of(&left), &of(&right), &limits);
        prop_assert!(found.gave_up.is_empty() && found.left_out == 0);
        let of_side = |is_left: bool| found.groups.iter().flat_map(move |group| if is_left { &group.left } else { &group.right });
        for is_left in [true, false] {
            let mut used: Vec<u32> = of_side(is_left).copied().collect();
            let all = used.len();
            used.sort_unstable();
            used.dedup();
            prop_assert_eq!(used.len(), all, "a record stands in two groups");
        }
        let money: i64 = found.groups.iter().map(|group| group.paid.minor).sum();
        let free = ((1 << left.len()) - 1, (1 << right.len()) - 1);
        prop_assert_eq!(money, by_trying(&left, &right, &limits, free));
        // The other way round, rows and all, as much is assigned.
        let turned = |items: &[(i64, u32)]| items.iter().rev().copied().collect::<Vec<_>>();
        let other = grouped(&of(&turned(&left)), &of(&turned(&right)), &limits);
        prop_assert_eq!(other.groups.iter().map(|group| group.paid.minor).sum::<i64>(), money);
    }
}
