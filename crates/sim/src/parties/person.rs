//! Households and their people, each a function of the seed and a number.

use super::PartyParams;
use super::words::{CITIES, DOMAINS, ENDINGS, GIVEN, HANDLES, STREET_KINDS, STREETS, SURNAMES, SYLLABLES};
use crate::random::{Seed, Stream};

/// People who live together.
pub(super) struct Household {
    pub(super) members: Vec<Person>,
}

/// Someone, with the address that they had before.
pub(super) struct Person {
    /// The line of [`GIVEN`]: the name, then its short forms.
    pub(super) given: &'static str,
    pub(super) surname: String,
    pub(super) email: String,
    pub(super) address: Address,
    pub(super) other_address: Address,
}

#[derive(Clone)]
pub(super) struct Address {
    pub(super) street: String,
    pub(super) city: &'static str,
    pub(super) postcode: String,
}

/// How many records each person of a household has; as many numbers as people.
pub(super) fn records_of(seed: Seed, household: u32) -> Vec<u8> {
    /// Of a hundred households, those with at most one, two, three and four people.
    const UP_TO: [i64; 4] = [40, 75, 90, 100];
    /// Of a hundred people, those with at most one, two … six records.
    const RECORDS: [i64; 6] = [25, 50, 70, 85, 95, 100];
    let mut stream = seed.stream("household", &household.to_string());
    let drawn = stream.between(1, 100);
    let people = UP_TO.iter().take_while(|up_to| drawn > **up_to).count() + 1;
    let records = |stream: &mut Stream| {
        let drawn = stream.between(1, 100);
        (1_u8..).zip(RECORDS).find(|(_, up_to)| drawn <= *up_to).map_or(1, |(records, _)| records)
    };
    (0..people).map(|_| records(&mut stream)).collect()
}

impl Household {
    pub(super) fn new(seed: Seed, params: &PartyParams, household: u32) -> Self {
        let people = records_of(seed, household).len();
        let mut stream = seed.stream("household names", &household.to_string());
        let address = Address::draw(seed, &mut stream);
        let copies = people == 1 && household > 0 && stream.chance(params.namesake_bps);
        let name_of = if copies { draw_up_to(&mut stream, household) } else { household };
        let surname = surname(seed, name_of);
        let mut taken: Vec<&'static str> = Vec::new();
        let members = (0..people).map(|member| {
            let given = given(seed, name_of, member, &taken);
            taken.push(given);
            let mut own = seed.stream("person", &format!("{household} {member}"));
            Person {
                given,
                surname: surname.clone(),
                email: email(&mut own, given, &surname),
                address: address.clone(),
                other_address: Address::draw(seed, &mut own),
            }
        });
        Self { members: members.collect() }
    }
}

/// A household before this one.
fn draw_up_to(stream: &mut Stream, household: u32) -> u32 {
    u32::try_from(stream.between(0, i64::from(household) - 1)).unwrap_or(0)
}

/// A given name that nobody else in the household has.
fn given(seed: Seed, household: u32, member: usize, taken: &[&'static str]) -> &'static str {
    let mut stream = seed.stream("given name", &format!("{household} {member}"));
    loop {
        let line = skewed(&mut stream, GIVEN);
        if !taken.contains(&line) {
            return line;
        }
    }
}

/// Four in ten households have one of the common names, the others one that is put together.
fn surname(seed: Seed, household: u32) -> String {
    let mut stream = seed.stream("surname", &household.to_string());
    if stream.chance(4_000) {
        return skewed(&mut stream, SURNAMES).to_owned();
    }
    let second = if stream.chance(5_000) { evenly(&mut stream, SYLLABLES).to_lowercase() } else { String::new() };
    format!("{}{second}{}", skewed(&mut stream, SYLLABLES), evenly(&mut stream, ENDINGS))
}

/// An address of the person's own; two people share one by chance hardly ever.
fn email(stream: &mut Stream, given: &str, surname: &str) -> String {
    let given = first_word(given).to_lowercase();
    let surname = surname.to_lowercase();
    let number = stream.between(1, 99_999);
    let initial: String = given.chars().take(1).collect();
    let local = match stream.between(0, 4) {
        0 => format!("{given}.{surname}{number}"),
        1 => format!("{initial}.{surname}{number}"),
        2 => format!("{surname}.{given}{number}"),
        3 => format!("{given}{number}"),
        _ => format!("{}{}{number}", evenly(stream, HANDLES), evenly(stream, HANDLES)),
    };
    format!("{local}@{}", skewed(stream, DOMAINS))
}

impl Address {
    fn draw(seed: Seed, stream: &mut Stream) -> Self {
        let (city, area) = skewed(stream, CITIES).split_once(' ').map_or(("", ""), |(area, city)| (city, area));
        let name = format!("{} {}", evenly(stream, STREETS), evenly(stream, STREET_KINDS));
        // A street of a city has one postcode.
        let mut code = seed.stream("postcode", &format!("{city} {name}"));
        let letter = |code: &mut Stream| {
            let letters = b"ABDEFGHJLNPQRSTUWXYZ";
            char::from(letters[usize::try_from(code.between(0, 19)).unwrap_or(0)])
        };
        let (district, sector) = (code.between(1, 20), code.between(0, 9));
        let postcode = format!("{area}{district} {sector}{}{}", letter(&mut code), letter(&mut code));
        Self { street: format!("{} {name}", stream.between(1, 180)), city, postcode }
    }
}

pub(super) fn first_word(line: &str) -> &str {
    line.split(' ').next().unwrap_or_default()
}

pub(super) fn evenly(stream: &mut Stream, of: &'static [&'static str]) -> &'static str {
    let last = i64::try_from(of.len()).unwrap_or(1) - 1;
    of[usize::try_from(stream.between(0, last)).unwrap_or(0)]
}

/// The first are the commonest, as names and towns are: the lesser of two draws.
fn skewed(stream: &mut Stream, of: &'static [&'static str]) -> &'static str {
    let last = i64::try_from(of.len()).unwrap_or(1) - 1;
    let drawn = stream.between(0, last).min(stream.between(0, last));
    of[usize::try_from(drawn).unwrap_or(0)]
}
