//! The golden record: what is best known of an entity, and which record it was taken from (*survivorship*).
//!
//! The rule, field by field: the value that most records of the entity give, in normal form; of those given equally
//! often the longest, for it says most; then the first in the order of letters. Of its spellings the commonest is
//! taken. A field may instead keep its longest value, or that of the source that was named first.
//!
//! By hand: `Jon`, `John`, `john` and an empty one: `john` twice, so `John`, spelled as the first in the order of letters.

use super::table::Compact;
use super::value::plain;
use std::collections::BTreeMap;

/// Which value of a field survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Survivorship {
    /// The one that most records give.
    #[default]
    Most,
    /// The longest.
    Longest,
    /// That of the source that was named first.
    FirstSource,
}

impl Survivorship {
    /// Every rule, with its word.
    pub const ALL: [(&'static str, Self); 3] =
        [("most", Self::Most), ("longest", Self::Longest), ("first-source", Self::FirstSource)];

    /// As a user writes it.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, rule)| *rule == self).map_or("most", |(word, _)| word)
    }
}

/// The value of a field, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// As written there.
    pub value: String,
    /// A record that has it.
    pub record: u32,
    /// Records of the entity that say the same.
    pub records: usize,
}

/// What is best known of the entity of these records: a value a field, none where nobody gives one. `rules` are by
/// field, `source` is where each record came from.
pub fn golden(
    table: &Compact,
    records: &[u32],
    rules: &[Survivorship],
    source: impl Fn(u32) -> u16,
) -> Vec<Option<Chosen>> {
    let of = |field: usize| {
        let rule = rules.get(field).copied().unwrap_or_default();
        let mut given: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for &record in records {
            let value = table.value(record as usize, field);
            if !value.is_empty() {
                given.entry(plain(value)).or_default().push(record);
            }
        }
        let length = |normal: &str| normal.chars().count();
        let rank = |(normal, records): &(&String, &Vec<u32>)| {
            let first = records.iter().map(|record| source(*record)).min().unwrap_or(u16::MAX);
            match rule {
                Survivorship::Most => (records.len(), length(normal), 0),
                Survivorship::Longest => (length(normal), records.len(), 0),
                Survivorship::FirstSource => (usize::from(u16::MAX - first), records.len(), length(normal)),
            }
        };
        // Of equals the last in the map would win; turned round it is the first in the order of letters.
        given.iter().rev().max_by_key(rank).map(|(_, records)| spelled(table, field, records))
    };
    (0..table.fields().len()).map(of).collect()
}

/// The commonest spelling, and the first record that has it.
fn spelled(table: &Compact, field: usize, records: &[u32]) -> Chosen {
    let mut spellings: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for &record in records {
        spellings.entry(table.value(record as usize, field)).or_default().push(record);
    }
    let best = spellings.iter().rev().max_by_key(|(_, records)| records.len());
    let (value, first) =
        best.map_or(("", 0), |(value, records)| (*value, records.iter().min().copied().unwrap_or_default()));
    Chosen { value: value.to_owned(), record: first, records: records.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(values: &[&str], rule: Survivorship) -> Option<(String, u32, usize)> {
        let mut table = Compact::new(&["name".to_owned()]);
        values.iter().for_each(|value| table.push(&[*value]));
        let records: Vec<u32> = (0_u32..).take(values.len()).collect();
        let sources = |record: u32| if record == 3 { 0 } else { 1 };
        golden(&table, &records, &[rule], sources).remove(0).map(|of| (of.value, of.record, of.records))
    }

    #[test]
    fn the_example_by_hand() {
        assert_eq!(chosen(&["Jon", "John", "john", ""], Survivorship::Most), Some(("John".to_owned(), 1, 2)));
        assert_eq!(chosen(&["", ""], Survivorship::Most), None);
    }

    #[test]
    fn rules_by_field() {
        let values = ["Ann", "Ann", "Annabel", "Bell"];
        assert_eq!(chosen(&values, Survivorship::Most), Some(("Ann".to_owned(), 0, 2)));
        assert_eq!(chosen(&values, Survivorship::Longest), Some(("Annabel".to_owned(), 2, 1)));
        assert_eq!(chosen(&values, Survivorship::FirstSource), Some(("Bell".to_owned(), 3, 1)));
        assert_eq!(chosen(&["Ann", "Bo", "Al"], Survivorship::Most), Some(("Ann".to_owned(), 0, 1)));
    }
}
