//! Bags whose words may be spelled a little differently.

use super::weights::{Bag, cosine};
use super::{jaro_winkler, jaro_winkler_bound};

/// Words at least so alike count as one (Cohen, Ravikumar and Fienberg, "A comparison of string distance metrics for
/// name-matching tasks", 2003, use .9).
const ALIKE: f64 = 0.9;

/// The most pairs of words that are compared letter by letter; longer texts have the plain cosine.
const MOST_WORD_PAIRS: usize = 600;

/// The cosine of two bags in which a word also meets the word of the other that is most alike, by Jaro–Winkler, from
/// .9 on (soft TF-IDF, the same paper). `spelling` gives a word's characters. It is made symmetric by the smaller of
/// both directions' sums.
pub fn soft_cosine<'a>(one: &Bag, other: &Bag, spelling: impl Fn(u32) -> &'a [char]) -> f32 {
    if one.words().is_empty() || other.words().is_empty() {
        return f32::from(u8::from(one.words().is_empty() && other.words().is_empty()));
    }
    if one.words().len() * other.words().len() > MOST_WORD_PAIRS {
        return cosine(one, other);
    }
    let product = toward(one, other, &spelling).min(toward(other, one, &spelling));
    (product / (one.length() * other.length())).min(1.0)
}

fn toward<'a>(one: &Bag, other: &Bag, spelling: &impl Fn(u32) -> &'a [char]) -> f32 {
    let mut product = 0.0;
    for &(word, weight) in one.words() {
        if let Ok(at) = other.words().binary_search_by_key(&word, |(word, _)| *word) {
            product += weight * other.words()[at].1;
            continue;
        }
        let mut best = (0.0, 0.0);
        for &(near, near_weight) in other.words() {
            let (word, near) = (spelling(word), spelling(near));
            if jaro_winkler_bound(word, near) < ALIKE {
                continue;
            }
            let alike = jaro_winkler(word, near);
            if alike >= ALIKE && alike > best.0 {
                best = (alike, near_weight);
            }
        }
        product += weight * best.1 * crate::number::nearest_f32(best.0);
    }
    product
}

/// Monge and Elkan's measure (1996): the mean over one text's words of the most alike word of the other, by `alike`;
/// the smaller of both directions.
///
/// `jon smith`, `john`: (JW(jon, john) + JW(smith, john)) / 2 from the first, JW(jon, john) from the second.
pub fn monge_elkan(one: &[&[char]], other: &[&[char]], alike: impl Fn(&[char], &[char]) -> f64) -> f64 {
    if one.is_empty() || other.is_empty() {
        return f64::from(u8::from(one.is_empty() && other.is_empty()));
    }
    let mean = |from: &[&[char]], to: &[&[char]]| {
        let best = |word: &[char]| to.iter().map(|near| alike(word, near)).fold(0.0, f64::max);
        from.iter().map(|word| best(word)).sum::<f64>() / from.len() as f64
    };
    mean(one, other).min(mean(other, one))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn a_misspelled_word_still_meets() {
        let words = ["plimsoll", "plimsol", "mark"].map(chars);
        let spelling = |word: u32| words[word as usize].as_slice();
        let one = Bag::new(vec![(0, 2.0), (2, 1.0)]);
        let other = Bag::new(vec![(1, 2.0), (2, 1.0)]);
        assert_eq!(super::super::cosine(&one, &other), 0.2);
        let alike = crate::number::nearest_f32(jaro_winkler(&words[0], &words[1]));
        let soft = soft_cosine(&one, &other, spelling);
        assert!((soft - (4.0 * alike + 1.0) / 5.0).abs() < 1e-6, "{soft}");
        assert_eq!(soft, soft_cosine(&other, &one, spelling));
    }

    #[test]
    fn the_example_by_hand() {
        let [jon, smith, john] = ["jon", "smith", "john"].map(chars);
        let (one, other) = ([jon.as_slice(), smith.as_slice()], [john.as_slice()]);
        let by_hand = f64::midpoint(jaro_winkler(&jon, &john), jaro_winkler(&smith, &john));
        assert!((monge_elkan(&one, &other, jaro_winkler) - by_hand).abs() < 1e-12);
        assert_eq!(monge_elkan(&[], &[], jaro_winkler), 1.0);
    }
}
