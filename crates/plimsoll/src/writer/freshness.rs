//! How fresh the books are.

use crate::session::Session;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;

/// How far the books reach, and when they were settled.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Freshness {
    /// When the newest record of each source happened.
    newest: BTreeMap<String, Timestamp>,
    /// When the writer last settled; none before the first time since it started.
    settled: Option<Timestamp>,
    /// Records since then.
    unsettled: u64,
    /// The books were read since the start.
    books_read: bool,
}

/// The newest record of one source.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SourceFreshness {
    /// The word before the colon of its records' ids.
    pub source: String,
    /// When its newest record happened.
    pub newest: String,
    /// Seconds since then.
    pub age_seconds: i64,
}

impl Freshness {
    pub(super) fn of(session: &Session) -> Self {
        Self { newest: session.newest().clone(), books_read: session.has_books(), ..Self::default() }
    }

    pub(super) fn follow(&mut self, session: &Session) {
        self.newest.clone_from(session.newest());
        self.books_read |= session.has_books();
    }

    pub(super) fn wrote(&mut self, records: u64) {
        self.unsettled += records;
    }

    pub(super) fn settled(&mut self) {
        self.settled = Some(Timestamp::now());
        self.unsettled = 0;
    }

    /// When the writer last settled.
    pub fn settled_at(&self) -> Option<Timestamp> {
        self.settled
    }

    /// Whether the books were read since the start; until then attempts alone are taken up at once.
    pub fn books_read(&self) -> bool {
        self.books_read
    }

    /// Records that wait to be settled.
    pub fn unsettled_records(&self) -> u64 {
        self.unsettled
    }

    /// Each source's newest record, seen from `now`.
    pub fn sources(&self, now: Timestamp) -> Vec<SourceFreshness> {
        let told = |(source, newest): (&String, &Timestamp)| SourceFreshness {
            source: source.clone(),
            newest: newest.to_string(),
            age_seconds: now.duration_since(*newest).as_secs(),
        };
        self.newest.iter().map(told).collect()
    }
}
