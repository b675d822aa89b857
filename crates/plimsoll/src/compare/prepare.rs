//! What rows become before a model sees them, learned on the rows of the fit alone.
//!
//! | view | categories | gaps | large values |
//! |---|---|---|---|
//! | `AsIs`: boosted trees | numbers that stand for them | stay | stay |
//! | `OneHot`: single trees and forests | a column each of the fifty most frequent that have ten rows or more | stay | stay |
//! | `Full`: lines, kernels, perceptrons | the same | median, and a column that tells them where rows have any | held within the 0.5th and 99.5th percentile |
//! | `Sequence`, `Map`: nets over them | – | tell that a step is not there | held |
//!
//! Standardising is every estimator's own, on the rows of its fit.

use super::sets::table::Category;
use learn::Dataset;
use learn::missing::{FittedMissing, MissingPolicy};
use std::cmp::Reverse;

/// A category on fewer rows of the fit has no column of its own.
const LEAST_ROWS: usize = 10;

/// The most categories of a field that have a column of their own: a line over the thousand towns of a table of payments
/// takes minutes and learns towns by heart.
const MOST_COLUMNS: usize = 50;

/// The share of rows on either side that is drawn in to a percentile.
const TAIL: f64 = 0.005;

/// How a model sees rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum View {
    /// Numbers, gaps and categories' numbers.
    AsIs,
    /// Categories as columns of 0 and 1.
    OneHot,
    /// Nothing missing, nothing extreme.
    Full,
    /// Steps of a sequence.
    Sequence,
    /// Cells of a map.
    Map,
}

/// What one column becomes.
#[derive(Clone, PartialEq, Debug)]
enum Column {
    Kept,
    Held { low: f32, high: f32, told: bool },
    Numbered(Vec<f32>),
}

/// What was learned on the rows of a fit.
#[derive(Clone, Debug)]
pub struct Preparation {
    missing: FittedMissing,
    columns: Vec<Column>,
    names: Vec<String>,
}

impl Preparation {
    /// Learns what a view needs on the rows of a fit.
    ///
    /// # Errors
    /// Never for these policies.
    pub fn fit(view: View, fit: &Dataset, categories: &[Category]) -> anyhow::Result<Self> {
        let policy = if view == View::Full { MissingPolicy::Median } else { MissingPolicy::Own };
        let missing = policy.fit(fit, &[])?;
        let mut prepared = Self { missing, columns: Vec::new(), names: Vec::new() };
        for (at, name) in fit.names().iter().enumerate() {
            let category = categories.iter().find(|category| category.name == *name);
            let column = column(view, fit, at, category.is_some());
            match &column {
                Column::Numbered(values) => {
                    let named = |value: &f32| match category.and_then(|of| of.values.get(super::sets::index(*value))) {
                        Some(text) => format!("{name} = {text}"),
                        None => format!("{name} = {value}"),
                    };
                    prepared.names.extend(values.iter().map(named));
                }
                Column::Held { told: true, .. } => prepared.names.extend([name.clone(), format!("{name} is missing")]),
                Column::Kept | Column::Held { .. } => prepared.names.push(name.clone()),
            }
            prepared.columns.push(column);
        }
        Ok(prepared)
    }

    /// A row as the model sees it.
    pub fn row(&self, row: &[f32]) -> Vec<f32> {
        let filled = self.missing.fill_row(row, 0).unwrap_or_else(|| row.to_vec());
        let mut values = Vec::with_capacity(self.names.len());
        for ((column, &raw), &filled) in self.columns.iter().zip(row).zip(&filled) {
            match column {
                Column::Kept => values.push(filled),
                Column::Numbered(known) => values.extend(known.iter().map(|value| f32::from(u8::from(*value == raw)))),
                Column::Held { low, high, told } => {
                    // A missing value stays missing: `max` alone would make it the low end.
                    values.push(if filled.is_nan() { filled } else { filled.clamp(*low, *high) });
                    values.extend(told.then(|| f32::from(u8::from(raw.is_nan()))));
                }
            }
        }
        values
    }

    /// Rows as the model sees them.
    ///
    /// # Errors
    /// [`learn::DatasetError`], where there are no rows.
    pub fn rows(&self, table: &Dataset, rows: &[usize]) -> anyhow::Result<Dataset> {
        let values = rows.iter().flat_map(|&row| self.row(table.row(row))).collect();
        let labels = rows.iter().map(|&row| table.labels()[row]).collect();
        Ok(Dataset::new(self.names.clone(), values, labels)?)
    }
}

fn column(view: View, fit: &Dataset, at: usize, is_category: bool) -> Column {
    match view {
        View::AsIs => Column::Kept,
        _ if is_category => Column::Numbered(frequent(fit, at)),
        View::OneHot => Column::Kept,
        View::Full | View::Sequence | View::Map => held(fit, at, view == View::Full),
    }
}

/// The values of a column, ascending.
fn sorted(fit: &Dataset, at: usize) -> Vec<f32> {
    let mut values: Vec<f32> = (0..fit.rows()).map(|row| fit.row(row)[at]).filter(|value| !value.is_nan()).collect();
    values.sort_by(f32::total_cmp);
    values
}

/// The most frequent values of a column, ascending.
fn frequent(fit: &Dataset, at: usize) -> Vec<f32> {
    let values = sorted(fit, at);
    let mut frequent: Vec<&[f32]> = values.chunk_by(|a, b| a == b).filter(|equal| equal.len() >= LEAST_ROWS).collect();
    frequent.sort_by_key(|equal| Reverse(equal.len()));
    frequent.truncate(MOST_COLUMNS);
    let mut values: Vec<f32> = frequent.into_iter().map(|equal| equal[0]).collect();
    values.sort_by(f32::total_cmp);
    values
}

fn held(fit: &Dataset, at: usize, fills: bool) -> Column {
    let values = sorted(fit, at);
    let told = fills && values.len() < fit.rows() && !values.is_empty();
    let (Some(least), Some(greatest)) = (values.first(), values.last()) else { return Column::Kept };
    let tail = tail(values.len());
    let (low, high) = (values[tail], values[values.len() - 1 - tail]);
    // A column that is nearly always one value keeps its rare ones.
    let (low, high) = if low < high { (low, high) } else { (*least, *greatest) };
    Column::Held { low, high, told }
}

/// Values in a tail, rounded down: of 1,000 it is 5.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small share of a count")]
fn tail(values: usize) -> usize {
    (values as f64 * TAIL) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An amount with a gap and an outlier, and a category whose last value is rare.
    fn fit() -> (Dataset, Vec<Category>) {
        let mut values = Vec::new();
        for row in 0..400_u16 {
            let amount = match row {
                0 => f32::NAN,
                1 => 1e9,
                row => f32::from(row),
            };
            values.extend([amount, if row < 3 { 2.0 } else { f32::from(row % 2) }]);
        }
        let names = ["amount", "kind"].map(str::to_owned).to_vec();
        let values_of = ["a", "b", "rare"].map(str::to_owned).to_vec();
        let labels = (0..400).map(|row| row % 3 == 0).collect();
        (Dataset::new(names, values, labels).unwrap(), vec![Category { name: "kind".to_owned(), values: values_of }])
    }

    #[test]
    fn each_view_makes_what_its_models_can_take() {
        let (fit, categories) = fit();
        let names = |view| Preparation::fit(view, &fit, &categories).unwrap().names;
        assert_eq!(names(View::AsIs), ["amount", "kind"]);
        assert_eq!(names(View::OneHot), ["amount", "kind = a", "kind = b"]);
        assert_eq!(names(View::Full), ["amount", "amount is missing", "kind = a", "kind = b"]);
        let full = Preparation::fit(View::Full, &fit, &categories).unwrap();
        // Of 399 values one is in each tail, so the second and the last but one hold; the median is the 200th, 201.
        assert_eq!(full.row(&[f32::NAN, 0.0]), [201.0, 1.0, 1.0, 0.0]);
        assert_eq!(full.row(&[1e9, 1.0]), [399.0, 0.0, 0.0, 1.0]);
        assert_eq!(full.row(&[-5.0, 2.0]), [3.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn the_most_frequent_categories_have_columns() {
        // Category 0 is on 10 rows, category 59 on 69: those from 10 on are the fifty most frequent.
        let values: Vec<f32> =
            (0_u16..60).flat_map(|of| std::iter::repeat_n(f32::from(of), 10 + usize::from(of))).collect();
        let labels = vec![false; values.len()];
        let fit = Dataset::new(vec!["town".to_owned()], values, labels).unwrap();
        assert_eq!(frequent(&fit, 0), (10_u16..60).map(f32::from).collect::<Vec<_>>());
    }

    #[test]
    fn a_missing_step_stays_missing() {
        let (fit, _) = fit();
        let steps = Preparation::fit(View::Sequence, &fit, &[]).unwrap();
        assert!(steps.row(&[f32::NAN, 0.0])[0].is_nan());
    }

    #[test]
    fn only_the_rows_of_the_fit_teach() {
        let (all, categories) = fit();
        let part = all.select(&(100..200).collect::<Vec<_>>()).unwrap();
        let learned = Preparation::fit(View::Full, &part, &categories).unwrap();
        let rows = learned.rows(&all, &[0, 1]).unwrap();
        assert_eq!(rows.row(0), [149.5, 0.0, 0.0]);
        assert_eq!(rows.row(1), [199.0, 0.0, 0.0], "no gap in the fit, so none is told");
    }
}
