//! `plimsoll link --compare`: rules, Fellegi–Sunter, tree, forest and boosted trees on labelled sets, side by side.
//!
//! Each learns from the train part alone and has its threshold from the valid part; the figures are of the test part,
//! or of the valid part where there is no test part, and say which. Rules and Fellegi–Sunter see no label but for that
//! threshold. Intervals are over pairs drawn with replacement. Where there is a test part, chances are set right on the
//! valid part, and how far they are off is told before and after.

use super::{Outcome, Setting, UsageError};
use crate::linking::{Calibrated, LabelledPairs, PairFigures};
use crate::terminal::{self, row};
use engine::link::learner::fellegi_sunter::FellegiSunter;
use engine::link::learner::rules::Rules;
use engine::link::learner::trained::Trained;
use engine::link::learner::{PairLearner, Study};
use learn::Dataset;
use learn::metrics::Interval;
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
    /// Whether each pair of that part is one thing.
    pub labels: Vec<bool>,
    /// Whether it was called so.
    pub called: Vec<bool>,
    /// What that comes to.
    pub pairs: PairFigures,
    /// How far chances are off, before and after they were set right; none where there is no further part for it.
    pub calibrated: Option<Calibrated>,
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
    print_calibration(&all);
    print_claims();
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
    // A learner, and whether it is told the labels of the train part.
    let learners: [(&dyn PairLearner, bool); 5] = [
        (&Rules, false),
        (&FellegiSunter, false),
        (&Trained::Tree, true),
        (&Trained::Forest, true),
        (&Trained::Boost, true),
    ];
    let parts = pairs.datasets()?;
    let tried = if parts.contains_key("test") { "test" } else { "valid" };
    let (train, valid, rows) = (&parts["train"], &parts["valid"], &parts[tried]);
    let mut all = Vec::new();
    for (learner, is_told) in learners {
        let start = Instant::now();
        let labels: Vec<Option<bool>> =
            if is_told { train.labels().iter().map(|label| Some(*label)).collect() } else { Vec::new() };
        let part = &pairs.parts[0].pairs;
        let (left, right): (Vec<u32>, Vec<u32>) = part.iter().copied().unzip();
        let study = Study {
            names: train.names(),
            features: train.values(),
            left: &left,
            right: &right,
            labels: &labels,
            is_one_to_one: false,
            title: None,
        };
        let model = learner.learn(&study).map_err(|error| anyhow::anyhow!("{}: {error}", learner.name()))?;
        let odds = |rows: &Dataset| (0..rows.rows()).map(|row| model.log_odds(0, rows.row(row))).collect::<Vec<f64>>();
        let (on_valid, on_tried) = (odds(valid), odds(rows));
        let seconds = start.elapsed().as_secs_f64();
        let threshold = best_threshold(valid.labels(), &on_valid);
        let called: Vec<bool> = on_tried.iter().map(|odds| *odds >= threshold).collect();
        let calibrated = (tried != "valid")
            .then(|| Calibrated::of((&on_valid, valid.labels()), (&on_tried, rows.labels())))
            .flatten();
        all.push(Figures {
            set: set.to_owned(),
            learner: learner.name(),
            part: tried,
            pairs: PairFigures::of(rows.labels(), &called),
            labels: rows.labels().to_vec(),
            called,
            calibrated,
            seconds,
        });
    }
    Ok(all)
}

/// The threshold with the greatest F1; of equals the nearest to even odds, which few pairs cannot mislead: 0 where the
/// gap between two scores holds it, else the gap's middle.
pub fn best_threshold(labels: &[bool], scores: &[f64]) -> f64 {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    let ones = labels.iter().filter(|label| **label).count() as f64;
    let (mut right, mut best) = (0.0, (0.0, 0.0_f64));
    for (called, &at) in order.iter().enumerate() {
        right += f64::from(u8::from(labels[at]));
        let next = order.get(called + 1).map(|&next| scores[next]);
        if next.is_some_and(|next| next >= scores[at]) {
            continue;
        }
        let threshold = match next {
            None => scores[at],
            Some(next) if next < 0.0 && scores[at] >= 0.0 => 0.0,
            Some(next) => f64::midpoint(scores[at], next),
        };
        let f1 = 2.0 * right / (ones + called as f64 + 1.0);
        if f1 > best.0 || f1 == best.0 && threshold.abs() < best.1.abs() {
            best = (f1, threshold);
        }
    }
    best.1
}

fn json_of(of: &Figures) -> Value {
    let interval = |of: Interval| json!([of.low, of.high]);
    let calibrated = of.calibrated.map(|of| {
        let figures = [("raw", of.raw), ("platt", of.platt), ("isotonic", of.isotonic)];
        let told = |(name, of): (&str, crate::linking::ChanceFigures)| {
            (name.to_owned(), json!({"brier": of.brier, "calibration_error": of.calibration_error}))
        };
        Value::Object(figures.into_iter().map(told).collect())
    });
    json!({
        "set": of.set, "learner": of.learner, "part": of.part, "precision": of.pairs.precision.estimate,
        "recall": of.pairs.recall.estimate, "f1": of.pairs.f1.estimate, "precision_interval": interval(of.pairs.precision),
        "recall_interval": interval(of.pairs.recall), "f1_interval": interval(of.pairs.f1),
        "accuracy": of.pairs.accuracy, "calibration": calibrated, "seconds": of.seconds,
    })
}

fn print(all: &[Figures]) {
    let mut table =
        terminal::table(&["set", "part", "learner", ">precision", ">recall", ">F1", ">accuracy", ">seconds"]);
    for of in all {
        let interval = |of: Interval| format!("{:.4} [{:.3}, {:.3}]", of.estimate, of.low, of.high);
        let [precision, recall, f1] = [of.pairs.precision, of.pairs.recall, of.pairs.f1].map(interval);
        let (accuracy, seconds) = (format!("{:.4}", of.pairs.accuracy), format!("{:.2}", of.seconds));
        row(
            &mut table,
            [of.set.clone(), of.part.to_owned(), of.learner.to_owned(), precision, recall, f1, accuracy, seconds],
        );
    }
    println!("{table}");
    println!("In brackets: 95 % intervals over pairs drawn with replacement.");
}

fn print_calibration(all: &[Figures]) {
    let told: Vec<(&Figures, Calibrated)> = all.iter().filter_map(|of| Some((of, of.calibrated?))).collect();
    if told.is_empty() {
        return;
    }
    println!(
        "\nHow far chances are off on the test part (Brier score · calibration error), as they are and set right on the valid part:"
    );
    let mut table = terminal::table(&["set", "learner", ">as they are", ">Platt's line", ">rising steps"]);
    for (of, calibrated) in told {
        let both = |of: crate::linking::ChanceFigures| format!("{:.4} · {:.4}", of.brier, of.calibration_error);
        let [raw, platt, isotonic] = [calibrated.raw, calibrated.platt, calibrated.isotonic].map(both);
        row(&mut table, [of.set.clone(), of.learner.to_owned(), raw, platt, isotonic]);
    }
    println!("{table}");
}

fn print_claims() {
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
    fn a_threshold_by_hand() {
        assert_eq!(best_threshold(&[true, false, true, false], &[4.0, 1.0, 3.0, 2.0]), 2.5);
        assert_eq!(best_threshold(&[true, false], &[1.0, -9.0]), 0.0, "even odds stand in the gap");
        // The first alone: 2 · 1/(2 + 1); all four: 2 · 2/(2 + 4), the same, and nearer to even odds.
        assert_eq!(best_threshold(&[true, false, false, true], &[9.0, 3.0, 2.0, -1.0]), -1.0);
    }
}
