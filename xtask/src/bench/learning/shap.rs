//! Shapley values: how many rows a second one core explains, and whether they add up.

use super::table::TAIWAN;
use super::{SEED, boost_params, told};
use crate::bench::line::{Bar, Line, Report};
use std::time::Instant;

/// Rows that are explained.
const ROWS: usize = 5000;

/// Rows between two looks at the clock. The fastest look stands: whatever else runs here only slows.
const ROWS_A_LOOK: usize = 50;

/// Bars of the issue.
const LEAST_ROWS_PER_SECOND: f64 = 10_000.0;
const MOST_ADDITIVITY_ERROR: f64 = 1e-9;

pub(crate) fn run(report: &mut Report, seed: Option<u64>) -> anyhow::Result<()> {
    let seed = seed.unwrap_or(SEED);
    let rows = TAIWAN.read()?.rows;
    let model = boost_params(100, seed).check().map_err(told)?.fit(&rows, None).map_err(told)?;
    let (mut explained, mut rate) = (Vec::with_capacity(ROWS), 0.0);
    for first in (0..ROWS).step_by(ROWS_A_LOOK) {
        let start = Instant::now();
        let looked: Vec<&[f32]> = (first..first + ROWS_A_LOOK).map(|row| rows.row(row)).collect();
        explained.extend(model.shapley_rows(&looked));
        rate = f64::max(rate, ROWS_A_LOOK as f64 / start.elapsed().as_secs_f64());
    }
    let apart = |row: usize| (explained[row].log_odds() - model.log_odds(rows.row(row))).abs();
    let error = (0..ROWS).map(apart).fold(0.0, f64::max);
    let line = |figure: &str, value: f64| Line::new(figure, value, seed).data(TAIWAN.name);
    report.add(&line("rows_per_second a core", rate).unit("1/s").bar(Bar::AtLeast(LEAST_ROWS_PER_SECOND)));
    // In units of 1e-12, since a line has six digits behind the point.
    let error = error * 1e12;
    report.add(&line("additivity_error", error).unit("1e-12").bar(Bar::AtMost(MOST_ADDITIVITY_ERROR * 1e12)));
    Ok(())
}
