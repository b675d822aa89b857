//! One sum: what may be lost on transactions, added up to buyers, sellers, segments, kinds and the business.
//!
//! What is reckoned of a whole (a seller's chargebacks to come) is spread over its transactions by their amounts, to the
//! minor unit by largest remainders, so that every way of adding gives the same total. Transactions are put in an order
//! of their own first: the order in which they came changes nothing.
//!
//! Example: 10 over amounts 1, 1, 1 is 4, 3, 3.

use super::sellers::{Seller, SellerLoss, SellerRisk};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// What may happen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum LossKind {
    /// Goods come back and are credited.
    Returns,
    /// A seller fails, and its orders are paid back by the platform.
    Failure,
    /// Refunds of a seller that fails.
    Refunds,
    /// Buyers' banks take payments back.
    Chargebacks,
}

impl LossKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Returns, Self::Failure, Self::Refunds, Self::Chargebacks];

    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Returns => "returns",
            Self::Failure => "sellers fail",
            Self::Refunds => "refunds of sellers that fail",
            Self::Chargebacks => "chargebacks",
        }
    }
}

/// What may be lost on one transaction, of one kind; on a whole seller where its transactions are not told.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Leaf {
    /// Whose sale it was; the business itself where it sold.
    pub seller: String,
    /// Of which part of the business; may be empty.
    pub segment: String,
    /// Who bought; empty where it is not told.
    pub buyer: String,
    /// Which; empty where it is not told.
    pub transaction: String,
    /// What may happen.
    pub kind: LossKind,
    /// Expected loss, in minor units.
    pub minor: i64,
}

/// Leaves, and every way in which they add up.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OneSum {
    /// In order.
    pub leaves: Vec<Leaf>,
    /// Of all.
    pub total: i64,
    /// By what may happen.
    pub kinds: BTreeMap<LossKind, i64>,
    /// By part of the business and what may happen.
    pub segments: BTreeMap<(String, LossKind), i64>,
    /// By seller.
    pub sellers: BTreeMap<String, i64>,
    /// By buyer, the untold under the empty name.
    pub buyers: BTreeMap<String, i64>,
}

impl OneSum {
    /// Adds up.
    pub fn of(leaves: impl IntoIterator<Item = Leaf>) -> Self {
        let mut sum = Self { leaves: leaves.into_iter().filter(|leaf| leaf.minor != 0).collect(), ..Self::default() };
        sum.leaves.sort();
        for leaf in &sum.leaves {
            sum.total += leaf.minor;
            *sum.kinds.entry(leaf.kind).or_default() += leaf.minor;
            *sum.segments.entry((leaf.segment.clone(), leaf.kind)).or_default() += leaf.minor;
            *sum.sellers.entry(leaf.seller.clone()).or_default() += leaf.minor;
            *sum.buyers.entry(leaf.buyer.clone()).or_default() += leaf.minor;
        }
        sum
    }

    /// Whether every way of adding gives the total.
    pub fn adds(&self) -> bool {
        let total = self.total;
        self.leaves.iter().map(|leaf| leaf.minor).sum::<i64>() == total
            && self.kinds.values().sum::<i64>() == total
            && self.segments.values().sum::<i64>() == total
            && self.sellers.values().sum::<i64>() == total
            && self.buyers.values().sum::<i64>() == total
    }
}

/// A whole in parts by weights that are not negative: each gets its share rounded down, and the rest goes one by one to
/// the largest remainders, of equal ones to the first. All of it to nobody where no weight is above nought.
pub fn spread(whole: i64, weights: &[i64]) -> Option<Vec<i64>> {
    let sum: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if sum <= 0 || weights.iter().any(|weight| *weight < 0) {
        return None;
    }
    let part = |weight: &i64| i128::from(whole) * i128::from(*weight);
    let mut parts: Vec<i64> =
        weights.iter().map(|weight| i64::try_from(part(weight).div_euclid(sum)).unwrap_or(0)).collect();
    let rest = whole - parts.iter().sum::<i64>();
    let mut places: Vec<usize> = (0..weights.len()).collect();
    places.sort_by_key(|at| (std::cmp::Reverse(part(&weights[*at]).rem_euclid(sum)), *at));
    places.iter().take(usize::try_from(rest).unwrap_or(0)).for_each(|at| parts[*at] += 1);
    Some(parts)
}

/// The leaves of a seller: each kind spread over the sales that it was reckoned of.
pub(super) fn leaves(seller: &Seller, risk: &SellerRisk, as_of: Date, windows: [i64; 3]) -> Vec<Leaf> {
    let SellerLoss { failure, refunds, chargebacks } = risk.at_risk;
    let kinds = [LossKind::Failure, LossKind::Refunds, LossKind::Chargebacks];
    let of = |((kind, minor), window): ((LossKind, i64), i64)| over_sales(seller, kind, minor, as_of, window);
    kinds.into_iter().zip([failure, refunds, chargebacks]).zip(windows).flat_map(of).collect()
}

fn over_sales(seller: &Seller, kind: LossKind, minor: i64, as_of: Date, window: i64) -> Vec<Leaf> {
    let leaf = |buyer: &str, transaction: &str, minor: i64| Leaf {
        seller: seller.name.clone(),
        segment: seller.segment.clone(),
        buyer: buyer.to_owned(),
        transaction: transaction.to_owned(),
        kind,
        minor,
    };
    let days_back = |day: Date| i64::from((as_of - day).get_days());
    let mut sales: Vec<_> = seller.sales.iter().filter(|sale| (0..window).contains(&days_back(sale.day))).collect();
    sales.sort();
    let weights: Vec<i64> = sales.iter().map(|sale| sale.minor.max(0)).collect();
    match spread(minor, &weights) {
        Some(parts) => sales.iter().zip(parts).map(|(sale, part)| leaf(&sale.buyer, &sale.transaction, part)).collect(),
        None => vec![leaf("", "", minor)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn by_hand() {
        assert_eq!(spread(10, &[1, 1, 1]), Some(vec![4, 3, 3]));
        assert_eq!(spread(10, &[1, 5, 0, 4]), Some(vec![1, 5, 0, 4]));
        assert_eq!((spread(10, &[0, 0]), spread(10, &[]), spread(10, &[3, -1])), (None, None, None));
    }

    fn any_leaf() -> impl Strategy<Value = Leaf> {
        let name =
            |of: &'static str| (0..6_u8).prop_map(move |n| if n == 0 { String::new() } else { format!("{of}{n}") });
        let kind = (0..LossKind::ALL.len()).prop_map(|at| LossKind::ALL[at]);
        let names = (name("seller"), name("part"), name("buyer"), name("sale"));
        (names, kind, 0..1_000_000_000_i64).prop_map(|((seller, segment, buyer, transaction), kind, minor)| Leaf {
            seller,
            segment,
            buyer,
            transaction,
            kind,
            minor,
        })
    }

    proptest! {
        #[test]
        fn whatever_is_spread_adds_up_and_nobody_gets_more_than_one_unit_beyond_a_share(
            whole in 0..1_000_000_000_000_i64,
            weights in proptest::collection::vec(0..1_000_000_000_i64, 1..40),
        ) {
            let sum: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
            match spread(whole, &weights) {
                None => prop_assert_eq!(sum, 0),
                Some(parts) => {
                    prop_assert_eq!(parts.iter().sum::<i64>(), whole);
                    for (part, weight) in parts.iter().zip(&weights) {
                        let off = i128::from(*part) * sum - i128::from(whole) * i128::from(*weight);
                        prop_assert!(off.abs() < sum, "{part} of {whole} for {weight} of {sum}");
                    }
                }
            }
        }

        #[test]
        fn every_way_of_adding_gives_the_total_in_any_order(
            leaves in proptest::collection::vec(any_leaf(), 0..60),
            turn in 0..60_usize,
        ) {
            let one = OneSum::of(leaves.clone());
            prop_assert!(one.adds());
            prop_assert_eq!(one.total, leaves.iter().map(|leaf| leaf.minor).sum::<i64>());
            let mut others = leaves;
            let turn = turn.min(others.len());
            others.rotate_left(turn);
            others.reverse();
            prop_assert_eq!(one, OneSum::of(others));
        }
    }
}
