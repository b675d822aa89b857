//! The record as a whole: words may stand in another field than on the other side, and a model number anywhere.

use super::column::single;
use super::text::{TextColumn, overlap, rarest, rarest_shared};
use crate::link::words::Vocabulary;
use learn::similar::{self, Bag, Frequencies};

const NAMES: [&str; 11] = [
    "cosine",
    "soft cosine",
    "words",
    "held least",
    "held most",
    "rarest shared",
    "rarest unshared least",
    "rarest unshared most",
    "shared models",
    "model weight shared",
    "fields known",
];

/// The words of each record.
#[derive(Debug)]
pub(super) struct RecordColumn {
    left: Vec<Whole>,
    right: Vec<Whole>,
    vocabulary: Vocabulary,
    says_more: bool,
}

#[derive(Debug, Default)]
struct Whole {
    bag: Bag,
    words: Vec<u32>,
    models: Bag,
    model_words: Vec<u32>,
    fields: u32,
}

impl RecordColumn {
    pub(super) fn new(texts: &[&TextColumn], left: usize, right: usize, vocabulary: Vocabulary) -> Self {
        // Where nothing is said of it, nothing is gathered.
        let texts = if texts.len() > 1 { texts } else { &[] };
        let of = |records: usize, is_left: bool| -> Vec<Whole> {
            (0_u32..).take(records).map(|row| Whole::gather(texts, row, is_left)).collect()
        };
        let (mut left, mut right) = (of(left, true), of(right, false));
        let every = || left.iter().chain(&right);
        let counted = Frequencies::count(vocabulary.len(), every().map(|whole| whole.words.as_slice()));
        let models = Frequencies::count(vocabulary.len(), every().map(|whole| whole.model_words.as_slice()));
        for whole in left.iter_mut().chain(&mut right) {
            whole.bag = counted.bag(&whole.words);
            whole.models = models.bag(&whole.model_words);
        }
        Self { left, right, vocabulary, says_more: texts.len() > 1 }
    }

    /// A record of one field says nothing more as a whole.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        NAMES.into_iter().filter(|_| self.says_more)
    }

    pub(super) fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    pub(super) fn push(&self, (left, right): (u32, u32), row: &mut Vec<f32>) {
        if !self.says_more {
            return;
        }
        let (one, other) = (&self.left[left as usize], &self.right[right as usize]);
        let held = [similar::contained_weight(&one.bag, &other.bag), similar::contained_weight(&other.bag, &one.bag)];
        let unshared = [rarest(&one.bag, &other.bag), rarest(&other.bag, &one.bag)];
        row.extend([
            similar::cosine(&one.bag, &other.bag),
            similar::soft_cosine(&one.bag, &other.bag, |word| self.vocabulary.spelling(word)),
            single(similar::jaccard(&one.words, &other.words)),
            held[0].min(held[1]),
            held[0].max(held[1]),
            rarest_shared(&one.bag, &other.bag),
            unshared[0].min(unshared[1]),
            unshared[0].max(unshared[1]),
            overlap(&one.model_words, &other.model_words),
            similar::shared_weight(&one.models, &other.models),
            single(f64::from(one.fields.min(other.fields))),
        ]);
    }
}

impl Whole {
    fn gather(texts: &[&TextColumn], row: u32, is_left: bool) -> Self {
        let mut whole = Self::default();
        for text in texts {
            let Some(id) = text.values.id(row, is_left) else { continue };
            let value = text.values.value(id);
            whole.words.extend(&value.words);
            whole.model_words.extend(&value.models);
            whole.fields += 1;
        }
        for words in [&mut whole.words, &mut whole.model_words] {
            words.sort_unstable();
            words.dedup();
        }
        whole
    }
}
