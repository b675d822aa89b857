//! `plimsoll init`: a data directory with a policy.

use super::{Outcome, Setting};
use crate::cli::Init;
use crate::policy_file;
use crate::session::Session;
use crate::terminal;
use anyhow::Context;
use jiff::Timestamp;
use serde_json::json;
use store::Partition;

pub(super) fn run(setting: &Setting, args: &Init) -> anyhow::Result<Outcome> {
    let text = match &args.policy {
        Some(path) => std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?,
        None => policy_file::DEFAULT.to_owned(),
    };
    let policy = policy_file::parse(&text, 1)?;
    let partition = Partition { tenant: args.tenant.clone(), business: args.business.clone() };
    Session::begin(&setting.dir, &partition, policy, Timestamp::now())?;
    if setting.json {
        terminal::json(&json!({ "directory": setting.dir.to_string_lossy(), "business": args.business, "policy": 1 }))?;
    } else {
        println!("Made {} for `{}`. Next: plimsoll import PATH…", setting.dir.display(), args.business);
    }
    Ok(Outcome::Done)
}
