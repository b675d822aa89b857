//! Which records are new.

use super::addition::{Addition, addition};
use crate::session::Session;
use domain::{Body, Event, Issue, IssueRule, Record, RecordId, Stage};
use std::collections::BTreeMap;
use store::payload_digest;

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

/// The records that a run has admitted so far.
#[derive(Default)]
pub(crate) struct Admission {
    records: BTreeMap<RecordId, Record>,
}

impl Admission {
    /// Admits what is new among a file's records.
    pub(crate) fn admit(&mut self, session: &Session, records: Vec<Record>) -> anyhow::Result<Admitted> {
        let ids: Vec<RecordId> = records.iter().map(|record| record.id.clone()).collect();
        let stored = session.store.payload_digests(&ids)?;
        let mut admitted = Admitted::default();
        for (record, stored) in records.into_iter().zip(stored) {
            let rows = record.rows();
            let verdict = match stored.or_else(|| self.records.get(&record.id).map(payload_digest)) {
                None => self.take(record, &mut admitted),
                Some(known) if known == payload_digest(&record) => {
                    admitted.duplicate_rows += rows;
                    Verdict::Known
                }
                Some(_) => self.differs(session, &record, &mut admitted)?,
            };
            admitted.verdicts.push(verdict);
        }
        Ok(admitted)
    }

    /// The events of all admitted records, in order of (time, id).
    pub(crate) fn into_events(self) -> Vec<Event> {
        let mut records: Vec<Record> = self.records.into_values().collect();
        records.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        records.into_iter().map(|record| Event { now: record.at, body: Body::Record(record) }).collect()
    }

    fn take(&mut self, record: Record, admitted: &mut Admitted) -> Verdict {
        admitted.records += 1;
        admitted.rows += record.rows();
        self.records.insert(record.id.clone(), record);
        Verdict::Taken
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
                self.take(part, admitted)
            }
        })
    }

    /// What is known under an id: its first record, and those that added to it (`id+1`, `id+2`, …).
    fn parts(&self, session: &Session, id: &RecordId) -> anyhow::Result<Vec<Record>> {
        let mut parts = Vec::new();
        loop {
            let id = part_id(id, parts.len());
            let known = match self.records.get(&id) {
                Some(record) => Some(record.clone()),
                None => session.store.read().record(&id)?,
            };
            match known {
                Some(record) => parts.push(record),
                None => return Ok(parts),
            }
        }
    }
}

fn part_id(id: &RecordId, part: usize) -> RecordId {
    if part == 0 { id.clone() } else { RecordId(format!("{id}+{part}")) }
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
