//! A thousand sellers with three years of days in a book of theirs: a day's file is added by the release binary, as a user
//! would, and everything renewed: the indicators, the score and the money at risk of every seller and of the platform.
//!
//! A renewal succeeds for a subject where all that the binary then says of it is what a reckoning of our own from the raw
//! days says (`reckoned.rs`, which shares no code with the engine). Against the days without the new one it must not: the
//! control.

mod reckoned;
mod world;

use crate::bench::line::{Bar, Line, Report};
use crate::bench::runs;
use crate::project;
use anyhow::Context;
use plimsoll::assess::sellers::terms;
use reckoned::{Reckoned, agreeing};
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use std::time::Instant;
use world::World;

const SELLERS: usize = 1_000;
const DAYS: usize = 3 * 365;
const RUNS: usize = 3;
const SEED: u64 = 7;
/// The second paper's own seconds and successes of its three runs, on its machine.
const PAPER: [(f64, f64); RUNS] = [(1.1, 0.995), (1.0, 1.0), (1.2, 0.99)];
const CLAIMED: &str = "second paper, claimed, 24 cores";
const DATA: &str = "1,000 sellers x 3 years";

pub(in crate::bench) fn run(report: &mut Report, seed: Option<u64>) -> anyhow::Result<()> {
    let seed = seed.unwrap_or(SEED);
    let binary = project::build_release()?;
    let home = tempfile::tempdir()?;
    let (_, terms) = terms(None)?;
    let mut world = World::new(seed, SELLERS, DAYS);
    let line = |figure: String, value: f64| Line::new(figure, value, seed).data(DATA);
    let start = Instant::now();
    renewed(&binary, home.path(), &world.csv(0))?;
    report.add(&line("seconds of the first three years".to_owned(), start.elapsed().as_secs_f64()).unit("s"));
    let mut all = 0.0;
    for (run, (paper_seconds, paper_success)) in (1..).zip(PAPER) {
        let before = Reckoned::of(&world, &terms);
        world.one_more_day();
        let day = world.csv(world.days() - 1);
        let start = Instant::now();
        let said = renewed(&binary, home.path(), &day)?;
        let seconds = start.elapsed().as_secs_f64();
        let expected = Reckoned::of(&world, &terms);
        let (success, stale) = (agreeing(&said, &expected), agreeing(&said, &before));
        let figure = line(format!("seconds run {run}"), seconds).unit("s").bar(Bar::AtMost(1.0));
        report.add(&figure.beside_known(CLAIMED, paper_seconds));
        let figure = line(format!("success_share run {run}"), success).bar(Bar::AtLeast(1.0));
        report.add(&figure.beside_known(CLAIMED, paper_success));
        report.add(&line(format!("control, share right without the day, run {run}"), stale).bar(Bar::AtMost(0.05)));
        all += success / RUNS as f64;
    }
    report.add(&line("success_share".to_owned(), all).bar(Bar::AtLeast(1.0)).beside_known(CLAIMED, 0.995));
    Ok(())
}

/// What the binary says when a file is added to the book: its start, the book and the answer included.
fn renewed(binary: &Path, home: &Path, file: &str) -> anyhow::Result<Value> {
    let path = home.join("days.csv");
    std::fs::write(&path, file).with_context(|| format!("cannot write {}", path.display()))?;
    let mut command = Command::new(binary);
    command.args(["assess", "--currency", "GBP", "--json", "--sellers"]).arg(&path);
    command.arg("--book").arg(home.join("sellers.book"));
    Ok(runs::watched(command)?.0)
}
