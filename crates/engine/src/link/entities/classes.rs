//! The chance that two records are one thing, learned without labels from how often each pattern of agreement comes.
//!
//! Fellegi and Sunter ("A theory for record linkage", 1969) know two classes of pairs, and take comparisons for
//! independent in each. Among people that fails: the others of a household agree in surname and place by nature,
//! namesakes in their names. So the pairs that are *not* one thing are a mixture: for each set of comparisons that may
//! agree by nature there is a class in which these agree and all others are as of two records taken at random. EM finds
//! how large each class is; what is as of random pairs is fixed beforehand, so no class can drift into the matches. In
//! each such class at least two comparisons are random: a single disagreement is an error, a move or a new name, two
//! that come together oftener than errors would are another person.
//!
//! By hand, one comparison: half of all pairs one thing, of these 0.9 equal, of the others 0.1: the log-odds of an equal
//! pair are ln(0.45/0.05) = 2.197.

use super::level::{level_of, only};
use super::value::Level;
use std::collections::BTreeMap;

/// Levels that are known.
pub(super) const LEVELS: usize = 7;

/// Rounds of EM; it ends before when the shares stand still.
const ROUNDS: usize = 200;
const STANDS_STILL: f64 = 1e-7;

/// What is added to each count, so that no share is 0.
const PRIOR: f64 = 0.5;

/// Classes of others that are smaller say nothing, and are left out.
const SMALLEST: f64 = 1e-7;

/// The least share of pairs that have nothing to do with each other: candidates are seldom such, but any two records of two
/// groups may be.
const STRANGERS: f64 = 0.01;

/// Comparisons up to which every set has a class; of more, only sets of up to three.
const MOST_FOR_ALL_SETS: usize = 7;

/// Comparisons up to which reasons are exact Shapley values.
const MOST_EXACT: usize = 12;

/// The share of pairs that are one thing and have nothing in common in one comparison, at most.
const MOST_DIFFERENT: f64 = 0.35;

/// What agrees by nature is seldom written otherwise.
const SELDOM_DIFFERENT: f64 = 0.02;

/// One class of pairs.
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// Comparisons that agree by nature, a bit each; those of one thing agree in all.
    pub agrees: u32,
    /// Its share of all pairs.
    pub share: f64,
    /// How likely each level is.
    pub levels: Vec<[f64; LEVELS]>,
}

/// What was learned: the class of pairs that are one thing, and those of the others.
#[derive(Debug, Clone, PartialEq)]
pub struct Classes {
    /// Pairs that are one thing.
    pub one: Class,
    /// The others.
    pub others: Vec<Class>,
}

/// What patterns are learned from.
pub(super) struct Seen<'a> {
    /// Patterns of candidates, with how often each came.
    pub(super) patterns: &'a [(u64, f64)],
    /// Patterns of pairs taken at random.
    pub(super) random: &'a [(u64, f64)],
    /// Patterns of records with themselves: how rare their values are.
    pub(super) own: &'a [(u64, f64)],
    pub(super) comparisons: usize,
}

impl Class {
    fn weight(&self, pattern: u64) -> f64 {
        let mut weight = self.share;
        for (comparison, shares) in self.levels.iter().enumerate() {
            let level = level_of(pattern, comparison);
            if level != Level::Missing {
                weight *= shares[level as usize];
            }
        }
        weight
    }
}

impl Classes {
    /// Learns from the patterns.
    pub(super) fn learn(seen: &Seen<'_>) -> Self {
        let random = counted(seen.random, seen.comparisons);
        let start = Self::start(seen, &random);
        let mut classes = start.clone();
        for _ in 0..ROUNDS {
            if seen.patterns.is_empty() || classes.renew(seen, &start) < STANDS_STILL {
                break;
            }
        }
        classes.others.retain(|class| class.agrees == 0 || class.share > SMALLEST);
        classes
    }

    /// Before anything is known: one thing agrees in most; equal values are as rare as values are.
    fn start(seen: &Seen<'_>, random: &[[f64; LEVELS]]) -> Self {
        let mut agreeing = vec![[0.0; LEVELS]; seen.comparisons];
        for (comparison, own) in counted(seen.own, seen.comparisons).into_iter().enumerate() {
            let equal: f64 = own[..3].iter().sum();
            let rest = [0.06, 0.08, 0.03, 0.05];
            let of = |level: usize| if level < 3 { 0.78 * own[level] / equal } else { rest[level - 3] };
            agreeing[comparison] = std::array::from_fn(of);
        }
        let every = (1_u32 << seen.comparisons) - 1;
        let sets = sets_that_agree(seen.comparisons);
        let share = 0.7 / sets.len() as f64;
        let of = |agrees: u32| {
            let shares =
                |at: usize| if agrees & (1 << at) == 0 { random[at] } else { bounded(agreeing[at], SELDOM_DIFFERENT) };
            Class { agrees, share, levels: (0..seen.comparisons).map(shares).collect() }
        };
        let others = sets.into_iter().map(of).collect();
        Self { one: Class { agrees: every, share: 0.3, levels: agreeing }, others }
    }

    /// One round of EM; how far the share of pairs that are one thing moved.
    fn renew(&mut self, seen: &Seen<'_>, start: &Self) -> f64 {
        let mut sums = vec![0.0; self.others.len() + 1];
        let mut counts = vec![vec![[0.0; LEVELS]; seen.comparisons]; self.others.len() + 1];
        let mut weights = vec![0.0; self.others.len() + 1];
        for &(pattern, times) in seen.patterns {
            for (weight, class) in weights.iter_mut().zip(self.others.iter().chain([&self.one])) {
                *weight = class.weight(pattern);
            }
            let all: f64 = weights.iter().sum();
            for (at, weight) in weights.iter().enumerate() {
                let part = times * weight / all.max(f64::MIN_POSITIVE);
                sums[at] += part;
                for (comparison, counts) in counts[at].iter_mut().enumerate() {
                    let level = level_of(pattern, comparison);
                    if level != Level::Missing {
                        counts[level as usize] += part;
                    }
                }
            }
        }
        let all: f64 = sums.iter().sum::<f64>() + PRIOR * sums.len() as f64;
        let before = self.one.share;
        for (at, class) in self.others.iter_mut().chain([&mut self.one]).enumerate() {
            class.share = (sums[at] + PRIOR) / all;
            if class.agrees == 0 {
                class.share = class.share.max(STRANGERS);
            }
            let most = if at + 1 == sums.len() { MOST_DIFFERENT } else { SELDOM_DIFFERENT };
            // What is random stays as it was.
            for comparison in (0..seen.comparisons).filter(|comparison| class.agrees & (1 << comparison) != 0) {
                let found = shares_of(&counts[at][comparison], &start.one.levels[comparison]);
                class.levels[comparison] = bounded(found, most);
            }
        }
        (self.one.share - before).abs()
    }

    /// The log-odds that a pair of this pattern is one thing.
    pub fn log_odds(&self, pattern: u64) -> f64 {
        let others: f64 = self.others.iter().map(|class| class.weight(pattern)).sum();
        (self.one.weight(pattern).max(f64::MIN_POSITIVE) / others.max(f64::MIN_POSITIVE)).ln()
    }

    /// The log-odds of every pattern there can be, by the pattern; nothing where these are too many to be kept.
    pub(super) fn every_log_odds(&self) -> Vec<f64> {
        const MOST_COMPARISONS: u32 = 5;
        match u32::try_from(self.one.levels.len()) {
            Ok(comparisons) if comparisons <= MOST_COMPARISONS => {
                (0..8_u64.pow(comparisons)).map(|pattern| self.log_odds(pattern)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What each comparison adds to the log-odds: Shapley values, a comparison that is left out counting as not known;
    /// of many comparisons, what each adds to those before it. With what was known before they sum to the log-odds.
    pub fn reasons(&self, pattern: u64) -> Vec<f64> {
        let count = self.one.levels.len();
        let known: Vec<usize> = (0..count).filter(|at| level_of(pattern, *at) != Level::Missing).collect();
        let mut reasons = vec![0.0; count];
        if known.len() > MOST_EXACT {
            let mut set = 0;
            for at in known {
                let before = self.log_odds(only(pattern, count, set));
                set |= 1 << at;
                reasons[at] = self.log_odds(only(pattern, count, set)) - before;
            }
            return reasons;
        }
        let of_set = |set: u32| -> f64 {
            let bits = known.iter().enumerate().filter(|(bit, _)| set & (1 << bit) != 0);
            self.log_odds(only(pattern, count, bits.fold(0, |set, (_, at)| set | 1 << at)))
        };
        let values: Vec<f64> = (0..1_u32 << known.len()).map(of_set).collect();
        for (bit, &at) in known.iter().enumerate() {
            for set in (0..values.len()).filter(|set| set & (1 << bit) == 0) {
                let weight = shapley_weight(set.count_ones(), known.len());
                reasons[at] += weight * (values[set | 1 << bit] - values[set]);
            }
        }
        reasons
    }
}

/// s! (n − s − 1)! / n!, the weight of a set of `s` of `n` players that one joins.
fn shapley_weight(of: u32, players: usize) -> f64 {
    let others = players - 1;
    let mut choices = 1.0;
    for at in 0..of {
        choices *= (others as f64 - f64::from(at)) / f64::from(at + 1);
    }
    1.0 / (choices * players as f64)
}

/// Every set of comparisons that may agree by nature: at least two are left out, as far as there are so many.
fn sets_that_agree(comparisons: usize) -> Vec<u32> {
    let by_left_out = comparisons.saturating_sub(2);
    let most = if comparisons <= MOST_FOR_ALL_SETS { by_left_out } else { by_left_out.min(3) };
    (0..1_u32 << comparisons).filter(|set| set.count_ones() as usize <= most).collect()
}

/// How likely each level is in each comparison, where it is known.
fn counted(patterns: &[(u64, f64)], comparisons: usize) -> Vec<[f64; LEVELS]> {
    let mut counts = vec![[0.0; LEVELS]; comparisons];
    for &(pattern, times) in patterns {
        for (comparison, counts) in counts.iter_mut().enumerate() {
            let level = level_of(pattern, comparison);
            if level != Level::Missing {
                counts[level as usize] += times;
            }
        }
    }
    counts.iter().map(|counts| shares_of(counts, &[1.0 / LEVELS as f64; LEVELS])).collect()
}

/// Shares from counts, and from what is taken for likely where there are few.
fn shares_of(counts: &[f64; LEVELS], likely: &[f64; LEVELS]) -> [f64; LEVELS] {
    let weight = PRIOR * LEVELS as f64;
    let all: f64 = counts.iter().sum::<f64>() + weight;
    std::array::from_fn(|level| (counts[level] + weight * likely[level]) / all)
}

/// The shares, with that of different values at most so large.
fn bounded(mut shares: [f64; LEVELS], most: f64) -> [f64; LEVELS] {
    let different = Level::Different as usize;
    let (last, rest) = (shares[different], 1.0 - shares[different]);
    if last > most {
        shares.iter_mut().for_each(|share| *share *= (1.0 - most) / rest.max(f64::MIN_POSITIVE));
        shares[different] = most;
    }
    shares
}

/// Patterns with how often each came.
pub(super) fn tally(mut patterns: Vec<(u64, f64)>) -> Vec<(u64, f64)> {
    patterns.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let sum = |same: &[(u64, f64)]| same.iter().map(|(_, times)| times).sum();
    patterns.chunk_by(|a, b| a.0 == b.0).map(|same| (same[0].0, sum(same))).collect()
}

/// Two tallies as one.
pub(super) fn joined(one: Vec<(u64, f64)>, other: Vec<(u64, f64)>) -> Vec<(u64, f64)> {
    let mut sums = BTreeMap::new();
    one.into_iter().chain(other).for_each(|(pattern, times)| *sums.entry(pattern).or_insert(0.0) += times);
    sums.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pattern of these levels.
    fn pattern(levels: &[Level]) -> u64 {
        levels.iter().rev().fold(0, |pattern, level| pattern << 3 | *level as u64)
    }

    #[test]
    fn the_example_by_hand() {
        let mut equal = [0.0; LEVELS];
        (equal[1], equal[6]) = (0.9, 0.1);
        let mut other = [0.0; LEVELS];
        (other[1], other[6]) = (0.1, 0.9);
        let class = |share, levels| Class { agrees: 0, share, levels: vec![levels] };
        let classes = Classes { one: class(0.5, equal), others: vec![class(0.5, other)] };
        assert!((classes.log_odds(pattern(&[Level::Equal])) - 9.0_f64.ln()).abs() < 1e-12);
        assert!((classes.reasons(pattern(&[Level::Equal]))[0] - 9.0_f64.ln()).abs() < 1e-12);
    }

    /// Pairs of people: one person 3,000 times, the others of a household 1,000 times, namesakes 500 times. Three
    /// comparisons, of which an error hits each once in ten where it is one person.
    fn people() -> Classes {
        use Level::{Different, Equal, Missing};
        let mut patterns = Vec::new();
        for at in 0..3_000 {
            let level = |step: usize| if (at / step).is_multiple_of(10) { Different } else { Equal };
            let mail = if at % 7 == 0 { Missing } else { level(100) };
            patterns.push((pattern(&[mail, level(1), level(10)]), 1.0));
        }
        for (agreeing, times) in [([Different, Different, Equal], 1_000), ([Different, Equal, Different], 500)] {
            patterns.push((pattern(&agreeing), f64::from(times)));
        }
        let random = vec![(pattern(&[Different; 3]), 1_000.0)];
        let own = [(pattern(&[Equal; 3]), 1_000.0)];
        Classes::learn(&Seen { patterns: &tally(patterns), random: &random, own: &own, comparisons: 3 })
    }

    #[test]
    fn households_and_namesakes_are_told_from_errors() {
        use Level::{Different, Equal, Missing};
        let classes = people();
        let odds = |levels: [Level; 3]| classes.log_odds(pattern(&levels));
        assert!((classes.one.share - 3_000.0 / 4_500.0).abs() < 0.03, "{}", classes.one.share);
        for one in [[Equal; 3], [Different, Equal, Equal], [Equal, Different, Equal], [Missing, Equal, Equal]] {
            assert!(odds(one) > 1.0, "{one:?}: {}", odds(one));
        }
        for other in [[Different, Different, Equal], [Different, Equal, Different], [Different; 3]] {
            assert!(odds(other) < -1.0, "{other:?}: {}", odds(other));
        }
    }

    #[test]
    fn reasons_sum_to_the_log_odds() {
        use Level::{Different, Equal, Missing};
        let classes = people();
        for levels in [[Equal, Different, Equal], [Missing, Equal, Equal], [Different, Equal, Different]] {
            let pattern = pattern(&levels);
            let before = classes.log_odds(only(pattern, 3, 0));
            let sum: f64 = classes.reasons(pattern).iter().sum();
            assert!((before + sum - classes.log_odds(pattern)).abs() < 1e-9);
        }
    }
}
