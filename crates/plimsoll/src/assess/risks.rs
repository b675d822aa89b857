//! Market risk, liquidity risk and scenarios, as they are shown.

use super::definition_file::DefinitionFile;
use super::report::letter;
use engine::assess::{Evaluator, Facts, Lack, MarketRisk, Scenario, Tested, headline, scores};
use serde::Serialize;
use std::collections::BTreeMap;

/// Market risk.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct MarketView {
    /// 0–5, of the next day's volatility.
    pub points: f64,
    /// A–E.
    pub grade: char,
    /// 0–5 of one volatility for all days: the traditional way, beside.
    pub static_points: f64,
    /// First and last day.
    pub span: (String, String),
    /// Returns.
    pub days: usize,
    /// Yearly volatility of the next day: GARCH, exponential weights, all days alike.
    pub volatility: [f64; 3],
    /// μ, ω, α, β.
    pub garch: [f64; 4],
    /// Value at risk and its backtests.
    pub tested: Vec<TestedView>,
}

/// A value at risk, and how it did.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct TestedView {
    /// How it is made.
    pub method: &'static str,
    /// The chance of a larger loss.
    pub level: f64,
    /// Of the next day, as a fraction of the price.
    pub value_at_risk: f64,
    /// The mean of the losses that are no less.
    pub expected_shortfall: f64,
    /// Days tried, and those on which the loss was larger.
    pub days: usize,
    /// Of them.
    pub exceeded: usize,
    /// Kupiec's and Christoffersen's p-values.
    pub p_values: [f64; 2],
}

impl From<&MarketRisk> for MarketView {
    fn from(risk: &MarketRisk) -> Self {
        Self {
            points: risk.points,
            grade: letter(risk.points),
            static_points: risk.static_points,
            span: (risk.span.0.to_string(), risk.span.1.to_string()),
            days: risk.days,
            volatility: [risk.volatility, risk.ewma_volatility, risk.static_volatility],
            garch: [risk.garch.mu, risk.garch.omega, risk.garch.alpha, risk.garch.beta],
            tested: risk.tested.iter().map(TestedView::from).collect(),
        }
    }
}

impl From<&Tested> for TestedView {
    fn from(of: &Tested) -> Self {
        Self {
            method: of.method,
            level: of.level,
            value_at_risk: of.next.value_at_risk,
            expected_shortfall: of.next.expected_shortfall,
            days: of.kupiec.days,
            exceeded: of.kupiec.exceeded,
            p_values: [of.kupiec.p_value, of.christoffersen.p_value],
        }
    }
}

/// Liquidity risk.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct LiquidityView {
    /// What is liquid over what 30 days of stress ask for.
    pub cover: Option<f64>,
    /// 0–5.
    pub points: Option<f64>,
    /// A–E.
    pub grade: Option<char>,
    /// Why there is none.
    pub lack: Option<String>,
    /// What it is.
    pub formula: String,
}

/// 0–5 of a cover: just once is 3, twice is 1; what asks for nothing is covered.
fn points_of(cover: f64) -> f64 {
    if cover <= 0.0 { 5.0 } else { (3.0 - 2.0 * cover.log2()).clamp(0.0, 5.0) }
}

/// Reckons the cover, in a scenario.
pub fn liquidity(file: &DefinitionFile, facts: &Facts, shifts: &BTreeMap<String, f64>) -> LiquidityView {
    let cover = Evaluator::new(&file.definitions, facts, 0).shifted(shifts).value(&file.cover.formula);
    let points = cover.as_ref().ok().map(|cover| points_of(*cover));
    LiquidityView {
        points,
        grade: points.map(letter),
        lack: cover.as_ref().err().map(Lack::to_string),
        cover: cover.ok(),
        formula: file.cover.text.clone(),
    }
}

/// What a scenario does.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ScenarioView {
    /// Name.
    pub name: String,
    /// What happens.
    pub says: String,
    /// Credit, 0–5, after it.
    pub credit: Option<f64>,
    /// Liquidity, 0–5, after it.
    pub liquidity: Option<f64>,
    /// What it takes from equity, in the reporting currency.
    pub equity: Option<f64>,
    /// Why it cannot be reckoned.
    pub lack: Option<String>,
}

/// Runs every scenario.
pub fn scenarios(file: &DefinitionFile, facts: &Facts, is_listed: bool) -> Vec<ScenarioView> {
    file.scenarios.iter().map(|scenario| run(file, facts, is_listed, scenario)).collect()
}

fn run(file: &DefinitionFile, facts: &Facts, is_listed: bool, scenario: &Scenario) -> ScenarioView {
    let (name, says) = (scenario.name.clone(), scenario.says.clone());
    match scenario.shifts(&file.definitions, facts) {
        Err(lack) => {
            ScenarioView { name, says, credit: None, liquidity: None, equity: None, lack: Some(lack.to_string()) }
        }
        Ok(shifts) => {
            let scored = scores(&file.definitions, &file.choices, &file.scores, facts, &shifts);
            ScenarioView {
                name,
                says,
                credit: headline(&file.scores, &scored, is_listed),
                liquidity: liquidity(file, facts, &shifts).points,
                equity: Some(shifts.get("equity").copied().unwrap_or(0.0)),
                lack: None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cover_by_hand() {
        assert_eq!([1.0, 2.0, 0.5, 8.0, 0.0, -1.0].map(points_of), [3.0, 1.0, 5.0, 0.0, 5.0, 5.0]);
    }

    #[test]
    fn every_scenario_keeps_the_books() {
        let file = DefinitionFile::read(None).unwrap();
        let day = jiff::civil::date(2022, 12, 31);
        let of = |name: &str, value: i64, period: domain::FactPeriod| engine::assess::Fact {
            name: name.to_owned(),
            period,
            value: value.into(),
            unit: "USD".to_owned(),
            source: String::new(),
        };
        let over = |year: i16| domain::FactPeriod::Duration {
            start: jiff::civil::date(year, 1, 1),
            end: jiff::civil::date(year, 12, 31),
        };
        let flows = [
            ("revenue", 1_000),
            ("cost_of_revenue", 600),
            ("gross_profit", 400),
            ("operating_income", 90),
            ("pretax_income", 80),
            ("net_income", 60),
            ("operating_cash_flow", 70),
        ];
        let mut told: Vec<_> = flows.iter().map(|(name, value)| of(name, *value, over(2022))).collect();
        told.push(of("revenue", 800, over(2021)));
        let instants = [("cash", 90), ("receivables", 70)];
        told.extend(instants.iter().map(|(name, value)| of(name, *value, domain::FactPeriod::Instant(day))));
        let facts = Facts::new(told, None);
        for scenario in &file.scenarios {
            let shifts = scenario.shifts(&file.definitions, &facts).unwrap();
            assert!(Scenario::gap(&shifts).abs() < 1e-9, "{}: {shifts:?}", scenario.name);
            let current = ["cash", "receivables", "inventory"].iter().filter_map(|name| shifts.get(*name)).sum::<f64>();
            assert!((current - shifts.get("current_assets").copied().unwrap_or(0.0)).abs() < 1e-9, "{}", scenario.name);
        }
    }
}
