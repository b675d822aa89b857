//! The labelled sets in hand: those that ship, those of a folder, the books' own, and a table that someone names.

pub mod cards;
pub mod catalogue;
pub mod file;
pub mod own;
pub mod pairs;
pub mod table;
pub mod users;

use super::labelled::Labelled;
use crate::command::UsageError;
use jiff::Timestamp;
use jiff::civil::DateTime;
use learn::Dataset;
use std::path::Path;
use store::Reader;

/// The books of a data directory, as `--sets` knows them.
pub const OWN: &str = "own";
/// The shop that ships.
pub const SHOP: &str = "online_retail";
/// The third paper's users.
pub const USERS: &str = "users_10k";
/// The card stream.
pub const CARDS: &str = "card_stream";

/// Where sets may come from.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// A folder of data sets.
    pub folder: Option<&'a Path>,
    /// A data directory.
    pub books: Option<&'a Path>,
    /// Users of the third paper's case, and their seed.
    pub users: usize,
    /// What simulated rows are drawn by.
    pub seed: u64,
}

impl Sources<'_> {
    /// Names of the sets in hand, those of a person's own first.
    pub fn names(&self) -> Vec<String> {
        let known = |ships: bool| catalogue::KNOWN.iter().filter(move |known| known.ships() == ships);
        let mut names = Vec::new();
        names.extend(self.books.map(|_| OWN));
        names.extend(known(true).map(|known| known.name));
        names.extend([SHOP, USERS]);
        names.extend(known(false).filter(|known| known.is_there(self.folder)).map(|known| known.name));
        names.extend(self.folder.filter(|folder| folder.join(cards::FILE).exists()).map(|_| CARDS));
        names.push(pairs::SIMULATED);
        let names = names.into_iter().map(str::to_owned);
        names.chain(self.folder.map(pairs::names).unwrap_or_default()).collect()
    }

    /// The set of this name.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn read(&self, name: &str) -> anyhow::Result<Labelled> {
        match (name, self.books, self.folder) {
            (OWN, Some(books), _) => own::of_books(&Reader::open(books)?),
            (SHOP, _, _) => own::of_shipped_shop(),
            (USERS, _, _) => users::labelled(self.users, self.seed),
            (CARDS, _, Some(folder)) => cards::labelled(folder),
            (pairs::SIMULATED, _, _) => pairs::simulated(self.seed),
            _ => match catalogue::KNOWN.iter().find(|known| known.name == name && known.is_there(self.folder)) {
                Some(known) => known.labelled(self.folder),
                None => self.pairs(name),
            },
        }
    }
}

impl Sources<'_> {
    fn pairs(&self, name: &str) -> anyhow::Result<Labelled> {
        match self.folder.filter(|folder| pairs::names(folder).iter().any(|known| known == name)) {
            Some(folder) => pairs::labelled(folder, name),
            None => {
                let known = self.names();
                Err(UsageError::unknown("set", name, &known.iter().map(String::as_str).collect::<Vec<_>>()).into())
            }
        }
    }
}

/// Money as whole minor units, none below 0.
#[expect(clippy::cast_possible_truncation, reason = "an exposure is far below 2^63, and a missing one is none")]
fn minor_units(money: f64) -> i64 {
    money.max(0.0).round() as i64
}

/// The index that a category's number is.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "categories are numbered from 0")]
pub(super) fn index(number: f32) -> usize {
    number as usize
}

/// Seconds of an instant, a date with a time (as UTC), or a date.
fn seconds(text: &str) -> Option<i64> {
    let instant = text.parse::<Timestamp>().ok().map(Timestamp::as_second);
    let civil = |time: DateTime| Some(time.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second());
    instant.or_else(|| civil(text.parse().ok()?))
}

fn without_column(rows: &Dataset, column: usize) -> anyhow::Result<Dataset> {
    let keeps = |at: &usize| *at != column;
    let names = (0..rows.columns()).filter(keeps).map(|at| rows.names()[at].clone()).collect();
    let values = (0..rows.rows()).flat_map(|row| (0..rows.columns()).filter(keeps).map(move |at| rows.row(row)[at]));
    Ok(Dataset::new(names, values.collect(), rows.labels().to_vec())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_three_ways() {
        let day = Some(1_546_300_800);
        assert_eq!(["2019-01-01T00:00:00Z", "2019-01-01 00:00:00", "2019-01-01"].map(seconds), [day; 3]);
        assert_eq!(seconds("soon"), None);
    }

    #[test]
    fn what_ships_can_be_had_without_a_folder() {
        let sources = Sources { folder: None, books: None, users: 40, seed: 1 };
        assert_eq!(sources.names(), ["german", "taiwan", "polish", SHOP, USERS, pairs::SIMULATED]);
        let german = sources.read("german").unwrap();
        assert_eq!((german.labels().len(), german.table.rows.columns()), (1000, 18));
        assert_eq!(german.labels().iter().filter(|label| **label).count(), 300);
        let taiwan = sources.read("taiwan").unwrap();
        assert_eq!(taiwan.labels().iter().filter(|label| **label).count(), 6636);
        assert!(taiwan.table.rows.names().iter().all(|name| name != "SEX" && name != "MARRIAGE" && name != "ID"));
        let polish = sources.read("polish").unwrap();
        assert_eq!(polish.labels().iter().filter(|label| **label).count(), 271);
        let unknown = sources.read("germany").unwrap_err().to_string();
        assert!(unknown.starts_with("no set `germany`; did you mean `german`?"), "{unknown}");
    }
}
