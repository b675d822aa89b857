//! Runs of the release binary, with the time and memory that a watcher sees from outside.

use anyhow::{Context, bail};
use serde_json::Value;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Time between two looks at a process's memory.
const LOOK: Duration = Duration::from_millis(5);

/// Exit codes of a run that did its work: 2 says that some rows are quarantined.
const DONE: [i32; 2] = [0, 2];

/// A demo in a directory of its own.
pub(super) struct DemoRun {
    /// Dropped with the run.
    _home: TempDir,
    pub dir: PathBuf,
    pub answer: Value,
    pub seconds: f64,
    pub peak_memory_mb: Option<f64>,
}

/// `plimsoll demo --no-serve --json` in a fresh directory.
pub(super) fn demo(binary: &Path, seed: u64) -> anyhow::Result<DemoRun> {
    let home = tempfile::tempdir()?;
    let seed = seed.to_string();
    let mut command = Command::new(binary);
    command.args(["demo", "--no-serve", "--json", "--seed", &seed]).current_dir(home.path());
    let start = Instant::now();
    let (answer, peak_memory_mb) = watched(command)?;
    let seconds = start.elapsed().as_secs_f64();
    let dir = home.path().join("plimsoll-demo");
    Ok(DemoRun { _home: home, dir, answer, seconds, peak_memory_mb })
}

/// What another verb says of a data directory.
pub(super) fn verb(binary: &Path, dir: &Path, words: &[&str]) -> anyhow::Result<Value> {
    let mut command = Command::new(binary);
    command.args(words).arg("--json").arg("--data").arg(dir);
    Ok(watched(command)?.0)
}

/// A run, seen from outside.
pub(super) struct Measured {
    pub answer: Value,
    pub peak_memory_mb: Option<f64>,
    /// Of all its threads, its start and its own children that it waited for.
    pub cpu_seconds: f64,
}

/// Runs a command to its end.
pub(super) fn measured(command: Command) -> anyhow::Result<Measured> {
    let mut cpu_seconds = f64::NAN;
    let (answer, peak_memory_mb) = watched_with(command, |process| {
        if let Some(seconds) = cpu_seconds_of(process) {
            cpu_seconds = seconds;
        }
    })?;
    Ok(Measured { answer, peak_memory_mb, cpu_seconds })
}

/// Runs a command to its end; its answer, and the peak of its memory in MB (10⁶ bytes) where the system tells.
pub(super) fn watched(command: Command) -> anyhow::Result<(Value, Option<f64>)> {
    watched_with(command, |_| {})
}

fn watched_with(mut command: Command, look: impl FnMut(u32)) -> anyhow::Result<(Value, Option<f64>)> {
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot run {command:?}"))?;
    let mut out = child.stdout.take().context("no standard output")?;
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        out.read_to_string(&mut text).map(|_| text)
    });
    let (status, peak) = watch(&mut child, look)?;
    let text = reader.join().ok().context("the reader of standard output is gone")??;
    if !status.is_some_and(|code| DONE.contains(&code)) {
        bail!("{command:?} ended with {status:?}");
    }
    Ok((serde_json::from_str(&text).with_context(|| format!("{command:?} printed no JSON"))?, peak))
}

/// The exit code, and the largest `VmHWM` that was seen. Looked at often instead of once at the end (as `wait4` does),
/// as the binary starts its own peak anew at each step, and that is the kernel's only count.
fn watch(child: &mut Child, mut look: impl FnMut(u32)) -> anyhow::Result<(Option<i32>, Option<f64>)> {
    let mut peak: Option<f64> = None;
    loop {
        look(child.id());
        peak = peak.into_iter().chain(memory_mb(child.id())).max_by(f64::total_cmp);
        if let Some(status) = child.try_wait()? {
            return Ok((status.code(), peak));
        }
        std::thread::sleep(LOOK);
    }
}

fn memory_mb(process: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kib * 1024.0 / 1e6)
}

/// User and system time of a process, from the 14th to the 17th field of its `stat`, in hundredths of a second (the
/// kernel's `USER_HZ`). It stays readable until the process has been waited for.
fn cpu_seconds_of(process: u32) -> Option<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks: Option<Vec<f64>> = fields.split_whitespace().skip(11).take(4).map(|field| field.parse().ok()).collect();
    Some(ticks?.iter().sum::<f64>() / 100.0)
}
