//! Screening: lists and rules from files, and people held against lists.
//!
//! Promise: names are compared where they are in clear text, which is here and for the length of a run; what is kept of it
//! is a token and the entry that it is like, in the journal. Whoever comes with an import is held against the lists before
//! the import's own records are judged.

mod list_file;
mod rules_file;

pub use list_file::read as read_list;
pub use rules_file::{parse as parse_rules, written as written_rules};

use crate::session::Session;
use domain::{Batch, Body, Content, Event, Screening, ScreeningHit, Token};
use engine::score::compliance::Compliance;
use jiff::Timestamp;
use std::collections::BTreeSet;
use store::{Reader, StoreError};

/// People of one event of the journal.
const PEOPLE: usize = 50_000;

/// Holds everybody that the records name against the lists that stand.
///
/// # Errors
/// When the journal or the vault cannot be read.
pub fn screen(reader: &Reader, compliance: &Compliance) -> Result<Vec<Screening>, StoreError> {
    let people: Vec<Token> = people(reader)?.into_iter().collect();
    people.chunks(PEOPLE).map(|people| screened(reader, compliance, people)).collect()
}

fn screened(reader: &Reader, compliance: &Compliance, people: &[Token]) -> Result<Screening, StoreError> {
    let mut hits = BTreeSet::new();
    for token in people {
        for (_, value) in reader.personal(token)? {
            hits.extend(like(compliance, *token, &value));
        }
    }
    Ok(Screening { people: people.to_vec(), hits: hits.into_iter().collect() })
}

/// The entry of each list that a name is most like.
fn like<'a>(compliance: &'a Compliance, token: Token, name: &'a str) -> impl Iterator<Item = ScreeningHit> + 'a {
    compliance.lists().filter_map(move |names| {
        names.person(name).map(|alike| ScreeningHit {
            token,
            list: names.list().name.clone(),
            entry: alike.entry,
            name: alike.name,
            similarity_bps: bps(alike.similarity),
        })
    })
}

/// What the vault holds of things, not of people.
const THINGS: [&str; 3] = ["card", "device", crate::live::request::TERMINAL];

/// Events around the records of an import.
#[derive(Default)]
pub struct Newcomers {
    /// Before them, so that their records are judged.
    pub before: Vec<Event>,
    /// Behind them: those of whom something was found are parties by then.
    pub behind: Vec<Event>,
}

/// Holds everybody whom this writer meets for the first time against the lists; nothing where no list is loaded. What is
/// known of them is still in clear text here, before the commit that seals it.
pub fn newcomers(session: &mut Session, now: Timestamp) -> Newcomers {
    if session.working().compliance().lists().next().is_none() {
        return Newcomers::default();
    }
    let people = session.store.tokens().newcomers();
    let compliance = session.working().compliance();
    let is_person = |values: &[(String, String)]| values.iter().any(|(field, _)| !THINGS.contains(&field.as_str()));
    let people: Vec<_> = people.into_iter().filter(|(_, values)| is_person(values)).collect();
    let mut around = Newcomers::default();
    for people in people.chunks(PEOPLE) {
        let values = people.iter().flat_map(|(token, values)| values.iter().map(move |(_, value)| (*token, value)));
        // What was found by values that the vault has sealed stands.
        let is_here = |hit: &&ScreeningHit| people.binary_search_by_key(&hit.token, |(token, _)| *token).is_ok();
        let known = compliance.hits().filter(is_here).cloned();
        let hits: BTreeSet<ScreeningHit> =
            values.flat_map(|(token, value)| like(compliance, token, value)).chain(known).collect();
        let hits: Vec<ScreeningHit> = hits.into_iter().collect();
        let found: BTreeSet<Token> = hits.iter().map(|hit| hit.token).collect();
        let event = |people, hits| Event { now, body: Body::PeopleScreened(Box::new(Screening { people, hits })) };
        around.before.push(event(people.iter().map(|(token, _)| *token).collect(), hits.clone()));
        if !hits.is_empty() {
            around.behind.push(event(found.into_iter().collect(), hits));
        }
    }
    around
}

/// Everybody that a record names.
fn people(reader: &Reader) -> Result<BTreeSet<Token>, StoreError> {
    let mut people = BTreeSet::new();
    for batch in reader.batches() {
        let (_, Batch { events }) = batch?;
        for event in events {
            if let Body::Record(record) = event.body {
                people.extend(named(&record.content).into_iter().flatten());
            }
        }
    }
    Ok(people)
}

fn named(content: &Content) -> [Option<Token>; 2] {
    match content {
        Content::Invoice(invoice) => [invoice.buyer, None],
        Content::Processor(line) => [line.customer, None],
        Content::Bank(line) => [line.counterparty, None],
        Content::OrderStatus(status) => [status.buyer, None],
        Content::Review(review) => [review.reviewer, None],
        Content::Authorisation(said) => [said.buyer, said.address],
        _ => [None, None],
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share between 0 and 1")]
fn bps(share: f64) -> u32 {
    (share.clamp(0.0, 1.0) * 10_000.0).round() as u32
}
