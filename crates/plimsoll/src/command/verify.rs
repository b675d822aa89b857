//! `plimsoll verify`: hashes, chain and balances.

use super::{Outcome, Setting};
use crate::terminal::{self, count};
use serde_json::json;
use store::Reader;

pub(super) fn run(setting: &Setting) -> anyhow::Result<Outcome> {
    let reader = Reader::open(&setting.dir)?;
    let report = setting.progress.step("verifying", || reader.verify())?;
    if setting.json {
        let findings: Vec<_> =
            report.findings.iter().map(|f| json!({ "place": f.place, "problem": f.problem })).collect();
        terminal::json(&json!({
            "batches": report.batches, "records": report.records, "raw_files": report.raw_files,
            "models": report.models, "entries": report.entries, "settlements": report.settlements,
            "findings": findings,
        }))?;
    } else {
        println!(
            "Checked {} batches, {} records, {} source files, {} models, {} entries, {} settlements.",
            count(report.batches),
            count(report.records),
            count(report.raw_files),
            count(report.models),
            count(report.entries),
            count(report.settlements)
        );
        for finding in &report.findings {
            println!("DAMAGED {}: {}", finding.place, finding.problem);
        }
        println!("{}", if report.is_clean() { "Everything holds." } else { "Restore what is damaged from a backup." });
    }
    Ok(if report.is_clean() { Outcome::Done } else { Outcome::Integrity })
}
