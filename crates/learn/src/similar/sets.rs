//! Sets of numbers that stand for words or q-grams, sorted and each once.

/// The size of the intersection of two ascending sets.
pub fn common(one: &[u32], other: &[u32]) -> usize {
    let (mut i, mut j, mut count) = (0, 0, 0);
    while i < one.len() && j < other.len() {
        let (a, b) = (one[i], other[j]);
        count += usize::from(a == b);
        i += usize::from(a <= b);
        j += usize::from(b <= a);
    }
    count
}

/// Common members by all members.
///
/// {1, 2, 3} and {2, 3, 4, 5}: 2/5.
pub fn jaccard(one: &[u32], other: &[u32]) -> f64 {
    let common = common(one, other);
    share(common as f64, (one.len() + other.len() - common) as f64)
}

/// Twice the common members by the sum of sizes.
///
/// {1, 2, 3} and {2, 3, 4, 5}: 4/7.
pub fn dice(one: &[u32], other: &[u32]) -> f64 {
    share(2.0 * common(one, other) as f64, (one.len() + other.len()) as f64)
}

/// Common members by the smaller set.
///
/// {1, 2, 3} and {2, 3, 4, 5}: 2/3.
pub fn contained(one: &[u32], other: &[u32]) -> f64 {
    if one.is_empty() != other.is_empty() {
        return 0.0;
    }
    share(common(one, other) as f64, one.len().min(other.len()) as f64)
}

fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 1.0 }
}

/// The q-grams of a text as numbers, ascending and each once. The text is padded, so that a text of one character has
/// q-grams too and beginnings weigh more. Two different q-grams share a number once in four billion.
pub fn grams(text: &[char], q: usize) -> Vec<u32> {
    const PAD: u32 = 0x0011_0000;
    let padded: Vec<u32> = std::iter::repeat_n(PAD, q - 1)
        .chain(text.iter().map(|&c| u32::from(c)))
        .chain(std::iter::repeat_n(PAD, q - 1))
        .collect();
    let mut grams: Vec<u32> = if text.is_empty() { Vec::new() } else { padded.windows(q).map(hash).collect() };
    grams.sort_unstable();
    grams.dedup();
    grams
}

/// FNV-1a over whole characters, its upper bits folded into the lower.
fn hash(characters: &[u32]) -> u32 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for &c in characters {
        hash = (hash ^ u64::from(c)).wrapping_mul(0x0100_0000_01b3);
    }
    u32::try_from((hash ^ (hash >> 32)) & 0xffff_ffff).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_by_hand() {
        let (one, other) = ([1, 2, 3], [2, 3, 4, 5]);
        assert_eq!(common(&one, &other), 2);
        assert_eq!(jaccard(&one, &other), 2.0 / 5.0);
        assert_eq!(dice(&one, &other), 4.0 / 7.0);
        assert_eq!(contained(&one, &other), 2.0 / 3.0);
        for measure in [jaccard, dice, contained] {
            assert_eq!((measure(&[], &[]), measure(&one, &[]), measure(&one, &one)), (1.0, 0.0, 1.0));
        }
    }

    #[test]
    fn grams_of_a_text() {
        let of = |text: &str, q| grams(&text.chars().collect::<Vec<char>>(), q);
        // ··a ·ab abc bc· c··
        assert_eq!(of("abc", 3).len(), 5);
        assert_eq!(of("", 3), Vec::<u32>::new());
        // ·a ab bc c· and ·a ab bd d·: two in common.
        assert_eq!(common(&of("abc", 2), &of("abd", 2)), 2);
        // ·a aa a·: `aa` counts once.
        assert_eq!(of("aaaa", 2).len(), 3);
    }
}
