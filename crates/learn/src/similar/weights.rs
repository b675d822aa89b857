//! Words weighed by how rare they are in the data itself (TF-IDF; Spärck Jones, 1972), and bags of such words.

/// In how many texts each word stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Frequencies {
    texts: u32,
    texts_with: Vec<u32>,
}

impl Frequencies {
    /// Counts the words of texts; each is ascending and each word once, below `words`.
    pub fn count<'a>(words: usize, texts: impl IntoIterator<Item = &'a [u32]>) -> Self {
        let mut counted = Self { texts: 0, texts_with: vec![0; words] };
        for text in texts {
            counted.texts += 1;
            text.iter().for_each(|&word| counted.texts_with[word as usize] += 1);
        }
        counted
    }

    /// In how many texts a word stands.
    pub fn texts_with(&self, word: u32) -> u32 {
        self.texts_with.get(word as usize).copied().unwrap_or(0)
    }

    /// ln((texts + 1) / (texts with it + 1)) + 1: a word of every text weighs 1, none weighs less.
    ///
    /// A word of one text in nine: ln(10/2) + 1 = 2.609.
    pub fn weight(&self, word: u32) -> f32 {
        let (texts, with) = (f64::from(self.texts), f64::from(self.texts_with(word)));
        crate::number::nearest_f32(((texts + 1.0) / (with + 1.0)).ln() + 1.0)
    }

    /// The bag of a text's words, which ascend, each once.
    pub fn bag(&self, words: &[u32]) -> Bag {
        Bag::new(words.iter().map(|&word| (word, self.weight(word))).collect())
    }
}

/// Words, ascending and each once, with their weights.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bag {
    words: Vec<(u32, f32)>,
    length: f32,
    weight: f32,
}

impl Bag {
    /// A bag of words that ascend, each once, with positive weights.
    pub fn new(words: Vec<(u32, f32)>) -> Self {
        let length = words.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
        let weight = words.iter().map(|(_, weight)| weight).sum();
        Self { words, length, weight }
    }

    /// Words and weights.
    pub fn words(&self) -> &[(u32, f32)] {
        &self.words
    }

    /// The sum of weights.
    pub fn weight(&self) -> f32 {
        self.weight
    }

    /// The root of the sum of squares.
    pub(super) fn length(&self) -> f32 {
        self.length
    }
}

/// The cosine of the angle between two bags.
///
/// {1: 1, 2: 2} and {2: 2, 3: 1}: 4 / (√5 · √5) = 0.8.
pub fn cosine(one: &Bag, other: &Bag) -> f32 {
    if one.words.is_empty() || other.words.is_empty() {
        return f32::from(u8::from(one.words.is_empty() && other.words.is_empty()));
    }
    let mut product = 0.0;
    each_common(one, other, |a, b| product += a * b);
    (product / (one.length * other.length)).min(1.0)
}

/// The sum of the weights of common words, as the first bag weighs them.
pub fn shared_weight(one: &Bag, other: &Bag) -> f32 {
    let mut shared = 0.0;
    each_common(one, other, |a, _| shared += a);
    shared
}

/// The share of the first bag's weight that the second holds too; 1 where the first is empty.
///
/// {1: 1, 2: 2} in {2: 2, 3: 1}: 2/3.
pub fn contained_weight(one: &Bag, other: &Bag) -> f32 {
    if one.weight > 0.0 { (shared_weight(one, other) / one.weight).min(1.0) } else { 1.0 }
}

fn each_common(one: &Bag, other: &Bag, mut see: impl FnMut(f32, f32)) {
    let (mut i, mut j) = (0, 0);
    while let (Some(&(a, weight_a)), Some(&(b, weight_b))) = (one.words.get(i), other.words.get(j)) {
        if a == b {
            see(weight_a, weight_b);
        }
        i += usize::from(a <= b);
        j += usize::from(b <= a);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_by_hand() {
        let (one, other) = (Bag::new(vec![(1, 1.0), (2, 2.0)]), Bag::new(vec![(2, 2.0), (3, 1.0)]));
        assert!((cosine(&one, &other) - 0.8).abs() < 1e-6);
        assert!((contained_weight(&one, &other) - 2.0 / 3.0).abs() < 1e-6);
        assert_eq!(shared_weight(&one, &other), 2.0);
        let empty = Bag::default();
        assert_eq!((cosine(&empty, &empty), cosine(&one, &empty), contained_weight(&empty, &one)), (1.0, 0.0, 1.0));
    }

    #[test]
    fn rare_words_weigh_more() {
        let texts: Vec<&[u32]> = vec![&[0, 1], &[0], &[0], &[0], &[0], &[0], &[0], &[0], &[0]];
        let counted = Frequencies::count(2, texts);
        assert!((counted.weight(0) - 1.0).abs() < 1e-6);
        assert!((counted.weight(1) - 2.609_438).abs() < 1e-5);
        assert_eq!(counted.texts_with(9), 0, "a word that was not counted");
        assert_eq!(counted.bag(&[0, 1]).words().len(), 2);
    }
}
