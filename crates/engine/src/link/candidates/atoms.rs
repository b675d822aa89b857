//! What a value may be found by: its words, their sounds, its beginning, its end, itself; bands of amounts and of days.
//! Each distinct value is read once.

use crate::link::compare::{day_number, read_amount, read_date};
use crate::link::table::{Kind, Rows};
use crate::link::words;
use std::collections::HashMap;

/// A record without a value.
const NONE: u32 = u32::MAX;

/// Neighbouring bands of amounts differ by this much in logarithm; there are two sets of them, half a band apart, so
/// that amounts within 12 % of each other share one.
const BAND_LOG: f64 = 0.25;

/// The same in days: two weeks apart share one.
const BAND_DAYS: i32 = 28;

/// A way in which values are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// The value itself.
    Whole,
    /// Each of its words.
    Word,
    /// What each of its words sounds like.
    Sound,
    /// Its first 3 characters.
    Begin3,
    /// Its first 4.
    Begin4,
    /// Its first 6.
    Begin6,
    /// Its last 4.
    End4,
    /// Its model numbers.
    Model,
    /// Every 4 characters in a row.
    Gram,
    /// The band of amounts or days in which it lies.
    Band,
}

impl Way {
    /// Every way.
    pub const ALL: [Self; 10] = [
        Self::Whole,
        Self::Word,
        Self::Sound,
        Self::Begin3,
        Self::Begin4,
        Self::Begin6,
        Self::End4,
        Self::Model,
        Self::Gram,
        Self::Band,
    ];

    /// As a reader knows it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Word => "word",
            Self::Sound => "sound",
            Self::Begin3 => "first 3",
            Self::Begin4 => "first 4",
            Self::Begin6 => "first 6",
            Self::End4 => "last 4",
            Self::Model => "model number",
            Self::Gram => "4-gram",
            Self::Band => "band",
        }
    }

    /// Those that make sense of a kind; whole values first.
    fn of(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::Name => &[Self::Whole, Self::Word, Self::Sound, Self::Begin4, Self::Gram],
            Kind::Title => &[Self::Whole, Self::Word, Self::Model, Self::Begin6],
            Kind::Address => &[Self::Whole, Self::Word, Self::Begin6],
            Kind::Memo => &[Self::Whole, Self::Word, Self::Begin3, Self::Begin6],
            Kind::Email => &[Self::Whole, Self::Begin6, Self::Begin4, Self::Gram],
            Kind::Phone | Kind::Code => &[Self::Whole, Self::Begin4, Self::End4],
            Kind::Category => &[Self::Whole],
            Kind::Amount | Kind::Date => &[Self::Whole, Self::Band],
        }
    }

    /// Whether a value may have many keys, which multiply in company.
    pub(super) fn gives_many(self) -> bool {
        matches!(self, Self::Word | Self::Sound | Self::Model | Self::Gram)
    }

    /// Whether it still finds few in company only.
    pub(super) fn needs_company(self) -> bool {
        self == Self::Band
    }
}

/// One field found in one way: the keys of each distinct value.
#[derive(Debug)]
pub(in crate::link) struct Family {
    pub(super) field: usize,
    pub(super) way: Way,
    starts: Vec<u32>,
    keys: Vec<u64>,
}

/// Every field found in every way.
#[derive(Debug)]
pub(super) struct Atoms {
    pub(super) families: Vec<Family>,
    /// Which distinct value each record has, a field each.
    left: Vec<Vec<u32>>,
    right: Vec<Vec<u32>>,
}

impl Atoms {
    pub(super) fn new(kinds: &[Kind], left: &Rows, right: &Rows) -> Self {
        let mut atoms = Self { families: Vec::new(), left: Vec::new(), right: Vec::new() };
        for (field, &kind) in kinds.iter().enumerate() {
            let texts =
                [left, right].into_iter().flat_map(|rows| (0..rows.len()).map(move |row| rows.value(row, field)));
            let mut texts: Vec<&str> = texts.filter(|text| !text.trim().is_empty()).collect();
            texts.sort_unstable();
            texts.dedup();
            let ids: HashMap<&str, u32> = texts.iter().copied().zip(0_u32..).collect();
            let of = |rows: &Rows| -> Vec<u32> {
                (0..rows.len()).map(|row| ids.get(rows.value(row, field)).copied().unwrap_or(NONE)).collect()
            };
            atoms.left.push(of(left));
            atoms.right.push(of(right));
            let normals: Vec<String> = texts.iter().map(|text| words::normal(text)).collect();
            let ways = Way::of(kind).iter();
            let both = || texts.iter().copied().zip(normals.iter().map(String::as_str));
            atoms.families.extend(ways.map(|&way| Family::read(field, way, kind, both())));
        }
        atoms
    }

    /// The keys of a record in one family.
    pub(super) fn keys(&self, family: usize, row: usize, is_left: bool) -> &[u64] {
        let family = &self.families[family];
        let side = if is_left { &self.left } else { &self.right };
        match side[family.field][row] {
            NONE => &[],
            id => family.keys(id),
        }
    }
}

impl Family {
    /// Reads distinct values, each as written and in normal form.
    pub(in crate::link) fn read<'a>(
        field: usize,
        way: Way,
        kind: Kind,
        values: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let (mut starts, mut keys) = (vec![0], Vec::new());
        for (text, normal) in values {
            let from = keys.len();
            push(way, kind, text, normal, &mut keys);
            keys[from..].sort_unstable();
            let mut unique = from;
            for at in from..keys.len() {
                if at == from || keys[at] != keys[at - 1] {
                    keys[unique] = keys[at];
                    unique += 1;
                }
            }
            keys.truncate(unique);
            starts.push(u32::try_from(keys.len()).unwrap_or(NONE));
        }
        Self { field, way, starts, keys }
    }

    /// The keys of the distinct value of this number.
    pub(in crate::link) fn keys(&self, value: u32) -> &[u64] {
        &self.keys[self.starts[value as usize] as usize..self.starts[value as usize + 1] as usize]
    }
}

fn push(way: Way, kind: Kind, text: &str, normal: &str, keys: &mut Vec<u64>) {
    /// The most keys of one value in one way.
    const MOST_KEYS: usize = 40;
    let compact = || normal.chars().filter(|c| c.is_alphanumeric());
    match (way, kind) {
        (Way::Whole, Kind::Amount) => keys.extend(read_amount(text).map(|amount| key(format!("{amount:.2}").chars()))),
        (Way::Whole, Kind::Date) => keys.extend(read_date(text).map(|date| number(day_number(date)))),
        (Way::Band, Kind::Date) => keys.extend(read_date(text).into_iter().flat_map(day_bands)),
        (Way::Band, _) => keys.extend(read_amount(text).into_iter().flat_map(amount_bands)),
        (Way::Whole, _) => keys.extend((!normal.is_empty()).then(|| key(compact()))),
        (Way::Word, _) => keys.extend(words::words(normal).iter().take(MOST_KEYS).map(|word| key(word.chars()))),
        (Way::Model, _) => keys.extend(words::models(normal).iter().take(MOST_KEYS).map(|model| key(model.chars()))),
        (Way::Sound, _) => keys.extend(
            words::words(normal).iter().take(MOST_KEYS).filter_map(|word| sound(word)).map(|code| key(code.chars())),
        ),
        (Way::Begin3, Kind::Memo) => keys.push(key(normal.chars().take(3))),
        (Way::Begin6, Kind::Memo) => keys.push(key(normal.chars().take(6))),
        (Way::Begin3, _) => keys.push(key(compact().take(3))),
        (Way::Begin4, _) => keys.push(key(compact().take(4))),
        (Way::Begin6, _) => keys.push(key(compact().take(6))),
        (Way::End4, _) => {
            let all: Vec<char> = compact().collect();
            keys.push(key(all[all.len().saturating_sub(4)..].iter().copied()));
        }
        (Way::Gram, _) => {
            let all: Vec<char> = compact().take(MOST_KEYS).collect();
            keys.extend(all.windows(4).map(|gram| key(gram.iter().copied())));
        }
    }
}

fn amount_bands(amount: f64) -> [u64; 2] {
    let scaled = amount.abs().max(0.005).ln() / BAND_LOG;
    [band(scaled, 0), band(scaled + 0.5, 1)]
}

fn day_bands(date: jiff::civil::Date) -> [u64; 2] {
    let scaled = f64::from(day_number(date)) / f64::from(BAND_DAYS);
    [band(scaled, 0), band(scaled + 0.5, 1)]
}

#[expect(clippy::cast_possible_truncation, reason = "bands are small whole numbers")]
fn band(scaled: f64, set: i32) -> u64 {
    number(2 * (scaled.floor() as i32) + set)
}

fn number(number: i32) -> u64 {
    mixed(u64::from(number.cast_unsigned()))
}

/// FNV-1a over characters.
pub(super) fn key(characters: impl Iterator<Item = char>) -> u64 {
    mixed(characters.fold(0xcbf2_9ce4_8422_2325, |hash, c| (hash ^ u64::from(c)).wrapping_mul(0x0100_0000_01b3)))
}

/// Spreads a key over all bits (the finisher of SplitMix64).
pub(in crate::link) fn mixed(key: u64) -> u64 {
    let key = (key ^ (key >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let key = (key ^ (key >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    key ^ (key >> 31)
}

/// Soundex (Russell, 1918) of a word of Latin letters; `Robert` and `Rupert` are `r163`.
fn sound(word: &str) -> Option<String> {
    let digit = |c: char| match c {
        'b' | 'f' | 'p' | 'v' => Some('1'),
        'c' | 'g' | 'j' | 'k' | 'q' | 's' | 'x' | 'z' => Some('2'),
        'd' | 't' => Some('3'),
        'l' => Some('4'),
        'm' | 'n' => Some('5'),
        'r' => Some('6'),
        _ => None,
    };
    let mut characters = word.chars().filter(char::is_ascii_lowercase);
    let first = characters.next()?;
    let (mut code, mut last) = (String::from(first), digit(first));
    for c in characters {
        let sound = digit(c);
        if let Some(sound) = sound.filter(|sound| last != Some(*sound)) {
            code.push(sound);
        }
        if c != 'h' && c != 'w' {
            last = sound;
        }
    }
    code.push_str("000");
    code.truncate(4);
    Some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sounds_of_names() {
        // Examples of the National Archives' description.
        for (word, code) in
            [("robert", "r163"), ("rupert", "r163"), ("ashcraft", "a261"), ("tymczak", "t522"), ("lee", "l000")]
        {
            assert_eq!(sound(word).as_deref(), Some(code), "{word}");
        }
        assert_eq!(sound("77"), None);
    }

    #[test]
    fn near_amounts_and_days_share_a_band() {
        let share = |one: [u64; 2], other: [u64; 2]| one.iter().any(|key| other.contains(key));
        for cents in 1..400 {
            let amount = f64::from(cents * cents);
            assert!(share(amount_bands(amount), amount_bands(1.12 * amount)), "{amount}");
        }
        assert!(!share(amount_bands(100.0), amount_bands(140.0)));
        let day = |day| jiff::civil::Date::new(2022, 3, day).unwrap();
        assert!((2..17).all(|later| share(day_bands(day(2)), day_bands(day(later - 1)))));
    }
}
