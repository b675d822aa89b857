//! Issues, and what people do about them.

use super::stage_number;
use crate::StoreError;
use crate::codec::{self, issue_id};
use domain::{Batch, Body, Edit, Event, Issue, IssueChange, IssueId, IssueStatus, Mend};
use rusqlite::{Connection, params};

/// Adds what the batch's step found, then does what the batch says about issues, in its order.
pub(super) fn apply(database: &Connection, seq: u64, batch: &Batch, found: &[Issue]) -> Result<(), StoreError> {
    add(database, seq, found)?;
    batch.events.iter().try_for_each(|event| follow(database, event))
}

fn add(database: &Connection, seq: u64, issues: &[Issue]) -> Result<(), StoreError> {
    let mut insert = database
        .prepare_cached("INSERT INTO issues (id, seq, stage, rule, file, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    for issue in issues {
        let (id, body) = (issue_id(issue).to_string(), codec::encode(issue));
        insert.execute(params![id, seq, stage_number(issue.stage), issue.rule.name(), issue.file.0, body])?;
    }
    Ok(())
}

fn follow(database: &Connection, event: &Event) -> Result<(), StoreError> {
    let at = event.now;
    match &event.body {
        Body::EditStaged(edit) => stage(database, edit),
        Body::EditDropped(issue) => drop_edit(database, *issue),
        Body::Mended(mend) => mended(database, event, mend),
        Body::IssueDismissed { issue, reason } => {
            let reason = reason.clone();
            change(database, *issue, &IssueChange { status: IssueStatus::Dismissed, at, by: None, reason })
        }
        Body::IssueReopened(issue) => change(database, *issue, &IssueChange { at, ..IssueChange::default() }),
        _ => Ok(()),
    }
}

fn stage(database: &Connection, edit: &Edit) -> Result<(), StoreError> {
    database
        .prepare_cached("INSERT OR REPLACE INTO edits (issue, file, applied, body) VALUES (?1, ?2, 0, ?3)")?
        .execute(params![edit.issue.to_string(), edit.file.0, codec::encode(edit)])?;
    Ok(())
}

fn drop_edit(database: &Connection, issue: IssueId) -> Result<(), StoreError> {
    database.prepare_cached("DELETE FROM edits WHERE issue = ?1 AND applied = 0")?.execute([issue.to_string()])?;
    Ok(())
}

fn mended(database: &Connection, event: &Event, mend: &Mend) -> Result<(), StoreError> {
    let done = IssueChange { status: IssueStatus::Mended, at: event.now, by: Some(mend.copy), reason: String::new() };
    mend.mended.iter().try_for_each(|issue| change(database, *issue, &done))?;
    let mut apply = database.prepare_cached("UPDATE edits SET applied = 1 WHERE issue = ?1")?;
    for issue in &mend.applied {
        apply.execute([issue.to_string()])?;
    }
    Ok(())
}

fn change(database: &Connection, issue: IssueId, change: &IssueChange) -> Result<(), StoreError> {
    database.prepare_cached("UPDATE issues SET status = ?2, change = ?3 WHERE id = ?1")?.execute(params![
        issue.to_string(),
        change.status as i64,
        codec::encode(change)
    ])?;
    Ok(())
}
