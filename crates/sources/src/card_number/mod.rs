//! Card numbers, found and masked before anything keeps them.
//!
//! A number counts as a card's where all of these hold:
//! - 13 to 19 digits, plain or in the groups that cards are printed in (4-4-4-4, 4-6-5, …), parted by blanks or hyphens,
//!   with neither a letter, a digit, `_` nor a decimal point at its ends;
//! - issuer range and length belong together (ISO/IEC 7812; the ranges that the card schemes publish);
//! - its last digit is right (Luhn, ISO/IEC 7812-1 annex B);
//! - its field could hold one. A field is a column of a delimited file, an element of XML, a name of JSON, else the file.
//!   Where a field's name speaks of cards, it could. Else most of the numbers of that length in it must pass the rules
//!   above: of ids that begin like cards, nine in ten fail Luhn. A field whose name speaks of ids, orders, accounts or
//!   times must hold three or more, all of them sound.
//!
//! Masked is all but the first six and last four digits (PCI DSS 3.4.1), by `*`, or by `0` where a JSON number would
//! end; no byte moves. UTF-16 is looked at too.
//!
//! Limits: the same rules find nothing in bytes that are still packed; a card number that stands alone in a column of
//! ids stays.

mod field;
mod issuer;
#[cfg(test)]
mod tests;

use field::Fields;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Bytes in which no card number stands any more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Masked<'a> {
    /// As long as what was given, and the same where nothing was masked.
    pub bytes: Cow<'a, [u8]>,
    /// How many numbers were masked in each field, by its name; never the numbers.
    pub fields: BTreeMap<String, u64>,
}

impl Masked<'_> {
    /// How many numbers were masked.
    pub fn count(&self) -> u64 {
        self.fields.values().sum()
    }
}

/// Masks the card numbers of a file or a message.
pub fn mask(bytes: &[u8]) -> Masked<'_> {
    let none = Masked { bytes: Cow::Borrowed(bytes), fields: BTreeMap::new() };
    match Wide::of(bytes) {
        None => mask_narrow(bytes).unwrap_or(none),
        Some(wide) => {
            let narrow = wide.narrow(bytes);
            let Some(masked) = mask_narrow(&narrow) else { return none };
            Masked { bytes: Cow::Owned(wide.widen(bytes, &masked.bytes)), fields: masked.fields }
        }
    }
}

/// None where nothing is to be masked.
fn mask_narrow(bytes: &[u8]) -> Option<Masked<'_>> {
    let candidates = candidates(bytes);
    if !candidates.iter().any(|candidate| candidate.sound) {
        return None;
    }
    let fields = Fields::of(bytes);
    let names: Vec<String> = fields.names_at(candidates.iter().map(|candidate| candidate.place.start));
    let could = fields_that_could(bytes, &candidates, &names);
    let mut masked = bytes.to_vec();
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for (candidate, name) in candidates.iter().zip(&names) {
        if candidate.sound && could.contains(name.as_str()) {
            let filler = if fields.is_bare_number(&candidate.place) { b'0' } else { b'*' };
            cover(&mut masked[candidate.place.clone()], filler);
            *counts.entry(name.clone()).or_default() += 1;
        }
    }
    (!counts.is_empty()).then_some(Masked { bytes: Cow::Owned(masked), fields: counts })
}

/// Digits of a card's length that stand alone.
struct Candidate {
    place: Range<usize>,
    /// Issuer range, length and last digit belong together.
    sound: bool,
}

const SHORTEST: usize = 13;
const LONGEST: usize = 19;

fn candidates(bytes: &[u8]) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let end = digits_from(bytes, at);
        let place = if end - at >= SHORTEST { Some(at..end) } else { grouped(bytes, at) };
        let next = place.as_ref().map_or(end, |place| place.end.max(end));
        if let Some(place) = place.filter(|place| stands_alone(bytes, place)) {
            let digits: Vec<u8> = bytes[place.clone()].iter().filter(|byte| byte.is_ascii_digit()).copied().collect();
            if (SHORTEST..=LONGEST).contains(&digits.len()) {
                found.push(Candidate { place, sound: issuer::issues(&digits) && passes_luhn(&digits) });
            }
        }
        at = next;
    }
    found
}

/// Behind the last digit of those that begin at `at`.
fn digits_from(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|byte| !byte.is_ascii_digit()).map_or(bytes.len(), |length| at + length)
}

/// The groups in which cards are printed.
const GROUPS: [&[usize]; 5] = [&[4, 4, 4, 4, 3], &[4, 4, 4, 4], &[4, 6, 5], &[4, 6, 4], &[4, 4, 4, 1]];

/// A printed card number that begins at `at`: its groups are parted by one blank or hyphen, always the same. Groups that
/// follow other digits are the middle of something longer, such as an IBAN.
fn grouped(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let is_parting = |byte: u8| byte == b' ' || byte == b'-';
    let follows_digits = at >= 2 && is_parting(bytes[at - 1]) && bytes[at - 2].is_ascii_alphanumeric();
    let parting = *bytes.get(digits_from(bytes, at)).filter(|byte| is_parting(**byte))?;
    if follows_digits && (bytes[at - 1] == b'-' || bytes[at - 2].is_ascii_digit()) {
        return None;
    }
    GROUPS.iter().find_map(|groups| {
        let mut end = at;
        for (number, length) in groups.iter().enumerate() {
            if number > 0 {
                end += usize::from(bytes.get(end) == Some(&parting));
            }
            let group = end..digits_from(bytes, end);
            if group.len() != *length {
                return None;
            }
            end = group.end;
        }
        let goes_on = bytes.get(end) == Some(&parting) && parting == b'-';
        (!goes_on).then_some(at..end)
    })
}

fn stands_alone(bytes: &[u8], place: &Range<usize>) -> bool {
    let joins = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let before = place.start.checked_sub(1).map(|at| bytes[at]);
    let (behind, second) = (bytes.get(place.end).copied(), bytes.get(place.end + 1).copied());
    let begins_inside = before.is_some_and(|byte| joins(byte) || byte == b'.');
    let hyphened = before == Some(b'-') && place.start >= 2 && bytes[place.start - 2].is_ascii_alphanumeric();
    let ends_inside = behind.is_some_and(joins);
    let goes_on = matches!(behind, Some(b'.' | b'-')) && second.is_some_and(|byte| byte.is_ascii_digit());
    !(begins_inside || hyphened || ends_inside || goes_on)
}

/// From the right, every second digit is doubled and its digits are summed: `4111111111111111` sums to 30, a ten.
fn passes_luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let value = u32::from(digit - b'0') << (place % 2);
            if value > 9 { value - 9 } else { value }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Names of the fields in which sound numbers are card numbers.
fn fields_that_could<'n>(bytes: &[u8], candidates: &[Candidate], names: &'n [String]) -> BTreeSet<&'n str> {
    let mut told: BTreeMap<&str, BTreeMap<&[u8], bool>> = BTreeMap::new();
    for (candidate, name) in candidates.iter().zip(names) {
        told.entry(name).or_default().insert(&bytes[candidate.place.clone()], candidate.sound);
    }
    let could = |(name, numbers): &(&str, BTreeMap<&[u8], bool>)| {
        let sound = numbers.values().filter(|sound| **sound).count();
        match field::nature(name) {
            field::Nature::Card => true,
            field::Nature::Id => sound >= 3 && sound == numbers.len(),
            field::Nature::Other => 2 * sound > numbers.len(),
        }
    };
    told.into_iter().filter(could).map(|(name, _)| name).collect()
}

/// Digits that stay at the start and at the end.
const SHOWN_FIRST: usize = 6;
const SHOWN_LAST: usize = 4;

fn cover(number: &mut [u8], filler: u8) {
    let digits = number.iter().filter(|byte| byte.is_ascii_digit()).count();
    let hidden = SHOWN_FIRST..digits.saturating_sub(SHOWN_LAST);
    let each = number.iter_mut().filter(|byte| byte.is_ascii_digit()).enumerate();
    each.filter(|(place, _)| hidden.contains(place)).for_each(|(_, byte)| *byte = filler);
}

/// UTF-16: which byte of each pair holds what is ASCII.
#[derive(Clone, Copy)]
struct Wide {
    low: usize,
}

impl Wide {
    fn of(bytes: &[u8]) -> Option<Self> {
        match bytes.get(..2)? {
            [0xff, 0xfe] => Some(Self { low: 0 }),
            [0xfe, 0xff] => Some(Self { low: 1 }),
            _ => None,
        }
    }

    /// A byte a unit; what is not ASCII becomes `x`.
    fn narrow(self, bytes: &[u8]) -> Vec<u8> {
        let unit = |pair: &[u8]| match (pair.get(1 - self.low), pair.get(self.low)) {
            (Some(0), Some(byte)) if byte.is_ascii() => *byte,
            _ => b'x',
        };
        bytes.chunks(2).skip(1).map(unit).collect()
    }

    /// The units that `narrow` changed, in their places.
    fn widen(self, bytes: &[u8], narrow: &[u8]) -> Vec<u8> {
        let mut wide = bytes.to_vec();
        for (pair, unit) in wide.chunks_mut(2).skip(1).zip(narrow) {
            if *unit == b'*'
                && let Some(byte) = pair.get_mut(self.low)
            {
                *byte = *unit;
            }
        }
        wide
    }
}
