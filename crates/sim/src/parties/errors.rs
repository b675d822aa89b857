//! What befalls a person's data on its way into a record.

use super::PartyParams;
use super::person::{Address, Person, first_word};
use crate::random::{Seed, Stream};

/// A record as it is written.
pub(super) struct Written<'a> {
    pub(super) given: String,
    pub(super) surname: String,
    pub(super) email: &'a str,
    pub(super) address: &'a Address,
    /// What befell it, a word each.
    pub(super) errors: Vec<&'static str>,
}

/// One record of a person.
pub(super) fn written<'a>(seed: Seed, params: &PartyParams, person: &'a Person, whom: &str) -> Written<'a> {
    let mut stream = seed.stream("party record", whom);
    let mut errors = Vec::new();
    let mut befalls = |stream: &mut Stream, rate_bps: u32, what: &'static str| {
        let befalls = stream.chance(rate_bps);
        errors.extend(befalls.then_some(what));
        befalls
    };
    let short_forms: Vec<&str> = person.given.split(' ').skip(1).collect();
    let mut given = first_word(person.given).to_owned();
    if befalls(&mut stream, params.nickname_bps, "nickname") {
        let last = i64::try_from(short_forms.len()).unwrap_or(1) - 1;
        short_forms[usize::try_from(stream.between(0, last)).unwrap_or(0)].clone_into(&mut given);
    }
    let mut surname = person.surname.clone();
    if befalls(&mut stream, params.typo_bps, "typo") {
        let name = if stream.chance(5_000) { &mut given } else { &mut surname };
        *name = mistyped(name, &mut stream);
    }
    let email = if befalls(&mut stream, params.no_email_bps, "no-email") { "" } else { person.email.as_str() };
    let has_moved = befalls(&mut stream, params.moved_bps, "moved");
    let address = if has_moved { &person.other_address } else { &person.address };
    Written { given, surname, email, address, errors }
}

/// One slip of a finger: a letter replaced, left out, doubled or put in, or two turned round.
fn mistyped(name: &str, stream: &mut Stream) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let last = i64::try_from(letters.len()).unwrap_or(1) - 1;
    let at = usize::try_from(stream.between(0, last)).unwrap_or(0);
    let any = |stream: &mut Stream| char::from(b'a' + u8::try_from(stream.between(0, 25)).unwrap_or(0));
    match stream.between(0, 4) {
        0 => letters[at] = any(stream),
        1 if letters.len() > 2 => {
            letters.remove(at);
        }
        2 => letters.insert(at, letters[at]),
        3 => letters.insert(at + 1, any(stream)),
        _ if at + 1 < letters.len() => letters.swap(at, at + 1),
        _ => letters.push(any(stream)),
    }
    letters.into_iter().collect()
}
