//! Groups of nodes, grown from the surest pair on: two groups become one while the mean log-odds between their nodes
//! stays above 0, whatever was a candidate; so a chain of weak links makes no entity. What a user said of two records
//! stands before that.
//!
//! By hand: a–b 4, b–c 1, a–c −5: a and b are one; the mean of b–c and a–c is −2, so c stays alone.

use std::collections::BTreeMap;

/// A candidate pair whose log-odds are above 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Edge {
    pub(super) odds: f32,
    pub(super) one: u32,
    pub(super) other: u32,
}

/// The most nodes of a group that are compared with those of another.
const MOST_COMPARED: usize = 8;

/// Beyond these log-odds one pair says no more.
const MOST_ODDS: f64 = 12.0;

/// Groups that two others became, in that order.
#[derive(Debug, Clone, PartialEq)]
pub struct Join {
    /// The pair that brought them together.
    pub pair: (u32, u32),
    /// Its log-odds; none where a user said it.
    pub odds: Option<f64>,
    /// The mean between the groups.
    pub mean: Option<f64>,
    /// The nodes of the smaller group.
    pub joined: Vec<u32>,
}

/// Why two groups were not joined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Apart {
    /// A user said that two of their records are not one thing.
    Said(u32, u32),
    /// The mean log-odds between them.
    Mean(f64),
}

/// Groups of nodes.
pub(super) struct Groups<'a> {
    root: Vec<u32>,
    /// The next node of the same group, around.
    next: Vec<u32>,
    size: Vec<u32>,
    /// Nodes that may not be in one group with others.
    apart: BTreeMap<u32, Vec<u32>>,
    /// Whether a node of the group is among them; at its root.
    is_restrained: Vec<bool>,
    odds: &'a (dyn Fn(u32, u32) -> f64 + Sync),
}

impl<'a> Groups<'a> {
    /// Each node alone. `apart` are pairs that a user said are not one thing.
    pub(super) fn new(nodes: usize, apart: &[(u32, u32)], odds: &'a (dyn Fn(u32, u32) -> f64 + Sync)) -> Self {
        let mut restrained = vec![false; nodes];
        let mut kept: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for &(one, other) in apart {
            kept.entry(one).or_default().push(other);
            kept.entry(other).or_default().push(one);
            (restrained[one as usize], restrained[other as usize]) = (true, true);
        }
        let all = || (0_u32..).take(nodes);
        Self {
            root: all().collect(),
            next: all().collect(),
            size: vec![1; nodes],
            apart: kept,
            is_restrained: restrained,
            odds,
        }
    }

    pub(super) fn root(&mut self, mut node: u32) -> u32 {
        while self.root[node as usize] != node {
            self.root[node as usize] = self.root[self.root[node as usize] as usize];
            node = self.root[node as usize];
        }
        node
    }

    /// Joins the groups of two nodes without asking.
    pub(super) fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.root(one), self.root(other));
        if one == other {
            return;
        }
        let (large, small) =
            if self.size[one as usize] >= self.size[other as usize] { (one, other) } else { (other, one) };
        self.root[small as usize] = large;
        self.size[large as usize] += self.size[small as usize];
        self.is_restrained[large as usize] |= self.is_restrained[small as usize];
        self.next.swap(one as usize, other as usize);
    }

    /// Joins along the edges, the surest first; tells of each join.
    pub(super) fn grow(&mut self, mut edges: Vec<Edge>, mut tell: impl FnMut(Join)) {
        let key = |edge: &Edge| (edge.one.min(edge.other), edge.one.max(edge.other));
        edges.sort_unstable_by(|a, b| b.odds.total_cmp(&a.odds).then(key(a).cmp(&key(b))));
        for Edge { odds, one, other } in edges {
            let (first, second) = (self.root(one), self.root(other));
            if first == second {
                continue;
            }
            if let Ok(mean) = self.meets(one, other) {
                let small = if self.size[first as usize] < self.size[second as usize] { first } else { second };
                let joined = self.members(small);
                self.join(one, other);
                tell(Join { pair: (one, other), odds: Some(f64::from(odds)), mean: Some(mean), joined });
            }
        }
    }

    /// The mean log-odds between the groups of two nodes, where they may be one.
    pub(super) fn meets(&mut self, one: u32, other: u32) -> Result<f64, Apart> {
        let (first, second) = (self.root(one), self.root(other));
        if self.is_restrained[first as usize]
            && self.is_restrained[second as usize]
            && let Some((one, other)) = self.said_apart(first, second)
        {
            return Err(Apart::Said(one, other));
        }
        let (these, those) = (self.some_members(first), self.some_members(second));
        let mut sum = 0.0;
        for one in &these {
            sum += those.iter().map(|other| (self.odds)(*one, *other).clamp(-MOST_ODDS, MOST_ODDS)).sum::<f64>();
        }
        let mean = sum / (these.len() * those.len()) as f64;
        if mean > 0.0 { Ok(mean) } else { Err(Apart::Mean(mean)) }
    }

    fn said_apart(&mut self, one: u32, other: u32) -> Option<(u32, u32)> {
        for member in self.members(one) {
            for kept in self.apart.get(&member).cloned().unwrap_or_default() {
                if self.root(kept) == other {
                    return Some((member, kept));
                }
            }
        }
        None
    }

    /// The nodes of a group, ascending.
    pub(super) fn members(&self, node: u32) -> Vec<u32> {
        let mut members = vec![node];
        let mut at = self.next[node as usize];
        while at != node {
            members.push(at);
            at = self.next[at as usize];
        }
        members.sort_unstable();
        members
    }

    /// As many as are compared, spread over the group.
    fn some_members(&self, node: u32) -> Vec<u32> {
        if self.size[node as usize] as usize <= MOST_COMPARED {
            return self.members(node);
        }
        let members = self.members(node);
        (0..MOST_COMPARED).map(|at| members[at * members.len() / MOST_COMPARED]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grown(odds: &[((u32, u32), f64)], apart: &[(u32, u32)]) -> Vec<u32> {
        let of = |one: u32, other: u32| {
            odds.iter().find(|((a, b), _)| (*a, *b) == (one.min(other), one.max(other))).map_or(-2.0, |(_, odds)| *odds)
        };
        let mut groups = Groups::new(5, apart, &of);
        let edges = odds.iter().filter(|(_, odds)| *odds > 0.0);
        let edges = edges
            .map(|((one, other), odds)| Edge { odds: super::super::single(*odds), one: *one, other: *other })
            .collect();
        groups.grow(edges, |_| {});
        (0..5).map(|node| groups.members(node)[0]).collect()
    }

    #[test]
    fn the_example_by_hand() {
        assert_eq!(grown(&[((0, 1), 4.0), ((1, 2), 1.0), ((0, 2), -5.0)], &[]), [0, 0, 2, 3, 4]);
        assert_eq!(grown(&[((0, 1), 4.0), ((1, 2), 1.0), ((0, 2), 5.0)], &[]), [0, 0, 0, 3, 4]);
    }

    #[test]
    fn what_a_user_said_stands_first() {
        assert_eq!(grown(&[((0, 1), 9.0), ((1, 2), 8.0), ((0, 2), 8.0)], &[(2, 0)]), [0, 0, 2, 3, 4]);
    }
}
