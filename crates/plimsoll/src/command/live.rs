//! `plimsoll live`: the models that rule on attempts.

use super::{Outcome, Setting, UsageError};
use crate::cli::LiveModelAction;
use crate::live::history;
use crate::live::keeper::{Keeper, USUAL_ATTEMPTS};
use crate::live::load::{self, Plan};
use crate::live::refresh::{Cycle, Wanted, entries_of};
use crate::policy_file;
use crate::session::Session;
use crate::terminal::{self, row};
use anyhow::Context;
use domain::{Body, RiskKind, Role};
use jiff::Timestamp;
use serde_json::json;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use store::{LiveModelRow, Reader};

pub(super) fn run(setting: &Setting, action: &LiveModelAction) -> anyhow::Result<Outcome> {
    match action {
        LiveModelAction::Models => models(setting),
        LiveModelAction::Teach { file } => teach(setting, file),
        LiveModelAction::Load { address, token, rate, requests, connections, seed } => {
            let (address, token) = (*address, token.clone());
            let (rate, requests, connections, seed) = (*rate, *requests, *connections, *seed);
            load(setting, &Plan { address, token, rate, requests, connections, seed })
        }
        LiveModelAction::Renew { force, kind } => renew(setting, *force, kind_of(kind)),
        LiveModelAction::Rollback { reason, kind } => rollback(setting, kind_of(kind), reason),
        LiveModelAction::Shadow { policy } => shadow(setting, policy.as_deref()),
    }
}

fn teach(setting: &Setting, file: &Path) -> anyhow::Result<Outcome> {
    let lines = BufReader::new(File::open(file).with_context(|| format!("cannot read {}", file.display()))?).lines();
    let items = lines.filter(|line| line.as_ref().map_or(true, |line| !line.trim().is_empty()));
    let mut session = setting.progress.step("opening", || Session::open(&setting.dir))?;
    let items = items.map(|text| history::line(&text?));
    let count = setting.progress.step("playing", || history::play(&mut session, items))?;
    session.close();
    // What was played need not be replayed when a server begins.
    setting.progress.step("keeping", || Keeper::new(&setting.dir, 0, USUAL_ATTEMPTS)?.last())?;
    if setting.json {
        terminal::json(&json!({ "attempts": count }))?;
    } else {
        println!("Took {count} attempts; `plimsoll live renew` fits on them.");
    }
    Ok(Outcome::Done)
}

fn load(setting: &Setting, plan: &Plan) -> anyhow::Result<Outcome> {
    let now = Timestamp::now();
    let loaded = load::run(plan, |place| load::made_up(plan.seed, place, now))?;
    let (p50, p99, p999) = (loaded.quantile_ms(0.5), loaded.quantile_ms(0.99), loaded.quantile_ms(0.999));
    if setting.json {
        terminal::json(&json!({
            "answered": loaded.answered, "refused": loaded.refused, "seconds": loaded.seconds,
            "per_second": loaded.per_second(), "p50_ms": p50, "p99_ms": p99, "p999_ms": p999,
            "histogram": loaded.histogram().iter().map(|(end, count)| json!({ "within_ms": end, "answers": count })).collect::<Vec<_>>(),
        }))?;
        return Ok(Outcome::Done);
    }
    println!(
        "{:.0} answers a second; half within {p50:.2} ms, 99 % within {p99:.2} ms, 99.9 % within {p999:.2} ms",
        loaded.per_second()
    );
    for (end, count) in loaded.histogram() {
        println!("  within {end} ms: {count}");
    }
    for (status, count) in &loaded.refused {
        println!("  answered {status}: {count}");
    }
    Ok(Outcome::Done)
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Champion => "champion",
        Role::Challenger => "challenger",
    }
}

fn models(setting: &Setting) -> anyhow::Result<Outcome> {
    let rows = Reader::open(&setting.dir)?.live_models()?;
    let model = |row: &LiveModelRow| row.model.map_or("none".to_owned(), |digest| digest.to_string());
    if setting.json {
        for told in &rows {
            terminal::json(&json!({
                "at": told.at.to_string(), "kind": told.kind.name(), "role": role(told.role), "model": model(told),
                "reason": told.reason,
            }))?;
        }
        return Ok(Outcome::Done);
    }
    let mut table = terminal::table(&["at", "kind", "role", "model", "reason"]);
    for told in &rows {
        let short = model(told).chars().take(12).collect();
        let (kind, role) = (told.kind.name().to_owned(), role(told.role).to_owned());
        row(&mut table, [told.at.to_string(), kind, role, short, told.reason.clone()]);
    }
    println!("{table}");
    Ok(Outcome::Done)
}

fn renew(setting: &Setting, force: bool, kind: RiskKind) -> anyhow::Result<Outcome> {
    let mut session = setting.progress.step("opening", || Session::open(&setting.dir))?;
    let mut cycle = Cycle::of(Reader::open(&setting.dir)?, kind);
    let (turn, wanted) = setting.progress.step("fitting", || cycle.turn())?;
    if let Some(Wanted { model, promoted, reason }) = wanted {
        let digest = session.keep_model(&model)?;
        let reason = if force && !promoted { format!("forced; {reason}") } else { reason };
        session.tell(Timestamp::now(), entries_of(kind, promoted || force, reason)(digest))?;
    }
    if setting.json {
        terminal::json(&turn)?;
        return Ok(Outcome::Done);
    }
    println!("{} ({:.2} s)", turn.told, turn.seconds);
    for gate in &turn.gates {
        let passed = if gate.passed { "passed" } else { "not passed" };
        println!("  {}: {:.4} against {:.4}, {passed}", gate.name, gate.value, gate.bar);
    }
    Ok(Outcome::Done)
}

/// The two kinds that attempts have.
fn kind_of(name: &str) -> RiskKind {
    if name == RiskKind::Credit.name() { RiskKind::Credit } else { RiskKind::Transaction }
}

/// The champion before the present one decides again.
pub(super) fn rollback(setting: &Setting, kind: RiskKind, reason: &str) -> anyhow::Result<Outcome> {
    let mut session = Session::open(&setting.dir)?;
    let rows = session.store.read().live_models()?;
    let champions = rows.iter().filter(|row| row.kind == kind && row.role == Role::Champion);
    let models: Vec<_> = champions.map(|row| row.model).collect();
    let present = models.last().copied().ok_or_else(|| UsageError("no live model was ever chosen".to_owned()))?;
    // Before the first champion nothing scored: that can be gone back to as well.
    let before = models.iter().rev().copied().find(|model| *model != present).unwrap_or(None);
    if before == present {
        return Err(UsageError("there is nothing before the present champion".to_owned()).into());
    }
    let (now, reason) = (Timestamp::now(), format!("rolled back: {reason}"));
    session.tell(now, vec![Body::LiveModelChosen { kind, role: Role::Champion, model: before, reason }])?;
    let told = before.map_or("no model".to_owned(), |digest| digest.short());
    if setting.json {
        terminal::json(&json!({ "champion": before.map(|digest| digest.to_string()) }))?;
    } else {
        println!("From now on {told} decides.");
    }
    Ok(Outcome::Done)
}

fn shadow(setting: &Setting, path: Option<&Path>) -> anyhow::Result<Outcome> {
    let mut session = Session::open(&setting.dir)?;
    let policy = match path {
        None => None,
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
            Some(Box::new(policy_file::parse(&text, session.working().policy().version)?))
        }
    };
    let told = if policy.is_some() { "That policy decides in the shadow." } else { "No policy decides in the shadow." };
    session.tell(Timestamp::now(), vec![Body::ShadowPolicySet(policy)])?;
    println!("{told}");
    Ok(Outcome::Done)
}
