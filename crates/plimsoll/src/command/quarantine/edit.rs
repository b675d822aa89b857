//! `plimsoll quarantine edit`: other text for a row, staged. The file stays as it came.

use super::super::{Outcome, Setting, UsageError};
use super::{named, short};
use crate::cli::QuarantineEdit;
use crate::session::Session;
use crate::terminal;
use anyhow::Context;
use domain::{Body, Edit, IssueStatus};
use jiff::Timestamp;
use serde_json::json;
use std::io::{IsTerminal, Read, Write};
use std::path::Path;
use std::process::Command;
use store::{IssueRow, Reader};

pub(super) fn run(setting: &Setting, args: &QuarantineEdit) -> anyhow::Result<Outcome> {
    let mut session = Session::open(&setting.dir)?;
    let found = named(session.store.read(), &args.id)?;
    if args.drop {
        return drop_staged(setting, &mut session, &found);
    }
    let (offset, len) = place(session.store.read(), &found, args)?;
    let text = text(session.store.read(), &found, args, offset, len)?;
    let masked = sources::card_number::mask(&text);
    let text = session.store.keep_raw(&masked.bytes)?;
    let edit = Edit { issue: found.id, file: found.issue.file, offset, len, text };
    session.tell(Timestamp::now(), vec![Body::EditStaged(edit)])?;
    say(setting, &found, "staged", "Next: plimsoll quarantine replay")
}

fn say(setting: &Setting, found: &IssueRow, what: &str, next: &str) -> anyhow::Result<Outcome> {
    if setting.json {
        terminal::json(&json!({ "id": found.id.to_string(), "edit": what }))?;
    } else {
        println!("{}: edit {what}; {} stays as it came. {next}", short(found.id), found.file_name);
    }
    Ok(Outcome::Done)
}

fn drop_staged(setting: &Setting, session: &mut Session, found: &IssueRow) -> anyhow::Result<Outcome> {
    if found.edit.is_none_or(|edit| edit.applied) {
        return Err(UsageError(format!("no edit is staged for {}", short(found.id))).into());
    }
    session.tell(Timestamp::now(), vec![Body::EditDropped(found.id)])?;
    say(setting, found, "dropped", "")
}

/// Which bytes the edit replaces, once it is sure that it may.
fn place(reader: &Reader, found: &IssueRow, args: &QuarantineEdit) -> anyhow::Result<(u64, u64)> {
    let (issue, id) = (&found.issue, short(found.id));
    if found.status() != IssueStatus::Open || issue.is_note() {
        let said = if issue.is_note() { "only a note" } else { found.status().name() };
        return Err(UsageError(format!("{id} is {said}; only open issues can be mended")).into());
    }
    let place = match args.line {
        _ if args.whole_file => (0, reader.raw(&issue.file)?.len() as u64),
        Some(line) => (reader.raw_line_start(&issue.file, line)?, reader.raw_line(&issue.file, line)?.len() as u64),
        None => (issue.span.offset, u64::from(issue.span.len)),
    };
    if place.1 == 0 && args.line.is_none() && !args.whole_file {
        let next = "name a line with --line, or replace it all with --whole-file";
        return Err(UsageError(format!("{id} is of the whole file; {next}")).into());
    }
    let overlaps = |edit: &Edit| {
        edit.issue != found.id && place.0 < edit.offset + edit.len.max(1) && edit.offset < place.0 + place.1.max(1)
    };
    match reader.edits(&issue.file)?.iter().find(|row| overlaps(&row.edit)) {
        None => Ok(place),
        Some(other) => {
            let other = short(other.edit.issue);
            Err(UsageError(format!("{id} stands in bytes that the edit of {other} replaces; edit or drop that one"))
                .into())
        }
    }
}

/// The bytes that are to stand there.
fn text(reader: &Reader, found: &IssueRow, args: &QuarantineEdit, offset: u64, len: u64) -> anyhow::Result<Vec<u8>> {
    match (&args.with, &args.from) {
        (Some(text), _) => Ok(text.clone().into_bytes()),
        (None, Some(path)) => {
            let text = read(path)?;
            Ok(if args.whole_file { text } else { without_line_end(text) })
        }
        (None, None) => written(&reader.raw_slice(&found.issue.file, offset, len)?, args.whole_file),
    }
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut text = Vec::new();
    if path == Path::new("-") {
        std::io::stdin().read_to_end(&mut text).context("cannot read standard input")?;
    } else {
        text = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    }
    Ok(text)
}

/// A row's bytes end before its line end, which editors add.
fn without_line_end(mut text: Vec<u8>) -> Vec<u8> {
    if text.last() == Some(&b'\n') {
        text.pop();
        if text.last() == Some(&b'\r') {
            text.pop();
        }
    }
    text
}

/// What somebody writes in `$EDITOR`.
fn written(before: &[u8], whole_file: bool) -> anyhow::Result<Vec<u8>> {
    let editor = std::env::var("EDITOR").ok().filter(|editor| !editor.is_empty());
    let Some(editor) = editor.filter(|_| std::io::stdin().is_terminal()) else {
        return Err(UsageError("give the text with --with or --from, or set EDITOR on a terminal".to_owned()).into());
    };
    let path = std::env::temp_dir().join(format!("plimsoll-edit-{}.txt", std::process::id()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let put = options.open(&path).and_then(|mut file| file.write_all(before));
    put.with_context(|| format!("cannot write {}", path.display()))?;
    let ended = Command::new("sh").arg("-c").arg(format!("{editor} \"$1\"")).arg("sh").arg(&path).status();
    let after = std::fs::read(&path);
    let _ = std::fs::remove_file(&path);
    if !ended.with_context(|| format!("cannot start {editor}"))?.success() {
        anyhow::bail!("{editor} ended with a failure; nothing is staged");
    }
    let after = after.with_context(|| format!("cannot read {}", path.display()))?;
    let after = if whole_file || before.ends_with(b"\n") { after } else { without_line_end(after) };
    if after == before {
        return Err(UsageError("nothing was changed, so nothing is staged".to_owned()).into());
    }
    Ok(after)
}
