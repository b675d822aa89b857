//! Which pairs stand where a record has at most one partner: the set with the greatest sum of gains, exactly, within
//! each conflict component (records that are tied by pairs worth having). The shortest augmenting path of Jonker and
//! Volgenant (1987) on the component's table, in which staying alone costs nothing.
//!
//! By hand: a–x gains 5, a–y 4, b–x 4. Greedy takes a–x and leaves b alone (5); the best is a–y and b–x (8).
//!
//! Bounded: components with more than [`MOST_EXACT`] records on their smaller side are taken greedily, and told.

use crate::link::compare::Pair;

/// The largest component that is solved exactly.
pub const MOST_EXACT: usize = 500;

/// The pairs that stand.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Assignment {
    /// Their places in the given list, ascending.
    pub chosen: Vec<usize>,
    /// Components that were too large to be solved exactly.
    pub greedy_components: usize,
}

/// Chooses among pairs by their gains; those of 0 and below are never chosen.
pub fn assign(pairs: &[Pair], gains: &[f64]) -> Assignment {
    let worth: Vec<usize> = (0..pairs.len()).filter(|&at| gains[at] > 0.0).collect();
    let mut assignment = Assignment::default();
    for component in components(pairs, &worth) {
        if let [one] = component[..] {
            assignment.chosen.push(one);
            continue;
        }
        let table = Table::new(pairs, gains, &component);
        if table.left.len().min(table.right.len()) > MOST_EXACT {
            assignment.greedy_components += 1;
            assignment.chosen.extend(greedy(pairs, gains, component));
        } else {
            assignment.chosen.extend(table.best());
        }
    }
    assignment.chosen.sort_unstable();
    assignment
}

/// Pairs that share records, directly or by way of others.
fn components(pairs: &[Pair], worth: &[usize]) -> Vec<Vec<usize>> {
    let lefts = worth.iter().map(|&at| pairs[at].0 as usize + 1).max().unwrap_or(0);
    let rights = worth.iter().map(|&at| pairs[at].1 as usize + 1).max().unwrap_or(0);
    let mut sets = Sets::new(lefts + rights);
    worth.iter().for_each(|&at| sets.join(pairs[at].0 as usize, lefts + pairs[at].1 as usize));
    let mut of: Vec<(usize, usize)> = worth.iter().map(|&at| (sets.root(pairs[at].0 as usize), at)).collect();
    of.sort_unstable();
    of.chunk_by(|a, b| a.0 == b.0).map(|same| same.iter().map(|(_, at)| *at).collect()).collect()
}

fn greedy(pairs: &[Pair], gains: &[f64], mut component: Vec<usize>) -> Vec<usize> {
    component.sort_by(|&a, &b| gains[b].total_cmp(&gains[a]).then(a.cmp(&b)));
    let (mut left, mut right) = (std::collections::BTreeSet::new(), std::collections::BTreeSet::new());
    component.retain(|&at| {
        let is_free = !left.contains(&pairs[at].0) && !right.contains(&pairs[at].1);
        if is_free {
            left.insert(pairs[at].0);
            right.insert(pairs[at].1);
        }
        is_free
    });
    component
}

/// Sets of numbers that are joined (union and find, the lower root stands).
#[derive(Debug)]
pub(super) struct Sets(Vec<usize>);

impl Sets {
    pub(super) fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    pub(super) fn root(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    pub(super) fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        let (low, high) = (one.min(other), one.max(other));
        self.0[high] = low;
    }
}

/// A component as a table: rows are the side with fewer records.
struct Table {
    left: Vec<u32>,
    right: Vec<u32>,
    /// Row by row: gain and place of the pair; 0 where there is none.
    cells: Vec<(f64, usize)>,
    rows: usize,
    columns: usize,
}

impl Table {
    fn new(pairs: &[Pair], gains: &[f64], component: &[usize]) -> Self {
        let side = |of: fn(&Pair) -> u32| {
            let mut records: Vec<u32> = component.iter().map(|&at| of(&pairs[at])).collect();
            records.sort_unstable();
            records.dedup();
            records
        };
        let (left, right) = (side(|pair| pair.0), side(|pair| pair.1));
        let is_turned = left.len() > right.len();
        let (rows, columns) = if is_turned { (right.len(), left.len()) } else { (left.len(), right.len()) };
        if rows > MOST_EXACT {
            return Self { left, right, cells: Vec::new(), rows, columns };
        }
        let mut cells = vec![(0.0, usize::MAX); rows * columns];
        for &at in component {
            let place = |records: &[u32], record: u32| records.binary_search(&record).unwrap_or_default();
            let (l, r) = (place(&left, pairs[at].0), place(&right, pairs[at].1));
            let cell = if is_turned { r * columns + l } else { l * columns + r };
            if gains[at] > cells[cell].0 {
                cells[cell] = (gains[at], at);
            }
        }
        Self { left, right, cells, rows, columns }
    }

    /// The pairs of the best assignment. Every row is given a column (gain 0 is being alone), by growing shortest paths.
    fn best(&self) -> Vec<usize> {
        let (mut row_price, mut column_price) = (vec![0.0; self.rows + 1], vec![0.0; self.columns + 1]);
        // Columns are counted from 1; column 0 is where a path begins.
        let mut row_of = vec![0_usize; self.columns + 1];
        for row in 1..=self.rows {
            row_of[0] = row;
            let mut column = 0;
            let mut least = vec![f64::INFINITY; self.columns + 1];
            let mut before = vec![0_usize; self.columns + 1];
            let mut is_used = vec![false; self.columns + 1];
            while row_of[column] != 0 {
                is_used[column] = true;
                let (at, mut step, mut next) = (row_of[column], f64::INFINITY, 0);
                for other in (1..=self.columns).filter(|other| !is_used[*other]) {
                    let cost = -self.cells[(at - 1) * self.columns + other - 1].0;
                    let reduced = cost - row_price[at] - column_price[other];
                    if reduced < least[other] {
                        (least[other], before[other]) = (reduced, column);
                    }
                    if least[other] < step {
                        (step, next) = (least[other], other);
                    }
                }
                for other in 0..=self.columns {
                    if is_used[other] {
                        row_price[row_of[other]] += step;
                        column_price[other] -= step;
                    } else {
                        least[other] -= step;
                    }
                }
                column = next;
            }
            while column != 0 {
                row_of[column] = row_of[before[column]];
                column = before[column];
            }
        }
        let taken = (1..=self.columns).filter(|column| row_of[*column] != 0);
        let cells = taken.map(|column| self.cells[(row_of[column] - 1) * self.columns + column - 1]);
        cells.filter(|(gain, _)| *gain > 0.0).map(|(_, at)| at).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_example_by_hand() {
        let pairs = [(0, 0), (0, 1), (1, 0), (7, 9)];
        assert_eq!(assign(&pairs, &[5.0, 4.0, 4.0, 1.0]).chosen, [1, 2, 3]);
        assert_eq!(assign(&pairs, &[9.0, 4.0, 4.0, -1.0]).chosen, [0], "9 is more than 4 + 4");
        assert_eq!(assign(&[], &[]), Assignment::default());
    }

    /// The best sum by trying everything.
    fn by_trying(pairs: &[Pair], gains: &[f64], from: usize, taken: &mut Vec<Pair>) -> f64 {
        let Some(&(left, right)) = pairs.get(from) else { return 0.0 };
        let without = by_trying(pairs, gains, from + 1, taken);
        if gains[from] <= 0.0 || taken.iter().any(|(l, r)| *l == left || *r == right) {
            return without;
        }
        taken.push((left, right));
        let with = gains[from] + by_trying(pairs, gains, from + 1, taken);
        taken.pop();
        with.max(without)
    }

    proptest! {
        #[test]
        fn no_other_choice_is_better(given in proptest::collection::vec((0_u32..5, 0_u32..6, -2_i32..20), 0..14)) {
            let pairs: Vec<Pair> = given.iter().map(|(l, r, _)| (*l, *r)).collect();
            let gains: Vec<f64> = given.iter().map(|(_, _, gain)| f64::from(*gain)).collect();
            let chosen = assign(&pairs, &gains).chosen;
            let sum: f64 = chosen.iter().map(|&at| gains[at]).sum();
            prop_assert_eq!(sum, by_trying(&pairs, &gains, 0, &mut Vec::new()));
            for side in [|pair: &Pair| pair.0, |pair: &Pair| pair.1] {
                let mut records: Vec<u32> = chosen.iter().map(|&at| side(&pairs[at])).collect();
                let all = records.len();
                records.sort_unstable();
                records.dedup();
                prop_assert_eq!(records.len(), all, "a record was used twice");
            }
        }
    }

    #[test]
    fn a_component_that_is_too_large_is_taken_greedily_and_told() {
        let side = u32::try_from(MOST_EXACT).unwrap() + 1;
        let chain: Vec<Pair> = (0..side).flat_map(|at| [(at, at), (at, (at + 1) % side)]).collect();
        let gains: Vec<f64> = chain.iter().map(|(l, r)| if l == r { 2.0 } else { 1.0 }).collect();
        let assignment = assign(&chain, &gains);
        assert_eq!((assignment.greedy_components, assignment.chosen.len()), (1, side as usize));
    }
}
