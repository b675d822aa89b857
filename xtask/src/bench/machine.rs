//! The machine and the versions that a figure was measured with.

use crate::project;
use plimsoll::compare::machine;
use std::fs::read_to_string;

/// One line: commit, processor, cores, memory, system, compiler.
pub(super) fn told() -> String {
    let rustc = project::output("rustc", &["--version"]).unwrap_or_default();
    let kernel = read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!(
        "commit {}; {}, {} cores, {} MB; {} {}; {rustc}; plimsoll {}",
        commit(),
        machine::processor(),
        machine::cores(),
        machine::memory_mb(),
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
