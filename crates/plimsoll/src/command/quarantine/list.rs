//! `plimsoll quarantine list` and `show`.

use super::super::{Outcome, Setting, UsageError};
use super::{digest_named, named, short};
use crate::cli::QuarantineList;
use crate::terminal::{self, count, row};
use crate::view::IssueView;
use domain::{Issue, IssueRule, IssueStatus};
use serde::Serialize;
use store::{IssueFilter, IssueRow, Reader};

/// Characters of a value and of a line that the table shows; `--json` has all.
const SHOWN: usize = 80;

/// An issue, and the row as it stood.
#[derive(Serialize)]
struct Told {
    #[serde(flatten)]
    issue: IssueView,
    /// None where the issue is of a whole file, or its bytes were removed.
    text: Option<String>,
    /// The text that is staged for it.
    staged: Option<String>,
}

pub(super) fn run(setting: &Setting, args: &QuarantineList) -> anyhow::Result<Outcome> {
    let reader = Reader::open(&setting.dir)?;
    let whole = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let filter = IssueFilter {
        stage: None,
        rule: args.rule.as_deref().map(rule).transpose()?,
        file: args.file.as_deref().map(|file| digest_named(&reader, file)).transpose()?,
        status: status(&args.status)?,
        limit: whole(args.limit),
        offset: whole(args.offset),
    };
    list(setting, &reader, &filter)
}

fn rule(name: &str) -> anyhow::Result<IssueRule> {
    let names: Vec<String> = IssueRule::ALL.iter().map(|rule| rule.name()).collect();
    let known: Vec<&str> = names.iter().map(String::as_str).collect();
    Ok(IssueRule::from_name(name).ok_or_else(|| UsageError::unknown("rule", name, &known))?)
}

fn status(name: &str) -> anyhow::Result<Option<IssueStatus>> {
    let known = IssueStatus::ALL.map(IssueStatus::name);
    match IssueStatus::from_name(name) {
        None if name != "all" => Err(UsageError(format!("no status `{name}`; use {} or all", known.join(", "))).into()),
        status => Ok(status),
    }
}

/// Prints the issues of a filter.
pub(in super::super) fn list(setting: &Setting, reader: &Reader, filter: &IssueFilter) -> anyhow::Result<Outcome> {
    let issues = reader.issues(filter)?;
    if setting.json {
        issues.iter().try_for_each(|found| terminal::json(&told(reader, found)))?;
        return Ok(Outcome::Done);
    }
    if issues.is_empty() {
        println!("No row is quarantined.");
        return Ok(Outcome::Done);
    }
    let mut table = terminal::table(&["id", "status", "file", ">line", "rule", "column", "value", "the line"]);
    for found in &issues {
        let issue = &found.issue;
        let text = text(reader, issue).unwrap_or_default();
        row(
            &mut table,
            [
                short(found.id),
                standing(found),
                found.file_name.clone(),
                issue.span.line.to_string(),
                issue.rule.name(),
                shortened(&issue.column),
                shortened(&issue.value),
                shortened(&text),
            ],
        );
    }
    println!("{table}");
    if issues.len() as u64 == u64::from(filter.limit) {
        println!("The first {}; --limit shows more.", count(filter.limit));
    }
    Ok(Outcome::Done)
}

/// `open`, `open, edit staged`, `note`, …
fn standing(found: &IssueRow) -> String {
    match found.edit {
        Some(edit) if !edit.applied => format!("{}, edit staged", found.status().name()),
        _ if found.issue.is_note() => "note".to_owned(),
        _ => found.status().name().to_owned(),
    }
}

fn told(reader: &Reader, found: &IssueRow) -> Told {
    let staged = found.edit.filter(|edit| !edit.applied);
    let staged = staged.and_then(|row| reader.raw(&row.edit.text).ok()).map(|text| lossy(&text));
    Told { issue: found.into(), text: text(reader, &found.issue), staged }
}

/// The row as it stood; none where the issue is of a whole file, or the file's bytes were removed.
fn text(reader: &Reader, issue: &Issue) -> Option<String> {
    let span = issue.span;
    let raw = (span.len > 0).then(|| reader.raw_slice(&issue.file, span.offset, u64::from(span.len)));
    raw.and_then(Result::ok).map(|bytes| lossy(&bytes))
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// On one line: an entry of an XML file stands on many.
fn shortened(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<&str>>().join(" ");
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// `quarantine show`
pub(super) fn show(setting: &Setting, id: &str) -> anyhow::Result<Outcome> {
    let reader = Reader::open(&setting.dir)?;
    let found = named(&reader, id)?;
    if setting.json {
        terminal::json(&told(&reader, &found))?;
        return Ok(Outcome::Done);
    }
    let (issue, view) = (&found.issue, IssueView::from(&found));
    println!("{}  {}  {}", found.id, issue.rule.name(), standing(&found));
    println!(
        "{}, line {}, bytes {} to {} (batch {})",
        found.file_name,
        issue.span.line,
        issue.span.offset,
        issue.span.offset + u64::from(issue.span.len),
        found.batch
    );
    if !issue.column.is_empty() || !issue.value.is_empty() {
        println!("{}: `{}`", issue.column, issue.value);
    }
    println!("Rows held back: {}", issue.rows);
    match text(&reader, issue) {
        Some(text) => println!("\n{text}\n"),
        None if issue.span.len == 0 => println!("\nIt is of the whole file.\n"),
        None => println!("\nThe bytes of the file were removed.\n"),
    }
    if let Some(change) = &found.change {
        println!("{} at {} {}", change.status.name(), change.at, change.reason);
    }
    if let Some(copy) = &view.mended_by {
        println!("Read from {copy}");
    }
    if let Some(text) = told(&reader, &found).staged {
        println!("Staged:\n{text}");
    }
    println!("{}", next(&found));
    Ok(Outcome::Done)
}

/// What can be done about an issue as it stands.
fn next(found: &IssueRow) -> String {
    let id = short(found.id);
    match (found.status(), found.edit) {
        _ if found.issue.is_note() => "A note: nothing is to be mended.".to_owned(),
        (IssueStatus::Mended, _) => "Nothing is left to do.".to_owned(),
        (IssueStatus::Dismissed, _) => format!("Next: plimsoll quarantine reopen {id}"),
        (IssueStatus::Open, Some(edit)) if !edit.applied => "Next: plimsoll quarantine replay".to_owned(),
        (IssueStatus::Open, _) if found.issue.span.len == 0 => format!(
            "Next: plimsoll quarantine edit {id} --line 1 --with HEADER, or --whole-file --from FILE; or, where a newer \
             plimsoll knows the format, plimsoll quarantine replay {id}"
        ),
        (IssueStatus::Open, _) => {
            format!("Next: plimsoll quarantine edit {id} --with TEXT, then plimsoll quarantine replay")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_shown_on_one_line_of_bounded_length() {
        for (text, shown) in [("a,b", "a,b"), ("<Ntry>\n  <Amt>1</Amt>\r\n</Ntry>", "<Ntry> <Amt>1</Amt> </Ntry>")] {
            assert_eq!(shortened(text), shown);
        }
        assert_eq!(shortened(&"é".repeat(SHOWN + 1)), "é".repeat(SHOWN) + "…");
    }
}
