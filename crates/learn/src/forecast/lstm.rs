//! Long short-term memory that tells the next step from those before it, and the steps after by its own word.
//!
//! Each window is told about its own mean in its own mean deviation, so that a level that moved is no surprise; beside it
//! stands the value one season before the step that is asked for.

use super::{ForecastError, check};
use crate::nets::{Architecture, EarlyStopping, NetModel, NetParams, Rule, Samples, Targets};
use crate::number::nearest_f32;

/// How a net is made.
#[derive(Debug, Clone, PartialEq)]
pub struct LstmParams {
    /// Steps that it sees; at least 2.
    pub window: usize,
    /// Units of memory.
    pub units: usize,
    /// Passes over the windows.
    pub epochs: usize,
    /// The newest windows that are fitted, at most so many; all where it is 0.
    pub most_windows: usize,
    /// What all that is random comes from.
    pub seed: u64,
}

impl Default for LstmParams {
    fn default() -> Self {
        Self { window: 14, units: 16, epochs: 80, most_windows: 0, seed: 7 }
    }
}

impl LstmParams {
    /// A small net of the last year's windows: a fit takes some tens of milliseconds, so that it can be fitted anew at each
    /// origin of a report.
    pub fn quick() -> Self {
        Self { units: 8, epochs: 30, most_windows: 365, ..Self::default() }
    }
}

/// Windows that a fit takes at least.
const LEAST_WINDOWS: usize = 20;

/// A fitted net.
#[derive(Debug, Clone, PartialEq)]
pub struct LstmForecaster {
    net: NetModel,
    window: usize,
    season: usize,
}

/// A window's mean and mean deviation.
fn scale_of(window: &[f64]) -> (f64, f64) {
    let mean = window.iter().sum::<f64>() / window.len() as f64;
    let deviation = window.iter().map(|y| (y - mean).abs()).sum::<f64>() / window.len() as f64;
    (mean, if deviation > 0.0 { deviation } else { 1.0 })
}

impl LstmForecaster {
    /// Fits to every window of a series.
    ///
    /// # Errors
    /// Too few windows for a net, a number that is not finite, or parameters out of range.
    pub fn fit(series: &[f64], season: usize, params: &LstmParams) -> Result<Self, ForecastError> {
        let (window, season) = (params.window.max(2), season.max(1));
        let first = window.max(season);
        check(series, first + LEAST_WINDOWS)?;
        let first = match params.most_windows {
            0 => first,
            most => first.max(series.len().saturating_sub(most)),
        };
        let (mut values, mut targets) = (Vec::new(), Vec::new());
        for at in first..series.len() {
            let seen = &series[at - window..at];
            let (mean, deviation) = scale_of(seen);
            values.extend(row(seen, series[at - season], mean, deviation));
            targets.push((series[at] - mean) / deviation);
        }
        let names = (0..window).map(|step| format!("value@{step}")).chain(["season_ago".to_owned()]).collect();
        let unfit = |why: String| ForecastError::NetUnfit(why);
        let samples =
            Samples::new(names, values, Targets::Numbers(targets)).map_err(|error| unfit(error.to_string()))?;
        let params = NetParams {
            architecture: Architecture::Lstm { units: params.units },
            // Few windows: small batches and a quick rate, ended by the part that is kept apart.
            rule: Rule::Adam { rate: 0.01, batch_rows: 32 },
            epochs: params.epochs,
            early_stopping: Some(EarlyStopping { patience: 8, validation_share: 0.15 }),
            seed: params.seed,
            ..NetParams::lstm()
        };
        let valid = params.check().map_err(|error| unfit(error.to_string()))?;
        let net = valid.fit(&samples, None).map_err(|error| unfit(error.to_string()))?;
        Ok(Self { net, window, season })
    }

    /// Goes on from a series, which may be longer than that of the fit.
    ///
    /// # Errors
    /// Fewer numbers than a window or a season, or one that is not finite.
    pub fn forecast(&self, series: &[f64], horizon: usize) -> Result<Vec<f64>, ForecastError> {
        check(series, self.window.max(self.season))?;
        let mut known = series.to_vec();
        for _ in 0..horizon {
            let seen = &known[known.len() - self.window..];
            let (mean, deviation) = scale_of(seen);
            let said = self.net.outputs(&row(seen, known[known.len() - self.season], mean, deviation));
            let next = said.first().map_or(0.0, |said| f64::from(*said));
            known.push(mean + deviation * next);
        }
        Ok(known.split_off(series.len()))
    }
}

fn row(seen: &[f64], season_ago: f64, mean: f64, deviation: f64) -> Vec<f32> {
    seen.iter().chain([&season_ago]).map(|y| nearest_f32((y - mean) / deviation)).collect()
}
