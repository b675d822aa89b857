//! `plimsoll backtest`: what a policy would have decided, beside the one in force.

use super::status::money;
use super::{Outcome, Setting, UsageError};
use crate::backtest::{Figures, Judge, Total, Tried, Window, attempt_figures, model_of, play, rulings};
use crate::cli::Backtest;
use crate::policy_file;
use crate::terminal::{self, count, row};
use crate::view::MoneyView;
use anyhow::Context;
use domain::{Currency, Policy, RecordId};
use engine::training::Trained;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use store::Reader;

/// Sales that the two policies decide differently and that are printed.
const CHANGED: usize = 10;

/// One policy's decisions.
struct Side {
    name: String,
    tried: Vec<Tried>,
    figures: Figures,
}

pub(super) fn run(setting: &Setting, args: &Backtest) -> anyhow::Result<Outcome> {
    let reader = Reader::open(&setting.dir)?;
    let in_force = reader.policy()?.unwrap_or_default();
    let candidate = args.policy.as_deref().map(|path| read(path, &in_force)).transpose()?;
    if args.attempts {
        return attempts(setting, &reader, candidate.as_ref().unwrap_or(&in_force), args);
    }
    let window = window(&reader, args)?;
    let judge = candidate.as_ref().unwrap_or(&in_force);
    let model = match args.rules_only {
        true => None,
        false => Some(setting.progress.step("training", || model_of(&reader, judge, &window, args.seed))?),
    };
    let side = |name: String, policy: &Policy| -> anyhow::Result<Side> {
        let tried = setting
            .progress
            .step("playing", || play(&reader, policy, model.as_ref().map(Judge::from).as_ref(), &window))?;
        Ok(Side { name, figures: Figures::of(&tried), tried })
    };
    let mut sides = vec![side(format!("in force (version {})", in_force.version), &in_force)?];
    if let (Some(policy), Some(path)) = (&candidate, &args.policy) {
        sides.push(side(path.display().to_string(), policy)?);
    }
    if sides[0].tried.is_empty() {
        let says = format!("no sale was made from {} to {}", window.from, window.to);
        return Err(UsageError(says).into());
    }
    if setting.json {
        terminal::json(&json_of(&sides, &window, model.as_ref(), args.seed))?;
    } else {
        print(&sides, &window, model.as_ref(), in_force.reporting_currency);
    }
    Ok(Outcome::Done)
}

/// Attempts alone: no model is fitted, as the journal says which model ruled when.
fn attempts(setting: &Setting, reader: &Reader, policy: &Policy, args: &Backtest) -> anyhow::Result<Outcome> {
    let anew = setting.progress.step("playing", || rulings(reader, policy))?;
    let (from, to) = (args.from.unwrap_or(Timestamp::MIN), args.to.unwrap_or(Timestamp::MAX));
    let figures = attempt_figures(reader, &anew, from, to)?;
    if setting.json {
        terminal::json(&figures)?;
        return Ok(Outcome::Done);
    }
    println!("{} attempts, {} ruled on otherwise", count(figures.attempts), count(figures.changed));
    let mut table = terminal::table(&["action", ">in the books", ">under the policy"]);
    for (action, then, anew) in &figures.actions {
        row(&mut table, [(*action).to_owned(), count(*then), count(*anew)]);
    }
    println!("{table}");
    let sums = [
        ("caught", &figures.caught_minor),
        ("missed", &figures.missed_minor),
        ("stopped in vain", &figures.stopped_in_vain_minor),
    ];
    for (name, sums) in sums {
        for (code, minor) in sums {
            let currency = Currency::from_code(code).unwrap_or(policy.reporting_currency);
            println!("{name}: {} {code}", domain::Money::new(*minor, currency).to_decimal());
        }
    }
    println!("{} attempts have no label yet that had the time to come.", count(figures.immature));
    Ok(Outcome::Done)
}

fn read(path: &Path, in_force: &Policy) -> anyhow::Result<Policy> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(policy_file::parse(&text, in_force.version + 1)?)
}

/// The last fifth of the time that features tell of, where none is given.
fn window(reader: &Reader, args: &Backtest) -> anyhow::Result<Window> {
    let times = || -> anyhow::Result<Option<(Timestamp, Timestamp)>> {
        let rows = reader.features()?;
        let (first, last) = (rows.iter().map(|row| row.at).min(), rows.iter().map(|row| row.at).max());
        Ok(first.zip(last))
    };
    let Some((first, last)) = times()? else {
        return Err(UsageError("the books hold no sale yet; see `plimsoll import --help`".to_owned()).into());
    };
    let fifth = SignedDuration::from_secs((last.as_second() - first.as_second()) / 5);
    let (from, to) = (args.from.unwrap_or(last - fifth), args.to.unwrap_or(last + SignedDuration::from_secs(1)));
    if from >= to {
        return Err(UsageError(format!("--from {from} is not before --to {to}")).into());
    }
    Ok(Window { from, to })
}

fn json_of(sides: &[Side], window: &Window, model: Option<&Trained>, seed: u64) -> Value {
    let side = |side: &Side| {
        let decisions = side.tried.iter().map(|tried| {
            json!({
                "record": tried.record.as_str(), "at": tried.at.to_string(), "action": tried.action.name(),
                "rule": tried.rule, "points": tried.points, "exposure_minor": tried.exposure.minor,
                "cost_minor": tried.cost_minor, "matured": tried.matured,
            })
        });
        json!({ "policy": side.name, "figures": side.figures, "decisions": decisions.collect::<Vec<_>>() })
    };
    json!({
        "from": window.from.to_string(), "to": window.to.to_string(), "seed": seed,
        "model": model.map(|trained| trained.report.champion.name()),
        "policies": sides.iter().map(side).collect::<Vec<_>>(),
    })
}

fn print(sides: &[Side], window: &Window, model: Option<&Trained>, currency: Currency) {
    let said = |minor: i64| money(&MoneyView::new(i128::from(minor), currency));
    let judge = model.map_or("rules alone".to_owned(), |trained| {
        format!("{}, fitted on what was known by {}", trained.report.champion.name(), window.from)
    });
    println!("Sales from {} to {}, decided by {judge}.", window.from, window.to);
    for side in sides {
        println!("\n{}", side.name);
        let mut table = terminal::table(&["decision", ">sales", ">with the event", ">money", ">what events cost"]);
        for group in side.figures.groups.iter().filter(|group| group.sales > 0) {
            let cells = [
                group.action.to_owned(),
                count(group.sales as u64),
                count(group.events as u64),
                said(group.value_minor),
                said(group.cost_minor),
            ];
            row(&mut table, cells);
        }
        println!("{table}");
        let total = |total: Total| format!("{} [{}, {}]", said(total.minor), said(total.low), said(total.high));
        println!("  caught          {}", total(side.figures.caught));
        println!("  missed          {}", total(side.figures.missed));
        println!("  stopped in vain {}", total(side.figures.stopped_in_vain));
    }
    let young = &sides[0].figures;
    if young.young_sales > 0 {
        let (sales, value) = (count(young.young_sales as u64), said(young.young_value_minor));
        println!("\nLeft out: {sales} sales ({value}) whose event may still come.");
    }
    print_changed(sides, &said);
}

fn print_changed(sides: &[Side], said: &dyn Fn(i64) -> String) {
    let [before, after] = sides else { return };
    let then: BTreeMap<&RecordId, &Tried> = after.tried.iter().map(|tried| (&tried.record, tried)).collect();
    let both = before.tried.iter().filter_map(|tried| Some((tried, *then.get(&tried.record)?)));
    let changed: Vec<(&Tried, &Tried)> = both.filter(|(before, after)| before.action != after.action).collect();
    println!("\n{} decisions differ.", count(changed.len() as u64));
    if changed.is_empty() {
        return;
    }
    let mut dearest = changed.clone();
    dearest.sort_by_key(|(before, _)| std::cmp::Reverse(before.exposure.minor));
    let mut table = terminal::table(&["sale", ">points", ">money", "in force", "then", ">what the event cost"]);
    for (before, after) in dearest.into_iter().take(CHANGED) {
        let cost = if after.cost_minor > 0 { said(after.cost_minor) } else { String::new() };
        let cells = [
            before.record.as_str().to_owned(),
            format!("{:.2}", after.points),
            said(before.exposure.minor),
            before.action.name().to_owned(),
            after.action.name().to_owned(),
            cost,
        ];
        row(&mut table, cells);
    }
    println!("{table}");
    if changed.len() > CHANGED {
        println!("The {CHANGED} with the most money; --json has all.");
    }
}
