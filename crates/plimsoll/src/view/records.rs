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
    pub first_batch: u64,
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
            first_batch: file.first_batch,
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
    fn from(IssueRow { issue, file_name }: &IssueRow) -> Self {
        let Issue { stage, rule, file, span, rows, column, value } = issue.clone();
        let (stage, rule, file, span) = (stage.name(), rule.name(), file.to_string(), span.into());
        Self { stage, rule, file, file_name: file_name.clone(), span, rows, column, value }
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
