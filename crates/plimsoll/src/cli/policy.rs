//! What decides, and what it would have decided.

use clap::Args;
use std::path::PathBuf;

/// `policy`
#[derive(Args, Debug)]
pub struct PolicyArgs {
    /// Install this file.
    #[arg(long, value_name = "FILE")]
    pub install: Option<PathBuf>,
    /// Print the built-in policy file.
    #[arg(long, conflicts_with = "install")]
    pub default: bool,
}

/// `backtest`
#[derive(Args, Debug)]
#[command(after_help = "\
The past is played through the code that decides live. The model is fitted anew on what was known by --from, so no
decision sees its own future. `caught` is what events cost among sales that were reviewed or held, `missed` among those
that went through, `stopped in vain` the money of sales that were reviewed or held and had no event.

Examples:
  plimsoll policy --default > stricter.toml     then lower min_points
  plimsoll backtest stricter.toml --from 2011-09-01 --to 2011-11-09
  plimsoll backtest --json                      the policy in force, the last fifth of the books")]
pub struct Backtest {
    /// A policy file (default: the policy in force).
    #[arg(value_name = "POLICY")]
    pub policy: Option<PathBuf>,
    /// The first day or instant that is decided anew, UTC (default: where the last fifth of the books begins).
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub from: Option<jiff::Timestamp>,
    /// The end, exclusive (default: the end of the books).
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub to: Option<jiff::Timestamp>,
    /// Attempts (`POST /v1/score`) instead of sales, with the models that ruled then.
    #[arg(long, conflicts_with = "rules_only")]
    pub attempts: bool,
    /// Decide by rules alone, as before there is a model.
    #[arg(long)]
    pub rules_only: bool,
    /// Seed of the fit.
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
}

/// An instant, or the first one of a day in UTC.
pub(super) fn instant(text: &str) -> Result<jiff::Timestamp, String> {
    let day = || text.parse::<jiff::civil::Date>()?.to_zoned(jiff::tz::TimeZone::UTC).map(|day| day.timestamp());
    text.parse().or_else(|_| day()).map_err(|error| format!("neither a day (2011-09-01) nor an instant: {error}"))
}
