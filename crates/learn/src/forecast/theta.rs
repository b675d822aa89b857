//! The Theta method (Assimakopoulos and Nikolopoulos 2000), as Hyndman and Billah (2003) showed it: simple exponential
//! smoothing with half the slope of the trend as drift, on a series whose season was taken out where it has one.

use super::simplex::lowest;
use super::{ForecastError, LEAST, check};

/// A season counts where the autocorrelation at its lag lies beyond this many of its deviations (90 %).
const SEASON_BEYOND: f64 = 1.645;

/// Forecasts.
///
/// # Errors
/// Fewer than eight numbers, or one that is not finite.
pub fn theta(series: &[f64], season: usize, horizon: usize) -> Result<Vec<f64>, ForecastError> {
    check(series, LEAST)?;
    let seasons = if is_seasonal(series, season) { indices(series, season) } else { vec![0.0] };
    let of = |step: usize| seasons[step % seasons.len()];
    let plain: Vec<f64> = series.iter().enumerate().map(|(step, y)| y - of(step)).collect();
    let count = plain.len() as f64;
    let drift = slope(&plain) / 2.0;
    let found = lowest(&[0.0], 1.0, 100, |point| smoothed(&plain, share(point[0])).1);
    let alpha = share(found[0]);
    let (level, _) = smoothed(&plain, alpha);
    let lag = (1.0 - (1.0 - alpha).powf(count)) / alpha;
    let ahead = |step: usize| level + drift * (step as f64 + lag) + of(series.len() + step);
    Ok((0..horizon).map(ahead).collect())
}

fn share(x: f64) -> f64 {
    1e-3 + 0.998 / (1.0 + (-x).exp())
}

/// The level at the end, and the sum of squared errors one step ahead.
fn smoothed(series: &[f64], alpha: f64) -> (f64, f64) {
    let mut level = series[0];
    let mut squares = 0.0;
    for y in &series[1..] {
        let error = y - level;
        squares += error * error;
        level += alpha * error;
    }
    (level, squares)
}

/// By least squares over the steps.
fn slope(series: &[f64]) -> f64 {
    let count = series.len() as f64;
    let (middle, mean) = ((count - 1.0) / 2.0, series.iter().sum::<f64>() / count);
    let (mut over, mut under) = (0.0, 0.0);
    for (step, y) in series.iter().enumerate() {
        let from = step as f64 - middle;
        over += from * (y - mean);
        under += from * from;
    }
    over / under
}

/// Whether the autocorrelation at the season's lag is more than chance (as in the M competitions).
fn is_seasonal(series: &[f64], season: usize) -> bool {
    if season < 2 || series.len() < 3 * season {
        return false;
    }
    let mean = series.iter().sum::<f64>() / series.len() as f64;
    let all: f64 = series.iter().map(|y| (y - mean).powi(2)).sum();
    if all <= 0.0 {
        return false;
    }
    let at = |lag: usize| series.iter().zip(&series[lag..]).map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>() / all;
    let before: f64 = (1..season).map(|lag| at(lag).powi(2)).sum();
    at(season).abs() > SEASON_BEYOND * ((1.0 + 2.0 * before) / series.len() as f64).sqrt()
}

/// What each step of the season lies above the moving mean over one, on average; they sum to nought.
fn indices(series: &[f64], season: usize) -> Vec<f64> {
    let half = season / 2;
    let (mut sums, mut counts) = (vec![0.0; season], vec![0.0_f64; season]);
    for step in half..series.len() - half {
        let span = &series[step - half..=step + half];
        let total: f64 = span.iter().sum();
        // Of an even season both ends count half.
        let ends = if season.is_multiple_of(2) { (span[0] + span[season]) / 2.0 } else { 0.0 };
        sums[step % season] += series[step] - (total - ends) / season as f64;
        counts[step % season] += 1.0;
    }
    let mut all: Vec<f64> = sums.iter().zip(&counts).map(|(sum, count)| sum / count.max(1.0)).collect();
    let mean = all.iter().sum::<f64>() / season as f64;
    all.iter_mut().for_each(|index| *index -= mean);
    all
}
