//! Linking, measured on the matching sets in hand: through the library, as `plimsoll link` calls it, without labels but
//! where a bench says so. Thresholds come from validation parts; a test part is looked at once, by this bench.

use super::line::{Bar, Line, Peer, Report};
use anyhow::Context;
use engine::link::compare::Pair;
use engine::link::learner::trained::Trained;
use engine::link::table::Rows;
use engine::link::{Answer, Linked, Settings, Tables, link, link_with};
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

    /// The F1 of all pairs but `asked`, once `questions` are answered by the truth.
    fn f1_after(
        &self,
        questions: &[Pair],
        asked: &BTreeSet<(String, String)>,
        settings: Settings,
    ) -> anyhow::Result<Interval> {
        let answer = |&pair: &Pair| Answer { pair, is_one: Some(self.truth.contains(&self.name(pair))) };
        let answers: Vec<Answer> = questions.iter().map(answer).collect();
        let found = self.keys(&self.link_with(&answers, settings)?.0, true);
        let others = |pairs: &BTreeSet<(String, String)>| pairs.difference(asked).cloned().collect::<BTreeSet<_>>();
        Ok(figures(&others(&found), &others(&self.truth)).f1)
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
    let settings = Settings { is_one_to_one: true, ..Settings::default() };
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
    let settings = Settings { is_one_to_one: true, questions: QUESTIONS, ..Settings::default() };
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
    // Whether the questions are worth their while: answers to them, and to as many pairs drawn evenly among the unsure.
    let unsure: Vec<Pair> =
        linked.pairs.iter().filter(|of| (0.01..0.99).contains(&of.chance)).map(|of| of.pair).collect();
    let even: Vec<Pair> = unsure.iter().copied().step_by((unsure.len() / QUESTIONS).max(1)).take(QUESTIONS).collect();
    let asked = linked.questions.iter().chain(&even).map(|&pair| task.name(pair)).collect();
    for (figure, questions) in
        [("f1_before_answers", &[][..]), ("f1_after_50_answers", &linked.questions), ("f1_after_50_even", &even)]
    {
        report.add(&share(figure, task.f1_after(questions, &asked, settings)?));
    }
    Ok(())
}

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
    let fake = UserTable::read(&folder.join("fake_1000.csv"))?;
    let cluster = fake.names.iter().position(|name| name == "cluster").context("no `cluster`")?;
    let f1 = clustered(&fake, "cluster", |row| fake.rows.value(row, cluster).to_owned())?.f1;
    let line = with_interval("f1_fake_1000", f1).data("fake_1000").bar(Bar::AtLeast(0.90));
    report.add(&line.beside_known("splink, data manifest", 0.850));
    Ok(())
}

/// The figures of the groups of one table, by pairs; the column that tells the truth is left out.
fn clustered(table: &UserTable, told: &str, truth: impl Fn(usize) -> String) -> anyhow::Result<PairFigures> {
    let prepared = Prepared::new(table, None, &[], &[told.to_owned()])?;
    let tables = Tables { fields: &prepared.fields, left: &prepared.left, right: None };
    let linked = link(tables, &Trained::Boost, Settings::default()).map_err(|error| anyhow::anyhow!("{error}"))?;
    let pairs = |name: &dyn Fn(usize) -> String| {
        let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        (0..prepared.left.len()).for_each(|row| groups.entry(name(row)).or_default().push(row));
        let of = |rows: Vec<usize>| {
            let pairs =
                rows.iter().enumerate().flat_map(|(at, &one)| rows[at + 1..].iter().map(move |&other| (one, other)));
            pairs.collect::<Vec<(usize, usize)>>()
        };
        groups.into_values().flat_map(of).collect::<BTreeSet<(usize, usize)>>()
    };
    Ok(figures(&pairs(&|row| linked.groups[row].to_string()), &pairs(&truth)))
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
