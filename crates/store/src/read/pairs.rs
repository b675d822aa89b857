//! Pairs of records that wait for answers, and what people answered.

use super::Reader;
use crate::{StoreError, database};
use domain::{PairAnswer, PairKey, PairQueue};
use jiff::Timestamp;
use rusqlite::OptionalExtension;

/// What was last said of a pair.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PairAnswerRow {
    /// The pair.
    pub pair: PairKey,
    /// What was said.
    pub answer: PairAnswer,
    /// When.
    pub at: Timestamp,
}

impl Reader {
    /// The queue that is worked on.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn pair_queue(&self) -> Result<Option<PairQueue>, StoreError> {
        self.ask(|database| {
            let newest = "SELECT body FROM pair_queues ORDER BY n DESC LIMIT 1";
            let body: Option<Vec<u8>> = database.query_row(newest, [], |row| row.get(0)).optional()?;
            body.map(|body| database::noun("pair_queues", &body)).transpose()
        })
    }

    /// The answer that stands of each pair, in the order in which they were given.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn pair_answers(&self) -> Result<Vec<PairAnswerRow>, StoreError> {
        self.ask(|database| {
            let standing = "SELECT pair, body FROM pair_answers
                WHERE n IN (SELECT MAX(n) FROM pair_answers GROUP BY pair) ORDER BY n";
            let mut select = database.prepare_cached(standing)?;
            let mut rows = select.query([])?;
            let mut answers = Vec::new();
            while let Some(row) = rows.next()? {
                let blob = |column| row.get_ref(column).map(|value| value.as_blob().unwrap_or_default());
                let pair = database::noun("pair_answers", blob(0)?)?;
                let (answer, at) = database::noun("pair_answers", blob(1)?)?;
                answers.push(PairAnswerRow { pair, answer, at });
            }
            Ok(answers)
        })
    }
}
