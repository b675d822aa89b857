//! `plimsoll link`: which records of people's own tables are one thing, with probability and reasons.

mod in_sum;

use super::{Outcome, Setting, UsageError};
use crate::cli::{LearnerName, LinkArgs};
use crate::linking::review::{self, Named};
use crate::linking::{Prepared, UserTable};
use crate::session::Session;
use crate::terminal::{self, count};
use anyhow::Context;
use engine::link::learner::PairLearner;
use engine::link::learner::fellegi_sunter::FellegiSunter;
use engine::link::learner::rules::Rules;
use engine::link::learner::trained::Trained;
use engine::link::table::Rows;
use engine::link::{Answer, Considered, Linked, Partners, Settings, Shares, Tables, link_with};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::time::Instant;
use store::{Reader, StoreError};

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
    let found = Found { left, right, prepared };
    let told = match args.review {
        Some(most) => found.review(setting, args, most)?,
        None => found.link(setting, args, books(setting)?.as_ref(), 0)?,
    };
    if let [one, other] = &args.why[..] {
        return told.why(setting.json, one, other);
    }
    told.links(setting.json, args)
}

/// The books whose answers are used; none where there are none yet.
fn books(setting: &Setting) -> anyhow::Result<Option<Reader>> {
    match Reader::open(&setting.dir) {
        Err(StoreError::NoStore(_)) => Ok(None),
        opened => Ok(Some(opened?)),
    }
}

/// The tables.
struct Found {
    left: UserTable,
    right: Option<UserTable>,
    prepared: Prepared,
}

impl Found {
    /// Links them, with what people said, and names so many pairs to ask about.
    fn link(
        &self,
        setting: &Setting,
        args: &LinkArgs,
        books: Option<&Reader>,
        questions: usize,
    ) -> anyhow::Result<Told<'_>> {
        let start = Instant::now();
        let answers = match books {
            Some(reader) => {
                let (left, right) = self.named(reader);
                review::answers(reader, &left, right.as_ref().unwrap_or(&left))?
            }
            None => Vec::new(),
        };
        let least_chance = args.least;
        let settings = Settings { partners: partners(args), least_chance, questions, ..Settings::default() };
        let prepared = &self.prepared;
        let tables = Tables { fields: &prepared.fields, left: &prepared.left, right: prepared.right.as_ref() };
        let learner = learner(args.by);
        let linked = setting
            .progress
            .step("linking", || link_with(tables, &answers, learner.as_ref(), settings))
            .map_err(|error| UsageError(format!("the tables cannot be linked: {error}")))?;
        Ok(Told { of: self, linked, answers, seconds: start.elapsed().as_secs_f64() })
    }

    fn named(&self, reader: &Reader) -> (Named<'_>, Option<Named<'_>>) {
        (Named::new(reader, &self.left), self.right.as_ref().map(|right| Named::new(reader, right)))
    }

    /// Links, queues the pairs that teach most, asks about them, and links again with what was said.
    fn review(&self, setting: &Setting, args: &LinkArgs, most: usize) -> anyhow::Result<Told<'_>> {
        let mut session = Session::open(&setting.dir)?;
        let reader = session.store.read().clone();
        let told = self.link(setting, args, Some(&reader), most)?;
        let (left, right) = self.named(&reader);
        let asked: Vec<review::Asked> = (told.linked.questions.iter())
            .map(|&pair| {
                let chance = told.linked.chance(pair).unwrap_or_default();
                review::ask(&left, right.as_ref().unwrap_or(&left), pair, chance, told.linked.why(pair))
            })
            .collect();
        if asked.is_empty() {
            eprintln!("No pair is unsure enough to ask about.");
            return Ok(told);
        }
        let names: Vec<String> = args.left.iter().chain(&args.right).map(|path| path.display().to_string()).collect();
        let (bytes, queued) = review::queue(names.join(", "), &asked)?;
        let digest = session.store.keep_raw(&bytes)?;
        session.tell(Timestamp::now(), vec![queued(digest)])?;
        super::review::ask_all(&mut session, &mut std::io::stdin().lock(), &mut std::io::stderr())?;
        self.link(setting, args, Some(&reader), 0)
    }
}

fn partners(args: &LinkArgs) -> Partners {
    match (args.one_to_one, args.many) {
        (true, _) => Partners::One,
        (_, true) => Partners::Many,
        _ => Partners::AsTables,
    }
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
struct Told<'a> {
    of: &'a Found,
    linked: Linked,
    answers: Vec<Answer>,
    seconds: f64,
}

impl Told<'_> {
    /// What the records of a pair are called.
    fn names(&self, pair: (u32, u32)) -> (String, String) {
        let (left, right) = (&self.of.left, self.of.right.as_ref().unwrap_or(&self.of.left));
        (left.name(pair.0 as usize, left.key()), right.name(pair.1 as usize, right.key()))
    }

    fn links(&self, as_json: bool, args: &LinkArgs) -> anyhow::Result<Outcome> {
        let standing: Vec<&Considered> = self.linked.pairs.iter().filter(|pair| pair.stands).collect();
        self.tell(standing.len());
        let sums = if args.sums { Some(self.sums(args)?) } else { None };
        if as_json {
            let links: Vec<Value> = standing.iter().map(|pair| self.json_of(pair)).collect();
            let mut value = self.summary();
            value["links"] = json!(links);
            if let Some(sums) = sums {
                value["sums"] = self.sums_json(&sums);
            }
            return terminal::json(&value).map(|()| Outcome::Done);
        }
        let mut text = self.csv(&standing);
        if let Some(sums) = sums {
            self.add_sums(&sums, &mut text);
        }
        match &args.out {
            Some(out) => std::fs::write(out, text).with_context(|| format!("cannot write {}", out.display()))?,
            None => print!("{text}"),
        }
        Ok(Outcome::Done)
    }

    /// On standard error, so that the links can be piped.
    fn tell(&self, standing: usize) {
        let fields = &self.of.prepared.fields;
        let fields: Vec<String> =
            fields.iter().map(|field| format!("{} ({})", field.name, field.kind.word())).collect();
        eprintln!("Compared: {}; `--kind` and `--ignore` change that.", fields.join(", "));
        self.linked.warnings.iter().for_each(|warning| eprintln!("warning: {warning}"));
        let recall = self.linked.estimated_recall.map_or_else(String::new, |recall| {
            format!("; they hold about {} of all pairs that are one thing", in_words(recall))
        });
        let (pairs, seconds) = (count(self.linked.pairs.len() as u64), self.seconds);
        eprintln!("{} links of {pairs} candidates in {seconds:.1} s{recall}.", count(standing as u64));
        if let Some(precision) = self.linked.estimated_precision {
            eprintln!("About {} of the links are right, by their chances.", in_words(precision));
        }
        if !self.answers.is_empty() {
            eprintln!(
                "{} answers of yours were used; `plimsoll review` asks further.",
                count(self.answers.len() as u64)
            );
        }
        if let Some(of) = self.linked.calibration {
            eprintln!(
                "Chances were set right by {} answers: Brier score {:.4} before, {:.4} after; calibration error {:.4}, {:.4}.",
                of.answers, of.brier_before, of.brier, of.error_before, of.error
            );
        }
    }

    fn summary(&self) -> Value {
        let rules: Vec<Value> =
            self.linked.rules.iter().map(|(rule, pairs)| json!({"rule": rule, "pairs": pairs})).collect();
        let prepared = &self.of.prepared;
        let fields: Vec<Value> =
            prepared.fields.iter().map(|field| json!({"name": field.name, "kind": field.kind.word()})).collect();
        json!({
            "records_left": prepared.left.len(),
            "records_right": prepared.right.as_ref().map(Rows::len),
            "fields": fields,
            "candidates": self.linked.pairs.len(),
            "estimated_recall": self.linked.estimated_recall.map(shares_json),
            "estimated_precision": self.linked.estimated_precision.map(shares_json),
            "answers": self.answers.len(),
            "calibration": self.linked.calibration.map(|of| json!({
                "answers": of.answers, "slope": of.line.slope, "intercept": of.line.intercept,
                "brier_before": of.brier_before, "brier": of.brier, "error_before": of.error_before, "error": of.error,
            })),
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
        let left = &self.of.left;
        Some(left.name(*group as usize, left.key()))
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
        let right = self.of.right.as_ref().unwrap_or(&self.of.left);
        let (l, r) = (row_of(&self.of.left, one)?, row_of(right, other)?);
        let is_one_table = self.of.right.is_none();
        let considered = self.linked.pairs.iter().find(|of| of.pair == (l, r) || is_one_table && of.pair == (r, l));
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

/// `99.1 % (in money 99.4 %)`.
fn in_words(shares: Shares) -> String {
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    match shares.money {
        Some(money) => format!("{} (in money {})", percent(shares.pairs), percent(money)),
        None => percent(shares.pairs),
    }
}

fn shares_json(shares: Shares) -> Value {
    json!({"pairs": shares.pairs, "money": shares.money})
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
