//! Jaro's and Winkler's measures, made for names: they forgive a swapped pair of letters, and Winkler's trusts a
//! shared beginning (Jaro, 1989; Winkler, 1990).

use super::cut;

/// How much each shared first character adds, and how many count (Winkler, 1990).
const PREFIX_WEIGHT: f64 = 0.1;
const LONGEST_PREFIX: usize = 4;

/// Jaro's measure: the mean of the shares of common characters in either text and of those in the same order.
///
/// `martha`, `marhta`: six common, one swap: (6/6 + 6/6 + 5/6) / 3 = 0.944.
pub fn jaro(one: &[char], other: &[char]) -> f64 {
    let (one, other) = (cut(one), cut(other));
    if one.is_empty() || other.is_empty() {
        return f64::from(u8::from(one.is_empty() && other.is_empty()));
    }
    let reach = (one.len().max(other.len()) / 2).saturating_sub(1);
    let (mut used, mut taken) = (0_u64, 0_u64);
    for (at, c) in one.iter().enumerate() {
        let (from, to) = (at.saturating_sub(reach), (at + reach + 1).min(other.len()));
        let free = (from..to).find(|&place| used & (1 << place) == 0 && other[place] == *c);
        if let Some(place) = free {
            used |= 1 << place;
            taken |= 1 << at;
        }
    }
    let common = taken.count_ones();
    if common == 0 {
        return 0.0;
    }
    let in_other_order = at(taken, one).zip(at(used, other)).filter(|(a, b)| a != b).count();
    let common = f64::from(common);
    let swaps = (in_other_order / 2) as f64;
    (common / one.len() as f64 + common / other.len() as f64 + (common - swaps) / common) / 3.0
}

/// The characters at the places whose bits are set, in order.
fn at(bits: u64, text: &[char]) -> impl Iterator<Item = &char> {
    text.iter().enumerate().filter(move |(place, _)| bits & (1 << place) != 0).map(|(_, c)| c)
}

/// Jaro's measure, raised where the texts begin alike.
///
/// `martha`, `marhta`: 0.944 + 3 · 0.1 · (1 − 0.944) = 0.961.
pub fn jaro_winkler(one: &[char], other: &[char]) -> f64 {
    let jaro = jaro(one, other);
    let prefix = one.iter().zip(other).take(LONGEST_PREFIX).take_while(|(a, b)| a == b).count();
    jaro + prefix as f64 * PREFIX_WEIGHT * (1.0 - jaro)
}

/// A number that [`jaro_winkler`] of the two does not exceed, from their lengths and letters alone: it costs a few steps,
/// and most words that are not alike are told by it.
///
/// `dixon`, `lee`: no letter in common: 0; `jones`, `johnson`: at most 5 of 5 and 4 of 7 (`j`, `o`, `n`, `s`) are common,
/// so at most 4: (4/5 + 4/7 + 1)/3 = 0.790, and with Winkler's part at most 0.874.
pub fn jaro_winkler_bound(one: &[char], other: &[char]) -> f64 {
    let (one, other) = (cut(one), cut(other));
    if one.is_empty() || other.is_empty() {
        return jaro(one, other);
    }
    let letters = |text: &[char]| text.iter().fold(0_u64, |bits, c| bits | 1 << (*c as u32 % 64));
    let (in_one, in_other) = (letters(one), letters(other));
    // Characters whose bit the other text lacks have no partner there.
    let partnered = |text: &[char], far: u64| text.iter().filter(|c| far & (1 << (**c as u32 % 64)) != 0).count();
    let common = partnered(one, in_other).min(partnered(other, in_one));
    if common == 0 {
        return 0.0;
    }
    let common = common as f64;
    let jaro = (common / one.len() as f64 + common / other.len() as f64 + 1.0) / 3.0;
    jaro + LONGEST_PREFIX as f64 * PREFIX_WEIGHT * (1.0 - jaro)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn winkler(one: &str, other: &str) -> f64 {
        let [one, other] = [one, other].map(|text| text.chars().collect::<Vec<char>>());
        jaro_winkler(&one, &other)
    }

    #[test]
    fn winklers_own_examples() {
        // From the tables of Winkler (1994) and Christen (2006).
        for (one, other, value) in [
            ("martha", "marhta", 0.961),
            ("dwayne", "duane", 0.840),
            ("dixon", "dicksonx", 0.813),
            ("shackleford", "shackelford", 0.982),
            ("nichleson", "nichulson", 0.956),
            ("jones", "johnson", 0.832),
            ("abc", "xyz", 0.0),
        ] {
            assert!((winkler(one, other) - value).abs() < 6e-4, "{one} {other}: {}", winkler(one, other));
            assert_eq!(winkler(one, other), winkler(other, one));
        }
        assert_eq!((winkler("", ""), winkler("a", ""), winkler("ab", "ab")), (1.0, 0.0, 1.0));
    }

    #[test]
    fn bounds_by_hand() {
        let bound = |one: &str, other: &str| {
            let [one, other] = [one, other].map(|text| text.chars().collect::<Vec<char>>());
            jaro_winkler_bound(&one, &other)
        };
        assert_eq!((bound("dixon", "lee"), bound("", "a"), bound("", "")), (0.0, 0.0, 1.0));
        assert!((bound("jones", "johnson") - 0.874).abs() < 1e-3, "{}", bound("jones", "johnson"));
    }

    proptest! {
        #[test]
        fn no_measure_is_above_its_bound(one in "[a-eä水]{0,9}", other in "[a-eä水]{0,9}") {
            let [left, right] = [&one, &other].map(|text| text.chars().collect::<Vec<char>>());
            prop_assert!(winkler(&one, &other) <= jaro_winkler_bound(&left, &right) + 1e-12);
        }
    }

    #[test]
    fn only_the_first_characters_count() {
        let long = "x".repeat(1_000_000);
        assert_eq!(winkler(&long, &long), 1.0);
    }
}
