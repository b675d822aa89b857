//! `plimsoll quarantine replay`: read files once more.

use super::super::import::options;
use super::super::{Outcome, Setting};
use super::{digest_named, named, short};
use crate::cli::QuarantineReplay;
use crate::import::{Mappings, Mending, Options, mend};
use crate::mappings;
use crate::session::Session;
use crate::terminal::{self, count, row};
use domain::{Digest, IssueStatus};
use serde_json::json;
use std::collections::BTreeSet;
use store::{IssueFilter, Reader};

pub(super) fn run(setting: &Setting, args: &QuarantineReplay) -> anyhow::Result<Outcome> {
    let mappings = Mappings { kept: mappings::kept(&setting.dir)?, forced: None };
    let options = Options { mappings, ..options(&args.zoned, &args.tolerate)? };
    let mut session = setting.progress.step("opening", || Session::open(&setting.dir))?;
    let files = files(session.store.read(), args)?;
    let mendings = setting.progress.step("mending", || mend(&mut session, &files, &options))?;
    if setting.json {
        mendings.iter().try_for_each(|mending| terminal::json(&json_of(mending)))?;
    } else {
        print(&mendings);
    }
    let open = mendings.iter().any(|found| found.still > 0 || !found.arose.is_empty() || !found.refused.is_empty());
    Ok(if open { Outcome::Quarantined } else { Outcome::Done })
}

/// Which files are to be read: those named, or those with staged edits.
fn files(reader: &Reader, args: &QuarantineReplay) -> anyhow::Result<Vec<Digest>> {
    let mut files = BTreeSet::new();
    for id in &args.ids {
        files.insert(named(reader, id)?.issue.file);
    }
    for file in &args.files {
        files.insert(digest_named(reader, file)?);
    }
    if args.all {
        let open = IssueFilter { status: Some(IssueStatus::Open), limit: u32::MAX, ..IssueFilter::default() };
        let issues = reader.issues(&open)?;
        files.extend(issues.iter().filter(|row| !row.issue.is_note()).map(|row| row.issue.file));
    } else if args.ids.is_empty() && args.files.is_empty() {
        files.extend(reader.files_with_staged_edits()?);
    }
    Ok(files.into_iter().collect())
}

fn json_of(mending: &Mending) -> serde_json::Value {
    let refused = mending.refused.iter().map(|refused| {
        json!({
            "id": refused.issue.to_string(), "rule": refused.because.rule.name(), "column": refused.because.column,
            "value": refused.because.value,
        })
    });
    json!({
        "file": mending.file.to_string(), "name": mending.name, "copy": mending.copy.to_string(),
        "mended": mending.mended.iter().map(ToString::to_string).collect::<Vec<_>>(), "still_open": mending.still,
        "arose": mending.arose.len(), "refused": refused.collect::<Vec<_>>(), "records": mending.records,
        "duplicates": mending.duplicates,
    })
}

fn print(mendings: &[Mending]) {
    if mendings.is_empty() {
        println!(
            "No edit is staged. `plimsoll quarantine replay --file NAME` reads a file again as it is, --all every one."
        );
        return;
    }
    let head =
        ["file", ">mended", ">still open", ">arose", ">refused edits", ">new records", ">duplicates", "read from"];
    let mut table = terminal::table(&head);
    for found in mendings {
        let from = if found.copy == found.file { "itself".to_owned() } else { format!("copy {}", found.copy.short()) };
        let counts = [found.mended.len() as u64, found.still, found.arose.len() as u64, found.refused.len() as u64];
        let counts = counts.into_iter().chain([found.records, found.duplicates]).map(count);
        row(&mut table, std::iter::once(found.name.clone()).chain(counts).chain([from]));
    }
    println!("{table}");
    for refused in mendings.iter().flat_map(|mending| &mending.refused) {
        println!("{}: the edit stays staged; it would still break a rule: {}", short(refused.issue), refused.because);
    }
}
