//! `plimsoll entities`: who is who under ids that last, later records, golden records, and why.

mod tell;

use super::{Outcome, Setting, UsageError};
use crate::cli::{EntitiesArgs, EntitiesVerb};
use crate::linking::entities::{Entities, Run, StateLock, Statement, first, further, open};
use crate::terminal::{self, count};
use anyhow::Context;
use engine::link::entities::{Before, Change, Linker, Resolved};
use engine::link::table::Kind;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Instant;

pub(super) fn run(setting: &Setting, args: &EntitiesArgs) -> anyhow::Result<Outcome> {
    let state = args.state.as_path();
    match &args.what {
        EntitiesVerb::Find { files, kinds, ignored, out } => {
            find(setting, state, &Files { files, kinds, ignored }, out.as_deref())
        }
        EntitiesVerb::Add { files, out } => add(setting, state, files, out.as_deref()),
        EntitiesVerb::List => tell::list(&kept(state)?),
        EntitiesVerb::Golden { keep, out } => {
            if keep.is_empty() {
                return tell::golden_records(&kept(state)?, out.as_deref());
            }
            let (lock, mut entities) = to_change(state)?;
            for (column, rule) in keep {
                let name = tell::field_name(&entities, column)?;
                entities.keep.retain(|(known, _)| *known != name);
                entities.keep.push((name, *rule));
            }
            lock.keep(&entities)?;
            tell::golden_records(&entities, out.as_deref())
        }
        EntitiesVerb::Why { one, other } => tell::why(setting.json, &kept(state)?, one, other, false),
        EntitiesVerb::WhyNot { one, other } => tell::why(setting.json, &kept(state)?, one, other, true),
        EntitiesVerb::How { entity } => tell::how(setting.json, &kept(state)?, entity),
        EntitiesVerb::Same { one, other } => say(state, one, other, true),
        EntitiesVerb::Different { one, other } => say(state, one, other, false),
        EntitiesVerb::History => tell::history(setting.json, &kept(state)?),
    }
}

/// What to read.
struct Files<'a> {
    files: &'a [PathBuf],
    kinds: &'a [(String, Kind)],
    ignored: &'a [String],
}

fn kept(state: &Path) -> anyhow::Result<Entities> {
    let none = || {
        UsageError(format!("there are no entities in {}; `plimsoll entities find FILE` finds them", state.display()))
    };
    Ok(Entities::read(state)?.ok_or_else(none)?)
}

fn to_change(state: &Path) -> anyhow::Result<(StateLock, Entities)> {
    let entities = kept(state)?;
    let lock = StateLock::take(state)?;
    // What was read before the lock may be old by now.
    drop(entities);
    Ok((lock, kept(state)?))
}

fn find(setting: &Setting, state: &Path, files: &Files<'_>, out: Option<&Path>) -> anyhow::Result<Outcome> {
    let start = Instant::now();
    let lock = StateLock::take(state)?;
    let old = Entities::read(state)?;
    let read = setting.progress.step("reading", || first(open(files.files)?, files.kinds, files.ignored))?;
    read.faults.iter().for_each(|fault| eprintln!("warning: {fault}"));
    let (table, origins) = (read.table, read.origins);
    let none = || (Before { of_record: vec![None; table.len()], ..Before::default() }, vec![None; table.len()]);
    let (before, since) = old.as_ref().map_or_else(none, |old| old.before(&table, &origins));
    let (said, keep, mut runs, mut changes) =
        old.map_or_else(Default::default, |old| (old.said, old.keep, old.runs, old.changes));
    let told = Entities::said_of(&said, &origins);
    let (resolved, model, report) = setting.progress.step("linking", || {
        let linker = Linker::learn(&table, told);
        let resolved = linker.resolve(&before);
        let report = Report::of(&linker, &resolved);
        (resolved, linker.model().clone(), report)
    });
    let run = u32::try_from(runs.len() + 1)?;
    changes.extend(resolved.changes.iter().map(|change| (run, *change)));
    let since = since.into_iter().map(|since| since.unwrap_or(run)).collect();
    runs.push(done("find", table.len()));
    let mut entities =
        Entities { table, origins, of_record: resolved.of_record, since, model, said, keep, runs, changes };
    finish(setting, &lock, &mut entities, &report, out, start)
}

fn add(setting: &Setting, state: &Path, files: &[PathBuf], out: Option<&Path>) -> anyhow::Result<Outcome> {
    let start = Instant::now();
    let (lock, mut entities) = to_change(state)?;
    let known = entities.table.len();
    let faults =
        setting.progress.step("reading", || further(open(files)?, &mut entities.table, &mut entities.origins))?;
    faults.iter().for_each(|fault| eprintln!("warning: {fault}"));
    let mut of_record: Vec<_> = entities.of_record.iter().copied().map(Some).collect();
    of_record.resize(entities.table.len(), None);
    let before = Before { of_record, taken: entities.taken(), ..Before::default() };
    let told = Entities::said_of(&entities.said, &entities.origins);
    let (resolved, report) = setting.progress.step("linking", || {
        let linker = Linker::with(&entities.table, told, entities.model.clone(), known);
        let resolved = linker.insert(&before);
        let report = Report::of(&linker, &resolved);
        (resolved, report)
    });
    let run = u32::try_from(entities.runs.len() + 1)?;
    entities.changes.extend(resolved.changes.iter().map(|change| (run, *change)));
    entities.since.resize(entities.table.len(), run);
    entities.of_record = resolved.of_record;
    entities.runs.push(done("add", entities.table.len()));
    finish(setting, &lock, &mut entities, &report, out, start)
}

fn done(verb: &str, records: usize) -> Run {
    let at = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    Run { verb: verb.to_owned(), at, records, entities: 0 }
}

/// What a run tells of itself.
struct Report {
    rules: Vec<(String, u64)>,
    warnings: Vec<String>,
    changes: Vec<Change>,
    compared: u64,
}

impl Report {
    fn of(linker: &Linker<'_>, resolved: &Resolved) -> Self {
        let warnings = linker.warnings().to_vec();
        Self { rules: linker.rules(), warnings, changes: resolved.changes.clone(), compared: resolved.compared }
    }

    fn count(&self, is_it: fn(&Change) -> bool) -> usize {
        self.changes.iter().filter(|change| is_it(change)).count()
    }
}

fn finish(
    setting: &Setting,
    lock: &StateLock,
    entities: &mut Entities,
    report: &Report,
    out: Option<&Path>,
    start: Instant,
) -> anyhow::Result<Outcome> {
    let number = entities.count();
    if let Some(run) = entities.runs.last_mut() {
        run.entities = number;
    }
    setting.progress.step("keeping", || lock.keep(entities))?;
    if let Some(out) = out {
        tell::write_list(entities, &mut std::io::BufWriter::new(tell::file(out)?))
            .with_context(|| format!("cannot write {}", out.display()))?;
    }
    let merged = report.count(|change| matches!(change, Change::Merged { .. }));
    let split = report.count(|change| matches!(change, Change::Split { .. }));
    if setting.json {
        let rules: Vec<Value> =
            report.rules.iter().map(|(rule, pairs)| json!({"rule": rule, "pairs": pairs})).collect();
        let fields: Vec<Value> = (entities.table.fields().iter())
            .map(|field| json!({"name": field.name, "kind": field.kind.word()}))
            .collect();
        terminal::json(&json!({
            "records": entities.table.len(), "entities": number, "compared": report.compared, "blocking": rules,
            "fields": fields, "warnings": report.warnings, "merged": merged, "split": split,
            "seconds": start.elapsed().as_secs_f64(),
        }))?;
        return Ok(Outcome::Done);
    }
    report.warnings.iter().for_each(|warning| eprintln!("warning: {warning}"));
    let fields: Vec<String> =
        entities.table.fields().iter().map(|field| format!("{} ({})", field.name, field.kind.word())).collect();
    println!("Compared: {}; `--kind` and `--ignore` change that.", fields.join(", "));
    let records = count(entities.table.len() as u64);
    let (number, compared, seconds) = (count(number as u64), count(report.compared), start.elapsed().as_secs_f64());
    println!("{records} records are {number} entities; {compared} pairs were compared in {seconds:.1} s.");
    if merged + split > 0 {
        println!(
            "Since the last run {merged} entities went into others, and {split} came out of others; see `plimsoll entities history`."
        );
    }
    Ok(Outcome::Done)
}

fn say(state: &Path, one: &str, other: &str, is_same: bool) -> anyhow::Result<Outcome> {
    let (lock, mut entities) = to_change(state)?;
    let (a, b) = (tell::record(&entities, one)?, tell::record(&entities, other)?);
    if a == b {
        return Err(UsageError(format!("{one} and {other} are the same record")).into());
    }
    let (one_place, other_place) = (entities.origins.place(a), entities.origins.place(b));
    // The last word about a pair stands.
    entities.said.retain(|said| {
        let pair = (&said.one, &said.other);
        pair != (&one_place, &other_place) && pair != (&other_place, &one_place)
    });
    entities.said.push(Statement { is_same, one: one_place, other: other_place });
    lock.keep(&entities)?;
    let what = if is_same { "one thing" } else { "not one thing" };
    println!("Kept: {one} and {other} are {what}. The next `plimsoll entities find` holds to it.");
    Ok(Outcome::Done)
}
