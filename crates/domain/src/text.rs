//! Text in normal form, for comparing; what a source wrote stays beside it.
//!
//! [`normal`] makes equal what a reader takes for the same text: full-width and composed forms (NFKC), upper and lower
//! case, runs of blanks, and characters that cannot be seen. It drops nothing that carries meaning: accents, Chinese,
//! Japanese and Korean stay. [`key`] also drops the accents of Latin and Greek letters, for matching what people typed
//! without them. Both are idempotent.
//!
//! ```
//! assert_eq!(domain::text::normal("  Ｃafé\u{3000}Straße "), "café strasse");
//! assert_eq!(domain::text::key("São Paulo, Łódź"), "sao paulo, lodz");
//! ```

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Characters without width that say nothing: soft hyphen, zero-width space, word joiner, byte order mark. The joiners
/// of Persian, Indic scripts and emoji (U+200C, U+200D) do say something, and stay.
const UNSEEN: [char; 4] = ['\u{ad}', '\u{200b}', '\u{2060}', '\u{feff}'];

/// Latin letters that Unicode does not decompose, and how they are typed without their marks.
const PLAIN_LETTERS: [(char, &str); 12] = [
    ('æ', "ae"),
    ('œ', "oe"),
    ('ø', "o"),
    ('đ', "d"),
    ('ð', "d"),
    ('þ', "th"),
    ('ħ', "h"),
    ('ı', "i"),
    ('ł', "l"),
    ('ŋ', "n"),
    ('ŧ', "t"),
    ('ĸ', "k"),
];

/// The normal form: NFKC, case folded, one blank between words, nothing unseen.
pub fn normal(text: &str) -> String {
    let folded: String = text.nfkc().filter(|c| !UNSEEN.contains(c)).flat_map(folded).collect();
    // Folding may leave what composes further, as `ǰ` in two parts does.
    single_blanks(folded.nfkc())
}

/// The normal form without the accents of Latin and Greek letters.
pub fn key(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut after_accentable = false;
    for c in normal(text).nfd() {
        if is_combining_mark(c) && after_accentable {
            continue;
        }
        after_accentable = takes_accents(c);
        match PLAIN_LETTERS.iter().find(|(letter, _)| *letter == c) {
            Some((_, typed)) => plain.push_str(typed),
            None => plain.push(c),
        }
    }
    single_blanks(plain.nfkc())
}

/// Case folding by way of the upper case, in which `ß`, `ẞ` and `ss` are the same, as `ς` and `σ` are. The dotless `ı`
/// of Turkish is a letter of its own.
fn folded(c: char) -> impl Iterator<Item = char> {
    let is_cased = c != 'ı';
    let uncased = (!is_cased).then_some(c);
    let cased = is_cased.then(|| c.to_lowercase().flat_map(char::to_uppercase).flat_map(char::to_lowercase));
    uncased.into_iter().chain(cased.into_iter().flatten())
}

/// Letters whose marks are accents; a mark on others (`が`, `й`, `क्`) makes another letter.
fn takes_accents(c: char) -> bool {
    matches!(c, 'a'..='z' | '\u{df}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}')
}

fn single_blanks(characters: impl Iterator<Item = char>) -> String {
    let mut text = String::new();
    let mut blank = false;
    for c in characters {
        if c.is_whitespace() {
            blank = !text.is_empty();
            continue;
        }
        if std::mem::take(&mut blank) {
            text.push(' ');
        }
        text.push(c);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_reader_takes_for_the_same_is_equal() {
        for (text, form, without_accents) in [
            ("", "", ""),
            (" \t\r\n\u{3000}", "", ""),
            ("Zoë\u{a0} MÜLLER", "zoë müller", "zoe muller"),
            ("Zoe\u{308} Mu\u{308}ller", "zoë müller", "zoe muller"),
            ("STRASSE", "strasse", "strasse"),
            ("Straße", "strasse", "strasse"),
            ("ΟΔΟΣ", "οδοσ", "οδοσ"),
            ("οδός", "οδόσ", "οδοσ"),
            ("Łódź", "łódź", "lodz"),
            ("Ærø", "ærø", "aero"),
            ("ISTANBUL", "istanbul", "istanbul"),
            ("Diyarbakır", "diyarbakır", "diyarbakir"),
            ("ＡＢＣ１２３", "abc123", "abc123"),
            ("ﬁne", "fine", "fine"),
            ("so\u{ad}ft\u{200b}", "soft", "soft"),
            ("礼品卡　１０％", "礼品卡 10%", "礼品卡 10%"),
            ("ﾊﾞｯｸﾞ", "バッグ", "バッグ"),
            ("がぎ", "がぎ", "がぎ"),
            ("한국어", "한국어", "한국어"),
            ("한국어".nfd().collect::<String>().as_str(), "한국어", "한국어"),
            ("Йод", "йод", "йод"),
            ("हिन्दी", "हिन्दी", "हिन्दी"),
            ("می‌خواهم", "می‌خواهم", "می‌خواهم"),
            ("👩‍🔧 OK", "👩‍🔧 ok", "👩‍🔧 ok"),
            ("12\" RULER", "12\" ruler", "12\" ruler"),
        ] {
            assert_eq!((normal(text).as_str(), key(text).as_str()), (form, without_accents), "{text}");
        }
    }

    #[test]
    fn every_character_has_one_normal_form() {
        for c in '\0'..=char::MAX {
            let text = c.to_string();
            let (form, plain) = (normal(&text), key(&text));
            assert_eq!((normal(&form), key(&plain)), (form, plain.clone()), "{c:?}");
            assert_eq!(normal(&plain), plain, "{c:?}: a key is in normal form");
        }
    }

    /// Chinese, kana and hangul, in the forms that NFKC keeps.
    fn east_asian() -> impl Strategy<Value = String> {
        "[\u{4e00}-\u{9fff}\u{3041}-\u{3096}\u{30a1}-\u{30fa}\u{ac00}-\u{d7a3}]{0,12}"
    }

    proptest! {
        #[test]
        fn both_forms_are_idempotent(text in any::<String>()) {
            let (form, plain) = (normal(&text), key(&text));
            prop_assert_eq!(normal(&form), form.clone());
            prop_assert_eq!(key(&plain), plain.clone());
            prop_assert_eq!(key(&form), plain, "the key of a text is that of its normal form");
        }

        #[test]
        fn case_blanks_and_composition_make_no_difference(text in "[a-zà-öø-ÿ0-9 ]{0,20}") {
            prop_assert_eq!(normal(&text.to_uppercase()), normal(&text));
            prop_assert_eq!(normal(&text.nfd().collect::<String>()), normal(&text));
            prop_assert_eq!(normal(&format!(" {} ", text.replace(' ', " \u{3000}"))), normal(&text));
        }

        #[test]
        fn chinese_japanese_and_korean_are_kept(text in east_asian()) {
            prop_assert_eq!(normal(&text), text.clone());
            prop_assert_eq!(key(&text), text);
        }
    }
}
