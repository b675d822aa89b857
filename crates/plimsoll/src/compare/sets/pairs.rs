//! Labelled pairs of records: what the integration column is measured on. A folder `matching/NAME` with `train.txt`,
//! `valid.txt` and `test.txt` (packed or not): a line a pair, `COL name VAL value COL …`, a tab, the other record, a tab,
//! 1 where both are of one thing and 0 where not. Where there is no test, the validation is it, and a part of the train
//! validates. Beside them a simulated set, from what the shipped shop sells.
//!
//! Features are those that the `link` stage compares records by. How rare a value is, they count in all records of the
//! set; what is a match, they do not know.

use super::catalogue::text_of;
use super::table::Table;
use crate::compare::labelled::{Kind, Labelled, Parts, Splitting};
use crate::compare::seeded::Seeded;
use anyhow::Context;
use engine::link::compare::Comparer;
use engine::link::guess;
use engine::link::table::Rows;
use learn::Dataset;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The simulated set, by name.
pub const SIMULATED: &str = "products";

const FOLDER: &str = "matching";
const ENDS: [&str; 2] = ["txt.gz", "txt"];

/// Every so many pairs of the train validate, where there is no test.
const VALIDATION_EVERY: usize = 5;

/// Names of the sets in a folder.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder.join(FOLDER)).into_iter().flatten().flatten();
    let with_pairs = entries.filter(|entry| part(&entry.path(), "train").is_some());
    let mut names: Vec<String> = with_pairs.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

fn part(folder: &Path, name: &str) -> Option<PathBuf> {
    ENDS.iter().map(|end| folder.join(format!("{name}.{end}"))).find(|path| path.exists())
}

/// The set of this name.
///
/// # Errors
/// It cannot be read, or a line is no pair.
pub fn labelled(folder: &Path, name: &str) -> anyhow::Result<Labelled> {
    let folder = folder.join(FOLDER).join(name);
    let mut pairs = Pairs::default();
    let mut read = |name: &str| -> anyhow::Result<Vec<usize>> {
        let path = part(&folder, name).with_context(|| format!("{} has no {name}.txt", folder.display()))?;
        let text = String::from_utf8(text_of(&path)?)?;
        text.lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(at, line)| pairs.add_line(line).with_context(|| format!("{}: line {}", path.display(), at + 1)))
            .collect()
    };
    let (train, validation) = (read("train")?, read("valid")?);
    let (parts, told) = match part(&folder, "test") {
        Some(_) => (Parts { train, validation, test: read("test")? }, "as given with the set"),
        None => {
            let (apart, train) =
                train.into_iter().enumerate().partition::<Vec<_>, _>(|(at, _)| at % VALIDATION_EVERY == 0);
            let rows = |part: Vec<(usize, usize)>| part.into_iter().map(|(_, row)| row).collect();
            let parts = Parts { train: rows(train), validation: rows(apart), test: validation };
            (parts, "as given with the set, whose validation part is tested; a fifth of its train validates")
        }
    };
    pairs.labelled(name, "labelled pairs of records: both are of one thing", parts, told.to_owned())
}

/// Records of both sides, each once, and pairs of them.
#[derive(Default)]
struct Pairs {
    fields: Vec<String>,
    sides: [Side; 2],
    pairs: Vec<(u32, u32)>,
    labels: Vec<bool>,
}

#[derive(Default)]
struct Side {
    rows: Vec<Vec<String>>,
    known: BTreeMap<Vec<String>, u32>,
}

impl Side {
    fn place(&mut self, record: Vec<String>) -> anyhow::Result<u32> {
        if let Some(place) = self.known.get(&record) {
            return Ok(*place);
        }
        let place = u32::try_from(self.rows.len()).context("too many records")?;
        self.rows.push(record.clone());
        self.known.insert(record, place);
        Ok(place)
    }
}

impl Pairs {
    fn add_line(&mut self, line: &str) -> anyhow::Result<usize> {
        let [left, right, label] = line.split('\t').collect::<Vec<_>>()[..] else {
            anyhow::bail!("a pair is two records and a label, with tabs between");
        };
        let label = match label.trim() {
            "1" => true,
            "0" => false,
            other => anyhow::bail!("the label `{other}` is neither 0 nor 1"),
        };
        let (left, right) = (self.record(left)?, self.record(right)?);
        self.add(left, right, label)
    }

    fn add(&mut self, left: Vec<String>, right: Vec<String>, label: bool) -> anyhow::Result<usize> {
        let [lefts, rights] = &mut self.sides;
        self.pairs.push((lefts.place(left)?, rights.place(right)?));
        self.labels.push(label);
        Ok(self.labels.len() - 1)
    }

    fn record(&mut self, text: &str) -> anyhow::Result<Vec<String>> {
        let mut values = Vec::new();
        for (at, field) in text.split("COL ").skip(1).enumerate() {
            let (name, value) = field.split_once(" VAL").context("a field without `VAL`")?;
            match self.fields.get(at) {
                Some(known) => {
                    anyhow::ensure!(known == name.trim(), "the field `{}` stands where `{known}` did", name.trim());
                }
                None => self.fields.push(name.trim().to_owned()),
            }
            values.push(value.trim().to_owned());
        }
        anyhow::ensure!(!values.is_empty(), "a record without fields");
        Ok(values)
    }

    fn labelled(self, name: &str, about: &str, parts: Parts, told: String) -> anyhow::Result<Labelled> {
        let [left, right] = self.sides.map(|side| Rows(side.rows));
        let fields: Vec<_> =
            self.fields.iter().enumerate().map(|(at, name)| guess(name, &[&left, &right], at)).collect();
        let comparer = Comparer::new(&fields, &left, &right);
        let values = comparer.features_of(&self.pairs);
        let rows = Dataset::new(comparer.names().to_vec(), values, self.labels)?;
        let mut set = Labelled::new(name, Kind::Pairs, about, Table { rows, categories: Vec::new() });
        set.splitting = Splitting::Fixed { parts, told };
        Ok(set)
    }
}

/// Goods of the simulated set, and what each is paired with.
const GOODS: usize = 1_500;
const NEAR: usize = 3;

/// Goods of the shipped shop under the names of a second catalogue: words left out, cut, turned about or mistyped, the
/// price moved by up to a tenth. Beside each true pair stand the goods that share most words with it.
///
/// # Errors
/// None, as the shop ships.
pub fn simulated(seed: u64) -> anyhow::Result<Labelled> {
    let mut random = Seeded::new(seed);
    let goods = goods(&mut random)?;
    let mut pairs = Pairs { fields: vec!["title".to_owned(), "price".to_owned()], ..Pairs::default() };
    let listed: Vec<Vec<String>> =
        goods.iter().map(|(name, price)| vec![second_name(name, &mut random), moved(*price, &mut random)]).collect();
    let words: Vec<BTreeSet<&str>> = goods.iter().map(|(name, _)| name.split_whitespace().collect()).collect();
    let mut with: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    words.iter().enumerate().for_each(|(at, of)| of.iter().for_each(|word| with.entry(word).or_default().push(at)));
    let mut parts = [Vec::new(), Vec::new(), Vec::new()];
    for (at, (name, price)) in goods.iter().enumerate() {
        // A thing and all its pairs stand on one side.
        let part = &mut parts[[0, 0, 0, 1, 2][at % 5]];
        let record = vec![name.clone(), format!("{price:.2}")];
        part.push(pairs.add(record.clone(), listed[at].clone(), true)?);
        for other in nearest(&words, &with, at) {
            part.push(pairs.add(record.clone(), listed[other].clone(), false)?);
        }
    }
    let [train, validation, test] = parts;
    let told = "by the left record: 3/5 to fit, 1/5 to validate, 1/5 to test".to_owned();
    let about = "SIMULATED second catalogue of the goods of UCI Online Retail (CC BY 4.0): both are one thing";
    let mut set = pairs.labelled(SIMULATED, about, Parts { train, validation, test }, told)?;
    set.simulated = true;
    Ok(set)
}

/// Distinct names with a price, in an order that the seed draws.
fn goods(random: &mut Seeded) -> anyhow::Result<Vec<(String, f64)>> {
    let mut named: BTreeMap<String, f64> = BTreeMap::new();
    for (name, price) in super::own::shipped_goods()? {
        if name.split_whitespace().count() >= 3 && price > 0.0 {
            named.entry(name).or_insert(price);
        }
    }
    let mut goods: Vec<(String, f64)> = named.into_iter().collect();
    for at in (1..goods.len()).rev() {
        goods.swap(at, random.below(at + 1));
    }
    goods.truncate(GOODS);
    Ok(goods)
}

fn second_name(name: &str, random: &mut Seeded) -> String {
    let mut words: Vec<String> = name.to_lowercase().split_whitespace().map(str::to_owned).collect();
    for _ in 0..=random.below(3) {
        let at = random.below(words.len());
        match random.below(4) {
            0 if words.len() > 2 => drop(words.remove(at)),
            1 => words[at] = words[at].chars().take(4).collect(),
            2 => words.swap(at, random.below(at + 1)),
            _ => words[at] = mistyped(&words[at], random),
        }
    }
    words.join(" ")
}

/// Two neighbouring letters changed about.
fn mistyped(word: &str, random: &mut Seeded) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    if letters.len() > 2 {
        let at = random.below(letters.len() - 1);
        letters.swap(at, at + 1);
    }
    letters.into_iter().collect()
}

fn moved(price: f64, random: &mut Seeded) -> String {
    format!("{:.2}", price * (0.9 + 0.2 * random.uniform()))
}

/// The other goods that share most words, first those that stand nearer.
fn nearest(words: &[BTreeSet<&str>], with: &BTreeMap<&str, Vec<usize>>, at: usize) -> Vec<usize> {
    let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
    for other in words[at].iter().filter_map(|word| with.get(word)).flatten().filter(|other| **other != at) {
        *shared.entry(*other).or_default() += 1;
    }
    let mut others: Vec<(usize, usize)> = shared.into_iter().collect();
    others.sort_by_key(|(other, shared)| (std::cmp::Reverse(*shared), *other));
    others.into_iter().take(NEAR).map(|(other, _)| other).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_pair() {
        let mut pairs = Pairs::default();
        let line = "COL name VAL a b COL price VAL 1.50 \tCOL name VAL a COL price VAL  \t1";
        assert_eq!(pairs.add_line(line).unwrap(), 0);
        assert_eq!(pairs.fields, ["name", "price"]);
        assert_eq!(
            (pairs.sides[0].rows[0].as_slice(), pairs.labels[0]),
            (["a b", "1.50"].map(str::to_owned).as_slice(), true)
        );
        assert_eq!(pairs.sides[1].rows[0][1], "");
        assert_eq!(pairs.add_line(line).unwrap(), 1);
        assert_eq!((pairs.sides[0].rows.len(), pairs.pairs[1]), (1, (0, 0)), "a record stands once");
        for wrong in
            ["COL a VAL b\t1", "COL name VAL a\tCOL name VAL b\tyes", "COL other VAL a\tCOL name VAL b\t0", "x\ty\t0"]
        {
            assert!(pairs.add_line(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_second_catalogue_is_simulated() {
        let set = simulated(3).unwrap();
        let (rows, labels) = (&set.table.rows, set.labels());
        assert_eq!(labels.iter().filter(|label| **label).count(), GOODS);
        let Splitting::Fixed { parts, .. } = &set.splitting else { panic!("the set has its parts") };
        let parts = [&parts.train, &parts.validation, &parts.test];
        assert_eq!(parts.iter().map(|part| part.len()).sum::<usize>(), rows.rows());
        assert!(parts.iter().all(|part| part.iter().any(|row| labels[*row]) && part.iter().any(|row| !labels[*row])));
    }
}
