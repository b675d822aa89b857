//! Screening: lists and rules from files, and people held against lists.
//!
//! Promise: names are compared where they are in clear text, which is here and for the length of a run; what is kept of it
//! is a token and the entry that it is like, in the journal.

mod list_file;
mod rules_file;

pub use list_file::read as read_list;
pub use rules_file::{parse as parse_rules, written as written_rules};

use domain::{Batch, Body, Content, Screening, ScreeningHit, Token};
use engine::score::compliance::Compliance;
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
            for names in compliance.lists() {
                hits.extend(names.person(&value).map(|alike| ScreeningHit {
                    token: *token,
                    list: names.list().name.clone(),
                    entry: alike.entry,
                    name: alike.name,
                    similarity_bps: bps(alike.similarity),
                }));
            }
        }
    }
    Ok(Screening { people: people.to_vec(), hits: hits.into_iter().collect() })
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
