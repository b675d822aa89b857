//! `fees`: what processors took against what they agreed to take.

use clap::Args;

/// `fees`
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Fees {
    /// Of this year, month or day, or of two days with `..` between (default: of all time).
    #[arg(long, value_name = "PERIOD")]
    pub period: Option<String>,
    /// Of lines of this source alone, for example `stripe`.
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// The lines that differ, and where each of them comes from, instead of the sums.
    #[arg(long)]
    pub lines: bool,
    /// At most so many lines, the largest difference first.
    #[arg(long, default_value_t = 20)]
    pub limit: usize,
    /// As comma-separated values.
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
}

const EXAMPLES: &str = "\
The price list is `[[fee]]` of the policy file, a row for each currency and day of change:

  [[fee]]
  source = \"stripe\"
  of = \"charge\"               # or refund, dispute, payout
  currency = \"GBP\"
  from = \"2025-06-01\"         # left out: from the beginning
  percent = \"1.5\"
  conversion_percent = \"2\"    # beside, where the buyer saw another currency
  fixed = \"0.20\"

With `card_countries = [\"GB\"]` a row is for cards issued there, and stands before one for any card.

Examples:
  plimsoll fees                                 by month, source and currency
  plimsoll fees --period 2025-06 --lines        the lines that differ, with file and line";
