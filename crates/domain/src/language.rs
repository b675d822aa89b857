//! Languages in normal form: the primary tag of BCP 47 (`pt` of `pt-BR`), from codes and names in English, German,
//! French, Spanish, Portuguese or Chinese; and which language a text is in, where that is plain.
//!
//! Names are those of the Unicode CLDR (`data/language_names.tsv`), and [`VARIANTS`].

use crate::text;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

const TABLE: &str = include_str!("../../../data/language_names.tsv");

/// What exports write beside the names of CLDR: the languages' own names, and codes that were withdrawn.
const VARIANTS: &[(&str, &str)] = &[
    ("ar", "العربية"),
    ("cs", "cestina"),
    ("el", "ελληνικα"),
    ("es", "castellano|castilian|espanol"),
    ("fa", "farsi"),
    ("fr", "francais"),
    ("he", "iw|עברית"),
    ("hi", "हिन्दी"),
    ("id", "in|bahasa indonesia"),
    ("it", "italiano"),
    ("ja", "jp|日本語|日本语"),
    ("ko", "kr|한국어|朝鲜语|韩文"),
    ("nl", "nederlands|flemish|vlaams"),
    ("pl", "polski"),
    ("pt", "portugues|brazilian portuguese|portugues do brasil"),
    ("ru", "русский"),
    ("sv", "svenska"),
    ("tr", "turkce"),
    ("uk", "українська"),
    ("yi", "ji"),
    ("zh", "cn|中文|汉语|普通话|国语|简体中文|繁体中文|繁體中文|mandarin|simplified chinese|traditional chinese"),
];

/// Words that nearly every text of a language has and few others do, without accents; what two languages share stands
/// in both.
const COMMON_WORDS: [(&str, &str); 7] = [
    (
        "de",
        "der die das und ist nicht ein eine ich mit auf fur von den dem es sie war wird sehr auch sich wie bei aus zu \
         nach noch gut aber nur wir hat haben habe kann mehr als so nicht",
    ),
    (
        "en",
        "the and is not this that it was for with you have my are of to in on very but so they be as had at would \
         has great good product from your when all will just one can i",
    ),
    (
        "es",
        "el la los las y es no un una que de en con por para muy lo se mi producto pero como su al del esta este ha \
         todo bien llego mas bueno buena gracias yo",
    ),
    (
        "fr",
        "le la les et est pas un une que de en avec pour tres je il elle ce cette dans sur qui mais ne des du au plus \
         produit bien mon ma sont nous vous recu",
    ),
    (
        "it",
        "il la i gli le e non un una che di in con per molto lo si mi prodotto ma come sono del della questo questa \
         anche piu ho ha tutto bene ottimo era nel",
    ),
    (
        "nl",
        "de het een en is niet ik met op voor van zijn was wordt zeer ook als bij uit naar nog goed maar wij heeft \
         hebben kan meer dat dit te er aan heel",
    ),
    (
        "pt",
        "o a os as e nao um uma que de em com por para muito meu minha produto mas como seu ao do da no na foi esta \
         este eu tudo bem chegou mais bom boa otimo recebi antes prazo entrega gostei recomendo veio ainda",
    ),
];

/// Common words that a text must have of its language, and have more than of any other.
const FEWEST_WORDS: usize = 2;

/// Columns of the table before its names: the code, and the other codes of ISO 639.
const CODE_COLUMNS: usize = 2;

static NAMES: LazyLock<BTreeMap<String, Language>> = LazyLock::new(|| {
    let rows = TABLE.lines().skip(1).map(|row| row.split('\t').collect::<Vec<_>>());
    let of_table = rows.flat_map(|fields| {
        let names = fields[CODE_COLUMNS..].iter().copied();
        let codes = fields[..CODE_COLUMNS].iter().flat_map(|codes| codes.split(' '));
        names.chain(codes).map(|name| (fields[0], name)).collect::<Vec<_>>()
    });
    let of_ours = VARIANTS.iter().flat_map(|(code, names)| names.split('|').map(move |name| (*code, name)));
    let pairs = of_table.chain(of_ours).filter(|(_, name)| !name.is_empty());
    pairs.filter_map(|(code, name)| Some((text::key(name), Language::from_code(code)?))).collect()
});

/// A language by the primary tag of BCP 47.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language([u8; 2]);

impl Language {
    /// The language that a tag or a name means, in any case, with or without accents.
    ///
    /// ```
    /// use domain::Language;
    /// for name in ["pt-BR", "pt_PT", "POR", "Portuguese", "Português", "葡萄牙语"] {
    ///     assert_eq!(Language::named(name).map(|language| language.to_string()).as_deref(), Some("pt"));
    /// }
    /// ```
    pub fn named(name: &str) -> Option<Self> {
        let key = text::key(name);
        let primary = || key.split(['-', '_']).next().filter(|tag| tag.len() < key.len() && matches!(tag.len(), 2 | 3));
        NAMES.get(&key).or_else(|| NAMES.get(primary()?)).copied()
    }

    fn from_code(code: &str) -> Option<Self> {
        let bytes: [u8; 2] = code.as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_lowercase).then_some(Self(bytes))
    }

    /// The language of a text: by its script where that has one language only, else by its common words. None where
    /// the text is too short to tell, or could be either of two.
    ///
    /// ```
    /// use domain::Language;
    /// let of = |text| Language::of_text(text).map(|language| language.to_string());
    /// assert_eq!(of("Recebi bem antes do prazo").as_deref(), Some("pt"));
    /// assert_eq!(of("质量很好").as_deref(), Some("zh"));
    /// assert_eq!(of("Ok!"), None);
    /// ```
    pub fn of_text(text: &str) -> Option<Self> {
        let key = text::key(text);
        by_script(&key).or_else(|| by_words(&key)).and_then(Self::from_code)
    }

    /// The tag.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Scripts of one language, where most letters of the text are theirs. Kana make a text Japanese, whatever else is in
/// it; Cyrillic, Arabic and Devanagari are of many languages and tell nothing.
fn by_script(text: &str) -> Option<&'static str> {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let most = |of: fn(&char) -> bool| 2 * text.chars().filter(of).count() > letters;
    if text.chars().any(|c| matches!(c, '\u{3041}'..='\u{30ff}')) {
        return most(|c| matches!(c, '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')).then_some("ja");
    }
    if letters == 0 {
        return None;
    }
    match () {
        () if most(|c| matches!(c, '\u{3400}'..='\u{9fff}')) => Some("zh"),
        () if most(|c| matches!(c, '\u{ac00}'..='\u{d7a3}')) => Some("ko"),
        () if most(|c| matches!(c, '\u{370}'..='\u{3ff}')) => Some("el"),
        () if most(|c| matches!(c, '\u{590}'..='\u{5ff}')) => Some("he"),
        () if most(|c| matches!(c, '\u{e00}'..='\u{e7f}')) => Some("th"),
        () => None,
    }
}

fn by_words(text: &str) -> Option<&'static str> {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).collect();
    let mut counts = COMMON_WORDS.map(|(code, common)| {
        let count = words.iter().filter(|word| common.split_whitespace().any(|own| own == **word)).count();
        (count, code)
    });
    counts.sort_unstable_by(|one, other| other.cmp(one));
    let [(first, code), (second, _), ..] = counts;
    (first >= FEWEST_WORDS && first > second).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tags_codes_and_names_mean_their_language() {
        for (code, names) in [
            ("en", "en|EN-GB|en_US|eng|English|Englisch|anglais|inglés|英语"),
            ("de", "de-CH|ger|deu|German|Deutsch|allemand|alemán|德语"),
            ("zh", "zh-Hans-CN|zh_TW|chi|zho|cmn|Chinese|Chinesisch|中文|简体中文"),
            ("pt", "pt-BR|por|Português|PORTUGUES|葡萄牙语"),
            ("ja", "ja|jpn|日本語|japonais|jp"),
            ("he", "iw|he|Hebrew"),
            ("", "|xx|klingon|-|q-1|english-ish"),
        ] {
            for name in names.split('|') {
                let found = Language::named(name).map(|language| language.to_string()).unwrap_or_default();
                assert_eq!(found, code, "{name}");
            }
        }
    }

    #[test]
    fn a_text_tells_its_language_or_nothing() {
        for (code, text) in [
            ("en", "The strap broke after one week, and it was not cheap."),
            ("pt", "O produto chegou antes do prazo, muito bom!"),
            ("de", "Sehr gut verarbeitet, aber die Lieferung war nicht pünktlich."),
            ("fr", "Le produit est arrivé cassé, je ne suis pas content."),
            ("es", "El producto llegó muy bien, gracias por todo."),
            ("it", "Il prodotto è arrivato rotto, non sono contento di questo."),
            ("nl", "Het product is niet goed en ik heb er lang op gewacht."),
            ("zh", "质量很好，物流也快 OK"),
            ("ja", "とても良い商品です。届くのも早い"),
            ("ko", "배송이 빨라요"),
            ("el", "Πολύ καλό"),
            ("", ""),
            ("", "OK"),
            ("", "10/10 !!!"),
            ("", "👍👍"),
            ("", "Хорошо, спасибо"),
            ("", "Nokia 3310"),
        ] {
            let found = Language::of_text(text).map(|language| language.to_string()).unwrap_or_default();
            assert_eq!(found, code, "{text}");
        }
    }

    #[test]
    fn every_variant_means_the_language_that_it_stands_for() {
        for (code, names) in VARIANTS {
            for name in names.split('|') {
                assert_eq!(Language::named(name).map(|found| found.to_string()).as_deref(), Some(*code), "{name}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_is_named_or_not(text in any::<String>()) {
            let _ = Language::of_text(&text);
            prop_assert_eq!(Language::named(&text), Language::named(&text::normal(&text)));
        }
    }
}
