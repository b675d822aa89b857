//! The chance of each pair where a record of either table has at most one partner.
//!
//! Every way of giving partners is weighed by the product of its pairs' odds; the chance of a pair is the weight of the
//! ways that hold it. Counting them all is out of reach, so the chance that a record is free, but for one pair, is
//! passed back and forth until it settles (belief propagation for matchings: Bayati, Gamarnik, Katz, Nair and Tetali,
//! 2007). It is exact on trees, which most conflict components are: a rival that has a surer partner elsewhere counts
//! for little.
//!
//! By hand: a–x and a–y with odds 3 and 1: free but for a–x is 1/(1 + 1); the chance of a–x is 1.5/2.5 = 3/5 = 0.6.

use super::learner::Study;

/// Rounds of passing on.
const ROUNDS: usize = 8;

/// Odds beyond e^±so many are as good as certain.
const MOST_LOG_ODDS: f64 = 40.0;

/// The chances of the pairs, from their log-odds against both records being alone.
pub(super) fn marginals(study: &Study<'_>, log_odds: &[f64]) -> Vec<f64> {
    Settled::new(EACH_ONE, study.left, study.right, log_odds).chances()
}

/// No record of either side has several partners.
pub(super) const EACH_ONE: [f64; 2] = [0.0; 2];

/// Pairs of smaller log-odds say nothing to their rivals: forty of them take a four-thousandth.
const NEGLIGIBLE: f64 = -12.0;

/// What was passed on, once it has settled.
pub(super) struct Settled {
    /// The chance that a left record, or a right one, may have several partners.
    several: [f64; 2],
    odds: Vec<f64>,
    left_free: Vec<f64>,
    right_free: Vec<f64>,
}

impl Settled {
    /// Passes on among the pairs that count; the others learn how free their records are at the end.
    /// Records of either side may have several partners with such a chance: 0 where they have one at most, 1 where any
    /// number.
    pub(super) fn new(several: [f64; 2], left: &[u32], right: &[u32], log_odds: &[f64]) -> Self {
        let counts: Vec<usize> = (0..log_odds.len()).filter(|&pair| log_odds[pair] > NEGLIGIBLE).collect();
        let of = |records: &[u32]| counts.iter().map(|&pair| records[pair]).collect::<Vec<u32>>();
        let (near_left, near_right) = (of(left), of(right));
        let odds: Vec<f64> = log_odds.iter().map(|&odds| odds_of(odds)).collect();
        let counted: Vec<f64> = counts.iter().map(|&pair| odds[pair]).collect();
        // How free the record on either side of each pair is, but for the pair.
        let (mut left_free, mut right_free) = (vec![1.0; counts.len()], vec![1.0; counts.len()]);
        let most = |records: &[u32]| records.iter().max().map_or(0, |most| *most as usize + 1);
        let (mut of_left, mut of_right) = (vec![0.0; most(left)], vec![0.0; most(right)]);
        for _ in 0..ROUNDS {
            free(several[0], &near_left, &counted, &right_free, &mut of_left, &mut left_free);
            free(several[1], &near_right, &counted, &left_free, &mut of_right, &mut right_free);
        }
        let all = |several: f64, records: &[u32], sums: &[f64], freed: &[f64]| {
            let of = |record: &u32| freedom(several, sums[*record as usize]);
            let mut all: Vec<f64> = records.iter().map(of).collect();
            counts.iter().zip(freed).for_each(|(&pair, freed)| all[pair] = *freed);
            all
        };
        let left_free = all(several[0], left, &of_left, &left_free);
        let right_free = all(several[1], right, &of_right, &right_free);
        Self { several, odds, left_free, right_free }
    }

    pub(super) fn chances(&self) -> Vec<f64> {
        let weight = |pair: usize| self.odds[pair] * self.left_free[pair] * self.right_free[pair];
        (0..self.odds.len()).map(|pair| chance_of(weight(pair))).collect()
    }

    /// How free so many records of either side are, for a pair that is not among these.
    pub(super) fn free(&self, left: &[u32], right: &[u32], (lefts, rights): (usize, usize)) -> (Vec<f64>, Vec<f64>) {
        let of = |several: f64, records: &[u32], count: usize, far_free: &[f64]| {
            let mut sums = vec![0.0; count];
            for ((&record, odds), free) in records.iter().zip(&self.odds).zip(far_free) {
                sums[record as usize] += odds * free;
            }
            sums.into_iter().map(|sum| freedom(several, sum)).collect()
        };
        (of(self.several[0], left, lefts, &self.right_free), of(self.several[1], right, rights, &self.left_free))
    }
}

/// Odds, where they are not as good as certain.
pub(super) fn odds_of(log_odds: f64) -> f64 {
    log_odds.clamp(-MOST_LOG_ODDS, MOST_LOG_ODDS).exp()
}

/// The chance of a pair of such odds.
pub(super) fn chance_of(odds: f64) -> f64 {
    odds / (1.0 + odds)
}

/// How free a record is that others want so much: 1 / (1 + wanted) for one with at most one partner.
fn freedom(several: f64, wanted: f64) -> f64 {
    (1.0 + several * wanted) / (1.0 + wanted)
}

/// For each pair, how free its record is but for the pair, when the others' far sides are so free.
fn free(several: f64, records: &[u32], odds: &[f64], far_free: &[f64], sums: &mut [f64], freed: &mut [f64]) {
    sums.fill(0.0);
    let wanted = |pair: usize| odds[pair] * far_free[pair];
    for (pair, &record) in records.iter().enumerate() {
        sums[record as usize] += wanted(pair);
    }
    for (pair, &record) in records.iter().enumerate() {
        freed[pair] = freedom(several, (sums[record as usize] - wanted(pair)).max(0.0));
    }
}

/// The log-odds of a pair before anything was compared: with so many pairs a record, of which a share finds a partner.
///
/// With `n` pairs a record and all alike, a share s finds a partner where the odds are s / ((1 − s)² n).
pub(super) fn prior(pairs: usize, records: usize, partnered: f64) -> f64 {
    let share = partnered.clamp(0.05, 0.97);
    let pairs_a_record = (pairs as f64 / records.max(1) as f64).max(1.0);
    (share / ((1.0 - share) * (1.0 - share) * pairs_a_record)).ln()
}

/// The distinct records of the side with fewer.
pub(super) fn records(study: &Study<'_>) -> usize {
    let distinct = |records: &[u32]| {
        let mut records = records.to_vec();
        records.sort_unstable();
        records.dedup();
        records.len()
    };
    distinct(study.left).min(distinct(study.right))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(u32, u32)], odds: &[f64]) -> Vec<f64> {
        let (left, right): (Vec<u32>, Vec<u32>) = pairs.iter().copied().unzip();
        let study = Study {
            names: &[],
            features: &[],
            left: &left,
            right: &right,
            labels: &[],
            is_one_to_one: true,
            title: None,
        };
        marginals(&study, &odds.iter().map(|odds: &f64| odds.ln()).collect::<Vec<f64>>())
    }

    #[test]
    fn the_example_by_hand() {
        let chances = of(&[(0, 0), (0, 1)], &[3.0, 1.0]);
        assert!((chances[0] - 0.6).abs() < 1e-9 && (chances[1] - 0.2).abs() < 1e-9, "{chances:?}");
    }

    #[test]
    fn a_record_that_may_have_several_partners_has_no_rivals() {
        // x has a, b or none: 3 / (1 + 3 + 1). That a may have y too changes nothing: 5 / (1 + 5).
        let odds = [3.0_f64, 1.0, 5.0].map(f64::ln);
        let chances = Settled::new([1.0, 0.0], &[0, 1, 0], &[0, 0, 1], &odds).chances();
        for (chance, by_hand) in chances.iter().zip([0.6, 0.2, 5.0 / 6.0]) {
            assert!((chance - by_hand).abs() < 1e-9, "{chances:?}");
        }
    }

    #[test]
    fn a_rival_with_a_surer_partner_counts_for_little() {
        // a–x 10, b–x 10 and b–y 1000: b has y, so a has x.
        let chances = of(&[(0, 0), (1, 0), (1, 1)], &[10.0, 10.0, 1000.0]);
        // Ways: none 1, ax 10, bx 10, by 1000, ax and by 10,000: 10,010 / 11,021.
        assert!((chances[0] - 10_010.0 / 11_021.0).abs() < 1e-6, "{chances:?}");
    }
}
