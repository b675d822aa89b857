//! What was said of the year ahead, beside what the next year's published figures say: to judge by, never to tune by.

use super::definition_file::DefinitionFile;
use super::told::Told;
use engine::assess::{Facts, Scored, headline, scores};
use serde::Serialize;
use std::collections::BTreeMap;

/// A score as it was said ahead, and as it came.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct NextRow {
    /// The score, and the definition of what has several.
    pub name: String,
    /// Of the year that is assessed.
    pub now: Option<f64>,
    /// By each scenario that tells of the year ahead, in order.
    pub ahead: Vec<Option<f64>>,
    /// By the next year's figures.
    pub came: Option<f64>,
}

/// The next year.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct NextYear {
    /// Its end.
    pub year_end: String,
    /// Where its figures were read.
    pub files: Vec<String>,
    /// The scenarios that tell of the year ahead.
    pub scenarios: Vec<String>,
    /// Credit, 0–5, first; then the scores that make it.
    pub rows: Vec<NextRow>,
}

/// Scenarios of the year ahead begin so.
const AHEAD: &str = "twelve months ahead";

/// Judges what `facts` said of the next year, of which `next` tells.
pub fn next_year(file: &DefinitionFile, facts: &Facts, next: &Told, is_listed: bool) -> NextYear {
    let no_shifts = BTreeMap::new();
    let scored = |facts: &Facts, shifts: &BTreeMap<String, f64>| {
        scores(&file.definitions, &file.choices, &file.scores, facts, shifts)
    };
    let came_facts = Facts::new(next.facts.clone(), None);
    let (now, came) = (scored(facts, &no_shifts), scored(&came_facts, &no_shifts));
    let scenarios: Vec<_> = file.scenarios.iter().filter(|scenario| scenario.name.starts_with(AHEAD)).collect();
    let ahead: Vec<Option<Vec<Scored>>> = scenarios
        .iter()
        .map(|scenario| Some(scored(facts, &scenario.shifts(&file.definitions, facts).ok()?)))
        .collect();
    let credit = |scored: &[Scored]| headline(&file.scores, scored, is_listed);
    let mut rows = vec![NextRow {
        name: "credit, 0–5".to_owned(),
        now: credit(&now),
        ahead: ahead.iter().map(|scored| scored.as_deref().and_then(credit)).collect(),
        came: credit(&came),
    }];
    let value = |scored: &[Scored], at: usize| scored.get(at).and_then(|one| one.value.as_ref().ok().copied());
    for (at, one) in now.iter().enumerate().filter(|(_, one)| file.scores[one.definition].is_headline) {
        let variant = if one.variant.is_empty() { String::new() } else { format!(", {}", one.variant) };
        let row = NextRow {
            name: format!("{}{variant}", file.scores[one.definition].name),
            now: value(&now, at),
            ahead: ahead.iter().map(|scored| scored.as_deref().and_then(|scored| value(scored, at))).collect(),
            came: value(&came, at),
        };
        rows.extend(Some(row).filter(|row| row.came.is_some() || row.now.is_some()));
    }
    NextYear {
        year_end: came_facts.year_end.map(|day| day.to_string()).unwrap_or_default(),
        files: next.files.clone(),
        scenarios: scenarios.iter().map(|scenario| scenario.name.clone()).collect(),
        rows,
    }
}
