//! The labelled sets in hand as tables of numbers, with all columns that the files have but those that number their rows.

use anyhow::Context;
use plimsoll::compare::sets::catalogue::{self, Known, Protected};
pub(crate) use plimsoll::compare::sets::table::Table;
use std::path::PathBuf;

/// One labelled set as benches take it.
pub(crate) struct Set {
    pub name: &'static str,
    known: Known,
    /// Columns that models of the product never see, and benches do: the peers had them.
    kept: &'static [&'static str],
}

pub(crate) const GERMAN: Set = Set { name: "german", known: catalogue::GERMAN, kept: &[] };
pub(crate) const TAIWAN: Set = Set { name: "taiwan", known: catalogue::TAIWAN, kept: &["ID"] };
pub(crate) const HMEQ: Set = Set { name: "hmeq", known: catalogue::HMEQ, kept: &[] };
pub(crate) const HELOC: Set = Set { name: "heloc", known: catalogue::HELOC, kept: &["Probabilities"] };
pub(crate) const INSURANCE: Set = Set { name: "insurance", known: catalogue::INSURANCE, kept: &["PolicyNumber"] };
pub(crate) const GIVE_ME_SOME_CREDIT: Set =
    Set { name: "give_me_some_credit", known: catalogue::GIVE_ME_SOME_CREDIT, kept: &[] };

impl Set {
    /// Reads the set: what ships from the program, the others from the folder that `PLIMSOLL_DATA` names.
    pub(crate) fn read(&self) -> anyhow::Result<Table> {
        let folder = if self.known.ships() { None } else { Some(folder()?) };
        self.known.read(folder.as_deref(), Protected::Kept, self.kept)
    }
}

/// The folder that `PLIMSOLL_DATA` names.
pub(super) fn folder() -> anyhow::Result<PathBuf> {
    std::env::var_os("PLIMSOLL_DATA").map(PathBuf::from).context("PLIMSOLL_DATA is not set")
}
