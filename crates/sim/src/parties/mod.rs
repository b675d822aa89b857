//! A file of customers in which people stand several times, written differently, and the truth beside it.
//!
//! How it is made: households of one to four people, each person with one to six records, in shuffled order. Of the
//! records a fifth has a typing error in a name, a tenth no e-mail address, 8 % another address (the person moved), 5 %
//! a short form of the given name ([`PartyParams`]). Decoys: the others of a household have the same surname and
//! address; [`PartyParams::namesake_bps`] of the people who live alone have the name of somebody elsewhere, and the
//! commoner names meet by themselves.
//!
//! Promises: equal parameters give equal bytes; records are written as they are made, so a file of any length needs 12
//! bytes a record; neither ids nor order say who is who.

mod errors;
mod person;
#[cfg(test)]
mod tests;
mod words;

use crate::random::Seed;
use errors::Written;
use person::Household;
use std::io::{self, Write};

/// What to make. Rates are in hundredths of a percent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PartyParams {
    /// Equal seeds give equal bytes.
    pub seed: u64,
    /// Records to write.
    pub records: u32,
    /// Records with a typing error in a name.
    pub typo_bps: u32,
    /// Records without an e-mail address.
    pub no_email_bps: u32,
    /// Records with another address.
    pub moved_bps: u32,
    /// Records with a short form of the given name.
    pub nickname_bps: u32,
    /// People living alone who bear the whole name of somebody elsewhere.
    pub namesake_bps: u32,
}

impl PartyParams {
    /// The stated rates, with this seed and so many records.
    pub fn new(seed: u64, records: u32) -> Self {
        Self {
            seed,
            records,
            typo_bps: 2_000,
            no_email_bps: 1_000,
            moved_bps: 800,
            nickname_bps: 500,
            namesake_bps: 600,
        }
    }
}

/// Which household, which of its people, and which of the person's records.
#[derive(Clone, Copy)]
struct Place {
    household: u32,
    member: u8,
    copy: u8,
}

/// Writes the records as CSV, and the truth: which person each record is of, and what befell it.
///
/// # Errors
/// As the writers.
pub fn write_parties(params: &PartyParams, records: &mut impl Write, truth: &mut impl Write) -> io::Result<()> {
    let seed = Seed(params.seed);
    writeln!(records, "id,given_name,surname,email,street,city,postcode")?;
    writeln!(truth, "id,person,errors")?;
    for (number, place) in (1_u32..).zip(shuffled(params)) {
        let Place { household, member, copy } = place;
        let people = Household::new(seed, params, household);
        let Some(person) = people.members.get(usize::from(member)) else { continue };
        let whom = format!("{household} {member} {copy}");
        let Written { given, surname, email, address, errors } = errors::written(seed, params, person, &whom);
        let (street, city, postcode) = (&address.street, address.city, &address.postcode);
        writeln!(records, "c{number:07},{given},{surname},{email},{street},{city},{postcode}")?;
        writeln!(truth, "c{number:07},p{household}-{member},{}", errors.join(" "))?;
    }
    records.flush()?;
    truth.flush()
}

/// Every record to write, in an order that says nothing.
fn shuffled(params: &PartyParams) -> Vec<Place> {
    let (seed, wanted) = (Seed(params.seed), params.records as usize);
    let mut places = Vec::with_capacity(wanted);
    for household in 0_u32.. {
        if places.len() >= wanted {
            break;
        }
        let sizes = person::records_of(seed, household);
        let of = |(member, records): (u8, u8)| (0..records).map(move |copy| Place { household, member, copy });
        places.extend((0..).zip(sizes).flat_map(of));
    }
    places.truncate(wanted);
    let mut stream = seed.stream("party order", "");
    for at in (1..places.len()).rev() {
        let most = i64::try_from(at).unwrap_or(i64::MAX);
        places.swap(at, usize::try_from(stream.between(0, most)).unwrap_or(0));
    }
    places
}
