//! Edit distance (Levenshtein, 1966) by bit vectors: Myers, "A fast bit-vector algorithm for approximate string
//! matching based on dynamic programming" (1999), in the form of Hyyrö (2003). One word of bits is one column of the
//! table, so a pair of names costs as many steps as the longer has characters.

use super::cut;

/// Insertions, deletions and replacements that make one text the other.
///
/// `kitten` → `sitting`: 3.
pub fn edit_distance(one: &[char], other: &[char]) -> usize {
    let (one, other) = (cut(one), cut(other));
    let (pattern, text) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    if pattern.is_empty() {
        return text.len();
    }
    let places = Places::of(pattern);
    let last = 1_u64 << (pattern.len() - 1);
    let (mut rising, mut falling) = (u64::MAX, 0_u64);
    let mut distance = pattern.len();
    for &c in text {
        let same = places.get(c);
        let zero = (((same & rising).wrapping_add(rising)) ^ rising) | same | falling;
        let up = falling | !(zero | rising);
        let down = zero & rising;
        distance += usize::from(up & last != 0);
        distance -= usize::from(down & last != 0);
        let up = (up << 1) | 1;
        rising = (down << 1) | !(zero | up);
        falling = up & zero;
    }
    distance
}

/// 1 − distance / length of the longer.
///
/// `kitten`, `sitting`: 1 − 3/7 = 0.571.
pub fn edit_similarity(one: &[char], other: &[char]) -> f64 {
    let longer = cut(one).len().max(cut(other).len());
    if longer == 0 {
        return 1.0;
    }
    1.0 - edit_distance(one, other) as f64 / longer as f64
}

/// Where each character stands in a pattern, as bits.
struct Places {
    ascii: [u64; 128],
    others: Vec<(char, u64)>,
}

impl Places {
    fn of(pattern: &[char]) -> Self {
        let mut places = Self { ascii: [0; 128], others: Vec::new() };
        for (at, &c) in pattern.iter().enumerate() {
            let bit = 1 << at;
            match places.ascii.get_mut(c as usize) {
                Some(bits) => *bits |= bit,
                None => match places.others.iter_mut().find(|(other, _)| *other == c) {
                    Some((_, bits)) => *bits |= bit,
                    None => places.others.push((c, bit)),
                },
            }
        }
        places
    }

    fn get(&self, c: char) -> u64 {
        match self.ascii.get(c as usize) {
            Some(bits) => *bits,
            None => self.others.iter().find(|(other, _)| *other == c).map_or(0, |(_, bits)| *bits),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The table itself, cell by cell.
    fn by_table(one: &[char], other: &[char]) -> usize {
        let mut row: Vec<usize> = (0..=other.len()).collect();
        for (i, a) in one.iter().enumerate() {
            let mut diagonal = std::mem::replace(&mut row[0], i + 1);
            for (j, b) in other.iter().enumerate() {
                let cell = (diagonal + usize::from(a != b)).min(row[j] + 1).min(row[j + 1] + 1);
                diagonal = std::mem::replace(&mut row[j + 1], cell);
            }
        }
        row[other.len()]
    }

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn the_example_by_hand() {
        assert_eq!(edit_distance(&chars("kitten"), &chars("sitting")), 3);
        assert!((edit_similarity(&chars("kitten"), &chars("sitting")) - (1.0 - 3.0 / 7.0)).abs() < 1e-12);
        assert_eq!(edit_similarity(&[], &[]), 1.0);
        assert_eq!(edit_similarity(&chars("ab"), &[]), 0.0);
    }

    proptest! {
        #[test]
        fn bits_and_table_agree(one in "[abcé漢]{0,64}", other in "[abcé漢]{0,64}") {
            let (one, other) = (chars(&one), chars(&other));
            prop_assert_eq!(edit_distance(&one, &other), by_table(&one, &other));
        }
    }
}
