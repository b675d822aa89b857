//! Categories by their rate of positive rows.

use serde::{Deserialize, Serialize};

use super::CategoryBoostParams;
use crate::dataset::Dataset;
use crate::estimator::FitError;
use crate::model::ModelError;
use crate::number::{index_u32, nearest_f32};

/// The ranks of all category columns of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CategoryRanks {
    columns: Vec<ColumnRanks>,
}

/// The categories of one column, in ascending order of their numbers, each with its rank.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct ColumnRanks {
    column: u32,
    ranks: Vec<(f32, u32)>,
}

/// What is counted of one category.
struct Counted {
    category: f32,
    rows: usize,
    weight: f64,
    positive: f64,
}

impl CategoryRanks {
    pub(super) fn of(fit: &Dataset, params: &CategoryBoostParams) -> Result<Self, FitError> {
        let columns = params.categories.iter().map(|name| {
            let column = fit.names().iter().position(|other| other == name);
            let column = column.ok_or_else(|| FitError::ColumnUnknown { name: name.clone() })?;
            Ok(ColumnRanks { column: index_u32(column), ranks: ranks(fit, column, params) })
        });
        Ok(Self { columns: columns.collect::<Result<_, _>>()? })
    }

    /// The same row with ranks instead of categories; missing where there is none.
    pub fn apply(&self, row: &[f32]) -> Vec<f32> {
        let mut ranked = row.to_vec();
        for column in &self.columns {
            ranked[column.column as usize] = column.rank_of(row[column.column as usize]);
        }
        ranked
    }

    /// The same table with ranks instead of categories.
    pub(super) fn apply_to(&self, dataset: &Dataset) -> Dataset {
        dataset.map_rows(|row| self.apply(row))
    }

    /// Every column exists, and its categories ascend.
    pub(super) fn check(&self, columns: usize) -> Result<(), ModelError> {
        for ColumnRanks { column, ranks } in &self.columns {
            if *column as usize >= columns {
                return Err(ModelError::ColumnUnknown { column: *column as usize });
            }
            if !ranks.iter().all(|(category, _)| category.is_finite()) || !ranks.is_sorted_by(|a, b| a.0 < b.0) {
                return Err(ModelError::CategoriesUnsorted { column: *column as usize });
            }
        }
        Ok(())
    }
}

impl ColumnRanks {
    fn rank_of(&self, value: f32) -> f32 {
        let at = self.ranks.partition_point(|(category, _)| *category < value);
        match self.ranks.get(at) {
            Some(&(category, rank)) if category == value => nearest_f32(f64::from(rank)),
            _ => f32::NAN,
        }
    }
}

/// Ranks by (positive weight + s · base rate) / (weight + s); equal ones by their number.
///
/// By hand: base rate 0.5, s = 2; category 7 has 3 of 4 positive, (3 + 1) / 6 = 0.667; category 9
/// has 1 of 1, (1 + 1) / 3 = 0.667 too, so 7 comes first.
fn ranks(fit: &Dataset, column: usize, params: &CategoryBoostParams) -> Vec<(f32, u32)> {
    let (base, smoothing) = (fit.base_rate(), params.smoothing_rows);
    let rate = |counted: &Counted| (counted.positive + smoothing * base) / (counted.weight + smoothing);
    let mut counted: Vec<Counted> = count(fit, column);
    counted.retain(|counted| counted.rows >= params.least_rows);
    // A stable sort, so equal rates stay in the order of their numbers.
    counted.sort_by(|a, b| rate(a).total_cmp(&rate(b)));
    let mut ranks: Vec<(f32, u32)> =
        counted.iter().enumerate().map(|(rank, counted)| (counted.category, index_u32(rank))).collect();
    ranks.sort_by(|a, b| a.0.total_cmp(&b.0));
    ranks
}

/// Each category of a column, ascending.
fn count(fit: &Dataset, column: usize) -> Vec<Counted> {
    let mut rows: Vec<usize> = (0..fit.rows()).filter(|&row| !fit.row(row)[column].is_nan()).collect();
    // Adding 0 makes one of both zeros.
    let category = |row: usize| fit.row(row)[column] + 0.0;
    rows.sort_by(|&a, &b| category(a).total_cmp(&category(b)));
    let groups = rows.chunk_by(|&a, &b| category(a) == category(b));
    let counted = groups.map(|group| Counted {
        category: category(group[0]),
        rows: group.len(),
        weight: group.iter().map(|&row| fit.weight(row)).sum(),
        positive: group.iter().filter(|row| fit.labels()[**row]).map(|&row| fit.weight(row)).sum(),
    });
    counted.collect()
}
