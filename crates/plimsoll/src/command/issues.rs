//! `plimsoll issues`: rows that were kept but not used.

use super::{Outcome, Setting};
use crate::cli::Issues;
use crate::terminal::{self, row};
use crate::view::IssueView;
use store::{IssueFilter, Reader};

pub(super) fn run(setting: &Setting, args: &Issues) -> anyhow::Result<Outcome> {
    let reader = Reader::open(&setting.dir)?;
    let limit = u32::try_from(args.limit).unwrap_or(u32::MAX);
    let issues = reader.issues(&IssueFilter { limit, ..IssueFilter::default() })?;
    if setting.json {
        issues.iter().try_for_each(|issue| terminal::json(&IssueView::from(issue)))?;
        return Ok(Outcome::Done);
    }
    if issues.is_empty() {
        println!("No row is quarantined.");
        return Ok(Outcome::Done);
    }
    let mut table = terminal::table(&["file", ">line", "rule", "column", "value", "the line"]);
    for found in &issues {
        let issue = &found.issue;
        let raw = reader.raw_slice(&issue.file, issue.span.offset, u64::from(issue.span.len.min(80))).unwrap_or_default();
        row(
            &mut table,
            [
                found.file_name.clone(),
                issue.span.line.to_string(),
                issue.rule.name(),
                issue.column.clone(),
                issue.value.clone(),
                String::from_utf8_lossy(&raw).into_owned(),
            ],
        );
    }
    println!("{table}");
    Ok(Outcome::Done)
}
