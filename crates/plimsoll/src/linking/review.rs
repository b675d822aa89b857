//! The review queue: pairs of which the model is least sure, kept with their rows and reasons until people answer, and
//! the answers, which are entries of the journal.
//!
//! Promises: a record is named by a keyed token of what it holds but for its key, so that answers meet their records
//! again when a table is exported anew, in another order or under other keys; the rows are kept sealed, as source files
//! are; the last answer to a pair stands, and taking it back is an entry of its own.

use super::UserTable;
use anyhow::Context;
use domain::{Body, PairAnswer, PairKey, PairQueue, Token};
use engine::link::Answer;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use store::{Reader, StoreError};

/// Records of one content that an answer is followed to: where more are alike, all of them are one question.
const MOST_ALIKE: usize = 100;

/// Under what name tokens of records are made.
const FIELD: &str = "linked record";

/// A record as it is shown.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct AskedRecord {
    /// What it is called: its key, or its row from 1.
    pub name: String,
    /// A value a column, in the table's order; those that are empty are left out.
    pub values: Vec<(String, String)>,
}

/// A pair that somebody is asked about.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Asked {
    /// Names the pair in an answer: the tokens of both records.
    pub pair: String,
    /// One record.
    pub left: AskedRecord,
    /// The other.
    pub right: AskedRecord,
    /// The chance that they are one thing, as the model has it.
    pub chance: f64,
    /// What speaks for and against that, with what it adds to the log-odds.
    pub reasons: Vec<(String, f64)>,
}

impl AskedRecord {
    /// The value of a column; empty where there is none.
    pub fn value(&self, column: &str) -> &str {
        self.values.iter().find(|(name, _)| name == column).map_or("", |(_, value)| value)
    }
}

impl Asked {
    /// Every column of either record, once.
    pub fn columns(&self) -> Vec<&str> {
        let mut columns: Vec<&str> = Vec::new();
        for (name, _) in self.left.values.iter().chain(&self.right.values) {
            if !columns.contains(&name.as_str()) {
                columns.push(name);
            }
        }
        columns
    }
}

/// The queue that is worked on, with what was answered.
#[derive(Clone, PartialEq, Debug)]
pub struct Review {
    /// The tables, as the user named them.
    pub tables: String,
    /// Every pair, those that teach most first.
    pub asked: Vec<Asked>,
    answers: BTreeMap<String, PairAnswer>,
    last: Option<String>,
}

impl Review {
    /// The newest queue of these books; none where nothing was ever queued.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open(reader: &Reader) -> Result<Option<Self>, StoreError> {
        let Some(queue) = reader.pair_queue()? else { return Ok(None) };
        let bytes = reader.raw(&queue.pairs)?;
        let asked: Vec<Asked> = serde_json::from_slice(&bytes).map_err(|_| StoreError::Corrupt {
            what: "the review queue".to_owned(),
            reason: "its bytes are no list of pairs".to_owned(),
        })?;
        let known: BTreeSet<&str> = asked.iter().map(|asked| asked.pair.as_str()).collect();
        let (mut answers, mut last) = (BTreeMap::new(), None);
        for row in reader.pair_answers()? {
            let name = name_of(row.pair);
            if known.contains(name.as_str()) {
                last = Some(name.clone());
                answers.insert(name, row.answer);
            }
        }
        Ok(Some(Self { tables: queue.tables, asked, answers, last }))
    }

    /// The first pair without an answer.
    pub fn next(&self) -> Option<&Asked> {
        self.asked.iter().find(|asked| !self.answers.contains_key(&asked.pair))
    }

    /// The pair that was answered last, with the answer that stands.
    pub fn last(&self) -> Option<(&Asked, PairAnswer)> {
        let name = self.last.as_ref()?;
        let asked = self.asked.iter().find(|asked| asked.pair == *name)?;
        Some((asked, *self.answers.get(name)?))
    }

    /// How many pairs have an answer.
    pub fn answered(&self) -> usize {
        self.asked.iter().filter(|asked| self.answers.contains_key(&asked.pair)).count()
    }

    /// The entry that says `answer` of a pair of this queue; none where the queue holds no such pair.
    pub fn answer(&self, pair: &str, answer: PairAnswer) -> Option<Body> {
        let pair = self.asked.iter().find(|asked| asked.pair == pair).and_then(|asked| pair_of(&asked.pair))?;
        Some(Body::PairAnswered { pair, answer })
    }

    /// The entry that takes the last answer back.
    pub fn undo(&self) -> Option<Body> {
        pair_of(self.last.as_ref()?).map(Body::PairAnswerUndone)
    }
}

/// The bytes of a queue, to be kept raw, and the entry that names them once they are.
///
/// # Errors
/// When there are more pairs than can be counted.
pub fn queue(
    tables: String,
    asked: &[Asked],
) -> anyhow::Result<(Vec<u8>, impl FnOnce(domain::Digest) -> Body + use<>)> {
    let count = u32::try_from(asked.len()).context("more pairs than can be counted")?;
    Ok((serde_json::to_vec(asked)?, move |pairs| Body::PairsQueued(PairQueue { tables, pairs, count })))
}

/// A table's records by the token of their content.
pub struct Named<'a> {
    table: &'a UserTable,
    tokens: Vec<Token>,
}

impl<'a> Named<'a> {
    /// Names every record.
    pub fn new(reader: &Reader, table: &'a UserTable) -> Self {
        let key = table.key();
        let mut columns: Vec<(String, usize)> =
            table.names.iter().enumerate().filter(|(at, _)| Some(*at) != key).map(|(at, n)| (plain(n), at)).collect();
        columns.sort();
        let token = |row: usize| {
            let value = |(name, at): &(String, usize)| match table.rows.value(row, *at).trim() {
                "" => String::new(),
                value => format!("{name}\u{1f}{value}\u{1e}"),
            };
            reader.token_of(FIELD, &columns.iter().map(value).collect::<String>())
        };
        Self { table, tokens: (0..table.rows.len()).map(token).collect() }
    }

    /// A record as it is shown.
    fn shown(&self, row: usize) -> AskedRecord {
        let values = self.table.names.iter().enumerate().map(|(at, name)| (name, self.table.rows.value(row, at)));
        let values =
            values.filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name.clone(), value.to_owned()));
        AskedRecord { name: self.table.name(row, self.table.key()), values: values.collect() }
    }

    fn rows(&self) -> BTreeMap<Token, Vec<u32>> {
        let mut rows: BTreeMap<Token, Vec<u32>> = BTreeMap::new();
        for (token, row) in self.tokens.iter().zip(0_u32..) {
            let alike = rows.entry(*token).or_default();
            if alike.len() < MOST_ALIKE {
                alike.push(row);
            }
        }
        rows
    }
}

/// A question about two rows.
pub fn ask(left: &Named<'_>, right: &Named<'_>, (l, r): (u32, u32), chance: f64, reasons: Vec<(String, f64)>) -> Asked {
    let (l, r) = (l as usize, r as usize);
    let pair = name_of(PairKey::of(left.tokens[l], right.tokens[r]));
    Asked { pair, left: left.shown(l), right: right.shown(r), chance, reasons }
}

/// What people said of the records of these tables.
///
/// # Errors
/// [`StoreError`].
pub fn answers(reader: &Reader, left: &Named<'_>, right: &Named<'_>) -> Result<Vec<Answer>, StoreError> {
    let told = reader.pair_answers()?;
    if told.is_empty() {
        return Ok(Vec::new());
    }
    let (lefts, rights) = (left.rows(), right.rows());
    let mut answers = BTreeMap::new();
    for row in told {
        let (low, high) = row.pair.records();
        for (one, other) in [(low, high), (high, low)] {
            let rows = |rows: &BTreeMap<Token, Vec<u32>>, token| rows.get(&token).cloned().unwrap_or_default();
            for l in rows(&lefts, one) {
                answers.extend(rows(&rights, other).into_iter().map(|r| ((l, r), row.answer.is_same())));
            }
        }
    }
    Ok(answers.into_iter().map(|(pair, is_one)| Answer { pair, is_one }).collect())
}

/// A pair as addresses and files name it: 64 hexadecimal digits.
fn name_of(pair: PairKey) -> String {
    let (low, high) = pair.records();
    format!("{low}{high}")
}

fn pair_of(name: &str) -> Option<PairKey> {
    let digits = Some(name).filter(|name| name.len() == 64 && name.is_ascii())?;
    let token = |from: usize| {
        let mut token = Token::default();
        for (index, byte) in token.0.iter_mut().enumerate() {
            let at = from + 2 * index;
            *byte = u8::from_str_radix(&digits[at..at + 2], 16).ok()?;
        }
        Some(token)
    };
    Some(PairKey::of(token(0)?, token(32)?))
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::link::table::Rows;

    fn table(names: &[&str], rows: &[&[&str]]) -> UserTable {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<String>>();
        let rows = Rows(rows.iter().map(|row| texts(row)).collect());
        UserTable::new(texts(names), rows, Vec::new())
    }

    fn books() -> (tempfile::TempDir, crate::session::Session) {
        let dir = tempfile::tempdir().unwrap();
        let partition = store::Partition { tenant: "t".to_owned(), business: "b".to_owned() };
        let session = crate::session::Session::create(dir.path(), &partition).unwrap();
        (dir, session)
    }

    #[test]
    fn an_answer_meets_its_records_again_under_other_keys_and_in_another_order() {
        let (_dir, mut session) = books();
        let left = table(&["id", "name", "city"], &[&["1", "Ann", "Bath"], &["2", "Bob", "York"]]);
        let right = table(&["id", "name", "city"], &[&["x", "Anne", "Bath"], &["y", "Rob", "York"]]);
        let reader = session.store.read().clone();
        let asked = ask(&Named::new(&reader, &left), &Named::new(&reader, &right), (0, 0), 0.5, Vec::new());
        assert_eq!((asked.left.name.as_str(), asked.right.values[1].1.as_str()), ("1", "Anne"));
        let (bytes, named) = queue("left, right".to_owned(), std::slice::from_ref(&asked)).unwrap();
        let digest = session.store.keep_raw(&bytes).unwrap();
        session.tell(jiff::Timestamp::UNIX_EPOCH, vec![named(digest)]).unwrap();
        let review = Review::open(&reader).unwrap().unwrap();
        assert_eq!((review.next(), review.answered()), (Some(&asked), 0));
        assert_eq!(review.answer("other", PairAnswer::Same), None);
        let said = review.answer(&asked.pair, PairAnswer::Same).unwrap();
        session.tell(jiff::Timestamp::UNIX_EPOCH, vec![said]).unwrap();
        let again = table(&["City", "name", "id"], &[&["York", "Bob", "7"], &["Bath ", "Ann", "8"]]);
        let told = answers(&reader, &Named::new(&reader, &again), &Named::new(&reader, &right)).unwrap();
        assert_eq!(told, [Answer { pair: (1, 0), is_one: Some(true) }]);
        let turned = answers(&reader, &Named::new(&reader, &right), &Named::new(&reader, &again)).unwrap();
        assert_eq!(turned, [Answer { pair: (0, 1), is_one: Some(true) }]);
        let review = Review::open(&reader).unwrap().unwrap();
        assert_eq!((review.next(), review.last()), (None, Some((&asked, PairAnswer::Same))));
        session.tell(jiff::Timestamp::UNIX_EPOCH, vec![review.undo().unwrap()]).unwrap();
        assert_eq!(Review::open(&reader).unwrap().unwrap().next(), Some(&asked));
        assert_eq!(answers(&reader, &Named::new(&reader, &left), &Named::new(&reader, &right)).unwrap(), []);
    }

    #[test]
    fn a_thousand_equal_records_are_followed_so_far_and_no_further() {
        let (_dir, mut session) = books();
        let rows: Vec<&[&str]> = vec![&["same"]; 1_000];
        let (one, many) = (table(&["name"], &[&["other"]]), table(&["name"], &rows));
        let reader = session.store.read().clone();
        let (left, right) = (Named::new(&reader, &one), Named::new(&reader, &many));
        let pair = pair_of(&ask(&left, &right, (0, 5), 0.5, Vec::new()).pair).unwrap();
        session
            .tell(jiff::Timestamp::UNIX_EPOCH, vec![Body::PairAnswered { pair, answer: PairAnswer::Different }])
            .unwrap();
        assert_eq!(answers(&reader, &left, &right).unwrap().len(), MOST_ALIKE);
    }
}
