//! The verbs that compare, tune and look into models.

use crate::command::UsageError;
use crate::compare::sets::file::Columns;
use clap::{Args, Subcommand, ValueEnum};
use std::path::{Path, PathBuf};

/// `compare`
#[derive(Args, Debug)]
#[command(after_help = COMPARE_MEANS)]
pub struct Compare {
    /// A table of your own with a label: CSV, TSV, JSON Lines, a workbook or Parquet, packed or not.
    #[arg(value_name = "FILE", requires = "label")]
    pub file: Option<PathBuf>,
    /// What its columns mean.
    #[command(flatten)]
    pub columns: TableColumns,
    /// Where labelled sets lie.
    #[command(flatten)]
    pub data_sets: DataSets,
    /// Only these sets, by name, with commas between (default: all in hand).
    #[arg(long, value_name = "NAMES", value_delimiter = ',', conflicts_with = "file")]
    pub sets: Vec<String>,
    /// Only these models, by name, with commas between (default: all).
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub models: Vec<String>,
    /// Same seed, same splits, fits and intervals.
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// A first look: smaller samples, fewer epochs, no folds. Its figures are rougher, and say so.
    #[arg(long)]
    pub quick: bool,
    /// Parameters that `plimsoll tune` found.
    #[arg(long, value_name = "FILE")]
    pub params: Option<PathBuf>,
    /// Print Markdown.
    #[arg(long)]
    pub markdown: bool,
    /// Write one page with tables and curves, which needs no network.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// The language of that page.
    #[arg(long, value_name = "LANGUAGE", default_value = "en", value_parser = ["en", "zh"])]
    pub lang: String,
    /// Write the fitted models here, a file each, for `plimsoll model inspect`.
    #[arg(long, value_name = "DIR")]
    pub save_models: Option<PathBuf>,
}

const COMPARE_MEANS: &str = "\
Each set is split once into a part to fit, one to validate and one to test: by time where rows have times, with groups
kept whole where they have groups, else each label by chance; small sets in five folds. What a model sees (categories as
columns, gaps filled, large values held) is learned on the part that is fitted. Thresholds, calibration and the choice of
a model come from the validation part; the test part is looked at once.

  accuracy       share of rows called right; always beside the majority class, which says how little that may mean
  AUC            chance that an event scores above a row without; .5 is guessing
  AP             average precision: how pure the top of the list is; the base rate is guessing
  Brier, ECE     how far probabilities are from what happens
  KS             how far events and others are apart at best
  saved          share of the loss that the threshold of least cost saves
  against best   AUC less that of the best model, on the same rows: an interval without 0 is more than chance
  claimed        what the paper prints, on data that it does not tell; a claim, not a measurement

Sets: german, taiwan, polish and online_retail ship; users_10k and products (record pairs) are simulated; `own` is this
data directory's; others come with --data-sets DIR, record pairs as matching/NAME/{train,valid,test}.txt. Models: majority, altman_z, logistic, linear_svm, tree, forest, boost, bp_plain, bp_adaptive, mlp,
rbf_svm, cnn, lstm, behaviour_map, vote, stack.

Examples:
  plimsoll compare --html comparison.html                      everything in hand, as one page
  plimsoll compare --quick --sets german,own                   a first look at two sets
  plimsoll compare loans.csv --label defaulted --time opened   a table of your own, split by time
  plimsoll compare --models logistic,boost --sets taiwan --json";

/// Where labelled sets lie.
#[derive(Args, Debug)]
pub struct DataSets {
    /// A folder of labelled sets that do not ship (docs/comparing-models.md says which, and where each lies).
    #[arg(long, value_name = "DIR", env = "PLIMSOLL_DATA")]
    pub data_sets: Option<PathBuf>,
}

/// What the columns of a table mean.
#[derive(Args, Debug, Default)]
pub struct TableColumns {
    /// The column of what happened.
    #[arg(long, value_name = "COLUMN", requires = "file")]
    pub label: Option<String>,
    /// The value of the label that is the event (default: 1, true, yes, bad or fraud).
    #[arg(long, value_name = "VALUE", requires = "label")]
    pub positive: Option<String>,
    /// The column of when: rows are split by it.
    #[arg(long, value_name = "COLUMN", requires = "label")]
    pub time: Option<String>,
    /// The column of who: rows of one stay together.
    #[arg(long, value_name = "COLUMN", requires = "label", conflicts_with = "time")]
    pub group: Option<String>,
    /// The column of the money that a row exposes, in whole units.
    #[arg(long, value_name = "COLUMN", requires = "label")]
    pub amount: Option<String>,
    /// A column that no model may see; may be given again.
    #[arg(long, value_name = "COLUMN", requires = "label")]
    pub drop: Vec<String>,
    /// A column that stays although the leak detector names it; may be given again.
    #[arg(long, value_name = "COLUMN", requires = "label")]
    pub keep: Vec<String>,
    /// This sheet of a workbook, or file of a zip (default: the first).
    #[arg(long, value_name = "NAME", requires = "label")]
    pub sheet: Option<String>,
}

impl TableColumns {
    /// The table that is named, if one is.
    pub(crate) fn file(&self, path: Option<&Path>) -> Result<Option<(PathBuf, Option<String>, Columns)>, UsageError> {
        let Some(path) = path else { return Ok(None) };
        let no_label = || UsageError(format!("which column of {} says what happened? --label COLUMN", path.display()));
        let columns = Columns {
            label: self.label.clone().ok_or_else(no_label)?,
            positive: self.positive.clone(),
            time: self.time.clone(),
            group: self.group.clone(),
            amount: self.amount.clone(),
            drop: self.drop.clone(),
            keep: self.keep.clone(),
        };
        Ok(Some((path.to_owned(), self.sheet.clone(), columns)))
    }
}

/// `tune`
#[derive(Args, Debug)]
#[command(after_help = TUNE_MEANS)]
pub struct Tune {
    /// The model, by name: `logistic`, `boost`, `forest`, …
    pub model: String,
    /// A table of your own with a label; else a set.
    #[arg(value_name = "FILE", requires = "label")]
    pub file: Option<PathBuf>,
    /// What its columns mean.
    #[command(flatten)]
    pub columns: TableColumns,
    /// Where labelled sets lie.
    #[command(flatten)]
    pub data_sets: DataSets,
    /// The set, by name (default: `own` where there is a data directory, else `german`).
    #[arg(long, value_name = "NAME", conflicts_with = "file")]
    pub set: Option<String>,
    /// How combinations are chosen.
    #[arg(long, value_enum, default_value = "bayesian")]
    pub search: Search,
    /// How many combinations; of a grid, places a parameter.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub trials: Option<u32>,
    /// Same seed, same trials and folds.
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// Write the best parameters here, for `compare --params` and `train --params` (default: print them).
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

const TUNE_MEANS: &str = "\
A combination is worth its mean AUC over three folds: by time where rows have times (each fold is tested on what came
after its fit), with groups kept whole where they have groups, else each label by chance. The rows that `compare` tests on
are left out, so that its figures flatter nobody; the best of many trials does flatter itself.

Examples:
  plimsoll tune boost --out tuned.toml && plimsoll train --params tuned.toml
  plimsoll tune rbf_svm --set german --search grid --trials 4
  plimsoll tune forest loans.csv --label defaulted --time opened";

/// `--search`
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Search {
    /// Every combination of so many places a parameter.
    Grid,
    /// Combinations drawn evenly.
    Random,
    /// Combinations that earlier trials make likely to be good (a tree of Parzen estimators).
    Bayesian,
}

/// `model`
#[derive(Subcommand, Debug)]
pub enum ModelVerb {
    /// What a model's file holds: kind, size, columns and their worth, calibration, training facts, learning curve.
    Inspect(Box<ModelInspect>),
    /// The models that this business has installed, and which one decides.
    List,
    /// Let the live champion before the present one decide again: as `plimsoll live rollback`.
    Rollback {
        /// Why.
        #[arg(long)]
        reason: String,
    },
}

/// `model`, as the verbs know it.
pub type Model = ModelVerb;

/// `model inspect`
#[derive(Args, Debug)]
pub struct ModelInspect {
    /// A model's file.
    #[arg(value_name = "MODEL")]
    pub model: PathBuf,
    /// A table with the model's columns and a label: what each column is worth on it when it is shuffled.
    #[arg(long = "rows", value_name = "FILE", requires = "label")]
    pub file: Option<PathBuf>,
    /// What its columns mean.
    #[command(flatten)]
    pub columns: TableColumns,
    /// At most so many columns.
    #[arg(long, default_value_t = 15)]
    pub limit: usize,
}
