//! What is told of entities that are kept: who they are, the best that is known, why, and how they came to be.

use super::super::link::quoted;
use super::{Outcome, UsageError};
use crate::linking::entities::Entities;
use crate::linking::plain_name;
use crate::terminal;
use anyhow::Context;
use engine::link::entities::{Between, Change, EntityId, Linker, Survivorship, Why, golden};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// The record of this name.
pub(super) fn record(entities: &Entities, name: &str) -> anyhow::Result<u32> {
    entities.origins.find(name).with_context(|| {
        UsageError(format!(
            "no record `{name}`; records are called by their key or row, `FILE:KEY` where files share keys"
        ))
    })
}

/// The field of this name, as it is spelled.
pub(super) fn field_name(entities: &Entities, name: &str) -> anyhow::Result<String> {
    let names: Vec<&str> = entities.table.fields().iter().map(|field| field.name.as_str()).collect();
    let known = names.iter().find(|known| plain_name(known) == plain_name(name));
    Ok(known.map(|known| (*known).to_owned()).ok_or_else(|| UsageError::unknown("column", name, &names))?)
}

pub(super) fn file(path: &Path) -> anyhow::Result<File> {
    File::create(path).with_context(|| format!("cannot write {}", path.display()))
}

/// A reader that has seen enough (`| head`) ends the run without a word, as it ends every other.
fn printed(result: io::Result<()>) -> anyhow::Result<Outcome> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Outcome::Done),
        result => result.map(|()| Outcome::Done).context("cannot print"),
    }
}

pub(super) fn list(entities: &Entities) -> anyhow::Result<Outcome> {
    printed(write_list(entities, &mut BufWriter::new(io::stdout().lock())))
}

/// `entity,record`, with the file where there are several; ordered by entity.
pub(super) fn write_list(entities: &Entities, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "entity,source,record,run")?;
    for (id, record) in entities.sorted() {
        let (source, key) = entities.origins.place(record);
        writeln!(out, "{id},{},{},{}", quoted(&source), quoted(&key), entities.since[record as usize])?;
    }
    out.flush()
}

pub(super) fn golden_records(entities: &Entities, out: Option<&Path>) -> anyhow::Result<Outcome> {
    let Some(out) = out else {
        return printed(write_golden(entities, &mut BufWriter::new(io::stdout().lock())));
    };
    write_golden(entities, &mut BufWriter::new(file(out)?))
        .with_context(|| format!("cannot write {}", out.display()))?;
    Ok(Outcome::Done)
}

/// Which value survives in each field.
fn rules(entities: &Entities) -> Vec<Survivorship> {
    let rule = |name: &str| entities.keep.iter().find(|(known, _)| known == name).map(|(_, rule)| *rule);
    entities.table.fields().iter().map(|field| rule(&field.name).unwrap_or_default()).collect()
}

fn write_golden(entities: &Entities, out: &mut impl Write) -> io::Result<()> {
    let names = entities.table.fields().iter().map(|field| quoted(&field.name));
    let origins = entities.table.fields().iter().map(|field| quoted(&format!("{} from", field.name)));
    writeln!(out, "entity,records,{}", names.chain(origins).collect::<Vec<String>>().join(","))?;
    let rules = rules(entities);
    for same in entities.sorted().chunk_by(|a, b| a.0 == b.0) {
        let records: Vec<u32> = same.iter().map(|(_, record)| *record).collect();
        let chosen = golden(&entities.table, &records, &rules, |record| entities.origins.source(record));
        let values = chosen.iter().map(|of| of.as_ref().map_or_else(String::new, |of| quoted(&of.value)));
        let froms =
            chosen.iter().map(|of| of.as_ref().map_or_else(String::new, |of| quoted(&from(entities, of.record))));
        let cells = values.chain(froms).collect::<Vec<String>>().join(",");
        writeln!(out, "{},{},{cells}", same[0].0, records.len())?;
    }
    out.flush()
}

/// `file:key` of a record.
fn from(entities: &Entities, record: u32) -> String {
    let (source, key) = entities.origins.place(record);
    format!("{source}:{key}")
}

pub(super) fn why(
    as_json: bool,
    entities: &Entities,
    one: &str,
    other: &str,
    only_not: bool,
) -> anyhow::Result<Outcome> {
    let (a, b) = (record(entities, one)?, record(entities, other)?);
    let said = Entities::said_of(&entities.said, &entities.origins);
    let linker = Linker::with(&entities.table, said, entities.model.clone(), entities.table.len());
    let why = linker.why(a, b, &entities.of_record);
    if only_not && why.between == Between::One {
        return Err(UsageError(format!("{one} and {other} are one entity; `plimsoll entities why` tells why")).into());
    }
    let verdict = verdict(entities, &why.between);
    if as_json {
        return why_json(&why, one, other, &verdict).map(|()| Outcome::Done);
    }
    println!("{one} and {other}: log-odds {:+.2}. {verdict}", why.log_odds);
    let mut table = terminal::table(&["what", one, other, "agreement", ">adds to the log-odds"]);
    for of in &why.compared {
        let cells = [
            of.what.clone(),
            short(&of.values.0),
            short(&of.values.1),
            of.level.word().to_owned(),
            format!("{:+.2}", of.adds),
        ];
        terminal::row(&mut table, cells);
    }
    terminal::row(&mut table, ["before anything was compared", "", "", "", &format!("{:+.2}", why.before)]);
    println!("{table}");
    Ok(Outcome::Done)
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

fn why_json(why: &Why, one: &str, other: &str, verdict: &str) -> anyhow::Result<()> {
    let compared: Vec<Value> = why
        .compared
        .iter()
        .map(|of| {
            let (a, b) = &of.values;
            json!({"what": of.what, "one": a, "other": b, "agreement": of.level.word(), "adds": of.adds})
        })
        .collect();
    terminal::json(&json!({
        "one": one, "other": other, "log_odds": why.log_odds, "before": why.before,
        "are_one": why.between == Between::One, "because": verdict, "compared": compared,
    }))
}

/// What it came to, in a sentence.
fn verdict(entities: &Entities, between: &Between) -> String {
    match between {
        Between::One => "They are one entity.".to_owned(),
        Between::SaidApart => "Not one: somebody said so (`plimsoll entities different`).".to_owned(),
        Between::NoCandidate { rules } => {
            format!(
                "Not one: they were not compared, for no rule gives them a common key; the rules are {}.",
                rules.join("; ")
            )
        }
        Between::TooUnlike => "Not one: more speaks against it than for it.".to_owned(),
        Between::TooLittle => "Not one: they say the same, but too little to tell people apart.".to_owned(),
        Between::GroupsTooUnlike { mean } => format!(
            "Not one: alike by themselves, but the records of their two entities are not; the mean log-odds between those are {mean:+.2}."
        ),
        Between::GroupsSaidApart(one, other) => format!(
            "Not one: their entities hold {} and {}, of which somebody said that they are not one thing.",
            entities.origins.name(*one),
            entities.origins.name(*other)
        ),
    }
}

pub(super) fn how(as_json: bool, entities: &Entities, name: &str) -> anyhow::Result<Outcome> {
    let id = match EntityId::read(name).filter(|id| entities.of_record.contains(id)) {
        Some(id) => id,
        None => entities.of_record[record(entities, name)? as usize],
    };
    let records = entities.records(id);
    let said = Entities::said_of(&entities.said, &entities.origins);
    let linker = Linker::with(&entities.table, said, entities.model.clone(), entities.table.len());
    let joins = linker.how(&records);
    let chosen = golden(&entities.table, &records, &rules(entities), |record| entities.origins.source(record));
    let names: Vec<String> = records.iter().map(|record| entities.origins.name(*record)).collect();
    let history: Vec<String> =
        entities.changes.iter().filter(|(_, change)| speaks_of(change, id)).map(|of| change_text(*of)).collect();
    let called = |record: u32| entities.origins.name(record);
    if as_json {
        let joins: Vec<Value> = joins
            .iter()
            .map(|join| json!({"by": [called(join.pair.0), called(join.pair.1)], "log_odds": join.odds, "mean": join.mean}))
            .collect();
        let golden: Vec<Value> = (entities.table.fields().iter().zip(&chosen))
            .filter_map(|(field, of)| Some((field, of.as_ref()?)))
            .map(|(field, of)| json!({"field": field.name, "value": of.value, "from": from(entities, of.record), "records": of.records}))
            .collect();
        terminal::json(&json!({
            "entity": id.to_string(), "records": names, "joins": joins, "golden": golden, "history": history,
        }))?;
        return Ok(Outcome::Done);
    }
    println!("{id}: {}", names.join(", "));
    for join in &joins {
        let (one, other) = (called(join.pair.0), called(join.pair.1));
        let joined: Vec<String> = join.joined.iter().map(|record| called(*record)).collect();
        match (join.odds, join.mean) {
            (Some(odds), Some(mean)) => {
                println!(
                    "  {} joined by {one} and {other} (log-odds {odds:+.2}; {mean:+.2} on the mean of both groups)",
                    joined.join(", ")
                );
            }
            _ => println!("  {one} and {other} are one, as somebody said"),
        }
    }
    let mut table = terminal::table(&["field", "golden", "from", ">records that say so"]);
    for (field, of) in entities.table.fields().iter().zip(&chosen) {
        if let Some(of) = of {
            let cells = [field.name.clone(), short(&of.value), from(entities, of.record), of.records.to_string()];
            terminal::row(&mut table, cells);
        }
    }
    println!("{table}");
    history.iter().for_each(|line| println!("{line}"));
    Ok(Outcome::Done)
}

fn speaks_of(change: &Change, id: EntityId) -> bool {
    match *change {
        Change::Merged { from, into, .. } | Change::Split { from, into, .. } | Change::Moved { from, into, .. } => {
            from == id || into == id
        }
        Change::Ended(of) => of == id,
    }
}

fn change_text((run, change): (u32, Change)) -> String {
    let many = |records: u32| if records == 1 { "1 record".to_owned() } else { format!("{records} records") };
    match change {
        Change::Merged { from, into, records } => format!("run {run}: {from} went into {into} ({})", many(records)),
        Change::Split { from, into, records } => format!("run {run}: {into} came out of {from} ({})", many(records)),
        Change::Moved { from, into, records } => format!("run {run}: {} went from {from} to {into}", many(records)),
        Change::Ended(id) => format!("run {run}: {id} ended; none of its records is there any more"),
    }
}

pub(super) fn history(as_json: bool, entities: &Entities) -> anyhow::Result<Outcome> {
    let changes: Vec<String> = entities.changes.iter().map(|of| change_text(*of)).collect();
    let said: Vec<String> = (entities.said.iter())
        .map(|said| {
            let what = if said.is_same { "one thing" } else { "not one thing" };
            format!("{}:{} and {}:{} are {what}", said.one.0, said.one.1, said.other.0, said.other.1)
        })
        .collect();
    if as_json {
        let runs: Vec<Value> = (entities.runs.iter())
            .map(|run| json!({"verb": run.verb, "at": run.at, "records": run.records, "entities": run.entities}))
            .collect();
        terminal::json(&json!({"runs": runs, "changes": changes, "said": said}))?;
        return Ok(Outcome::Done);
    }
    for (number, run) in (1..).zip(&entities.runs) {
        println!("run {number}: {} at {}: {} records, {} entities", run.verb, run.at, run.records, run.entities);
    }
    changes.iter().chain(&said).for_each(|line| println!("{line}"));
    Ok(Outcome::Done)
}
