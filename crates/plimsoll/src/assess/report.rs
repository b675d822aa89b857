//! All that an assessment says, made once: whatever is printed, drawn or served of it is made of this.

use super::ahead::AheadView;
use super::at_risk::AtRiskView;
use super::changed::Changed;
use super::definition_file::{Claim, DefinitionFile};
use super::fx::FxView;
use super::learned::LearnedView;
use super::liquidity::LiquidityDetail;
use super::next_year::NextYear;
use super::outlook::OutlookView;
use super::risks::{LiquidityView, MarketView, ScenarioView, liquidity, scenarios};
use super::sellers::SellersView;
use super::sides::SideRow;
use super::statements::{StatementRow, statements};
use super::stressed::StressedView;
use super::told::Told;
use domain::{FactPeriod, Grade};
use engine::assess::{
    Direction, Facts, How, Lack, MarketRisk, Scored, Used, disagreements, headline, indicators, scores,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// Years of an indicator's history.
const YEARS: i32 = 3;

/// An assessment.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Report {
    /// Of whom, when, by what.
    pub head: Head,
    /// The credit score.
    pub credit: Credit,
    /// Market risk; none without prices.
    pub market: Option<MarketView>,
    /// What a model of other companies says; none where too few of its ratios are known.
    pub learned: Option<LearnedView>,
    /// Liquidity risk.
    pub liquidity: LiquidityView,
    /// The same from the books: runway, reserve, payouts, stress; none where there is no ledger.
    pub liquidity_detail: Option<LiquidityDetail>,
    /// What exchange rates may take; none where all money is in one currency, or there is no ledger.
    pub fx: Option<FxView>,
    /// Money at risk in one sum; none where there is no ledger.
    pub at_risk: Option<AtRiskView>,
    /// Sales, refunds and cash to come; empty where no ledger tells their past.
    pub outlook: Vec<OutlookView>,
    /// The statements, line by line.
    pub statements: Vec<StatementRow>,
    /// The ledger's statements as they are and after each scenario; empty where there is no ledger.
    pub stressed: Vec<StressedView>,
    /// What was said of the year ahead beside what came; none where it is not told.
    pub next: Option<NextYear>,
    /// Scores twelve months ahead, with intervals; none where nothing tells them.
    pub ahead: Option<AheadView>,
    /// What changed: since the year before, and since an earlier report where one is given.
    pub changed: Vec<Changed>,
    /// The sellers that the policy names; none where it names none.
    pub sellers: Option<SellersView>,
    /// What if.
    pub scenarios: Vec<ScenarioView>,
    /// Each score, with each definition of what has several.
    pub scores: Vec<ScoreRow>,
    /// What the scores do not agree on.
    pub disagreements: Vec<String>,
    /// The eight sides.
    pub indicators: Vec<IndicatorRow>,
    /// What other companies say of each indicator, and where this business stands among them.
    pub sides: Vec<SideRow>,
    /// Every figure that was used, with its place.
    pub figures: Vec<Figure>,
    /// Figures that a later filing told otherwise.
    pub restated: Vec<RestatedRow>,
    /// What the reader should know before believing it.
    pub notes: Vec<String>,
    /// What papers print, beside; never used.
    pub claims: Vec<ClaimRow>,
}

/// Of whom, when, by what.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Head {
    /// The product's version.
    pub product: &'static str,
    /// Of the definitions.
    pub definitions: String,
    /// Its name; empty where nothing says so.
    pub business: String,
    /// The identifier under which it files.
    pub entity: String,
    /// The currency of all amounts.
    pub currency: String,
    /// The end of the year that is assessed; empty where nothing is told.
    pub year_end: String,
    /// Where facts were read.
    pub files: Vec<String>,
}

/// The credit score.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Credit {
    /// 0–5 (5 worst); none where no score of the headline has a value.
    pub points: Option<f64>,
    /// A–E.
    pub grade: Option<char>,
    /// What the points mean as a probability of failing.
    pub probability: Option<f64>,
    /// Whether the share is listed, and so which scores speak of it.
    pub is_listed: bool,
}

/// A score.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ScoreRow {
    /// Unique, with `variant`.
    pub key: String,
    /// Name.
    pub name: String,
    /// The definition of what has several; may be empty.
    pub variant: String,
    /// Its value.
    pub value: Option<f64>,
    /// Why it has none.
    pub lack: Option<String>,
    /// `safe`, `grey`, `distress`.
    pub zone: Option<&'static str>,
    /// The cuts: (safe, distress).
    pub cuts: Option<(f64, f64)>,
    /// 0–5, of a score of the headline.
    pub points: Option<f64>,
    /// Where the score means one.
    pub probability: Option<f64>,
    /// What it is.
    pub formula: String,
    /// Its terms.
    pub terms: Vec<TermRow>,
    /// Who published it.
    pub source: String,
    /// What differs between prints, what stands for what, and how far it was checked.
    pub note: String,
}

/// A term of a score.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct TermRow {
    /// Name.
    pub name: String,
    /// What it is.
    pub formula: String,
    /// Its value.
    pub value: Option<f64>,
}

/// An indicator.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct IndicatorRow {
    /// One of the eight.
    pub side: String,
    /// Name.
    pub name: String,
    /// What it is.
    pub formula: String,
    /// `%`, `days`, or empty.
    pub unit: String,
    /// `+`, `-` or `0`.
    pub direction: char,
    /// The year that is assessed, then those before it.
    pub values: Vec<Option<f64>>,
    /// Why the year that is assessed has none.
    pub lack: Option<String>,
    /// `better`, `worse`, or none where it is two-sided, unknown or the same.
    pub change: Option<&'static str>,
}

/// A figure that was used.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Figure {
    /// The concept.
    pub concept: String,
    /// Years before the year that is assessed.
    pub years_back: i32,
    /// Its value.
    pub value: f64,
    /// Told, as (name, place); empty where it is derived.
    pub told: Vec<(String, String)>,
    /// The identity or definition that derives it.
    pub derived: Option<String>,
}

/// A figure that was told otherwise later.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct RestatedRow {
    /// As its source names it.
    pub name: String,
    /// Of when.
    pub period: String,
    /// First.
    pub before: String,
    /// Now.
    pub after: String,
    /// Where it is told now.
    pub source: String,
}

/// What a paper prints.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ClaimRow {
    /// Whose figure.
    pub who: String,
    /// 0–5.
    pub credit: f64,
    /// 0–5.
    pub market: f64,
}

/// Assesses what was told; `facts` are those of `told`, and `market` is what prices said.
pub fn assess(file: &DefinitionFile, told: &Told, facts: &Facts, market: Option<&MarketRisk>) -> Report {
    let no_shifts = BTreeMap::new();
    let scored = scores(&file.definitions, &file.choices, &file.scores, facts, &no_shifts);
    let measured = indicators(&file.definitions, &file.choices, &file.indicators, facts, YEARS);
    let is_listed = scored.iter().flat_map(|one| &one.used).any(|used| used.concept == "market_value_of_equity");
    let mut figures: BTreeMap<(String, i32), Figure> = BTreeMap::new();
    let in_years = measured.iter().flatten().flat_map(|(_, used)| used);
    for used in scored.iter().flat_map(|one| &one.used).chain(in_years) {
        figures.entry((used.concept.clone(), used.years_back)).or_insert_with(|| figure(used));
    }
    let year_end = facts.year_end.map(|day| day.to_string()).unwrap_or_default();
    Report {
        credit: credit(file, headline(&file.scores, &scored, is_listed), is_listed),
        market: market.map(MarketView::from),
        learned: None,
        liquidity_detail: None,
        fx: None,
        at_risk: None,
        outlook: Vec::new(),
        statements: statements(file, facts, YEARS),
        stressed: Vec::new(),
        next: None,
        ahead: None,
        changed: Vec::new(),
        sellers: None,
        liquidity: liquidity(file, facts, &no_shifts),
        scenarios: scenarios(file, facts, is_listed),
        scores: scored.iter().map(|one| score_row(file, one)).collect(),
        disagreements: disagreements(&file.scores, &scored),
        indicators: file.indicators.iter().zip(&measured).map(|(of, years)| indicator_row(of, years)).collect(),
        sides: Vec::new(),
        figures: figures.into_values().collect(),
        restated: facts.restated.iter().map(restated_row).collect(),
        notes: notes(told, facts),
        claims: claims(&file.claims, &told.entity, &year_end),
        head: Head {
            product: env!("CARGO_PKG_VERSION"),
            definitions: file.version.clone(),
            business: told.name.clone(),
            entity: told.entity.clone(),
            currency: facts.currency.clone(),
            year_end,
            files: told.files.clone(),
        },
    }
}

fn credit(file: &DefinitionFile, points: Option<f64>, is_listed: bool) -> Credit {
    let probability = points.map(|points| learn::probability_of(file.scale.log_odds(points)));
    Credit { points, grade: points.map(letter), probability, is_listed }
}

/// The letter of points.
pub(super) fn letter(points: f64) -> char {
    match Grade::of(points) {
        Grade::A => 'A',
        Grade::B => 'B',
        Grade::C => 'C',
        Grade::D => 'D',
        Grade::E => 'E',
    }
}

fn score_row(file: &DefinitionFile, one: &Scored) -> ScoreRow {
    let of = &file.scores[one.definition];
    let value = one.value.as_ref().ok().copied();
    let terms = one.terms.iter().map(|term| TermRow {
        name: term.name.clone(),
        formula: term.text.clone(),
        value: term.value.as_ref().ok().copied(),
    });
    ScoreRow {
        key: of.key.clone(),
        name: of.name.clone(),
        variant: one.variant.clone(),
        value,
        lack: one.value.as_ref().err().map(Lack::to_string),
        zone: value.and_then(|value| of.zone(value)).map(engine::assess::Zone::name),
        cuts: of.cuts.map(|cuts| (cuts.safe, cuts.distress)),
        points: value.zip(of.cuts).filter(|_| of.is_headline).map(|(value, cuts)| cuts.points(value)),
        probability: value.and_then(|value| of.probability(value)),
        formula: of.definition.text.clone(),
        terms: terms.collect(),
        source: of.source.clone(),
        note: of.note.clone(),
    }
}

fn indicator_row(of: &engine::assess::Indicator, years: &[engine::assess::InYear]) -> IndicatorRow {
    let values: Vec<Option<f64>> = years.iter().map(|(value, _)| value.as_ref().ok().copied()).collect();
    let change = values.first().copied().flatten().zip(values.get(1).copied().flatten());
    let change = change.and_then(|(now, before)| match of.direction {
        Direction::TwoSided => None,
        _ if now == before => None,
        Direction::Riskier if now > before => Some("worse"),
        Direction::Safer if now < before => Some("worse"),
        _ => Some("better"),
    });
    IndicatorRow {
        side: of.side.clone(),
        name: of.name.clone(),
        formula: of.definition.text.clone(),
        unit: of.unit.clone(),
        direction: match of.direction {
            Direction::Riskier => '+',
            Direction::Safer => '-',
            Direction::TwoSided => '0',
        },
        lack: years.first().and_then(|(value, _)| value.as_ref().err()).map(Lack::to_string),
        values,
        change,
    }
}

fn figure(used: &Used) -> Figure {
    let (told, derived) = match &used.how {
        How::Told(places) => (places.clone(), None),
        How::Derived(by) => (Vec::new(), Some(by.clone())),
    };
    Figure { concept: used.concept.clone(), years_back: used.years_back, value: used.value, told, derived }
}

fn restated_row(of: &engine::assess::Restatement) -> RestatedRow {
    let period = match of.after.period {
        FactPeriod::Instant(day) => day.to_string(),
        FactPeriod::Duration { start, end } => format!("{start}..{end}"),
        FactPeriod::Forever => String::new(),
    };
    RestatedRow {
        name: of.after.name.clone(),
        period,
        before: of.before.value.to_string(),
        after: of.after.value.to_string(),
        source: of.after.source.clone(),
    }
}

fn notes(told: &Told, facts: &Facts) -> Vec<String> {
    let mut notes = told.notes.clone();
    let currency = &facts.currency;
    notes.extend(facts.left_out.iter().map(|(other, count)| {
        format!("{count} facts in {other} are not used: most are in {currency}, and no rate was named")
    }));
    if !facts.restated.is_empty() {
        notes.push(format!("{} figures were restated by a later filing, which stands", facts.restated.len()));
    }
    if facts.is_empty() {
        notes.push("nothing is told: there are no facts".to_owned());
    }
    notes
}

fn claims(all: &[Claim], entity: &str, year_end: &str) -> Vec<ClaimRow> {
    let of = all.iter().filter(|claim| claim.entity == entity && claim.year_end == year_end);
    of.map(|claim| ClaimRow { who: claim.who.clone(), credit: claim.credit, market: claim.market }).collect()
}
