//! How far a series of returns swings, and what it may lose in a day.
//!
//! Promises: no step looks ahead. A variance of day t is made of the days before it; a value at risk too. Returns are
//! fractions (.01 is one per cent); losses are positive.

mod backtest;
mod garch;
#[cfg(test)]
mod golden;
mod risk;
#[cfg(test)]
mod tests;

pub use backtest::{Coverage, christoffersen, kupiec};
pub use garch::{Garch, GarchFit};
pub use risk::{LossAtRisk, historical, quantile, rolling_filtered, rolling_historical};

/// Why a series cannot be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant and its fields are spelled out by its message")]
pub enum VolatilityError {
    TooShort { length: usize, least: usize },
    NotFinite { at: usize },
    Constant,
    LevelOutside,
}

impl std::fmt::Display for VolatilityError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooShort { length, least } => write!(out, "there are {length} returns; this takes at least {least}"),
            Self::NotFinite { at } => write!(out, "the return at {at} is not a number"),
            Self::Constant => write!(out, "all returns are the same: there is no volatility to fit"),
            Self::LevelOutside => write!(out, "the level must lie between 0 and ½"),
        }
    }
}

impl std::error::Error for VolatilityError {}

/// ln(pₜ / pₜ₋₁) of positive prices.
///
/// ```
/// let returns = learn::volatility::log_returns(&[100.0, 110.0, 99.0]);
/// assert!((returns[0] - 1.1_f64.ln()).abs() < 1e-12 && (returns[1] - 0.9_f64.ln()).abs() < 1e-12);
/// ```
pub fn log_returns(prices: &[f64]) -> Vec<f64> {
    prices.windows(2).map(|pair| (pair[1] / pair[0]).ln()).collect()
}

/// The variance of the day after the last by exponential weights (RiskMetrics 1996): σ² ← λ σ² + (1 − λ) r², from the
/// square of the first return. By hand, with λ = .94: of .01 and .03 it is .94 × .0001 + .06 × .0009 = .000148.
///
/// # Errors
/// Fewer than two returns, or one that is not a number.
pub fn ewma(returns: &[f64], lambda: f64) -> Result<f64, VolatilityError> {
    check(returns, 2)?;
    Ok(returns[1..].iter().fold(returns[0].powi(2), |variance, r| lambda * variance + (1.0 - lambda) * r.powi(2)))
}

fn check(returns: &[f64], least: usize) -> Result<(), VolatilityError> {
    if returns.len() < least {
        return Err(VolatilityError::TooShort { length: returns.len(), least });
    }
    match returns.iter().position(|r| !r.is_finite()) {
        Some(at) => Err(VolatilityError::NotFinite { at }),
        None => Ok(()),
    }
}
