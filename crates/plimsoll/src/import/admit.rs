//! Which records are new.
//!
//! A file's records are staged as they are read, in their stored form; once the file's faults are weighed they are
//! admitted or dropped.

use super::addition::{Addition, addition};
use crate::session::Session;
use domain::{Body, Event, Issue, IssueRule, Record, RecordId, Stage};
use jiff::Timestamp;
use std::collections::BTreeMap;
use store::{PackedRecords, Place, StoreError, payload_digest};

/// What became of a file's records.
#[derive(Default)]
pub(crate) struct Admitted {
    pub records: u64,
    pub rows: u64,
    pub duplicate_rows: u64,
    pub conflicts: Vec<Issue>,
    /// One for each record, in the file's order.
    pub verdicts: Vec<Verdict>,
}

/// What became of one record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    /// It is new, or some of it is.
    Taken,
    /// All of it was known.
    Known,
    /// Its key is known with another payload.
    Conflict,
}

/// Records that were read and not yet admitted.
#[derive(Default)]
pub(crate) struct Staged {
    packed: PackedRecords,
    heads: Vec<Head>,
}

/// What is asked of every record, beside its place.
struct Head {
    id: RecordId,
    at: Timestamp,
    rows: u64,
    dates_the_books: bool,
    place: Place,
}

/// Ids that are looked up in the journal at once.
const AT_ONCE: usize = 10_000;

impl Staged {
    /// Packs records.
    pub(crate) fn of(records: &[Record]) -> Self {
        let mut packed = PackedRecords::default();
        let heads = records.iter().map(|record| Head::of(record, packed.push(record))).collect();
        Self { packed, heads }
    }
}

impl Head {
    fn of(record: &Record, place: Place) -> Self {
        let dates_the_books = record.content.dates_the_books();
        Self { id: record.id.clone(), at: record.at, rows: record.rows(), dates_the_books, place }
    }
}

/// The records that a run has admitted so far.
#[derive(Default)]
pub(crate) struct Admission {
    packed: PackedRecords,
    staged: Vec<Head>,
    known: BTreeMap<RecordId, (Timestamp, Place)>,
    latest: Option<Timestamp>,
}

impl Admission {
    /// Admits what is new among a file's records.
    pub(crate) fn admit(&mut self, session: &Session, records: &[Record]) -> anyhow::Result<Admitted> {
        self.stage(Staged::of(records));
        self.admit_staged(session)
    }

    /// Takes further records of a file, to be admitted or dropped with it.
    pub(crate) fn stage(&mut self, records: Staged) {
        let before = self.packed.append(records.packed);
        self.staged.extend(records.heads.into_iter().map(|head| Head { place: head.place.behind(before), ..head }));
    }

    /// Whether a file's records wait.
    pub(crate) fn has_staged(&self) -> bool {
        !self.staged.is_empty()
    }

    /// Drops the file's records.
    pub(crate) fn drop_staged(&mut self) {
        for head in std::mem::take(&mut self.staged) {
            self.packed.forget(head.place);
        }
    }

    /// Admits what is new among the staged records.
    pub(crate) fn admit_staged(&mut self, session: &Session) -> anyhow::Result<Admitted> {
        let mut admitted = Admitted::default();
        let mut heads = std::mem::take(&mut self.staged).into_iter();
        loop {
            let heads: Vec<Head> = heads.by_ref().take(AT_ONCE).collect();
            if heads.is_empty() {
                return Ok(admitted);
            }
            let ids: Vec<RecordId> = heads.iter().map(|head| head.id.clone()).collect();
            for (head, stored) in heads.into_iter().zip(session.store.payload_digests(&ids)?) {
                let verdict = match (stored, self.known.get(&head.id)) {
                    (None, None) => self.take(head, &mut admitted),
                    (Some(digest), _) => self.compare(session, &head, digest, &mut admitted)?,
                    (None, Some((_, known))) => {
                        let digest = payload_digest(&self.packed.get(*known)?);
                        self.compare(session, &head, digest, &mut admitted)?
                    }
                };
                admitted.verdicts.push(verdict);
            }
        }
    }

    /// When the last admitted record of the business's own doings happened: rates and prices run on after a shop's books
    /// end.
    pub(crate) fn latest(&self) -> Option<Timestamp> {
        self.latest
    }

    /// How many records were admitted.
    pub(crate) fn len(&self) -> usize {
        self.known.len()
    }

    /// The events of all admitted records, in order of (time, id).
    pub(crate) fn into_events(self) -> Events {
        let mut order: Vec<(Timestamp, Place)> = self.known.into_values().collect();
        order.sort_by_key(|(at, _)| *at);
        Events { packed: self.packed, order: order.into_iter() }
    }

    fn take(&mut self, head: Head, admitted: &mut Admitted) -> Verdict {
        admitted.records += 1;
        admitted.rows += head.rows;
        if head.dates_the_books {
            self.latest = self.latest.max(Some(head.at));
        }
        self.known.insert(head.id, (head.at, head.place));
        Verdict::Taken
    }

    /// A record whose id is known with a payload of this digest.
    fn compare(
        &mut self,
        session: &Session,
        head: &Head,
        known: domain::Digest,
        admitted: &mut Admitted,
    ) -> anyhow::Result<Verdict> {
        let record = self.packed.take(head.place)?;
        if known != payload_digest(&record) {
            return self.differs(session, &record, admitted);
        }
        admitted.duplicate_rows += head.rows;
        Ok(Verdict::Known)
    }

    /// The same key with another payload: what a later export may add is taken, anything else is a conflict.
    fn differs(&mut self, session: &Session, record: &Record, admitted: &mut Admitted) -> anyhow::Result<Verdict> {
        let parts = self.parts(session, &record.id)?;
        let total = record.rows();
        Ok(match addition(&parts, record) {
            Addition::Conflict => {
                admitted.conflicts.push(conflict(record));
                Verdict::Conflict
            }
            Addition::Nothing => {
                admitted.duplicate_rows += total;
                Verdict::Known
            }
            Addition::Part(content, span) => {
                let id = part_id(&record.id, parts.len());
                let part = Record { id, at: record.at, file: record.file, span, content: *content };
                admitted.duplicate_rows += total.saturating_sub(part.rows());
                let place = self.packed.push(&part);
                self.take(Head::of(&part, place), admitted)
            }
        })
    }

    /// What is known under an id: its first record, and those that added to it (`id+1`, `id+2`, …).
    fn parts(&self, session: &Session, id: &RecordId) -> anyhow::Result<Vec<Record>> {
        let mut parts = Vec::new();
        loop {
            let id = part_id(id, parts.len());
            let known = match self.known.get(&id) {
                Some((_, place)) => Some(self.packed.get(*place)?),
                None => session.store.read().record(&id)?,
            };
            match known {
                Some(record) => parts.push(record),
                None => return Ok(parts),
            }
        }
    }
}

/// Events of records that are unpacked one by one; what was given out takes no memory here.
pub(crate) struct Events {
    packed: PackedRecords,
    order: std::vec::IntoIter<(Timestamp, Place)>,
}

impl Iterator for Events {
    type Item = Result<Event, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (now, place) = self.order.next()?;
        Some(self.packed.take(place).map(|record| Event { now, body: Body::Record(record) }))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.order.size_hint()
    }
}

fn part_id(id: &RecordId, part: usize) -> RecordId {
    if part == 0 { id.clone() } else { RecordId::from(format!("{id}+{part}")) }
}

fn conflict(record: &Record) -> Issue {
    Issue {
        stage: Stage::Sources,
        rule: IssueRule::IdempotencyConflict,
        file: record.file,
        span: record.span,
        rows: u32::try_from(record.rows()).unwrap_or(u32::MAX),
        column: String::new(),
        value: record.id.to_string(),
    }
}
