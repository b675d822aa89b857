//! A simulated marketplace tied out: what is found of what was planted, in count and in money, on seeds that nothing was
//! made by; and how long it takes from files to statements beside DuckDB's and Polars's plain join and group-by of the
//! same files in the same run, and how that grows.
//!
//! `PLIMSOLL_BENCH_ROWS` changes the number of orders of the first part, and of lines of the second, for a quick look.

use super::line::{Bar, Line, Peer, Report};
use super::{peers, runs};
use crate::project;
use anyhow::Context;
use domain::{Exception, Status};
use plimsoll::truth::{by_money, findings};
use serde_json::Value;
use sim::{Truth, worth_in_pence};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use store::{ExceptionFilter, Reader};

const ORDERS: u64 = 1_000_000;
/// Order and payment lines of the second part.
const LINES: [u64; 3] = [100_000, 1_000_000, 5_000_000];
/// Lines that an order makes: its own, its payments and refunds, and its part of a payout and a bank line.
const LINES_OF_TEN_ORDERS: u64 = 21;
/// Seeds on which nothing was ever chosen.
const SEEDS: [u64; 2] = [91_001, 91_002];
/// Peers are run so often; the median stands.
const RUNS: usize = 3;
const PEERS: [&str; 2] = ["duckdb", "polars"];
const SCRIPT: &str = "benches/peers/tie_out.py";
const LEAST_SHARE: f64 = 0.99;
const MOST_RATIO: f64 = 1.5;
const MOST_MEMORY_MB: f64 = 2_000.0;
const DATA: &str = "simulated marketplace";

pub(super) fn run(report: &mut Report, seed: Option<u64>) -> anyhow::Result<()> {
    let binary = project::build_release()?;
    let wanted = std::env::var("PLIMSOLL_BENCH_ROWS").ok().and_then(|rows| rows.parse::<u64>().ok());
    for seed in seed.map_or_else(|| SEEDS.to_vec(), |seed| vec![seed]) {
        found(report, &binary, seed, wanted.unwrap_or(ORDERS))?;
    }
    let lines = wanted.map_or_else(|| LINES.to_vec(), |rows| vec![rows]);
    speed(report, &binary, seed.unwrap_or(SEEDS[0]), &lines)
}

/// A marketplace's files.
struct World {
    exports: PathBuf,
    truth: PathBuf,
    policy: PathBuf,
    rows: f64,
}

impl World {
    fn make(binary: &Path, home: &Path, seed: u64, orders: u64) -> anyhow::Result<Self> {
        let mut command = Command::new(binary);
        command.args(["simulate", "marketplace", "--json", "--quiet", "--orders", &orders.to_string()]);
        command.args(["--seed", &seed.to_string(), "--out"]).arg(home.join("market"));
        let (answer, _) = runs::watched(command)?;
        let path = |name: &str| answer[name].as_str().map(PathBuf::from).context("no files were written");
        let rows = answer["rows"].as_f64().context("no rows were written")?;
        Ok(Self { exports: path("exports")?, truth: path("truth")?, policy: path("terms")?, rows })
    }
}

/// Our way from files to statements.
struct Tied {
    data: PathBuf,
    seconds: f64,
    peak_memory_mb: Option<f64>,
}

/// Imports a world, with all that follows of it, and makes its statements.
fn tie_out(binary: &Path, home: &Path, world: &World) -> anyhow::Result<Tied> {
    let data = home.join("data");
    runs::verb(binary, &data, &["init", "--policy", &world.policy.display().to_string()])?;
    let mut command = Command::new(binary);
    command.arg("import").arg(&world.exports).args(["--json", "--quiet", "--data"]).arg(&data);
    let start = Instant::now();
    let (_, peak_memory_mb) = runs::watched(command)?;
    for statement in ["trial-balance", "income"] {
        project::output(
            &binary.display().to_string(),
            &["statement", statement, "--json", "--data", &data.display().to_string()],
        )?;
    }
    Ok(Tied { data, seconds: start.elapsed().as_secs_f64(), peak_memory_mb })
}

/// Recall and precision of every kind, in count and in money, and a list of what was missed or wrongly raised.
fn found(report: &mut Report, binary: &Path, seed: u64, orders: u64) -> anyhow::Result<()> {
    let home = tempfile::tempdir()?;
    let world = World::make(binary, home.path(), seed, orders)?;
    let tied = tie_out(binary, home.path(), &world)?;
    let truth = Truth::from_csv(&std::fs::read_to_string(&world.truth)?).context("the truth cannot be read")?;
    let raised = open_exceptions(&tied.data)?;
    let line = |figure: String, value: f64| Line::new(figure, value, seed).data(DATA);
    let least = |report: &mut Report, figure: String, value: f64| {
        report.add(&line(figure, value).bar(Bar::AtLeast(LEAST_SHARE)));
    };
    report.add(&line("orders".to_owned(), orders as f64));
    report.add(&line("rows".to_owned(), world.rows));
    let mut list = String::new();
    for finding in findings(&truth, &raised) {
        let right = (finding.found + finding.natural_found) as f64;
        least(report, format!("recall {}", finding.kind), share(finding.found as f64, finding.planted as f64));
        least(report, format!("precision {}", finding.kind), share(right, right + finding.wrong as f64));
        for (what, records) in [("missed", &finding.missed), ("wrongly raised", &finding.wrongly_raised)] {
            records.iter().for_each(|record| {
                let _ = writeln!(list, "{} {what}: {record}", finding.kind);
            });
        }
    }
    for finding in by_money(&truth, &raised, worth_in_pence) {
        let (right, planted, raised) = (finding.right as f64, finding.planted as f64, finding.raised as f64);
        least(report, format!("money recall {}", finding.kind), share(right, planted));
        least(report, format!("money precision {}", finding.kind), share(right, raised));
    }
    let listed = project::target_directory()?.join(format!("tie-out-{seed}.txt"));
    std::fs::write(&listed, list)?;
    eprintln!("tie-out: what was missed or wrongly raised is listed in {}", listed.display());
    Ok(())
}

fn open_exceptions(data: &Path) -> anyhow::Result<Vec<Exception>> {
    let open = ExceptionFilter { status: Some(Status::Open), limit: u32::MAX, ..ExceptionFilter::default() };
    Ok(Reader::open(data)?.exceptions(&open)?)
}

fn share(part: f64, of: f64) -> f64 {
    if of > 0.0 { part / of } else { 1.0 }
}

/// Seconds and memory at every size; at the largest beside the peers.
fn speed(report: &mut Report, binary: &Path, seed: u64, lines: &[u64]) -> anyhow::Result<()> {
    let line = |figure: &str, value: f64| Line::new(figure, value, seed).data(DATA);
    let mut first_rate = None;
    for wanted in lines {
        let home = tempfile::tempdir()?;
        let world = World::make(binary, home.path(), seed, wanted * 10 / LINES_OF_TEN_ORDERS)?;
        let tied = tie_out(binary, home.path(), &world)?;
        let rate = tied.seconds / world.rows;
        report.add(&line(&format!("seconds at {wanted} lines"), tied.seconds).unit("s"));
        report.add(&line(&format!("rows_per_second at {wanted} lines"), 1.0 / rate).unit("1/s"));
        report.add(&line(&format!("growth at {wanted} lines"), rate / *first_rate.get_or_insert(rate)));
        if Some(wanted) == lines.last() {
            let memory = tied.peak_memory_mb.context("the system does not tell a process's memory")?;
            report.add(&line("peak_memory_mb", memory).unit("MB").bar(Bar::AtMost(MOST_MEMORY_MB)));
            beside_peers(report, &line, &world, tied.seconds)?;
        }
    }
    Ok(())
}

fn beside_peers(report: &mut Report, line: &dyn Fn(&str, f64) -> Line, world: &World, ours: f64) -> anyhow::Result<()> {
    let mut fastest = f64::INFINITY;
    for peer in PEERS {
        let mut all = Vec::new();
        let mut name = peer.to_owned();
        for _ in 0..RUNS {
            let mut command = Command::new(peers::make()?);
            command.arg(project::root().join(SCRIPT)).arg(peer).arg(&world.exports);
            let (answer, _): (Value, _) = runs::watched(command)?;
            answer["name"].as_str().context("the peer gave no name")?.clone_into(&mut name);
            all.push(answer["seconds"].as_f64().context("the peer gave no seconds")?);
        }
        all.sort_by(f64::total_cmp);
        let seconds = all[RUNS / 2];
        fastest = fastest.min(seconds);
        report.add(&line("seconds", ours).unit("s").beside(Peer::Known { name, value: seconds }));
    }
    report.add(&line("ratio", ours / fastest).bar(Bar::AtMost(MOST_RATIO)));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_without_anything_has_nothing_to_miss() {
        assert_eq!((share(3.0, 4.0), share(0.0, 0.0)), (0.75, 1.0));
    }
}
