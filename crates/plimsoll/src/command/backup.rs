//! `plimsoll backup`: a copy of the data directory, while a server writes it or not.

use super::{Outcome, Setting};
use crate::cli::Backup;
use crate::terminal;
use serde_json::json;
use store::Reader;

pub(super) fn run(setting: &Setting, args: &Backup) -> anyhow::Result<Outcome> {
    setting.progress.step("copying", || store::backup(&setting.dir, &args.to))?;
    let batch = Reader::open(&args.to)?.last_batch()?;
    if setting.json {
        terminal::json(&json!({ "to": args.to.display().to_string(), "batch": batch }))?;
    } else {
        let to = args.to.display();
        println!("Copied up to batch {batch} into {to}; `plimsoll --data {to} verify` checks every hash of the copy.");
    }
    Ok(Outcome::Done)
}
