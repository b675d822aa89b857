//! The main job: from files to scores. Its time and memory, what it finds of what was planted, and its model beside the
//! published figures.

use super::line::{Bar, Line, Report};
use super::model::{self, published};
use super::planted::Kinds;
use super::runs::{self, DemoRun};
use crate::project;
use anyhow::Context;
use std::path::Path;

/// Seed of the runs that are timed: the demo's own.
const SEED: u64 = 2011;

/// Seeds that nothing was tuned on.
const UNSEEN: [u64; 3] = [101, 102, 103];

/// Timed runs; the median stands.
const RUNS: usize = 5;

/// Bars of the first issue.
const MOST_SECONDS: f64 = 20.0;
const MOST_MEMORY_MB: f64 = 1000.0;
const LEAST_SHARE: f64 = 0.98;

pub(super) fn run(report: &mut Report, seed: Option<u64>) -> anyhow::Result<()> {
    let binary = project::build_release()?;
    let last = time_and_memory(report, &binary, seed.unwrap_or(SEED))?;
    for seed in seed.map_or(UNSEEN.to_vec(), |seed| vec![seed]) {
        planted(report, &binary, seed)?;
    }
    model_beside_published(report, &binary, &last)
}

fn time_and_memory(report: &mut Report, binary: &Path, seed: u64) -> anyhow::Result<DemoRun> {
    let mut all: Vec<DemoRun> = (0..RUNS).map(|_| runs::demo(binary, seed)).collect::<Result<_, _>>()?;
    all.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
    let most = |of: fn(&DemoRun) -> Option<f64>| all.iter().filter_map(of).max_by(f64::total_cmp);
    report.add(&Line::new("seconds", all[RUNS / 2].seconds, seed).unit("s").bar(Bar::AtMost(MOST_SECONDS)));
    for (figure, peak) in [
        ("peak_memory_mb", most(|run| run.answer["peak_memory_mb"].as_f64())),
        ("peak_memory_mb_from_outside", most(|run| run.peak_memory_mb)),
    ] {
        if let Some(peak) = peak {
            report.add(&Line::new(figure, peak, seed).unit("MB").bar(Bar::AtMost(MOST_MEMORY_MB)));
        }
    }
    all.pop().context("no run")
}

/// Recall and precision of each planted kind.
fn planted(report: &mut Report, binary: &Path, seed: u64) -> anyhow::Result<()> {
    let run = runs::demo(binary, seed)?;
    for kind in Kinds::of(&run.answer)?.0 {
        for (figure, share) in [("recall", kind.recall()), ("precision", kind.precision())] {
            report.add(&Line::new(format!("{figure} {}", kind.name), share, seed).bar(Bar::AtLeast(LEAST_SHARE)));
        }
    }
    Ok(())
}

/// The champion beside the published figures, and the base rate's Brier score beside its own.
fn model_beside_published(report: &mut Report, binary: &Path, run: &DemoRun) -> anyhow::Result<()> {
    let trained = model::dry_run(binary, &run.dir, model::SEED)?;
    let base_brier = trained["base_brier"].as_f64().context("`train` printed no `base_brier`")?;
    for figures in model::figures(&trained)? {
        for (name, value) in figures.values {
            let line = Line::new(format!("{name} {}", figures.model), value, model::SEED);
            let line = match published(name).filter(|_| figures.is_champion) {
                Some(bar) => line.bar(Bar::AtLeast(bar)).beside_known(model::PUBLISHED_PEER, bar),
                None if name == "brier" => line.beside_known("the fit's base rate", base_brier),
                None => line,
            };
            report.add(&line);
        }
    }
    Ok(())
}
