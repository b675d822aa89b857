//! What the links are worth, estimated without labels: which share of all pairs that are one thing the candidates hold,
//! and how many of the links are right, in pairs and in money.

use super::candidates::Blocking;
use super::compare::{Comparer, Pair, read_amount};
use super::learner::{PairModel, Study};
use super::marginal::{EACH_ONE, Settled, chance_of, odds_of};
use super::table::{Field, Kind, Rows};

/// Left records for which the wide net is thrown, and the most that it brings for each.
const WIDE_RECORDS: usize = 300;
const WIDE_NEAR: usize = 300;

/// A share of pairs, and the same where each counts as much as its left record's amount.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shares {
    /// Of pairs.
    pub pairs: f64,
    /// Of money; none where no field holds amounts.
    pub money: Option<f64>,
}

/// What each left record's amount is, without its sign; none where no field holds amounts.
pub(super) fn amounts(fields: &[Field], left: &Rows) -> Option<Vec<f64>> {
    let at = fields.iter().position(|field| field.kind == Kind::Amount)?;
    Some((0..left.len()).map(|row| read_amount(left.value(row, at)).unwrap_or(0.0).abs()).collect())
}

/// Sums of pairs and of money.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    pairs: f64,
    money: f64,
}

impl Sum {
    fn add(&mut self, chance: f64, amount: f64) {
        self.pairs += chance;
        self.money += chance * amount;
    }

    /// The share that these are of these and others.
    fn share(self, others: Self, has_money: bool) -> Option<Shares> {
        let of = |part: f64, rest: f64| if part + rest > 0.0 { Some(part / (part + rest)) } else { None };
        let money = if has_money { of(self.money, others.money) } else { None };
        Some(Shares { pairs: of(self.pairs, others.pairs)?, money })
    }
}

/// The share of all pairs that are one thing which the candidates hold. Looks for what they lack: for a sample of left
/// records, the chance of those in the candidates, and of all others that share a rare key with them.
pub(super) fn recall(
    blocking: &Blocking,
    comparer: &Comparer,
    model: &PairModel,
    study: &Study<'_>,
    odds: &[f64],
    amounts: Option<&[f64]>,
) -> Option<Shares> {
    let (lefts, rights) = blocking.sizes();
    let settled = Settled::new(EACH_ONE, study.left, study.right, odds);
    let (chances, (left_free, right_free)) =
        (settled.chances(), settled.free(study.left, study.right, (lefts, rights)));
    let (mut inside, mut outside) = (Sum::default(), Sum::default());
    for (left, near) in blocking.wide(WIDE_RECORDS, WIDE_NEAR) {
        let amount = amounts.map_or(0.0, |amounts| amounts[left as usize]);
        let own = study.left.partition_point(|at| *at < left)..study.left.partition_point(|at| *at <= left);
        inside.add(chances[own].iter().sum(), amount);
        let is_candidate =
            |right: u32| [(left, right), (right, left)].iter().any(|pair| blocking.pairs.binary_search(pair).is_ok());
        let others: Vec<Pair> =
            near.into_iter().filter(|&right| !is_candidate(right)).map(|right| (left, right)).collect();
        let features = comparer.features_of(&others);
        for (row, &(_, right)) in features.chunks(comparer.names().len().max(1)).zip(&others) {
            let free = left_free[left as usize] * right_free[right as usize];
            outside.add(chance_of(odds_of(model.log_odds_outside(left, row)) * free), amount);
        }
    }
    inside.share(outside, amounts.is_some())
}

/// Of what stands, the share that is expected to be right: the mean of the chances. None where nothing stands.
pub(super) fn precision(lefts: &[u32], chances: &[f64], stands: &[bool], amounts: Option<&[f64]>) -> Option<Shares> {
    let (mut right, mut wrong) = (Sum::default(), Sum::default());
    for at in (0..lefts.len()).filter(|&at| stands[at]) {
        let amount = amounts.map_or(0.0, |amounts| amounts[lefts[at] as usize]);
        right.add(chances[at], amount);
        wrong.add(1.0 - chances[at], amount);
    }
    right.share(wrong, amounts.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precision_by_hand() {
        // Chances .9 of 100.00 and .6 of 300.00 stand: 1.5 of 2 pairs, 90 + 180 of 400 money.
        let shares = precision(&[0, 0, 1], &[0.9, 0.2, 0.6], &[true, false, true], Some(&[100.0, 300.0])).unwrap();
        assert!((shares.pairs - 0.75).abs() < 1e-12 && (shares.money.unwrap() - 0.675).abs() < 1e-12);
        assert_eq!(precision(&[0], &[0.9], &[false], None), None);
    }

    #[test]
    fn amounts_are_of_the_first_field_that_holds_some() {
        let field = |name: &str, kind| Field { name: name.to_owned(), kind };
        let rows = Rows(vec![vec!["x".to_owned(), "-12.50 EUR".to_owned()], vec!["y".to_owned(), String::new()]]);
        let fields = [field("memo", Kind::Memo), field("amount", Kind::Amount)];
        assert_eq!(amounts(&fields, &rows), Some(vec![12.5, 0.0]));
        assert_eq!(amounts(&fields[..1], &rows), None);
    }
}
