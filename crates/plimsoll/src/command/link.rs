//! `plimsoll link`: which records of people's own tables are one thing, with probability and reasons.

use super::{Outcome, Setting, UsageError};
use crate::cli::{LearnerName, LinkArgs};
use crate::linking::{Prepared, UserTable};
use crate::terminal::{self, count};
use anyhow::Context;
use engine::link::learner::PairLearner;
use engine::link::learner::fellegi_sunter::FellegiSunter;
use engine::link::learner::rules::Rules;
use engine::link::learner::trained::Trained;
use engine::link::table::Rows;
use engine::link::{Considered, Linked, Settings, Tables, link};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::time::Instant;

/// Reasons that a link is given.
const REASONS: usize = 3;

pub(super) fn run(setting: &Setting, args: &LinkArgs) -> anyhow::Result<Outcome> {
    if let Some(folder) = &args.compare {
        return super::link_compare::run(setting, folder);
    }
    let left = UserTable::read(args.left.as_deref().context("no table was named")?)?;
    let right = args.right.as_deref().map(UserTable::read).transpose()?;
    let prepared = Prepared::new(&left, right.as_ref(), &args.kinds, &args.ignored)?;
    for fault in left.faults.iter().chain(right.iter().flat_map(|right| &right.faults)) {
        eprintln!("warning: {fault}; the row is left out");
    }
    let start = Instant::now();
    let settings = Settings { is_one_to_one: args.one_to_one, least_chance: args.least, ..Settings::default() };
    let tables = Tables { fields: &prepared.fields, left: &prepared.left, right: prepared.right.as_ref() };
    let linked = setting
        .progress
        .step("linking", || link(tables, learner(args.by).as_ref(), settings))
        .map_err(|error| UsageError(format!("the tables cannot be linked: {error}")))?;
    let told = Told { left, right, prepared, linked, seconds: start.elapsed().as_secs_f64() };
    if let [one, other] = &args.why[..] {
        return told.why(setting.json, one, other);
    }
    told.links(setting.json, args)
}

fn learner(name: LearnerName) -> Box<dyn PairLearner> {
    match name {
        LearnerName::Rules => Box::new(Rules),
        LearnerName::FellegiSunter => Box::new(FellegiSunter),
        LearnerName::Tree => Box::new(Trained::Tree),
        LearnerName::Forest => Box::new(Trained::Forest),
        LearnerName::Boost => Box::new(Trained::Boost),
    }
}

/// What was found, with the tables in which it was found.
struct Told {
    left: UserTable,
    right: Option<UserTable>,
    prepared: Prepared,
    linked: Linked,
    seconds: f64,
}

impl Told {
    /// What the records of a pair are called.
    fn names(&self, pair: (u32, u32)) -> (String, String) {
        let right = self.right.as_ref().unwrap_or(&self.left);
        (self.left.name(pair.0 as usize, self.left.key()), right.name(pair.1 as usize, right.key()))
    }

    fn links(&self, as_json: bool, args: &LinkArgs) -> anyhow::Result<Outcome> {
        let standing: Vec<&Considered> = self.linked.pairs.iter().filter(|pair| pair.stands).collect();
        self.tell(standing.len());
        if as_json {
            let links: Vec<Value> = standing.iter().map(|pair| self.json_of(pair)).collect();
            let mut value = self.summary();
            value["links"] = json!(links);
            return terminal::json(&value).map(|()| Outcome::Done);
        }
        let text = self.csv(&standing);
        match &args.out {
            Some(out) => std::fs::write(out, text).with_context(|| format!("cannot write {}", out.display()))?,
            None => print!("{text}"),
        }
        Ok(Outcome::Done)
    }

    /// On standard error, so that the links can be piped.
    fn tell(&self, standing: usize) {
        let fields: Vec<String> =
            self.prepared.fields.iter().map(|field| format!("{} ({})", field.name, field.kind.word())).collect();
        eprintln!("Compared: {}; `--kind` and `--ignore` change that.", fields.join(", "));
        self.linked.warnings.iter().for_each(|warning| eprintln!("warning: {warning}"));
        let recall = self.linked.estimated_recall.map_or_else(String::new, |recall| {
            format!("; they hold about {:.1} % of all pairs that are one thing", 100.0 * recall)
        });
        let (pairs, seconds) = (count(self.linked.pairs.len() as u64), self.seconds);
        eprintln!("{} links of {pairs} candidates in {seconds:.1} s{recall}.", count(standing as u64));
    }

    fn summary(&self) -> Value {
        let rules: Vec<Value> =
            self.linked.rules.iter().map(|(rule, pairs)| json!({"rule": rule, "pairs": pairs})).collect();
        let fields: Vec<Value> =
            self.prepared.fields.iter().map(|field| json!({"name": field.name, "kind": field.kind.word()})).collect();
        json!({
            "records_left": self.prepared.left.len(),
            "records_right": self.prepared.right.as_ref().map(Rows::len),
            "fields": fields,
            "candidates": self.linked.pairs.len(),
            "estimated_recall": self.linked.estimated_recall,
            "blocking": rules,
            "warnings": self.linked.warnings,
            "seconds": self.seconds,
        })
    }

    fn json_of(&self, pair: &Considered) -> Value {
        let (left, right) = self.names(pair.pair);
        let reasons: Vec<Value> =
            self.reasons(pair.pair).map(|(name, part)| json!({"what": name, "adds": part})).collect();
        let mut value = json!({"left": left, "right": right, "chance": pair.chance, "reasons": reasons});
        if let Some(group) = self.group(pair.pair.0) {
            value["cluster"] = json!(group);
        }
        value
    }

    /// What the group of a record is called: its first record.
    fn group(&self, row: u32) -> Option<String> {
        let group = self.linked.groups.get(row as usize)?;
        Some(self.left.name(*group as usize, self.left.key()))
    }

    fn reasons(&self, pair: (u32, u32)) -> impl Iterator<Item = (String, f64)> {
        self.linked.why(pair).into_iter().filter(|(_, part)| *part != 0.0).take(REASONS)
    }

    fn csv(&self, standing: &[&Considered]) -> String {
        let has_groups = !self.linked.groups.is_empty();
        let mut text = format!("left,right,chance,reasons{}\n", if has_groups { ",cluster" } else { "" });
        for pair in standing {
            let (left, right) = self.names(pair.pair);
            let reasons: Vec<String> =
                self.reasons(pair.pair).map(|(name, part)| format!("{name} {part:+.2}")).collect();
            let _ =
                write!(text, "{},{},{:.4},{}", quoted(&left), quoted(&right), pair.chance, quoted(&reasons.join("; ")));
            if let Some(group) = self.group(pair.pair.0) {
                let _ = write!(text, ",{}", quoted(&group));
            }
            text.push('\n');
        }
        text
    }

    fn why(&self, as_json: bool, one: &str, other: &str) -> anyhow::Result<Outcome> {
        let right = self.right.as_ref().unwrap_or(&self.left);
        let (l, r) = (row_of(&self.left, one)?, row_of(right, other)?);
        let considered =
            self.linked.pairs.iter().find(|of| of.pair == (l, r) || self.right.is_none() && of.pair == (r, l));
        let pair = considered.map_or((l, r), |of| of.pair);
        let reasons: Vec<(String, f64)> = self.linked.why(pair).into_iter().filter(|(_, part)| *part != 0.0).collect();
        if as_json {
            let reasons: Vec<Value> = reasons.iter().map(|(name, part)| json!({"what": name, "adds": part})).collect();
            let value = json!({
                "left": one, "right": other, "candidate": considered.is_some(), "chance": considered.map(|of| of.chance),
                "log_odds": considered.map(|of| of.log_odds), "stands": considered.is_some_and(|of| of.stands), "reasons": reasons,
            });
            return terminal::json(&value).map(|()| Outcome::Done);
        }
        match considered {
            Some(of) => {
                let stands = if of.stands { "they are one thing" } else { "they are not taken for one thing" };
                println!(
                    "{one} and {other}: chance {:.4}, log-odds {:+.2} before rivals; {stands}.",
                    of.chance, of.log_odds
                );
            }
            None => println!("{one} and {other} were no candidates: they share no key of any rule."),
        }
        let mut table = terminal::table(&["what", ">adds to the log-odds"]);
        reasons.iter().for_each(|(name, part)| terminal::row(&mut table, [name.clone(), format!("{part:+.3}")]));
        println!("{table}");
        Ok(Outcome::Done)
    }
}

fn row_of(table: &UserTable, name: &str) -> anyhow::Result<u32> {
    let key = table.key();
    let row = (0..table.rows.len()).find(|&row| table.name(row, key) == name);
    let row =
        row.with_context(|| UsageError(format!("no record `{name}`; records are called by their key, or row from 1")))?;
    Ok(u32::try_from(row)?)
}

/// A field of CSV.
pub(super) fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
