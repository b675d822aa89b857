//! What is held back while a run is written: it goes to the tables once, in their order, at the end of the run.

use super::{Mentions, add_mentions, subject_number};
use crate::StoreError;
use crate::codec;
use domain::{RiskKind, Score, Subject};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

/// Beyond so many of either they are written before the end: they then take some 100 MB each.
const MOST_MENTIONS: usize = 4_000_000;
const MOST_SCORES: usize = 500_000;

/// Of the run that is being written.
#[derive(Default)]
pub(crate) struct Held {
    pub(super) mentions: Mentions,
    /// None: it is to be deleted.
    scores: BTreeMap<(String, i64), Option<Row>>,
    /// No score stands in the table, so that none is to be deleted.
    fresh: bool,
}

/// A row of `scores` without its key.
struct Row {
    of: i64,
    minor: i64,
    points: f64,
    body: Vec<u8>,
}

impl Held {
    /// Scores of a step; subjects that it retires lose theirs last. Of a large run most scores are replaced by its next
    /// part. Those of the transaction itself alone are retired: what was found of its compliance stands.
    pub(super) fn score(&mut self, scores: &[Score], retired: &[Subject]) {
        for score in scores {
            // SQLite reads NaN as NULL; the body keeps the bits.
            let points = if score.points.is_nan() { 0.0 } else { score.points };
            let (of, minor) = (subject_number(&score.subject), score.money_at_risk.minor);
            let row = Row { of, minor, points, body: codec::encode(score) };
            self.scores.insert((score.subject.to_string(), score.kind as i64), Some(row));
        }
        for subject in retired {
            let key = (subject.to_string(), RiskKind::Transaction as i64);
            if self.fresh { drop(self.scores.remove(&key)) } else { drop(self.scores.insert(key, None)) }
        }
    }

    /// Forgets what was held, and looks at what stands.
    pub(crate) fn begin(&mut self, database: &Connection) -> Result<(), StoreError> {
        self.clear();
        self.fresh = !database.prepare_cached("SELECT 1 FROM scores LIMIT 1")?.exists([])?;
        Ok(())
    }

    /// Forgets all of it.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Writes what has become too much.
    pub(crate) fn relieve(&mut self, database: &Connection) -> Result<(), StoreError> {
        if self.mentions.len() > MOST_MENTIONS {
            add_mentions(database, &mut self.mentions)?;
        }
        if self.scores.len() > MOST_SCORES {
            self.write_scores(database)?;
        }
        Ok(())
    }

    /// Writes all of it.
    pub(crate) fn write(&mut self, database: &Connection) -> Result<(), StoreError> {
        add_mentions(database, &mut self.mentions)?;
        self.write_scores(database)
    }

    fn write_scores(&mut self, database: &Connection) -> Result<(), StoreError> {
        let mut put = database.prepare_cached(
            "INSERT OR REPLACE INTO scores (subject, kind, of, minor, points, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        let mut delete = database.prepare_cached("DELETE FROM scores WHERE subject = ?1 AND kind = ?2")?;
        self.fresh = false;
        for ((subject, kind), row) in std::mem::take(&mut self.scores) {
            match row {
                Some(row) => put.execute(params![subject, kind, row.of, row.minor, row.points, row.body])?,
                None => delete.execute(params![subject, kind])?,
            };
        }
        Ok(())
    }
}
