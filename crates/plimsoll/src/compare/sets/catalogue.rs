//! The labelled tables that are known by name: three ship with the program, the others lie in a folder of data sets.

use super::table::{Table, Texts};
use crate::compare::labelled::{Kind, Labelled, Splitting, Stakes};
use anyhow::Context;
use learn::Dataset;
use std::path::Path;

/// A labelled table known by name.
pub struct Known {
    /// As `--sets` knows it.
    pub name: &'static str,
    kind: Kind,
    /// Its place in a folder of data sets.
    file: &'static str,
    /// The same file, where it ships.
    shipped: Option<&'static [u8]>,
    label: &'static str,
    positive: &'static str,
    /// Columns that no model may see, and why.
    dropped: &'static [(&'static str, &'static str)],
    /// Columns about people that are left out of models by default.
    protected: &'static [&'static str],
    /// The column of the money that a row exposes, its currency, and minor units in one of it.
    amount: Option<(&'static str, &'static str, f64)>,
    /// Channels of sequences: name and columns, oldest first.
    channels: &'static [(&'static str, &'static [&'static str])],
    z_columns: Option<[&'static str; 5]>,
    about: &'static str,
}

const PLAIN: Known = Known {
    name: "",
    kind: Kind::ConsumerCredit,
    file: "",
    shipped: None,
    label: "",
    positive: "1",
    dropped: &[],
    protected: &[],
    amount: None,
    channels: &[],
    z_columns: None,
    about: "",
};

const ROW_NUMBER: &str = "it numbers the rows";

/// German credit.
pub const GERMAN: Known = Known {
    name: "german",
    file: "credit/german.csv",
    shipped: Some(include_bytes!("../../../../../data/german_credit.csv.xz")),
    label: "creditability",
    positive: "bad",
    protected: &["personal_status_and_sex", "foreign_worker"],
    amount: Some(("credit_amount", "DEM", 100.0)),
    about: "German credit (UCI, CC BY 4.0): the credit went bad",
    ..PLAIN
};

/// Credit cards in Taiwan, with six months of each.
pub const TAIWAN: Known = Known {
    name: "taiwan",
    file: "credit/taiwan_default.csv.gz",
    shipped: Some(include_bytes!("../../../../../data/taiwan_default.csv.xz")),
    label: "class",
    dropped: &[("ID", ROW_NUMBER)],
    protected: &["SEX", "MARRIAGE"],
    amount: Some(("BILL_AMT1", "TWD", 100.0)),
    channels: &[
        ("status", &["PAY_6", "PAY_5", "PAY_4", "PAY_3", "PAY_2", "PAY_0"]),
        ("bill", &["BILL_AMT6", "BILL_AMT5", "BILL_AMT4", "BILL_AMT3", "BILL_AMT2", "BILL_AMT1"]),
        ("paid", &["PAY_AMT6", "PAY_AMT5", "PAY_AMT4", "PAY_AMT3", "PAY_AMT2", "PAY_AMT1"]),
    ],
    about: "default of credit-card clients in Taiwan (UCI, CC BY 4.0): no payment next month",
    ..PLAIN
};

/// Polish companies, a year before.
pub const POLISH: Known = Known {
    name: "polish",
    kind: Kind::Companies,
    file: "companies/polish/1year.arff.gz",
    shipped: Some(include_bytes!("../../../../../data/polish_companies_1year.arff.xz")),
    label: "bankruptcy",
    z_columns: Some([
        "working capital / total assets",
        "retained earnings / total assets",
        "EBIT / total assets",
        "book value of equity / total liabilities",
        "sales / total assets",
    ]),
    about: "Polish companies (UCI, CC BY 4.0): bankrupt within five years",
    ..PLAIN
};

/// Consumer credit of a contest.
pub const GIVE_ME_SOME_CREDIT: Known = Known {
    name: "give_me_some_credit",
    file: "credit/give_me_some_credit.csv.gz",
    label: "SeriousDlqin2yrs",
    dropped: &[("id", ROW_NUMBER)],
    about: "Give me some credit: 90 days late within two years",
    ..PLAIN
};

/// Home equity loans.
pub const HMEQ: Known = Known {
    name: "hmeq",
    file: "credit/hmeq.csv",
    label: "BAD",
    amount: Some(("LOAN", "USD", 100.0)),
    about: "home equity loans: default or seriously late",
    ..PLAIN
};

/// Credit lines.
pub const HELOC: Known = Known {
    name: "heloc",
    file: "credit/heloc.csv",
    label: "RiskPerformance",
    positive: "Bad",
    dropped: &[("Probabilities", "it is a model's output: the leak detector names it")],
    about: "home equity lines of credit: 90 days late",
    ..PLAIN
};

/// Insurance claims with a leak.
pub const INSURANCE: Known = Known {
    name: "insurance",
    kind: Kind::Claims,
    file: "fraud/insurance_claims_leaky.csv.gz",
    label: "FraudFound_P",
    dropped: &[
        ("column 1", ROW_NUMBER),
        ("PolicyNumber", "it shows which rows are neighbours: the leak detector names it"),
    ],
    protected: &["Sex", "MaritalStatus"],
    about: "insurance claims: found to be fraud",
    ..PLAIN
};

/// Card payments in many currencies.
pub const STORE_CARDS: Known = Known {
    name: "store_cards",
    kind: Kind::Payments,
    file: "fraud/store_card_transactions.csv.gz",
    label: "fraud",
    positive: "True",
    dropped: &[("id", ROW_NUMBER)],
    about: "SIMULATED card payments with store and country: fraud",
    ..PLAIN
};

/// Every table that is known by name, those that ship first.
pub const KNOWN: [Known; 8] = [GERMAN, TAIWAN, POLISH, GIVE_ME_SOME_CREDIT, HMEQ, HELOC, INSURANCE, STORE_CARDS];

/// Whether columns about people that are left out by default stay.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Protected {
    /// They stay, as in benches beside published figures.
    Kept,
    /// No model sees them.
    LeftOut,
}

impl Known {
    /// Whether it can be had without a folder.
    pub fn ships(&self) -> bool {
        self.shipped.is_some()
    }

    /// Whether it can be had, with this folder.
    pub fn is_there(&self, folder: Option<&Path>) -> bool {
        self.ships() || folder.is_some_and(|folder| folder.join(self.file).exists())
    }

    /// Columns that no model may see.
    pub fn dropped(&self) -> impl Iterator<Item = &'static str> {
        self.dropped.iter().map(|(name, _)| *name)
    }

    fn texts(&self, folder: Option<&Path>) -> anyhow::Result<Texts> {
        let text = match (self.shipped, folder) {
            (Some(bytes), _) => unpacked(bytes, self.file)?,
            (None, Some(folder)) => text_of(&folder.join(self.file))?,
            (None, None) => anyhow::bail!("`{}` does not ship; name a folder with {}", self.name, self.file),
        };
        let texts = match std::str::from_utf8(&text) {
            Ok(text) if text.trim_start().starts_with("@relation") => Texts::of_arff(text),
            _ => Texts::of_csv(&text),
        };
        texts.with_context(|| format!("{} is not as expected", self.file))
    }

    /// The set as a table of numbers, without the columns that are dropped but for those named in `kept`.
    ///
    /// # Errors
    /// It is not there, or not as expected.
    pub fn read(&self, folder: Option<&Path>, protected: Protected, kept: &[&str]) -> anyhow::Result<Table> {
        let texts = self.texts(folder)?;
        let label = texts.column(self.label)?;
        let labels = texts.cells(label).map(|cell| cell == self.positive).collect();
        let stays = |column: &usize| {
            let name = texts.names[*column].as_str();
            let is_protected = protected == Protected::LeftOut && self.protected.contains(&name);
            kept.contains(&name) || *column != label && !is_protected && self.dropped().all(|dropped| dropped != name)
        };
        let columns: Vec<usize> = (0..texts.names.len()).filter(stays).collect();
        texts.table(&columns, labels)
    }

    /// The set, ready to be compared on.
    ///
    /// # Errors
    /// As [`Known::read`].
    pub fn labelled(&self, folder: Option<&Path>) -> anyhow::Result<Labelled> {
        let table = self.read(folder, Protected::LeftOut, &[])?;
        let mut set = Labelled::new(self.name, self.kind, self.about, table);
        set.simulated = self.about.contains("SIMULATED");
        set.z_columns = self.z_columns;
        set.stakes = self.amount.and_then(|amount| stakes(&set.table.rows, amount));
        if !self.channels.is_empty() {
            set.sequence = Some(sequence(&set.table.rows, self.channels)?);
        }
        for (name, why) in self.dropped {
            set.notes.push(format!("`{name}` is left out: {why}"));
        }
        if !self.protected.is_empty() {
            let names: Vec<String> = self.protected.iter().map(|name| format!("`{name}`")).collect();
            set.notes
                .push(format!("{} left out: a person's sex, marriage or origin decides nothing", names.join(", ")));
        }
        if self.name == STORE_CARDS.name {
            by_time(&mut set)?;
        }
        Ok(set)
    }
}

/// What a row exposes: a column's amounts, none below 0.
fn stakes(rows: &Dataset, (name, currency, minor): (&str, &str, f64)) -> Option<Stakes> {
    let column = rows.names().iter().position(|at| at == name)?;
    let exposure = (0..rows.rows()).map(|row| super::minor_units(f64::from(rows.row(row)[column]) * minor));
    Some(Stakes { exposure_minor: exposure.collect(), currency: currency.to_owned() })
}

/// The same numbers, with the columns of each channel named by their steps.
fn sequence(rows: &Dataset, channels: &[(&str, &[&str])]) -> anyhow::Result<Dataset> {
    let step = |name: &String| {
        let of = |(channel, columns): &(&str, &[&str])| {
            columns.iter().position(|column| column == name).map(|step| format!("{channel}@{step}"))
        };
        channels.iter().find_map(of).unwrap_or_else(|| name.clone())
    };
    let names = rows.names().iter().map(step).collect();
    Ok(Dataset::new(names, rows.values().to_vec(), rows.labels().to_vec())?)
}

/// Text columns of times become the order in which rows may be split.
fn by_time(set: &mut Labelled) -> anyhow::Result<()> {
    let column = set.table.categories.iter().position(|category| category.name == "datetime").context("no times")?;
    let category = set.table.categories.remove(column);
    let times: Vec<i64> =
        category.values.iter().map(|text| super::seconds(text)).collect::<Option<_>>().context("a time")?;
    let at = set.table.rows.names().iter().position(|name| *name == category.name).context("no times")?;
    let rows = &set.table.rows;
    let times_s = (0..rows.rows()).map(|row| times[super::index(rows.row(row)[at])]).collect();
    set.table.rows = super::without_column(rows, at)?;
    set.splitting = Splitting::Time { times_s, maturity_s: 0 };
    Ok(())
}

/// A file, unpacked as an import would.
///
/// # Errors
/// It cannot be read or unpacked.
pub fn text_of(path: &Path) -> anyhow::Result<Vec<u8>> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    unpacked(&bytes, &path.display().to_string())
}

fn unpacked(bytes: &[u8], name: &str) -> anyhow::Result<Vec<u8>> {
    let members = sources::unpack(bytes).map_err(|refusal| anyhow::anyhow!("{name}: {}", refusal.reason))?;
    let text = members.into_iter().next().and_then(|member| member.text.ok()).context("nothing is in it")?;
    Ok(text.into_owned())
}
