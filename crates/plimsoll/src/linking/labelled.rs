//! Labelled pairs of records, in the form in which the sets of Mudgal and others ("Deep learning for entity matching",
//! 2018) are passed on: a line a pair, `COL name VAL value COL …`, a tab, the other record, a tab, 0 or 1.
//!
//! The parts are fixed: `train`, `valid` and, where it is given out, `test`.

use crate::table_file;
use anyhow::{Context, bail};
use engine::link::compare::{Comparer, Pair, with_rivals};
use engine::link::guess;
use engine::link::table::{Field, Rows};
use learn::Dataset;
use std::collections::BTreeMap;
use std::path::Path;

/// The parts that a folder may hold.
const PARTS: [&str; 3] = ["train", "valid", "test"];

/// One part of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// `train`, `valid` or `test`.
    pub name: &'static str,
    /// Which records, of the left and the right table.
    pub pairs: Vec<Pair>,
    /// Whether each pair is one thing.
    pub labels: Vec<bool>,
}

/// A labelled set: two tables, and the pairs of each part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledPairs {
    /// The fields, with what they were found to hold.
    pub fields: Vec<Field>,
    /// The distinct records of each side.
    pub left: Rows,
    /// The distinct records of each side.
    pub right: Rows,
    /// The parts that are there, in the order train, valid, test.
    pub parts: Vec<Part>,
}

impl LabelledPairs {
    /// Reads the parts of a folder: `train.txt`, `valid.txt` and `test.txt`, packed or not.
    ///
    /// # Errors
    /// When there is no train or valid part, or a file is not as the header says.
    pub fn read(folder: &Path) -> anyhow::Result<Self> {
        let mut texts = Vec::new();
        for part in PARTS {
            let names = [format!("{part}.txt.gz"), format!("{part}.txt")];
            if let Some(path) = names.iter().map(|name| folder.join(name)).find(|path| path.exists()) {
                let text = table_file::open(&path, None)?.text;
                texts.push((part, String::from_utf8(text).with_context(|| format!("{} is no text", path.display()))?));
            }
        }
        if texts.len() < 2 {
            bail!("{} holds no labelled pairs: `train.txt.gz` and `valid.txt.gz`", folder.display());
        }
        Self::of(&texts).with_context(|| format!("{} is not as expected", folder.display()))
    }

    fn of(texts: &[(&'static str, String)]) -> anyhow::Result<Self> {
        let mut names: Vec<String> = Vec::new();
        let mut sides = [Side::default(), Side::default()];
        let mut parts = Vec::new();
        for (name, text) in texts {
            let mut part = Part { name, pairs: Vec::new(), labels: Vec::new() };
            for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
                let context = || format!("{name}, line {}", number + 1);
                let [left, right, label] = line.split('\t').collect::<Vec<_>>()[..] else {
                    bail!("{}: not two records and a label", context());
                };
                let (left, right) = (sides[0].row(&cells(left), &mut names), sides[1].row(&cells(right), &mut names));
                part.pairs.push((left.with_context(context)?, right.with_context(context)?));
                part.labels.push(label.trim() == "1");
            }
            parts.push(part);
        }
        let [left, right] = sides.map(|side| side.table(names.len()));
        let fields = names.iter().enumerate().map(|(at, name)| guess(name, &[&left, &right], at)).collect();
        Ok(Self { fields, left, right, parts })
    }

    /// The pair features of every part, by its name, and how far each pair stands above its rivals among all pairs:
    /// the records of all parts are known, as two tables are, and of labels none is used.
    ///
    /// # Errors
    /// When a part is empty.
    pub fn datasets(&self) -> anyhow::Result<BTreeMap<&'static str, Dataset>> {
        let comparer = Comparer::new(&self.fields, &self.left, &self.right);
        let pairs: Vec<Pair> = self.parts.iter().flat_map(|part| part.pairs.iter().copied()).collect();
        let (names, mut features) = with_rivals(comparer.names(), &comparer.features_of(&pairs), &pairs);
        let mut datasets = BTreeMap::new();
        for part in &self.parts {
            let rest = features.split_off(part.pairs.len() * names.len());
            let rows = Dataset::new(names.clone(), std::mem::replace(&mut features, rest), part.labels.clone());
            datasets.insert(part.name, rows.map_err(|error| anyhow::anyhow!("{}: {error}", part.name))?);
        }
        Ok(datasets)
    }
}

/// The distinct records of one side, in the order in which they come.
#[derive(Default)]
struct Side {
    rows: Vec<Vec<String>>,
    known: BTreeMap<Vec<String>, u32>,
}

impl Side {
    /// The number of the record with these cells; a field that is new is added to the names.
    fn row(&mut self, cells: &[(String, String)], names: &mut Vec<String>) -> anyhow::Result<u32> {
        let mut row = vec![String::new(); names.len()];
        for (name, value) in cells {
            let at = names.iter().position(|known| known == name).unwrap_or_else(|| {
                names.push(name.clone());
                row.push(String::new());
                names.len() - 1
            });
            row[at].clone_from(value);
        }
        if let Some(known) = self.known.get(&row) {
            return Ok(*known);
        }
        let number = u32::try_from(self.rows.len()).context("more records than can be numbered")?;
        self.rows.push(row.clone());
        self.known.insert(row, number);
        Ok(number)
    }

    fn table(mut self, fields: usize) -> Rows {
        self.rows.iter_mut().for_each(|row| row.resize(fields, String::new()));
        Rows(self.rows)
    }
}

/// `COL title VAL microsoft visio COL price VAL` as names and values.
fn cells(record: &str) -> Vec<(String, String)> {
    let parts = record.trim().trim_start_matches("COL ").split(" COL ");
    let cell = |part: &str| {
        let (name, value) = part.split_once(" VAL").unwrap_or((part, ""));
        (name.trim().to_owned(), value.trim().to_owned())
    };
    parts.map(cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_as_they_are_passed_on() {
        let train = "COL title VAL visio 2007 COL price VAL 129.95 \tCOL title VAL visio COL price VAL  \t0\n\
                     COL title VAL visio 2007 COL price VAL 129.95 \tCOL title VAL ms visio 2007 COL price VAL 120 \t1\n";
        let valid = "COL title VAL x COL price VAL 1 \tCOL title VAL visio COL price VAL  \t0\n";
        let set = LabelledPairs::of(&[("train", train.to_owned()), ("valid", valid.to_owned())]).unwrap();
        assert_eq!((set.left.len(), set.right.len()), (2, 2), "a record that comes twice is one");
        assert_eq!(set.parts[0].pairs, [(0, 0), (0, 1)]);
        assert_eq!(set.parts[0].labels, [false, true]);
        assert_eq!(set.parts[1].pairs, [(1, 0)]);
        assert_eq!(set.right.value(0, 1), "");
        let datasets = set.datasets().unwrap();
        assert_eq!((datasets["train"].rows(), datasets["valid"].rows()), (2, 1));
        assert_eq!(datasets["train"].names(), datasets["valid"].names());
    }

    #[test]
    fn a_line_that_is_no_pair_is_named() {
        let error = LabelledPairs::of(&[("train", "COL a VAL b\t1\n".to_owned())]).unwrap_err();
        assert_eq!(error.to_string(), "train, line 1: not two records and a label");
    }
}
