//! A million records of people, written differently, beside Splink on the same file in the same run; and whether records
//! that come later find the entities that a full run gives them.
//!
//! `PLIMSOLL_BENCH_ROWS` changes the number of records, for a quick look.

use super::line::{Bar, Line, Peer, Report};
use super::runs::Measured;
use super::{peers, runs};
use crate::project;
use anyhow::{Context, ensure};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::hash::Hash;
use std::path::{Path, PathBuf};
use std::process::Command;

const ROWS: usize = 1_000_000;

/// Seeds on which nothing was ever chosen.
const SEEDS: [u64; 2] = [70_001, 70_002];

const SCRIPT: &str = "benches/peers/splink_parties.py";

/// Of a hundred records the last, which comes later.
const LATER: usize = 100;

fn rows() -> usize {
    std::env::var("PLIMSOLL_BENCH_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(ROWS)
}

/// The parties of a seed, and who each is, by the number of the record.
struct World {
    file: PathBuf,
    people: Vec<u64>,
}

impl World {
    fn make(binary: &Path, home: &Path, seed: u64, records: usize) -> anyhow::Result<Self> {
        let out = home.join(format!("world-{seed}"));
        let mut command = Command::new(binary);
        let (seed, records_text) = (seed.to_string(), records.to_string());
        command.args(["simulate", "parties", "--json", "--quiet", "--seed", &seed, "--records", &records_text]);
        command.arg("--out").arg(&out);
        let (answer, _) = runs::watched(command)?;
        let truth = std::fs::read_to_string(answer["truth"].as_str().context("no truth was written")?)?;
        let file = answer["file"].as_str().context("no file was written")?.into();
        let people = of_records(&truth, records, 0, 1)?;
        Ok(Self { file, people })
    }
}

/// What each record belongs to, by its number: of a CSV with the record's id in one column and what it belongs to in
/// another.
fn of_records(csv: &str, records: usize, id: usize, of: usize) -> anyhow::Result<Vec<u64>> {
    let mut numbers: HashMap<&str, u64> = HashMap::new();
    let mut found = vec![u64::MAX; records];
    for line in csv.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let (id, of) = (cells.get(id).context("a line is short")?, cells.get(of).context("a line is short")?);
        let next = numbers.len() as u64;
        let number = *numbers.entry(*of).or_insert(next);
        let at: usize = id.trim_start_matches('c').parse().with_context(|| format!("`{id}` is no record"))?;
        *found.get_mut(at.wrapping_sub(1)).with_context(|| format!("`{id}` is no record"))? = number;
    }
    ensure!(!found.contains(&u64::MAX), "a record belongs to nothing");
    Ok(found)
}

/// Precision, recall and F1 over pairs.
fn pairwise(found: &[u64], truth: &[u64]) -> (f64, f64, f64) {
    fn pairs<K: Hash + Eq>(keys: impl Iterator<Item = K>) -> f64 {
        let mut counts: HashMap<K, f64> = HashMap::new();
        keys.for_each(|key| *counts.entry(key).or_default() += 1.0);
        counts.into_values().map(|count| count * (count - 1.0) / 2.0).sum()
    }
    let right = pairs(found.iter().zip(truth));
    let (found, truth) = (pairs(found.iter()), pairs(truth.iter()));
    (right / found.max(1.0), right / truth.max(1.0), 2.0 * right / (found + truth).max(1.0))
}

/// Runs `entities` with these words; which entity each record is in.
fn entities(
    binary: &Path,
    home: &Path,
    state: &str,
    words: &[&str],
    file: &Path,
    records: usize,
) -> anyhow::Result<(Measured, Vec<u64>)> {
    let list = home.join("list.csv");
    let mut command = Command::new(binary);
    command.arg("entities").args(words).arg(file).args(["--json", "--quiet", "--out"]).arg(&list);
    command.arg("--state").arg(home.join(state));
    let measured = runs::measured(command)?;
    let found = of_records(&std::fs::read_to_string(&list)?, records, 2, 0)?;
    Ok((measured, found))
}

fn splink(home: &Path, world: &World) -> anyhow::Result<(Measured, Vec<u64>)> {
    let list = home.join("splink.csv");
    let mut command = Command::new(peers::make_for("splink")?);
    command.arg(project::root().join(SCRIPT)).arg(&world.file).arg(&list);
    let measured = runs::measured(command)?;
    let found = of_records(&std::fs::read_to_string(&list)?, world.people.len(), 1, 0)?;
    Ok((measured, found))
}

/// Ours and Splink's on the same files.
pub(super) fn run(report: &mut Report, seed: Option<u64>) -> anyhow::Result<()> {
    let binary = project::build_release()?;
    for seed in seed.map_or_else(|| SEEDS.to_vec(), |seed| vec![seed]) {
        let home = tempfile::tempdir()?;
        let world = World::make(&binary, home.path(), seed, rows())?;
        let (ours, found) = entities(&binary, home.path(), "state", &["find"], &world.file, world.people.len())?;
        let (precision, recall, f1) = pairwise(&found, &world.people);
        let line = |figure: &str, value: f64| Line::new(figure, value, seed).data("simulated parties");
        report.add(&line("records", world.people.len() as f64));
        report.add(&line("precision", precision));
        report.add(&line("recall", recall));
        report.add(&line("cpu_seconds", ours.cpu_seconds).unit("s"));
        report.add(&line("compared", ours.answer["compared"].as_f64().unwrap_or(f64::NAN)));
        let peak = ours.peak_memory_mb.context("the system does not tell a process's memory")?;
        let memory = line("peak_memory_mb", peak).unit("MB").bar(Bar::AtMost(500.0));
        match splink(home.path(), &world) {
            Ok((theirs, found)) => {
                let name = theirs.answer["name"].as_str().unwrap_or("splink").to_owned();
                let peer = |value: f64| Peer::Known { name: name.clone(), value };
                let (_, _, their_f1) = pairwise(&found, &world.people);
                report.add(&line("f1", f1).beside(peer(their_f1)));
                report.add(&line("f1_over_peer", f1 - their_f1).bar(Bar::AtLeast(0.0)).beside(peer(their_f1)));
                let ratio = line("cpu_ratio", ours.cpu_seconds / theirs.cpu_seconds).bar(Bar::AtMost(1.0 / 3.0));
                report.add(&ratio.beside(peer(theirs.cpu_seconds)));
                report.add(&memory.beside(peer(theirs.peak_memory_mb.unwrap_or(f64::NAN))));
            }
            Err(error) => {
                report.add(&line("f1", f1).beside(Peer::Missing { reason: format!("{error:#}") }));
                report.add(&memory);
            }
        }
    }
    Ok(())
}

/// The last hundredth added to the others, and all at once.
pub(super) fn incremental(report: &mut Report, seed: Option<u64>) -> anyhow::Result<()> {
    let binary = project::build_release()?;
    for seed in seed.map_or_else(|| SEEDS.to_vec(), |seed| vec![seed]) {
        let home = tempfile::tempdir()?;
        let world = World::make(&binary, home.path(), seed, rows())?;
        let records = world.people.len();
        let known = records - records / LATER;
        let (before, later) = halves(&world.file, home.path(), known)?;
        let (whole, at_once) = entities(&binary, home.path(), "whole", &["find"], &world.file, records)?;
        entities(&binary, home.path(), "grown", &["find"], &before, known)?;
        let (added, grown) = entities(&binary, home.path(), "grown", &["add"], &later, records)?;
        let moved = in_other_company(&at_once, &grown);
        let line = |figure: &str, value: f64| Line::new(figure, value, seed).data("simulated parties");
        let share = 1.0 - moved.len() as f64 / records as f64;
        report.add(&line("same_share", share).bar(Bar::AtLeast(0.999)));
        report.add(&line("records_in_other_company", moved.len() as f64));
        let compared = |of: &Measured| of.answer["compared"].as_f64().unwrap_or(f64::NAN);
        report.add(&line("compared_share_of_full_run", compared(&added) / compared(&whole)));
        report.add(&line("f1_grown", pairwise(&grown, &world.people).2));
        report.add(&line("f1_at_once", pairwise(&at_once, &world.people).2));
        let listed = project::target_directory()?.join(format!("link-incremental-{seed}.txt"));
        let mut text = String::new();
        moved.iter().for_each(|record| {
            let _ = writeln!(text, "c{:07}", record + 1);
        });
        std::fs::write(&listed, text)?;
        eprintln!("link-incremental: the records in other company are listed in {}", listed.display());
    }
    Ok(())
}

/// The file in two: so many records, and the rest.
fn halves(file: &Path, home: &Path, known: usize) -> anyhow::Result<(PathBuf, PathBuf)> {
    let text = std::fs::read_to_string(file)?;
    let header = text.split_inclusive('\n').next().context("the file is empty")?;
    let before: usize = text.split_inclusive('\n').take(known + 1).map(str::len).sum();
    let (first, second) = (home.join("before.csv"), home.join("later.csv"));
    std::fs::write(&first, &text[..before])?;
    std::fs::write(&second, format!("{header}{}", &text[before..]))?;
    Ok((first, second))
}

/// Records that do not stand with exactly the same others in both.
fn in_other_company(one: &[u64], other: &[u64]) -> Vec<usize> {
    let sizes = |of: &[u64]| {
        let mut sizes: HashMap<u64, usize> = HashMap::new();
        of.iter().for_each(|group| *sizes.entry(*group).or_default() += 1);
        sizes
    };
    let mut both: HashMap<(u64, u64), usize> = HashMap::new();
    one.iter().zip(other).for_each(|(a, b)| *both.entry((*a, *b)).or_default() += 1);
    let (ones, others) = (sizes(one), sizes(other));
    let is_same = |at: &usize| {
        let (a, b) = (one[*at], other[*at]);
        both[&(a, b)] == ones[&a] && both[&(a, b)] == others[&b]
    };
    (0..one.len()).filter(|at| !is_same(at)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_by_hand() {
        // Found {0, 1, 2} and {3}; truly {0, 1} and {2, 3}: one pair of three right, one of two found.
        let (precision, recall, f1) = pairwise(&[0, 0, 0, 1], &[0, 0, 1, 1]);
        assert_eq!((precision, recall, f1), (1.0 / 3.0, 0.5, 0.4));
        assert_eq!(in_other_company(&[0, 0, 1, 2], &[5, 5, 6, 6]), [2, 3]);
        assert_eq!(of_records("id,of\nc2,x\nc1,y\n", 2, 0, 1).unwrap(), [1, 0]);
        assert!(of_records("id,of\nc2,x\n", 2, 0, 1).is_err());
    }
}
