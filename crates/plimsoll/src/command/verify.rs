//! `plimsoll verify`: hashes, chain and balances, and whether the snapshot is what the journal gives.

use super::{Outcome, Setting};
use crate::replayed::{Began, Extent, Replayed};
use crate::terminal::{self, count};
use serde_json::json;
use store::{Finding, Reader};

pub(super) fn run(setting: &Setting) -> anyhow::Result<Outcome> {
    let reader = Reader::open(&setting.dir)?;
    let mut report = setting.progress.step("verifying", || reader.verify())?;
    let snapshot = if report.is_clean() { check_snapshot(&reader)? } else { Snapshot::Unchecked };
    if snapshot == Snapshot::Differs {
        let problem = "with what came after it, it is not what the journal gives; remove it".to_owned();
        report.findings.push(Finding { place: "live.snapshot".to_owned(), problem });
    }
    if setting.json {
        let findings: Vec<_> =
            report.findings.iter().map(|f| json!({ "place": f.place, "problem": f.problem })).collect();
        terminal::json(&json!({
            "batches": report.batches, "records": report.records, "raw_files": report.raw_files,
            "models": report.models, "entries": report.entries, "settlements": report.settlements,
            "snapshot": snapshot.word(),
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
        snapshot.tell();
        for finding in &report.findings {
            println!("DAMAGED {}: {}", finding.place, finding.problem);
        }
        println!("{}", if report.is_clean() { "Everything holds." } else { "Restore what is damaged from a backup." });
    }
    Ok(if report.is_clean() { Outcome::Done } else { Outcome::Integrity })
}

/// How a snapshot stands to the journal.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Snapshot {
    Absent,
    /// The journal is damaged.
    Unchecked,
    Unused(String),
    /// With what came after it, it is what the whole journal gives. Of the batch of this number.
    Same(u64),
    Differs,
}

fn check_snapshot(reader: &Reader) -> anyhow::Result<Snapshot> {
    let mut opened = Replayed::open(reader, Extent::Attempts)?;
    let tip = match opened.began {
        Began::First => return Ok(Snapshot::Absent),
        Began::Unused(reason) => return Ok(Snapshot::Unused(reason)),
        Began::Snapshot(tip, _) => tip,
    };
    let mut whole = Replayed::whole(reader, Extent::Attempts)?;
    // Somebody may write meanwhile.
    while opened.tip != whole.tip {
        opened.follow(reader)?;
        whole.follow(reader)?;
    }
    let same = opened.working.attempt_bytes() == whole.working.attempt_bytes();
    Ok(if same { Snapshot::Same(tip.seq) } else { Snapshot::Differs })
}

impl Snapshot {
    fn word(&self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Unchecked => "unchecked",
            Self::Unused(_) => "unused",
            Self::Same(_) => "same",
            Self::Differs => "differs",
        }
    }

    fn tell(&self) {
        match self {
            Self::Same(seq) => {
                println!("The snapshot after batch {seq} and what came since are what the journal gives.");
            }
            Self::Unused(reason) => println!("The snapshot is not used: {reason}"),
            Self::Absent | Self::Unchecked | Self::Differs => {}
        }
    }
}
