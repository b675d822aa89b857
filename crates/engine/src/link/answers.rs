//! What people said of pairs, and which pairs to ask them about.
//!
//! An answer stands above any model: its pair is certain, and its record's rivals learn of it. Models learn from
//! answers too. What is asked next is what teaches most: a pair is worth its uncertainty (the entropy of its chance, in
//! bits) times ln(1 + the unsure pairs that agree in the same fields to the same degree), divided by one more than how
//! often such a pair is asked already; no record is asked about twice in a round, as one answer tells its rivals too.
//!
//! By hand: a pair of chance .5 among 9 unsure ones that agree alike is worth 1 · ln 10 = 2.303, the second of them half
//! of that; a pair of chance .1 that is alone in its way 0.469 · ln 2 = 0.325.

use super::compare::Pair;
use std::collections::{BTreeMap, BTreeSet};

/// What somebody said of two rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The rows, as the tables are given.
    pub pair: Pair,
    /// Whether they are one thing; none where that could not be told, so that it is not asked again.
    pub is_one: Option<bool>,
}

/// The log-odds of a pair of which somebody was sure.
pub(super) const SURE: f64 = 30.0;

/// A pair is unsure from so many bits on: a chance between 1/256 and 255/256.
const LEAST_BITS: f64 = 0.037;

/// Answers by the rows in the order of their content; of one table, the earlier row first.
pub(super) fn in_content_order(
    answers: &[Answer],
    left_order: &[u32],
    right_order: &[u32],
    is_one_table: bool,
) -> BTreeMap<Pair, Option<bool>> {
    let places = |order: &[u32]| {
        let mut places = vec![u32::MAX; order.len()];
        order.iter().zip(0..).for_each(|(&row, place)| places[row as usize] = place);
        places
    };
    let (left, right) = (places(left_order), places(right_order));
    let mut placed = BTreeMap::new();
    for answer in answers {
        let (l, r) = answer.pair;
        let (Some(&l), Some(&r)) = (left.get(l as usize), right.get(r as usize)) else { continue };
        let pair = if is_one_table { (l.min(r), l.max(r)) } else { (l, r) };
        if !(is_one_table && l == r) {
            placed.insert(pair, answer.is_one);
        }
    }
    placed
}

/// What was said of each pair; empty where nothing was.
pub(super) fn labels(pairs: &[Pair], told: &BTreeMap<Pair, Option<bool>>) -> Vec<Option<bool>> {
    if told.is_empty() {
        return Vec::new();
    }
    pairs.iter().map(|pair| told.get(pair).copied().flatten()).collect()
}

/// Log-odds in which what somebody said is certain.
pub(super) fn overruled(odds: &[f64], labels: &[Option<bool>]) -> Vec<f64> {
    let of = |(at, &odds): (usize, &f64)| match labels.get(at).copied().flatten() {
        Some(true) => SURE,
        Some(false) => -SURE,
        None => odds,
    };
    odds.iter().enumerate().map(of).collect()
}

/// The places of the pairs to ask about, the one that teaches most first. `pattern` tells pairs that agree alike.
pub(super) fn questions(
    pairs: &[Pair],
    chances: &[f64],
    patterns: &[u64],
    is_answered: impl Fn(Pair) -> bool,
    most: usize,
) -> Vec<usize> {
    let mut alike: BTreeMap<u64, Vec<(f64, usize)>> = BTreeMap::new();
    for at in 0..pairs.len() {
        let bits = entropy(chances[at]);
        if bits >= LEAST_BITS && !is_answered(pairs[at]) {
            alike.entry(patterns[at]).or_default().push((bits, at));
        }
    }
    let mut kinds: Vec<Alike> = alike.into_values().map(Alike::new).collect();
    let (mut lefts, mut rights) = (BTreeSet::new(), BTreeSet::new());
    let mut asked = Vec::new();
    while asked.len() < most {
        let is_used = |at: usize| lefts.contains(&pairs[at].0) || rights.contains(&pairs[at].1);
        kinds.iter_mut().for_each(|kind| kind.skip(is_used));
        let worth = kinds.iter().enumerate().filter_map(|(at, kind)| Some((kind.worth()?, at)));
        let Some((_, kind)) = worth.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1))) else { break };
        let Some(at) = kinds[kind].take() else { break };
        lefts.insert(pairs[at].0);
        rights.insert(pairs[at].1);
        asked.push(at);
    }
    asked
}

/// Unsure pairs that agree alike, the most unsure first.
struct Alike {
    pairs: Vec<(f64, usize)>,
    next: usize,
    taken: usize,
}

impl Alike {
    fn new(mut pairs: Vec<(f64, usize)>) -> Self {
        pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        Self { pairs, next: 0, taken: 0 }
    }

    fn skip(&mut self, is_used: impl Fn(usize) -> bool) {
        while self.pairs.get(self.next).is_some_and(|(_, at)| is_used(*at)) {
            self.next += 1;
        }
    }

    fn worth(&self) -> Option<f64> {
        let (bits, _) = self.pairs.get(self.next)?;
        Some(bits * (1.0 + self.pairs.len() as f64).ln() / (1.0 + self.taken as f64))
    }

    fn take(&mut self) -> Option<usize> {
        let (_, at) = *self.pairs.get(self.next)?;
        (self.next, self.taken) = (self.next + 1, self.taken + 1);
        Some(at)
    }
}

/// In bits.
fn entropy(chance: f64) -> f64 {
    let part = |p: f64| if p > 0.0 { -p * p.log2() } else { 0.0 };
    part(chance) + part(1.0 - chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_by_hand() {
        let pairs: Vec<Pair> = (0..10).map(|at| (at, at)).collect();
        let chances: Vec<f64> = (0..9).map(|_| 0.5).chain([0.1]).collect();
        let patterns: Vec<u64> = (0..9).map(|_| 7).chain([3]).collect();
        let asked = questions(&pairs, &chances, &patterns, |pair| pair.0 == 1, 4);
        // 2.08, half and a third of it, and then a quarter (.52) still stands before .325; what is answered is not asked.
        assert_eq!(asked, [0, 2, 3, 4]);
        let all = questions(&pairs, &chances, &patterns, |_| false, 99);
        assert_eq!((all.len(), all.iter().position(|at| *at == 9)), (10, Some(7)), "2.303 / 8 is less than .325");
        assert!((entropy(0.1) - 0.469).abs() < 1e-3 && entropy(0.0) == 0.0);
    }

    #[test]
    fn no_record_is_asked_about_twice_in_a_round() {
        let asked = questions(&[(0, 0), (0, 1), (1, 1)], &[0.5, 0.5, 0.4], &[1, 2, 3], |_| false, 9);
        assert_eq!(asked, [0, 2]);
    }

    #[test]
    fn answers_follow_their_rows() {
        let told = [Answer { pair: (2, 0), is_one: Some(true) }, Answer { pair: (0, 1), is_one: None }];
        let placed = in_content_order(&told, &[1, 2, 0], &[1, 0], false);
        assert_eq!(placed, BTreeMap::from([((1, 1), Some(true)), ((2, 0), None)]));
        let of_one_table = in_content_order(&told, &[1, 2, 0], &[1, 2, 0], true);
        assert_eq!(of_one_table, BTreeMap::from([((1, 2), Some(true)), ((0, 2), None)]));
        assert_eq!(overruled(&[0.5, 1.0], &[None, Some(false)]), [0.5, -SURE]);
    }
}
