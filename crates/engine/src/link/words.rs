//! From a value as written to the words that are compared: normal form, Latin letters, words, numbers, model numbers.

use domain::text;
use std::collections::HashMap;

/// The most characters of a value that are looked at: a value of a megabyte is no name.
pub(super) const LONGEST_VALUE: usize = 2_000;

/// The normal form of a value, in Latin letters where the script is an alphabet.
pub(super) fn normal(value: &str) -> String {
    let cut: String = value.chars().take(LONGEST_VALUE).collect();
    latin(&text::key(&cut))
}

/// Russian and Greek in Latin letters (ISO 9 without marks and ELOT 743, simplified): what people type instead.
fn latin(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match letter(c) {
            Some(typed) => plain.push_str(typed),
            None => plain.push(c),
        }
    }
    plain
}

fn letter(c: char) -> Option<&'static str> {
    const CYRILLIC: [&str; 32] = [
        "a", "b", "v", "g", "d", "e", "zh", "z", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "kh",
        "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya",
    ];
    const GREEK: [&str; 25] = [
        "a", "v", "g", "d", "e", "z", "i", "th", "i", "k", "l", "m", "n", "x", "o", "p", "r", "s", "s", "t", "y", "f",
        "ch", "ps", "o",
    ];
    let offset = |first: char| (c as usize).checked_sub(first as usize);
    match c {
        'а'..='я' => offset('а').and_then(|at| CYRILLIC.get(at)).copied(),
        'α'..='ω' => offset('α').and_then(|at| GREEK.get(at)).copied(),
        'ё' => Some("e"),
        'і' | 'ї' => Some("i"),
        'є' => Some("ye"),
        'ґ' => Some("g"),
        _ => None,
    }
}

/// The words of a normal form: runs of letters and digits; `7.0` is `7`, `1,000` is two; each character of a script
/// without blanks is a word.
pub(super) fn words(normal: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut characters = normal.chars().peekable();
    while let Some(c) = characters.next() {
        let point = c == '.'
            && word.ends_with(|c: char| c.is_ascii_digit())
            && characters.peek().is_some_and(char::is_ascii_digit);
        if stands_alone(c) {
            push(&mut words, &mut word);
            words.push(c.to_string());
        } else if c.is_alphanumeric() || point {
            word.push(c);
        } else {
            push(&mut words, &mut word);
        }
    }
    push(&mut words, &mut word);
    words
}

fn push(words: &mut Vec<String>, word: &mut String) {
    let word = std::mem::take(word);
    if word.is_empty() {
        return;
    }
    let is_decimal = word.contains('.') && word.chars().all(|c| c == '.' || c.is_ascii_digit());
    words.push(if is_decimal { word.trim_end_matches('0').trim_end_matches('.').to_owned() } else { word });
}

/// Chinese, Japanese and Korean characters.
fn stands_alone(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{20000}'..='\u{2ffff}')
}

/// Model numbers of a normal form: parts between blanks, without their punctuation, that hold a digit and a letter, or
/// four digits; `dvd-2930ci` is `dvd2930ci`.
pub(super) fn models(normal: &str) -> Vec<String> {
    let joined = normal.split(' ').map(|part| part.chars().filter(|c| c.is_alphanumeric()).collect::<String>());
    joined.filter(|part| is_model(part)).collect()
}

fn is_model(part: &str) -> bool {
    const SHORTEST: usize = 3;
    let digits = part.chars().filter(char::is_ascii_digit).count();
    let letters = part.chars().filter(|c| c.is_alphabetic()).count();
    part.chars().count() >= SHORTEST && (digits > 0 && letters > 0 || digits >= 4)
}

/// Whether a word is a number, perhaps with a point.
pub(super) fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit()) && word.chars().all(|c| c.is_ascii_digit() || c == '.')
}

/// Words as numbers, in the order of their spelling, so that the order of records changes no number.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    spellings: Vec<Vec<char>>,
    ids: HashMap<String, u32>,
}

impl Vocabulary {
    pub(super) fn of(mut words: Vec<String>) -> Self {
        words.sort_unstable();
        words.dedup();
        let spellings = words.iter().map(|word| word.chars().collect()).collect();
        let ids = words.into_iter().zip(0_u32..).collect();
        Self { spellings, ids }
    }

    pub(super) fn len(&self) -> usize {
        self.spellings.len()
    }

    /// The number of a word that is known.
    pub(super) fn id(&self, word: &str) -> Option<u32> {
        self.ids.get(word).copied()
    }

    pub(super) fn spelling(&self, word: u32) -> &[char] {
        self.spellings.get(word as usize).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_title() {
        let of = |text: &str| words(&normal(text)).join("|");
        assert_eq!(of("Adobe Photoshop-CS3 v7.0, 1,000 Pages (Mac)"), "adobe|photoshop|cs3|v7.0|1|000|pages|mac");
        assert_eq!(of("after effects 7.0"), "after|effects|7");
        assert_eq!(of("Чехов Μαρία"), "chekhov|maria");
        assert_eq!(of("礼品卡 50"), "礼|品|卡|50");
        assert_eq!(of(" .-. "), "");
    }

    #[test]
    fn model_numbers_of_a_title() {
        assert_eq!(models(&normal("Denon DVD-2930CI dvd player 1080p, 12 pack 4710")), ["dvd2930ci", "1080p", "4710"]);
    }

    #[test]
    fn numbers_of_words_follow_their_spelling() {
        let words = ["b", "a", "b"].map(str::to_owned);
        let vocabulary = Vocabulary::of(words.to_vec());
        assert_eq!((vocabulary.id("a"), vocabulary.id("b"), vocabulary.id("c")), (Some(0), Some(1), None));
        assert_eq!((vocabulary.spelling(1), vocabulary.len()), (&['b'][..], 2));
    }
}
