//! Requests that are committed together: parsed and admitted one by one, kept raw as one file for each source, in one
//! batch.
//!
//! What a body says is placed by the digest of that body until the group's file is known; then every record and issue
//! moves to where the body stands in it.

use super::answer::{Answered, ItemResult, ItemStatus};
use super::{Delivery, Kind};
use crate::import::admit::{Admission, Verdict};
use crate::import::{self, Mappings, Options, Tolerance, Vault};
use crate::screening::{Newcomers, newcomers};
use crate::session::Session;
use domain::{Batch, Body, Content, Digest, Event, Issue, IssueRule, Record, Span};
use jiff::Timestamp;
use serde::Deserialize;
use sources::standard_event::{self, StandardEvent};
use sources::{Context, Parsed, Source, SourceSettings};
use std::collections::BTreeMap;
use store::{Answer, FileRow};

/// What a group came to.
pub(super) struct Written {
    /// One for each request, in order.
    pub answers: Vec<Answered>,
    /// New records.
    pub records: u64,
}

/// Admits and commits a group.
pub(super) fn write(
    session: &mut Session,
    deliveries: &[Delivery],
    settings: &SourceSettings,
) -> anyhow::Result<Written> {
    let mut group = Group::default();
    let answers = deliveries.iter().map(|delivery| group.take(session, delivery, settings));
    let answers = answers.collect::<anyhow::Result<Vec<Answered>>>()?;
    let records = group.commit(session)?;
    Ok(Written { answers, records })
}

/// A group in the making.
#[derive(Default)]
struct Group {
    admission: Admission,
    rejected: Vec<Event>,
    /// By channel and source.
    files: BTreeMap<(String, String), GroupFile>,
    /// Answers of this group under (channel, key), and bodies that it keeps.
    answered: BTreeMap<(String, String), (Digest, Answered)>,
}

/// The bodies of one source, one after another.
struct GroupFile {
    content: Vec<u8>,
    lines: u32,
    /// Where each body starts.
    places: BTreeMap<Digest, Span>,
    row: FileRow,
}

impl Group {
    fn take(
        &mut self,
        session: &mut Session,
        delivery: &Delivery,
        settings: &SourceSettings,
    ) -> anyhow::Result<Answered> {
        let digest = sources::digest(&delivery.body);
        let known = match &delivery.key {
            Some(key) => self.known(session, &delivery.channel, key)?,
            None => None,
        };
        match (delivery.kind, known, &delivery.key) {
            (Kind::Events, Some((request, answer)), _) if request == digest => return Ok(answer),
            (Kind::Events, Some(_), Some(key)) => return Ok(Answered::key_conflict(key)),
            (Kind::Notice, Some(_), _) => return Ok(Answered::received([0, 1, 0, 0])),
            _ => {}
        }
        let kept_before = self.known(session, &bodies(delivery), &digest.to_string())?.is_some();
        if kept_before && delivery.kind == Kind::Notice {
            return Ok(Answered::received([0, 1, 0, 0]));
        }
        let answer = self.admit(session, delivery, digest, kept_before, settings)?;
        if let Some(key) = &delivery.key {
            self.keep(session, delivery.at, (&delivery.channel, key), digest, &answer);
        }
        Ok(answer)
    }

    /// What was answered under a key, in this group or before.
    fn known(&self, session: &Session, channel: &str, key: &str) -> anyhow::Result<Option<(Digest, Answered)>> {
        if let Some((request, answer)) = self.answered.get(&(channel.to_owned(), key.to_owned())) {
            return Ok(Some((*request, Answered { replayed: true, ..answer.clone() })));
        }
        let stored = session.store.answer(channel, key)?;
        Ok(stored.map(|stored| {
            let status = u16::try_from(stored.status).unwrap_or(500);
            (stored.request, Answered { status, text: stored.text, replayed: true })
        }))
    }

    fn keep(
        &mut self,
        session: &mut Session,
        at: Timestamp,
        (channel, key): (&str, &str),
        request: Digest,
        answer: &Answered,
    ) {
        session.store.keep_answer(Answer {
            channel: channel.to_owned(),
            key: key.to_owned(),
            at,
            request,
            status: u32::from(answer.status),
            text: answer.text.clone(),
        });
        self.answered.insert((channel.to_owned(), key.to_owned()), (request, answer.clone()));
    }

    /// Takes what is new in a body. The issues of a body that is kept already are told again and not kept again.
    fn admit(
        &mut self,
        session: &mut Session,
        delivery: &Delivery,
        digest: Digest,
        kept_before: bool,
        settings: &SourceSettings,
    ) -> anyhow::Result<Answered> {
        let (source, parsed) = read(session, delivery, digest, settings);
        let spans: Vec<Span> = parsed.records.iter().map(|record| record.span).collect();
        let admitted = self.admission.admit(session, &parsed.records)?;
        let verdicts: Vec<(Span, Verdict)> = spans.into_iter().zip(admitted.verdicts).collect();
        let answer = match delivery.kind {
            Kind::Events => Answered::of(&results(delivery, &verdicts, &parsed.issues, &admitted.conflicts)),
            Kind::Notice => Answered::received(counts(&verdicts, &parsed.issues)),
        };
        let told: Vec<Issue> = parsed.issues.into_iter().chain(admitted.conflicts).collect();
        if delivery.kind == Kind::Notice || !told.is_empty() {
            self.keep(session, delivery.at, (&bodies(delivery), &digest.to_string()), digest, &answer);
        }
        let skipped = delivery.kind == Kind::Notice && parsed.skipped > 0;
        if admitted.records == 0 && !skipped && (told.is_empty() || kept_before) {
            return Ok(answer);
        }
        let row = FileRow {
            rows: parsed.rows - parsed.skipped,
            records: admitted.records,
            rows_in_records: admitted.rows,
            duplicates: parsed.duplicates + admitted.duplicate_rows,
            issues: told.iter().map(|issue| u64::from(issue.rows)).sum(),
            ..empty_row(delivery, &source)
        };
        let made = GroupFile::new(delivery, &source);
        let file = self.files.entry((delivery.channel.clone(), source));
        file.or_insert(made).push(digest, &delivery.body, &row);
        self.rejected.extend(told.into_iter().map(|issue| Event { now: delivery.at, body: Body::Rejected(issue) }));
        Ok(answer)
    }

    fn commit(self, session: &mut Session) -> anyhow::Result<u64> {
        let known_to = session.working().latest().or(self.admission.latest()).unwrap_or_default();
        let mut events: Vec<Event> = self.admission.into_events().collect::<Result<_, _>>()?;
        let records = events.len() as u64;
        if records > 0 {
            let Newcomers { before, behind } = newcomers(session, known_to);
            events.splice(..0, before);
            events.extend(behind);
        }
        events.extend(self.rejected);
        if self.files.is_empty() {
            session.store.commit_notes()?;
            return Ok(0);
        }
        let mut places = BTreeMap::new();
        let mut rows = Vec::new();
        for file in self.files.into_values() {
            let digest = session.store.keep_raw(&file.content)?;
            places.extend(file.places.into_iter().map(|(body, place)| (body, (digest, place))));
            rows.push(FileRow { digest, bytes: file.content.len() as u64, ..file.row });
        }
        for event in &mut events {
            move_to_group(event, &places);
        }
        session.commit(&Batch { events }, &rows)?;
        Ok(records)
    }
}

/// Where bodies are remembered that are kept.
fn bodies(delivery: &Delivery) -> String {
    format!("{} body", delivery.channel)
}

fn read(session: &mut Session, delivery: &Delivery, digest: Digest, settings: &SourceSettings) -> (String, Parsed) {
    let tokens = session.store.tokens();
    match delivery.kind {
        Kind::Events => {
            let mut vault = Vault(tokens);
            let mut context = Context { personal: &mut vault, now: delivery.at, settings, beside: &[] };
            (StandardEvent.name().to_owned(), StandardEvent.parse(digest, &delivery.body, &mut context))
        }
        Kind::Notice => {
            let (settings, tolerance) = (settings.clone(), Tolerance::default());
            let options = Options { as_of: None, now: delivery.at, settings, tolerance, mappings: Mappings::default() };
            import::parse(&delivery.body, digest, tokens, &options, &[])
        }
    }
}

/// Records taken, records known, conflicts, and rows of other issues.
fn counts(verdicts: &[(Span, Verdict)], issues: &[Issue]) -> [usize; 4] {
    let count = |wanted| verdicts.iter().filter(|(_, verdict)| *verdict == wanted).count();
    [count(Verdict::Taken), count(Verdict::Known), count(Verdict::Conflict), issues.len()]
}

/// Groups of one day and channel have one name.
fn empty_row(delivery: &Delivery, source: &str) -> FileRow {
    let day = delivery.at.strftime("%Y-%m-%d");
    FileRow {
        name: format!("{} {day}", delivery.channel),
        source: source.to_owned(),
        read_at: delivery.at,
        ..FileRow::default()
    }
}

impl GroupFile {
    fn new(delivery: &Delivery, source: &str) -> Self {
        Self { content: Vec::new(), lines: 0, places: BTreeMap::new(), row: empty_row(delivery, source) }
    }

    /// A body that is kept twice, for other issues, stands where it first stood.
    fn push(&mut self, digest: Digest, body: &[u8], row: &FileRow) {
        let place = Span { line: self.lines, offset: self.content.len() as u64, len: 0 };
        self.places.entry(digest).or_insert(place);
        self.content.extend_from_slice(body);
        if !body.ends_with(b"\n") {
            self.content.push(b'\n');
        }
        let added = self.content.get(usize::try_from(place.offset).unwrap_or(usize::MAX)..).unwrap_or_default();
        let ends = added.iter().filter(|byte| **byte == b'\n').count();
        self.lines = self.lines.saturating_add(u32::try_from(ends).unwrap_or(u32::MAX));
        self.row.rows += row.rows;
        self.row.records += row.records;
        self.row.rows_in_records += row.rows_in_records;
        self.row.duplicates += row.duplicates;
        self.row.issues += row.issues;
    }
}

/// Moves what stands in a body to where the body stands in the group's file.
fn move_to_group(event: &mut Event, places: &BTreeMap<Digest, (Digest, Span)>) {
    let shift = |file: &mut Digest| {
        let (digest, place) = places.get(file).copied().unwrap_or((*file, Span::default()));
        *file = digest;
        move |span: &mut Span| {
            span.line = span.line.saturating_add(place.line);
            span.offset += place.offset;
        }
    };
    match &mut event.body {
        Body::Record(Record { file, span, content, .. }) => {
            let shift = shift(file);
            shift(span);
            match content {
                Content::Invoice(invoice) => invoice.lines.iter_mut().for_each(|line| shift(&mut line.span)),
                Content::TrialBalance(balance) => balance.lines.iter_mut().for_each(|line| shift(&mut line.span)),
                _ => {}
            }
        }
        Body::Rejected(Issue { file, span, .. }) => shift(file)(span),
        _ => {}
    }
}

/// The result of each item of the body: of its record, its issue, or else it repeats an earlier item.
fn results(
    delivery: &Delivery,
    verdicts: &[(Span, Verdict)],
    issues: &[Issue],
    conflicts: &[Issue],
) -> Vec<ItemResult> {
    let items = standard_event::items(&delivery.body);
    let by_place: BTreeMap<u64, &Issue> =
        conflicts.iter().chain(issues).map(|issue| (issue.span.offset, issue)).collect();
    let verdicts: BTreeMap<u64, Verdict> = verdicts.iter().map(|(span, verdict)| (span.offset, *verdict)).collect();
    let result = |(index, item): (usize, &standard_event::Item<'_>)| {
        let issue = by_place.get(&item.span.offset).copied();
        let status = match (verdicts.get(&item.span.offset), issue) {
            (Some(Verdict::Taken), _) => ItemStatus::Accepted,
            (Some(Verdict::Conflict), _) => ItemStatus::Conflict,
            (None, Some(issue)) if issue.rule == IssueRule::IdempotencyConflict => ItemStatus::Conflict,
            (None, Some(_)) => ItemStatus::Rejected,
            (Some(Verdict::Known), _) | (None, None) => ItemStatus::Duplicate,
        };
        let issue = issue.filter(|_| status != ItemStatus::Accepted).map(Into::into);
        ItemResult { index, id: id_of(item.bytes), status, issue }
    };
    items.iter().enumerate().map(result).collect()
}

/// The `id` that an item names itself by, be it sound or not.
fn id_of(bytes: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        id: serde_json::Value,
    }
    match serde_json::from_slice::<Named>(bytes).ok()?.id {
        serde_json::Value::String(id) => Some(id),
        serde_json::Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}
