//! Mending: a file is read once more, with the edits that people staged for it or, without any, as it is.
//!
//! Promises: the file itself stays as it came. Edits make a copy with a digest of its own, kept beside it and named as
//! its mend; the copy is read by the same parsers and admitted as any file, so that only what is new comes in. An issue
//! of the file that does not come again is mended; one that does stays as it was; a new one is the copy's. An edit whose
//! own bytes still break a rule is refused and stays staged. One call is one batch: all of it or nothing.

use super::admit::Admission;
use super::{Options, beside, parse};
use crate::screening::{Newcomers, newcomers};
use crate::session::Session;
use anyhow::Context;
use domain::{Batch, Body, Digest, Event, Issue, IssueId, IssueRule, IssueStatus, Mend, Stage};
use jiff::Timestamp;
use sources::Parsed;
use std::collections::BTreeSet;
use store::{EditRow, FileRow, IssueFilter, IssueRow, Reader};

/// What became of a file that was read once more.
#[derive(Clone, Debug, Default)]
pub struct Mending {
    /// The file that was mended.
    pub file: Digest,
    /// As the user named it.
    pub name: String,
    /// The copy that was read; the file itself where no edit was applied.
    pub copy: Digest,
    /// Issues that are no more.
    pub mended: Vec<IssueId>,
    /// Issues that stay as they were.
    pub still: u64,
    /// Issues that were not there before.
    pub arose: Vec<Issue>,
    /// Edits that do not mend.
    pub refused: Vec<Refused>,
    /// New records.
    pub records: u64,
    /// Rows that were known.
    pub duplicates: u64,
}

/// An edit that breaks a rule itself. It stays staged.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The issue under which it is staged.
    pub issue: IssueId,
    /// What it breaks.
    pub because: Issue,
}

/// Reads files once more and commits what came of it.
///
/// # Errors
/// When the bytes of a file or an edit were removed or are damaged, or the commit fails. Nothing is then changed.
pub fn mend(session: &mut Session, files: &[Digest], options: &Options) -> anyhow::Result<Vec<Mending>> {
    let mut round = Round::default();
    for file in files {
        let found = round.file(session, *file, options)?;
        round.mendings.push(found);
    }
    round.commit(session, options)
}

/// A call in the making.
#[derive(Default)]
struct Round {
    admission: Admission,
    events: Vec<Event>,
    rows: Vec<FileRow>,
    mendings: Vec<Mending>,
}

impl Round {
    fn file(&mut self, session: &mut Session, file: Digest, options: &Options) -> anyhow::Result<Mending> {
        let row = session.store.known_file(&file)?.with_context(|| format!("no file {} was read", file.short()))?;
        let mut mending = Mending { file, name: row.name.clone(), copy: file, ..Mending::default() };
        let mut attempt = Attempt::of(session, file)?;
        loop {
            attempt.read(session, options);
            let refused = attempt.refused();
            if refused.is_empty() {
                break;
            }
            attempt.edits.retain(|edit| !refused.iter().any(|refused| refused.issue == edit.row.edit.issue));
            mending.refused.extend(refused);
        }
        if mending.refused.is_empty() || attempt.edits.iter().any(|edit| !edit.row.applied) {
            self.take(session, &row, attempt, &mut mending, options)?;
        }
        Ok(mending)
    }

    fn take(
        &mut self,
        session: &mut Session,
        row: &FileRow,
        attempt: Attempt,
        mending: &mut Mending,
        options: &Options,
    ) -> anyhow::Result<()> {
        let Attempt { edits, copy, digest, source, parsed, .. } = attempt;
        mending.copy = digest;
        let known = if digest == row.digest { Some(row.clone()) } else { session.store.known_file(&digest)? };
        let (rows, columns) = (parsed.rows.saturating_sub(parsed.skipped), parsed.columns);
        let admitted = self.admission.admit(session, &parsed.records)?;
        (mending.records, mending.duplicates) = (admitted.records, parsed.duplicates + admitted.duplicate_rows);
        let issues: Vec<Issue> = parsed.issues.into_iter().chain(admitted.conflicts).collect();
        compare(session.store.read(), &Places::of(&edits), &issues, mending)?;
        let staged = edits.iter().filter(|edit| !edit.row.applied);
        let applied: Vec<IssueId> = staged.map(|edit| edit.row.edit.issue).collect();
        if admitted.records == 0 && applied.is_empty() && mending.mended.is_empty() && mending.arose.is_empty() {
            return Ok(());
        }
        if digest != row.digest {
            session.store.keep_raw(&copy)?;
        }
        let new = FileRow { read_at: options.now, mends: Some(row.digest), ..FileRow::default() };
        let known = known.unwrap_or(new);
        self.rows.push(FileRow {
            digest,
            name: row.name.clone(),
            source,
            bytes: copy.len() as u64,
            rows,
            records: known.records + admitted.records,
            rows_in_records: known.rows_in_records + admitted.rows,
            duplicates: mending.duplicates.saturating_sub(known.rows_in_records),
            issues: issues.iter().map(|issue| u64::from(issue.rows)).sum(),
            left_out: 0,
            columns,
            ..known
        });
        let done = Mend { file: row.digest, copy: digest, mended: mending.mended.clone(), applied };
        let bodies = mending.arose.iter().cloned().map(Body::Rejected).chain([Body::Mended(done)]);
        self.events.extend(bodies.map(|body| Event { now: options.now, body }));
        Ok(())
    }

    fn commit(self, session: &mut Session, options: &Options) -> anyhow::Result<Vec<Mending>> {
        let latest = self.admission.latest().max(session.working().latest());
        let mut events: Vec<Event> = self.admission.into_events().collect::<Result<_, _>>()?;
        let settled: Option<Timestamp> = options.as_of.or(latest).filter(|_| !events.is_empty());
        if settled.is_some() {
            let known_to = session.working().latest().unwrap_or(options.now);
            let Newcomers { before, behind } = newcomers(session, known_to);
            events.splice(..0, before);
            events.extend(behind);
        }
        events.extend(self.events);
        if let Some(as_of) = settled {
            events.extend([Body::Reconcile, Body::Refresh].map(|body| Event { now: as_of, body }));
        }
        if !events.is_empty() {
            session.commit(&Batch { events }, &self.rows)?;
        }
        Ok(self.mendings)
    }
}

/// Tells the file's issues that are gone from those that came again and those that arose.
fn compare(reader: &Reader, places: &Places, issues: &[Issue], mending: &mut Mending) -> anyhow::Result<()> {
    let of_file = IssueFilter { file: Some(mending.file), limit: u32::MAX, ..IssueFilter::default() };
    let before = reader.issues(&of_file)?;
    let now: BTreeSet<Key> = issues.iter().filter_map(|issue| places.key(issue)).collect();
    let known: BTreeSet<Key> = before.iter().map(|row| Key::of(&row.issue)).collect();
    let open = before.iter().filter(|row| row.status() == IssueStatus::Open && is_of_parser(&row.issue));
    let (still, gone): (Vec<&IssueRow>, Vec<_>) = open.partition(|row| now.contains(&Key::of(&row.issue)));
    mending.still = still.len() as u64;
    mending.mended = gone.iter().map(|row| row.id).collect();
    let is_new = |issue: &&Issue| places.key(issue).is_none_or(|key| !known.contains(&key));
    mending.arose = issues.iter().filter(is_new).cloned().collect();
    Ok(())
}

/// Issues that reading a file finds again; what a later stage found is not the parser's to mend, and notes are no fault.
fn is_of_parser(issue: &Issue) -> bool {
    issue.stage == Stage::Sources && !issue.is_note()
}

/// An edit with its bytes.
struct Loaded {
    row: EditRow,
    text: Vec<u8>,
}

/// A file with its edits, read.
struct Attempt {
    original: Vec<u8>,
    edits: Vec<Loaded>,
    copy: Vec<u8>,
    digest: Digest,
    source: String,
    parsed: Parsed,
}

impl Attempt {
    fn of(session: &Session, file: Digest) -> anyhow::Result<Self> {
        let reader = session.store.read();
        let load = |row: EditRow| Ok(Loaded { row, text: reader.raw(&row.edit.text)? });
        let edits = reader.edits(&file)?.into_iter().map(load).collect::<anyhow::Result<_>>()?;
        let (copy, source, parsed) = (Vec::new(), String::new(), Parsed::default());
        Ok(Self { original: reader.raw(&file)?, edits, copy, digest: file, source, parsed })
    }

    fn read(&mut self, session: &mut Session, options: &Options) {
        self.copy = edited(&self.original, &self.edits);
        self.digest = sources::digest(&self.copy);
        let beside = beside::kept(session, &self.copy);
        let beside: Vec<&[u8]> = beside.iter().map(Vec::as_slice).collect();
        let (source, parsed) = parse(&self.copy, self.digest, session.store.tokens(), options, &beside);
        let has_records = !parsed.records.is_empty();
        let (mut parsed, held) = options.tolerance.limited(self.digest, parsed, has_records);
        if held {
            parsed.records.clear();
        }
        (self.source, self.parsed) = (source, parsed);
    }

    /// Staged edits within whose bytes an issue begins. Of an edit that replaces the whole file, some rows may be wrong
    /// as long as something is read.
    fn refused(&self) -> Vec<Refused> {
        let places = Places::of(&self.edits);
        let at_fault = |edit: &Loaded| {
            let (from, to) = places.edited(&edit.row)?;
            let is_whole = edit.row.edit.len == self.original.len() as u64;
            let begins_within = |issue: &&Issue| (from..to).contains(&issue.span.offset) && !issue.is_note();
            let issue = self.parsed.issues.iter().find(begins_within)?;
            let harmless = is_whole && !self.parsed.records.is_empty();
            (!harmless).then(|| Refused { issue: edit.row.edit.issue, because: issue.clone() })
        };
        self.edits.iter().filter(|edit| !edit.row.applied).filter_map(at_fault).collect()
    }
}

/// The file with the edits in their places. They are in order and do not overlap.
fn edited(original: &[u8], edits: &[Loaded]) -> Vec<u8> {
    let mut copy = Vec::with_capacity(original.len());
    let mut at = 0;
    for Loaded { row, text } in edits {
        let place = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX).min(original.len());
        let (from, to) = (place(row.edit.offset), place(row.edit.offset.saturating_add(row.edit.len)));
        copy.extend_from_slice(original.get(at..from).unwrap_or_default());
        copy.extend_from_slice(text);
        at = to.max(at);
    }
    copy.extend_from_slice(&original[at..]);
    copy
}

/// What makes an issue the same in a file and in its mended copy.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    offset: u64,
    rule: IssueRule,
    column: String,
    value: String,
}

impl Key {
    fn of(issue: &Issue) -> Self {
        let (column, value) = (issue.column.clone(), issue.value.clone());
        Self { offset: issue.span.offset, rule: issue.rule, column, value }
    }
}

/// Where the bytes of a copy stood in the file.
struct Places {
    /// Of each edit: first byte and bytes in the copy, bytes in the file, and its issue.
    edits: Vec<(u64, u64, u64, IssueId)>,
}

impl Places {
    fn of(edits: &[Loaded]) -> Self {
        let (mut grown, mut shrunk) = (0, 0);
        let place = |Loaded { row, text }: &Loaded| {
            let start = row.edit.offset + grown - shrunk;
            grown += text.len() as u64;
            shrunk += row.edit.len;
            (start, text.len() as u64, row.edit.len, row.edit.issue)
        };
        Self { edits: edits.iter().map(place).collect() }
    }

    /// Where an edit's bytes stand in the copy: the first, and the one behind the last.
    fn edited(&self, row: &EditRow) -> Option<(u64, u64)> {
        let (start, len, ..) = self.edits.iter().find(|(.., issue)| *issue == row.edit.issue)?;
        Some((*start, start + len))
    }

    /// What an issue of the copy would be called in the file; none where it begins within an edit.
    fn key(&self, issue: &Issue) -> Option<Key> {
        let mut offset = issue.span.offset;
        for (start, new, old, _) in self.edits.iter().rev() {
            if issue.span.offset >= start + new.max(&1) {
                offset = offset + old - new;
            } else if issue.span.offset > *start {
                return None;
            }
        }
        Some(Key { offset, ..Key::of(issue) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Edit, Span};

    fn loaded(offset: u64, len: u64, text: &str) -> Loaded {
        let edit = Edit {
            issue: IssueId([u8::try_from(offset).unwrap(); 8]),
            file: Digest::default(),
            offset,
            len,
            text: Digest::default(),
        };
        Loaded { row: EditRow { edit, applied: false }, text: text.as_bytes().to_vec() }
    }

    #[test]
    fn edits_stand_in_their_places_and_what_follows_is_found_again() {
        let original = b"head\nbad1\ngood\nbad2\nlast\n";
        let edits = [loaded(5, 4, "mended"), loaded(15, 4, "x")];
        let copy = edited(original, &edits);
        assert_eq!(String::from_utf8_lossy(&copy), "head\nmended\ngood\nx\nlast\n");
        let places = Places::of(&edits);
        assert_eq!(
            edits.iter().map(|edit| places.edited(&edit.row)).collect::<Vec<_>>(),
            [Some((5, 11)), Some((17, 18))]
        );
        for (in_copy, in_file) in [(0, Some(0)), (5, Some(5)), (8, None), (12, Some(10)), (19, Some(20))] {
            let span = Span { line: 1, offset: in_copy, len: 4 };
            let issue = Issue {
                stage: Stage::Sources,
                rule: IssueRule::InvalidNumber,
                file: Digest::default(),
                span,
                rows: 1,
                column: String::new(),
                value: String::new(),
            };
            assert_eq!(places.key(&issue).map(|key| key.offset), in_file, "{in_copy}");
        }
    }

    #[test]
    fn an_edit_may_take_a_row_away_or_replace_the_whole() {
        assert_eq!(edited(b"a\nb\nc\n", &[loaded(2, 2, "")]), b"a\nc\n");
        assert_eq!(edited(b"whole", &[loaded(0, 5, "other")]), b"other");
    }
}
