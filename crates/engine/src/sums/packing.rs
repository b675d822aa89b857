//! Which groups stand together: the best set in which no item is used twice, by branch and bound within each knot of
//! groups that share items.

use super::{Group, Sides};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// What a choice is worth, the more important first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
struct Worth {
    money: i128,
    fees: Reverse<i128>,
    groups: usize,
    lag: Reverse<i128>,
}

impl Worth {
    fn of(sides: &Sides<'_>, group: &Group) -> Self {
        let whole: i128 = group.whole.iter().map(|&at| sides.whole[at].0).sum();
        let money: i128 = group.paid.iter().map(|&at| sides.paid[at].0).sum();
        let pairs = group.whole.iter().flat_map(|&whole| group.paid.iter().map(move |&paid| (whole, paid)));
        let lag = pairs.map(|(whole, paid)| i128::from(sides.lag(whole, paid)).abs()).sum();
        Self { money, fees: Reverse(whole - money), groups: 1, lag: Reverse(lag) }
    }

    fn with(self, other: Self) -> Self {
        Self {
            money: self.money + other.money,
            fees: Reverse(self.fees.0 + other.fees.0),
            groups: self.groups + other.groups,
            lag: Reverse(self.lag.0 + other.lag.0),
        }
    }
}

/// The places of the groups that stand; paid items of knots that were not searched to the end are added to `gave_up`.
pub(super) fn choose(sides: &Sides<'_>, groups: &[Group], gave_up: &mut BTreeSet<usize>) -> Vec<usize> {
    let mut chosen = Vec::new();
    for knot in knots(sides, groups) {
        let mut search = Search::new(sides, groups, &knot);
        search.from(0, Worth::default());
        if search.steps == 0 {
            gave_up.extend(search.paid.iter().copied());
        }
        chosen.extend(search.best.1);
    }
    chosen.sort_unstable();
    chosen
}

/// Groups that share items, directly or by others.
fn knots(sides: &Sides<'_>, groups: &[Group]) -> Vec<Vec<usize>> {
    let mut of: Vec<usize> = (0..groups.len()).collect();
    let mut first: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, group) in groups.iter().enumerate() {
        let paid = group.paid.iter().map(|&paid| sides.whole.len() + paid);
        for item in group.whole.iter().copied().chain(paid) {
            let other = *first.entry(item).or_insert(at);
            let (one, other) = (root(&mut of, at), root(&mut of, other));
            of[one.max(other)] = one.min(other);
        }
    }
    let mut knots: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in 0..groups.len() {
        knots.entry(root(&mut of, at)).or_default().push(at);
    }
    knots.into_values().collect()
}

fn root(of: &mut [usize], mut at: usize) -> usize {
    while of[at] != at {
        of[at] = of[of[at]];
        at = of[at];
    }
    at
}

struct Search<'a> {
    sides: &'a Sides<'a>,
    groups: &'a [Group],
    /// The knot's paid items, ascending, and for each the groups of which it is the first, the best first.
    paid: Vec<usize>,
    options: Vec<Vec<(Worth, usize)>>,
    /// What the paid items from each place on hold together.
    rest: Vec<i128>,
    used_whole: BTreeSet<usize>,
    used_paid: BTreeSet<usize>,
    taken: Vec<usize>,
    best: (Worth, Vec<usize>),
    steps: u64,
}

impl<'a> Search<'a> {
    fn new(sides: &'a Sides<'a>, groups: &'a [Group], knot: &[usize]) -> Self {
        let paid: BTreeSet<usize> = knot.iter().flat_map(|&at| groups[at].paid.iter().copied()).collect();
        let paid: Vec<usize> = paid.into_iter().collect();
        let mut options = vec![Vec::new(); paid.len()];
        for &at in knot {
            let place = paid.binary_search(&groups[at].paid[0]).unwrap_or_default();
            options[place].push((Worth::of(sides, &groups[at]), at));
        }
        options.iter_mut().for_each(|options| options.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1))));
        let mut rest = vec![0; paid.len() + 1];
        for place in (0..paid.len()).rev() {
            rest[place] = rest[place + 1] + sides.paid[paid[place]].0;
        }
        Self {
            sides,
            groups,
            paid,
            options,
            rest,
            used_whole: BTreeSet::new(),
            used_paid: BTreeSet::new(),
            taken: Vec::new(),
            best: (Worth::default(), Vec::new()),
            steps: sides.limits.steps,
        }
    }

    /// Decides about the paid items from this place on.
    fn from(&mut self, place: usize, worth: Worth) {
        if worth > self.best.0 {
            self.best = (worth, self.taken.clone());
        }
        if place == self.paid.len() || self.hope(place, worth) <= self.best.0 {
            return;
        }
        if !self.used_paid.contains(&self.paid[place]) {
            for option in 0..self.options[place].len() {
                let (gain, at) = self.options[place][option];
                if self.steps == 0 {
                    return;
                }
                self.steps -= 1;
                if self.is_free(at) {
                    self.mark(at);
                    self.taken.push(at);
                    self.from(place + 1, worth.with(gain));
                    self.taken.pop();
                    self.unmark(at);
                }
            }
        }
        self.from(place + 1, worth);
    }

    /// No choice from here on is worth more.
    fn hope(&self, place: usize, worth: Worth) -> Worth {
        let later = self.paid[place..].iter().filter(|paid| self.used_paid.contains(paid));
        let used: i128 = later.map(|&paid| self.sides.paid[paid].0).sum();
        let free = Worth { money: self.rest[place] - used, groups: self.paid.len() - place, ..Worth::default() };
        worth.with(free)
    }

    fn is_free(&self, at: usize) -> bool {
        let group = &self.groups[at];
        let whole = group.whole.iter().any(|whole| self.used_whole.contains(whole));
        !whole && !group.paid.iter().any(|paid| self.used_paid.contains(paid))
    }

    fn mark(&mut self, at: usize) {
        self.used_whole.extend(&self.groups[at].whole);
        self.used_paid.extend(&self.groups[at].paid);
    }

    fn unmark(&mut self, at: usize) {
        for whole in &self.groups[at].whole {
            self.used_whole.remove(whole);
        }
        for paid in &self.groups[at].paid {
            self.used_paid.remove(paid);
        }
    }
}
