//! Countries in normal form: which one a name means, in English, German, French, Spanish, Portuguese or Chinese, or by
//! any code of ISO 3166-1.
//!
//! Names are those of the Unicode CLDR (`data/country_names.tsv`), and [`VARIANTS`] that exports write. A name that
//! stands nowhere is no country: it stays as it was written, and is marked by having no code.

use crate::text;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

const TABLE: &str = include_str!("../../../data/country_names.tsv");

/// What shops, marketplaces and people write beside the names of CLDR: short and official names of ISO 3166-1, names in
/// the countries' own languages, abbreviations, and parts that buyers take for countries.
///
/// `EU` is reserved in ISO 3166-1 for the union; `830` is the United Nations' number (M49) for Jersey and Guernsey
/// together, of which ISO has each alone; `XK` is what customs and banks use for Kosovo.
const VARIANTS: &[(&str, &str)] = &[
    ("AE", "uae|emirates|emiratos arabes|emirados arabes unidos"),
    ("BA", "bosnia and herzegovina|bosnia"),
    ("BN", "brunei darussalam"),
    ("BO", "bolivia, plurinational state of"),
    ("CD", "congo, democratic republic of the|democratic republic of the congo|dr congo|congo (drc)"),
    ("CG", "congo|republic of the congo"),
    ("CH", "swiss|schweiz/suisse/svizzera|svizzera"),
    ("CI", "ivory coast|elfenbeinkuste|cote d'ivoire|costa de marfil"),
    ("CN", "prc|p.r. china|people's republic of china|mainland china|中国大陆|中华人民共和国|volksrepublik china"),
    ("CV", "cabo verde"),
    ("CY", "republic of cyprus"),
    ("CZ", "czech republic|tschechische republik|republique tcheque|republica checa|ceska republika|cesko"),
    ("DE", "bundesrepublik deutschland|federal republic of germany|brd"),
    ("DK", "danmark"),
    ("EU", "european union|european community|europaische union|union europeenne|union europea|uniao europeia|欧盟"),
    ("ES", "espana|kingdom of spain"),
    ("FI", "suomi"),
    ("FK", "falkland islands (malvinas)"),
    ("FM", "micronesia, federated states of"),
    (
        "GB",
        "uk|u.k.|great britain|britain|england|scotland|wales|northern ireland|grossbritannien|grande-bretagne|\
         gran bretana|gra-bretanha|united kingdom of great britain and northern ireland|inglaterra|大不列颠|英國",
    ),
    ("GR", "hellas|ellada|el"),
    ("HK", "hong kong|hongkong|香港|hong kong, china"),
    ("HR", "hrvatska"),
    ("HU", "magyarorszag"),
    ("IE", "eire|republic of ireland|irish republic"),
    ("IR", "iran, islamic republic of"),
    ("IT", "italia"),
    ("JP", "nippon|nihon|日本国"),
    ("KP", "korea, democratic people's republic of|dprk"),
    ("KR", "korea|korea, republic of|republic of korea|rok|韩国|대한민국|한국"),
    ("LA", "lao people's democratic republic"),
    ("MD", "moldova, republic of|republic of moldova"),
    ("MK", "macedonia|fyrom|republic of north macedonia"),
    ("MM", "myanmar|burma"),
    ("MO", "macau|macao|澳门"),
    ("NL", "the netherlands|holland|nederland|holanda|pays bas"),
    ("NO", "norge"),
    ("PL", "polska"),
    ("PS", "palestine|palestine, state of|palestinian territory"),
    ("PT", "portuguese republic"),
    ("RU", "russian federation|rossiya|россия|russische foderation|federation de russie"),
    ("SE", "sverige"),
    ("SY", "syrian arab republic"),
    ("SZ", "swaziland|swasiland"),
    ("TL", "east timor"),
    ("TR", "turkey|republic of turkiye"),
    ("TW", "taiwan, province of china|台灣|republic of china"),
    ("TZ", "tanzania, united republic of"),
    (
        "US",
        "u.s.|u.s.a.|united states of america|america|etats unis d'amerique|estados unidos de america|eua|ee.uu.|ee. uu.|eeuu|\
         vereinigte staaten von amerika|美利坚合众国|美國",
    ),
    ("VA", "holy see|holy see (vatican city state)"),
    ("VE", "venezuela, bolivarian republic of"),
    ("VN", "viet nam"),
    ("XK", "kosovo|kosova|xkx|科索沃"),
    ("ZA", "rsa|republic of south africa|suid-afrika|africa del sur"),
    ("830", "channel islands|kanalinseln|iles anglo-normandes|islas del canal|ilhas do canal|海峡群岛"),
];

/// Columns of the table before its names: the code, and the other codes of ISO.
const CODE_COLUMNS: usize = 2;

/// Names of each country, by their key.
static NAMES: LazyLock<BTreeMap<String, Country>> = LazyLock::new(|| {
    let rows = TABLE.lines().skip(1).map(|row| row.split('\t').collect::<Vec<_>>());
    let of_table = rows.flat_map(|fields| {
        let names = fields[CODE_COLUMNS..].iter().copied();
        let codes = fields[..CODE_COLUMNS].iter().flat_map(|codes| codes.split(' '));
        names.chain(codes).map(|name| (fields[0], name)).collect::<Vec<_>>()
    });
    let of_ours =
        VARIANTS.iter().flat_map(|(code, names)| names.split('|').chain([*code]).map(move |name| (*code, name)));
    let pairs = of_table.chain(of_ours).filter(|(_, name)| !name.is_empty());
    pairs.filter_map(|(code, name)| Some((name_key(name), Country::from_code(code)?))).collect()
});

/// A country by its two letters of ISO 3166-1 (or a number of M49, [`VARIANTS`] says which).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 3]);

impl Country {
    /// The country that a code or a name means, in any case, with or without accents.
    ///
    /// ```
    /// use domain::Country;
    /// for name in ["EIRE", "irlande", "Irland", "IRL", "372", "爱尔兰"] {
    ///     assert_eq!(Country::named(name).map(|country| country.to_string()).as_deref(), Some("IE"));
    /// }
    /// assert_eq!(Country::named("Atlantis"), None);
    /// ```
    pub fn named(name: &str) -> Option<Self> {
        NAMES.get(&name_key(name)).copied()
    }

    /// Two capital letters, or three digits.
    fn from_code(code: &str) -> Option<Self> {
        match *code.as_bytes() {
            [a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase() => Some(Self([a, b, b' '])),
            [a, b, c] if code.bytes().all(|byte| byte.is_ascii_digit()) => Some(Self([a, b, c])),
            _ => None,
        }
    }

    /// The code.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default().trim_end()
    }

    /// The name in English; the code itself where CLDR has none.
    pub fn name(&self) -> &str {
        let code = self.code();
        let row = TABLE.lines().find_map(|row| row.strip_prefix(code)?.strip_prefix('\t'));
        row.and_then(|row| row.split('\t').nth(CODE_COLUMNS - 1)).unwrap_or(code)
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A country as a source wrote it, beside the country that it means.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WrittenCountry {
    /// As the source wrote it.
    pub written: String,
    /// None where no country is known by that name.
    pub country: Option<Country>,
}

impl WrittenCountry {
    /// What is written, with the country that it means.
    pub fn of(written: impl Into<String>) -> Self {
        let written = written.into();
        Self { country: Country::named(&written), written }
    }

    /// What two spellings of one country share: its code, or the normal form of a name that is not known.
    pub fn key(&self) -> String {
        self.country.map_or_else(|| text::normal(&self.written), |country| country.code().to_owned())
    }
}

/// A name without accents, full stops, hyphens and apostrophes, with `and` for `&` and without a leading `the`.
fn name_key(name: &str) -> String {
    let plain = text::key(name).replace('&', " and ").replace("st. ", "saint ");
    let parted: String = plain
        .chars()
        .filter_map(|c| match c {
            '.' | '\'' | '’' => None,
            '-' | '/' | ',' | '(' | ')' | '–' | '（' | '）' => Some(' '),
            other => Some(other),
        })
        .collect();
    let words = parted.split_whitespace().collect::<Vec<_>>().join(" ");
    words.strip_prefix("the ").unwrap_or(&words).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_codes_and_variants_mean_their_country() {
        for (code, names) in [
            (
                "GB",
                "United Kingdom|UK|u.k.|GBR|826|Großbritannien|Vereinigtes Königreich|Reino Unido|英国|Great Britain",
            ),
            ("IE", "EIRE|Ireland|Irland|Irlande|Irlanda|爱尔兰|IRL|ie"),
            ("US", "USA|U.S.A.|United States|the United States|Vereinigte Staaten|États-Unis|ETATS UNIS|EUA|美国|840"),
            ("ZA", "RSA|South Africa|Südafrika|Suedafrika?|África do Sul"),
            ("BR", "Brasil|Brazil|Brasilien|巴西|BRA"),
            ("CN", "China|中国|Volksrepublik China|Chine"),
            ("HK", "Hong Kong SAR China|香港|HONGKONG"),
            ("NL", "The Netherlands|Holland|Países Bajos|Pays-Bas"),
            ("CZ", "Czech Republic|Czechia|Tschechien"),
            ("KR", "South Korea|Korea, Republic of|韩国|Südkorea|Coreia do Sul"),
            ("CI", "Côte d'Ivoire|COTE D’IVOIRE|Ivory Coast|Costa do Marfim"),
            ("BA", "Bosnia & Herzegovina|Bosnia and Herzegovina|Bosnien und Herzegowina"),
            ("LC", "St. Lucia|Saint Lucia"),
            ("EU", "European Community|European Union"),
            ("830", "Channel Islands|830"),
            ("DE", "  deutschland\u{3000}|ＤＥ|Alemania|Alemanha|Allemagne|德国"),
            ("", "|Unspecified|Atlantis|XX|999|Z"),
        ] {
            for name in names.split('|').filter(|name| !name.ends_with('?')) {
                let found = Country::named(name).map(|country| country.to_string()).unwrap_or_default();
                assert_eq!(found, code, "{name}");
            }
        }
    }

    /// No name may mean two countries, or the order of the table would decide.
    #[test]
    fn no_name_means_two_countries() {
        let mut of_names: BTreeMap<String, &str> = BTreeMap::new();
        let table = TABLE.lines().skip(1).flat_map(|row| {
            let fields: Vec<_> = row.split('\t').collect();
            fields[2..].iter().map(|name| (fields[0], *name)).collect::<Vec<_>>()
        });
        let ours = VARIANTS.iter().flat_map(|(code, names)| names.split('|').map(move |name| (*code, name)));
        for (code, name) in table.chain(ours) {
            let before = of_names.insert(name_key(name), code);
            assert!(before.is_none_or(|before| before == code), "{name}: {before:?} and {code}");
        }
    }

    #[test]
    fn every_code_of_iso_has_a_name_and_is_found_by_it() {
        let codes: Vec<_> = TABLE.lines().skip(1).filter_map(|row| row.split('\t').next()).collect();
        assert_eq!(codes.len(), 249, "as many as ISO 3166-1 has");
        for code in codes {
            let country = Country::named(code).unwrap();
            assert_eq!((country.code(), Country::named(country.name())), (code, Some(country)));
        }
    }

    #[test]
    fn what_is_not_known_stays_as_written() {
        for (written, key) in [("EIRE", "IE"), ("Ireland", "IE"), ("Atlantis ", "atlantis"), ("", "")] {
            let told = WrittenCountry::of(written);
            assert_eq!((told.written.as_str(), told.key().as_str()), (written, key));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_country_or_not(name in any::<String>()) {
            let found = Country::named(&name);
            prop_assert_eq!(Country::named(&text::normal(&name)), found);
            prop_assert!(found.is_none_or(|country| Country::named(country.code()) == Some(country)));
        }
    }
}
