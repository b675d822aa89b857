//! Files to events: find, unpack, recognise, parse, and admit only what is new.
//!
//! Promises: an upload of several files (a zip, a workbook's sheets) gives a report for each, and what was turned into
//! text is kept as it came too; a file that was read before adds nothing; a record that came before adds nothing; an
//! invoice that comes again with further lines adds those (the larger count of equal lines stands), a payment that was
//! pending and is paid out now adds its payout; any other payload under a known key is kept as an issue. One file that
//! cannot be read does not stop the rest. One run is one batch: all of it or nothing.

mod addition;
pub(crate) mod admit;
mod beside;
mod drift;
mod find;
mod mend;
mod reading;
mod tolerance;

pub use mend::{Mending, Refused, mend};
pub(crate) use reading::{Vault, parse};
pub use tolerance::{MAX_REJECTED_PERCENT, OnDrift, OnError, RATE_FROM_ROWS, Stopped, Tolerance};

use crate::screening::{Newcomers, newcomers};
use crate::session::Session;
use admit::Admission;
use beside::Beside;
use domain::{Body, Digest, Event, Issue, IssueRule, Span, Stage};
use drift::Headers;
pub(crate) use find::files;
use jiff::Timestamp;
use sources::card_number::{self, Masked};
use sources::mapping::MappedTable;
use sources::{Member, Original, Parsed, Refusal, Source, SourceSettings};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::time::Instant;
use store::FileRow;
use tolerance::held_back;

/// The source of a file that nothing read.
const NO_SOURCE: &str = "none";

/// What the files do not say.
#[derive(Clone, Debug)]
pub struct Options {
    /// Settle as of here; none = the last record.
    pub as_of: Option<Timestamp>,
    /// The import's own instant.
    pub now: Timestamp,
    /// Zone and currency.
    pub settings: SourceSettings,
    /// How much of a file may be wrong.
    pub tolerance: Tolerance,
    /// How tables that no built-in source knows are read.
    pub mappings: Mappings,
}

/// How tables that no built-in source knows are read.
#[derive(Clone, Debug, Default)]
pub struct Mappings {
    /// Each reads the files whose headers it knows.
    pub kept: Vec<MappedTable>,
    /// Reads every file of the run, whatever else would.
    pub forced: Option<MappedTable>,
}

impl Mappings {
    /// What reads this content: the forced mapping, else the built-in source that knows it, else a kept mapping.
    fn source_of(&self, content: &[u8]) -> Option<&dyn Source> {
        if let Some(forced) = &self.forced {
            return Some(forced);
        }
        if let Some(built_in) = sources::recognise(content) {
            return Some(built_in);
        }
        let kept = self.kept.iter().find(|mapping| mapping.recognises(content))?;
        Some(kept)
    }
}

/// What became of one file.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// Where it stood.
    pub path: PathBuf,
    /// What it held; none where it could not be read at all.
    pub row: Option<FileRow>,
    /// It was read before and adds nothing.
    pub known: bool,
    /// Rows that the format itself says to be no facts yet.
    pub skipped: u64,
    /// What people should know of it beside the counts.
    pub notes: Vec<String>,
    /// Why it could not be read.
    pub unreadable: Option<String>,
}

impl FileReport {
    /// Nothing yet.
    fn of(path: PathBuf) -> Self {
        Self { path, row: None, known: false, skipped: 0, notes: Vec::new(), unreadable: None }
    }
}

/// What became of a run.
#[derive(Debug, Default)]
pub struct Report {
    /// In order of path.
    pub files: Vec<FileReport>,
    /// New records.
    pub records: u64,
    /// Whether the journal grew.
    pub committed: bool,
    /// Issues that hold no row back: of a header, a statement or a later stage.
    pub beside_rows: u64,
    /// Settled as of here.
    pub as_of: Option<Timestamp>,
}

impl Report {
    /// Rows of this run that were kept but not used, and issues that hold no row back: of a header, a statement or a later
    /// stage. What earlier runs kept of files that came again is theirs: see [`Report::kept_before`].
    pub fn issues(&self) -> u64 {
        let rows =
            self.files.iter().filter(|file| !file.known).filter_map(|file| file.row.as_ref()).map(|row| row.issues);
        rows.sum::<u64>() + self.beside_rows
    }

    /// Rows that earlier runs kept and did not use, of files that came again.
    pub fn kept_before(&self) -> u64 {
        self.files.iter().filter(|file| file.known).filter_map(|file| file.row.as_ref()).map(|row| row.issues).sum()
    }

    /// Rows that were rejected and not kept as issues, as the run was told.
    pub fn left_out(&self) -> u64 {
        self.files.iter().filter(|file| !file.known).filter_map(|file| file.row.as_ref()).map(|row| row.left_out).sum()
    }

    /// Whether a file could not be read at all.
    pub fn unreadable(&self) -> bool {
        self.files.iter().any(|file| file.unreadable.is_some())
    }
}

/// Reads files and folders into the journal, settles and scores.
///
/// # Errors
/// When a path does not exist, the run is told to stop at a rejected row ([`Stopped`]), or the commit fails. Nothing of
/// the run is then kept.
pub fn import(session: &mut Session, paths: &[PathBuf], options: &Options) -> anyhow::Result<Report> {
    import_watched(session, paths, options, &mut |_| {})
}

/// How far a run is.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// This file is next: its number, of how many.
    File(&'a Path, usize, usize),
    /// All are read; what they say is settled, scored and written.
    Settling,
}

/// As [`import`], and tells a watcher how far it is.
///
/// # Errors
/// As [`import`].
pub fn import_watched(
    session: &mut Session,
    paths: &[PathBuf],
    options: &Options,
    watch: &mut dyn FnMut(Progress<'_>),
) -> anyhow::Result<Report> {
    let start = Instant::now();
    let files = find::files(paths)?;
    let beside = Beside::of_run(files.clone());
    let mut intake = Intake { headers: Headers::of(session.store.read())?, beside, ..Intake::default() };
    for (number, path) in (1..).zip(&files) {
        watch(Progress::File(path, number, files.len()));
        intake.file(session, path, options)?;
    }
    session.clock.add(Stage::Sources, start.elapsed());
    watch(Progress::Settling);
    intake.commit(session, options)
}

/// A file that was found, unpacked and recognised.
struct Found {
    digest: Digest,
    /// `orders.csv`, `book.xlsx#Sheet1`.
    name: String,
    source: String,
    bytes: u64,
}

/// A file of the run as it came.
struct Upload<'a> {
    path: &'a Path,
    name: OsString,
    packed: &'a [u8],
    /// What was packed cannot be masked, so it is not kept where its texts hold card numbers.
    holds_cards: bool,
}

impl Upload<'_> {
    /// What a member is called where the upload is called so.
    fn within(upload: impl AsRef<OsStr>, member: &Member<'_>) -> OsString {
        let mut name = upload.as_ref().to_owned();
        if !member.name.is_empty() {
            name.push("#");
            name.push(&member.name);
        }
        name
    }
}

fn name_of(path: &Path) -> OsString {
    path.file_name().unwrap_or(path.as_os_str()).to_owned()
}

/// Whether a text that was made from something packed holds card numbers.
fn made_with_cards(member: &Member<'_>) -> bool {
    let text = member.text.as_ref().ok().filter(|_| member.made_from.is_some());
    text.is_some_and(|text| card_number::mask(text).count() > 0)
}

/// A longer header is some other file's first row.
const MOST_HEADER_BYTES: usize = 64 << 10;

/// A run in the making.
#[derive(Default)]
struct Intake {
    admission: Admission,
    beside: Beside,
    rejected: Vec<Event>,
    files: Vec<FileReport>,
    rows: Vec<FileRow>,
    headers: Headers,
}

impl Intake {
    fn file(&mut self, session: &mut Session, path: &Path, options: &Options) -> anyhow::Result<()> {
        let packed = match std::fs::read(path) {
            Ok(packed) => packed,
            Err(error) => {
                self.files.push(FileReport { unreadable: Some(error.to_string()), ..FileReport::of(path.to_owned()) });
                return Ok(());
            }
        };
        let mut upload = Upload { path, name: name_of(path), packed: &packed, holds_cards: false };
        match sources::unpack(&packed) {
            Err(refusal) => self.member(session, &upload, &Member::refused(refusal), options),
            Ok(members) => {
                upload.holds_cards = members.iter().any(made_with_cards);
                members.iter().try_for_each(|member| self.member(session, &upload, member, options))
            }
        }
    }

    /// Reads one file of an upload.
    fn member(
        &mut self,
        session: &mut Session,
        upload: &Upload<'_>,
        member: &Member<'_>,
        options: &Options,
    ) -> anyhow::Result<()> {
        let (name, path) = (Upload::within(&upload.name, member), Upload::within(upload.path, member));
        let mut report = FileReport::of(path.into());
        if let Some(original) = &member.made_from {
            self.keep_original(session, original, upload, options)?;
        }
        let bytes = member.made_from.as_ref().map_or(upload.packed, |original| &original.bytes);
        let masked = card_number::mask(member.text.as_deref().unwrap_or(bytes));
        let content: &[u8] = &masked.bytes;
        let digest = sources::digest(content);
        if let Some(row) = session.store.known_file(&digest)? {
            (report.row, report.known) = (Some(row), true);
        } else if self.rows.iter().any(|row| row.digest == digest) {
            report.known = true;
        } else {
            session.store.keep_raw(content)?;
            let (source, parsed) = match &member.text {
                Err(refusal) => (NO_SOURCE.to_owned(), whole_file(digest, refusal)),
                Ok(_) => {
                    let beside = self.beside.of(upload.path, content);
                    reading::read(content, digest, session.store.tokens(), options, &beside, &mut self.admission)
                }
            };
            let mut parsed = self.weighed(&source, digest, parsed, &mut report, options)?;
            parsed.issues.extend(cards_masked(digest, &masked, &mut report));
            let name = name.to_string_lossy().into_owned();
            let file = Found { digest, name, source, bytes: content.len() as u64 };
            let row = self.admit(session, &mut report, parsed, &file, options)?;
            self.headers.learn(&row);
            report.row = Some(row.clone());
            self.rows.push(row);
        }
        self.files.push(report);
        Ok(())
    }

    /// Keeps what texts were made from, as a file of its own that holds no rows.
    fn keep_original(
        &mut self,
        session: &mut Session,
        original: &Original<'_>,
        upload: &Upload<'_>,
        options: &Options,
    ) -> anyhow::Result<()> {
        let digest = sources::digest(&original.bytes);
        if self.rows.iter().any(|row| row.digest == digest) || session.store.known_file(&digest)?.is_some() {
            return Ok(());
        }
        if !upload.holds_cards {
            session.store.keep_raw(&original.bytes)?;
        }
        self.rows.push(FileRow {
            digest,
            name: upload.name.to_string_lossy().into_owned(),
            source: original.kind.name().to_owned(),
            bytes: original.bytes.len() as u64,
            read_at: options.now,
            pruned_at: upload.holds_cards.then_some(options.now),
            ..FileRow::default()
        });
        Ok(())
    }

    /// What is left of a file once its faults are weighed and its columns compared with those of earlier files.
    fn weighed(
        &mut self,
        source: &str,
        digest: Digest,
        parsed: Parsed,
        report: &mut FileReport,
        options: &Options,
    ) -> anyhow::Result<Parsed> {
        options.tolerance.stop(&report.path.display().to_string(), &parsed.issues)?;
        let (mut parsed, held) = options.tolerance.limited(digest, parsed, self.admission.has_staged());
        if held {
            self.admission.drop_staged();
        }
        if parsed.columns.iter().map(String::len).sum::<usize>() > MOST_HEADER_BYTES {
            parsed.columns.clear();
        }
        let Some(drift) = self.headers.drift(source, &parsed.columns) else { return Ok(parsed) };
        report.notes.push(format!("columns: {}", drift.said()));
        match options.tolerance.on_drift {
            OnDrift::Discard => {}
            OnDrift::Evolve => parsed.issues.push(drift.note(digest)),
            OnDrift::Freeze => {
                self.admission.drop_staged();
                let held = Parsed { columns: Vec::new(), ..parsed };
                return Ok(held_back(digest, held, IssueRule::SchemaDrift, drift.columns(), drift.said()));
            }
        }
        Ok(parsed)
    }

    fn admit(
        &mut self,
        session: &Session,
        report: &mut FileReport,
        parsed: Parsed,
        file: &Found,
        options: &Options,
    ) -> anyhow::Result<FileRow> {
        report.skipped = parsed.skipped;
        report.notes.extend(parsed.notes);
        let mut row = FileRow {
            digest: file.digest,
            name: file.name.clone(),
            source: file.source.clone(),
            bytes: file.bytes,
            rows: parsed.rows - parsed.skipped,
            records: 0,
            rows_in_records: 0,
            duplicates: parsed.duplicates,
            issues: 0,
            read_at: options.now,
            columns: parsed.columns,
            ..FileRow::default()
        };
        let admitted = self.admission.admit_staged(session)?;
        row.records = admitted.records;
        row.rows_in_records = admitted.rows;
        row.duplicates += admitted.duplicate_rows;
        options.tolerance.stop(&report.path.display().to_string(), &admitted.conflicts)?;
        let issues: Vec<Issue> = parsed.issues.into_iter().chain(admitted.conflicts).collect();
        report.notes.extend(tolerance::reasons(&issues));
        for issue in issues {
            if options.tolerance.skips(&issue) {
                row.left_out += u64::from(issue.rows);
                continue;
            }
            row.issues += u64::from(issue.rows);
            self.rejected.push(Event { now: options.now, body: Body::Rejected(issue) });
        }
        Ok(row)
    }

    fn commit(self, session: &mut Session, options: &Options) -> anyhow::Result<Report> {
        let mut report = Report { files: self.files, ..Report::default() };
        if self.rows.is_empty() {
            return Ok(report);
        }
        report.records = self.admission.len() as u64;
        report.as_of = options.as_of.or_else(|| self.admission.latest().max(session.working().latest()));
        let known_to = session.working().latest().unwrap_or(options.now);
        let Newcomers { before, behind: found } = match report.records {
            0 => Newcomers::default(),
            _ => newcomers(session, known_to),
        };
        let mut behind = self.rejected;
        behind.extend(found);
        if let (Some(as_of), 1..) = (report.as_of, report.records) {
            behind.extend([Body::Reconcile, Body::Refresh].map(|body| Event { now: as_of, body }));
        }
        let records = self.admission.into_events();
        let events = before.into_iter().map(Ok).chain(records).chain(behind.into_iter().map(Ok));
        let found = session.commit_run(events, &self.rows)?;
        report.beside_rows = found.iter().filter(|issue| issue.rows == 0 && !issue.is_note()).count() as u64;
        report.committed = true;
        Ok(report)
    }
}

/// What is said of card numbers that were masked: how many in which field, never the numbers.
fn cards_masked(file: Digest, masked: &Masked<'_>, report: &mut FileReport) -> Option<Issue> {
    let fields = masked
        .fields
        .iter()
        .map(|(field, count)| if field.is_empty() { count.to_string() } else { format!("{count} in {field}") });
    let value = fields.collect::<Vec<String>>().join(", ");
    let span = Span { line: 1, offset: 0, len: 0 };
    let column = masked.fields.keys().filter(|field| !field.is_empty()).cloned().collect::<Vec<String>>().join(", ");
    (masked.count() > 0).then(|| {
        report.notes.push(format!("card numbers masked: {value}"));
        Issue { stage: Stage::Sources, rule: IssueRule::CardNumbersMasked, file, span, rows: 0, column, value }
    })
}

/// A file that no parser read: one issue holds it, and it counts as one row.
fn whole_file(file: Digest, refusal: &Refusal) -> Parsed {
    let span = Span { line: 1, offset: 0, len: 0 };
    let (rule, column, value) = (refusal.rule, String::new(), refusal.reason.clone());
    let issue = Issue { stage: Stage::Sources, rule, file, span, rows: 1, column, value };
    Parsed { issues: vec![issue], rows: 1, ..Parsed::default() }
}
