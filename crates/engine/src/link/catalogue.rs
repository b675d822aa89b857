//! Two tables whose records are told apart by titles, of which nothing else is known: the smaller is taken for the
//! *catalogue*, which lists a thing once; the records of the other are *offers*, each of one entry at most.
//!
//! How many entries have several offers is told by the offers: their chances are settled as if any entry had any number;
//! of the entries with an offer so many have several. Then they are settled again, with that chance of a further offer
//! beside another. Which pairs stand is decided by the chance from which on the expected F1 is the greatest, unless a user
//! says another.
//!
//! By hand: chances of .9, .6 and .3 expect 1.8 links. The first alone has an expected F1 of 2 · .9 / (1 + 1.8) = .643,
//! the first two 2 · 1.5 / (2 + 1.8) = .789, all three .75: from .6 on they stand.

use super::answers::overruled;
use super::learner::Study;
use super::marginal::Settled;
use super::matching::Partners;

/// Which table is the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Catalogue {
    is_left: bool,
}

impl Catalogue {
    /// The smaller table, where titles tell records apart and nobody said how many partners there are.
    pub(super) fn of(partners: Partners, has_title: bool, (left, right): (usize, usize)) -> Option<Self> {
        (partners == Partners::AsTables && has_title).then_some(Self { is_left: left <= right })
    }

    fn entries<'a>(self, study: &Study<'a>) -> &'a [u32] {
        if self.is_left { study.left } else { study.right }
    }

    fn offers<'a>(self, study: &Study<'a>) -> &'a [u32] {
        if self.is_left { study.right } else { study.left }
    }

    /// The chance of each pair.
    pub(super) fn chances(self, study: &Study<'_>, odds: &[f64]) -> Vec<f64> {
        let odds = overruled(odds, study.labels);
        let with = |several: f64| {
            let several = if self.is_left { [several, 0.0] } else { [0.0, several] };
            Settled::new(several, study.left, study.right, &odds).chances()
        };
        with(several(self.entries(study), &with(1.0)))
    }

    /// Which pairs stand: the best of each offer, from a chance on; what somebody said stands before that.
    pub(super) fn standing(self, study: &Study<'_>, chances: &[f64], least: Option<f64>) -> Vec<bool> {
        let offers = self.offers(study);
        let mut best: Vec<Option<usize>> = vec![None; offers.iter().max().map_or(0, |most| *most as usize + 1)];
        for (at, &offer) in offers.iter().enumerate() {
            let best = &mut best[offer as usize];
            if best.is_none_or(|best| chances[at] > chances[best]) {
                *best = Some(at);
            }
        }
        let of_best: Vec<f64> = best.iter().flatten().map(|&at| chances[at]).collect();
        let least = least.unwrap_or_else(|| best_chance(of_best, chances.iter().sum()));
        let stands = |at: usize| best[offers[at] as usize] == Some(at) && chances[at] >= least;
        (0..study.len()).map(|at| study.label(at).unwrap_or_else(|| stands(at))).collect()
    }
}

/// Of the entries with an offer, the share that has several.
fn several(entries: &[u32], chances: &[f64]) -> f64 {
    let mut with: Vec<u32> =
        entries.iter().zip(chances).filter(|(_, chance)| **chance >= 0.5).map(|(at, _)| *at).collect();
    with.sort_unstable();
    let (mut all, mut several) = (0_u32, 0_u32);
    for same in with.chunk_by(|a, b| a == b) {
        all += 1;
        several += u32::from(same.len() > 1);
    }
    f64::from(several) / f64::from(all.max(1))
}

/// The chance from which on the links that stand have the greatest expected F1, where so many are expected in all.
fn best_chance(mut chances: Vec<f64>, expected: f64) -> f64 {
    chances.sort_by(|a, b| b.total_cmp(a));
    let (mut right, mut best) = (0.0, (0.0, 1.0));
    for (taken, chance) in chances.into_iter().enumerate() {
        right += chance;
        let f1 = 2.0 * right / (taken as f64 + 1.0 + expected);
        if f1 > best.0 {
            best = (f1, chance);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_by_hand() {
        assert_eq!(best_chance(vec![0.3, 0.9, 0.6], 1.8), 0.6);
        assert_eq!(best_chance(vec![], 0.0), 1.0);
        assert_eq!(several(&[0, 0, 1, 2], &[0.9, 0.8, 0.7, 0.1]), 0.5);
    }

    #[test]
    fn an_offer_has_one_entry_and_an_entry_may_have_several_offers() {
        // Entry 0 has offers 0 and 1 for sure, entry 1 has offer 2, which is a little like entry 0 too.
        let (left, right) = ([0, 0, 0, 1], [0, 1, 2, 2]);
        let study = Study {
            names: &[],
            features: &[],
            left: &left,
            right: &right,
            labels: &[],
            is_one_to_one: true,
            title: None,
        };
        let catalogue = Catalogue::of(Partners::AsTables, true, (2, 3)).unwrap();
        let odds = [6.0, 6.0, 1.0, 5.0];
        let chances = catalogue.chances(&study, &odds);
        assert_eq!(catalogue.standing(&study, &chances, Some(0.5)), [true, true, false, true], "{chances:?}");
        assert!(study.chances(&odds)[1] < 0.6, "one to one, either offer is as likely");
        assert!(Catalogue::of(Partners::Many, true, (2, 3)).is_none());
    }
}
