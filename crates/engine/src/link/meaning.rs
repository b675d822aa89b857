//! What a field holds, guessed from its name and its values, so that tables are linked without configuration.

use super::compare::{read_amount, read_date};
use super::table::{Field, Kind, Rows};

/// Values of each table that are looked at.
const SAMPLE: usize = 2_000;

/// The share of values that must read as a kind.
const MOST: f64 = 0.8;

/// Words in a field's name, and what they say.
const WORDS: [(Kind, &[&str]); 8] = [
    (Kind::Email, &["email", "mail"]),
    (Kind::Phone, &["phone", "tel", "mobile", "fax"]),
    (Kind::Address, &["address", "addr", "street", "road"]),
    (Kind::Memo, &["memo", "reference", "purpose", "remittance", "narrative"]),
    (Kind::Code, &["sku", "ean", "gtin", "isbn", "model", "modelno", "ssn", "soc", "vat", "iban", "postcode", "zip"]),
    (
        Kind::Name,
        &[
            "name",
            "surname",
            "given",
            "first",
            "last",
            "author",
            "authors",
            "artist",
            "company",
            "city",
            "suburb",
            "manufacturer",
            "brand",
        ],
    ),
    (Kind::Title, &["title", "product", "description", "item", "song", "album"]),
    (Kind::Category, &["type", "category", "genre", "style", "class", "state", "country", "currency", "venue"]),
];

/// Words in the name of a field of days.
const DAYS: [&str; 7] = ["date", "dob", "birth", "year", "day", "released", "at"];

/// The kind of the field at `at` of both tables.
pub fn guess(name: &str, tables: &[&Rows], at: usize) -> Field {
    let values: Vec<&str> = tables
        .iter()
        .flat_map(|rows| {
            let step = rows.len().div_ceil(SAMPLE).max(1);
            (0..rows.len()).step_by(step).map(|row| rows.value(row, at))
        })
        .filter(|value| !value.trim().is_empty())
        .collect();
    let words = name_words(name);
    Field { name: name.to_owned(), kind: kind(&words, &values) }
}

/// The field whose words tell records apart: of the titles that most records of either table have, the one that fewest
/// lack.
pub(super) fn title_of(fields: &[Field], left: &Rows, right: &Rows) -> Option<usize> {
    let known = |at: usize| {
        let of = |rows: &Rows| {
            let known = (0..rows.len()).filter(|&row| !rows.value(row, at).trim().is_empty()).count();
            known as f64 / rows.len().max(1) as f64
        };
        of(left).min(of(right))
    };
    let titles = (0..fields.len()).filter(|&at| fields[at].kind == Kind::Title).map(|at| (known(at), at));
    let (_, at) = titles.filter(|(known, _)| *known >= MOST).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))?;
    Some(at)
}

fn kind(words: &[String], values: &[&str]) -> Kind {
    let share = |reads: &dyn Fn(&str) -> bool| {
        let read = values.iter().filter(|value| reads(value)).count();
        read as f64 / values.len().max(1) as f64
    };
    let has = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    let named = |wanted: Kind| WORDS.iter().any(|(kind, known)| *kind == wanted && has(known));
    if share(&|value| value.contains('@')) >= MOST {
        return Kind::Email;
    }
    if share(&|value| read_date(value).is_some()) >= MOST && (has(&DAYS) || share(&looks_dated) >= MOST) {
        return Kind::Date;
    }
    if named(Kind::Phone) || named(Kind::Code) {
        return if named(Kind::Phone) { Kind::Phone } else { Kind::Code };
    }
    if share(&is_quantity) >= MOST {
        return if share(&is_whole_code) >= MOST { Kind::Code } else { Kind::Amount };
    }
    let by_name = WORDS.iter().find(|(_, known)| has(known)).map(|(kind, _)| *kind);
    match by_name {
        // Goods have names too, and longer ones than people.
        Some(Kind::Name) if has(&["name"]) && mean_words(values) >= WORDS_OF_A_LONG_NAME => Kind::Title,
        by_name => by_name.unwrap_or_else(|| by_words(values)),
    }
}

/// A name of so many words on average is of goods.
const WORDS_OF_A_LONG_NAME: f64 = 5.0;

fn mean_words(values: &[&str]) -> f64 {
    let words = values.iter().map(|value| value.split_whitespace().count()).sum::<usize>();
    words as f64 / values.len().max(1) as f64
}

/// Long values are titles, repeated ones categories, the rest names.
fn by_words(values: &[&str]) -> Kind {
    const WORDS_OF_A_TITLE: f64 = 4.0;
    const SHARE_OF_CATEGORIES: f64 = 0.1;
    let count = values.len().max(1) as f64;
    let mut distinct = values.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    if mean_words(values) >= WORDS_OF_A_TITLE {
        return Kind::Title;
    }
    if distinct.len() as f64 / count < SHARE_OF_CATEGORIES { Kind::Category } else { Kind::Name }
}

fn name_words(name: &str) -> Vec<String> {
    let mut spaced = String::new();
    let mut after_lower = false;
    for c in name.chars() {
        if c.is_uppercase() && after_lower {
            spaced.push(' ');
        }
        after_lower = c.is_lowercase();
        spaced.extend(c.to_lowercase());
    }
    spaced.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn looks_dated(value: &str) -> bool {
    value.len() >= 8 && value.contains(['-', '/'])
}

/// A number with at most a sign, a currency or a percent sign around it.
fn is_quantity(value: &str) -> bool {
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    letters <= 3 && read_amount(value).is_some() && !value.contains([':', '/'])
}

/// Digits alone, as identifiers are written.
fn is_whole_code(value: &str) -> bool {
    value.trim().chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, values: &[&str]) -> Kind {
        let rows = Rows(values.iter().map(|value| vec![(*value).to_owned()]).collect());
        guess(name, &[&rows], 0).kind
    }

    #[test]
    fn what_fields_hold() {
        for (name, values, kind) in [
            ("transaction_date", &["2022-04-06"][..], Kind::Date),
            ("dob", &["19710624"], Kind::Date),
            ("year", &["2002"], Kind::Date),
            ("price", &["$ 1.29", "349.0"], Kind::Amount),
            ("soc_sec_id", &["6988048"], Kind::Code),
            ("number", &["41", "7"], Kind::Code),
            ("email", &["a@b.net"], Kind::Email),
            ("contact", &["a@b.net"], Kind::Email),
            ("Song_Name", &["Silver and Gold"], Kind::Name),
            ("name", &["lg 24 inch built in white dishwasher lds4821ww"], Kind::Title),
            ("modelno", &["r85wh1-wide"], Kind::Code),
            ("memo", &["J B payment BGC"], Kind::Memo),
            ("text", &["a clear hard shell case"], Kind::Title),
            ("phone", &["404/351 -9533"], Kind::Phone),
        ] {
            assert_eq!(of(name, values), kind, "{name}");
        }
    }
}
