//! What changed: since the year before, by the same definitions, and since an earlier report of the same business.

use super::definition_file::DefinitionFile;
use super::report::{IndicatorRow, Report};
use super::risks::liquidity;
use super::told::Told;
use crate::command::UsageError;
use anyhow::Context as _;
use engine::assess::{Facts, Scored, headline, scores};
use jiff::ToSpan;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Indicators that are shown of those that changed.
const SHOWN: usize = 12;

/// A figure before and now, as it is printed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ChangedRow {
    /// Which.
    pub what: String,
    /// Before; a dash where there was none.
    pub before: String,
    /// Now; a dash where there is none.
    pub now: String,
    /// `better`, `worse`, or none where neither can be said.
    pub change: Option<&'static str>,
}

/// What changed since something.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Changed {
    /// Since when, or since which report.
    pub since: String,
    /// What changed, the scores first.
    pub rows: Vec<ChangedRow>,
    /// What is to be said of it: notes that are new or gone, other definitions.
    pub notes: Vec<String>,
}

fn printed(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.2}"))
}

/// Worse where more is riskier and it is more; none where it is the same or either is unknown.
fn change(before: Option<f64>, now: Option<f64>, direction: char) -> Option<&'static str> {
    let (before, now) = before.zip(now).filter(|(before, now)| before != now)?;
    match direction {
        '+' => Some(if now > before { "worse" } else { "better" }),
        '-' => Some(if now < before { "worse" } else { "better" }),
        _ => None,
    }
}

/// A row; none where both print alike.
pub(super) fn row(what: &str, before: Option<f64>, now: Option<f64>, direction: char) -> Option<ChangedRow> {
    let (told_before, told_now) = (printed(before), printed(now));
    (told_before != told_now).then(|| ChangedRow {
        what: what.to_owned(),
        before: told_before,
        now: told_now,
        change: change(before, now, direction),
    })
}

/// Since the year before, by the same definitions; none where no year is told.
pub fn since_the_year_before(file: &DefinitionFile, told: &Told, facts: &Facts, report: &Report) -> Option<Changed> {
    let end = facts.year_end?;
    let before_end = end.checked_sub(1.year()).ok()?;
    let before = Facts::new(told.facts.clone(), Some(before_end));
    let no_shifts = BTreeMap::new();
    let scored = |facts: &Facts| scores(&file.definitions, &file.choices, &file.scores, facts, &no_shifts);
    let (now_scored, before_scored) = (scored(facts), scored(&before));
    let has_price = |scored: &[Scored]| {
        scored.iter().flat_map(|one| &one.used).any(|used| used.concept == "market_value_of_equity")
    };
    // Of years of which one has no price the scores without one are compared.
    let is_listed = has_price(&now_scored) && has_price(&before_scored);
    let name = if report.credit.is_listed && !is_listed {
        "credit, 0–5, without the share's price"
    } else {
        "credit, 0–5"
    };
    let credit = |scored: &[Scored]| headline(&file.scores, scored, is_listed);
    let cover = |facts: &Facts| liquidity(file, facts, &no_shifts).points;
    let mut rows: Vec<ChangedRow> = Vec::new();
    rows.extend(row(name, credit(&before_scored), credit(&now_scored), '+'));
    rows.extend(row("liquidity, 0–5", cover(&before), cover(facts), '+'));
    let value = |one: &Scored| one.value.as_ref().ok().copied();
    for (one, was) in now_scored.iter().zip(&before_scored) {
        if let (Some(now), Some(was)) = (value(one), value(was)) {
            rows.extend(row(&named(&file.scores[one.definition].name, &one.variant), Some(was), Some(now), '0'));
        }
    }
    let mut moved: Vec<(f64, ChangedRow)> = report.indicators.iter().filter_map(moved).collect();
    moved.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.what.cmp(&b.1.what)));
    rows.extend(moved.into_iter().take(SHOWN).map(|(_, row)| row));
    (!rows.is_empty()).then(|| Changed { since: format!("the year to {before_end}"), rows, notes: Vec::new() })
}

fn named(name: &str, variant: &str) -> String {
    if variant.is_empty() { name.to_owned() } else { format!("{name}, {variant}") }
}

/// An indicator that is better or worse than the year before, with how far it moved of what it was.
fn moved(of: &IndicatorRow) -> Option<(f64, ChangedRow)> {
    of.change?;
    let (now, before) = (of.values.first().copied().flatten(), of.values.get(1).copied().flatten());
    let row = row(&of.name, before, now, of.direction)?;
    let (now, before) = now.zip(before)?;
    Some(((now - before).abs() / before.abs().max(0.01), row))
}

/// Since the report that a file holds as JSON.
///
/// # Errors
/// It is no such report, or one of another business.
pub fn since_report(report: &Report, path: &Path) -> anyhow::Result<Changed> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let wrong = |why: &str| UsageError(format!("{} is no report of `plimsoll assess --json`: {why}", path.display()));
    let before: Value = serde_json::from_str(&text).map_err(|error| wrong(&error.to_string()))?;
    let now = serde_json::to_value(report)?;
    if !before["credit"].is_object() || !before["head"].is_object() {
        return Err(wrong("it has no scores").into());
    }
    let who = |of: &Value| (of["head"]["business"].clone(), of["head"]["entity"].clone());
    if who(&before) != who(&now) {
        let (business, _) = who(&before);
        return Err(UsageError(format!("{} is a report of another business: {business}", path.display())).into());
    }
    Ok(between(&before, &now))
}

/// A list of the report, how a row is named, and where its figure stands.
type List<'a> = (&'a str, &'a dyn Fn(&Value) -> String, &'a str);

/// What differs between two reports as JSON.
fn between(before: &Value, now: &Value) -> Changed {
    let mut rows = Vec::new();
    let points = [
        ("credit, 0–5", "/credit/points"),
        ("market, 0–5", "/market/points"),
        ("liquidity, 0–5", "/liquidity/points"),
        ("learned probability", "/learned/probability"),
        ("money at risk", "/at_risk/total"),
    ];
    for (name, place) in points {
        rows.extend(row(name, number(before.pointer(place)), number(now.pointer(place)), '+'));
    }
    let of = |report: &Value, list: &str, name: &dyn Fn(&Value) -> String, value: &str, direction: &str| {
        let all = report[list].as_array().cloned().unwrap_or_default();
        let row = |row: &Value| {
            let direction = row[direction].as_str().and_then(|text| text.chars().next()).unwrap_or('0');
            (name(row), (number(row.pointer(value)), direction))
        };
        all.iter().map(row).collect::<BTreeMap<String, (Option<f64>, char)>>()
    };
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let score = |row: &Value| named(&text(row, "name"), &text(row, "variant"));
    let indicator = |row: &Value| text(row, "name");
    let outlook = |row: &Value| format!("outlook: {}", text(row, "of"));
    let lists: [List<'_>; 3] =
        [("scores", &score, "/value"), ("outlook", &outlook, "/sum"), ("indicators", &indicator, "/values/0")];
    for (list, name, value) in lists {
        let (was, is) = (of(before, list, name, value, "direction"), of(now, list, name, value, "direction"));
        let names: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
        for name in names {
            let (_, direction) = is.get(name).or_else(|| was.get(name)).copied().unwrap_or((None, '0'));
            let known = |of: &BTreeMap<String, (Option<f64>, char)>| of.get(name).and_then(|(value, _)| *value);
            rows.extend(row(name, known(&was), known(&is), direction));
        }
    }
    let head = |report: &Value, key: &str| text(&report["head"], key);
    let since = format!("the report of the year to {}", head(before, "year_end"));
    Changed { since, rows, notes: notes(before, now) }
}

fn number(value: Option<&Value>) -> Option<f64> {
    let value = value?;
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

fn notes(before: &Value, now: &Value) -> Vec<String> {
    let all = |report: &Value| -> BTreeSet<String> {
        let notes = report["notes"].as_array().cloned().unwrap_or_default();
        notes.iter().filter_map(|note| note.as_str().map(str::to_owned)).collect()
    };
    let (was, is) = (all(before), all(now));
    let version = |report: &Value| report["head"]["definitions"].as_str().unwrap_or_default().to_owned();
    let mut notes = Vec::new();
    if version(before) != version(now) {
        notes.push(format!("other definitions: {} before, {} now", version(before), version(now)));
    }
    notes.extend(is.difference(&was).map(|note| format!("new: {note}")));
    notes.extend(was.difference(&is).map(|note| format!("no longer: {note}")));
    notes
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn report(credit: f64, margin: Option<f64>, note: &str) -> Value {
        json!({
            "head": {"business": "b", "entity": "", "year_end": "2024-12-31", "definitions": "1"},
            "credit": {"points": credit}, "at_risk": {"total": "120.50"}, "notes": [note],
            "scores": [{"name": "Z", "variant": "v", "value": 2.0}], "outlook": [],
            "indicators": [{"name": "net margin", "direction": "-", "values": [margin]}],
        })
    }

    #[test]
    fn what_differs_in_print_is_told_and_nothing_else() {
        let changed = between(&report(2.0, Some(4.0), "old"), &report(2.5, Some(3.0), "young"));
        let rows: Vec<(&str, &str, &str, Option<&str>)> =
            changed.rows.iter().map(|r| (r.what.as_str(), r.before.as_str(), r.now.as_str(), r.change)).collect();
        assert_eq!(
            rows,
            [("credit, 0–5", "2.00", "2.50", Some("worse")), ("net margin", "4.00", "3.00", Some("worse")),]
        );
        assert_eq!(changed.notes, ["new: young", "no longer: old"]);
        assert_eq!(between(&report(2.0, None, "n"), &report(2.001, None, "n")).rows, []);
        let lost = between(&report(2.0, Some(4.0), "n"), &report(2.0, None, "n"));
        assert_eq!((lost.rows[0].now.as_str(), lost.rows[0].change), ("–", None));
    }
}
