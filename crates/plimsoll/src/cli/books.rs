//! `ledger`, `statement` and `chart`: reading the books.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// `ledger`
#[derive(Args, Debug)]
pub struct Ledger {
    /// Balances, or entries, up to this instant.
    #[arg(long, value_name = "TIME")]
    pub at: Option<jiff::Timestamp>,
    /// The entries of this account instead of the trial balance.
    #[arg(long)]
    pub account: Option<String>,
    /// Entries from this instant on.
    #[arg(long, value_name = "TIME", requires = "account")]
    pub from: Option<jiff::Timestamp>,
    /// At most so many entries.
    #[arg(long, default_value_t = 20)]
    pub limit: usize,
}

/// `statement`
#[derive(Args, Debug)]
#[command(after_help = STATEMENT_EXAMPLES)]
pub struct StatementArgs {
    /// Which.
    #[arg(value_enum)]
    pub statement: StatementName,
    /// At the end of this day, month or year, or at this instant (default: the end of the books).
    #[arg(long, value_name = "WHEN", conflicts_with_all = ["from", "to", "period"])]
    pub as_of: Option<String>,
    /// From the first of this day, month or year (default: where the financial year begins).
    #[arg(long, value_name = "WHEN", conflicts_with = "period")]
    pub from: Option<String>,
    /// To the last of this day, month or year.
    #[arg(long, value_name = "WHEN", conflicts_with = "period")]
    pub to: Option<String>,
    /// Of this year, month or day, or of two days with `..` between.
    #[arg(long, value_name = "PERIOD")]
    pub period: Option<String>,
    /// Beside it another period or instant; `earlier` for the one before, as long.
    #[arg(long, value_name = "PERIOD")]
    pub against: Option<String>,
    /// Beside it the same as it was when its last month was closed.
    #[arg(long)]
    pub as_closed: bool,
    /// Beside it this budget, and what the books have beyond it: a CSV of accounts by months (`account,2011-05,2011-06`),
    /// in the reporting currency, income and expenses both positive. Of the income statement alone, over whole months.
    #[arg(long, value_name = "FILE")]
    pub budget: Option<PathBuf>,
    /// Only what is of this currency.
    #[arg(long, value_name = "CODE")]
    pub currency: Option<String>,
    /// The entries of this line, and where each of them comes from, instead of the statement.
    #[arg(long, value_name = "NAME")]
    pub line: Option<String>,
    /// At most so many entries of a line.
    #[arg(long, default_value_t = 20)]
    pub limit: u32,
    /// As comma-separated values: a row for each account of each line.
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
}

const STATEMENT_EXAMPLES: &str = "\
Examples:
  plimsoll statement balance-sheet --as-of 2011-06-30
  plimsoll statement income --from 2011-04-01 --to 2011-06-30 --against earlier
  plimsoll statement cash-flow --period 2011-06
  plimsoll statement income --period 2011-06 --budget budget.csv
  plimsoll statement income --period 2011-06 --line \"Fees of processors and marketplaces\"";

/// The statements.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum StatementName {
    /// What the business has, owes and is worth.
    BalanceSheet,
    /// What a period earned.
    Income,
    /// Where the cash of a period came from and went, from the result on.
    CashFlow,
    /// What stands on every account.
    TrialBalance,
}

/// `chart`
#[derive(Args, Debug)]
pub struct ChartArgs {
    /// Print it as the rows of a policy file.
    #[arg(long, conflicts_with = "json")]
    pub toml: bool,
}

/// `close`
#[derive(Args, Debug)]
#[command(after_help = CLOSE_EXAMPLES)]
pub struct Close {
    /// The month, for example `2011-06`. All months before it are closed with it.
    pub month: String,
    /// Close it, if nothing blocks.
    #[arg(long)]
    pub lock: bool,
    /// Close it although something blocks; why stands in the journal.
    #[arg(long, value_name = "REASON", requires = "lock")]
    pub anyway: Option<String>,
    /// Open it again, with all months after it; why stands in the journal.
    #[arg(long, value_name = "REASON", conflicts_with = "lock")]
    pub reopen: Option<String>,
    /// Who does so.
    #[arg(long, value_name = "NAME", env = "USER", default_value = "somebody")]
    pub by: String,
}

const CLOSE_EXAMPLES: &str = "\
Examples:
  plimsoll close 2011-06                        the checklist: what blocks, and the command that shows it
  plimsoll close 2011-06 --lock
  plimsoll close 2011-06 --reopen \"the bank sent a corrected statement\"";

/// `rollforward`
#[derive(Args, Debug)]
pub struct Rollforward {
    /// A year, month or day, or two days with `..` between (default: the last month of the books).
    #[arg(long, value_name = "PERIOD")]
    pub period: Option<String>,
    /// This account alone, with its open items.
    #[arg(long)]
    pub account: Option<String>,
    /// At most so many open items, the oldest first.
    #[arg(long, default_value_t = 20)]
    pub limit: usize,
}
