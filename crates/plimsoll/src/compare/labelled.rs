//! A labelled set: rows of numbers with what happened, the views of them that models need, and how they may be split.

use super::sets::table::Table;
use learn::Dataset;
use serde::{Deserialize, Serialize};

/// What a set tells of. One model is recommended for each.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// People and what they owe.
    ConsumerCredit,
    /// Companies by their statements.
    Companies,
    /// Payments, some of them fraud.
    Payments,
    /// Claims, some of them fraud.
    Claims,
    /// Sales, some of which come back.
    Orders,
    /// Users by what they do.
    Users,
    /// Two records that may be of one thing: the integration column.
    Pairs,
    /// A table of the user's own.
    Table,
}

impl Kind {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::ConsumerCredit => "consumer credit",
            Self::Companies => "companies by their statements",
            Self::Payments => "payments",
            Self::Claims => "claims",
            Self::Orders => "sales that come back",
            Self::Users => "users by their behaviour",
            Self::Pairs => "record pairs",
            Self::Table => "a table of your own",
        }
    }
}

/// Rows of each part, by index.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parts {
    /// What models are fitted on.
    pub train: Vec<usize>,
    /// What ends fits, calibrates, and chooses thresholds and models.
    pub validation: Vec<usize>,
    /// What is looked at once.
    pub test: Vec<usize>,
}

/// How rows may be split.
#[derive(Clone, Debug)]
pub enum Splitting {
    /// By chance, each label by itself.
    Chance,
    /// The rows of a group stay together.
    Groups(Vec<u64>),
    /// Fits see what was known when the validation and the test begin.
    Time {
        /// Seconds of each row.
        times_s: Vec<i64>,
        /// How long after its row a label may be believed, in seconds.
        maturity_s: i64,
    },
    /// Given with the set.
    Fixed {
        /// The rows.
        parts: Parts,
        /// In words.
        told: String,
    },
}

/// What a row would cost.
#[derive(Clone, Debug)]
pub struct Stakes {
    /// Money exposed by each row, minor units; not negative.
    pub exposure_minor: Vec<i64>,
    /// ISO code, or what a unit is where rows count alike.
    pub currency: String,
}

/// A set, ready to be compared on.
#[derive(Clone, Debug)]
pub struct Labelled {
    /// As `--sets` knows it.
    pub name: String,
    /// What it tells of.
    pub kind: Kind,
    /// Whose data, on what terms, and what the label is.
    pub about: String,
    /// Whether the rows are simulated.
    pub simulated: bool,
    /// The rows as numbers.
    pub table: Table,
    /// The same rows as linear models want them, where the set knows better than a general preparation.
    pub linear: Option<Dataset>,
    /// The same rows as sequences (`amount@3`).
    pub sequence: Option<Dataset>,
    /// The same rows as maps over weekday and hour (`count@5:14`).
    pub map: Option<Dataset>,
    /// The grade of each row, 0 to 9, where it has one; the upper half is the event.
    pub grades: Option<Vec<usize>>,
    /// How rows may be split.
    pub splitting: Splitting,
    /// Money, where the rows have it.
    pub stakes: Option<Stakes>,
    /// The five ratios of Altman's Z′ by column name, where the rows have them.
    pub z_columns: Option<[&'static str; 5]>,
    /// What was left out, and why.
    pub notes: Vec<String>,
}

impl Labelled {
    /// A set of a table alone.
    pub fn new(name: &str, kind: Kind, about: &str, table: Table) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            about: about.to_owned(),
            simulated: false,
            table,
            linear: None,
            sequence: None,
            map: None,
            grades: None,
            splitting: Splitting::Chance,
            stakes: None,
            z_columns: None,
            notes: Vec::new(),
        }
    }

    /// What happened, row by row.
    pub fn labels(&self) -> &[bool] {
        self.table.rows.labels()
    }
}
