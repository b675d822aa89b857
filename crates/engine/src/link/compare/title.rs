//! Titles of goods and works: model numbers that are nearly the same or run together with other words, numbers and
//! versions that differ, and how far two begin alike, as makers stand first.

use super::column::single;
use super::text::Value;
use crate::link::words::Vocabulary;
use learn::similar;

pub(super) const NAMES: [&str; 5] = ["models alike", "models found", "digits", "digits unshared", "begins alike"];

/// The most model numbers of a title that are compared letter by letter.
const MOST_MODELS: usize = 8;

/// What only titles are read for.
#[derive(Debug, Default)]
pub(super) struct Traits {
    /// All words without what stands between.
    joined: String,
    /// Every run of digits as a number, ascending, each once; `7.0` and `cs7` both hold 7.
    digits: Vec<u32>,
}

impl Traits {
    /// Of words and their normal form.
    pub(super) fn of<'a>(words: impl Iterator<Item = &'a [char]>, normal: &str) -> Self {
        Self { joined: words.flatten().collect(), digits: digits(normal) }
    }
}

fn digits(normal: &str) -> Vec<u32> {
    let runs = normal.split(|c: char| !c.is_ascii_digit());
    let number =
        |run: &str| run.bytes().fold(0_u32, |sum, digit| sum.wrapping_mul(10).wrapping_add(u32::from(digit - b'0')));
    let mut numbers: Vec<u32> = runs.map(number).filter(|number| *number > 0).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

pub(super) fn features(one: &Value, other: &Value, vocabulary: &Vocabulary) -> [f32; NAMES.len()] {
    let models = [one, other].map(|value| spelled(value, vocabulary));
    let found = [found(&models[0], other), found(&models[1], one)];
    let (these, those) = (&one.title.digits, &other.title.digits);
    let unshared = these.len() + those.len() - 2 * similar::common(these, those);
    let shared = if these.is_empty() || those.is_empty() { f64::NAN } else { similar::jaccard(these, those) };
    let begun = one.sequence.iter().zip(&other.sequence).take_while(|(a, b)| a == b).count();
    [
        alike(&models[0], &models[1]),
        found[0].max(found[1]),
        single(shared),
        single(unshared as f64),
        single(begun as f64),
    ]
}

fn spelled<'a>(value: &Value, vocabulary: &'a Vocabulary) -> Vec<&'a [char]> {
    value.models.iter().take(MOST_MODELS).map(|model| vocabulary.spelling(*model)).collect()
}

/// How alike the two most alike model numbers are; missing where a side has none.
fn alike(these: &[&[char]], those: &[&[char]]) -> f32 {
    let of = |one: &&[char]| those.iter().map(|other| similar::edit_similarity(one, other)).fold(f64::NAN, f64::max);
    single(these.iter().map(of).fold(f64::NAN, f64::max))
}

/// The share of model numbers that stand somewhere in the other title, run together or not; missing where there is none.
fn found(models: &[&[char]], other: &Value) -> f32 {
    let is_found = |model: &&&[char]| other.title.joined.contains(&model.iter().collect::<String>());
    let found = models.iter().filter(is_found).count();
    if models.is_empty() { f32::NAN } else { single(found as f64 / models.len() as f64) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::compare::{Comparer, Field, Kind, Rows};

    fn of(one: &str, other: &str) -> Vec<f32> {
        let rows = |title: &str| Rows(vec![vec![title.to_owned()]]);
        let field = Field { name: "title".to_owned(), kind: Kind::Title };
        let comparer = Comparer::new(&[field], &rows(one), &rows(other));
        let at = |name: &&str| comparer.names().iter().position(|known| *known == format!("title: {name}")).unwrap();
        let row = comparer.features((0, 0));
        NAMES.iter().map(|name| row[at(name)]).collect()
    }

    #[test]
    fn model_numbers_and_versions_by_hand() {
        // `f8n044slv` stands in the other once its parts are joined; 8 and 44 are shared; `belkin` begins both.
        assert_eq!(of("belkin cushtop f8n044slv", "belkin top f8n044 slv")[1..], [1.0, 1.0, 0.0, 1.0]);
        // cs3 and 3.0 hold the same number, cs4 another: 1 of 2, and one too much.
        assert_eq!(of("adobe suite cs3", "adobe 3.0 cs4")[2..], [0.5, 1.0, 1.0]);
        // One letter of nine is another.
        assert!((of("dvd2930ci", "dvd2930cx")[0] - 8.0 / 9.0).abs() < 1e-6);
        assert!(of("red oak", "blue oak")[..3].iter().all(|value| value.is_nan()));
    }
}
