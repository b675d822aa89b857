//! What concepts, scores and indicators are, as TOML files say it; every fault named, and none guessed away.

use crate::command::UsageError;
use domain::Account;
use engine::assess::{
    Applies, Concept, Cuts, Definition, Definitions, Direction, Expression, Indicator, Kind, Link, MarketScale, Scale,
    Scenario, ScoreDefinition,
};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;

/// The files that ship.
pub const CONCEPTS: &str = include_str!("../../assess/concepts.toml");
/// The scores.
pub const SCORES: &str = include_str!("../../assess/scores.toml");
/// The indicators.
pub const INDICATORS: &str = include_str!("../../assess/indicators.toml");

/// The sides of a business, in the order in which they are shown.
pub const SIDES: [&str; 8] =
    ["profit", "solvency", "operation", "growth", "cash flow", "customers", "logistics", "platform"];

/// All definitions.
pub struct DefinitionFile {
    /// Of the scores' file.
    pub version: String,
    /// What names mean.
    pub definitions: Definitions,
    /// (concept, name, what it is) of concepts with several definitions.
    pub choices: Vec<(String, String, Definition)>,
    /// The scores.
    pub scores: Vec<ScoreDefinition>,
    /// The indicators, by side.
    pub indicators: Vec<Indicator>,
    /// The ends of 0–5.
    pub scale: Scale,
    /// The ends of market risk.
    pub market: MarketScale,
    /// What is liquid over what stress asks for.
    pub cover: Definition,
    /// What if.
    pub scenarios: Vec<Scenario>,
    /// What papers print.
    pub claims: Vec<Claim>,
}

/// What a paper prints of a business.
#[derive(Deserialize, Clone, PartialEq, Debug)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The identifier under which it files.
    pub entity: String,
    /// Of which year.
    pub year_end: String,
    /// Whose figure it is.
    pub who: String,
    /// 0–5.
    pub credit: f64,
    /// 0–5.
    pub market: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConceptFile {
    concept: Vec<ConceptRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConceptRow {
    name: String,
    told: String,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    identities: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScoreFile {
    version: String,
    scale: ScaleRow,
    definition: Vec<ChoiceRow>,
    score: Vec<ScoreRow>,
    market: MarketRow,
    liquidity: LiquidityRow,
    #[serde(default)]
    scenario: Vec<ScenarioRow>,
    #[serde(default)]
    claim: Vec<Claim>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MarketRow {
    calm_volatility: f64,
    wild_volatility: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LiquidityRow {
    cover: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScenarioRow {
    name: String,
    says: String,
    changes: Vec<(String, String)>,
    #[serde(default)]
    postings: Vec<(String, String, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScaleRow {
    best_probability: f64,
    worst_probability: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChoiceRow {
    concept: String,
    name: String,
    formula: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScoreRow {
    key: String,
    name: String,
    applies: String,
    #[serde(default)]
    headline: bool,
    formula: String,
    direction: String,
    link: Option<String>,
    safe: Option<f64>,
    distress: Option<f64>,
    source: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    terms: Vec<(String, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IndicatorFile {
    indicator: Vec<IndicatorRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IndicatorRow {
    side: String,
    name: String,
    formula: String,
    #[serde(default)]
    unit: String,
    direction: String,
    #[serde(default)]
    positive: Vec<String>,
    #[serde(default)]
    source: String,
}

/// Faults as they are found.
struct Faults(Vec<String>);

impl Faults {
    fn definition(&mut self, of: &str, text: &str) -> Definition {
        let formula = Expression::parse(text).unwrap_or_else(|error| {
            self.0.push(format!("{of}: {error}"));
            Expression::Number(f64::NAN)
        });
        Definition { text: text.to_owned(), formula }
    }

    fn one_of<T: Copy>(&mut self, of: &str, said: &str, known: &[(&str, T)]) -> T {
        let found = known.iter().find(|(name, _)| *name == said);
        if found.is_none() {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            self.0.push(format!("{of}: `{said}` is none of {}", names.join(", ")));
        }
        found.unwrap_or(&known[0]).1
    }
}

const DIRECTIONS: [(&str, Direction); 3] =
    [("+", Direction::Riskier), ("-", Direction::Safer), ("0", Direction::TwoSided)];

impl DefinitionFile {
    /// The definitions that ship, with files of these names from a folder in their place where it has them.
    ///
    /// # Errors
    /// Every fault of the files.
    pub fn read(folder: Option<&Path>) -> anyhow::Result<Self> {
        let text = |name: &str, shipped: &str| match folder.map(|folder| folder.join(name)).filter(|path| path.exists())
        {
            Some(path) => std::fs::read_to_string(&path).map_err(anyhow::Error::from),
            None => Ok(shipped.to_owned()),
        };
        let texts =
            [text("concepts.toml", CONCEPTS)?, text("scores.toml", SCORES)?, text("indicators.toml", INDICATORS)?];
        Ok(Self::parse(texts.each_ref().map(String::as_str))?)
    }

    /// The definitions that ship, read once.
    ///
    /// # Errors
    /// None, as they ship.
    pub fn shipped() -> anyhow::Result<&'static Self> {
        static SHIPPED: OnceLock<DefinitionFile> = OnceLock::new();
        match SHIPPED.get() {
            Some(file) => Ok(file),
            None => {
                let file = Self::read(None)?;
                Ok(SHIPPED.get_or_init(|| file))
            }
        }
    }

    /// Reads the three files.
    ///
    /// # Errors
    /// Every fault of the files.
    pub fn parse([concepts, scores, indicators]: [&str; 3]) -> Result<Self, UsageError> {
        let unread = |name: &str, error: toml::de::Error| UsageError(format!("{name} cannot be read\n{error}"));
        let concepts: ConceptFile = toml::from_str(concepts).map_err(|error| unread("concepts.toml", error))?;
        let scores: ScoreFile = toml::from_str(scores).map_err(|error| unread("scores.toml", error))?;
        let indicators: IndicatorFile = toml::from_str(indicators).map_err(|error| unread("indicators.toml", error))?;
        let mut faults = Faults(Vec::new());
        let definitions = definitions_of(concepts, &mut faults);
        let choices = scores.definition.into_iter().map(|row| {
            let definition = faults.definition(&row.name, &row.formula);
            (row.concept, row.name, definition)
        });
        let choices = choices.collect();
        let this = Self {
            version: scores.version,
            definitions,
            choices,
            scores: scores.score.into_iter().map(|row| score_of(row, &mut faults)).collect(),
            indicators: indicators.indicator.into_iter().map(|row| indicator_of(row, &mut faults)).collect(),
            market: MarketScale { calm: scores.market.calm_volatility, wild: scores.market.wild_volatility },
            cover: faults.definition("liquidity", &scores.liquidity.cover),
            scenarios: scores.scenario.into_iter().map(|row| scenario_of(row, &mut faults)).collect(),
            scale: Scale { best: scores.scale.best_probability, worst: scores.scale.worst_probability },
            claims: scores.claim,
        };
        this.check(&mut faults);
        let Faults(faults) = faults;
        if faults.is_empty() {
            return Ok(this);
        }
        Err(UsageError(format!("the definitions have {} faults:\n  {}", faults.len(), faults.join("\n  "))))
    }

    /// Every name is known, and the scale runs upwards.
    fn check(&self, faults: &mut Faults) {
        let concepts: BTreeSet<&str> = self.definitions.concepts.keys().map(String::as_str).collect();
        let mut look = |of: &str, definition: &Definition, terms: &[(String, Definition)]| {
            for name in definition.formula.names() {
                if !concepts.contains(name) && !terms.iter().any(|(term, _)| term == name) {
                    faults.0.push(format!("{of}: no concept `{name}`"));
                }
            }
        };
        for (name, concept) in &self.definitions.concepts {
            concept.identities.iter().for_each(|identity| look(name, identity, &[]));
        }
        self.choices.iter().for_each(|(_, name, definition)| look(name, definition, &[]));
        for score in &self.scores {
            score.terms.iter().for_each(|(_, term)| look(&score.name, term, &[]));
            look(&score.name, &score.definition, &score.terms);
        }
        look("liquidity", &self.cover, &[]);
        for scenario in &self.scenarios {
            scenario.changes.iter().for_each(|(_, change)| look(&scenario.name, change, &[]));
            scenario.postings.iter().for_each(|(_, _, amount)| look(&scenario.name, amount, &[]));
        }
        for indicator in &self.indicators {
            look(&indicator.name, &indicator.definition, &[]);
        }
        for scenario in &self.scenarios {
            let unknown = scenario.changes.iter().filter(|(name, _)| !concepts.contains(name.as_str()));
            unknown.for_each(|(name, _)| faults.0.push(format!("{}: no concept `{name}`", scenario.name)));
        }
        if !(0.0 < self.market.calm && self.market.calm < self.market.wild) {
            faults.0.push("market: the ends are volatilities, the calm below the wild".to_owned());
        }
        if !(0.0 < self.scale.best && self.scale.best < self.scale.worst && self.scale.worst < 1.0) {
            faults.0.push("scale: the ends are probabilities, the best below the worst".to_owned());
        }
    }
}

fn definitions_of(file: ConceptFile, faults: &mut Faults) -> Definitions {
    let kinds = [("instant", Kind::Instant), ("flow", Kind::Flow), ("cover", Kind::Cover)];
    let mut definitions = Definitions::default();
    for row in file.concept {
        let identities = row.identities.iter().map(|text| faults.definition(&row.name, text)).collect();
        let concept = Concept { kind: faults.one_of(&row.name, &row.told, &kinds), tags: row.tags, identities };
        if definitions.concepts.insert(row.name.clone(), concept).is_some() {
            faults.0.push(format!("{}: defined twice", row.name));
        }
    }
    definitions
}

fn score_of(row: ScoreRow, faults: &mut Faults) -> ScoreDefinition {
    let applies = [("all", Applies::All), ("listed", Applies::Listed), ("unlisted", Applies::Unlisted)];
    let links = [("logit", Link::Logit), ("probit", Link::Probit)];
    let cuts = row.safe.zip(row.distress).map(|(safe, distress)| Cuts { safe, distress });
    if row.headline && cuts.is_none_or(|cuts| cuts.safe == cuts.distress) {
        faults.0.push(format!("{}: a score of the headline has two cuts", row.name));
    }
    ScoreDefinition {
        definition: faults.definition(&row.name, &row.formula),
        terms: row.terms.iter().map(|(name, text)| (name.clone(), faults.definition(&row.name, text))).collect(),
        direction: faults.one_of(&row.name, &row.direction, &DIRECTIONS),
        cuts,
        link: row.link.map(|link| faults.one_of(&row.name, &link, &links)),
        applies: faults.one_of(&row.name, &row.applies, &applies),
        is_headline: row.headline,
        source: row.source,
        note: row.note,
        key: row.key,
        name: row.name,
    }
}

fn scenario_of(row: ScenarioRow, faults: &mut Faults) -> Scenario {
    let mut changes = Vec::new();
    for (name, text) in row.changes {
        let change = faults.definition(&row.name, &text);
        changes.push((name, change));
    }
    let mut postings = Vec::new();
    for (debit, credit, text) in row.postings {
        let amount = faults.definition(&row.name, &text);
        let [debit, credit] = [debit, credit].map(|name| (Account::from_name(&name), name));
        for (_, name) in [&debit, &credit].into_iter().filter(|(account, _)| account.is_none()) {
            faults.0.push(format!("{}: no account `{name}`", row.name));
        }
        postings.extend(debit.0.zip(credit.0).map(|(debit, credit)| (debit, credit, amount)));
    }
    Scenario { changes, postings, name: row.name, says: row.says }
}

fn indicator_of(row: IndicatorRow, faults: &mut Faults) -> Indicator {
    let sides = SIDES.map(|side| (side, side));
    Indicator {
        side: faults.one_of(&row.name, &row.side, &sides).to_owned(),
        definition: faults.definition(&row.name, &row.formula),
        unit: row.unit,
        direction: faults.one_of(&row.name, &row.direction, &DIRECTIONS),
        positive: row.positive,
        source: row.source,
        name: row.name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ships_has_no_fault() {
        let file = DefinitionFile::parse([CONCEPTS, SCORES, INDICATORS]).unwrap();
        assert_eq!(file.scores.len(), 8);
        assert!(SIDES.iter().all(|side| file.indicators.iter().any(|indicator| indicator.side == *side)));
    }

    #[test]
    fn every_fault_is_named() {
        let scores = SCORES.replace("revenue / total_assets", "revenu / total_assets").replace("\"logit\"", "\"log\"");
        let indicators = INDICATORS.replace("current_assets / current_liabilities", "current_assets /");
        let Err(UsageError(told)) = DefinitionFile::parse([CONCEPTS, &scores, &indicators]) else {
            panic!("three faults were taken")
        };
        for fault in ["no concept `revenu`", "`log` is none of logit, probit", "expected a number, a name or `(`"] {
            assert!(told.contains(fault), "{told}");
        }
    }
}
