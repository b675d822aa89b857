//! `export`: the ledger for other programs.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// `export`
#[derive(Args, Debug)]
pub struct ExportArgs {
    /// The format.
    #[arg(value_enum)]
    pub format: ExportFormat,
    /// Where to write.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Up to the end of this day, month or year, or this instant (default: everything).
    #[arg(long, value_name = "WHEN")]
    pub as_of: Option<String>,
}

/// The formats.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ExportFormat {
    /// A journal for hledger, with every balance as an assertion.
    Hledger,
    /// A file for beancount, with every balance as an assertion.
    Beancount,
    /// A row for each posting.
    Csv,
    /// A workbook: the statements, then the postings.
    Xlsx,
    /// A row for each posting, for data tools.
    Parquet,
    /// A journal for each payout and month, for bookkeeping programs (CSV).
    PayoutSummary,
}
