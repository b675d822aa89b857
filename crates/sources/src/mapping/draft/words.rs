//! What columns are called, in English, Chinese, German, Portuguese and Spanish.

use super::super::meaning::{Meaning, all};

/// A meaning, then its names as [`plain`] writes them; further lines begin with blanks.
const NAMES: &str = include_str!("words.txt");

/// Every name with its meaning.
fn names() -> impl Iterator<Item = (Meaning, &'static str)> {
    let mut means = None;
    let lines = NAMES.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(move |line| {
        let (word, names) = line.split_once(": ").unwrap_or(("", line));
        if !word.is_empty() {
            means = all().find(|known| known.name() == word);
        }
        let means = means;
        names.split(',').map(str::trim).filter(|name| !name.is_empty()).filter_map(move |name| Some((means?, name)))
    })
}

/// Words of rows that total the rows above.
pub(in super::super) const TOTALS: [&str; 16] = [
    "total",
    "totals",
    "grand total",
    "subtotal",
    "sum",
    "summe",
    "gesamt",
    "gesamtsumme",
    "soma",
    "total geral",
    "suma",
    "合计",
    "总计",
    "小计",
    "ending balance",
    "closing balance",
];

/// A name in lower case, without accents, marks and what stands in brackets; words apart.
pub(in super::super) fn plain(name: &str) -> String {
    let bare = name.split(['(', '（', '[']).next().unwrap_or_default();
    let bare = if bare.trim().is_empty() { name } else { bare };
    let mut out = String::new();
    let mut small = false;
    for c in bare.chars() {
        if c.is_uppercase() && small {
            out.push(' ');
        }
        small = c.is_lowercase() || c.is_ascii_digit();
        if c.is_alphanumeric() {
            c.to_lowercase().for_each(|c| out.push_str(folded(c, &mut [0; 4])));
        } else {
            out.push(' ');
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn folded(c: char, place: &mut [u8; 4]) -> &str {
    match c {
        'á' | 'à' | 'â' | 'ã' | 'ä' => "a",
        'é' | 'è' | 'ê' | 'ë' => "e",
        'í' | 'ì' | 'î' => "i",
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' => "o",
        'ú' | 'ù' | 'û' | 'ü' => "u",
        'ç' => "c",
        'ñ' => "n",
        'ß' => "ss",
        other => other.encode_utf8(place),
    }
}

/// Words of minor units.
const MINOR: [&str; 9] = ["cents", "cent", "minor", "minor units", "pence", "pennies", "centavos", "centimos", "分"];

/// Whether a name says that its amounts are minor units.
pub(super) fn says_minor(name: &str) -> bool {
    let plain = plain(&name.replace(['(', ')', '（', '）'], " "));
    MINOR.iter().any(|word| plain.split(' ').any(|part| part == *word) || (!word.is_ascii() && plain.ends_with(word)))
}

/// What a name says, each with how surely: the whole name, or a known name at its end or front.
pub(super) fn meanings(name: &str) -> Vec<(Meaning, f64, &'static str)> {
    let plain = plain(name);
    let mut found: Vec<(Meaning, f64, &'static str)> = Vec::new();
    for (means, known) in names() {
        let Some(certain) = likeness(&plain, known) else { continue };
        match found.iter_mut().find(|(told, ..)| *told == means) {
            Some(best) if best.1 < certain => *best = (means, certain, known),
            Some(_) => {}
            None => found.push((means, certain, known)),
        }
    }
    found.sort_by(|a, b| b.1.total_cmp(&a.1));
    found
}

fn likeness(name: &str, known: &str) -> Option<f64> {
    let joined = |text: &str| text.replace(' ', "");
    if name == known || (known.len() > 3 && joined(name) == joined(known)) {
        return Some(0.9);
    }
    let apart = known.is_ascii();
    let ends = name.strip_suffix(known).is_some_and(|rest| !apart || rest.ends_with(' '));
    let starts = name.strip_prefix(known).is_some_and(|rest| !apart || rest.starts_with(' '));
    let long = if known.contains(' ') || !apart { 0.1 } else { 0.0 };
    match (ends, starts) {
        (true, _) => Some(0.6 + long),
        (_, true) => Some(0.5 + long),
        _ => None,
    }
}
