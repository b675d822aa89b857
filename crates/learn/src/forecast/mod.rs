//! What comes next in a series of numbers at even steps, by several methods, and how well each did on what it had not
//! seen.
//!
//! Promises: a forecast is made of what was before its origin; the same series and seed give the same numbers. A method
//! that cannot be fitted to a series says so, and is left out of the comparison there.

mod driven;
mod ets;
mod intervals;
mod lstm;
mod rolling;
mod simplex;
#[cfg(test)]
mod tests;
mod theta;

pub use driven::{Driver, regression};
pub use ets::ets;
pub use lstm::{LstmForecaster, LstmParams};
pub use rolling::{Chosen, LeftOut, Outlook, Rolled, RollingParams, choose, mase, outlook, roll};
pub use theta::theta;

/// Fewest numbers that anything is said of.
const LEAST: usize = 8;

/// Why a series cannot be forecast.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant and its fields are spelled out by its message")]
pub enum ForecastError {
    TooShort { length: usize, least: usize },
    NotFinite { at: usize },
    NetUnfit(String),
    NothingMoves,
}

impl std::fmt::Display for ForecastError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooShort { length, least } => {
                write!(out, "the series has {length} numbers; this takes at least {least}")
            }
            Self::NotFinite { at } => write!(out, "the number at {at} of the series is not finite"),
            Self::NetUnfit(why) => write!(out, "the net could not be fitted: {why}"),
            Self::NothingMoves => write!(out, "nothing moves that a regression could follow"),
        }
    }
}

impl std::error::Error for ForecastError {}

/// A method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// The value one season before.
    SeasonalNaive,
    /// Exponential smoothing, its form by AICc.
    Ets,
    /// Theta.
    Theta,
    /// Long short-term memory, fitted anew at each origin.
    Lstm,
    /// The same, as it was fitted at the first origin.
    LstmFrozen,
    /// The mean of naive, ETS and Theta.
    Combination,
    /// A regression on the series' own last seasons: what drivers must beat to be of use.
    Regression,
    /// The same with drivers.
    Driven,
}

impl Method {
    /// All, the default for want of a better first.
    pub const ALL: [Self; 8] = [
        Self::SeasonalNaive,
        Self::Ets,
        Self::Theta,
        Self::Combination,
        Self::Lstm,
        Self::LstmFrozen,
        Self::Regression,
        Self::Driven,
    ];

    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::SeasonalNaive => "seasonal naive",
            Self::Ets => "ETS",
            Self::Theta => "Theta",
            Self::Lstm => "LSTM",
            Self::LstmFrozen => "LSTM, frozen",
            Self::Combination => "combination",
            Self::Regression => "regression",
            Self::Driven => "regression with drivers",
        }
    }
}

/// The value one season before, again and again.
///
/// By hand: 1 2 3 4 with a season of 2, three ahead: 3 4 3.
///
/// # Errors
/// Fewer numbers than a season, or one that is not finite.
pub fn seasonal_naive(series: &[f64], season: usize, horizon: usize) -> Result<Vec<f64>, ForecastError> {
    let season = season.max(1);
    check(series, season)?;
    let last = &series[series.len() - season..];
    Ok((0..horizon).map(|step| last[step % season]).collect())
}

fn check(series: &[f64], least: usize) -> Result<(), ForecastError> {
    if series.len() < least {
        return Err(ForecastError::TooShort { length: series.len(), least });
    }
    match series.iter().position(|value| !value.is_finite()) {
        Some(at) => Err(ForecastError::NotFinite { at }),
        None => Ok(()),
    }
}

/// The means of several forecasts, step by step.
fn mean_of(forecasts: &[Vec<f64>]) -> Vec<f64> {
    let steps = forecasts.iter().map(Vec::len).min().unwrap_or(0);
    (0..steps).map(|step| forecasts.iter().map(|one| one[step]).sum::<f64>() / forecasts.len() as f64).collect()
}
