//! The machine and the versions that a figure was measured with.

use crate::project;
use std::fs::read_to_string;

/// One line: commit, processor, cores, memory, system, compiler.
pub(super) fn told() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let rustc = project::output("rustc", &["--version"]).unwrap_or_default();
    let kernel = read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!(
        "commit {}; {}, {cores} cores, {} MB; {} {}; {rustc}; plimsoll {}",
        commit(),
        processor(),
        memory_mb(),
        std::env::consts::OS,
        kernel.trim(),
        env!("CARGO_PKG_VERSION"),
    )
}

/// The commit, its day, and whether the work tree held more.
fn commit() -> String {
    let at = project::output("git", &["log", "-1", "--format=%h of %cs"]).unwrap_or_else(|_| "unknown".to_owned());
    let changed = project::output("git", &["status", "--porcelain", "--untracked-files=no"]).unwrap_or_default();
    let changed = changed.lines().filter(|line| !line.ends_with("benches/RESULTS.md")).count();
    if changed == 0 { at } else { format!("{at} with uncommitted changes") }
}

fn processor() -> String {
    let text = read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    model.map_or(std::env::consts::ARCH.to_owned(), |(_, name)| name.trim().to_owned())
}

fn memory_mb() -> u64 {
    let text = read_to_string("/proc/meminfo").unwrap_or_default();
    let kib =
        text.lines().find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kib.unwrap_or(0) * 1024 / 1_000_000
}
