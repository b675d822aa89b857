//! Values that are words: as a whole by characters, as a bag by words and their rarity, and what their kind adds.

use super::column::{Distinct, ratio_log, single};
use super::memo::{self, Beginnings};
use super::{name, title};
use crate::link::table::{Kind, Rows};
use crate::link::words::{self, Vocabulary};
use learn::similar::{self, Bag, Frequencies};

/// The most words of a value that count.
const MOST_WORDS: usize = 200;

/// Features that every text has.
const COMMON: [&str; 14] = [
    "equal",
    "rarity where equal",
    "edit",
    "winkler",
    "words",
    "cosine",
    "soft cosine",
    "grams",
    "held least",
    "held most",
    "rarest shared",
    "rarest unshared",
    "shared numbers",
    "shared models",
];

/// One value, prepared.
#[derive(Debug)]
pub(super) struct Value {
    pub(super) chars: Vec<char>,
    /// In their order, as far as they count.
    pub(super) sequence: Vec<u32>,
    /// Ascending, each once.
    pub(super) words: Vec<u32>,
    pub(super) models: Vec<u32>,
    numbers: Vec<u32>,
    grams: Vec<u32>,
    bag: Bag,
    pub(super) title: title::Traits,
}

/// A field of words.
#[derive(Debug)]
pub(super) struct TextColumn {
    kind: Kind,
    pub(super) values: Distinct<Value>,
    beginnings: Option<Beginnings>,
}

impl TextColumn {
    pub(super) fn new(kind: Kind, left: &Rows, right: &Rows, field: usize, vocabulary: &Vocabulary) -> Self {
        let mut values = Distinct::new(left, right, field, |text| Value::read(kind, text, vocabulary));
        let counted = Frequencies::count(vocabulary.len(), values.values.iter().map(|value| value.words.as_slice()));
        for value in &mut values.values {
            value.bag = counted.bag(&value.words);
        }
        let beginnings = (kind == Kind::Memo).then(|| Beginnings::count(&values));
        Self { kind, values, beginnings }
    }

    pub(super) fn names(&self) -> Vec<&'static str> {
        COMMON.iter().chain(self.own_names()).copied().collect()
    }

    /// Those of its kind alone.
    fn own_names(&self) -> &'static [&'static str] {
        match self.kind {
            Kind::Name => &name::NAMES,
            Kind::Memo => &memo::NAMES,
            Kind::Title => &title::NAMES,
            _ => &[],
        }
    }

    pub(super) fn push(&self, pair: (u32, u32), vocabulary: &Vocabulary, row: &mut Vec<f32>) {
        let Some((left, right)) = self.values.both(pair) else {
            row.extend(std::iter::repeat_n(f32::NAN, COMMON.len() + self.own_names().len()));
            return;
        };
        let (one, other) = (self.values.value(left), self.values.value(right));
        row.extend(self.common(left, right, vocabulary));
        match (self.kind, &self.beginnings) {
            (Kind::Name, _) => row.extend(name::features(one, other, vocabulary)),
            (Kind::Title, _) => row.extend(title::features(one, other, vocabulary)),
            (Kind::Memo, Some(beginnings)) => row.extend(memo::features(beginnings, (left, one), (right, other))),
            _ => {}
        }
    }

    fn common(&self, left: u32, right: u32, vocabulary: &Vocabulary) -> [f32; COMMON.len()] {
        let (one, other) = (self.values.value(left), self.values.value(right));
        let is_equal = left == right || one.chars == other.chars;
        if is_equal {
            let (rarest, models) = (rarest(&one.bag, &Bag::default()), overlap(&one.models, &one.models));
            let rarity = self.values.rarity(left).min(self.values.rarity(right));
            let numbers = overlap(&one.numbers, &one.numbers);
            return [1.0, rarity, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, rarest, 0.0, numbers, models];
        }
        let held = [similar::contained_weight(&one.bag, &other.bag), similar::contained_weight(&other.bag, &one.bag)];
        let spelling = |word| vocabulary.spelling(word);
        [
            0.0,
            0.0,
            single(similar::edit_similarity(&one.chars, &other.chars)),
            single(similar::jaro_winkler(&one.chars, &other.chars)),
            single(similar::jaccard(&one.words, &other.words)),
            similar::cosine(&one.bag, &other.bag),
            similar::soft_cosine(&one.bag, &other.bag, spelling),
            single(similar::dice(&one.grams, &other.grams)),
            held[0].min(held[1]),
            held[0].max(held[1]),
            rarest_shared(&one.bag, &other.bag),
            rarest(&one.bag, &other.bag).max(rarest(&other.bag, &one.bag)),
            overlap(&one.numbers, &other.numbers),
            overlap(&one.models, &other.models),
        ]
    }
}

impl Value {
    fn read(kind: Kind, text: &str, vocabulary: &Vocabulary) -> Option<Self> {
        let normal = words::normal(text);
        let sequence: Vec<u32> =
            words::words(&normal).iter().take(MOST_WORDS).filter_map(|word| vocabulary.id(word)).collect();
        if sequence.is_empty() {
            return None;
        }
        let chars: Vec<char> = match kind {
            Kind::Code | Kind::Phone => normal.chars().filter(|c| c.is_alphanumeric()).collect(),
            _ => normal.chars().collect(),
        };
        let grams = similar::grams(&chars[..chars.len().min(2 * similar::LONGEST)], 3);
        let numbers = set(sequence.iter().copied().filter(|&word| is_number(word, vocabulary)));
        let models = words::models(&normal);
        let models = set(models.iter().take(MOST_WORDS).filter_map(|model| vocabulary.id(model)));
        let chars = chars[..chars.len().min(similar::LONGEST)].to_vec();
        let title = match kind {
            Kind::Title => title::Traits::of(sequence.iter().map(|&word| vocabulary.spelling(word)), &normal),
            _ => title::Traits::default(),
        };
        Some(Self {
            chars,
            words: set(sequence.iter().copied()),
            sequence,
            models,
            numbers,
            grams,
            bag: Bag::default(),
            title,
        })
    }
}

fn is_number(word: u32, vocabulary: &Vocabulary) -> bool {
    words::is_number(&vocabulary.spelling(word).iter().collect::<String>())
}

fn set(words: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut words: Vec<u32> = words.collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// The share of the smaller set that both have; missing where either is empty.
pub(super) fn overlap(one: &[u32], other: &[u32]) -> f32 {
    if one.is_empty() || other.is_empty() {
        return f32::NAN;
    }
    single(similar::contained(one, other))
}

/// The greatest weight among words of the first bag that are not in the second; 0 where there is none.
pub(super) fn rarest(of: &Bag, without: &Bag) -> f32 {
    let lacks = |word: u32| without.words().binary_search_by_key(&word, |(other, _)| *other).is_err();
    of.words().iter().filter(|(word, _)| lacks(*word)).map(|(_, weight)| *weight).fold(0.0, f32::max)
}

pub(super) fn rarest_shared(one: &Bag, other: &Bag) -> f32 {
    let has = |word: u32| other.words().binary_search_by_key(&word, |(other, _)| *other).is_ok();
    one.words().iter().filter(|(word, _)| has(*word)).map(|(_, weight)| *weight).fold(0.0, f32::max)
}

/// ln(all / some), as rarities are told.
pub(super) fn rarity_of(some: u32, all: usize) -> f32 {
    ratio_log(all as f64, f64::from(some.max(1)))
}
