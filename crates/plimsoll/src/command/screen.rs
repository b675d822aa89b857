//! `plimsoll screen`: lists, people, and what is watched for beside fraud.

use super::{Outcome, Setting, UsageError};
use crate::cli::{Screen, ScreenVerb};
use crate::screening::{parse_rules, read_list, screen, written_rules};
use crate::session::Session;
use crate::terminal::{self, count, row};
use anyhow::Context;
use domain::{Body, ScreeningList};
use jiff::Timestamp;
use serde_json::json;
use std::path::Path;

pub(super) fn run(setting: &Setting, args: &Screen) -> anyhow::Result<Outcome> {
    let mut session = setting.progress.step("opening", || Session::open(&setting.dir))?;
    match &args.verb {
        ScreenVerb::Load { file, name } => load(setting, &mut session, file, name.as_deref()),
        ScreenVerb::Unload { name } => unload(setting, &mut session, name),
        ScreenVerb::Run => {
            let found = hold(setting, &mut session)?;
            print_found(setting, &found)
        }
        ScreenVerb::Hits => hits(setting, &session),
        ScreenVerb::Rules { install: None } => rules(setting, &session),
        ScreenVerb::Rules { install: Some(file) } => install(setting, &mut session, file),
    }
}

fn load(setting: &Setting, session: &mut Session, file: &Path, name: Option<&str>) -> anyhow::Result<Outcome> {
    let of_file = || file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let name = name.map(str::to_owned).or_else(of_file).unwrap_or_default();
    let list = read_list(file, &name)?;
    let entries = list.entries.len();
    session.tell(now(session), vec![Body::ScreeningListLoaded(Box::new(list))])?;
    let found = hold(setting, session)?;
    if !setting.json {
        println!("Loaded {} entries as `{name}`.", count(entries as u64));
    }
    print_found(setting, &found)
}

fn unload(setting: &Setting, session: &mut Session, name: &str) -> anyhow::Result<Outcome> {
    let known: Vec<&str> = session.working().compliance().lists().map(|names| names.list().name.as_str()).collect();
    if !known.contains(&name) {
        let there = if known.is_empty() { "there is none".to_owned() } else { known.join(", ") };
        return Err(UsageError(format!("no list `{name}`; the lists: {there}")).into());
    }
    let list = ScreeningList { name: name.to_owned(), entries: Vec::new() };
    session.tell(now(session), vec![Body::ScreeningListLoaded(Box::new(list))])?;
    let found = hold(setting, session)?;
    print_found(setting, &found)
}

/// Who was compared, and how many were found.
struct Found {
    people: usize,
    hits: usize,
}

/// Holds everybody against the lists, and tells the journal.
fn hold(setting: &Setting, session: &mut Session) -> anyhow::Result<Found> {
    let compared =
        setting.progress.step("screening", || screen(session.store.read(), session.working().compliance()))?;
    let mut found = Found { people: 0, hits: 0 };
    for screening in compared {
        found = Found { people: found.people + screening.people.len(), hits: found.hits + screening.hits.len() };
        session.tell(now(session), vec![Body::PeopleScreened(Box::new(screening))])?;
    }
    Ok(found)
}

fn print_found(setting: &Setting, found: &Found) -> anyhow::Result<Outcome> {
    if setting.json {
        terminal::json(&json!({ "people": found.people, "hits": found.hits }))?;
    } else {
        let (people, hits) = (count(found.people as u64), count(found.hits as u64));
        println!("{people} people were compared; {hits} are like somebody on a list. See `plimsoll screen hits`.");
    }
    Ok(Outcome::Done)
}

fn hits(setting: &Setting, session: &Session) -> anyhow::Result<Outcome> {
    let compliance = session.working().compliance();
    if setting.json {
        for hit in compliance.hits() {
            let similarity = f64::from(hit.similarity_bps) / 10_000.0;
            terminal::json(&json!({
                "who": hit.token.to_string(), "list": hit.list, "entry": hit.entry, "name": hit.name,
                "similarity": similarity,
            }))?;
        }
        return Ok(Outcome::Done);
    }
    let mut table = terminal::table(&["who", "list", "entry", "listed name", ">alike"]);
    for hit in compliance.hits() {
        let similarity = format!("{:.2}", f64::from(hit.similarity_bps) / 10_000.0);
        row(&mut table, [hit.token.to_string(), hit.list.clone(), hit.entry.clone(), hit.name.clone(), similarity]);
    }
    println!("{table}");
    Ok(Outcome::Done)
}

fn rules(setting: &Setting, session: &Session) -> anyhow::Result<Outcome> {
    let working = session.working();
    let text = written_rules(working.watch_rules(), working.policy().reporting_currency)?;
    if setting.json {
        terminal::json(&toml::from_str::<serde_json::Value>(&text)?)?;
    } else {
        print!("{text}");
    }
    Ok(Outcome::Done)
}

fn install(setting: &Setting, session: &mut Session, file: &Path) -> anyhow::Result<Outcome> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let rules = parse_rules(&text, session.working().policy().reporting_currency);
    let rules = rules.map_err(|error| UsageError(error.to_string()))?;
    session.tell(now(session), vec![Body::WatchRulesInstalled(rules)])?;
    if setting.json {
        terminal::json(&json!({ "installed": true }))?;
    } else {
        println!("Watching by these rules from here on; what came before is not judged again.");
    }
    Ok(Outcome::Done)
}

/// The instant of a decision: the books' own, so that replay needs no clock.
fn now(session: &Session) -> Timestamp {
    session.working().latest().unwrap_or_else(Timestamp::now)
}
