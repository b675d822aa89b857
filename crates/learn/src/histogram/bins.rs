//! Columns as bins: at most 255 codes a column by quantiles, and code 0 for the missing.
//!
//! Promises: a column with no more distinct values than bins has a bin for each (so a two-valued
//! column, however rare its second value, always has two); a value so frequent that it fills a bin
//! ends one, and has it alone unless fewer rows than half a bin lie just below it; and `code(x) <= code` is the same question as `x <= threshold(code)` for each x.

use rayon::prelude::*;

use crate::dataset::Dataset;
use crate::number::{index_u8, nearest_f32};

/// How many columns stand together at most; a block's row of codes is one 8-byte load.
pub(crate) const BLOCK: usize = 8;

/// The code of a missing value.
pub(crate) const MISSING: u8 = 0;

/// A dataset's columns as codes, in the order of their names.
pub(crate) struct Binned {
    /// By position: the column's index in the dataset.
    pub(crate) columns: Vec<usize>,
    /// By position: the upper edge of each bin, ascending; the last is +∞.
    edges: Vec<Vec<f32>>,
    /// Positions a block; the last may have fewer.
    width: usize,
    pub(crate) blocks: Vec<Block>,
}

/// Columns that stand together.
pub(crate) struct Block {
    /// Of its first column.
    pub(crate) position: usize,
    /// By column: its codes, with that of the missing.
    pub(crate) codes: Vec<usize>,
    /// Each row's codes; 0 behind the last column.
    pub(crate) rows: Vec<[u8; BLOCK]>,
}

impl Binned {
    /// Cuts each column into at most `max_bins` bins.
    pub(crate) fn new(dataset: &Dataset, max_bins: usize) -> Self {
        let columns = dataset.columns_by_name();
        let edges: Vec<Vec<f32>> =
            columns.par_iter().map(|&column| column_edges(present_values(dataset, column), max_bins)).collect();
        let positions: Vec<usize> = (0..columns.len()).collect();
        let width = block_width(columns.len());
        let blocks = positions.par_chunks(width).map(|block| Block {
            position: block[0],
            codes: block.iter().map(|&position| 1 + edges[position].len()).collect(),
            rows: block_codes(dataset, &columns, &edges, block),
        });
        Self { blocks: blocks.collect(), columns, edges, width }
    }

    /// The number of value bins at a position, without that of the missing.
    pub(crate) fn bins(&self, position: usize) -> usize {
        self.edges[position].len()
    }

    /// The codes of all columns.
    pub(crate) fn codes_of_all(&self) -> usize {
        self.blocks.iter().flat_map(|block| &block.codes).sum()
    }

    /// The greatest `f32` that this code and those below it hold; code 1 is the lowest bin.
    pub(crate) fn threshold(&self, position: usize, code: u8) -> f32 {
        self.edges[position][usize::from(code) - 1]
    }

    /// Each row's code at a position.
    pub(crate) fn codes(&self, position: usize) -> impl Fn(u32) -> u8 {
        let (block, lane) = (&self.blocks[position / self.width], position % self.width);
        move |row| block.rows[row as usize][lane]
    }
}

/// Blocks of like width, and an even number of them, so that two cores have as much to do: ten columns stand as five
/// and five.
fn block_width(columns: usize) -> usize {
    let blocks = columns.div_ceil(BLOCK).next_multiple_of(2);
    columns.div_ceil(blocks.max(1)).max(1)
}

fn present_values(dataset: &Dataset, column: usize) -> Vec<f32> {
    let values = (0..dataset.rows()).map(|row| dataset.row(row)[column]);
    values.filter(|value| !value.is_nan()).collect()
}

fn block_codes(dataset: &Dataset, columns: &[usize], edges: &[Vec<f32>], block: &[usize]) -> Vec<[u8; BLOCK]> {
    let mut codes = vec![[MISSING; BLOCK]; dataset.rows()];
    for (row, codes) in codes.iter_mut().enumerate() {
        let values = dataset.row(row);
        for (code, &position) in codes.iter_mut().zip(block) {
            *code = code_of(&edges[position], values[columns[position]]);
        }
    }
    codes
}

/// 0 for a missing value, else one more than the index of the first edge not below it.
fn code_of(edges: &[f32], value: f32) -> u8 {
    if value.is_nan() {
        return MISSING;
    }
    index_u8(1 + edges.partition_point(|edge| *edge < value))
}

/// The upper edges of a column's bins.
///
/// By hand: values 0 0 0 1 (two bins or more) give edges 0.5 and +∞.
fn column_edges(mut values: Vec<f32>, max_bins: usize) -> Vec<f32> {
    values.sort_unstable_by(f32::total_cmp);
    let distinct: Vec<(f32, usize)> = values.chunk_by(|a, b| a == b).map(|equal| (equal[0], equal.len())).collect();
    let ends = bin_ends(&distinct, max_bins);
    let inner = ends.iter().map(|&end| edge_between(distinct[end].0, distinct[end + 1].0));
    inner.chain([f32::INFINITY]).collect()
}

/// The `f32` nearest to the middle of `low < high`, but below `high`.
fn edge_between(low: f32, high: f32) -> f32 {
    let middle = nearest_f32((f64::from(low) + f64::from(high)) / 2.0);
    if middle < high { middle } else { low }
}

/// The indices of the last distinct value in each bin but the last.
fn bin_ends(distinct: &[(f32, usize)], max_bins: usize) -> Vec<usize> {
    if distinct.len() <= max_bins {
        return (1..distinct.len()).map(|next| next - 1).collect();
    }
    quantile_ends(distinct, max_bins)
}

/// Equal-count bins over more distinct values than bins; as in LightGBM's `GreedyFindBin`.
fn quantile_ends(distinct: &[(f32, usize)], max_bins: usize) -> Vec<usize> {
    let rows: usize = distinct.iter().map(|(_, count)| count).sum();
    let is_heavy = |count: usize| count * max_bins >= rows;
    let mut share = LightShare::new(distinct, max_bins, is_heavy);
    let (mut ends, mut filled) = (Vec::new(), 0);
    for (index, neighbours) in distinct.windows(2).enumerate() {
        let (count, next) = (neighbours[0].1, neighbours[1].1);
        let heavy = is_heavy(count);
        filled += count;
        share.rows -= if heavy { 0 } else { count };
        // A bin that is half full ends before a heavy value, so that this one stands alone.
        let half_full = is_heavy(next) && 2.0 * filled as f64 >= share.mean;
        if heavy || half_full || filled as f64 >= share.mean {
            ends.push(index);
            filled = 0;
            share.next_bin(heavy);
        }
        if ends.len() + 1 == max_bins {
            break;
        }
    }
    ends
}

/// What is left for the bins of values that don't fill one alone.
struct LightShare {
    rows: usize,
    bins: usize,
    /// Rows a bin.
    mean: f64,
}

impl LightShare {
    fn new(distinct: &[(f32, usize)], max_bins: usize, heavy: impl Fn(usize) -> bool) -> Self {
        let counts = || distinct.iter().map(|(_, count)| *count);
        let rows: usize = counts().filter(|count| !heavy(*count)).sum();
        let bins = max_bins.saturating_sub(counts().filter(|count| heavy(*count)).count()).max(1);
        Self { rows, bins, mean: rows as f64 / bins as f64 }
    }

    /// Shares what is left of the rows over what is left of the bins, after a light one.
    fn next_bin(&mut self, heavy: bool) {
        if !heavy {
            self.bins = (self.bins - 1).max(1);
            self.mean = self.rows as f64 / self.bins as f64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn two_valued_columns_have_two_bins() {
        assert_eq!(column_edges(vec![0.0, 0.0, 0.0, 1.0], 255), [0.5, f32::INFINITY]);
        let mut rare = vec![0.0; 100_000];
        rare.push(1.0);
        assert_eq!(column_edges(rare, 2), [0.5, f32::INFINITY]);
    }

    #[test]
    fn blocks_are_of_like_width() {
        for (columns, width) in [(1, 1), (2, 1), (8, 4), (10, 5), (12, 6), (16, 8), (17, 5), (23, 6), (32, 8), (33, 6)]
        {
            assert_eq!(block_width(columns), width, "{columns} columns");
        }
    }

    #[test]
    fn an_edge_lies_between_neighbours() {
        let low = 1.0_f32;
        let high = low.next_up();
        assert_eq!(edge_between(low, high), low);
        assert_eq!(column_edges(vec![high, low], 255), [low, f32::INFINITY]);
    }

    #[test]
    fn both_zeros_are_one_value() {
        assert_eq!(column_edges(vec![0.0, -0.0, 0.0], 255), [f32::INFINITY]);
    }

    #[test]
    fn a_frequent_value_stands_alone() {
        let mut values: Vec<f32> = (1..=1000_u16).map(f32::from).collect();
        values.extend([550.5; 2000]);
        let edges = column_edges(values, 8);
        assert!(edges.contains(&550.25) && edges.contains(&550.75), "{edges:?}");
        assert!(edges.len() <= 8);
    }

    proptest! {
        #[test]
        fn codes_and_raw_values_decide_alike(
            values in proptest::collection::vec(-50_i16..50, 1..200), max_bins in 2_usize..20,
        ) {
            let values: Vec<f32> = values.iter().map(|&value| f32::from(value) * 0.1).collect();
            let edges = column_edges(values.clone(), max_bins);
            prop_assert!(edges.len() <= max_bins && edges.is_sorted());
            for &value in &values {
                for (index, &edge) in edges.iter().enumerate() {
                    let by_code = code_of(&edges, value) <= index_u8(index + 1);
                    prop_assert_eq!(by_code, value <= edge);
                }
            }
        }
    }
}
