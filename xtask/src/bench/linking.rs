//! Linking, measured on the matching sets in hand: through the library, as `plimsoll link` calls it, without labels but
//! where a bench says so. Thresholds come from validation parts; a test part is looked at once, by this bench.

use super::line::{Bar, Line, Peer, Report};
use anyhow::Context;
use engine::link::learner::trained::Trained;
use engine::link::table::Rows;
use engine::link::{Linked, Settings, Tables, link};
use plimsoll::command::{Figures, compare_learners};
use plimsoll::linking::{LabelledPairs, Prepared, UserTable};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Instant;

fn folder() -> anyhow::Result<PathBuf> {
    Ok(std::env::var("PLIMSOLL_DATA").context("PLIMSOLL_DATA is not set: it names the folder of sets")?.into())
}

/// Two tables and the pairs that are one thing, by their keys.
struct Task {
    left: UserTable,
    right: UserTable,
    truth: BTreeSet<(String, String)>,
}

impl Task {
    fn read(folder: &Path, left: &str, right: &str, truth: &str) -> anyhow::Result<Self> {
        let [left, right, truth] = [left, right, truth].map(|name| UserTable::read(&folder.join(name)));
        let (left, right, truth) = (left?, right?, truth?);
        let pair = |row: usize| (truth.rows.value(row, 0).to_owned(), truth.rows.value(row, 1).to_owned());
        let truth = (0..truth.rows.len()).map(pair).collect();
        Ok(Self { left, right, truth })
    }

    fn link(&self, settings: Settings) -> anyhow::Result<(Linked, f64)> {
        let prepared = Prepared::new(&self.left, Some(&self.right), &[], &[])?;
        let start = Instant::now();
        let tables = Tables { fields: &prepared.fields, left: &prepared.left, right: prepared.right.as_ref() };
        let linked = link(tables, &Trained::Boost, settings).map_err(|error| anyhow::anyhow!("{error}"))?;
        Ok((linked, start.elapsed().as_secs_f64()))
    }

    /// The keys of pairs: all candidates, or those that stand.
    fn keys(&self, linked: &Linked, only_standing: bool) -> BTreeSet<(String, String)> {
        let (left, right) = (self.left.key(), self.right.key());
        let kept = linked.pairs.iter().filter(|pair| pair.stands || !only_standing);
        kept.map(|pair| (self.left.name(pair.pair.0 as usize, left), self.right.name(pair.pair.1 as usize, right)))
            .collect()
    }

    fn turned(&self) -> Self {
        let turned =
            |table: &UserTable| UserTable { rows: Rows(table.rows.0.iter().rev().cloned().collect()), ..table.clone() };
        Self { left: turned(&self.left), right: turned(&self.right), truth: self.truth.clone() }
    }
}

/// Precision, recall and F1 of what was found.
fn shares(found: &BTreeSet<(String, String)>, truth: &BTreeSet<(String, String)>) -> (f64, f64, f64) {
    let right = found.intersection(truth).count() as f64;
    let (found, truth) = (found.len() as f64, truth.len() as f64);
    (right / found.max(1.0), right / truth.max(1.0), 2.0 * right / (found + truth).max(1.0))
}

/// Payments and the bank lines that settle them.
pub(super) fn bank(report: &mut Report, _: Option<u64>) -> anyhow::Result<()> {
    let task = Task::read(&folder()?.join("payments_bank"), "payments.csv.gz", "bank_lines.csv.gz", "gold.csv.gz")?;
    let settings = Settings { is_one_to_one: true, ..Settings::default() };
    let (linked, seconds) = task.link(settings)?;
    let found = task.keys(&linked, true);
    let (precision, recall, f1) = shares(&found, &task.truth);
    let (_, held, _) = shares(&task.keys(&linked, false), &task.truth);
    let estimated = linked.estimated_recall.context("nothing was found")?;
    let turned = task.turned();
    let moved = turned.keys(&turned.link(settings)?.0, true).symmetric_difference(&found).count();
    let line = |figure: &str, value: f64| Line::new(figure, value, 0).data("payments_bank");
    let splink = Peer::Known {
        name: "splink 5, one to one, on all pairs without orphans, data manifest".to_owned(),
        value: 0.939,
    };
    report.add(&line("f1", f1).bar(Bar::AtLeast(0.98)).beside(splink));
    report.add(&line("precision", precision).bar(Bar::AtLeast(0.995)));
    report.add(&line("recall", recall));
    report.add(&line("seconds", seconds).unit("s").bar(Bar::AtMost(5.0)));
    report.add(&line("candidates", linked.pairs.len() as f64));
    report.add(&line("blocking_recall", held));
    report.add(&line("recall_estimate_error", (estimated - held).abs()).bar(Bar::AtMost(0.01)));
    report.add(&line("links_changed_by_other_row_order", moved as f64).bar(Bar::AtMost(0.0)));
    Ok(())
}

/// The labelled sets: boosted trees, fitted to the train part alone.
pub(super) fn pairs(report: &mut Report, _: Option<u64>) -> anyhow::Result<()> {
    let bars = [
        ("amazon-google", "test", 0.76, 75.6),
        ("dblp-acm", "test", 0.985, 99.0),
        ("walmart-amazon", "valid", 0.87, 86.8),
        ("abt-buy", "valid", 0.84, 89.3),
    ];
    let folder = folder()?.join("matching");
    for (set, part, bar, published) in bars {
        let figures = boosted(&folder, set)?;
        let line = Line::new(format!("f1_{set}_{part}"), figures.f1, 0).bar(Bar::AtLeast(bar)).data("matching");
        report.add(&line.beside_known("Ditto on the test part, published", published / 100.0));
    }
    let small: Vec<Figures> = ["beer", "itunes-amazon", "fodors-zagats"]
        .into_iter()
        .map(|set| boosted(&folder, set))
        .collect::<anyhow::Result<_>>()?;
    let sum = |of: fn(&Figures) -> usize| small.iter().map(of).sum::<usize>() as f64;
    let (right, others) = (sum(|of| of.right), sum(|of| of.wrong + of.missed));
    let f1 = 2.0 * right / (2.0 * right + others);
    report.add(&Line::new("f1_small_sets_pooled_test", f1, 0).bar(Bar::AtLeast(0.95)).data("matching"));
    Ok(())
}

fn boosted(folder: &Path, set: &str) -> anyhow::Result<Figures> {
    let all = compare_learners(set, &LabelledPairs::read(&folder.join(set))?)?;
    all.into_iter().find(|figures| figures.learner == "boosted trees").context("no boosted trees")
}

/// Two catalogues, end to end, without configuration and without labels.
pub(super) fn products(report: &mut Report, _: Option<u64>) -> anyhow::Result<()> {
    let folder = folder()?.join("matching/amazon-google-tables");
    let task =
        Task::read(&folder, "Amazon.csv.gz", "GoogleProducts.csv.gz", "Amzon_GoogleProducts_perfectMapping.csv.gz")?;
    let (linked, seconds) = task.link(Settings { is_one_to_one: true, ..Settings::default() })?;
    let (precision, recall, f1) = shares(&task.keys(&linked, true), &task.truth);
    let (_, held, _) = shares(&task.keys(&linked, false), &task.truth);
    let line = |figure: &str, value: f64| Line::new(figure, value, 0).data("amazon-google-tables");
    report.add(&line("f1", f1).bar(Bar::AtLeast(0.72)).beside_known("title TF-IDF, greedy one to one", 0.65));
    report.add(&line("precision", precision));
    report.add(&line("recall", recall));
    report.add(&line("blocking_recall", held));
    report.add(&line("seconds", seconds).unit("s"));
    Ok(())
}

/// Person records with planted duplicates, clustered without labels.
pub(super) fn people(report: &mut Report, _: Option<u64>) -> anyhow::Result<()> {
    let folder = folder()?.join("matching");
    let febrl = UserTable::read(&folder.join("febrl/dataset3.csv.gz"))?;
    let of_febrl = |row: usize| febrl.rows.value(row, 0).split('-').nth(1).unwrap_or_default().to_owned();
    let f1 = clustered(&febrl, "rec_id", of_febrl)?;
    let line = Line::new("f1_febrl3", f1, 0).data("febrl3").bar(Bar::AtLeast(0.999));
    report.add(&line.beside_known("splink, data manifest", 0.997));
    let fake = UserTable::read(&folder.join("fake_1000.csv"))?;
    let cluster = fake.names.iter().position(|name| name == "cluster").context("no `cluster`")?;
    let f1 = clustered(&fake, "cluster", |row| fake.rows.value(row, cluster).to_owned())?;
    let line = Line::new("f1_fake_1000", f1, 0).data("fake_1000").bar(Bar::AtLeast(0.90));
    report.add(&line.beside_known("splink, data manifest", 0.850));
    Ok(())
}

/// The pairwise F1 of the groups of one table; the column that tells the truth is left out.
fn clustered(table: &UserTable, told: &str, truth: impl Fn(usize) -> String) -> anyhow::Result<f64> {
    let prepared = Prepared::new(table, None, &[], &[told.to_owned()])?;
    let tables = Tables { fields: &prepared.fields, left: &prepared.left, right: None };
    let linked = link(tables, &Trained::Boost, Settings::default()).map_err(|error| anyhow::anyhow!("{error}"))?;
    let rows = 0..prepared.left.len();
    let pairs = |name: &dyn Fn(usize) -> String| {
        let mut sizes: BTreeMap<String, f64> = BTreeMap::new();
        rows.clone().for_each(|row| *sizes.entry(name(row)).or_default() += 1.0);
        sizes.values().map(|size| size * (size - 1.0) / 2.0).sum::<f64>()
    };
    let group = |row: usize| linked.groups[row].to_string();
    let (found, true_pairs) = (pairs(&group), pairs(&truth));
    let right = pairs(&|row| format!("{} {}", group(row), truth(row)));
    Ok(2.0 * right / (found + true_pairs).max(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_by_hand() {
        let of = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let (precision, recall, f1) =
            shares(&of(&[("a", "x"), ("b", "y")]), &of(&[("a", "x"), ("c", "z"), ("d", "w")]));
        assert_eq!((precision, recall, f1), (0.5, 1.0 / 3.0, 0.4));
    }
}
