//! `plimsoll quarantine`: what people do about rows that were kept and not used.

mod edit;
mod list;
mod replay;

pub(super) use list::list;

use super::{Outcome, Setting, UsageError};
use crate::cli::{Quarantine, QuarantineVerb};
use crate::session::Session;
use crate::terminal;
use domain::{Body, Digest, IssueId, IssueStatus};
use jiff::Timestamp;
use serde_json::json;
use store::{FileRow, IssueRow, Reader};

pub(super) fn run(setting: &Setting, args: &Quarantine) -> anyhow::Result<Outcome> {
    match &args.verb {
        QuarantineVerb::List(args) => list::run(setting, args),
        QuarantineVerb::Show { id } => list::show(setting, id),
        QuarantineVerb::Edit(args) => edit::run(setting, args),
        QuarantineVerb::Replay(args) => replay::run(setting, args),
        QuarantineVerb::Dismiss { ids, reason } => turn(setting, ids, IssueStatus::Dismissed, reason),
        QuarantineVerb::Reopen { ids } => turn(setting, ids, IssueStatus::Open, ""),
    }
}

/// Dismisses open issues, or opens dismissed ones again.
fn turn(setting: &Setting, ids: &[String], to: IssueStatus, reason: &str) -> anyhow::Result<Outcome> {
    let mut session = Session::open(&setting.dir)?;
    let issues = ids.iter().map(|id| named(session.store.read(), id)).collect::<anyhow::Result<Vec<IssueRow>>>()?;
    let from = if to == IssueStatus::Open { IssueStatus::Dismissed } else { IssueStatus::Open };
    if let Some(other) = issues.iter().find(|row| row.status() != from) {
        let (id, status) = (short(other.id), other.status().name());
        return Err(UsageError(format!("{id} is {status}, not {}; nothing was changed", from.name())).into());
    }
    let body = |issue: IssueId| match to {
        IssueStatus::Open => Body::IssueReopened(issue),
        _ => Body::IssueDismissed { issue, reason: reason.to_owned() },
    };
    session.tell(Timestamp::now(), issues.iter().map(|row| body(row.id)).collect())?;
    for row in &issues {
        if setting.json {
            terminal::json(&json!({ "id": row.id.to_string(), "status": to.name() }))?;
        } else {
            println!("{} is {}.", short(row.id), to.name());
        }
    }
    Ok(Outcome::Done)
}

/// Digits of an id that tables show.
const SHOWN: usize = 8;

fn short(id: IssueId) -> String {
    id.to_string()[..SHOWN].to_owned()
}

/// The issue that an id, or its first digits, names.
fn named(reader: &Reader, id: &str) -> anyhow::Result<IssueRow> {
    let is_id = !id.is_empty() && id.len() <= 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut found = if is_id { reader.issues_named(id)? } else { Vec::new() };
    found.dedup_by_key(|row| row.id);
    let Some(first) = found.first().cloned() else {
        let next = "`plimsoll quarantine list --status all` shows each with its id";
        return Err(UsageError(format!("no issue `{id}`; {next}")).into());
    };
    if found.iter().any(|row| row.id != first.id) {
        let ids: Vec<String> = found.iter().map(|row| row.id.to_string()).collect();
        return Err(UsageError(format!("`{id}` begins the ids of {} issues: {}", ids.len(), ids.join(", "))).into());
    }
    Ok(first)
}

/// The file of a name, or of the first digits of its digest; of several of a name, the last that came.
fn file_named(reader: &Reader, text: &str) -> anyhow::Result<FileRow> {
    let is_named =
        |row: &&FileRow| row.mends.is_none() && (row.name == text || row.digest.to_string().starts_with(text));
    let files = reader.files()?;
    let found = files.iter().rfind(is_named).or_else(|| files.iter().rfind(|row| row.name == text));
    let next = "`plimsoll raw list` names every file";
    Ok(found.cloned().ok_or_else(|| UsageError(format!("no file `{text}` was read; {next}")))?)
}

/// The digest of [`file_named`].
fn digest_named(reader: &Reader, text: &str) -> anyhow::Result<Digest> {
    Ok(file_named(reader, text)?.digest)
}
