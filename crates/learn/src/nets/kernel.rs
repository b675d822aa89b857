//! The loops that take a net's time: products of matrices and functions of every number.
//!
//! They are compiled twice, plainly and for AVX2 with fused multiply-add, and the processor's own
//! is chosen at run time. Promise: each number of a product is one sum in ascending order of the
//! inner index, so it depends neither on the other rows nor on how many threads work beside it.

use pulp::{Arch, Simd, WithSimd};

use super::scalar::Scalar;

/// Rows and columns of the block that is kept in registers: 6 × 16 `f32` are 12 of AVX2's 16.
const TALL: usize = 6;
const WIDE: usize = 16;

/// Columns that a single row is multiplied into at a time: 8 registers, which hides their latency.
const WIDE_OF_ROW: usize = 64;

/// A matrix over a slice; its transpose is the same slice with the steps exchanged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Matrix<'a, T> {
    values: &'a [T],
    rows: usize,
    columns: usize,
    row_step: usize,
    column_step: usize,
}

impl<'a, T: Scalar> Matrix<'a, T> {
    /// Row-major numbers, `columns` a row.
    pub(super) fn new(values: &'a [T], columns: usize) -> Self {
        Self { values, rows: values.len() / columns, columns, row_step: columns, column_step: 1 }
    }

    /// Rows and columns exchanged.
    pub(super) fn transposed(self) -> Self {
        let Self { values, rows, columns, row_step, column_step } = self;
        Self { values, rows: columns, columns: rows, row_step: column_step, column_step: row_step }
    }

    #[inline(always)]
    fn at(&self, row: usize, column: usize) -> T {
        self.values[row * self.row_step + column * self.column_step]
    }
}

/// `out += a · b`, where `out` is row-major.
///
/// By hand: \[1 2\] · \[3 4; 5 6\] = \[13 16\].
pub(super) fn add_product<T: Scalar>(a: Matrix<'_, T>, b: Matrix<'_, T>, out: &mut [T]) {
    debug_assert_eq!((a.columns, a.rows * b.columns), (b.rows, out.len()), "the shapes fit each other");
    Arch::new().dispatch(Product { a, b, out });
}

struct Product<'a, T> {
    a: Matrix<'a, T>,
    b: Matrix<'a, T>,
    out: &'a mut [T],
}

impl<T: Scalar> WithSimd for Product<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        if S::IS_SCALAR {
            multiply::<T, false>(self);
        } else {
            multiply::<T, true>(self);
        }
    }
}

#[inline(always)]
fn multiply<T: Scalar, const FUSED: bool>(product: Product<'_, T>) {
    let Product { a, b, out } = product;
    if a.rows == 1 && b.column_step == 1 && a.column_step == 1 {
        return add_row_product::<T, FUSED>(&a.values[..a.columns], b.values, out);
    }
    let tall = packed_tall(&a);
    let mut panel = vec![T::ZERO; b.rows * WIDE];
    for first in (0..b.columns).step_by(WIDE) {
        let width = WIDE.min(b.columns - first);
        pack_wide(&b, first, width, &mut panel);
        for (block, rows) in tall.chunks_exact(a.columns * TALL).zip((0..a.rows).step_by(TALL)) {
            let sums = tile::<T, FUSED>(block, &panel);
            for (sums, row) in sums.iter().zip(rows..a.rows) {
                let line = &mut out[row * b.columns + first..][..width];
                line.iter_mut().zip(sums).for_each(|(out, sum)| *out += *sum);
            }
        }
    }
}

/// `a` in blocks of [`TALL`] rows, each column by column; rows past the end are 0.
#[inline(always)]
fn packed_tall<T: Scalar>(a: &Matrix<'_, T>) -> Vec<T> {
    let blocks = a.rows.div_ceil(TALL);
    let mut packed = vec![T::ZERO; blocks * TALL * a.columns];
    for (block, first) in packed.chunks_exact_mut(TALL * a.columns).zip((0..a.rows).step_by(TALL)) {
        let height = TALL.min(a.rows - first);
        for (column, packed) in block.chunks_exact_mut(TALL).enumerate() {
            (0..height).for_each(|row| packed[row] = a.at(first + row, column));
        }
    }
    packed
}

/// [`WIDE`] columns of `b`, row by row; columns past the end are 0.
#[inline(always)]
fn pack_wide<T: Scalar>(b: &Matrix<'_, T>, first: usize, width: usize, panel: &mut [T]) {
    for (row, packed) in panel.chunks_exact_mut(WIDE).enumerate() {
        if b.column_step == 1 {
            packed[..width].copy_from_slice(&b.values[row * b.row_step + first..][..width]);
        } else {
            (0..width).for_each(|column| packed[column] = b.at(row, first + column));
        }
        packed[width..].fill(T::ZERO);
    }
}

#[inline(always)]
fn tile<T: Scalar, const FUSED: bool>(tall: &[T], wide: &[T]) -> [[T; WIDE]; TALL] {
    let mut sums = [[T::ZERO; WIDE]; TALL];
    let (tall, _) = tall.as_chunks::<TALL>();
    let (wide, _) = wide.as_chunks::<WIDE>();
    for (tall, wide) in tall.iter().zip(wide) {
        for (sums, factor) in sums.iter_mut().zip(tall) {
            for (sum, value) in sums.iter_mut().zip(wide) {
                *sum = factor.times_plus::<FUSED>(*value, *sum);
            }
        }
    }
    sums
}

/// `out += row · b` for row-major `b`: what scoring one row is made of.
#[inline(always)]
pub(super) fn add_row_product<T: Scalar, const FUSED: bool>(row: &[T], b: &[T], out: &mut [T]) {
    let columns = out.len();
    let (wide, rest) = out.as_chunks_mut::<WIDE_OF_ROW>();
    let mut first = 0;
    for out in wide {
        add_columns::<T, WIDE_OF_ROW, FUSED>(row, b, columns, first, out);
        first += WIDE_OF_ROW;
    }
    let (wide, rest) = rest.as_chunks_mut::<8>();
    for out in wide {
        add_columns::<T, 8, FUSED>(row, b, columns, first, out);
        first += 8;
    }
    for out in rest {
        add_columns::<T, 1, FUSED>(row, b, columns, first, std::array::from_mut(out));
        first += 1;
    }
}

#[inline(always)]
fn add_columns<T: Scalar, const N: usize, const FUSED: bool>(
    row: &[T],
    b: &[T],
    columns: usize,
    first: usize,
    out: &mut [T; N],
) {
    let mut sums = *out;
    for (factor, line) in row.iter().zip(b.chunks_exact(columns)) {
        if let Some(line) = line[first..].first_chunk::<N>() {
            for (sum, value) in sums.iter_mut().zip(line) {
                *sum = factor.times_plus::<FUSED>(*value, *sum);
            }
        }
    }
    *out = sums;
}

/// Work on numbers that is worth its vector registers. `FUSED` says whether the processor has
/// fused multiply-add; every function that is called must be inlined.
pub(super) trait Loop {
    /// Does it.
    fn run<const FUSED: bool>(self);
}

/// Runs a loop in the processor's widest registers.
pub(super) fn vectorised<L: Loop>(work: L) {
    struct Chosen<L>(L);
    impl<L: Loop> WithSimd for Chosen<L> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) {
            if S::IS_SCALAR { self.0.run::<false>() } else { self.0.run::<true>() }
        }
    }
    Arch::new().dispatch(Chosen(work));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn numbers(random: &mut Random, count: usize) -> Vec<f64> {
        (0..count).map(|_| random.uniform() - 0.5).collect()
    }

    #[test]
    fn the_example_by_hand() {
        let mut out = [0.0, 0.0];
        add_product(Matrix::new(&[1.0, 2.0], 2), Matrix::new(&[3.0, 4.0, 5.0, 6.0], 2), &mut out);
        assert_eq!(out, [13.0, 16.0]);
    }

    #[test]
    fn every_shape_and_transpose_is_the_plain_sum() {
        let mut random = Random::new(3);
        for [m, k, n] in [[1, 1, 1], [1, 5, 75], [7, 3, 2], [6, 16, 16], [13, 9, 33], [2, 40, 130]] {
            let (a, b) = (numbers(&mut random, m * k), numbers(&mut random, k * n));
            let mut plain = vec![1.0; m * n];
            for (at, out) in plain.iter_mut().enumerate() {
                *out += (0..k).map(|p| a[at / n * k + p] * b[p * n + at % n]).sum::<f64>();
            }
            let turned = |values: &[f64], rows: usize, columns: usize| -> Vec<f64> {
                (0..rows * columns).map(|at| values[at % rows * columns + at / rows]).collect()
            };
            let (a_turned, b_turned) = (turned(&a, m, k), turned(&b, k, n));
            let a_ways = [Matrix::new(&a, k), Matrix::new(&a_turned, m).transposed()];
            let b_ways = [Matrix::new(&b, n), Matrix::new(&b_turned, k).transposed()];
            for (a, b) in a_ways.iter().flat_map(|a| b_ways.iter().map(move |b| (*a, *b))) {
                let mut out = vec![1.0; m * n];
                add_product(a, b, &mut out);
                assert!(out.iter().zip(&plain).all(|(out, plain)| (out - plain).abs() < 1e-12), "{m} {k} {n}");
            }
        }
    }
}
