//! Records, the files that they stand in, and issues as they are shown.

use super::content::ContentView;
use domain::{Issue, Record, Span};
use serde::Serialize;
use store::{ContentKind, FileRow, IssueRow};

/// Whether a file was made by `plimsoll simulate`, which names its files so.
pub fn is_simulated(file_name: &str) -> bool {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    name.starts_with("simulated-")
}

/// A source file and what became of it.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "as in store::FileRow")]
pub struct FileView {
    pub digest: String,
    pub name: String,
    pub source: String,
    /// Made by `plimsoll simulate`, not by the world.
    pub simulated: bool,
    pub bytes: u64,
    pub rows: u64,
    pub records: u64,
    pub rows_in_records: u64,
    pub duplicates: u64,
    pub issues: u64,
    pub left_out: u64,
    pub first_batch: u64,
    pub read_at: String,
    /// The digest of the file that this is a mended copy of.
    pub mends: Option<String>,
    /// When its bytes were removed.
    pub pruned_at: Option<String>,
}

impl FileView {
    /// Counts another file of the same name in; the digest stays the first's.
    pub(super) fn add(&mut self, other: &Self) {
        self.bytes += other.bytes;
        self.rows += other.rows;
        self.records += other.records;
        self.rows_in_records += other.rows_in_records;
        self.duplicates += other.duplicates;
        self.issues += other.issues;
    }
}

impl From<&FileRow> for FileView {
    fn from(file: &FileRow) -> Self {
        Self {
            digest: file.digest.to_string(),
            name: file.name.clone(),
            source: file.source.clone(),
            simulated: is_simulated(&file.name),
            bytes: file.bytes,
            rows: file.rows,
            records: file.records,
            rows_in_records: file.rows_in_records,
            duplicates: file.duplicates,
            issues: file.issues,
            left_out: file.left_out,
            first_batch: file.first_batch,
            read_at: file.read_at.to_string(),
            mends: file.mends.map(|file| file.to_string()),
            pruned_at: file.pruned_at.map(|at| at.to_string()),
        }
    }
}

/// Where in a file a row stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[expect(missing_docs, reason = "as in domain::Span")]
pub struct SpanView {
    pub line: u32,
    pub offset: u64,
    pub len: u32,
}

impl From<Span> for SpanView {
    fn from(Span { line, offset, len }: Span) -> Self {
        Self { line, offset, len }
    }
}

/// Input that was kept but not used.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "as in domain::Issue")]
pub struct IssueView {
    /// Names it; its first digits do, as long as they name no other.
    pub id: String,
    /// The batch of the run that found it.
    pub batch: u64,
    /// `open`, `mended` or `dismissed`.
    pub status: &'static str,
    /// When it came to stand so; none since it arose.
    pub changed_at: Option<String>,
    /// The digest of the file that was read instead.
    pub mended_by: Option<String>,
    /// Why it was dismissed.
    pub reason: String,
    /// `staged` or `applied`, where somebody wrote other text for the row.
    pub edit: Option<&'static str>,
    /// It only tells of something: no row is held back.
    pub note: bool,
    pub stage: &'static str,
    pub rule: String,
    pub file: String,
    /// As the user named it.
    pub file_name: String,
    pub span: SpanView,
    pub rows: u32,
    pub column: String,
    pub value: String,
}

impl From<&IssueRow> for IssueView {
    fn from(row: &IssueRow) -> Self {
        let change = row.change.clone().unwrap_or_default();
        let note = row.issue.is_note();
        let Issue { stage, rule, file, span, rows, column, value } = row.issue.clone();
        let (stage, rule, file, span) = (stage.name(), rule.name(), file.to_string(), span.into());
        Self {
            id: row.id.to_string(),
            batch: row.batch,
            status: row.status().name(),
            changed_at: row.change.as_ref().map(|change| change.at.to_string()),
            mended_by: change.by.map(|file| file.to_string()),
            reason: change.reason,
            edit: row.edit.map(|row| if row.applied { "applied" } else { "staged" }),
            note,
            stage,
            rule,
            file,
            file_name: row.file_name.clone(),
            span,
            rows,
            column,
            value,
        }
    }
}

/// A record with its place.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct RecordView {
    /// `source:natural key`.
    pub id: String,
    /// When it happened, by the source.
    pub at: String,
    /// `invoice`, `processor`, `bank`, `rates`, …: see [`ContentKind::name`].
    pub kind: &'static str,
    /// The digest of the file that says so.
    pub file: String,
    /// As the user named that file; empty where no row of files names it.
    pub file_name: String,
    /// Made by `plimsoll simulate`.
    pub simulated: bool,
    /// Its first row.
    pub span: SpanView,
    /// What is said.
    pub content: ContentView,
}

impl RecordView {
    /// A record, and the row of its file where there is one.
    pub fn new(record: &Record, file: Option<&FileRow>) -> Self {
        let file_name = file.map_or(String::new(), |file| file.name.clone());
        Self {
            id: record.id.to_string(),
            at: record.at.to_string(),
            kind: ContentKind::of(&record.content).name(),
            file: record.file.to_string(),
            simulated: is_simulated(&file_name),
            file_name,
            span: record.span.into(),
            content: ContentView::from(&record.content),
        }
    }
}
