//! The labelled sets in hand as tables of numbers.
//!
//! A column is numbers where most of its cells read as such (others are missing there), else categories, numbered in
//! the order of their names. Empty cells and a lone point are missing.

use anyhow::{Context, bail};
use learn::Dataset;
use std::collections::BTreeMap;

/// One labelled set of the data folder.
pub(crate) struct Set {
    pub name: &'static str,
    file: &'static str,
    label: &'static str,
    positive: &'static str,
    /// Columns that no model should see: row numbers, and what the manifest says to leave out.
    dropped: &'static [&'static str],
}

/// The sets by name; all columns that the files have but those that number their rows.
pub(crate) const GERMAN: Set =
    Set { name: "german", file: "credit/german.csv", label: "creditability", positive: "bad", dropped: &[] };
pub(crate) const TAIWAN: Set =
    Set { name: "taiwan", file: "credit/taiwan_default.csv.gz", label: "class", positive: "1", dropped: &[] };
pub(crate) const HMEQ: Set = Set { name: "hmeq", file: "credit/hmeq.csv", label: "BAD", positive: "1", dropped: &[] };
pub(crate) const HELOC: Set =
    Set { name: "heloc", file: "credit/heloc.csv", label: "RiskPerformance", positive: "Bad", dropped: &[] };
pub(crate) const INSURANCE: Set = Set {
    name: "insurance",
    file: "fraud/insurance_claims_leaky.csv.gz",
    label: "FraudFound_P",
    positive: "1",
    dropped: &[""],
};
pub(crate) const GIVE_ME_SOME_CREDIT: Set = Set {
    name: "give_me_some_credit",
    file: "credit/give_me_some_credit.csv.gz",
    label: "SeriousDlqin2yrs",
    positive: "1",
    dropped: &["id"],
};

/// A set as numbers.
pub(crate) struct Table {
    pub rows: Dataset,
    /// The columns whose numbers stand for categories.
    pub categories: Vec<String>,
}

impl Set {
    /// Reads the set from the folder that `PLIMSOLL_DATA` names.
    pub(crate) fn read(&self) -> anyhow::Result<Table> {
        let text = text_of(self.file)?;
        self.table(&text).with_context(|| format!("{} is not as expected", self.file))
    }

    fn table(&self, text: &str) -> anyhow::Result<Table> {
        let mut lines = records(text.trim_start_matches('\u{feff}')).into_iter();
        let names = lines.next().context("no header")?;
        let lines: Vec<Vec<String>> = lines.collect();
        if let Some(line) = lines.iter().position(|line| line.len() != names.len()) {
            bail!("record {} has another number of cells than the header", line + 1);
        }
        let label = names.iter().position(|name| name == self.label).with_context(|| format!("no `{}`", self.label))?;
        let labels = lines.iter().map(|line| line[label] == self.positive).collect();
        let kept = (0..names.len()).filter(|&at| at != label && !self.dropped.contains(&names[at].as_str()));
        let kept: Vec<usize> = kept.collect();
        let (mut columns, mut categories) = (Vec::new(), Vec::new());
        for &at in &kept {
            let (values, is_category) = numbers(&lines.iter().map(|line| line[at].as_str()).collect::<Vec<_>>());
            columns.push(values);
            categories.extend(is_category.then(|| names[at].clone()));
        }
        let values = (0..lines.len()).flat_map(|row| columns.iter().map(move |column| column[row]));
        let names = kept.iter().map(|&at| names[at].clone()).collect();
        let rows = Dataset::new(names, values.collect(), labels).map_err(|error| anyhow::anyhow!("{error}"))?;
        Ok(Table { rows, categories })
    }
}

/// A file of the folder that `PLIMSOLL_DATA` names, unpacked as an import would.
pub(super) fn text_of(file: &str) -> anyhow::Result<String> {
    let folder = std::env::var("PLIMSOLL_DATA").context("PLIMSOLL_DATA is not set")?;
    let path = format!("{folder}/{file}");
    let bytes = std::fs::read(&path).with_context(|| format!("cannot read {path}"))?;
    let members = sources::unpack(&bytes).map_err(|refusal| anyhow::anyhow!("{path}: {}", refusal.reason))?;
    let text = members.into_iter().next().and_then(|member| member.text.ok()).context("nothing is in it")?;
    Ok(String::from_utf8(text.into_owned())?)
}

/// The cells as numbers, and whether they are those of categories.
fn numbers(cells: &[&str]) -> (Vec<f32>, bool) {
    let present = cells.iter().filter(|cell| !cell.is_empty()).count();
    let read: Vec<f32> = cells.iter().map(|cell| cell.parse().unwrap_or(f32::NAN)).collect();
    if 2 * read.iter().filter(|value| value.is_finite()).count() >= present {
        let finite = |value: f32| if value.is_finite() { value } else { f32::NAN };
        return (read.into_iter().map(finite).collect(), false);
    }
    let mut number: BTreeMap<&str, f32> =
        cells.iter().filter(|cell| !cell.is_empty()).map(|cell| (*cell, 0.0)).collect();
    let mut next = 0.0;
    for value in number.values_mut() {
        *value = next;
        next += 1.0;
    }
    (cells.iter().map(|cell| number.get(cell).copied().unwrap_or(f32::NAN)).collect(), true)
}

/// The records of comma-separated values, trimmed; a lone point is empty.
fn records(text: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let close = |cell: &mut String, record: &mut Vec<String>| {
        let trimmed = cell.trim();
        record.push(if trimmed == "." { String::new() } else { trimmed.to_owned() });
        cell.clear();
    };
    for character in text.chars() {
        match character {
            '"' => quoted = !quoted,
            ',' if !quoted => close(&mut cell, &mut record),
            '\n' if !quoted => {
                close(&mut cell, &mut record);
                records.push(std::mem::take(&mut record));
            }
            other => cell.push(other),
        }
    }
    if !cell.is_empty() || !record.is_empty() {
        close(&mut cell, &mut record);
        records.push(record);
    }
    records
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Set = Set { name: "small", file: "", label: "y", positive: "1", dropped: &["id"] };

    #[test]
    fn cells_become_numbers() {
        let text = "\u{feff}\"id\",y,amount,kind\n1,1, 2.5,\"b, c\"\n2,0,.,a\n3,0,7,\n";
        let table = SMALL.table(text).unwrap();
        assert_eq!(table.rows.names(), ["amount", "kind"]);
        assert_eq!(table.categories, ["kind"]);
        assert_eq!(table.rows.labels(), [true, false, false]);
        assert_eq!(table.rows.row(0), [2.5, 1.0]);
        assert!(table.rows.row(1)[0].is_nan() && table.rows.row(2)[1].is_nan());
    }

    #[test]
    fn a_short_record_is_named() {
        assert!(SMALL.table("id,y\n1\n").is_err() && SMALL.table("id,x\n1,2\n").is_err());
    }
}
