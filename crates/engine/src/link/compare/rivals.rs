//! A pair among its rivals: how much more two records have in common than either has with any other.
//!
//! Known without labels, from the pairs alone. By hand: a left record with cosines .9 and .7 stands .2 above and .2
//! below its rival; without a rival, as far above as its own value.

use super::Pair;

/// The comparisons whose rivals are looked at: of the record as a whole, and of each title.
const WATCHED: [&str; 3] = ["cosine", "soft cosine", "held least"];

/// The places and names of the features that are watched.
fn watched(names: &[String]) -> Vec<(usize, String)> {
    let is_title = |field: &str| names.iter().any(|name| *name == format!("{field}: {}", super::title::NAMES[0]));
    let of = |(at, name): (usize, &String)| {
        let (field, comparison) = name.rsplit_once(": ")?;
        let is_watched = WATCHED.contains(&comparison) && (field == "record" || is_title(field));
        is_watched.then(|| (at, format!("{field} {comparison}")))
    };
    names.iter().enumerate().filter_map(of).collect()
}

/// The features of the pairs, each followed by how far it stands above its rivals.
pub fn with_rivals(names: &[String], features: &[f32], pairs: &[Pair]) -> (Vec<String>, Vec<f32>) {
    let watched = watched(names);
    let mut added = Vec::new();
    for &(at, _) in &watched {
        // What is missing stays so: it is above nothing, and nothing is above it.
        let values: Vec<f32> = (0..pairs.len()).map(|pair| features[pair * names.len() + at]).collect();
        added.push(above(&values, pairs, |pair| pair.0));
        added.push(above(&values, pairs, |pair| pair.1));
    }
    let mut rows = Vec::with_capacity(features.len() + added.len() * pairs.len());
    for pair in 0..pairs.len() {
        rows.extend_from_slice(&features[pair * names.len()..(pair + 1) * names.len()]);
        rows.extend(added.iter().map(|column| column[pair]));
    }
    let named =
        |(_, name): &(usize, String)| ["left", "right"].map(|side| format!("{name} above the {side} one's rivals"));
    let names = names.iter().cloned().chain(watched.iter().flat_map(named)).collect();
    (names, rows)
}

fn above(values: &[f32], pairs: &[Pair], side: fn(&Pair) -> u32) -> Vec<f32> {
    // The two greatest values of each record: the greatest of a pair's rivals is one of them.
    let mut best = vec![(0.0_f32, 0.0_f32); pairs.iter().map(|pair| side(pair) as usize + 1).max().unwrap_or(0)];
    for (pair, &value) in pairs.iter().zip(values) {
        let best = &mut best[side(pair) as usize];
        if value > best.0 {
            *best = (value, best.0);
        } else if value > best.1 {
            best.1 = value;
        }
    }
    let of = |(pair, &value): (&Pair, &f32)| {
        let (first, second) = best[side(pair) as usize];
        value - if value < first { first } else { second }
    };
    pairs.iter().zip(values).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_by_hand() {
        let names = ["record: cosine".to_owned()];
        let (names, rows) = with_rivals(&names, &[0.9, 0.7, 0.4], &[(0, 0), (0, 1), (1, 2)]);
        assert_eq!(names.len(), 3);
        assert_eq!(names[1], "record cosine above the left one's rivals");
        let expected = [0.9, 0.2, 0.9, 0.7, -0.2, 0.7, 0.4, 0.4, 0.4];
        assert!(rows.iter().zip(expected).all(|(row, by_hand)| (row - by_hand).abs() < 1e-6), "{rows:?}");
    }
}
