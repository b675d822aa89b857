//! The year ahead as the years told let one expect it: how sales may grow and what may stay of them, drawn together with
//! how little so few years say.
//!
//! Growth and net margin are each drawn from Student's t about the mean of the years told, as wide as a next value of so
//! few is (deviation × √(1 + 1/n), n − 1 degrees of freedom). Costs go with sales, and what the margin moves comes to
//! operating income, pre-tax income and cash flow alike; the result stays in the business as cash, so that the books keep.
//!
//! Example: net margins of 4, 5 and 6 % have the mean 5 and the deviation 1; four next ones in five lie within
//! 1.886 × 1 × √(4/3) = 2.18 of it.

use super::evaluate::{Definitions, Evaluator};
use super::facts::Facts;
use super::formula::Expression;
use super::scores::Definition;
use std::collections::BTreeMap;
use std::fmt;

/// Years that must be told: two growths and three margins.
pub const LEAST_YEARS: usize = 3;
/// Years that are looked back.
const MOST_YEARS: i32 = 10;
/// Sales do not fall by more than nearly all.
const LEAST_GROWTH: f64 = -0.95;

/// Of a few values: their mean, and the deviation of the next one.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct NextOf {
    /// Of the years told.
    pub mean: f64,
    /// Of a next one.
    pub deviation: f64,
    /// Values less one.
    pub degrees: usize,
}

/// The year ahead.
#[derive(Clone, PartialEq, Debug)]
pub struct YearAhead {
    /// Years that are told.
    pub years: usize,
    /// Of sales, a fraction a year.
    pub growth: NextOf,
    /// Of net income over sales.
    pub margin: NextOf,
    /// How far each draw moves each concept of the year that is assessed.
    pub draws: Vec<BTreeMap<String, f64>>,
}

/// Too few years tell sales and net income.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TooFewYears(pub usize);

impl fmt::Display for TooFewYears {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sales and net income of {} years are told; this takes at least {LEAST_YEARS}", self.0)
    }
}

/// Draws the year ahead.
///
/// # Errors
/// Fewer than three years in a row tell sales and net income.
pub fn year_ahead(
    definitions: &Definitions,
    choices: &[(String, String, Definition)],
    facts: &Facts,
    count: usize,
    seed: u64,
) -> Result<YearAhead, TooFewYears> {
    let told = |name: &str, back: i32| {
        let first = Evaluator::new(definitions, facts, back);
        let mut evaluator = choices
            .iter()
            .rev()
            .fold(first, |evaluator, choice| evaluator.choosing(&choice.0, &choice.2.text, &choice.2.formula));
        evaluator.value(&Expression::Name(name.to_owned(), 0)).ok()
    };
    let year = |back: i32| told("revenue", back).filter(|sales| *sales > 0.0).zip(told("net_income", back));
    let years: Vec<(f64, f64)> = (0..MOST_YEARS).map_while(year).collect();
    let few = TooFewYears(years.len());
    if years.len() < LEAST_YEARS {
        return Err(few);
    }
    let growths: Vec<f64> = years.windows(2).map(|pair| pair[0].0 / pair[1].0 - 1.0).collect();
    let margins: Vec<f64> = years.iter().map(|(sales, income)| income / sales).collect();
    let (growth, margin) = next_of(&growths).zip(next_of(&margins)).ok_or(few)?;
    let now: BTreeMap<&str, f64> = SCALED.iter().filter_map(|name| Some((*name, told(name, 0)?))).collect();
    let [growths, margins] = [(growth, seed), (margin, seed.wrapping_add(1))].map(|(of, seed)| drawn(of, count, seed));
    let draws = growths.iter().zip(&margins).map(|(growth, margin)| shifts(&now, years[0], *growth, *margin));
    Ok(YearAhead { years: years.len(), growth, margin, draws: draws.collect() })
}

#[expect(clippy::cast_precision_loss, reason = "a few years")]
fn next_of(values: &[f64]) -> Option<NextOf> {
    let degrees = values.len().checked_sub(1).filter(|degrees| *degrees > 0)?;
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Some(NextOf { mean, deviation: (squares / degrees as f64 * (1.0 + 1.0 / count)).sqrt(), degrees })
}

fn drawn(of: NextOf, count: usize, seed: u64) -> Vec<f64> {
    learn::draws::student_t(of.degrees, count, seed).into_iter().map(|t| of.mean + t * of.deviation).collect()
}

/// Concepts that go with sales.
const SCALED: [&str; 5] =
    ["cost_of_revenue", "gross_profit", "operating_income", "pretax_income", "operating_cash_flow"];
/// Those among them to which a moved margin comes.
const BY_MARGIN: [&str; 3] = ["operating_income", "pretax_income", "operating_cash_flow"];
/// Concepts to which the result comes.
const KEPT: [&str; 5] = ["cash", "current_assets", "total_assets", "retained_earnings", "equity"];

fn shifts(now: &BTreeMap<&str, f64>, (sales, income): (f64, f64), growth: f64, margin: f64) -> BTreeMap<String, f64> {
    let growth = growth.max(LEAST_GROWTH);
    let next = sales * (1.0 + growth);
    let beyond = next * (margin - income / sales);
    let mut all = BTreeMap::from([("revenue", sales * growth), ("net_income", next * margin - income)]);
    for (name, value) in now {
        all.insert(*name, value * growth + if BY_MARGIN.contains(name) { beyond } else { 0.0 });
    }
    all.extend(KEPT.map(|name| (name, next * margin)));
    all.into_iter().map(|(name, shift)| (name.to_owned(), shift)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Concept, Fact, Kind, Scenario};
    use super::*;
    use domain::FactPeriod;
    use jiff::civil::date;

    fn definitions() -> Definitions {
        let flow = || Concept { kind: Kind::Flow, tags: Vec::new(), identities: Vec::new() };
        let names = ["revenue", "net_income", "operating_income"];
        Definitions { concepts: names.map(|name| (name.to_owned(), flow())).into_iter().collect() }
    }

    fn facts(years: &[(i64, i64)]) -> Facts {
        let over = |name: &str, year: i16, value: i64| Fact {
            name: name.to_owned(),
            period: FactPeriod::Duration { start: date(year, 1, 1), end: date(year, 12, 31) },
            value: value.into(),
            unit: "EUR".to_owned(),
            source: String::new(),
        };
        let told = years.iter().zip((2000..=2024).rev()).flat_map(|((sales, income), year)| {
            [
                over("revenue", year, *sales),
                over("net_income", year, *income),
                over("operating_income", year, 2 * income),
            ]
        });
        Facts::new(told.collect(), Some(date(2024, 12, 31)))
    }

    #[test]
    fn by_hand() {
        // Sales of 100, 110 and 132: growths of 10 and 20 %. Margins of 4, 5 and 6 %.
        let facts = facts(&[(13_200, 792), (11_000, 550), (10_000, 400)]);
        let ahead = year_ahead(&definitions(), &[], &facts, 4_000, 7).unwrap();
        assert_eq!((ahead.years, ahead.growth.degrees, ahead.margin.degrees), (3, 1, 2));
        assert!((ahead.growth.mean - 0.15).abs() < 1e-12 && (ahead.margin.mean - 0.05).abs() < 1e-12);
        assert!((ahead.margin.deviation - 0.01 * (4.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        let within = ahead.draws.iter().filter(|draw| {
            let margin = (792.0 + draw["net_income"]) / (13_200.0 + draw["revenue"]);
            (margin - 0.05).abs() < 0.0218
        });
        let share = f64::from(u32::try_from(within.count()).unwrap()) / 4_000.0;
        assert!((share - 0.8).abs() < 0.03, "{share}");
        assert_eq!(ahead, year_ahead(&definitions(), &[], &facts, 4_000, 7).unwrap());
    }

    #[test]
    fn every_draw_keeps_the_books_and_costs_go_with_sales() {
        let ahead = year_ahead(&definitions(), &[], &facts(&[(132, 8), (110, 5), (100, 4)]), 50, 1).unwrap();
        for draw in &ahead.draws {
            assert!(Scenario::gap(draw).abs() < 1e-9);
            // What operating income moves beyond its growth is what net income moves beyond its own.
            let growth = draw["revenue"] / 132.0;
            let beyond = |name: &str, now: f64| draw[name] - now * growth;
            let (operating, net) = (beyond("operating_income", 16.0), beyond("net_income", 8.0));
            assert!((operating - net).abs() <= 1e-9 * (1.0 + net.abs()), "{operating} {net}");
        }
    }

    #[test]
    fn two_years_say_too_little_and_a_gap_ends_them() {
        let few = year_ahead(&definitions(), &[], &facts(&[(132, 8), (110, 5)]), 5, 1).unwrap_err();
        assert_eq!(few.to_string(), "sales and net income of 2 years are told; this takes at least 3");
        let gap = facts(&[(132, 8), (0, 5), (100, 4), (90, 3)]);
        assert_eq!(year_ahead(&definitions(), &[], &gap, 5, 1), Err(TooFewYears(1)));
    }
}
