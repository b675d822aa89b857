//! Attempts that are ruled on together: one batch, one commit, one ruling each.
//!
//! What an attempt costs here: one look-up of its id, two keyed hashes (card and terminal), its way through
//! [`engine::live`], its event in the journal's frame and a row of a table. All that waits meanwhile shares the next
//! commit, up to [`MOST_TOGETHER`], so that a batch stays in the database instead of a file of its own.
//!
//! Whoever sets a deadline gets exactly one answer that the journal holds: either the writer takes the attempt before the
//! deadline and its ruling is waited for, or the sender's fallback wins and is what the journal keeps ([`Ticket`]).

use super::answer::ItemIssue;
use crate::live::request::{ToldOutcome, Wanted};
use crate::session::Session;
use domain::{Batch, Body, Digest, Event, LabelSource, Outcome, Ruling};
use jiff::Timestamp;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use store::AuditLine;

/// Attempts of one commit. Beyond 256 events a batch is a file of its own, with syncs of its own.
pub(super) const MOST_TOGETHER: usize = 240;

const WAITS: u8 = 0;
const TAKEN: u8 = 1;
const FELL_BACK: u8 = 2;

/// Who was first: the writer, or the deadline.
#[derive(Clone, Debug, Default)]
pub struct Ticket(Arc<AtomicU8>);

impl Ticket {
    /// The writer begins, perhaps anew; whether it was in time.
    fn take(&self) -> bool {
        let was = self.0.compare_exchange(WAITS, TAKEN, Ordering::AcqRel, Ordering::Acquire);
        was.unwrap_or_else(|found| found) != FELL_BACK
    }

    /// The deadline has passed; whether the fallback stands.
    pub fn fall_back(&self) -> bool {
        self.0.compare_exchange(WAITS, FELL_BACK, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

/// A request for rulings.
pub struct Asked {
    /// Its items, read and checked, or why not.
    pub items: Vec<Result<Wanted, ItemIssue>>,
    /// When it came.
    pub at: Timestamp,
    /// For whoever does not wait for ever.
    pub ticket: Ticket,
    /// SHA-256 and size of the body, for the audit line of what is refused.
    pub body: (Digest, u64),
}

/// What became of one item.
#[derive(Clone, Debug)]
pub enum Answer {
    /// It is ruled on; before already, where `replayed`.
    Ruled {
        /// The ruling.
        ruling: Arc<Ruling>,
        /// The same item was answered before.
        replayed: bool,
    },
    /// Its id came before with another payload.
    Conflict(SmolStr),
    /// It could not be used.
    Rejected(ItemIssue),
}

/// What an item is until the commit.
enum Pending {
    Known(Arc<Ruling>),
    /// The place of its event among those of this commit.
    New(usize, bool),
    Conflict(SmolStr),
    Rejected(ItemIssue),
}

/// Rules on all, in one commit; one answer an item.
pub(super) fn write(session: &mut Session, asked: &[Asked]) -> anyhow::Result<Vec<Vec<Answer>>> {
    let mut group = Group::default();
    let pending: Vec<Vec<Pending>> =
        asked.iter().map(|asked| group.take(session, asked)).collect::<anyhow::Result<_>>()?;
    let rulings = group.commit(session)?;
    let answer = |pending: Pending| match pending {
        Pending::Known(ruling) => Some(Answer::Ruled { ruling, replayed: true }),
        Pending::New(place, replayed) => {
            rulings.get(place).map(|ruling| Answer::Ruled { ruling: Arc::clone(ruling), replayed })
        }
        Pending::Conflict(id) => Some(Answer::Conflict(id)),
        Pending::Rejected(issue) => Some(Answer::Rejected(issue)),
    };
    Ok(pending.into_iter().map(|items| items.into_iter().filter_map(answer).collect()).collect())
}

/// Events of one commit.
#[derive(Default)]
struct Group {
    events: Vec<Event>,
    /// Payload and place of each new id.
    new: BTreeMap<SmolStr, (Digest, usize)>,
}

impl Group {
    fn take(&mut self, session: &mut Session, asked: &Asked) -> anyhow::Result<Vec<Pending>> {
        let in_time = asked.ticket.take();
        let mut all = Vec::with_capacity(asked.items.len());
        let mut refused = false;
        for item in &asked.items {
            all.push(match item {
                Ok(wanted) => self.one(session, asked.at, wanted, !in_time)?,
                Err(issue) => {
                    refused = true;
                    Pending::Rejected(issue.clone())
                }
            });
        }
        if refused {
            session.store.audit(rejected(asked));
        }
        Ok(all)
    }

    fn one(
        &mut self,
        session: &mut Session,
        at: Timestamp,
        wanted: &Wanted,
        fell_back: bool,
    ) -> anyhow::Result<Pending> {
        let payload = wanted.payload();
        if let Some((known, place)) = self.new.get(&wanted.id) {
            let same = *known == payload;
            return Ok(if same { Pending::New(*place, true) } else { Pending::Conflict(wanted.id.clone()) });
        }
        if let Some(ruling) = session.store.ruling(&wanted.id)? {
            let same = ruling.attempt.payload == payload;
            return Ok(if same { Pending::Known(Arc::new(ruling)) } else { Pending::Conflict(wanted.id.clone()) });
        }
        let tokens = session.store.tokens();
        let attempt = wanted.attempt(fell_back, |field, value| tokens.token(field, value, None));
        let place = self.events.len();
        self.new.insert(wanted.id.clone(), (payload, place));
        self.events.push(Event { now: at, body: Body::Asked(attempt) });
        Ok(Pending::New(place, false))
    }

    fn commit(self, session: &mut Session) -> anyhow::Result<Vec<Arc<Ruling>>> {
        if self.events.is_empty() {
            session.store.commit_notes()?;
            return Ok(Vec::new());
        }
        let step = session.commit(&Batch { events: self.events }, &[])?;
        Ok(step.rulings.into_iter().map(Arc::new).collect())
    }
}

fn rejected(asked: &Asked) -> AuditLine {
    let (body, bytes) = asked.body;
    let (channel, reason) = ("/v1/score".to_owned(), "rejected-item".to_owned());
    AuditLine { at: asked.at, channel, peer: String::new(), reason, bytes, body: Some(body) }
}

/// What became of an outcome that was told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Told {
    /// It is in the journal now.
    Accepted,
    /// It was known.
    Known,
    /// It could not be used.
    Rejected(ItemIssue),
}

/// Takes outcomes in, in one commit.
pub(super) fn learn(
    session: &mut Session,
    told: &[Result<ToldOutcome, ItemIssue>],
    source: LabelSource,
    now: Timestamp,
) -> anyhow::Result<Vec<Told>> {
    let (mut events, mut answers) = (Vec::new(), Vec::with_capacity(told.len()));
    let mut new: BTreeMap<&str, bool> = BTreeMap::new();
    for item in told {
        let outcome = match item {
            Ok(told) => outcome(session, told, source, now)?,
            Err(issue) => Err(issue.clone()),
        };
        answers.push(match outcome {
            Err(issue) => Told::Rejected(issue),
            Ok(outcome) => {
                let known = match item.as_ref().ok().and_then(|told| new.get(told.id.as_str())) {
                    Some(event) => Some(*event),
                    None => session.store.read().outcome(&outcome.attempt)?.map(|known| known.event),
                };
                if known == Some(outcome.event) {
                    Told::Known
                } else {
                    if let Ok(told) = item {
                        new.insert(&told.id, outcome.event);
                    }
                    events.push(Event { now, body: Body::OutcomeKnown(outcome) });
                    Told::Accepted
                }
            }
        });
    }
    if !events.is_empty() {
        session.commit(&Batch { events }, &[])?;
    }
    Ok(answers)
}

fn outcome(
    session: &Session,
    told: &ToldOutcome,
    source: LabelSource,
    now: Timestamp,
) -> anyhow::Result<Result<Outcome, ItemIssue>> {
    let known_at = match told.known_at(now) {
        Ok(known_at) => known_at,
        Err(issue) => return Ok(Err(issue)),
    };
    let Some(ruling) = session.store.ruling(&told.id)? else {
        let (rule, field) = ("UnknownAttempt".to_owned(), "id".to_owned());
        return Ok(Err(ItemIssue { rule, field, value: told.id.clone() }));
    };
    let attempt = ruling.attempt;
    Ok(Ok(Outcome {
        attempt: attempt.id,
        at: attempt.at,
        card: attempt.card,
        terminal: attempt.terminal,
        event: told.event,
        known_at,
        source,
    }))
}
