//! `plimsoll link`: which records of tables are one thing.

use clap::{Args, ValueEnum};
use engine::link::table::Kind;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::path::PathBuf;

/// `link`
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct LinkArgs {
    /// The table, or the left of two: CSV, TSV, JSON Lines, a workbook or Parquet, packed or not.
    #[arg(value_name = "FILE", required_unless_present = "compare")]
    pub left: Option<PathBuf>,
    /// The right table; without it the records of one table are linked with each other.
    #[arg(value_name = "RIGHT")]
    pub right: Option<PathBuf>,
    /// A record has at most one partner in the other table, as a payment has one bank line.
    #[arg(long, requires = "right")]
    pub one_to_one: bool,
    /// A record may have any number of partners; without this, where titles tell records apart, each record of the
    /// larger table has at most one.
    #[arg(long, requires = "right", conflicts_with = "one_to_one")]
    pub many: bool,
    /// Among records without a partner, also find those of which several sum to one or several others, as a payout is the
    /// sum of payments: the left table is what is owed, the right one what was paid.
    #[arg(long, requires = "one_to_one", conflicts_with = "why")]
    pub sums: bool,
    /// For `--sums`: what may be missing of a sum as a fee, in per cent.
    #[arg(long, value_name = "PERCENT", default_value = "0", value_parser = basis_points, requires = "sums")]
    pub fee: u32,
    /// For `--sums`: how many days later what was paid may come, at most (a day earlier is allowed).
    #[arg(long, value_name = "DAYS", default_value_t = 10, requires = "sums")]
    pub days: u32,
    /// What learns which pairs are one thing.
    #[arg(long, value_enum, default_value_t = LearnerName::Boost)]
    pub by: LearnerName,
    /// From which chance on a pair stands: one half, or of two catalogues from where the expected F1 is the greatest.
    #[arg(long, value_name = "CHANCE")]
    pub least: Option<f64>,
    /// What a column holds, where the guess is wrong: `city=category`. May be given again.
    #[arg(long = "kind", value_name = "COLUMN=KIND", value_parser = kind)]
    pub kinds: Vec<(String, Kind)>,
    /// Leave a column out. May be given again.
    #[arg(long = "ignore", value_name = "COLUMN")]
    pub ignored: Vec<String>,
    /// Write the links here as CSV instead of printing them.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Why two records are one thing or not, by their keys (or rows, from 1).
    #[arg(long, num_args = 2, value_names = ["A", "B"], conflicts_with = "out")]
    pub why: Vec<String>,
    /// Ask about so many pairs that the model is least sure of (20, where no number is given); the answers are kept, and
    /// used whenever these records are linked again.
    #[arg(long, value_name = "PAIRS", num_args = 0..=1, default_missing_value = "20", conflicts_with = "why")]
    pub review: Option<usize>,
    /// Compare rules, Fellegi–Sunter, tree, forest and boosted trees on the labelled sets below this folder, each with
    /// `train.txt.gz` and `valid.txt.gz`.
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["left", "right", "out", "why", "review"])]
    pub compare: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  plimsoll link payments.csv bank.csv --one-to-one   which bank line settles which payment
  plimsoll link payments.csv bank.csv --one-to-one --sums --fee 2.9   and which lines settle several payments
  plimsoll link customers.csv                        which customers are one person
  plimsoll link a.csv b.csv --why 17 x-204           what speaks for and against a pair
  plimsoll link a.csv b.csv --review 40              first answer about the 40 pairs that teach most
  plimsoll link a.csv b.csv --kind city=category --ignore notes --out links.csv";

/// What learns.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum LearnerName {
    /// Points for agreement.
    Rules,
    /// Match weights by EM.
    FellegiSunter,
    /// A decision tree on what match weights are sure of.
    Tree,
    /// A random forest on the same.
    Forest,
    /// Boosted trees on the same.
    Boost,
}

/// `2.9` per cent are 290 hundredths of one.
fn basis_points(text: &str) -> Result<u32, String> {
    let percent: Decimal = text.parse().map_err(|_| "write it as a number, such as 2.9".to_owned())?;
    let points = percent * Decimal::ONE_HUNDRED;
    let whole = points.to_u32().filter(|whole| Decimal::from(*whole) == points && *whole <= 10_000);
    whole.ok_or_else(|| "it is from 0 to 100, with two digits at most".to_owned())
}

pub(super) fn kind(text: &str) -> Result<(String, Kind), String> {
    let (column, word) = text.split_once('=').ok_or("write it as COLUMN=KIND")?;
    let known = Kind::ALL.into_iter().find(|kind| kind.word() == word);
    let all = || Kind::ALL.map(Kind::word).join(", ");
    known.map(|kind| (column.to_owned(), kind)).ok_or_else(|| format!("no kind `{word}`; the kinds are {}", all()))
}
