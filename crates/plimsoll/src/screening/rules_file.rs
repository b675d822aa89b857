//! The rules of structuring, round trips and systems as a TOML file, checked whole.

use domain::{Currency, Money, RoundTripRule, StructuringRule, SystemRule, WatchRules};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The file's shape. What is left out is not watched for, but for `[system]`, which has its usual values.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    structuring: Option<Structuring>,
    round_trips: Option<RoundTrips>,
    #[serde(default)]
    system: System,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Structuring {
    threshold: String,
    near_percent: f64,
    count: u32,
    days: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RoundTrips {
    least: String,
    tolerance_percent: f64,
    days: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct System {
    failure_rate_percent: f64,
    decline_rate_percent: f64,
    latency_ms: u32,
    deviations: u32,
    least_attempts: u32,
}

impl Default for System {
    fn default() -> Self {
        Self::from(&SystemRule::default())
    }
}

impl From<&SystemRule> for System {
    fn from(rule: &SystemRule) -> Self {
        Self {
            failure_rate_percent: percent(rule.failure_rate_bps),
            decline_rate_percent: percent(rule.decline_rate_bps),
            latency_ms: rule.latency_ms,
            deviations: rule.deviations,
            least_attempts: rule.least_attempts,
        }
    }
}

/// Why a file was refused: every fault, not only the first.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// Not TOML, or not of this shape; the message shows the line.
    #[error("the rules cannot be read\n{0}")]
    Shape(String),
    /// Read, but wrong.
    #[error("the rules have {} faults:\n  {}", .0.len(), .0.join("\n  "))]
    Faults(Vec<String>),
}

/// The rules that a file says, in amounts of this currency.
///
/// # Errors
/// [`RulesError`].
pub fn parse(text: &str, currency: Currency) -> Result<WatchRules, RulesError> {
    let file: File = toml::from_str(text).map_err(|error| RulesError::Shape(error.to_string()))?;
    let mut faults = Vec::new();
    let structuring = file.structuring.map(|said| StructuringRule {
        threshold_minor: amount("structuring.threshold", &said.threshold, currency, &mut faults),
        near_bps: 10_000 - bps("structuring.near_percent", said.near_percent, &mut faults),
        count: least("structuring.count", said.count, 2, &mut faults),
        days: least("structuring.days", said.days, 1, &mut faults),
    });
    let round_trips = file.round_trips.map(|said| RoundTripRule {
        least_minor: amount("round_trips.least", &said.least, currency, &mut faults),
        tolerance_bps: bps("round_trips.tolerance_percent", said.tolerance_percent, &mut faults),
        days: least("round_trips.days", said.days, 1, &mut faults),
    });
    let system = SystemRule {
        failure_rate_bps: bps("system.failure_rate_percent", file.system.failure_rate_percent, &mut faults),
        decline_rate_bps: bps("system.decline_rate_percent", file.system.decline_rate_percent, &mut faults),
        latency_ms: least("system.latency_ms", file.system.latency_ms, 1, &mut faults),
        deviations: least("system.deviations", file.system.deviations, 1, &mut faults),
        least_attempts: least("system.least_attempts", file.system.least_attempts, 1, &mut faults),
    };
    if faults.is_empty() {
        Ok(WatchRules { structuring, round_trips, system })
    } else {
        Err(RulesError::Faults(faults))
    }
}

/// The file that says these rules.
///
/// # Errors
/// None as long as rules are numbers.
pub fn written(rules: &WatchRules, currency: Currency) -> Result<String, toml::ser::Error> {
    let money = |minor: i64| Money::new(minor, currency).to_decimal().to_string();
    toml::to_string(&File {
        structuring: rules.structuring.map(|rule| Structuring {
            threshold: money(rule.threshold_minor),
            near_percent: percent(10_000_u32.saturating_sub(rule.near_bps)),
            count: rule.count,
            days: rule.days,
        }),
        round_trips: rules.round_trips.map(|rule| RoundTrips {
            least: money(rule.least_minor),
            tolerance_percent: percent(rule.tolerance_bps),
            days: rule.days,
        }),
        system: System::from(&rules.system),
    })
}

fn percent(bps: u32) -> f64 {
    f64::from(bps) / 100.0
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 10,000")]
fn bps(name: &str, percent: f64, faults: &mut Vec<String>) -> u32 {
    if !(0.0..=100.0).contains(&percent) {
        faults.push(format!("`{name}` is {percent}; expected 0 to 100"));
        return 0;
    }
    (percent * 100.0).round() as u32
}

fn least(name: &str, value: u32, least: u32, faults: &mut Vec<String>) -> u32 {
    if value < least {
        faults.push(format!("`{name}` is {value}; expected {least} or more"));
    }
    value
}

fn amount(name: &str, text: &str, currency: Currency, faults: &mut Vec<String>) -> i64 {
    let money = text.parse::<Decimal>().ok().and_then(|decimal| Money::from_decimal(decimal, currency));
    match money.filter(|money| money.minor > 0) {
        Some(money) => money.minor,
        None => {
            faults.push(format!("`{name}` is `{text}`; expected an amount above zero, such as \"10000.00\""));
            0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "[structuring]\nthreshold = \"10000.00\"\nnear_percent = 10.0\ncount = 3\ndays = 7\n";

    #[test]
    fn what_is_written_is_read_and_every_fault_is_told() {
        let rules = parse(FILE, Currency::GBP).unwrap();
        let rule = StructuringRule { threshold_minor: 1_000_000, near_bps: 9_000, count: 3, days: 7 };
        assert_eq!(rules, WatchRules { structuring: Some(rule), ..WatchRules::default() });
        assert_eq!(parse(&written(&rules, Currency::GBP).unwrap(), Currency::GBP).unwrap(), rules);
        let wrong = FILE.replace("10000.00", "much").replace("10.0", "110.0").replace("count = 3", "count = 1");
        let Err(RulesError::Faults(faults)) = parse(&wrong, Currency::GBP) else { panic!("{wrong}") };
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(matches!(parse("[structure]\n", Currency::GBP), Err(RulesError::Shape(_))));
    }
}
