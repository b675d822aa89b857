//! Exponential smoothing with additive errors (Hyndman and others 2002): level, trend that may be damped, season.

use super::simplex::lowest;
use super::{ForecastError, LEAST, check};

/// Looks of a fit.
const MOST_LOOKS: usize = 400;

/// Which parts a form has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Form {
    trend: Trend,
    season: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trend {
    None,
    Straight,
    Damped,
}

/// Shares in (0, 1), as far as the form has them.
#[derive(Debug, Clone, Copy)]
struct Shares {
    level: f64,
    trend: f64,
    season: f64,
    damping: f64,
}

struct State {
    level: f64,
    trend: f64,
    seasons: Vec<f64>,
}

impl Form {
    /// Parameters, with the states at the start: what AICc counts.
    fn parameters(self) -> usize {
        let trend = match self.trend {
            Trend::None => 0,
            Trend::Straight => 2,
            Trend::Damped => 3,
        };
        2 + trend + if self.season > 1 { 1 + self.season } else { 0 }
    }

    fn start(self, series: &[f64]) -> State {
        let span = self.season.max(1);
        let mean = |from: usize| series[from..from + span].iter().sum::<f64>() / span as f64;
        let (level, next) = if self.season > 1 { (mean(0), mean(span)) } else { (series[0], series[1]) };
        let trend = match self.trend {
            Trend::None => 0.0,
            Trend::Straight | Trend::Damped if self.season > 1 => (next - level) / span as f64,
            _ => (series[LEAST - 1] - series[0]) / (LEAST - 1) as f64,
        };
        let seasons = if self.season > 1 { series[..span].iter().map(|y| y - level).collect() } else { Vec::new() };
        State { level, trend, seasons }
    }

    fn shares(self, point: &[f64]) -> Shares {
        let share = |at: usize| 1.0 / (1.0 + (-point[at]).exp());
        let damping = match self.trend {
            Trend::Damped => 0.8 + 0.18 * share(3),
            _ => 1.0,
        };
        let level = share(0);
        // The trend moves no faster than the level, and the season takes of what the level leaves.
        Shares { level, trend: level * share(1), season: (1.0 - level) * share(2), damping }
    }

    /// The sum of squared errors one step ahead, and the state at the end.
    fn run(self, series: &[f64], shares: Shares) -> (f64, State) {
        let mut state = self.start(series);
        let mut squares = 0.0;
        for (step, y) in series.iter().enumerate() {
            let carried = shares.damping * state.trend;
            let season = if self.season > 1 { state.seasons[step % self.season] } else { 0.0 };
            let error = y - (state.level + carried + season);
            squares += error * error;
            state.level += carried + shares.level * error;
            state.trend = if self.trend == Trend::None { 0.0 } else { carried + shares.trend * error };
            if self.season > 1 {
                state.seasons[step % self.season] += shares.season * error;
            }
        }
        (squares, state)
    }

    fn fit(self, series: &[f64]) -> (f64, Shares) {
        let point = lowest(&[-1.0, -2.0, -2.0, 1.0], 1.0, MOST_LOOKS, |point| self.run(series, self.shares(point)).0);
        let shares = self.shares(&point);
        (self.run(series, shares).0, shares)
    }

    fn forecast(self, series: &[f64], shares: Shares, horizon: usize) -> Vec<f64> {
        let (_, state) = self.run(series, shares);
        let (mut reach, mut power) = (0.0, 1.0);
        let mut all = Vec::with_capacity(horizon);
        for step in 0..horizon {
            power *= shares.damping;
            reach += power;
            let season = if self.season > 1 { state.seasons[(series.len() + step) % self.season] } else { 0.0 };
            all.push(state.level + reach * state.trend + season);
        }
        all
    }
}

/// Forecasts by the form with the lowest AICc: with or without trend, damped or not, with or without season. A season is
/// tried where the series holds two of it and a few numbers more.
///
/// # Errors
/// Fewer than eight numbers, or one that is not finite.
pub fn ets(series: &[f64], season: usize, horizon: usize) -> Result<Vec<f64>, ForecastError> {
    check(series, LEAST)?;
    let count = series.len() as f64;
    let seasons: &[usize] = if season > 1 && series.len() >= 2 * season + LEAST { &[1, season] } else { &[1] };
    let mut best: Option<(f64, Form, Shares)> = None;
    for &season in seasons {
        for trend in [Trend::None, Trend::Straight, Trend::Damped] {
            let form = Form { trend, season };
            let parameters = form.parameters() as f64;
            if count - parameters - 1.0 < 1.0 {
                continue;
            }
            let (squares, shares) = form.fit(series);
            let corrected = 2.0 * parameters * (parameters + 1.0) / (count - parameters - 1.0);
            let worth = count * (squares / count).max(f64::MIN_POSITIVE).ln() + 2.0 * parameters + corrected;
            if best.as_ref().is_none_or(|(least, ..)| worth < *least) {
                best = Some((worth, form, shares));
            }
        }
    }
    let (_, form, shares) = best.ok_or(ForecastError::TooShort { length: series.len(), least: LEAST })?;
    Ok(form.forecast(series, shares, horizon))
}
