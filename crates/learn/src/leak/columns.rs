//! What a column shows by itself, without a fit.

use crate::dataset::Dataset;

/// The share of distinct values from which on whole numbers name their rows.
const DISTINCT_IDENTIFIER: f64 = 0.99;

/// Fewer rows than this may have as many values by chance.
const LEAST_ROWS: usize = 50;

/// The share of one label from which on a value is that label's own.
const ONE_SIDED_SHARE: f64 = 0.98;

/// A label that has more of all rows than this has nearly all of any value's.
const MOST_BASE_SHARE: f64 = 0.8;

/// The least share of a label's rows that the value must have, or it is a curiosity.
const LEAST_COVER: f64 = 0.1;

/// The present values of a column with their labels, sorted by value.
fn present(rows: &Dataset, column: usize) -> Vec<(f32, bool)> {
    let all = (0..rows.rows()).map(|row| (rows.row(row)[column], rows.labels()[row]));
    let mut present: Vec<(f32, bool)> = all.filter(|(value, _)| !value.is_nan()).collect();
    present.sort_by(|a, b| a.0.total_cmp(&b.0));
    present
}

fn distinct_share(present: &[(f32, bool)]) -> f64 {
    present.chunk_by(|a, b| a.0 == b.0).count() as f64 / present.len().max(1) as f64
}

/// Whole numbers, nearly all of them different.
pub(super) fn is_identifier(rows: &Dataset, column: usize) -> bool {
    let present = present(rows, column);
    present.len() >= LEAST_ROWS
        && present.iter().all(|(value, _)| value.fract() == 0.0)
        && distinct_share(&present) >= DISTINCT_IDENTIFIER
}

/// In \[0, 1\], and at least half of the values different.
pub(super) fn is_like_a_probability(rows: &Dataset, column: usize) -> bool {
    let present = present(rows, column);
    present.iter().all(|(value, _)| (0.0..=1.0).contains(value)) && distinct_share(&present) >= 0.5
}

/// |phi| of the label and a column of two values, the missing being one; 0 for other columns.
///
/// By hand: values 1 1 0 0 with labels 1 1 0 0 have a phi of 1, with labels 1 0 1 0 of 0.
pub(super) fn label_agreement(rows: &Dataset, column: usize) -> f64 {
    let present = present(rows, column);
    let mut groups: Vec<usize> = present.chunk_by(|a, b| a.0 == b.0).map(<[_]>::len).collect();
    if present.len() < rows.rows() {
        groups.push(rows.rows() - present.len());
    }
    if groups.len() != 2 {
        return 0.0;
    }
    let first = present[0].0;
    let positives = rows.labels().iter().filter(|label| **label).count() as f64;
    let with_first = (0..rows.rows()).filter(|&row| rows.row(row)[column] == first);
    let (mut count, mut both) = (0.0, 0.0);
    for row in with_first {
        count += 1.0;
        both += f64::from(u8::from(rows.labels()[row]));
    }
    let all = rows.rows() as f64;
    let spread = count * (all - count) * positives * (all - positives);
    ((all * both - count * positives) / spread.sqrt()).abs()
}

/// The share of one label among rows with a value that is neither missing nor the most frequent one, and that label's
/// share of all rows; `None` unless it is next to all of them, of a label that is not most rows anyway.
pub(super) fn one_sided_value(rows: &Dataset, column: usize) -> Option<(f64, f64)> {
    let present = present(rows, column);
    let missing = rows.rows() - present.len();
    let most = present.chunk_by(|a, b| a.0 == b.0).max_by_key(|same| same.len())?;
    // Where gaps are what most rows have, every value speaks.
    let usual = (most.len() > missing).then_some(most[0].0);
    let unusual: Vec<bool> =
        present.iter().filter(|(value, _)| Some(*value) != usual).map(|(_, label)| *label).collect();
    if unusual.len() < LEAST_ROWS {
        return None;
    }
    let of = |labels: &[bool], label: bool| labels.iter().filter(|at| **at == label).count() as f64;
    [true, false].into_iter().find_map(|label| {
        let (here, all) = (of(&unusual, label), of(rows.labels(), label));
        let (share, base) = (here / unusual.len() as f64, all / rows.rows() as f64);
        let holds = share >= ONE_SIDED_SHARE && base <= MOST_BASE_SHARE && here / all >= LEAST_COVER;
        holds.then_some((share, base))
    })
}
