//! `plimsoll quarantine` and `plimsoll raw`: what may be said of rows that were kept and not used, and of kept bytes.

use super::{Tolerate, Zoned};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `quarantine`
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Quarantine {
    /// What to do.
    #[command(subcommand)]
    pub verb: QuarantineVerb,
}

const EXAMPLES: &str = "\
Examples:
  plimsoll quarantine list --rule InvalidNumber     the rows that a rule holds back, each with its id
  plimsoll quarantine show 7f3a9c                   one row: where it stands, what is wrong, its text
  plimsoll quarantine edit 7f3a9c --with 'A,1,2.50' stage other text for the row; the file stays as it came
  plimsoll quarantine replay                        read every file with staged edits once more, mended
  plimsoll quarantine replay --file yesterday.csv   read a file again with today's parsers
  plimsoll quarantine dismiss 7f3a9c --reason test  nothing is to be done; `reopen` takes it back

An id may be shortened as long as it names one issue.";

/// `quarantine …`
#[derive(Subcommand, Debug)]
pub enum QuarantineVerb {
    /// The issues, in the order in which they arose.
    List(QuarantineList),
    /// One issue with its row, what was done about it, and how to mend it.
    Show {
        /// The issue's id, or its first digits.
        id: String,
    },
    /// Stage other text for an issue's row. The file stays as it came; `replay` reads a mended copy.
    Edit(QuarantineEdit),
    /// Read files once more: with their staged edits, or as they are with today's parsers.
    Replay(QuarantineReplay),
    /// Decide that nothing is to be done about issues.
    Dismiss {
        /// Their ids, or first digits.
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
        /// Why, for whoever looks next.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Open dismissed issues again.
    Reopen {
        /// Their ids, or first digits.
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
}

/// `quarantine list`
#[derive(Args, Debug)]
pub struct QuarantineList {
    /// Only this rule, for example `InvalidNumber`.
    #[arg(long)]
    pub rule: Option<String>,
    /// Only this file: its name, or the first digits of its digest.
    #[arg(long)]
    pub file: Option<String>,
    /// `open`, `mended`, `dismissed` or `all`.
    #[arg(long, default_value = "open")]
    pub status: String,
    /// At most so many.
    #[arg(long, default_value_t = 50)]
    pub limit: usize,
    /// After so many.
    #[arg(long, default_value_t = 0)]
    pub offset: usize,
}

/// `quarantine edit`
#[derive(Args, Debug)]
pub struct QuarantineEdit {
    /// The issue's id, or its first digits.
    pub id: String,
    /// The text that is to stand there; empty takes the row away.
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["from", "drop"])]
    pub with: Option<String>,
    /// The same, from a file (`-` is standard input); without either, `$EDITOR` is opened on a terminal.
    #[arg(long, value_name = "FILE", conflicts_with = "drop")]
    pub from: Option<PathBuf>,
    /// Another line of the issue's file instead of its own row, for example 1 for the header.
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["whole_file", "drop"])]
    pub line: Option<u32>,
    /// The whole file instead of one row.
    #[arg(long, conflicts_with = "drop")]
    pub whole_file: bool,
    /// Take the staged edit back.
    #[arg(long)]
    pub drop: bool,
}

/// `quarantine replay`
#[derive(Args, Debug)]
pub struct QuarantineReplay {
    /// Only these issues' files.
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
    /// These files: names, or first digits of digests. Without ids and files: those with staged edits.
    #[arg(long = "file", value_name = "FILE")]
    pub files: Vec<String>,
    /// Every file with open issues.
    #[arg(long, conflicts_with_all = ["ids", "files"])]
    pub all: bool,
    /// What files do not say.
    #[command(flatten)]
    pub zoned: Zoned,
    /// How much of a file may be wrong.
    #[command(flatten)]
    pub tolerate: Tolerate,
}

/// `raw`
#[derive(Args, Debug)]
pub struct Raw {
    /// What to do.
    #[command(subcommand)]
    pub verb: RawVerb,
}

/// `raw …`
#[derive(Subcommand, Debug)]
pub enum RawVerb {
    /// Every source file: when it was read, whether its bytes are kept.
    List,
    /// Remove the bytes of old files. Hash, name and counts stay, and lineage says when the bytes went.
    Prune {
        /// Files read longer ago than this, for example `400d`; without it, the policy's `raw_retention_days`.
        #[arg(long, value_name = "DAYS")]
        older_than: Option<String>,
        /// Files with open issues too: their rows cannot be mended any more.
        #[arg(long)]
        with_open_issues: bool,
        /// Say what would be removed, and remove nothing.
        #[arg(long)]
        dry_run: bool,
    },
}
