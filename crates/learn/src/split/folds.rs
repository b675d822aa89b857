//! Folds: every row is tested once, by a fit that has not seen it.
//!
//! Promises: folds differ in size by at most one row (stratified ones: by at most one row of each label); one seed
//! gives one set of folds; a group is never on both sides.

use std::collections::BTreeMap;

use super::{Split, SplitError};
use crate::random::Random;

/// Deals the rows to `folds` folds by chance.
///
/// ```
/// let folds = learn::split::k_fold(7, 3, 42)?;
/// let sizes: Vec<usize> = folds.iter().map(|fold| fold.test.len()).collect();
/// assert_eq!(sizes, [3, 2, 2]);
/// # Ok::<(), learn::split::SplitError>(())
/// ```
///
/// # Errors
/// [`SplitError::TooFewFolds`] or [`SplitError::FoldsExceedRows`].
pub fn k_fold(rows: usize, folds: usize, seed: u64) -> Result<Vec<Split>, SplitError> {
    check(rows, folds)?;
    let mut fold_of = vec![0; rows];
    for (place, row) in Random::new(seed).permutation(rows).into_iter().enumerate() {
        fold_of[row] = place % folds;
    }
    Ok(splits(&fold_of, folds))
}

/// The same, with the rows of each label dealt apart, so that every fold has the base rate.
///
/// # Errors
/// Those of [`k_fold`], and [`SplitError::FoldsExceedLabel`] where a fold would lack a label.
pub fn stratified_k_fold(labels: &[bool], folds: usize, seed: u64) -> Result<Vec<Split>, SplitError> {
    check(labels.len(), folds)?;
    let mut fold_of = vec![0; labels.len()];
    let mut dealt = 0;
    for label in [true, false] {
        let rows: Vec<usize> = (0..labels.len()).filter(|&row| labels[row] == label).collect();
        if rows.len() < folds {
            return Err(SplitError::FoldsExceedLabel { folds, label, rows: rows.len() });
        }
        // The deal goes on where the other label's ended, so that the folds stay even in size.
        for place in Random::stream(seed, usize::from(label)).permutation(rows.len()) {
            fold_of[rows[place]] = dealt % folds;
            dealt += 1;
        }
    }
    Ok(splits(&fold_of, folds))
}

/// Keeps each group (a buyer, a card) on one side: the largest group first, each to the fold that has the fewest rows.
///
/// By hand: groups of 4, 3, 2 and 1 rows in two folds: 4 | 3, then 2 to the second, 1 to the first: 5 | 5.
///
/// # Errors
/// Those of [`k_fold`], and [`SplitError::FoldsExceedGroups`].
pub fn grouped_k_fold(groups: &[u64], folds: usize, seed: u64) -> Result<Vec<Split>, SplitError> {
    check(groups.len(), folds)?;
    let members = members(groups, folds, seed)?;
    Ok(splits(&deal(&members, groups.len(), folds, |rows| [rows.len() as f64, 0.0]), folds))
}

/// Keeps groups on one side and the base rate as even as the groups allow: each group goes to the fold where the
/// squared shares of positives and of negatives then sum to the least.
///
/// # Errors
/// Those of [`grouped_k_fold`], and [`SplitError::LengthsDiffer`].
pub fn stratified_grouped_k_fold(
    labels: &[bool],
    groups: &[u64],
    folds: usize,
    seed: u64,
) -> Result<Vec<Split>, SplitError> {
    check(groups.len(), folds)?;
    if labels.len() != groups.len() {
        return Err(SplitError::LengthsDiffer { labels: labels.len(), groups: groups.len() });
    }
    let positives = labels.iter().filter(|label| **label).count() as f64;
    let negatives = labels.len() as f64 - positives;
    let load = |rows: &[usize]| {
        let positive = rows.iter().filter(|row| labels[**row]).count() as f64;
        [positive / positives.max(1.0), (rows.len() as f64 - positive) / negatives.max(1.0)]
    };
    let members = members(groups, folds, seed)?;
    Ok(splits(&deal(&members, groups.len(), folds, load), folds))
}

/// The folds of several seeds, one after the other: more tests of the same rows, so a steadier mean.
///
/// ```
/// let folds = learn::split::repeated(3, 42, |seed| learn::split::k_fold(10, 5, seed))?;
/// assert_eq!(folds.len(), 15);
/// # Ok::<(), learn::split::SplitError>(())
/// ```
///
/// # Errors
/// Those of `make`.
pub fn repeated(
    times: usize,
    seed: u64,
    make: impl Fn(u64) -> Result<Vec<Split>, SplitError>,
) -> Result<Vec<Split>, SplitError> {
    let mut all = Vec::new();
    for time in 0..times {
        all.extend(make(Random::stream(seed, time).next_u64())?);
    }
    Ok(all)
}

fn check(rows: usize, folds: usize) -> Result<(), SplitError> {
    if folds < 2 {
        return Err(SplitError::TooFewFolds { folds });
    }
    if rows < folds { Err(SplitError::FoldsExceedRows { folds, rows }) } else { Ok(()) }
}

/// The rows of each group, the largest group first; equal ones in an order drawn by the seed.
fn members(groups: &[u64], folds: usize, seed: u64) -> Result<Vec<Vec<usize>>, SplitError> {
    let mut members: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (row, &group) in groups.iter().enumerate() {
        members.entry(group).or_default().push(row);
    }
    let members: Vec<Vec<usize>> = members.into_values().collect();
    if members.len() < folds {
        return Err(SplitError::FoldsExceedGroups { folds, groups: members.len() });
    }
    let order = Random::new(seed).permutation(members.len());
    let mut members: Vec<Vec<usize>> = order.into_iter().map(|group| members[group].clone()).collect();
    members.sort_by_key(|rows| std::cmp::Reverse(rows.len()));
    Ok(members)
}

/// Gives each group to the fold where the sum of squared loads grows the least; the first of equal ones. With one load
/// that is the lightest fold.
fn deal(members: &[Vec<usize>], rows: usize, folds: usize, load: impl Fn(&[usize]) -> [f64; 2]) -> Vec<usize> {
    let (mut fold_of, mut loads) = (vec![0; rows], vec![[0.0; 2]; folds]);
    let (mut counts, mut left) = (vec![0_usize; folds], members.len());
    for group in members {
        let [a, b] = load(group);
        // Where as many groups are left as folds are empty, only those may take one.
        let empty = counts.iter().filter(|count| **count == 0).count();
        let may = |fold: &usize| left > empty || counts[*fold] == 0;
        let growth = |fold: usize| a * (2.0 * loads[fold][0] + a) + b * (2.0 * loads[fold][1] + b);
        let lightest = (0..folds).filter(may).min_by(|&x, &y| growth(x).total_cmp(&growth(y))).unwrap_or(0);
        loads[lightest] = [loads[lightest][0] + a, loads[lightest][1] + b];
        counts[lightest] += 1;
        left -= 1;
        group.iter().for_each(|&row| fold_of[row] = lightest);
    }
    fold_of
}

fn splits(fold_of: &[usize], folds: usize) -> Vec<Split> {
    let rows = |wanted: &dyn Fn(usize) -> bool| (0..fold_of.len()).filter(|&row| wanted(fold_of[row])).collect();
    (0..folds).map(|fold| Split { fit: rows(&|at| at != fold), test: rows(&|at| at == fold) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every row is tested once, and never fitted where it is tested.
    fn check_folds(folds: &[Split], rows: usize) {
        let mut tested: Vec<usize> = folds.iter().flat_map(|fold| fold.test.clone()).collect();
        tested.sort_unstable();
        assert_eq!(tested, (0..rows).collect::<Vec<_>>());
        for fold in folds {
            assert_eq!(fold.fit.len() + fold.test.len(), rows);
            assert!(fold.fit.iter().all(|row| !fold.test.contains(row)) && !fold.test.is_empty());
        }
    }

    proptest! {
        #[test]
        fn every_kind_tests_each_row_once(
            rows in proptest::collection::vec((any::<bool>(), 0_u64..12), 12..80), folds in 2_usize..5, seed: u64,
        ) {
            let (labels, groups): (Vec<bool>, Vec<u64>) = rows.into_iter().unzip();
            check_folds(&k_fold(labels.len(), folds, seed).unwrap(), labels.len());
            if let Ok(made) = stratified_k_fold(&labels, folds, seed) {
                check_folds(&made, labels.len());
                let positives = |split: &Split| split.test.iter().filter(|row| labels[**row]).count();
                let counts: Vec<usize> = made.iter().map(positives).collect();
                prop_assert!(counts.iter().max().unwrap() - counts.iter().min().unwrap() <= 1);
            }
            let grouped = [grouped_k_fold(&groups, folds, seed), stratified_grouped_k_fold(&labels, &groups, folds, seed)];
            for made in grouped.into_iter().flatten() {
                check_folds(&made, labels.len());
                for fold in &made {
                    prop_assert!(fold.test.iter().all(|&a| fold.fit.iter().all(|&b| groups[a] != groups[b])));
                }
            }
        }
    }

    #[test]
    fn groups_by_hand() {
        let groups = [1, 1, 1, 1, 2, 2, 2, 3, 3, 4];
        let sizes: Vec<usize> = grouped_k_fold(&groups, 2, 0).unwrap().iter().map(|fold| fold.test.len()).collect();
        assert_eq!(sizes, [5, 5]);
    }

    #[test]
    fn what_can_not_be_split_is_named() {
        assert_eq!(k_fold(5, 1, 0), Err(SplitError::TooFewFolds { folds: 1 }));
        assert_eq!(k_fold(1, 2, 0), Err(SplitError::FoldsExceedRows { folds: 2, rows: 1 }));
        assert_eq!(grouped_k_fold(&[7, 7, 7], 2, 0), Err(SplitError::FoldsExceedGroups { folds: 2, groups: 1 }));
        let lone = SplitError::FoldsExceedLabel { folds: 2, label: true, rows: 1 };
        assert_eq!(stratified_k_fold(&[true, false, false], 2, 0), Err(lone));
    }

    #[test]
    fn repeats_differ_and_seeds_repeat() {
        let make = |seed| repeated(2, seed, |seed| k_fold(40, 4, seed)).unwrap();
        let folds = make(3);
        assert_eq!(folds, make(3));
        assert_ne!(folds[..4], folds[4..]);
    }
}
