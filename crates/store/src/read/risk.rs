//! Scores, decisions, features, labels, parties.

use super::{PAGE, Reader};
use crate::tables::{Mention, mention_key};
use crate::{StoreError, database};
use domain::{Action, Decision, FeatureRow, Label, Party, PartyId, RecordId, RiskKind, Score, Subject};
use rusqlite::params;

/// Who or what is scored, without the name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SubjectKind {
    /// Transactions.
    Transaction = 0,
    /// Buyers and guests.
    Buyer = 1,
    /// The business itself.
    Business = 2,
}

/// Which comes first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ScoreOrder {
    /// The most money at risk.
    #[default]
    MoneyAtRisk,
    /// The worst 0–5 score.
    Points,
}

/// Which live scores.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ScoreFilter {
    /// Of subjects of this kind.
    pub subject: Option<SubjectKind>,
    /// Of this risk.
    pub kind: Option<RiskKind>,
    /// Which comes first; equal ones by subject.
    pub order: ScoreOrder,
    /// At most so many.
    pub limit: u32,
    /// After so many.
    pub offset: u32,
}

impl Default for ScoreFilter {
    fn default() -> Self {
        Self { subject: None, kind: None, order: ScoreOrder::default(), limit: PAGE, offset: 0 }
    }
}

impl Reader {
    /// A page of live scores.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn scores(&self, filter: &ScoreFilter) -> Result<Vec<Score>, StoreError> {
        let order = match filter.order {
            ScoreOrder::MoneyAtRisk => "minor DESC, points DESC",
            ScoreOrder::Points => "points DESC, minor DESC",
        };
        let of = match filter.subject {
            Some(_) => "of = ?1",
            None => "?1 IS NULL",
        };
        let sql = format!(
            "SELECT body FROM scores WHERE {of} AND (?2 IS NULL OR kind = ?2)
             ORDER BY {order}, subject, kind LIMIT ?3 OFFSET ?4"
        );
        let (subject, kind) = (filter.subject.map(|subject| subject as i64), filter.kind.map(|kind| kind as i64));
        let page = params![subject, kind, filter.limit, filter.offset];
        self.ask(|database| database::all(database, "scores", &sql, page))
    }

    /// How many live scores there are of subjects of a kind.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn score_count(&self, subject: SubjectKind) -> Result<u64, StoreError> {
        let sql = "SELECT COUNT(*) FROM scores WHERE of = ?1";
        self.ask(|database| Ok(database.query_row(sql, [subject as i64], |row| row.get(0))?))
    }

    /// The live score of a subject.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn score(&self, subject: &Subject, kind: RiskKind) -> Result<Option<Score>, StoreError> {
        let sql = "SELECT body FROM scores WHERE subject = ?1 AND kind = ?2";
        self.ask(|database| database::one(database, "scores", sql, params![subject.to_string(), kind as i64]))
    }

    /// What was decided about a transaction, the first decision first.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn decisions_of(&self, record: &RecordId) -> Result<Vec<Decision>, StoreError> {
        let sql = "SELECT body FROM mentions JOIN decisions USING (n) WHERE what = ?1 AND name = ?2 ORDER BY n";
        let key = params![Mention::Decision as i64, mention_key(record.as_str())];
        let mut found: Vec<Decision> = self.ask(|database| database::all(database, "decisions", sql, key))?;
        found.retain(|decision| decision.record == *record);
        Ok(found)
    }

    /// How many decisions there are of each action, the mildest first.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn decision_counts(&self) -> Result<Vec<(Action, u64)>, StoreError> {
        self.ask(|database| {
            let mut select = database.prepare_cached("SELECT action, COUNT(*) FROM decisions GROUP BY action")?;
            let rows = select.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
            let mut counts = Vec::new();
            for row in rows {
                let (name, count) = row?;
                let action = Action::from_name(&name);
                counts.push((action.ok_or_else(|| StoreError::corrupt("a row of decisions", name))?, count));
            }
            counts.sort_unstable();
            Ok(counts)
        })
    }

    /// Every row of features of a sale, by (at, record).
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn features(&self) -> Result<Vec<FeatureRow>, StoreError> {
        self.features_in("features")
    }

    /// Every row of features of an attempt to pay, by (at, record).
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn payment_features(&self) -> Result<Vec<FeatureRow>, StoreError> {
        self.features_in("payment_features")
    }

    fn features_in(&self, table: &'static str) -> Result<Vec<FeatureRow>, StoreError> {
        let sql = format!("SELECT body FROM {table}");
        let mut rows: Vec<FeatureRow> = self.ask(|database| database::all(database, table, &sql, []))?;
        rows.sort_by(|a, b| (a.at, &a.record).cmp(&(b.at, &b.record)));
        Ok(rows)
    }

    /// Every label, by (known at, record).
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn labels(&self) -> Result<Vec<Label>, StoreError> {
        let mut labels: Vec<Label> =
            self.ask(|database| database::all(database, "labels", "SELECT body FROM labels ORDER BY n", []))?;
        labels.sort_by(|a, b| (a.known_at, &a.record).cmp(&(b.known_at, &b.record)));
        Ok(labels)
    }

    /// How many parties are known.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn party_count(&self) -> Result<u64, StoreError> {
        self.ask(|database| Ok(database.query_row("SELECT COUNT(*) FROM parties", [], |row| row.get(0))?))
    }

    /// A party by its id.
    ///
    /// # Errors
    /// [`StoreError::Database`], [`StoreError::Corrupt`].
    pub fn party(&self, id: &PartyId) -> Result<Option<Party>, StoreError> {
        self.ask(|database| database::one(database, "parties", "SELECT body FROM parties WHERE id = ?1", [id.as_str()]))
    }
}
