//! What is kept beside the journal and comes back from no replay: what was refused, and what was answered under a key.
//!
//! Promises: an audit line never holds what was refused, only its size and digest, and is never changed; the newest
//! [`MOST_AUDIT_LINES`] of the last [`AUDIT_DAYS`] days are kept; an answer is on the disk together with the batch that it
//! is about.

use crate::codec::{self, stored_struct};
use crate::tables::micros;
use crate::{StoreError, database};
use domain::Digest;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, params};

/// Tables that no replay gives again.
pub(crate) const OPERATIONAL: &str = "
CREATE TABLE audit (n INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, body BLOB NOT NULL);
CREATE INDEX audit_by_time ON audit (at_us);
CREATE TABLE answers (channel TEXT, key TEXT, at_us INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (channel, key))
    WITHOUT ROWID;
CREATE INDEX answers_by_time ON answers (at_us);
";

/// A year, as auditors ask for (PCI DSS 4.0, 10.5.1), and a month to ask in. Lines name peers, so none stays for ever.
pub const AUDIT_DAYS: i64 = 400;

/// About 20 MB: whoever floods the address cannot fill the disk.
pub const MOST_AUDIT_LINES: u32 = 100_000;

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
        let mut line = database.prepare_cached("INSERT INTO audit (at_us, body) VALUES (?1, ?2)")?;
        for audit in &self.audit {
            line.execute(params![micros(audit.at), codec::encode(audit)])?;
        }
        if let Some(newest) = self.audit.iter().map(|line| line.at).max() {
            forget_audit(database, newest, MOST_AUDIT_LINES)?;
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

/// Keeps what is young enough at `now`, and of that the newest `most`.
fn forget_audit(database: &Connection, now: Timestamp, most: u32) -> Result<(), StoreError> {
    let kept_from = now.checked_sub(SignedDuration::from_hours(24 * AUDIT_DAYS)).unwrap_or(Timestamp::MIN);
    database.prepare_cached("DELETE FROM audit WHERE at_us < ?1")?.execute([micros(kept_from)])?;
    database.prepare_cached("DELETE FROM audit WHERE n <= (SELECT max(n) FROM audit) - ?1")?.execute([most])?;
    Ok(())
}

/// The newest first.
pub(crate) fn audit(database: &Connection, limit: u32, offset: u32) -> Result<Vec<AuditLine>, StoreError> {
    database::all(database, "audit", "SELECT body FROM audit ORDER BY n DESC LIMIT ?1 OFFSET ?2", [limit, offset])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(at: &str) -> AuditLine {
        let (channel, peer, reason) = ("/v1/events".to_owned(), "::1".to_owned(), at.to_owned());
        AuditLine { at: at.parse().unwrap(), channel, peer, reason, bytes: 1, body: None }
    }

    fn reasons(database: &Connection) -> Vec<String> {
        audit(database, 100, 0).unwrap().into_iter().map(|line| line.reason).collect()
    }

    #[test]
    fn lines_older_than_the_stated_days_go_when_the_next_comes() {
        let database = Connection::open_in_memory().unwrap();
        database.execute_batch(OPERATIONAL).unwrap();
        let write = |at: &str| Notes { audit: vec![line(at)], ..Notes::default() }.write(&database).unwrap();
        let days = ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2027-02-05T00:00:01Z"];
        days[..2].iter().for_each(|at| write(at));
        assert_eq!(reasons(&database), [days[1], days[0]]);
        write(days[2]);
        assert_eq!(reasons(&database), [days[2], days[1]]);
    }

    #[test]
    fn of_too_many_lines_the_newest_stay() {
        let database = Connection::open_in_memory().unwrap();
        database.execute_batch(OPERATIONAL).unwrap();
        let days = ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z"];
        Notes { audit: days.iter().map(|at| line(at)).collect(), ..Notes::default() }.write(&database).unwrap();
        forget_audit(&database, line(days[2]).at, 2).unwrap();
        assert_eq!(reasons(&database), [days[2], days[1]]);
        Notes { audit: vec![line(days[2])], ..Notes::default() }.write(&database).unwrap();
        forget_audit(&database, line(days[2]).at, 2).unwrap();
        assert_eq!(reasons(&database), [days[2], days[2]]);
    }
}
