//! `plimsoll link --compare`: rules, Fellegi–Sunter, tree, forest and boosted trees on labelled sets, side by side.
//!
//! Each learns from the train part alone and has its threshold from the valid part; the figures are of the test part,
//! or of the valid part where there is no test part, and say which. Rules and Fellegi–Sunter see no label but for that
//! threshold.

use super::{Outcome, Setting, UsageError};
use crate::linking::LabelledPairs;
use crate::terminal::{self, row};
use engine::link::learner::fellegi_sunter::FellegiSunter;
use engine::link::learner::rules::Rules;
use engine::link::learner::trained::Trained;
use engine::link::learner::{PairLearner, Study};
use learn::Dataset;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Instant;

/// The first paper's table, as its claim: model, integration accuracy in per cent, seconds.
const CLAIMED: [(&str, u32, u32); 5] = [
    ("logistic regression", 75, 50),
    ("decision tree", 80, 60),
    ("random forest", 85, 90),
    ("LSTM", 90, 120),
    ("CNN", 88, 100),
];

/// One learner on one set.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// The folder's name.
    pub set: String,
    /// The learner's name.
    pub learner: &'static str,
    /// The part on which it was tried.
    pub part: &'static str,
    /// Pairs that are one thing and were called so.
    pub right: usize,
    /// Pairs that were called one thing and are not.
    pub wrong: usize,
    /// Pairs that are one thing and were not called so.
    pub missed: usize,
    /// Of the pairs called one thing, the share that is.
    pub precision: f64,
    /// Of the pairs that are one thing, the share called so.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
    /// The share of all pairs that were called what they are.
    pub accuracy: f64,
    /// To learn, and to score every part.
    pub seconds: f64,
}

pub(super) fn run(setting: &Setting, folder: &Path) -> anyhow::Result<Outcome> {
    let mut all = Vec::new();
    for set in sets(folder)? {
        let figures = setting.progress.step(&set.0, || compare(&set.0, &LabelledPairs::read(&set.1)?))?;
        all.extend(figures);
    }
    if setting.json {
        let lines: Vec<Value> = all.iter().map(json_of).collect();
        let claimed: Vec<Value> = CLAIMED
            .iter()
            .map(|(model, accuracy, seconds)| json!({"model": model, "accuracy": f64::from(*accuracy) / 100.0, "seconds": seconds}))
            .collect();
        terminal::json(&json!({"measured": lines, "claimed_by_the_first_paper": claimed}))?;
        return Ok(Outcome::Done);
    }
    print(&all);
    Ok(Outcome::Done)
}

/// The folder itself where it holds a set, or those below it that do.
fn sets(folder: &Path) -> anyhow::Result<Vec<(String, std::path::PathBuf)>> {
    let holds = |path: &Path| path.join("train.txt.gz").exists() || path.join("train.txt").exists();
    let name = |path: &Path| path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    if holds(folder) {
        return Ok(vec![(name(folder), folder.to_owned())]);
    }
    let entries: Result<Vec<_>, _> = std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut sets: Vec<_> = entries?.into_iter().filter(|path| holds(path)).map(|path| (name(&path), path)).collect();
    sets.sort();
    if sets.is_empty() {
        return Err(
            UsageError(format!("{} holds no labelled sets: folders with `train.txt.gz`", folder.display())).into()
        );
    }
    Ok(sets)
}

/// Every learner on one set.
///
/// # Errors
/// When a part is empty or holds one label only.
pub fn compare(set: &str, pairs: &LabelledPairs) -> anyhow::Result<Vec<Figures>> {
    let learners: [&dyn PairLearner; 5] = [&Rules, &FellegiSunter, &Trained::Tree, &Trained::Forest, &Trained::Boost];
    let parts = pairs.datasets()?;
    let tried = if parts.contains_key("test") { "test" } else { "valid" };
    let (train, valid, rows) = (&parts["train"], &parts["valid"], &parts[tried]);
    let mut all = Vec::new();
    for learner in learners {
        let start = Instant::now();
        let labels: Vec<Option<bool>> = train.labels().iter().map(|label| Some(*label)).collect();
        let part = &pairs.parts[0].pairs;
        let (left, right): (Vec<u32>, Vec<u32>) = part.iter().copied().unzip();
        let study = Study {
            names: train.names(),
            features: train.values(),
            left: &left,
            right: &right,
            labels: &labels,
            is_one_to_one: false,
        };
        let model = learner.learn(&study).map_err(|error| anyhow::anyhow!("{}: {error}", learner.name()))?;
        let odds = |rows: &Dataset| (0..rows.rows()).map(|row| model.log_odds(0, rows.row(row))).collect::<Vec<f64>>();
        let (on_valid, on_tried) = (odds(valid), odds(rows));
        let seconds = start.elapsed().as_secs_f64();
        let threshold = best_threshold(valid.labels(), &on_valid);
        let called: Vec<bool> = on_tried.iter().map(|odds| *odds >= threshold).collect();
        let figures = Figures {
            set: set.to_owned(),
            learner: learner.name(),
            part: tried,
            seconds,
            ..of(rows.labels(), &called)
        };
        all.push(figures);
    }
    Ok(all)
}

/// The threshold with the greatest F1, halfway to the next score below.
pub fn best_threshold(labels: &[bool], scores: &[f64]) -> f64 {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    let ones = labels.iter().filter(|label| **label).count() as f64;
    let (mut right, mut best) = (0.0, (0.0, 0.0));
    for (called, &at) in order.iter().enumerate() {
        right += f64::from(u8::from(labels[at]));
        let next = order.get(called + 1).map(|&next| scores[next]);
        let f1 = 2.0 * right / (ones + called as f64 + 1.0);
        if f1 > best.0 && next.is_none_or(|next| next < scores[at]) {
            best = (f1, next.map_or(scores[at], |next| f64::midpoint(scores[at], next)));
        }
    }
    best.1
}

fn of(labels: &[bool], called: &[bool]) -> Figures {
    let count =
        |label: bool, call: bool| labels.iter().zip(called).filter(|(l, c)| (**l, **c) == (label, call)).count();
    let (right, wrong, missed) = (count(true, true), count(false, true), count(true, false));
    let share = |part: usize, whole: usize| if whole > 0 { part as f64 / whole as f64 } else { 0.0 };
    Figures {
        set: String::new(),
        learner: "",
        part: "",
        right,
        wrong,
        missed,
        precision: share(right, right + wrong),
        recall: share(right, right + missed),
        f1: share(2 * right, 2 * right + wrong + missed),
        accuracy: share(right + count(false, false), labels.len()),
        seconds: 0.0,
    }
}

fn json_of(of: &Figures) -> Value {
    json!({
        "set": of.set, "learner": of.learner, "part": of.part, "precision": of.precision, "recall": of.recall,
        "f1": of.f1, "accuracy": of.accuracy, "seconds": of.seconds,
    })
}

fn print(all: &[Figures]) {
    let mut table =
        terminal::table(&["set", "part", "learner", ">precision", ">recall", ">F1", ">accuracy", ">seconds"]);
    for of in all {
        let share = |share: f64| format!("{share:.4}");
        let figures = [of.precision, of.recall, of.f1, of.accuracy].map(share);
        let [precision, recall, f1, accuracy] = figures;
        let seconds = format!("{:.2}", of.seconds);
        row(
            &mut table,
            [of.set.clone(), of.part.to_owned(), of.learner.to_owned(), precision, recall, f1, accuracy, seconds],
        );
    }
    println!("{table}");
    println!("\nThe first paper claims, on data that it does not give out:");
    let mut table = terminal::table(&["model", ">integration accuracy", ">seconds"]);
    for (model, accuracy, seconds) in CLAIMED {
        row(&mut table, [model.to_owned(), format!("{accuracy} %"), seconds.to_string()]);
    }
    println!("{table}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_by_hand() {
        // Two right, one wrong, one missed, one rightly left.
        let of = of(&[true, true, false, true, false], &[true, true, true, false, false]);
        let third = 2.0 / 3.0;
        assert_eq!([of.precision, of.recall, of.f1, of.accuracy], [third, third, third, 0.6]);
        assert_eq!(best_threshold(&[true, false, true, false], &[4.0, 1.0, 3.0, 2.0]), 2.5);
    }
}
