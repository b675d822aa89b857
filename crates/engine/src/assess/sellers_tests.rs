//! Sellers by hand: indicators, money at risk from transaction to platform, and what a chargeback moves.

use super::one_sum::LossKind;
use super::sellers::*;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::civil::date;
use learn::log_odds_of;
use std::collections::BTreeMap;

const AS_OF: Date = date(2025, 12, 31);

fn terms() -> SellerTerms {
    let rule = |name: &str, usual: f64, weight: f64| (name.to_owned(), (usual, weight));
    SellerTerms {
        base_probability: 0.1,
        loss_given_failure: 0.45,
        rules: BTreeMap::from([rule("chargeback rate", 0.0, 1.0), rule("silence", 0.0, 0.05)]),
        young: 1.0,
        young_days: 90,
        scale: crate::assess::Scale { best: 0.001, worst: 0.5 },
        loan_months: 3.0,
        loan_until_points: 4.0,
        funding_bps: 500.0,
        margin_bps: 200.0,
    }
}

fn seller(name: &str, days: i64, sales: i64) -> Seller {
    let day = |back: i64| SellerDay {
        day: AS_OF.checked_sub(back.days()).unwrap(),
        sales,
        refunds: 0,
        chargebacks: 0,
        orders: 10,
        late: 1,
    };
    Seller { name: name.to_owned(), days: (0..days).rev().map(day).collect(), ..Seller::default() }
}

#[test]
fn by_hand() {
    // 30 days × 3333 = 99,990; × .1 × .45 = 4,499.55, rounded to 4,500.
    let told = assess_sellers(&[seller("a", 400, 3_333)], AS_OF, &terms());
    assert_eq!(told.at_risk, SellerLoss { failure: 4_500, refunds: 0, chargebacks: 0 });
    let one = &told.sellers[0];
    assert!((one.probability - 0.1).abs() < 1e-12 && (one.rate_bps - 1_150.0).abs() < 1e-9);
    assert_eq!(one.indicators[4], ("late", Some(10.0)));
    assert_eq!(one.indicators[0], ("growth", None), "400 days tell no growth of a year");
}

#[test]
fn a_chargeback_moves_its_seller_and_the_sum_alike() {
    let mut sellers = vec![seller("a", 800, 5_000), seller("b", 800, 7_000)];
    let before = assess_sellers(&sellers, AS_OF, &terms());
    sellers[1].days.last_mut().unwrap().chargebacks = 50_000;
    let after = assess_sellers(&sellers, AS_OF, &terms());
    let of = |told: &Sellers, name: &str| told.sellers.iter().find(|one| one.name == name).unwrap().at_risk.sum();
    let moved = of(&after, "b") - of(&before, "b");
    assert!(moved > 0);
    assert_eq!(after.at_risk.sum() - before.at_risk.sum(), moved);
    assert_eq!(of(&after, "a"), of(&before, "a"));
}

#[test]
fn the_order_of_sellers_changes_nothing_and_money_adds() {
    let mut sellers: Vec<Seller> = (1..40).map(|n| seller(&format!("s{n}"), 30 * n, 1_111 * n)).collect();
    let one = assess_sellers(&sellers, AS_OF, &terms());
    sellers.reverse();
    assert_eq!(one, assess_sellers(&sellers, AS_OF, &terms()));
    assert_eq!(one.at_risk.sum(), one.sellers.iter().map(|seller| seller.at_risk.sum()).sum::<i64>());
    assert_eq!(one.at_risk.sum(), one.segments.values().map(|loss| loss.sum()).sum::<i64>());
}

#[test]
fn reasons_sum_and_ten_days_are_a_short_history_without_a_loan() {
    let told = assess_sellers(&[seller("new", 10, 5_000), seller("none", 0, 0)], AS_OF, &terms());
    for one in &told.sellers {
        let sum: f64 = one.reasons.iter().map(|(_, moves)| moves).sum();
        assert!((log_odds_of(one.probability) - sum).abs() < 1e-9);
        assert_eq!(one.loan_limit, 0);
        assert!(one.reasons.contains(&("short history", 1.0)));
    }
    let none = told.sellers.iter().find(|one| one.name == "none").unwrap();
    assert_eq!((none.sales, none.at_risk.sum()), (0, 0));
}

#[test]
fn one_chargeback_moves_its_buyer_its_seller_and_the_platform_and_nobody_else() {
    let sale = |buyer: &str, back: i64, minor: i64| SellerSale {
        day: AS_OF.checked_sub(back.days()).unwrap(),
        transaction: format!("{buyer}-{back}"),
        buyer: buyer.to_owned(),
        minor,
    };
    let mut sellers = vec![seller("a", 800, 5_000), seller("b", 800, 7_000)];
    sellers[0].days.iter_mut().for_each(|day| day.chargebacks = 20);
    sellers[0].sales = vec![sale("ann", 3, 4_000), sale("bob", 2, 1_000)];
    sellers[1].sales = vec![sale("bob", 5, 3_333), sale("cid", 90, 6_667)];
    let before = assess_sellers(&sellers, AS_OF, &terms());
    sellers[1].days.last_mut().unwrap().chargebacks = 50_000;
    let after = assess_sellers(&sellers, AS_OF, &terms());
    let moved = |of: fn(&Sellers, &str) -> i64, name: &str| of(&after, name) - of(&before, name);
    let of_buyer = |told: &Sellers, name: &str| told.sum.buyers.get(name).copied().unwrap_or(0);
    let of_seller = |told: &Sellers, name: &str| told.sum.sellers.get(name).copied().unwrap_or(0);
    assert!(moved(of_buyer, "bob") > 0 && moved(of_buyer, "cid") > 0);
    assert_eq!((moved(of_buyer, "ann"), moved(of_seller, "a")), (0, 0));
    let total = after.sum.total - before.sum.total;
    assert_eq!(total, moved(of_seller, "b"));
    assert_eq!(total, moved(of_buyer, "bob") + moved(of_buyer, "cid"));
    assert!(after.platform.unwrap().probability > before.platform.unwrap().probability);
    assert!(after.sum.adds() && after.sum.total == after.at_risk.sum());
    assert!(after.sum.kinds[&LossKind::Chargebacks] > before.sum.kinds[&LossKind::Chargebacks]);
}

#[test]
fn the_platform_is_its_sellers_together() {
    let told = assess_sellers(&[seller("a", 800, 5_000), seller("b", 800, 5_000)], AS_OF, &terms());
    let platform = told.platform.unwrap();
    assert_eq!((platform.sales, platform.concentration), (2 * 365 * 5_000, Some(0.5)));
    assert_eq!(platform.indicators[0], ("growth", Some(0.0)));
    assert!((platform.probability.unwrap() - 0.1).abs() < 1e-12);
    assert!(assess_sellers(&[], AS_OF, &terms()).platform.is_none());
}
