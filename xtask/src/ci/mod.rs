//! Everything that must pass, in order, each step named and timed. A step that fails does not stop those behind it, so
//! that one run tells all; the run fails if any did.

mod demo;
mod suite;

use crate::{project, tidy};
use anyhow::bail;
use std::process::Command;
use std::time::Instant;

/// Installs the tools that tests need and tells by which variables they find them: without one they list theirs as ignored.
const TEST_TOOLS: &str = "scripts/install-test-tools";

/// How many checks of a step passed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Tally {
    passed: u64,
    failed: u64,
    skipped: u64,
}

impl Tally {
    /// A step that is one check.
    fn of(passed: bool) -> Self {
        Self { passed: u64::from(passed), failed: u64::from(!passed), skipped: 0 }
    }

    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// What the steps share.
struct Setting {
    /// Variables by which tests find their tools.
    tools: Vec<(String, String)>,
}

impl Setting {
    /// Cargo as every step calls it: with the same environment, so that nothing is built twice.
    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = project::cargo(arguments);
        cargo.envs(self.tools.iter().map(|(name, value)| (name, value)));
        cargo
    }
}

type Step = fn(&mut Setting) -> anyhow::Result<Tally>;

const STEPS: &[(&str, Step)] = &[
    ("test tools", test_tools),
    ("format", |setting| passes(setting, &["fmt", "--all", "--check"])),
    ("tidy", |_| tidy::run().map(Tally::of)),
    ("clippy", |setting| {
        passes(setting, &["clippy", "--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"])
    }),
    ("tests", suite::run),
    ("demo", demo::run),
];

/// Runs every step; true where all passed. The last line says how many checks did.
pub(crate) fn run() -> anyhow::Result<bool> {
    let mut setting = Setting { tools: Vec::new() };
    let (mut total, mut lines) = (Tally::default(), Vec::new());
    for (name, step) in STEPS {
        println!("\n=== {name}");
        let start = Instant::now();
        let tally = step(&mut setting).unwrap_or_else(|error| {
            println!("error: {error:#}");
            Tally::of(false)
        });
        let said = if tally.failed == 0 { "ok" } else { "FAILED" };
        lines.push(format!("{name:<12} {said:<8} {:>7.1} s", start.elapsed().as_secs_f64()));
        println!("=== {name}: {said}");
        total.add(tally);
    }
    println!("\n{}\n", lines.join("\n"));
    println!("{} passed, {} failed, {} skipped", total.passed, total.failed, total.skipped);
    Ok(total.failed == 0)
}

/// One cargo command that must end well.
fn passes(setting: &Setting, arguments: &[&str]) -> anyhow::Result<Tally> {
    let status = setting.cargo(arguments).status()?;
    if !status.success() {
        bail!("`cargo {}` failed", arguments.join(" "));
    }
    Ok(Tally::of(true))
}

fn test_tools(setting: &mut Setting) -> anyhow::Result<Tally> {
    let told = project::output(TEST_TOOLS, &[])?;
    println!("{told}");
    let variables = told.lines().filter_map(|line| line.split_once('='));
    setting.tools = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Ok(Tally::of(setting.tools.iter().all(|(_, value)| !value.is_empty())))
}
