//! Where to begin when records are told apart by a title: not at how alike two titles are, which differs from record to
//! record, but at which is the most alike.
//!
//! *Seeds*: pairs of which either record is the other's best by far (the surer half of the mutual bests); every other
//! pair of their records is sure to be none. What price, maker and the rest say is learned from those, though they were
//! not asked.
//!
//! *How many records have a partner* is told by the runners-up: a record has at most one partner, so that the second
//! best of most records is how good a false best looks. Of the records without a partner, as many have a best below the
//! median of the second bests as above.
//!
//! By hand: the second bests of 10 records are 1 … 10, their median 5.5; the best of one record is below that: 2 of 10
//! have no partner, .8 have one.

use super::Study;
use crate::link::marginal;

/// Steps of the search for an offset: more than a log-odds needs.
const STEPS: usize = 24;

/// No offset is larger.
const MOST_OFFSET: f64 = 20.0;

/// Shares of records with a partner that are believed.
const LEAST_PARTNERED: f64 = 0.02;
const MOST_PARTNERED: f64 = 0.99;

/// How alike the titles of each pair are; none where there are no such features.
fn alike(study: &Study<'_>, title: &str) -> Option<Vec<f64>> {
    let at = |name: &str| study.names.iter().position(|known| *known == format!("{title}: {name}"));
    let (plain, soft) = (at("cosine")?, at("soft cosine")?);
    let of = |pair: usize| {
        let row = study.row(pair);
        let mean = f64::midpoint(f64::from(row[plain]), f64::from(row[soft]));
        if mean.is_nan() { 0.0 } else { mean }
    };
    Some((0..study.len()).map(of).collect())
}

/// The best and the second best of each record of one side.
fn two_best(records: &[u32], values: &[f64]) -> Vec<(f64, f64)> {
    let mut best =
        vec![(f64::NEG_INFINITY, f64::NEG_INFINITY); records.iter().max().map_or(0, |most| *most as usize + 1)];
    for (&record, &value) in records.iter().zip(values) {
        let best = &mut best[record as usize];
        if value > best.0 {
            *best = (value, best.0);
        } else if value > best.1 {
            best.1 = value;
        }
    }
    best
}

/// What ranks say: pairs that are one thing, and pairs that are none; the rest is not spoken of.
pub(super) fn seeds(study: &Study<'_>, title: &str) -> Option<Vec<(usize, bool)>> {
    let values = alike(study, title)?;
    let (lefts, rights) = (two_best(study.left, &values), two_best(study.right, &values));
    let of = |pair: usize| (lefts[study.left[pair] as usize], rights[study.right[pair] as usize]);
    let margin = |pair: usize| {
        let (left, right) = of(pair);
        // Without a rival a pair stands as far above it as its own value.
        values[pair] - left.1.max(right.1).max(0.0)
    };
    let is_best = |pair: &usize| {
        let (left, right) = of(*pair);
        values[*pair] > 0.0 && values[*pair] >= left.0 && values[*pair] >= right.0
    };
    let mut bests: Vec<usize> = (0..study.len()).filter(is_best).collect();
    bests.sort_by(|&a, &b| margin(b).total_cmp(&margin(a)).then(a.cmp(&b)));
    bests.truncate(bests.len().div_ceil(2));
    let (mut of_left, mut of_right) = (vec![false; lefts.len()], vec![false; rights.len()]);
    let mut is_one = vec![false; study.len()];
    for &pair in bests.iter().filter(|pair| margin(**pair) > 0.0) {
        (of_left[study.left[pair] as usize], of_right[study.right[pair] as usize]) = (true, true);
        is_one[pair] = true;
    }
    let spoken = |pair: &usize| of_left[study.left[*pair] as usize] || of_right[study.right[*pair] as usize];
    Some((0..study.len()).filter(spoken).map(|pair| (pair, is_one[pair])).collect())
}

/// The share of records (of the side that has fewer) with a partner, as the runners-up tell it.
pub(super) fn partnered(study: &Study<'_>, odds: &[f64]) -> f64 {
    let of = |records: &[u32]| -> Vec<(f64, f64)> {
        two_best(records, odds).into_iter().filter(|(best, _)| *best > f64::NEG_INFINITY).collect()
    };
    let (lefts, rights) = (of(study.left), of(study.right));
    let records = if lefts.len() <= rights.len() { lefts } else { rights };
    let mut second: Vec<f64> = records.iter().map(|(_, second)| *second).collect();
    second.sort_by(f64::total_cmp);
    let Some(&median) = second.get(second.len() / 2) else { return LEAST_PARTNERED };
    let below = records.iter().filter(|(best, _)| *best < median).count();
    (1.0 - 2.0 * below as f64 / records.len() as f64).clamp(LEAST_PARTNERED, MOST_PARTNERED)
}

/// What is to be added to the log-odds, so that as many records are expected to have a partner.
pub(super) fn offset(study: &Study<'_>, odds: &[f64], partnered: f64) -> f64 {
    let wanted = partnered * marginal::records(study) as f64;
    let expected = |offset: f64| -> f64 {
        let moved: Vec<f64> = odds.iter().map(|odds| odds + offset).collect();
        marginal::marginals(study, &moved).iter().sum()
    };
    let (mut low, mut high) = (-MOST_OFFSET, MOST_OFFSET);
    for _ in 0..STEPS {
        let middle = f64::midpoint(low, high);
        if expected(middle) < wanted { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<T>(pairs: &[(u32, u32)], names: &[String], features: &[f32], see: impl Fn(&Study<'_>) -> T) -> T {
        let (left, right): (Vec<u32>, Vec<u32>) = pairs.iter().copied().unzip();
        let title = Some("title");
        see(&Study { names, features, left: &left, right: &right, labels: &[], is_one_to_one: true, title })
    }

    #[test]
    fn the_example_by_hand() {
        // Each of ten records has a best of 20 and a second best of 1 … 10, but for one whose best is 5.
        let pairs: Vec<(u32, u32)> = (0..10).flat_map(|at| [(at, 2 * at), (at, 2 * at + 1)]).collect();
        let odds: Vec<f64> =
            (1..=10).flat_map(|second| [if second == 4 { 5.0 } else { 20.0 }, f64::from(second)]).collect();
        with(&pairs, &[], &[], |study| assert!((partnered(study, &odds) - 0.8).abs() < 1e-12));
    }

    #[test]
    fn seeds_are_the_surer_half_of_the_mutual_bests() {
        let names = ["title: cosine", "title: soft cosine"].map(str::to_owned);
        let pairs = [(0, 0), (0, 1), (1, 1), (1, 0), (2, 2)];
        let features: Vec<f32> = [0.9, 0.3, 0.6, 0.5, f32::NAN].into_iter().flat_map(|value| [value, value]).collect();
        // Mutual bests are 0–0, by .4, and 1–1, by .1; the surer half is the first. Its records' other pairs are none.
        let said = with(&pairs, &names, &features, |study| seeds(study, "title")).unwrap();
        assert_eq!(said, [(0, true), (1, false), (3, false)]);
        assert!(with(&pairs, &names, &features, |study| seeds(study, "name").is_none()));
    }

    #[test]
    fn as_many_partners_are_expected_as_are_wanted() {
        let pairs: Vec<(u32, u32)> = (0..50).flat_map(|at| [(at, at), (at, (at + 1) % 50)]).collect();
        let odds: Vec<f64> = (0..100_i32).map(|at| f64::from(at % 7)).collect();
        with(&pairs, &[], &[], |study| {
            let offset = offset(study, &odds, 0.6);
            let moved: Vec<f64> = odds.iter().map(|odds| odds + offset).collect();
            let expected: f64 = marginal::marginals(study, &moved).iter().sum();
            assert!((expected - 30.0).abs() < 1e-3, "{expected}");
        });
    }
}
