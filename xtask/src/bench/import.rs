//! Payment lines into the journal, the ledger and the settlements, beside a plain CSV-to-Parquet by DuckDB and Polars on
//! the same file in the same run. Theirs is parse and pack alone: ours also ties out, posts and keeps every line's place.
//!
//! `PLIMSOLL_BENCH_ROWS` changes the number of rows, for a quick look.

use super::line::{Bar, Line, Peer, Report};
use super::{peers, runs};
use crate::project;
use anyhow::Context;
use domain::{Currency, Money, ProcessorCategory};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use sources::stripe::{self, Row};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

const ROWS: u64 = 5_000_000;
const SEED: u64 = 1;
/// Each side is run so often, in turn; the median stands.
const RUNS: usize = 3;
/// Lines that one payout carries, its own not among them.
const PAYOUT_LINES: u64 = 5_000;
const PEERS: [&str; 2] = ["duckdb", "polars"];
const SCRIPT: &str = "benches/peers/columnar_import.py";
/// How much longer than the fastest peer it may take.
const BAR: f64 = 1.5;

pub(super) fn run(report: &mut Report, seed: Option<u64>) -> anyhow::Result<()> {
    let seed = seed.unwrap_or(SEED);
    let rows = std::env::var("PLIMSOLL_BENCH_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(ROWS);
    let binary = project::build_release()?;
    let home = tempfile::tempdir()?;
    let file = home.path().join("payments.csv");
    write(&file, rows, seed)?;
    let (mut ours, mut peaks, mut theirs) = (Vec::new(), Vec::new(), vec![Vec::new(); PEERS.len()]);
    let mut names = vec![String::new(); PEERS.len()];
    for _ in 0..RUNS {
        let (seconds, peak) = import(&binary, home.path(), &file)?;
        ours.push(seconds);
        peaks.extend(peak);
        for (index, peer) in PEERS.iter().enumerate() {
            let (name, seconds) = columnar(peer, &file, home.path())?;
            names[index] = name;
            theirs[index].push(seconds);
        }
    }
    let line = |figure: &str, value: f64| Line::new(figure, value, seed).data("simulated Stripe lines");
    let seconds = median(&mut ours);
    report.add(&line("rows", rows as f64));
    report.add(&line("rows_per_second", rows as f64 / seconds).unit("1/s"));
    let fastest = theirs.iter_mut().map(|seconds| median(seconds)).fold(f64::INFINITY, f64::min);
    for (name, theirs) in names.iter().zip(&mut theirs) {
        let peer = Peer::Known { name: name.clone(), value: rows as f64 / median(theirs) };
        report.add(&line("rows_per_second", rows as f64 / seconds).unit("1/s").beside(peer));
    }
    report.add(&line("ratio", seconds / fastest).bar(Bar::AtMost(BAR)));
    report.add(&line("peak_memory_mb", median(&mut peaks)).unit("MB").bar(Bar::AtMost(1000.0)));
    Ok(())
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Seconds and peak memory of one import into a fresh data directory.
fn import(binary: &Path, home: &Path, file: &Path) -> anyhow::Result<(f64, Option<f64>)> {
    let dir = tempfile::tempdir_in(home)?;
    let data = dir.path().join("data");
    runs::verb(binary, &data, &["init"])?;
    let mut command = Command::new(binary);
    command.arg("import").arg(file).args(["--json", "--quiet", "--data"]).arg(&data);
    let start = Instant::now();
    let (_, peak) = runs::watched(command)?;
    Ok((start.elapsed().as_secs_f64(), peak))
}

/// A peer's name with its version, and its seconds: reading and writing, its start not among them.
fn columnar(peer: &str, file: &Path, home: &Path) -> anyhow::Result<(String, f64)> {
    let mut command = Command::new(peers::make()?);
    command.arg(project::root().join(SCRIPT)).arg(peer).arg(file).arg(home.join("payments.parquet"));
    let (answer, _): (Value, _) = runs::watched(command)?;
    let name = answer["name"].as_str().context("the peer gave no name")?.to_owned();
    Ok((name, answer["seconds"].as_f64().context("the peer gave no seconds")?))
}

/// Charges, refunds of them, and each payout after the lines that it carries.
fn write(path: &Path, rows: u64, seed: u64) -> anyhow::Result<()> {
    const AT_ONCE: u64 = 100_000;
    let mut out = BufWriter::new(File::create(path)?);
    let mut carried = 0;
    for start in (0..rows).step_by(usize::try_from(AT_ONCE)?) {
        let part: Vec<Row> = (start..rows.min(start + AT_ONCE)).map(|row| line(row, seed, &mut carried)).collect();
        let text = stripe::write(&part);
        let header = text.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        out.write_all(if start == 0 { &text } else { &text[header..] })?;
    }
    Ok(out.flush()?)
}

fn line(row: u64, seed: u64, carried: &mut i64) -> Row {
    let created = Timestamp::UNIX_EPOCH
        + SignedDuration::from_hours(24 * 365 * 50)
        + SignedDuration::from_secs(row.cast_signed() * 6);
    let payout_number = row / (PAYOUT_LINES + 1);
    let category = category(row, seed);
    // A refund gives back the whole charge of the row before it.
    let of = if category == ProcessorCategory::Refund { row - 1 } else { row };
    let chance = mixed(seed, of);
    let charged = ((chance >> 40) % 60_000).cast_signed() + 100;
    let (gross, fee) = match category {
        ProcessorCategory::Payout => (-std::mem::take(carried), 0),
        ProcessorCategory::Refund => (-charged, 0),
        _ => (charged, charged * 15 / 1000 + 20),
    };
    if category != ProcessorCategory::Payout {
        *carried += gross - fee;
    }
    let pounds = |minor| Money::new(minor, Currency::GBP);
    let source_id = match category {
        ProcessorCategory::Payout => format!("po_{payout_number}"),
        ProcessorCategory::Refund => format!("re_{row}"),
        _ => format!("ch_{row}"),
    };
    Row {
        automatic_payout_id: format!("po_{payout_number}"),
        automatic_payout_effective_at_utc: Some(created + SignedDuration::from_hours(48)),
        balance_transaction_id: format!("txn_{row:010}"),
        created_utc: created,
        available_on_utc: created + SignedDuration::from_hours(24),
        category,
        gross: pounds(gross),
        fee: pounds(fee),
        net: pounds(gross - fee),
        charge_id: if category == ProcessorCategory::Payout { String::new() } else { format!("ch_{of}") },
        source_id,
        description: "Payment for an order".to_owned(),
        customer_id: format!("cus_{:06}", chance >> 44),
        payment_intent_id: format!("pi_{row}"),
        customer_facing: None,
        order_id: format!("{}", 100_000 + of),
    }
}

/// The last of a payout's lines is its own; of the others, one in twenty that follows a charge gives it back.
fn category(row: u64, seed: u64) -> ProcessorCategory {
    let gives_back = |row| mixed(seed, row).is_multiple_of(20);
    match row % (PAYOUT_LINES + 1) {
        PAYOUT_LINES => ProcessorCategory::Payout,
        0 => ProcessorCategory::Charge,
        _ if gives_back(row) && !gives_back(row - 1) => ProcessorCategory::Refund,
        _ => ProcessorCategory::Charge,
    }
}

/// Even bits for a row (SplitMix64's finaliser).
fn mixed(seed: u64, row: u64) -> u64 {
    let mut bits = seed.wrapping_add(row.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
