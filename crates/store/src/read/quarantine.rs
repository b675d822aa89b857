//! Issues with what was done about them, and the edits that are to mend them.

use super::{PAGE, Reader};
use crate::tables::stage_number;
use crate::{StoreError, database};
use domain::{Digest, Edit, Issue, IssueChange, IssueId, IssueRule, IssueStatus, Stage};
use rusqlite::{Connection, Row, ToSql, params};

/// Which issues, in the order in which they arose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IssueFilter {
    /// Of this stage.
    pub stage: Option<Stage>,
    /// Of this rule.
    pub rule: Option<IssueRule>,
    /// In this file.
    pub file: Option<Digest>,
    /// That stand so.
    pub status: Option<IssueStatus>,
    /// At most so many.
    pub limit: u32,
    /// After so many.
    pub offset: u32,
}

impl Default for IssueFilter {
    fn default() -> Self {
        Self { stage: None, rule: None, file: None, status: None, limit: PAGE, offset: 0 }
    }
}

/// An issue with its file's name and what was done about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IssueRow {
    /// Its name.
    pub id: IssueId,
    /// The batch of the run that found it.
    pub batch: u64,
    /// The issue.
    pub issue: Issue,
    /// As the user named the file; empty when no row of files names it.
    pub file_name: String,
    /// The last thing that was done about it.
    pub change: Option<IssueChange>,
    /// The edit that is staged for it, or was applied.
    pub edit: Option<EditRow>,
}

impl IssueRow {
    /// Where it stands.
    pub fn status(&self) -> IssueStatus {
        self.change.as_ref().map_or(IssueStatus::Open, |change| change.status)
    }
}

/// An edit and whether a mended copy has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EditRow {
    /// What is to stand where.
    pub edit: Edit,
    /// It is part of a mended copy; else it is staged.
    pub applied: bool,
}

const SELECT: &str = "SELECT issues.id, issues.seq, issues.body, files.name, issues.change, edits.body, edits.applied
    FROM issues LEFT JOIN files ON files.digest = issues.file LEFT JOIN edits ON edits.issue = issues.id";

impl Reader {
    /// A page of issues.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn issues(&self, filter: &IssueFilter) -> Result<Vec<IssueRow>, StoreError> {
        let wanted = "(?1 IS NULL OR stage = ?1) AND (?2 IS NULL OR rule = ?2) AND (?3 IS NULL OR issues.file = ?3)
            AND (?4 IS NULL OR status = ?4) ORDER BY n LIMIT ?5 OFFSET ?6";
        let (stage, rule) = (filter.stage.map(stage_number), filter.rule.map(IssueRule::name));
        let (file, status) = (filter.file.map(|file| file.0), filter.status.map(|status| status as i64));
        self.ask(|database| select(database, wanted, params![stage, rule, file, status, filter.limit, filter.offset]))
    }

    /// The issues whose id begins with these hexadecimal digits.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn issues_named(&self, prefix: &str) -> Result<Vec<IssueRow>, StoreError> {
        let wanted = "issues.id >= ?1 AND issues.id < ?1 || 'g' ORDER BY n LIMIT ?2";
        self.ask(|database| select(database, wanted, params![prefix.to_ascii_lowercase(), PAGE]))
    }

    /// The edits of a file, staged and applied, in order of place.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn edits(&self, file: &Digest) -> Result<Vec<EditRow>, StoreError> {
        self.ask(|database| {
            let mut select = database.prepare_cached("SELECT body, applied FROM edits WHERE file = ?1")?;
            let mut rows = select.query([file.0])?;
            let mut edits = Vec::new();
            while let Some(row) = rows.next()? {
                edits.push(edit(row, 0)?);
            }
            edits.sort_by_key(|row: &EditRow| (row.edit.offset, row.edit.len, row.edit.issue));
            Ok(edits)
        })
    }

    /// The files for which edits are staged.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn files_with_staged_edits(&self) -> Result<Vec<Digest>, StoreError> {
        self.ask(|database| {
            let mut select =
                database.prepare_cached("SELECT DISTINCT file FROM edits WHERE applied = 0 ORDER BY file")?;
            let files = select.query_map([], |row| Ok(Digest(row.get(0)?)))?.collect::<Result<_, _>>()?;
            Ok(files)
        })
    }

    /// How many open issues there are of each rule, by the rule's name.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn issue_counts(&self) -> Result<Vec<(String, u64)>, StoreError> {
        self.ask(|database| {
            let sql = "SELECT rule, COUNT(*) FROM issues WHERE status = 0 GROUP BY rule ORDER BY rule";
            let mut select = database.prepare_cached(sql)?;
            let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}

fn select(database: &Connection, wanted: &str, params: &[&dyn ToSql]) -> Result<Vec<IssueRow>, StoreError> {
    let mut select = database.prepare_cached(&format!("{SELECT} WHERE {wanted}"))?;
    let mut rows = select.query(params)?;
    let mut issues = Vec::new();
    while let Some(row) = rows.next()? {
        issues.push(issue(row)?);
    }
    Ok(issues)
}

fn issue(row: &Row<'_>) -> Result<IssueRow, StoreError> {
    let id: String = row.get(0)?;
    let change = row.get_ref(4)?.as_blob_or_null().unwrap_or_default();
    let change = change.map(|bytes| database::noun("issues", bytes)).transpose()?;
    let staged = row.get_ref(5)?.as_blob_or_null().unwrap_or_default().is_some();
    Ok(IssueRow {
        id: id_of(&id).ok_or_else(|| StoreError::corrupt("a row of issues", format!("`{id}` is no issue's id")))?,
        batch: row.get(1)?,
        issue: database::noun("issues", row.get_ref(2)?.as_blob().unwrap_or_default())?,
        file_name: row.get::<_, Option<String>>(3)?.unwrap_or_default(),
        change,
        edit: staged.then(|| edit(row, 5)).transpose()?,
    })
}

/// The edit whose body stands at `column`, with the mark behind it.
fn edit(row: &Row<'_>, column: usize) -> Result<EditRow, StoreError> {
    let edit = database::noun("edits", row.get_ref(column)?.as_blob().unwrap_or_default())?;
    Ok(EditRow { edit, applied: row.get(column + 1)? })
}

fn id_of(text: &str) -> Option<IssueId> {
    let digits = Some(text).filter(|text| text.len() == 16 && text.is_ascii())?;
    let mut id = IssueId::default();
    for (index, byte) in id.0.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[2 * index..2 * index + 2], 16).ok()?;
    }
    Some(id)
}
