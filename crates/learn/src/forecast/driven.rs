//! A regression on what was known at an origin: the last seasons of the series, and how outside series (*drivers*) stood
//! then and some time before.
//!
//! One ridge regression tells all steps ahead. Everything is told about the mean of the last four seasons (fewer of a short
//! series), in their level, so that a level that moved is no surprise, and without any coefficient the forecast is that
//! mean. A driver enters with lags of one and three horizons, less its own mean at the same lag of the seasons that the mean
//! is of, and as it stood at the origin: a forecast never looks at what it did later.
//!
//! By hand, a season of 1 at a level of 10, 10, 10, 14: the mean is 11, the last value is (14 − 11) / 11 above it.

use super::{ForecastError, LEAST, check};
use crate::logistic::cholesky::solve;

/// Seasons whose mean a forecast starts from, at most, and at most half of the series.
const SEASONS: usize = 4;
/// Lags of a driver, in horizons: of four weeks, a month and a quarter. No step ahead is beyond the first.
const LAGS: [usize; 2] = [1, 3];
/// The penalty on coefficients of columns with a deviation of one, as a share of the rows: neighbouring origins and steps
/// tell nearly the same, so that their rows are far fewer than they count.
const RIDGE: f64 = 0.1;

/// An outside series, at the steps of the one that is forecast.
#[derive(Debug, Clone, PartialEq)]
pub struct Driver {
    /// What it is called.
    pub name: String,
    /// As it was known at the end of each step; NaN before anything was.
    pub values: Vec<f64>,
}

/// Forecasts a series with drivers, each as long as the series; without any it is a regression on its own past.
///
/// # Errors
/// Fewer than eight origins with a whole horizon behind them, or a number that is not finite.
pub fn regression(
    series: &[f64],
    drivers: &[&[f64]],
    season: usize,
    horizon: usize,
) -> Result<Vec<f64>, ForecastError> {
    let (season, horizon) = (season.max(1), horizon.max(1));
    let seasons = (series.len() / (2 * season)).clamp(1, SEASONS);
    let first = seasons * season;
    check(series, first + horizon + LEAST)?;
    let view = View { series, drivers, season, seasons, horizon };
    let (mut rows, mut targets) = (Vec::new(), Vec::new());
    for origin in first..=series.len() - horizon {
        let at = view.at(origin);
        for step in 0..horizon {
            let (mean, row) = at.row(step);
            rows.push(row);
            targets.push((series[origin + step] - mean) / at.level);
        }
    }
    let fit = Fit::of(&rows, &targets).ok_or(ForecastError::NothingMoves)?;
    let end = view.at(series.len());
    Ok((0..horizon)
        .map(|step| {
            let (mean, row) = end.row(step);
            mean + end.level * fit.says(&row)
        })
        .collect())
}

struct View<'a> {
    series: &'a [f64],
    drivers: &'a [&'a [f64]],
    season: usize,
    seasons: usize,
    horizon: usize,
}

/// What is known at an origin, before its first step.
struct At<'a> {
    view: &'a View<'a>,
    origin: usize,
    /// The mean size of the last seasons; 1 where all is nought.
    level: f64,
    last_season: f64,
}

impl View<'_> {
    fn at(&self, origin: usize) -> At<'_> {
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let seasons = &self.series[origin - self.seasons * self.season..origin];
        let size = mean(&seasons.iter().map(|y| y.abs()).collect::<Vec<f64>>());
        let level = if size > 0.0 { size } else { 1.0 };
        let last_season = (mean(&seasons[seasons.len() - self.season..]) - mean(seasons)) / level;
        At { view: self, origin, level, last_season }
    }
}

impl At<'_> {
    /// The mean of the step's places in the last seasons, and the row of columns.
    fn row(&self, step: usize) -> (f64, Vec<f64>) {
        let View { series, season, seasons, .. } = *self.view;
        let value = |back: usize| series[self.origin - back * season + step % season];
        let mean = (1..=seasons).map(value).sum::<f64>() / seasons as f64;
        let mut row = vec![1.0, (value(1) - mean) / self.level, self.last_season];
        self.view.drivers.iter().for_each(|driver| row.extend(self.driver(driver, step)));
        (mean, row)
    }

    /// A driver at a step: how it had moved at each lag since the seasons of the mean, and how it stood at the origin.
    fn driver(&self, values: &[f64], step: usize) -> [f64; 1 + LAGS.len()] {
        let View { season, seasons, horizon, .. } = *self.view;
        let known = |place: usize, lag: usize| {
            place.checked_sub(lag * horizon).and_then(|at| values.get(at)).copied().unwrap_or(f64::NAN)
        };
        let moved = |lag: usize| {
            let place = |back: usize| self.origin - back * season + step % season;
            let before = (1..=seasons).map(|back| known(place(back), lag)).sum::<f64>() / seasons as f64;
            known(self.origin + step, lag) - before
        };
        let now = values.get(self.origin - 1).copied().unwrap_or(f64::NAN);
        [now, moved(LAGS[0]), moved(LAGS[1])]
    }
}

/// Coefficients of columns in deviations of their own.
struct Fit {
    centres: Vec<(f64, f64)>,
    coefficients: Vec<f64>,
}

impl Fit {
    fn of(rows: &[Vec<f64>], targets: &[f64]) -> Option<Self> {
        let width = rows.first()?.len();
        let centres: Vec<(f64, f64)> = (0..width).map(|column| centre(rows, column)).collect();
        let (mut matrix, mut right) = (vec![0.0; width * width], vec![0.0; width]);
        for (row, target) in rows.iter().zip(targets) {
            let scaled = scaled(row, &centres);
            for (at, x) in scaled.iter().enumerate() {
                right[at] += x * target;
                scaled[..=at].iter().enumerate().for_each(|(other, y)| matrix[at * width + other] += x * y);
            }
        }
        // The constant is not penalised; a column that never moves has no coefficient.
        (0..width).for_each(|at| matrix[at * width + at] += if at == 0 { 0.0 } else { RIDGE * rows.len() as f64 });
        let coefficients = solve(&mut matrix, &right)?;
        Some(Self { centres, coefficients })
    }

    fn says(&self, row: &[f64]) -> f64 {
        scaled(row, &self.centres).iter().zip(&self.coefficients).map(|(x, coefficient)| x * coefficient).sum()
    }
}

/// The mean and the deviation of a column's known numbers; the constant stays as it is.
fn centre(rows: &[Vec<f64>], column: usize) -> (f64, f64) {
    if column == 0 {
        return (0.0, 1.0);
    }
    let known: Vec<f64> = rows.iter().map(|row| row[column]).filter(|x| x.is_finite()).collect();
    let count = known.len().max(1) as f64;
    let mean = known.iter().sum::<f64>() / count;
    let deviation = (known.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count).sqrt();
    (mean, deviation)
}

/// In deviations; what is unknown, or never moved, is in the middle.
fn scaled(row: &[f64], centres: &[(f64, f64)]) -> Vec<f64> {
    let of = |(x, (mean, deviation)): (&f64, &(f64, f64))| {
        let scaled = (x - mean) / deviation;
        if scaled.is_finite() { scaled } else { 0.0 }
    };
    row.iter().zip(centres).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// Weeks whose level follows an outside series four weeks later, and that series.
    fn driven(days: usize, seed: u64) -> (Vec<f64>, Vec<f64>) {
        let mut random = Random::new(seed);
        let mut driver = vec![0.0_f64];
        for day in 1..days {
            // It stands still for a month, then moves.
            let before = driver[day - 1];
            driver.push(if day % 28 == 0 { 0.7 * before + random.normal() } else { before });
        }
        let series = (0..days).map(|day| {
            let led = if day < 28 { 0.0 } else { driver[day - 28] };
            100.0 + 10.0 * (day % 7) as f64 + 20.0 * led + random.normal()
        });
        let series: Vec<f64> = series.collect();
        (series, driver)
    }

    fn error(said: &[f64], came: &[f64]) -> f64 {
        said.iter().zip(came).map(|(said, came)| (said - came).abs()).sum::<f64>() / came.len() as f64
    }

    #[test]
    fn a_driver_that_leads_is_followed() {
        let (series, driver) = driven(800, 3);
        let (mut with, mut without) = (0.0, 0.0);
        for end in (600..772).step_by(28) {
            let came = &series[end..end + 28];
            with += error(&regression(&series[..end], &[&driver[..end]], 7, 28).unwrap(), came);
            without += error(&regression(&series[..end], &[], 7, 28).unwrap(), came);
        }
        assert!(with < 0.6 * without, "{with} with it, {without} without");
    }

    #[test]
    fn what_a_driver_does_after_the_origin_changes_nothing_and_what_is_unknown_is_allowed() {
        let (series, mut driver) = driven(300, 4);
        driver[..100].fill(f64::NAN);
        let one = regression(&series[..250], &[&driver[..250]], 7, 28).unwrap();
        driver[250..].fill(1e9);
        assert_eq!(one, regression(&series[..250], &[&driver[..250]], 7, 28).unwrap());
        assert!(one.iter().all(|value| value.is_finite()));
    }

    #[test]
    fn a_level_that_stands_still_goes_on() {
        let said = regression(&[10.0; 60], &[], 7, 7).unwrap();
        assert!(said.iter().all(|value| (value - 10.0).abs() < 1e-9), "{said:?}");
        assert!(matches!(regression(&[10.0; 20], &[], 7, 7), Err(ForecastError::TooShort { .. })));
    }
}
