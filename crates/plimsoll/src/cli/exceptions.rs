//! `exceptions`: what did not settle, and what people do about it.

use clap::{Args, Subcommand};

/// `exceptions`
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, after_help = EXAMPLES)]
pub struct Exceptions {
    /// Do something about some of them instead of listing them.
    #[command(subcommand)]
    pub action: Option<ExceptionAction>,
    /// Only this rule, for example `PayoutShort`.
    #[arg(long)]
    pub rule: Option<String>,
    /// Cleared, resolved and suppressed ones too.
    #[arg(long)]
    pub all: bool,
    /// At most so many.
    #[arg(long, default_value_t = 20)]
    pub limit: usize,
}

const EXAMPLES: &str = "\
Examples:
  plimsoll exceptions --rule PayoutShort
  plimsoll exceptions assign --to ann --rule PayoutShort
  plimsoll exceptions resolve PayoutShort/stripe:po_1 --reason \"the bank's fee\"
  plimsoll exceptions suppress --rule OrderUnderpaid --below 0.05 --until 2011-12-31 --reason \"rounding\"
  plimsoll exceptions undo 3";

/// What to do about exceptions.
#[derive(Subcommand, Debug)]
pub enum ExceptionAction {
    /// Say who is to look at them.
    Assign {
        /// Who; `nobody` takes it back.
        #[arg(long, value_name = "NAME")]
        to: String,
        /// Which.
        #[command(flatten)]
        which: Which,
    },
    /// Write down something that is worth knowing.
    Note {
        /// In words.
        #[arg(long)]
        text: String,
        /// Which.
        #[command(flatten)]
        which: Which,
    },
    /// Nothing more is to be done, and why. Large ones wait for a second person.
    Resolve {
        /// Why.
        #[arg(long)]
        reason: String,
        /// Which.
        #[command(flatten)]
        which: Which,
    },
    /// Agree, as a second person, with how they were resolved.
    Approve {
        /// Which.
        #[command(flatten)]
        which: Which,
    },
    /// Nobody needs to see them up to the end of a day.
    Suppress {
        /// The day.
        #[arg(long, value_name = "DAY")]
        until: jiff::civil::Date,
        /// Why.
        #[arg(long)]
        reason: String,
        /// Which.
        #[command(flatten)]
        which: Which,
    },
    /// They are to be looked at again.
    Reopen {
        /// Why.
        #[arg(long)]
        reason: String,
        /// Which.
        #[command(flatten)]
        which: Which,
    },
    /// Take back what was done, for all that it was done about.
    Undo {
        /// As `exceptions history` has it.
        number: u64,
        /// Who does so.
        #[arg(long, value_name = "NAME", env = "USER", default_value = "somebody")]
        by: String,
    },
    /// What was done, by whom, the newest first.
    History {
        /// At most so many.
        #[arg(long, default_value_t = 20)]
        limit: u32,
    },
}

/// Which exceptions: by id, or all open ones of a rule.
#[derive(Args, Debug)]
pub struct Which {
    /// Their ids.
    #[arg(value_name = "ID", required_unless_present = "rule")]
    pub ids: Vec<String>,
    /// All that are open and not handled of this rule.
    #[arg(long, conflicts_with = "ids")]
    pub rule: Option<String>,
    /// Of these, those with less at risk than this, in the reporting currency.
    #[arg(long, value_name = "AMOUNT", requires = "rule")]
    pub below: Option<String>,
    /// Of these, those that are older.
    #[arg(long, value_name = "DAYS", requires = "rule")]
    pub older_than: Option<i64>,
    /// Who does it.
    #[arg(long, value_name = "NAME", env = "USER", default_value = "somebody")]
    pub by: String,
}
