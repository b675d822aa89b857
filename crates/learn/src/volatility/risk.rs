//! Value at risk and expected shortfall of one day.

use super::garch::Garch;
use super::{VolatilityError, check};

/// What a day may lose, as positive fractions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LossAtRisk {
    /// The loss that a day exceeds with the level's chance.
    pub value_at_risk: f64,
    /// The mean of the losses that are no less.
    pub expected_shortfall: f64,
}

/// The value below which this share of the values lies, between two neighbours by their distance (numpy's default).
///
/// By hand: of 1, 2, 3, 4 the quarter lies at 1 + .75 = 1.75. None where there are no values.
pub fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = share.clamp(0.0, 1.0) * sorted.len().checked_sub(1)? as f64;
    let below = crate::number::floor_index(place);
    let above = (below + 1).min(sorted.len() - 1);
    Some(sorted[below] + (place - below as f64) * (sorted[above] - sorted[below]))
}

/// Of the returns themselves: the level's quantile, and the mean of those no higher.
///
/// # Errors
/// Fewer than 20 returns, one that is not a number, or a level outside (0, ½).
pub fn historical(returns: &[f64], level: f64) -> Result<LossAtRisk, VolatilityError> {
    check(returns, 20)?;
    if !(level > 0.0 && level < 0.5) {
        return Err(VolatilityError::LevelOutside);
    }
    let cut = quantile(returns, level).unwrap_or(0.0);
    let (mut sum, mut count) = (0.0, 0.0);
    for r in returns.iter().filter(|r| **r <= cut) {
        sum += r;
        count += 1.0;
    }
    Ok(LossAtRisk { value_at_risk: -cut, expected_shortfall: if count > 0.0 { -sum / count } else { -cut } })
}

/// For each day from the `window`th on, what the `window` days before it say.
///
/// # Errors
/// As [`historical`]; and no more returns than the window.
pub fn rolling_historical(returns: &[f64], window: usize, level: f64) -> Result<Vec<LossAtRisk>, VolatilityError> {
    check(returns, window + 1)?;
    (window..returns.len()).map(|day| historical(&returns[day - window..day], level)).collect()
}

/// The same by filtered historical simulation (Barone-Adesi, Giannopoulos and Vosper 1999): the returns of the window
/// before, each over the deviation of its day, times the deviation of the day that comes. The GARCH is fitted anew to all
/// days before, every `refit` days.
///
/// # Errors
/// As [`historical`] and [`Garch::fit`].
pub fn rolling_filtered(
    returns: &[f64],
    window: usize,
    refit: usize,
    level: f64,
) -> Result<Vec<LossAtRisk>, VolatilityError> {
    check(returns, window + 1)?;
    let mut all = Vec::with_capacity(returns.len() - window);
    for first in (window..returns.len()).step_by(refit.max(1)) {
        let fit = Garch::fit(&returns[..first])?;
        let last = (first + refit.max(1)).min(returns.len());
        let variances = fit.garch.variances(&returns[..last - 1], fit.backcast);
        let shocks: Vec<f64> =
            returns[..last - 1].iter().zip(&variances).map(|(r, v)| (r - fit.garch.mu) / v.sqrt()).collect();
        for day in first..last {
            let of_shocks = historical(&shocks[day - window..day], level)?;
            let deviation = variances[day].sqrt();
            all.push(LossAtRisk {
                value_at_risk: deviation * of_shocks.value_at_risk - fit.garch.mu,
                expected_shortfall: deviation * of_shocks.expected_shortfall - fit.garch.mu,
            });
        }
    }
    Ok(all)
}
