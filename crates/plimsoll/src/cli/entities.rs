//! `plimsoll entities`: which records of tables are one thing, under ids that last.

use clap::{Args, Subcommand};
use engine::link::entities::Survivorship;
use engine::link::table::Kind;
use std::path::PathBuf;

/// `entities`
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct EntitiesArgs {
    /// The file in which records, entities and their history are kept; replaced whole, so a crash leaves it as it was.
    #[arg(long, value_name = "FILE", default_value = "plimsoll.entities", global = true)]
    pub state: PathBuf,
    /// What to do.
    #[command(subcommand)]
    pub what: EntitiesVerb,
}

const EXAMPLES: &str = "\
Examples:
  plimsoll entities find crm.csv shop.csv       who is who, in several files at once
  plimsoll entities add today.csv               new records find their entities without a full run
  plimsoll entities golden --out people.csv     the best of what is known of each
  plimsoll entities why 17 x-204                what speaks for and against two records being one
  plimsoll entities different 17 x-204          they are not; `find` again holds to it

Records are called by their key (a column of ids), or their row from 1; `FILE:KEY` where files share keys.";

/// What to do with entities.
#[derive(Subcommand, Debug)]
pub enum EntitiesVerb {
    /// Find the entities of files, with all that is known. Ids go on from what was kept before.
    Find {
        /// CSV, TSV, JSON Lines, workbooks or Parquet, packed or not.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// What a column holds, where the guess is wrong: `city=category`. May be given again.
        #[arg(long = "kind", value_name = "COLUMN=KIND", value_parser = super::link::kind)]
        kinds: Vec<(String, Kind)>,
        /// Leave a column out. May be given again.
        #[arg(long = "ignore", value_name = "COLUMN")]
        ignored: Vec<String>,
        /// Write the entity of each record here as CSV.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Give further records to their entities without a full run; entities that they touch are grown anew.
    Add {
        /// Files with the same columns.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Write the entity of each record here as CSV.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// The entity of each record, as CSV.
    List,
    /// The golden record of each entity, as CSV: of each field the value that most of its records give, and which record
    /// it was taken from.
    Golden {
        /// Which value survives: `most` (of equals the longest), `longest`, `first-source`. Kept for later. May be given
        /// again.
        #[arg(long = "keep", value_name = "COLUMN=RULE", value_parser = keep)]
        keep: Vec<(String, Survivorship)>,
        /// Write it here instead of printing it.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Why two records are one or not: what each comparison adds.
    Why {
        /// A record.
        one: String,
        /// Another.
        other: String,
    },
    /// Why two records are not one, and the rule that keeps them apart.
    WhyNot {
        /// A record.
        one: String,
        /// Another.
        other: String,
    },
    /// How an entity came to be: its records, the joins, its golden record and its history.
    How {
        /// An entity's id, or a record.
        entity: String,
    },
    /// Say that two records are one thing; the next `find` holds to it.
    Same {
        /// A record.
        one: String,
        /// Another.
        other: String,
    },
    /// Say that two records are not one thing; the next `find` holds to it.
    Different {
        /// A record.
        one: String,
        /// Another.
        other: String,
    },
    /// What was done, and what became of entities: merged, split, moved, ended.
    History,
}

fn keep(text: &str) -> Result<(String, Survivorship), String> {
    let (column, word) = text.split_once('=').ok_or("write it as COLUMN=RULE")?;
    let known = Survivorship::ALL.into_iter().find(|(known, _)| *known == word);
    known.map(|(_, rule)| (column.to_owned(), rule)).ok_or_else(|| {
        let all: Vec<&str> = Survivorship::ALL.iter().map(|(word, _)| *word).collect();
        format!("no rule `{word}`; the rules are {}", all.join(", "))
    })
}
