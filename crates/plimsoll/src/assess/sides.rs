//! Selection among the indicators of the eight sides: what each tells of failing, alone and over folds, and which another one
//! tells already; and where the business stands among the companies.
//!
//! The companies are those that the default probability is learned from. Their ratios give back statements, in parts of
//! total assets (`polish_statement.toml`), from which the same formulas reckon the same indicators; so those of books,
//! buyers, parcels and sellers are not judged there, and say so. The rules are [`super::selection`]'s, the scale is the share
//! of companies below: from 0 to 1 whatever an indicator's unit. Nothing that is left out is hidden: the tree shows it in
//! grey, and no score is made of indicators.

use super::definition_file::DefinitionFile;
use super::report::IndicatorRow;
use super::selection::{Choice, selected};
use anyhow::Context as _;
use domain::FactPeriod;
use engine::assess::{Expression, Fact, Facts, Function, InYear, Kind, Operator, indicators};
use jiff::civil::{Date, date};
use learn::split::stratified_k_fold;
use learn::{Dataset, ModelFile};
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const STATEMENT: &str = include_str!("../../assess/polish_statement.toml");
/// Where a model file keeps what was judged.
pub const NOTE: &str = "sides";
const FOLDS: usize = 5;
/// Parts of the companies that the scale tells apart.
const PARTS: usize = 100;
/// Any year: companies tell no other.
const YEAR: i16 = 2000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    columns: BTreeMap<String, String>,
    concept: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    formula: String,
    #[serde(default)]
    years_back: i16,
}

/// An indicator, as the companies judge it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Judged {
    /// Its formula: one of the user's own by the same name is another indicator.
    pub formula: String,
    /// What it tells, and whether it is taken.
    pub choice: Choice,
    /// Its values at the ends of 100 equal parts of the companies, from the lowest to the highest.
    pub ends: Vec<f32>,
}

/// An indicator of the report in the log.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct SideRow {
    /// One of the eight.
    pub side: String,
    /// Which.
    pub indicator: String,
    /// What the companies say of it; none where they cannot tell it.
    pub choice: Option<Choice>,
    /// The share of companies below this business; none where either cannot tell it.
    pub below: Option<f64>,
    /// The furthest that the years of this business are apart, over their mean size; none of fewer than two.
    pub apart: Option<f64>,
}

/// Judges every indicator that the companies can tell.
///
/// # Errors
/// The rows lack a column of the file that ships, or a fold lacks a label.
pub fn judged(file: &DefinitionFile, rows: &Dataset, seed: u64) -> anyhow::Result<Vec<Judged>> {
    let statement = Statement::read(file, rows)?;
    let values: Vec<Vec<f32>> = (0..rows.rows()).map(|row| statement.indicators(file, rows.row(row))).collect();
    let told: Vec<usize> =
        (0..file.indicators.len()).filter(|at| values.iter().any(|row| !row[*at].is_nan())).collect();
    let names = told.iter().map(|at| file.indicators[*at].name.clone()).collect();
    let flat = values.iter().flat_map(|row| told.iter().map(|at| row[*at])).collect();
    let table = Dataset::new(names, flat, rows.labels().to_vec())?;
    let choices = selected(&table, &stratified_k_fold(table.labels(), FOLDS, seed)?)?;
    Ok(told
        .iter()
        .zip(choices)
        .enumerate()
        .map(|(column, (at, choice))| Judged {
            formula: file.indicators[*at].definition.text.clone(),
            choice,
            ends: ends((0..table.rows()).map(|row| table.row(row)[column])),
        })
        .collect())
}

/// What a file of the model keeps of it.
///
/// # Errors
/// It keeps none.
pub fn judged_of(file: &ModelFile) -> anyhow::Result<Vec<Judged>> {
    let note = file.notes().get(NOTE).context("the model file does not judge indicators")?;
    serde_json::from_str(note).context("the judgement of indicators")
}

/// The log of the indicators of a report.
pub fn rows(indicators: &[IndicatorRow], judged: &[Judged]) -> Vec<SideRow> {
    let row = |of: &IndicatorRow| {
        let found = judged.iter().find(|one| one.choice.ratio == of.name && one.formula == of.formula);
        let now = of.values.first().copied().flatten();
        SideRow {
            side: of.side.clone(),
            indicator: of.name.clone(),
            choice: found.map(|one| one.choice.clone()),
            below: found.zip(now).map(|(one, now)| below(&one.ends, now)),
            apart: apart(&of.values),
        }
    };
    indicators.iter().map(row).collect()
}

/// The values at the ends of equal parts; none of no value.
fn ends(values: impl Iterator<Item = f32>) -> Vec<f32> {
    let mut sorted: Vec<f32> = values.filter(|value| !value.is_nan()).collect();
    sorted.sort_by(f32::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else { return Vec::new() };
    (0..=PARTS).map(|part| sorted[part * last / PARTS]).collect()
}

/// The share of companies below a value, to a hundredth.
#[expect(clippy::cast_precision_loss, reason = "a hundred parts")]
fn below(ends: &[f32], value: f64) -> f64 {
    let parts = ends.iter().filter(|end| f64::from(**end) < value).count();
    parts.min(PARTS) as f64 / PARTS as f64
}

/// Example: 10, 12 and 8 are 4 apart, which is .4 of their mean size.
fn apart(values: &[Option<f64>]) -> Option<f64> {
    let told: Vec<f64> = values.iter().copied().flatten().collect();
    let count = f64::from(u32::try_from(told.len()).ok().filter(|count| *count > 1)?);
    let size = told.iter().map(|value| value.abs()).sum::<f64>() / count;
    let (low, high) = told.iter().fold((f64::MAX, f64::MIN), |(low, high), at| (low.min(*at), high.max(*at)));
    (size > 0.0).then(|| (high - low) / size)
}

/// How statements are made of a row's ratios.
struct Statement {
    /// By the name in formulas: the column.
    columns: BTreeMap<String, usize>,
    concepts: Vec<(String, FactPeriod, Expression)>,
    year_end: Date,
}

impl Statement {
    fn read(file: &DefinitionFile, rows: &Dataset) -> anyhow::Result<Self> {
        let read: File = toml::from_str(STATEMENT).context("polish_statement.toml")?;
        let place = |(name, column): (&String, &String)| {
            let at = rows.names().iter().position(|known| known == column);
            Ok::<_, anyhow::Error>((name.clone(), at.with_context(|| format!("the companies have no `{column}`"))?))
        };
        let concept = |row: &Row| {
            let of = file.definitions.concepts.get(&row.name);
            let of = of.with_context(|| format!("there is no concept `{}`", row.name))?;
            let year = YEAR - row.years_back;
            let period = match of.kind {
                Kind::Flow => FactPeriod::Duration { start: date(year, 1, 1), end: date(year, 12, 31) },
                Kind::Instant | Kind::Cover => FactPeriod::Instant(date(year, 12, 31)),
            };
            Ok::<_, anyhow::Error>((row.name.clone(), period, Expression::parse(&row.formula)?))
        };
        Ok(Self {
            columns: read.columns.iter().map(place).collect::<anyhow::Result<_>>()?,
            concepts: read.concept.iter().map(concept).collect::<anyhow::Result<_>>()?,
            year_end: date(YEAR, 12, 31),
        })
    }

    /// Every indicator of the row's year, missing where its statement does not tell it.
    #[expect(clippy::cast_possible_truncation, reason = "a ratio to single precision, as models see all")]
    fn indicators(&self, file: &DefinitionFile, row: &[f32]) -> Vec<f32> {
        let fact = |(name, period, formula): &(String, FactPeriod, Expression)| {
            let value = Decimal::from_f64(self.reckoned(formula, row).filter(|value| value.is_finite())?)?;
            let (unit, source) = ("pure".to_owned(), String::new());
            Some(Fact { name: name.clone(), period: *period, value, unit, source })
        };
        let facts = Facts::new(self.concepts.iter().filter_map(fact).collect(), Some(self.year_end));
        let all = indicators(&file.definitions, &file.choices, &file.indicators, &facts, 1);
        let value = |years: &Vec<InYear>| years.first().and_then(|(value, _)| Some(*value.as_ref().ok()? as f32));
        all.iter().map(|years| value(years).filter(|value| value.is_finite()).unwrap_or(f32::NAN)).collect()
    }

    fn reckoned(&self, formula: &Expression, row: &[f32]) -> Option<f64> {
        match formula {
            Expression::Number(number) => Some(*number),
            Expression::Name(name, _) => Some(f64::from(row[*self.columns.get(name)?])).filter(|value| !value.is_nan()),
            Expression::Of(function, of) => {
                let of = self.reckoned(of, row)?;
                match function {
                    Function::Negative => Some(-of),
                    Function::Ln => (of > 0.0).then(|| of.ln()),
                    Function::Abs => Some(of.abs()),
                }
            }
            Expression::Two(operator, left, right) => {
                let (left, right) = (self.reckoned(left, row)?, self.reckoned(right, row)?);
                match operator {
                    Operator::Add => Some(left + right),
                    Operator::Subtract => Some(left - right),
                    Operator::Multiply => Some(left * right),
                    Operator::Divide => (right != 0.0).then(|| left / right),
                    Operator::Above => Some(f64::from(u8::from(left > right))),
                    Operator::Below => Some(f64::from(u8::from(left < right))),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::learned::shipped;
    use crate::compare::sets::catalogue::{POLISH, Protected};

    #[test]
    fn a_statement_gives_back_the_ratios_that_it_was_made_of() {
        let file = DefinitionFile::shipped().unwrap();
        let rows = POLISH.read(None, Protected::Kept, &[]).unwrap().rows;
        let statement = Statement::read(file, &rows).unwrap();
        let column = |name: &str| rows.names().iter().position(|known| known == name).unwrap();
        let at = |name: &str| file.indicators.iter().position(|one| one.name == name).unwrap();
        // Of one company in five the columns do not tell one statement.
        let same = [
            ("current ratio", "current assets / short-term liabilities", 1.0),
            ("quick ratio", "(current assets - inventory) / short-term liabilities", 1.0),
            ("inventory days", "(inventory * 365) / cost of products sold", 1.0),
            ("net margin", "net profit / sales", 100.0),
            ("asset turnover", "total sales / total assets", 1.0),
        ];
        for (indicator, ratio, times) in same {
            let mut told = 0;
            let mut near = 0;
            for row in 0..500 {
                let found = statement.indicators(file, rows.row(row))[at(indicator)];
                let wanted = times * rows.row(row)[column(ratio)];
                if found.is_nan() || wanted.is_nan() {
                    continue;
                }
                told += 1;
                near += usize::from((found - wanted).abs() <= 0.02 * wanted.abs().max(0.1));
            }
            assert!(told > 300 && near * 4 > told * 3, "{indicator}: {near} of {told}");
        }
    }

    #[test]
    fn the_log_that_ships_judges_what_statements_tell_and_names_what_they_do_not() {
        let (file, judged) = (DefinitionFile::shipped().unwrap(), judged_of(&shipped().unwrap()).unwrap());
        assert!(judged.len() >= 15, "{}", judged.len());
        assert!(judged.iter().all(|one| {
            file.indicators.iter().any(|of| of.name == one.choice.ratio && of.definition.text == one.formula)
        }));
        let row = |name: &str, formula: &str, values: Vec<Option<f64>>| IndicatorRow {
            side: "solvency".to_owned(),
            name: name.to_owned(),
            formula: formula.to_owned(),
            unit: String::new(),
            direction: '-',
            values,
            lack: None,
            change: None,
        };
        let ratio = "current_assets / current_liabilities";
        let told = rows(
            &[
                row("current ratio", ratio, vec![Some(0.01), Some(0.02)]),
                row("current ratio", "2 * current_assets / current_liabilities", vec![Some(2.0)]),
                row("refund rate", "100 * refunds / gross_merchandise_value", vec![None]),
            ],
            &judged,
        );
        assert!(told[0].choice.as_ref().is_some_and(|choice| choice.auc > 0.55) && told[0].below.unwrap() < 0.1);
        assert!((told[0].apart.unwrap() - 0.01 / 0.015).abs() < 1e-9);
        assert!(told[1..].iter().all(|row| row.choice.is_none() && row.below.is_none() && row.apart.is_none()));
    }

    #[test]
    fn the_scale_is_by_hand() {
        let ends = ends((0..=200_u8).map(f32::from));
        assert_eq!((ends.len(), ends[1], ends[100]), (101, 2.0, 200.0));
        assert_eq!([-1.0, 100.0, 500.0].map(|value| below(&ends, value)), [0.0, 0.5, 1.0]);
        assert_eq!(apart(&[Some(10.0), Some(12.0), None, Some(8.0)]), Some(0.4));
    }
}
