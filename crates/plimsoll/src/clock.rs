//! Seconds and memory, measured at the edge: the core has no clock.

use domain::Stage;
use serde::Serialize;
use std::time::{Duration, Instant};

/// Of so many changes of stage, one looks at the memory: a look costs some microseconds.
const LOOK_EVERY: u32 = 512;

/// Where the time of advancing went, by stage, and the most memory that was seen there.
#[derive(Clone, Debug, Default)]
pub struct StageClock {
    spent: [Duration; 8],
    peak_memory_mb: [f64; 8],
    changes: u32,
}

impl StageClock {
    /// Runs work that tells which stage it enters.
    pub fn watch<T>(&mut self, work: impl FnOnce(&mut dyn FnMut(Stage)) -> T) -> T {
        let mut stage = Stage::Normalise;
        let mut since = Instant::now();
        let result = work(&mut |next| {
            let now = Instant::now();
            self.left(stage, now - since);
            (stage, since) = (next, now);
        });
        self.left(stage, since.elapsed());
        self.look(stage);
        result
    }

    /// Adds time that was spent outside the engine, such as reading files for [`Stage::Sources`].
    pub fn add(&mut self, stage: Stage, spent: Duration) {
        self.spent[stage as usize] += spent;
        self.look(stage);
    }

    /// Seconds of a stage.
    pub fn seconds(&self, stage: Stage) -> f64 {
        self.spent[stage as usize].as_secs_f64()
    }

    /// The most resident memory that was seen in a stage, in MB (10⁶ bytes); none where the system does not tell.
    pub fn peak_memory_mb(&self, stage: Stage) -> Option<f64> {
        Some(self.peak_memory_mb[stage as usize]).filter(|mb| *mb > 0.0)
    }

    fn left(&mut self, stage: Stage, spent: Duration) {
        self.spent[stage as usize] += spent;
        if self.changes.is_multiple_of(LOOK_EVERY) || self.peak_memory_mb[stage as usize] == 0.0 {
            self.look(stage);
        }
        self.changes = self.changes.wrapping_add(1);
    }

    fn look(&mut self, stage: Stage) {
        let peak = &mut self.peak_memory_mb[stage as usize];
        *peak = peak.max(memory_mb("VmRSS:").unwrap_or(0.0));
    }
}

/// One step of a longer run.
#[derive(Clone, Debug, Serialize)]
pub struct Timing {
    /// What was done.
    pub step: String,
    /// Wall-clock seconds.
    pub seconds: f64,
    /// The most memory that the process held during it, in MB (10⁶ bytes); none where the system does not tell.
    pub peak_memory_mb: Option<f64>,
}

/// Times the steps of a run.
#[derive(Debug, Default)]
pub struct Stopwatch {
    /// Done so far.
    pub timings: Vec<Timing>,
}

impl Stopwatch {
    /// Runs one step.
    ///
    /// # Errors
    /// The step's own.
    pub fn step<T>(&mut self, name: &str, work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
        forget_peak();
        let start = Instant::now();
        let result = work()?;
        let seconds = start.elapsed().as_secs_f64();
        self.timings.push(Timing { step: name.to_owned(), seconds, peak_memory_mb: peak_memory_mb() });
        Ok(result)
    }

    /// Seconds of all steps.
    pub fn seconds(&self) -> f64 {
        self.timings.iter().map(|timing| timing.seconds).sum()
    }

    /// The most memory of any step.
    pub fn peak_memory_mb(&self) -> Option<f64> {
        self.timings.iter().filter_map(|timing| timing.peak_memory_mb).max_by(f64::total_cmp)
    }
}

/// The peak of resident memory since the last [`forget_peak`].
fn peak_memory_mb() -> Option<f64> {
    memory_mb("VmHWM:")
}

/// A line of proc(5)'s `status` that is a size.
fn memory_mb(name: &str) -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: f64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kib * 1024.0 / 1e6)
}

/// Starts a new peak (writing 5 to `clear_refs`, proc(5)); where that is not allowed, peaks only ever rise.
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}
