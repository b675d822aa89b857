//! Every group that is no union of smaller ones: for each small set of paid items, the sets of near whole items whose
//! sum they settle. Walked from the largest amount down, left where what remains cannot reach the sum.

use super::{Group, Sides};
use std::collections::{BTreeMap, BTreeSet};

/// The groups, and the paid items whose search was cut short.
pub(super) fn every(sides: &Sides<'_>) -> (Vec<Group>, BTreeSet<usize>) {
    let near: Vec<Vec<usize>> = (0..sides.paid.len()).map(|paid| near(sides, paid)).collect();
    let mut search = Search {
        sides,
        known: BTreeMap::new(),
        steps: vec![sides.limits.steps; sides.paid.len()],
        gave_up: BTreeSet::new(),
    };
    for size in 1..=sides.limits.most_paid {
        for (first, near) in near.iter().enumerate() {
            search.extend(&mut vec![first], near, size);
        }
    }
    let of = |(paid, wholes): (Vec<usize>, Vec<Vec<usize>>)| {
        wholes.into_iter().map(|whole| Group { whole, paid: paid.clone() }).collect::<Vec<Group>>()
    };
    (search.known.into_iter().flat_map(of).collect(), search.gave_up)
}

/// The whole items near a paid one, the largest first.
fn near(sides: &Sides<'_>, paid: usize) -> Vec<usize> {
    let mut near: Vec<usize> = (0..sides.whole.len()).filter(|&whole| sides.is_near(whole, paid)).collect();
    near.sort_by(|&a, &b| sides.whole[b].0.cmp(&sides.whole[a].0).then(a.cmp(&b)));
    near
}

struct Search<'a> {
    sides: &'a Sides<'a>,
    /// The sets of whole items that settle each set of paid ones.
    known: BTreeMap<Vec<usize>, Vec<Vec<usize>>>,
    /// What is left to each paid item, for the groups of which it is the first.
    steps: Vec<u64>,
    gave_up: BTreeSet<usize>,
}

impl Search<'_> {
    /// Adds later paid items until there are so many, and looks for each such set among what is near all of them.
    fn extend(&mut self, paid: &mut Vec<usize>, near: &[usize], size: usize) {
        if near.is_empty() || !self.step(paid[0]) {
            return;
        }
        if paid.len() == size {
            self.wholes_of(paid, near);
            return;
        }
        // Paid items are in the order of time: beyond this, none is near.
        let latest = near.iter().map(|&whole| self.sides.whole[whole].1).max().unwrap_or(i64::MIN);
        let until = latest.saturating_add(*self.sides.limits.window.end());
        for next in paid[paid.len() - 1] + 1..self.sides.paid.len() {
            if self.sides.paid[next].1 > until {
                return;
            }
            let both: Vec<usize> = near.iter().copied().filter(|&whole| self.sides.is_near(whole, next)).collect();
            paid.push(next);
            self.extend(paid, &both, size);
            paid.pop();
        }
    }

    /// Takes a step of a paid item's; where it has none left, that is noted.
    fn step(&mut self, first: usize) -> bool {
        let left = self.steps[first];
        self.steps[first] = left.saturating_sub(1);
        if left == 0 {
            self.gave_up.insert(first);
        }
        left > 0
    }

    fn wholes_of(&mut self, paid: &[usize], near: &[usize]) {
        let sides = self.sides;
        if near.len() > sides.limits.most_near {
            self.gave_up.insert(paid[0]);
            return;
        }
        let target = paid.iter().map(|&at| sides.paid[at].0).sum();
        let steps = self.steps[paid[0]];
        let mut walk = Walk { near, target, taken: Vec::new(), found: Vec::new(), steps, is_cut: false };
        walk.from(sides, 0, 0);
        self.steps[paid[0]] = walk.steps;
        if walk.is_cut {
            self.gave_up.insert(paid[0]);
        }
        let found: Vec<Vec<usize>> = walk.found.into_iter().filter(|whole| !self.is_union(whole, paid)).collect();
        if !found.is_empty() {
            self.known.insert(paid.to_vec(), found);
        }
    }

    /// Whether a group falls into a known one and a rest that settle each other too.
    fn is_union(&self, whole: &[usize], paid: &[usize]) -> bool {
        let sum = |items: &[(i128, i64)], places: &[usize]| places.iter().map(|&at| items[at].0).sum::<i128>();
        let (all_whole, all_paid) = (sum(&self.sides.whole, whole), sum(&self.sides.paid, paid));
        let parts = (1..(1_usize << paid.len()) - 1)
            .map(|part| (0..paid.len()).filter(|at| part & (1 << at) != 0).map(|at| paid[at]).collect::<Vec<usize>>());
        parts.filter_map(|part| Some((self.known.get(&part)?, part))).any(|(wholes, part)| {
            let inside = wholes.iter().filter(|known| known.iter().all(|at| whole.contains(at)));
            let rest_paid = all_paid - sum(&self.sides.paid, &part);
            inside
                .map(|known| all_whole - sum(&self.sides.whole, known))
                .any(|rest| self.sides.settles(rest, rest_paid))
        })
    }
}

/// The sets of near items, largest first, that a sum settles.
struct Walk<'a> {
    near: &'a [usize],
    target: i128,
    taken: Vec<usize>,
    found: Vec<Vec<usize>>,
    steps: u64,
    /// Whether steps were lacking.
    is_cut: bool,
}

impl Walk<'_> {
    fn from(&mut self, sides: &Sides<'_>, next: usize, sum: i128) {
        if sum > 0 && sides.settles(sum, self.target) {
            let mut whole = self.taken.clone();
            whole.sort_unstable();
            self.found.push(whole);
        }
        let room = sides.limits.most_whole.saturating_sub(self.taken.len());
        for at in next..self.near.len() {
            // The largest that are left, as many as there is room for.
            let reach: i128 = self.near[at..].iter().take(room).map(|&whole| sides.whole[whole].0).sum();
            if sum + reach < self.target || room == 0 {
                return;
            }
            self.is_cut |= self.steps == 0;
            if self.is_cut {
                return;
            }
            self.steps -= 1;
            let more = sum + sides.whole[self.near[at]].0;
            if more - sides.fee(more) <= self.target {
                self.taken.push(self.near[at]);
                self.from(sides, at + 1, more);
                self.taken.pop();
            }
        }
    }
}
