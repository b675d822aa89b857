//! One field prepared for millions of comparisons: the normal form of each distinct value, and what says at a glance
//! that two of them are nothing alike.

use super::table::{Compact, NONE, Texts, hash};
use crate::link::compare::{forms, read_amount, read_date};
use crate::link::table::Kind;
use crate::link::words;
use learn::similar;

/// How far two values agree, from the best; a value that lacks is no disagreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Equal, and few have the value.
    EqualRare,
    /// Equal.
    Equal,
    /// Equal, and many have the value.
    EqualCommon,
    /// Another form: a short name, an initial, the words in another order, the same mailbox elsewhere.
    Form,
    /// One slip of a finger apart.
    Slip,
    /// Something in common.
    Partly,
    /// Nothing in common.
    Different,
    /// One of the two is not known.
    Missing,
}

impl Level {
    /// From its number.
    pub(super) fn of(number: u64) -> Self {
        const ALL: [Level; 7] = [
            Level::EqualRare,
            Level::Equal,
            Level::EqualCommon,
            Level::Form,
            Level::Slip,
            Level::Partly,
            Level::Different,
        ];
        usize::try_from(number).ok().and_then(|at| ALL.get(at).copied()).unwrap_or(Level::Missing)
    }

    /// As a reader is told.
    pub fn word(self) -> &'static str {
        match self {
            Self::EqualRare => "equal and rare",
            Self::Equal => "equal",
            Self::EqualCommon => "equal and common",
            Self::Form => "another form",
            Self::Slip => "a slip apart",
            Self::Partly => "partly",
            Self::Different => "different",
            Self::Missing => "not known",
        }
    }

    /// Whether it says that the values mean the same.
    pub(super) fn agrees(self) -> bool {
        self <= Self::Slip
    }
}

/// Shares of the nodes that have a value, below which it is rare, and from which on it is common.
const RARE: f64 = 0.000_2;
const COMMON: f64 = 0.003;

/// What is known of a distinct value beside its text.
#[derive(Debug, Clone, Copy, Default)]
struct Traits {
    /// Which characters occur, a bit each (or for several).
    letters: u64,
    /// Its numbers, in any order.
    numbers: u32,
    /// Its other words, in any order.
    words: u32,
    /// Nodes that have it.
    count: u32,
    /// Characters, as far as they count.
    length: u32,
}

/// A field.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) kind: Kind,
    /// Normal forms, each once.
    pub(super) texts: Texts,
    traits: Vec<Traits>,
    /// Lines of short forms on which the first word stands; of names only.
    forms: Vec<u128>,
    amounts: Vec<f64>,
    /// Nodes by which values are rare or common.
    nodes: f64,
    /// Values longer than what is compared.
    pub(super) cut: usize,
}

impl Column {
    /// Prepares a field, and says which normal form each record has.
    pub(super) fn new(table: &Compact, field: usize) -> (Self, Vec<u32>) {
        let kind = table.fields()[field].kind;
        let raw = table.texts(field);
        let (mut texts, mut cut) = (Texts::default(), 0);
        let of_raw: Vec<u32> = (0_u32..)
            .take(raw.len())
            .map(|id| {
                let text = raw.get(id);
                cut += usize::from(text.len() > words::LONGEST_VALUE);
                let normal = normal_of(kind, text);
                if normal.is_empty() { NONE } else { texts.id(&normal) }
            })
            .collect();
        let of_record: Vec<u32> =
            table.ids(field).iter().map(|id| of_raw.get(*id as usize).copied().unwrap_or(NONE)).collect();
        let every = || (0_u32..).take(texts.len()).map(|id| texts.get(id));
        let traits: Vec<Traits> = every().map(Traits::of).collect();
        let known = forms();
        let forms_of = |text: &str| known.get(first_word(text).0).copied().unwrap_or(0);
        let forms = if kind == Kind::Name { every().map(forms_of).collect() } else { vec![] };
        let amounts =
            if kind == Kind::Amount { every().map(|text| text.parse().unwrap_or(0.0)).collect() } else { vec![] };
        (Self { kind, texts, traits, forms, amounts, nodes: 0.0, cut }, of_record)
    }

    /// Counts the nodes that have each value; how common one is, is told by so many.
    pub(super) fn count(&mut self, ids: impl Iterator<Item = u32>, nodes: f64) {
        self.nodes = nodes;
        for id in ids {
            if let Some(traits) = self.traits.get_mut(id as usize) {
                traits.count += 1;
            }
        }
    }

    /// How far two values agree.
    pub(super) fn level(&self, one: u32, other: u32) -> Level {
        if one == NONE || other == NONE {
            return Level::Missing;
        }
        if one == other {
            return self.equal(one);
        }
        match self.kind {
            Kind::Amount => self.amounts(one, other),
            Kind::Address => self.addresses(one, other),
            Kind::Email => self.emails(one, other),
            Kind::Name | Kind::Title | Kind::Memo => self.names(one, other),
            Kind::Code | Kind::Phone | Kind::Date | Kind::Category => self.codes(one, other),
        }
    }

    fn equal(&self, id: u32) -> Level {
        self.equal_of(self.traits[id as usize].count)
    }

    /// Whether a value was otherwise rare or common when so many fewer nodes had it.
    pub(super) fn has_turned(&self, id: u32, fewer: u32) -> bool {
        let count = self.traits[id as usize].count;
        self.equal_of(count) != self.equal_of(count.saturating_sub(fewer))
    }

    fn equal_of(&self, count: u32) -> Level {
        // The pair itself does not make the value common.
        let others = f64::from(count.saturating_sub(2));
        match others / self.nodes.max(1.0) {
            share if share < RARE => Level::EqualRare,
            share if share < COMMON => Level::Equal,
            _ => Level::EqualCommon,
        }
    }

    fn names(&self, one: u32, other: u32) -> Level {
        let (a, b) = (self.traits[one as usize], self.traits[other as usize]);
        if a.words == b.words && a.numbers == b.numbers || self.is_other_form(one, other) {
            return Level::Form;
        }
        match self.slips(one, other) {
            Some(0 | 1) => Level::Slip,
            Some(_) if a.length.max(b.length) >= 5 => Level::Partly,
            _ if self.shares_a_word(one, other) => Level::Partly,
            _ => Level::Different,
        }
    }

    /// A short form, or an initial, of the first word, and the rest is the same.
    fn is_other_form(&self, one: u32, other: u32) -> bool {
        let may = self.forms.get(one as usize).zip(self.forms.get(other as usize)).is_some_and(|(a, b)| a & b != 0);
        let ((first, rest), (second, other_rest)) =
            (first_word(self.texts.get(one)), first_word(self.texts.get(other)));
        let is_initial = first.len().min(second.len()) == 1 && first.as_bytes()[0] == second.as_bytes()[0];
        (may || is_initial) && rest == other_rest
    }

    fn shares_a_word(&self, one: u32, other: u32) -> bool {
        let (one, other) = (self.texts.get(one), self.texts.get(other));
        if !(one.contains(' ') || other.contains(' ')) {
            return false;
        }
        let shared = one.split(' ').filter(|word| word.len() > 2 && other.split(' ').any(|of| of == *word)).count();
        2 * shared >= one.split(' ').count().min(other.split(' ').count())
    }

    /// The same street under another number is something in common; another number is no slip.
    fn addresses(&self, one: u32, other: u32) -> Level {
        let (a, b) = (self.traits[one as usize], self.traits[other as usize]);
        match (a.numbers == b.numbers, a.words == b.words) {
            (true, true) => Level::Form,
            (false, true) => Level::Partly,
            (true, false) => match self.slips(one, other) {
                Some(_) => Level::Slip,
                None if self.shares_a_word(one, other) => Level::Partly,
                None => Level::Different,
            },
            (false, false) => Level::Different,
        }
    }

    fn emails(&self, one: u32, other: u32) -> Level {
        let mailbox = |id: u32| self.texts.get(id).split('@').next().unwrap_or_default();
        if mailbox(one) == mailbox(other) {
            return Level::Form;
        }
        if self.slips(one, other).is_some() { Level::Slip } else { Level::Different }
    }

    fn codes(&self, one: u32, other: u32) -> Level {
        const BEGINNING: usize = 4;
        if self.kind != Kind::Category && self.slips(one, other).is_some_and(|slips| slips <= 1) {
            return Level::Slip;
        }
        let begins = |id: u32| self.texts.get(id).as_bytes().get(..BEGINNING);
        let is_partly = self.kind != Kind::Category && begins(one).is_some() && begins(one) == begins(other);
        if is_partly { Level::Partly } else { Level::Different }
    }

    fn amounts(&self, one: u32, other: u32) -> Level {
        let (one, other) = (self.amounts[one as usize], self.amounts[other as usize]);
        match (one - other).abs() / one.abs().max(other.abs()).max(f64::MIN_POSITIVE) {
            share if share <= 0.01 => Level::Slip,
            share if share <= 0.1 => Level::Partly,
            _ => Level::Different,
        }
    }

    /// Slips of a finger between two values, up to two: a letter put in, left out or replaced, or two turned round.
    fn slips(&self, one: u32, other: u32) -> Option<usize> {
        const MOST: u32 = 2;
        let (a, b) = (self.traits[one as usize], self.traits[other as usize]);
        // A slip changes at most two of the characters that occur.
        if (a.letters ^ b.letters).count_ones() > 2 * MOST || a.length.abs_diff(b.length) > MOST {
            return None;
        }
        let (mut these, mut those) = (['\0'; similar::LONGEST], ['\0'; similar::LONGEST]);
        let (one, other) = (letters(self.texts.get(one), &mut these), letters(self.texts.get(other), &mut those));
        match similar::edit_distance(one, other) {
            2 if is_turned(one, other) => Some(1),
            distance if distance <= MOST as usize => Some(distance),
            _ => None,
        }
    }
}

impl Traits {
    fn of(text: &str) -> Self {
        let mut traits = Self::default();
        for c in text.chars().take(similar::LONGEST) {
            let bit = match c {
                'a'..='z' => c as u32 - 'a' as u32,
                '0'..='9' => 26 + c as u32 - '0' as u32,
                _ => 36 + c as u32 % 28,
            };
            traits.letters |= 1 << bit;
            traits.length += 1;
        }
        for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            let is_number = word.starts_with(|c: char| c.is_ascii_digit());
            let sum = if is_number { &mut traits.numbers } else { &mut traits.words };
            *sum = sum.wrapping_add(low(hash(word)));
        }
        traits
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the low bits are wanted")]
fn low(bits: u64) -> u32 {
    bits as u32
}

fn first_word(text: &str) -> (&str, &str) {
    text.split_once(' ').unwrap_or((text, ""))
}

fn letters<'a>(text: &str, into: &'a mut [char; similar::LONGEST]) -> &'a [char] {
    let mut length = 0;
    for (place, c) in into.iter_mut().zip(text.chars()) {
        *place = c;
        length += 1;
    }
    &into[..length]
}

/// Whether two neighbours are turned round, and all else is the same.
fn is_turned(one: &[char], other: &[char]) -> bool {
    let mut differ = (0..one.len()).filter(|&at| Some(&one[at]) != other.get(at));
    let (Some(first), Some(second), None) = (differ.next(), differ.next(), differ.next()) else { return false };
    one.len() == other.len() && second == first + 1 && one[first] == other[second] && one[second] == other[first]
}

/// What is compared of a value: amounts and days as such, codes without punctuation, everything else in normal form.
fn normal_of(kind: Kind, text: &str) -> String {
    match kind {
        Kind::Amount => read_amount(text).map_or_else(String::new, |amount| format!("{amount:.2}")),
        Kind::Date => read_date(text).map_or_else(String::new, |date| date.strftime("%Y%m%d").to_string()),
        Kind::Code | Kind::Phone => plain(text).chars().filter(|c| c.is_alphanumeric()).collect(),
        _ => plain(text),
    }
}

/// The normal form, by a shorter way where the text is ASCII.
pub(super) fn plain(text: &str) -> String {
    if !text.is_ascii() || text.len() > words::LONGEST_VALUE {
        return words::normal(text);
    }
    let mut normal = String::with_capacity(text.len());
    for word in text.split(char::is_whitespace).filter(|word| !word.is_empty()) {
        if !normal.is_empty() {
            normal.push(' ');
        }
        normal.extend(word.chars().map(|c| c.to_ascii_lowercase()));
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::table::Field;
    use proptest::prelude::*;

    fn level(kind: Kind, one: &str, other: &str) -> Level {
        let mut table = Compact::new(&["x".to_owned()]);
        table.push(&[one]);
        table.push(&[other]);
        table.set_kinds(&[Field { name: "x".to_owned(), kind }]);
        let (mut column, ids) = Column::new(&table, 0);
        column.count(ids.iter().copied(), 2.0);
        column.level(ids[0], ids[1])
    }

    #[test]
    fn levels_by_kind() {
        for (kind, one, other, expected) in [
            (Kind::Name, "William", "bill", Level::Form),
            (Kind::Name, "J Smith", "John Smith", Level::Form),
            (Kind::Name, "Smith, John", "john smith", Level::Form),
            (Kind::Name, "john smith", "smith john", Level::Form),
            (Kind::Name, "Garcia", "Gracia", Level::Slip),
            (Kind::Name, "Thornton", "Thorntan", Level::Slip),
            (Kind::Name, "Anna", "Robert", Level::Different),
            (Kind::Name, "Café", "cafe", Level::EqualRare),
            (Kind::Address, "12 High Street", "14 High Street", Level::Partly),
            (Kind::Address, "12 High Street", "12 Hihg Street", Level::Slip),
            (Kind::Address, "12 High Street", "14 Low Road", Level::Different),
            (Kind::Email, "a.b@x.example", "a.b@y.example", Level::Form),
            (Kind::Email, "anna.b@x.example", "anna.bb@x.example", Level::Slip),
            (Kind::Code, "AB1 2CD", "ab12cd", Level::EqualRare),
            (Kind::Code, "AB12 CD", "AB12 XY", Level::Partly),
            (Kind::Date, "2001-02-03", "20010203", Level::EqualRare),
            (Kind::Amount, "100", "100.50", Level::Slip),
            (Kind::Amount, "100", "300", Level::Different),
            (Kind::Name, "x", "", Level::Missing),
        ] {
            assert_eq!(level(kind, one, other), expected, "{one} and {other}");
            assert_eq!(level(kind, other, one), expected, "{other} and {one}");
        }
    }

    proptest! {
        #[test]
        fn the_shorter_way_gives_the_same(text in "[ -~\\t]{0,40}") {
            prop_assert_eq!(plain(&text), words::normal(&text));
        }
    }
}
