//! Entities that are kept: the records of people's own files, which of them are one thing, what was learned, what a user
//! said, and what became of each id. All of it stands in one file, which is replaced whole.

mod codec;
mod file;
mod read;
#[cfg(test)]
mod tests;

pub use file::StateLock;
pub use read::{Opened, open};
pub(crate) use read::{first, further};

use engine::link::entities::{Before, Change, Compact, EntityId, Model, Said, Survivorship, Texts};
use read::Origin;
use std::collections::{BTreeSet, HashMap};

/// A record without a key.
const NONE: u32 = u32::MAX;

/// What a user said of two records, by their names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Whether they are one thing.
    pub is_same: bool,
    /// A record: its source, and its key or row.
    pub one: (String, String),
    /// The other.
    pub other: (String, String),
}

/// What was done, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// `find` or `add`.
    pub verb: String,
    /// When, in RFC 3339.
    pub at: String,
    /// Records after it.
    pub records: usize,
    /// Entities after it.
    pub entities: usize,
}

/// The records of files.
#[derive(Debug, Clone, Default)]
pub struct Origins {
    /// The files' names.
    pub sources: Vec<String>,
    /// The columns that tell records apart.
    pub key_columns: Vec<String>,
    keys: Texts,
    of_record: Vec<Origin>,
}

/// All that is kept.
#[derive(Debug, Clone)]
pub struct Entities {
    /// What is compared.
    pub table: Compact,
    /// Where each record came from.
    pub origins: Origins,
    /// The entity of each record.
    pub of_record: Vec<EntityId>,
    /// The run in which each record came, from 1.
    pub since: Vec<u32>,
    /// What was learned.
    pub model: Model,
    /// What a user said.
    pub said: Vec<Statement>,
    /// Which values survive in the golden record, by field.
    pub keep: Vec<(String, Survivorship)>,
    /// What was done.
    pub runs: Vec<Run>,
    /// What became of entities, and in which run.
    pub changes: Vec<(u32, Change)>,
}

impl Origins {
    /// The number of records.
    pub fn len(&self) -> usize {
        self.of_record.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.of_record.is_empty()
    }

    /// Where a record came from, as a number.
    pub fn source(&self, record: u32) -> u16 {
        self.of_record[record as usize].source
    }

    /// Its source, and its key or row.
    pub fn place(&self, record: u32) -> (String, String) {
        let origin = self.of_record[record as usize];
        (self.sources[usize::from(origin.source)].clone(), self.key(origin))
    }

    fn key(&self, origin: Origin) -> String {
        if origin.key == NONE { origin.row.to_string() } else { self.keys.get(origin.key).to_owned() }
    }

    /// What a record is called: its key (or row), with its source before it where that is not enough.
    pub fn name(&self, record: u32) -> String {
        let (source, key) = self.place(record);
        if self.is_key_enough() { key } else { format!("{source}:{key}") }
    }

    /// Whether no two records have the same key.
    pub fn is_key_enough(&self) -> bool {
        let keyless = self.of_record.iter().any(|origin| origin.key == NONE);
        if keyless { self.sources.len() <= 1 } else { self.keys.len() == self.of_record.len() }
    }

    /// The record of this name.
    pub fn find(&self, name: &str) -> Option<u32> {
        let (source, key) = match name.rsplit_once(':') {
            Some((source, key)) if self.sources.iter().any(|known| known == source) => (Some(source), key),
            _ => (None, name),
        };
        let is_it = |&record: &u32| {
            let origin = self.of_record[record as usize];
            source.is_none_or(|source| self.sources[usize::from(origin.source)] == source)
                && if origin.key == NONE { origin.row.to_string() == key } else { self.keys.get(origin.key) == key }
        };
        (0_u32..).take(self.len()).find(is_it)
    }
}

impl Entities {
    /// What a user said, by the records that are there.
    pub fn said_of(said: &[Statement], origins: &Origins) -> Said {
        let mut found = Said::default();
        if said.is_empty() {
            return found;
        }
        let places: HashMap<(String, String), u32> =
            (0_u32..).take(origins.len()).map(|record| (origins.place(record), record)).collect();
        for statement in said {
            if let (Some(one), Some(other)) = (places.get(&statement.one), places.get(&statement.other)) {
                let list = if statement.is_same { &mut found.same } else { &mut found.apart };
                list.push((*one, *other));
            }
        }
        found
    }

    /// What entities were, for records that are read anew: the same key is the same record, with its source where keys
    /// come in several; without a key, the same values are. And in which run each came, where it was there.
    pub fn before(&self, table: &Compact, origins: &Origins) -> (Before, Vec<Option<u32>>) {
        let by_key = self.origins.is_key_enough() && origins.is_key_enough();
        let known = digests(&self.table, &self.origins, by_key);
        let mut digests = Digests::new(by_key);
        let mut is_left = vec![true; self.table.len()];
        let (mut of_record, mut since) = (Vec::with_capacity(table.len()), Vec::with_capacity(table.len()));
        for record in (0_u32..).take(table.len()) {
            let was = known.get(&digests.of_record(table, origins, record)).copied();
            of_record.push(was.map(|was| self.of_record[was as usize]));
            since.push(was.map(|was| self.since[was as usize]));
            if let Some(was) = was {
                is_left[was as usize] = false;
            }
        }
        let still: BTreeSet<EntityId> = of_record.iter().flatten().copied().collect();
        let left = is_left.iter().zip(&self.of_record).filter(|(is_left, _)| **is_left).map(|(_, id)| *id);
        let gone = left.filter(|id| !still.contains(id)).collect();
        (Before { of_record, gone, taken: self.taken() }, since)
    }

    /// Ids that once were used.
    pub fn taken(&self) -> BTreeSet<EntityId> {
        let of = |(_, change): &(u32, Change)| match *change {
            Change::Merged { from, .. } | Change::Split { from, .. } | Change::Moved { from, .. } => from,
            Change::Ended(id) => id,
        };
        self.changes.iter().map(of).collect()
    }

    /// The records of an entity.
    pub fn records(&self, id: EntityId) -> Vec<u32> {
        (0_u32..).zip(&self.of_record).filter(|(_, of)| **of == id).map(|(record, _)| record).collect()
    }

    /// The number of entities.
    pub fn count(&self) -> usize {
        self.sorted().chunk_by(|a, b| a.0 == b.0).count()
    }

    /// Every record behind its entity.
    pub fn sorted(&self) -> Vec<(EntityId, u32)> {
        let mut all: Vec<(EntityId, u32)> = self.of_record.iter().copied().zip(0..).collect();
        all.sort_unstable();
        all
    }
}

/// What makes a record the same one in another run.
pub(crate) struct Digests {
    /// The key alone is enough.
    by_key: bool,
    /// How often the same values came without a key.
    times: HashMap<u64, u64>,
}

impl Digests {
    pub(crate) fn new(by_key: bool) -> Self {
        Self { by_key, times: HashMap::new() }
    }

    fn of_record(&mut self, table: &Compact, origins: &Origins, record: u32) -> u64 {
        let origin = origins.of_record[record as usize];
        let fields = (0..table.fields().len()).map(|field| table.value(record as usize, field));
        self.of(&origins.sources[usize::from(origin.source)], origins.keys.get(origin.key), fields)
    }

    fn of<'a>(&mut self, source: &'a str, key: &'a str, values: impl Iterator<Item = &'a str>) -> u64 {
        let source = if self.by_key { "" } else { source };
        if !key.is_empty() {
            return fnv(["key", source, key].into_iter());
        }
        let content = fnv(["values", source].into_iter().chain(values));
        let time = self.times.entry(content).or_default();
        *time += 1;
        content ^ time.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}

/// The records of a table by their digests.
fn digests(table: &Compact, origins: &Origins, by_key: bool) -> HashMap<u64, u32> {
    let mut digests = Digests::new(by_key);
    (0_u32..).take(table.len()).map(|record| (digests.of_record(table, origins, record), record)).collect()
}

/// FNV-1a over texts, each ended.
fn fnv<'a>(texts: impl Iterator<Item = &'a str>) -> u64 {
    let byte = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    texts.fold(0xcbf2_9ce4_8422_2325, |hash, text| byte(text.bytes().fold(hash, byte), 0xff))
}
