//! `features`: what is known at an event, and the training set made of it.

use super::policy::instant;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// `features`
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Features {
    /// What to do.
    #[command(subcommand)]
    pub verb: FeaturesVerb,
}

const EXAMPLES: &str = "\
Each row of the training set holds what was known at its event's own instant, as the live score saw it, never recomputed;
and what came of it, with when that became known. Columns: record, at, subject (a token), event (none where its time has
not passed), known_at, cost_minor, then one a feature, in the order of `features list`.

Examples:
  plimsoll features list --of payments              every feature, with the sentence that says what it is
  plimsoll features export training.parquet         the features of all sales with their labels
  plimsoll features export --of payments --from 2026-01-01 --to 2026-04-01 --as-of 2026-05-01 spring.parquet";

/// `features …`
#[derive(Subcommand, Debug)]
pub enum FeaturesVerb {
    /// Every feature: its name, and what it is.
    List {
        /// Of what.
        #[arg(long, value_enum, default_value_t = FeatureSet::Sales)]
        of: FeatureSet,
    },
    /// Write the point-in-time training set as Parquet.
    Export(FeaturesExport),
}

/// `features export`
#[derive(Args, Debug)]
pub struct FeaturesExport {
    /// Where to write.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Of what.
    #[arg(long, value_enum, default_value_t = FeatureSet::Sales)]
    pub of: FeatureSet,
    /// Events from this day or instant on, UTC (default: the first).
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub from: Option<jiff::Timestamp>,
    /// Events before this day or instant (default: all).
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub to: Option<jiff::Timestamp>,
    /// Labels that were known by then (default: the end of the books).
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub as_of: Option<jiff::Timestamp>,
}

/// Which events.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum FeatureSet {
    /// Sales to known buyers; the event is a credit note.
    Sales,
    /// Attempts to pay; the event is a dispute.
    Payments,
}
