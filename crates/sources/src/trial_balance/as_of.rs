//! The day of a trial balance, as the lines above it say it.

use crate::days::{day, order_of};
use jiff::civil::Date;

/// What stands before the day that counts.
const MARKS: [&str; 12] =
    ["as of", "as at", "at ", "stichtag", "zum", "per ", "al ", "a fecha", "em ", "截至", "截止", "期末"];

/// First letters of the months in English, German, Spanish and Portuguese.
const MONTHS: [(&str, i8); 23] = [
    ("jan", 1),
    ("ene", 1),
    ("feb", 2),
    ("fev", 2),
    ("mar", 3),
    ("mär", 3),
    ("apr", 4),
    ("abr", 4),
    ("may", 5),
    ("mai", 5),
    ("jun", 6),
    ("jul", 7),
    ("aug", 8),
    ("ago", 8),
    ("sep", 9),
    ("set", 9),
    ("oct", 10),
    ("okt", 10),
    ("out", 10),
    ("nov", 11),
    ("dec", 12),
    ("dez", 12),
    ("dic", 12),
];

/// The last day beside a mark, else the last day.
pub(crate) fn as_of(preamble: &[String]) -> Option<Date> {
    let numbers: Vec<String> = preamble.iter().flat_map(|text| runs(text)).collect();
    let order = order_of(&numbers);
    let mut marked = None;
    let mut last = None;
    let mut behind_mark = false;
    for text in preamble {
        let lower = text.to_lowercase();
        let is_marked = MARKS.iter().any(|mark| lower.contains(mark)) || behind_mark;
        let numeric = runs(text).iter().filter_map(|run| day(run, order)).next_back();
        let found = numeric.or_else(|| in_words(&lower));
        behind_mark = is_marked && found.is_none() && MARKS.iter().any(|mark| lower.contains(mark.trim()));
        last = found.or(last);
        marked = found.filter(|_| is_marked).or(marked);
    }
    marked.or(last)
}

/// Parts of a text that may be a day in figures.
fn runs(text: &str) -> Vec<String> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | '/' | '.' | '年' | '月' | '日');
    let runs = text.split(|c: char| !is_part(c)).map(|run| run.trim_matches(['-', '/', '.']));
    runs.filter(|run| run.len() >= 6).map(str::to_owned).collect()
}

/// `31 December 2025`, `December 31, 2025`, `31 de diciembre de 2025`.
fn in_words(lower: &str) -> Option<Date> {
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && *word != "de" && *word != "of")
        .collect();
    words.windows(3).filter_map(day_of).next_back()
}

fn day_of(three: &[&str]) -> Option<Date> {
    let (month, day) = match (month(three[0]), month(three[1])) {
        (None, Some(month)) => (month, three[0]),
        (Some(month), None) => (month, three[1]),
        _ => return None,
    };
    let day = day.trim_end_matches(|c: char| c.is_alphabetic());
    let year = Some(three[2]).filter(|year| year.len() == 4)?;
    Date::new(year.parse().ok()?, month, day.parse().ok()?).ok()
}

fn month(word: &str) -> Option<i8> {
    MONTHS.iter().find(|(start, _)| word.starts_with(start)).map(|(_, month)| *month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preamble_says_its_day() {
        for (lines, expected) in [
            (&["Gift Shop Ltd", "Trial balance", "As at 31 December 2025"][..], Some("2025-12-31")),
            (&["As of December 31st, 2025", "Printed 15 Jan 2026"], Some("2025-12-31")),
            (&["Saldenliste zum 31.12.2025", "Seite 1"], Some("2025-12-31")),
            (&["Stichtag", "31.12.2025", "Druck 02.01.2026"], Some("2025-12-31")),
            (&["Sumas y saldos al 31 de diciembre de 2025"], Some("2025-12-31")),
            (&["Balancete em 30/09/2025"], Some("2025-09-30")),
            (&["科目余额表", "截至2025年12月31日"], Some("2025-12-31")),
            (&["Period 2025-01-01 to 2025-12-31"], Some("2025-12-31")),
            (&["Mario & Sons 2025"], None),
            (&["Balance at 03/04/2025"], None),
        ] {
            let preamble: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            assert_eq!(as_of(&preamble).map(|day| day.to_string()).as_deref(), expected, "{lines:?}");
        }
    }
}
