//! `screen`: lists of names and goods that a business must not deal with, and what else is watched for beside fraud.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `screen`
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Screen {
    /// What to do.
    #[command(subcommand)]
    pub verb: ScreenVerb,
}

const EXAMPLES: &str = "\
A list is a table (CSV, TSV, JSON Lines, a workbook or Parquet) with the columns id, kind (person, organisation or goods),
name, aliases (several: a semicolon between them; may be left out) and reason (likewise). What stands of lists, of people
and of rules is in the journal: replay gives the same.

Examples:
  plimsoll screen load eu-sanctions.csv --name eu     load a list, and hold everybody against it
  plimsoll screen run                                 hold everybody against the lists that stand, after an import
  plimsoll screen hits                                who is like whom, by how much
  plimsoll screen rules                               what is watched for: structuring, round trips, systems
  plimsoll screen rules --install watch.toml          watch for something else from here on
  plimsoll screen unload eu                           take a list away";

/// `screen …`
#[derive(Subcommand, Debug)]
pub enum ScreenVerb {
    /// Load a list; it takes the place of the one of its name.
    Load {
        /// The list.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// What to call it (default: the file's name).
        #[arg(long)]
        name: Option<String>,
    },
    /// Take a list away.
    Unload {
        /// As `load` called it.
        name: String,
    },
    /// Hold everybody in the books against the lists that stand.
    Run,
    /// Who is like somebody on a list.
    Hits,
    /// Show the rules of structuring, round trips and systems, or install others.
    Rules {
        /// Install this file.
        #[arg(long, value_name = "FILE")]
        install: Option<PathBuf>,
    },
}
