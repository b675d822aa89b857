//! `plimsoll raw`: the source files as they came, and how long their bytes are kept.

use super::{Outcome, Setting, UsageError};
use crate::cli::{Raw, RawVerb};
use crate::session::Session;
use crate::terminal::{self, count, row};
use crate::view::FileView;
use domain::{Digest, IssueStatus};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::collections::BTreeSet;
use store::{FileRow, IssueFilter, Reader};

pub(super) fn run(setting: &Setting, args: &Raw) -> anyhow::Result<Outcome> {
    match &args.verb {
        RawVerb::List => list(setting),
        RawVerb::Prune { older_than, with_open_issues, dry_run } => {
            let plan = Plan { older_than: older_than.as_deref(), with_open_issues: *with_open_issues };
            prune(setting, &plan, *dry_run)
        }
    }
}

fn list(setting: &Setting) -> anyhow::Result<Outcome> {
    let files = Reader::open(&setting.dir)?.files()?;
    if setting.json {
        files.iter().try_for_each(|file| terminal::json(&FileView::from(file)))?;
        return Ok(Outcome::Done);
    }
    println!("{}", table(&files));
    Ok(Outcome::Done)
}

fn table(files: &[FileRow]) -> comfy_table::Table {
    let mut table = terminal::table(&["digest", "file", "read as", "read at", ">bytes", "kept"]);
    for file in files {
        let name = match file.mends {
            Some(original) => format!("{} (mends {})", file.name, original.short()),
            None => file.name.clone(),
        };
        let kept = file.pruned_at.map_or("yes".to_owned(), |at| format!("removed on {}", seconds(at)));
        let (digest, read_at) = (file.digest.short(), seconds(file.read_at));
        row(&mut table, [digest, name, file.source.clone(), read_at, count(file.bytes), kept]);
    }
    table
}

fn seconds(at: Timestamp) -> String {
    Timestamp::from_second(at.as_second()).unwrap_or(at).to_string()
}

/// What is to be removed.
struct Plan<'a> {
    older_than: Option<&'a str>,
    with_open_issues: bool,
}

fn prune(setting: &Setting, plan: &Plan<'_>, dry_run: bool) -> anyhow::Result<Outcome> {
    let mut session = Session::open(&setting.dir)?;
    let now = Timestamp::now();
    let days = plan.days(&session)?;
    let before = now.checked_sub(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(Timestamp::MIN);
    let reader = session.store.read();
    let held = if plan.with_open_issues { BTreeSet::new() } else { with_open_issues(reader)? };
    let old = reader.files()?.into_iter().filter(|file| file.pruned_at.is_none() && file.read_at < before);
    let (kept, pruned): (Vec<FileRow>, Vec<FileRow>) = old.partition(|file| held.contains(&file.digest));
    let mut digests: Vec<Digest> = pruned.iter().map(|file| file.digest).collect();
    for file in &pruned {
        digests.extend(reader.edits(&file.digest)?.iter().map(|row| row.edit.text));
    }
    if !dry_run && !digests.is_empty() {
        session.store.prune(&digests, now)?;
    }
    let bytes: u64 = pruned.iter().map(|file| file.bytes).sum();
    if setting.json {
        let names = |files: &[FileRow]| files.iter().map(|file| file.digest.to_string()).collect::<Vec<_>>();
        let (removed, held) = (names(&pruned), names(&kept));
        terminal::json(
            &json!({ "removed": removed, "bytes": bytes, "held_by_open_issues": held, "dry_run": dry_run }),
        )?;
        return Ok(Outcome::Done);
    }
    let word = if dry_run { "Would remove" } else { "Removed" };
    println!(
        "{word} the bytes of {} files read before {} ({} bytes unpacked).",
        pruned.len(),
        seconds(before),
        count(bytes)
    );
    if !kept.is_empty() {
        println!("{} older files are kept: rows of them are still to be mended.\n{}", kept.len(), table(&kept));
    }
    Ok(Outcome::Done)
}

/// Files of which rows may still be mended, with the copies that mend them.
fn with_open_issues(reader: &Reader) -> anyhow::Result<BTreeSet<Digest>> {
    let open = IssueFilter { status: Some(IssueStatus::Open), limit: u32::MAX, ..IssueFilter::default() };
    let issues = reader.issues(&open)?;
    Ok(issues.iter().filter(|row| !row.issue.is_note()).map(|row| row.issue.file).collect())
}

impl Plan<'_> {
    fn days(&self, session: &Session) -> anyhow::Result<u32> {
        let Some(text) = self.older_than else {
            let none = "say --older-than, for example 400d, or set `raw_retention_days` in the policy";
            return Ok(session.working().policy().raw_retention_days.ok_or_else(|| UsageError(none.to_owned()))?);
        };
        let days = text.strip_suffix('d').unwrap_or(text).parse();
        Ok(days.map_err(|_| UsageError(format!("`{text}` is no number of days; write for example 400d")))?)
    }
}
