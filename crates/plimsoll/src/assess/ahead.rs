//! Scores twelve months ahead, with what they may be four times in five.
//!
//! Credit and liquidity are reckoned of each draw of the year ahead ([`engine::assess::year_ahead`]); market risk of paths
//! on which the fitted variance goes on for a year of trading.

use super::definition_file::DefinitionFile;
use super::risks::{MarketView, liquidity};
use engine::assess::{Facts, Scored, headline, scores, year_ahead};
use learn::volatility::{Garch, quantile};
use serde::Serialize;
use std::collections::BTreeMap;

/// Draws: a tenth on each side is fifty of them.
const DRAWS: usize = 500;
/// Trading days of a year.
const YEAR_DAYS: usize = 252;
/// The ends of the interval.
const ENDS: (f64, f64) = (0.1, 0.9);

/// A score, now and twelve months ahead.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct AheadRow {
    /// The score, and the definition of what has several.
    pub name: String,
    /// Of the year that is assessed.
    pub now: Option<f64>,
    /// As often above as below.
    pub middle: Option<f64>,
    /// Four times in five between these.
    pub interval: Option<(f64, f64)>,
}

/// The scores twelve months ahead.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct AheadView {
    /// Years that tell how the next may go; nought where they are too few.
    pub years: usize,
    /// Sales' growth of a year: the mean, and the deviation of a next one, as fractions.
    pub growth: Option<(f64, f64)>,
    /// Net income over sales, alike.
    pub margin: Option<(f64, f64)>,
    /// Credit, liquidity and market, 0–5; then the scores that make credit.
    pub rows: Vec<AheadRow>,
    /// Why there is no credit or liquidity.
    pub lack: Option<String>,
}

impl AheadRow {
    fn of(name: String, now: Option<f64>, draws: &[f64]) -> Option<Self> {
        let interval = quantile(draws, ENDS.0).zip(quantile(draws, ENDS.1));
        now.or(interval.map(|(low, _)| low))?;
        Some(Self { name, now, middle: quantile(draws, 0.5), interval })
    }
}

/// Draws the year ahead, and reckons every score of it.
pub fn ahead(
    file: &DefinitionFile,
    facts: &Facts,
    is_listed: bool,
    market: Option<&MarketView>,
    seed: u64,
) -> AheadView {
    let mut view = AheadView { years: 0, growth: None, margin: None, rows: Vec::new(), lack: None };
    match year_ahead(&file.definitions, &file.choices, facts, DRAWS, seed) {
        Err(few) => view.lack = Some(few.to_string()),
        Ok(year) => {
            view.years = year.years;
            view.growth = Some((year.growth.mean, year.growth.deviation));
            view.margin = Some((year.margin.mean, year.margin.deviation));
            view.rows = of_draws(file, facts, is_listed, &year.draws);
        }
    }
    if let Some(market) = market {
        let row = AheadRow::of("market, 0–5".to_owned(), Some(market.points), &of_paths(file, market, seed));
        let place = view.rows.len().min(2);
        row.into_iter().for_each(|row| view.rows.insert(place, row));
    }
    view
}

fn of_draws(file: &DefinitionFile, facts: &Facts, is_listed: bool, draws: &[BTreeMap<String, f64>]) -> Vec<AheadRow> {
    let scored = |shifts: &BTreeMap<String, f64>| scores(&file.definitions, &file.choices, &file.scores, facts, shifts);
    let now = scored(&BTreeMap::new());
    let all: Vec<Vec<Scored>> = draws.iter().map(scored).collect();
    let credit = |scored: &[Scored]| headline(&file.scores, scored, is_listed);
    let credits: Vec<f64> = all.iter().filter_map(|scored| credit(scored)).collect();
    let cover = |shifts: &BTreeMap<String, f64>| liquidity(file, facts, shifts).points;
    let covers: Vec<f64> = draws.iter().filter_map(cover).collect();
    let mut rows = vec![
        AheadRow::of("credit, 0–5".to_owned(), credit(&now), &credits),
        AheadRow::of("liquidity, 0–5".to_owned(), cover(&BTreeMap::new()), &covers),
    ];
    let value = |scored: &[Scored], at: usize| scored.get(at).and_then(|one| one.value.as_ref().ok().copied());
    for (at, one) in now.iter().enumerate().filter(|(_, one)| file.scores[one.definition].is_headline) {
        let variant = if one.variant.is_empty() { String::new() } else { format!(", {}", one.variant) };
        let values: Vec<f64> = all.iter().filter_map(|scored| value(scored, at)).collect();
        rows.push(AheadRow::of(format!("{}{variant}", file.scores[one.definition].name), value(&now, at), &values));
    }
    rows.into_iter().flatten().collect()
}

/// The points of the volatility a year of trading from now.
fn of_paths(file: &DefinitionFile, market: &MarketView, seed: u64) -> Vec<f64> {
    let [mu, omega, alpha, beta] = market.garch;
    let garch = Garch { mu, omega, alpha, beta };
    #[expect(clippy::cast_precision_loss, reason = "252")]
    let days = YEAR_DAYS as f64;
    let next = market.volatility[0].powi(2) / days;
    let variances = garch.variances_ahead(next, YEAR_DAYS, DRAWS, seed);
    variances.into_iter().map(|variance| file.market.points((days * variance).sqrt())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::told::Told;
    use std::path::Path;

    #[test]
    fn amazons_year_ahead_is_wide_and_holds_what_three_years_say() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/amzn_fy2022_facts.csv");
        let mut told = Told::table(&path).unwrap();
        let end = jiff::civil::date(2022, 12, 31);
        told.by_hand("share_price=84.00", end, "USD/shares").unwrap();
        let (file, facts) = (DefinitionFile::read(None).unwrap(), Facts::new(told.facts, Some(end)));
        let view = ahead(&file, &facts, true, None, 7);
        assert_eq!((view.years, &view.lack), (3, &None));
        // Growths of 21.7 and 9.4 %, margins of 5.5, 7.1 and −.5 %.
        let (growth, margin) = (view.growth.unwrap(), view.margin.unwrap());
        assert!((growth.0 - 0.1555).abs() < 1e-3 && (margin.0 - 0.0403).abs() < 1e-3, "{growth:?} {margin:?}");
        for row in &view.rows {
            let (low, high) = row.interval.unwrap();
            assert!(low < high && (low..=high).contains(&row.middle.unwrap()), "{row:?}");
        }
        assert_eq!(view.rows[0].name, "credit, 0–5");
        assert_eq!(view, ahead(&file, &facts, true, None, 7));
    }

    #[test]
    fn where_years_lack_it_says_so_and_prices_still_tell_theirs() {
        let file = DefinitionFile::read(None).unwrap();
        let market = MarketView {
            points: 2.0,
            grade: 'C',
            static_points: 2.0,
            span: (String::new(), String::new()),
            days: 500,
            volatility: [0.3; 3],
            garch: [0.0, 2e-5, 0.05, 0.9],
            tested: Vec::new(),
        };
        let view = ahead(&file, &Facts::default(), false, Some(&market), 7);
        let lack = view.lack.as_deref();
        assert_eq!(lack, Some("sales and net income of 0 years are told; this takes at least 3"));
        assert_eq!(view.rows.len(), 1);
        let (low, high) = view.rows[0].interval.unwrap();
        assert!(view.rows[0].name == "market, 0–5" && low < high);
    }
}
