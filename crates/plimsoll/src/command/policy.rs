//! `plimsoll policy`: show the policy in force, or install another.

use super::{Outcome, Setting};
use crate::cli::PolicyArgs;
use crate::policy_file;
use crate::session::Session;
use anyhow::Context;
use domain::{Body, Policy};
use jiff::Timestamp;
use store::Reader;

pub(super) fn run(setting: &Setting, args: &PolicyArgs) -> anyhow::Result<Outcome> {
    if args.default {
        print!("{}", policy_file::DEFAULT);
        return Ok(Outcome::Done);
    }
    let Some(path) = &args.install else { return show(setting) };
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut session = Session::open(&setting.dir)?;
    let policy = policy_file::parse(&text, session.working().policy().version + 1)?;
    let version = policy.version;
    let now = session.working().latest().unwrap_or_else(Timestamp::now);
    session.tell(now, vec![Body::PolicyInstalled(Box::new(policy)), Body::Reconcile, Body::Refresh])?;
    println!("Installed version {version} of the policy.");
    Ok(Outcome::Done)
}

fn show(setting: &Setting) -> anyhow::Result<Outcome> {
    let policy = Reader::open(&setting.dir)?.policy()?.unwrap_or_else(Policy::default);
    println!("{policy:#?}");
    Ok(Outcome::Done)
}
