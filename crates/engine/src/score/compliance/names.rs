//! Which entries of a list a name, or the name of goods in a text, is like.
//!
//! A name is compared by its words, in any order, letter by letter (Monge and Elkan's mean of the best Jaro–Winkler of
//! each word, in both directions, from `learn::similar`); so that not every name meets every entry, only entries that
//! share enough pairs of letters are compared. Goods are found in a text where every word of the entry is there, as one or
//! as several.

use domain::{Screened, ScreeningEntry, ScreeningList, text};
use learn::similar::{jaro_winkler, monge_elkan};
use std::collections::BTreeMap;

/// From here on a name is like another: found on misspelled names, of which this lets one letter of each word be wrong.
pub const ALIKE: f64 = 0.92;

/// Entries that share fewer of a name's pairs of letters than this are not compared.
const LEAST_SHARED: f64 = 0.4;

/// A name that one entry bears.
#[derive(Clone, Debug)]
struct Named {
    entry: usize,
    written: String,
    words: Vec<Vec<char>>,
    pairs: usize,
}

/// A list, ready to be compared with.
#[derive(Clone, Debug)]
pub struct Names {
    list: ScreeningList,
    named: Vec<Named>,
    goods: Vec<Named>,
    /// The names that hold a pair of letters, each once.
    of_pair: BTreeMap<[char; 2], Vec<usize>>,
}

/// An entry that a name is like.
#[derive(Clone, PartialEq, Debug)]
pub struct Alike {
    /// The entry's id.
    pub entry: String,
    /// Its name that is alike.
    pub name: String,
    /// How alike: from [`ALIKE`] to 1, the same.
    pub similarity: f64,
}

impl Names {
    /// Makes a list ready.
    pub fn new(list: ScreeningList) -> Self {
        let (mut named, mut goods) = (Vec::new(), Vec::new());
        for (place, entry) in list.entries.iter().enumerate() {
            let of_kind = if entry.kind == Screened::Goods { &mut goods } else { &mut named };
            of_kind.extend(written(entry).filter_map(|name| Named::new(place, name)));
        }
        let mut of_pair: BTreeMap<[char; 2], Vec<usize>> = BTreeMap::new();
        for (place, name) in named.iter().enumerate() {
            for pair in pairs(&name.words) {
                of_pair.entry(pair).or_default().push(place);
            }
        }
        Self { list, named, goods, of_pair }
    }

    /// What the business calls the list.
    pub fn list(&self) -> &ScreeningList {
        &self.list
    }

    /// The entry that somebody's name is most like; none where it is like none.
    pub fn person(&self, name: &str) -> Option<Alike> {
        let asked = Named::new(0, name)?;
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        for pair in pairs(&asked.words) {
            for place in self.of_pair.get(&pair).into_iter().flatten() {
                *shared.entry(*place).or_default() += 1;
            }
        }
        let enough = |(place, shared): &(usize, usize)| {
            ratio(*shared, asked.pairs.min(self.named[*place].pairs)) >= LEAST_SHARED
        };
        let compared = shared.into_iter().filter(enough).map(|(place, _)| (alike(&asked, &self.named[place]), place));
        let (similarity, place) = compared.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))?;
        (similarity >= ALIKE).then(|| self.told(&self.named[place], similarity))
    }

    /// The goods that a text names, each entry once.
    pub fn goods(&self, description: &str) -> Vec<Alike> {
        let Some(text) = Named::new(0, description) else { return Vec::new() };
        let mut found: Vec<(usize, Alike)> = Vec::new();
        for goods in &self.goods {
            let alike = |word: &[char], other: &[char]| jaro_winkler(&singular(word), &singular(other));
            let best = |word: &Vec<char>| text.words.iter().map(|other| alike(word, other)).fold(0.0, f64::max);
            let similarity = goods.words.iter().map(best).fold(1.0, f64::min);
            if similarity >= ALIKE && found.iter().all(|(entry, _)| *entry != goods.entry) {
                found.push((goods.entry, self.told(goods, similarity)));
            }
        }
        found.into_iter().map(|(_, alike)| alike).collect()
    }

    fn told(&self, name: &Named, similarity: f64) -> Alike {
        Alike { entry: self.list.entries[name.entry].id.clone(), name: name.written.clone(), similarity }
    }
}

/// One of several, as English writes them: batteries, battery; mugs, mug. Other words stay nearly what they are, on both
/// sides of a comparison.
fn singular(word: &[char]) -> Vec<char> {
    match word {
        [stem @ .., 'i', 'e', 's'] if stem.len() > 1 => [stem, &['y']].concat(),
        [stem @ .., last, 's'] if stem.len() > 1 && *last != 's' => [stem, &[*last]].concat(),
        _ => word.to_vec(),
    }
}

impl Named {
    /// None where nothing but marks is written.
    fn new(entry: usize, written: &str) -> Option<Self> {
        let key = text::key(written);
        let words = key.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let words: Vec<Vec<char>> = words.map(|word| word.chars().collect()).collect();
        let pairs = pairs(&words).len();
        (!words.is_empty()).then(|| Self { entry, written: written.trim().to_owned(), words, pairs })
    }
}

fn written(entry: &ScreeningEntry) -> impl Iterator<Item = &str> {
    std::iter::once(entry.name.as_str()).chain(entry.aliases.iter().map(String::as_str))
}

fn alike(one: &Named, other: &Named) -> f64 {
    let [one, other] = [one, other].map(|name| name.words.iter().map(Vec::as_slice).collect::<Vec<&[char]>>());
    monge_elkan(&one, &other, jaro_winkler)
}

/// Each pair of letters beside each other in a word, and each word's first letter, once.
fn pairs(words: &[Vec<char>]) -> Vec<[char; 2]> {
    let inside = words.iter().flat_map(|word| word.windows(2).map(|pair| [pair[0], pair[1]]));
    let first = words.iter().filter_map(|word| word.first()).map(|first| [' ', *first]);
    let mut pairs: Vec<[char; 2]> = inside.chain(first).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

#[expect(clippy::cast_precision_loss, reason = "a share of a few dozen")]
fn ratio(part: usize, of: usize) -> f64 {
    part as f64 / of.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let entry = |id: &str, kind, name: &str, aliases: &[&str]| ScreeningEntry {
            id: id.to_owned(),
            kind,
            name: name.to_owned(),
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            reason: String::new(),
        };
        Names::new(ScreeningList {
            name: "test".to_owned(),
            entries: vec![
                entry("P1", Screened::Person, "Ivan Petrovich Sidorov", &["Iwan Sidorow"]),
                entry("O1", Screened::Organisation, "Black Harbour Trading Ltd", &[]),
                entry("G1", Screened::Goods, "lithium battery", &["Lithium cell"]),
            ],
        })
    }

    #[test]
    fn names_meet_in_any_order_and_with_a_wrong_letter() {
        let names = names();
        let found = |name: &str| names.person(name).map(|alike| alike.entry);
        for name in ["SIDOROV, Ivan Petrovich", "Iván Petrovich Sidorof", "iwan sidorow", "Black Harbor Trading Ltd."]
        {
            assert!(found(name).is_some(), "{name}");
        }
        for name in ["Ivan", "Maria Petrova", "Harbour Cafe", "", "--", "Anna Schmidt"] {
            assert_eq!(found(name), None, "{name}");
        }
        assert_eq!(
            names.person("Iwan Sidorow").map(|alike| (alike.name, alike.similarity)),
            Some(("Iwan Sidorow".to_owned(), 1.0))
        );
    }

    #[test]
    fn goods_are_found_in_a_text_whole() {
        let names = names();
        let found = |text: &str| names.goods(text).into_iter().map(|alike| alike.entry).collect::<Vec<String>>();
        assert_eq!(found("PACK OF 4 LITHIUM BATTERYS 3V"), ["G1"]);
        assert_eq!(found("lithium cell and lithium battery"), ["G1"], "each entry once");
        assert_eq!(found("battery operated mug"), Vec::<String>::new());
    }
}
