//! What is kept beside the journal and comes back from no replay: what was refused, and what was answered under a key.
//!
//! Promises: an audit line never holds what was refused, only its size and digest, and is never changed; an answer is
//! on the disk together with the batch that it is about.

use crate::codec::{self, stored_struct};
use crate::tables::micros;
use crate::{StoreError, database};
use domain::Digest;
use jiff::Timestamp;
use rusqlite::{Connection, params};

/// Tables that no replay gives again.
pub(crate) const OPERATIONAL: &str = "
CREATE TABLE audit (n INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE answers (channel TEXT, key TEXT, at_us INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (channel, key))
    WITHOUT ROWID;
CREATE INDEX answers_by_time ON answers (at_us);
";

/// A request that was refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditLine {
    /// When.
    pub at: Timestamp,
    /// The address that it was sent to, for example `/v1/events`.
    pub channel: String,
    /// Who sent it, as far as the network tells.
    pub peer: String,
    /// Why it was refused, in a word.
    pub reason: String,
    /// Its size in bytes, as far as it was read or announced.
    pub bytes: u64,
    /// SHA-256 of its body; none where the body was not read to its end.
    pub body: Option<Digest>,
}

stored_struct!(AuditLine { at, channel, peer, reason, bytes, body });

/// What was answered to a request, so that the same request gets the same answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// Keys are unique within a channel.
    pub channel: String,
    /// The sender's key.
    pub key: String,
    /// When it was answered.
    pub at: Timestamp,
    /// SHA-256 of the request's body.
    pub request: Digest,
    /// HTTP status.
    pub status: u32,
    /// Body of the answer.
    pub text: String,
}

stored_struct!(Answer { channel, key, at, request, status, text });

/// What waits for the next commit.
#[derive(Default)]
pub(crate) struct Notes {
    pub audit: Vec<AuditLine>,
    pub answers: Vec<Answer>,
}

impl Notes {
    pub(crate) fn is_empty(&self) -> bool {
        self.audit.is_empty() && self.answers.is_empty()
    }

    pub(crate) fn write(&self, database: &Connection) -> Result<(), StoreError> {
        let mut line = database.prepare_cached("INSERT INTO audit (body) VALUES (?1)")?;
        for audit in &self.audit {
            line.execute([codec::encode(audit)])?;
        }
        let mut put = database
            .prepare_cached("INSERT OR REPLACE INTO answers (channel, key, at_us, body) VALUES (?1, ?2, ?3, ?4)")?;
        for answer in &self.answers {
            put.execute(params![answer.channel, answer.key, micros(answer.at), codec::encode(answer)])?;
        }
        Ok(())
    }
}

pub(crate) fn answer(database: &Connection, channel: &str, key: &str) -> Result<Option<Answer>, StoreError> {
    database::one(database, "answers", "SELECT body FROM answers WHERE channel = ?1 AND key = ?2", [channel, key])
}

pub(crate) fn forget_answers(database: &Connection, before: Timestamp) -> Result<usize, StoreError> {
    Ok(database.execute("DELETE FROM answers WHERE at_us < ?1", [micros(before)])?)
}

/// The newest first.
pub(crate) fn audit(database: &Connection, limit: u32, offset: u32) -> Result<Vec<AuditLine>, StoreError> {
    database::all(database, "audit", "SELECT body FROM audit ORDER BY n DESC LIMIT ?1 OFFSET ?2", [limit, offset])
}
