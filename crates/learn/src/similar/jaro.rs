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

#[cfg(test)]
mod tests {
    use super::*;

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
    fn only_the_first_characters_count() {
        let long = "x".repeat(1_000_000);
        assert_eq!(winkler(&long, &long), 1.0);
    }
}
