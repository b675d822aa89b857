//! A table of any length in little memory: each distinct value once, and which of them each record has.

use crate::link::guess;
use crate::link::table::{Field, Kind, Rows};

/// A record without a value.
pub(super) const NONE: u32 = u32::MAX;

/// Records from whose values the kinds of fields are guessed.
const GUESSED_FROM: usize = 2_000;

/// The most fields that are compared: levels of agreement are packed into one number.
pub const MOST_FIELDS: usize = 20;

/// Texts, each once, in the order in which they came.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    text: String,
    ends: Vec<usize>,
    /// Numbers of texts by their hash, with open addressing; always at most half full.
    slots: Vec<u32>,
}

impl Texts {
    /// The number of texts.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text of this number; empty where there is none.
    pub fn get(&self, id: u32) -> &str {
        let Some(&end) = self.ends.get(id as usize) else { return "" };
        let start = if id == 0 { 0 } else { self.ends[id as usize - 1] };
        &self.text[start..end]
    }

    /// The number of a text, which is added if it is new.
    pub fn id(&mut self, text: &str) -> u32 {
        if self.slots.len() < 2 * (self.len() + 1) {
            self.grow();
        }
        let slot = self.slot(text);
        if self.slots[slot] == NONE {
            self.slots[slot] = u32::try_from(self.len()).unwrap_or(NONE - 1);
            self.text.push_str(text);
            self.ends.push(self.text.len());
        }
        self.slots[slot]
    }

    /// Where a text stands, or would stand.
    #[expect(clippy::cast_possible_truncation, reason = "the low bits are wanted")]
    fn slot(&self, text: &str) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = hash(text) as usize & mask;
        while self.slots[slot] != NONE && self.get(self.slots[slot]) != text {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self) {
        self.slots = vec![NONE; (4 * (self.len() + 1)).next_power_of_two().max(64)];
        for id in (0_u32..).take(self.len()) {
            let slot = self.slot(self.get(id));
            self.slots[slot] = id;
        }
    }
}

/// FNV-1a, spread over all bits.
pub(super) fn hash(text: &str) -> u64 {
    mixed(
        text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)),
    )
}

/// The finisher of SplitMix64.
pub(super) fn mixed(bits: u64) -> u64 {
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

/// The records whose entities are wanted. Fields are held in the order of their names, whatever order they came in.
#[derive(Debug, Clone)]
pub struct Compact {
    fields: Vec<Field>,
    /// Where each field stood when it was named.
    places: Vec<usize>,
    values: Vec<Texts>,
    /// Which value each record has, a field each.
    rows: Vec<Vec<u32>>,
    records: usize,
}

impl Compact {
    /// An empty table; only the first [`MOST_FIELDS`] names count.
    pub fn new(names: &[String]) -> Self {
        let mut places: Vec<usize> = (0..names.len().min(MOST_FIELDS)).collect();
        places.sort_by(|&a, &b| names[a].cmp(&names[b]).then(a.cmp(&b)));
        let fields: Vec<Field> = places.iter().map(|&at| Field { name: names[at].clone(), kind: Kind::Name }).collect();
        let (values, rows) = (vec![Texts::default(); fields.len()], vec![Vec::new(); fields.len()]);
        Self { fields, places, values, rows, records: 0 }
    }

    /// Adds a record: a value a name, in the order of the names.
    pub fn push(&mut self, values: &[&str]) {
        for field in 0..self.fields.len() {
            self.add(field, values.get(self.places[field]).map_or("", |value| value.trim()));
        }
        self.records += 1;
    }

    /// Adds a record: a value a field, in the order of [`Compact::fields`].
    pub fn push_sorted(&mut self, values: &[&str]) {
        for field in 0..self.fields.len() {
            self.add(field, values.get(field).map_or("", |value| value.trim()));
        }
        self.records += 1;
    }

    fn add(&mut self, field: usize, value: &str) {
        let id = if value.is_empty() { NONE } else { self.values[field].id(value) };
        self.rows[field].push(id);
    }

    /// Takes a field out: its distinct values, and which of them each record has; `u32::MAX` where there is none.
    pub fn take(&mut self, field: usize) -> (Texts, Vec<u32>) {
        self.fields.remove(field);
        self.places.remove(field);
        (self.values.remove(field), self.rows.remove(field))
    }

    /// Says what each field holds: as given, else as its name and values have it.
    pub fn guess_kinds(&mut self, said: &[(String, Kind)]) {
        let mut order = self.contents();
        let taken = order.len().min(GUESSED_FROM);
        if taken > 0 {
            order.select_nth_unstable(taken - 1);
        }
        order.truncate(taken);
        order.sort_unstable();
        let row = |&(_, record): &(u64, usize)| -> Vec<String> {
            (0..self.fields.len()).map(|field| self.value(record, field).to_owned()).collect()
        };
        let sample = Rows(order.iter().map(row).collect());
        for (at, field) in self.fields.iter_mut().enumerate() {
            let known = said.iter().find(|(name, _)| *name == field.name).map(|(_, kind)| *kind);
            field.kind = known.unwrap_or_else(|| guess(&field.name, &[&sample], at).kind);
        }
    }

    /// Says what each field holds, as it was found before.
    pub fn set_kinds(&mut self, known: &[Field]) {
        for field in &mut self.fields {
            if let Some(known) = known.iter().find(|known| known.name == field.name) {
                field.kind = known.kind;
            }
        }
    }

    /// Each record behind a hash of what it says.
    fn contents(&self) -> Vec<(u64, usize)> {
        let mut contents: Vec<(u64, usize)> = (0..self.records).map(|record| (0, record)).collect();
        for (texts, ids) in self.values.iter().zip(&self.rows) {
            let hashes: Vec<u64> = (0_u32..).take(texts.len()).map(|id| hash(texts.get(id))).collect();
            for ((content, _), id) in contents.iter_mut().zip(ids) {
                *content = mixed(*content ^ hashes.get(*id as usize).copied().unwrap_or(0));
            }
        }
        contents
    }

    /// Whether every one of these records has a value in the field, and no two the same.
    pub fn is_distinct(&self, field: usize, records: std::ops::Range<usize>) -> bool {
        let mut seen = vec![false; self.values[field].len()];
        let mut is_new = |id: u32| seen.get_mut(id as usize).is_some_and(|seen| !std::mem::replace(seen, true));
        !records.is_empty() && self.rows[field][records].iter().all(|id| is_new(*id))
    }

    /// The number of records.
    pub fn len(&self) -> usize {
        self.records
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.records == 0
    }

    /// The fields, in the order of their names.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// A value as written; empty where there is none.
    pub fn value(&self, record: usize, field: usize) -> &str {
        self.values[field].get(self.rows[field][record])
    }

    /// The distinct values of a field.
    pub(super) fn texts(&self, field: usize) -> &Texts {
        &self.values[field]
    }

    /// Which of them each record has.
    pub(super) fn ids(&self, field: usize) -> &[u32] {
        &self.rows[field]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_numbered_as_they_come() {
        let mut texts = Texts::default();
        let many: Vec<String> = (0..500).map(|at| format!("text {}", at % 250)).collect();
        let ids: Vec<u32> = many.iter().map(|text| texts.id(text)).collect();
        assert_eq!((texts.len(), ids[7], ids[257]), (250, 7, 7));
        assert_eq!((texts.get(7), texts.get(900)), ("text 7", ""));
    }

    #[test]
    fn fields_stand_by_their_names() {
        let mut table = Compact::new(&["b".to_owned(), "a".to_owned()]);
        table.push(&[" x ", "y"]);
        assert_eq!((table.fields()[0].name.as_str(), table.value(0, 0), table.value(0, 1)), ("a", "y", "x"));
    }
}
