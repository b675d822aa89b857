//! `plimsoll policy`: show the policy in force, or install another.

use super::{Outcome, Setting};
use crate::cli::PolicyArgs;
use crate::policy_file;
use crate::session::Session;
use crate::terminal;
use anyhow::Context;
use domain::{Body, Policy};
use jiff::Timestamp;
use serde_json::{Value, json};
use store::Reader;

pub(super) fn run(setting: &Setting, args: &PolicyArgs) -> anyhow::Result<Outcome> {
    if args.default {
        return default(setting);
    }
    let Some(path) = &args.install else { return show(setting) };
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut session = Session::open(&setting.dir)?;
    let policy = policy_file::parse(&text, session.working().policy().version + 1)?;
    let version = policy.version;
    let now = session.working().latest().unwrap_or_else(Timestamp::now);
    session.tell(now, vec![Body::PolicyInstalled(Box::new(policy)), Body::Reconcile, Body::Refresh])?;
    if setting.json {
        terminal::json(&json!({ "installed": version }))?;
    } else {
        println!("Installed version {version} of the policy.");
    }
    Ok(Outcome::Done)
}

fn default(setting: &Setting) -> anyhow::Result<Outcome> {
    if setting.json {
        terminal::json(&json_of(&policy_file::parse(policy_file::DEFAULT, 1)?)?)?;
    } else {
        print!("{}", policy_file::DEFAULT);
    }
    Ok(Outcome::Done)
}

fn show(setting: &Setting) -> anyhow::Result<Outcome> {
    let policy = Reader::open(&setting.dir)?.policy()?.unwrap_or_else(Policy::default);
    if setting.json {
        terminal::json(&json_of(&policy)?)?;
    } else {
        print!("# Version {}\n{}", policy.version, toml::to_string(&policy_file::file_of(&policy))?);
    }
    Ok(Outcome::Done)
}

/// The policy under the names of its file, with its version.
fn json_of(policy: &Policy) -> anyhow::Result<Value> {
    let mut value = serde_json::to_value(policy_file::file_of(policy))?;
    value["version"] = json!(policy.version);
    Ok(value)
}
