//! Which records are new.

use crate::session::Session;
use domain::{Body, Content, Event, Invoice, InvoiceLine, Issue, IssueRule, Record, RecordId, Stage};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use store::payload_digest;

/// What became of a file's records.
#[derive(Default)]
pub(super) struct Admitted {
    pub records: u64,
    pub rows: u64,
    pub duplicate_rows: u64,
    pub conflicts: Vec<Issue>,
}

/// The records that a run has admitted so far.
#[derive(Default)]
pub(super) struct Admission {
    records: BTreeMap<RecordId, Record>,
}

impl Admission {
    /// Admits what is new among a file's records.
    pub(super) fn admit(&mut self, session: &Session, records: Vec<Record>) -> anyhow::Result<Admitted> {
        let ids: Vec<RecordId> = records.iter().map(|record| record.id.clone()).collect();
        let stored = session.store.payload_digests(&ids)?;
        let mut admitted = Admitted::default();
        for (record, stored) in records.into_iter().zip(stored) {
            let rows = rows(&record);
            match stored.or_else(|| self.records.get(&record.id).map(payload_digest)) {
                None => self.take(record, &mut admitted),
                Some(known) if known == payload_digest(&record) => admitted.duplicate_rows += rows,
                Some(_) => self.differs(session, record, &mut admitted)?,
            }
        }
        Ok(admitted)
    }

    /// The events of all admitted records, in order of (time, id).
    pub(super) fn into_events(self) -> Vec<Event> {
        let mut records: Vec<Record> = self.records.into_values().collect();
        records.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        records.into_iter().map(|record| Event { now: record.at, body: Body::Record(record) }).collect()
    }

    fn take(&mut self, record: Record, admitted: &mut Admitted) {
        admitted.records += 1;
        admitted.rows += rows(&record);
        self.records.insert(record.id.clone(), record);
    }

    /// The same key with another payload: further lines of an invoice are taken, anything else is a conflict.
    fn differs(&mut self, session: &Session, record: Record, admitted: &mut Admitted) -> anyhow::Result<()> {
        let parts = self.parts(session, &record.id)?;
        let total = rows(&record);
        match further_lines(&parts, &record) {
            None => admitted.conflicts.push(conflict(&record)),
            Some(lines) if lines.is_empty() => admitted.duplicate_rows += total,
            Some(lines) => {
                admitted.duplicate_rows += total - lines.len() as u64;
                let supplement = supplement(record, parts.len(), lines);
                self.take(supplement, admitted);
            }
        }
        Ok(())
    }

    /// What is known of an invoice: its first record, and those that brought further lines (`id+1`, `id+2`, …).
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

fn supplement(record: Record, part: usize, lines: Vec<InvoiceLine>) -> Record {
    let Content::Invoice(invoice) = record.content else { unreachable!("only invoices have further lines") };
    let span = lines.first().map_or(record.span, |line| line.span);
    let content = Content::Invoice(Invoice { lines, ..invoice });
    Record { id: part_id(&record.id, part), span, content, ..record }
}

/// The lines that an invoice has more often than its known parts; none where it is not the same invoice.
fn further_lines(parts: &[Record], record: &Record) -> Option<Vec<InvoiceLine>> {
    let Content::Invoice(new) = &record.content else { return None };
    let mut known: BTreeMap<LineKey, usize> = BTreeMap::new();
    for part in parts {
        let Content::Invoice(old) = &part.content else { return None };
        if (old.buyer, &old.country, old.currency) != (new.buyer, &new.country, new.currency) {
            return None;
        }
        for line in &old.lines {
            *known.entry(line_key(line)).or_default() += 1;
        }
    }
    let mut further = Vec::new();
    for line in &new.lines {
        match known.get_mut(&line_key(line)) {
            Some(count) if *count > 0 => *count -= 1,
            _ => further.push(line.clone()),
        }
    }
    Some(further)
}

type LineKey<'a> = (&'a str, &'a str, i64, Decimal);

fn line_key(line: &InvoiceLine) -> LineKey<'_> {
    (&line.stock_code, &line.description, line.quantity, line.unit_price)
}

fn conflict(record: &Record) -> Issue {
    Issue {
        stage: Stage::Sources,
        rule: IssueRule::IdempotencyConflict,
        file: record.file,
        span: record.span,
        rows: u32::try_from(rows(record)).unwrap_or(u32::MAX),
        column: String::new(),
        value: record.id.to_string(),
    }
}

fn rows(record: &Record) -> u64 {
    match &record.content {
        Content::Invoice(invoice) => invoice.lines.len() as u64,
        _ => 1,
    }
}
