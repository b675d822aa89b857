//! Which rows are fitted on, validated on and tested on.
//!
//! Promises: a row is tested at most once, by a fit that has not seen it; what ends fits, calibrates and chooses is the
//! validation part; where rows have times, no fit knows a label that was not known when its test began.

use super::labelled::{Labelled, Parts, Splitting};
use learn::split::{Split, TimeCuts, grouped_k_fold, stratified_grouped_k_fold, stratified_k_fold, time_split};

/// Folds of sets that are small, and parts of the others: one to validate, one to test, the rest to fit.
const FOLDS: usize = 5;

/// A set with more rows is tested on one part alone.
const MOST_ROWS_IN_FOLDS: usize = 10_000;

/// Parts to go through, one after the other.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// At least one.
    pub parts: Vec<Parts>,
    /// In words.
    pub told: String,
}

impl Plan {
    /// The plan of a set; in a `quick` one nothing is tested in folds.
    ///
    /// # Errors
    /// A part would be empty or lack a label.
    pub fn of(set: &Labelled, seed: u64, quick: bool) -> anyhow::Result<Self> {
        let rows = set.labels().len();
        match &set.splitting {
            Splitting::Fixed { parts, told } => Ok(Self { parts: vec![parts.clone()], told: told.clone() }),
            Splitting::Time { times_s, maturity_s } => by_time(times_s, *maturity_s),
            Splitting::Chance => {
                let folds = stratified_k_fold(set.labels(), FOLDS, seed)?;
                Ok(Self::rotated(&folds, rows, quick, "each label by chance"))
            }
            Splitting::Groups(groups) => {
                let folds = stratified_grouped_k_fold(set.labels(), groups, FOLDS, seed);
                let folds = folds.or_else(|_| grouped_k_fold(groups, FOLDS, seed))?;
                Ok(Self::rotated(&folds, rows, quick, "groups kept whole"))
            }
        }
    }

    /// Fold after fold is the test, and the next one the validation.
    fn rotated(folds: &[Split], rows: usize, quick: bool, how: &str) -> Self {
        let in_folds = rows <= MOST_ROWS_IN_FOLDS && !quick;
        let part = |fold: usize| {
            let next = (fold + 1) % folds.len();
            let others = (0..folds.len()).filter(|other| *other != fold && *other != next);
            let mut train: Vec<usize> = others.flat_map(|other| folds[other].test.iter().copied()).collect();
            train.sort_unstable();
            Parts { train, validation: folds[next].test.clone(), test: folds[fold].test.clone() }
        };
        let parts: Vec<Parts> = (0..if in_folds { folds.len() } else { 1 }).map(part).collect();
        let told = if in_folds {
            format!("{how}: {FOLDS} folds, each tested once; 3/5 to fit, 1/5 to validate, 1/5 to test")
        } else {
            format!("{how}: 3/5 to fit, 1/5 to validate, 1/5 to test")
        };
        Self { parts, told }
    }
}

/// The last fifth of the time is the test, the fifth before it the validation.
fn by_time(times_s: &[i64], maturity_s: i64) -> anyhow::Result<Plan> {
    let (first, last) = (times_s.iter().min().copied().unwrap_or(0), times_s.iter().max().copied().unwrap_or(0));
    let fifth = |count: i64| first + (last - first) / 5 * count;
    let cuts = |from: i64, to: i64| TimeCuts { fit_before_s: from, test_from_s: from, test_to_s: to, maturity_s };
    let inner = time_split(times_s, cuts(fifth(3), fifth(4)))?;
    let outer = time_split(times_s, cuts(fifth(4), last + 1))?;
    // A label of the validation must be known when the test begins, as one of the fit when the validation does.
    let known = |row: &usize| times_s[*row].saturating_add(maturity_s) <= fifth(4);
    let validation: Vec<usize> = inner.test.into_iter().filter(known).collect();
    anyhow::ensure!(!validation.is_empty(), "no label of the fourth fifth of the time is known before the last");
    let told = match maturity_s {
        0 => "by time: the first 3/5 to fit, the next 1/5 to validate, the last 1/5 to test".to_owned(),
        late => format!(
            "by time: 3/5 to fit, 1/5 to validate, the last 1/5 to test, each with the labels known by then ({} days late)",
            late / 86_400
        ),
    };
    Ok(Plan { parts: vec![Parts { train: inner.fit, validation, test: outer.test }], told })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::labelled::Kind;
    use crate::compare::sets::table::Table;
    use learn::Dataset;

    fn set(splitting: Splitting) -> Labelled {
        let labels: Vec<bool> = (0..100).map(|row| row % 4 == 0).collect();
        let rows = Dataset::new(vec!["x".to_owned()], vec![0.0; 100], labels).unwrap();
        let mut set = Labelled::new("s", Kind::Table, "", Table { rows, categories: Vec::new() });
        set.splitting = splitting;
        set
    }

    #[test]
    fn every_row_is_tested_once_and_never_fitted_on_then() {
        let plan = Plan::of(&set(Splitting::Chance), 7, false).unwrap();
        assert_eq!(plan.parts.len(), 5);
        let mut tested = [0; 100];
        for Parts { train, validation, test } in &plan.parts {
            assert_eq!([train.len(), validation.len(), test.len()], [60, 20, 20]);
            test.iter().for_each(|row| tested[*row] += 1);
            assert!(test.iter().all(|row| !train.contains(row) && !validation.contains(row)));
            assert!(validation.iter().all(|row| !train.contains(row)));
        }
        assert_eq!(tested, [1; 100]);
        assert_eq!(Plan::of(&set(Splitting::Chance), 7, true).unwrap().parts.len(), 1);
    }

    #[test]
    fn a_fit_knows_no_label_of_later() {
        let times_s = (0..100).rev().collect();
        let plan = Plan::of(&set(Splitting::Time { times_s, maturity_s: 5 }), 7, false).unwrap();
        let [Parts { train, validation, test }] = plan.parts.as_slice() else { panic!("one split by time") };
        let time = |row: &usize| 99 - row;
        // The time runs from 0 to 99; its fifths begin at 0, 19, 38, 57 and 76.
        assert_eq!((train.iter().map(time).max(), validation.iter().map(time).min()), (Some(52), Some(57)));
        assert_eq!((validation.iter().map(time).max(), test.iter().map(time).min()), (Some(71), Some(76)));
    }

    #[test]
    fn a_group_is_on_one_side() {
        let groups: Vec<u64> = (0..100).map(|row| row / 4).collect();
        let plan = Plan::of(&set(Splitting::Groups(groups.clone())), 7, false).unwrap();
        for Parts { train, validation, test } in &plan.parts {
            let of = |rows: &[usize]| rows.iter().map(|row| groups[*row]).collect::<std::collections::BTreeSet<_>>();
            assert!(of(train).is_disjoint(&of(test)) && of(validation).is_disjoint(&of(test)));
        }
    }
}
