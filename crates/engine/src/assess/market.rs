//! Market risk: how far the price of the share swings, and what a day may lose.

use jiff::civil::Date;
use learn::volatility::{
    Coverage, Garch, LossAtRisk, VolatilityError, christoffersen, ewma, historical, kupiec, log_returns,
    rolling_filtered, rolling_historical,
};

/// Trading days of a year.
const YEAR_DAYS: f64 = 252.0;
/// Days that a value at risk looks back: two years, so that one in a hundred is five.
const WINDOW: usize = 500;
/// Days between two fits of the variance in a backtest: a year's trading.
const REFIT_DAYS: usize = 250;
/// The decay of RiskMetrics' daily variance.
const DECAY: f64 = 0.94;
/// The levels of the Basel rules' backtests and of risk reports.
pub const LEVELS: [f64; 2] = [0.05, 0.01];

/// Yearly volatility at the ends of 0–5, linear in its logarithm.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct MarketScale {
    /// 0 points.
    pub calm: f64,
    /// 5 points.
    pub wild: f64,
}

impl MarketScale {
    /// The points of a yearly volatility. Example: with ends .1 and 1, .3162 is 2.5.
    pub fn points(self, volatility: f64) -> f64 {
        (5.0 * (volatility / self.calm).ln() / (self.wild / self.calm).ln()).clamp(0.0, 5.0)
    }
}

/// A value at risk of the next day, and how it did on the days before.
#[derive(Clone, PartialEq, Debug)]
pub struct Tested {
    /// `historical` or `filtered historical`.
    pub method: &'static str,
    /// The chance that a day loses more.
    pub level: f64,
    /// Of the next day.
    pub next: LossAtRisk,
    /// Is it exceeded as often as it says?
    pub kupiec: Coverage,
    /// And not in bunches?
    pub christoffersen: Coverage,
}

/// What the prices say.
#[derive(Clone, PartialEq, Debug)]
pub struct MarketRisk {
    /// The first and the last day.
    pub span: (Date, Date),
    /// Returns.
    pub days: usize,
    /// The fit.
    pub garch: Garch,
    /// Yearly, of the next day by GARCH.
    pub volatility: f64,
    /// Yearly, of the next day by exponential weights.
    pub ewma_volatility: f64,
    /// Yearly, the same over all days: the static baseline.
    pub static_volatility: f64,
    /// 0–5 of the next day's volatility by GARCH.
    pub points: f64,
    /// 0–5 of the static baseline.
    pub static_points: f64,
    /// Each method at each level; none where the days are too few for a backtest.
    pub tested: Vec<Tested>,
}

/// Measures closes by day, the oldest first; positive ones.
///
/// # Errors
/// Fewer than 101 days, or prices that never move.
pub fn market_risk(closes: &[(Date, f64)], scale: MarketScale) -> Result<MarketRisk, VolatilityError> {
    let short = VolatilityError::TooShort { length: closes.len(), least: 101 };
    let (Some(first), Some(last)) = (closes.first(), closes.last()) else { return Err(short) };
    let returns = log_returns(&closes.iter().map(|(_, close)| *close).collect::<Vec<f64>>());
    let fit = Garch::fit(&returns)?;
    let variances = fit.garch.variances(&returns, fit.backcast);
    let yearly = |variance: f64| (YEAR_DAYS * variance).sqrt();
    let volatility = yearly(variances[returns.len()]);
    #[expect(clippy::cast_precision_loss, reason = "a number of days")]
    let count = returns.len() as f64;
    let mean = returns.iter().sum::<f64>() / count;
    let static_volatility = yearly(returns.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / (count - 1.0));
    Ok(MarketRisk {
        span: (first.0, last.0),
        days: returns.len(),
        garch: fit.garch,
        volatility,
        ewma_volatility: yearly(ewma(&returns, DECAY)?),
        static_volatility,
        points: scale.points(volatility),
        static_points: scale.points(static_volatility),
        tested: if returns.len() < 2 * WINDOW { Vec::new() } else { tested(&returns, &fit.garch, &variances)? },
    })
}

fn tested(returns: &[f64], garch: &Garch, variances: &[f64]) -> Result<Vec<Tested>, VolatilityError> {
    let last = &returns[returns.len() - WINDOW..];
    let shocks: Vec<f64> = returns.iter().zip(variances).map(|(r, v)| (r - garch.mu) / v.sqrt()).collect();
    let deviation = variances[returns.len()].sqrt();
    let mut all = Vec::new();
    for level in LEVELS {
        let of_shocks = historical(&shocks[shocks.len() - WINDOW..], level)?;
        let filtered = LossAtRisk {
            value_at_risk: deviation * of_shocks.value_at_risk - garch.mu,
            expected_shortfall: deviation * of_shocks.expected_shortfall - garch.mu,
        };
        let plain = rolling_historical(returns, WINDOW, level)?;
        let scaled = rolling_filtered(returns, WINDOW, REFIT_DAYS, level)?;
        for (method, next, past) in
            [("historical", historical(last, level)?, plain), ("filtered historical", filtered, scaled)]
        {
            let exceeded: Vec<bool> =
                past.iter().zip(&returns[WINDOW..]).map(|(risk, r)| -r > risk.value_at_risk).collect();
            let (kupiec, christoffersen) = (kupiec(&exceeded, level), christoffersen(&exceeded, level));
            all.push(Tested { method, level, next, kupiec, christoffersen });
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;
    use jiff::civil::date;

    #[test]
    fn points_by_hand() {
        let scale = MarketScale { calm: 0.1, wild: 1.0 };
        assert!((scale.points(0.1_f64.sqrt()) - 2.5).abs() < 1e-12);
        assert_eq!([0.05, 0.1, 1.0, 3.0].map(|v| scale.points(v)), [0.0, 0.0, 5.0, 5.0]);
    }

    #[test]
    fn calm_prices_are_calmer_than_wild_ones() {
        let scale = MarketScale { calm: 0.1, wild: 1.0 };
        let of = |swing: f64| {
            let mut price = 100.0;
            let closes: Vec<(Date, f64)> = (0..400_i32)
                .map(|day| {
                    // A fixed, uneven swing: no seed is needed to tell calm from wild.
                    price *= 1.0 + swing * (f64::from(day * day % 17) - 8.0) / 8.0;
                    (date(2020, 1, 1) + day.days(), price)
                })
                .collect();
            market_risk(&closes, scale).unwrap()
        };
        let (calm, wild) = (of(0.005), of(0.03));
        assert!(calm.points < wild.points && calm.static_points < wild.static_points);
        assert!(calm.tested.is_empty(), "400 days are too few for a backtest");
        assert!(market_risk(&[(date(2020, 1, 1), 1.0)], scale).is_err());
    }
}
