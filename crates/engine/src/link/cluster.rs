//! Which records are one thing, where there may be many: groups grown from the surest pair on, joined only while the
//! mean log-odds between two groups stays above 0. A pair that was no candidate counts as unlikely, so a chain of weak
//! links makes no cluster.
//!
//! Log-odds of −∞ keep two records apart for good, whatever chain leads from one to the other; those of +∞ join them
//! first.
//!
//! By hand: a–b 4, b–c 1, a–c −5: a and b are one; the mean of b–c and a–c is −2, so c stays alone.

use crate::link::compare::Pair;
use std::collections::BTreeMap;

/// The log-odds of two records that were no candidates of each other.
const NO_CANDIDATE: f64 = -2.0;

/// The group of each of so many records: the number of its first record.
pub fn clusters(records: usize, pairs: &[Pair], odds: &[f64]) -> Vec<u32> {
    let mut groups = Groups::new(records, pairs, odds);
    let mut order: Vec<usize> = (0..pairs.len()).filter(|&at| odds[at] > 0.0).collect();
    order.sort_by(|&a, &b| odds[b].total_cmp(&odds[a]).then(pairs[a].cmp(&pairs[b])));
    for at in order {
        groups.join_if_alike(pairs[at].0, pairs[at].1);
    }
    groups.of
}

struct Groups {
    of: Vec<u32>,
    members: BTreeMap<u32, Vec<u32>>,
    /// The pairs of each record, with their log-odds.
    near: Vec<Vec<(u32, f64)>>,
}

impl Groups {
    fn new(records: usize, pairs: &[Pair], odds: &[f64]) -> Self {
        let mut near = vec![Vec::new(); records];
        for (&(one, other), &odds) in pairs.iter().zip(odds) {
            near[one as usize].push((other, odds));
            near[other as usize].push((one, odds));
        }
        Self { of: (0_u32..).take(records).collect(), members: BTreeMap::new(), near }
    }

    fn join_if_alike(&mut self, one: u32, other: u32) {
        let (one, other) = (self.of[one as usize], self.of[other as usize]);
        if one == other {
            return;
        }
        let members = |group: u32| self.members.get(&group).cloned().unwrap_or_else(|| vec![group]);
        let (these, those) = (members(one), members(other));
        let (mut sum, mut known) = (0.0, 0.0);
        for member in &these {
            let between = self.near[*member as usize].iter().filter(|(near, _)| self.of[*near as usize] == other);
            for (_, odds) in between {
                if *odds == f64::NEG_INFINITY {
                    return;
                }
                (sum, known) = (sum + odds, known + 1.0);
            }
        }
        let all = (these.len() * those.len()) as f64;
        if sum + (all - known) * NO_CANDIDATE <= 0.0 {
            return;
        }
        let (low, high) = (one.min(other), one.max(other));
        those.iter().chain(&these).for_each(|member| self.of[*member as usize] = low);
        self.members.remove(&high);
        self.members.insert(low, these.into_iter().chain(those).collect());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_by_hand() {
        assert_eq!(clusters(4, &[(0, 1), (1, 2), (0, 2)], &[4.0, 1.0, -5.0]), [0, 0, 2, 3]);
        assert_eq!(clusters(3, &[(0, 1), (1, 2), (0, 2)], &[4.0, 1.0, 5.0]), [0, 0, 0]);
    }

    #[test]
    fn what_is_certain_joins_first_and_keeps_apart_for_good() {
        let pairs = [(0, 1), (1, 2), (0, 2), (2, 3)];
        let (never, always) = (f64::NEG_INFINITY, f64::INFINITY);
        assert_eq!(clusters(4, &pairs, &[9.0, 8.0, never, -3.0]), [0, 0, 2, 3], "b–c would join a and c");
        assert_eq!(clusters(4, &pairs, &[-9.0, always, -9.0, always]), [0, 1, 1, 1]);
        assert_eq!(clusters(3, &pairs[..3], &[always, always, never]), [0, 0, 2], "answers that contradict each other");
    }

    #[test]
    fn a_chain_of_weak_links_is_no_cluster() {
        let chain: Vec<Pair> = (0..9).map(|at| (at, at + 1)).collect();
        let of = clusters(10, &chain, &[1.0; 9]);
        assert!(of.iter().filter(|group| **group == of[0]).count() <= 2, "{of:?}");
    }
}
