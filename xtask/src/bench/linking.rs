//! Linking, measured on the matching sets in hand: through the library, as `plimsoll link` calls it, without labels but
//! where a bench says so. Thresholds come from validation parts; a test part is looked at once, by this bench.

use super::line::{Bar, Line, Peer, Report};
use anyhow::Context;
use engine::link::compare::Pair;
use engine::link::entities::{Before, Compact, Linker, Said};
use engine::link::learner::trained::Trained;
use engine::link::table::Rows;
use engine::link::{Answer, Considered, Linked, Partners, Settings, Tables, link, link_with};
use learn::metrics::Interval;
use plimsoll::command::{Figures, compare_learners};
use plimsoll::linking::{ChanceFigures, LabelledPairs, PairFigures, Prepared, UserTable};
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
        self.link_with(&[], settings)
    }

    fn link_with(&self, answers: &[Answer], settings: Settings) -> anyhow::Result<(Linked, f64)> {
        let prepared = Prepared::new(&self.left, Some(&self.right), &[], &[])?;
        let start = Instant::now();
        let tables = Tables { fields: &prepared.fields, left: &prepared.left, right: prepared.right.as_ref() };
        let linked =
            link_with(tables, answers, &Trained::Boost, settings).map_err(|error| anyhow::anyhow!("{error}"))?;
        Ok((linked, start.elapsed().as_secs_f64()))
    }

    /// The keys of a pair.
    fn name(&self, (l, r): Pair) -> (String, String) {
        (self.left.name(l as usize, self.left.key()), self.right.name(r as usize, self.right.key()))
    }

    /// Links again and again, each time with [`QUESTIONS`] more answers by the truth to the pairs that are chosen. What was
    /// found each time, and what was asked.
    fn answered(
        &self,
        settings: Settings,
        choose: impl Fn(&Linked, &BTreeSet<Pair>) -> Vec<Pair>,
    ) -> anyhow::Result<(Vec<Keys>, Keys)> {
        let (mut answers, mut asked, mut found) = (Vec::new(), BTreeSet::new(), Vec::new());
        for round in 0..=ROUNDS {
            let linked = self.link_with(&answers, settings)?.0;
            found.push(self.keys(&linked, true));
            if round < ROUNDS {
                let pairs = choose(&linked, &asked);
                asked.extend(pairs.iter().copied());
                let is_one = |pair: Pair| Some(self.truth.contains(&self.name(pair)));
                answers.extend(pairs.into_iter().map(|pair| Answer { pair, is_one: is_one(pair) }));
            }
        }
        Ok((found, asked.into_iter().map(|pair| self.name(pair)).collect()))
    }

    /// The keys of pairs: all candidates, or those that stand.
    fn keys(&self, linked: &Linked, only_standing: bool) -> BTreeSet<(String, String)> {
        let kept = linked.pairs.iter().filter(|pair| pair.stands || !only_standing);
        kept.map(|pair| self.name(pair.pair)).collect()
    }

    /// The sum of the left records' amounts over pairs.
    fn money(&self, column: &str) -> anyhow::Result<impl Fn(&BTreeSet<(String, String)>) -> f64> {
        let at = self.left.names.iter().position(|name| name.contains(column)).context("no amounts")?;
        let key = self.left.key();
        let amount = |row: usize| self.left.rows.value(row, at).trim().parse::<f64>().unwrap_or(0.0).abs();
        let of: BTreeMap<String, f64> =
            (0..self.left.rows.len()).map(|row| (self.left.name(row, key), amount(row))).collect();
        Ok(move |pairs: &BTreeSet<(String, String)>| pairs.iter().map(|(left, _)| of.get(left).unwrap_or(&0.0)).sum())
    }

    /// How far the chances of the candidates are from the truth.
    fn chance_figures(&self, linked: &Linked) -> Option<ChanceFigures> {
        let (labels, chances): (Vec<bool>, Vec<f64>) =
            linked.pairs.iter().map(|of| (self.truth.contains(&self.name(of.pair)), of.chance)).unzip();
        ChanceFigures::of(&labels, &chances)
    }

    fn turned(&self) -> Self {
        let turned = |table: &UserTable| {
            UserTable::new(table.names.clone(), Rows(table.rows.0.iter().rev().cloned().collect()), Vec::new())
        };
        Self { left: turned(&self.left), right: turned(&self.right), truth: self.truth.clone() }
    }
}

/// Precision, recall and F1 of what was found, over every pair that was found or is true.
fn figures<T: Ord>(found: &BTreeSet<T>, truth: &BTreeSet<T>) -> PairFigures {
    let (labels, called): (Vec<bool>, Vec<bool>) =
        found.union(truth).map(|pair| (truth.contains(pair), found.contains(pair))).unzip();
    PairFigures::of(&labels, &called)
}

fn with_interval(figure: impl Into<String>, of: Interval) -> Line {
    Line::new(figure, of.estimate, 7).interval(of.low, of.high)
}

/// Payments and the bank lines that settle them.
pub(super) fn bank(report: &mut Report, _: Option<u64>) -> anyhow::Result<()> {
    let task = Task::read(&folder()?.join("payments_bank"), "payments.csv.gz", "bank_lines.csv.gz", "gold.csv.gz")?;
    let settings = Settings { partners: Partners::One, ..Settings::default() };
    let (linked, seconds) = task.link(settings)?;
    let found = task.keys(&linked, true);
    let of = figures(&found, &task.truth);
    let held = task.keys(&linked, false);
    let blocking = held.intersection(&task.truth).count() as f64 / task.truth.len() as f64;
    let money = task.money("amount")?;
    let money_held = money(&held.intersection(&task.truth).cloned().collect()) / money(&task.truth);
    let estimated = linked.estimated_recall.context("nothing was found")?;
    let estimated_money = estimated.money.context("no field holds amounts")?;
    let promised = linked.estimated_precision.context("nothing stands")?;
    let turned = task.turned();
    let moved = turned.keys(&turned.link(settings)?.0, true).symmetric_difference(&found).count();
    let line = |figure: &str, value: f64| Line::new(figure, value, 0).data("payments_bank");
    let splink = Peer::Known {
        name: "splink 5, one to one, on all pairs without orphans, data manifest".to_owned(),
        value: 0.939,
    };
    let share = |figure: &str, of: Interval| with_interval(figure, of).data("payments_bank");
    report.add(&share("f1", of.f1).bar(Bar::AtLeast(0.98)).beside(splink));
    report.add(&share("precision", of.precision).bar(Bar::AtLeast(0.995)));
    report.add(&share("recall", of.recall));
    report.add(&line("seconds", seconds).unit("s").bar(Bar::AtMost(5.0)));
    report.add(&line("candidates", linked.pairs.len() as f64));
    report.add(&line("blocking_recall", blocking));
    report.add(&line("blocking_recall_money", money_held));
    report.add(&line("recall_estimate_error", (estimated.pairs - blocking).abs()).bar(Bar::AtMost(0.01)));
    report.add(&line("recall_estimate_error_money", (estimated_money - money_held).abs()).bar(Bar::AtMost(0.01)));
    report.add(&line("precision_estimate_error", (promised.pairs - of.precision.estimate).abs()));
    let chances = task.chance_figures(&linked).context("no candidates")?;
    report.add(&line("calibration_error", chances.calibration_error));
    report.add(&line("brier", chances.brier));
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
        let line = with_interval(format!("f1_{set}_{part}"), figures.pairs.f1).bar(Bar::AtLeast(bar)).data("matching");
        report.add(&line.beside_known("Ditto on the test part, published", published / 100.0));
        if let Some(of) = figures.calibrated {
            let line =
                |figure: &str, value: f64| Line::new(format!("{figure}_{set}_{part}"), value, 7).data("matching");
            report.add(&line("calibration_error_raw", of.raw.calibration_error));
            report.add(&line("calibration_error_platt", of.platt.calibration_error));
            report.add(&line("calibration_error_isotonic", of.isotonic.calibration_error));
        }
    }
    let small: Vec<Figures> = ["beer", "itunes-amazon", "fodors-zagats"]
        .into_iter()
        .map(|set| boosted(&folder, set))
        .collect::<anyhow::Result<_>>()?;
    let pooled = |of: fn(&Figures) -> &Vec<bool>| small.iter().flat_map(|figures| of(figures).clone()).collect();
    let (labels, called): (Vec<bool>, Vec<bool>) = (pooled(|of| &of.labels), pooled(|of| &of.called));
    let f1 = PairFigures::of(&labels, &called).f1;
    report.add(&with_interval("f1_small_sets_pooled_test", f1).bar(Bar::AtLeast(0.95)).data("matching"));
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
    let settings = Settings { questions: QUESTIONS, ..Settings::default() };
    let (linked, seconds) = task.link(settings)?;
    let of = figures(&task.keys(&linked, true), &task.truth);
    let held = task.keys(&linked, false).intersection(&task.truth).count() as f64 / task.truth.len() as f64;
    let line = |figure: &str, value: f64| Line::new(figure, value, 0).data("amazon-google-tables");
    let share = |figure: &str, of: Interval| with_interval(figure, of).data("amazon-google-tables");
    report.add(&share("f1", of.f1).bar(Bar::AtLeast(0.72)).beside_known("title TF-IDF, greedy one to one", 0.65));
    report.add(&share("precision", of.precision));
    report.add(&share("recall", of.recall));
    report.add(&line("blocking_recall", held));
    report.add(&line("seconds", seconds).unit("s"));
    if let Some(of) = task.chance_figures(&linked) {
        report.add(&line("calibration_error", of.calibration_error));
    }
    worth_of_questions(report, &task, settings)
}

/// Whether the questions are worth their while: answers to them, and to as many pairs drawn evenly among the unsure. The
/// figures are of all pairs but those that were asked in either way.
fn worth_of_questions(report: &mut Report, task: &Task, settings: Settings) -> anyhow::Result<()> {
    let evenly = |linked: &Linked, asked: &BTreeSet<Pair>| -> Vec<Pair> {
        let is_unsure = |of: &&Considered| (0.01..0.99).contains(&of.chance) && !asked.contains(&of.pair);
        let unsure: Vec<Pair> = linked.pairs.iter().filter(is_unsure).map(|of| of.pair).collect();
        unsure.iter().copied().step_by((unsure.len() / QUESTIONS).max(1)).take(QUESTIONS).collect()
    };
    let (by_questions, asked) = task.answered(settings, |linked, _| linked.questions.clone())?;
    let (by_chance, drawn) = task.answered(settings, evenly)?;
    let others = |pairs: &Keys| -> Keys {
        pairs.iter().filter(|pair| !asked.contains(*pair) && !drawn.contains(*pair)).cloned().collect()
    };
    let truth = others(&task.truth);
    let f1 =
        |found: &[Keys]| -> Vec<Interval> { found.iter().map(|found| figures(&others(found), &truth).f1).collect() };
    let (by_questions, by_chance) = (f1(&by_questions), f1(&by_chance));
    for round in 0..=ROUNDS {
        let (answers, data) = (round * QUESTIONS, "amazon-google-tables");
        report.add(&with_interval(format!("f1_after_{answers}_answers"), by_questions[round]).data(data));
        report.add(&with_interval(format!("f1_after_{answers}_drawn_evenly"), by_chance[round]).data(data));
    }
    let wanted = by_chance[ROUNDS].estimate;
    if let Some(round) = by_questions.iter().position(|f1| f1.estimate >= wanted) {
        let line = Line::new("answers_for_the_f1_of_200_drawn_evenly", (round * QUESTIONS) as f64, 0);
        report.add(&line.data("amazon-google-tables"));
    }
    Ok(())
}

/// Pairs by their keys.
type Keys = BTreeSet<(String, String)>;

/// Rounds of questions.
const ROUNDS: usize = 4;

/// Answers that a person gives in a quarter of an hour.
const QUESTIONS: usize = 50;

/// Person records with planted duplicates, clustered without labels.
pub(super) fn people(report: &mut Report, _: Option<u64>) -> anyhow::Result<()> {
    let folder = folder()?.join("matching");
    let febrl = UserTable::read(&folder.join("febrl/dataset3.csv.gz"))?;
    let of_febrl = |row: usize| febrl.rows.value(row, 0).split('-').nth(1).unwrap_or_default().to_owned();
    let f1 = clustered(&febrl, "rec_id", of_febrl)?.f1;
    let line = with_interval("f1_febrl3", f1).data("febrl3").bar(Bar::AtLeast(0.999));
    report.add(&line.beside_known("splink, data manifest", 0.997));
    report.add(&with_interval("f1_febrl3_by_entities", resolved(&febrl, "rec_id", of_febrl).f1).data("febrl3"));
    let fake = UserTable::read(&folder.join("fake_1000.csv"))?;
    let cluster = fake.names.iter().position(|name| name == "cluster").context("no `cluster`")?;
    let of_fake = |row: usize| fake.rows.value(row, cluster).to_owned();
    let f1 = clustered(&fake, "cluster", of_fake)?.f1;
    let line = with_interval("f1_fake_1000", f1).data("fake_1000").bar(Bar::AtLeast(0.90));
    report.add(&line.beside_known("splink, data manifest", 0.850));
    report.add(&with_interval("f1_fake_1000_by_entities", resolved(&fake, "cluster", of_fake).f1).data("fake_1000"));
    Ok(())
}

/// The figures of the groups of one table, by pairs; the column that tells the truth is left out.
fn clustered(table: &UserTable, told: &str, truth: impl Fn(usize) -> String) -> anyhow::Result<PairFigures> {
    let prepared = Prepared::new(table, None, &[], &[told.to_owned()])?;
    let tables = Tables { fields: &prepared.fields, left: &prepared.left, right: None };
    let linked = link(tables, &Trained::Boost, Settings::default()).map_err(|error| anyhow::anyhow!("{error}"))?;
    let records = prepared.left.len();
    Ok(figures(&pairs_of(records, |row| linked.groups[row].to_string()), &pairs_of(records, truth)))
}

/// The same of the entities of one table, as `plimsoll entities find` has them.
fn resolved(table: &UserTable, told: &str, truth: impl Fn(usize) -> String) -> PairFigures {
    let is_compared = |at: &usize| Some(*at) != table.key() && table.names[*at] != told;
    let columns: Vec<usize> = (0..table.names.len()).filter(is_compared).collect();
    let mut compact = Compact::new(&columns.iter().map(|&at| table.names[at].clone()).collect::<Vec<String>>());
    for row in 0..table.rows.len() {
        compact.push(&columns.iter().map(|&at| table.rows.value(row, at)).collect::<Vec<&str>>());
    }
    compact.guess_kinds(&[]);
    let nothing = Before { of_record: vec![None; compact.len()], ..Before::default() };
    let found = Linker::learn(&compact, Said::default()).resolve(&nothing);
    figures(&pairs_of(compact.len(), |row| found.of_record[row].to_string()), &pairs_of(compact.len(), truth))
}

/// Every pair of records that have the same name.
fn pairs_of(records: usize, name: impl Fn(usize) -> String) -> BTreeSet<(usize, usize)> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    (0..records).for_each(|row| groups.entry(name(row)).or_default().push(row));
    let of = |rows: Vec<usize>| {
        let pairs =
            rows.iter().enumerate().flat_map(|(at, &one)| rows[at + 1..].iter().map(move |&other| (one, other)));
        pairs.collect::<Vec<(usize, usize)>>()
    };
    groups.into_values().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_by_hand() {
        let of = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let of = figures(&of(&[("a", "x"), ("b", "y")]), &of(&[("a", "x"), ("c", "z"), ("d", "w")]));
        assert_eq!((of.precision.estimate, of.recall.estimate, of.f1.estimate), (0.5, 1.0 / 3.0, 0.4));
    }
}
