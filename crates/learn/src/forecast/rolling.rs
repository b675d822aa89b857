//! Methods tried where it counts: at one origin after the other, on what comes behind it.

use super::driven::{Driver, regression};
use super::intervals::half_widths;
use super::lstm::{LstmForecaster, LstmParams};
use super::{ForecastError, Method, check, ets, mean_of, seasonal_naive, theta};

/// How methods are tried.
#[derive(Debug, Clone, PartialEq)]
pub struct RollingParams {
    /// Steps of a season.
    pub season: usize,
    /// Steps ahead.
    pub horizon: usize,
    /// How many origins, the last so that its horizon ends with the series.
    pub origins: usize,
    /// Steps from one origin to the next; at least 1.
    pub stride: usize,
    /// The share of outcomes that an interval should hold.
    pub coverage: f64,
    /// Of what a method sees, at most so many numbers; all where it is 0.
    pub most_history: usize,
    /// The nets, where they are tried too.
    pub lstm: Option<LstmParams>,
    /// Outside series as long as the one that is forecast. Where there are any, regressions with and without them are tried.
    pub drivers: Vec<Driver>,
}

/// A method that could not be fitted at some origin, and why.
pub type LeftOut = (Method, ForecastError);

/// What one method said at each origin.
#[derive(Debug, Clone, PartialEq)]
pub struct Rolled {
    /// Which.
    pub method: Method,
    /// Outcome less forecast, by origin and step.
    pub errors: Vec<Vec<f64>>,
    /// Half the width of the interval, by origin and step; none before five origins have come due.
    pub halves: Vec<Option<Vec<f64>>>,
}

/// Standard errors by which a gain is more than chance.
const ENOUGH: f64 = 2.0;

impl Rolled {
    /// The mean absolute error of these origins.
    pub fn mean_error(&self, origins: std::ops::Range<usize>) -> f64 {
        let errors: Vec<f64> = self.errors[origins].iter().flatten().map(|error| error.abs()).collect();
        errors.iter().sum::<f64>() / errors.len().max(1) as f64
    }

    /// The share of outcomes that the intervals held, of the origins that have them; none where none has.
    pub fn held(&self, origins: std::ops::Range<usize>) -> Option<f64> {
        let of = origins.filter_map(|at| Some(self.errors[at].iter().zip(self.halves[at].as_ref()?)));
        let (mut inside, mut all) = (0.0, 0.0);
        for (error, half) in of.flatten() {
            inside += f64::from(u8::from(error.abs() <= *half));
            all += 1.0;
        }
        (all > 0.0).then(|| inside / all)
    }
}

/// The mean absolute error over that of the seasonal naive rule within the history (Hyndman and Koehler 2006). None where
/// that rule never errs.
pub fn mase(mean_error: f64, history: &[f64], season: usize) -> Option<f64> {
    let season = season.max(1);
    let count = history.len().checked_sub(season)?;
    let naive = (season..history.len()).map(|at| (history[at] - history[at - season]).abs()).sum::<f64>();
    (count > 0 && naive > 0.0).then(|| mean_error / (naive / count as f64))
}

/// Where the history of each origin ends.
fn ends(length: usize, params: &RollingParams) -> Vec<usize> {
    let last = length.saturating_sub(params.horizon);
    let stride = params.stride.max(1);
    (0..params.origins).rev().filter_map(|back| last.checked_sub(back * stride)).collect()
}

/// Every method at every origin. A method that fails at one origin is left out.
///
/// # Errors
/// The first origin has fewer numbers than two seasons and eight, or one is not finite.
pub fn roll(series: &[f64], params: &RollingParams) -> Result<Vec<Rolled>, ForecastError> {
    Ok(rolled(series, params, &Method::ALL)?.0)
}

/// These methods at every origin, and those that were left out.
fn rolled(
    series: &[f64],
    params: &RollingParams,
    methods: &[Method],
) -> Result<(Vec<Rolled>, Vec<LeftOut>), ForecastError> {
    let ends = ends(series.len(), params);
    let first = ends.first().copied().unwrap_or(0);
    check(&series[..first], super::LEAST + params.season)?;
    check(series, 0)?;
    let at_first = Known::at(series, first, params);
    let frozen = params.lstm.as_ref().filter(|_| methods.contains(&Method::LstmFrozen));
    let frozen = frozen.and_then(|lstm| LstmForecaster::fit(at_first.history, params.season, lstm).ok());
    let (mut all, mut left_out) = (Vec::new(), Vec::new());
    for &method in methods {
        let said = ends.iter().map(|&end| said_at(method, &Known::at(series, end, params), params, frozen.as_ref()));
        let said = match said.collect::<Result<Vec<Option<Vec<f64>>>, ForecastError>>() {
            Ok(said) => said,
            Err(why) => {
                left_out.push((method, why));
                continue;
            }
        };
        let Some(said) = said.into_iter().collect::<Option<Vec<Vec<f64>>>>() else { continue };
        let errors: Vec<Vec<f64>> = said
            .iter()
            .zip(&ends)
            .map(|(said, &end)| said.iter().zip(&series[end..]).map(|(said, came)| came - said).collect())
            .collect();
        let halves = half_widths(series, &errors, &ends, params);
        all.push(Rolled { method, errors, halves });
    }
    Ok((all, left_out))
}

/// What a method may see at an origin.
struct Known<'a> {
    history: &'a [f64],
    drivers: Vec<&'a [f64]>,
}

impl<'a> Known<'a> {
    fn at(series: &'a [f64], end: usize, params: &'a RollingParams) -> Self {
        let history = shown(&series[..end], params.most_history);
        let from = end - history.len();
        let drivers = params.drivers.iter().filter_map(|driver| driver.values.get(from..end)).collect();
        Self { history, drivers }
    }
}

fn shown(history: &[f64], most: usize) -> &[f64] {
    if most == 0 { history } else { &history[history.len().saturating_sub(most)..] }
}

/// None where the method is not asked for.
fn said_at(
    method: Method,
    known: &Known<'_>,
    params: &RollingParams,
    frozen: Option<&LstmForecaster>,
) -> Result<Option<Vec<f64>>, ForecastError> {
    let (season, horizon, history) = (params.season, params.horizon, known.history);
    let three = || -> Result<Vec<f64>, ForecastError> {
        let all = [
            seasonal_naive(history, season, horizon)?,
            ets(history, season, horizon)?,
            theta(history, season, horizon)?,
        ];
        Ok(mean_of(&all))
    };
    match method {
        Method::SeasonalNaive => seasonal_naive(history, season, horizon).map(Some),
        Method::Ets => ets(history, season, horizon).map(Some),
        Method::Theta => theta(history, season, horizon).map(Some),
        Method::Combination => three().map(Some),
        Method::Lstm => match &params.lstm {
            Some(lstm) => LstmForecaster::fit(history, season, lstm)?.forecast(history, horizon).map(Some),
            None => Ok(None),
        },
        Method::LstmFrozen => frozen.map(|frozen| frozen.forecast(history, horizon)).transpose(),
        Method::Regression | Method::Driven if known.drivers.is_empty() => Ok(None),
        Method::Regression => regression(history, &[], season, horizon).map(Some),
        Method::Driven => regression(history, &known.drivers, season, horizon).map(Some),
    }
}

/// The method that is chosen at these origins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chosen {
    /// Which.
    pub method: Method,
    /// Its mean absolute error there.
    pub mean_error: f64,
}

/// Chooses by the mean absolute error, among the methods that beat the seasonal naive rule by more than chance would: by
/// more than two standard errors of the gain over the origins, as several methods are tried at once. That rule itself where
/// none does; of equals the first. None where nothing was rolled.
///
/// The test is that of Diebold and Mariano (1995) with the correction of Harvey, Leybourne and Newbold (1997): origins
/// nearer to each other than a horizon share outcomes, so that their gains are not each news of its own.
///
/// By hand: gains of 1, 3 and 2 at three origins a horizon apart have the mean 2 and the standard error 1/√3 = .58, which
/// is enough.
pub fn choose(rolled: &[Rolled], params: &RollingParams, origins: &std::ops::Range<usize>) -> Option<Chosen> {
    let naive = rolled.iter().find(|one| one.method == Method::SeasonalNaive);
    let shared = params.horizon.div_ceil(params.stride.max(1)).saturating_sub(1);
    let beats = |one: &&Rolled| {
        one.method == Method::SeasonalNaive || naive.is_none_or(|naive| is_gain(&gains(naive, one, origins), shared))
    };
    let all = rolled.iter().filter(|one| one.method != Method::LstmFrozen).filter(beats);
    let scored = all.map(|one| Chosen { method: one.method, mean_error: one.mean_error(origins.clone()) });
    scored.min_by(|a, b| a.mean_error.total_cmp(&b.mean_error))
}

/// By how much less the second errs than the first, origin by origin.
fn gains(first: &Rolled, second: &Rolled, origins: &std::ops::Range<usize>) -> Vec<f64> {
    origins.clone().map(|at| first.mean_error(at..at + 1) - second.mean_error(at..at + 1)).collect()
}

/// Whether the mean gain is more than chance, where each shares outcomes with so many after it. Neighbours weigh less the
/// further they are apart (Bartlett); where they go against each other, that makes no gain surer.
fn is_gain(gains: &[f64], shared: usize) -> bool {
    let count = gains.len() as f64;
    let mean = gains.iter().sum::<f64>() / count;
    let with = |lag: usize| {
        let pairs = gains.iter().zip(gains.iter().skip(lag));
        pairs.map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>() / count
    };
    let ahead = (shared + 1) as f64;
    let neighbours: f64 = (1..=shared).map(|lag| 2.0 * (1.0 - lag as f64 / ahead) * with(lag)).sum();
    let small = (count + 1.0 - 2.0 * ahead + ahead * (ahead - 1.0) / count) / count;
    small > 0.0 && mean * small.sqrt() > ENOUGH * ((with(0) + neighbours.max(0.0)) / count).sqrt()
}

/// A forecast of what comes after a series, with its interval.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    /// By which method.
    pub method: Method,
    /// Step by step.
    pub expected: Vec<f64>,
    /// The interval's lower and upper ends; none where too few origins came due.
    pub interval: Option<Vec<(f64, f64)>>,
    /// What each method's mean absolute scaled error was at the origins tried.
    pub tried: Vec<(Method, Option<f64>)>,
    /// How far the sum of all steps fell short of its forecast at each origin tried; negative where it exceeded it.
    pub short_sums: Vec<f64>,
    /// Methods that could not be tried, and why.
    pub left_out: Vec<LeftOut>,
}

/// Tries the methods, [chooses](choose) one, and goes on from the end with it. A frozen net is not tried: nobody would go on
/// with it.
///
/// # Errors
/// As [`roll`].
pub fn outlook(series: &[f64], params: &RollingParams) -> Result<Outlook, ForecastError> {
    let methods: Vec<Method> = Method::ALL.into_iter().filter(|method| *method != Method::LstmFrozen).collect();
    let (rolled, left_out) = rolled(series, params, &methods)?;
    let ends = ends(series.len(), params);
    let all = 0..ends.len();
    let history = &series[..ends.first().copied().unwrap_or(0)];
    let short = ForecastError::TooShort { length: series.len(), least: super::LEAST };
    let chosen = choose(&rolled, params, &all).ok_or(short.clone())?;
    let end = Known::at(series, series.len(), params);
    let expected = said_at(chosen.method, &end, params, None)?.ok_or(short.clone())?;
    let of = rolled.iter().find(|one| one.method == chosen.method).ok_or(short)?;
    let ends: Vec<usize> = ends.into_iter().chain([series.len()]).collect();
    let halves = half_widths(series, &of.errors, &ends, params).pop().flatten();
    let interval =
        halves.map(|halves| expected.iter().zip(halves).map(|(middle, half)| (middle - half, middle + half)).collect());
    let tried =
        rolled.iter().map(|one| (one.method, mase(one.mean_error(all.clone()), history, params.season))).collect();
    let short_sums = of.errors.iter().map(|errors| -errors.iter().sum::<f64>()).collect();
    Ok(Outlook { method: chosen.method, expected, interval, tried, short_sums, left_out })
}
